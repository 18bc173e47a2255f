//! What a rule names that does not exist, and comparisons that make no sense.

use std::collections::BTreeMap;

use super::{Matrix, Rule, decide::ANY};
use crate::{
    condition::{Scope, check_condition, known},
    desk::{Desk, HIGHEST_LEVEL},
    invalid::{FieldError, check_key},
};

impl Rule {
    /// What is wrong with it on this desk, place by place; nothing when all is well.
    pub fn check(&self, desk: &Desk) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Err(message) = check_key(&self.key) {
            errors.push(FieldError::new("key", message));
        }
        if let Some(condition) = &self.when {
            check_condition(condition, "when", Scope::of(desk), &mut errors);
        }
        match (&self.matrix, &self.then.department) {
            (None, None) => errors.push(FieldError::new("then.department", "a rule needs a department, or a matrix")),
            (Some(_), Some(_)) => errors.push(FieldError::new("then.department", "with a matrix, the table names the departments")),
            (None, Some(department)) => known(&desk.departments, department, "department", "then.department", &mut errors),
            (Some(matrix), None) => check_matrix(matrix, desk, &mut errors),
        }
        if let Some(owner) = &self.then.owner {
            known(&desk.agents, owner, "agent", "then.owner", &mut errors);
        }
        check_skills(&self.then.skills, "then.skills", &mut errors);
        for (index, tag) in self.then.tags.iter().enumerate() {
            if tag.trim().is_empty() {
                errors.push(FieldError::new(format!("then.tags[{index}]"), "a tag must not be empty"));
            }
        }
        errors
    }
}

/// What is wrong with skills and their levels.
pub fn check_skills(skills: &BTreeMap<String, u8>, place: &str, errors: &mut Vec<FieldError>) {
    for (skill, level) in skills {
        if let Err(message) = check_key(skill) {
            errors.push(FieldError::new(format!("{place}.{skill}"), message));
        } else if !(1..=HIGHEST_LEVEL).contains(level) {
            errors.push(FieldError::new(format!("{place}.{skill}"), format!("is a level from 1 to {HIGHEST_LEVEL}")));
        }
    }
}

fn check_axis<T>(keys: &[String], things: &BTreeMap<String, T>, what: &str, place: &str, errors: &mut Vec<FieldError>) {
    if keys.is_empty() {
        errors.push(FieldError::new(place, format!("name at least one {what}, or “{ANY}” for any")));
    }
    for (index, key) in keys.iter().enumerate() {
        let place = format!("{place}[{index}]");
        if keys.iter().take(index).any(|other| other == key) {
            errors.push(FieldError::new(place, format!("“{key}” is named twice")));
        } else if key != ANY {
            known(things, key, what, place, errors);
        }
    }
}

fn check_matrix(matrix: &Matrix, desk: &Desk, errors: &mut Vec<FieldError>) {
    check_axis(&matrix.tiers, &desk.tiers, "tier", "matrix.tiers", errors);
    check_axis(&matrix.regions, &desk.regions, "region", "matrix.regions", errors);
    if matrix.departments.len() != matrix.tiers.len() {
        let message = format!("needs a row for each of the {} tiers, not {}", matrix.tiers.len(), matrix.departments.len());
        errors.push(FieldError::new("matrix.departments", message));
    }
    for (row, cells) in matrix.departments.iter().enumerate() {
        if cells.len() != matrix.regions.len() {
            let message = format!("needs a cell for each of the {} regions, not {}", matrix.regions.len(), cells.len());
            errors.push(FieldError::new(format!("matrix.departments[{row}]"), message));
        }
        for (column, department) in cells.iter().enumerate() {
            if let Some(department) = department {
                known(&desk.departments, department, "department", format!("matrix.departments[{row}][{column}]"), errors);
            }
        }
    }
}

#[cfg(test)]
mod tests;
