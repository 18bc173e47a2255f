//! Everything that a conversation's topic is made of, read at one moment.

use std::{collections::HashMap, sync::Arc};

use bellhop_channel::staff::{StaffCapabilities, TopicColour, TopicLook, TopicStatus};
use bellhop_domain::{
    contact::{Contact, Organisation},
    conversation::{Conversation, ConversationStatus},
    id::{ConversationId, MessageId},
    intent,
    localised::Localised,
    message::{Direction, Message},
    request::Request,
    routing::effective_tier,
    ticket::Ticket,
    words::{self, Value},
};
use bellhop_engine::{
    Engine,
    actions::ActionError,
    commands::{self, Answer},
    desk::DeskSnapshot,
};
use bellhop_store::{
    DbError,
    staff::{StaffMessage, StaffPostRow, StaffTopic},
};
use chrono::{DateTime, Utc};

use crate::{
    say::{answer_digest, review},
    writing::{escaped, fitted_line, one_line},
};

/// Messages that are looked at for changes; what is older stands as it was.
pub(crate) const LOOKED_AT: u32 = 100;
/// Pieces from here on are posts of files that came after their message.
pub(crate) const LATE_FILES: i64 = 100;
/// Messages of the beginning among which the subject is found.
const BEGINNING: u32 = 6;
/// Open tickets of which is told where they are settled, the newest ones.
const TICKETS: usize = 3;
/// Graphemes of a name.
const NAME: usize = 40;
/// Graphemes of a subject.
const SUBJECT: usize = 48;

/// A question to another department, or something to be done, as it is to stand outside all topics.
pub(crate) struct Asked {
    /// Names its post.
    pub(crate) key: String,
    /// Its post, if there is one.
    pub(crate) row: Option<StaffPostRow>,
    pub(crate) card: Answer,
}

/// A conversation as its topic is to show it.
pub(crate) struct Facts {
    pub(crate) now: DateTime<Utc>,
    pub(crate) desk: Arc<DeskSnapshot>,
    /// The language of the staff chat.
    pub(crate) language: String,
    pub(crate) conversation: Conversation,
    pub(crate) contact: Contact,
    pub(crate) organisation: Option<Organisation>,
    pub(crate) tickets: Vec<Ticket>,
    /// Where its open tickets are settled, and what is to be done about them, in words.
    pub(crate) settling: Vec<String>,
    /// Its place in the queue.
    pub(crate) place: Option<u64>,
    /// Why it was handed to people.
    pub(crate) handoff: Option<serde_json::Value>,
    /// What it is about, in a few words.
    pub(crate) subject: Option<String>,
    pub(crate) topic: Option<StaffTopic>,
    /// The post with the card of its ticket in the making, and what that should show, where it shows something older.
    pub(crate) review: Option<(StaffPostRow, Answer)>,
    /// What other departments were asked, the oldest first.
    pub(crate) requests: Vec<Request>,
    /// The first of these, or of what is to be done, that stands outside all topics as it was, or not yet.
    pub(crate) asked: Option<Asked>,
    /// Answers to agents that speak of somebody who was erased.
    pub(crate) leftovers: Vec<StaffPostRow>,
    /// The newest messages, in order.
    pub(crate) messages: Vec<Message>,
    /// What stands in the topic, in order of the pieces.
    pub(crate) shown: HashMap<MessageId, Vec<StaffMessage>>,
    /// Posts of files that came after their message.
    pub(crate) late_files: Vec<StaffMessage>,
}

