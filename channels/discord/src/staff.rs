//! The channel in which agents work: a forum with a post for each conversation, or a text channel with a thread for each.

mod events;
mod interactions;
mod layout;
mod menu;
mod room;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use async_trait::async_trait;
use bellhop_channel::{
    Fields, NormaliseError, SendError, Sent, SentState, clean,
    staff::{Attendant, Dressed, Form, Menu, Opened, Place, StaffCapabilities, StaffChannel, StaffEvent, StaffPost, TopicId, TopicLook, Wanted},
    uploads::{File, Source},
};
use bellhop_domain::words;
use serde_json::{Value, json};

use crate::{
    account::Account,
    api::{
        failure::{ALLOWING, Failure, Target, codes, refused},
        request::Request,
    },
    contact,
    event::{self, Place as Where},
    outgoing,
};
use interactions::{Interactions, Trigger};
pub(crate) use layout::CAPABILITIES;
use layout::MAX_TITLE;
use room::{DOZES_AFTER, Rooms};

/// Discord's number for a server that has as many active threads as it may.
const TOO_MANY_THREADS: u64 = 160_006;
/// Previews of links are not shown.
const NO_PREVIEWS: u64 = 1 << 2;
/// Nobody's telephone rings.
const SILENT: u64 = 1 << 12;
/// What a topic is called whose title has nothing that can be seen.
const NAMELESS: &str = "—";

/// What agents do that cannot wait for its turn.
pub(crate) struct Agents {
    interactions: Arc<Interactions>,
    attendant: Mutex<Option<Arc<dyn Attendant>>>,
}

impl Agents {
    pub(crate) fn new(api: Arc<crate::api::Api>) -> Self {
        Self { interactions: Arc::new(Interactions::new(api)), attendant: Mutex::default() }
    }

    /// Looks at an interaction that has just arrived, in this place; returns at once. What completes a line is answered, a command that is given where no agents
    /// work is refused, and what agents do is waited for.
    pub(crate) fn look(&self, interaction: Fields<'_>, place: Option<Where>) {
        let Some(trigger) = Trigger::of(interaction) else { return };
        let is_staff = matches!(place, Some(Where::Lobby | Where::Topic));
        match interaction.integer("type") {
            Some(4) => self.complete(trigger, wanted(interaction, place).filter(|_| is_staff)),
            Some(2) if !is_staff => {
                let text = words::say(interaction.text("locale").unwrap_or("en"), "staff-elsewhere", &[]);
                self.at_once(trigger, json!({ "type": 4, "data": { "content": text, "flags": 64 } }));
            }
            Some(2 | 3 | 5) if is_staff && !contact::is_asked(interaction) => {
                let interactions = Arc::clone(&self.interactions);
                spawn(async move { interactions.arrived(trigger).await });
            }
            _ => {}
        }
    }

    fn complete(&self, trigger: Trigger, wanted: Option<Wanted>) {
        let attendant = self.attendant.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let interactions = Arc::clone(&self.interactions);
        spawn(async move {
            let suggested = match (attendant, wanted) {
                (Some(attendant), Some(wanted)) => attendant.suggest(wanted).await,
                _ => Vec::new(),
            };
            let answer = json!({ "type": 8, "data": layout::suggestions(&suggested) });
            report(interactions.at_once(&trigger, &answer).await);
        });
    }

    fn at_once(&self, trigger: Trigger, answer: Value) {
        let interactions = Arc::clone(&self.interactions);
        spawn(async move { report(interactions.at_once(&trigger, &answer).await) });
    }
}

/// Whoever waits for it sees that it failed.
fn report(outcome: Result<(), SendError>) {
    if let Err(error) = outcome {
        tracing::info!(error = %error, "An interaction could not be answered at once");
    }
}

/// Runs beside what comes in; without a runtime there is nobody to run for.
fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(future);
    }
}

/// What is being written.
fn wanted(interaction: Fields<'_>, place: Option<Where>) -> Option<Wanted> {
    let data = interaction.object("data")?;
    let focused = data.list("options").into_iter().find(|option| option.flag("focused"))?;
    Some(Wanted {
        agent: event::person(interaction).id("id")?,
        place: match place {
            Some(Where::Topic) => Place::Topic(TopicId(interaction.id("channel_id")?)),
            _ => Place::Lobby,
        },
        command: data.text("name")?.to_owned(),
        argument: focused.text("name")?.to_owned(),
        written: events::value(focused).unwrap_or_default(),
    })
}

/// The agents' channel of one bot.
pub(crate) struct Staff {
    name: String,
    account: Arc<Account>,
    rooms: Rooms,
    menu: Mutex<Option<Arc<Menu>>>,
}

