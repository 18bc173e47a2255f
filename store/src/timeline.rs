//! What happened, by whom, when and why. Append-only.

use bellhop_domain::{
    id::{ConversationId, TicketId},
    timeline::{TimelineEvent, TimelineKind},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize as _, de::IntoDeserializer as _};

use crate::{
    dialect::{Insert, Kind},
    error::DbError,
    page::{Cursor, Page},
    reader::{Reader, reading},
    sql::{Row, args, json},
    tx::Tx,
};

static APPEND: Insert = Insert::new(
    "timeline",
    &[("conversation", Kind::Uuid), ("ticket", Kind::Uuid), ("at", Kind::Int), ("actor", Kind::Text), ("kind", Kind::Text), ("details", Kind::Text)],
    "",
);

pub(crate) const COLUMNS: &str = "seq, conversation, ticket, at, actor, kind, details";

fn kind(word: &str) -> Option<TimelineKind> {
    let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
    TimelineKind::deserialize(word).ok()
}

pub(crate) fn event(row: &mut Row) -> Result<(Cursor, TimelineEvent), DbError> {
    let seq = row.next()?;
    let event = TimelineEvent {
        conversation: row.next()?,
        ticket: row.next()?,
        at: row.next()?,
        actor: row.json()?,
        kind: row.word(kind)?,
        details: row.json()?,
    };
    Ok((Cursor::after(seq), event))
}

impl Tx {
    /// Writes down what happened, in the order of `events`.
    pub async fn append_timeline(&self, events: &[TimelineEvent]) -> Result<(), DbError> {
        let mut rows = Vec::with_capacity(events.len());
        for event in events {
            rows.push(vec![
                event.conversation.into(),
                event.ticket.into(),
                event.at.into(),
                json(&event.actor)?,
                event.kind.as_str().into(),
                json(&event.details)?,
            ]);
        }
        self.insert(&APPEND, rows).await?;
        Ok(())
    }
}

reading! {
    /// What happened to a ticket, in order.
    pub async fn timeline_of_ticket(&self, id: TicketId, cursor: Option<Cursor>, limit: u32) -> Result<Page<TimelineEvent>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM timeline WHERE ticket = $1 AND seq > $2 ORDER BY seq LIMIT $3");
        let after = cursor.map_or(0, |cursor| cursor.place);
        Page::read(self.all(sql, &args![id, after, i64::from(limit) + 1]).await?, limit, event)
    }

    /// The newest `n` events of a ticket that are older than `before`, the oldest of them first.
    pub async fn timeline_of_ticket_before(&self, id: TicketId, before: DateTime<Utc>, n: u32) -> Result<Vec<TimelineEvent>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM timeline WHERE ticket = $1 AND at < $2 ORDER BY seq DESC LIMIT $3");
        let rows = self.all(sql, &args![id, before, i64::from(n)]).await?;
        rows.into_iter().rev().map(|mut row| event(&mut row).map(|(_, event)| event)).collect()
    }

    /// What happened in a conversation, in order.
    pub async fn timeline_of_conversation(&self, id: ConversationId, cursor: Option<Cursor>, limit: u32) -> Result<Page<TimelineEvent>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM timeline WHERE conversation = $1 AND seq > $2 ORDER BY seq LIMIT $3");
        let after = cursor.map_or(0, |cursor| cursor.place);
        Page::read(self.all(sql, &args![id, after, i64::from(limit) + 1]).await?, limit, event)
    }
}

impl Reader {
    /// What happened anywhere after `seq`, in order, with its numbers: for whoever follows along.
    pub async fn timeline_since(&self, seq: i64, limit: u32) -> Result<Vec<(i64, TimelineEvent)>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM timeline WHERE seq > $1 ORDER BY seq LIMIT $2");
        let rows = self.all(sql, &args![seq, i64::from(limit)]).await?;
        rows.into_iter().map(|mut row| event(&mut row).map(|(cursor, event)| (cursor.place, event))).collect()
    }
}
