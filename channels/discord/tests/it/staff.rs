//! The conformance suite for staff chats in a forum and in a text channel, and what is Discord's own beyond it.

use std::{sync::Arc, time::Duration};

use bellhop_channel::{
    OutButton, SendError,
    staff::{
        Attendant, Dressed, Form, FormField, Input, Menu, MenuArgument, MenuCommand, Pick, Place, StaffChannel, StaffPost, Suggestion, TopicId,
        TopicLook, TopicStatus, Wanted, Worded,
    },
};
use bellhop_channel_conformance::{
    staff::{Harness, SeenTopic},
    staff_suite,
};
use bellhop_discord_fake::{DiscordFake, Fault, Person, Post};
use serde_json::{Value, json};

use crate::bot;

const RENAME: &str = "PATCH /channels/{channel_id}";
const LOBBY: &str = "📥 Bellhop";

struct Room {
    fake: DiscordFake,
    channel: Arc<dyn StaffChannel>,
    /// The agents' channel.
    parent: u64,
    agent: Person,
}

async fn forum() -> Room {
    room(|fake| fake.settings().forum).await
}

async fn text() -> Room {
    room(|fake| fake.settings().help).await
}

async fn room(parent: impl Fn(&DiscordFake) -> u64) -> Room {
    let fake = DiscordFake::start().await;
    let parent = parent(&fake);
    let channel = bot::channel(&bot::section(&fake, json!({"staff_channel": parent.to_string()}))).staff.unwrap();
    Room { agent: fake.person("Mei", "en-US"), channel, parent, fake }
}

impl Room {
    fn is_forum(&self) -> bool {
        self.parent == self.fake.settings().forum
    }

    fn topics_of(&self) -> Vec<Post> {
        self.fake.posts(self.parent).into_iter().filter(|post| post.name != LOBBY).collect()
    }

    fn seen_of(&self, post: Post) -> SeenTopic {
        let words = |id: u64| post.messages.iter().find(|message| message.id == id).map(|message| message.words());
        let pinned = post.pinned.last().and_then(|id| words(*id));
        // What was taken back is gone in Discord.
        let mut posts: Vec<String> = post.messages.iter().filter(|message| message.id != post.id).map(|message| message.words()).collect();
        let gone = self.fake.calls("DELETE /channels/{channel_id}/messages/{message_id}").len();
        posts.extend(std::iter::repeat_n(String::new(), gone));
        // Without tags the title says the status; everybody waits here.
        let title = if self.is_forum() { post.name.as_str() } else { post.name.strip_prefix("🟡 ").unwrap() };
        SeenTopic { title: title.to_owned(), archived: post.archived, posts, pinned }
    }
}

impl Harness for Room {
    fn channel(&self) -> Arc<dyn StaffChannel> {
        self.channel.clone()
    }

    fn seen(&self, topic: &TopicId) -> Option<SeenTopic> {
        let id: u64 = topic.0.parse().ok()?;
        self.topics_of().into_iter().find(|post| post.id == id).map(|post| self.seen_of(post))
    }

    fn lobby(&self) -> SeenTopic {
        if self.is_forum() {
            let lobby = self.fake.posts(self.parent).into_iter().find(|post| post.name == LOBBY);
            return lobby.map(|post| self.seen_of(post)).unwrap_or_default();
        }
        let posts = self.fake.seen(self.parent).iter().map(|message| message.words()).collect();
        SeenTopic { posts, ..SeenTopic::default() }
    }

    fn topics(&self) -> usize {
        self.topics_of().len()
    }

    fn trigger(&self) -> String {
        let id = self.agent.gives(self.parent, "take", &[]);
        format!("{id} 2 {} interaction-token-{id}", self.fake.settings().application)
    }

