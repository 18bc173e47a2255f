//! A set of rules is tried on tickets that there are, before it is switched on; nothing is changed.

use std::{
    collections::{HashMap, hash_map::Entry},
    time::Duration,
};

use bellhop_domain::{
    contact::{Contact, Organisation},
    desk::Desk,
    id::ContactId,
    routing::{Routing, RoutingInput, Rule, route, sort_rules},
    sourced::{Source, Sourced},
    ticket::{Priority, Ticket},
};
use bellhop_store::tickets::TicketFilter;
use chrono::{DateTime, Utc};

use super::{
    ActionError, Problem,
    convert::{History, Situation, customer_messages, history_of, organisation_of, routing_input},
    require,
};
use crate::{
    caller::{Caller, Permission},
    engine::Engine,
};

/// Tickets that are looked at at most.
pub const MOST_TICKETS: u32 = 500;
/// Rules in one set at most.
pub const MOST_RULES: usize = 500;
/// After this time, what was looked at so far is the answer.
const LONGEST: Duration = Duration::from_secs(8);

/// What a set of rules would have decided.
pub struct Trial {
    /// How many tickets were looked at: the ones that changed last.
    pub looked_at: usize,
    /// Those that would have gone elsewhere, to somebody else, or with another priority or other needs.
    pub differences: Vec<Difference>,
}

/// A ticket that two sets of rules decide differently.
pub struct Difference {
    /// Its number.
    pub number: i64,
    /// What was decided when it was made.
    pub then: Routing,
    /// What the rules in force decide.
    pub now: Routing,
    /// What the tried ones decide.
    pub tried: Routing,
}

/// Tries `rules` on the `last` tickets: on their fields, template, tier, region and category as they are stored, and on the hours at which they were made.
pub async fn run(engine: &Engine, caller: &Caller, rules: Vec<Rule>, last: u32) -> Result<Trial, ActionError> {
    require(caller, Permission::ReadTickets)?;
    if !(1..=MOST_TICKETS).contains(&last) {
        return Err(ActionError::invalid("last", format!("is a number from 1 to {MOST_TICKETS}")));
    }
    if rules.len() > MOST_RULES {
        return Err(ActionError::invalid("rules", format!("at most {MOST_RULES} rules")));
    }
    let desk = engine.desk();
    let mut other = desk.desk.clone();
    other.rules = rules;
    let problems: Vec<Problem> = other
        .rules
        .iter()
        .enumerate()
        .flat_map(|(index, rule)| {
            let problem = move |error: bellhop_domain::invalid::FieldError| Problem {
                field: format!("rules[{index}].{}", error.field),
                message: error.message,
            };
            rule.check(&other).into_iter().map(problem)
        })
        .collect();
    if !problems.is_empty() {
        return Err(ActionError::Invalid { problems });
    }
    sort_rules(&mut other.rules);
    let started = tokio::time::Instant::now();
    let mut trial = Trial { looked_at: 0, differences: Vec::new() };
    let mut people = HashMap::new();
    let mut cursor = None;
    loop {
        let wanted = last - u32::try_from(trial.looked_at).unwrap_or(last);
        let page = engine.reader().tickets(&TicketFilter::default(), cursor, wanted.min(50)).await?;
        for ticket in page.items {
            let input = input_of(engine, &desk, &ticket, &mut people).await?;
            trial.looked_at += 1;
            let Some(input) = input else { continue };
            let (now, tried) = (route(&desk, &input), route(&other, &input));
            if decided(&now) != decided(&tried) {
                trial.differences.push(Difference { number: ticket.number, then: ticket.routing, now, tried });
            }
        }
        cursor = page.next;
        if cursor.is_none() || trial.looked_at >= last as usize || started.elapsed() > LONGEST {
            return Ok(trial);
        }
    }
}

/// What counts as a difference: another rule with the same outcome is none.
fn decided(routing: &Routing) -> impl PartialEq + '_ {
    (&routing.department, routing.owner, routing.priority, &routing.tags, &routing.skills)
}

type Person = (Contact, Option<Organisation>, History);

async fn input_of(
    engine: &Engine,
    desk: &Desk,
    ticket: &Ticket,
    people: &mut HashMap<ContactId, Option<Person>>,
) -> Result<Option<RoutingInput>, ActionError> {
    let person = match people.entry(ticket.contact) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(place) => place.insert(match engine.reader().contact(ticket.contact).await? {
            Some(contact) => {
                let (organisation, history) = (organisation_of(engine, &contact).await?, history_of(engine, &contact).await?);
                Some((contact, organisation, history))
            }
            None => None,
        }),
    };
    let Some((contact, organisation, history)) = person else { return Ok(None) };
    let conversation = match ticket.conversations.first() {
        Some(id) => engine.reader().conversation(*id).await?,
        None => None,
    };
    let messages = match &conversation {
        Some(conversation) => customer_messages(engine, conversation.id, None).await?,
        None => Vec::new(),
    };
    let (conversation, organisation) = (conversation.as_ref(), organisation.as_ref());
    let situation = Situation { desk, conversation, contact, organisation, messages: &messages, history: *history };
    let mut input = routing_input(&situation, ticket, ticket.created_at);
    // The priority is what rules decide: they look at the template's.
    input.priority = Some(desk.form_of(ticket).and_then(|template| template.priority).unwrap_or(Priority::Normal));
    input.tier = as_stored(ticket.tier.as_ref(), input.tier, ticket.created_at);
    input.region = as_stored(ticket.region.as_ref(), input.region, ticket.created_at);
    Ok(Some(input))
}

/// The value of then, with the source of now.
fn as_stored(stored: Option<&String>, now: Option<Sourced<String>>, at: DateTime<Utc>) -> Option<Sourced<String>> {
    let value = stored?.clone();
    Some(match now {
        Some(now) => Sourced { value, ..now },
        None => Sourced { value, source: Source::Default, by: None, at, warning: None },
    })
}
