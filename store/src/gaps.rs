//! What the knowledge base lacks: questions as they went, and what editors did about them.

use bellhop_domain::{
    id::{ContactId, ConversationId, MessageId},
    timeline::TimelineEvent,
};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::Reader,
    sql::{Arg, Row, args, places},
    timeline,
    tx::Tx,
};

/// Ids that are looked for at once.
const AT_ONCE: usize = 100;
/// Characters of a sample question, at most.
const LONGEST_SAMPLE: usize = 300;

/// What became of a question that had no good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapState {
    /// It needs no article.
    Dismissed,
    /// It went into an article's draft.
    Drafted,
}

impl GapState {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dismissed => "dismissed",
            Self::Drafted => "drafted",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Dismissed, Self::Drafted].into_iter().find(|state| state.as_str() == word)
    }
}

/// What an editor did about a question. The question itself stands in its message only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapMark {
    /// The message.
    pub message: MessageId,
    /// What was done.
    pub state: GapState,
    /// The article whose draft it went into.
    pub slug: Option<String>,
    /// Why it was dismissed.
    pub reason: Option<String>,
    /// Who did it, for people to read.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

fn mark(row: &mut Row) -> Result<GapMark, DbError> {
    Ok(GapMark {
        message: row.next()?,
        state: row.word(GapState::parse)?,
        slug: row.next()?,
        reason: row.next()?,
        author: row.next()?,
        at: row.next()?,
    })
}

/// In which conversation a question was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedIn {
    /// The conversation.
    pub conversation: ConversationId,
    /// Who asked.
    pub contact: ContactId,
    /// The channel's configured name.
    pub channel: String,
    /// The language that it was held in.
    pub language: Option<String>,
}

impl Reader {
    /// What the knowledge base did in conversations from `from` on and before `until`, with its numbers, the newest first; the next page is before the
    /// last one's time and number.
    pub async fn knowledge_events(&self, from: DateTime<Utc>, until: (DateTime<Utc>, i64), limit: u32) -> Result<Vec<(i64, TimelineEvent)>, DbError> {
        // The condition on the kind is word for word the one of the index.
        let sql = format!(
            "SELECT {} FROM timeline WHERE kind IN ('answered', 'clarified', 'handed_off', 'rated') AND at >= $1 AND (at, seq) < ($2, $3)
             ORDER BY at DESC, seq DESC LIMIT $4",
            timeline::COLUMNS
        );
        let rows = self.all(sql, &args![from, until.0, until.1, i64::from(limit)]).await?;
        rows.into_iter().map(|mut row| timeline::event(&mut row).map(|(cursor, event)| (cursor.place, event))).collect()
    }

    /// What these messages say, of those that customers wrote.
    pub async fn asked_texts(&self, ids: &[MessageId]) -> Result<Vec<(MessageId, String)>, DbError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let sql = format!("SELECT m.id, m.text FROM message m WHERE m.direction = 'in' AND m.id IN ({})", places(1, ids.len()));
            for mut row in self.all(sql, &ids.iter().map(|id| Arg::from(*id)).collect::<Vec<_>>()).await? {
                found.push((row.next()?, row.next()?));
            }
        }
        Ok(found)
    }

    /// Where and by whom was asked in these conversations.
    pub async fn asked_in(&self, ids: &[ConversationId]) -> Result<Vec<AskedIn>, DbError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let sql = format!("SELECT c.id, c.contact, c.channel, c.language FROM conversation c WHERE c.id IN ({})", places(1, ids.len()));
            for mut row in self.all(sql, &ids.iter().map(|id| Arg::from(*id)).collect::<Vec<_>>()).await? {
                found.push(AskedIn { conversation: row.next()?, contact: row.next()?, channel: row.next()?, language: row.next()? });
            }
        }
        Ok(found)
    }

    /// What editors did about questions since `from`.
    pub async fn gap_marks(&self, from: DateTime<Utc>) -> Result<Vec<GapMark>, DbError> {
        let sql = "SELECT message, state, slug, reason, author, at FROM gap_mark WHERE at >= $1 ORDER BY at, message";
        self.all(sql, &args![from]).await?.iter_mut().map(mark).collect()
    }
}

/// A customer's words as they become a sample question of an article: in one line, without what names them, and not longer than one may be.
pub fn as_sample(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    bellhop_domain::masking::masked(&words).chars().take(LONGEST_SAMPLE).collect::<String>().trim_end().to_owned()
}

impl Tx {
    /// Keeps what was done about questions; the last word counts.
    pub async fn mark_gaps(&self, marks: &[GapMark]) -> Result<(), DbError> {
        let sql = "INSERT INTO gap_mark (message, state, slug, reason, author, at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (message) DO UPDATE SET state = excluded.state, slug = excluded.slug, reason = excluded.reason, author = excluded.author,
            at = excluded.at";
        for mark in marks {
            self.exec(sql, &args![mark.message, mark.state.as_str(), &mark.slug, &mark.reason, &mark.author, mark.at]).await?;
        }
        Ok(())
    }

    /// Takes back what was done about questions.
    pub async fn unmark_gaps(&self, messages: &[MessageId]) -> Result<(), DbError> {
        for message in messages {
            self.exec("DELETE FROM gap_mark WHERE message = $1", &args![*message]).await?;
        }
        Ok(())
    }
}
