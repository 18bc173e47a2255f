//! A business system in which tickets are settled calls back, and whoever has the ticket is told when something goes wrong there.

use std::time::Duration;

use bellhop_channel_conformance::standard_webhooks;
use bellhop_telegram_fake::{Seen, TelegramFake};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    support::{DAY, Database, HOUR, House, PATIENCE, Setup, agent::Answer, agent::id, on_both_databases, until},
    telegram::{linked, topic_of},
};

on_both_databases!(
    a_case_fails_later_and_whoever_has_the_ticket_is_told_once,
    many_follow_ups_in_one_second_come_once_each,
    one_that_cannot_be_read_keeps_no_other_from_coming,
    what_fell_due_while_the_program_was_down_comes_in_its_order,
    calls_that_are_forged_broken_or_repeated_change_nothing,
);

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn setup(database: Database) -> Setup {
    Setup::on(database)
        .set("systems.erp.name", "Warehouse")
        .set("systems.erp.url", "https://erp.example/orders/{id}")
        .set("systems.erp.failed", "[\"failed\", \"came back\"]")
        .set("systems.erp.secret", SECRET)
}

/// The system sends these bytes, signed with `secret`.
async fn sends(house: &House, system: &str, secret: &str, seconds_ago: i64, body: &[u8]) -> Answer {
    let mut request = house.program.http().post(format!("{}/systems/{system}/events", house.program.url())).body(body.to_vec());
    request = request.header("content-type", "application/json");
    for (name, value) in standard_webhooks::headers(secret, "call", house.program.clock.seconds() - seconds_ago, body) {
        request = request.header(name, value);
    }
    Answer::of(request.send().await.expect("an answer")).await.expect("a body")
}

/// What the system says of a case, some minutes from now.
fn event(house: &House, event: &str, state: &str, minutes: i64) -> Value {
    let at = chrono::DateTime::from_timestamp(house.program.clock.seconds() + 60 * minutes, 0).expect("a time");
    json!({ "id": event, "reference": "4711", "state": state, "at": at })
}

async fn says(house: &House, said: &Value) -> Answer {
    sends(house, "erp", SECRET, 0, said.to_string().as_bytes()).await
}

/// The number of a ticket that was made of what a customer wrote, linked with the case 4711.
async fn linked_ticket(house: &House, thread: &str) -> String {
    let conversation = house.agent.finds_with_status(thread, "queued").await;
    let fields = json!({ "template": "refund", "fields": { "order_number": "1001" } });
    let ticket = house.agent.post(&format!("/conversations/{}/ticket", id(&conversation)), fields).await;
    let number = ticket["number"].as_str().expect("a number").to_owned();
    house.agent.post(&format!("/tickets/{number}/references"), json!({ "system": "erp", "reference": "4711" })).await;
    number
}

/// A post of the bot outside all topics with these words.
async fn in_general(telegram: &TelegramFake, words: &str) -> Seen {
    let found =
        |telegram: &TelegramFake| telegram.general().into_iter().rev().find(|post| post.from_bot && !post.deleted && post.text.contains(words));
    telegram.until(&format!("{words:?} in the general topic"), found).await
}

