//! What a person may ask of us: to be forgotten, and to be told what is known.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_domain::{
    contact::{Contact, Thread},
    id::{ContactId, ConversationId, FileId, FollowUpId, ReferenceId, RegressionId},
    message::{Attachment, AttachmentState, Button, Extras, Message},
    reference::Reference,
    review::Review,
    ticket::Ticket,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    error::DbError,
    reader::{Reader, reading},
    sql::{Arg, args, from_json, json as document},
    tx::Tx,
};

/// What stands where something was erased.
pub const ERASED: &str = "[erased]";

reading! {
    /// The stored files on a person's messages, whose bytes are the caller's to remove when the person is erased.
    pub async fn files_of_contact(&self, id: ContactId) -> Result<Vec<FileId>, DbError> {
        let sql = format!("SELECT m.extras FROM message m WHERE {OF_CONTACT} AND m.extras LIKE '%\"stored\"%'");
        let mut files = Vec::new();
        for mut row in self.all(sql, &args![id]).await? {
            files.extend(stored_files(&row.json()?));
        }
        Ok(files)
    }
}

/// The messages of a person's conversations, and what they wrote in those of others.
const OF_CONTACT: &str = "(m.conversation IN (SELECT c.id FROM conversation c WHERE c.contact = $1) OR m.author_contact = $1)";

fn stored_files(extras: &Extras) -> Vec<FileId> {
    let stored = |attachment: &Attachment| match attachment.state {
        AttachmentState::Stored { file, .. } => Some(file),
        _ => None,
    };
    extras.attachments.iter().filter_map(stored).collect()
}

impl Tx {
    /// Erases a person: what they are called and can be reached under, what they wrote and were written, what their tickets say. What remains is that there were
    /// conversations and tickets, and what happened to them; never a customer's words.
    ///
    /// False: there is no such person. The bytes of files are the caller's to remove: ask [`Tx::files_of_contact`] beforehand.
    pub async fn erase_contact(&self, id: ContactId, at: DateTime<Utc>) -> Result<bool, DbError> {
        let Some(contact) = self.contact(id).await? else { return Ok(false) };
        let threads = self.contact_threads(id).await?;
        self.erase_inbox(id, &threads).await?;
        self.erase_staff(id).await?;
        self.erase_from_articles(id, at).await?;
        self.erase_messages(id).await?;
        self.erase_conversations(id, at).await?;
        self.erase_tickets(id, at).await?;
        for mut row in self.all("SELECT id FROM regression_question WHERE contact = $1", &args![id]).await? {
            let question: RegressionId = row.next()?;
            self.erase_answers(&question.to_string()).await?;
            self.delete_regression_question(question).await?;
        }
        // How records were joined holds both as they were.
        self.exec("DELETE FROM contact_merge WHERE contact = $1 OR other = $1", &args![id]).await?;
        self.forget_contact_code(id).await?;
        self.erase_answers(&id.to_string()).await?;
        for (number, identity) in self.contact_identities(id).await?.iter().enumerate() {
            // Somebody who writes again is a new person; two erased ones must not meet under one name.
            let sql = "UPDATE identity SET external_id = $1 WHERE channel = $2 AND external_id = $3";
            self.exec(sql, &args![format!("{ERASED} {id} {at} {number}"), &identity.channel, &identity.external_id]).await?;
        }
        for thread in threads {
            for table in ["hosted_entry", "channel_mark"] {
                self.exec(format!("DELETE FROM {table} WHERE channel = $1 AND thread = $2"), &args![&thread.channel, &thread.external_id]).await?;
            }
            self.exec("UPDATE thread SET external_id = $1 WHERE id = $2", &args![format!("{ERASED} {}", thread.id), thread.id]).await?;
        }
        let mut erased = Contact::new(id, contact.created_at);
        erased.version = contact.version;
        erased.blocked = contact.blocked;
        erased.erased_at = Some(at);
        erased.updated_at = at;
        self.update_contact(&erased).await
    }

