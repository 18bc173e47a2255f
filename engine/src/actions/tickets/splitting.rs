//! A ticket that turns out to be two: a part of it becomes one of its own.

use bellhop_domain::{
    actor::Actor,
    desk::Desk,
    id::MessageId,
    ticket::{Relation, Ticket, TicketLink, number_text},
    timeline::TimelineKind,
    why::Why,
};

use super::{linking, load, merging::refuse_merged, source_of};
use crate::{
    actions::{
        ActionError, TRIES,
        convert::{self, Convert, Converted},
        require,
    },
    caller::{Caller, Permission},
    decision::{CommitError, Decision},
    engine::Engine,
};
use serde_json::{Map, Value};

/// What of a ticket becomes a ticket of its own.
#[derive(Clone, Default)]
pub struct Split {
    /// Key of the new one's template; the same when absent.
    pub template: Option<String>,
    /// Messages of one of its conversations.
    pub messages: Vec<MessageId>,
    /// Keys of the fields whose values are taken along; the old ticket keeps them too.
    pub fields: Vec<String>,
    /// Values of the new one, by the fields' keys.
    pub values: Map<String, Value>,
}

impl Split {
    /// Takes every value along that the new ticket's form has a place for.
    #[must_use]
    pub fn taking_along(mut self, desk: &Desk, ticket: &Ticket) -> Self {
        let template = desk.templates.get(self.template.as_ref().unwrap_or(&ticket.template));
        self.fields = ticket.fields.keys().filter(|key| template.is_some_and(|template| template.field(key).is_some())).cloned().collect();
        self
    }
}

/// Makes a ticket of a part of another one, linked with it, and tells the customer its number; the same part again answers the same ticket.
///
/// It is taken back like every ticket that was just made.
///
/// # Errors
/// `Invalid` where messages are not of one conversation of the ticket, or fields are missing.
pub async fn split(engine: &Engine, caller: &Caller, number: i64, wanted: &Split) -> Result<Converted, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let mut reserved = None;
    for _ in 0..TRIES {
        let ticket = load(engine, number).await?;
        refuse_merged(&ticket)?;
        let mut conversation = origin_of(engine, &ticket, &wanted.messages).await?;
        let contact = super::load_contact(engine, conversation.contact).await?;
        if contact.erased_at.is_some() {
            return Err(ActionError::not_now(Why::new("why-erased")));
        }
        let mut messages = wanted.messages.clone();
        messages.sort_unstable();
        messages.dedup();
        let mut convert = Convert::to(wanted.template.clone().unwrap_or_else(|| ticket.template.clone()), source_of(caller));
        convert.message_ids = Some(messages);
        convert.fields.clone_from(&wanted.values);
        convert.category.clone_from(&ticket.category);
        for (index, key) in wanted.fields.iter().enumerate() {
            let held = ticket.fields.get(key).cloned();
            let held = held.ok_or_else(|| ActionError::invalid(format!("fields[{index}]"), Why::new("why-split-no-value").with("field", key)))?;
            convert.collected.insert(key.clone(), held);
        }
        let now = engine.now();
        let mut decision = Decision::by(caller);
        let converted = convert::prepare(engine, &conversation, &contact, &convert, &caller.actor, &mut reserved, &mut decision).await?;
        if !converted.created {
            return Ok(converted);
        }
        convert::announce(engine, &conversation, &contact, &converted, Actor::System, "", &mut decision);
        decision.new_links.push(TicketLink::of(converted.ticket.id, Relation::SplitFrom, ticket.id, now));
        decision.timeline.extend(linking::told(&converted.ticket, Relation::SplitFrom, &ticket, &caller.actor, TimelineKind::Linked, now));
        conversation.updated_at = now;
        decision.conversation = Some(conversation);
        match decision.commit(engine).await {
            Ok(()) => return Ok(converted),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// The one conversation of the ticket in which all the messages are.
async fn origin_of(engine: &Engine, ticket: &Ticket, messages: &[MessageId]) -> Result<bellhop_domain::conversation::Conversation, ActionError> {
    if messages.is_empty() {
        return Err(ActionError::invalid("messages", Why::new("why-no-messages")));
    }
    let mut origin = None;
    for (index, id) in messages.iter().enumerate() {
        let message = engine.reader().message(*id).await?.filter(|message| ticket.conversations.contains(&message.conversation));
        let conversation = message.map(|message| message.conversation).filter(|of| *origin.get_or_insert(*of) == *of);
        if conversation.is_none() {
            let why = Why::new("why-split-elsewhere").with("ticket", number_text(ticket.number));
            return Err(ActionError::invalid(format!("messages[{index}]"), why));
        }
    }
    let conversation = match origin {
        Some(id) => engine.reader().conversation(id).await?,
        None => None,
    };
    conversation.ok_or(ActionError::NotFound { what: "conversation" })
}