impl Facts {
    /// Nothing where people do not have it and there is no topic.
    pub(crate) async fn gather(engine: &Engine, channel: &str, id: ConversationId) -> Result<Option<Self>, DbError> {
        let reader = engine.reader();
        let Some(conversation) = reader.conversation(id).await? else { return Ok(None) };
        let topic = reader.staff_topic(channel, id).await?;
        let is_shown = topic.as_ref().is_some_and(|topic| topic.topic.is_some() && (!topic.archived || topic.stale));
        let language = engine.settings().language.clone();
        let requests = reader.requests_of_conversation(id).await?;
        let asked = match old_request(engine, channel, &requests, &language).await? {
            Some(asked) => Some(asked),
            None => old_follow_up(engine, channel, id, &language).await?,
        };
        if !is_shown && !is_with_people(&conversation) && asked.is_none() {
            return Ok(None);
        }
        let Some(contact) = reader.contact(conversation.contact).await? else { return Ok(None) };
        let organisation = match contact.organisation {
            Some(organisation) => reader.organisation(organisation).await?,
            None => None,
        };
        let tickets = reader.tickets_of_conversation(id).await?;
        let mut settling = Vec::new();
        for ticket in tickets.iter().rev().filter(|ticket| ticket.status.is_open()).take(TICKETS) {
            settling.extend(commands::settling_lines(engine, ticket, &language).await?);
        }
        let desk = engine.desk();
        let handoff = reader.last_handoff(id).await?;
        let subject = match tickets.last().and_then(|ticket| desk.form_of(ticket)) {
            Some(template) => one_line(template.title.get(&language), SUBJECT),
            None => subject(engine, id, handoff.as_ref()).await?,
        };
        let is_stale = topic.as_ref().is_some_and(|topic| topic.stale);
        let mut messages = if is_stale { all_messages(engine, id).await? } else { reader.last_messages(id, LOOKED_AT).await? };
        let mut shown: HashMap<MessageId, Vec<StaffMessage>> = HashMap::new();
        let (late_files, rows) = reader.staff_messages(channel, id).await?.into_iter().partition(|row| row.piece >= LATE_FILES);
        let rows: Vec<StaffMessage> = rows;
        for row in rows {
            shown.entry(row.message).or_default().push(row);
        }
        shown.values_mut().for_each(|pieces| pieces.sort_by_key(|row| row.piece));
        if !is_stale && !shown.is_empty() && messages.first().is_some_and(|oldest| !shown.contains_key(&oldest.id)) {
            // More was said than is looked at since something was posted last.
            messages = reader.staff_unseen(channel, id, LOOKED_AT).await?;
        }
        let review = match topic.as_ref().and_then(|topic| topic.topic.as_deref()) {
            Some(place) => old_review(engine, channel, place, id).await?,
            None => None,
        };
        let leftovers = match topic.as_ref().and_then(|topic| topic.topic.as_deref()).filter(|_| contact.erased_at.is_some()) {
            Some(place) => reader.staff_posts_about(channel, place, id).await?,
            None => Vec::new(),
        };
        Ok(Some(Self {
            review,
            requests,
            asked,
            leftovers,
            now: engine.now(),
            place: reader.queue_position(id).await?,
            handoff: handoff.map(|(_, details)| details),
            desk,
            language,
            conversation,
            contact,
            organisation,
            tickets,
            settling,
            subject,
            topic,
            messages,
            shown,
            late_files,
        }))
    }

    /// Whether people have it.
    pub(crate) fn is_with_people(&self) -> bool {
        is_with_people(&self.conversation)
    }

    /// The words `key` in the language of the staff chat.
    pub(crate) fn say(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        words::say(&self.language, key, values)
    }

    /// The customer's name, clean but no Markdown.
    pub(crate) fn name(&self) -> String {
        if self.contact.erased_at.is_some() {
            return self.say("erased-marker", &[]);
        }
        self.contact.name.as_deref().and_then(|name| one_line(name, NAME)).unwrap_or_else(|| self.say("staff-nameless", &[]))
    }

    /// What the desk calls something, or its key.
    pub(crate) fn named(&self, key: &str, name: Option<&Localised>) -> String {
        let name = name.map(|name| name.get(&self.language)).filter(|name| !name.is_empty());
        escaped(name.unwrap_or(key))
    }

    /// The name of whoever has the conversation.
    pub(crate) fn assignee(&self) -> Option<String> {
        let id = self.conversation.assignee?;
        Some(self.desk.agent(id).and_then(|agent| one_line(&agent.name, NAME)).unwrap_or_else(|| id.to_string()))
    }

    /// A moment on the clock of the department that has it.
    pub(crate) fn clock(&self, at: DateTime<Utc>, format: &str) -> String {
        let department = self.conversation.department.as_deref();
        let calendar = department.and_then(|key| self.desk.calendar_of(key)).or_else(|| self.desk.calendars.values().next());
        match calendar {
            Some(calendar) => at.with_timezone(&calendar.time_zone).format(format).to_string(),
            None => at.format(format).to_string(),
        }
    }

