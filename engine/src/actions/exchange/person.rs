//! Somebody who works here, as a document.

use std::collections::BTreeMap;

use bellhop_domain::{
    desk::{Agent, Profile, Role},
    id::AgentId,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::fresh_id;

/// A person by the names of the API; the key is the document's place, and passwords are never in it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    name: String,
    email: String,
    role: Role,
    #[serde(default)]
    departments: Vec<String>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    skills: BTreeMap<String, u8>,
    #[serde(default)]
    regions: Vec<String>,
    #[serde(default)]
    tiers: Vec<String>,
    #[serde(default)]
    calendar: Option<String>,
    #[serde(default)]
    capacity: Capacity,
    #[serde(default)]
    disabled: bool,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Capacity {
    chats: Option<u32>,
    tickets: Option<u32>,
}

impl Person {
    pub(super) fn of(agent: &Agent) -> Self {
        let Profile { skills, regions, tiers, calendar, chats, tickets } = agent.profile.clone();
        Self {
            name: agent.name.clone(),
            email: agent.email.clone(),
            role: agent.role,
            departments: agent.departments.clone(),
            languages: agent.languages.clone(),
            skills,
            regions,
            tiers,
            calendar,
            capacity: Capacity { chats, tickets },
            disabled: agent.disabled,
        }
    }

    /// Reads a document; the error says what is wrong with it.
    pub(super) fn read(document: Value) -> Result<Self, String> {
        serde_json::from_value(document).map_err(|error| error.to_string())
    }

    pub(super) fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The person, with what is known of them already.
    pub(super) fn agent(self, key: &str, known: Option<&Agent>, now: DateTime<Utc>) -> Agent {
        let Self { name, email, role, departments, languages, skills, regions, tiers, calendar, capacity, disabled } = self;
        Agent {
            id: known.map_or_else(|| AgentId(fresh_id()), |known| known.id),
            key: key.to_owned(),
            name: name.trim().to_owned(),
            email: email.trim().to_lowercase(),
            role,
            departments,
            languages,
            profile: Profile { skills, regions, tiers, calendar, chats: capacity.chats, tickets: capacity.tickets },
            disabled,
            created_at: known.map_or(now, |known| known.created_at),
        }
    }
}
