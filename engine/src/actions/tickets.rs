//! What people do with tickets; the customer is told of every change that they can see.

mod cards;
mod changes;
mod customers;
mod following;
mod giving;
pub mod incident;
pub mod linking;
pub mod merging;
pub mod splitting;
mod telling;

use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Organisation},
    conversation::Conversation,
    desk::Desk,
    dialogue::Phase,
    id::{ContactId, ConversationId, MessageId, TicketId},
    message::Message,
    routing::RoutingInput,
    sourced::Source,
    template::Template,
    ticket::{Priority, Ticket, TicketStatus, number_text},
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
    words,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    ActionError, TRIES,
    convert::{
        self, Convert, Converted, Situation, customer_messages, decide_route, history_of, organisation_of, plan_ticket, reserve_number,
        routing_details,
    },
    messages::{Outgoing, check_reachable, check_text, compose, speaking_for, take_by_replying},
    require,
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
};

pub(crate) use cards::{again as card_again, are_live_on as cards_are_live_on, follow as follow_card};
pub use changes::TicketPatch;
pub(super) use changes::set_as_agent;
pub use customers::{Left, add_customer_message, may_be_rated, rate_as_customer};
pub use following::follow;
pub use giving::candidates;
pub(crate) use giving::set_owner;

/// The channel of events about tickets that came from no conversation.
pub(crate) const TICKETS: &str = "tickets";

/// A ticket to be made by hand.
#[derive(Clone)]
pub struct NewTicket {
    /// Key of the template.
    pub template: String,
    /// Whom it is for; the conversation's contact when absent.
    pub contact: Option<ContactId>,
    /// What it came from, if anything.
    pub conversation: Option<ConversationId>,
    /// Values by the fields' keys.
    pub fields: Map<String, Value>,
    /// The priority, where it should be another than template and rules say.
    pub priority: Option<Priority>,
    /// Key of the category.
    pub category: Option<String>,
}

/// What somebody who works here says about a ticket.
#[derive(Clone, Default)]
pub struct TicketReply {
    /// The words, in light Markdown.
    pub text: String,
    /// For colleagues only; never leaves.
    pub internal: bool,
    /// The person for whom a program speaks.
    pub on_behalf_of: Option<String>,
}

/// What a customer's message does to a ticket.
pub(crate) struct Touched {
    /// The ticket, if it changes.
    pub(crate) ticket: Option<Ticket>,
    /// What is told about it.
    pub(crate) timeline: Vec<TimelineEvent>,
}

/// Makes a ticket; with a conversation it is the same as converting that.
pub async fn create(engine: &Engine, caller: &Caller, new: &NewTicket) -> Result<Converted, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let wanted = Convert {
        fields: new.fields.clone(),
        priority: new.priority,
        category: new.category.clone(),
        ..Convert::to(new.template.clone(), source_of(caller))
    };
    if let Some(conversation) = new.conversation {
        let known = super::conversations::load(engine, conversation).await?;
        if new.contact.is_some_and(|contact| contact != known.contact) {
            return Err(ActionError::invalid("contact", Why::new("why-other-contact")));
        }
        return convert::convert(engine, caller, conversation, &wanted).await;
    }
    let Some(contact) = new.contact else {
        return Err(ActionError::invalid("contact", Why::new("why-contact-or-conversation")));
    };
    let contact = load_contact(engine, contact).await?;
    let organisation = organisation_of(engine, &contact).await?;
    let history = history_of(engine, &contact).await?;
    let desk = engine.desk();
    let situation = Situation { desk: &desk, conversation: None, contact: &contact, organisation: organisation.as_ref(), messages: &[], history };
    let planned =
        plan_ticket(&situation, &wanted, &caller.actor, TicketId(fresh_id()), engine.now()).map_err(|problems| ActionError::Invalid { problems })?;
    let mut decision = Decision::by(caller);
    let ticket = planned.add_to(&mut decision, reserve_number(engine).await?);
    decision.commit(engine).await?;
    Ok(Converted { ticket, created: true })
}

