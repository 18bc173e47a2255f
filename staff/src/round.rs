//! Keeping one staff chat up to date: looks at what changed, decides who comes first, and makes one call after another at the platform's pace.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    time::Duration,
};

use bellhop_channel::SendError;
use bellhop_domain::id::ConversationId;
use bellhop_engine::{
    Engine,
    actions::staff,
    bus::Signal,
    channels::{StaffHealth, StaffWork},
};
use bellhop_store::{DbError, staff::StaffChange};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::broadcast::{Receiver, error::TryRecvError};

use crate::{
    chat::Chat,
    facts::Facts,
    lobby,
    mirror::{Call, Need, Step, need},
    pace::{Pace, Urgency},
    perform::{Outcome, perform, perform_said},
    say::Said,
};

/// How often everything is looked at, whatever was signalled.
const SWEEP: TimeDelta = TimeDelta::seconds(60);
/// The card with everybody who waits is brought up to date at most this often.
const QUEUE_EVERY: TimeDelta = TimeDelta::seconds(10);
/// How long posts without a conversation's life and buttons are remembered.
const REMEMBERED: TimeDelta = TimeDelta::days(60);
/// How often what is forgotten is forgotten.
const FORGET_EVERY: TimeDelta = TimeDelta::hours(6);
/// What waits this long comes among the most urgent.
const LONG: TimeDelta = TimeDelta::minutes(10);
/// The longest pause after failures.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(30);
/// The longest rest of a conversation whose calls are refused.
const LONGEST_REST: TimeDelta = TimeDelta::hours(1);
/// How long nothing is tried on a channel that takes nothing any more.
const STOPPED: TimeDelta = TimeDelta::seconds(60);
/// How long is waited between looks while something is to come by the engine's clock, which may be turned.
const LOOK: Duration = Duration::from_millis(100);
/// How long is waited otherwise.
const IDLE: Duration = Duration::from_secs(1);
/// Answers read at once.
const ANSWERS: u32 = 50;
/// Conversations that are looked at before the next call: however many there are to look at, who waits for an answer does not wait for all of them.
const LOOKED_AT_ONCE: usize = 20;

/// What is to be done in one staff chat.
struct Round<'a> {
    engine: &'a Engine,
    chat: &'a Chat,
    pace: Pace,
    /// What was signalled.
    dirty: BTreeSet<ConversationId>,
    /// What is looked at whatever was signalled; after that.
    swept_up: BTreeSet<ConversationId>,
    steps: HashMap<ConversationId, Waiting>,
    later: HashMap<ConversationId, DateTime<Utc>>,
    rests: HashMap<ConversationId, Rest>,
    /// From when on the title of a topic may be changed again.
    titles: HashMap<ConversationId, DateTime<Utc>>,
    answers: VecDeque<(i64, Said)>,
    read_answers: bool,
    queue_changed: bool,
    queue_shown: Option<DateTime<Utc>>,
    swept: Option<DateTime<Utc>>,
    forgotten: Option<DateTime<Utc>>,
    paused: Option<DateTime<Utc>>,
    failures: u32,
    is_stopped: bool,
}

struct Waiting {
    step: Box<Step>,
    since: DateTime<Utc>,
}

struct Rest {
    refusals: u32,
    until: DateTime<Utc>,
}

/// What comes next.
enum Next {
    Answer,
    Step(ConversationId),
    Queue,
}

