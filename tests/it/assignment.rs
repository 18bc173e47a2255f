//! Who gets what waits: people with skills who come and go.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Customer, Database, Fault, House, Setup, agent::id, on_both_databases, until, waiting::until_within};

on_both_databases!(
    a_customer_is_handed_to_the_agent_who_fits_and_everybody_can_read_why,
    whoever_leaves_loses_what_waits_for_them_and_whoever_comes_gets_it_within_a_second,
    whatever_makes_room_moves_the_queue_within_a_second,
    the_word_of_the_handoff_is_told_though_somebody_has_it_already,
    many_customers_and_agents_at_once_keep_every_limit,
    of_many_who_want_one_thing_at_once_one_has_it_and_the_others_see_who,
    nothing_is_given_away_where_nobody_asked_for_it,
    rules_are_tried_on_tickets_that_there_are,
    what_does_not_fit_is_refused_with_its_place,
);

/// How long the queue may take to move.
const A_SECOND: Duration = Duration::from_secs(1);

async fn employs(house: &House, key: &str, more: Value) {
    let mut body = json!({ "key": key, "name": key, "email": format!("{key}@example.org"), "role": "agent", "departments": ["support"] });
    for (field, value) in more.as_object().expect("an object") {
        body[field] = value.clone();
    }
    house.agent.post("/agents", body).await;
}

async fn says(house: &House, key: &str, presence: &str) {
    house.agent.put(&format!("/agents/{key}/presence"), json!({ "presence": presence })).await;
}

async fn assigns_by_itself(house: &House, how: Value) {
    house.agent.put("/departments/support", json!({ "name": { "en": "Support" }, "assignment": how })).await;
}

/// Asks for a person; gives the conversation once `key` has it, or fails after a second.
async fn is_given(house: &House, customer: &Customer<'_>, key: &str) -> Value {
    until_within(A_SECOND, &format!("conversation of {} with {key}", customer.thread), || async {
        house.agent.conversations_of(&customer.thread).await.into_iter().find(|it| it["assignee"] == key && it["status"] == "open")
    })
    .await
}

async fn a_customer_is_handed_to_the_agent_who_fits_and_everybody_can_read_why(database: Database) {
    let house = House::without_articles(database).await;
    assigns_by_itself(&house, json!({})).await;
    employs(&house, "mei", json!({ "languages": ["zh"], "capacity": { "chats": 2 } })).await;
    employs(&house, "bo", json!({ "languages": ["en", "de"], "capacity": { "chats": 2 } })).await;
    employs(&house, "kim", json!({ "languages": ["en"] })).await;
    for key in ["mei", "bo"] {
        says(&house, key, "online").await;
    }
    let lena = house.customer("lena").with(json!({ "locale": "de" }));
    lena.asks("/human").await;
    let given = is_given(&house, &lena, "bo").await;
    let routing = &given["routing"];
    assert_eq!((&routing["rule"], &routing["department"], &routing["owner"]), (&json!("fallback"), &json!("support"), &json!("bo")));
    let why = &routing["assignment"];
    assert_eq!(why["agent"], "bo");
    assert_eq!(why["reasons"], json!([{ "why": "language", "language": "de", "text": "works in Deutsch" }]), "{why}");
    assert_eq!(why["others"], json!([{ "agent": "kim", "why": "never_there", "text": "never said that they are there" }]), "{why}");
    let in_words = routing["reasons"].as_array().expect("reasons").iter().any(|reason| reason["condition"] == "bo works in Deutsch");
    assert!(in_words, "{routing}");
    let timeline = house.agent.all(&format!("/conversations/{}/timeline", id(&given))).await;
    let assigned = timeline.iter().find(|event| event["kind"] == "assigned").expect("a line on the timeline");
    assert_eq!((&assigned["details"]["agent"], &assigned["details"]["automatic"]), (&json!("bo"), &json!(true)));

    // By way of the bot she comes back to him, although the others have less to do.
    house.agent.does(&given, "bot").await;
    lena.hears().await;
    says(&house, "kim", "online").await;
    lena.asks("/human").await;
    let again = is_given(&house, &lena, "bo").await;
    assert_eq!(again["routing"]["assignment"]["reasons"][0]["why"], "had_customer", "{again}");
    house.closes().await;
}

