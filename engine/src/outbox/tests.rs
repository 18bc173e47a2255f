//! What leaves, as a platform in memory sees it.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{sync::Arc, time::Duration};

use bellhop_channel::{Author, Capabilities, Outbound, OutboundKind, SendError};
use bellhop_domain::{
    actor::Actor,
    id::{ConversationId, TokenId},
    message::{DeliveryState, Direction, Message},
};
use bellhop_store::conversations::ConversationFilter;
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Engine,
    actions::{
        ActionError,
        conversations::typing,
        messages::{self, Reply},
    },
    caller::{Caller, Permissions},
    channels::Channels,
    testing::{
        TurnedClock,
        chat::{Chat, RICH, writes},
        engine_with, soon,
    },
};

/// A program of the desk; `number` tells one from the other.
fn desk(number: u128, scope: &str) -> Caller {
    let actor = Actor::Token { id: TokenId(Uuid::from_u128(number)), name: "desk".into(), on_behalf_of: None };
    Caller::new(actor, Permissions::of_scope(scope).unwrap())
}

struct Scene {
    _folder: tempfile::TempDir,
    clock: Arc<TurnedClock>,
    chat: Arc<Chat>,
    engine: Engine,
}

impl Scene {
    async fn new(capabilities: Capabilities, per_thread: Option<Duration>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, chat) = (TurnedClock::new(), Chat::new(capabilities, per_thread));
        let engine = engine_with(folder.path(), clock.clone(), Channels::new([chat.configured()])).await;
        Self { _folder: folder, clock, chat, engine }
    }

    /// Somebody who wrote and whom a person has: the bot is silent.
    async fn customer(&self, name: &str) -> ConversationId {
        self.chat.put(vec![writes(&format!("m-{name}"), name, "", json!({ "location": { "latitude": 1.0, "longitude": 2.0 } }))]);
        let thread = format!("t-{name}");
        let id = soon("the conversation", async || {
            let all = self.engine.reader().conversations(&ConversationFilter::default(), None, 10).await.unwrap().items;
            all.into_iter().find(|conversation| conversation.external_thread == thread).map(|conversation| conversation.id)
        })
        .await;
        soon("the bot has spoken", async || self.chat.sent().iter().any(|sent| sent.thread == thread).then_some(())).await;
        id
    }

    async fn say(&self, id: ConversationId, text: &str) -> Message {
        messages::reply(&self.engine, &desk(1, "agent"), id, &Reply { text: text.into(), ..Reply::default() }).await.unwrap()
    }

    /// What was sent after the bot's own words, once there are so many.
    async fn told(&self, count: usize) -> Vec<String> {
        let is_bots = |sent: &Outbound| sent.message.as_ref().is_some_and(|message| message.author == Author::Bot);
        soon("it is sent", async || {
            let all = self.chat.sent().into_iter().zip(self.chat.told());
            let told: Vec<_> = all.filter(|(sent, _)| !is_bots(sent)).map(|(_, told)| told).collect();
            (told.len() >= count).then_some(told)
        })
        .await
    }

    async fn is_sent(&self, message: &Message) {
        soon("the result is written down", async || {
            let known = self.engine.reader().message(message.id).await.unwrap().unwrap();
            known.external_id.is_some().then_some(())
        })
        .await;
    }

    fn stop(&self) {
        self.engine.channels().get("chat").unwrap().stop("for a moment".into(), self.engine.now());
    }

    async fn resume(&self) {
        self.engine.channels().get("chat").unwrap().resume();
        self.clock.turn(TimeDelta::seconds(6));
    }

    async fn end(self) {
        self.engine.stop(Duration::from_secs(5)).await;
    }
}

#[tokio::test]
async fn what_was_sent_is_changed_under_the_platforms_id() {
    let scene = Scene::new(RICH, None).await;
    let ann = scene.customer("ann").await;
    let said = scene.say(ann, "at noon").await;
    // Without waiting: the edit goes behind the message and takes its id when it is its turn.
    let edited = messages::edit(&scene.engine, &desk(1, "agent"), said.id, "at one").await.unwrap();
    assert_eq!((edited.text.as_str(), edited.extras.edited_at.is_some()), ("at one", true));
    let told =
        soon("the new words", async || scene.chat.told().last().is_some_and(|told| told.ends_with(": at one")).then(|| scene.chat.sent())).await;
    let last = told.last().unwrap();
    if last.kind == OutboundKind::Edit {
        let before = told.len() - 2;
        assert_eq!(last.message.as_ref().unwrap().external_id, Some(format!("p-{}", before + 1)), "the id of the message before it");
    }
    scene.is_sent(&said).await;
    messages::edit(&scene.engine, &desk(1, "agent"), said.id, "at two").await.unwrap();
    let told = soon("an edit", async || scene.chat.sent().last().cloned().filter(|sent| sent.kind == OutboundKind::Edit)).await;
    let known = scene.engine.reader().message(said.id).await.unwrap().unwrap();
    assert_eq!(told.message.unwrap().external_id, known.external_id);
    messages::delete(&scene.engine, &desk(1, "agent"), said.id).await.unwrap();
    soon("it is taken back", async || scene.chat.sent().last().is_some_and(|sent| sent.kind == OutboundKind::Delete).then_some(())).await;
    let gone = messages::delete(&scene.engine, &desk(1, "agent"), said.id).await.unwrap();
    assert!(gone.text.is_empty() && gone.extras.deleted_at.is_some(), "once is enough");
    scene.end().await;
}

