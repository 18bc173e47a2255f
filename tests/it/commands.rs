//! What customers type after a slash.

use serde_json::json;

use crate::{
    files::walk,
    support::{Database, House, agent::id, on_both_databases},
};

on_both_databases!(
    status_and_tickets_tell_where_everything_stands,
    a_chosen_language_is_kept,
    who_asks_to_be_forgotten_leaves_no_trace,
    an_agent_can_erase_and_export_a_person,
);

async fn status_and_tickets_tell_where_everything_stands(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    assert!(ann.asks("/tickets").await.text().contains("You have no tickets"));
    ann.asks("/human").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    assert!(ann.asks("/status").await.text().contains("next in line"));
    let body = json!({ "template": "refund", "fields": { "order_number": "1001" } });
    let ticket = agent.post(&format!("/conversations/{}/ticket", id(&conversation)), body).await;
    let link = ticket["tracking_url"].as_str().expect("a link");
    ann.hears().await;
    let status = ann.asks("/status").await;
    for shown in ["T-1", "Refund", link] {
        assert!(status.text().contains(shown), "no {shown} in {}", status.text());
    }
    let listed = ann.asks("/tickets").await;
    assert!(listed.text().contains("T-1") && listed.text().contains(link), "{}", listed.text());

    // What an agent sets is told, and shown.
    agent.patch("/tickets/T-1", json!({ "status": "waiting_customer" })).await;
    let told = ann.hears().await;
    assert!(told.text().contains("waiting for your answer"), "{}", told.text());
    assert_eq!(told.ticket()["status"], "waiting_customer");
    assert!(ann.asks("/status").await.text().contains("waiting for your answer"));
    ann.says("here is my answer").await;
    let touched = crate::support::until("ticket that is open again", || async {
        let ticket = agent.get("/tickets/T-1").await;
        (ticket["status"] == "open").then_some(ticket)
    })
    .await;
    assert_eq!(touched["number"], "T-1");
    house.closes().await;
}

async fn a_chosen_language_is_kept(database: Database) {
    let house = House::with_articles(database).await;
    let ann = house.customer("ann").with(json!({ "locale": "en" }));
    assert!(ann.asks("/language zh").await.text().contains("好的"));
    let answer = ann.asks("怎么退货？").await;
    assert_eq!(answer.labels(), ["有帮助", "没帮助", "转人工客服"], "{}", answer.text());
    assert_eq!(ann.asks("/human").await.labels(), ["改为留工单"]);
    let unknown = ann.asks("/language klingon").await;
    assert!(unknown.text().contains("klingon"), "{}", unknown.text());
    ann.presses(&unknown, "English").await;
    assert!(ann.hears().await.text().contains("English from now on"));
    let bob = house.customer("bob");
    bob.asks("/language en").await;
    let answer = bob.asks("怎么退货？").await;
    assert!(answer.labels().contains(&"Talk to a person"), "{}", answer.text());
    house.closes().await;
}

/// Words that stand nowhere but where a customer wrote them.
const MARKERS: [&str; 4] = ["zebrafinch", "quokka-the-name", "axolotl@example.org", "order-pangolin-4711"];

async fn leaves_traces(house: &House) -> serde_json::Value {
    let ann = house.customer("ann").with(json!({ "name": MARKERS[1], "email": MARKERS[2], "attributes": { "note": MARKERS[0] } }));
    ann.asks(&format!("my {} ate the remote control", MARKERS[0])).await;
    let conversation = house.agent.finds_with_status(&ann.thread, "queued").await;
    let body = json!({ "template": "refund", "fields": { "order_number": MARKERS[3] } });
    house.agent.post(&format!("/conversations/{}/ticket", id(&conversation)), body).await;
    ann.hears().await;
    conversation
}

/// Tables in which a customer's words may stand, with a text of each row that is looked through.
async fn assert_no_trace(house: &House) {
    for (table, column) in [
        ("inbox", "body"),
        ("outbox", "body"),
        ("held_event", "body"),
        ("contact", "name"),
        ("contact", "emails"),
        ("contact", "attributes"),
        ("contact_address", "value"),
        ("message", "text"),
        ("message", "extras"),
        ("ticket", "fields"),
        ("timeline", "details"),
    ] {
        for marker in MARKERS {
            let sql = format!("SELECT count(*) FROM {table} WHERE CAST({column} AS TEXT) LIKE '%{marker}%'");
            assert_eq!(house.program.place.count(&house.program.data(), &sql).await, 0, "{marker} in {table}.{column}");
        }
    }
    let log = house.program.logged();
    for marker in MARKERS {
        assert!(!log.contains(marker), "{marker} was logged");
    }
}

async fn who_asks_to_be_forgotten_leaves_no_trace(database: Database) {
    let mut house = House::without_articles(database).await;
    leaves_traces(&house).await;
    let sender = json!({ "name": MARKERS[1], "email": MARKERS[2] });
    {
        let ann = house.customer("ann").with(sender);
        // The events of the first part have been used.
        let number = |event: serde_json::Value, id: &str| {
            let mut event = event;
            event["id"] = json!(id);
            event["message"]["id"] = json!(id);
            event
        };
        house.shop.posts(&number(ann.message("/forget"), "forget-1")).await;
        let question = ann.hears().await;
        let press = json!({ "button": { "id": question.button("Yes, erase it all") }, "message": { "id": question.message() } });
        let mut press = ann.event("button", press);
        press["id"] = json!("forget-2");
        house.shop.posts(&press).await;
        let done = ann.hears().await;
        assert!(done.text().contains("erased"), "{}", done.text());
    }
    house.program.drained(crate::support::PATIENCE).await;
    assert_no_trace(&house).await;

    // The ticket itself stays, without what was personal.
    let ticket = house.agent.get("/tickets/T-1").await;
    assert_eq!(ticket["number"], "T-1");
    house.program.stop().await;
    if database == Database::Sqlite {
        for bytes in walk(&house.program.data()) {
            let text = String::from_utf8_lossy(&bytes);
            for marker in MARKERS {
                assert!(!text.contains(marker), "{marker} lies in a file of the data folder");
            }
        }
    }
}

async fn an_agent_can_erase_and_export_a_person(database: Database) {
    let house = House::without_articles(database).await;
    let conversation = leaves_traces(&house).await;
    let contact = conversation["contact"].as_str().map_or_else(|| id(&conversation["contact"]), ToOwned::to_owned);
    let exported = house.agent.get(&format!("/contacts/{contact}/export")).await.to_string();
    for marker in MARKERS {
        assert!(exported.contains(marker), "{marker} is missing from {exported}");
    }
    let erased = house.agent.call(reqwest::Method::DELETE, &format!("/contacts/{contact}"), None, &[]).await;
    assert!((200..300).contains(&erased.status), "{erased:?}");
    assert_no_trace(&house).await;
    house.closes().await;
}
