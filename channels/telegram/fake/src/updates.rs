//! What the bot is told: a queue that is emptied by asking for more, or by a webhook.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

use crate::state::World;

/// What is left out unless it was asked for by name.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// How far beyond the queue's end an offset may lie; beyond that the real server takes it for one of another life.
const AHEAD: i64 = 10;

/// Updates that wait.
pub(crate) struct Queue {
    pub waiting: VecDeque<Update>,
    /// The number that the next one gets.
    pub next: i64,
    /// None until a list was given.
    pub allowed: Option<BTreeSet<String>>,
    /// Counts who asks, so that the earlier of two notices the later.
    pub poller: u64,
    /// What the bot has confirmed or taken through its webhook.
    pub done: Vec<i64>,
}

/// One update.
#[derive(Clone)]
pub(crate) struct Update {
    pub id: i64,
    /// Updates of one lane go through a webhook in order.
    pub lane: i64,
    pub body: Value,
    /// Being delivered by the webhook.
    pub under_way: bool,
    pub failures: u32,
    pub not_before: Option<tokio::time::Instant>,
}

impl Queue {
    pub fn new(next: i64) -> Self {
        Self { waiting: VecDeque::new(), next, allowed: None, poller: 0, done: Vec::new() }
    }

    fn wants(&self, kind: &str) -> bool {
        match &self.allowed {
            Some(allowed) if !allowed.is_empty() => allowed.contains(kind),
            _ => !ON_REQUEST.contains(&kind),
        }
    }

    /// Sets what the bot wants to hear of; none leaves it as it was.
    pub fn allow(&mut self, kinds: Option<&Value>) {
        if let Some(kinds) = kinds.and_then(Value::as_array) {
            self.allowed = Some(kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        }
    }

    /// Forgets what an offset confirms and returns what is to be told.
    pub fn take(&mut self, offset: i64, limit: usize) -> Vec<Value> {
        if offset < 0 {
            let keep = usize::try_from(-offset).unwrap_or(usize::MAX);
            while self.waiting.len() > keep {
                self.forget_first();
            }
        } else if offset > 0 && offset <= self.next + AHEAD {
            let (confirmed, waiting) = self.waiting.drain(..).partition(|update| update.id < offset);
            self.waiting = waiting;
            let confirmed: VecDeque<Update> = confirmed;
            self.done.extend(confirmed.iter().map(|update| update.id));
        }
        self.waiting.iter().take(limit).map(|update| update.body.clone()).collect()
    }

    fn forget_first(&mut self) {
        if let Some(update) = self.waiting.pop_front() {
            self.done.push(update.id);
        }
    }

    /// An update went through the webhook.
    pub fn delivered(&mut self, id: i64) {
        self.waiting.retain(|update| update.id != id);
        self.done.push(id);
    }
}

impl World {
    /// Tells the bot something, if it wants to hear of it.
    pub fn push(&mut self, kind: &str, lane: i64, body: Value) {
        if !self.queue.wants(kind) {
            return;
        }
        self.push_raw(lane, json!({ kind: body }));
    }

    /// Tells the bot whatever this is; it gets a number if it has none.
    pub fn push_raw(&mut self, lane: i64, mut body: Value) {
        let id = match body.get("update_id").and_then(Value::as_i64) {
            Some(id) => id,
            None => {
                let id = self.queue.next;
                self.queue.next += 1;
                if body.is_object() {
                    body["update_id"] = json!(id);
                }
                id
            }
        };
        self.queue.waiting.push_back(Update { id, lane, body, under_way: false, failures: 0, not_before: None });
    }
}