    /// Events name their person in many ways, so whole threads go: the keys stay, that a repeat is still known; what waited is done. Where the threads are others',
    /// only what was handled goes.
    async fn erase_inbox(&self, id: ContactId, threads: &[Thread]) -> Result<(), DbError> {
        let erase = |lane: String, states: &'static str| async move {
            let of_lane = format!("lane = $1 AND body IS NOT NULL AND state IN ({states})");
            self.exec(format!("DELETE FROM held_event WHERE seq IN (SELECT seq FROM inbox WHERE {of_lane})"), &args![&lane]).await?;
            self.exec(format!("UPDATE inbox SET body = NULL, reason = NULL, lane = '', state = 1 WHERE {of_lane}"), &args![&lane]).await
        };
        for thread in threads {
            erase(lane(&thread.channel, &thread.external_id), "0, 1, 2").await?;
        }
        let others = "SELECT DISTINCT t.channel, t.external_id FROM message m JOIN thread t ON t.id = m.thread WHERE m.author_contact = $1 AND t.contact <> $1";
        for mut row in self.all(others, &args![id]).await? {
            let (channel, external_id): (String, String) = (row.next()?, row.next()?);
            erase(lane(&channel, &external_id), "1, 2").await?;
        }
        Ok(())
    }

    async fn erase_messages(&self, id: ContactId) -> Result<(), DbError> {
        for mut row in self.all(format!("SELECT m.id, m.extras FROM message m WHERE {OF_CONTACT}"), &args![id]).await? {
            let (message, extras): (Uuid, Extras) = (row.next()?, row.json()?);
            for file in stored_files(&extras) {
                self.exec("DELETE FROM file WHERE id = $1", &args![file]).await?;
            }
            let sql = "UPDATE message SET text = $1, extras = $2, external_id = NULL, delivery_error = NULL, fetching = FALSE,
                author_name = CASE WHEN direction = 'in' THEN NULL ELSE author_name END WHERE id = $3";
            self.exec(sql, &[ERASED.into(), document(&bare(extras))?, message.into()]).await?;
        }
        Ok(())
    }

    /// What agents wrote in the topics of a person's conversations, and what was to be said there. What stands in the staff chat itself is
    /// changed by whoever keeps it up to date: its topics are marked.
    async fn erase_staff(&self, id: ContactId) -> Result<(), DbError> {
        const OF: &str = "conversation IN (SELECT c.id FROM conversation c WHERE c.contact = $1)";
        for mut row in self.all(format!("SELECT channel, topic FROM staff_topic WHERE topic IS NOT NULL AND {OF}"), &args![id]).await? {
            let (channel, topic): (String, String) = (row.next()?, row.next()?);
            let of_lane = "lane = $1 AND body IS NOT NULL AND state <> 0";
            let lane = lane(&channel, &format!("\u{1e}{topic}"));
            self.exec(format!("UPDATE inbox SET body = NULL, reason = NULL, lane = '', state = 1 WHERE {of_lane}"), &args![&lane]).await?;
        }
        for table in ["staff_button", "staff_send"] {
            self.exec(format!("DELETE FROM {table} WHERE {OF}"), &args![id]).await?;
        }
        self.exec(format!("UPDATE staff_post SET expects = NULL WHERE {OF}"), &args![id]).await?;
        self.exec(format!("UPDATE staff_topic SET stale = TRUE WHERE {OF}"), &args![id]).await?;
        Ok(())
    }

    /// Questions of theirs that became sample questions of articles, and what editors noted about them. A question that is the title of an article in
    /// force stays there: an editor has put it into force as the company's own words.
    async fn erase_from_articles(&self, id: ContactId, at: DateTime<Utc>) -> Result<(), DbError> {
        let taken = format!(
            "SELECT g.slug, m.text FROM gap_mark g JOIN message m ON m.id = g.message WHERE g.slug IS NOT NULL AND {OF_CONTACT}
             UNION SELECT s.slug, m.text FROM suggestion s JOIN message m ON m.conversation = s.conversation AND m.direction = 'in'
             WHERE s.slug IS NOT NULL AND {OF_CONTACT}"
        );
        let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for mut row in self.all(taken, &args![id]).await? {
            let (slug, text): (String, String) = (row.next()?, row.next()?);
            words.entry(slug).or_default().insert(crate::gaps::as_sample(&text));
        }
        for (slug, words) in &words {
            let mut changed = false;
            for mut row in self.all("SELECT lang, revision, title, phrasings, status FROM article_version WHERE slug = $1", &args![slug]).await? {
                let (lang, revision, title): (String, i64, String) = (row.next()?, row.next()?, row.next()?);
                let (mut phrasings, status): (Vec<String>, String) = (row.json()?, row.next()?);
                let (before, is_theirs) = (phrasings.len(), words.contains(&title) && status != "published");
                phrasings.retain(|phrasing| !words.contains(phrasing));
                if phrasings.len() == before && !is_theirs {
                    continue;
                }
                changed = true;
                let title = if is_theirs { ERASED } else { title.as_str() };
                let sql = "UPDATE article_version SET title = $1, phrasings = $2 WHERE slug = $3 AND lang = $4 AND revision = $5";
                self.exec(sql, &[title.into(), document(&phrasings)?, slug.into(), lang.into(), revision.into()]).await?;
            }
            self.erase_answers(&format!("\"{slug}\"")).await?;
            if changed {
                self.record_change("article", slug, at).await?;
            }
        }
        self.exec(format!("DELETE FROM gap_mark WHERE message IN (SELECT m.id FROM message m WHERE {OF_CONTACT})"), &args![id]).await?;
        Ok(())
    }

    async fn erase_conversations(&self, id: ContactId, at: DateTime<Utc>) -> Result<(), DbError> {
        let blank = document(&bellhop_domain::dialogue::Dialogue::default())?;
        for mut row in self.all("SELECT id FROM conversation WHERE contact = $1", &args![id]).await? {
            let conversation: ConversationId = row.next()?;
            self.exec("DELETE FROM outbox WHERE conversation = $1", &args![conversation]).await?;
            self.exec("DELETE FROM timer WHERE conversation = $1", &args![conversation]).await?;
            self.exec("DELETE FROM review WHERE conversation = $1", &args![conversation]).await?;
            self.exec("DELETE FROM draft WHERE conversation = $1", &args![conversation]).await?;
            self.exec("UPDATE timeline SET details = '{}' WHERE conversation = $1", &args![conversation]).await?;
            let sql = "UPDATE request SET state = 'withdrawn', version = version + 1, updated_at = $1 WHERE conversation = $2 AND state = 'open'";
            self.exec(sql, &args![at, conversation]).await?;
            self.exec("UPDATE suggestion SET note = NULL, reason = NULL WHERE conversation = $1", &args![conversation]).await?;
            let sql = "UPDATE conversation SET external_thread = $1, tags = '[]', routing = NULL, dialogue = $2, version = version + 1 WHERE id = $3";
            self.exec(sql, &[format!("{ERASED} {conversation}").into(), blank.clone(), conversation.into()]).await?;
            self.erase_answers(&conversation.to_string()).await?;
        }
        Ok(())
    }

    async fn erase_tickets(&self, id: ContactId, at: DateTime<Utc>) -> Result<(), DbError> {
        for mut row in self.all("SELECT id, number, fields, routing, rating FROM ticket WHERE contact = $1", &args![id]).await? {
            let (ticket, number): (Uuid, i64) = (row.next()?, row.next()?);
            let (mut fields, mut routing): (serde_json::Map<String, Value>, Value) = (row.json()?, row.json()?);
            let mut rating: Option<Value> = row.next::<Option<String>>()?.map(|rating| from_json(&rating)).transpose()?;
            if let Some(comment) = rating.as_mut().and_then(|rating| rating.get_mut("comment")) {
                *comment = ERASED.into();
            }
            for field in fields.values_mut() {
                if let Some(value) = field.get_mut("value") {
                    *value = ERASED.into();
                }
            }
            for reason in routing.get_mut("reasons").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(value) = reason.get_mut("value") {
                    *value = ERASED.into();
                }
            }
            let sql = "UPDATE ticket SET fields = $1, routing = $2, rating = $3, version = version + 1, updated_at = $4 WHERE id = $5";
            let rating = rating.as_ref().map_or(Ok(Arg::Text(None)), document)?;
            self.exec(sql, &[document(&fields)?, document(&routing)?, rating, at.into(), ticket.into()]).await?;
            self.exec("UPDATE timeline SET details = '{}' WHERE ticket = $1", &args![ticket]).await?;
            // An order's number leads to the person in the other system.
            for mut row in self.all("SELECT id FROM ticket_reference WHERE ticket = $1", &args![ticket]).await? {
                let reference: ReferenceId = row.next()?;
                self.erase_answers(&reference.to_string()).await?;
                self.remove_reference(reference).await?;
            }
            for mut row in self.all("SELECT id FROM follow_up WHERE ticket = $1", &args![ticket]).await? {
                let follow_up: FollowUpId = row.next()?;
                self.erase_answers(&follow_up.to_string()).await?;
            }
            let sql = "UPDATE follow_up SET text = $1, failure = NULL, outcome = COALESCE(outcome, 'cancelled'), ended_at = COALESCE(ended_at, $2),
                version = version + 1, updated_at = $2 WHERE ticket = $3";
            self.exec(sql, &args![ERASED, at, ticket]).await?;
            self.erase_answers(&format!("\"{}\"", bellhop_domain::ticket::number_text(number))).await?;
        }
        Ok(())
    }

    /// Answers of the API that speak of `what` are given again without their content: that the request was done is still known.
    async fn erase_answers(&self, what: &str) -> Result<(), DbError> {
        self.exec("UPDATE remembered_response SET body = '{}' WHERE body LIKE $1", &args![format!("%{what}%")]).await?;
        Ok(())
    }
}

