//! The program dies at each point of a message's way, as if killed there, and goes on after the next start (F-04, F-28).

use crate::support::{Database, PATIENCE, Setup, agent::id, on_both_databases};

on_both_databases!(dying_anywhere_on_the_way_of_a_webhook_loses_and_doubles_nothing, dying_anywhere_on_the_way_of_telegram_loses_and_doubles_nothing);

/// Every point that `engine/src/failpoint.rs` is asked for, in the order in which a message passes them.
const POINTS: [&str; 7] = ["received", "accepted", "decided", "committed", "claimed", "sent", "marked"];

async fn dying_anywhere_on_the_way_of_a_webhook_loses_and_doubles_nothing(database: Database) {
    for point in POINTS {
        let mut house = Setup::on(database).behind(&format!("export BELLHOP_DIE_AT={point}")).open().await;
        let event = house.customer("ann").message("my cat ate the remote control");
        let thread = house.customer("ann").thread;
        let was_acknowledged = house.shop.offers(&event).await.is_ok_and(|answer| answer.status == 202);
        house.program.dies().await;
        assert!(!(was_acknowledged && ["received", "accepted"].contains(&point)), "{point}: acknowledged by a program that was dead");
        house.program.start_behind("true");
        house.program.start().await;
        let was_known = house.shop.insists(&event, PATIENCE).await;
        assert_eq!(was_known, point != "received", "{point}");
        house.receiver.reached(std::slice::from_ref(&thread), PATIENCE).await;
        house.program.drained(PATIENCE).await;
        assert_once(&house.agent, &thread, point).await;
        let mut heard: Vec<String> = house.receiver.messages_of(&thread).iter().map(|delivery| delivery.body["id"].to_string()).collect();
        assert!(heard.len() <= 2, "{point}: {heard:?}");
        heard.dedup();
        assert_eq!(heard.len(), 1, "{point}: a repeat carries the same key");
        house.closes().await;
    }
}

async fn dying_anywhere_on_the_way_of_telegram_loses_and_doubles_nothing(database: Database) {
    for point in POINTS {
        let mut house = Setup::on(database).with_telegram("poll").without_staff_chat().behind(&format!("export BELLHOP_DIE_AT={point}")).open().await;
        let ann = house.telegram().person("Ann", "en");
        ann.says("my cat ate the remote control");
        house.program.dies().await;
        house.program.start_behind("true");
        house.program.start().await;
        ann.until_hears("person will take over").await;
        house.program.drained(PATIENCE).await;
        let thread = ann.id().to_string();
        let sent = assert_once(&house.agent, &thread, point).await;
        // Telegram takes no key: what was on the wire may come twice, and is marked.
        let heard = ann.hears().len();
        assert!(heard == 1 || (heard == 2 && sent["maybe_sent"] == true), "{point}: heard {heard} times, {sent}");
        house.closes().await;
    }
}

/// One message came in and one went out; gives the latter.
async fn assert_once(agent: &crate::support::Agent, thread: &str, point: &str) -> serde_json::Value {
    let conversations = agent.conversations_of(thread).await;
    assert_eq!(conversations.len(), 1, "{point}: {conversations:?}");
    let messages = agent.messages(&conversations[0]).await;
    let of = |direction: &str| messages.iter().filter(|message| message["direction"] == direction).cloned().collect::<Vec<_>>();
    assert_eq!((of("in").len(), of("out").len()), (1, 1), "{point}: {} {messages:?}", id(&conversations[0]));
    of("out").remove(0)
}
