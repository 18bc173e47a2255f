//! What a ticket will be: fields, priority, department, and why. No I/O.

use std::borrow::Cow;

use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Organisation},
    conversation::Conversation,
    desk::Desk,
    id::{MessageId, TicketId},
    invalid::FieldError,
    message::Message,
    routing::{Routing, RoutingInput, route},
    sourced::{Source, Sourced},
    template::{Around, Given, Known, Template, fill},
    ticket::{Priority, Ticket, TicketStatus, number_text},
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::Convert;
use crate::{actions::Problem, decision::Decision};

/// Characters of the customer's words that rules look at.
const TEXT_READ: usize = 20_000;

/// Everything that a new ticket is decided on.
pub(crate) struct Situation<'a> {
    pub(crate) desk: &'a Desk,
    /// The origin, if there is one.
    pub(crate) conversation: Option<&'a Conversation>,
    pub(crate) contact: &'a Contact,
    pub(crate) organisation: Option<&'a Organisation>,
    /// What the customer wrote, the oldest first.
    pub(crate) messages: &'a [Message],
    pub(crate) history: History,
}

impl Situation<'_> {
    /// What is known before there is a ticket: what the conditions of fields look at.
    pub(crate) fn known(&self, category: Option<&str>, now: DateTime<Utc>) -> RoutingInput {
        let mut input = RoutingInput::of_conversation(self.conversation, self.contact, self.organisation, self.desk, now);
        input.category = category.map(str::to_owned).or(input.category);
        input
    }
}

/// How many tickets the customer has and had.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct History {
    pub(crate) open: u32,
    pub(crate) total: u32,
}

/// A ticket that has no number yet.
#[derive(Debug)]
pub(crate) struct Planned {
    ticket: Ticket,
    created: Value,
    actor: Actor,
    /// The person, where the form says where they are and that is news.
    contact: Option<Contact>,
}

/// What the ticket would be as far as is known, whatever may still be wrong or missing.
pub(crate) fn preview(situation: &Situation<'_>, wanted: &Convert, now: DateTime<Utc>) -> Option<Ticket> {
    let (mut ticket, _) = sketch(situation, wanted, TicketId(uuid::Uuid::nil()), now).ok()?;
    send_on_its_way(situation, wanted, &mut ticket, now);
    Some(ticket)
}

/// Decides what the ticket will be, or says what is wrong or missing.
pub(crate) fn plan_ticket(
    situation: &Situation<'_>,
    wanted: &Convert,
    actor: &Actor,
    id: TicketId,
    now: DateTime<Utc>,
) -> Result<Planned, Vec<Problem>> {
    let (mut ticket, problems) = sketch(situation, wanted, id, now).map_err(|problem| vec![problem])?;
    if !problems.is_empty() {
        return Err(problems);
    }
    send_on_its_way(situation, wanted, &mut ticket, now);
    let created = json!({ "template": ticket.template, "part": !ticket.messages.is_empty(), "fields": sources(&ticket) });
    let mut contact = situation.contact.clone();
    let moved = keep_region(situation.desk, &ticket, &mut contact, now);
    Ok(Planned { ticket, created, actor: actor.clone(), contact: moved.then_some(contact) })
}

/// Department, owner and priority, by the rules.
fn send_on_its_way(situation: &Situation<'_>, wanted: &Convert, ticket: &mut Ticket, now: DateTime<Utc>) {
    let routed = decide_route(situation, ticket, now);
    if wanted.priority.is_none() {
        ticket.priority = routed.routing.priority.unwrap_or(ticket.priority);
    }
    ticket.owner = routed.routing.owner;
    routed.apply(ticket);
}