async fn whoever_leaves_loses_what_waits_for_them_and_whoever_comes_gets_it_within_a_second(database: Database) {
    let house = Setup::on(database).with_clock().open().await;
    let agent = &house.agent;
    assigns_by_itself(&house, json!({ "most_chats": 1, "chats_back_after_minutes": 5, "away_after_minutes": 0 })).await;
    employs(&house, "mei", json!({})).await;
    employs(&house, "bo", json!({})).await;
    says(&house, "mei", "online").await;
    let (ann, ben) = (house.customer("ann"), house.customer("ben"));
    ann.asks("/human").await;
    is_given(&house, &ann, "mei").await;

    // All are full: the next one waits, and everybody can read why.
    ben.asks("/human").await;
    let waiting = agent.finds_with_status(&ben.thread, "queued").await;
    let nobody = agent.get(&format!("/conversations/{}/candidates", id(&waiting))).await;
    assert_eq!((&nobody["agent"], &nobody["reasons"][0]["why"]), (&Value::Null, &json!("nobody_free")), "{nobody}");
    let full = nobody["others"].as_array().expect("others").iter().find(|other| other["agent"] == "mei").expect("Mei");
    assert_eq!((&full["why"], &full["load"], &full["most"]), (&json!("full"), &json!(1), &json!(1)));
    assert!(agent.conversations_of(&ben.thread).await[0]["assignee"].is_null());

    // Somebody comes.
    says(&house, "bo", "online").await;
    let bens = is_given(&house, &ben, "bo").await;

    // Mei leaves; after the set time what she had goes back, and on to whoever is free next.
    says(&house, "mei", "offline").await;
    house.pass(Duration::from_secs(6 * 60));
    let back = agent.finds_with_status(&ann.thread, "queued").await;
    assert_eq!(back["routing"]["assignment"]["reasons"][0]["why"], "absent", "{back}");
    assert_eq!(back["routing"]["assignment"]["reasons"][0]["agent"], "mei");
    agent.does(&bens, "close").await;
    is_given(&house, &ann, "bo").await;
    ann.hears_nothing_more().await;

    // A restart forgets nothing: who left is still away, and the sweep goes on.
    says(&house, "bo", "away").await;
    let mut house = house;
    house.program.stop().await;
    house.pass(Duration::from_secs(6 * 60));
    house.program.start().await;
    let house = house;
    house.agent.finds_with_status("thread-ann", "queued").await;
    house.closes().await;
}

async fn whatever_makes_room_moves_the_queue_within_a_second(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    agent.put("/departments/night", json!({ "name": { "en": "Night" } })).await;
    assigns_by_itself(&house, json!({ "most_chats": 1, "most_tickets": 1, "away_after_minutes": 0 })).await;
    employs(&house, "mei", json!({})).await;
    says(&house, "mei", "online").await;
    let names: Vec<String> = (0..7).map(|number| format!("c{number}")).collect();
    let customers: Vec<Customer<'_>> = names.iter().map(|name| house.customer(name)).collect();
    let mut has = Vec::new();
    for (number, customer) in customers.iter().enumerate() {
        customer.asks("/human").await;
        if number == 0 {
            has.push(is_given(&house, customer, "mei").await);
        } else {
            agent.finds_with_status(&customer.thread, "queued").await;
        }
    }
    let tomorrow = chrono::DateTime::from_timestamp(house.program.clock.seconds() + 86_400, 0).expect("a time");
    // Closed, back to the bot, put off, given to another department: each makes room for the next one.
    let moves: [(&str, Value); 4] = [
        ("close", json!({})),
        ("bot", json!({})),
        ("snooze", json!({ "until": tomorrow })),
        ("assign", json!({ "department": "night", "agent": null })),
    ];
    for (number, (step, body)) in moves.into_iter().enumerate() {
        let last = has.last().expect("what Mei has");
        agent.post(&format!("/conversations/{}/{step}", id(last)), body).await;
        let next = customers.get(number + 1).expect("the next one");
        has.push(is_given(&house, next, "mei").await);
        assert_eq!(agent.all("/conversations?status=open&assignee=mei").await.len(), 1, "{step}");
    }
    // She takes one more for now.
    agent.put("/agents/mei/presence", json!({ "presence": "online", "capacity": 2 })).await;
    let sixth = is_given(&house, &customers[5], "mei").await;
    // Who does not work here any more keeps nothing, at once.
    employs(&house, "bo", json!({ "capacity": { "chats": 3 } })).await;
    says(&house, "bo", "online").await;
    is_given(&house, &customers[6], "bo").await;
    agent.put("/agents/mei", json!({ "disabled": true })).await;
    is_given(&house, &customers[5], "bo").await;
    is_given(&house, &customers[4], "bo").await;
    assert_eq!(agent.all("/conversations?status=open&assignee=mei").await, Vec::<Value>::new());

    // A ticket that is done makes room for the next ticket.
    let makes = |conversation: String, order: &'static str| {
        let body = json!({ "template": "refund", "fields": { "order_number": order } });
        async move { agent.post(&format!("/conversations/{conversation}/ticket"), body).await }
    };
    let first = makes(id(&sixth), "1001").await["number"].as_str().expect("a number").to_owned();
    let owned = |number: String| async move { (agent.get(&format!("/tickets/{number}")).await["owner"] == "bo").then_some(()) };
    until_within(A_SECOND, "first ticket with Bo", || owned(first.clone())).await;
    let second = makes(id(&has[4]), "1002").await["number"].as_str().expect("a number").to_owned();
    assert!(owned(second.clone()).await.is_none(), "he has as much as he takes");
    agent.patch(&format!("/tickets/{first}"), json!({ "status": "resolved" })).await;
    until_within(A_SECOND, "second ticket with Bo", || owned(second.clone())).await;
    house.closes().await;
}