    fn recordings(&self) -> Vec<String> {
        let mei = json!({"id": "7", "username": "mei"});
        let interaction = |id: &str, kind: u8, data: Value| json!({"id": id, "application_id": "99", "token": "t", "type": kind, "channel_id": "40", "member": {"user": mei}, "data": data});
        [
            ("MESSAGE_CREATE", json!({"id": "50", "channel_id": "40", "author": mei, "content": "hold **it**", "type": 0})),
            ("MESSAGE_CREATE", json!({"id": "51", "channel_id": "40", "author": mei, "content": "/ticket refund", "type": 0})),
            ("MESSAGE_UPDATE", json!({"id": "50", "channel_id": "40", "author": mei, "content": "x", "edited_timestamp": "2026-11-22T10:00:00Z"})),
            ("MESSAGE_DELETE", json!({"id": "50", "channel_id": "40"})),
            ("THREAD_UPDATE", json!({"id": "40", "thread_metadata": {"archived": true}})),
            ("INTERACTION_CREATE", interaction("60", 2, json!({"name": "tier", "options": [{"name": "tier", "value": "vip"}]}))),
            ("INTERACTION_CREATE", interaction("61", 3, json!({"custom_id": "take", "component_type": 2}))),
            ("INTERACTION_CREATE", interaction("62", 5, json!({"custom_id": "f", "components": [{"component": {"custom_id": "a", "value": "b"}}]}))),
        ]
        .into_iter()
        .enumerate()
        .map(|(number, (kind, body))| json!({"t": kind, "place": "topic", "n": format!("s-{number}"), "d": body}).to_string())
        .collect()
    }
}

mod in_a_forum {
    use super::*;

    staff_suite!(forum());
}

mod in_a_text_channel {
    use super::*;

    staff_suite!(text());
}

fn look(title: &str, status: TopicStatus, name: &str, tier: Option<&str>) -> TopicLook {
    let statuses =
        vec![(TopicStatus::Queued, "waiting".to_owned()), (TopicStatus::Open, "open".to_owned()), (TopicStatus::Resolved, "closed".to_owned())];
    TopicLook { title: title.into(), status, status_name: name.into(), statuses, tier: tier.map(str::to_owned), ..TopicLook::default() }
}

fn waiting(title: &str) -> TopicLook {
    look(title, TopicStatus::Queued, "waiting", None)
}

fn card(text: &str) -> StaffPost {
    StaffPost { card: true, buttons: vec![OutButton { id: "take".into(), label: "Take it".into() }], ..StaffPost::text("card", text) }
}

#[tokio::test]
async fn a_post_begins_with_its_card_and_its_tags_say_status_and_tier() {
    let room = forum().await;
    let opened =
        room.channel.open_with("cnv_1", &look("Ann · refund", TopicStatus::Queued, "waiting", Some("VIP")), &card("**Ann** waits")).await.unwrap();
    let post = room.topics_of().remove(0);
    assert_eq!((opened.topic.0.clone(), opened.post.clone()), (post.id.to_string(), Some(post.id.to_string())));
    assert_eq!((post.name.as_str(), post.tags.as_slice()), ("Ann · refund", ["🟡 waiting".to_owned(), "★ VIP".to_owned()].as_slice()));
    let first = &post.messages[0];
    assert!(first.is_card() && first.words() == "**Ann** waits" && first.labels() == ["Take it"]);
    let place = Place::Topic(opened.topic.clone());
    room.channel.edit(&place, &opened.post.unwrap(), &card("Mei has it")).await.unwrap();
    room.channel.dress(&opened.topic, &look("Ann · refund", TopicStatus::Open, "open", None)).await.unwrap();
    let post = room.fake.post(post.id);
    assert_eq!((post.messages[0].words().as_str(), post.tags.as_slice()), ("Mei has it", ["🟢 open".to_owned()].as_slice()));
    // Tags that are there are not made again.
    let made = room.fake.calls(RENAME).into_iter().filter(|call| call.body["available_tags"].is_array()).count();
    assert_eq!(made, 1, "one call made all of them");
}

#[tokio::test]
async fn a_forum_without_room_for_tags_is_used_without_them() {
    let room = forum().await;
    room.fake.fails(RENAME, 100, Fault::missing_permission());
    let opened = room.channel.open_with("cnv_1", &waiting("Ann"), &card("Ann waits")).await.unwrap();
    assert!(room.fake.post(opened.topic.0.parse().unwrap()).tags.is_empty());
}

