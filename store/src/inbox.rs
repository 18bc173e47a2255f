//! Events on their way in.

use chrono::{DateTime, Utc};

use crate::{
    dialect::{Backend, Insert, Kind},
    error::DbError,
    reader::{Reader, reading},
    sql::{Arg, Row, args},
    tx::Tx,
};

/// An event to be kept.
#[derive(Clone)]
pub struct NewEvent {
    /// The channel's configured name.
    pub channel: String,
    /// Unique in the channel, for ever; the first body wins.
    pub key: String,
    /// The events of a lane are handled one after another.
    pub lane: String,
    /// As it came, JSON.
    pub body: Box<str>,
    /// Made by ourselves (the result of an outside call), not by a platform.
    pub internal: bool,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// An event that waits to be handled.
#[derive(Clone)]
pub struct InboxEvent {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// The channel's configured name.
    pub channel: String,
    /// Unique in the channel.
    pub key: String,
    /// The events of a lane are handled one after another.
    pub lane: String,
    /// As it came, JSON.
    pub body: Box<str>,
    /// Made by ourselves.
    pub internal: bool,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// How often its handling has failed.
    pub attempts: i32,
}

impl std::fmt::Debug for InboxEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InboxEvent").field("seq", &self.seq).field("channel", &self.channel).field("attempts", &self.attempts).finish_non_exhaustive()
    }
}

/// How full the inbox is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InboxCounts {
    /// Events that wait.
    pub pending: u64,
    /// Events that were given up.
    pub dead: u64,
}

impl NewEvent {
    /// The event as it lies in the inbox under its number.
    pub fn stored(self, seq: i64) -> InboxEvent {
        let Self { channel, key, lane, body, internal, received_at } = self;
        InboxEvent { seq, channel, key, lane, body, internal, received_at, attempts: 0 }
    }
}

/// An edit, deletion, reaction or receipt that came before its message.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldEvent {
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of the message that it waits for.
    pub external_message: String,
    /// Its place in the inbox.
    pub seq: i64,
    /// As it came, JSON.
    pub body: Box<str>,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

const EVENT: &str = "seq, channel, key, lane, body, internal, received_at, attempts";

fn event(row: &mut Row) -> Result<InboxEvent, DbError> {
    Ok(InboxEvent {
        seq: row.next()?,
        channel: row.next()?,
        key: row.next()?,
        lane: row.next()?,
        body: row.next::<Option<String>>()?.unwrap_or_default().into(),
        internal: row.next()?,
        received_at: row.next()?,
        attempts: row.next::<i64>()? as i32,
    })
}

static ACCEPT: Insert = Insert::new(
    "inbox",
    &[
        ("channel", Kind::Text),
        ("key", Kind::Text),
        ("lane", Kind::Text),
        ("body", Kind::Text),
        ("internal", Kind::Bool),
        ("state", Kind::Int),
        ("attempts", Kind::Int),
        ("received_at", Kind::Int),
    ],
    "ON CONFLICT (channel, key) DO NOTHING RETURNING seq, channel, key",
);

impl Tx {
    /// Keeps events; answers the number of each that is new, and nothing for one that was known, or stands further up in `events`.
    ///
    /// Numbers follow the order of `events`.
    pub async fn accept(&self, events: &[NewEvent]) -> Result<Vec<Option<i64>>, DbError> {
        let rows = events
            .iter()
            .map(|event| Vec::from(args![&event.channel, &event.key, &event.lane, &*event.body, event.internal, 0_i64, 0_i64, event.received_at]))
            .collect();
        let mut answers = vec![None; events.len()];
        let mut from = 0;
        // Rows come back in the order of the events, less those that were known.
        for mut row in self.insert(&ACCEPT, rows).await? {
            let (seq, channel, key): (i64, String, String) = (row.next()?, row.next()?, row.next()?);
            let place =
                events.iter().zip(&answers).skip(from).position(|(event, answer)| answer.is_none() && event.channel == channel && event.key == key);
            if let Some(place) = place {
                from += place;
                if let Some(answer) = answers.get_mut(from) {
                    *answer = Some(seq);
                }
                from += 1;
            }
        }
        Ok(answers)
    }

    /// Marks events as handled; answers how many were still waiting.
    pub async fn finish_events(&self, seqs: &[i64], at: DateTime<Utc>) -> Result<u64, DbError> {
        if self.backend() == Backend::Postgres {
            let seqs = Arg::Ints(seqs.iter().map(|seq| Some(*seq)).collect());
            // Not `state = 0`: the planner would go through the index of all that waits, which grows and shrinks too fast for its statistics.
            let sql = "UPDATE inbox SET state = 1, finished_at = $1 WHERE seq = ANY($2) AND state IS NOT DISTINCT FROM 0";
            return self.exec(sql, &[at.into(), seqs]).await;
        }
        let mut finished = 0;
        for seq in seqs {
            finished += self.exec("UPDATE inbox SET state = 1, finished_at = $1 WHERE seq = $2 AND state = 0", &args![at, *seq]).await?;
        }
        Ok(finished)
    }

    /// Writes down that handling an event failed for the `attempts`-th time; `dead` takes it out of its lane until somebody replays it.
    pub async fn fail_event(&self, seq: i64, reason: &str, attempts: i32, dead: bool, at: DateTime<Utc>) -> Result<(), DbError> {
        let state: i64 = if dead { 2 } else { 0 };
        let sql = "UPDATE inbox SET reason = $1, attempts = $2, state = $3, finished_at = $4 WHERE seq = $5 AND state = 0";
        self.exec(sql, &args![reason, i64::from(attempts), state, dead.then_some(at), seq]).await?;
        Ok(())
    }

