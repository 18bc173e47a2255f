//! Stores what was heard, in order, and marks how far that is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use bellhop_channel::{
    Envelope, Fields, Mailbox, Mark, SendError, Side,
    calls::{growing, jittered, pause_after},
};
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use serde_json::Value;
use tokio::{sync::mpsc, time::Instant};

use super::{
    Arrived, Heard,
    backlog::{self, AT_ONCE, Backlog, PAGE, Page},
    link::{self, STRUCTURE},
    progress::{Progress, Session, Thread, session_mark},
};
use crate::{
    account::Account,
    contact::{self, Opened, Press},
    event::{self, CONTACT, KINDS, Place},
};

/// Events in one commit at most.
const BATCH: usize = 256;

/// How often it is marked how far we are where nothing else is stored.
const IDLE_MARK: Duration = Duration::from_secs(5);

/// The keeper.
pub(super) struct Keeper<'a> {
    account: &'a Arc<Account>,
    mailbox: &'a dyn Mailbox,
    progress: Progress,
    backlog: Backlog,
    jobs: FuturesUnordered<BoxFuture<'a, Done>>,
    /// Pages that are being asked for.
    asking: usize,
    /// Numbers of the session's presses that still open a thread, with the session.
    opening: BTreeMap<u64, Arc<str>>,
    /// The session's number of the last event that was looked at.
    looked_at: u64,
    marked: Instant,
}

/// What was done off the path.
enum Done {
    Page(Page),
    Contact { heard: Heard, press: Press, opened: Result<Opened, SendError> },
}

/// What is to be stored next.
#[derive(Default)]
struct Sheaf {
    envelopes: Vec<Envelope>,
    /// Threads whose marks have changed.
    threads: BTreeSet<String>,
    /// Marks of threads that are gone.
    gone: Vec<String>,
}

/// The application takes nothing any more.
struct Stopped;

impl<'a> Keeper<'a> {
    pub(super) fn new(account: &'a Arc<Account>, mailbox: &'a dyn Mailbox, progress: Progress) -> Self {
        let looked_at = progress.session.as_ref().map(|session| session.number).unwrap_or_default();
        Self {
            account,
            mailbox,
            progress,
            backlog: Backlog::default(),
            jobs: FuturesUnordered::new(),
            asking: 0,
            opening: BTreeMap::new(),
            looked_at,
            marked: Instant::now(),
        }
    }

