//! The desk: the installation's own tiers, regions, departments, people, categories, templates and rules, as one snapshot to decide on.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::Calendar, canned::Macro, id::AgentId, localised::Localised, pattern::Pattern, phone::Prefixes, routing::Rule, template::Template,
    ticket::Ticket, view::View,
};

mod places;

pub use places::{Around, Whereabouts};

/// Everything that decisions look up, read together so that one decision sees one state.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// Customer tiers by key.
    pub tiers: BTreeMap<String, Tier>,
    /// Regions by key.
    pub regions: BTreeMap<String, Region>,
    /// Departments by key.
    pub departments: BTreeMap<String, Department>,
    /// People by key.
    pub agents: BTreeMap<String, Agent>,
    /// Categories by key.
    pub categories: BTreeMap<String, Category>,
    /// Ticket templates by key.
    pub templates: BTreeMap<String, Template>,
    /// The versions that templates have had, the present ones among them, by key and number.
    pub versions: BTreeMap<String, BTreeMap<i64, Arc<Template>>>,
    /// Business calendars by key.
    pub calendars: BTreeMap<String, Calendar>,
    /// Macros by key.
    pub macros: BTreeMap<String, Macro>,
    /// Views of tickets by key.
    pub views: BTreeMap<String, View>,
    /// Routing rules in the order in which they are tried.
    pub rules: Vec<Rule>,
    /// Regions by the beginnings of telephone numbers, where the operator has such a table.
    pub prefixes: Arc<Prefixes>,
}

impl Desk {
    /// The region and everything above it, nearest first; unknown keys and circles end the walk.
    pub fn region_path(&self, key: &str) -> Vec<String> {
        let mut path: Vec<String> = Vec::new();
        let mut next = Some(key.to_owned());
        while let Some(key) = next {
            if path.contains(&key) {
                break;
            }
            next = self.regions.get(&key).and_then(|region| region.parent.clone());
            path.push(key);
        }
        path
    }

    /// Key of the tier that people have of whom nothing is known.
    pub fn default_tier(&self) -> Option<&str> {
        self.tiers.values().find(|tier| tier.default).map(|tier| tier.key.as_str())
    }

    /// All departments, each behind the one above it and with the number of those above; by key among those below the same.
    pub fn department_tree(&self) -> Vec<(usize, &Department)> {
        let mut below: BTreeMap<Option<&str>, Vec<&Department>> = BTreeMap::new();
        for department in self.departments.values() {
            let parent = department.parent.as_deref().filter(|parent| self.departments.contains_key(*parent));
            below.entry(parent).or_default().push(department);
        }
        let mut waiting: Vec<(usize, &Department)> = below.remove(&None).into_iter().flatten().rev().map(|root| (0, root)).collect();
        let mut tree = Vec::with_capacity(self.departments.len());
        while let Some((depth, department)) = waiting.pop() {
            tree.push((depth, department));
            waiting.extend(below.remove(&Some(department.key.as_str())).into_iter().flatten().rev().map(|child| (depth + 1, child)));
        }
        tree
    }

    /// The calendar with a department's hours: its own, else that of the nearest department above; none is always open.
    pub fn calendar_of(&self, department: &str) -> Option<&Calendar> {
        self.department_with_those_above(department).find_map(|department| self.calendars.get(department.calendar.as_deref()?))
    }

    /// A department, then the one above it, and so on; no more than there are, should one stand above itself.
    pub fn department_with_those_above(&self, department: &str) -> impl Iterator<Item = &Department> {
        let above = |below: &&Department| self.departments.get(below.parent.as_deref()?);
        std::iter::successors(self.departments.get(department), above).take(self.departments.len())
    }

    /// Whether a department can be reached at this moment; without a department, whether any calendar is open. Always open where there is no calendar.
    pub fn is_open(&self, department: Option<&str>, at: DateTime<Utc>) -> bool {
        self.calendars_for(department).is_none_or(|calendars| calendars.iter().any(|calendar| calendar.is_open(at)))
    }

    /// The first moment from `at` on at which a department can be reached: `at` itself when it can be then, nothing when it stays closed for
    /// over a year. Without a department, when the first calendar opens.
    pub fn next_opening(&self, department: Option<&str>, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.calendars_for(department) {
            None => Some(at),
            Some(calendars) => calendars.iter().filter_map(|calendar| calendar.next_opening(at)).min(),
        }
    }

    fn calendars_for(&self, department: Option<&str>) -> Option<Vec<&Calendar>> {
        match department {
            Some(department) => self.calendar_of(department).map(|calendar| vec![calendar]),
            None if self.calendars.is_empty() => None,
            None => Some(self.calendars.values().collect()),
        }
    }

