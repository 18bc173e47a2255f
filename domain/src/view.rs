//! Views: lists of tickets that people look at again and again, each by a name.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    canned::ME,
    condition::{Condition, Facts, Leaf, Op, Scope, Subject, check_condition},
    desk::Desk,
    id::AgentId,
    invalid::FieldError,
    localised::Localised,
    routing::{RoutingInput, Standing},
    sourced::{Source, Sourced},
    ticket::{ACTIVE, Ticket, TicketSort, TicketStatus},
};

/// A list of tickets with a name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Its key (`my_vips`).
    #[serde(default)]
    pub key: String,
    /// What people read.
    pub name: Localised,
    /// Key of the agent whose own it is; everybody's without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Which tickets: a condition over the ticket itself, in which the agent [`ME`] is whoever looks.
    #[serde(default = "everything")]
    pub when: Condition,
    /// Which come first.
    #[serde(default)]
    pub sort: TicketSort,
    /// Its place among the views; those without one come last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
}

fn everything() -> Condition {
    Condition::All(Vec::new())
}

impl Default for Condition {
    fn default() -> Self {
        everything()
    }
}

/// A ticket as views look at it.
pub struct Listed(RoutingInput);

impl Listed {
    /// What is known of a ticket by itself.
    pub fn of(ticket: &Ticket, desk: &Desk) -> Self {
        let sourced = |value: &Option<String>, at: DateTime<Utc>| {
            value.clone().map(|value| Sourced { value, source: Source::Agent, by: None, at, warning: None })
        };
        Self(RoutingInput {
            tier: sourced(&ticket.tier, ticket.updated_at),
            region: sourced(&ticket.region, ticket.updated_at),
            language: ticket.language.clone(),
            template: Some(ticket.template.clone()),
            category: ticket.category.clone(),
            priority: Some(ticket.priority),
            fields: ticket.fields.clone(),
            contact: Some(ticket.contact),
            now: ticket.updated_at,
            standing: Some(Standing {
                status: ticket.status,
                stage: ticket.stage.clone(),
                department: ticket.department.clone(),
                owner: ticket.owner.and_then(|owner| desk.agent(owner)).map(|agent| agent.key.clone()),
            }),
            ..RoutingInput::default()
        })
    }

    /// The views among `views` that the ticket is in for `me`, by their place.
    pub fn views<'v>(&self, views: impl IntoIterator<Item = &'v View>, desk: &Desk, me: Option<&str>) -> Vec<bool> {
        let facts = Facts::of_ticket(desk, &self.0, me);
        views.into_iter().map(|view| facts.holds(&view.when)).collect()
    }

    /// Whether the ticket is in a view for `me`.
    pub fn is_in(&self, view: &View, desk: &Desk, me: Option<&str>) -> bool {
        Facts::of_ticket(desk, &self.0, me).holds(&view.when)
    }
}

/// What must be true of every ticket of a view, as an index can be asked for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lead {
    /// In one of these states; in any, if there is none.
    pub statuses: Vec<TicketStatus>,
    /// Made from this template.
    pub template: Option<String>,
    /// This department has it.
    pub department: Option<String>,
    /// Of customers of this tier.
    pub tier: Option<String>,
    /// This agent has it; inside, nobody.
    pub owner: Option<Option<AgentId>>,
}

impl View {
    /// Whether somebody may see and use it: everybody's, and one's own.
    pub fn is_for(&self, agent: Option<&str>) -> bool {
        self.owner.as_deref().is_none_or(|owner| Some(owner) == agent)
    }

    /// Whether it looks at whoever looks, so that each agent has another list.
    pub fn is_personal(&self) -> bool {
        self.when.leaves().into_iter().any(|leaf| leaf.subject == Subject::Owner && values(leaf).any(|value| value == ME))
    }

    /// Whether every ticket in it is one in which somebody still has to do something: only of those is it counted how many there are.
    pub fn is_counted(&self) -> bool {
        let statuses = self.statuses();
        !statuses.is_empty() && statuses.iter().all(|status| status.is_open())
    }

    fn statuses(&self) -> Vec<TicketStatus> {
        let mut left = TicketStatus::ALL.to_vec();
        for leaf in self.when.needed().into_iter().filter(|leaf| leaf.subject == Subject::Status) {
            let is_one = |status: &TicketStatus| values(leaf).any(|word| word == status.as_str() || (word == ACTIVE && status.is_open()));
            match leaf.op {
                Op::Eq | Op::In => left.retain(is_one),
                Op::Ne | Op::NotIn => left.retain(|status| !is_one(status)),
                _ => {}
            }
        }
        if left.len() == TicketStatus::ALL.len() { Vec::new() } else { left }
    }

    /// What must be true of all its tickets, for the agent `me`.
    pub fn lead(&self, desk: &Desk, me: Option<&str>) -> Lead {
        let mut lead = Lead { statuses: self.statuses(), ..Lead::default() };
        for leaf in self.when.needed() {
            let is_nobody = leaf.op == Op::Exists && leaf.value == Value::Bool(false);
            if leaf.subject == Subject::Owner && is_nobody {
                lead.owner = Some(None);
            }
            let mut all = values(leaf);
            let (Op::Eq | Op::In, Some(one), None) = (leaf.op, all.next(), all.next()) else { continue };
            match leaf.subject {
                Subject::Template => lead.template = Some(one.to_owned()),
                Subject::Department => lead.department = Some(one.to_owned()),
                Subject::Tier => lead.tier = Some(one.to_owned()),
                Subject::Owner => {
                    let key = if one == ME { me } else { Some(one) };
                    // Nobody has an id that no agent has: the list is empty, as it should be.
                    let nobody = AgentId(uuid::Uuid::nil());
                    lead.owner = Some(Some(key.and_then(|key| desk.agents.get(key)).map_or(nobody, |agent| agent.id)));
                }
                _ => {}
            }
        }
        lead
    }

    /// What is wrong with it on this desk, place by place.
    pub fn check(&self, desk: &Desk) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.name.is_empty() {
            errors.push(FieldError::new("name", "is needed"));
        }
        if let Some(owner) = self.owner.as_ref().filter(|owner| !desk.agents.contains_key(*owner)) {
            errors.push(FieldError::new("owner", format!("there is no agent “{owner}”")));
        }
        check_condition(&self.when, "when", Scope::of_tickets(desk), &mut errors);
        if errors.is_empty()
            && let Some((one, other)) = crate::condition::contradiction(&self.when.needed(), |subject| !matches!(subject, Subject::Field(_)))
        {
            errors.push(FieldError::new("when", format!("“{one}” and “{other}” are never true together: the list would always be empty")));
        }
        errors
    }
}

fn values(leaf: &Leaf) -> impl Iterator<Item = &str> {
    let all = match &leaf.value {
        Value::Array(values) => values.as_slice(),
        single => std::slice::from_ref(single),
    };
    all.iter().filter_map(Value::as_str)
}

/// In the order in which people see them.
pub fn in_order<'v>(views: impl IntoIterator<Item = &'v View>) -> Vec<&'v View> {
    let mut views: Vec<&View> = views.into_iter().collect();
    views.sort_by(|one, other| (one.position.unwrap_or(i64::MAX), &one.key).cmp(&(other.position.unwrap_or(i64::MAX), &other.key)));
    views
}

#[cfg(test)]
mod tests;