    /// How its topic looks from outside.
    pub(crate) fn look(&self, capabilities: &StaffCapabilities) -> TopicLook {
        let status = match self.conversation.status {
            ConversationStatus::Bot => TopicStatus::Bot,
            ConversationStatus::Queued => TopicStatus::Queued,
            ConversationStatus::Open => TopicStatus::Open,
            ConversationStatus::Snoozed => TopicStatus::Snoozed,
            ConversationStatus::Resolved => TopicStatus::Resolved,
        };
        let mark = match status {
            TopicStatus::Bot => "🤖",
            TopicStatus::Queued => "🟡",
            TopicStatus::Open => "🟢",
            TopicStatus::Snoozed => "💤",
            TopicStatus::Resolved => "✅",
        };
        let status_names = [
            (TopicStatus::Queued, "conversation-status-queued"),
            (TopicStatus::Open, "conversation-status-open"),
            (TopicStatus::Snoozed, "conversation-status-snoozed"),
            (TopicStatus::Resolved, "conversation-status-resolved"),
            (TopicStatus::Bot, "conversation-status-bot"),
        ];
        let statuses = status_names.map(|(status, key)| (status, self.say(key, &[]))).to_vec();
        let status_name = statuses.iter().find(|(known, _)| *known == status).map(|(_, name)| name.clone()).unwrap_or_default();
        let tier = effective_tier(&self.contact, self.organisation.as_ref(), &self.desk).and_then(|tier| self.desk.tiers.get(&tier.value));
        let shown = tier.filter(|tier| !tier.default).and_then(|tier| one_line(tier.name.get(&self.language), 16));
        let subject = if self.contact.erased_at.is_some() { None } else { self.subject.clone() };
        let in_title = shown.clone().filter(|_| !capabilities.tags);
        let parts: Vec<String> = [in_title, Some(self.name()), subject].into_iter().flatten().collect();
        let title = if capabilities.tags { parts.join(" · ") } else { format!("{mark} {}", parts.join(" · ")) };
        let title = fitted_line(&title, capabilities.max_title);
        TopicLook { title, colour: self.colour(), status, status_name, statuses, tier: shown }
    }

    /// From the lowest tier that there is to the highest, over all colours.
    fn colour(&self) -> TopicColour {
        const COLOURS: [TopicColour; 6] =
            [TopicColour::Blue, TopicColour::Green, TopicColour::Yellow, TopicColour::Violet, TopicColour::Pink, TopicColour::Red];
        let mut ranks: Vec<i32> = self.desk.tiers.values().map(|tier| tier.rank).collect();
        ranks.sort_unstable();
        ranks.dedup();
        let place = ranks.iter().position(|rank| *rank == self.rank()).unwrap_or(0);
        let step = (place * (COLOURS.len() - 1)).checked_div(ranks.len().saturating_sub(1)).unwrap_or(0);
        COLOURS.get(step).copied().unwrap_or_default()
    }

    /// The rank of the customer's tier.
    pub(crate) fn rank(&self) -> i32 {
        let tier = effective_tier(&self.contact, self.organisation.as_ref(), &self.desk);
        tier.and_then(|tier| self.desk.tiers.get(&tier.value)).map_or(i32::MIN, |tier| tier.rank)
    }
}

/// Whether people have the conversation: then it has a topic.
pub(crate) fn is_with_people(conversation: &Conversation) -> bool {
    matches!(conversation.status, ConversationStatus::Queued | ConversationStatus::Open | ConversationStatus::Snoozed)
}

/// The post with the card of the ticket in the making, where that changed since it was shown.
async fn old_review(engine: &Engine, channel: &str, place: &str, id: ConversationId) -> Result<Option<(StaffPostRow, Answer)>, DbError> {
    let answer = match review(engine, id).await {
        Ok(answer) => answer,
        Err(ActionError::Unavailable(error)) => return Err(error),
        Err(_) => None,
    };
    let Some(answer) = answer else { return Ok(None) };
    let Some(key) = answer.card.as_deref() else { return Ok(None) };
    let post = engine.reader().staff_post_with(channel, place, key).await?;
    Ok(post.filter(|post| post.digest != answer_digest(&answer)).map(|post| (post, answer)))
}

