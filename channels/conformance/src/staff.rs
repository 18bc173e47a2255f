//! What every staff channel must do. An adapter writes a [`Harness`] and calls [`staff_suite!`](crate::staff_suite).

use std::sync::Arc;

use bellhop_channel::{
    OutButton, SendError,
    staff::{Form, FormField, StaffChannel, StaffPost, TopicId},
};

use crate::mutate;

/// A staff channel under test and a look at what the agents see.
pub trait Harness: Send + Sync {
    /// The channel.
    fn channel(&self) -> Arc<dyn StaffChannel>;

    /// What agents see of a topic.
    fn seen(&self, topic: &TopicId) -> Option<SeenTopic>;

    /// How many topics there are.
    fn topics(&self) -> usize;

    /// A trigger as an agent's command would bring it, where forms are declared.
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
    /// What is posted in it, in order.
    pub posts: Vec<String>,
}

/// Makes one test of each check; `$harness` is a future that makes a fresh [`Harness`].
#[macro_export]
macro_rules! staff_suite {
    ($harness:expr) => {
        $crate::staff_suite!(@tests $harness,
            a_topic_is_opened_renamed_archived_and_comes_back,
            a_repeat_opens_and_posts_once,
            what_does_not_fit_is_refused,
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
    let topic = channel.open("cnv_1", &"t".repeat(channel.capabilities().max_title)).await.expect("the longest title is taken");
    channel.rename(&topic, "Ann: refund").await.expect("renamed");
    channel.archive(&topic).await.expect("archived");
    assert_eq!(harness.seen(&topic), Some(SeenTopic { title: "Ann: refund".into(), archived: true, posts: Vec::new() }));
    channel.post(&topic, &post("p-1", "Ann wrote again")).await.expect("posted in an archived topic");
    let seen = harness.seen(&topic).expect("the topic");
    assert!(!seen.archived && seen.posts == ["Ann wrote again"], "{seen:?}");
}

/// Keys hold for topics and posts.
pub async fn a_repeat_opens_and_posts_once(harness: &impl Harness) {
    let channel = harness.channel();
    let topic = channel.open("cnv_1", "Ann").await.expect("opened");
    assert_eq!(channel.open("cnv_1", "Ann").await.expect("opened again"), topic);
    assert_ne!(channel.open("cnv_2", "Ann").await.expect("another"), topic, "the same title is another topic");
    assert_eq!(harness.topics(), 2);
    let first = channel.post(&topic, &post("p-1", "hello")).await.expect("posted");
    assert_eq!(channel.post(&topic, &post("p-1", "hello")).await.expect("posted again"), first);
    channel.post(&topic, &post("p-2", "hello")).await.expect("posted");
    assert_eq!(harness.seen(&topic).map(|seen| seen.posts.len()), Some(2));
}

/// Limits hold both ways.
pub async fn what_does_not_fit_is_refused(harness: &impl Harness) {
    let channel = harness.channel();
    let capabilities = channel.capabilities().clone();
    let topic = channel.open("cnv_1", "Ann").await.expect("opened");
    channel.post(&topic, &post("p-1", &"a".repeat(capabilities.max_text))).await.expect("the longest text is taken");
    let (count, label) = capabilities.buttons.map_or((0, 8), |limits| (limits.count, limits.label));
    let buttons = |count| (0..count).map(|number| OutButton { id: format!("b{number}"), label: "é".repeat(label) }).collect();
    if count > 0 {
        channel.post(&topic, &StaffPost { buttons: buttons(count), ..post("p-2", "?") }).await.expect("all buttons are taken");
    }
    let posts = harness.seen(&topic).map(|seen| seen.posts.len());
    for outcome in [
        channel.post(&topic, &post("p-3", &"a".repeat(capabilities.max_text + 1))).await.map(drop),
        channel.post(&topic, &post("p-4", " ")).await.map(drop),
        channel.post(&topic, &StaffPost { buttons: buttons(count + 1), ..post("p-5", "?") }).await.map(drop),
        channel.open("cnv_2", &"t".repeat(capabilities.max_title + 1)).await.map(drop),
        channel.rename(&topic, "").await,
        channel.post(&TopicId("nowhere".into()), &post("p-6", "hello")).await.map(drop),
    ] {
        assert!(matches!(outcome, Err(SendError::Refused { .. })), "{outcome:?}");
    }
    assert_eq!(harness.seen(&topic).map(|seen| seen.posts.len()), posts);
}

/// A form is shown for a trigger that lives, and refused for one that does not or where forms are not declared.
pub async fn forms_are_shown_where_declared(harness: &impl Harness) {
    let channel = harness.channel();
    let field = FormField { key: "order_number".into(), label: "Order".into(), required: true, choices: Vec::new(), value: None };
    let form = Form { id: "f-1".into(), title: "Refund".into(), fields: vec![field] };
    if channel.capabilities().forms {
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
    StaffPost { key: key.into(), text: text.into(), buttons: Vec::new() }
}