/// Changes a ticket; what the customer can see of it they are told.
///
/// Tier and region are the person's: set here, they stick to the person as the agent's word until cleared.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    number: i64,
    patch: &TicketPatch,
    expected_version: Option<i64>,
) -> Result<Ticket, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let mut seen_owner = None;
    for _ in 0..TRIES {
        let before = load(engine, number).await?;
        if expected_version.is_some_and(|expected| expected != before.version) {
            return Err(ActionError::Conflict);
        }
        // Who was faster keeps it; taking it over on purpose is a second step.
        if patch.owner.is_some() && *seen_owner.get_or_insert(before.owner) != before.owner {
            return Err(ActionError::Conflict);
        }
        let mut decision = Decision::by(caller);
        let Some(ticket) = change_within(engine, caller, &before, patch, &mut decision).await? else { return Ok(before) };
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: ticket.version + 1, ..ticket }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Puts a change of a ticket into a decision, with what its customer is told; answers it as it is then, or nothing where nothing changes.
pub(super) async fn change_within(
    engine: &Engine,
    caller: &Caller,
    before: &Ticket,
    patch: &TicketPatch,
    decision: &mut Decision,
) -> Result<Option<Ticket>, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let now = engine.now();
    let desk = engine.desk();
    let mut contact = load_contact(engine, before.contact).await?;
    let organisation = organisation_of(engine, &contact).await?;
    let mut ticket = before.clone();
    let known = known_of(engine, &desk, before, &contact, organisation.as_ref(), now).await?;
    changes::apply(&desk, patch, &mut ticket, &known, now).map_err(|problems| ActionError::Invalid { problems })?;
    if changes::apply_to_contact(&desk, patch, &mut contact, organisation.as_ref(), &mut ticket, &caller.actor, now) {
        contact.updated_at = now;
        decision.contact = Some(contact.clone());
    }
    if ticket == *before && decision.contact.is_none() {
        return Ok(None);
    }
    if ticket.owner != before.owner {
        match ticket.owner {
            Some(owner) => ticket.routing.taken(Some(owner), now),
            None => ticket.routing.passed_on(before.owner),
        }
    }
    ticket.updated_at = now;
    decision.timeline.extend(changes::timeline(&desk, before, &ticket, &caller.actor, now));
    incident::moved(engine, before, &ticket, &caller.actor, decision, now).await?;
    tell_of_changes(engine, before, &mut ticket, &contact, decision, now).await?;
    decision.tickets.push(ticket.clone());
    Ok(Some(ticket))
}