async fn a_case_fails_later_and_whoever_has_the_ticket_is_told_once(database: Database) {
    let mut house = setup(database).set("channels.helpdesk.per_thread", "0s").with_clock().with_telegram("poll").open().await;
    let bo = linked(&house, "Bo", "agent").await;
    let ann = house.telegram().person("Ann", "en");
    ann.says("my parcel never came, I want my money back");
    let topic = topic_of(house.telegram(), "Ann").await.id;
    bo.presses_in(topic, "Take it").until_answered().await;
    let conversation = until("her conversation", || async { house.agent.all("/conversations?status=open").await.into_iter().next() }).await;
    let fields = json!({ "template": "refund", "fields": { "order_number": "1001" } });
    let ticket = house.agent.post(&format!("/conversations/{}/ticket", id(&conversation)), fields).await;
    let number = ticket["number"].as_str().expect("a number").to_owned();
    house.agent.patch(&format!("/tickets/{number}"), json!({ "owner": "bo" })).await;

    // Bo links the order where he works; the only system needs no name.
    let a_while = |house: &House| house.pass(Duration::from_secs(120));
    a_while(&house);
    bo.writes_in(topic, "/reference 4711");
    house.telegram().until_posted(topic, "refers to it").await;
    let case = &house.agent.all(&format!("/tickets/{number}/references")).await[0];
    assert_eq!((&case["system"], &case["url"]), (&json!("erp"), &json!("https://erp.example/orders/4711")));

    // The refund is booked, and everybody goes on: the ticket is resolved, the conversation closed.
    assert_eq!(says(&house, &event(&house, "e1", "booked", 0)).await.status, 200);
    a_while(&house);
    let says_where =
        |telegram: &TelegramFake| telegram.topic(topic)?.pinned.filter(|card| card.text.contains("4711") && card.text.contains("booked"));
    house.telegram().until("the case on the card", says_where).await;
    house.agent.patch(&format!("/tickets/{number}"), json!({ "status": "resolved" })).await;
    house.agent.does(&conversation, "close").await;
    assert!(house.agent.all("/follow-ups").await.is_empty());

    // Days later it comes back. Bo is told, and after a restart no second time.
    house.pass(3 * DAY);
    let failed = event(&house, "e2", "came back", 0);
    let answer = says(&house, &failed).await;
    assert_eq!((answer.status, &answer.json["duplicate"]), (200, &json!(false)));
    let told = in_general(house.telegram(), "4711").await;
    assert!(told.text.contains("Bo") && told.text.contains("Warehouse") && told.text.contains("came back") && told.text.contains(&number), "{told}");
    house.program.restart().await;
    assert_eq!(says(&house, &failed).await.json["duplicate"], json!(true));
    assert_eq!(says(&house, &event(&house, "e3", "failed", 1)).await.status, 200);
    let open = house.agent.all("/follow-ups?agent=bo").await;
    assert_eq!((open.len(), &open[0]["state"]), (1, &json!("due")));
    assert_eq!(house.agent.get(&format!("/tickets/{number}")).await["status"], "resolved", "nobody opens it for him");

    // He puts it off by a button, is told again when it is time, and finishes it.
    a_while(&house);
    let posts = |telegram: &TelegramFake| telegram.general().into_iter().filter(|post| post.from_bot && post.text.contains("4711")).count();
    assert_eq!(posts(house.telegram()), 1);
    bo.presses(told.id, "⏱ Tomorrow at 9:00").until_answered().await;
    a_while(&house);
    in_general(house.telegram(), "put off to").await;
    house.pass(2 * DAY);
    let again = house
        .telegram()
        .until("another post", |telegram| {
            telegram.general().into_iter().rev().find(|post| post.id != told.id && post.text.contains("4711") && !post.labels().is_empty())
        })
        .await;
    a_while(&house);
    bo.presses(again.id, "✅ Done").until_answered().await;
    a_while(&house);
    let done = house
        .telegram()
        .until("it is done", |telegram| telegram.general().into_iter().find(|post| post.id == again.id && post.text.contains("done")))
        .await;
    assert_eq!(done.labels().len(), 0, "{done}");
    assert!(house.agent.all("/follow-ups").await.is_empty());
    let timeline = house.agent.all(&format!("/tickets/{number}/timeline")).await;
    let steps = |kind: &str| {
        let of_kind = timeline.iter().filter(|event| event["kind"] == kind);
        of_kind.map(|event| event["details"]["step"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(steps("referenced"), ["linked", "state", "failed", "failed"]);
    assert_eq!(steps("follow_up"), ["set", "due", "put_off", "due", "done"]);
    assert!(ann.hears().iter().all(|heard| !heard.text.contains("4711")), "the customer hears nothing of it: {:?}", ann.hears());
    assert!(!house.program.logged().contains("C2FVsBQ"), "secrets are never logged");

    // Who is forgotten leaves no order behind, in the group neither.
    let contact = conversation["contact"].as_str().expect("a contact");
    house.agent.call(Method::DELETE, &format!("/contacts/{contact}"), None, &[]).await.ok();
    a_while(&house);
    house
        .telegram()
        .until("nothing of the case", |telegram| {
            let is_there = |post: &Seen| [told.id, again.id].contains(&post.id) && post.text.contains("4711");
            (!telegram.general().iter().any(is_there)).then_some(())
        })
        .await;
    assert!(house.agent.all(&format!("/tickets/{number}/references")).await.is_empty());
    house.closes().await;
}

/// What came of a ticket's follow-ups, in the order in which it came.
async fn came(house: &House, number: &str) -> Vec<Value> {
    let timeline = house.agent.all(&format!("/tickets/{number}/timeline")).await;
    timeline.into_iter().filter(|event| event["details"]["step"] == "due").map(|mut event| event["details"].take()).collect()
}

/// Six hours without the program: what was due comes once each, in due order, and says that it is late (F-43).
async fn what_fell_due_while_the_program_was_down_comes_in_its_order(database: Database) {
    let mut house = setup(database).with_clock().open().await;
    let ann = house.customer("ann");
    ann.asks("my parcel never came").await;
    let number = linked_ticket(&house, &ann.thread).await;
    let now = house.program.clock.seconds();
    let in_minutes = |minutes: i64| chrono::DateTime::from_timestamp(now + 60 * minutes, 0).expect("a time");
    for minutes in [200, 30, 340, 90, 500, 31] {
        let body = json!({ "text": format!("check after {minutes}"), "due_at": in_minutes(minutes) });
        house.agent.post(&format!("/tickets/{number}/follow-ups"), body).await;
    }
    house.program.stop().await;
    house.pass(6 * HOUR);
    house.program.start().await;
    let came_once = until("they come", || async { Some(came(&house, &number).await).filter(|came| came.len() >= 5) }).await;
    house.program.kill().await;
    house.program.start().await;
    house.program.drained(PATIENCE).await;
    assert_eq!(came(&house, &number).await, came_once, "after a crash none comes again");
    assert!(came_once.iter().all(|details| details["late"] == true), "{came_once:?}");
    let order =
        came_once.iter().map(|details| details["due_at"].as_str().and_then(|at| at.parse::<chrono::DateTime<chrono::Utc>>().ok()).expect("a time"));
    assert_eq!(order.collect::<Vec<_>>(), [30, 31, 90, 200, 340].map(in_minutes));
    // The sixth is still to come, and is on time then.
    house.pass(3 * HOUR);
    until("the sixth comes", || async { (came(&house, &number).await.len() == 6).then_some(()) }).await;
    house.closes().await;
}

/// Many are due in one second: each comes once, nobody else waits for them, and a kill in the middle changes nothing (F-44; the size and
/// the times that are wanted are measured by the load tool's `due`).
async fn many_follow_ups_in_one_second_come_once_each(database: Database) {
    const TICKETS: usize = 20;
    const EACH: usize = 40;
    let mut house = setup(database).with_clock().open().await;
    let contact = id(&house.agent.post("/contacts", json!({ "name": "Ann" })).await);
    let due = chrono::DateTime::from_timestamp(house.program.clock.seconds() + 3600, 0).expect("a time");
    let mut numbers = Vec::new();
    for order in 0..TICKETS {
        let body = json!({ "template": "refund", "contact": contact, "fields": { "order_number": format!("{}", 1000 + order) } });
        let number = house.agent.post("/tickets", body).await["number"].as_str().expect("a number").to_owned();
        for _ in 0..EACH {
            house.agent.post(&format!("/tickets/{number}/follow-ups"), json!({ "text": "check", "due_at": due })).await;
        }
        numbers.push(number);
    }
    house.pass(HOUR);
    until("the first come", || async { (!came(&house, &numbers[0]).await.is_empty()).then_some(()) }).await;
    house.program.kill().await;
    house.program.start().await;
    assert_eq!(house.customer("bob").asks("my cat ate the remote control").await.author(), "bot");
    for number in &numbers {
        until("all come", || async { (came(&house, number).await.len() >= EACH).then_some(()) }).await;
    }
    house.program.drained(PATIENCE).await;
    for number in &numbers {
        assert_eq!(came(&house, number).await.len(), EACH, "{number}");
    }
    house.closes().await;
}

/// Those of one second come due together; one whose record is broken waits by itself until it is mended.
async fn one_that_cannot_be_read_keeps_no_other_from_coming(database: Database) {
    let house = setup(database).with_clock().open().await;
    let contact = id(&house.agent.post("/contacts", json!({ "name": "Ann" })).await);
    let new = json!({ "template": "refund", "contact": contact, "fields": { "order_number": "1000" } });
    let number = house.agent.post("/tickets", new).await["number"].as_str().expect("a number").to_owned();
    let due = chrono::DateTime::from_timestamp(house.program.clock.seconds() + 3600, 0).expect("a time");
    for text in ["first", "broken", "last"] {
        house.agent.post(&format!("/tickets/{number}/follow-ups"), json!({ "text": text, "due_at": due })).await;
    }
    let damage = |failure: &'static str| format!("UPDATE follow_up SET failure = {failure} WHERE text = 'broken'");
    let (place, data) = (&house.program.place, house.program.data());
    place.run(&data, &damage("'no JSON'")).await;
    house.pass(HOUR);
    until("the others come", || async { (came(&house, &number).await.len() == 2).then_some(()) }).await;
    place.run(&data, &damage("NULL")).await;
    until("it comes when it can be read", || async { (came(&house, &number).await.len() == 3).then_some(()) }).await;
    house.program.drained(PATIENCE).await;
    assert_eq!(came(&house, &number).await.len(), 3);
    house.closes().await;
}

async fn calls_that_are_forged_broken_or_repeated_change_nothing(database: Database) {
    let house = setup(database).set("systems.crm.name", "CRM").open().await;
    let ann = house.customer("ann");
    ann.asks("my parcel never came").await;
    let number = linked_ticket(&house, &ann.thread).await;
    let good = event(&house, "e1", "failed", 0);
    let bytes = good.to_string().into_bytes();
    let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    for (case, system, secret, seconds_ago) in [
        ("another secret", "erp", other, 0),
        ("an old signature", "erp", SECRET, 301),
        ("one from the future", "erp", SECRET, -301),
        ("a system that may not call", "crm", SECRET, 0),
        ("no system", "nowhere", SECRET, 0),
    ] {
        let answer = sends(&house, system, secret, seconds_ago, &bytes).await;
        assert_eq!(answer.status, 401, "{case}: {answer:?}");
    }
    let with = |change: Value| {
        let mut body = good.clone();
        for (key, value) in change.as_object().expect("changes") {
            body[key] = value.clone();
        }
        body.to_string().into_bytes()
    };
    let deep = format!("{{\"id\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000)).into_bytes();
    let twice = format!("{good}{good}").into_bytes();
    for (case, body) in [
        ("nothing", Vec::new()),
        ("no JSON", b"hello".to_vec()),
        ("no text", b"\xff\xfe".to_vec()),
        ("a list", b"[]".to_vec()),
        ("depth", deep),
        ("two of them", twice),
        ("fields that nobody declared", with(json!({ "ticket": number, "owner": "admin" }))),
        ("no state", with(json!({ "state": null }))),
        ("an empty id", with(json!({ "id": "" }))),
        ("a long state", with(json!({ "state": "x".repeat(300) }))),
        ("signs that no id has", with(json!({ "reference": "47\u{0}11" }))),
        ("a script as address", with(json!({ "url": "javascript:alert(1)" }))),
        ("a time in words", with(json!({ "at": "soon" }))),
        ("a time to come", with(json!({ "at": "2999-01-01T00:00:00Z" }))),
        ("a number that is none", with(json!({ "sequence": 1e300 }))),
    ] {
        let answer = sends(&house, "erp", SECRET, 0, &body).await;
        assert_eq!(answer.status, 400, "{case}: {answer:?}");
    }
    let large = with(json!({ "state": "x".repeat(20_000) }));
    assert_eq!(sends(&house, "erp", SECRET, 0, &large).await.status, 413);
    for nowhere in ["4712", "4711' OR 1=1 --", "%", "T-1"] {
        let answer = sends(&house, "erp", SECRET, 0, &with(json!({ "id": nowhere, "reference": nowhere }))).await;
        assert_eq!((answer.status, &answer.json["detail"]), (404, &json!("reference not found")), "{nowhere}");
    }
    assert!(house.agent.all("/follow-ups").await.is_empty());
    assert_eq!(house.agent.all(&format!("/tickets/{number}/references")).await[0]["state"], json!(null));

    // Numbers say what is later; the same event again, with whatever in it, changes nothing, and many at once make one follow-up.
    for (said, state) in [
        (json!({ "id": "n2", "state": "failed", "sequence": 2 }), "failed"),
        (json!({ "id": "n1", "state": "booked", "sequence": 1 }), "failed"),
        (json!({ "id": "n2", "state": "booked", "sequence": 9 }), "failed"),
        (json!({ "id": "n3", "state": "sent", "sequence": 3, "at": "2020-01-01T00:00:00Z" }), "sent"),
    ] {
        let answer = sends(&house, "erp", SECRET, 0, &with(said.clone())).await;
        assert_eq!(answer.status, 200, "{said}: {answer:?}");
        assert_eq!(house.agent.all(&format!("/tickets/{number}/references")).await[0]["state"], state, "{said}");
    }
    let again: Vec<Vec<u8>> = (0..8).map(|event| with(json!({ "id": format!("m{event}"), "state": "failed", "sequence": 10 + event }))).collect();
    let answers = futures_util::future::join_all(again.iter().map(|body| sends(&house, "erp", SECRET, 0, body))).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 503)), "{answers:?}");
    assert_eq!(house.agent.all("/follow-ups").await.len(), 1);
    house.closes().await;
}