#[tokio::test]
async fn a_third_title_within_ten_minutes_waits_and_its_tags_do_not() {
    let room = forum().await;
    room.fake.keep_pace(true);
    let topic = room.channel.open("cnv_1", &waiting("one")).await.unwrap();
    for title in ["two", "three"] {
        assert_eq!(room.channel.dress(&topic, &waiting(title)).await.unwrap(), Dressed::Whole);
    }
    let held = room.channel.dress(&topic, &look("four", TopicStatus::Open, "open", None)).await.unwrap();
    assert!(matches!(held, Dressed::ButTitle(after) if after > Duration::from_secs(500) && after <= Duration::from_secs(600)), "{held:?}");
    let post = room.fake.post(topic.0.parse().unwrap());
    assert_eq!((post.name.as_str(), post.tags.as_slice()), ("three", ["🟢 open".to_owned()].as_slice()));
    assert!(room.fake.calls(RENAME).iter().all(|call| call.status == Some(200)), "Discord never had to refuse");
}

#[tokio::test]
async fn where_pinning_is_not_allowed_work_goes_on() {
    let room = text().await;
    let topic = room.channel.open("cnv_1", &waiting("Ann")).await.unwrap();
    let place = Place::Topic(topic);
    let card = room.channel.post(&place, &card("Ann waits")).await.unwrap().external_id.unwrap();
    room.fake.fails("PUT /channels/{channel_id}/messages/pins/{message_id}", 1, Fault::missing_permission());
    room.channel.pin(&place, &card).await.unwrap();
    assert!(room.topics_of()[0].pinned.is_empty());
    room.channel.pin(&place, &card).await.unwrap();
    assert_eq!(room.topics_of()[0].pinned.len(), 1, "once it is allowed, it is pinned");
}

#[tokio::test]
async fn the_same_lobby_is_found_after_a_restart() {
    let room = forum().await;
    room.channel.post(&Place::Lobby, &StaffPost::text("q-1", "Two wait")).await.unwrap();
    let again = bot::channel(&bot::section(&room.fake, json!({"staff_channel": room.parent.to_string()}))).staff.unwrap();
    again.post(&Place::Lobby, &StaffPost::text("q-2", "Three wait")).await.unwrap();
    assert_eq!(room.fake.posts(room.parent).len(), 1);
    let lobby = room.fake.posts(room.parent).remove(0);
    room.fake.archives(lobby.id, true);
    let third = bot::channel(&bot::section(&room.fake, json!({"staff_channel": room.parent.to_string()}))).staff.unwrap();
    third.post(&Place::Lobby, &StaffPost::text("q-3", "Four wait")).await.unwrap();
    assert_eq!(room.fake.posts(room.parent).len(), 1);
    assert_eq!(room.lobby().posts, ["Two wait", "Three wait", "Four wait"]);
}

#[tokio::test]
async fn what_is_settled_makes_room_where_the_server_has_too_many_threads() {
    let room = forum().await;
    room.channel.post(&Place::Lobby, &StaffPost::text("q-1", "Nobody waits")).await.unwrap();
    let first = room.channel.open("cnv_1", &waiting("Ann")).await.unwrap();
    let settled = room.channel.open("cnv_2", &look("Bob", TopicStatus::Resolved, "closed", None)).await.unwrap();
    room.fake.most_threads(3);
    let third = room.channel.open("cnv_3", &waiting("Cat")).await.unwrap();
    let archived = |topic: &TopicId| room.fake.post(topic.0.parse().unwrap()).archived;
    assert!(archived(&settled) && !archived(&first) && !archived(&third));
    // Somebody writes again: what nothing happened in for longest makes room.
    room.channel.post(&Place::Topic(settled.clone()), &StaffPost::text("p-1", "Bob is back")).await.unwrap();
    assert!(!archived(&settled) && archived(&first));
    assert!(!room.fake.posts(room.parent).into_iter().any(|post| post.name == LOBBY && post.archived));
}