#[tokio::test]
async fn what_still_waits_is_sent_with_the_new_words_or_not_at_all() {
    let scene = Scene::new(RICH, None).await;
    let ann = scene.customer("ann").await;
    scene.stop();
    let (one, two, three) = (scene.say(ann, "one").await, scene.say(ann, "two").await, scene.say(ann, "three").await);
    messages::edit(&scene.engine, &desk(1, "agent"), one.id, "first").await.unwrap();
    messages::edit(&scene.engine, &desk(1, "agent"), one.id, "the first").await.unwrap();
    messages::delete(&scene.engine, &desk(1, "agent"), two.id).await.unwrap();
    scene.resume().await;
    assert_eq!(scene.told(2).await, ["message: the first", "message: three"]);
    scene.is_sent(&three).await;
    let taken_back = scene.engine.reader().message(two.id).await.unwrap().unwrap();
    assert_eq!(taken_back.delivery.unwrap().state, DeliveryState::Cancelled);
    assert_eq!(scene.told(2).await.len(), 2);
    scene.end().await;
}

#[tokio::test]
async fn of_a_message_in_parts_the_last_is_changed_or_a_correction_sent() {
    let scene = Scene::new(Capabilities { max_text: 40, ..RICH }, None).await;
    let ann = scene.customer("ann").await;
    scene.stop();
    let said = scene.say(ann, "The first paragraph is long enough.\n\nIt comes at noon.").await;
    let short = scene.say(ann, "Bye.").await;
    scene.resume().await;
    let parts = ["message: The first paragraph is long enough.", "message: It comes at noon.", "message: Bye."];
    assert_eq!(scene.told(3).await, parts, "a second reply leaves every part of the first");
    scene.is_sent(&short).await;
    messages::edit(&scene.engine, &desk(1, "agent"), said.id, "The first paragraph is long enough.\n\nIt comes at one.").await.unwrap();
    assert_eq!(scene.told(4).await.last().unwrap(), "edit: It comes at one.");
    messages::edit(&scene.engine, &desk(1, "agent"), said.id, "It does not come.").await.unwrap();
    assert_eq!(scene.told(5).await.last().unwrap(), "message: It does not come.");
    let correction = scene.chat.sent().pop().unwrap().message.unwrap();
    assert!(correction.reply_to.is_some() && correction.external_id.is_none());
    scene.end().await;
}

#[tokio::test]
async fn where_nothing_can_be_changed_new_words_are_a_new_message() {
    let scene = Scene::new(Capabilities { edits: false, deletes: false, ..RICH }, None).await;
    let ann = scene.customer("ann").await;
    let said = scene.say(ann, "at noon").await;
    scene.is_sent(&said).await;
    let known = scene.engine.reader().message(said.id).await.unwrap().unwrap();
    messages::edit(&scene.engine, &desk(1, "agent"), said.id, "at one").await.unwrap();
    assert_eq!(scene.told(2).await, ["message: at noon", "message: at one"]);
    assert_eq!(scene.chat.sent().pop().unwrap().message.unwrap().reply_to, known.external_id);
    let gone = messages::delete(&scene.engine, &desk(1, "agent"), said.id).await.unwrap();
    assert!(gone.extras.losses.iter().any(|loss| loss.contains("the customer still sees it")), "{:?}", gone.extras.losses);
    scene.end().await;
}