async fn the_word_of_the_handoff_is_told_though_somebody_has_it_already(database: Database) {
    let house = House::without_articles(database).await;
    assigns_by_itself(&house, json!({})).await;
    employs(&house, "mei", json!({})).await;
    says(&house, "mei", "online").await;
    let ann = house.customer("ann");
    house.receiver.always_meets(None, Fault::Status(503));
    ann.says("/human").await;
    is_given(&house, &ann, "mei").await;
    house.receiver.lift();
    assert!(ann.hears().await.text().contains("A person will take over"));
    house.closes().await;
}

async fn many_customers_and_agents_at_once_keep_every_limit(database: Database) {
    let house = House::without_articles(database).await;
    assigns_by_itself(&house, json!({ "most_chats": 2, "away_after_minutes": 0, "chats_back_after_minutes": 0 })).await;
    let keys = ["mei", "bo", "kim"];
    for key in keys {
        employs(&house, key, json!({})).await;
        says(&house, key, "online").await;
    }
    let names: Vec<String> = (0..12).map(|number| format!("c{number}")).collect();
    let customers: Vec<Customer<'_>> = names.iter().map(|name| house.customer(name)).collect();
    let within_limits = || async {
        let open: Vec<Value> = house.agent.all("/conversations?status=open").await;
        for key in keys {
            let has = open.iter().filter(|conversation| conversation["assignee"] == key).count();
            assert!(has <= 2, "{key} has {has}");
        }
        open
    };
    let arrive = futures_util::future::join_all(customers.iter().map(|customer| customer.asks("/human")));
    let come_and_go = async {
        for presence in ["away", "online", "offline", "online"] {
            says(&house, "kim", presence).await;
        }
    };
    let watch = async {
        for _ in 0..10 {
            within_limits().await;
        }
    };
    tokio::join!(arrive, come_and_go, watch);

    // Everybody is served in the end, six at a time.
    let started = Instant::now();
    let mut served = std::collections::BTreeSet::new();
    while served.len() < names.len() {
        let open = until("conversation that somebody has", || async {
            let open = within_limits().await;
            (!open.is_empty()).then_some(open)
        })
        .await;
        let closing = open.iter().map(|conversation| house.agent.does(conversation, "close"));
        futures_util::future::join_all(closing).await;
        served.extend(open.iter().map(id));
        assert!(started.elapsed() < crate::support::PATIENCE, "{} of {} served", served.len(), names.len());
    }
    for conversation in &served {
        let timeline = house.agent.all(&format!("/conversations/{conversation}/timeline")).await;
        assert_eq!(timeline.iter().filter(|event| event["kind"] == "assigned").count(), 1, "{timeline:#?}");
    }
    house.closes().await;
}