/// The first question to another department whose post says something else than is so, or is missing while an answer is wanted.
async fn old_request(engine: &Engine, channel: &str, requests: &[Request], language: &str) -> Result<Option<Asked>, DbError> {
    for request in requests {
        let key = format!("request-{}", request.id);
        let row = engine.reader().staff_post_with(channel, "", &key).await?;
        if row.is_none() && !request.is_open() {
            continue;
        }
        let card = match commands::request_card(engine, request, language).await {
            Ok(card) => card,
            Err(ActionError::Unavailable(error)) => return Err(error),
            Err(_) => continue,
        };
        if row.as_ref().is_none_or(|row| row.digest != answer_digest(&card)) {
            return Ok(Some(Asked { key, row, card }));
        }
    }
    Ok(None)
}

/// The first thing to be done whose post says something else than is so, or is missing since it came due. Each time that it comes due has a post of
/// its own, so that whoever does it is told again after it was put off.
async fn old_follow_up(engine: &Engine, channel: &str, id: ConversationId, language: &str) -> Result<Option<Asked>, DbError> {
    let all = engine.reader().follow_ups_at_conversation(id).await?;
    if all.is_empty() {
        return Ok(None);
    }
    let posts = engine.reader().staff_posts_about(channel, "", id).await?;
    for follow_up in &all {
        let of = format!("follow-up-{}-", follow_up.id);
        let current = format!("{of}{}", follow_up.due_at.timestamp_micros());
        let mut rows: Vec<Option<&StaffPostRow>> =
            posts.iter().filter(|row| row.key.as_ref().is_some_and(|key| key.starts_with(&of))).map(Some).collect();
        let is_shown = rows.iter().flatten().any(|row| row.key.as_deref() == Some(&current));
        if !is_shown && follow_up.end.is_none() && follow_up.told_at.is_some() {
            rows.push(None);
        }
        for row in rows {
            let key = row.and_then(|row| row.key.clone()).unwrap_or_else(|| current.clone());
            let card = match commands::follow_up_card(engine, follow_up, language, key == current).await {
                Ok(card) => card,
                Err(ActionError::Unavailable(error)) => return Err(error),
                Err(_) => continue,
            };
            if row.is_none_or(|row| row.digest != answer_digest(&card)) {
                return Ok(Some(Asked { key, row: row.cloned(), card }));
            }
        }
    }
    Ok(None)
}

/// Every message, where one of long ago may have changed.
async fn all_messages(engine: &Engine, id: ConversationId) -> Result<Vec<Message>, DbError> {
    let (mut messages, mut cursor) = (Vec::new(), None);
    loop {
        let page = engine.reader().messages(id, cursor, LOOKED_AT).await?;
        messages.extend(page.items);
        if page.next.is_none() {
            return Ok(messages);
        }
        cursor = page.next;
    }
}

/// What was handed over: the customer's last words before it that say anything; where none do, or nobody handed it over, the first ones.
async fn subject(engine: &Engine, id: ConversationId, handoff: Option<&(DateTime<Utc>, serde_json::Value)>) -> Result<Option<String>, DbError> {
    if let Some((at, details)) = handoff {
        let last = details.get("message").and_then(|message| message.as_str()?.parse().ok());
        let said = engine.reader().said_until(id, last, *at, BEGINNING).await?;
        let says_something = |text: &&String| intent::detect(text).is_none();
        let found = said.iter().filter(says_something).filter_map(|text| one_line(&plain(text), SUBJECT)).find(|words| is_telling(words));
        if found.is_some() {
            return Ok(found);
        }
    }
    first_words(engine, id).await
}

/// Whether these are more than a word or two; of Chinese a few signs are.
fn is_telling(words: &str) -> bool {
    words.chars().map(|sign| if intent::is_cjk(sign) { 3 } else { 1 }).sum::<usize>() > 12
}

/// What the customer said first, preferring more than a greeting.
async fn first_words(engine: &Engine, id: ConversationId) -> Result<Option<String>, DbError> {
    let beginning = engine.reader().messages(id, None, BEGINNING).await?.items;
    let said =
        || beginning.iter().filter(|message| message.direction == Direction::In).filter_map(|message| one_line(&plain(&message.text), SUBJECT));
    Ok(said().find(|words| is_telling(words)).or_else(|| said().next()))
}

/// The beginning of a text without its marks.
fn plain(text: &str) -> String {
    bellhop_channel::plain::plain(&text.chars().take(2_000).collect::<String>())
}
