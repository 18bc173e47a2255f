//! What was given up, in and out, for an operator to look at and to replay.

use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    page::{Cursor, Page},
    reader::Reader,
    sql::{Row, args},
    tx::Tx,
};

/// Something that was given up.
#[derive(Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// `in-12` or `out-7`.
    pub id: String,
    /// The channel's configured name.
    pub channel: String,
    /// Its lane.
    pub lane: String,
    /// Why it was given up.
    pub reason: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it came in, or was queued.
    pub at: DateTime<Utc>,
    /// What it is, without its content.
    pub summary: String,
}

impl std::fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeadLetter").field("id", &self.id).field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// What a dead letter's id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadLetterId {
    /// An event of the inbox.
    In(i64),
    /// A send of the outbox.
    Out(i64),
}

impl DeadLetterId {
    /// `in-12` or `out-7`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('-')? {
            ("in", number) => number.parse().ok().map(Self::In),
            ("out", number) => number.parse().ok().map(Self::Out),
            _ => None,
        }
    }
}

const DEAD: &str = "SELECT way, number, channel, lane, COALESCE(reason, ''), attempts, at, summary FROM (
    SELECT 'in' AS way, seq AS number, channel, lane, reason, attempts, received_at AS at, key AS summary FROM inbox WHERE state = 2
    UNION ALL
    SELECT 'out' AS way, id AS number, channel, lane, error AS reason, attempts, created_at AS at, kind AS summary FROM outbox WHERE state = 2
) AS dead";

fn letter(row: &mut Row) -> Result<(Cursor, DeadLetter), DbError> {
    let (way, number): (String, i64) = (row.next()?, row.next()?);
    let letter = DeadLetter {
        id: format!("{way}-{number}"),
        channel: row.next()?,
        lane: row.next()?,
        reason: row.next()?,
        attempts: row.next::<i64>()? as i32,
        at: row.next()?,
        summary: match way.as_str() {
            "in" => format!("event {}", row.next::<String>()?),
            _ => format!("sending of a {}", row.next::<String>()?),
        },
    };
    // Ways and numbers order what came in the same microsecond.
    let id = uuid::Uuid::from_u64_pair(u64::from(way == "out"), number.unsigned_abs());
    Ok((Cursor { place: letter.at.timestamp_micros(), id }, letter))
}

impl Reader {
    /// What was given up, the newest first.
    pub async fn dead_letters(&self, cursor: Option<Cursor>, limit: u32) -> Result<Page<DeadLetter>, DbError> {
        let (at, way, number) = cursor.map_or((i64::MAX, "z", i64::MAX), |cursor| {
            let (way, number) = cursor.id.as_u64_pair();
            (cursor.place, if way == 0 { "in" } else { "out" }, i64::try_from(number).unwrap_or(i64::MAX))
        });
        let sql = format!("{DEAD} WHERE (at, way, number) < ($1, $2, $3) ORDER BY at DESC, way DESC, number DESC LIMIT $4");
        let rows = self.all(sql, &args![at, way, number, i64::from(limit) + 1]).await?;
        Page::read(rows, limit, letter)
    }

    /// One of them, with its content.
    pub async fn dead_letter(&self, id: DeadLetterId) -> Result<Option<(DeadLetter, Box<str>)>, DbError> {
        let (way, number, body) = match id {
            DeadLetterId::In(seq) => ("in", seq, "SELECT body FROM inbox WHERE seq = $1 AND state = 2"),
            DeadLetterId::Out(id) => ("out", id, "SELECT body FROM outbox WHERE id = $1 AND state = 2"),
        };
        let Some(mut row) = self.one(format!("{DEAD} WHERE way = $1 AND number = $2"), &args![way, number]).await? else { return Ok(None) };
        let (_, letter) = letter(&mut row)?;
        let Some(mut row) = self.one(body, &args![number]).await? else { return Ok(None) };
        Ok(Some((letter, row.next::<Option<String>>()?.unwrap_or_default().into())))
    }
}

impl Tx {
    /// Drops one of them with its content; the key of an event stays, so that a repeat is still known. False: there is no such dead letter.
    pub async fn discard_dead_letter(&self, id: DeadLetterId, at: DateTime<Utc>) -> Result<bool, DbError> {
        let changed = match id {
            DeadLetterId::In(seq) => {
                self.exec("UPDATE inbox SET state = 1, body = NULL, lane = '', finished_at = $1 WHERE seq = $2 AND state = 2", &args![at, seq])
                    .await?
            }
            DeadLetterId::Out(id) => self.exec("DELETE FROM outbox WHERE id = $1 AND state = 2", &args![id]).await?,
        };
        Ok(changed > 0)
    }
}
