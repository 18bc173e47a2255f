//! A ticket in the making with everything that stands beside it: whose, where it would go and why, what can be done.

use std::collections::BTreeMap;

use bellhop_domain::{
    contact::Contact,
    conversation::Conversation,
    id::MessageId,
    message::Direction,
    review::{Review, ReviewState, UNDO_WITHIN},
    routing::RoutingInput,
    sourced::{Source, Sourced},
    template::{Around, Field, Required, Template},
    ticket::Ticket,
};
use chrono::{DateTime, Utc};

use crate::{
    actions::{
        ActionError,
        convert::{Convert, Situation, customer_messages, history_of, made_before, organisation_of, preview},
    },
    desk::DeskSnapshot,
    engine::Engine,
};

/// A ticket in the making, as an agent looks at it.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// What is stored of it.
    pub review: Review,
    /// Its template, once there is one that still exists.
    pub template: Option<Template>,
    /// Whose ticket it will be.
    pub customer: Customer,
    /// The ticket as it would be now, with department, owner, priority and reasons; or the one that was made.
    pub ticket: Option<Ticket>,
    /// The ticket of this kind that is there already and not closed: confirming leads there.
    pub existing: Option<Ticket>,
    /// Key of the field that the customer is being asked for.
    pub asking: Option<String>,
    /// The fields that are asked for as things stand, in the template's order, each with whether the ticket cannot be made without it.
    pub asked: Vec<(String, bool)>,
    /// Which message of the conversation each source is, from 1.
    pub places: BTreeMap<MessageId, usize>,
    /// Until when the ticket that was made can be taken back.
    pub undo_until: Option<DateTime<Utc>>,
}

/// A customer at a glance.
#[derive(Debug, Clone)]
pub struct Customer {
    /// What they are called.
    pub name: Option<String>,
    /// Key of the tier in force, with its source.
    pub tier: Option<Sourced<String>>,
    /// Key of the region in force, with its source.
    pub region: Option<Sourced<String>>,
}

impl Reviewed {
    /// The fields that the ticket cannot be made without and that have no value, in the template's order.
    pub fn missing(&self) -> Vec<&Field> {
        let missing = self.asked.iter().filter(|(key, needed)| *needed && !self.review.fields.contains_key(key));
        missing.filter_map(|(key, _)| self.template.as_ref()?.field(key)).collect()
    }

    /// The fields that are asked for as things stand, in the template's order, each with whether the ticket cannot be made without it.
    pub fn fields(&self) -> impl Iterator<Item = (&Field, bool)> {
        self.asked.iter().filter_map(|(key, needed)| Some((self.template.as_ref()?.field(key)?, *needed)))
    }

    /// The next of them.
    pub fn next_missing(&self) -> Option<&Field> {
        self.missing().into_iter().next()
    }
}

/// How many messages are counted to say which one a value came from.
const COUNTED: u32 = 200;

/// Puts together what belongs to a review.
pub(super) async fn gather(engine: &Engine, conversation: Conversation, contact: Contact, review: Review) -> Result<Reviewed, ActionError> {
    let desk = engine.desk();
    let organisation = organisation_of(engine, &contact).await?;
    let input = RoutingInput::of_conversation(Some(&conversation), &contact, organisation.as_ref(), &desk, engine.now());
    let customer = Customer { name: contact.name.clone(), tier: input.tier.clone(), region: input.region.clone() };
    let template = review.template.as_ref().and_then(|key| desk.templates.get(key)).cloned();
    let mut existing = None;
    let ticket = match (&review.state, &template) {
        (ReviewState::Made { ticket }, _) => engine.reader().ticket(*ticket).await?,
        (ReviewState::Open, Some(template)) => {
            let tickets = engine.reader().tickets_of_conversation(conversation.id).await?;
            existing = made_before(tickets, &template.key, review.messages.as_deref());
            planned(engine, &desk, &conversation, &contact, organisation.as_ref(), template, &review).await?
        }
        _ => None,
    };
    let undo_until = match review.state {
        ReviewState::Made { .. } => {
            let made = ticket.as_ref().filter(|ticket| ticket.withdrawn_at.is_none());
            made.map(|ticket| ticket.created_at + UNDO_WITHIN).filter(|until| engine.now() <= *until)
        }
        _ => None,
    };
    let asking = conversation.dialogue.phase.asked_by_agent().and_then(|form| form.asking.clone()).filter(|_| review.is_open());
    let places = places(engine, &conversation, &review).await?;
    let around = Some(Around { desk: &desk, input: &input });
    let asked = template.as_ref().map(|template| template.asked(&review.fields, around)).unwrap_or_default();
    let asked = asked.into_iter().map(|asked| (asked.field.key.clone(), asked.required == Required::Create)).collect();
    Ok(Reviewed { review, template, customer, ticket, existing, asking, asked, places, undo_until })
}

async fn planned(
    engine: &Engine,
    desk: &DeskSnapshot,
    conversation: &Conversation,
    contact: &Contact,
    organisation: Option<&bellhop_domain::contact::Organisation>,
    template: &Template,
    review: &Review,
) -> Result<Option<Ticket>, ActionError> {
    let messages = customer_messages(engine, conversation.id, review.messages.as_deref()).await?;
    let history = history_of(engine, contact).await?;
    let situation = Situation { desk, conversation: Some(conversation), contact, organisation, messages: &messages, history };
    let wanted = Convert {
        collected: review.fields.clone(),
        left_empty: review.empty(template),
        message_ids: review.messages.clone(),
        ..Convert::to(&template.key, Source::Agent)
    };
    Ok(preview(&situation, &wanted, engine.now()))
}

/// Which message each value was found in, counted as people count them.
async fn places(engine: &Engine, conversation: &Conversation, review: &Review) -> Result<BTreeMap<MessageId, usize>, ActionError> {
    if review.fields.values().all(|field| field.message.is_none()) {
        return Ok(BTreeMap::new());
    }
    let said = engine.reader().last_messages(conversation.id, COUNTED).await?;
    if said.len() >= COUNTED as usize {
        // The first ones are out of sight, so that counting from here would count wrong.
        return Ok(BTreeMap::new());
    }
    Ok(said.into_iter().filter(|message| message.direction != Direction::Note).enumerate().map(|(at, message)| (message.id, at + 1)).collect())
}
