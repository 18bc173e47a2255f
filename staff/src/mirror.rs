//! What a conversation's topic needs next: one call at a time, worked out from what is and what is shown.

use std::collections::HashMap;

use bellhop_channel::{
    OutAttachment,
    staff::{StaffCapabilities, StaffPost, TopicLook},
};
use bellhop_domain::{
    conversation::ConversationStatus,
    id::{ConversationId, MessageId},
    message::Message,
};
use bellhop_engine::{commands::Choice, links::Links};
use bellhop_store::staff::{StaffChange, StaffMessage, StaffPostRow, StaffTopic};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    card::card,
    facts::{Asked, Facts, LATE_FILES},
    pace::Urgency,
    say::{Said, answer_digest},
    transcript::{files, is_fetching, news, pieces, told},
    writing::{digest, escaped, fitted},
};

/// Messages with which a topic begins; what was said before is passed over.
const TRANSCRIPT: usize = 60;
/// How long a message waits for its files, so that they stand in one post.
const WAIT_FOR_FILES: TimeDelta = TimeDelta::seconds(5);
/// Begins the digest of a call that says who came.
const OFF: &str = "off:";
/// What stands between messages in one post.
const BETWEEN: &str = "\n\n";

/// One call, and what it changes.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) conversation: ConversationId,
    /// The topic's id; none before it is opened.
    pub(crate) topic: Option<String>,
    pub(crate) urgency: Urgency,
    pub(crate) call: Call,
}

/// A call that a topic needs.
#[derive(Clone)]
pub(crate) enum Call {
    /// Nothing is to be called any more: what is known is up to date.
    Settle,
    /// Opens the topic.
    Open { key: String, look: TopicLook, digest: String, card: Option<Opening> },
    /// Passes over what was said before the transcript begins.
    PassOver(MessageId),
    /// Brings the topic back.
    Reopen,
    /// Puts it away.
    Archive,
    /// Gives it its look.
    Dress { look: TopicLook, digest: String },
    /// Posts messages, and writes down which.
    Post { post: StaffPost, rows: Vec<StaffMessage> },
    /// Tells something about a message.
    Tell { post: StaffPost, row: StaffMessage },
    /// Posts files that came after their message.
    Files { post: StaffPost, row: StaffMessage, piece: i64 },
    /// Takes a post back, and forgets what stood in it.
    Remove { id: String, gone: Vec<StaffChange> },
    /// Changes a post of messages.
    Edit { id: String, post: StaffPost, rows: Vec<StaffMessage> },
    /// Posts the card.
    Card { key: String, text: String, choices: Vec<Choice>, digest: String },
    /// Changes the card.
    EditCard { id: String, text: String, choices: Vec<Choice>, digest: String },
    /// Changes the card of the ticket in the making.
    Review { row: StaffPostRow, said: Box<Said>, digest: String },
    /// Shows a question to another department, outside all topics.
    Asked { row: Option<StaffPostRow>, said: Box<Said>, digest: String },
    /// Keeps the card in sight.
    Pin { id: String },
    /// Calls for somebody, outside all topics.
    Wanted { key: String, text: String, choices: Vec<Choice>, digest: String, waiting_since: DateTime<Utc> },
    /// Says who came.
    Found { id: String, text: String, digest: String, called_for: Option<DateTime<Utc>> },
}

/// The card with which a topic begins.
#[derive(Clone)]
pub(crate) struct Opening {
    pub(crate) text: String,
    pub(crate) choices: Vec<Choice>,
    pub(crate) digest: String,
}

/// What a conversation needs.
pub(crate) enum Need {
    /// Nothing now.
    Nothing,
    /// Nothing before this time.
    Later(DateTime<Utc>),
    /// This.
    Step(Box<Step>),
}

