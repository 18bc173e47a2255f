//! A fresh database for every test, and things to put into it.

use std::panic::AssertUnwindSafe;

use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Identity, Thread},
    conversation::{Conversation, ConversationStatus},
    dialogue::Dialogue,
    id::{ContactId, ConversationId, MessageId, ThreadId},
    message::{Delivery, DeliveryState, Direction, Extras, Message},
};
use bellhop_store::{Backend, DbError, Options, Store, Tx, WriteError, Writing, inbox::NewEvent, outbox::NewSend};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use uuid::Uuid;

/// Makes two tests of each function, one for each database.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::base::on(bellhop_store::Backend::Sqlite, async |base| super::$name(base).await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::base::on(bellhop_store::Backend::Postgres, async |base| super::$name(base).await).await;
            })*
        }
    };
}
pub(crate) use on_both;

pub(crate) struct Base {
    pub(crate) store: Store,
    pub(crate) options: Options,
    folder: Option<tempfile::TempDir>,
    server: Option<(String, String)>,
}

/// Runs `test` on a fresh database, which is removed afterwards.
pub(crate) async fn on(backend: Backend, test: impl AsyncFnOnce(&Base)) {
    let base = Base::fresh(backend).await;
    let outcome = AssertUnwindSafe(test(&base)).catch_unwind().await;
    base.remove().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

impl Base {
    async fn fresh(backend: Backend) -> Self {
        let (options, folder, server) = match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let options = Options::new(format!("sqlite://{}", folder.path().join("data/bellhop.db").display()));
                (options, Some(folder), None)
            }
            Backend::Postgres => {
                #[expect(clippy::disallowed_methods, reason = "where the test's server is")]
                let server = std::env::var("BELLHOP_TEST_POSTGRES")
                    .expect("BELLHOP_TEST_POSTGRES is not set: run scripts/test, which starts a PostgreSQL of its own");
                #[expect(clippy::disallowed_methods, reason = "a name for the test's own database")]
                let name = format!("bellhop_{}", Uuid::new_v4().simple());
                admin(&server, &format!("CREATE DATABASE {name}")).await;
                let (before, _) = server.rsplit_once('/').unwrap();
                (Options::new(format!("{before}/{name}")), None, Some((server, name)))
            }
        };
        bellhop_store::migrate(&options, at(0)).await.unwrap();
        let store = bellhop_store::open(&options).await.unwrap();
        Self { store, options, folder, server }
    }

    async fn remove(self) {
        self.store.close().await;
        if let Some((server, name)) = self.server {
            admin(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
        drop(self.folder);
    }

    pub(crate) fn backend(&self) -> Backend {
        self.store.reader.backend()
    }

    /// Writes what has to go well.
    pub(crate) async fn write<T, F>(&self, closure: F) -> T
    where
        F: for<'t> FnOnce(&'t Tx) -> Writing<'t, T, DbError> + Send + 'static,
        T: Send + 'static,
    {
        self.store.writer.write(closure).await.unwrap()
    }

    /// Writes what may go wrong.
    pub(crate) async fn try_write<T, F>(&self, closure: F) -> Result<T, WriteError<DbError>>
    where
        F: for<'t> FnOnce(&'t Tx) -> Writing<'t, T, DbError> + Send + 'static,
        T: Send + 'static,
    {
        self.store.writer.write(closure).await
    }

    /// Every value of every row of every table, as text.
    pub(crate) async fn dump(&self) -> Vec<String> {
        match self.backend() {
            Backend::Sqlite => {
                let path = self.options.file().unwrap().unwrap();
                let connection = rusqlite::Connection::open(path).unwrap();
                let mut tables = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
                let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
                let mut values = Vec::new();
                for table in tables {
                    let mut rows = connection.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
                    let columns = rows.column_count();
                    let mut rows = rows.query([]).unwrap();
                    while let Some(row) = rows.next().unwrap() {
                        for column in 0..columns {
                            let value: rusqlite::types::Value = row.get(column).unwrap();
                            values.push(match value {
                                rusqlite::types::Value::Text(text) => format!("{table}: {text}"),
                                rusqlite::types::Value::Blob(bytes) => format!("{table}: {}", String::from_utf8_lossy(&bytes)),
                                other => format!("{table}: {other:?}"),
                            });
                        }
                    }
                }
                values
            }
            Backend::Postgres => {
                let pool = sqlx::PgPool::connect(&self.options.url).await.unwrap();
                let tables: Vec<String> = sqlx::query_scalar("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
                    .fetch_all(&pool)
                    .await
                    .unwrap();
                let mut values = Vec::new();
                for table in tables {
                    let sql = format!("SELECT ROW(t.*)::text FROM \"{table}\" t");
                    let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&pool).await.unwrap();
                    values.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
                }
                pool.close().await;
                values
            }
        }
    }
}