/// The ticket before it is routed, and everything that stands against making it.
fn sketch(situation: &Situation<'_>, wanted: &Convert, id: TicketId, now: DateTime<Utc>) -> Result<(Ticket, Vec<Problem>), Problem> {
    let desk = situation.desk;
    let Some(template) = desk.templates.get(&wanted.template) else {
        let all: Vec<&str> = desk.templates.keys().map(String::as_str).collect();
        return Err(problem(
            "template",
            Why::new("why-unknown-of").word("what", "thing-template").with("key", &wanted.template).with("known", all.join(", ")),
        ));
    };
    let texts: Vec<(MessageId, &str)> = situation.messages.iter().map(|message| (message.id, message.text.as_str())).collect();
    let given = Given { values: &wanted.fields, source: wanted.source, message: None };
    let input = situation.known(wanted.category.as_deref(), now);
    let around = Some(Around { desk, input: &input });
    let known = Known { contact: Some(situation.contact), messages: &texts, collected: Some(&wanted.collected), around };
    let mut filled = fill(template, &given, &known);
    filled.leave_empty(template, &wanted.left_empty, around);
    let mut problems: Vec<Problem> = filled.refusals().into_iter().map(in_fields).collect();
    let category = match category(desk, template, situation.conversation, wanted) {
        Ok(category) => category,
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let stage = template.first_stage();
    let ticket = Ticket {
        id,
        number: 0,
        version: 1,
        template: template.key.clone(),
        template_version: desk.version_of(&template.key),
        status: stage.and_then(|stage| stage.status).unwrap_or(TicketStatus::New),
        stage: stage.map(|stage| stage.key.clone()),
        priority: wanted.priority.or(template.priority).unwrap_or(Priority::Normal),
        tier: None,
        region: None,
        department: None,
        owner: None,
        followers: Vec::new(),
        category,
        fields: filled.fields,
        contact: situation.contact.id,
        conversations: situation.conversation.map(|conversation| conversation.id).into_iter().collect(),
        messages: wanted.message_ids.clone().unwrap_or_default(),
        language: situation.conversation.and_then(|conversation| conversation.language.clone()).or_else(|| situation.contact.language.clone()),
        routing: Routing::default(),
        resolved_at: None,
        withdrawn_at: None,
        merged_into: None,
        incident: false,
        rating_asked_at: None,
        rating: None,
        created_at: now,
        updated_at: now,
    };
    Ok((ticket, problems))
}

impl Planned {
    /// Gives the ticket its number and puts it into the decision, with what is to be told about it.
    pub(crate) fn add_to(self, decision: &mut Decision, number: i64) -> Ticket {
        let ticket = Ticket { number, ..self.ticket };
        let mut created = self.created;
        if let Some(details) = created.as_object_mut() {
            details.insert("number".to_owned(), Value::String(number_text(number)));
        }
        let event = |actor: &Actor, kind, details| TimelineEvent {
            conversation: ticket.conversations.first().copied(),
            ticket: Some(ticket.id),
            at: ticket.created_at,
            actor: actor.clone(),
            kind,
            details,
        };
        decision.timeline.push(event(&self.actor, TimelineKind::TicketCreated, created));
        decision.timeline.push(event(&Actor::System, TimelineKind::Routed, routing_details(&ticket)));
        decision.new_ticket = Some(ticket.clone());
        if let Some(contact) = self.contact {
            match decision.new_contact.as_mut().or(decision.contact.as_mut()) {
                Some(person) => person.region = contact.region,
                None => decision.contact = Some(contact),
            }
        }
        ticket
    }
}

/// Keeps where the ticket's form says that the person is; answers whether that is news. An agent's correction of the form speaks for it too.
pub(crate) fn keep_region(desk: &Desk, ticket: &Ticket, contact: &mut Contact, now: DateTime<Utc>) -> bool {
    let Some(template) = desk.form_of(ticket) else { return false };
    let said = template.fields.iter().filter(|field| field.region).find_map(|field| {
        let held = ticket.fields.get(&field.key).filter(|held| held.source != Source::Default)?;
        Some((format!("{}.{}", template.key, field.key), desk.region_said(&held.value)?))
    });
    let Some((by, region)) = said else { return false };
    let changed = contact.region.set(Sourced { value: region.to_owned(), source: Source::Form, by: Some(by), at: now, warning: None });
    if changed {
        contact.updated_at = now;
    }
    changed
}

/// Where a ticket goes, and for whom.
pub(crate) struct Routed {
    pub(crate) routing: Routing,
    tier: Option<String>,
    region: Option<String>,
}

impl Routed {
    /// Writes department, tier, region and reasons into the ticket; priority and owner are the caller's to decide.
    pub(crate) fn apply(self, ticket: &mut Ticket) {
        ticket.tier = self.tier;
        ticket.region = self.region;
        ticket.department.clone_from(&self.routing.department);
        ticket.routing = self.routing;
    }
}

/// Tries the rules on a ticket as it stands.
pub(crate) fn decide_route(situation: &Situation<'_>, ticket: &Ticket, now: DateTime<Utc>) -> Routed {
    let input = routing_input(situation, ticket, now);
    let (tier, region) = (input.tier.as_ref().map(|tier| tier.value.clone()), input.region.as_ref().map(|region| region.value.clone()));
    Routed { routing: route(situation.desk, &input), tier, region }
}

/// What the rules look at for a ticket.
pub(crate) fn routing_input(situation: &Situation<'_>, ticket: &Ticket, now: DateTime<Utc>) -> RoutingInput {
    let mut contact = Cow::Borrowed(situation.contact);
    if situation.desk.form_of(ticket).is_some_and(|template| template.fields.iter().any(|field| field.region)) {
        keep_region(situation.desk, ticket, contact.to_mut(), now);
    }
    let mut input = RoutingInput::of_conversation(situation.conversation, &contact, situation.organisation, situation.desk, now);
    input.language = ticket.language.clone().or(input.language);
    input.template = Some(ticket.template.clone());
    input.category.clone_from(&ticket.category);
    input.priority = Some(ticket.priority);
    input.fields.clone_from(&ticket.fields);
    input.tickets_open = situation.history.open;
    input.tickets_total = situation.history.total;
    input.text = joined(situation.messages);
    input
}

/// Rule, result and reasons, for the timeline.
pub(crate) fn routing_details(ticket: &Ticket) -> Value {
    json!({
        "rule": ticket.routing.rule,
        "department": ticket.routing.department,
        "owner": ticket.routing.owner,
        "priority": ticket.priority,
        "tier": ticket.tier,
        "region": ticket.region,
        "reasons": ticket.routing.reasons,
    })
}

fn joined(messages: &[Message]) -> Option<String> {
    let text: String = messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n").chars().take(TEXT_READ).collect();
    (!text.is_empty()).then_some(text)
}

/// Where each field's value came from, without the values.
fn sources(ticket: &Ticket) -> Map<String, Value> {
    ticket.fields.iter().map(|(key, field)| (key.clone(), json!({ "source": field.source, "message": field.message }))).collect()
}

fn category(desk: &Desk, template: &Template, conversation: Option<&Conversation>, wanted: &Convert) -> Result<Option<String>, Problem> {
    let offered = |key: &str| desk.offers(template, key);
    match &wanted.category {
        Some(key) if offered(key) => Ok(Some(key.clone())),
        Some(key) => Err(problem("category", Why::new("why-category-not-offered").with("template", &template.key).with("category", key))),
        None => Ok(conversation.and_then(|conversation| conversation.category.clone()).filter(|key| offered(key))),
    }
}

pub(crate) fn in_fields(error: FieldError) -> Problem {
    problem(&format!("fields.{}", error.field), error.message)
}

fn problem(field: &str, message: Why) -> Problem {
    Problem { field: field.to_owned(), message }
}

#[cfg(test)]
mod tests;
