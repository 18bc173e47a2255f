//! What Discord waits three seconds for: the first answer to a command, a press or a form.
//!
//! Everything that agents do is stored first and handled in its turn. So an interaction is answered with what came of it where that is known in time; where it
//! is not, Discord is told to wait, and what came of it follows. Forms can be shown in time only.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bellhop_channel::{Fields, SendError, staff::StaffPost};
use serde_json::{Map, Value, json};

use super::layout;
use crate::api::{
    Api,
    failure::{Failure, Target, codes, refused},
    request::Request,
};

/// When Discord is told to wait; it gives up after three seconds.
const DEFER_AFTER: Duration = Duration::from_millis(1_800);
/// How long Discord takes answers after the first one.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Only the agent sees it.
const EPHEMERAL: u64 = 64;
/// A sign that something was done which shows itself.
const DONE: &str = "✅";

/// What an interaction is answered with, in a line: it is remembered with the event, which may be handled after a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trigger {
    id: String,
    kind: u8,
    application: String,
    token: Secret,
}

/// What lets anybody answer.
#[derive(Clone, PartialEq, Eq)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token")
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.id, self.kind, self.application, self.token.0)
    }
}

impl Trigger {
    /// The one of an interaction.
    pub(super) fn of(interaction: Fields<'_>) -> Option<Self> {
        let kind = interaction.integer("type").and_then(|kind| u8::try_from(kind).ok())?;
        let token = interaction.text("token").filter(|token| !token.is_empty() && token.len() <= 1_000 && !token.contains([' ', '/']))?;
        Some(Self { id: interaction.id("id")?, kind, application: interaction.id("application_id")?, token: Secret(token.to_owned()) })
    }

    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split(' ');
        let (id, kind, application, token) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        let is_id = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (is_id(id) && is_id(application) && parts.next().is_none()).then(|| Self {
            id: id.to_owned(),
            kind,
            application: application.to_owned(),
            token: Secret(token.to_owned()),
        })
    }

    /// A press of a button, or a pick from a list.
    fn is_press(&self) -> bool {
        self.kind == 3
    }
}

/// How far an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Discord was told nothing yet, as far as is known.
    Fresh,
    /// Discord was told to wait.
    Deferred,
    /// The first answer was given.
    Answered,
}

struct Pending {
    since: Instant,
    stage: Arc<tokio::sync::Mutex<Stage>>,
}

/// The interactions of the last quarter of an hour.
pub(super) struct Interactions {
    api: Arc<Api>,
    pending: Mutex<HashMap<String, Pending>>,
}

impl Interactions {
    pub(super) fn new(api: Arc<Api>) -> Self {
        Self { api, pending: Mutex::default() }
    }

    /// One arrived: Discord is told to wait unless it is answered soon.
    pub(super) async fn arrived(&self, trigger: Trigger) {
        let stage = self.stage(&trigger);
        tokio::time::sleep(DEFER_AFTER).await;
        let mut stage = stage.lock().await;
        if *stage != Stage::Fresh {
            return;
        }
        let answer = if trigger.is_press() { json!({ "type": 6 }) } else { json!({ "type": 5, "data": { "flags": EPHEMERAL } }) };
        match self.call_back(&trigger, &answer).await {
            Ok(()) => *stage = Stage::Deferred,
            Err(failure) => tracing::info!(error = %failure.sort(Target::Bot), "Discord could not be told to wait for what an agent did"),
        }
    }

    /// Answers at once, outside the order of events.
    pub(super) async fn at_once(&self, trigger: &Trigger, answer: &Value) -> Result<(), SendError> {
        self.call_back(trigger, answer).await.map_err(sorted)
    }

