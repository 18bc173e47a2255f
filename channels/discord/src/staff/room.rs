//! The agents' channel: what kind it is, what stands for the place outside all topics, its tags, and what is known of its threads.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use bellhop_channel::{
    Fields, SendError,
    staff::{TopicLook, TopicStatus},
};
use serde_json::{Value, json};

use super::layout::cut;
use crate::{
    account::Account,
    api::{
        failure::{Failure, Target, codes, refused},
        request::Request,
    },
};

/// The kinds of channels, in Discord's numbers, in which there are posts with tags.
const FORUMS: [i64; 2] = [15, 16];
/// The kinds in which threads can be opened beside messages.
const TEXTS: [i64; 2] = [0, 5];
/// Tags of a forum, and those of one post.
const MOST_TAGS: usize = 20;
/// Longest name of a tag.
const MAX_TAG: usize = 20;
/// The name of the post that stands for the place outside all topics in a forum.
const LOBBY: &str = "📥 Bellhop";
/// A post that is kept at the top of its forum.
const PINNED: u64 = 1 << 1;
/// How long nothing may happen in a thread until Discord puts it away: a week, which is the longest.
pub(super) const DOZES_AFTER: u32 = 10_080;
/// Threads whose looks are remembered; of more, Discord is asked again.
const MOST_THREADS: usize = 5_000;
/// How soon Discord is asked what became of something that is gone.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Titles may be changed so often within this time.
const RENAMES: usize = 2;
const RENAMES_IN: Duration = Duration::from_secs(10 * 60);

/// What is asked once, and again when it turns out to be gone.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) guild: String,
    /// It has posts with tags.
    pub(super) is_forum: bool,
    /// Where what concerns everybody is posted.
    pub(super) lobby: String,
}

/// What is known of the agents' channel.
pub(super) struct Rooms {
    account: Arc<Account>,
    pub(super) channel: String,
    room: RwLock<Option<Arc<Room>>>,
    /// Held while Discord is asked for it.
    looking: tokio::sync::Mutex<()>,
    /// Tags by name; held while they are changed.
    tags: tokio::sync::Mutex<Option<Vec<Tag>>>,
    threads: Mutex<HashMap<String, Thread>>,
}

#[derive(Debug, Clone)]
struct Tag {
    name: String,
    /// As Discord describes it.
    described: Value,
}

impl Tag {
    fn id(&self) -> Option<String> {
        Fields::of(&self.described).id("id")
    }
}

/// What is known of a thread.
#[derive(Debug, Clone, Default)]
struct Thread {
    name: Option<String>,
    renames: VecDeque<Instant>,
}

impl Rooms {
    pub(super) fn new(account: Arc<Account>, channel: String) -> Self {
        Self {
            account,
            channel,
            room: RwLock::default(),
            looking: tokio::sync::Mutex::default(),
            tags: tokio::sync::Mutex::default(),
            threads: Mutex::default(),
        }
    }