/// Keeps the chat up to date until the engine stops.
pub(crate) async fn run(engine: &Engine, chat: &Chat) {
    let mut bus = engine.bus().listen();
    let stopping = engine.stopping();
    let mut round = Round::new(engine, chat);
    while !stopping.is_cancelled() {
        let pause = match round.go(&mut bus).await {
            Ok(None) => continue,
            Ok(Some(pause)) => pause,
            Err(error) => {
                tracing::error!(channel = chat.name(), error = %error, "A staff chat cannot be brought up to date; trying again");
                IDLE
            }
        };
        tokio::select! {
            () = stopping.cancelled() => {}
            () = chat.wake.notified() => {}
            signal = bus.recv() => round.hear(signal.map_err(|_| ())).await,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

impl<'a> Round<'a> {
    fn new(engine: &'a Engine, chat: &'a Chat) -> Self {
        Self {
            engine,
            chat,
            pace: Pace::new(chat.channel.capabilities().calls_per_minute),
            dirty: BTreeSet::new(),
            swept_up: BTreeSet::new(),
            steps: HashMap::new(),
            later: HashMap::new(),
            rests: HashMap::new(),
            titles: HashMap::new(),
            answers: VecDeque::new(),
            read_answers: true,
            queue_changed: true,
            queue_shown: None,
            swept: None,
            forgotten: None,
            paused: None,
            failures: 0,
            is_stopped: false,
        }
    }

    /// Makes one call, or says how long there is nothing to do.
    async fn go(&mut self, bus: &mut Receiver<Signal>) -> Result<Option<Duration>, DbError> {
        self.collect(bus).await?;
        self.look().await?;
        let now = self.engine.now();
        // Where there is more to look at, that is done meanwhile.
        let is_looking = !self.dirty.is_empty() || !self.swept_up.is_empty();
        let pause = |pause: Duration| if is_looking { None } else { Some(pause) };
        // A clock that was turned back ends a pause as well.
        if self.paused.is_some_and(|until| until > now && until - now <= TimeDelta::hours(24)) {
            return Ok(pause(LOOK));
        }
        let Some((next, urgency)) = self.next(now) else {
            let is_waiting = !self.later.is_empty() || self.queue_changed;
            return Ok(pause(if is_waiting { LOOK } else { IDLE }));
        };
        if self.pace.turn(urgency, now) > now {
            return Ok(pause(LOOK));
        }
        self.make(next, now).await;
        Ok(None)
    }

    /// Notes what changed.
    async fn collect(&mut self, bus: &mut Receiver<Signal>) -> Result<(), DbError> {
        loop {
            match bus.try_recv() {
                Ok(signal) => self.hear(Ok(signal)).await,
                Err(TryRecvError::Lagged(_)) => self.swept = None,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let signals = self.chat.take_signals();
        self.queue_changed |= !signals.conversations.is_empty();
        self.dirty.extend(signals.conversations);
        self.read_answers |= signals.answers;
        let now = self.engine.now();
        if signals.everything || self.swept.is_none_or(|at| (now - at).abs() >= SWEEP) {
            self.swept_up.extend(self.engine.reader().staff_work(self.chat.name()).await?);
            (self.queue_changed, self.read_answers, self.swept) = (true, true, Some(now));
        }
        let due: Vec<ConversationId> = self.later.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        for id in due {
            self.later.remove(&id);
            self.dirty.insert(id);
        }
        if self.forgotten.is_none_or(|at| (now - at).abs() >= FORGET_EVERY) {
            self.forgotten = Some(now);
            if let Err(error) = staff::note(self.engine, self.chat.name(), vec![StaffChange::Forget(now - REMEMBERED)]).await {
                tracing::warn!(error = %error, "Old buttons of a staff chat could not be forgotten; trying again later");
            }
        }
        Ok(())
    }

    async fn hear(&mut self, signal: Result<Signal, ()>) {
        match signal {
            Ok(Signal::Conversation(id)) => {
                self.dirty.insert(id);
                self.queue_changed = true;
            }
            Ok(Signal::Ticket(id)) => match self.engine.reader().ticket_by_id(id).await {
                Ok(ticket) => self.dirty.extend(ticket.into_iter().flat_map(|ticket| ticket.conversations)),
                Err(_) => self.swept = None,
            },
            Ok(Signal::Desk) | Err(()) => self.swept = None,
            Ok(Signal::Knowledge | Signal::Writing(_) | Signal::Notices(_)) => {}
        }
    }

    /// Reads what agents wait for, and works out what some of what changed needs now.
    async fn look(&mut self) -> Result<(), DbError> {
        let now = self.engine.now();
        if self.read_answers && self.answers.is_empty() {
            let waiting = self.engine.reader().staff_sends(self.chat.name(), ANSWERS).await?;
            self.read_answers = waiting.len() == ANSWERS as usize;
            // What cannot be read says nothing.
            self.answers.extend(waiting.into_iter().map(|(id, body)| (id, serde_json::from_str(&body).unwrap_or_default())));
        }
        for _ in 0..LOOKED_AT_ONCE {
            let Some(id) = self.dirty.first().or_else(|| self.swept_up.first()).copied() else { break };
            let facts = Facts::gather(self.engine, self.chat.name(), id).await?;
            let title_from = self.titles.get(&id).copied();
            let needs = facts.map_or(Need::Nothing, |facts| need(&facts, self.chat.channel.capabilities(), self.engine.links(), title_from));
            self.dirty.remove(&id);
            self.swept_up.remove(&id);
            match needs {
                Need::Nothing => {
                    self.steps.remove(&id);
                }
                Need::Later(at) => {
                    self.steps.remove(&id);
                    self.later.insert(id, at);
                }
                Need::Step(step) => {
                    let since = self.steps.get(&id).map_or(now, |waiting| waiting.since);
                    self.steps.insert(id, Waiting { step, since });
                }
            }
        }
        Ok(())
    }

    /// Who comes first: the most urgent, then who waits longest.
    fn next(&self, now: DateTime<Utc>) -> Option<(Next, Urgency)> {
        if !self.answers.is_empty() {
            return Some((Next::Answer, Urgency::Answer));
        }
        // What changed since it was worked out is worked out anew first.
        let may = |id: &ConversationId| !self.dirty.contains(id) && self.rests.get(id).is_none_or(|rest| rest.until <= now);
        let urgency = |waiting: &Waiting| if now - waiting.since >= LONG { waiting.step.urgency.min(Urgency::News) } else { waiting.step.urgency };
        let first = self.steps.iter().filter(|(id, _)| may(id)).map(|(id, waiting)| (urgency(waiting), waiting.since, *id)).min();
        let queue = self.queue_changed && self.queue_shown.is_none_or(|at| (now - at).abs() >= QUEUE_EVERY);
        match first {
            Some((urgency, _, id)) if !queue || urgency < Urgency::Card => Some((Next::Step(id), urgency)),
            _ if queue => Some((Next::Queue, Urgency::Card)),
            _ => None,
        }
    }

    async fn make(&mut self, next: Next, now: DateTime<Utc>) {
        self.chat.is_calling(true);
        self.call(next, now).await;
        self.chat.is_calling(false);
    }

    async fn call(&mut self, next: Next, now: DateTime<Utc>) {
        match next {
            Next::Answer => {
                let Some((id, said)) = self.answers.front().cloned() else { return };
                let (outcome, calls) = perform_said(self.engine, self.chat, id, &said).await;
                self.count(calls);
                if self.went(&outcome, calls, now) {
                    self.answers.pop_front();
                }
            }
            Next::Step(id) => {
                let Some(waiting) = self.steps.get(&id) else { return };
                let proves_the_topic = matches!(waiting.step.call, Call::Card { .. } | Call::Post { .. } | Call::Tell { .. } | Call::Files { .. });
                let (outcome, calls) = perform(self.engine, self.chat, &waiting.step.clone()).await;
                self.count(calls);
                self.dirty.insert(id);
                if self.went(&outcome, calls, now) {
                    if proves_the_topic && matches!(outcome, Outcome::Done) {
                        self.rests.remove(&id);
                    }
                    self.steps.remove(&id);
                }
                match outcome {
                    Outcome::ButTitle(after) => {
                        self.titles.retain(|_, from| *from > now);
                        self.titles.insert(id, now + TimeDelta::from_std(after).unwrap_or(LONGEST_REST));
                    }
                    Outcome::Refused(_) => self.rest(id, now, TimeDelta::seconds(30), LONGEST_REST),
                    Outcome::Lost => self.rest(id, now, TimeDelta::zero(), LONGEST_REST),
                    // Others come first when it is tried again: what always fails holds nobody up.
                    Outcome::Later(SendError::Retry { .. }) => self.rest(id, now, TimeDelta::seconds(2), LONGEST_PAUSE),
                    _ => {}
                }
            }
            Next::Queue => {
                self.queue_shown = Some(now);
                self.queue_changed = false;
                let (outcome, calls) = match lobby::needed(self.engine, self.chat).await {
                    Ok(Some(card)) => lobby::show(self.engine, self.chat, &card).await,
                    Ok(None) => (Outcome::Done, 0),
                    Err(error) => (Outcome::NotWritten(error.into()), 0),
                };
                self.count(calls);
                self.queue_changed |= !self.went(&outcome, calls, now);
            }
        }
    }

    /// Calls count from when they were over: they may have arrived as late as that.
    fn count(&mut self, calls: u32) {
        let now = self.engine.now();
        (0..calls).for_each(|_| self.pace.note(now));
    }

    /// Whether it is done with; where not, nothing is called for a while.
    fn went(&mut self, outcome: &Outcome, calls: u32, now: DateTime<Utc>) -> bool {
        let name = self.chat.name();
        if let (Outcome::Later(error), Some(health)) = (outcome, self.health()) {
            health.failed(StaffWork::Posts, error, now);
        }
        match outcome {
            // What needed no call says nothing of the platform.
            Outcome::Done if calls == 0 => return true,
            Outcome::Done | Outcome::ButTitle(_) | Outcome::Lost => {
                if self.is_stopped || self.failures > 0 || self.paused.is_some() {
                    self.chat.again.notify_one();
                }
                if self.is_stopped {
                    tracing::info!(channel = name, "The staff chat takes posts again");
                }
                (self.paused, self.failures, self.is_stopped) = (None, 0, false);
                if let (Outcome::Done | Outcome::ButTitle(_), Some(health)) = (outcome, self.health()) {
                    health.went(StaffWork::Posts, now);
                }
                return true;
            }
            Outcome::Refused(reason) => {
                tracing::warn!(channel = name, reason, "The staff chat refused something");
                return true;
            }
            Outcome::Later(SendError::ChannelStopped { reason }) => {
                if !self.is_stopped {
                    tracing::error!(channel = name, reason, "The staff chat takes nothing any more: what is to be posted waits; see to its settings");
                }
                self.is_stopped = true;
                self.paused = Some(now + STOPPED);
            }
            Outcome::Later(SendError::Limited { after, reason }) => {
                tracing::info!(channel = name, reason, "The staff chat wants fewer calls");
                self.paused = Some(now + TimeDelta::from_std(*after).unwrap_or(LONGEST_REST));
            }
            Outcome::Later(error) => {
                let wanted = if let SendError::Retry { after, .. } = error { *after } else { None };
                let pause = wanted.and_then(|after| TimeDelta::from_std(after).ok()).unwrap_or_else(|| growing(1, self.failures, LONGEST_PAUSE));
                tracing::info!(channel = name, error = %error, "The staff chat does not answer; trying again");
                self.failures += 1;
                self.paused = Some(now + pause);
            }
            Outcome::NotWritten(error) => {
                tracing::warn!(channel = name, error = %error, "What stands in a staff chat could not be written down; trying again");
                self.failures += 1;
                self.paused = Some(now + growing(1, self.failures, LONGEST_PAUSE));
            }
        }
        false
    }

    /// Where it is kept for operators how the chat is doing.
    fn health(&self) -> Option<&StaffHealth> {
        self.engine.channels().staff_health(self.chat.name())
    }

    /// A conversation whose calls are refused makes no more of them for a while: `first` at first, then longer and longer.
    fn rest(&mut self, id: ConversationId, now: DateTime<Utc>, first: TimeDelta, longest: TimeDelta) {
        let refusals = self.rests.get(&id).map_or(0, |rest| rest.refusals) + 1;
        let pause = if refusals == 1 { first } else { growing(15, refusals, longest) };
        self.rests.insert(id, Rest { refusals, until: now + pause });
    }
}

/// So many seconds, doubled with every failure.
fn growing(seconds: i64, failures: u32, longest: TimeDelta) -> TimeDelta {
    TimeDelta::seconds(seconds.saturating_mul(1 << failures.min(12))).min(longest)
}
