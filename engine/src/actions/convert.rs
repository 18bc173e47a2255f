//! From a conversation to a ticket: filled in, routed, and the customer told. Doing it twice makes one ticket.

mod adding;
mod plan;

use std::collections::{BTreeMap, BTreeSet};

use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Organisation},
    conversation::Conversation,
    id::{ConversationId, MessageId, TicketId},
    message::{Direction, Message},
    review::Review,
    sourced::Source,
    text::{self, Values},
    ticket::{FieldValue, Priority, Ticket, TicketStatus},
    timeline::TimelineKind,
    why::Why,
    words,
};
use serde_json::{Map, Value, json};

use super::{
    ActionError, TRIES,
    conversations::{language_of, load},
    messages, require, review, tickets,
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
};

pub use adding::{add_conversation, tickets_to_join};
pub(crate) use plan::{History, Situation, decide_route, keep_region, plan_ticket, preview, routing_details, routing_input};

/// Messages of a conversation that fields are looked for in, the latest ones.
const MESSAGES_READ: u32 = 200;

/// Which ticket to make of a conversation.
#[derive(Clone)]
pub struct Convert {
    /// Key of the template.
    pub template: String,
    /// Values given now, by the fields' keys.
    pub fields: Map<String, Value>,
    /// Values collected before, with their own sources.
    pub collected: BTreeMap<String, FieldValue>,
    /// Keys of the fields that stay empty, whatever could be found for them.
    pub left_empty: BTreeSet<String>,
    /// The part of the conversation that it is about; all of it when absent.
    pub message_ids: Option<Vec<MessageId>>,
    /// Another ticket on purpose, although there is one already.
    pub new: bool,
    /// Where the values given now come from.
    pub source: Source,
    /// The priority, where it should be another than template and rules say.
    pub priority: Option<Priority>,
    /// Key of the category; the conversation's when absent.
    pub category: Option<String>,
}

impl Convert {
    /// Everything by itself: the template is filled from what is known.
    pub fn to(template: impl Into<String>, source: Source) -> Self {
        Self {
            template: template.into(),
            fields: Map::new(),
            collected: BTreeMap::new(),
            left_empty: BTreeSet::new(),
            message_ids: None,
            new: false,
            source,
            priority: None,
            category: None,
        }
    }

    /// Every message once, in one order.
    fn tidied(mut self) -> Self {
        if let Some(ids) = &mut self.message_ids {
            ids.sort_unstable();
            ids.dedup();
        }
        self
    }
}

/// The ticket that a conversation became.
#[derive(Debug, Clone)]
pub struct Converted {
    /// The ticket.
    pub ticket: Ticket,
    /// It was made now; else it was there already.
    pub created: bool,
}

/// Makes a ticket of the conversation and tells the customer its number and its page.
///
/// While the ticket is not closed, the same conversion answers the same ticket and tells nobody. What is missing is
/// refused with the fields named (`fields.order_number`).
pub async fn convert(engine: &Engine, caller: &Caller, id: ConversationId, wanted: &Convert) -> Result<Converted, ActionError> {
    convert_reviewed(engine, caller, id, wanted, None).await
}

