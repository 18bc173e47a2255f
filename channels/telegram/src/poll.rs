//! Fetches updates, and says yes to each only after it is stored.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bellhop_channel::{
    ConnectionTeller, Envelope, Mailbox, Refusal, SendError,
    calls::{LONGEST_PAUSE, Unanswered, growing, jittered, pause_after},
};
use serde_json::{Map, json, value::RawValue};
use teloxide::payloads;
use tokio_util::sync::CancellationToken;

use crate::{
    account::Account,
    api::{
        failure::{Failure, Target},
        request::Request,
    },
    update::{self, KINDS},
};

/// How long Telegram holds a question when there is nothing new.
const LONG_POLL: Duration = Duration::from_secs(25);

/// The same for a question that also confirms. An empty answer to it is followed by one that asks for anything, so it is not long.
const CONFIRMING: Duration = Duration::from_secs(5);

/// The pause after an empty answer that came at once: not every server holds questions.
const IDLE_PAUSE: Duration = Duration::from_millis(250);

/// As much longer its answer may take.
const SLACK: Duration = Duration::from_secs(10);

/// Most updates in one answer.
const BATCH: usize = 100;

/// What Telegram answers where somebody else fetches too, or a webhook is set.
const CONFLICT: u16 = 409;

/// A pause that Telegram itself asks for is not longer than this.
const LONGEST_ASKED: Duration = Duration::from_secs(600);

/// Fetches until `stop`; returns early only when Telegram does not know the bot any more.
pub(crate) async fn run(account: &Account, mailbox: Arc<dyn Mailbox>, stop: CancellationToken) -> Result<(), SendError> {
    let mut health = ConnectionTeller::new(&*mailbox);
    let mut poll = Poll { quick: true, ..Poll::default() };
    let mut failures = 0;
    while let Some(outcome) = stop.run_until_cancelled(poll.fetch(account)).await {
        let pause = match outcome {
            Ok(batch) => {
                failures = 0;
                health.up();
                poll.quick = false;
                // Not cut off by the stop: what is being stored is waited for.
                match poll.deliver(account, &*mailbox, batch).await {
                    Ok(()) => continue,
                    Err(refusal) => match pause_after(&refusal) {
                        Some(pause) => pause,
                        None => return Ok(()),
                    },
                }
            }
            Err(failure) => {
                // Whoever fetches with the same token would be sent away by a quick question, and we by theirs, again and again.
                poll.quick = failure.code() != Some(CONFLICT);
                poll.ready &= poll.unhooked || poll.quick;
                let trouble = Trouble::of(failure)?;
                health.troubled(trouble.reason);
                failures += 1;
                trouble.pause.unwrap_or_else(|| jittered(growing(failures)))
            }
        };
        if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            break;
        }
    }
    Ok(())
}

/// Where we are in Telegram's queue.
#[derive(Default)]
struct Poll {
    /// Who we are is known, and a webhook was taken away if that was possible.
    ready: bool,
    /// It was possible.
    unhooked: bool,
    asks: Asks,
    /// The next question is not held, so that it is known at once whether all is well (again).
    quick: bool,
    /// The server hands out again what was confirmed, so it has to be told each time.
    replays: bool,
    /// Keys of the last batch.
    last: Vec<String>,
}

/// What the next question asks for.
#[derive(Clone, Copy, Default)]
enum Asks {
    /// Whatever is not confirmed. Telegram's numbers may start again at lower ones, and this finds them too.
    #[default]
    Anything,
    /// The same, and says that everything before this number is stored.
    From(i64),
}

