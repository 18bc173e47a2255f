//! What happened to a ticket, in sentences, with what was said in its conversations.

use bellhop_domain::{
    actor::Actor,
    message::Direction,
    ticket::{Ticket, TicketStatus},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_engine::{actions::ActionError, desk::DeskSnapshot};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::{
    clean::Clean,
    shell::{Moment, Shell, Visit},
};

/// Events that are shown, the latest.
const SHOWN: u32 = 200;
/// Messages of each conversation that are shown, the latest.
const MESSAGES: u32 = 100;

/// Something that happened, or was said.
pub(in crate::console) struct Event {
    pub(in crate::console) at: Moment,
    pub(in crate::console) who: String,
    /// What happened; empty for a message.
    pub(in crate::console) what: String,
    /// What changed, from what to what.
    pub(in crate::console) details: Vec<(String, String)>,
    /// What was said: `in`, `out` or `note`, and the words.
    pub(in crate::console) said: Option<(&'static str, String, Option<Clean>)>,
    order: DateTime<Utc>,
}

/// Everything about a ticket, in order.
pub(in crate::console) async fn events(visit: &Visit, ticket: &Ticket) -> Result<Vec<Event>, ActionError> {
    let (reader, shell, desk) = (visit.engine().reader(), &visit.shell, visit.engine().desk());
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = reader.timeline_of_ticket(ticket.id, cursor, SHOWN).await?;
        found.extend(page.items.iter().filter(|event| event.kind != TimelineKind::Message).map(|event| happened(shell, &desk, ticket, event)));
        if page.next.is_none() || found.len() > 1000 {
            break;
        }
        cursor = page.next;
    }
    if shell.may_see {
        for conversation in ticket.conversations.iter().take(20) {
            for message in reader.last_messages(*conversation, MESSAGES).await? {
                let is_gone = message.extras.deleted_at.is_some();
                let text = if is_gone { shell.say("deleted-marker") } else { message.text.clone() };
                let (kind, ours) = match message.direction {
                    Direction::In => ("in", None),
                    Direction::Out => ("out", Some(Clean::message(&text))),
                    Direction::Note => ("note", Some(Clean::message(&text))),
                };
                found.push(Event {
                    at: shell.moment(&message.created_at),
                    who: message.author_name.clone().unwrap_or_else(|| who(shell, &message.author)),
                    what: String::new(),
                    details: Vec::new(),
                    said: Some((kind, text, ours)),
                    order: message.created_at,
                });
            }
        }
    }
    found.sort_by_key(|event| event.order);
    Ok(found)
}

fn who(shell: &Shell, actor: &Actor) -> String {
    match actor {
        Actor::Contact { .. } => shell.say("review-customer"),
        Actor::Bot => shell.say("console-author-bot"),
        Actor::System => shell.say("console-author-system"),
        actor => actor.name().unwrap_or_default().to_owned(),
    }
}

fn happened(shell: &Shell, desk: &DeskSnapshot, ticket: &Ticket, event: &TimelineEvent) -> Event {
    let key = format!("console-event-{}", event.kind.as_str().replace('_', "-"));
    let mut details = Vec::new();
    if let Value::Object(map) = &event.details {
        for (name, value) in map {
            if matches!(name.as_str(), "reasons" | "version" | "messages" | "message" | "step" | "number" | "part" | "created") {
                continue;
            }
            let fields = value.as_object().filter(|_| name == "fields").map(|fields| labels(shell, desk, ticket, fields.keys()));
            if let Some(text) = fields.or_else(|| plain(shell, desk, name, value)) {
                details.push((detail_label(shell, name), text));
            }
        }
    }
    Event { at: shell.moment(&event.at), who: who(shell, &event.actor), what: shell.say(&key), details, said: None, order: event.at }
}

/// What fields are called. What stood in them is on the page; which ones they were is told here.
fn labels<'k>(shell: &Shell, desk: &DeskSnapshot, ticket: &Ticket, keys: impl Iterator<Item = &'k String>) -> String {
    let template = desk.form_of(ticket);
    let label = |key: &String| match template.and_then(|template| template.field(key)) {
        Some(field) => shell.named(Some(&field.label), key),
        None => key.replace('_', " "),
    };
    keys.map(label).collect::<Vec<_>>().join(", ")
}

/// A name for people where there is one, else the word itself.
fn detail_label(shell: &Shell, name: &str) -> String {
    let key = format!("console-detail-{}", name.replace('_', "-"));
    let said = shell.say(&key);
    if said == key { name.replace('_', " ") } else { said }
}

fn plain(shell: &Shell, desk: &DeskSnapshot, name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(match name {
            "department" => shell.department(desk, text),
            "template" => shell.named(desk.templates.get(text).map(|template| &template.title), text),
            "tier" => shell.named(desk.tiers.get(text).map(|tier| &tier.name), text),
            "region" => shell.named(desk.regions.get(text).map(|region| &region.name), text),
            "priority" => shell.say(&format!("choice-{text}")),
            "status" | "from" | "to" => TicketStatus::parse(text).map_or_else(|| text.clone(), |status| shell.say(&super::status_words(status))),
            _ => text.clone(),
        }),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(|item| plain(shell, desk, name, item)).collect();
            (!items.is_empty()).then(|| items.join(", "))
        }
        Value::Object(map) => {
            let part = |key: &str| map.get(key).and_then(|value| plain(shell, desk, name, value));
            match (part("from"), part("to")) {
                (from, Some(to)) => Some(format!("{} → {to}", from.unwrap_or_else(|| "–".to_owned()))),
                (Some(from), None) => Some(format!("{from} → –")),
                (None, None) => {
                    let parts: Vec<String> =
                        map.iter().filter_map(|(key, value)| Some(format!("{key}: {}", plain(shell, desk, key, value)?))).collect();
                    (!parts.is_empty()).then(|| parts.join(", "))
                }
            }
        }
    }
}
