//! What is not for us: groups of strangers to which somebody added the bot, and commands of other bots.

use serde_json::{Value, json};

use super::{linked, topic_of};
use crate::support::{Database, House, PATIENCE, Setup, on_both_databases, until};

on_both_databases!(what_strangers_say_in_their_groups_is_counted_and_not_kept, a_command_with_a_name_waits_until_we_know_ours);

async fn what_strangers_say_in_their_groups_is_counted_and_not_kept(database: Database) {
    for mode in ["poll", "webhook"] {
        let house = Setup::on(database).with_articles().with_telegram(mode).open().await;
        let telegram = house.telegram();
        let ann = telegram.person("Ann", "en");
        for number in 0..20 {
            telegram.raw_update(json!({ "message": {
                "message_id": number + 1, "from": { "id": 99, "is_bot": false, "first_name": "Eve" }, "date": 1_800_000_000,
                "chat": { "id": -555, "type": "group", "title": "Strangers" }, "text": "chatter of strangers",
            } }));
        }
        ann.says("how long does shipping take");
        ann.until_hears("working days").await;
        telegram.until("all of it acknowledged", |telegram| (telegram.pending() == 0).then_some(())).await;
        house.program.drained(PATIENCE).await;
        let data = house.program.data();
        assert_eq!(house.program.place.count(&data, "SELECT count(*) FROM inbox WHERE body LIKE '%chatter of strangers%'").await, 0, "{mode}");
        assert_eq!(house.program.place.count(&data, "SELECT count(*) FROM inbox WHERE state = 2").await, 0, "{mode}: nothing is dead");
        let metrics = house.program.http().get(format!("{}/metrics", house.program.url())).send().await.expect("metrics").text().await.expect("text");
        assert!(metrics.contains("bellhop_events_dropped_total{channel=\"helpdesk\"} 20"), "{mode}: {metrics}");
        house.closes().await;
    }
}

/// Telegram tells us something that somebody did in the group.
async fn told(house: &House, number: i64, update: Value) {
    let update = json!({ "update_id": 820_000_000 + number, "message": update });
    let address = format!("{}/channels/helpdesk/events", house.program.url());
    let request = house.program.http().post(address).header("x-telegram-bot-api-secret-token", "s3cret").json(&update);
    assert_eq!(request.send().await.expect("an answer").status(), 202);
}

async fn a_command_with_a_name_waits_until_we_know_ours(database: Database) {
    let mut house = Setup::on(database).set("channels.helpdesk.secret_token", "s3cret").with_telegram("webhook").open().await;
    let bo = linked(&house, "Bo", "agent").await;
    let ann = house.telegram().person("Ann", "en");
    ann.says("my cat ate the remote control");
    let topic = topic_of(house.telegram(), "Ann").await.id;
    bo.writes_in(topic, "I am here.");
    ann.until_hears("I am here.").await;
    house.program.drained(PATIENCE).await;

    // After a start nobody has told us yet what we are called.
    house.telegram().fails_always("getMe", Some(bellhop_telegram_fake::Fault::Status(503)));
    house.program.restart().await;
    let group = house.telegram().group();
    let ours = house.telegram().username();
    let says = |number: i64, text: String| {
        json!({
            "message_id": 95_000 + number, "message_thread_id": topic, "is_topic_message": true, "date": 1_800_000_000, "text": text,
            "from": { "id": bo.id(), "is_bot": false, "first_name": "Bo" },
            "chat": { "id": group, "title": "Support", "is_forum": true, "type": "supergroup" },
        })
    };
    told(&house, 1, says(1, "/close@OtherBot".into())).await;
    told(&house, 2, says(2, format!("/note@{ours} she is in a hurry"))).await;
    let data = house.program.data();
    assert_eq!(house.program.place.count(&data, "SELECT count(*) FROM inbox WHERE state = 0").await, 2, "both wait");
    house.telegram().fails_always("getMe", None);
    house.program.drained(PATIENCE).await;
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    until("the note", || async {
        let messages = house.agent.messages(&conversation).await;
        messages.iter().any(|message| message["direction"] == "note" && message["text"] == "she is in a hurry").then_some(())
    })
    .await;
    assert!(ann.hears().iter().all(|heard| !heard.text.contains("closed")), "what was for another bot closed nothing");
    house.closes().await;
}
