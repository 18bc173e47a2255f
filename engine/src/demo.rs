//! The sample company: people, desks, rules and conversations in every state, made from a document.

use std::collections::BTreeMap;

use bellhop_domain::{
    actor::Actor,
    contact::{Address, Contact, Identity, Thread},
    conversation::{Conversation, ConversationStatus},
    desk::{Profile, Role},
    dialogue::Dialogue,
    id::{ContactId, ConversationId, MessageId, OrganisationId, ThreadId},
    localised::Localised,
    message::{Delivery, DeliveryState, Direction, Extras, Message},
    sourced::{Source, Sourced},
    ticket::TicketStatus,
};
use bellhop_store::desk::DeskKind;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    actions::{
        ActionError,
        conversations::enter_status,
        convert::{self, Convert},
        objects, organisations, people,
    },
    caller::Caller,
    clock::fresh_id,
    decision::Decision,
    engine::Engine,
};

/// The channel on which the sample customers write.
pub const CHANNEL: &str = "shop";

/// A sample company.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    departments: Vec<DepartmentEntry>,
    agents: Vec<AgentEntry>,
    organisations: Vec<OrganisationEntry>,
    routing: Value,
    contacts: Vec<ContactEntry>,
    conversations: Vec<ConversationEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentEntry {
    key: String,
    name: Localised,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentEntry {
    key: String,
    name: String,
    email: String,
    role: Role,
    departments: Vec<String>,
    languages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationEntry {
    key: String,
    name: String,
    domains: Vec<String>,
    tier: Option<String>,
    region: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactEntry {
    key: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    tier: Option<String>,
    region: Option<String>,
    language: Option<String>,
    organisation: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConversationEntry {
    contact: String,
    status: ConversationStatus,
    assignee: Option<String>,
    department: Option<String>,
    messages: Vec<MessageEntry>,
    ticket: Option<TicketEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageEntry {
    from: Speaker,
    agent: Option<String>,
    text: String,
    minutes_ago: i64,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Speaker {
    Customer,
    Bot,
    Agent,
    Note,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TicketEntry {
    template: String,
    fields: Map<String, Value>,
    status: TicketStatus,
    owner: Option<String>,
}

/// Fills an empty installation; nothing is sent to anybody.
///
/// # Errors
/// When the database does not take it, or the document names what it does not define.
pub async fn fill(engine: &Engine, company: &Company) -> Result<(), ActionError> {
    let caller = Caller::system();
    for agent in &company.agents {
        people::create(engine, &caller, agent.as_new()).await?;
    }
    for department in &company.departments {
        let members: Vec<_> = company.agents.iter().filter(|agent| agent.departments.contains(&department.key)).map(|agent| &agent.key).collect();
        let document = json!({ "name": department.name, "members": members });
        objects::put(engine, &caller, DeskKind::Departments, &department.key, &document, None).await?;
    }
    let matrix = json!({ "name": { "en": "Desk by tier and region", "zh": "按等级和地区分配" }, "position": 10, "matrix": company.routing });
    objects::put(engine, &caller, DeskKind::RoutingRules, "desks", &matrix, None).await?;
    let mut organisations = BTreeMap::new();
    for entry in &company.organisations {
        let made = organisations::create(engine, &caller, &entry.as_patch()).await?;
        organisations.insert(entry.key.as_str(), made.id);
    }
    let mut contacts = BTreeMap::new();
    for (place, entry) in company.conversations.iter().enumerate() {
        let person = company.contacts.iter().find(|person| person.key == entry.contact).ok_or(ActionError::NotFound { what: "contact" })?;
        let known = contacts.get(person.key.as_str()).cloned();
        let contact = Box::pin(Scene { engine, entry, person, place }.play(known, &organisations)).await?;
        contacts.insert(person.key.as_str(), contact);
    }
    Ok(())
}

impl AgentEntry {
    fn as_new(&self) -> people::NewAgent {
        people::NewAgent {
            key: Some(self.key.clone()),
            name: Some(self.name.clone()),
            email: self.email.clone(),
            role: self.role,
            departments: Vec::new(),
            languages: self.languages.clone(),
            profile: Profile::default(),
            password: None,
        }
    }
}

impl OrganisationEntry {
    fn as_patch(&self) -> organisations::OrganisationPatch {
        organisations::OrganisationPatch {
            name: Some(self.name.clone()),
            key: Some(Some(self.key.clone())),
            notes: None,
            domains: Some(self.domains.clone()),
            tier: Some(self.tier.clone()),
            region: Some(self.region.clone()),
            account_manager: None,
        }
    }
}

impl ContactEntry {
    fn as_contact(&self, organisations: &BTreeMap<&str, OrganisationId>, at: DateTime<Utc>) -> Contact {
        let fact = |value: &String| Sourced { value: value.clone(), source: Source::Import, by: Some("demo".to_owned()), at, warning: None };
        let proven = |value: &String| Address { value: value.clone(), verified: true, source: Source::Import, at };
        let mut contact = Contact::new(ContactId(fresh_id()), at);
        contact.name = Some(self.name.clone());
        contact.language.clone_from(&self.language);
        contact.emails = self.email.iter().map(proven).collect();
        contact.phones = self.phone.iter().map(proven).collect();
        if let Some(tier) = &self.tier {
            contact.tier.set(fact(tier));
        }
        if let Some(region) = &self.region {
            contact.region.set(fact(region));
        }
        contact.organisation = self.organisation.as_deref().and_then(|key| organisations.get(key)).copied();
        if contact.organisation.is_some() {
            let (value, by) = (contact.organisation, Some("demo".to_owned()));
            contact.memberships.set(Sourced { value, source: Source::Import, by, at, warning: None });
        }
        contact
    }
}

/// One sample conversation.
struct Scene<'a> {
    engine: &'a Engine,
    entry: &'a ConversationEntry,
    person: &'a ContactEntry,
    place: usize,
}

impl Scene<'_> {
    async fn play(&self, known: Option<Contact>, organisations: &BTreeMap<&str, OrganisationId>) -> Result<Contact, ActionError> {
        let now = self.engine.now();
        let began = self.entry.messages.first().map_or(now, |message| now - TimeDelta::minutes(message.minutes_ago));
        let mut decision = Decision::default();
        let contact = known.unwrap_or_else(|| {
            let contact = self.person.as_contact(organisations, began);
            decision.new_contact = Some(contact.clone());
            decision.new_identities.push(Identity { channel: CHANNEL.to_owned(), external_id: self.person.key.clone(), contact: contact.id });
            contact
        });
        let thread = Thread {
            id: ThreadId(fresh_id()),
            channel: CHANNEL.to_owned(),
            external_id: format!("{}-{}", self.person.key, self.place + 1),
            contact: contact.id,
        };
        let conversation = self.conversation(&thread, &contact, began);
        decision.new_thread = Some(thread);
        for message in &self.entry.messages {
            decision.new_messages.push(self.message(message, &conversation, &contact, now)?);
        }
        decision.new_conversation = Some(conversation.clone());
        decision.commit(self.engine).await?;
        self.settle(conversation, &contact).await?;
        Ok(contact)
    }

    fn conversation(&self, thread: &Thread, contact: &Contact, began: DateTime<Utc>) -> Conversation {
        Conversation {
            id: ConversationId(fresh_id()),
            version: 1,
            thread: thread.id,
            channel: thread.channel.clone(),
            external_thread: thread.external_id.clone(),
            contact: contact.id,
            status: ConversationStatus::Bot,
            assignee: None,
            department: self.entry.department.clone(),
            language: contact.language.clone(),
            category: None,
            proposed: None,
            tags: vec!["demo".to_owned()],
            routing: None,
            dialogue: Dialogue::default(),
            queued_at: None,
            snoozed_until: None,
            resolved_at: None,
            created_at: began,
            updated_at: began,
        }
    }

    fn agent(&self, key: Option<&str>) -> Result<Actor, ActionError> {
        let desk = self.engine.desk();
        let agent = key.or(self.entry.assignee.as_deref()).and_then(|key| desk.agents.get(key)).ok_or(ActionError::NotFound { what: "agent" })?;
        Ok(Actor::Agent { id: agent.id, key: agent.key.clone(), name: agent.name.clone() })
    }

    fn message(&self, entry: &MessageEntry, conversation: &Conversation, contact: &Contact, now: DateTime<Utc>) -> Result<Message, ActionError> {
        let id = MessageId(fresh_id());
        let (direction, author) = match entry.from {
            Speaker::Customer => (Direction::In, Actor::Contact { id: contact.id }),
            Speaker::Bot => (Direction::Out, Actor::Bot),
            Speaker::Agent => (Direction::Out, self.agent(entry.agent.as_deref())?),
            Speaker::Note => (Direction::Note, self.agent(entry.agent.as_deref())?),
        };
        let read = Delivery { state: DeliveryState::Read, error: None, maybe_sent: false };
        Ok(Message {
            conversation: conversation.id,
            author_name: if direction == Direction::In { contact.name.clone() } else { author.name().map(str::to_owned) },
            delivery: (direction == Direction::Out).then_some(read),
            external_id: (direction == Direction::In).then(|| format!("demo-{}", id.0.simple())),
            created_at: now - TimeDelta::minutes(entry.minutes_ago),
            text: entry.text.clone(),
            extras: Extras::default(),
            id,
            direction,
            author,
        })
    }

    /// Brings the stored conversation into its state, with its ticket.
    async fn settle(&self, mut conversation: Conversation, contact: &Contact) -> Result<(), ActionError> {
        let now = self.engine.now();
        let desk = self.engine.desk();
        let mut decision = Decision::default();
        if let Some(entry) = &self.entry.ticket {
            let wanted = Convert { fields: entry.fields.clone(), ..Convert::to(&entry.template, Source::Agent) };
            convert::prepare(self.engine, &conversation, contact, &wanted, &Actor::System, &mut None, &mut decision).await?;
            if let Some(ticket) = &mut decision.new_ticket {
                ticket.status = entry.status;
                ticket.owner = entry.owner.as_deref().and_then(|key| desk.agents.get(key)).map(|agent| agent.id);
                ticket.resolved_at = (!entry.status.is_open()).then_some(now);
            }
        }
        if self.entry.status != ConversationStatus::Bot {
            conversation.assignee = self.entry.assignee.as_deref().and_then(|key| desk.agents.get(key)).map(|agent| agent.id);
            enter_status(&mut decision, &mut conversation, self.entry.status, &Actor::System, now, self.engine.settings());
        }
        if self.entry.status == ConversationStatus::Snoozed {
            conversation.snoozed_until = Some(now + TimeDelta::days(1));
        }
        conversation.updated_at = self.entry.messages.last().map_or(now, |message| now - TimeDelta::minutes(message.minutes_ago));
        decision.conversation = Some(conversation);
        Ok(decision.commit(self.engine).await?)
    }
}
