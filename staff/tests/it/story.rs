//! A conversation's life in the staff chat.

use bellhop_domain::{conversation::ConversationStatus, message::Direction};
use chrono::TimeDelta;
use serde_json::json;

use crate::base::{Base, until, wait};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handed_off_conversation_is_worked_on_in_its_topic() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let seen = base.chat.topic(topic);
    assert!(seen.title.starts_with("🟡 Ann · My filter is broken"), "{}", seen.title);
    let card = seen.pinned.unwrap();
    assert!(card.contains("**Ann**") && card.contains("place 1 in the queue") && card.contains("no article answers the question"), "{card}");
    until("all that was said", || base.chat.topic(topic).posts.iter().any(|post| post.contains("> I want to talk to a person"))).await;
    let transcript = base.chat.topic(topic).posts[1..].join("\n");
    let order: Vec<usize> =
        ["> My filter is broken", "🤖 **Bot**", "> I want to talk to a person"].iter().map(|part| transcript.find(part).unwrap()).collect();
    assert!(order.is_sorted(), "{transcript}");

    // The lobby calls for somebody, and shows who waits.
    assert!(base.chat.desk.lobby().pinned.is_some());
    base.clock.turn(TimeDelta::seconds(11));
    until("the queue", || base.chat.desk.lobby().posts.iter().any(|card| card.contains("Waiting: 1\n1. **Ann**"))).await;
    assert!(base.chat.desk.lobby().posts.iter().any(|post| post.contains("needs somebody")));

    base.writes("mei", topic, "/take").await;
    until("the card says who has it", || base.chat.topic(topic).posts[0].contains("Mei has it")).await;
    until("the title follows", || base.chat.topic(topic).title.starts_with("🟢")).await;
    until("the call is off", || base.chat.desk.lobby().posts.iter().any(|post| post.contains("Mei has **Ann**"))).await;

    let posts = base.chat.topic(topic).posts.len();
    base.writes("mei", topic, "Which filter is it?").await;
    until("the reply", || base.shop.texts("t1").iter().any(|text| text == "Which filter is it?")).await;
    base.writes("mei", topic, "// she is a regular").await;
    base.writes("mei", topic, "/note and kind").await;
    let id = base.id("t1").await;
    let notes = wait("the notes", || async {
        let messages = base.engine.reader().last_messages(id, 20).await.unwrap();
        let notes: Vec<String> = messages.into_iter().filter(|message| message.direction == Direction::Note).map(|message| message.text).collect();
        (notes.len() == 2).then_some(notes)
    })
    .await;
    assert_eq!(notes, ["she is a regular", "and kind"]);
    base.says("t1", "The big one").await;
    until("the answer", || base.chat.topic(topic).posts.iter().any(|post| post.contains("> The big one"))).await;
    assert_eq!(base.chat.topic(topic).posts.len(), posts + 1, "what agents write in the topic is not echoed");
    assert!(!base.shop.texts("t1").iter().any(|text| text.contains("regular") || text.contains("kind")), "notes stay");

    let answered = base.chat.topic(topic).posts.iter().position(|post| post.contains("> The big one")).unwrap();
    let event = json!({ "agent": "mei", "topic": format!("topic-{topic}"), "text": "That one!", "reply_to": format!("post-{answered}") });
    base.staff(event).await;
    until("the answer to that", || base.shop.texts("t1").iter().any(|text| text == "That one!")).await;
    assert!(base.shop.answered("t1", "That one!").is_some(), "the customer sees what it answers");
    let message = base.says("t1", "It is bleu").await;
    until("what is edited later", || base.chat.topic(topic).posts.iter().any(|post| post.contains("> It is bleu"))).await;
    base.shop("t1", json!({ "edit": message, "text": "It is blue" })).await;
    until("the edit", || base.chat.topic(topic).posts.iter().any(|post| post.contains("> It is blue") && post.contains("edited"))).await;
    base.shop("t1", json!({ "delete": message })).await;
    until("the delete", || base.chat.topic(topic).posts.iter().any(|post| post.contains("[deleted]"))).await;
    assert!(!base.chat.topic(topic).posts.iter().any(|post| post.contains("blue")));

    base.writes("mei", topic, "/close").await;
    until("put away", || base.chat.topic(topic).archived).await;
    assert!(base.chat.topic(topic).title.starts_with("✅") && base.chat.topic(topic).posts[0].contains("Closed at"));
    assert_eq!(base.conversation("t1").await.status, ConversationStatus::Resolved);

    base.says("t1", "It broke again. I want to talk to a person").await;
    until("brought back", || !base.chat.topic(topic).archived).await;
    until("with what was said", || base.chat.topic(topic).posts.iter().any(|post| post.contains("It broke again"))).await;
    assert_eq!(base.chat.desk.topics(), 1, "the same conversation goes on in the same topic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_replies_first_has_it_and_others_are_told() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    base.writes("mei", topic, "Hello Ann").await;
    until("the reply", || base.shop.texts("t1").iter().any(|text| text == "Hello Ann")).await;
    let mei = base.engine.desk().agents["mei"].id;
    assert_eq!(base.conversation("t1").await.assignee, Some(mei));
    let second = base.writes("wei", topic, "Let me help").await;
    until("the second reply", || base.shop.texts("t1").iter().any(|text| text == "Let me help")).await;
    let told = || base.chat.calls().into_iter().filter(|call| call.text.contains("Mei has this conversation")).collect::<Vec<_>>();
    until("the notice", || !told().is_empty()).await;
    base.writes("wei", topic, "Just a moment").await;
    until("the third reply", || base.shop.texts("t1").iter().any(|text| text == "Just a moment")).await;
    base.says("t1", "thank you both").await;
    until("the thanks", || base.chat.topic(topic).posts.iter().any(|post| post.contains("thank you both"))).await;
    let told = told();
    assert_eq!(told.len(), 1, "once");
    assert_eq!(told[0].reply_to.as_deref(), Some(second.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_is_a_command_and_harmless_when_it_comes_twice_or_late() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let take = base.chat.button("Take it").unwrap();
    let press = async |agent: &str, button: &str| {
        let trigger = base.chat.desk.trigger();
        base.staff(json!({ "agent": agent, "topic": format!("topic-{topic}"), "button": button, "trigger": trigger })).await;
    };
    press("mei", &take).await;
    until("a notice", || base.chat.desk.notices().len() == 1).await;
    press("mei", &take).await;
    until("another one", || base.chat.desk.notices().len() == 2).await;
    assert!(base.chat.desk.notices().iter().all(|notice| notice.contains("Mei has this conversation now")), "{:?}", base.chat.desk.notices());
    let close = wait("the new buttons", || async { base.chat.button("Close") }).await;
    press("mei", &close).await;
    until("closed", || base.chat.topic(topic).archived).await;
    let before = base.chat.desk.notices().len();
    press("wei", &take).await;
    until("it is said why not", || base.chat.desk.notices().len() > before).await;
    assert!(base.chat.desk.notices().last().unwrap().contains("resolved"), "{:?}", base.chat.desk.notices());
    press("wei", "no-such-button").await;
    until("that it is too old", || base.chat.desk.notices().last().is_some_and(|notice| notice.contains("too old"))).await;
    assert_eq!(base.conversation("t1").await.status, ConversationStatus::Resolved);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_does_not_arrive_is_told_where_it_was_written() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let refused = bellhop_channel::SendError::Refused { reason: "the customer blocked us".into(), tries: 1 };
    base.shop.troubles.lock().unwrap().push_back(refused);
    let message = base.writes("mei", topic, "Are you there?").await;
    until("the failure", || base.chat.calls().iter().any(|call| call.text.contains("Not delivered: the customer blocked us"))).await;
    let told: Vec<_> = base.chat.calls().into_iter().filter(|call| call.text.contains("Not delivered")).collect();
    assert_eq!(told[0].reply_to.as_deref(), Some(message.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_is_reviewed_on_one_card_and_questions_are_answered_by_replying() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    base.writes("mei", topic, "/ticket").await;
    let picked = |label: &str| base.chat.button(label);
    let press = async |button: String| {
        let trigger = base.chat.desk.trigger();
        base.staff(json!({ "agent": "mei", "topic": format!("topic-{topic}"), "button": button, "trigger": trigger })).await;
    };
    let id = base.id("t1").await;
    let card = wait("the card", || async {
        let answer = bellhop_engine::commands::review_card(&base.engine, &bellhop_engine::caller::Caller::system(), id, "en").await.unwrap();
        let key = answer?.card?;
        base.engine.reader().staff_post_with("desk", &format!("topic-{topic}"), &key).await.unwrap()
    })
    .await;
    let text = |post: &str| base.chat.topic(topic).posts[post.strip_prefix("post-").unwrap().parse::<usize>().unwrap()].clone();
    let before = text(&card.post);
    let posts = base.chat.topic(topic).posts.len();
    let (template, title) =
        base.engine.desk().templates.values().map(|template| (template.key.clone(), template.title.get("en").to_owned())).next().unwrap();
    match picked(&title) {
        Some(button) => press(button).await,
        None => {
            base.writes("mei", topic, &format!("/ticket {template}")).await;
        }
    }
    until("the card changes in its place", || text(&card.post) != before).await;
    assert_eq!(base.chat.topic(topic).posts.len(), posts, "{:#?}", base.chat.topic(topic).posts);
}

/// What agents read of a VIP who waits, in one language.
async fn read_in(language: &str) -> String {
    let base = Base::speaking(language).await;
    base.shop("t1", json!({ "name": "Ann Smith", "tier": "vip", "text": "The filter of my coffee machine is broken" })).await;
    until("the topic", || base.chat.topic(0).posts.len() >= 2).await;
    base.clock.turn(TimeDelta::seconds(11));
    until("who waits", || base.chat.calls().iter().any(|call| call.text.contains("1. **"))).await;
    let id = base.id("t1").await;
    let agent = bellhop_engine::actions::people::caller_of(&base.engine.desk().agents["mei"]);
    bellhop_engine::actions::convert::convert(&base.engine, &agent, id, &base.refund()).await.unwrap();
    base.writes("mei", 0, "/take").await;
    until("the card", || base.chat.topic(0).posts[0].contains("T-1") && base.chat.topic(0).posts[0].contains("Mei")).await;
    until("the title", || base.chat.topic(0).title.starts_with("🟢")).await;
    base.clock.turn(TimeDelta::seconds(11));
    until("nobody waits", || base.chat.calls().iter().rev().take_while(|call| !call.text.contains("1. **")).any(|call| call.silent)).await;
    let lobby = || base.chat.desk.lobby().posts;
    until("the call is off", || lobby().iter().any(|post| post.contains("✅"))).await;
    let queue = base.engine.reader().staff_post_with("desk", "", "queue").await.unwrap().unwrap();
    let queue = queue.post.strip_prefix("post-").unwrap().parse::<usize>().unwrap();
    let calls = base.chat.calls();
    let call = &calls.iter().find(|call| call.text.starts_with("🔔")).unwrap().text;
    let waiting = calls.iter().find(|call| call.text.contains("1. **")).map(|call| call.text.clone()).unwrap_or_default();
    let seen = base.chat.topic(0);
    let buttons = base.chat.calls().iter().rev().find(|call| call.what == "edit" && call.buttons.len() > 3).map(|call| call.buttons.clone()).unwrap();
    let labels: Vec<String> = buttons.into_iter().map(|(_, label)| format!("[{label}]")).collect();
    let off = lobby().into_iter().find(|post| post.contains("✅")).unwrap();
    let topic = format!("# {}\n\n{}\n{}\n\n{}", seen.title, seen.posts[0], labels.join(" "), seen.posts[1]);
    format!("{topic}\n\n# —\n\n{call}\n\n{off}\n\n{waiting}\n\n{}", lobby()[queue])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_agents_read_in_english() {
    insta::assert_snapshot!(read_in("en").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_agents_read_in_chinese() {
    insta::assert_snapshot!(read_in("zh").await);
}