    /// Whether somebody works in a department, as either of the two says. Who leads it need not.
    pub fn works_in(&self, agent: &Agent, department: &str) -> bool {
        let is_member = || self.departments.get(department).is_some_and(|department| department.members.contains(&agent.key));
        agent.departments.iter().any(|key| key == department) || is_member()
    }

    /// How a department's work is given away by itself, if it is.
    pub fn automatic(&self, department: &str) -> Option<&Automatic> {
        self.departments.get(department)?.assignment.as_ref()
    }

    /// Whether these are somebody's hours; always without a calendar that exists.
    pub fn on_duty(&self, agent: &Agent, at: DateTime<Utc>) -> bool {
        agent.profile.calendar.as_ref().and_then(|key| self.calendars.get(key)).is_none_or(|calendar| calendar.is_open(at))
    }

    /// The form that a ticket was made with: its template as it was then, however that was changed since.
    pub fn form_of(&self, ticket: &Ticket) -> Option<&Template> {
        let kept = self.versions.get(&ticket.template).and_then(|versions| versions.get(&ticket.template_version));
        kept.map(Arc::as_ref).or_else(|| self.templates.get(&ticket.template))
    }

    /// The number of a template's present version, from 1.
    pub fn version_of(&self, template: &str) -> i64 {
        self.versions.get(template).and_then(|versions| versions.last_key_value()).map_or(1, |(version, _)| *version)
    }

    /// The agent with this id.
    pub fn agent(&self, id: AgentId) -> Option<&Agent> {
        self.agents.values().find(|agent| agent.id == id)
    }

    /// The routing rule with this key.
    pub fn rule(&self, key: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.key == key)
    }
}

/// A step of the ranked list of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its key.
    #[serde(default)]
    pub key: String,
    /// What people read.
    pub name: Localised,
    /// The highest rank is served first.
    pub rank: i32,
    /// The tier of people of whom nothing is known.
    #[serde(default)]
    pub default: bool,
}

/// A node of the tree of regions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its key (`DE`).
    #[serde(default)]
    pub key: String,
    /// What people read.
    pub name: Localised,
    /// Key of the region above.
    #[serde(default)]
    pub parent: Option<String>,
    /// The region of people of whom nothing is known.
    #[serde(default, skip_serializing_if = "is_false")]
    pub default: bool,
    /// Where it lies, for those who share where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<Around>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A part of the house with a queue of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Its key.
    #[serde(default)]
    pub key: String,
    /// What people read.
    pub name: Localised,
    /// Key of the department above.
    #[serde(default)]
    pub parent: Option<String>,
    /// Key of the agent who leads it.
    #[serde(default)]
    pub head: Option<String>,
    /// Keys of the agents who work in it.
    #[serde(default)]
    pub members: Vec<String>,
    /// Key of the calendar with its hours; always open without one.
    #[serde(default)]
    pub calendar: Option<String>,
    /// How its work is given to its people; without it, everything waits until somebody takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Automatic>,
}

/// How a department's work is given to its people by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Automatic {
    /// Conversations that wait are given away.
    pub chats: bool,
    /// Tickets without an owner are given away.
    pub tickets: bool,
    /// Conversations at once, for who says nothing else.
    pub most_chats: u32,
    /// Tickets to be worked on at once, for who says nothing else.
    pub most_tickets: u32,
    /// Skills that all of its work needs, each with the lowest level.
    pub skills: BTreeMap<String, u8>,
    /// The agent who looks after the customer's company comes before others who can take it.
    pub account_manager: bool,
    /// Who is online and has done nothing for so long is away; 0: never.
    pub away_after_minutes: u32,
    /// Conversations of who is not there for so long go back to the queue; 0: never.
    pub chats_back_after_minutes: u32,
    /// Tickets of who is not there for so long go back to the queue; 0: never.
    pub tickets_back_after_minutes: u32,
}

impl Default for Automatic {
    fn default() -> Self {
        Self {
            chats: true,
            tickets: true,
            most_chats: 5,
            most_tickets: 20,
            skills: BTreeMap::new(),
            account_manager: false,
            away_after_minutes: 30,
            chats_back_after_minutes: 10,
            // Three days: over a weekend nobody loses what they work on.
            tickets_back_after_minutes: 3 * 24 * 60,
        }
    }
}

/// The highest level of a skill; 1 is the lowest.
pub const HIGHEST_LEVEL: u8 = 5;

