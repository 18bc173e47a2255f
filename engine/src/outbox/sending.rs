//! One send: claim it, fit it to the channel, hand it to the adapter, and decide what follows.

use std::{sync::Arc, time::Duration};

use bellhop_channel::{Outbound, OutboundKind, SendError, SentState};
use bellhop_domain::{
    actor::Actor,
    id::MessageId,
    message::{Delivery, DeliveryState},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::{
    DbError,
    inbox::NewEvent,
    outbox::{FinishedSend, Send as QueuedSend},
};
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng as _;
use serde_json::json;
use tokio::sync::{Semaphore, oneshot};

use super::{
    ledger::{Entry, GaveUp},
    queue::{Next, PAGE},
};
use crate::{channels::Channel, engine::Engine, failpoint, worker::internal::Internal};

/// Pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How often a stopped or missing channel is looked at again.
const STOPPED_PAUSE: TimeDelta = TimeDelta::seconds(5);

/// Hands out what may be sent until the program stops; what is on the wire then is finished.
pub(super) async fn run(engine: &Engine, permits: Arc<Semaphore>) {
    let outbox = &engine.0.outbox;
    let all = permits.available_permits();
    loop {
        if engine.0.stopping.is_cancelled() {
            break;
        }
        match outbox.queue.next(engine.now()) {
            Next::Send(send) => {
                let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { break };
                let this = engine.clone();
                engine.run(async move {
                    send_one(&this, *send).await;
                    drop(permit);
                });
            }
            Next::Load(lane) => load(engine, lane).await,
            Next::Wait(until) => {
                // At most a second at a time: the wall clock may be turned meanwhile.
                let pause =
                    until.map_or(Duration::from_secs(1), |until| (until - engine.now()).to_std().unwrap_or_default().min(Duration::from_secs(1)));
                tokio::select! {
                    () = outbox.queue.changed() => {}
                    () = tokio::time::sleep(pause) => {}
                    () = engine.0.stopping.cancelled() => {}
                }
            }
        }
    }
    let _all_done = permits.acquire_many(u32::try_from(all).unwrap_or(u32::MAX)).await;
    engine.0.senders_done.cancel();
}

async fn load(engine: &Engine, lane: String) {
    match engine.reader().queued_sends(&lane, PAGE).await {
        Ok(sends) => engine.0.outbox.refill(&lane, sends),
        Err(error) => {
            tracing::error!(error = %error, "Waiting sends could not be read; trying again");
            engine.0.outbox.queue.pause_loading(lane, engine.now() + TimeDelta::seconds(1));
        }
    }
}

async fn send_one(engine: &Engine, send: QueuedSend) {
    let now = engine.now();
    let outbox = &engine.0.outbox;
    let Some(channel) = engine.channels().get(&send.channel) else {
        if send.give_up_at <= now {
            return give_up(engine, send, "the channel is no longer configured".to_owned(), now).await;
        }
        return outbox.queue.pause(send, now + STOPPED_PAUSE);
    };
    if send.expires_at.is_some_and(|expires| expires <= now) {
        channel.forget_turn(send.id);
        return expire(engine, send, now).await;
    }
    if let Some(stopped) = channel.stopped() {
        let until = send.expires_at.map_or(now + STOPPED_PAUSE, |expires| expires.min(now + STOPPED_PAUSE));
        tracing::debug!(channel = channel.name(), stopped.reason, "The channel is stopped; its queue is kept");
        return outbox.queue.pause(send, until);
    }
    if let Some(until) = channel.held(now) {
        let until = send.expires_at.map_or(until, |expires| until.min(expires));
        return outbox.queue.pause(send, until);
    }
    if send.give_up_at <= now {
        channel.forget_turn(send.id);
        let reason = send.error.clone().unwrap_or_else(|| "not sent in time".to_owned());
        return give_up(engine, send, reason, now).await;
    }
    let mut outbound: Outbound = match serde_json::from_str(&send.body) {
        Ok(outbound) => outbound,
        Err(error) => return give_up(engine, send, format!("the stored message cannot be read: {error}"), now).await,
    };
    // The lane comes back when it is its turn; nobody else waits for it.
    if let Some(wait) = channel.turn(send.id) {
        let until = now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1));
        let until = send.expires_at.map_or(until, |expires| until.min(expires));
        return outbox.queue.pause(send, until);
    }
    let (answer, claimed) = oneshot::channel();
    outbox.ledger.enter(Entry::Claim { id: send.id, answer });
    // Otherwise it was taken back meanwhile, or the program stops.
    let Ok(Some(body)) = claimed.await else { return outbox.queue.release(&send.lane) };
    if body != send.body {
        match serde_json::from_str(&body) {
            Ok(replaced) => outbound = replaced,
            Err(error) => return give_up(engine, send, format!("the stored message cannot be read: {error}"), now).await,
        }
    }
    match name_message(engine, &mut outbound).await {
        Ok(true) => {}
        Ok(false) => return forget(engine, send).await,
        Err(error) => {
            let error = SendError::Retry { after: None, reason: error.to_string() };
            return failed(engine, channel, send, &outbound, error).await;
        }
    }
    failpoint::pass("claimed");
    let sent = match channel.adapter().send(&outbound).await {
        Ok(sent) => sent,
        Err(error) => return failed(engine, channel, send, &outbound, error).await,
    };
    failpoint::pass("sent");
    let now = engine.now();
    channel.traffic().note_sent(now);
    metrics::counter!("bellhop_sends_total", "channel" => channel.name().to_owned(), "result" => "sent").increment(1);
    metrics::histogram!("bellhop_send_delay_seconds").record((now - send.created_at).to_std().unwrap_or_default().as_secs_f64());
    let delivery = Delivery {
        state: match sent.state {
            SentState::Sent => DeliveryState::Sent,
            SentState::Delivered => DeliveryState::Delivered,
        },
        error: None,
        maybe_sent: send.cut_off && !channel.adapter().capabilities().idempotent_sends,
    };
    let lane = send.lane.clone();
    let finished = FinishedSend { id: send.id, message: send.message, delivery, external_id: sent.external_id };
    outbox.ledger.enter(Entry::Finish { finished, channel: send.channel, thread: send.thread });
    match channel.adapter().pacing().per_thread.map(TimeDelta::from_std) {
        Some(Ok(gap)) => outbox.queue.rest(&lane, now + gap),
        _ => outbox.queue.release(&lane),
    }
}

