//! Messages.

use bellhop_domain::{
    actor::Actor,
    id::{ContactId, ConversationId, MessageId, ThreadId},
    message::{AttachmentState, Delivery, DeliveryState, Direction, Message},
};
use chrono::{DateTime, Utc};

use crate::{
    dialect::{Insert, Kind},
    error::DbError,
    page::{Cursor, Page},
    reader::{Reader, reading},
    sql::{Row, args, json},
    tx::Tx,
};

pub(crate) const COLUMNS: &str =
    "m.seq, m.id, m.conversation, m.direction, m.author, m.author_name, m.text, m.extras, m.external_id, m.delivery, m.delivery_error,
    m.maybe_sent, m.created_at";

fn message(row: &mut Row) -> Result<(i64, Message), DbError> {
    let seq = row.next()?;
    let mut message = Message {
        id: row.next()?,
        conversation: row.next()?,
        direction: row.word(Direction::parse)?,
        author: row.json()?,
        author_name: row.next()?,
        text: row.next()?,
        extras: row.json()?,
        external_id: row.next()?,
        delivery: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
    };
    let (state, error, maybe_sent): (Option<String>, Option<String>, bool) = (row.next()?, row.next()?, row.next()?);
    if let Some(state) = state {
        let state = DeliveryState::parse(&state).ok_or(DbError::unreadable("a delivery's state"))?;
        message.delivery = Some(Delivery { state, error, maybe_sent });
    }
    message.created_at = row.next()?;
    Ok((seq, message))
}

pub(crate) fn alone(row: &mut Row) -> Result<Message, DbError> {
    message(row).map(|(_, message)| message)
}

fn author_contact(author: &Actor) -> Option<ContactId> {
    match author {
        Actor::Contact { id } => Some(*id),
        _ => None,
    }
}

fn author_kind(author: &Actor) -> &'static str {
    match author {
        Actor::Contact { .. } => "contact",
        Actor::Bot => "bot",
        Actor::Agent { .. } => "agent",
        Actor::Token { .. } => "token",
        Actor::System => "system",
    }
}

/// Whether files of a message are still to be fetched.
fn is_fetching(message: &Message) -> bool {
    message.extras.attachments.iter().any(|attachment| attachment.state == AttachmentState::Pending)
}

static MESSAGE: Insert = Insert::new(
    "message",
    &[
        ("id", Kind::Uuid),
        ("conversation", Kind::Uuid),
        ("direction", Kind::Text),
        ("author_kind", Kind::Text),
        ("author", Kind::Text),
        ("author_contact", Kind::Uuid),
        ("author_name", Kind::Text),
        ("text", Kind::Text),
        ("extras", Kind::Text),
        ("external_id", Kind::Text),
        ("delivery", Kind::Text),
        ("delivery_error", Kind::Text),
        ("maybe_sent", Kind::Bool),
        ("fetching", Kind::Bool),
        ("created_at", Kind::Int),
    ],
    "",
)
.deriving("thread", "(SELECT c.thread FROM conversation c WHERE c.id =", 1, ")");

