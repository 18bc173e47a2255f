//! Sends on their way out.

use bellhop_domain::{
    id::{ConversationId, MessageId},
    message::{Delivery, DeliveryState},
};
use chrono::{DateTime, Utc};

use crate::{
    dialect::{Backend, Insert, Kind},
    error::DbError,
    reader::{Reader, reading},
    sql::{Arg, Row, args},
    tx::Tx,
};

/// Something to be sent.
#[derive(Clone)]
pub struct NewSend {
    /// The sends of a lane go out one after another.
    pub lane: String,
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of the thread.
    pub thread: String,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// The message whose delivery it is.
    pub message: Option<MessageId>,
    /// `message`, `edit`, `delete`, `typing` or `read`.
    pub kind: String,
    /// What is sent, JSON.
    pub body: Box<str>,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// Not after, by its sense.
    pub expires_at: Option<DateTime<Utc>>,
    /// Not after, however often it failed.
    pub give_up_at: DateTime<Utc>,
}

/// How far a send is. What was sent is in the outbox no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendState {
    /// Waits.
    Queued,
    /// On the wire.
    Sending,
    /// Given up: a dead letter.
    Failed,
}

impl SendState {
    fn number(self) -> i64 {
        match self {
            Self::Queued => 0,
            Self::Sending => 1,
            Self::Failed => 2,
        }
    }

    fn parse(number: i64) -> Result<Self, DbError> {
        [Self::Queued, Self::Sending, Self::Failed]
            .into_iter()
            .find(|state| state.number() == number)
            .ok_or(DbError::unreadable("a state of the outbox"))
    }
}

/// A send in the outbox.
#[derive(Clone)]
pub struct Send {
    /// Its number; never used again.
    pub id: i64,
    /// The sends of a lane go out one after another.
    pub lane: String,
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of the thread.
    pub thread: String,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// The message whose delivery it is.
    pub message: Option<MessageId>,
    /// `message`, `edit`, `delete`, `typing` or `read`.
    pub kind: String,
    /// What is sent, JSON.
    pub body: Box<str>,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// Not after, by its sense.
    pub expires_at: Option<DateTime<Utc>>,
    /// Not after, however often it failed.
    pub give_up_at: DateTime<Utc>,
    /// How far it is.
    pub state: SendState,
    /// How often it failed.
    pub attempts: i32,
    /// The program ended while it was on the wire: it may have arrived.
    pub cut_off: bool,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// Why it failed last.
    pub error: Option<String>,
}

impl Send {
    /// A send that was queued just now under its number.
    pub fn fresh(id: i64, send: NewSend, at: DateTime<Utc>) -> Self {
        let NewSend { lane, channel, thread, conversation, message, kind, body, due_at, expires_at, give_up_at } = send;
        let (state, attempts, cut_off, error) = (SendState::Queued, 0, false, None);
        Self {
            id,
            lane,
            channel,
            thread,
            conversation,
            message,
            kind,
            body,
            due_at,
            expires_at,
            give_up_at,
            state,
            attempts,
            cut_off,
            created_at: at,
            error,
        }
    }
}

impl std::fmt::Debug for Send {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Send").field("id", &self.id).field("channel", &self.channel).field("state", &self.state).finish_non_exhaustive()
    }
}

/// A send that ended well, or expired, or was given up without being kept.
#[derive(Debug, Clone)]
pub struct FinishedSend {
    /// Which.
    pub id: i64,
    /// The message whose delivery it was.
    pub message: Option<MessageId>,
    /// What became of it.
    pub delivery: Delivery,
    /// The platform's id of the message, if it gave one.
    pub external_id: Option<String>,
}

const SEND: &str =
    "id, lane, channel, thread, conversation, message, kind, body, due_at, expires_at, give_up_at, state, attempts, cut_off, created_at, error";

fn send(row: &mut Row) -> Result<Send, DbError> {
    Ok(Send {
        id: row.next()?,
        lane: row.next()?,
        channel: row.next()?,
        thread: row.next()?,
        conversation: row.next()?,
        message: row.next()?,
        kind: row.next()?,
        body: row.next::<String>()?.into(),
        due_at: row.next()?,
        expires_at: row.next()?,
        give_up_at: row.next()?,
        state: SendState::parse(row.next()?)?,
        attempts: row.next::<i64>()? as i32,
        cut_off: row.next()?,
        created_at: row.next()?,
        error: row.next()?,
    })
}

