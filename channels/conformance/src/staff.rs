//! What every staff channel must do. An adapter writes a [`Harness`] and calls [`staff_suite!`](crate::staff_suite).

use std::sync::Arc;

use bellhop_channel::{
    OutButton, SendError,
    staff::{Form, FormField, Place, StaffChannel, StaffPost, TopicId, TopicLook},
};

use crate::mutate;

/// A staff channel under test and a look at what the agents see.
pub trait Harness: Send + Sync {
    /// The channel.
    fn channel(&self) -> Arc<dyn StaffChannel>;

    /// What agents see of a topic.
    fn seen(&self, topic: &TopicId) -> Option<SeenTopic>;

    /// What agents see outside all topics.
    fn lobby(&self) -> SeenTopic;

    /// How many topics there are.
    fn topics(&self) -> usize;

    /// A trigger as an agent's button or command would bring it.
    fn trigger(&self) -> String;

    /// Raw events as the platform sends them.
    fn recordings(&self) -> Vec<String>;
}

/// A topic as agents see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeenTopic {
    /// Its title.
    pub title: String,
    /// Put away.
    pub archived: bool,
    /// What is posted in it, in order; what was taken back is empty.
    pub posts: Vec<String>,
    /// What is kept in sight at its top.
    pub pinned: Option<String>,
}

/// Makes one test of each check; `$harness` is a future that makes a fresh [`Harness`].
#[macro_export]
macro_rules! staff_suite {
    ($harness:expr) => {
        $crate::staff_suite!(@tests $harness,
            a_topic_is_opened_renamed_archived_and_comes_back,
            a_repeat_is_done_once_where_keys_are_taken,
            posts_are_changed_pinned_and_taken_back,
            the_lobby_takes_posts,
            what_does_not_fit_is_refused,
            single_agents_are_told,
            forms_are_shown_where_declared,
            recorded_events_are_read_and_broken_ones_never_panic,
        );
    };
    (@tests $harness:expr, $($check:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $check() {
                $crate::staff::$check(&$harness.await).await;
            }
        )+
    };
}

/// The life of a topic.
pub async fn a_topic_is_opened_renamed_archived_and_comes_back(harness: &impl Harness) {
    let channel = harness.channel();
    let topic = channel.open("cnv_1", &look(&"t".repeat(channel.capabilities().max_title))).await.expect("the longest title is taken");
    for _ in 0..2 {
        channel.dress(&topic, &look("Ann: refund")).await.expect("dressed, again too");
        channel.archive(&topic).await.expect("archived, again too");
    }
    let seen = harness.seen(&topic).expect("the topic");
    assert!(seen.title == "Ann: refund" && seen.archived && seen.posts.is_empty(), "{seen:?}");
    for _ in 0..2 {
        channel.reopen(&topic).await.expect("reopened, again too");
    }
    channel.post(&Place::Topic(topic.clone()), &post("p-1", "Ann wrote again")).await.expect("posted");
    let seen = harness.seen(&topic).expect("the topic");
    assert!(!seen.archived && seen.posts == ["Ann wrote again"], "{seen:?}");
}

/// Topics with the same title are two; where the platform takes keys, a repeat is done once.
pub async fn a_repeat_is_done_once_where_keys_are_taken(harness: &impl Harness) {
    let channel = harness.channel();
    let topic = channel.open("cnv_1", &look("Ann")).await.expect("opened");
    assert_ne!(channel.open("cnv_2", &look("Ann")).await.expect("another"), topic, "the same title is another topic");
    let place = Place::Topic(topic.clone());
    let first = channel.post(&place, &post("p-1", "hello")).await.expect("posted");
    let second = channel.post(&place, &post("p-2", "hello")).await.expect("posted");
    assert!(first.external_id.is_some() && first.external_id != second.external_id, "posts have ids of their own");
    if channel.capabilities().idempotent {
        assert_eq!(channel.open("cnv_1", &look("Ann")).await.expect("opened again"), topic);
        assert_eq!(channel.post(&place, &post("p-1", "hello")).await.expect("posted again"), first);
    }
    assert_eq!(harness.topics(), 2);
    assert_eq!(harness.seen(&topic).map(|seen| seen.posts.len()), Some(2));
}

