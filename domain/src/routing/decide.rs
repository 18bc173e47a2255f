//! The decision itself.

use serde_json::Value;

use super::{
    Matrix, Reason, Routing, RoutingInput, Rule,
    reasons::source_word,
    wording::{ALWAYS, NO_RULE},
};
use crate::{
    condition::{Condition, Facts, Leaf, Op, Subject},
    desk::Desk,
};

/// The department of last resort.
const SUPPORT: &str = "support";
/// The word for any tier or region in a table.
pub const ANY: &str = "*";
/// Rules before the one that matched that are each given a line in the reasons.
const EXPLAINED: usize = 20;

/// Tries the desk's rules in order; when none decides, the department `support` gets it, else the first there is.
///
/// Answers no department only when the desk has none.
pub fn route(desk: &Desk, input: &RoutingInput) -> Routing {
    let facts = Facts::new(desk, input);
    let mut before = Before::default();
    for rule in desk.rules.iter().filter(|rule| rule.enabled) {
        match decide(rule, &facts) {
            Ok((department, mut reasons)) => {
                let owner = rule.then.owner.as_deref().and_then(|key| {
                    let agent = desk.agents.get(key).filter(|agent| !agent.disabled);
                    if agent.is_none() {
                        reasons.push(Reason::bare(format!("agent {key} works here"), false));
                    }
                    agent.map(|agent| agent.id)
                });
                reasons.extend(before.explained(&facts));
                return Routing {
                    rule: Some(rule.key.clone()),
                    department: Some(department),
                    owner,
                    priority: rule.then.priority,
                    tags: rule.then.tags.clone(),
                    skills: rule.then.skills.clone(),
                    reasons,
                    ..Routing::default()
                };
            }
            Err(obstacle) => before.add(rule, obstacle),
        }
    }
    let department = desk.departments.get_key_value(SUPPORT).or_else(|| desk.departments.first_key_value()).map(|(key, _)| key.clone());
    let mut reasons = vec![Reason::bare(NO_RULE, true)];
    reasons.extend(before.explained(&facts));
    Routing { rule: Some("fallback".to_owned()), department, reasons, ..Routing::default() }
}

/// The department that a rule gives and why, or what kept it from deciding.
fn decide<'a>(rule: &'a Rule, facts: &Facts<'_>) -> Result<(String, Vec<Reason>), Obstacle<'a>> {
    if let Some(condition) = &rule.when
        && !facts.holds(condition)
    {
        return Err(Obstacle::Condition(condition));
    }
    let (department, cell) = match &rule.matrix {
        Some(matrix) => {
            let cell = lookup(matrix, facts).ok_or(Obstacle::Table)?;
            (cell.department, Some(cell))
        }
        None => (rule.then.department.as_deref().ok_or(Obstacle::NoDepartment)?, None),
    };
    if !facts.desk.departments.contains_key(department) {
        return Err(Obstacle::Department(department));
    }
    let mut reasons = Vec::new();
    if let Some(condition) = &rule.when {
        facts.reasons(condition, &mut reasons);
    }
    if let Some(cell) = cell {
        let tier = facts.input.tier.as_ref();
        let value = tier.map_or(Value::Null, |tier| tier.value.as_str().into());
        reasons.push(of_table(Subject::Tier, Op::Eq, cell.tier, value, tier.and_then(|tier| source_word(tier.source))));
        let region = facts.input.region.as_ref();
        let value = region.map_or(Value::Null, |region| region.value.as_str().into());
        reasons.push(of_table(Subject::Region, Op::Within, cell.region, value, region.and_then(|region| source_word(region.source))));
    }
    if reasons.is_empty() {
        reasons.push(Reason::bare(ALWAYS, true));
    }
    Ok((department.to_owned(), reasons))
}

/// Why a cell of a table was the one.
fn of_table(subject: Subject, op: Op, key: &str, value: Value, source: Option<String>) -> Reason {
    if key == ANY {
        return Reason { value, source, ..Reason::bare(format!("{subject} is any"), true) };
    }
    Reason::of(&Condition::Leaf(Leaf::new(subject, op, key.into())), value, source, true)
}

struct Cell<'a> {
    tier: &'a str,
    region: &'a str,
    department: &'a str,
}

/// The most specific cell that says something.
fn lookup<'a>(matrix: &'a Matrix, facts: &Facts<'_>) -> Option<Cell<'a>> {
    let tiers = facts.tier().into_iter().chain([ANY]);
    tiers.into_iter().find_map(|tier| {
        let row = matrix.tiers.iter().position(|key| key == tier)?;
        let regions = facts.regions.iter().map(String::as_str).chain([ANY]);
        regions.into_iter().find_map(|region| {
            let column = matrix.regions.iter().position(|key| key == region)?;
            let department = matrix.departments.get(row)?.get(column)?.as_deref()?;
            Some(Cell { tier: matrix.tiers.get(row)?, region: matrix.regions.get(column)?, department })
        })
    })
}

/// What kept a rule from deciding.
enum Obstacle<'a> {
    Condition(&'a Condition),
    Table,
    NoDepartment,
    Department(&'a str),
}

/// The rules that were tried before the one that matched.
#[derive(Default)]
struct Before<'a> {
    explained: Vec<(&'a Rule, Obstacle<'a>)>,
    more: usize,
}

impl<'a> Before<'a> {
    fn add(&mut self, rule: &'a Rule, obstacle: Obstacle<'a>) {
        if self.explained.len() < EXPLAINED {
            self.explained.push((rule, obstacle));
        } else {
            self.more += 1;
        }
    }

    /// A line for each rule with what kept it from deciding; the rest is counted.
    fn explained(self, facts: &Facts<'_>) -> Vec<Reason> {
        let nothing = |condition: String| Reason::bare(condition, false);
        let mut reasons: Vec<Reason> = self
            .explained
            .into_iter()
            .map(|(rule, obstacle)| match obstacle {
                Obstacle::Condition(condition) => match facts.obstacle(condition) {
                    Some(reason) => Reason { condition: format!("rule {}: {}", rule.key, reason.condition), compared: None, ..reason },
                    None => nothing(format!("rule {}: {condition}", rule.key)),
                },
                Obstacle::Table => {
                    let tier = facts.tier().unwrap_or("no tier");
                    let region = facts.regions.first().map_or("no region", String::as_str);
                    nothing(format!("rule {}: the table has a department for {tier} in {region}", rule.key))
                }
                Obstacle::NoDepartment => nothing(format!("rule {}: names a department", rule.key)),
                Obstacle::Department(department) => nothing(format!("rule {}: department {department} exists", rule.key)),
            })
            .collect();
        match self.more {
            0 => {}
            1 => reasons.push(nothing("one more rule before it matches".to_owned())),
            more => reasons.push(nothing(format!("one of {more} more rules before it matches"))),
        }
        reasons
    }
}

#[cfg(test)]
pub(crate) mod tests;