impl Staff {
    pub(crate) fn new(name: &str, account: Arc<Account>, channel: String) -> Self {
        Self { name: name.to_owned(), rooms: Rooms::new(Arc::clone(&account), channel), account, menu: Mutex::default() }
    }

    async fn ask(&self, request: Request) -> Result<Value, SendError> {
        self.account.api.ask(request).await.map_err(sorted)
    }

    /// Where a place is in Discord.
    async fn channel_of(&self, place: &Place) -> Result<String, SendError> {
        match place {
            Place::Lobby => Ok(self.rooms.room().await?.lobby.clone()),
            Place::Topic(topic) => thread(topic).map(str::to_owned),
        }
    }

    /// Makes a call about something in a thread; one that Discord has put away is woken for it, and put away again.
    async fn in_thread(&self, thread: &str, call: Request) -> Result<Value, Failure> {
        match self.account.api.ask(call.clone()).await {
            Err(failure) if failure.code() == Some(codes::ARCHIVED) => {}
            other => return other,
        }
        let archive = |archived: bool| Request::patch(["channels", thread]).with(&json!({ "archived": archived }));
        self.account.api.call(archive(false)).await?;
        let result = self.account.api.ask(call).await;
        self.account.api.call(archive(true)).await?;
        result
    }

    /// Makes a call that wakes or makes a thread; where the server has as many as it may, another one is put away for it.
    async fn making_room(&self, place: &Place, call: Request) -> Result<Value, SendError> {
        match self.account.api.ask(call.clone()).await {
            Err(failure) if failure.code() == Some(TOO_MANY_THREADS) => {
                self.rooms.make_room().await?;
                self.ask(call).await
            }
            other => other.map_err(|failure| self.sorted(place, failure)),
        }
    }

    /// What a failed change of something in a place means: what stood in a place that is gone is gone with it.
    fn changed(&self, place: &Place, failure: Failure) -> SendError {
        let is_gone = failure.code() == Some(codes::UNKNOWN_CHANNEL);
        let error = self.sorted(place, failure);
        if is_gone { refused(error.to_string()) } else { error }
    }

    /// What a failed call in a place means.
    fn sorted(&self, place: &Place, failure: Failure) -> SendError {
        match place {
            Place::Lobby => self.rooms.lost(failure),
            Place::Topic(_) => sorted(failure),
        }
    }

    /// The body of a post with the files that go with it; files of which only the address is known are lines of its text.
    async fn body(&self, post: &StaffPost) -> Result<(serde_json::Map<String, Value>, Vec<crate::api::request::Upload>), SendError> {
        let mut uploads = Vec::new();
        let mut text = post.text.clone();
        for File { name, content_type, source } in self.account.load(&post.attachments).await? {
            match source {
                Source::Bytes(bytes) => uploads.push(crate::api::request::Upload { name, content_type, bytes }),
                Source::Address(address) => text.push_str(&format!("\n{name}: {address}")),
            }
        }
        Ok((layout::message(&StaffPost { text, attachments: Vec::new(), ..post.clone() }), uploads))
    }

    async fn make(&self, look: &TopicLook, first: Option<&StaffPost>) -> Result<Opened, SendError> {
        let room = self.rooms.room().await?;
        let name = title(look, room.is_forum)?;
        let threads = ["channels", self.rooms.channel.as_str(), "threads"];
        if !room.is_forum {
            let call = Request::post(threads).with(&json!({ "name": name, "type": 11, "auto_archive_duration": DOZES_AFTER }));
            let made = self.making_room(&Place::Lobby, call).await?;
            let topic = TopicId(id_of(&made)?);
            self.rooms.is_called(&topic.0, &name);
            let post = match first {
                Some(first) => self.post(&Place::Topic(topic.clone()), first).await.ok().and_then(|sent| sent.external_id),
                None => None,
            };
            return Ok(Opened { topic, post });
        }
        let message = match first {
            Some(first) => Value::Object(layout::message(first)),
            None => json!({ "content": cut_title(&name), "allowed_mentions": { "parse": [] } }),
        };
        let tags = self.rooms.tags(look).await;
        let body = json!({ "name": name, "auto_archive_duration": DOZES_AFTER, "applied_tags": tags, "message": message });
        let made = self.making_room(&Place::Lobby, Request::post(threads).with(&body)).await?;
        let id = id_of(&made)?;
        self.rooms.is_called(&id, &name);
        // The first message of a post has the id of the post.
        Ok(Opened { topic: TopicId(id.clone()), post: first.map(|_| id) })
    }
}

fn sorted(failure: Failure) -> SendError {
    failure.sort(Target::Staff)
}

/// What a failed call about the list of commands means.
fn uninvited(failure: Failure) -> SendError {
    if failure.code() != Some(codes::MISSING_ACCESS) {
        return sorted(failure);
    }
    let reason = "the bot may not have commands on this server: invite it once more, with the scope applications.commands".to_owned();
    SendError::Retry { after: Some(ALLOWING), reason }
}

