//! What is given to agents by itself, as their staff chat shows it.

use bellhop_domain::conversation::ConversationStatus;
use bellhop_engine::{actions::objects, caller::Caller};
use bellhop_store::desk::DeskKind;
use chrono::TimeDelta;
use serde_json::json;

use crate::base::{Base, until, wait};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_card_says_who_got_it_by_itself_and_why_it_went_back() {
    let base = Base::new().await;
    let support = json!({ "name": { "en": "Support" }, "members": ["mei", "wei"], "assignment": { "chats_back_after_minutes": 10 } });
    objects::put(&base.engine, &Caller::system(), DeskKind::Departments, "support", &support, None).await.unwrap();
    base.staff(json!({ "agent": "mei", "text": "/presence online" })).await;
    let topic = base.waits("t1").await;
    let card = || base.chat.topic(topic).posts[0].clone();
    until("Mei has it", || card().contains("Mei has it") && card().contains("Given by itself: nobody else can take it now")).await;

    base.staff(json!({ "agent": "mei", "text": "/presence offline" })).await;
    wait("she is off", || async {
        base.engine.reader().presences().await.unwrap().iter().find(|said| said.presence.as_str() == "offline").map(|_| ())
    })
    .await;
    base.clock.turn(TimeDelta::minutes(11));
    wait("it is back", || async { (base.conversation("t1").await.status == ConversationStatus::Queued).then_some(()) }).await;
    until("the card says why", || card().contains("it went back to the queue: Mei was not there for 11 minutes")).await;

    // Wei never said that he is there; what he writes says so.
    base.writes("wei", topic, "// I can look at this").await;
    until("Wei has it", || card().contains("Wei has it")).await;
}
