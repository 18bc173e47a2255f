//! What staff chats show, so that it can be kept up to date: topics, messages, posts, buttons, and what is still to be said.

use bellhop_domain::{
    id::{ConversationId, MessageId},
    message::Message,
    timeline::TimelineKind,
};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    error::DbError,
    messages,
    reader::{Reader, reading},
    sql::{Row, args},
    tx::Tx,
};

/// The topic of a conversation in a staff chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffTopic {
    /// Name of the channel whose staff chat it is.
    pub channel: String,
    /// The conversation.
    pub conversation: ConversationId,
    /// The platform's id of the topic; none while there is none.
    pub topic: Option<String>,
    /// How often one was opened.
    pub openings: i64,
    /// Digest of the look that was shown last.
    pub look: String,
    /// Put away.
    pub archived: bool,
    /// The platform's id of the card.
    pub card: Option<String>,
    /// Digest of what the card shows.
    pub card_digest: String,
    /// The card is pinned.
    pub pinned: bool,
    /// The platform's id of the post outside all topics that called for somebody.
    pub call: Option<String>,
    /// Digest of what the call shows.
    pub call_digest: String,
    /// Since when the conversation had waited when it was called for; every wait is called for once.
    pub called_for: Option<DateTime<Utc>>,
    /// To be looked at although it is put away.
    pub stale: bool,
}

/// A message, or a piece of a long one, that stands in a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMessage {
    /// The message.
    pub message: MessageId,
    /// Which piece, from 0.
    pub piece: i64,
    /// The platform's id of the post; none where the message is passed over.
    pub post: Option<String>,
    /// An agent wrote it in the topic itself.
    pub own: bool,
    /// Digest of what is shown of it.
    pub digest: String,
    /// What was told of it afterwards.
    pub told: String,
    /// Which of its files were posted, a bit each.
    pub files: i64,
}

/// A post that is no message: a card, a question, an answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffPostRow {
    /// The topic's id, or nothing outside all topics.
    pub place: String,
    /// The platform's id of it.
    pub post: String,
    /// Names it among those of its place: what has the same key takes its place.
    pub key: Option<String>,
    /// The conversation that it is about.
    pub conversation: Option<ConversationId>,
    /// The beginning of the command that an answer to it ends.
    pub expects: Option<String>,
    /// Digest of what it shows.
    pub digest: String,
    /// When it was posted.
    pub made_at: DateTime<Utc>,
}

/// A button in a staff chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffButton {
    /// Its id, at most 32 bytes.
    pub id: String,
    /// The conversation that it is about.
    pub conversation: Option<ConversationId>,
    /// The command that it gives.
    pub line: String,
    /// When it was shown last.
    pub made_at: DateTime<Utc>,
}

/// One thing that changes in what is known of a staff chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffChange {
    /// A topic was opened; nothing stands in it yet.
    Opened {
        /// The conversation.
        conversation: ConversationId,
        /// The platform's id of the topic.
        topic: String,
        /// Digest of its look.
        look: String,
    },
    /// The topic is gone: what stood in it is forgotten.
    Lost(ConversationId),
    /// The topic has this look.
    Dressed(ConversationId, String),
    /// The topic was put away, or brought back.
    Archived(ConversationId, bool),
    /// What is known of the topic is up to date although it is put away.
    Settled(ConversationId),
    /// The card stands there, not pinned yet.
    Card {
        /// The conversation.
        conversation: ConversationId,
        /// The platform's id of the card; none: it is gone.
        post: Option<String>,
        /// Digest of what it shows.
        digest: String,
    },
    /// The card shows this.
    CardShown(ConversationId, String),
    /// The card is pinned.
    Pinned(ConversationId),
    /// Somebody was called for.
    Called {
        /// The conversation.
        conversation: ConversationId,
        /// The platform's id of the post.
        post: Option<String>,
        /// Digest of what it shows.
        digest: String,
        /// Since when the conversation waits; none once nobody is called for any more.
        called_for: Option<DateTime<Utc>>,
    },
    /// A message stands in the topic; what was known of that piece before is replaced.
    Message(ConversationId, StaffMessage),
    /// A message does not stand in the topic after all.
    NoMessage(MessageId),
    /// Messages up to this one are passed over.
    PassOver(ConversationId, MessageId),
    /// A post was made or changed; another one with its key is forgotten.
    Post(StaffPostRow),
    /// A post is gone.
    NoPost {
        /// Where it was.
        place: String,
        /// The platform's id of it.
        post: String,
    },
    /// A button is shown.
    Button(StaffButton),
    /// Something is to be said.
    Say {
        /// The conversation that it is about.
        conversation: Option<ConversationId>,
        /// What and where, as its writer reads it.
        body: String,
    },
    /// It was said.
    Said(i64),
    /// Posts and buttons from before this time are forgotten.
    Forget(DateTime<Utc>),
}