    /// What was asked already.
    pub(super) fn known(&self) -> Option<Arc<Room>> {
        self.room.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What kind of channel it is.
    pub(super) async fn room(&self) -> Result<Arc<Room>, SendError> {
        if let Some(room) = self.known() {
            return Ok(room);
        }
        let _one_at_a_time = self.looking.lock().await;
        if let Some(room) = self.known() {
            return Ok(room);
        }
        let room = Arc::new(self.look().await?);
        *self.room.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&room));
        Ok(room)
    }

    /// What a failed call about the agents' channel itself, or about the post for what concerns everybody, means: where it is gone, Discord is asked anew the next time.
    pub(super) fn lost(&self, failure: Failure) -> SendError {
        if failure.code() != Some(codes::UNKNOWN_CHANNEL) {
            return sorted(failure);
        }
        *self.room.write().unwrap_or_else(PoisonError::into_inner) = None;
        SendError::Retry {
            after: Some(LOOK_AGAIN),
            reason: "somebody deleted the agents' channel, or the post for what concerns everybody in it".to_owned(),
        }
    }

    async fn look(&self) -> Result<Room, SendError> {
        let described = self.account.api.ask(Request::get(["channels", self.channel.as_str()])).await.map_err(|failure| match failure.status() {
            Some(400 | 404) => {
                stopped("Discord does not know staff_channel (any more): switch on Developer Mode, right-click the agents' channel, Copy Channel ID, and put it there")
            }
            _ => sorted(failure),
        })?;
        let fields = Fields::of(&described);
        let kind = fields.integer("type").unwrap_or(-1);
        let guild = fields.id("guild_id").ok_or_else(|| stopped("staff_channel is no channel of a server: it must be a forum or a text channel"))?;
        let is_forum = FORUMS.contains(&kind);
        if !is_forum && !TEXTS.contains(&kind) {
            return Err(stopped("staff_channel is neither a forum nor a text channel: name one of these"));
        }
        *self.tags.lock().await = Some(tags_of(&described));
        let lobby = if is_forum { self.lobby(&guild, fields).await? } else { self.channel.clone() };
        Ok(Room { guild, is_forum, lobby })
    }

    /// The post of ours that stands for the place outside all topics; a new one where there is none.
    async fn lobby(&self, guild: &str, forum: Fields<'_>) -> Result<String, SendError> {
        let me = self.account.meet().await.map_err(sorted)?.id.clone();
        let is_lobby = |thread: &Fields<'_>| {
            thread.text("parent_id") == Some(self.channel.as_str())
                && thread.text("owner_id") == Some(me.as_str())
                && thread.text("name") == Some(LOBBY)
        };
        let active = self.ask(Request::get(["guilds", guild, "threads", "active"])).await?;
        if let Some(found) = Fields::of(&active).list("threads").into_iter().find(is_lobby).and_then(|thread| thread.id("id")) {
            return Ok(found);
        }
        let asleep = Request::get(["channels", self.channel.as_str(), "threads", "archived", "public"]).asking("limit", 100);
        let asleep = self.ask(asleep).await?;
        if let Some(found) = Fields::of(&asleep).list("threads").into_iter().find(is_lobby).and_then(|thread| thread.id("id")) {
            return Ok(found);
        }
        let mut body = json!({
            "name": LOBBY,
            "auto_archive_duration": DOZES_AFTER,
            "message": { "content": "📥", "allowed_mentions": { "parse": [] } },
        });
        // A forum may want a tag on each post.
        if forum.integer("flags").unwrap_or_default() & (1 << 4) != 0
            && let Some(first) = forum.list("available_tags").first().and_then(|tag| tag.id("id"))
        {
            body["applied_tags"] = json!([first]);
        }
        let made = self.ask(Request::post(["channels", self.channel.as_str(), "threads"]).with(&body)).await?;
        let id = Fields::of(&made).id("id").ok_or_else(|| refused("Discord made a post and does not say which"))?;
        let pin = Request::patch(["channels", id.as_str()]).with(&json!({ "flags": PINNED }));
        if let Err(failure) = self.account.api.call(pin).await {
            tracing::info!(error = %sorted(failure), "The post for what concerns everybody could not be kept at the top");
        }
        Ok(id)
    }

    /// The tags that mirror this look: made first where there are none yet and there is room. A server that lets us make no tags has none.
    pub(super) async fn tags(&self, look: &TopicLook) -> Vec<String> {
        let mut held = self.tags.lock().await;
        let known = held.get_or_insert_default();
        let status = tag_name(mark(look.status), &look.status_name);
        let tier = look.tier.as_ref().map(|tier| tag_name("★", tier));
        let wanted: Vec<String> = std::iter::once(status).chain(tier).collect();
        if wanted.iter().any(|name| !known.iter().any(|tag| tag.name == *name)) {
            let statuses = look.statuses.iter().map(|(status, name)| tag_name(mark(*status), name));
            let all: Vec<String> = statuses.chain(wanted.iter().cloned()).collect();
            if let Err(error) = self.make_tags(known, &all).await {
                tracing::warn!(error = %error, "The agents' forum cannot have the tags that show status and tier: the bot needs Manage Channels there");
            }
        }
        wanted.iter().filter_map(|name| known.iter().find(|tag| tag.name == *name)?.id()).collect()
    }

    async fn make_tags(&self, known: &mut Vec<Tag>, wanted: &[String]) -> Result<(), SendError> {
        // Somebody may have made some by hand meanwhile.
        let described = self.ask(Request::get(["channels", self.channel.as_str()])).await?;
        *known = tags_of(&described);
        let mut all: Vec<Value> = known.iter().map(|tag| tag.described.clone()).collect();
        let before = all.len();
        for name in wanted {
            let is_there = all.iter().any(|tag| tag["name"].as_str() == Some(name.as_str()));
            if !is_there && all.len() < MOST_TAGS {
                all.push(json!({ "name": name, "moderated": true }));
            }
        }
        if all.len() > before {
            let changed = Request::patch(["channels", self.channel.as_str()]).with(&json!({ "available_tags": all }));
            *known = tags_of(&self.ask(changed).await?);
        }
        Ok(())
    }

    /// What a thread is called, as far as it is known; Discord is asked where it is not.
    pub(super) async fn name_of(&self, thread: &str) -> Result<String, SendError> {
        if let Some(name) = self.threads().get(thread).and_then(|known| known.name.clone()) {
            return Ok(name);
        }
        let described = self.ask(Request::get(["channels", thread])).await?;
        let name = Fields::of(&described).text("name").unwrap_or_default().to_owned();
        self.is_called(thread, &name);
        Ok(name)
    }

    /// A thread has this title.
    pub(super) fn is_called(&self, thread: &str, name: &str) {
        let mut threads = self.threads();
        if threads.len() >= MOST_THREADS {
            threads.clear();
        }
        threads.entry(thread.to_owned()).or_default().name = Some(name.to_owned());
    }

    /// How long a thread's title has to stay as it is.
    pub(super) fn title_stays(&self, thread: &str, now: Instant) -> Option<Duration> {
        let mut threads = self.threads();
        let renames = &mut threads.entry(thread.to_owned()).or_default().renames;
        while renames.front().is_some_and(|at| now.duration_since(*at) >= RENAMES_IN) {
            renames.pop_front();
        }
        let first = renames.front().filter(|_| renames.len() >= RENAMES)?;
        Some(RENAMES_IN.saturating_sub(now.duration_since(*first)))
    }

    /// A thread's title was changed.
    pub(super) fn renamed(&self, thread: &str, name: &str, now: Instant) {
        self.is_called(thread, name);
        self.threads().entry(thread.to_owned()).or_default().renames.push_back(now);
    }

    /// Puts away what is needed least: what is settled first, then what nothing happened in for longest.
    pub(super) async fn make_room(&self) -> Result<(), SendError> {
        let room = self.room().await?;
        let active = self.ask(Request::get(["guilds", room.guild.as_str(), "threads", "active"])).await?;
        let settled: Vec<String> = {
            let tags = self.tags.lock().await;
            let is_settled = |tag: &&Tag| tag.name.starts_with(mark(TopicStatus::Resolved));
            tags.iter().flatten().filter(is_settled).filter_map(Tag::id).collect()
        };
        let least = least_needed(&Fields::of(&active).list("threads"), &self.channel, &room.lobby, &settled);
        let Some(least) = least else { return Err(refused("the server has as many active threads as Discord allows, and none of them is ours")) };
        self.ask(Request::patch(["channels", least.as_str()]).with(&json!({ "archived": true }))).await.map(drop)
    }

    async fn ask(&self, request: Request) -> Result<Value, SendError> {
        self.account.api.ask(request).await.map_err(sorted)
    }

    fn threads(&self) -> std::sync::MutexGuard<'_, HashMap<String, Thread>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sorted(failure: Failure) -> SendError {
    failure.sort(Target::Staff)
}

