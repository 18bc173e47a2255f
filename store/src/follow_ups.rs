//! What is to be done about tickets at a time.

use bellhop_domain::{
    id::{AgentId, ContactId, ConversationId, FollowUpId, TicketId},
    reference::{End, FollowUp, Outcome},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    error::DbError,
    page::{Cursor, Page},
    reader::{Reader, reading},
    sql::{Arg, Row, args, from_json, json, places},
    tx::Tx,
};

const COLUMNS: &str =
    "f.id, f.version, f.ticket, f.text, f.failure, f.due_at, f.owner, f.reference, f.conversation, f.told_at, f.outcome, f.ended_at,
    f.created_at, f.updated_at";
/// Those of a ticket, or of a conversation, that are shown.
const MOST: usize = 100;

/// Something that is to be done, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What is to be done.
    pub follow_up: FollowUp,
    /// Number of the ticket.
    pub ticket: i64,
    /// Key of its template.
    pub template: String,
    /// Whose ticket it is.
    pub contact: ContactId,
}

fn follow_up(row: &mut Row) -> Result<FollowUp, DbError> {
    Ok(FollowUp {
        id: row.next()?,
        version: row.next()?,
        ticket: row.next()?,
        text: row.next()?,
        failure: row.next::<Option<String>>()?.map(|failure| from_json(&failure)).transpose()?,
        due_at: row.next()?,
        owner: row.next()?,
        reference: row.next()?,
        conversation: row.next()?,
        told_at: row.next()?,
        end: {
            let how = row.next::<Option<String>>()?;
            let at = row.next()?;
            how.as_deref().and_then(Outcome::parse).zip(at).map(|(how, at)| End { how, at })
        },
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

fn listed(row: &mut Row) -> Result<Listed, DbError> {
    Ok(Listed { follow_up: follow_up(row)?, ticket: row.next()?, template: row.next()?, contact: row.next()? })
}

reading! {
    /// What is to be done about a ticket and what was: what is open first, in the order in which it is due.
    pub async fn follow_ups_of_ticket(&self, id: TicketId) -> Result<Vec<FollowUp>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM follow_up f WHERE f.ticket = $1 ORDER BY CASE WHEN f.outcome IS NULL THEN 0 ELSE 1 END, f.due_at, f.id LIMIT {MOST}"
        );
        self.all(sql, &args![id]).await?.iter_mut().map(follow_up).collect()
    }

    /// One thing that is to be done.
    pub async fn follow_up(&self, id: FollowUpId) -> Result<Option<FollowUp>, DbError> {
        self.one(format!("SELECT {COLUMNS} FROM follow_up f WHERE f.id = $1"), &args![id]).await?.as_mut().map(follow_up).transpose()
    }

    /// Those of `ids` that there are, in the order in which they are due.
    pub async fn follow_ups(&self, ids: &[FollowUpId]) -> Result<Vec<FollowUp>, DbError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT {COLUMNS} FROM follow_up f WHERE f.id IN ({}) ORDER BY f.due_at, f.id", places(1, ids.len()));
        let args: Vec<Arg<'_>> = ids.iter().map(|id| Arg::from(*id)).collect();
        self.all(sql, &args).await?.iter_mut().map(follow_up).collect()
    }

    /// What staff chats show at a conversation, the latest first.
    pub async fn follow_ups_at_conversation(&self, id: ConversationId) -> Result<Vec<FollowUp>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM follow_up f WHERE f.conversation = $1 ORDER BY f.due_at DESC, f.id LIMIT {MOST}");
        self.all(sql, &args![id]).await?.iter_mut().map(follow_up).collect()
    }
}

/// Whose of what is to be done is looked for.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// What is an agent's, what is about their tickets and nobody else's, and what is about tickets of these departments that nobody has.
    Agent(AgentId, &'a [String]),
    /// Everybody's.
    Everybodys,
}