/// Gives an edit or delete the platform's id of its message, which may have been sent only just before; false where that never was.
async fn name_message(engine: &Engine, outbound: &mut Outbound) -> Result<bool, DbError> {
    if !matches!(outbound.kind, OutboundKind::Edit | OutboundKind::Delete) {
        return Ok(true);
    }
    let Some(message) = &mut outbound.message else { return Ok(true) };
    let Ok(id) = message.id.parse() else { return Ok(true) };
    let Some(known) = engine.reader().message(id).await? else { return Ok(false) };
    if let Some(id) = known.external_id {
        message.external_id = Some(id);
        return Ok(true);
    }
    let unsent = [DeliveryState::Failed, DeliveryState::Cancelled, DeliveryState::Expired];
    Ok(!known.delivery.is_some_and(|delivery| unsent.contains(&delivery.state)))
}

/// There is nothing left that it could change.
async fn forget(engine: &Engine, send: QueuedSend) {
    let delivery = Delivery { state: DeliveryState::Expired, error: None, maybe_sent: false };
    let finished = FinishedSend { id: send.id, message: None, delivery, external_id: None };
    finish_badly(engine, &send.lane, GaveUp::Expired(finished), Vec::new(), Vec::new()).await;
}

async fn failed(engine: &Engine, channel: &Channel, mut send: QueuedSend, outbound: &Outbound, error: SendError) {
    let now = engine.now();
    channel.traffic().note_error(error.to_string(), now);
    metrics::counter!("bellhop_sends_total", "channel" => channel.name().to_owned(), "result" => "error").increment(1);
    let attempts = send.attempts + 1;
    let (pause, reason) = match error {
        SendError::Retry { after, reason } => (after.unwrap_or_else(|| backoff(attempts)), reason),
        SendError::Limited { after, reason } => {
            channel.hold(now + TimeDelta::from_std(after).unwrap_or(TimeDelta::hours(1)));
            (after, reason)
        }
        SendError::Refused { reason, tries } if attempts >= i32::from(tries) => {
            return match card_of(outbound) {
                Some(message) => card_refused(engine, send, message, now).await,
                None => give_up(engine, send, reason, now).await,
            };
        }
        SendError::Refused { reason, .. } => (backoff(attempts), reason),
        SendError::ChannelStopped { reason } => {
            tracing::error!(channel = channel.name(), reason, "The platform takes nothing more on this channel: it is stopped and its queue is kept");
            channel.stop(reason.clone(), now);
            (Duration::from_secs(5), reason)
        }
    };
    let until = now + TimeDelta::from_std(pause).unwrap_or(TimeDelta::hours(1));
    let until = send.expires_at.map_or(until, |expires| until.min(expires));
    tracing::debug!(channel = channel.name(), attempts, reason, "A send failed; it is tried again");
    let (answer, written) = oneshot::channel();
    engine.0.outbox.ledger.enter(Entry::Retry { id: send.id, due_at: until, error: reason.clone(), answer });
    let _stopping = written.await;
    send.attempts = attempts;
    send.due_at = until;
    send.error = Some(reason);
    engine.0.outbox.queue.pause(send, until);
}

