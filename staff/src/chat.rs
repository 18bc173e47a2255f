//! One staff chat: what is known of it in memory, shared by whoever keeps it up to date and whoever handles what agents do.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bellhop_channel::staff::StaffChannel;
use bellhop_domain::id::{AgentId, ConversationId};
use bellhop_engine::commands::{AnswerForm, Choice};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, mpsc, watch};

/// Notices to single agents that wait for their turn; what is more is dropped, for they are of use at once or never.
const NOTICES: usize = 500;
/// People and collisions that are remembered; beyond that all are forgotten.
const REMEMBERED: usize = 10_000;
/// How long a call may hold up an answer to what it posts.
const SETTLES: Duration = Duration::from_secs(5);
/// How often somebody who is not linked is told how to link.
const HOW_TO_LINK: TimeDelta = TimeDelta::minutes(10);
/// How long two agents know of each other in a conversation.
const COLLISION: TimeDelta = TimeDelta::minutes(30);

/// A staff chat.
pub(crate) struct Chat {
    pub(crate) channel: Arc<dyn StaffChannel>,
    pub(crate) wake: Notify,
    /// The platform takes posts again: what else it did not take may be tried at once.
    pub(crate) again: Notify,
    /// A call is being made and written down.
    calling: watch::Sender<bool>,
    signals: Mutex<Signals>,
    told: Mutex<Told>,
    notices: mpsc::Sender<Notice>,
    waiting_notices: Mutex<Option<mpsc::Receiver<Notice>>>,
}

/// What changed since it was looked at.
#[derive(Default)]
pub(crate) struct Signals {
    pub(crate) conversations: BTreeSet<ConversationId>,
    pub(crate) everything: bool,
    pub(crate) answers: bool,
}

/// Something that one agent is shown.
pub(crate) struct Notice {
    pub(crate) trigger: String,
    pub(crate) shown: Shown,
}

/// What one agent is shown.
pub(crate) enum Shown {
    /// Words in light Markdown, which may be none, with what can be done next.
    Words { text: String, choices: Vec<Choice>, conversation: Option<ConversationId> },
    /// A form.
    Form { form: Box<AnswerForm>, conversation: Option<ConversationId> },
}

#[derive(Default)]
struct Told {
    how_to_link: HashMap<String, DateTime<Utc>>,
    collisions: HashMap<(ConversationId, AgentId, AgentId), DateTime<Utc>>,
}

impl Chat {
    pub(crate) fn new(channel: Arc<dyn StaffChannel>) -> Self {
        let (notices, waiting) = mpsc::channel(NOTICES);
        let calling = watch::Sender::new(false);
        Self {
            channel,
            wake: Notify::new(),
            again: Notify::new(),
            calling,
            signals: Mutex::default(),
            told: Mutex::default(),
            notices,
            waiting_notices: Mutex::new(Some(waiting)),
        }
    }

    /// A call is made from now on, or what came of the last one is written down.
    pub(crate) fn is_calling(&self, calling: bool) {
        self.calling.send_replace(calling);
    }

    /// Waits a moment until what is being posted is written down: somebody may answer a post before we know that it stands there.
    pub(crate) async fn settled(&self) {
        let mut calling = self.calling.subscribe();
        let _too_long = tokio::time::timeout(SETTLES, calling.wait_for(|calling| !calling)).await;
    }

    /// Its channel's configured name.
    pub(crate) fn name(&self) -> &str {
        self.channel.name()
    }

    /// The topic of a conversation is to be looked at.
    pub(crate) fn look_at(&self, conversation: ConversationId) {
        locked(&self.signals).conversations.insert(conversation);
        self.wake.notify_one();
    }

    /// There is something to say.
    pub(crate) fn look_at_answers(&self) {
        locked(&self.signals).answers = true;
        self.wake.notify_one();
    }

    /// Everything is to be looked at.
    pub(crate) fn look_at_everything(&self) {
        locked(&self.signals).everything = true;
    }

    /// What is to be looked at; nothing from now on.
    pub(crate) fn take_signals(&self) -> Signals {
        std::mem::take(&mut *locked(&self.signals))
    }

    /// Tells the agent whose doing brought this trigger something, soon.
    pub(crate) fn tell(&self, trigger: Option<String>, text: String) {
        self.show(trigger, Shown::Words { text, choices: Vec::new(), conversation: None });
    }

    /// Shows the agent whose doing brought this trigger something, soon.
    pub(crate) fn show(&self, trigger: Option<String>, shown: Shown) {
        if let Some(trigger) = trigger
            && self.notices.try_send(Notice { trigger, shown }).is_err()
        {
            tracing::warn!(channel = self.name(), "Too many notices to agents wait; one was dropped");
        }
    }

    /// The notices that wait, once.
    pub(crate) fn waiting_notices(&self) -> Option<mpsc::Receiver<Notice>> {
        locked(&self.waiting_notices).take()
    }

    /// Whether somebody is to be told how to link: once in a while.
    pub(crate) fn may_tell_how_to_link(&self, person: &str, now: DateTime<Utc>) -> bool {
        once_in(&mut locked(&self.told).how_to_link, person.to_owned(), HOW_TO_LINK, now)
    }

    /// Whether an agent is to be told of another one in a conversation: once in a while.
    pub(crate) fn may_tell_of(&self, conversation: ConversationId, agent: AgentId, other: AgentId, now: DateTime<Utc>) -> bool {
        once_in(&mut locked(&self.told).collisions, (conversation, agent, other), COLLISION, now)
    }
}

fn once_in<K: std::hash::Hash + Eq>(told: &mut HashMap<K, DateTime<Utc>>, key: K, every: TimeDelta, now: DateTime<Utc>) -> bool {
    if told.get(&key).is_some_and(|at| (now - *at).abs() < every) {
        return false;
    }
    if told.len() >= REMEMBERED {
        told.clear();
    }
    told.insert(key, now);
    true
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
