//! People on several channels: they prove who they are, and whatever is joined and parted, nothing goes to the wrong endpoint.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bellhop_channel::OutboundKind;
use bellhop_domain::{
    contact::Thread,
    conversation::Conversation,
    id::ContactId,
    message::DeliveryState,
    ticket::{TicketStatus, number_text},
};
use bellhop_store::conversations::ConversationFilter;
use chrono::TimeDelta;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::json;

use super::{Likeness, alike, joined_before, merge, send_link_code, unmerge};
use crate::{
    Engine,
    actions::{
        conversations::{self, Start},
        messages::{self, Reply},
        tests::agent,
        tickets::{self, NewTicket, TicketPatch},
    },
    caller::Caller,
    channels::Channels,
    testing::{
        TurnedClock,
        chat::{Chat, RICH, writes},
        engine_with, soon,
    },
};

struct World {
    folder: tempfile::TempDir,
    clock: Arc<TurnedClock>,
    engine: Engine,
    chats: [Arc<Chat>; 2],
    written: usize,
}

impl World {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = TurnedClock::new();
        let chats = ["chat", "second"].map(|name| Chat::named(name, RICH, None));
        let engine = engine_with(folder.path(), clock.clone(), Channels::new(chats.iter().map(Chat::configured))).await;
        Self { folder, clock, engine, chats, written: 0 }
    }

    fn write(&mut self, chat: usize, person: &str, text: &str) {
        self.written += 1;
        self.chats[chat].put(vec![writes(&format!("m-{}", self.written), person, text, json!({}))]);
    }

    /// Writes, and waits until everything is handled and sent; answers the last words that went to the person.
    async fn says(&mut self, chat: usize, person: &str, text: &str) -> String {
        self.write(chat, person, text);
        self.settled().await;
        self.last(chat, person)
    }

    async fn settled(&self) {
        soon("everything is handled and sent", async || {
            let reader = self.engine.reader();
            let fetched: usize = self.chats.iter().map(|chat| chat.taken.load(std::sync::atomic::Ordering::Relaxed)).sum();
            if fetched != self.written || !reader.pending_lanes(10).await.unwrap().is_empty() {
                return None;
            }
            for conversation in reader.conversations(&ConversationFilter::default(), None, 200).await.unwrap().items {
                let messages = reader.messages(conversation.id, None, 200).await.unwrap().items;
                if messages
                    .iter()
                    .filter_map(|message| message.delivery.as_ref())
                    .any(|delivery| matches!(delivery.state, DeliveryState::Queued | DeliveryState::Sending))
                {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }

    fn last(&self, chat: usize, person: &str) -> String {
        let thread = format!("t-{person}");
        let sent = self.chats[chat].sent();
        let last = sent.iter().rfind(|outbound| outbound.thread == thread && outbound.message.is_some());
        last.and_then(|outbound| outbound.message.as_ref()).map(|message| message.text.clone()).unwrap_or_default()
    }

    async fn contact(&self, chat: usize, person: &str) -> ContactId {
        let name = ["chat", "second"][chat];
        self.engine.reader().identity(name, person).await.unwrap().unwrap()
    }

    async fn close(self) {
        self.engine.stop(Duration::from_secs(5)).await;
        drop(self.folder);
    }
}

/// The code in what the bot said.
fn code_in(text: &str) -> String {
    text.split_whitespace().find(|word| word.len() == 11 && word.as_bytes()[5] == b'-').unwrap().to_owned()
}

#[tokio::test]
async fn a_code_from_one_channel_joins_the_other() {
    let mut world = World::open().await;
    let words = world.says(0, "ann", "/link").await;
    let code = code_in(&words);
    assert!(world.says(0, "ann", &format!("/link {code}")).await.contains("for your other channel"));
    let ann = world.contact(0, "ann").await;
    for conversation in world.engine.reader().contact_conversations(ann, None, 10).await.unwrap().items {
        for message in world.engine.reader().messages(conversation.id, None, 10).await.unwrap().items {
            assert!(!message.text.contains(&code), "whoever reads along cannot use it");
        }
    }
    let wrong = world.says(1, "ann-2", "/link ABCDE-FGHJK").await;
    assert!(wrong.contains("does not work"), "{wrong}");
    let done = world.says(1, "ann-2", &format!("/link {}", code.to_lowercase())).await;
    assert!(done.contains("the code from chat"), "{done}");
    assert!(world.last(0, "ann").contains("here and on second"), "whoever did not do it reads so");
    assert_eq!(world.contact(1, "ann-2").await, ann, "the first record stays");
    assert_eq!(world.says(1, "bob", &format!("/link {code}")).await, wrong, "used up, and nobody learns why");

    let mei = agent(&world.engine, "mei@example.org").await;
    let joined = joined_before(&world.engine, &mei, ann).await.unwrap();
    assert_eq!(joined[0].reason.as_deref(), Some("proved with a one-time code"));
    unmerge(&world.engine, &mei, joined[0].other).await.unwrap();
    assert_eq!(world.contact(1, "ann-2").await, joined[0].other);
    world.close().await;
}

#[tokio::test]
async fn codes_end_and_guessing_is_slow() {
    let mut world = World::open().await;
    let late = code_in(&world.says(0, "ann", "/link").await);
    world.clock.turn(TimeDelta::minutes(11));
    let wrong = world.says(1, "eve", &format!("/link {late}")).await;
    let replaced = code_in(&world.says(0, "ann", "/link").await);
    let good = code_in(&world.says(0, "ann", "/link").await);
    assert_eq!(world.says(1, "eve", &format!("/link {replaced}")).await, wrong, "only the last one is good");
    for guess in ["AAAAA-AAAAA", "BBBBB-BBBBB", "CCCCC-CCCCC"] {
        world.clock.turn(TimeDelta::seconds(30));
        assert_eq!(world.says(1, "eve", &format!("/link {guess}")).await, wrong);
    }
    world.clock.turn(TimeDelta::seconds(30));
    let limited = world.says(1, "eve", &format!("/link {good}")).await;
    assert!(limited.contains("too many wrong codes"), "{limited}");
    assert_ne!(world.contact(0, "ann").await, world.contact(1, "eve").await);
    let done = world.says(1, "ann-2", &format!("/link {good}")).await;
    assert!(done.contains("the code from chat"), "others are not held up: {done}");
    world.close().await;
}

#[tokio::test]
async fn an_agent_has_a_code_sent_and_sees_who_may_be_the_same() {
    let mut world = World::open().await;
    world.says(0, "shop-4711", "hello").await;
    world.says(1, "shop-4711", "hello").await;
    let (one, two) = (world.contact(0, "shop-4711").await, world.contact(1, "shop-4711").await);
    let mei = agent(&world.engine, "mei@example.org").await;
    let conversation = world.engine.reader().contact_conversations(one, None, 1).await.unwrap().items.remove(0);
    send_link_code(&world.engine, &mei, conversation.id).await.unwrap();
    world.settled().await;
    code_in(&world.last(0, "shop-4711"));
    let found = alike(&world.engine, &mei, one).await.unwrap();
    assert_eq!((found.len(), found[0].contact.id, &found[0].why), (1, two, &Likeness::Account("second".to_owned())));
    merge(&world.engine, &mei, one, two, Some("the same id")).await.unwrap();
    assert!(alike(&world.engine, &mei, one).await.unwrap().is_empty());
    unmerge(&world.engine, &mei, two).await.unwrap();
    assert!(alike(&world.engine, &mei, one).await.unwrap().is_empty(), "whom an agent parted is not suggested again");
    world.close().await;
}

/// People in [`Step`]: each has a thread of their own in both chats.
const PEOPLE: usize = 3;

/// Something that happens; places are numbers of threads.
#[derive(Debug, Clone)]
enum Step {
    Writes(usize),
    Replies(usize),
    Starts(usize),
    Files(usize),
    Resolves(usize),
    Merges(usize, usize),
    Parts(usize),
    Waits,
}

fn step() -> impl Strategy<Value = Step> {
    let place = 0..PEOPLE * 2;
    prop_oneof![
        3 => place.clone().prop_map(Step::Writes),
        3 => place.clone().prop_map(Step::Replies),
        1 => place.clone().prop_map(Step::Starts),
        2 => place.clone().prop_map(Step::Files),
        2 => (0..8_usize).prop_map(Step::Resolves),
        4 => (place.clone(), place).prop_map(|(one, other)| Step::Merges(one, other)),
        3 => (0..8_usize).prop_map(Step::Parts),
        1 => Just(Step::Waits),
    ]
}

/// Where a person writes: the chat, and who they are there.
fn place(number: usize) -> (usize, String) {
    (number % 2, format!("p{}", number / 2))
}

fn mark(number: usize) -> String {
    let (chat, person) = place(number);
    format!("for {person} on {chat}")
}

async fn thread(world: &World, number: usize) -> Thread {
    let (chat, person) = place(number);
    let contact = world.contact(chat, &person).await;
    let all = world.engine.reader().contact_threads(contact).await.unwrap();
    all.into_iter().find(|thread| thread.channel == ["chat", "second"][chat] && thread.external_id == format!("t-{person}")).unwrap()
}

async fn newest(engine: &Engine, thread: &Thread) -> Conversation {
    engine.reader().thread_state(&thread.channel, &thread.external_id, "").await.unwrap().and_then(|state| state.conversation).unwrap()
}

/// Plays the steps; answers the tickets by number with the place where each was made, and where words marked `start N` were allowed to go.
async fn play(world: &mut World, mei: &Caller, steps: &[Step]) -> (BTreeMap<i64, usize>, BTreeMap<String, Vec<(String, String)>>) {
    let engine = world.engine.clone();
    let (mut filed, mut started, mut joined) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for (index, step) in steps.iter().enumerate() {
        world.clock.turn(TimeDelta::seconds(1));
        match step {
            Step::Writes(number) => {
                let (chat, person) = place(*number);
                world.write(chat, &person, &format!("question {index}"));
            }
            Step::Replies(number) => {
                let thread = thread(world, *number).await;
                let newest = newest(&engine, &thread).await;
                let reply = Reply { text: mark(*number), ..Reply::default() };
                let _ = messages::reply(&engine, mei, newest.id, &reply).await;
            }
            Step::Starts(number) => {
                let contact = thread(world, *number).await.contact;
                let theirs = engine.reader().contact_threads(contact).await.unwrap();
                let start = Start { contact, channel: None, text: format!("start {index}."), on_behalf_of: None };
                let _ = Box::pin(conversations::start(&engine, mei, &start)).await;
                started.insert(start.text, theirs.into_iter().map(|thread| (thread.channel, thread.external_id)).collect());
            }
            Step::Files(number) => {
                let thread = thread(world, *number).await;
                let newest = newest(&engine, &thread).await;
                let fields = [("details".to_owned(), "A louder bell".into())].into_iter().collect();
                let new =
                    NewTicket { template: "suggestion".into(), contact: None, conversation: Some(newest.id), fields, priority: None, category: None };
                if let Ok(made) = Box::pin(tickets::create(&engine, mei, &new)).await {
                    filed.entry(made.ticket.number).or_insert(*number);
                }
            }
            Step::Resolves(choice) => {
                if let Some(number) = filed.keys().nth(*choice) {
                    let patch = TicketPatch { status: Some(TicketStatus::Resolved), ..TicketPatch::default() };
                    let _ = Box::pin(tickets::update(&engine, mei, *number, &patch, None)).await;
                }
            }
            Step::Merges(one, other) => {
                let (stays, goes) = (thread(world, *one).await.contact, thread(world, *other).await.contact);
                if merge(&engine, mei, stays, goes, None).await.is_ok() {
                    joined.push(goes);
                }
            }
            Step::Parts(choice) => {
                if let Some(goes) = joined.get(*choice).copied()
                    && unmerge(&engine, mei, goes).await.is_ok()
                {
                    joined.remove(*choice);
                }
            }
            Step::Waits => world.settled().await,
        }
    }
    world.settled().await;
    while let Some(goes) = joined.pop() {
        unmerge(&engine, mei, goes).await.unwrap();
    }
    (filed, started)
}

/// Plays in a world of its own; answers how many replies were checked.
async fn everything_goes_where_it_belongs(steps: &[Step]) -> usize {
    let mut checked = 0;
    let mut world = World::open().await;
    let mei = agent(&world.engine, "mei@example.org").await;
    let mut owners = Vec::new();
    for number in 0..PEOPLE * 2 {
        let (chat, person) = place(number);
        world.says(chat, &person, "a human, please").await;
        owners.push(world.contact(chat, &person).await);
    }
    let (filed, started) = play(&mut world, &mei, steps).await;
    for (chat, name) in world.chats.iter().zip(["chat", "second"]) {
        for outbound in chat.sent().iter().filter(|outbound| outbound.kind == OutboundKind::Message) {
            let Some(message) = &outbound.message else { continue };
            let here = (name.to_owned(), outbound.thread.clone());
            let is_of = |number: usize| here == (["chat", "second"][place(number).0].to_owned(), format!("t-{}", place(number).1));
            for number in 0..PEOPLE * 2 {
                let is_marked = message.text.contains(&mark(number));
                checked += usize::from(is_marked);
                assert!(!is_marked || is_of(number), "{} in {here:?}", message.text);
            }
            for (ticket, number) in &filed {
                let is_named = message.text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == number_text(*ticket));
                assert!(!is_named || is_of(*number), "{} in {here:?}", message.text);
            }
            for (text, allowed) in &started {
                assert!(!message.text.contains(text.as_str()) || allowed.contains(&here), "{} in {here:?}", message.text);
            }
            let stored = world.engine.reader().message(message.id.parse().unwrap()).await.unwrap();
            let of = world.engine.reader().conversation(stored.unwrap().conversation).await.unwrap().unwrap();
            assert_eq!((of.channel, of.external_thread), here);
        }
    }
    for (number, owner) in owners.iter().enumerate() {
        let thread = thread(&world, number).await;
        assert_eq!(thread.contact, *owner, "{number} is their own again");
        for conversation in world.engine.reader().contact_conversations(*owner, None, 100).await.unwrap().items {
            assert_eq!(conversation.thread, thread.id, "{number} has only what is theirs");
        }
    }
    world.close().await;
    checked
}

#[test]
fn joining_people_never_sends_a_reply_to_the_wrong_endpoint() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 12, max_shrink_iters: 60, failure_persistence: None, ..Config::default() });
    let checked = std::cell::Cell::new(0);
    runner
        .run(&proptest::collection::vec(step(), 1..40), |steps| {
            checked.set(checked.get() + runtime.block_on(everything_goes_where_it_belongs(&steps)));
            Ok(())
        })
        .unwrap();
    assert!(checked.get() > 10, "hardly any reply was looked at");
}