/// What the topic of a conversation needs next; before `title_from` its title may not be changed.
pub(crate) fn need(facts: &Facts, capabilities: &StaffCapabilities, links: &Links, title_from: Option<DateTime<Utc>>) -> Need {
    let step = |urgency: Urgency, call: Call| {
        let topic = facts.topic.as_ref().and_then(|topic| topic.topic.clone());
        Need::Step(Box::new(Step { conversation: facts.conversation.id, topic, urgency, call }))
    };
    let look = facts.look(capabilities);
    let mut parts = vec![look.title.clone(), format!("{:?}", look.colour)];
    if capabilities.tags {
        parts.extend([look.status_name.clone(), look.tier.clone().unwrap_or_default()]);
    }
    let look_digest = digest(&parts.iter().map(String::as_str).collect::<Vec<_>>());
    let is_live = facts.is_with_people();
    let asked = facts.asked.as_ref().map(|Asked { key, row, card }| {
        let said = Said { key: Some(key.clone()), ..Said::answering("", Some(facts.conversation.id), card.clone(), None) };
        Call::Asked { row: row.clone(), digest: answer_digest(card), said: Box::new(said) }
    });
    if let Some(call @ Call::Asked { row: None, .. }) = &asked {
        return step(Urgency::Call, call.clone());
    }
    if let Some(call) = asked.clone().filter(|_| !is_live) {
        return step(Urgency::Card, call);
    }
    let Some(topic) = facts.topic.as_ref().filter(|topic| topic.topic.is_some()) else {
        if !is_live {
            return Need::Nothing;
        }
        let openings = facts.topic.as_ref().map_or(0, |topic| topic.openings);
        let key = format!("{}-{}", facts.conversation.id, openings + 1);
        let opening = capabilities.opens_with_post.then(|| {
            let (text, choices) = card(facts, capabilities);
            Opening { digest: card_digest(&text, &choices), text, choices }
        });
        return step(Urgency::Opening, Call::Open { key, look, digest: look_digest, card: opening });
    };
    // Where topics doze off by themselves, one wakes up when there is something new.
    let has_news = || matches!(unseen(facts, capabilities, links), Need::Step(_)) || told_later(facts, links).is_some();
    if is_live && topic.archived && (!capabilities.dozes || has_news()) {
        return step(Urgency::News, Call::Reopen);
    }
    let mut later = None;
    if is_live || !topic.archived {
        if let Some(call) = called_out(facts, topic, &look.title) {
            return step(Urgency::Call, call);
        }
        if topic.card.is_none() {
            let (text, choices) = card(facts, capabilities);
            let digest = card_digest(&text, &choices);
            let key = format!("card-{}-{}-{}", facts.conversation.id, topic.openings, facts.conversation.version);
            return step(Urgency::Opening, Call::Card { key, text, choices, digest });
        }
        let urgency = if facts.shown.is_empty() { Urgency::Opening } else { Urgency::News };
        match unseen(facts, capabilities, links) {
            Need::Step(posting) => return step(urgency, posting.call),
            Need::Later(at) => later = Some(at),
            Need::Nothing => {}
        }
        if let Some(call) = told_later(facts, links) {
            return step(Urgency::News, call);
        }
    }
    if let Some(call) = erased(facts) {
        return step(Urgency::Follow, call);
    }
    if let Some(call) = changed(facts, capabilities) {
        return step(Urgency::Follow, call);
    }
    if let Some(call) = called_off(facts, topic) {
        return step(Urgency::Card, call);
    }
    if let Some(call) = asked {
        return step(Urgency::Card, call);
    }
    let (text, choices) = card(facts, capabilities);
    let digest = card_digest(&text, &choices);
    if let Some(id) = topic.card.clone().filter(|_| digest != topic.card_digest) {
        return step(Urgency::Card, Call::EditCard { id, text, choices, digest });
    }
    if let Some((row, answer)) = &facts.review {
        let digest = answer_digest(answer);
        let said = Box::new(Said::answering("", Some(facts.conversation.id), answer.clone(), None));
        return step(Urgency::Card, Call::Review { row: row.clone(), said, digest });
    }
    if let Some(id) = topic.card.clone().filter(|_| !topic.pinned) {
        return step(Urgency::Tidy, Call::Pin { id });
    }
    if topic.look != look_digest
        && let Some(from) = title_from.filter(|from| *from > facts.now)
    {
        later = Some(later.map_or(from, |at| at.min(from)));
        if !is_live && !topic.archived {
            return step(Urgency::Tidy, Call::Archive);
        }
    } else if topic.look != look_digest {
        return step(Urgency::Tidy, Call::Dress { look, digest: look_digest });
    }
    match later {
        Some(at) => Need::Later(at),
        None if !is_live && !topic.archived => step(Urgency::Tidy, Call::Archive),
        None if topic.stale => step(Urgency::Tidy, Call::Settle),
        None => Need::Nothing,
    }
}

fn card_digest(text: &str, choices: &[Choice]) -> String {
    let mut parts = vec![text];
    parts.extend(choices.iter().flat_map(|choice| [choice.label.as_str(), choice.line.as_str()]));
    digest(&parts)
}

/// Who waits is called out once for each wait.
fn called_out(facts: &Facts, topic: &StaffTopic, title: &str) -> Option<Call> {
    let waiting_since = facts.conversation.queued_at.filter(|_| facts.conversation.status == ConversationStatus::Queued)?;
    if topic.called_for == Some(waiting_since) {
        return None;
    }
    let department = facts.conversation.department.as_deref();
    let department = department.map(|key| facts.named(key, facts.desk.departments.get(key).map(|department| &department.name)));
    let mut text = facts.say("staff-call", &[("title", (&format!("**{}**", escaped(title))).into())]);
    if let Some(department) = department {
        text.push_str(" · ");
        text.push_str(&department);
    }
    let choices = vec![Choice { label: facts.say("staff-button-take", &[]), line: "/take".to_owned() }];
    let key = format!("call-{}-{}", facts.conversation.id, waiting_since.timestamp_micros());
    Some(Call::Wanted { key, digest: digest(&[&text]), text, choices, waiting_since })
}

