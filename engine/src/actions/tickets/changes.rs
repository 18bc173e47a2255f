//! What a change does to a ticket, and what is wrong with it. No I/O.

use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Organisation},
    desk::Desk,
    id::AgentId,
    routing::{RoutingInput, effective_region, effective_tier},
    sourced::{Held, Source, Sourced},
    template::{Around, Template, validate_value},
    ticket::{FieldValue, IllegalMove, Move, Priority, Ticket, TicketStatus},
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::happened;
use crate::actions::{
    ActionError, Problem,
    lookup::{Changes, check_category, check_department, known, working_agent},
};

/// What is to be changed of a ticket; what is absent stays, what is `Some(None)` is cleared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TicketPatch {
    /// Where it is.
    pub status: Option<TicketStatus>,
    /// Key of the template's own stage.
    pub stage: Option<String>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// Key of the department.
    pub department: Option<Option<String>>,
    /// Key, id or mail address of the agent who has it.
    pub owner: Option<Option<String>>,
    /// Keys, ids or mail addresses of the agents who are told of changes, all of them.
    pub followers: Option<Vec<String>>,
    /// Key of the category.
    pub category: Option<Option<String>>,
    /// Values by the fields' keys; null clears one.
    pub fields: Option<Map<String, Value>>,
    /// Key of the customer's tier, as the agent's word.
    pub tier: Option<Option<String>>,
    /// Key of the customer's region, as the agent's word.
    pub region: Option<Option<String>>,
}