/// A node of the three-level tree of demand, scenario and problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its key, unique in the tree.
    #[serde(default)]
    pub key: String,
    /// What people read.
    pub name: Localised,
    /// Key of the category above; at most two above any.
    #[serde(default)]
    pub parent: Option<String>,
    /// Keys of the templates that offer it; as the level above says when empty, and all where none says anything.
    #[serde(default)]
    pub templates: Vec<String>,
    /// What customers write when it is meant; the bot proposes it then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggest: Vec<Pattern>,
    /// Slugs of articles, or paths of the knowledge base's categories (`orders/returns`), that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<String>,
}

/// A person who works here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Whose record this is.
    pub id: AgentId,
    /// The short name in commands and links (`mei`).
    pub key: String,
    /// The name that colleagues and customers see.
    pub name: String,
    /// Mail address, the name at sign-in; in lower case, unique.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Keys of the departments they work in.
    pub departments: Vec<String>,
    /// Language tags they work in.
    pub languages: Vec<String>,
    /// What they can do and how much of it.
    #[serde(default)]
    pub profile: Profile,
    /// May not sign in any more.
    pub disabled: bool,
    /// First seen.
    pub created_at: DateTime<Utc>,
}

/// What somebody can do and how much of it: what assignment looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Skills with levels from 1 to [`HIGHEST_LEVEL`].
    pub skills: BTreeMap<String, u8>,
    /// Keys of the regions they serve, each with everything below it; all when empty.
    pub regions: Vec<String>,
    /// Keys of the tiers they serve; all when empty.
    pub tiers: Vec<String>,
    /// Key of the calendar with their hours; always without one.
    pub calendar: Option<String>,
    /// Conversations they take at once; as the department says when absent.
    pub chats: Option<u32>,
    /// Tickets they work on at once; as the department says when absent.
    pub tickets: Option<u32>,
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Conversations, tickets, reports and the people of the departments.
    Supervisor,
    /// Conversations and tickets.
    Agent,
    /// The knowledge base.
    Editor,
    /// Looking only.
    Readonly,
}

impl Role {
    /// Every role, in the order of the documents.
    pub const ALL: [Self; 5] = [Self::Admin, Self::Supervisor, Self::Agent, Self::Editor, Self::Readonly];

    /// Whether work can be given to them.
    pub fn takes_work(self) -> bool {
        matches!(self, Self::Admin | Self::Supervisor | Self::Agent)
    }

    /// The word in the database, the API and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Supervisor => "supervisor",
            Self::Agent => "agent",
            Self::Editor => "editor",
            Self::Readonly => "readonly",
        }
    }

    /// The role with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    fn desk() -> Desk {
        let department = |key: &str, parent: Option<&str>, calendar: Option<&str>| Department {
            key: key.to_owned(),
            name: Localised::default(),
            parent: parent.map(str::to_owned),
            head: None,
            members: vec![],
            calendar: calendar.map(str::to_owned),
            assignment: None,
        };
        let mut desk = Desk::default();
        for department in [
            department("house", None, Some("days")),
            department("desk", Some("house"), None),
            department("night", Some("house"), Some("nights")),
            department("lost", Some("lost"), Some("deleted")),
        ] {
            desk.departments.insert(department.key.clone(), department);
        }
        desk
    }

    fn with_calendars() -> Desk {
        let mut desk = desk();
        for (key, opens, closes) in [("days", "08:00", "16:00"), ("nights", "20:00", "24:00")] {
            let hours = json!([[opens, closes]]);
            let calendar = json!({"key": key, "time_zone": "UTC", "hours": {"mon": hours}});
            desk.calendars.insert(key.to_owned(), serde_json::from_value(calendar).unwrap());
        }
        desk
    }

    #[test]
    fn hours_come_from_the_nearest_department_above_that_has_some() {
        // A Monday at noon.
        let noon = DateTime::parse_from_rfc3339("2026-11-23T12:00:00Z").unwrap().to_utc();
        let evening = noon + chrono::TimeDelta::hours(8);
        let desk = with_calendars();
        for (department, open, next) in [
            (Some("house"), true, noon),
            (Some("desk"), true, noon),
            (Some("night"), false, evening),
            (Some("lost"), true, noon),
            (Some("unknown"), true, noon),
            (None, true, noon),
        ] {
            assert_eq!(desk.is_open(department, noon), open, "{department:?}");
            assert_eq!(desk.next_opening(department, noon), Some(next), "{department:?}");
        }
        let tea = noon + chrono::TimeDelta::hours(5);
        assert!(!desk.is_open(None, tea));
        assert_eq!(desk.next_opening(None, tea), Some(evening));
    }

    #[test]
    fn without_calendars_it_is_always_open() {
        let at = DateTime::UNIX_EPOCH;
        assert!(desk().is_open(None, at) && desk().is_open(Some("house"), at));
        assert_eq!(desk().next_opening(Some("house"), at), Some(at));
    }
}