/// The call says who came, or that nobody is needed any more.
fn called_off(facts: &Facts, topic: &StaffTopic) -> Option<Call> {
    let id = topic.call.clone()?;
    let is_erased = facts.contact.erased_at.is_some();
    if !is_erased && (facts.conversation.status == ConversationStatus::Queued || topic.call_digest.starts_with(OFF)) {
        return None;
    }
    let name = format!("**{}**", escaped(&facts.name()));
    let text = match (facts.conversation.status, facts.assignee()) {
        (ConversationStatus::Open | ConversationStatus::Snoozed, Some(agent)) => {
            facts.say("staff-call-taken", &[("agent", (&escaped(&agent)).into()), ("name", (&name).into())])
        }
        _ => facts.say("staff-call-over", &[("name", (&name).into())]),
    };
    let digest = format!("{OFF}{}", digest(&[&text]));
    (topic.call_digest != digest).then_some(Call::Found { id, text, digest, called_for: topic.called_for })
}

/// The next post of messages that do not stand in the topic yet.
fn unseen(facts: &Facts, capabilities: &StaffCapabilities, links: &Links) -> Need {
    let missing = |message: &&Message| !facts.shown.contains_key(&message.id);
    let some = |call| Need::Step(Box::new(Step { conversation: facts.conversation.id, topic: None, urgency: Urgency::News, call }));
    if facts.shown.is_empty() && facts.messages.len() > TRANSCRIPT {
        let last_before = facts.messages.len() - TRANSCRIPT - 1;
        if let Some(message) = facts.messages.get(last_before) {
            return some(Call::PassOver(message.id));
        }
    }
    // The rest of a long message comes before what was said after it.
    if let Some(call) = facts.messages.iter().find_map(|message| rest_of(facts, message, capabilities)) {
        return some(call);
    }
    let unit = capabilities.text_unit;
    let (mut text, mut rows, mut attachments, mut ids) = (String::new(), Vec::new(), Vec::new(), Vec::new());
    for message in facts.messages.iter().filter(missing) {
        if is_fetching(message) && facts.now - message.created_at < WAIT_FOR_FILES {
            if rows.is_empty() {
                return Need::Later(message.created_at + WAIT_FOR_FILES);
            }
            break;
        }
        let all = pieces(facts, message, capabilities);
        let Some(piece) = all.first() else { continue };
        let joined = if text.is_empty() { piece.clone() } else { format!("{text}{BETWEEN}{piece}") };
        if !rows.is_empty() && (all.len() > 1 || unit.count(&joined) > capabilities.max_text) {
            break;
        }
        text = joined;
        let (found, bits) = files(message, 0, links);
        attachments = found;
        ids.push(message.id.to_string());
        rows.push(row(message.id, 0, piece, told(news(facts, message, None).as_ref()), bits));
        if !attachments.is_empty() || all.len() > 1 {
            break;
        }
    }
    let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Need::Nothing };
    let post = StaffPost { attachments, ..StaffPost::text(format!("{first}-{last}"), text) };
    some(Call::Post { post, rows })
}

/// The next piece of a message of which the first ones stand in the topic.
fn rest_of(facts: &Facts, message: &Message, capabilities: &StaffCapabilities) -> Option<Call> {
    let rows = facts.shown.get(&message.id)?;
    if rows.iter().any(|row| row.own || row.post.is_none()) {
        return None;
    }
    let all = pieces(facts, message, capabilities);
    let text = all.get(rows.len())?;
    // A message in a post with others stays in it.
    let first = rows.first().and_then(|row| row.post.as_deref());
    if rows.len() == 1 && first.is_some_and(|first| rows_at(facts, first) > 1) {
        return None;
    }
    let piece = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let told = rows.first().map(|row| row.told.clone()).unwrap_or_default();
    let post = StaffPost { silent: true, ..StaffPost::text(format!("{}-{piece}", message.id), text.clone()) };
    Some(Call::Post { post, rows: vec![row(message.id, piece, text, told, 0)] })
}

/// How many messages stand in a post.
fn rows_at(facts: &Facts, post: &str) -> usize {
    facts.shown.values().flatten().filter(|row| row.post.as_deref() == Some(post)).count()
}

fn row(message: MessageId, piece: i64, text: &str, told: String, files: i64) -> StaffMessage {
    StaffMessage { message, piece, post: None, own: false, digest: digest(&[text]), told, files }
}