fn thread(topic: &TopicId) -> Result<&str, SendError> {
    outgoing::id(&topic.0).map(|_| topic.0.as_str()).ok_or_else(|| refused("the topic is not there any more"))
}

fn message_of(post: &str) -> Result<&str, SendError> {
    outgoing::id(post).map(|_| post).ok_or_else(|| refused("the message is not there any more"))
}

fn id_of(made: &Value) -> Result<String, SendError> {
    Fields::of(made).id("id").ok_or_else(|| refused("Discord made something and does not say which"))
}

fn cut_title(name: &str) -> String {
    crate::markdown::escaped(name)
}

/// A title that Discord takes: one line, with something in it that can be seen; where there are no tags, with what they would say.
fn title(look: &TopicLook, has_tags: bool) -> Result<String, SendError> {
    if look.title.trim().is_empty() || look.title.chars().count() > MAX_TITLE {
        return Err(refused(format!("a topic's title has 1 to {MAX_TITLE} characters")));
    }
    let title = clean::line(&look.title).unwrap_or_else(|| NAMELESS.to_owned());
    Ok(if has_tags { title } else { layout::cut(&room::marked(look, &title), MAX_TITLE) })
}

#[async_trait]
impl StaffChannel for Staff {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &StaffCapabilities {
        &CAPABILITIES
    }

    fn normalise(&self, raw: &str) -> Result<StaffEvent, NormaliseError> {
        let menu = self.menu.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
        events::normalise(raw, self.rooms.known().as_ref().map(|room| room.lobby.as_str()), &menu)
    }