/// The time at which a send expired that was taken back while it was on the wire.
const UNWANTED: i64 = 0;

/// The bot's sends. The parts before a message's last one name no message; who says them stands in what is sent, where no text can hold these quotes.
const OF_THE_BOT: &str =
    " AND (body LIKE '%\"author\":\"bot\"%' OR EXISTS (SELECT 1 FROM message m WHERE m.id = outbox.message AND m.author_kind = 'bot'))";

static ENQUEUE: Insert = Insert::new(
    "outbox",
    &[
        ("lane", Kind::Text),
        ("channel", Kind::Text),
        ("thread", Kind::Text),
        ("conversation", Kind::Uuid),
        ("message", Kind::Uuid),
        ("kind", Kind::Text),
        ("body", Kind::Text),
        ("state", Kind::Int),
        ("attempts", Kind::Int),
        ("cut_off", Kind::Bool),
        ("due_at", Kind::Int),
        ("expires_at", Kind::Int),
        ("give_up_at", Kind::Int),
        ("created_at", Kind::Int),
    ],
    "RETURNING id",
);

/// A message's delivery after `$1` was reported: what was proven stays; the words of `DeliveryState::after_receipt`.
macro_rules! delivery_after {
    ($new:literal) => {
        concat!(
            "CASE WHEN delivery IS NULL OR delivery IN ('scheduled', 'queued', 'sending') THEN ",
            $new,
            " WHEN delivery IN ('cancelled', 'expired') AND ",
            $new,
            " IN ('sent', 'delivered', 'read', 'failed') THEN ",
            $new,
            " WHEN delivery = 'sent' AND ",
            $new,
            " IN ('delivered', 'read', 'failed') THEN ",
            $new,
            " WHEN delivery = 'failed' AND ",
            $new,
            " IN ('delivered', 'read') THEN ",
            $new,
            " WHEN delivery = 'delivered' AND ",
            $new,
            " IN ('read', 'failed') THEN ",
            $new,
            " ELSE delivery END"
        )
    };
}

impl Tx {
    /// Queues sends; answers their numbers, which follow the order of `sends`.
    pub async fn enqueue(&self, sends: &[NewSend], at: DateTime<Utc>) -> Result<Vec<i64>, DbError> {
        let rows = sends
            .iter()
            .map(|send| {
                Vec::from(args![
                    &send.lane,
                    &send.channel,
                    &send.thread,
                    send.conversation,
                    send.message,
                    &send.kind,
                    &*send.body,
                    SendState::Queued.number(),
                    0_i64,
                    false,
                    send.due_at,
                    send.expires_at,
                    send.give_up_at,
                    at
                ])
            })
            .collect();
        self.insert(&ENQUEUE, rows).await?.iter_mut().map(Row::next).collect()
    }

    /// Puts sends on the wire; answers which, in the order of their numbers, and what is to be sent: one that was taken back meanwhile is not among
    /// them, another may have been replaced.
    pub async fn claim_sends(&self, ids: &[i64]) -> Result<Vec<(i64, Box<str>)>, DbError> {
        let mut claimed = Vec::with_capacity(ids.len());
        if self.backend() == Backend::Postgres {
            let ids = Arg::Ints(ids.iter().map(|id| Some(*id)).collect());
            let mut messages = Vec::new();
            for mut row in self.all("UPDATE outbox SET state = 1 WHERE id = ANY($1) AND state = 0 RETURNING id, body, message", &[ids]).await? {
                claimed.push((row.next()?, row.next::<String>()?.into()));
                messages.extend(row.next::<Option<MessageId>>()?.map(|message| Some(message.0)));
            }
            if !messages.is_empty() {
                let sql = "UPDATE message SET delivery = 'sending' WHERE id = ANY($1) AND delivery IN ('queued', 'scheduled')";
                self.exec(sql, &[Arg::Uuids(messages)]).await?;
            }
            claimed.sort_unstable();
            return Ok(claimed);
        }
        for id in ids {
            let sql = "UPDATE outbox SET state = 1 WHERE id = $1 AND state = 0 RETURNING body, message";
            let Some(mut row) = self.one(sql, &args![*id]).await? else { continue };
            claimed.push((*id, row.next::<String>()?.into()));
            if let Some(message) = row.next::<Option<MessageId>>()? {
                let sql = "UPDATE message SET delivery = 'sending' WHERE id = $1 AND delivery IN ('queued', 'scheduled')";
                self.exec(sql, &args![message]).await?;
            }
        }
        Ok(claimed)
    }