#[tokio::test]
async fn only_whoever_said_it_or_leads_them_changes_it() {
    let scene = Scene::new(RICH, None).await;
    let ann = scene.customer("ann").await;
    let said = scene.say(ann, "at noon").await;
    let refused = messages::edit(&scene.engine, &desk(2, "agent"), said.id, "never").await;
    assert!(matches!(refused, Err(ActionError::NotNow(_))), "{refused:?}");
    messages::edit(&scene.engine, &desk(2, "admin"), said.id, "at one").await.unwrap();
    let all = scene.engine.reader().messages(ann, None, 10).await.unwrap().items;
    let theirs = all.into_iter().find(|message| message.direction == Direction::In).unwrap();
    let refused = messages::delete(&scene.engine, &desk(2, "admin"), theirs.id).await;
    assert!(matches!(refused, Err(ActionError::NotNow(_))), "{refused:?}");
    let note = Reply { text: "check the invoice".into(), internal: true, ..Reply::default() };
    let note = messages::reply(&scene.engine, &desk(1, "agent"), ann, &note).await.unwrap();
    let note = messages::edit(&scene.engine, &desk(1, "agent"), note.id, "invoice checked").await.unwrap();
    assert_eq!(note.direction, Direction::Note);
    scene.is_sent(&said).await;
    assert!(scene.chat.told().iter().all(|told| !told.contains("invoice")), "notes never leave");
    scene.end().await;
}

#[tokio::test]
async fn threads_rest_between_two_sends_and_hold_up_nobody() {
    let scene = Scene::new(RICH, Some(Duration::from_secs(2))).await;
    let (ann, bob) = (scene.customer("ann").await, scene.customer("bob").await);
    scene.clock.turn(TimeDelta::seconds(5));
    scene.say(ann, "a1").await;
    scene.say(ann, "a2").await;
    scene.say(bob, "b1").await;
    let mut told = scene.told(2).await;
    told.sort();
    assert_eq!(told, ["message: a1", "message: b1"]);
    scene.clock.turn(TimeDelta::seconds(1));
    tokio::time::timeout(Duration::from_millis(300), scene.told(3)).await.unwrap_err();
    scene.clock.turn(TimeDelta::seconds(2));
    assert_eq!(scene.told(3).await.last().unwrap(), "message: a2");
    scene.end().await;
}

#[tokio::test]
async fn writing_signs_do_not_use_up_the_pace_of_their_thread() {
    let scene = Scene::new(RICH, Some(Duration::from_secs(60))).await;
    let ann = scene.customer("ann").await;
    scene.clock.turn(TimeDelta::seconds(61));
    typing(&scene.engine, &desk(1, "agent"), ann).await.unwrap();
    scene.told(1).await;
    scene.say(ann, "a1").await;
    assert_eq!(scene.told(2).await, ["typing: ", "message: a1"], "no message waits for a sign");
    scene.clock.turn(TimeDelta::seconds(5));
    typing(&scene.engine, &desk(1, "agent"), ann).await.unwrap();
    assert_eq!(scene.told(3).await.last().unwrap(), "typing: ", "and no sign waits for the pace of messages");
    scene.end().await;
}

#[tokio::test]
async fn a_pause_of_the_platform_is_the_channels_and_one_of_a_thread_its_own() {
    let scene = Scene::new(RICH, None).await;
    let (ann, bob) = (scene.customer("ann").await, scene.customer("bob").await);
    let pause = Duration::from_secs(30);
    scene.chat.trouble(SendError::Retry { after: Some(pause), reason: "this chat is too fast".into() });
    scene.say(ann, "a1").await;
    soon("the first try", async || {
        (scene.engine.channels().get("chat").unwrap().traffic().errors.load(std::sync::atomic::Ordering::Relaxed) == 1).then_some(())
    })
    .await;
    scene.say(bob, "b1").await;
    assert_eq!(scene.told(1).await, ["message: b1"], "others go on");
    scene.chat.trouble(SendError::Limited { after: pause * 2, reason: "the bot is too fast".into() });
    scene.say(bob, "b2").await;
    soon("the second try", async || scene.engine.channels().get("chat").unwrap().held(scene.engine.now())).await;
    scene.clock.turn(TimeDelta::seconds(31));
    tokio::time::timeout(Duration::from_millis(1500), scene.told(2)).await.unwrap_err();
    scene.clock.turn(TimeDelta::seconds(31));
    let mut told = scene.told(3).await;
    told.sort();
    assert_eq!(told, ["message: a1", "message: b1", "message: b2"]);
    scene.end().await;
}

#[tokio::test]
async fn that_somebody_is_writing_is_shown_once_in_a_while() {
    let scene = Scene::new(RICH, None).await;
    let ann = scene.customer("ann").await;
    for _ in 0..3 {
        typing(&scene.engine, &desk(1, "agent"), ann).await.unwrap();
    }
    scene.clock.turn(TimeDelta::seconds(5));
    typing(&scene.engine, &desk(1, "agent"), ann).await.unwrap();
    assert_eq!(scene.told(2).await, ["typing: ", "typing: "]);
    scene.end().await;
}
