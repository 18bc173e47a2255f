//! People who write to us, and the organisations they belong to.

mod membership;
mod public_mail;

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    actor::Actor,
    id::{ContactId, ConversationId, OrganisationId, ThreadId, TicketId},
    sourced::{Held, Source},
};

pub use membership::Seeing;
pub use public_mail::is_public_mail;

/// A person, over all their channels.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Whose record this is.
    pub id: ContactId,
    /// Grows with every change.
    pub version: i64,
    /// What they are called.
    pub name: Option<String>,
    /// The language they read, as a tag.
    pub language: Option<String>,
    /// Set by `/language`: what a message's locale says no longer changes the language.
    pub language_chosen: bool,
    /// Mail addresses; claims until verified.
    pub emails: Vec<Address>,
    /// Telephone numbers; claims until verified.
    pub phones: Vec<Address>,
    /// Key of the customer tier, by source.
    pub tier: Held<String>,
    /// Key of the region, by source.
    pub region: Held<String>,
    /// Anything else that is known, by name and source.
    pub attributes: BTreeMap<String, Held<serde_json::Value>>,
    /// The company this person belongs to: the one of `memberships` that is in force.
    pub organisation: Option<OrganisationId>,
    /// To which company they belong, or to none, by source.
    #[serde(default)]
    pub memberships: Held<Option<OrganisationId>>,
    /// Whether they see the tickets of their colleagues, by source; nobody does unless somebody says so.
    #[serde(default)]
    pub sees_colleagues: Held<Seeing>,
    /// Messages are stored in silence.
    pub blocked: bool,
    /// When the person's data was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// First contact.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

impl Contact {
    /// A person of whom nothing is known yet.
    pub fn new(id: ContactId, at: DateTime<Utc>) -> Self {
        Self {
            id,
            version: 1,
            name: None,
            language: None,
            language_chosen: false,
            emails: Vec::new(),
            phones: Vec::new(),
            tier: Held::default(),
            region: Held::default(),
            attributes: BTreeMap::new(),
            organisation: None,
            memberships: Held::default(),
            sees_colleagues: Held::default(),
            blocked: false,
            erased_at: None,
            created_at: at,
            updated_at: at,
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

/// Two records of a person that became one, and what is needed to part them again.
#[derive(Clone, PartialEq)]
pub struct ContactMerge {
    /// The record that went.
    pub other: ContactId,
    /// The one that stayed.
    pub contact: ContactId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What is put back.
    pub before: BeforeJoining,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for ContactMerge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactMerge").field("other", &self.other).field("contact", &self.contact).finish_non_exhaustive()
    }
}

/// Two records as they were, and what belonged to the one that went.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct BeforeJoining {
    /// The one that stayed, before.
    pub contact: Contact,
    /// The one that went.
    pub other: Contact,
    /// The one that stayed, afterwards.
    pub joined: Contact,
    /// Channel and external id of those identities that went along.
    pub identities: Vec<(String, String)>,
    /// Threads that went along.
    pub threads: Vec<ThreadId>,
    /// Conversations that went along.
    pub conversations: Vec<ConversationId>,
    /// Tickets that went along.
    pub tickets: Vec<TicketId>,
}

impl BeforeJoining {
    /// The record that stayed, without what came from the other one; what was said of it since stays said.
    pub fn parted(&self, now: &Contact) -> Contact {
        fn back<T: Clone + PartialEq>(now: &T, joined: &T, before: &T) -> T {
            if now == joined { before.clone() } else { now.clone() }
        }
        let addresses = |now: &[Address], joined: &[Address], before: &[Address], other: &[Address]| {
            let known = |list: &[Address], value: &str| list.iter().find(|address| address.value == value).cloned();
            now.iter()
                .filter_map(|address| match (known(before, &address.value), known(joined, &address.value)) {
                    (Some(before), Some(joined)) if joined == *address => Some(before),
                    (None, Some(joined)) if joined == *address && known(other, &address.value).is_some() => None,
                    _ => Some(address.clone()),
                })
                .collect()
        };
        let (before, joined) = (&self.contact, &self.joined);
        let mut attributes = now.attributes.clone();
        for (name, held) in &joined.attributes {
            if now.attributes.get(name) != Some(held) {
                continue;
            }
            match before.attributes.get(name) {
                Some(before) => attributes.insert(name.clone(), before.clone()),
                None => attributes.remove(name),
            };
        }
        let is_language_same = (&now.language, now.language_chosen) == (&joined.language, joined.language_chosen);
        let (language, language_chosen) =
            if is_language_same { (before.language.clone(), before.language_chosen) } else { (now.language.clone(), now.language_chosen) };
        Contact {
            name: back(&now.name, &joined.name, &before.name),
            language,
            language_chosen,
            emails: addresses(&now.emails, &joined.emails, &before.emails, &self.other.emails),
            phones: addresses(&now.phones, &joined.phones, &before.phones, &self.other.phones),
            tier: back(&now.tier, &joined.tier, &before.tier),
            region: back(&now.region, &joined.region, &before.region),
            attributes,
            organisation: back(&now.organisation, &joined.organisation, &before.organisation),
            memberships: back(&now.memberships, &joined.memberships, &before.memberships),
            sees_colleagues: back(&now.sees_colleagues, &joined.sees_colleagues, &before.sees_colleagues),
            blocked: back(&now.blocked, &joined.blocked, &before.blocked),
            created_at: before.created_at,
            ..now.clone()
        }
    }
}

/// A mail address or telephone number of a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The address, normalised (mail in lower case, telephone numbers in E.164 where they parse).
    pub value: String,
    /// Proven to belong to the person; only then may it join records or show anything.
    pub verified: bool,
    /// Where it came from.
    pub source: Source,
    /// When it was learned.
    pub at: DateTime<Utc>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("verified", &self.verified).finish_non_exhaustive()
    }
}

/// A company that people belong to; its tier and region are inherited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Whose record this is.
    pub id: OrganisationId,
    /// Grows with every change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// What the customer system calls it; a signed identity and an import name it by this.
    pub key: Option<String>,
    /// Mail domains whose verified addresses belong to it, in lower case.
    pub domains: Vec<String>,
    /// Key of the tier that members inherit.
    pub tier: Option<String>,
    /// Key of the region that members inherit.
    pub region: Option<String>,
    /// Key of the agent who looks after it.
    pub account_manager: Option<String>,
    /// What colleagues are to know, never shown to a customer.
    pub notes: Option<String>,
    /// First seen.
    pub created_at: DateTime<Utc>,
}

/// Who somebody is on one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of the person.
    pub external_id: String,
    /// Whose identity it is.
    pub contact: ContactId,
}

/// An endpoint on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Our id of it.
    pub id: ThreadId,
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of it.
    pub external_id: String,
    /// Who writes there.
    pub contact: ContactId,
}