    /// Keeps until nothing more arrives or the application takes nothing any more.
    pub(super) async fn run(mut self, mut waiting: mpsc::Receiver<Arrived>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            self.ask();
            let kept = tokio::select! {
                biased;
                count = waiting.recv_many(&mut batch, BATCH), if !self.backlog.is_full() => {
                    if count == 0 {
                        return;
                    }
                    self.take(&mut batch).await
                }
                Some(done) = self.jobs.next(), if !self.jobs.is_empty() => self.done(done).await,
            };
            if kept.is_err() {
                return;
            }
        }
    }

    /// Asks for what was said while nobody listened, as far as there are places for that.
    fn ask(&mut self) {
        while self.asking < AT_ONCE
            && let Some((thread, after)) = self.backlog.next()
        {
            let known =
                self.progress.threads.get(&thread).map(|thread| Place::known(&thread.place)).or_else(|| self.account.places.get(&thread).map(Some));
            self.asking += 1;
            self.jobs.push(backlog::fetch(self.account, thread, after, known.flatten()).map(Done::Page).boxed());
        }
    }

    async fn take(&mut self, batch: &mut Vec<Arrived>) -> Result<(), Stopped> {
        let mut sheaf = Sheaf::default();
        let mut turned = false;
        for arrived in batch.drain(..) {
            match arrived {
                Arrived::Fresh(session) => {
                    self.looked_at = session.number;
                    self.progress.session = Some(session);
                    self.catch_up();
                    turned = true;
                }
                Arrived::Resumed => {
                    if self.progress.session.as_ref().is_some_and(|session| session.behind) && self.backlog.is_empty() {
                        self.catch_up();
                    }
                    turned = true;
                }
                Arrived::Event(heard) => self.look(heard, &mut sheaf).await,
            }
        }
        if sheaf.is_empty() && !turned && self.marked.elapsed() < IDLE_MARK {
            return Ok(());
        }
        self.store(sheaf).await
    }

    /// Every thread that we know has to be asked for, those first that were used last.
    fn catch_up(&mut self) {
        let mut threads: Vec<(&String, u64)> = self.progress.threads.iter().map(|(id, thread)| (id, thread.last)).collect();
        threads.sort_by_key(|(_, last)| std::cmp::Reverse(*last));
        for (thread, last) in threads {
            self.backlog.renew(thread, last);
        }
    }

    /// Looks at an event: what is to be stored goes into the sheaf, or waits for what was said before it.
    async fn look(&mut self, heard: Heard, sheaf: &mut Sheaf) {
        if self.progress.session.as_ref().is_some_and(|session| session.id == *heard.session) {
            self.looked_at = self.looked_at.max(heard.number);
        }
        let Ok(body) = serde_json::from_str::<Value>(&bellhop_channel::clean::surrogates(heard.body.get())) else { return };
        let fields = Fields::of(&body);
        if STRUCTURE.contains(&heard.kind.as_str()) {
            self.learn(&heard.kind, fields);
        }
        if !KINDS.contains(&heard.kind.as_str()) || self.is_ours(&heard.kind, fields) {
            self.note_own(&heard.kind, fields, sheaf);
            return;
        }
        if heard.kind == "INTERACTION_CREATE" && contact::is_asked(fields) {
            self.open(heard, fields);
            return;
        }
        // What completes a line that is being written was answered at once, and is over.
        if heard.kind == "INTERACTION_CREATE" && fields.integer("type") == Some(4) {
            return;
        }
        let place = place(self.account, &heard.kind, fields).await;
        // How a customer's thread looks is nobody's business but Discord's.
        let is_look = matches!(heard.kind.as_str(), "THREAD_UPDATE" | "THREAD_DELETE");
        if place.side() == Side::Nobody || (is_look && place.side() == Side::Customer) {
            return;
        }
        let thread = fields.id("channel_id").or_else(|| fields.id("id")).unwrap_or_default();
        if self.backlog.has(&thread) {
            let message = if heard.kind == "MESSAGE_CREATE" { fields.text("id").and_then(|id| id.parse().ok()) } else { None };
            self.backlog.hold(&thread, heard, place, message);
        } else {
            self.add(&heard.kind, place, &number(&heard), heard.body.get(), &body, sheaf);
        }
    }

    /// Learns whose channels are, and which threads have messages that we do not.
    fn learn(&mut self, kind: &str, body: Fields<'_>) {
        match kind {
            "GUILD_CREATE" | "THREAD_LIST_SYNC" => {
                for channel in body.list("channels") {
                    self.account.learn(channel);
                }
                for thread in body.list("threads") {
                    let place = self.account.learn(thread);
                    self.look_at_thread(thread, place);
                }
            }
            "CHANNEL_DELETE" | "THREAD_DELETE" => {}
            _ => {
                self.account.learn(body);
            }
        }
    }

    /// A thread of ours that has more messages than are stored, or that we have forgotten.
    fn look_at_thread(&mut self, thread: Fields<'_>, place: Option<Place>) {
        let Some(place) = place.filter(|place| place.side() != Side::Nobody) else { return };
        let number = |key: &str| thread.text(key).and_then(|id| id.parse::<u64>().ok());
        let (Some(id), Some(last)) = (number("id"), number("last_message_id")) else { return };
        let id_text = id.to_string();
        let known = self.progress.threads.get(&id_text).map(|thread| thread.last);
        if known.is_none_or(|known| known < last) {
            self.progress.reached(&id_text, known.unwrap_or(id), place);
            self.backlog.add(&id_text, known.unwrap_or(id));
        }
    }

    /// What the bot itself did needs no telling.
    fn is_ours(&self, kind: &str, body: Fields<'_>) -> bool {
        let Some(me) = self.account.me() else { return false };
        if kind == "INTERACTION_CREATE" {
            return false;
        }
        let who = body.object("author").and_then(|author| author.text("id")).or_else(|| body.text("user_id"));
        who == Some(me.id.as_str())
    }

    /// A message of our own is not asked for again.
    fn note_own(&mut self, kind: &str, body: Fields<'_>, sheaf: &mut Sheaf) {
        let (Some(thread), Some(id)) = (body.id("channel_id"), body.text("id").and_then(|id| id.parse().ok())) else { return };
        if kind == "MESSAGE_CREATE"
            && !self.backlog.has(&thread)
            && self.progress.threads.contains_key(&thread)
            && self.progress.reached(&thread, id, Place::Direct)
        {
            sheaf.threads.insert(thread);
        }
    }

    /// Somebody asks for a conversation: their thread is opened off the path.
    fn open(&mut self, heard: Heard, body: Fields<'_>) {
        let Some(press) = Press::read(body) else { return };
        let known = self.progress.thread_of(&press.person).map(str::to_owned);
        self.opening.insert(heard.number, Arc::clone(&heard.session));
        let account: &'a Arc<Account> = self.account;
        self.jobs.push(
            async move {
                let opened = contact::open(account, &press, known.as_deref()).await;
                Done::Contact { heard, press, opened }
            }
            .boxed(),
        );
    }

    /// Puts an event into the sheaf. Messages that are taken back together are taken back one by one.
    fn add(&mut self, kind: &str, place: Place, number: &str, raw: &str, body: &Value, sheaf: &mut Sheaf) {
        let fields = Fields::of(body);
        if kind == "MESSAGE_DELETE_BULK" {
            let ids = body.get("ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            for id in ids {
                let mut one = serde_json::json!({"id": id, "channel_id": fields.text("channel_id")});
                if let Some(guild) = fields.text("guild_id") {
                    one["guild_id"] = Value::from(guild);
                }
                sheaf.envelopes.push(event::envelope(&event::wrap("MESSAGE_DELETE", place, number, &one.to_string())));
            }
            return;
        }
        sheaf.envelopes.push(event::envelope(&event::wrap(kind, place, number, raw)));
        if kind == "MESSAGE_CREATE"
            && let (Some(thread), Some(id)) = (fields.id("channel_id"), fields.text("id").and_then(|id| id.parse().ok()))
            && self.progress.reached(&thread, id, place)
        {
            sheaf.threads.insert(thread);
        }
    }

    async fn done(&mut self, done: Done) -> Result<(), Stopped> {
        let mut sheaf = Sheaf::default();
        match done {
            Done::Page(page) => self.turn(page, &mut sheaf),
            Done::Contact { heard, press, opened } => {
                self.opening.remove(&heard.number);
                match opened {
                    Ok(Opened { thread, is_new: true }) => self.opened(&heard, &press, thread, &mut sheaf),
                    Ok(Opened { is_new: false, .. }) => {}
                    Err(error) => tracing::warn!(reason = %error, "A private thread for a customer could not be opened; they were told so"),
                }
            }
        }
        self.store(sheaf).await
    }

    /// A page of what was said while nobody listened.
    fn turn(&mut self, page: Page, sheaf: &mut Sheaf) {
        self.asking -= 1;
        let Page { thread, after, messages, place } = page;
        let is_whole = messages.as_ref().is_some_and(|messages| messages.len() >= PAGE);
        let (mut last, mut is_told) = (None, false);
        if messages.is_none() {
            self.progress.threads.remove(&thread);
            sheaf.gone.push(thread.clone());
        }
        let is_there = messages.is_some();
        for (id, raw) in messages.into_iter().flatten() {
            // From here on it was told and waits: what is told is complete.
            if self.backlog.is_told(&thread, id) {
                is_told = true;
                break;
            }
            last = Some(id);
            let Ok(body) = serde_json::from_str::<Value>(&bellhop_channel::clean::surrogates(raw.get())) else { continue };
            if place.side() == Side::Nobody {
                continue;
            }
            if self.is_ours("MESSAGE_CREATE", Fields::of(&body)) {
                if self.progress.reached(&thread, id, place) {
                    sheaf.threads.insert(thread.clone());
                }
                continue;
            }
            self.add("MESSAGE_CREATE", place, "", raw.get(), &body, sheaf);
        }
        match last {
            Some(last) if is_whole && !is_told => self.backlog.go_on(thread, last),
            last if is_there && self.backlog.once_more(&thread) => self.backlog.go_on(thread, last.unwrap_or(after)),
            _ => self.release(&thread, sheaf),
        }
    }

    /// What has waited for older messages of its thread has its turn.
    fn release(&mut self, thread: &str, sheaf: &mut Sheaf) {
        for (heard, place) in self.backlog.finish(thread) {
            let Ok(body) = serde_json::from_str::<Value>(&bellhop_channel::clean::surrogates(heard.body.get())) else { continue };
            self.add(&heard.kind, place, &number(&heard), heard.body.get(), &body, sheaf);
        }
    }

    /// Somebody has a thread of their own: the conversation begins in it.
    fn opened(&mut self, heard: &Heard, press: &Press, thread: String, sheaf: &mut Sheaf) {
        let Ok(mut body) = serde_json::from_str::<Value>(heard.body.get()) else { return };
        body["channel_id"] = Value::from(thread.as_str());
        // It is worth nothing to anybody but whoever pressed, and not needed any more.
        body["token"] = Value::Null;
        let raw = body.to_string();
        sheaf.envelopes.push(event::envelope(&event::wrap(CONTACT, Place::Thread, &number(heard), &raw)));
        let last = thread.parse().unwrap_or_default();
        let mark = Thread { last, place: Place::Thread.as_str().to_owned(), person: Some(press.person.clone()) };
        self.progress.threads.insert(thread.clone(), mark);
        sheaf.threads.insert(thread);
    }

    /// How far everything is stored once the sheaf is.
    fn session(&self) -> Option<Session> {
        let session = self.progress.session.as_ref()?;
        let opening = self.opening.iter().filter(|(_, of)| ***of == *session.id).map(|(number, _)| *number).min();
        let waits = [self.backlog.lowest(&session.id), opening].into_iter().flatten().min();
        let number = waits.map_or(self.looked_at, |waits| waits.saturating_sub(1).min(self.looked_at));
        Some(Session { number, behind: !self.backlog.is_empty(), ..session.clone() })
    }

    /// Stores a sheaf and marks how far that is, both or neither; again until the application has taken them.
    async fn store(&mut self, sheaf: Sheaf) -> Result<(), Stopped> {
        let session = self.session();
        let mut marks: Vec<Mark> = sheaf.threads.iter().map(|thread| self.progress.mark_of(thread)).collect();
        marks.extend(sheaf.gone.into_iter().map(|thread| Mark { thread: Some(thread), value: None }));
        marks.push(session_mark(session.as_ref()));
        loop {
            match self.mailbox.accept_marked(sheaf.envelopes.clone(), marks.clone()).await {
                Ok(()) => break,
                Err(refusal) => tokio::time::sleep(pause_after(&refusal).ok_or(Stopped)?).await,
            }
        }
        if let (Some(known), Some(session)) = (&mut self.progress.session, session) {
            known.behind = session.behind;
        }
        self.marked = Instant::now();
        Ok(())
    }
}