async fn admin(server: &str, sql: &str) {
    use sqlx::{Connection as _, Executor as _};
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the PostgreSQL of BELLHOP_TEST_POSTGRES answers");
    connection.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.unwrap();
    connection.close().await.unwrap();
}

/// So many seconds after the beginning.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 123_456_000).unwrap() + TimeDelta::seconds(seconds)
}

pub(crate) fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + number)
}

pub(crate) fn event(key: &str, lane: &str) -> NewEvent {
    NewEvent {
        channel: "shop".to_owned(),
        key: key.to_owned(),
        lane: lane.to_owned(),
        body: format!(r#"{{"id":"{key}"}}"#).into(),
        internal: false,
        received_at: at(0),
    }
}

pub(crate) fn contact(number: u128) -> Contact {
    Contact::new(ContactId(uuid(number)), at(0))
}

pub(crate) fn thread(number: u128, contact: &Contact) -> Thread {
    Thread { id: ThreadId(uuid(number)), channel: "shop".to_owned(), external_id: format!("thread-{number}"), contact: contact.id }
}

pub(crate) fn conversation(number: u128, thread: &Thread) -> Conversation {
    Conversation {
        id: ConversationId(uuid(number)),
        version: 1,
        thread: thread.id,
        channel: thread.channel.clone(),
        external_thread: thread.external_id.clone(),
        contact: thread.contact,
        status: ConversationStatus::Bot,
        assignee: None,
        department: None,
        language: Some("en".to_owned()),
        category: None,
        proposed: None,
        tags: vec!["new".to_owned()],
        routing: None,
        dialogue: Dialogue::default(),
        queued_at: None,
        snoozed_until: None,
        resolved_at: None,
        created_at: at(number as i64),
        updated_at: at(number as i64),
    }
}

/// From the customer.
pub(crate) fn said(number: u128, conversation: &Conversation, text: &str) -> Message {
    Message {
        id: MessageId(uuid(1_000_000 + number)),
        conversation: conversation.id,
        direction: Direction::In,
        author: Actor::Contact { id: conversation.contact },
        author_name: None,
        text: text.to_owned(),
        extras: Extras::default(),
        external_id: Some(format!("m-{number}")),
        delivery: None,
        created_at: at(number as i64),
    }
}

/// From the bot, queued.
pub(crate) fn answered(number: u128, conversation: &Conversation, text: &str) -> Message {
    Message {
        direction: Direction::Out,
        author: Actor::Bot,
        external_id: None,
        delivery: Some(delivery(DeliveryState::Queued)),
        ..said(number, conversation, text)
    }
}

pub(crate) fn delivery(state: DeliveryState) -> Delivery {
    Delivery { state, error: None, maybe_sent: false }
}

pub(crate) fn send(conversation: &Conversation, message: Option<&Message>) -> NewSend {
    NewSend {
        lane: format!("{}\u{1f}{}", conversation.channel, conversation.external_thread),
        channel: conversation.channel.clone(),
        thread: conversation.external_thread.clone(),
        conversation: conversation.id,
        message: message.map(|message| message.id),
        kind: "message".to_owned(),
        body: r#"{"text":"hello"}"#.into(),
        due_at: at(0),
        expires_at: None,
        give_up_at: at(86_400),
    }
}

/// A person with a thread and a conversation in it, stored.
pub(crate) async fn talking(base: &Base, number: u128) -> Conversation {
    let contact = contact(number);
    let thread = thread(number, &contact);
    let conversation = conversation(number, &thread);
    let stored = conversation.clone();
    base.write(move |tx| {
        Box::pin(async move {
            tx.insert_contact(&contact).await?;
            tx.insert_identity(&Identity { channel: "shop".to_owned(), external_id: format!("u-{number}"), contact: contact.id }).await?;
            tx.insert_thread(&thread).await?;
            tx.insert_conversation(&stored).await
        })
    })
    .await;
    conversation
}
