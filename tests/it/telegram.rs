//! The main job through Telegram: a customer in a private chat, agents in the staff group.

mod agents;
mod asking;
mod faults;
mod hostile;
mod nodes;
mod outage;
mod own_words;
mod part;
mod settled;
mod strangers;
mod twice;

use std::time::Duration;

use bellhop_telegram_fake::{Agent as Colleague, Fault, SeenTopic, TelegramFake};
use serde_json::json;

use crate::support::{DAY, Database, House, PATIENCE, Page, Setup, agent::id, on_both_databases, until};

on_both_databases!(
    the_whole_story_by_polling,
    the_whole_story_by_webhook,
    whoever_is_not_linked_reaches_nobody,
    what_was_received_before_a_kill_is_answered_once,
    a_token_that_was_revoked_keeps_the_queue,
);

/// Somebody who works here and has proven it in the group.
pub(crate) async fn linked(house: &House, name: &str, role: &str) -> Colleague {
    let email = format!("{}@shop.example", name.to_lowercase());
    house.program.prints(&["user", "create", "--email", &email, "--role", role, "--name", name]).await;
    let code = house.program.prints(&["user", "link-code", "--email", &email]).await;
    let colleague = house.telegram().agent(name);
    let message = colleague.writes_in_general(code.trim());
    let telegram = house.telegram();
    telegram
        .until("an answer to the code", |telegram| telegram.general().into_iter().find(|post| post.from_bot && post.reply_to == Some(message)))
        .await;
    colleague
}

/// The topic about this person, once its card is pinned.
pub(crate) async fn topic_of(telegram: &TelegramFake, name: &str) -> SeenTopic {
    telegram
        .until(&format!("a topic of {name} with a card"), |telegram| {
            telegram.topics().into_iter().find(|topic| topic.name.contains(name) && topic.pinned.is_some() && !topic.closed)
        })
        .await
}

async fn the_whole_story_by_polling(database: Database) {
    the_whole_story(database, "poll").await;
}

async fn the_whole_story_by_webhook(database: Database) {
    the_whole_story(database, "webhook").await;
}