/// A pause that doubles with each failure, spread over half of itself so that many do not come back at once.
fn backoff(attempts: i32) -> Duration {
    let exponent = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    let whole = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(exponent)).min(LONGEST_PAUSE);
    whole.mul_f64(rand::rng().random_range(0.5..1.0))
}

/// The message, if this is a change of a ticket's live card.
fn card_of(outbound: &Outbound) -> Option<MessageId> {
    let message = outbound.message.as_ref().filter(|_| outbound.kind == OutboundKind::Edit && outbound.ticket.is_some())?;
    message.id.parse().ok()
}

/// The platform does not change the card: its lane is told, so that a new one is sent.
async fn card_refused(engine: &Engine, send: QueuedSend, message: MessageId, now: DateTime<Utc>) {
    let delivery = Delivery { state: DeliveryState::Expired, error: None, maybe_sent: false };
    let finished = FinishedSend { id: send.id, message: None, delivery, external_id: None };
    let event = NewEvent {
        channel: send.channel.clone(),
        key: format!("card refused:{}", send.id),
        lane: send.lane.clone(),
        body: Internal::CardRefused { message }.to_json(),
        internal: true,
        received_at: now,
    };
    finish_badly(engine, &send.lane, GaveUp::Expired(finished), Vec::new(), vec![event]).await;
}

async fn give_up(engine: &Engine, send: QueuedSend, error: String, now: DateTime<Utc>) {
    tracing::warn!(channel = send.channel, send.id, error, "A send was given up; it is among the dead letters");
    metrics::counter!("bellhop_sends_total", "channel" => send.channel.clone(), "result" => "failed").increment(1);
    let timeline = vec![TimelineEvent {
        conversation: Some(send.conversation),
        ticket: None,
        at: now,
        actor: Actor::System,
        kind: TimelineKind::DeliveryFailed,
        details: json!({ "message": send.message.or_else(|| message_of(&send)), "kind": send.kind, "error": error, "attempts": send.attempts + 1 }),
    }];
    finish_badly(engine, &send.lane, GaveUp::Failed { id: send.id, error }, timeline, Vec::new()).await;
}

/// The message that an edit or delete is about.
fn message_of(send: &QueuedSend) -> Option<MessageId> {
    serde_json::from_str::<Outbound>(&send.body).ok()?.message?.id.parse().ok()
}

async fn expire(engine: &Engine, send: QueuedSend, now: DateTime<Utc>) {
    metrics::counter!("bellhop_sends_total", "channel" => send.channel.clone(), "result" => "expired").increment(1);
    let delivery = Delivery { state: DeliveryState::Expired, error: send.error.clone(), maybe_sent: false };
    let finished = FinishedSend { id: send.id, message: send.message, delivery, external_id: None };
    let event = NewEvent {
        channel: send.channel.clone(),
        key: format!("expired:{}", send.id),
        lane: send.lane.clone(),
        body: Internal::CouldNotSend { conversation: send.conversation }.to_json(),
        internal: true,
        received_at: now,
    };
    finish_badly(engine, &send.lane, GaveUp::Expired(finished), Vec::new(), vec![event]).await;
}

async fn finish_badly(engine: &Engine, lane: &str, finished: GaveUp, timeline: Vec<TimelineEvent>, events: Vec<NewEvent>) {
    let (answer, written) = oneshot::channel();
    engine.0.outbox.ledger.enter(Entry::GiveUp { finished, timeline, events, answer });
    let _stopping = written.await;
    engine.0.outbox.queue.release(lane);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_are_spread_and_end_at_the_longest() {
        for (attempts, low, high) in [(1, 0.5, 1.0), (2, 1.0, 2.0), (5, 8.0, 16.0), (40, 150.0, 300.0)] {
            for _ in 0..50 {
                let pause = backoff(attempts).as_secs_f64();
                assert!((low..=high).contains(&pause), "{attempts}: {pause}");
            }
        }
    }
}
