//! Giving one conversation or one ticket to somebody.

use std::collections::BTreeMap;

use bellhop_domain::{
    assignment::{Assignment, Candidate, Work, WorkKind, assign},
    contact::Contact,
    conversation::{Conversation, ConversationStatus},
    desk::Desk,
    id::{AgentId, ConversationId, OrganisationId, TicketId},
    routing::{effective_region, effective_tier},
    ticket::{Ticket, TicketStatus},
};
use bellhop_store::{DbError, assignment::Claim};
use chrono::{DateTime, Utc};

use super::crew::Crew;
use crate::{
    actions::{ActionError, TRIES, conversations, tickets},
    decision::CommitError,
    engine::Engine,
};

/// Gives a conversation that still waits to whoever is to have it, if anybody is.
pub(super) async fn chat(engine: &Engine, desk: &Desk, crew: &mut Crew, id: ConversationId) -> Result<(), ActionError> {
    for _ in 0..TRIES {
        let Some(conversation) = engine.reader().conversation(id).await? else { return Ok(()) };
        let department = conversation.department.as_deref().filter(|key| desk.automatic(key).is_some_and(|automatic| automatic.chats));
        let Some(department) = department.filter(|_| conversation.status == ConversationStatus::Queued) else { return Ok(()) };
        let now = engine.now();
        let candidates = crew.candidates(desk, department, now);
        let Some(work) = work_of_chat(engine, desk, &conversation).await? else { return Ok(()) };
        let assignment = assign(&work, &candidates, now);
        let Some(claim) = claim(&assignment, WorkKind::Chat, &candidates, now) else { return Ok(()) };
        match conversations::give(engine, conversation, assignment, claim, now).await {
            Ok(()) => {
                crew.took(claim.agent, WorkKind::Chat, now);
                return Ok(());
            }
            // The conversation moved on, or the agent did: both are looked at anew.
            Err(CommitError::Conflict) => *crew = Crew::read(engine).await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The same for a ticket without an owner.
pub(super) async fn ticket(engine: &Engine, desk: &Desk, crew: &mut Crew, id: TicketId) -> Result<(), ActionError> {
    for _ in 0..TRIES {
        let Some(ticket) = engine.reader().ticket_by_id(id).await? else { return Ok(()) };
        let waits = ticket.owner.is_none() && matches!(ticket.status, TicketStatus::New | TicketStatus::Open);
        let department = ticket.department.as_deref().filter(|key| desk.automatic(key).is_some_and(|automatic| automatic.tickets));
        let Some(department) = department.filter(|_| waits) else { return Ok(()) };
        let now = engine.now();
        let candidates = crew.candidates(desk, department, now);
        let assignment = assign(&work_of_ticket(engine, desk, &ticket).await?, &candidates, now);
        let Some(claim) = claim(&assignment, WorkKind::Ticket, &candidates, now) else { return Ok(()) };
        match tickets::set_owner(engine, &ticket, assignment, Some(claim), now).await {
            Ok(()) => {
                crew.took(claim.agent, WorkKind::Ticket, now);
                return Ok(());
            }
            Err(ActionError::Conflict) => *crew = Crew::read(engine).await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Who would get a conversation or a ticket of a department now, and why; nothing is changed.
pub(crate) async fn explain(
    engine: &Engine,
    department: Option<&str>,
    chat: Option<&Conversation>,
    ticket: Option<&Ticket>,
) -> Result<Assignment, ActionError> {
    let (desk, now) = (engine.desk(), engine.now());
    let crew = Crew::read(engine).await?;
    let candidates = department.map(|department| crew.candidates(&desk, department, now)).unwrap_or_default();
    let work = match (chat, ticket) {
        (Some(conversation), _) => work_of_chat(engine, &desk, conversation).await?,
        (None, Some(ticket)) => Some(work_of_ticket(engine, &desk, ticket).await?),
        (None, None) => None,
    };
    work.map(|work| assign(&work, &candidates, now)).ok_or(ActionError::NotFound { what: "contact" })
}

fn claim(assignment: &Assignment, kind: WorkKind, candidates: &[Candidate<'_>], at: DateTime<Utc>) -> Option<Claim> {
    let agent = assignment.agent?;
    let most = candidates.iter().find(|candidate| candidate.agent.id == agent)?.most.of(kind);
    Some(Claim { agent, kind, most, at })
}

async fn work_of_chat(engine: &Engine, desk: &Desk, conversation: &Conversation) -> Result<Option<Work>, DbError> {
    let Some(contact) = engine.reader().contact(conversation.contact).await? else { return Ok(None) };
    let (tier, region) = standing(engine, desk, &contact).await?;
    let routing = conversation.routing.as_ref();
    let before = match routing.and_then(|routing| routing.before) {
        Some(before) => Some(before),
        None => engine.reader().previous_agent(contact.id, Some(conversation.id)).await?,
    };
    Ok(Some(Work {
        kind: WorkKind::Chat,
        language: conversation.language.clone().or(contact.language),
        regions: region.map(|region| desk.region_path(&region)).unwrap_or_default(),
        tier,
        skills: skills(desk, conversation.department.as_deref(), routing.map(|routing| &routing.skills)),
        before,
        account_manager: manager(engine, desk, conversation.department.as_deref(), contact.organisation).await?,
        passed_on_by: routing.and_then(|routing| routing.passed_on_by),
    }))
}

async fn work_of_ticket(engine: &Engine, desk: &Desk, ticket: &Ticket) -> Result<Work, DbError> {
    let before = match ticket.routing.before {
        Some(before) => Some(before),
        None => previous_of_ticket(engine, ticket).await?,
    };
    Ok(Work {
        kind: WorkKind::Ticket,
        language: ticket.language.clone(),
        regions: ticket.region.as_deref().map(|region| desk.region_path(region)).unwrap_or_default(),
        tier: ticket.tier.clone(),
        skills: skills(desk, ticket.department.as_deref(), Some(&ticket.routing.skills)),
        before,
        account_manager: manager_of_ticket(engine, desk, ticket).await?,
        passed_on_by: ticket.routing.passed_on_by,
    })
}

/// Who looks after the customer's company, where the department prefers them.
async fn manager(engine: &Engine, desk: &Desk, department: Option<&str>, organisation: Option<OrganisationId>) -> Result<Option<AgentId>, DbError> {
    let is_wanted = department.and_then(|key| desk.automatic(key)).is_some_and(|automatic| automatic.account_manager);
    let Some(id) = organisation.filter(|_| is_wanted) else { return Ok(None) };
    let key = engine.reader().organisation(id).await?.and_then(|organisation| organisation.account_manager);
    Ok(key.and_then(|key| desk.agents.get(&key)).map(|agent| agent.id))
}

async fn manager_of_ticket(engine: &Engine, desk: &Desk, ticket: &Ticket) -> Result<Option<AgentId>, DbError> {
    let organisation = engine.reader().contact(ticket.contact).await?.and_then(|contact| contact.organisation);
    manager(engine, desk, ticket.department.as_deref(), organisation).await
}

/// Whoever has the conversation that it came from; else who had the customer last.
async fn previous_of_ticket(engine: &Engine, ticket: &Ticket) -> Result<Option<AgentId>, DbError> {
    if let Some(origin) = ticket.conversations.first()
        && let Some(agent) = engine.reader().conversation(*origin).await?.and_then(|conversation| conversation.assignee)
    {
        return Ok(Some(agent));
    }
    engine.reader().previous_agent(ticket.contact, None).await
}

async fn standing(engine: &Engine, desk: &Desk, contact: &Contact) -> Result<(Option<String>, Option<String>), DbError> {
    let organisation = match contact.organisation {
        Some(id) => engine.reader().organisation(id).await?,
        None => None,
    };
    let tier = effective_tier(contact, organisation.as_ref(), desk).map(|tier| tier.value);
    Ok((tier, effective_region(contact, organisation.as_ref(), desk).map(|region| region.value)))
}

/// What the department's work needs and what the rule says, the higher level of both.
fn skills(desk: &Desk, department: Option<&str>, more: Option<&BTreeMap<String, u8>>) -> BTreeMap<String, u8> {
    let mut skills = department.and_then(|key| desk.automatic(key)).map(|automatic| automatic.skills.clone()).unwrap_or_default();
    for (skill, level) in more.into_iter().flatten() {
        let needed = skills.entry(skill.clone()).or_insert(*level);
        *needed = (*needed).max(*level);
    }
    skills
}
