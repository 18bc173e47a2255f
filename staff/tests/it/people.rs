//! Who may do what in the staff chat.

use bellhop_domain::message::Direction;
use serde_json::json;

use crate::base::{Base, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_becomes_an_agent_by_being_in_the_group() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let told = || base.chat.calls().iter().filter(|call| call.text.contains("not linked")).count();
    let before = base.shop.texts("t1").len();
    base.writes("eve", topic, "Dear customer, send me your password").await;
    until("how to link", || told() == 1).await;
    for text in ["/take", "/close", "// psst", "Hello?"] {
        base.writes("eve", topic, text).await;
    }
    base.staff(json!({ "agent": "eve", "topic": format!("topic-{topic}"), "button": base.chat.button("Take it").unwrap() })).await;
    // What comes after it in the same place shows that it was handled.
    base.writes("mei", topic, "Hello Ann").await;
    until("an agent's reply", || base.shop.texts("t1").iter().any(|text| text == "Hello Ann")).await;
    assert_eq!(told(), 1, "once in a while");
    assert_eq!(base.shop.texts("t1").len(), before + 1);
    let id = base.id("t1").await;
    let messages = base.engine.reader().last_messages(id, 50).await.unwrap();
    assert!(!messages.iter().any(|message| message.direction == Direction::Note || message.text.contains("password")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lobby_takes_commands_and_leaves_chatter_alone() {
    let base = Base::new().await;
    base.waits("t1").await;
    base.staff(json!({ "agent": "mei", "text": "Good morning everybody" })).await;
    let help = base.staff(json!({ "agent": "mei", "text": "/help" })).await;
    let answer = || base.chat.calls().into_iter().find(|call| call.reply_to.as_deref() == Some(help.as_str()));
    until("the answer", || answer().is_some()).await;
    assert!(answer().unwrap().text.contains("/take"), "{}", answer().unwrap().text);
    base.staff(json!({ "agent": "mei", "text": "/close" })).await;
    until("where to say it", || base.chat.calls().iter().any(|call| call.text.contains("say it in its topic"))).await;
    assert!(!base.shop.texts("t1").iter().any(|text| text.contains("morning")));
    // A command in answer to a call is about whom it calls for.
    let call = base.chat.desk.lobby().posts.iter().position(|post| post.contains("needs somebody")).unwrap();
    base.staff(json!({ "agent": "mei", "text": "/take", "reply_to": format!("post-{call}") })).await;
    until("taken", || base.chat.topic(0).posts[0].contains("Mei has it")).await;
}