const TOPIC: &str = "channel, conversation, topic, openings, look, archived, card, card_digest, pinned, call, call_digest, called_for, stale";

fn topic(row: &mut Row) -> Result<StaffTopic, DbError> {
    Ok(StaffTopic {
        channel: row.next()?,
        conversation: row.next()?,
        topic: row.next()?,
        openings: row.next()?,
        look: row.next()?,
        archived: row.next()?,
        card: row.next()?,
        card_digest: row.next()?,
        pinned: row.next()?,
        call: row.next()?,
        call_digest: row.next()?,
        called_for: row.next()?,
        stale: row.next()?,
    })
}

const MESSAGE: &str = "message, piece, post, own, digest, told, files";

fn message(row: &mut Row) -> Result<StaffMessage, DbError> {
    Ok(StaffMessage {
        message: row.next()?,
        piece: row.next()?,
        post: row.next()?,
        own: row.next()?,
        digest: row.next()?,
        told: row.next()?,
        files: row.next()?,
    })
}

const POST: &str = "place, post, key, conversation, expects, digest, made_at";

fn post(row: &mut Row) -> Result<StaffPostRow, DbError> {
    Ok(StaffPostRow {
        place: row.next()?,
        post: row.next()?,
        key: row.next()?,
        conversation: row.next()?,
        expects: row.next()?,
        digest: row.next()?,
        made_at: row.next()?,
    })
}