/// What became of a message later: it failed, the customer reacted, its files are here.
fn told_later(facts: &Facts, links: &Links) -> Option<Call> {
    for message in &facts.messages {
        let Some(first) = facts.shown.get(&message.id).and_then(|rows| rows.first()).filter(|row| row.post.is_some()) else { continue };
        let news = news(facts, message, Some(first).filter(|first| first.own));
        let told = told(news.as_ref());
        if told != first.told {
            let row = StaffMessage { told: told.clone(), ..first.clone() };
            let Some(text) = news else { continue };
            let post = StaffPost { reply_to: first.post.clone(), ..StaffPost::text(format!("told-{}-{told}", message.id), text) };
            return Some(Call::Tell { post, row });
        }
        let (attachments, bits) = if first.own { (Vec::new(), 0) } else { files(message, first.files, links) };
        if !attachments.is_empty() {
            let names = attachments.iter().map(|file: &OutAttachment| format!("📎 {}", escaped(&file.name)));
            let text = names.collect::<Vec<_>>().join("\n");
            let post = StaffPost { attachments, reply_to: first.post.clone(), ..StaffPost::text(format!("files-{}-{bits}", message.id), text) };
            let before = facts.late_files.iter().filter(|row| row.message == message.id).count();
            let piece = LATE_FILES + i64::try_from(before).unwrap_or(0);
            return Some(Call::Files { post, row: StaffMessage { files: bits, ..first.clone() }, piece });
        }
    }
    None
}

/// Of somebody who was erased no file stays, and nothing that was written to them here.
fn erased(facts: &Facts) -> Option<Call> {
    facts.contact.erased_at?;
    if let Some(left) = facts.leftovers.first() {
        let gone = vec![StaffChange::NoPost { place: left.place.clone(), post: left.post.clone() }];
        return Some(Call::Remove { id: left.post.clone(), gone });
    }
    let rows = || facts.shown.values().flatten().chain(&facts.late_files);
    let is_left = |row: &&StaffMessage| row.post.is_some() && (row.own || row.files != 0 || row.piece >= LATE_FILES);
    let id = rows().find(is_left)?.post.clone()?;
    let gone = rows().filter(|row| row.post.as_deref() == Some(&id)).map(|row| StaffMessage { post: None, files: 0, ..row.clone() });
    let gone = gone.map(|row| StaffChange::Message(facts.conversation.id, row)).collect();
    Some(Call::Remove { id, gone })
}

/// A post whose messages look different now.
fn changed(facts: &Facts, capabilities: &StaffCapabilities) -> Option<Call> {
    let mut in_post: HashMap<&str, Vec<&Message>> = HashMap::new();
    for message in &facts.messages {
        for row in facts.shown.get(&message.id).into_iter().flatten().filter(|row| !row.own) {
            let Some(post) = row.post.as_deref() else { continue };
            in_post.entry(post).or_default().push(message);
        }
    }
    for message in &facts.messages {
        let Some(rows) = facts.shown.get(&message.id) else { continue };
        if rows.iter().any(|row| row.own || row.post.is_none()) {
            continue;
        }
        let all = pieces(facts, message, capabilities);
        for (at, known) in rows.iter().enumerate() {
            let text = all.get(at).cloned().unwrap_or_else(|| "—".to_owned());
            if digest(&[&text]) == known.digest {
                continue;
            }
            let Some(id) = known.post.clone() else { continue };
            let together = in_post.get(id.as_str()).filter(|together| together.len() > 1);
            let (text, rows) = match together {
                None => (text.clone(), vec![StaffMessage { digest: digest(&[&text]), ..known.clone() }]),
                // What is older than what is looked at stays in its post as it was.
                Some(together) if together.len() < rows_at(facts, &id) => continue,
                Some(together) => all_of(facts, together, capabilities),
            };
            let post = StaffPost::text(format!("{}-edit", message.id), fitted(&text, capabilities.max_text, capabilities.text_unit));
            return Some(Call::Edit { id, post, rows });
        }
    }
    None
}

/// The text of a post with several messages as they are now.
fn all_of(facts: &Facts, messages: &[&Message], capabilities: &StaffCapabilities) -> (String, Vec<StaffMessage>) {
    let (mut texts, mut rows) = (Vec::new(), Vec::new());
    for message in messages {
        let Some(known) = facts.shown.get(&message.id).and_then(|rows| rows.first()) else { continue };
        let text = pieces(facts, message, capabilities).into_iter().next().unwrap_or_default();
        rows.push(StaffMessage { digest: digest(&[&text]), ..known.clone() });
        texts.push(text);
    }
    (texts.join(BETWEEN), rows)
}