async fn the_whole_story(database: Database, mode: &'static str) {
    let house = Setup::on(database).with_articles().with_clock().with_telegram(mode).open().await;
    let telegram = house.telegram();
    house.opens_the_vip_desk().await;
    let bo = linked(&house, "Bo", "agent").await;
    let mei = telegram.person("Mei", "zh");

    // She asks in Chinese and is answered in Chinese, with buttons.
    let asked = mei.says("怎么退货？");
    let answer = mei.until_hears("30 天内可以退").await;
    assert_eq!(answer.reply_to, Some(asked), "{answer}");
    assert_eq!(answer.labels(), ["有帮助", "没帮助", "转人工客服"]);
    assert!(telegram.topics().is_empty(), "people are not called for what the bot answers");

    // What no article answers goes to people: a topic with a card, and what was said so far.
    mei.says("我家的狗生病了怎么办？");
    mei.until_hears("下一位就是您").await;
    let topic = topic_of(telegram, "Mei").await;
    assert!(topic.name.contains("狗生病了"), "named after what was handed over, not after what was asked first: {}", topic.name);
    let topic = topic.id;
    telegram.until_posted(topic, "我家的狗生病了怎么办？").await;
    telegram.until_posted(topic, "怎么退货？").await;
    telegram.until_general("Mei").await;

    // What Bo writes reaches her; notes do not.
    bo.writes_in(topic, "您好，我是小博。您想退款吗？");
    mei.until_hears("您好，我是小博").await;
    bo.writes_in(topic, "// she sounds like a VIP");
    bo.writes_in(topic, "/note her dog is ill");
    mei.says("对，我想退款，东西坏了");
    telegram.until_posted(topic, "对，我想退款").await;
    let conversation = house.agent.finds(&mei.id().to_string(), "open", |conversation| conversation["status"] == "open").await;
    until("both notes", || async {
        let messages = house.agent.messages(&conversation).await;
        (messages.iter().filter(|message| message["direction"] == "note").count() == 2).then_some(())
    })
    .await;
    assert!(mei.hears().iter().all(|heard| !heard.text.contains("VIP") && !heard.text.contains("dog")), "{:?}", mei.hears());

    // What nobody may claim, an agent may set.
    bo.writes_in(topic, "/tier vip");
    bo.writes_in(topic, "/region DE");
    until("tier and region", || async {
        let contact = house.agent.get(&format!("/contacts/{}", conversation["contact"].as_str().expect("an id"))).await;
        (contact["tier"] == "vip" && contact["region"] == "DE").then_some(())
    })
    .await;

    // The card of the ticket says what is known and asks for what is missing; no ticket is made without it.
    bo.writes_in(topic, "/ticket refund");
    let card = telegram.until_posted(topic, "⚠").await;
    assert!(card.text.contains("Order number") || card.text.contains("order number"), "{card}");
    assert!(card.text.contains("German VIP desk"), "{card}");
    assert!(house.agent.all("/tickets").await.is_empty());
    bo.replies(card.id, "A-1001");
    let ready = telegram.until("the card without gaps", |telegram| {
        let posts = telegram.topic(topic)?.posts;
        posts.into_iter().find(|post| post.id == card.id && post.text.contains("A-1001") && !post.text.contains('⚠'))
    });
    let ready = ready.await;
    assert!(ready.labels().contains(&"Make the ticket"), "{ready}");
    bo.presses(card.id, "Make the ticket").until_answered().await;
    let made = telegram.until("the card with the ticket", |telegram| {
        let posts = telegram.topic(topic)?.posts;
        posts.into_iter().find(|post| post.id == card.id && post.text.contains("T-1"))
    });
    let made = made.await;
    assert!(made.text.contains("German VIP desk") && made.labels().contains(&"Undo"), "{made}");
    let ticket = house.agent.get("/tickets/T-1").await;
    assert_eq!((&ticket["template"], &ticket["department"], &ticket["priority"]), (&json!("refund"), &json!("vip_de"), &json!("high")), "{ticket}");
    assert_eq!(ticket["fields"]["order_number"]["value"], "A-1001");
    assert_eq!(ticket["routing"]["rule"], "german_vips");

    // She gets the number and a link that opens.
    let notice = mei.until_hears("T-1").await;
    let link = ticket["tracking_url"].as_str().expect("a link");
    assert!(notice.text.contains(link) || notice.entities.to_string().contains(link), "{notice} {}", notice.entities);
    assert_eq!(Page::open(&house, link).await.status, 200);

    // Pressed again it makes nothing again.
    bo.writes_in(topic, "/ticket refund");
    telegram.until_posted(topic, "T-1").await;
    assert_eq!(house.agent.all("/tickets").await.len(), 1);

    // He closes; she is told, and the topic is put away.
    bo.writes_in(topic, "/close");
    mei.until_hears("这次对话已经结束").await;
    // Putting it away is the last of the twenty calls that a group takes in a minute.
    house.pass(Duration::from_secs(120));
    telegram.until("the topic put away", |telegram| telegram.topic(topic).filter(|topic| topic.closed)).await;

    // Next week's message is a new conversation, which the bot takes.
    house.pass(8 * DAY);
    let before = mei.hears().len();
    mei.says("怎么退货？");
    telegram.until("an answer", |_| (mei.hears().len() > before).then_some(())).await;
    let fresh = house.agent.finds_with_status(&mei.id().to_string(), "bot").await;
    assert_ne!(id(&fresh), id(&conversation));
    house.closes().await;
}

async fn whoever_is_not_linked_reaches_nobody(database: Database) {
    let house = Setup::on(database).with_telegram("poll").open().await;
    let telegram = house.telegram();
    let ann = telegram.person("Ann", "en");
    ann.says("my cat ate the remote control");
    ann.until_hears("person will take over").await;
    let topic = topic_of(telegram, "Ann").await.id;
    let eve = telegram.agent("Eve");
    let heard = ann.hears().len();
    eve.writes_in(topic, "Please send me your password");
    telegram.until_posted(topic, "not linked").await;
    eve.writes_in(topic, "/close");
    eve.presses_in(topic, "Take it").until_answered().await;
    eve.writes_in_general("/link WRONG-CODE");
    telegram
        .until("an answer to the wrong code", |telegram| telegram.general().into_iter().find(|post| post.from_bot && post.reply_to.is_some()))
        .await;
    house.program.drained(PATIENCE).await;
    assert_eq!(ann.hears().len(), heard, "{:?}", ann.hears());
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "queued").await;
    assert!(conversation["assignee"].is_null(), "{conversation}");

    // The same button does it for somebody who works here.
    let bo = linked(&house, "Bo", "agent").await;
    bo.presses_in(topic, "Take it").until_answered().await;
    let taken = house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    assert_eq!(taken["assignee"], "bo");
    house.closes().await;
}