/// Tries the rules again on what is known now.
pub async fn route_again(engine: &Engine, caller: &Caller, number: i64) -> Result<Ticket, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let before = load(engine, number).await?;
        let now = engine.now();
        let desk = engine.desk();
        let contact = load_contact(engine, before.contact).await?;
        let organisation = organisation_of(engine, &contact).await?;
        let history = history_of(engine, &contact).await?;
        let conversation = origin(engine, &before).await?;
        let messages = match &conversation {
            Some(conversation) => customer_messages(engine, conversation.id, None).await?,
            None => Vec::new(),
        };
        let (conversation, organisation) = (conversation.as_ref(), organisation.as_ref());
        let situation = Situation { desk: &desk, conversation, contact: &contact, organisation, messages: &messages, history };
        let routed = decide_route(&situation, &before, now);
        let mut ticket = before.clone();
        ticket.priority = routed.routing.priority.unwrap_or(ticket.priority);
        ticket.owner = routed.routing.owner.or(ticket.owner);
        let held = ticket.routing.clone();
        routed.apply(&mut ticket);
        ticket.routing.before = ticket.owner.or(held.before);
        ticket.routing.since = held.since;
        ticket.routing.passed_on_by = held.passed_on_by;
        ticket.routing.assignment = held.assignment.filter(|assignment| assignment.agent == ticket.owner);
        ticket.updated_at = now;
        let mut decision = Decision::by(caller);
        decision.timeline.push(happened(&ticket, &caller.actor, TimelineKind::Routed, routing_details(&ticket), now));
        tell_of_changes(engine, &before, &mut ticket, &contact, &mut decision, now).await?;
        decision.tickets.push(ticket.clone());
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: ticket.version + 1, ..ticket }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Says something about a ticket: to the customer in the channel they came from, or to colleagues.
///
/// It is said in the newest conversation of the origin's thread, which from then on belongs to the ticket.
pub async fn add_message(engine: &Engine, caller: &Caller, number: i64, reply: &TicketReply) -> Result<Message, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let caller = Caller { actor: speaking_for(&caller.actor, reply.on_behalf_of.as_deref())?, ..caller.clone() };
    let text = check_text(&reply.text, false)?;
    for _ in 0..TRIES {
        let mut ticket = load(engine, number).await?;
        merging::refuse_merged(&ticket)?;
        let Some(mut conversation) = current_conversation(engine, &ticket).await? else {
            return Err(ActionError::not_now(Why::new("why-ticket-alone")));
        };
        let now = engine.now();
        let mut decision = Decision::by(&caller);
        let outgoing = Outgoing::new(MessageId(fresh_id()), caller.actor.clone(), text.clone());
        let message = if reply.internal {
            conversation.updated_at = now;
            outgoing.note(&conversation, &mut decision, now)
        } else {
            check_reachable(engine, &conversation).await?;
            take_by_replying(engine, &caller, &mut conversation, &mut decision, now);
            outgoing.send(engine, &conversation, &mut decision, now)
        };
        let details = json!({ "message": message.id, "direction": message.direction.as_str() });
        decision.timeline.push(happened(&ticket, &caller.actor, TimelineKind::Message, details, now));
        if !ticket.conversations.contains(&conversation.id) {
            ticket.conversations.push(conversation.id);
        }
        ticket.updated_at = now;
        decision.tickets.push(ticket);
        decision.conversation = Some(conversation);
        match decision.commit(engine).await {
            Ok(()) => return Ok(message),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// What a customer's message does to a ticket: one that waited for them or was thought solved goes on.
pub(crate) fn touch(ticket: &Ticket, message: &Message, now: DateTime<Utc>) -> Touched {
    let line =
        |actor: &Actor, kind, details| TimelineEvent { conversation: Some(message.conversation), ..happened(ticket, actor, kind, details, now) };
    let mut timeline = vec![line(&message.author, TimelineKind::Message, json!({ "message": message.id, "direction": "in" }))];
    if !matches!(ticket.status, TicketStatus::WaitingCustomer | TicketStatus::Resolved) {
        return Touched { ticket: None, timeline };
    }
    let details = json!({ "status": { "from": ticket.status, "to": TicketStatus::Open }, "because": "the customer wrote" });
    timeline.push(line(&Actor::System, TimelineKind::StatusChanged, details));
    let ticket = Ticket { status: TicketStatus::Open, resolved_at: None, updated_at: now, ..ticket.clone() };
    Touched { ticket: Some(ticket), timeline }
}

/// Something that happened to a ticket.
pub(super) fn happened(ticket: &Ticket, actor: &Actor, kind: TimelineKind, details: Value, now: DateTime<Utc>) -> TimelineEvent {
    TimelineEvent { conversation: ticket.conversations.first().copied(), ticket: Some(ticket.id), at: now, actor: actor.clone(), kind, details }
}

/// Where a program's values and an agent's values come from.
pub(crate) fn source_of(caller: &Caller) -> Source {
    match caller.actor {
        Actor::Contact { .. } => Source::Form,
        Actor::Bot => Source::Conversation,
        Actor::Agent { .. } | Actor::Token { .. } | Actor::System => Source::Agent,
    }
}

pub(super) async fn load(engine: &Engine, number: i64) -> Result<Ticket, ActionError> {
    let ticket = engine.reader().ticket(number).await?.ok_or(ActionError::NotFound { what: "ticket" })?;
    if ticket.withdrawn_at.is_some() {
        return Err(ActionError::not_now(Why::new("why-ticket-taken-back").with("ticket", number_text(number))));
    }
    Ok(ticket)
}

/// What the conditions of a ticket's fields look at; empty where its form has none.
async fn known_of(
    engine: &Engine,
    desk: &Desk,
    ticket: &Ticket,
    contact: &Contact,
    organisation: Option<&Organisation>,
    now: DateTime<Utc>,
) -> Result<RoutingInput, ActionError> {
    if !desk.form_of(ticket).is_some_and(Template::is_conditional) {
        return Ok(RoutingInput { now, ..RoutingInput::default() });
    }
    let conversation = origin(engine, ticket).await?;
    let mut input = RoutingInput::of_conversation(conversation.as_ref(), contact, organisation, desk, now);
    input.category = ticket.category.clone().or(input.category);
    Ok(input)
}

/// The same for a ticket that is only looked at.
pub async fn around(engine: &Engine, ticket: &Ticket) -> Result<RoutingInput, ActionError> {
    let contact = load_contact(engine, ticket.contact).await?;
    let organisation = organisation_of(engine, &contact).await?;
    known_of(engine, &engine.desk(), ticket, &contact, organisation.as_ref(), engine.now()).await
}

async fn load_contact(engine: &Engine, id: ContactId) -> Result<Contact, ActionError> {
    engine.reader().contact(id).await?.ok_or(ActionError::NotFound { what: "contact" })
}

async fn origin(engine: &Engine, ticket: &Ticket) -> Result<Option<Conversation>, ActionError> {
    match ticket.conversations.first() {
        Some(id) => Ok(engine.reader().conversation(*id).await?),
        None => Ok(None),
    }
}

/// Where the ticket's customer is written to: the newest conversation in the thread that the ticket came from.
pub(super) async fn current_conversation(engine: &Engine, ticket: &Ticket) -> Result<Option<Conversation>, ActionError> {
    let Some(origin) = origin(engine, ticket).await? else { return Ok(None) };
    // Who writes there now does not matter: nobody's identity is the empty one.
    let state = engine.reader().thread_state(&origin.channel, &origin.external_thread, "").await?;
    let newest = state.and_then(|state| state.conversation);
    // Somebody else's conversation in the same thread is none of this ticket's business.
    Ok(Some(newest.filter(|newest| newest.contact == origin.contact).unwrap_or(origin)))
}

/// Tells the customer what changed, as far as they can see it, and asks how it went where the template wants to know; once.
async fn tell_of_changes(
    engine: &Engine,
    before: &Ticket,
    ticket: &mut Ticket,
    contact: &Contact,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    tell_with_answer(engine, before, ticket, contact, None, decision, now).await
}

/// The same, with the answer of whoever solved it before it, where there is one.
async fn tell_with_answer(
    engine: &Engine,
    before: &Ticket,
    ticket: &mut Ticket,
    contact: &Contact,
    answer: Option<&str>,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    if contact.erased_at.is_some() {
        return Ok(());
    }
    let desk = engine.desk();
    let language = ticket.language.clone().or_else(|| contact.language.clone()).unwrap_or_else(|| engine.settings().language.clone());
    let url = engine.links().ticket(ticket.id);
    let notice = telling::text_of(&desk, before, ticket, Some(contact), &language, &url);
    let Some(mut conversation) = current_conversation(engine, ticket).await? else { return Ok(()) };
    let asked = telling::rating_buttons(&desk, before, ticket);
    let needs_attention = cards::needs_attention(before, ticket) || !asked.is_empty();
    let card = cards::text(engine, &desk, ticket, &language);
    let live = cards::live(engine, ticket, now).await?;
    if let Some((home, message)) = &live {
        let shown = cards::shown(engine, &desk, message, ticket, &language).await?;
        cards::change(engine, home, message, ticket, shown, decision, now);
        if !needs_attention {
            return Ok(());
        }
    }
    let Some(notice) = notice else { return Ok(()) };
    let notice = answer.map_or(notice.clone(), |answer| format!("{answer}\n\n{notice}"));
    // What asks for attention says so in its own words; it turns into the card when the ticket moves on, unless a question stands below it.
    let is_card = live.is_none() && asked.is_empty() && cards::are_live_on(engine, &conversation.channel);
    let mut text = if is_card && !needs_attention { card } else { notice };
    if !asked.is_empty() {
        text = format!("{text}\n\n{}", words::say(&language, "rating-ask", &[]));
        ticket.rating_asked_at = Some(now);
    }
    let buttons = asked.iter().map(|draft| (draft.label.clone(), draft.action.clone())).collect();
    let message = compose(engine, &conversation, Actor::System, None, text, buttons, Some(ticket), None, Vec::new(), decision, now);
    decision.timeline.push(happened(
        ticket,
        &Actor::System,
        TimelineKind::Notified,
        json!({ "message": message.id, "rating": !asked.is_empty() }),
        now,
    ));
    if is_card {
        decision.cards.push((ticket.id, message.id));
    }
    decision.signalled.push(conversation.id);
    if !asked.is_empty() && matches!(conversation.dialogue.phase, Phase::Listening | Phase::Answered { .. } | Phase::ProposedClosing) {
        // Where there are no buttons, the number typed back is the rating.
        conversation.dialogue.offered = asked;
        decision.conversation = Some(conversation);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
