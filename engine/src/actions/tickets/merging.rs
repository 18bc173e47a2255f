//! Two tickets that are one, and two again where that was a mistake.

use bellhop_domain::{
    actor::Actor,
    contact::Contact,
    message::DeliveryState,
    ticket::{BeforeMerge, Merge, Relation, Ticket, TicketLink, number_text},
    timeline::TimelineKind,
    why::Why,
    words,
};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{cards, current_conversation, happened, linking, load, load_contact};
use crate::{
    actions::{ActionError, TRIES, messages::compose, require},
    caller::{Caller, Permission},
    decision::{CommitError, Decision},
    engine::Engine,
};

/// How two tickets are merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MergeOptions {
    /// Also where they are for different people.
    pub other_customer: bool,
    /// The customer is not told.
    pub quiet: bool,
}

/// Ends a ticket as a part of `into`, in which it goes on with its conversations, followers and children; answers the one that goes on.
///
/// The ended one keeps its number and leads there. Its customer is told once, or not at all. What is merged so already changes nothing.
///
/// # Errors
/// `NotNow` where it does not fit, with the reason; `Invalid` for `other_customer` where they are for different people and that was not said.
pub async fn merge(engine: &Engine, caller: &Caller, number: i64, into: i64, options: MergeOptions) -> Result<Ticket, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let mut ticket = load(engine, number).await?;
        let mut goes_on = load(engine, into).await.map_err(|error| match error {
            ActionError::NotFound { .. } => ActionError::invalid("into", Why::new("why-no-ticket").with("ticket", number_text(into))),
            other => other,
        })?;
        if ticket.merged_into == Some(goes_on.number) {
            return Ok(goes_on);
        }
        let now = engine.now();
        let before = ticket.clone();
        let changed = ticket.merge(&mut goes_on, now).map_err(ActionError::not_now)?;
        if ticket.contact != goes_on.contact && !options.other_customer {
            let why = Why::new("why-merge-other-customer").with("ticket", number_text(ticket.number)).with("other", number_text(goes_on.number));
            return Err(ActionError::invalid("other_customer", why));
        }
        let mut decision = Decision::by(caller);
        let children = adopt(engine, &ticket, &goes_on, &mut decision, now).await?;
        let contact = load_contact(engine, ticket.contact).await?;
        let earlier = engine.reader().merge_of_ticket(ticket.id).await?.and_then(|merge| merge.told);
        let told = if options.quiet || !before.status.is_open() {
            earlier
        } else {
            tell(engine, &mut ticket, &goes_on, &contact, earlier, &mut decision, now).await?
        };
        let before = BeforeMerge { children, ..changed };
        decision.merge = Some(Merge { ticket: ticket.id, into: goes_on.id, at: now, before, told, undone_at: None });
        for of in [&ticket, &goes_on] {
            let details = json!({ "ticket": number_text(ticket.number), "into": number_text(goes_on.number) });
            decision.timeline.push(happened(of, &caller.actor, TimelineKind::Merged, details, now));
        }
        decision.tickets = vec![ticket, goes_on.clone()];
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: goes_on.version + 1, ..goes_on }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Makes two tickets again of what was merged: each is where it was, for a week and while the one that went on is not closed.
///
/// # Errors
/// `NotNow` where it was not merged, or too long ago.
pub async fn unmerge(engine: &Engine, caller: &Caller, number: i64) -> Result<Ticket, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for attempt in 0..TRIES {
        let mut ticket = load(engine, number).await?;
        let not_merged = || ActionError::not_now(Why::new("why-not-merged").with("ticket", number_text(number)));
        let merge = engine.reader().merge_of_ticket(ticket.id).await?.filter(|merge| merge.undone_at.is_none()).ok_or_else(not_merged)?;
        let mut went_on = engine.reader().ticket_by_id(merge.into).await?.ok_or_else(not_merged)?;
        let now = engine.now();
        ticket.unmerge(&mut went_on, &merge, now).map_err(ActionError::not_now)?;
        let mut decision = Decision::by(caller);
        for child in engine.reader().children_of_ticket(went_on.id).await? {
            if merge.before.children.contains(&child.id) {
                decision.ended_links.push(TicketLink::of(child.id, Relation::ChildOf, went_on.id, now));
                decision.new_links.push(TicketLink::of(child.id, Relation::ChildOf, ticket.id, now));
            }
        }
        decision.forgotten.push((went_on.id, merge.before.conversations.clone()));
        if let Some(told) = merge.told
            && let Some(message) = engine.reader().message(told).await?
        {
            let waits = message.delivery.as_ref().is_some_and(|it| matches!(it.state, DeliveryState::Scheduled | DeliveryState::Queued));
            if waits && attempt == 0 {
                decision.taken_back.push(told);
            }
        }
        cards::follow(engine, &ticket, &mut decision, now).await?;
        for of in [&ticket, &went_on] {
            let details = json!({ "ticket": number_text(ticket.number), "into": number_text(went_on.number) });
            decision.timeline.push(happened(of, &caller.actor, TimelineKind::Unmerged, details, now));
        }
        decision.merge = Some(Merge { undone_at: Some(now), ..merge });
        decision.tickets = vec![ticket.clone(), went_on];
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: ticket.version + 1, ..ticket }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Refuses what would be said or done in a ticket that goes on elsewhere.
pub(in crate::actions) fn refuse_merged(ticket: &Ticket) -> Result<(), ActionError> {
    match ticket.merged_into {
        Some(into) => Err(ActionError::not_now(Why::new("why-merged").with("ticket", number_text(ticket.number)).with("other", number_text(into)))),
        None => Ok(()),
    }
}