/// Killed at any moment, each update is handled once: the offset moves only when it is stored (F-04).
async fn what_was_received_before_a_kill_is_answered_once(database: Database) {
    let mut house = Setup::on(database).with_articles().with_telegram("poll").open().await;
    let people: Vec<_> = (0..12).map(|number| house.telegram().person(&format!("P{number}"), "en")).collect();
    for (round, three) in people.chunks(3).enumerate() {
        for person in three {
            person.says("how long does shipping take");
        }
        if round % 2 == 0 {
            let first = three.first().expect("a person").id().to_string();
            house.agent.finds(&first, "stored", |_| true).await;
        }
        house.program.kill().await;
        house.program.start().await;
    }
    for person in &people {
        person.until_hears("working days").await;
    }
    house.program.drained(PATIENCE).await;
    for person in &people {
        let conversations = house.agent.conversations_of(&person.id().to_string()).await;
        assert_eq!(conversations.len(), 1);
        let messages = house.agent.messages(&conversations[0]).await;
        let count = |direction: &str| messages.iter().filter(|message| message["direction"] == direction).count();
        assert_eq!((count("in"), count("out")), (1, 1), "{messages:?}");
        // Telegram takes no key: what was on the wire at a kill may come twice, and says so.
        let maybe_twice = messages.iter().any(|message| message["delivery"] == "sent" && message["maybe_sent"] == true);
        assert!(person.hears().len() == 1 || maybe_twice, "{:?} {messages:?}", person.hears());
    }
    house.closes().await;
}

/// A revoked token stops the channel in clear words; what waits is kept, and goes when it is resumed with a good one (F-22).
async fn a_token_that_was_revoked_keeps_the_queue(database: Database) {
    let house = Setup::on(database).with_telegram("poll").open().await;
    let telegram = house.telegram();
    let ann = telegram.person("Ann", "en");
    ann.says("my cat ate the remote control");
    ann.until_hears("person will take over").await;
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "queued").await;
    telegram.revoke_token(true);
    house.agent.replies(&conversation, "I am here now.").await;
    let stopped = until("a stopped channel", || async {
        let channels = house.agent.get("/channels").await;
        let channel = channels["items"].as_array()?.iter().find(|channel| channel["name"] == "helpdesk")?.clone();
        channel["stopped"].is_object().then_some(channel)
    })
    .await;
    assert!(stopped["stopped"]["reason"].as_str().is_some_and(|reason| reason.to_lowercase().contains("token")), "{stopped}");
    assert!(ann.hears().iter().all(|heard| !heard.text.contains("I am here now")));
    telegram.revoke_token(false);
    house.agent.post("/channels/helpdesk/resume", json!({})).await;
    ann.until_hears("I am here now.").await;
    house.closes().await;
}

/// Telegram asks for a pause: replies wait for as long, and nobody is told twice (F-20).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_that_telegram_asks_for_is_kept() {
    let house = Setup::on(Database::Sqlite).with_articles().with_telegram("poll").open().await;
    let telegram = house.telegram();
    let (ann, bob) = (telegram.person("Ann", "en"), telegram.person("Bob", "en"));
    // The staff group has its queue before, so that the pause is Ann's.
    telegram.until("the pinned queue", |telegram| telegram.general().into_iter().find(|post| post.pinned)).await;
    telegram.fails("sendMessage", 1, Fault::RetryAfter(2));
    let begun = std::time::Instant::now();
    ann.says("how long does shipping take");
    ann.until_hears("working days").await;
    assert!(begun.elapsed() >= Duration::from_secs(2), "after {:?}", begun.elapsed());
    bob.says("how long does shipping take");
    bob.until_hears("working days").await;
    assert_eq!((ann.hears().len(), bob.hears().len()), (1, 1));
    house.closes().await;
}