/// Changes the ticket by the form that it was made with, or says everything that is wrong; `known` is what the conditions of fields look at.
pub(super) fn apply(desk: &Desk, patch: &TicketPatch, ticket: &mut Ticket, known: &RoutingInput, now: DateTime<Utc>) -> Result<(), Vec<Problem>> {
    let template = desk.form_of(ticket);
    let around = Around { desk, input: known };
    let mut problems = Vec::new();
    check_names(desk, patch, &mut problems);
    if let (Some(Some(key)), Some(template)) = (&patch.category, template)
        && desk.categories.contains_key(key)
        && !desk.offers(template, key)
    {
        let message = Why::new("why-category-not-offered").with("template", &template.key).with("category", key);
        problems.push(Problem { field: "category".to_owned(), message });
    }
    if let Some(fields) = &patch.fields {
        set_fields(template, fields, ticket, around, &mut problems);
    }
    if let Some(priority) = patch.priority {
        ticket.priority = priority;
    }
    if let Some(category) = &patch.category {
        ticket.category.clone_from(category);
    }
    set_people(desk, patch, ticket, &mut problems);
    let to = Move { status: patch.status, stage: patch.stage.as_deref() };
    if let Err(refusal) = ticket.move_to(to, template, Some(around), now) {
        problems.extend(refused(&refusal));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Keeps tier and region as the agent's word on the person, or clears it; answers whether the person changed.
pub(super) fn apply_to_contact(
    desk: &Desk,
    patch: &TicketPatch,
    contact: &mut Contact,
    organisation: Option<&Organisation>,
    ticket: &mut Ticket,
    actor: &Actor,
    now: DateTime<Utc>,
) -> bool {
    let mut changed = false;
    if let Some(tier) = &patch.tier {
        changed |= set_as_agent(&mut contact.tier, tier.as_ref(), actor, now);
        ticket.tier = effective_tier(contact, organisation, desk).map(|tier| tier.value);
    }
    if let Some(region) = &patch.region {
        changed |= set_as_agent(&mut contact.region, region.as_ref(), actor, now);
        ticket.region = effective_region(contact, organisation, desk).map(|region| region.value);
    }
    changed
}

/// An agent's word on a person: sticks until an agent clears it.
pub(in crate::actions) fn set_as_agent<T: Clone + PartialEq>(held: &mut Held<T>, value: Option<&T>, actor: &Actor, at: DateTime<Utc>) -> bool {
    match value {
        Some(value) => held.set(Sourced { value: value.clone(), source: Source::Agent, by: by(actor), at, warning: None }),
        None => held.clear(Source::Agent),
    }
}

fn by(actor: &Actor) -> Option<String> {
    match actor {
        Actor::Agent { key, .. } => Some(key.clone()),
        other => other.name().map(str::to_owned),
    }
}

/// What changed, for the timeline.
pub(super) fn timeline(desk: &Desk, before: &Ticket, ticket: &Ticket, actor: &Actor, now: DateTime<Utc>) -> Vec<TimelineEvent> {
    let key = |id: Option<AgentId>| id.and_then(|id| desk.agent(id).map(|agent| agent.key.clone()));
    let mut status = Changes::default();
    status.compare("status", &before.status, &ticket.status);
    status.compare("stage", &before.stage, &ticket.stage);
    let mut assigned = Changes::default();
    assigned.compare("department", &before.department, &ticket.department);
    assigned.compare("owner", &key(before.owner), &key(ticket.owner));
    let mut other = Changes::default();
    other.compare("priority", &before.priority, &ticket.priority);
    other.compare("category", &before.category, &ticket.category);
    other.compare("followers", &before.followers, &ticket.followers);
    other.compare("tier", &before.tier, &ticket.tier);
    other.compare("region", &before.region, &ticket.region);
    // Values of fields are the customer's: the timeline outlives them, so it says only which changed.
    let fields: Vec<&String> = before
        .fields
        .keys()
        .chain(ticket.fields.keys().filter(|key| !before.fields.contains_key(*key)))
        .filter(|key| before.fields.get(*key) != ticket.fields.get(*key))
        .collect();
    if !fields.is_empty() {
        other.add("fields", json!(fields));
    }
    [(TimelineKind::StatusChanged, status), (TimelineKind::Assigned, assigned), (TimelineKind::Changed, other)]
        .into_iter()
        .filter(|(_, changes)| !changes.is_empty())
        .map(|(kind, changes)| happened(ticket, actor, kind, changes.into_details(), now))
        .collect()
}

fn check_names(desk: &Desk, patch: &TicketPatch, problems: &mut Vec<Problem>) {
    if let Some(Some(key)) = &patch.department {
        collect(problems, "department", check_department(desk, "department", key));
    }
    if let Some(Some(key)) = &patch.category {
        collect(problems, "category", check_category(desk, "category", key));
    }
    if let Some(Some(key)) = &patch.tier {
        collect(problems, "tier", known("tier", "thing-tier", key, desk.tiers.contains_key(key), desk.tiers.keys()));
    }
    if let Some(Some(key)) = &patch.region {
        collect(problems, "region", known("region", "thing-region", key, desk.regions.contains_key(key), desk.regions.keys()));
    }
}

fn set_people(desk: &Desk, patch: &TicketPatch, ticket: &mut Ticket, problems: &mut Vec<Problem>) {
    if let Some(department) = &patch.department
        && *department != ticket.department
    {
        ticket.department.clone_from(department);
        // The owner stays behind with the department, unless they work in the new one too.
        let works_there =
            |owner| desk.agent(owner).is_some_and(|agent| department.as_ref().is_some_and(|department| desk.works_in(agent, department)));
        ticket.owner = ticket.owner.filter(|owner| works_there(*owner));
    }
    match &patch.owner {
        Some(Some(owner)) => {
            if let Some(agent) = collect(problems, "owner", working_agent(desk, owner)) {
                ticket.owner = Some(agent.id);
            }
        }
        Some(None) => ticket.owner = None,
        None => {}
    }
    if let Some(wanted) = &patch.followers {
        let mut followers = Vec::new();
        for (index, follower) in wanted.iter().enumerate() {
            if let Some(agent) = collect(problems, &format!("followers[{index}]"), working_agent(desk, follower))
                && !followers.contains(&agent.id)
            {
                followers.push(agent.id);
            }
        }
        ticket.followers = followers;
    }
}

fn set_fields(template: Option<&Template>, fields: &Map<String, Value>, ticket: &mut Ticket, around: Around<'_>, problems: &mut Vec<Problem>) {
    let missing = |ticket: &Ticket| -> Vec<String> {
        let missing = template.map(|template| template.missing(&ticket.fields, Some(around), false)).unwrap_or_default();
        missing.into_iter().map(|field| field.key.clone()).collect()
    };
    let missing_before = missing(ticket);
    let (mut cleared, mut given) = (Vec::new(), Vec::new());
    for (key, value) in fields {
        let place = format!("fields.{key}");
        let Some(field) = template.and_then(|template| template.field(key)) else {
            problems.push(Problem { field: place, message: Why::new("why-ticket-no-field").with("template", &ticket.template) });
            continue;
        };
        let is_blank = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        if is_blank {
            ticket.fields.remove(key);
            cleared.push(key);
        } else {
            given.push(key);
            match validate_value(field, value) {
                // The same value keeps its source.
                Ok(value) if ticket.fields.get(key).is_some_and(|known| known.value == value) => {}
                Ok(value) => {
                    ticket.fields.insert(key.clone(), FieldValue { value, source: Source::Agent, message: None });
                }
                Err(message) => problems.push(Problem { field: place, message }),
            }
        }
    }
    let Some(template) = template.filter(|_| problems.is_empty()) else { return };
    // What is no longer asked for is gone; what is now asked for has to be given with it.
    let asked: Vec<String> = template.asked(&ticket.fields, Some(around)).into_iter().map(|asked| asked.field.key.clone()).collect();
    for key in given.into_iter().filter(|key| !asked.contains(key)) {
        problems.push(Problem { field: format!("fields.{key}"), message: Why::new("why-not-asked") });
    }
    ticket.fields.retain(|key, _| template.field(key).is_none() || asked.contains(key));
    for key in missing(ticket) {
        let message = match cleared.contains(&&key) {
            true => Why::new("why-required-cleared"),
            false if !missing_before.contains(&key) => Why::new("why-required-now"),
            false => continue,
        };
        problems.push(Problem { field: format!("fields.{key}"), message });
    }
}

/// Why the ticket does not move, place by place as the API names them.
fn refused(refusal: &IllegalMove) -> Vec<Problem> {
    let place = |field: String| {
        if matches!(refusal, IllegalMove::Missing { .. } | IllegalMove::MissingForStage { .. }) { format!("fields.{field}") } else { field }
    };
    refusal.field_errors().into_iter().map(|error| Problem { field: place(error.field), message: error.message }).collect()
}

/// Keeps what is wrong under the place where it was said.
fn collect<T>(problems: &mut Vec<Problem>, field: &str, result: Result<T, ActionError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(ActionError::Invalid { problems: found }) => {
            problems.extend(found.into_iter().map(|problem| Problem { field: field.to_owned(), ..problem }));
            None
        }
        Err(error) => {
            problems.push(Problem { field: field.to_owned(), message: error.to_string().into() });
            None
        }
    }
}