impl Poll {
    /// Asks for updates; they stay Telegram's until [`deliver`](Self::deliver) has stored them.
    async fn fetch(&mut self, account: &Account) -> Result<Vec<Box<RawValue>>, Failure> {
        if !self.ready {
            account.meet().await?;
            // While a webhook is set nothing can be fetched. What waits for it is kept.
            match account.api.call(Request::of("deleteWebhook", &payloads::DeleteWebhook::new())).await {
                Ok(_) => self.unhooked = true,
                // A server without webhooks has none to take away; what else it may be, fetching will show.
                Err(failure) if failure.code().is_none_or(|code| matches!(code, 401 | 429)) => return Err(failure),
                Err(_) => {}
            }
            self.ready = true;
        }
        let mut parameters = Map::new();
        parameters.insert("limit".to_owned(), json!(BATCH));
        parameters.insert("allowed_updates".to_owned(), json!(KINDS));
        let mut timeout = if self.quick { Duration::ZERO } else { LONG_POLL };
        if let Asks::From(number) = self.asks {
            parameters.insert("offset".to_owned(), json!(number));
            if !self.replays {
                timeout = timeout.min(CONFIRMING);
            }
        }
        parameters.insert("timeout".to_owned(), json!(timeout.as_secs()));
        let asked = Instant::now();
        let answer = account.api.call_within(Request::with("getUpdates", parameters), timeout + SLACK).await?;
        let batch: Vec<Box<RawValue>> =
            serde_json::from_str(answer.get()).map_err(|_| Failure::from(Unanswered::unknown("Telegram's answer is no list")))?;
        if batch.is_empty() {
            if asked.elapsed() < timeout / 2 {
                tokio::time::sleep(IDLE_PAUSE).await;
            }
            if !self.replays {
                self.asks = Asks::Anything;
            }
        }
        Ok(batch)
    }

    /// Stores a batch, and moves on only then.
    async fn deliver(&mut self, account: &Account, mailbox: &dyn Mailbox, batch: Vec<Box<RawValue>>) -> Result<(), Refusal> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut envelopes: Vec<Envelope> = Vec::with_capacity(batch.len());
        let mut presses = Vec::new();
        let mut next = match self.asks {
            Asks::From(number) => Some(number),
            Asks::Anything => None,
        };
        for raw in &batch {
            let raw = raw.get();
            let Some(update) = update::parse(raw) else {
                next = next.map(|number| number + 1);
                envelopes.push(update::garbage(raw));
                continue;
            };
            // Where the number itself is broken, the one after the last is as good as any.
            next = update::number(&update).and_then(|number| number.checked_add(1)).or(next.map(|number| number + 1));
            presses.extend(update::pressed(&update, account.staff_chat));
            envelopes.push(update::envelope(raw, &update, account.staff_chat));
        }
        let keys: Vec<String> = envelopes.iter().map(|envelope| envelope.key.clone()).collect();
        if matches!(self.asks, Asks::Anything) && keys.first().is_some_and(|first| self.last.contains(first)) {
            self.replays = true;
        }
        mailbox.accept(envelopes).await?;
        presses.iter().for_each(|press| account.waiting.end(press));
        self.last = keys;
        match next {
            Some(number) => self.asks = Asks::From(number),
            // Not one number in the whole batch: there is no way to confirm it.
            None => return Err(Refusal::Full { retry_after: jittered(LONGEST_PAUSE) }),
        }
        Ok(())
    }
}

/// Why nothing arrives now, and when to ask again.
struct Trouble {
    reason: String,
    pause: Option<Duration>,
}

impl Trouble {
    /// Sorts a failure; one that ends everything is the error.
    fn of(failure: Failure) -> Result<Self, SendError> {
        if failure.code() == Some(CONFLICT) {
            let reason = if failure.mentions("webhook") {
                "somebody has set a webhook for this bot, and Telegram sends everything there: remove it, set mode = \"webhook\", or restart \
                 Bellhop to have it removed"
            } else {
                "another program fetches this bot's messages with the same token: stop it, or revoke the token at BotFather"
            };
            return Ok(Self { reason: reason.to_owned(), pause: None });
        }
        match failure.sort(Target::Bot) {
            stopped @ SendError::ChannelStopped { .. } => Err(stopped),
            SendError::Limited { after, reason } => Ok(Self { reason, pause: Some(jittered(after.min(LONGEST_ASKED))) }),
            SendError::Retry { after, reason } => Ok(Self { reason, pause: after.map(|after| jittered(after.min(LONGEST_ASKED))) }),
            SendError::Refused { reason, .. } => Ok(Self { reason, pause: None }),
        }
    }
}
