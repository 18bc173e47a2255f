//! What happened to a ticket, in sentences, with what was said in its conversations.

use bellhop_domain::{
    actor::Actor,
    message::Direction,
    ticket::{Relation, Ticket, TicketStatus},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_engine::{
    actions::ActionError,
    desk::DeskSnapshot,
    systems::{Systems, name_of},
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use super::super::{
    clean::Clean,
    shell::{Moment, Shell, Visit},
};
use crate::weight;

/// Events and messages that are shown at most; long ones leave room for fewer.
const SHOWN: u32 = 150;
/// Bytes that an event adds to a page besides its words.
const EVENT: usize = 150;

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
    /// Where a message can be read that is too long for the page.
    pub(in crate::console) whole: Option<String>,
    order: DateTime<Utc>,
    bytes: usize,
}

/// What happened to a ticket and was said about it.
pub(in crate::console) struct Events {
    /// In order.
    pub(in crate::console) items: Vec<Event>,
    /// The moment before which there is more.
    pub(in crate::console) earlier: Option<String>,
    /// There is more after these.
    pub(in crate::console) is_past: bool,
}

/// The newest events of a ticket, or those before a moment.
pub(in crate::console) async fn events(visit: &Visit, ticket: &Ticket, before: Option<DateTime<Utc>>) -> Result<Events, ActionError> {
    let (reader, shell, desk) = (visit.engine().reader(), &visit.shell, visit.engine().desk());
    let systems = &visit.engine().settings().systems;
    let until = before.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let timeline = reader.timeline_of_ticket_before(ticket.id, until, SHOWN).await?;
    // Of what was not read to its beginning, nothing is known before its oldest.
    let mut known_since = timeline.first().filter(|_| timeline.len() >= SHOWN as usize).map(|event| event.at);
    let mut found: Vec<Event> =
        timeline.iter().filter(|event| event.kind != TimelineKind::Message).map(|event| happened(shell, &desk, systems, ticket, event)).collect();
    if shell.may_see {
        for conversation in &ticket.conversations {
            let messages = reader.messages_older_than(*conversation, until, SHOWN).await?;
            let oldest = messages.first().filter(|_| messages.len() >= SHOWN as usize).map(|message| message.created_at);
            known_since = known_since.max(oldest);
            for message in messages {
                let is_gone = message.extras.deleted_at.is_some();
                let beginning = weight::beginning(&message.text).filter(|_| !is_gone).map(|beginning| format!("{beginning}…"));
                let whole = beginning.is_some().then(|| format!("{}/console/inbox/{conversation}/messages/{}", shell.root, message.id));
                let text = if is_gone { shell.say("deleted-marker") } else { beginning.unwrap_or_else(|| message.text.clone()) };
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
                    whole,
                    order: message.created_at,
                    bytes: weight::of_message(&message),
                });
            }
        }
    }
    found.retain(|event| known_since.is_none_or(|since| event.order >= since));
    found.sort_by_key(|event| event.order);
    let from = weight::page_begins(&found, SHOWN as usize, |event| event.bytes, |event| event.order);
    let items = found.split_off(from);
    let has_more = from > 0 || known_since.is_some();
    let earlier = items.first().filter(|_| has_more).map(|event| event.order.to_rfc3339_opts(SecondsFormat::Micros, true));
    Ok(Events { items, earlier, is_past: before.is_some() })
}

fn who(shell: &Shell, actor: &Actor) -> String {
    match actor {
        Actor::Contact { .. } => shell.say("review-customer"),
        Actor::Bot => shell.say("console-author-bot"),
        Actor::System => shell.say("console-author-system"),
        actor => actor.name().unwrap_or_default().to_owned(),
    }
}

fn happened(shell: &Shell, desk: &DeskSnapshot, systems: &Systems, ticket: &Ticket, event: &TimelineEvent) -> Event {
    let mut key = format!("console-event-{}", event.kind.as_str().replace('_', "-"));
    // What happens to a case or to something to be done has words of its own.
    if matches!(event.kind, TimelineKind::Referenced | TimelineKind::FollowUp)
        && let Some(step) = event.details.get("step").and_then(Value::as_str)
    {
        key = format!("{key}-{}", step.replace('_', "-"));
    }
    let mut details = Vec::new();
    if let Value::Object(map) = &event.details {
        for (name, value) in map {
            if matches!(
                name.as_str(),
                "reasons" | "version" | "messages" | "message" | "step" | "number" | "part" | "created" | "follow_up" | "reference"
            ) {
                continue;
            }
            let own = match (name.as_str(), value.as_str()) {
                ("system", Some(key)) => Some(name_of(systems, key).to_owned()),
                ("due_at", Some(at)) => DateTime::parse_from_rfc3339(at).ok().map(|at| shell.moment(&at.to_utc()).shown),
                ("agent", Some(key)) => desk.agents.get(key).map(|agent| agent.name.clone()),
                // How it stands to the other ticket is told with its number.
                ("ticket", _) if map.contains_key("relation") => continue,
                ("relation", Some(word)) => Relation::parse(word).map(|relation| {
                    let other = map.get("ticket").and_then(Value::as_str).unwrap_or_default();
                    shell.say_of(&relation.words_key(), "ticket", other)
                }),
                ("late", None) => Some("✓".to_owned()),
                _ => None,
            };
            let fields = value.as_object().filter(|_| name == "fields").map(|fields| labels(shell, desk, ticket, fields.keys()));
            if let Some(text) = own.or(fields).or_else(|| plain(shell, desk, name, value)) {
                details.push((detail_label(shell, name), text));
            }
        }
    }
    let bytes = EVENT + details.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>();
    Event {
        at: shell.moment(&event.at),
        who: who(shell, &event.actor),
        what: shell.say(&key),
        details,
        said: None,
        whole: None,
        order: event.at,
        bytes,
    }
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
            "followers" => text.parse().ok().and_then(|id| desk.agent(id)).map_or_else(|| text.clone(), |agent| agent.name.clone()),
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
