//! A platform that has more than posts: commands with options, forms, lists, and what one agent alone sees.

use std::time::Duration;

use bellhop_channel::staff::{PickLimits, Place, StaffCapabilities, StaffPost, TopicId, TopicStatus, Wanted};
use bellhop_domain::message::Direction;
use bellhop_engine::commands;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::base::{Base, able, until, wait};

fn rich() -> StaffCapabilities {
    StaffCapabilities {
        picks: Some(PickLimits { count: 3, options: 25, label: 100 }),
        whispers: true,
        tags: true,
        opens_with_post: true,
        dozes: true,
        form_fields: 2,
        ..able()
    }
}

impl Base {
    /// An agent gives a command from the menu; answers its trigger.
    async fn gives(&self, agent: &str, topic: usize, name: &str, options: Value) -> String {
        let trigger = self.chat.desk.trigger();
        let event = json!({ "agent": agent, "topic": format!("topic-{topic}"), "trigger": trigger, "command": name, "options": options });
        self.staff(event).await;
        trigger
    }

    /// What the agent alone was shown.
    async fn whispered(&self, trigger: &str) -> StaffPost {
        let found = || async { self.chat.whispers.lock().unwrap().iter().find(|(of, _)| of == trigger).map(|(_, post)| post.clone()) };
        wait("what one agent alone sees", found).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_with_options_are_answered_to_whoever_gave_them() {
    let base = Base::with(rich()).await;
    let topic = base.waits("t1").await;
    let posts = base.chat.topic(topic).posts.len();
    let trigger = base.gives("mei", topic, "tier", json!({ "tier": "VIP" })).await;
    assert!(base.whispered(&trigger).await.text.contains("VIP"));
    // The platform is never left waiting, though the change speaks for itself.
    base.gives("mei", topic, "note", json!({ "text": "she is \"nice\"" })).await;
    until("an end of the waiting", || base.chat.desk.notices().iter().any(String::is_empty)).await;
    let id = base.id("t1").await;
    let notes = base.engine.reader().last_messages(id, 10).await.unwrap();
    assert!(notes.iter().any(|message| message.direction == Direction::Note && message.text == "she is \"nice\""), "options are not cut into words");
    // What was meant is asked with a list, and picking from it is the command.
    let trigger = base.gives("mei", topic, "presence", json!({ "presence": "onlin" })).await;
    let meant = base.whispered(&trigger).await;
    assert!(!meant.buttons.is_empty(), "{:?}", meant.text);
    assert_eq!(base.chat.topic(topic).posts.iter().filter(|post| post.contains("onlin")).count(), 0);
    assert!(base.chat.topic(topic).posts.len() <= posts + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_are_told_alone_and_may_link_themselves() {
    let base = Base::with(rich()).await;
    let topic = base.waits("t1").await;
    for (name, options) in [("close", json!({})), ("reply", json!({ "text": "Send me your password" })), ("fill", json!({}))] {
        let trigger = base.gives("eve", topic, name, options).await;
        assert!(base.whispered(&trigger).await.text.contains("not linked"));
    }
    assert!(base.shop.texts("t1").iter().all(|text| !text.contains("password")));
    let trigger = base.gives("eve", topic, "link", json!({ "code": "WRONG" })).await;
    assert!(!base.whispered(&trigger).await.text.contains("not linked"));
    let attendant = base.chat.attendant.lock().unwrap().clone().unwrap();
    let wanted = |agent: &str| Wanted {
        agent: agent.into(),
        place: Place::Topic(TopicId(format!("topic-{topic}"))),
        command: "tier".into(),
        argument: "tier".into(),
        written: String::new(),
    };
    assert!(attendant.suggest(wanted("eve")).await.is_empty(), "nothing of the desk is told to strangers");
    assert!(attendant.suggest(wanted("mei")).await.iter().any(|one| one.value == "vip"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_asked_in_forms_until_nothing_is() {
    let base = Base::with(rich()).await;
    let topic = base.waits("t1").await;
    base.gives("mei", topic, "ticket", json!({ "template": "refund" })).await;
    let fill = || base.chat.button("📝 Fill in");
    until("the card with its form", || fill().is_some()).await;
    let card = base.chat.calls().into_iter().rev().find(|call| call.buttons.iter().any(|(_, label)| label == "📝 Fill in")).unwrap();
    assert!(card.card && card.text.contains("⚠"), "{}", card.text);
    let trigger = base.chat.desk.trigger();
    base.staff(json!({ "agent": "mei", "topic": format!("topic-{topic}"), "trigger": trigger, "button": fill() })).await;
    until("the form", || !base.chat.desk.forms().is_empty()).await;
    let form = base.chat.desk.forms().remove(0);
    assert!(form.fields.len() <= 2 && form.fields.iter().any(|field| field.key == "order_number" && field.required), "{form:?}");
    let trigger = base.chat.desk.trigger();
    let place = format!("topic-{topic}");
    base.staff(json!({ "agent": "mei", "topic": place, "trigger": trigger, "form": form.id, "values": { "order_number": "A-1001" } })).await;
    let told = base.whispered(&trigger).await;
    assert!(told.buttons.len() == 1, "either the rest is asked for, or the ticket can be made: {:?}", told.text);
    until("the card with the value", || base.chat.topic(topic).posts.iter().any(|post| post.contains("A-1001"))).await;
    // A form of somebody who is not linked fills nothing.
    let trigger = base.chat.desk.trigger();
    base.staff(json!({ "agent": "eve", "topic": place, "trigger": trigger, "form": form.id, "values": { "order_number": "X-1" } })).await;
    assert!(base.whispered(&trigger).await.text.contains("not linked"));
    assert!(base.chat.topic(topic).posts.iter().all(|post| !post.contains("X-1")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_and_tier_stand_beside_the_title_which_stays() {
    let base = Base::with(rich()).await;
    let topic = base.waits("t1").await;
    let look = base.chat.looks.lock().unwrap().last().cloned().unwrap();
    assert!(look.status == TopicStatus::Queued && look.title.starts_with("Ann"), "{}", look.title);
    let first = base.chat.topic(topic);
    assert!(first.posts.first().is_some_and(|post| post.contains("Ann")), "a topic begins with its card: {:?}", first.posts);
    let title = first.title;
    // The platform lets the title change only later: all the rest goes on.
    base.chat.titles.lock().unwrap().push_back(Duration::from_secs(300));
    base.gives("mei", topic, "take", json!({})).await;
    until("a try", || base.chat.titles.lock().unwrap().is_empty()).await;
    base.writes("mei", topic, "Hello Ann").await;
    until("the reply", || base.shop.texts("t1").iter().any(|text| text == "Hello Ann")).await;
    assert!(base.chat.looks.lock().unwrap().iter().all(|look| look.status == TopicStatus::Queued));
    base.clock.turn(TimeDelta::seconds(301));
    until("the status beside the title", || base.chat.looks.lock().unwrap().last().is_some_and(|look| look.status == TopicStatus::Open)).await;
    assert_eq!(base.chat.topic(topic).title, title);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_dozes_wakes_when_there_is_something_new() {
    let base = Base::with(rich()).await;
    let topic = base.waits("t1").await;
    base.chat.desk_archives(topic).await;
    base.staff(json!({ "agent": "", "topic": format!("topic-{topic}"), "by_hand": true })).await;
    base.gives("mei", topic, "customer", json!({})).await;
    assert!(base.chat.topic(topic).archived, "nothing new was said");
    base.says("t1", "Are you still there?").await;
    until("awake again", || !base.chat.topic(topic).archived && base.chat.topic(topic).posts.iter().any(|post| post.contains("still there"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_by_nobody_knows_whom_is_taken_back_by_its_author() {
    let base = Base::with(rich()).await;
    let topic = base.waits("t1").await;
    let post = base.writes("mei", topic, "Hello Bob").await;
    until("the slip", || base.shop.texts("t1").iter().any(|text| text == "Hello Bob")).await;
    base.staff(json!({ "agent": "", "topic": format!("topic-{topic}"), "taken_back": post })).await;
    let id = base.id("t1").await;
    let gone = || async {
        let messages = base.engine.reader().last_messages(id, 10).await.unwrap();
        messages.into_iter().find(|message| message.extras.deleted_at.is_some())
    };
    wait("the message taken back", gone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_menu_is_the_registry() {
    let base = Base::with(rich()).await;
    until("the menu", || base.chat.menu.lock().unwrap().is_some()).await;
    let menu = base.chat.menu.lock().unwrap().clone().unwrap();
    assert_eq!(menu.commands.len(), commands::all().count());
}