    /// Puts a dead event back into its lane; false: it is not dead.
    pub async fn replay_event(&self, seq: i64) -> Result<bool, DbError> {
        let sql = "UPDATE inbox SET state = 0, attempts = 0, reason = NULL, finished_at = NULL WHERE seq = $1 AND state = 2 AND body IS NOT NULL";
        Ok(self.exec(sql, &args![seq]).await? > 0)
    }

    /// Forgets the bodies and lanes of at most 5,000 handled events that came before `before`; answers how many. The keys stay, so that a repeat is still known.
    pub async fn drop_bodies(&self, before: DateTime<Utc>) -> Result<u64, DbError> {
        const FLOOR: &str = "inbox_bodies_dropped_to";
        let floor = self.meta(FLOOR).await?.and_then(|value| value.parse::<i64>().ok()).unwrap_or(0);
        let sql = "UPDATE inbox SET body = NULL, lane = '' WHERE seq IN
            (SELECT seq FROM inbox WHERE seq > $1 AND state = 1 AND body IS NOT NULL AND received_at < $2 ORDER BY seq LIMIT 5000)";
        let dropped = self.exec(sql, &args![floor, before]).await?;
        // The next search begins at the first row that still has something to forget, or may have it one day.
        let sql = "SELECT seq FROM inbox WHERE seq > $1 AND body IS NOT NULL ORDER BY seq LIMIT 1";
        if let Some(mut row) = self.one(sql, &args![floor]).await? {
            let next: i64 = row.next()?;
            if next - 1 > floor {
                self.set_meta(FLOOR, &(next - 1).to_string()).await?;
            }
        }
        Ok(dropped)
    }

    /// Keeps an event until its message comes.
    pub async fn hold_event(&self, event: &HeldEvent) -> Result<(), DbError> {
        let sql = "INSERT INTO held_event (channel, external_message, seq, body, received_at) VALUES ($1, $2, $3, $4, $5)";
        self.exec(sql, &args![&event.channel, &event.external_message, event.seq, &*event.body, event.received_at]).await?;
        Ok(())
    }

    /// Whether any event waits for its message.
    pub async fn holds_events(&self) -> Result<bool, DbError> {
        Ok(self.one("SELECT 1 FROM held_event LIMIT 1", &[]).await?.is_some())
    }

    /// Gives out what waited for a message, in order of arrival, and forgets it.
    pub async fn release_held(&self, channel: &str, external_message: &str) -> Result<Vec<HeldEvent>, DbError> {
        let held = self.held_events(channel, external_message).await?;
        if !held.is_empty() {
            self.exec("DELETE FROM held_event WHERE channel = $1 AND external_message = $2", &args![channel, external_message]).await?;
        }
        Ok(held)
    }

    /// Forgets events that came before `before` and whose message never came; answers how many.
    pub async fn drop_held(&self, before: DateTime<Utc>) -> Result<u64, DbError> {
        self.exec("DELETE FROM held_event WHERE received_at < $1", &args![before]).await
    }
}

impl Reader {
    /// Lanes in which events wait, the one with the oldest event first.
    pub async fn pending_lanes(&self, limit: u32) -> Result<Vec<String>, DbError> {
        let sql = "SELECT lane FROM inbox WHERE state = 0 GROUP BY lane ORDER BY MIN(seq) LIMIT $1";
        self.all(sql, &args![i64::from(limit)]).await?.iter_mut().map(Row::next).collect()
    }

    /// Channel and message of what was held lately, the latest first.
    pub async fn held_since(&self, since: DateTime<Utc>, limit: u32) -> Result<Vec<(String, String)>, DbError> {
        let sql = "SELECT channel, external_message FROM held_event WHERE received_at > $1 ORDER BY received_at DESC LIMIT $2";
        self.all(sql, &args![since, i64::from(limit)]).await?.iter_mut().map(|row| Ok((row.next()?, row.next()?))).collect()
    }

    /// How full the inbox is.
    pub async fn inbox_counts(&self) -> Result<InboxCounts, DbError> {
        let sql = "SELECT (SELECT COUNT(*) FROM inbox WHERE state = 0), (SELECT COUNT(*) FROM inbox WHERE state = 2)";
        let Some(mut row) = self.all(sql, &[]).await?.into_iter().next() else { return Ok(InboxCounts::default()) };
        Ok(InboxCounts { pending: row.next::<i64>()?.unsigned_abs(), dead: row.next::<i64>()?.unsigned_abs() })
    }
}

reading! {
    /// Events that wait in a lane, in order of arrival.
    pub async fn pending_events(&self, lane: &str, limit: u32) -> Result<Vec<InboxEvent>, DbError> {
        let sql = format!("SELECT {EVENT} FROM inbox WHERE state = 0 AND lane = $1 ORDER BY seq LIMIT $2");
        self.all(sql, &args![lane, i64::from(limit)]).await?.iter_mut().map(event).collect()
    }

    /// Whether anything waits for this message: a cheap question, asked for every message that comes.
    pub async fn held_events(&self, channel: &str, external_message: &str) -> Result<Vec<HeldEvent>, DbError> {
        let sql = "SELECT channel, external_message, seq, body, received_at FROM held_event WHERE channel = $1 AND external_message = $2 ORDER BY seq";
        self.few(sql, &args![channel, external_message]).await?.iter_mut().map(held).collect()
    }
}

fn held(row: &mut Row) -> Result<HeldEvent, DbError> {
    Ok(HeldEvent {
        channel: row.next()?,
        external_message: row.next()?,
        seq: row.next()?,
        body: row.next::<String>()?.into(),
        received_at: row.next()?,
    })
}