/// Gives the children of `ticket` to the one in which it goes on, and answers them.
async fn adopt(
    engine: &Engine,
    ticket: &Ticket,
    goes_on: &Ticket,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<Vec<bellhop_domain::id::TicketId>, ActionError> {
    if engine.reader().is_below(goes_on.id, ticket.id).await? {
        let why = Why::new("why-merge-into-child").with("ticket", number_text(ticket.number)).with("other", number_text(goes_on.number));
        return Err(ActionError::not_now(why));
    }
    let mut children = Vec::new();
    for child in engine.reader().children_of_ticket(ticket.id).await? {
        decision.ended_links.push(TicketLink::of(child.id, Relation::ChildOf, ticket.id, now));
        decision.new_links.push(TicketLink::of(child.id, Relation::ChildOf, goes_on.id, now));
        decision.timeline.extend(linking::told(&child, Relation::ChildOf, goes_on, &Actor::System, TimelineKind::Linked, now));
        children.push(child.id);
    }
    Ok(children)
}

/// Tells the customer where their ticket went, if they were not told before: their card says so, or a message does.
async fn tell(
    engine: &Engine,
    ticket: &mut Ticket,
    goes_on: &Ticket,
    contact: &Contact,
    earlier: Option<bellhop_domain::id::MessageId>,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<Option<bellhop_domain::id::MessageId>, ActionError> {
    if contact.erased_at.is_some() {
        return Ok(earlier);
    }
    let language = ticket.language.clone().or_else(|| contact.language.clone()).unwrap_or_else(|| engine.settings().language.clone());
    // Somebody else's page is not for them: theirs says how it goes on.
    let url = engine.links().ticket(if ticket.contact == goes_on.contact { goes_on.id } else { ticket.id });
    let (number, into) = (number_text(ticket.number), number_text(goes_on.number));
    let values = [("number", (&number).into()), ("into", (&into).into()), ("url", (&url).into())];
    let key = if ticket.contact == goes_on.contact { "ticket-merged" } else { "ticket-merged-other" };
    let text = words::say(&language, key, &values);
    if let Some((home, card)) = cards::live(engine, ticket, now).await?
        && card.extras.listed.is_empty()
    {
        cards::change(engine, &home, &card, ticket, text, decision, now);
        return Ok(earlier);
    }
    if earlier.is_some() {
        return Ok(earlier);
    }
    let Some(conversation) = current_conversation(engine, ticket).await? else { return Ok(None) };
    let message = compose(engine, &conversation, Actor::System, None, text, Vec::new(), Some(ticket), None, Vec::new(), decision, now);
    decision.timeline.push(happened(ticket, &Actor::System, TimelineKind::Notified, json!({ "message": message.id }), now));
    decision.signalled.push(conversation.id);
    Ok(Some(message.id))
}

#[cfg(test)]
mod tests;