/// Agents take one conversation, own one ticket and merge two tickets into each other at the same moment (F-54).
async fn of_many_who_want_one_thing_at_once_one_has_it_and_the_others_see_who(database: Database) {
    const ROUNDS: usize = 10;
    let house = House::without_articles(database).await;
    let keys: Vec<String> = (0..6).map(|number| format!("agent-{number}")).collect();
    for key in &keys {
        employs(&house, key, json!({})).await;
    }
    let contact = id(&house.agent.post("/contacts", json!({ "name": "Ann" })).await);
    let new = async || {
        let body = json!({ "template": "refund", "contact": contact, "fields": { "order_number": "1001" } });
        house.agent.post("/tickets", body).await["number"].as_str().expect("a number").to_owned()
    };
    let mut too_late = 0;
    for round in 0..ROUNDS {
        let ann = house.customer(&format!("ann-{round}"));
        ann.asks("/human").await;
        let waiting = format!("/conversations/{}", id(&house.agent.finds_with_status(&ann.thread, "queued").await));
        let take = format!("{waiting}/take");
        let takes = keys.iter().map(|key| house.agent.tries(Method::POST, &take, json!({ "agent": key })));
        let answers = futures_util::future::join_all(takes).await;
        let has = house.agent.get(&waiting).await["assignee"].clone();
        for answer in answers {
            match answer.status {
                200 => assert!(keys.iter().any(|key| answer.json["assignee"] == *key), "{answer:?}"),
                409 => {
                    too_late += 1;
                    assert!(answer.json["current"]["assignee"].is_string(), "whoever was slower sees who has it: {answer:?}");
                }
                other => panic!("{other}: {answer:?}"),
            }
        }
        assert!(keys.iter().any(|key| has == *key), "{has}");

        // With the version that they looked at exactly one of them is right.
        let ticket = format!("/tickets/{}", new().await);
        let owns = keys.iter().map(|key| house.agent.call(Method::PATCH, &ticket, Some(json!({ "owner": key })), &[("if-match", "\"1\"")]));
        let answers = futures_util::future::join_all(owns).await;
        let owner = house.agent.get(&ticket).await["owner"].clone();
        for answer in &answers {
            let told = if answer.status == 200 { &answer.json["owner"] } else { &answer.json["current"]["owner"] };
            assert!(matches!(answer.status, 200 | 412) && *told == owner, "{owner}: {answer:?}");
        }
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");

        // A into B and B into A.
        let (one, other) = (new().await, new().await);
        let merge = async |from: &str, into: &str| house.agent.tries(Method::POST, &format!("/tickets/{from}/merge"), json!({ "into": into })).await;
        let (there, back) = tokio::join!(merge(&one, &other), merge(&other, &one));
        let late = if there.status == 200 { &back } else { &there };
        assert_eq!((there.status.min(back.status), late.status), (200, 409), "{there:?}, {back:?}");
        assert!(late.json["current"]["number"].is_string(), "{late:?}");
    }
    assert!(too_late > 0, "nobody was too late in {ROUNDS} rounds");
    house.closes().await;
}

async fn nothing_is_given_away_where_nobody_asked_for_it(database: Database) {
    let house = House::without_articles(database).await;
    employs(&house, "mei", json!({})).await;
    says(&house, "mei", "online").await;
    let ann = house.customer("ann");
    ann.asks("/human").await;
    let waiting = house.agent.finds_with_status(&ann.thread, "queued").await;
    let would = house.agent.get(&format!("/conversations/{}/candidates", id(&waiting))).await;
    assert_eq!((&would["agent"], &would["reasons"][0]["why"]), (&json!("mei"), &json!("only_one")), "it can be asked all the same");
    ann.hears_nothing_more().await;
    assert_eq!(house.agent.finds_with_status(&ann.thread, "queued").await["assignee"], Value::Null);
    house.closes().await;
}