    /// Takes a send out of the outbox and writes its message's delivery, which never falls below what a receipt already proved.
    pub async fn finish_send(&self, id: i64, message: Option<MessageId>, delivery: &Delivery, external_id: Option<&str>) -> Result<(), DbError> {
        self.exec("DELETE FROM outbox WHERE id = $1", &args![id]).await?;
        match message {
            Some(message) => self.record_delivery(message, delivery, external_id).await,
            None => Ok(()),
        }
    }

    /// The same for many.
    pub async fn finish_sends(&self, sends: &[FinishedSend]) -> Result<(), DbError> {
        if self.backend() == Backend::Sqlite {
            for send in sends {
                self.finish_send(send.id, send.message, &send.delivery, send.external_id.as_deref()).await?;
            }
            return Ok(());
        }
        self.exec("DELETE FROM outbox WHERE id = ANY($1)", &[Arg::Ints(sends.iter().map(|send| Some(send.id)).collect())]).await?;
        let with_message = || sends.iter().filter_map(|send| send.message.map(|message| (message, send)));
        if with_message().next().is_none() {
            return Ok(());
        }
        let sql = concat!(
            "UPDATE message SET delivery = ",
            delivery_after!("u.state"),
            ", delivery_error = CASE WHEN u.error IS NULL THEN delivery_error ELSE u.error END,
            maybe_sent = maybe_sent OR u.maybe, external_id = COALESCE(u.external, external_id)
            FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::text[]) AS u (message, state, error, maybe, external)
            WHERE message.id = u.message"
        );
        let args = [
            Arg::Uuids(with_message().map(|(message, _)| Some(message.0)).collect()),
            Arg::Texts(with_message().map(|(_, send)| Some(send.delivery.state.as_str().into())).collect()),
            Arg::Texts(with_message().map(|(_, send)| send.delivery.error.as_deref().map(Into::into)).collect()),
            Arg::Bools(with_message().map(|(_, send)| send.delivery.maybe_sent).collect()),
            Arg::Texts(with_message().map(|(_, send)| send.external_id.as_deref().map(Into::into)).collect()),
        ];
        self.exec(sql, &args).await?;
        Ok(())
    }

    /// Writes what became of a message, by our own sending or by a receipt; what was proven stays.
    pub async fn record_delivery(&self, message: MessageId, delivery: &Delivery, external_id: Option<&str>) -> Result<(), DbError> {
        let sql = concat!(
            "UPDATE message SET delivery = ",
            delivery_after!("$1"),
            ", delivery_error = COALESCE($2, delivery_error), maybe_sent = maybe_sent OR $3, external_id = COALESCE($4, external_id) WHERE id = $5"
        );
        let args = args![delivery.state.as_str(), &delivery.error, delivery.maybe_sent, external_id, message];
        self.exec(sql, &args).await?;
        Ok(())
    }

    /// Puts a send that failed back into its lane; one that was taken back while it was on the wire is not tried again.
    pub async fn retry_send(&self, id: i64, due_at: DateTime<Utc>, error: &str) -> Result<(), DbError> {
        let sql = "DELETE FROM outbox WHERE id = $1 AND state = 1 AND expires_at = $2 RETURNING message";
        if let Some(mut row) = self.one(sql, &args![id, UNWANTED]).await? {
            return self.set_delivery(row.next()?, "cancelled", None).await;
        }
        let sql = "UPDATE outbox SET state = 0, attempts = attempts + 1, due_at = $1, error = $2 WHERE id = $3 AND state = 1 RETURNING message";
        if let Some(mut row) = self.one(sql, &args![due_at, error, id]).await? {
            self.set_delivery(row.next()?, "queued", None).await?;
        }
        Ok(())
    }

    /// Gives a send up: it stays as a dead letter, and its message has failed.
    pub async fn fail_send(&self, id: i64, error: &str) -> Result<(), DbError> {
        let sql = "UPDATE outbox SET state = 2, attempts = attempts + 1, error = $1 WHERE id = $2 AND state <> 2 RETURNING message";
        if let Some(mut row) = self.one(sql, &args![error, id]).await?
            && let Some(message) = row.next::<Option<MessageId>>()?
        {
            let delivery = Delivery { state: DeliveryState::Failed, error: Some(error.to_owned()), maybe_sent: false };
            self.record_delivery(message, &delivery, None).await?;
        }
        Ok(())
    }

    /// Takes back what has not been sent yet in a conversation, all of it or only the bot's; answers the messages that it was about, now `cancelled`.
    /// What is on the wire may arrive, but is not tried again.
    pub async fn cancel_sends(&self, conversation: ConversationId, only_bot: bool) -> Result<Vec<MessageId>, DbError> {
        let whose = if only_bot { OF_THE_BOT } else { "" };
        self.exec(format!("UPDATE outbox SET expires_at = $1 WHERE conversation = $2 AND state = 1{whose}"), &args![UNWANTED, conversation]).await?;
        let sql = format!("DELETE FROM outbox WHERE conversation = $1 AND state = 0{whose} RETURNING message");
        let mut messages = Vec::new();
        for mut row in self.all(sql, &args![conversation]).await? {
            messages.extend(row.next::<Option<MessageId>>()?);
        }
        for message in &messages {
            self.set_delivery(Some(*message), "cancelled", None).await?;
        }
        Ok(messages)
    }

    /// Puts something else in place of what waits or was given up; false: it is on the wire, or gone.
    pub async fn replace_send(&self, id: i64, body: &str) -> Result<bool, DbError> {
        Ok(self.exec("UPDATE outbox SET body = $1 WHERE id = $2 AND state <> 1", &args![body, id]).await? > 0)
    }

    /// Takes back what waits or was given up; with `tell`, its message is `cancelled`. False: it is on the wire, or gone.
    pub async fn cancel_send(&self, id: i64, tell: bool) -> Result<bool, DbError> {
        let Some(mut row) = self.one("DELETE FROM outbox WHERE id = $1 AND state <> 1 RETURNING message", &args![id]).await? else {
            return Ok(false);
        };
        if tell {
            self.set_delivery(row.next()?, "cancelled", None).await?;
        }
        Ok(true)
    }

    /// Takes one message back before anything of it left; false: it is not certain that nothing did.
    pub async fn take_back_send(&self, message: MessageId) -> Result<bool, DbError> {
        // A part of a message carries a number behind its id: of several, one may be gone already.
        let whole = format!("%\"out-{}\"%", message.0.simple());
        let sql = "DELETE FROM outbox WHERE message = $1 AND state = 0 AND attempts = 0 AND cut_off = $2 AND body LIKE $3";
        if self.exec(sql, &args![message, false, whole]).await? == 0 {
            return Ok(false);
        }
        self.set_delivery(Some(message), "cancelled", None).await?;
        Ok(true)
    }

    /// Puts a dead letter back into its lane, to be given up at `give_up_at`; false: it is not dead.
    pub async fn replay_send(&self, id: i64, at: DateTime<Utc>, give_up_at: DateTime<Utc>) -> Result<bool, DbError> {
        let sql = "UPDATE outbox SET state = 0, attempts = 0, error = NULL, due_at = $1, give_up_at = $2, expires_at = NULL WHERE id = $3 AND state = 2 RETURNING message";
        let Some(mut row) = self.one(sql, &args![at, give_up_at, id]).await? else { return Ok(false) };
        if let Some(message) = row.next::<Option<MessageId>>()? {
            self.exec("UPDATE message SET delivery = 'queued', delivery_error = NULL WHERE id = $1 AND delivery = 'failed'", &args![message]).await?;
        }
        Ok(true)
    }

    /// At start, on PostgreSQL: waits until nothing that a killed process had asked for is still being committed by the server. What that
    /// brought would be seen too late: behind what is decided from now on. Nobody writes to inbox and outbox while this transaction lasts.
    pub async fn outlive_the_last_run(&self) -> Result<(), DbError> {
        if self.backend() == Backend::Postgres {
            self.exec("LOCK TABLE inbox, outbox IN SHARE ROW EXCLUSIVE MODE", &[]).await?;
        }
        Ok(())
    }

    /// At start: what the last run left on the wire goes back into its lane, marked as cut off; answers how many.
    pub async fn recover_sending(&self) -> Result<u64, DbError> {
        self.exec(
            "UPDATE message SET delivery = 'queued' WHERE delivery = 'sending' AND id IN (SELECT message FROM outbox WHERE state = 1 AND message IS NOT NULL)",
            &[],
        )
        .await?;
        self.exec("UPDATE outbox SET state = 0, cut_off = $1 WHERE state = 1", &args![true]).await
    }

    async fn set_delivery(&self, message: Option<MessageId>, state: &str, error: Option<&str>) -> Result<(), DbError> {
        if let Some(message) = message {
            let sql = "UPDATE message SET delivery = $1, delivery_error = $2 WHERE id = $3 AND delivery IN ('scheduled', 'queued', 'sending')";
            self.exec(sql, &args![state, error, message]).await?;
        }
        Ok(())
    }
}