    /// Which thread is the lobby, and what can be pointed with, has to be known.
    fn can_read(&self, _raw: &str) -> bool {
        self.rooms.known().is_some() && self.menu.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    async fn open(&self, _key: &str, look: &TopicLook) -> Result<TopicId, SendError> {
        self.make(look, None).await.map(|opened| opened.topic)
    }

    async fn open_with(&self, _key: &str, look: &TopicLook, first: &StaffPost) -> Result<Opened, SendError> {
        layout::check(first)?;
        self.make(look, Some(first)).await
    }

    async fn dress(&self, topic: &TopicId, look: &TopicLook) -> Result<Dressed, SendError> {
        let is_forum = self.rooms.room().await?.is_forum;
        let (name, thread) = (title(look, is_forum)?, thread(topic)?);
        let mut body = serde_json::Map::new();
        if is_forum {
            body.insert("applied_tags".to_owned(), json!(self.rooms.tags(look).await));
        }
        let stays = match self.rooms.name_of(thread).await? == name {
            true => None,
            false => {
                let stays = self.rooms.title_stays(thread, Instant::now());
                if stays.is_none() {
                    body.insert("name".to_owned(), json!(name));
                }
                stays
            }
        };
        let renames = body.contains_key("name");
        if !body.is_empty() {
            match self.in_thread(thread, Request::patch(["channels", thread]).with(&body)).await {
                Ok(_) if renames => self.rooms.renamed(thread, &name, Instant::now()),
                Ok(_) => {}
                // Somebody has renamed it by hand: all but the title can be changed all the same.
                Err(Failure::No(no)) if renames && no.status == 429 && !no.global => {
                    body.remove("name");
                    if !body.is_empty() {
                        self.in_thread(thread, Request::patch(["channels", thread]).with(&body)).await.map_err(sorted)?;
                    }
                    return Ok(Dressed::ButTitle(no.retry_after.unwrap_or_default()));
                }
                Err(failure) => return Err(sorted(failure)),
            }
        }
        Ok(stays.map_or(Dressed::Whole, Dressed::ButTitle))
    }

    async fn archive(&self, topic: &TopicId) -> Result<(), SendError> {
        let call = Request::patch(["channels", thread(topic)?]).with(&json!({ "archived": true }));
        match self.account.api.call(call).await {
            Err(failure) if failure.code() != Some(codes::ARCHIVED) => Err(sorted(failure)),
            _ => Ok(()),
        }
    }

    async fn reopen(&self, topic: &TopicId) -> Result<(), SendError> {
        let call = Request::patch(["channels", thread(topic)?]).with(&json!({ "archived": false }));
        self.making_room(&Place::Topic(topic.clone()), call).await.map(drop)
    }

    async fn post(&self, place: &Place, post: &StaffPost) -> Result<Sent, SendError> {
        layout::check(post)?;
        let channel = self.channel_of(place).await?;
        let (mut body, uploads) = self.body(post).await?;
        // Links that strangers send are not fetched and shown; a card is an embed itself.
        let is_card = body.get("embeds").and_then(Value::as_array).is_some_and(|embeds| !embeds.is_empty());
        let flags = if is_card { 0 } else { NO_PREVIEWS } | if post.silent { SILENT } else { 0 };
        body.insert("flags".to_owned(), json!(flags));
        // The keys of posts and of customers' messages must not meet.
        body.insert("nonce".to_owned(), json!(outgoing::nonce(&format!("staff {} {channel}", post.key), 0)));
        body.insert("enforce_nonce".to_owned(), json!(true));
        if let Some(reply_to) = post.reply_to.as_deref().filter(|id| outgoing::id(id).is_some()) {
            body.insert("message_reference".to_owned(), json!({ "message_id": reply_to, "fail_if_not_exists": false }));
        }
        let mut call = Request::post(["channels", channel.as_str(), "messages"]).with(&body);
        outgoing::attach(&mut call, uploads);
        let made = self.making_room(place, call).await?;
        Ok(Sent { external_id: Some(id_of(&made)?), state: SentState::Sent })
    }

    async fn edit(&self, place: &Place, post: &str, to: &StaffPost) -> Result<(), SendError> {
        layout::check(to)?;
        let channel = self.channel_of(place).await?;
        let body = layout::message(to);
        let call = Request::patch(["channels", channel.as_str(), "messages", message_of(post)?]).with(&body);
        self.in_thread(&channel, call).await.map(drop).map_err(|failure| self.changed(place, failure))
    }

    async fn delete(&self, place: &Place, post: &str) -> Result<(), SendError> {
        let channel = self.channel_of(place).await?;
        match self.in_thread(&channel, outgoing::delete(&channel, message_of(post)?)).await {
            Err(failure) if failure.code() != Some(codes::UNKNOWN_MESSAGE) => Err(self.changed(place, failure)),
            _ => Ok(()),
        }
    }

    async fn pin(&self, place: &Place, post: &str) -> Result<(), SendError> {
        let channel = self.channel_of(place).await?;
        // What a post begins with stays at its top.
        if channel == post {
            return Ok(());
        }
        let call = Request::put(["channels", channel.as_str(), "messages", "pins", message_of(post)?]);
        match self.in_thread(&channel, call).await {
            Ok(_) => Ok(()),
            // Work goes on where somebody did not let us pin.
            Err(failure) if failure.code() == Some(codes::MISSING_PERMISSIONS) => {
                tracing::info!("Discord does not let us pin in the agents' channel: cards stay where they were posted");
                Ok(())
            }
            Err(failure) => Err(self.changed(place, failure)),
        }
    }

    async fn answer(&self, trigger: &str, notice: &str) -> Result<(), SendError> {
        let notice = crate::markdown::escaped(notice);
        self.account.agents.interactions.tell(trigger, &StaffPost::text("", notice)).await
    }

    async fn whisper(&self, trigger: &str, post: &StaffPost) -> Result<(), SendError> {
        layout::check(post)?;
        self.account.agents.interactions.tell(trigger, post).await
    }

    async fn ask(&self, trigger: &str, form: &Form) -> Result<(), SendError> {
        self.account.agents.interactions.ask(trigger, layout::form(form)?).await
    }

    async fn offer(&self, menu: &Menu) -> Result<(), SendError> {
        *self.menu.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(menu.clone()));
        let guild = self.rooms.room().await?.guild.clone();
        let application = self.account.meet().await.map_err(sorted)?.application.clone();
        let path = ["applications", application.as_str(), "guilds", guild.as_str(), "commands"];
        let wanted = menu::registered(menu);
        let found = self.account.api.ask(Request::get(path).asking("with_localizations", "true")).await.map_err(uninvited)?;
        if menu::is_registered(&wanted, &found) {
            return Ok(());
        }
        self.account.api.ask(Request::put(path).with(&wanted)).await.map(drop).map_err(uninvited)
    }

    fn attended_by(&self, attendant: Arc<dyn Attendant>) {
        *self.account.agents.attendant.lock().unwrap_or_else(PoisonError::into_inner) = Some(attendant);
    }

    async fn invite(&self, place: &str, text: &str, button: &str) -> Result<(), SendError> {
        let channel = outgoing::id(place).map(|_| place).ok_or_else(|| refused("this is no channel of Discord's"))?;
        let described = self.ask(Request::get(["channels", channel])).await?;
        if Fields::of(&described).id("guild_id") != Some(self.rooms.room().await?.guild.clone()) {
            return Err(refused("the channel is on another server"));
        }
        // Whoever says it twice wants it twice.
        let key = format!("invite {channel} {:016x}", rand::random::<u64>());
        self.account.api.call(contact::invitation(channel, &key, text, button)).await.map(drop).map_err(sorted)
    }
}