impl Reader {
    /// What is open, in the order in which it is due; with `until`, only what is due then.
    pub async fn open_follow_ups(
        &self,
        whose: Whose<'_>,
        until: Option<DateTime<Utc>>,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<Listed>, DbError> {
        let mut all = Vec::new();
        for (sql, args) in open(whose, until, cursor, limit) {
            all.extend(self.all(sql, &args).await?.iter_mut().map(listed).collect::<Result<Vec<_>, _>>()?);
        }
        all.sort_by_key(|it| (it.follow_up.due_at, it.follow_up.id));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = all.len() > limit;
        all.truncate(limit);
        let last = all.last().filter(|_| has_more).map(|it| &it.follow_up);
        let next = last.map(|last| Cursor { place: last.due_at.timestamp_micros(), id: last.id.0 });
        Ok(Page { items: all, next })
    }
}

/// The statements that together find what is open, each in order and one more than is wanted.
pub(crate) fn open(whose: Whose<'_>, until: Option<DateTime<Utc>>, cursor: Option<Cursor>, limit: u32) -> Vec<(String, Vec<Arg<'_>>)> {
    let (after, id) = cursor.map_or((i64::MIN, Uuid::nil()), |cursor| (cursor.place, cursor.id));
    let mut args: Vec<Arg<'_>> = args![until.unwrap_or(DateTime::<Utc>::MAX_UTC), after, id, i64::from(limit) + 1].into();
    // What is open is little, tickets are many: SQLite keeps the order of a cross join.
    let sql = |which: &str| {
        format!(
            "SELECT {COLUMNS}, t.number, t.template, t.contact FROM follow_up f CROSS JOIN ticket t WHERE t.id = f.ticket AND f.outcome IS NULL
             AND t.withdrawn_at IS NULL AND f.due_at <= $1 AND (f.due_at, f.id) > ($2, $3) AND {which} ORDER BY f.due_at, f.id LIMIT $4"
        )
    };
    let Whose::Agent(agent, departments) = whose else { return vec![(sql("TRUE"), args)] };
    args.push(agent.into());
    let own = (sql("f.owner = $5"), args.clone());
    let mut theirs = "t.owner = $5".to_owned();
    if !departments.is_empty() {
        args.extend(departments.iter().map(Arg::from));
        theirs = format!("({theirs} OR (t.department IN ({}) AND {}))", places(6, departments.len()), nobodys("t"));
    }
    vec![own, (sql(&format!("{} AND {theirs}", nobodys("f"))), args)]
}

/// That nobody was named, or somebody who does not work here any more.
fn nobodys(table: &str) -> String {
    format!("({table}.owner IS NULL OR {table}.owner IN (SELECT a.id FROM agent a WHERE a.disabled))")
}

impl Tx {
    /// Keeps what is to be done if `follow_up.version` is still the stored one (0: there is none yet), under the next version; false: somebody else changed it.
    pub async fn keep_follow_up(&self, follow_up: &FollowUp) -> Result<bool, DbError> {
        let FollowUp { id, version, ticket, text, failure, due_at, owner, reference, conversation, told_at, end, created_at, updated_at } = follow_up;
        let (outcome, ended_at) = (end.map(|end| end.how.as_str()), end.map(|end| end.at));
        let changed = if *version == 0 {
            let failure = failure.as_ref().map_or(Ok(Arg::Text(None)), json)?;
            let sql =
                "INSERT INTO follow_up (id, version, ticket, text, failure, due_at, owner, reference, conversation, told_at, created_at, updated_at)
                VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
            let args = [
                (*id).into(),
                (*ticket).into(),
                text.into(),
                failure,
                (*due_at).into(),
                (*owner).into(),
                (*reference).into(),
                (*conversation).into(),
                (*told_at).into(),
                (*created_at).into(),
                (*updated_at).into(),
            ];
            self.exec(sql, &args).await?
        } else {
            let sql = "UPDATE follow_up SET version = version + 1, text = $1, due_at = $2, owner = $3, conversation = $4, told_at = $5, outcome = $6,
                ended_at = $7, updated_at = $8 WHERE id = $9 AND version = $10";
            self.exec(sql, &args![text, *due_at, *owner, *conversation, *told_at, outcome, ended_at, *updated_at, *id, *version]).await?
        };
        Ok(changed > 0)
    }
}
