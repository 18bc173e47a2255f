//! Routing: which department gets a conversation or a ticket, and why.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    assignment::Assignment,
    condition::Condition,
    id::{AgentId, ContactId, OrganisationId},
    localised::Localised,
    sourced::Sourced,
    ticket::{FieldValue, Priority, TicketStatus},
};

mod check;
mod decide;
mod effective;
mod reasons;
mod wording;

pub use check::check_skills;
pub use decide::{ANY, route};
pub use effective::{effective_region, effective_tier, known_regions, known_tiers};

/// A routing rule; rules are tried in order and the first that matches decides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its key.
    #[serde(default)]
    pub key: String,
    /// What people read.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub name: Localised,
    /// Its place in the order, the lowest first; rules without one come last, by key, and those that always match at the very end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    /// Switched off without being deleted.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What must hold; always matches without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What then happens.
    #[serde(default)]
    pub then: Outcome,
    /// Departments by tier and region, where one outcome is not enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Matrix>,
}

fn yes() -> bool {
    true
}

impl Rule {
    /// Whether it decides whatever comes.
    pub fn always_matches(&self) -> bool {
        self.matrix.is_none() && self.when.as_ref().is_none_or(Condition::always_holds)
    }
}

/// Puts rules in the order in which they are tried.
pub fn sort_rules(rules: &mut [Rule]) {
    rules.sort_by_cached_key(|rule| (rule.position.is_none(), rule.position, rule.always_matches(), rule.key.clone()));
}

/// What a rule decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Key of the department; with a matrix, the table says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The priority, where it should be another than the template's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Key of the agent who gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Labels to add.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Skills that whoever gets it needs, each with the lowest level.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<String, u8>,
}

/// Departments by tier (rows) and region (columns); `*` stands for any.
///
/// The most specific cell wins: the customer's own tier before `*`, then the nearest region of the customer's path before `*`.
/// A region stands for everything below it. An empty cell decides nothing: less specific cells are looked at, then the next rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Keys of tiers, a row each.
    pub tiers: Vec<String>,
    /// Keys of regions, a column each.
    pub regions: Vec<String>,
    /// Keys of departments, by row and column.
    pub departments: Vec<Vec<Option<String>>>,
}

/// What a decision looks at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RoutingInput {
    /// The tier in force.
    pub tier: Option<Sourced<String>>,
    /// The region in force.
    pub region: Option<Sourced<String>>,
    /// The language tag that the customer reads.
    pub language: Option<String>,
    /// The channel's configured name.
    pub channel: Option<String>,
    /// Key of the template; none for a conversation that is no ticket.
    pub template: Option<String>,
    /// Key of the category.
    pub category: Option<String>,
    /// The priority so far.
    pub priority: Option<Priority>,
    /// The ticket's fields.
    pub fields: BTreeMap<String, FieldValue>,
    /// Labels.
    pub tags: Vec<String>,
    /// The customer.
    pub contact: Option<ContactId>,
    /// The customer's company.
    pub organisation: Option<OrganisationId>,
    /// What the customer system calls that company.
    pub organisation_key: Option<String>,
    /// Key of the agent who looks after it.
    pub account_manager: Option<String>,
    /// What else is known of the customer, the value in force each; no claims.
    pub attributes: BTreeMap<String, Sourced<serde_json::Value>>,
    /// How many tickets of the customer are open.
    pub tickets_open: u32,
    /// How many tickets the customer ever had.
    pub tickets_total: u32,
    /// What the customer wrote.
    pub text: Option<String>,
    /// When it is decided.
    pub now: DateTime<Utc>,
    /// How the ticket stands, where there is one that is looked at by itself.
    pub standing: Option<Standing>,
}

/// How a ticket stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Where it is.
    pub status: TicketStatus,
    /// Key of the stage of its template.
    pub stage: Option<String>,
    /// Key of the department that has it.
    pub department: Option<String>,
    /// Key of the agent who has it.
    pub owner: Option<String>,
}

/// A stored routing decision.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Routing {
    /// Key of the rule that matched.
    pub rule: Option<String>,
    /// Key of the department.
    pub department: Option<String>,
    /// The agent.
    pub owner: Option<AgentId>,
    /// The priority that the rule sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Labels that the rule adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Why: the conditions of the rule that matched, then for the rules before it what failed.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Skills that whoever gets it needs, each with the lowest level.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<String, u8>,
    /// The place in line, as [`urgency`](crate::assignment::urgency) has it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub urgency: i64,
    /// Who had it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<AgentId>,
    /// Since when whoever has it has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// The agent who passed it on last and does not get it back from the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_on_by: Option<AgentId>,
    /// Why that agent got it by itself, or why it went back to the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
}

impl Routing {
    /// Somebody takes it by hand, or gives it to somebody.
    pub fn taken(&mut self, agent: Option<AgentId>, at: DateTime<Utc>) {
        self.since = agent.map(|_| at);
        self.owner = agent;
        self.before = agent.or(self.before);
        self.passed_on_by = None;
        self.assignment = None;
    }

    /// Whoever has it passes it on, and does not get it back from the queue.
    pub fn passed_on(&mut self, by: Option<AgentId>) {
        self.owner = None;
        self.since = None;
        self.before = self.before.filter(|before| Some(*before) != by);
        self.passed_on_by = by.or(self.passed_on_by);
        self.assignment = None;
    }

    /// It was given to somebody by itself, or went back to the queue.
    pub fn assigned(&mut self, assignment: Assignment) {
        self.owner = assignment.agent;
        self.since = assignment.agent.map(|_| assignment.at);
        self.before = assignment.agent.or(self.before);
        self.passed_on_by = None;
        self.assignment = Some(assignment);
    }
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// One condition that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The condition in words (`tier is vip`).
    pub condition: String,
    /// The condition itself, to be worded for whoever reads it; none where it is no comparison, or was stored before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Condition>,
    /// The value that it met; null when there was none, or when it is the customer's own words.
    pub value: serde_json::Value,
    /// Where the value came from, as a word of [`Source`](crate::sourced::Source).
    pub source: Option<String>,
    /// Whether it matched.
    pub matched: bool,
}

impl Reason {
    /// A comparison with what it met.
    pub(crate) fn of(compared: &Condition, value: serde_json::Value, source: Option<String>, matched: bool) -> Self {
        Self { condition: compared.to_string(), compared: Some(compared.clone()), value, source, matched }
    }

    /// What is no comparison, in words.
    pub(crate) fn bare(condition: impl Into<String>, matched: bool) -> Self {
        Self { condition: condition.into(), compared: None, value: serde_json::Value::Null, source: None, matched }
    }
}