/// What was posted can be changed, kept in sight and taken back.
pub async fn posts_are_changed_pinned_and_taken_back(harness: &impl Harness) {
    let channel = harness.channel();
    let topic = channel.open("cnv_1", &look("Ann")).await.expect("opened");
    let place = Place::Topic(topic.clone());
    let card = channel.post(&place, &post("p-1", "waiting")).await.expect("posted").external_id.expect("an id");
    for _ in 0..2 {
        channel.edit(&place, &card, &post("p-1", "taken by Mei")).await.expect("changed, again too");
    }
    channel.pin(&place, &card).await.expect("pinned");
    let seen = harness.seen(&topic).expect("the topic");
    assert!(seen.posts == ["taken by Mei"] && seen.pinned.as_deref() == Some("taken by Mei"), "{seen:?}");
    let other = channel.post(&place, &post("p-2", "a slip")).await.expect("posted").external_id.expect("an id");
    channel.delete(&place, &other).await.expect("taken back");
    assert_eq!(harness.seen(&topic).map(|seen| seen.posts), Some(vec!["taken by Mei".to_owned(), String::new()]));
    for outcome in [channel.edit(&place, "no-such-post", &post("p-3", "x")).await, channel.pin(&place, "no-such-post").await] {
        assert!(matches!(outcome, Err(SendError::Refused { .. })), "{outcome:?}");
    }
}

/// What concerns everybody is posted outside all topics.
pub async fn the_lobby_takes_posts(harness: &impl Harness) {
    let channel = harness.channel();
    channel.post(&Place::Lobby, &post("q-1", "Two people wait")).await.expect("posted");
    assert_eq!(harness.lobby().posts, ["Two people wait"]);
    assert_eq!(harness.topics(), 0);
}

/// A notice reaches the agent whose trigger it answers, and no trigger that never was.
pub async fn single_agents_are_told(harness: &impl Harness) {
    let channel = harness.channel();
    channel.answer(&harness.trigger(), "Mei has it already").await.expect("told");
    let outcome = channel.answer("long gone", "x").await;
    assert!(matches!(outcome, Err(SendError::Refused { .. })), "{outcome:?}");
}

/// Limits hold both ways.
pub async fn what_does_not_fit_is_refused(harness: &impl Harness) {
    let channel = harness.channel();
    let capabilities = channel.capabilities().clone();
    let topic = channel.open("cnv_1", &look("Ann")).await.expect("opened");
    let place = Place::Topic(topic.clone());
    channel.post(&place, &post("p-1", &"a".repeat(capabilities.max_text))).await.expect("the longest text is taken");
    let (count, label) = capabilities.buttons.map_or((0, 8), |limits| (limits.count, limits.label));
    let buttons = |count| (0..count).map(|number| OutButton { id: format!("b{number}"), label: "é".repeat(label) }).collect();
    if count > 0 {
        channel.post(&place, &StaffPost { buttons: buttons(count), ..post("p-2", "?") }).await.expect("all buttons are taken");
    }
    let posts = harness.seen(&topic).map(|seen| seen.posts.len());
    for outcome in [
        channel.post(&place, &post("p-3", &"a".repeat(capabilities.max_text + 1))).await.map(drop),
        channel.post(&place, &post("p-4", " ")).await.map(drop),
        channel.post(&place, &StaffPost { buttons: buttons(count + 1), ..post("p-5", "?") }).await.map(drop),
        channel.open("cnv_2", &look(&"t".repeat(capabilities.max_title + 1))).await.map(drop),
        channel.dress(&topic, &look("")).await.map(drop),
        channel.post(&Place::Topic(TopicId("nowhere".into())), &post("p-6", "hello")).await.map(drop),
    ] {
        assert!(matches!(outcome, Err(SendError::Refused { .. })), "{outcome:?}");
    }
    assert_eq!(harness.seen(&topic).map(|seen| seen.posts.len()), posts);
}

/// A form is shown for a trigger that lives, and refused for one that does not or where forms are not declared.
pub async fn forms_are_shown_where_declared(harness: &impl Harness) {
    let channel = harness.channel();
    let field = FormField { key: "order_number".into(), label: "Order".into(), required: true, choices: Vec::new(), value: None, long: false };
    let form = Form { id: "f-1".into(), title: "Refund".into(), fields: vec![field] };
    if channel.capabilities().form_fields > 0 {
        channel.ask(&harness.trigger(), &form).await.expect("shown");
    }
    let outcome = channel.ask("long gone", &form).await;
    assert!(matches!(outcome, Err(SendError::Refused { .. })), "{outcome:?}");
}

/// Events are read under keys of their own, whatever is wrong with them.
pub async fn recorded_events_are_read_and_broken_ones_never_panic(harness: &impl Harness) {
    let channel = harness.channel();
    let recordings = harness.recordings();
    let mut keys: Vec<String> = recordings.iter().map(|raw| channel.normalise(raw).unwrap_or_else(|error| panic!("{error}: {raw}")).id).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), recordings.len(), "different events have different keys");
    mutate::broken(&recordings, |raw| drop(channel.normalise(raw)));
}

fn post(key: &str, text: &str) -> StaffPost {
    StaffPost::text(key, text)
}

fn look(title: &str) -> TopicLook {
    TopicLook { title: title.into(), ..TopicLook::default() }
}