/// The same, of a ticket in the making, which is done with it.
pub(super) async fn convert_reviewed(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    wanted: &Convert,
    review: Option<&Review>,
) -> Result<Converted, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let wanted = &wanted.clone().tidied();
    let mut number = None;
    for _ in 0..TRIES {
        let mut conversation = load(engine, id).await?;
        let contact = engine.reader().contact(conversation.contact).await?.ok_or(ActionError::NotFound { what: "contact" })?;
        if contact.erased_at.is_some() {
            return Err(ActionError::not_now(Why::new("why-erased")));
        }
        let mut decision = Decision::by(caller);
        let converted = prepare(engine, &conversation, &contact, wanted, &caller.actor, &mut number, &mut decision).await?;
        if !converted.created && review.is_none() {
            return Ok(converted);
        }
        let now = engine.now();
        if converted.created {
            announce(engine, &conversation, &contact, &converted, Actor::System, "", &mut decision);
        }
        if let Some(review) = review {
            review::made(review, &converted, &mut conversation, &caller.actor, &mut decision, now);
        }
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

/// Finds the ticket that this conversion made before, or puts a new one with its timeline into `decision`; tells nobody.
///
/// The decision must also change the conversation: its version keeps two conversions at once apart. `number` is taken
/// once and kept over tries.
pub(crate) async fn prepare(
    engine: &Engine,
    conversation: &Conversation,
    contact: &Contact,
    wanted: &Convert,
    actor: &Actor,
    number: &mut Option<i64>,
    decision: &mut Decision,
) -> Result<Converted, ActionError> {
    if !wanted.new
        && let Some(ticket) =
            made_before(engine.reader().tickets_of_conversation(conversation.id).await?, &wanted.template, wanted.message_ids.as_deref())
    {
        return Ok(Converted { ticket, created: false });
    }
    let desk = engine.desk();
    let now = engine.now();
    let messages = customer_messages(engine, conversation.id, wanted.message_ids.as_deref()).await?;
    let organisation = organisation_of(engine, contact).await?;
    let history = history_of(engine, contact).await?;
    let situation =
        Situation { desk: &desk, conversation: Some(conversation), contact, organisation: organisation.as_ref(), messages: &messages, history };
    let planned = plan_ticket(&situation, wanted, actor, TicketId(fresh_id()), now).map_err(|problems| ActionError::Invalid { problems })?;
    let number = match *number {
        Some(number) => number,
        None => *number.insert(reserve_number(engine).await?),
    };
    let ticket = planned.add_to(decision, number);
    Ok(Converted { ticket, created: true })
}

/// Tells the customer of a ticket, or that there was one already: its number and a link to its page.
pub(crate) fn announce(
    engine: &Engine,
    conversation: &Conversation,
    contact: &Contact,
    converted: &Converted,
    author: Actor,
    lead: &str,
    decision: &mut Decision,
) -> Message {
    let (ticket, now) = (&converted.ticket, engine.now());
    let language = ticket.language.clone().unwrap_or_else(|| language_of(conversation, engine.settings()));
    let desk = engine.desk();
    let url = engine.links().ticket(ticket.id);
    let text = if converted.created {
        let own = desk.form_of(ticket).and_then(|template| template.acknowledgement.as_ref()).and_then(|text| {
            let values = Values::default().of_ticket(&desk, ticket, Some(contact), &language, &url);
            text::fill_in(text, &language, &values)
        });
        words::ticket_filed(&language, lead, own.as_deref(), ticket.number, &url)
    } else {
        words::ticket_filed_before(&language, lead, ticket.number, &url)
    };
    let message = messages::compose(engine, conversation, author, None, text, Vec::new(), Some(ticket), None, Vec::new(), decision, now);
    decision.timeline.push(tickets::happened(ticket, &Actor::System, TimelineKind::Notified, json!({ "message": message.id }), now));
    if tickets::cards_are_live_on(engine, &conversation.channel) {
        decision.cards.push((ticket.id, message.id));
    }
    message
}

/// The next number; one that is not used after all leaves a gap.
pub(super) async fn reserve_number(engine: &Engine) -> Result<i64, ActionError> {
    Ok(engine.writer().next_ticket_number::<ActionError>().await?)
}

pub(super) async fn organisation_of(engine: &Engine, contact: &Contact) -> Result<Option<Organisation>, ActionError> {
    match contact.organisation {
        Some(id) => Ok(engine.reader().organisation(id).await?),
        None => Ok(None),
    }
}

/// How many tickets the customer has and had, among the latest 200.
pub(super) async fn history_of(engine: &Engine, contact: &Contact) -> Result<History, ActionError> {
    let statuses = engine.reader().latest_statuses(contact.id, 200).await?;
    let count = |wanted: fn(TicketStatus) -> bool| statuses.iter().filter(|(status, _)| wanted(*status)).map(|(_, count)| count).sum();
    Ok(History { open: count(TicketStatus::is_open), total: count(|_| true) })
}

/// The ticket that the same conversion made before.
pub(super) fn made_before(tickets: Vec<Ticket>, template: &str, part: Option<&[MessageId]>) -> Option<Ticket> {
    let same_part = |ticket: &Ticket| match part {
        Some(ids) => ids.len() == ticket.messages.len() && ids.iter().all(|id| ticket.messages.contains(id)),
        None => true,
    };
    tickets.into_iter().find(|ticket| ticket.template == template && ticket.status != TicketStatus::Closed && same_part(ticket))
}

/// What the customer wrote, the oldest first; only the wanted part, where one is named.
pub(super) async fn customer_messages(
    engine: &Engine,
    conversation: ConversationId,
    part: Option<&[MessageId]>,
) -> Result<Vec<Message>, ActionError> {
    let mut messages = engine.reader().last_messages(conversation, MESSAGES_READ).await?;
    if let Some(part) = part {
        if part.is_empty() {
            return Err(ActionError::invalid("message_ids", Why::new("why-no-messages")));
        }
        for (index, id) in part.iter().enumerate() {
            if messages.iter().any(|message| message.id == *id) {
                continue;
            }
            let older = engine.reader().message(*id).await?.filter(|message| message.conversation == conversation);
            match older {
                Some(message) => messages.insert(0, message),
                None => return Err(ActionError::invalid(format!("message_ids[{index}]"), format!("{id} is no message of this conversation"))),
            }
        }
        messages.retain(|message| part.contains(&message.id));
        messages.sort_by_key(|message| (message.created_at, message.id));
    }
    messages.retain(|message| message.direction == Direction::In && message.extras.deleted_at.is_none() && !message.text.is_empty());
    Ok(messages)
}
