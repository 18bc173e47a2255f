//! What customers do on the page of their ticket; the signed link is their permission.

use bellhop_domain::{
    actor::Actor,
    contact::Contact,
    conversation::ConversationStatus,
    id::{MessageId, TicketId},
    message::{Attachment, AttachmentState, Direction, Extras, Message},
    ticket::{LONGEST_COMMENT, Rating, Ticket, TicketStatus},
    timeline::TimelineKind,
    why::Why,
};
use bytes::Bytes;
use serde_json::json;

use super::{current_conversation, follow_card, happened, load_contact, touch};
use crate::{
    actions::{ActionError, TRIES, conversations::enter_status, messages::check_text},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
};

const NOT_FOUND: ActionError = ActionError::NotFound { what: "ticket" };

/// What a customer leaves on the page.
pub struct Left {
    /// In their words; may be empty where there are files.
    pub text: String,
    /// Names and bytes.
    pub files: Vec<(String, Bytes)>,
}

/// A message that a customer left on the ticket's page.
///
/// It stands in the conversation like any other. The bot does not answer it: it is about the ticket, which shows it.
pub async fn add_customer_message(engine: &Engine, ticket: TicketId, left: Left) -> Result<Message, ActionError> {
    let text = check_text(&left.text, !left.files.is_empty())?;
    refuse_closed(&theirs(engine, ticket).await?.goes_on)?;
    let mut attachments = Vec::with_capacity(left.files.len());
    for (name, content) in left.files {
        let record = engine.keep_bytes(&name, content).await?;
        let state = AttachmentState::Stored { file: record.id, size: record.size };
        attachments.push(Attachment { name: record.name, content_type: record.content_type, url: None, state });
    }
    for _ in 0..TRIES {
        let Theirs { ticket, goes_on, contact } = theirs(engine, ticket).await?;
        refuse_closed(&goes_on)?;
        let Some(mut conversation) = current_conversation(engine, &ticket).await? else {
            return Err(ActionError::not_now(Why::new("why-ticket-alone")));
        };
        let now = engine.now();
        let author = Actor::Contact { id: contact.id };
        let message = Message {
            id: MessageId(fresh_id()),
            conversation: conversation.id,
            direction: Direction::In,
            author: author.clone(),
            author_name: contact.name.clone(),
            text: text.clone(),
            extras: Extras { ticket: Some(ticket.number), attachments: attachments.clone(), ..Extras::default() },
            external_id: None,
            delivery: None,
            created_at: now,
        };
        let ticket = goes_on;
        let touched = touch(&ticket, &message, now);
        let mut decision = Decision { new_messages: vec![message.clone()], timeline: touched.timeline, ..Decision::default() };
        if let Some(moved) = &touched.ticket {
            follow_card(engine, moved, &mut decision, now).await?;
        }
        let mut ticket = touched.ticket.unwrap_or(ticket);
        if !ticket.conversations.contains(&conversation.id) {
            ticket.conversations.push(conversation.id);
        }
        ticket.updated_at = now;
        decision.tickets.push(ticket);
        if conversation.status == ConversationStatus::Snoozed {
            let next = if conversation.assignee.is_some() { ConversationStatus::Open } else { ConversationStatus::Queued };
            enter_status(&mut decision, &mut conversation, next, &author, now, engine.settings());
        }
        conversation.updated_at = now;
        decision.conversation = Some(conversation);
        match decision.commit(engine).await {
            Ok(()) => return Ok(message),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// How a customer says that it went, where the template wants to know; the last word counts.
pub async fn rate_as_customer(engine: &Engine, ticket: TicketId, value: u8, comment: &str) -> Result<(), ActionError> {
    let comment = comment.trim().chars().take(LONGEST_COMMENT).collect::<String>();
    for _ in 0..TRIES {
        let Theirs { mut ticket, contact, .. } = theirs(engine, ticket).await?;
        let scale = engine.desk().form_of(&ticket).and_then(|template| template.rating).filter(|scale| scale.sign(value).is_some());
        let (Some(scale), true) = (scale, may_be_rated(&ticket)) else { return Err(ActionError::not_now(Why::new("why-no-rating"))) };
        let now = engine.now();
        let kept = ticket.rating.take().and_then(|rating| rating.comment);
        let comment = Some(comment.clone()).filter(|comment| !comment.is_empty()).or(kept);
        ticket.rating = Some(Rating { value, scale, by: contact.id, at: now, comment });
        ticket.rating_asked_at = ticket.rating_asked_at.or(Some(now));
        ticket.updated_at = now;
        let details = json!({ "rating": value, "scale": scale });
        let event = happened(&ticket, &Actor::Contact { id: contact.id }, TimelineKind::Rated, details, now);
        let decision = Decision { timeline: vec![event], tickets: vec![ticket], ..Decision::default() };
        match decision.commit(engine).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Whether it has come so far that its customer can say how it went.
pub fn may_be_rated(ticket: &Ticket) -> bool {
    !ticket.status.is_open() && ticket.withdrawn_at.is_none() && ticket.merged_into.is_none()
}

/// A ticket as its customer has it.
struct Theirs {
    /// Where its own conversation is, and they are heard.
    ticket: Ticket,
    /// Where it goes on: itself, or what it was merged into.
    goes_on: Ticket,
    contact: Contact,
}

/// The ticket with its customer, who is still known.
async fn theirs(engine: &Engine, ticket: TicketId) -> Result<Theirs, ActionError> {
    let ticket = engine.reader().ticket_by_id(ticket).await?.ok_or(NOT_FOUND)?;
    let contact = load_contact(engine, ticket.contact).await?;
    if contact.erased_at.is_some() {
        return Err(NOT_FOUND);
    }
    let goes_on = engine.reader().ticket_going_on(ticket.clone()).await?;
    Ok(Theirs { ticket, goes_on, contact })
}

fn refuse_closed(ticket: &Ticket) -> Result<(), ActionError> {
    if ticket.status == TicketStatus::Closed { Err(ActionError::not_now(Why::new("why-ticket-closed"))) } else { Ok(()) }
}
