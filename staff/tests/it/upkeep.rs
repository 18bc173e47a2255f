//! What is done by other means than words: putting away by hand, files, erasing, work from elsewhere.

use bellhop_channel::OutboundKind;
use bellhop_domain::conversation::ConversationStatus;
use bellhop_engine::{
    actions::{
        contacts, conversations,
        messages::{self, Reply},
        people,
    },
    caller::Caller,
};
use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::json;

use crate::base::{Base, until, wait};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_elsewhere_is_seen_in_the_topic_with_its_files() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let id = base.id("t1").await;
    let wei = people::caller_of(&base.engine.desk().agents["wei"]);
    let file = base.engine.keep_file(&wei, "manual.pdf", Bytes::from_static(b"%PDF-1.4 manual")).await.unwrap();
    let reply = Reply { text: "Here is the manual".into(), attachments: vec![file], ..Reply::default() };
    messages::reply(&base.engine, &wei, id, &reply).await.unwrap();
    until("the reply", || base.chat.topic(topic).posts.iter().any(|post| post.contains("**Wei**") && post.contains("> Here is the manual"))).await;
    let posted = base.chat.calls().into_iter().find(|call| call.text.contains("Here is the manual")).unwrap();
    assert_eq!((posted.files, posted.text.contains("📎 manual.pdf")), (1, true));
    let note = Reply { text: "call her on Monday".into(), internal: true, ..Reply::default() };
    messages::reply(&base.engine, &wei, id, &note).await.unwrap();
    until("the note", || base.chat.topic(topic).posts.iter().any(|post| post.contains("📝") && post.contains("> call her on Monday"))).await;
    base.shop("t1", json!({ "reaction": "s-1", "text": "👍" })).await;
    until("the reaction", || base.chat.topic(topic).posts.iter().any(|post| post.contains("👍"))).await;
    conversations::give_back(&base.engine, &wei, id).await.unwrap();
    until("put away", || base.chat.topic(topic).archived).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_put_away_by_hand_closes_the_conversation_if_an_agent_did_it() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let by_hand = async |agent: &str, archived: bool| {
        base.staff(json!({ "agent": agent, "topic": format!("topic-{topic}"), "by_hand": archived })).await;
    };
    by_hand("eve", true).await;
    until("brought back", || base.chat.calls().iter().any(|call| call.what == "reopen")).await;
    assert_eq!(base.conversation("t1").await.status, ConversationStatus::Queued, "strangers close nothing");
    by_hand("mei", true).await;
    wait("closed", || async { (base.conversation("t1").await.status == ConversationStatus::Resolved).then_some(()) }).await;
    until("the customer knows", || base.shop.texts("t1").iter().any(|text| text.contains("closed"))).await;
    by_hand("mei", true).await;
    by_hand("mei", false).await;
    wait("open again", || async { (base.conversation("t1").await.status == ConversationStatus::Open).then_some(()) }).await;
    assert_eq!(base.shop.texts("t1").iter().filter(|text| text.contains("closed")).count(), 1, "what is closed is not closed again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_and_deletes_of_agents_follow_to_the_customer() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let message = base.writes("mei", topic, "Good mroning").await;
    until("the reply", || base.shop.texts("t1").iter().any(|text| text == "Good mroning")).await;
    let place = format!("topic-{topic}");
    base.staff(json!({ "agent": "mei", "topic": place, "edited": message, "to": "Good morning" })).await;
    until("the edit", || base.shop.texts("t1").iter().any(|text| text == "Good morning")).await;
    base.staff(json!({ "agent": "mei", "topic": place, "edited": "no-such-post", "to": "Good evening" })).await;
    base.staff(json!({ "agent": "wei", "topic": place, "edited": message, "to": "Bad morning" })).await;
    until("that it is not theirs", || base.chat.calls().iter().any(|call| call.reply_to.as_deref() == Some(message.as_str()))).await;
    base.staff(json!({ "agent": "mei", "topic": place, "taken_back": message })).await;
    until("taken back", || base.shop.kinds("t1").contains(&OutboundKind::Delete)).await;
    assert!(!base.shop.texts("t1").iter().any(|text| text.contains("evening") || text.contains("Bad")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_agent_changes_on_another_surface_is_told_below_their_post() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let post = base.writes("mei", topic, "Come at nine").await;
    until("the reply", || base.shop.texts("t1").iter().any(|text| text == "Come at nine")).await;
    let all = base.engine.reader().messages(base.id("t1").await, None, 50).await.unwrap().items;
    let message = all.iter().find(|message| message.text == "Come at nine").unwrap().id;
    let mei = people::agent_of(&base.engine, "desk", "mei").await.unwrap().unwrap();
    messages::edit(&base.engine, &people::caller_of(&mei), message, "Come at *ten*").await.unwrap();
    let below = |text: &str| base.chat.calls().iter().any(|call| call.reply_to.as_ref() == Some(&post) && call.text.contains(text));
    until("the new words below the post", || below("> Come at *ten*")).await;
    // What is changed here is not told again.
    let place = format!("topic-{topic}");
    base.staff(json!({ "agent": "mei", "topic": place, "edited": post, "to": "Come at eleven" })).await;
    until("the edit", || base.shop.texts("t1").iter().any(|text| text == "Come at eleven")).await;
    messages::delete(&base.engine, &people::caller_of(&mei), message).await.unwrap();
    until("that it was taken back", || below("Taken back")).await;
    assert!(!below("eleven"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_somebody_erased_nothing_stays_in_the_staff_chat() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let id = base.id("t1").await;
    base.writes("mei", topic, "Dear Ann, we will see").await;
    until("the reply", || base.shop.texts("t1").iter().any(|text| text.contains("Dear Ann"))).await;
    let mei = people::caller_of(&base.engine.desk().agents["mei"]);
    let file = base.engine.keep_file(&mei, "ann.pdf", Bytes::from_static(b"%PDF-1.4 ann")).await.unwrap();
    messages::reply(&base.engine, &mei, id, &Reply { text: "for Ann".into(), attachments: vec![file], ..Reply::default() }).await.unwrap();
    until("the file", || base.chat.topic(topic).posts.iter().any(|post| post.contains("ann.pdf"))).await;
    base.writes("mei", topic, "/customer").await;
    until("who it is", || base.chat.topic(topic).posts.iter().skip(1).any(|post| post.contains("Ann") && !post.contains("> "))).await;
    base.writes("mei", topic, "/close").await;
    until("put away", || base.chat.topic(topic).archived).await;
    let contact = base.conversation("t1").await.contact;
    contacts::erase(&base.engine, &Caller::system(), contact).await.unwrap();
    base.clock.turn(TimeDelta::seconds(61));
    wait("nothing is left to do", || async {
        let topic = base.engine.reader().staff_topic("desk", id).await.unwrap().unwrap();
        (!topic.stale).then_some(())
    })
    .await;
    let seen = base.chat.topic(topic);
    assert!(!seen.title.contains("Ann") && !seen.title.contains("filter"), "{}", seen.title);
    for post in seen.posts.iter().chain(&base.chat.desk.lobby().posts) {
        assert!(!post.contains("Ann") && !post.contains("filter is broken") && !post.contains("ann.pdf"), "{post}");
    }
}