#[tokio::test]
async fn what_stands_in_a_post_that_dozes_is_changed_and_it_dozes_on() {
    let room = forum().await;
    let opened = room.channel.open_with("cnv_1", &waiting("Ann"), &card("Ann waits")).await.unwrap();
    let id: u64 = opened.topic.0.parse().unwrap();
    room.fake.archives(id, true);
    let place = Place::Topic(opened.topic.clone());
    room.channel.edit(&place, &opened.post.unwrap(), &card("Mei has it")).await.unwrap();
    let post = room.fake.post(id);
    assert!(post.archived && post.messages[0].words() == "Mei has it");
    room.channel.dress(&opened.topic, &look("Ann", TopicStatus::Open, "open", None)).await.unwrap();
    assert!(room.fake.post(id).archived);
}

#[tokio::test]
async fn files_and_lists_stand_in_posts_and_nobody_is_called() {
    let room = forum().await;
    let topic = room.channel.open("cnv_1", &waiting("@everyone")).await.unwrap();
    let options = (0..25).map(|number| OutButton { id: format!("b{number}"), label: format!("Kind {number}") }).collect();
    let post = StaffPost {
        picks: vec![Pick { label: "Choose: kind".into(), options }],
        attachments: vec![bot::file("a.png", "image/png")],
        ..StaffPost::text("p-1", "@everyone look <@1>")
    };
    room.channel.post(&Place::Topic(topic.clone()), &post).await.unwrap();
    let seen = room.fake.post(topic.0.parse().unwrap()).messages.pop().unwrap();
    assert_eq!((seen.files.as_slice(), seen.buttons.len()), (["a.png".to_owned()].as_slice(), 25));
    let calls = room.fake.calls("POST /channels/{channel_id}/messages");
    assert!(calls.iter().all(|call| call.body["allowed_mentions"] == json!({"parse": []})));
}

fn menu(explanation: &str) -> Menu {
    let worded = |words: &str| Worded(vec![("en", words.to_owned())]);
    let argument = MenuArgument { name: "tier", label: worded("tier"), required: true, input: Input::Suggested };
    let command =
        |name| MenuCommand { name, names: Worded::default(), explanation: worded(explanation), arguments: vec![argument.clone()], pointing: None };
    Menu { commands: vec![command("tier"), command("brand-new")] }
}

