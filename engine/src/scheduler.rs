//! The scheduler: fires timers once each, follows changes made by other processes, and tidies up.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bellhop_store::{
    DbError, Tx, WriteError,
    inbox::{InboxEvent, NewEvent},
    timers::Timer,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    actions::{editing::uses, tickets::TICKETS},
    decision::{again, stored},
    engine::Engine,
    lanes::lane_of,
    worker::{albums::waiting_message, internal::Internal},
};

/// How often due timers are looked for: wall-clock time may be turned, so nothing sleeps until far ahead.
const TICK: Duration = Duration::from_millis(250);
/// Timers fired in one transaction.
const AT_ONCE: u32 = 250;
/// Between two such transactions customers' events get their turn: a hundred thousand timers of one second take eight seconds longer for it.
const BREATH: Duration = Duration::from_millis(20);
/// Follow-ups that come due in one transaction: those of more would make customers' events wait.
const TOGETHER: usize = 25;
/// How often work is looked for that only the database knows of: too much for memory, or put back by a command.
const BACKLOG: TimeDelta = TimeDelta::seconds(2);
/// Events that were held in this time are looked at again, the latest so many of them.
const HELD_LATELY: TimeDelta = TimeDelta::minutes(10);
const HELD_AT_ONCE: u32 = 100;
/// How often is tidied up.
const TIDY: TimeDelta = TimeDelta::minutes(10);
/// Raw events keep their body this long; their key stays for ever.
const BODIES_KEPT: TimeDelta = TimeDelta::days(7);
/// Answers to idempotent requests are kept this long.
const RESPONSES_KEPT: TimeDelta = TimeDelta::hours(24);
/// Which events other systems have sent is known this long.
const SYSTEM_EVENTS_KEPT: TimeDelta = TimeDelta::days(30);
/// What agents were told of is kept this long.
const NOTICES_KEPT: TimeDelta = TimeDelta::days(90);
/// Edits, receipts and the like wait this long for their message.
const EARLY_EVENTS_KEPT: TimeDelta = TimeDelta::days(7);

/// Kinds of timers.
pub(crate) const HANDOFF_LIMIT: &str = "handoff_limit";
/// A conversation that was set aside.
pub(crate) const SNOOZE: &str = "snooze";

/// Something that is to be done about a ticket.
pub(crate) const FOLLOW_UP: &str = "follow_up";
/// An album that came without words so far.
pub(crate) const ALBUM: &str = "album";

/// How long people waited lately, to tell others how long it may take.
#[derive(Default)]
pub(crate) struct Waits(Mutex<VecDeque<TimeDelta>>);

impl Waits {
    const KEPT: usize = 20;
    const ENOUGH: usize = 3;

    /// Somebody waited this long until a person took over.
    pub(crate) fn note(&self, waited: TimeDelta) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waits.push_back(waited);
        if waits.len() > Self::KEPT {
            waits.pop_front();
        }
    }

    /// How long whoever has this place in the queue will wait, if enough is known to say so: the usual wait of the last twenty.
    pub(crate) fn expected(&self, position: u32) -> Option<TimeDelta> {
        let waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waits.len() < Self::ENOUGH || position == 0 {
            return None;
        }
        let mut sorted: Vec<_> = waits.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

/// Starts the scheduler.
pub(crate) fn start(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move {
        let mut tidied: Option<DateTime<Utc>> = None;
        let mut looked: Option<DateTime<Utc>> = None;
        loop {
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = this.0.stopping.cancelled() => break,
            }
            let now = this.now();
            if let Err(error) = fire(&this, now).await {
                tracing::error!(error = %error, "Due timers could not be fired; trying again");
            }
            match this.0.desk.reload_if_changed(this.reader()).await {
                // Changed by a command beside this node.
                Ok(true) => this.bus().tell(crate::bus::Signal::Desk),
                Ok(false) => {}
                Err(error) => tracing::error!(error = %error, "Changed settings could not be read; trying again"),
            }
            if let Err(error) = let_in_held(&this, now).await {
                tracing::error!(error = %error, "Events that came before their message could not be looked for; trying again");
            }
            if looked.is_none_or(|at: DateTime<Utc>| (now - at).abs() >= BACKLOG) {
                looked = Some(now);
                take_up_backlog(&this).await;
                count_uses(&this).await;
            }
            // A clock that was turned back makes it due as well.
            if tidied.is_none_or(|at| (now - at).abs() >= TIDY) {
                tidied = Some(now);
                tidy(&this, now).await;
            }
        }
        count_uses(&this).await;
    });
}

/// Writes down how articles were used.
async fn count_uses(engine: &Engine) {
    if let Err(error) = uses::write_down(engine).await {
        tracing::warn!(error = %error, "How articles were used could not be written down; trying again");
    }
}

/// Lets in events that were held although their message is there: where two transactions go on side by side, the one that holds an event
/// and the one that writes down the message's id may not see each other.
async fn let_in_held(engine: &Engine, now: DateTime<Utc>) -> Result<(), DbError> {
    for (channel, key) in engine.reader().held_since(now - HELD_LATELY, HELD_AT_ONCE).await? {
        let (thread, message) = key.split_once('\u{1f}').unwrap_or_default();
        if engine.reader().message_by_external(&channel, thread, message).await?.is_none() {
            continue;
        }
        let events = engine.writer().write(move |tx| Box::pin(release(tx, channel, key, now))).await.map_err(WriteError::into_db)?;
        engine.0.lanes.push(events);
    }
    Ok(())
}