async fn rules_are_tried_on_tickets_that_there_are(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    house.opens_the_vip_desk().await;
    for (name, tier, amount) in [("ann", "vip", 20), ("ben", "standard", 900), ("cem", "standard", 10)] {
        let customer = house.customer(name).with(json!({ "tier": tier, "region": "DE" }));
        customer.asks("/human").await;
        let conversation = agent.finds_with_status(&customer.thread, "queued").await;
        let body = json!({ "template": "refund", "fields": { "order_number": "1001", "amount": amount } });
        agent.post(&format!("/conversations/{}/ticket", id(&conversation)), body).await;
    }
    let large = json!({ "key": "large", "position": 1, "when": { "field": "fields.amount", "op": "gt", "value": 500 },
        "then": { "department": "vip_de", "priority": "urgent", "skills": { "refunds": 3 } } });
    let rest = json!({ "key": "rest", "then": { "department": "support" } });
    let trial = agent.post("/route/try", json!({ "rules": [large, rest], "last": 10 })).await;
    assert_eq!(trial["looked_at"], 3);
    let differences = trial["differences"].as_array().expect("differences");
    let summary: Vec<(&str, &str, &str, &str)> = differences
        .iter()
        .map(|it| {
            let department = |which: &str| it[which]["department"].as_str().unwrap_or_default();
            (it["ticket"].as_str().unwrap_or_default(), department("then"), department("now"), department("tried"))
        })
        .collect();
    assert_eq!(summary, [("T-2", "support", "support", "vip_de"), ("T-1", "vip_de", "vip_de", "support")]);
    assert_eq!((&differences[0]["tried"]["rule"], &differences[0]["tried"]["skills"]["refunds"]), (&json!("large"), &json!(3)));
    assert_eq!(agent.get("/tickets/T-2").await["department"], "support", "nothing was changed");
    assert_eq!(agent.post("/route/try", json!({ "rules": [], "last": 1 })).await["looked_at"], 1);
    house.closes().await;
}

async fn what_does_not_fit_is_refused_with_its_place(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    employs(&house, "mei", json!({ "skills": { "refunds": 3 } })).await;
    let long = "x".repeat(2_000);
    for (method, path, body, places) in [
        (
            Method::PUT,
            "/agents/mei",
            json!({ "skills": { "refunds": 6 }, "regions": ["DE", "Atlantis"], "tiers": ["none"], "calendar": "never", "capacity": { "chats": 5000 } }),
            vec!["skills.refunds", "regions[1]", "tiers[0]", "calendar", "capacity.chats"],
        ),
        (
            Method::PUT,
            "/departments/support",
            json!({ "name": { "en": "Support" }, "assignment": { "most_tickets": 1001, "skills": { "a b": 1 } } }),
            vec!["assignment.skills.a b", "assignment.most_tickets"],
        ),
        (Method::PUT, "/departments/support", json!({ "name": { "en": "Support" }, "assignment": { "chatter": true } }), vec!["document"]),
        (
            Method::POST,
            "/route/try",
            json!({ "rules": [{ "key": "x", "then": { "department": "nowhere", "skills": { "refunds": 0 } } }] }),
            vec!["rules[0].then.department", "rules[0].then.skills.refunds"],
        ),
        (Method::POST, "/route/try", json!({ "rules": [], "last": 501 }), vec!["last"]),
        (
            Method::POST,
            "/route/try",
            json!({ "rules": [{ "key": "'; DROP TABLE ticket; --", "when": { "field": "text", "op": "matches", "value": long }, "then": { "department": "support" } }] }),
            vec!["rules[0].key"],
        ),
    ] {
        let refused: Vec<String> = agent.tries(method, path, body).await.refused().into_iter().map(|(place, _)| place).collect();
        assert_eq!(refused, places, "{path}");
    }
    let mei = agent.get("/agents/mei").await;
    assert_eq!((&mei["skills"], &mei["capacity"]), (&json!({ "refunds": 3 }), &json!({ "chats": null, "tickets": null })));
    let changed = agent.put("/agents/mei", json!({ "capacity": { "tickets": 7 }, "regions": ["DE"] })).await;
    assert_eq!((&changed["skills"], &changed["regions"], &changed["capacity"]["tickets"]), (&json!({ "refunds": 3 }), &json!(["DE"]), &json!(7)));
    let cleared = agent.put("/agents/mei", json!({ "capacity": { "tickets": null }, "skills": {} })).await;
    assert_eq!((&cleared["skills"], &cleared["capacity"]["tickets"]), (&json!({}), &Value::Null));
    // A region that somebody serves is not removed under them.
    let refused = agent.tries(Method::DELETE, "/regions/DE", json!(null)).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    house.closes().await;
}