reading! {
    /// The topic of a conversation.
    pub async fn staff_topic(&self, channel: &str, conversation: ConversationId) -> Result<Option<StaffTopic>, DbError> {
        let sql = format!("SELECT {TOPIC} FROM staff_topic WHERE channel = $1 AND conversation = $2");
        self.one(sql, &args![channel, conversation]).await?.as_mut().map(topic).transpose()
    }

    /// The topic that the platform knows by this id.
    pub async fn staff_topic_at(&self, channel: &str, place: &str) -> Result<Option<StaffTopic>, DbError> {
        let sql = format!("SELECT {TOPIC} FROM staff_topic WHERE channel = $1 AND topic = $2");
        self.one(sql, &args![channel, place]).await?.as_mut().map(topic).transpose()
    }

    /// What stands in a conversation's topic, in no order.
    pub async fn staff_messages(&self, channel: &str, conversation: ConversationId) -> Result<Vec<StaffMessage>, DbError> {
        let sql = format!("SELECT {MESSAGE} FROM staff_message WHERE channel = $1 AND conversation = $2");
        self.few(sql, &args![channel, conversation]).await?.iter_mut().map(message).collect()
    }

    /// Messages of a conversation that do not stand in its topic, the oldest first.
    pub async fn staff_unseen(&self, channel: &str, conversation: ConversationId, limit: u32) -> Result<Vec<Message>, DbError> {
        let sql = format!(
            "SELECT {} FROM message m WHERE m.conversation = $1
                AND NOT EXISTS (SELECT 1 FROM staff_message s WHERE s.channel = $2 AND s.message = m.id) ORDER BY m.seq LIMIT $3",
            messages::COLUMNS
        );
        self.few(sql, &args![conversation, channel, i64::from(limit)]).await?.iter_mut().map(messages::alone).collect()
    }

    /// The messages that a post of a conversation's topic shows.
    pub async fn staff_messages_at(&self, channel: &str, conversation: ConversationId, post: &str) -> Result<Vec<StaffMessage>, DbError> {
        let sql = format!("SELECT {MESSAGE} FROM staff_message WHERE channel = $1 AND conversation = $2 AND post = $3");
        self.few(sql, &args![channel, conversation, post]).await?.iter_mut().map(message).collect()
    }

    /// A post that is no message.
    pub async fn staff_post(&self, channel: &str, place: &str, id: &str) -> Result<Option<StaffPostRow>, DbError> {
        let sql = format!("SELECT {POST} FROM staff_post WHERE channel = $1 AND place = $2 AND post = $3");
        self.one(sql, &args![channel, place, id]).await?.as_mut().map(post).transpose()
    }

    /// The post of a place with this key.
    pub async fn staff_post_with(&self, channel: &str, place: &str, key: &str) -> Result<Option<StaffPostRow>, DbError> {
        let sql = format!("SELECT {POST} FROM staff_post WHERE channel = $1 AND place = $2 AND key = $3 ORDER BY made_at DESC LIMIT 1");
        self.one(sql, &args![channel, place, key]).await?.as_mut().map(post).transpose()
    }

    /// The posts of a place that are about a conversation, in no order.
    pub async fn staff_posts_about(&self, channel: &str, place: &str, conversation: ConversationId) -> Result<Vec<StaffPostRow>, DbError> {
        let sql = format!("SELECT {POST} FROM staff_post WHERE channel = $1 AND place = $2 AND conversation = $3");
        self.all(sql, &args![channel, place, conversation]).await?.iter_mut().map(post).collect()
    }

    /// A button.
    pub async fn staff_button(&self, id: &str) -> Result<Option<StaffButton>, DbError> {
        let sql = "SELECT id, conversation, line, made_at FROM staff_button WHERE id = $1";
        let button = |row: &mut Row| Ok(StaffButton { id: row.next()?, conversation: row.next()?, line: row.next()?, made_at: row.next()? });
        self.one(sql, &args![id]).await?.as_mut().map(button).transpose()
    }

    /// What is to be said in a staff chat, the oldest first, with its numbers.
    pub async fn staff_sends(&self, channel: &str, limit: u32) -> Result<Vec<(i64, String)>, DbError> {
        let sql = "SELECT id, body FROM staff_send WHERE channel = $1 ORDER BY id LIMIT $2";
        self.few(sql, &args![channel, i64::from(limit)]).await?.iter_mut().map(|row| Ok((row.next()?, row.next()?))).collect()
    }

    /// Why a conversation was handed to people last, as the timeline has it.
    pub async fn last_handoff(&self, conversation: ConversationId) -> Result<Option<(DateTime<Utc>, Value)>, DbError> {
        let sql = "SELECT at, details FROM timeline WHERE conversation = $1 AND kind = $2 ORDER BY seq DESC LIMIT 1";
        let Some(mut row) = self.one(sql, &args![conversation, TimelineKind::HandedOff.as_str()]).await? else { return Ok(None) };
        Ok(Some((row.next()?, row.json()?)))
    }

    /// What the customer wrote last up to a message, or else until a time, the newest first.
    pub async fn said_until(
        &self,
        conversation: ConversationId,
        last: Option<MessageId>,
        at: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<String>, DbError> {
        let until = if last.is_some() { "seq <= (SELECT seq FROM message WHERE id = $2)" } else { "created_at <= $2" };
        let sql = format!("SELECT text FROM message WHERE conversation = $1 AND direction = 'in' AND {until} ORDER BY seq DESC LIMIT $3");
        let rows = match last {
            Some(last) => self.few(sql, &args![conversation, last, i64::from(limit)]).await,
            None => self.few(sql, &args![conversation, at, i64::from(limit)]).await,
        };
        rows?.iter_mut().map(Row::next).collect()
    }
}

impl Reader {
    /// Conversations that a staff chat shows or should show: people have them, or their topic is not put away.
    pub async fn staff_work(&self, channel: &str) -> Result<Vec<ConversationId>, DbError> {
        let sql = "SELECT id FROM conversation WHERE status = 'queued'
            UNION SELECT id FROM conversation WHERE status = 'open'
            UNION SELECT id FROM conversation WHERE status = 'snoozed'
            UNION SELECT conversation FROM staff_topic WHERE channel = $1 AND (NOT archived OR stale)
            UNION SELECT conversation FROM follow_up WHERE conversation IS NOT NULL AND (outcome IS NULL OR text = '[erased]')";
        self.all(sql, &args![channel]).await?.iter_mut().map(Row::next).collect()
    }
}

impl Tx {
    /// Writes changes down, in their order.
    pub async fn change_staff(&self, channel: &str, changes: &[StaffChange]) -> Result<(), DbError> {
        for change in changes {
            self.change_staff_once(channel, change).await?;
        }
        Ok(())
    }

    async fn change_staff_once(&self, channel: &str, change: &StaffChange) -> Result<(), DbError> {
        match change {
            StaffChange::Opened { conversation, topic, look } => {
                let sql =
                    "INSERT INTO staff_topic (channel, conversation, topic, openings, look, archived, card, card_digest, pinned, call, call_digest,
                        called_for, stale) VALUES ($1, $2, $3, 1, $4, FALSE, NULL, '', FALSE, NULL, '', NULL, FALSE)
                    ON CONFLICT (channel, conversation) DO UPDATE SET topic = excluded.topic, openings = staff_topic.openings + 1,
                        look = excluded.look, archived = FALSE, card = NULL, card_digest = '', pinned = FALSE";
                self.exec(sql, &args![channel, *conversation, topic, look]).await
            }
            StaffChange::Lost(conversation) => {
                self.exec("DELETE FROM staff_message WHERE channel = $1 AND conversation = $2", &args![channel, *conversation]).await?;
                self.topic(channel, *conversation, "topic = NULL, card = NULL, card_digest = '', pinned = FALSE").await
            }
            StaffChange::Dressed(conversation, look) => {
                let sql = "UPDATE staff_topic SET look = $1 WHERE channel = $2 AND conversation = $3";
                self.exec(sql, &args![look, channel, *conversation]).await
            }
            StaffChange::Archived(conversation, true) => self.topic(channel, *conversation, "archived = TRUE").await,
            StaffChange::Archived(conversation, false) => self.topic(channel, *conversation, "archived = FALSE").await,
            StaffChange::Settled(conversation) => self.topic(channel, *conversation, "stale = FALSE").await,
            StaffChange::Card { conversation, post, digest } => {
                let sql = "UPDATE staff_topic SET card = $1, card_digest = $2, pinned = FALSE WHERE channel = $3 AND conversation = $4";
                self.exec(sql, &args![post, digest, channel, *conversation]).await
            }
            StaffChange::CardShown(conversation, digest) => {
                let sql = "UPDATE staff_topic SET card_digest = $1 WHERE channel = $2 AND conversation = $3";
                self.exec(sql, &args![digest, channel, *conversation]).await
            }
            StaffChange::Pinned(conversation) => self.topic(channel, *conversation, "pinned = TRUE").await,
            StaffChange::Called { conversation, post, digest, called_for } => {
                let sql = "UPDATE staff_topic SET call = $1, call_digest = $2, called_for = $3 WHERE channel = $4 AND conversation = $5";
                self.exec(sql, &args![post, digest, *called_for, channel, *conversation]).await
            }
            StaffChange::Message(conversation, message) => self.keep_staff_message(channel, *conversation, message).await,
            StaffChange::NoMessage(message) => {
                self.exec("DELETE FROM staff_message WHERE channel = $1 AND message = $2", &args![channel, *message]).await
            }
            StaffChange::PassOver(conversation, last) => {
                let sql = "INSERT INTO staff_message (channel, message, piece, conversation, post, own, digest, told, files)
                    SELECT $1, m.id, 0, m.conversation, NULL, FALSE, '', '', 0 FROM message m
                    WHERE m.conversation = $2 AND m.seq <= (SELECT n.seq FROM message n WHERE n.id = $3)
                    ON CONFLICT (channel, message, piece) DO NOTHING";
                self.exec(sql, &args![channel, *conversation, *last]).await
            }
            StaffChange::Post(post) => self.keep_staff_post(channel, post).await,
            StaffChange::NoPost { place, post } => {
                self.exec("DELETE FROM staff_post WHERE channel = $1 AND place = $2 AND post = $3", &args![channel, place, post]).await
            }
            StaffChange::Button(button) => {
                let sql = "INSERT INTO staff_button (id, conversation, line, made_at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at";
                self.exec(sql, &args![&button.id, button.conversation, &button.line, button.made_at]).await
            }
            StaffChange::Say { conversation, body } => {
                self.exec("INSERT INTO staff_send (channel, conversation, body) VALUES ($1, $2, $3)", &args![channel, *conversation, body]).await
            }
            StaffChange::Said(id) => self.exec("DELETE FROM staff_send WHERE id = $1", &args![*id]).await,
            StaffChange::Forget(before) => {
                self.exec("DELETE FROM staff_post WHERE made_at < $1 AND channel = $2", &args![*before, channel]).await?;
                self.exec("DELETE FROM staff_button WHERE made_at < $1", &args![*before]).await
            }
        }?;
        Ok(())
    }

    async fn topic(&self, channel: &str, conversation: ConversationId, set: &'static str) -> Result<u64, DbError> {
        self.exec(format!("UPDATE staff_topic SET {set} WHERE channel = $1 AND conversation = $2"), &args![channel, conversation]).await
    }

    async fn keep_staff_message(&self, channel: &str, conversation: ConversationId, message: &StaffMessage) -> Result<u64, DbError> {
        let sql = "INSERT INTO staff_message (channel, message, piece, conversation, post, own, digest, told, files)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (channel, message, piece) DO UPDATE SET post = excluded.post, own = excluded.own, digest = excluded.digest,
                told = excluded.told, files = excluded.files";
        let args =
            args![channel, message.message, message.piece, conversation, &message.post, message.own, &message.digest, &message.told, message.files];
        self.exec(sql, &args).await
    }

    async fn keep_staff_post(&self, channel: &str, post: &StaffPostRow) -> Result<u64, DbError> {
        if post.key.is_some() {
            let sql = "DELETE FROM staff_post WHERE channel = $1 AND place = $2 AND key = $3 AND post <> $4";
            self.exec(sql, &args![channel, &post.place, &post.key, &post.post]).await?;
        }
        let sql = "INSERT INTO staff_post (channel, place, post, key, conversation, expects, digest, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (channel, place, post) DO UPDATE SET key = excluded.key, conversation = excluded.conversation,
                expects = excluded.expects, digest = excluded.digest, made_at = excluded.made_at";
        let args = args![channel, &post.place, &post.post, &post.key, post.conversation, &post.expects, &post.digest, post.made_at];
        self.exec(sql, &args).await
    }
}