impl Sheaf {
    fn is_empty(&self) -> bool {
        self.envelopes.is_empty() && self.threads.is_empty() && self.gone.is_empty()
    }
}

/// Whose it is where something happened; asks Discord, again and again, where that is not known.
async fn place(account: &Account, kind: &str, body: Fields<'_>) -> Place {
    if kind == "INTERACTION_CREATE"
        && let Some(place) = link::place_of(account, body)
    {
        return place;
    }
    let is_thread = matches!(kind, "THREAD_UPDATE" | "THREAD_DELETE");
    if !body.has("guild_id") && !is_thread {
        return Place::Direct;
    }
    let Some(channel) = (if is_thread { body.id("id") } else { body.id("channel_id") }) else { return Place::Elsewhere };
    let mut failures = 0;
    loop {
        match account.place_of(&channel).await {
            Ok(place) => return place,
            // A bot whose token is gone learns nothing more; the link says so.
            Err(failure) if failure.status() == Some(401) => return Place::Elsewhere,
            Err(_) => {
                failures += 1;
                tokio::time::sleep(jittered(growing(failures))).await;
            }
        }
    }
}

/// What tells an event without an id from others: it comes again with the same number.
fn number(heard: &Heard) -> String {
    format!("{}-{}", heard.session, heard.number)
}