fn lane(channel: &str, external_thread: &str) -> String {
    format!("{channel}\u{1f}{external_thread}")
}

/// What may remain of a message: its buttons' ids, so that pressing one is still understood, and what it was about.
fn bare(extras: Extras) -> Extras {
    Extras {
        buttons: extras.buttons.into_iter().filter_map(blank).collect(),
        ticket: extras.ticket,
        edited_at: extras.edited_at,
        deleted_at: extras.deleted_at,
        ..Extras::default()
    }
}

fn blank(button: Button) -> Option<Button> {
    use bellhop_domain::message::ButtonAction::Fill;
    match button.action {
        Fill { .. } => None,
        action => Some(Button { id: button.id, label: ERASED.to_owned(), action }),
    }
}

impl Reader {
    /// Everything that is known of a person, and nothing of anybody else; none if there is no such person.
    pub async fn export_contact(&self, id: ContactId) -> Result<Option<Value>, DbError> {
        let Some(contact) = self.contact(id).await? else { return Ok(None) };
        let identities: Vec<Value> =
            self.contact_identities(id).await?.iter().map(|identity| json!({ "channel": identity.channel, "id": identity.external_id })).collect();
        let mut conversations = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.contact_conversations(id, cursor, 100).await?;
            for conversation in page.items {
                conversations.push(json!({
                    "id": conversation.id,
                    "channel": conversation.channel,
                    "thread": conversation.external_thread,
                    "status": conversation.status,
                    "language": conversation.language,
                    "category": conversation.category,
                    "created_at": conversation.created_at,
                    "messages": self.exported_messages(conversation.id).await?,
                    "ticket_in_the_making": self.review(conversation.id).await?.filter(Review::is_open).map(|review| json!(review.fields)),
                }));
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let mut tickets = Vec::new();
        let filter = crate::tickets::TicketFilter { contact: Some(id), ..Default::default() };
        loop {
            let page = self.tickets(&filter, cursor, 100).await?;
            for ticket in &page.items {
                tickets.push(exported_ticket(ticket, &self.references_of_ticket(ticket.id).await?));
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let contact = serde_json::to_value(contact).map_err(|_| DbError::unwritable("a contact"))?;
        Ok(Some(json!({ "contact": contact, "identities": identities, "conversations": conversations, "tickets": tickets })))
    }

    async fn exported_messages(&self, conversation: ConversationId) -> Result<Vec<Value>, DbError> {
        let mut messages = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.messages(conversation, cursor, 500).await?;
            messages.extend(page.items.iter().filter_map(exported_message));
            cursor = page.next;
            if cursor.is_none() {
                return Ok(messages);
            }
        }
    }
}

/// Notes are what colleagues tell each other.
fn exported_message(message: &Message) -> Option<Value> {
    use bellhop_domain::message::Direction;
    (message.direction != Direction::Note).then(|| {
        json!({
            "id": message.id,
            "direction": message.direction,
            "text": message.text,
            "attachments": message.extras.attachments,
            "created_at": message.created_at,
        })
    })
}

fn exported_ticket(ticket: &Ticket, references: &[Reference]) -> Value {
    let references: Vec<Value> =
        references.iter().map(|it| json!({ "system": it.system, "id": it.external_id, "state": it.state, "since": it.state_at })).collect();
    json!({
        "references": references,
        "number": bellhop_domain::ticket::number_text(ticket.number),
        "template": ticket.template,
        "status": ticket.status,
        "fields": ticket.fields,
        "rating": ticket.rating,
        "created_at": ticket.created_at,
    })
}