fn stopped(reason: &str) -> SendError {
    SendError::ChannelStopped { reason: reason.to_owned() }
}

fn tags_of(channel: &Value) -> Vec<Tag> {
    let tags = channel["available_tags"].as_array().cloned().unwrap_or_default();
    tags.into_iter().filter_map(|described| Some(Tag { name: described["name"].as_str()?.to_owned(), described })).collect()
}

fn tag_name(mark: &str, name: &str) -> String {
    cut(&format!("{mark} {name}"), MAX_TAG)
}

/// A thread of a text channel has no tags: status and tier stand before its title.
pub(super) fn marked(look: &TopicLook, title: &str) -> String {
    let tier = look.tier.as_ref().map(|tier| format!("★ {tier} · ")).unwrap_or_default();
    format!("{} {tier}{title}", mark(look.status))
}

fn mark(status: TopicStatus) -> &'static str {
    match status {
        TopicStatus::Bot => "🤖",
        TopicStatus::Queued => "🟡",
        TopicStatus::Open => "🟢",
        TopicStatus::Snoozed => "💤",
        TopicStatus::Resolved => "✅",
    }
}

/// Which of our threads is needed least.
fn least_needed(threads: &[Fields<'_>], parent: &str, lobby: &str, settled: &[String]) -> Option<String> {
    let ours = threads.iter().filter(|thread| thread.text("parent_id") == Some(parent) && thread.text("id") != Some(lobby));
    let number = |thread: &Fields<'_>, key: &str| thread.text(key).and_then(|id| id.parse::<u64>().ok());
    let is_settled = |thread: &Fields<'_>| {
        let tags = thread.value().and_then(|thread| thread["applied_tags"].as_array().cloned()).unwrap_or_default();
        tags.iter().any(|tag| settled.iter().any(|id| tag.as_str() == Some(id)))
    };
    // Ids grow with time.
    let last = |thread: &Fields<'_>| number(thread, "last_message_id").or_else(|| number(thread, "id"));
    ours.min_by_key(|thread| (!is_settled(thread), last(thread))).and_then(|thread| thread.id("id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_settled_makes_room_first_and_then_what_is_oldest() {
        let threads = [
            json!({"id": "1", "parent_id": "50", "last_message_id": "10", "applied_tags": []}),
            json!({"id": "2", "parent_id": "50", "last_message_id": "90", "applied_tags": ["7"]}),
            json!({"id": "3", "parent_id": "60", "last_message_id": "1"}),
            json!({"id": "4", "parent_id": "50", "last_message_id": "5"}),
        ];
        let fields: Vec<Fields<'_>> = threads.iter().map(Fields::of).collect();
        assert_eq!(least_needed(&fields, "50", "4", &["7".to_owned()]).as_deref(), Some("2"));
        assert_eq!(least_needed(&fields, "50", "4", &[]).as_deref(), Some("1"));
        assert_eq!(least_needed(&fields, "50", "none", &[]).as_deref(), Some("4"));
        assert_eq!(least_needed(&fields, "70", "none", &[]), None);
    }

    #[test]
    fn tags_have_short_names_that_say_the_status() {
        assert_eq!(tag_name(mark(TopicStatus::Queued), "waiting"), "🟡 waiting");
        assert_eq!(tag_name("★", &"x".repeat(40)).chars().count(), MAX_TAG);
    }
}