    /// Shows the agent alone something; with nothing to show it ends the waiting.
    pub(super) async fn tell(&self, trigger: &str, post: &StaffPost) -> Result<(), SendError> {
        let trigger = Trigger::parse(trigger).ok_or_else(expired)?;
        let stage = self.stage(&trigger);
        let mut stage = stage.lock().await;
        let is_nothing = post.text.trim().is_empty();
        let shown = match is_nothing {
            true => json!({ "content": DONE, "allowed_mentions": { "parse": [] }, "flags": EPHEMERAL }),
            false => with_flags(layout::message(post)),
        };
        if *stage == Stage::Fresh {
            let first = if is_nothing && trigger.is_press() { json!({ "type": 6 }) } else { json!({ "type": 4, "data": shown }) };
            match self.call_back(&trigger, &first).await {
                Ok(()) => {
                    *stage = Stage::Answered;
                    return Ok(());
                }
                // After a restart nobody remembers that Discord was told to wait.
                Err(failure) if failure.code() == Some(codes::ALREADY_ACKNOWLEDGED) => *stage = Stage::Deferred,
                Err(failure) => return Err(sorted(failure)),
            }
        }
        let hook = ["webhooks", trigger.application.as_str(), trigger.token.0.as_str()];
        let call = match (*stage, trigger.is_press(), is_nothing) {
            (Stage::Deferred, false, true) => Request::delete(hook.into_iter().chain(["messages", "@original"])),
            (_, _, true) => return Ok(()),
            (Stage::Deferred, false, false) => Request::patch(hook.into_iter().chain(["messages", "@original"])).with(&shown),
            _ => Request::post(hook).with(&shown),
        };
        self.api.call(Request { as_bot: false, ..call }).await.map_err(sorted)?;
        *stage = Stage::Answered;
        Ok(())
    }

    /// Shows a form, where that is not too late.
    pub(super) async fn ask(&self, trigger: &str, form: Value) -> Result<(), SendError> {
        let trigger = Trigger::parse(trigger).ok_or_else(expired)?;
        let stage = self.stage(&trigger);
        let mut stage = stage.lock().await;
        // A form cannot be answered with another one.
        if *stage != Stage::Fresh || trigger.kind == 5 {
            return Err(expired());
        }
        match self.call_back(&trigger, &json!({ "type": 9, "data": form })).await {
            Ok(()) => {
                *stage = Stage::Answered;
                Ok(())
            }
            Err(failure) => {
                if failure.code() == Some(codes::ALREADY_ACKNOWLEDGED) {
                    *stage = Stage::Deferred;
                }
                Err(sorted(failure))
            }
        }
    }

    async fn call_back(&self, trigger: &Trigger, answer: &Value) -> Result<(), Failure> {
        self.api.call(Request::callback(&trigger.id, &trigger.token.0, answer)).await.map(drop)
    }

    fn stage(&self, trigger: &Trigger) -> Arc<tokio::sync::Mutex<Stage>> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = pending.get(&trigger.id) {
            return Arc::clone(&known.stage);
        }
        pending.retain(|_, known| known.since.elapsed() < LIFETIME);
        let stage = Arc::new(tokio::sync::Mutex::new(Stage::Fresh));
        pending.insert(trigger.id.clone(), Pending { since: Instant::now(), stage: Arc::clone(&stage) });
        stage
    }
}

fn with_flags(mut body: Map<String, Value>) -> Value {
    body.insert("flags".to_owned(), EPHEMERAL.into());
    Value::Object(body)
}

fn expired() -> SendError {
    refused("Discord no longer waits for an answer to this")
}

/// An answer is of use at once or never: what Discord does not take for an answer is over.
fn sorted(failure: Failure) -> SendError {
    match failure.code() {
        Some(codes::UNKNOWN_INTERACTION | codes::ALREADY_ACKNOWLEDGED) => expired(),
        _ if failure.status() == Some(404) => expired(),
        _ => failure.sort(Target::Bot),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_trigger_comes_back_as_it_was_and_hides_its_token() {
        let interaction = json!({"id": "60", "type": 2, "application_id": "99", "token": "aW50.x_y-z"});
        let trigger = Trigger::of(Fields::of(&interaction)).unwrap();
        assert_eq!(Trigger::parse(&trigger.to_string()), Some(trigger.clone()));
        assert!(!format!("{trigger:?}").contains("aW50"));
        for line in ["", "long gone", "60 2 99", "60 2 99 token more", "x 2 99 token", "60 x 99 token"] {
            assert_eq!(Trigger::parse(line), None, "{line}");
        }
    }

    #[test]
    fn what_is_no_interaction_has_no_trigger() {
        for body in [json!({"id": "60", "type": 2}), json!({"id": "60", "type": 2, "application_id": "99", "token": "a/../b"}), json!({})] {
            assert!(Trigger::of(Fields::of(&body)).is_none());
        }
    }
}