reading! {
    /// A send.
    pub async fn send(&self, id: i64) -> Result<Option<Send>, DbError> {
        self.one(format!("SELECT {SEND} FROM outbox WHERE id = $1"), &args![id]).await?.as_mut().map(send).transpose()
    }

    /// What of a conversation waits, is on the wire or was given up, in its order; the first `limit`.
    pub async fn sends_of_conversation(&self, conversation: ConversationId, limit: u32) -> Result<Vec<Send>, DbError> {
        let sql = format!("SELECT {SEND} FROM outbox WHERE conversation = $1 ORDER BY id LIMIT $2");
        self.all(sql, &args![conversation, i64::from(limit)]).await?.iter_mut().map(send).collect()
    }

    /// What waits in a lane, due or not, in its order.
    pub async fn queued_sends(&self, lane: &str, limit: u32) -> Result<Vec<Send>, DbError> {
        let sql = format!("SELECT {SEND} FROM outbox WHERE lane = $1 AND state = 0 ORDER BY id LIMIT $2");
        self.all(sql, &args![lane, i64::from(limit)]).await?.iter_mut().map(send).collect()
    }
}

impl Reader {
    /// Lanes in which something waits to be sent, the one with the oldest send first.
    pub async fn queued_send_lanes(&self, limit: u32) -> Result<Vec<String>, DbError> {
        let sql = "SELECT lane FROM outbox WHERE state = 0 GROUP BY lane ORDER BY MIN(id) LIMIT $1";
        self.all(sql, &args![i64::from(limit)]).await?.iter_mut().map(Row::next).collect()
    }

    /// The same, only lanes in which something is due at `now`.
    pub async fn due_lanes(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<String>, DbError> {
        let sql = "SELECT lane FROM outbox WHERE state = 0 AND due_at <= $1 GROUP BY lane ORDER BY MIN(id) LIMIT $2";
        self.all(sql, &args![now, i64::from(limit)]).await?.iter_mut().map(Row::next).collect()
    }

    /// How many sends wait or are on the wire, and how many were given up.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts, DbError> {
        let sql = "SELECT (SELECT COUNT(*) FROM outbox WHERE state < 2), (SELECT COUNT(*) FROM outbox WHERE state = 2)";
        let Some(mut row) = self.all(sql, &[]).await?.into_iter().next() else { return Ok(OutboxCounts::default()) };
        Ok(OutboxCounts { waiting: row.next::<i64>()?.unsigned_abs(), failed: row.next::<i64>()?.unsigned_abs() })
    }
}

/// How full the outbox is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Queued or on the wire.
    pub waiting: u64,
    /// Given up.
    pub failed: u64,
}