reading! {
    /// A message.
    pub async fn message(&self, id: MessageId) -> Result<Option<Message>, DbError> {
        self.one(format!("SELECT {COLUMNS} FROM message m WHERE m.id = $1"), &args![id]).await?.as_mut().map(alone).transpose()
    }

    /// The message that a platform knows by this id, in either direction.
    pub async fn message_by_external(&self, channel: &str, external_thread: &str, external_id: &str) -> Result<Option<Message>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM thread t JOIN message m ON m.thread = t.id AND m.external_id = $1 AND m.direction = 'in'
             WHERE t.channel = $2 AND t.external_id = $3
             UNION ALL
             SELECT {COLUMNS} FROM thread t JOIN message m ON m.thread = t.id AND m.external_id = $1 AND m.direction = 'out'
             WHERE t.channel = $2 AND t.external_id = $3
             LIMIT 1"
        );
        self.one(sql, &args![external_id, channel, external_thread]).await?.as_mut().map(alone).transpose()
    }

    /// The newest `n` messages of a conversation, the oldest of them first.
    pub async fn last_messages(&self, conversation: ConversationId, n: u32) -> Result<Vec<Message>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM message m WHERE m.conversation = $1 ORDER BY m.seq DESC LIMIT $2");
        self.few(sql, &args![conversation, i64::from(n)]).await?.iter_mut().rev().map(alone).collect()
    }

    /// The `n` messages of a conversation that came right before this one of it, the oldest of them first.
    pub async fn messages_before(&self, conversation: ConversationId, before: MessageId, n: u32) -> Result<Vec<Message>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM message m WHERE m.conversation = $1
             AND m.seq < (SELECT b.seq FROM message b WHERE b.id = $2 AND b.conversation = $1) ORDER BY m.seq DESC LIMIT $3"
        );
        self.few(sql, &args![conversation, before, i64::from(n)]).await?.iter_mut().rev().map(alone).collect()
    }

    /// The newest `n` messages of a conversation by their own time that are older than `before`, the oldest of them first.
    pub async fn messages_older_than(&self, conversation: ConversationId, before: DateTime<Utc>, n: u32) -> Result<Vec<Message>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM message m WHERE m.conversation = $1 AND m.created_at < $2 ORDER BY m.created_at DESC, m.seq DESC LIMIT $3"
        );
        self.few(sql, &args![conversation, before, i64::from(n)]).await?.iter_mut().rev().map(alone).collect()
    }

    /// The newest `n` messages of a thread's last two conversations, the oldest of them first.
    pub async fn last_messages_of_thread(&self, thread: ThreadId, n: u32) -> Result<Vec<Message>, DbError> {
        // Each conversation for itself, so that its newest messages are read off the index, however many there are.
        let of = |which: u8| {
            format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM message m WHERE m.conversation =
                 (SELECT c.id FROM conversation c WHERE c.thread = $1 ORDER BY c.created_at DESC, c.id DESC LIMIT 1 OFFSET {which})
                 ORDER BY m.seq DESC LIMIT $2) AS conversation_{which}"
            )
        };
        let sql = format!("{} UNION ALL {} ORDER BY seq DESC LIMIT $2", of(0), of(1));
        self.few(sql, &args![thread, i64::from(n)]).await?.iter_mut().rev().map(alone).collect()
    }
}

impl Reader {
    /// Messages with files that are still to be fetched, the oldest first.
    pub async fn messages_with_pending_attachments(&self, cursor: Option<Cursor>, limit: u32) -> Result<Page<Message>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM message m WHERE m.fetching AND m.seq > $1 ORDER BY m.seq LIMIT $2");
        let after = cursor.map_or(0, |cursor| cursor.place);
        Page::read(self.all(sql, &args![after, i64::from(limit) + 1]).await?, limit, |row| {
            let (seq, message) = message(row)?;
            Ok((Cursor::after(seq), message))
        })
    }

    /// Messages of a conversation in the order of their arrival.
    pub async fn messages(&self, conversation: ConversationId, cursor: Option<Cursor>, limit: u32) -> Result<Page<Message>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM message m WHERE m.conversation = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3");
        let after = cursor.map_or(0, |cursor| cursor.place);
        Page::read(self.all(sql, &args![conversation, after, i64::from(limit) + 1]).await?, limit, |row| {
            let (seq, message) = message(row)?;
            Ok((Cursor::after(seq), message))
        })
    }
}

impl Tx {
    /// Keeps new messages, in the order of `messages`. Their conversations have to be there.
    pub async fn insert_messages(&self, messages: &[Message]) -> Result<(), DbError> {
        let mut rows = Vec::with_capacity(messages.len());
        for message in messages {
            let delivery = message.delivery.as_ref();
            rows.push(vec![
                message.id.into(),
                message.conversation.into(),
                message.direction.as_str().into(),
                author_kind(&message.author).into(),
                json(&message.author)?,
                author_contact(&message.author).into(),
                (&message.author_name).into(),
                (&message.text).into(),
                json(&message.extras)?,
                (&message.external_id).into(),
                delivery.map(|delivery| delivery.state.as_str()).into(),
                delivery.and_then(|delivery| delivery.error.as_deref()).into(),
                delivery.is_some_and(|delivery| delivery.maybe_sent).into(),
                is_fetching(message).into(),
                message.created_at.into(),
            ]);
        }
        self.insert(&MESSAGE, rows).await?;
        Ok(())
    }

    /// Keeps a message's text, extras and platform id. What became of it on its way out is [`Tx::record_delivery`]'s business.
    pub async fn update_message(&self, message: &Message) -> Result<(), DbError> {
        let sql = "UPDATE message SET text = $1, extras = $2, external_id = COALESCE($3, external_id), author_name = $4, fetching = $5 WHERE id = $6";
        let args = [
            (&message.text).into(),
            json(&message.extras)?,
            (&message.external_id).into(),
            (&message.author_name).into(),
            is_fetching(message).into(),
            message.id.into(),
        ];
        self.exec(sql, &args).await?;
        Ok(())
    }
}
