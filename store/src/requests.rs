//! Questions to other departments.

use bellhop_domain::{
    id::{ConversationId, RequestId},
    request::{Request, RequestState},
};

use crate::{
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::{Reader, reading},
    sql::{Row, args, json},
    tx::Tx,
};

const COLUMNS: &str = "id, version, conversation, department, question, answer, state, asked_by, owner, expected_at, created_at, updated_at";

fn request(row: &mut Row) -> Result<Request, DbError> {
    Ok(Request {
        id: row.next()?,
        version: row.next()?,
        conversation: row.next()?,
        department: row.next()?,
        question: row.next()?,
        answer: row.next()?,
        state: row.word(RequestState::parse)?,
        asked_by: row.json()?,
        owner: row.next()?,
        expected_at: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

reading! {
    /// One of them.
    pub async fn request(&self, id: RequestId) -> Result<Option<Request>, DbError> {
        self.one(format!("SELECT {COLUMNS} FROM request WHERE id = $1"), &args![id]).await?.as_mut().map(request).transpose()
    }

    /// Those of a conversation, the oldest first.
    pub async fn requests_of_conversation(&self, conversation: ConversationId) -> Result<Vec<Request>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM request WHERE conversation = $1 ORDER BY created_at, id");
        self.all(sql, &args![conversation]).await?.iter_mut().map(request).collect()
    }
}

impl Reader {
    /// Those to a department that are so far, or all of them, the newest first.
    pub async fn requests(
        &self,
        department: Option<&str>,
        state: Option<RequestState>,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<Request>, DbError> {
        let mut conditions = Conditions::new(&format!("SELECT {COLUMNS} FROM request"));
        conditions.equals("department", department);
        conditions.equals("state", state.map(RequestState::as_str));
        let (sql, args) = conditions.newest_first("created_at", "id", cursor, limit);
        Page::read(self.all(sql, &args).await?, limit, |row| {
            let request = request(row)?;
            Ok((Cursor { place: request.created_at.timestamp_micros(), id: request.id.0 }, request))
        })
    }
}

impl Tx {
    /// Keeps a request if `request.version` is still the stored one (0: there is none yet), under the next version; false: somebody else changed it.
    pub async fn keep_request(&self, request: &Request) -> Result<bool, DbError> {
        let changed = if request.version == 0 {
            let sql = "INSERT INTO request (id, version, conversation, department, question, state, asked_by, created_at, updated_at)
                VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8)";
            let args = [
                request.id.into(),
                request.conversation.into(),
                (&request.department).into(),
                request.question.into(),
                request.state.as_str().into(),
                json(&request.asked_by)?,
                request.created_at.into(),
                request.updated_at.into(),
            ];
            self.exec(sql, &args).await?
        } else {
            let sql = "UPDATE request SET version = version + 1, answer = $1, state = $2, owner = $3, expected_at = $4, updated_at = $5
                WHERE id = $6 AND version = $7";
            let args = [
                request.answer.into(),
                request.state.as_str().into(),
                request.owner.into(),
                request.expected_at.into(),
                request.updated_at.into(),
                request.id.into(),
                request.version.into(),
            ];
            self.exec(sql, &args).await?
        };
        Ok(changed > 0)
    }
}