async fn release(tx: &Tx, channel: String, key: String, now: DateTime<Utc>) -> Result<Vec<InboxEvent>, DbError> {
    let events: Vec<NewEvent> = tx.release_held(&channel, &key).await?.into_iter().map(|event| again(event, now)).collect();
    let seqs = if events.is_empty() { Vec::new() } else { tx.accept(&events).await? };
    Ok(stored(events, seqs))
}

/// Turns due timers into events in their lanes: once each, in due order, also those of a time when the program was down.
async fn fire(engine: &Engine, now: DateTime<Utc>) -> Result<(), DbError> {
    loop {
        let due = engine.reader().due_timers(now, AT_ONCE).await?;
        let count = due.len();
        if !due.is_empty() {
            let (fired, events) = engine.writer().write(move |tx| Box::pin(commit(tx, due, now))).await.map_err(WriteError::into_db)?;
            metrics::counter!("bellhop_timers_fired_total").increment(fired as u64);
            engine.0.lanes.push(events);
        }
        if count < AT_ONCE as usize {
            return Ok(());
        }
        tokio::time::sleep(BREATH).await;
    }
}

/// A timer that was put off or taken back meanwhile does not fire. Answers how many did, and what became of them.
async fn commit(tx: &Tx, due: Vec<Timer>, now: DateTime<Utc>) -> Result<(usize, Vec<InboxEvent>), DbError> {
    let ids: Vec<i64> = due.iter().map(|timer| timer.id).collect();
    let ended = tx.end_timers(&ids, now).await?;
    let fired: Vec<Timer> = due.into_iter().filter(|timer| ended.contains(&timer.id)).collect();
    let events = events_of(&fired, now);
    let seqs = if events.is_empty() { Vec::new() } else { tx.accept(&events).await? };
    Ok((fired.len(), stored(events, seqs)))
}

/// What fired timers become: most an event each, in the lane of their conversation; what is to be done about tickets, which says nothing to a customer, many
/// together in one lane, so that thousands of one second are little work, one piece after the other.
fn events_of(fired: &[Timer], now: DateTime<Utc>) -> Vec<NewEvent> {
    let (follow_ups, others): (Vec<&Timer>, Vec<&Timer>) = fired.iter().partition(|timer| timer.kind == FOLLOW_UP);
    let together = follow_ups.chunks(TOGETHER).filter_map(|timers| {
        let ids = timers.iter().filter_map(|timer| timer.payload.get("follow_up")?.as_str()?.parse().ok()).collect();
        Some(event(timers.first()?, (TICKETS, FOLLOW_UP), &Internal::FollowUpsDue { follow_ups: ids }, now))
    });
    others.into_iter().filter_map(|timer| event_of(timer, now)).chain(together).collect()
}

fn event_of(timer: &Timer, now: DateTime<Utc>) -> Option<NewEvent> {
    let conversation = timer.conversation?;
    let body = match timer.kind.as_str() {
        HANDOFF_LIMIT => Internal::HandoffLimit { conversation },
        SNOOZE => Internal::SnoozeOver { conversation },
        ALBUM => Internal::AlbumOver { conversation, message: waiting_message(&timer.payload)? },
        kind => {
            tracing::warn!(kind, "A timer of a kind that this version does not know was dropped");
            return None;
        }
    };
    let (channel, thread) = timer.thread.as_ref()?;
    Some(event(timer, (channel, thread), &body, now))
}

fn event(timer: &Timer, (channel, thread): (&str, &str), body: &Internal, now: DateTime<Utc>) -> NewEvent {
    let key = format!("timer:{}:{}", timer.id, timer.due_at.timestamp_micros());
    NewEvent { lane: lane_of(channel, thread), channel: channel.to_owned(), key, body: body.to_json(), internal: true, received_at: now }
}

/// Work that only the database knows of: left by the last run, put back by a command, or more than fits in memory.
pub(crate) async fn take_up_backlog(engine: &Engine) {
    const LANES: u32 = 1000;
    match engine.reader().pending_lanes(LANES).await {
        Ok(lanes) => engine.0.lanes.push_lanes(lanes),
        Err(error) => tracing::error!(error = %error, "Waiting events could not be looked for; trying again"),
    }
    match engine.reader().queued_send_lanes(LANES).await {
        Ok(lanes) => engine.0.outbox.push_lanes(lanes),
        Err(error) => tracing::error!(error = %error, "Waiting sends could not be looked for; trying again"),
    }
}

async fn tidy(engine: &Engine, now: DateTime<Utc>) {
    engine.0.intake.forget_quiet_senders();
    let result = engine
        .writer()
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                while tx.drop_bodies(now - BODIES_KEPT).await? > 0 {}
                tx.forget_responses(now - RESPONSES_KEPT).await?;
                tx.remove_old_staff_sessions(now - crate::actions::sessions::UNUSED).await?;
                tx.forget_system_events(now - SYSTEM_EVENTS_KEPT).await?;
                tx.forget_notices(now - NOTICES_KEPT).await?;
                tx.drop_held(now - EARLY_EVENTS_KEPT).await
            })
        })
        .await;
    if let Err(error) = result {
        tracing::error!(error = %error.into_db(), "Old raw events could not be tidied away; trying again later");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expected_wait_is_told_only_when_enough_is_known() {
        let waits = Waits::default();
        waits.note(TimeDelta::seconds(10));
        waits.note(TimeDelta::seconds(30));
        assert_eq!(waits.expected(1), None);
        waits.note(TimeDelta::seconds(600));
        assert_eq!(waits.expected(1), Some(TimeDelta::seconds(30)), "the middle one, not the mean");
        assert_eq!(waits.expected(0), None);
        for _ in 0..100 {
            waits.note(TimeDelta::seconds(5));
        }
        assert_eq!(waits.expected(2), Some(TimeDelta::seconds(5)), "the latest count");
    }
}