#[tokio::test]
async fn commands_are_registered_once_and_again_when_there_is_a_new_one() {
    const SET: &str = "PUT /applications/{application_id}/guilds/{guild_id}/commands";
    let room = forum().await;
    for _ in 0..2 {
        room.channel.offer(&menu("Sets the tier")).await.unwrap();
    }
    assert_eq!(room.fake.calls(SET).len(), 1);
    let mut more = menu("Sets the tier");
    more.commands.push(MenuCommand { name: "fresh", ..more.commands[0].clone() });
    room.channel.offer(&more).await.unwrap();
    let names: Vec<String> = room.fake.commands().iter().map(|command| command["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!((room.fake.calls(SET).len(), names), (2, vec!["tier".to_owned(), "brand-new".to_owned(), "fresh".to_owned()]));
}

struct Suggests;

#[async_trait::async_trait]
impl Attendant for Suggests {
    async fn suggest(&self, wanted: Wanted) -> Vec<Suggestion> {
        vec![Suggestion { label: format!("{} {}", wanted.command, wanted.written), value: wanted.agent }]
    }
}

#[tokio::test]
async fn interactions_are_answered_in_time_or_told_to_wait() {
    let room = forum().await;
    let section = bot::section(&room.fake, json!({"staff_channel": room.parent.to_string()}));
    let both = bot::channel(&section);
    let channel = both.staff.clone().unwrap();
    let running = bot::Running::around(both, Arc::default());
    running.inbox.until_up().await;
    channel.attended_by(Arc::new(Suggests));
    let topic = channel.open("cnv_1", &waiting("Ann")).await.unwrap();
    let place: u64 = topic.0.parse().unwrap();

    // What completes a line is answered at once, and stored nowhere.
    let typed = room.agent.types(place, "tier", "tier", "vi");
    let shown = room.fake.until_shown(typed).await;
    assert_eq!(shown["choices"], json!([{"name": "tier vi", "value": room.agent.id().to_string()}]));
    // A command that nobody answers in time: Discord waits, and the answer follows for the agent alone.
    let slow = room.agent.gives(place, "tier", &[("tier", "vip")]);
    let kept = running.inbox.until_event(&format!("i-{slow}")).await;
    assert_eq!(room.fake.until_answered(slow).await, 5);
    let event = channel.normalise(&kept.body).unwrap();
    let trigger = event.trigger.unwrap();
    channel.whisper(&trigger, &card("Ann is a VIP")).await.unwrap();
    let shown = room.fake.until_shown(slow).await;
    assert_eq!(shown["embeds"][0]["description"], "Ann is a VIP");
    let late = Form { id: "f".into(), title: "Refund".into(), fields: vec![field("order")] };
    assert!(matches!(channel.ask(&trigger, &late).await, Err(SendError::Refused { .. })), "too late for a form");
    // One that is answered in time needs no more than that.
    let fast = room.agent.gives(place, "tier", &[("tier", "vip")]);
    running.inbox.until_event(&format!("i-{fast}")).await;
    let application = room.fake.settings().application;
    let trigger = format!("{fast} 2 {application} interaction-token-{fast}");
    channel.answer(&trigger, "done").await.unwrap();
    assert_eq!(room.fake.until_answered(fast).await, 4);
    // After a restart nobody remembers what was answered: what follows finds its way.
    let again = bot::channel(&section).staff.unwrap();
    again.answer(&trigger, "and more").await.unwrap();
    assert_eq!(room.fake.answer(fast).1, ["done", "and more"]);
    // Elsewhere commands do nothing but say where they are given.
    let elsewhere = room.agent.gives(room.fake.settings().help, "tier", &[("tier", "vip")]);
    assert!(room.fake.until_shown(elsewhere).await["content"].as_str().unwrap().contains("your team"));
    assert!(running.inbox.kept().iter().all(|envelope| envelope.key != format!("i-{elsewhere}") && envelope.key != format!("i-{typed}")));
}

fn field(key: &str) -> FormField {
    FormField { key: key.into(), label: "Order".into(), required: true, choices: Vec::new(), value: None, long: false }
}

#[tokio::test]
async fn an_invitation_stands_where_the_public_is_and_nowhere_else() {
    let room = forum().await;
    let help = room.fake.settings().help;
    room.channel.invite(&help.to_string(), "Write to us", "Write").await.unwrap();
    let seen = room.fake.seen(help).pop().unwrap();
    assert_eq!((seen.content.as_str(), seen.labels()), ("Write to us", vec!["Write"]));
    for place in ["help", "99", ""] {
        assert!(room.channel.invite(place, "Write to us", "Write").await.is_err(), "{place}");
    }
}

#[tokio::test]
async fn a_channel_that_agents_cannot_work_in_says_so() {
    let fake = DiscordFake::start().await;
    let person = fake.person("Mei", "en-US");
    let channel = bot::channel(&bot::section(&fake, json!({"staff_channel": person.direct().to_string()}))).staff.unwrap();
    let outcome = channel.post(&Place::Lobby, &StaffPost::text("q", "hello")).await;
    assert!(matches!(&outcome, Err(SendError::ChannelStopped { reason }) if reason.contains("staff_channel")), "{outcome:?}");
}

#[tokio::test]
async fn a_thread_of_a_text_channel_says_status_and_tier_in_its_title() {
    let room = text().await;
    room.fake.keep_pace(true);
    let opened =
        room.channel.open_with("cnv_1", &look("Ann · refund", TopicStatus::Queued, "waiting", Some("VIP")), &card("**Ann** waits")).await.unwrap();
    let name = || room.fake.post(opened.topic.0.parse().unwrap()).name;
    assert_eq!(name(), "🟡 ★ VIP · Ann · refund");
    let steps = [(TopicStatus::Open, "🟢 ★ VIP · Ann · refund"), (TopicStatus::Resolved, "✅ ★ VIP · Ann · refund")];
    for (status, expected) in steps {
        assert_eq!(room.channel.dress(&opened.topic, &look("Ann · refund", status, "", Some("VIP"))).await.unwrap(), Dressed::Whole);
        assert_eq!(name(), expected);
    }
    let held = room.channel.dress(&opened.topic, &look("Ann · refund", TopicStatus::Open, "", Some("VIP"))).await.unwrap();
    assert!(matches!(held, Dressed::ButTitle(after) if after > Duration::from_secs(500)), "{held:?}");
    assert!(room.fake.calls(RENAME).iter().all(|call| call.status == Some(200)), "Discord never had to refuse");
    let long = room.channel.open("cnv_2", &look(&"t".repeat(100), TopicStatus::Queued, "", Some("VIP"))).await.unwrap();
    assert_eq!(room.fake.post(long.0.parse().unwrap()).name.chars().count(), 100);
}

#[tokio::test]
async fn an_agents_channel_that_is_wrong_or_hidden_says_so_and_is_used_once_it_is_right() {
    const LATER: u64 = 1_000_000_000_000_000_099;
    let room = room(|_| LATER).await;
    let try_it = || async { room.channel.post(&Place::Lobby, &StaffPost::text("q", "hello")).await };
    let stopped = |outcome: &Result<_, SendError>, part: &str| matches!(outcome, Err(SendError::ChannelStopped { reason }) if reason.contains(part));
    let outcome = try_it().await;
    assert!(stopped(&outcome, "does not know staff_channel"), "{outcome:?}");
    // A voice channel.
    room.fake.make_channel(LATER, 2);
    let outcome = try_it().await;
    assert!(stopped(&outcome, "neither a forum nor a text channel"), "{outcome:?}");
    room.fake.make_channel(LATER, 15);
    room.fake.hide_channel(LATER, true);
    let outcome = try_it().await;
    assert!(matches!(&outcome, Err(SendError::Retry { after: Some(_), reason }) if reason.contains("View Channel")), "{outcome:?}");
    room.fake.hide_channel(LATER, false);
    try_it().await.unwrap();
    let lobby = room.fake.posts(LATER).remove(0);
    assert!(lobby.name == LOBBY && lobby.messages.last().unwrap().words() == "hello", "{lobby:?}");
}

#[tokio::test]
async fn a_post_for_everybody_that_was_deleted_is_made_anew() {
    let room = forum().await;
    let sent = room.channel.post(&Place::Lobby, &StaffPost::text("q-1", "Two wait")).await.unwrap();
    let lobby = room.fake.posts(room.parent).remove(0).id;
    room.fake.delete_channel(lobby);
    let outcome = room.channel.edit(&Place::Lobby, &sent.external_id.unwrap(), &StaffPost::text("q-1", "Three wait")).await;
    assert!(matches!(outcome, Err(SendError::Refused { .. })), "{outcome:?}");
    room.channel.post(&Place::Lobby, &StaffPost::text("q-2", "Three wait")).await.unwrap();
    let posts = room.fake.posts(room.parent);
    assert!(posts.len() == 1 && posts[0].id != lobby && posts[0].name == LOBBY, "{posts:?}");
    // Between two posts, too; and a forum that is gone is said.
    room.fake.delete_channel(posts[0].id);
    let outcome = room.channel.post(&Place::Lobby, &StaffPost::text("q-3", "Four wait")).await;
    assert!(matches!(outcome, Err(SendError::Retry { .. })), "{outcome:?}");
    room.channel.post(&Place::Lobby, &StaffPost::text("q-3", "Four wait")).await.unwrap();
    room.fake.delete_channel(room.parent);
    let outcome = room.channel.open("cnv_1", &waiting("Ann")).await;
    assert!(matches!(outcome, Err(SendError::Retry { .. })), "{outcome:?}");
    let outcome = room.channel.open("cnv_1", &waiting("Ann")).await;
    assert!(matches!(&outcome, Err(SendError::ChannelStopped { reason }) if reason.contains("staff_channel")), "{outcome:?}");
}

#[tokio::test]
async fn commands_that_may_not_be_registered_say_what_is_missing() {
    let room = forum().await;
    room.fake.fails("PUT /applications/{application_id}/guilds/{guild_id}/commands", 1, Fault::missing_access());
    let outcome = room.channel.offer(&menu("Sets the tier")).await;
    assert!(matches!(&outcome, Err(SendError::Retry { reason, .. }) if reason.contains("applications.commands")), "{outcome:?}");
    room.channel.offer(&menu("Sets the tier")).await.unwrap();
}
