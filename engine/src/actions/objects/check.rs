//! Whether the objects of a desk fit together.

use bellhop_domain::{
    canned::Macro,
    desk::{Category, Department, Desk, Profile, Region, Tier},
    invalid::{FieldError, check_key},
    localised::Localised,
    routing::check_skills,
    view::View,
};
use bellhop_store::desk::DeskKind;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::actions::Problem;

/// Levels of categories: demand, scenario, problem.
const CATEGORY_LEVELS: usize = 3;
/// Pieces of work at once that anybody may take.
const MOST_AT_ONCE: u32 = 1000;
/// A year.
const MOST_MINUTES: u32 = 366 * 24 * 60;

/// Puts a document into the desk, replacing the one with the same key.
pub(in crate::actions) fn insert(desk: &mut Desk, kind: DeskKind, key: &str, document: Value) -> Result<(), Problem> {
    let key = key.to_owned();
    match kind {
        DeskKind::Templates => drop(desk.templates.insert(key, read(document)?)),
        DeskKind::Departments => drop(desk.departments.insert(key, read(document)?)),
        DeskKind::Calendars => drop(desk.calendars.insert(key, read(document)?)),
        DeskKind::Categories => drop(desk.categories.insert(key, read(document)?)),
        DeskKind::Tiers => drop(desk.tiers.insert(key, read(document)?)),
        DeskKind::Regions => drop(desk.regions.insert(key, read(document)?)),
        DeskKind::Macros => drop(desk.macros.insert(key, read(document)?)),
        DeskKind::Views => drop(desk.views.insert(key, read(document)?)),
        DeskKind::RoutingRules => {
            let rule = read(document)?;
            desk.rules.retain(|other| other.key != key);
            desk.rules.push(rule);
        }
    }
    Ok(())
}

/// Takes an object out of the desk.
pub(super) fn remove(desk: &mut Desk, kind: DeskKind, key: &str) {
    match kind {
        DeskKind::Templates => drop(desk.templates.remove(key)),
        DeskKind::Departments => drop(desk.departments.remove(key)),
        DeskKind::Calendars => drop(desk.calendars.remove(key)),
        DeskKind::Categories => drop(desk.categories.remove(key)),
        DeskKind::Tiers => drop(desk.tiers.remove(key)),
        DeskKind::Regions => drop(desk.regions.remove(key)),
        DeskKind::Macros => drop(desk.macros.remove(key)),
        DeskKind::Views => drop(desk.views.remove(key)),
        DeskKind::RoutingRules => desk.rules.retain(|rule| rule.key != key),
    }
}

/// What is wrong with one object on this desk.
pub(in crate::actions) fn object(desk: &Desk, kind: DeskKind, key: &str) -> Vec<FieldError> {
    match kind {
        DeskKind::Templates => desk.templates.get(key).map(|template| {
            let mut errors = template.check().err().unwrap_or_default();
            errors.extend(template.check_against(desk).err().unwrap_or_default());
            errors
        }),
        DeskKind::Departments => desk.departments.get(key).map(|it| department(desk, it)),
        DeskKind::Calendars => desk.calendars.get(key).map(|calendar| calendar.check().err().unwrap_or_default()),
        DeskKind::Categories => desk.categories.get(key).map(|it| category(desk, it)),
        DeskKind::Tiers => desk.tiers.get(key).map(|it| tier(desk, it)),
        DeskKind::Regions => desk.regions.get(key).map(|it| region(desk, it)),
        DeskKind::Macros => desk.macros.get(key).map(|it| canned(desk, it)),
        DeskKind::Views => desk.views.get(key).map(|it| view(desk, it)),
        DeskKind::RoutingRules => desk.rules.iter().find(|rule| rule.key == key).map(|rule| rule.check(desk)),
    }
    .unwrap_or_default()
}

/// What of an object another one can break. What stands in a template or a calendar alone is left out: compiling a
/// template's expressions takes its time.
fn references(desk: &Desk, kind: DeskKind, key: &str) -> Vec<FieldError> {
    match kind {
        DeskKind::Templates => desk.templates.get(key).and_then(|template| template.check_against(desk).err()).unwrap_or_default(),
        DeskKind::Calendars => Vec::new(),
        _ => object(desk, kind, key),
    }
}

/// What does not fit together anywhere, with the object where it shows (`routing-rules/vip`).
pub(in crate::actions) fn everything(desk: &Desk) -> Vec<(String, FieldError)> {
    let all = |kind: DeskKind| -> Vec<&String> {
        match kind {
            DeskKind::Templates => desk.templates.keys().collect(),
            DeskKind::Departments => desk.departments.keys().collect(),
            DeskKind::Calendars => desk.calendars.keys().collect(),
            DeskKind::Categories => desk.categories.keys().collect(),
            DeskKind::Tiers => desk.tiers.keys().collect(),
            DeskKind::Regions => desk.regions.keys().collect(),
            DeskKind::Macros => desk.macros.keys().collect(),
            DeskKind::Views => desk.views.keys().collect(),
            DeskKind::RoutingRules => desk.rules.iter().map(|rule| &rule.key).collect(),
        }
    };
    let mut errors = Vec::new();
    for kind in DeskKind::ALL {
        for key in all(kind) {
            errors.extend(references(desk, kind, key).into_iter().map(|error| (format!("{}/{key}", kind.as_str()), error)));
        }
    }
    for agent in desk.agents.values() {
        let place = format!("agents/{}", agent.key);
        errors.extend(profile(desk, &agent.profile).into_iter().map(|error| (place.clone(), error)));
        for (index, key) in agent.departments.iter().enumerate().filter(|(_, key)| !desk.departments.contains_key(*key)) {
            errors.push((format!("agents/{}", agent.key), missing(format!("departments[{index}]"), "department", key)));
        }
    }
    errors
}

fn read<T: DeserializeOwned>(document: Value) -> Result<T, Problem> {
    serde_json::from_value(document).map_err(|error| Problem { field: "document".to_owned(), message: error.to_string().into() })
}

fn department(desk: &Desk, department: &Department) -> Vec<FieldError> {
    let mut errors = named(&department.key, &department.name);
    above(
        &department.key,
        department.parent.as_deref(),
        usize::MAX,
        "department",
        |key| desk.departments.get(key).map(|it| it.parent.as_deref()),
        &mut errors,
    );
    if let Some(head) = department.head.as_ref().filter(|head| !desk.agents.contains_key(*head)) {
        errors.push(missing("head", "agent", head));
    }
    for (index, member) in department.members.iter().enumerate().filter(|(_, member)| !desk.agents.contains_key(*member)) {
        errors.push(missing(format!("members[{index}]"), "agent", member));
    }
    if let Some(calendar) = department.calendar.as_ref().filter(|calendar| !desk.calendars.contains_key(*calendar)) {
        errors.push(missing("calendar", "calendar", calendar));
    }
    if let Some(assignment) = &department.assignment {
        check_skills(&assignment.skills, "assignment.skills", &mut errors);
        at_once(Some(assignment.most_chats), "assignment.most_chats", &mut errors);
        at_once(Some(assignment.most_tickets), "assignment.most_tickets", &mut errors);
        for (field, minutes) in [
            ("assignment.away_after_minutes", assignment.away_after_minutes),
            ("assignment.chats_back_after_minutes", assignment.chats_back_after_minutes),
            ("assignment.tickets_back_after_minutes", assignment.tickets_back_after_minutes),
        ] {
            if minutes > MOST_MINUTES {
                errors.push(FieldError::new(field, format!("is at most {MOST_MINUTES} minutes, a year; 0 is never")));
            }
        }
    }
    errors
}

/// What is wrong with what somebody can do and how much of it.
pub(in crate::actions) fn profile(desk: &Desk, profile: &Profile) -> Vec<FieldError> {
    let mut errors = Vec::new();
    check_skills(&profile.skills, "skills", &mut errors);
    for (index, key) in profile.regions.iter().enumerate().filter(|(_, key)| !desk.regions.contains_key(*key)) {
        errors.push(missing(format!("regions[{index}]"), "region", key));
    }
    for (index, key) in profile.tiers.iter().enumerate().filter(|(_, key)| !desk.tiers.contains_key(*key)) {
        errors.push(missing(format!("tiers[{index}]"), "tier", key));
    }
    if let Some(calendar) = profile.calendar.as_ref().filter(|calendar| !desk.calendars.contains_key(*calendar)) {
        errors.push(missing("calendar", "calendar", calendar));
    }
    at_once(profile.chats, "capacity.chats", &mut errors);
    at_once(profile.tickets, "capacity.tickets", &mut errors);
    errors
}

fn at_once(most: Option<u32>, field: &str, errors: &mut Vec<FieldError>) {
    if most.is_some_and(|most| most > MOST_AT_ONCE) {
        errors.push(FieldError::new(field, format!("is a number from 0 to {MOST_AT_ONCE}")));
    }
}

fn view(desk: &Desk, view: &View) -> Vec<FieldError> {
    let mut errors = named(&view.key, &view.name);
    errors.extend(view.check(desk).into_iter().filter(|error| error.field != "name"));
    errors
}

fn canned(desk: &Desk, canned: &Macro) -> Vec<FieldError> {
    let mut errors = named(&canned.key, &canned.title);
    for error in errors.iter_mut().filter(|error| error.field == "name") {
        "title".clone_into(&mut error.field);
    }
    errors.extend(canned.check(desk));
    errors
}

fn category(desk: &Desk, category: &Category) -> Vec<FieldError> {
    let mut errors = named(&category.key, &category.name);
    above(
        &category.key,
        category.parent.as_deref(),
        CATEGORY_LEVELS,
        "category",
        |key| desk.categories.get(key).map(|it| it.parent.as_deref()),
        &mut errors,
    );
    for (index, pattern) in category.suggest.iter().enumerate() {
        if let Err(message) = pattern.check() {
            errors.push(FieldError::new(format!("suggest[{index}]"), message));
        }
    }
    for (index, template) in category.templates.iter().enumerate().filter(|(_, template)| !desk.templates.contains_key(*template)) {
        errors.push(missing(format!("templates[{index}]"), "template", template));
    }
    errors
}

fn tier(desk: &Desk, tier: &Tier) -> Vec<FieldError> {
    let mut errors = named(&tier.key, &tier.name);
    let others = || desk.tiers.values().filter(|other| other.key != tier.key);
    if let Some(other) = others().find(|other| other.rank == tier.rank) {
        errors.push(FieldError::new("rank", format!("{} has the rank {} already: every tier has its own", other.key, tier.rank)));
    }
    if let Some(other) = others().find(|other| tier.default && other.default) {
        errors.push(FieldError::new("default", format!("{} is the default already: take it away there first", other.key)));
    }
    errors
}

fn region(desk: &Desk, region: &Region) -> Vec<FieldError> {
    let mut errors = named(&region.key, &region.name);
    above(&region.key, region.parent.as_deref(), usize::MAX, "region", |key| desk.regions.get(key).map(|it| it.parent.as_deref()), &mut errors);
    if let Some(other) = desk.regions.values().find(|other| region.default && other.default && other.key != region.key) {
        errors.push(FieldError::new("default", format!("{} is the default already: take it away there first", other.key)));
    }
    errors.extend(region.around.as_ref().and_then(|around| around.check().err()).map(|problem| FieldError::new("around", problem)));
    errors
}

fn named(key: &str, name: &Localised) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if let Err(message) = check_key(key) {
        errors.push(FieldError::new("key", message));
    }
    if name.is_empty() {
        errors.push(FieldError::new("name", "is needed in at least one language"));
    }
    errors
}

/// Walks up a tree: everything above exists, nothing stands above itself, and there are no more than `levels`.
fn above<'a>(
    key: &'a str,
    parent: Option<&'a str>,
    levels: usize,
    what: &str,
    parent_of: impl Fn(&str) -> Option<Option<&'a str>>,
    errors: &mut Vec<FieldError>,
) {
    let mut path = vec![key];
    let mut next = parent;
    while let Some(key) = next {
        if path.contains(&key) {
            errors.push(FieldError::new("parent", format!("“{key}” would stand above itself")));
            return;
        }
        let Some(parent) = parent_of(key) else {
            errors.push(missing("parent", what, key));
            return;
        };
        path.push(key);
        next = parent;
    }
    if path.len() > levels {
        errors.push(FieldError::new("parent", format!("would be on level {}; there are at most {levels}", path.len())));
    }
}

fn missing(field: impl Into<String>, what: &str, key: &str) -> FieldError {
    FieldError::new(field, format!("there is no {what} “{key}”"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde_json::json;

    fn desk() -> Desk {
        let mut desk = Desk::default();
        for (kind, key, document) in [
            (DeskKind::Tiers, "standard", json!({"key": "standard", "name": {"en": "Standard"}, "rank": 1, "default": true})),
            (DeskKind::Regions, "DE", json!({"key": "DE", "name": {"en": "Germany"}, "default": true})),
            (DeskKind::Regions, "BE", json!({"key": "BE", "name": {"en": "Berlin"}, "parent": "DE"})),
            (DeskKind::Departments, "support", json!({"key": "support", "name": {"en": "Support"}})),
            (DeskKind::Categories, "a", json!({"key": "a", "name": {"en": "A"}})),
            (DeskKind::Categories, "b", json!({"key": "b", "name": {"en": "B"}, "parent": "a"})),
            (DeskKind::Categories, "c", json!({"key": "c", "name": {"en": "C"}, "parent": "b"})),
            (
                DeskKind::RoutingRules,
                "berlin",
                json!({"key": "berlin", "when": {"field": "region", "op": "within", "value": "BE"}, "then": {"department": "support"}}),
            ),
        ] {
            insert(&mut desk, kind, key, document).unwrap();
        }
        desk
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (kind, key, document, fields) in [
            (DeskKind::Tiers, "gold", json!({"key": "gold", "name": {"en": "Gold"}, "rank": 1, "default": true}), vec!["rank", "default"]),
            (DeskKind::Tiers, "gold", json!({"key": "gold", "name": {}, "rank": 2}), vec!["name"]),
            (DeskKind::Regions, "DE", json!({"key": "DE", "name": {"en": "Germany"}, "parent": "BE"}), vec!["parent"]),
            (DeskKind::Regions, "X", json!({"key": "X", "name": {"en": "X"}, "parent": "nowhere"}), vec!["parent"]),
            (DeskKind::Regions, "X", json!({"key": "X", "name": {"en": "X"}, "default": true}), vec!["default"]),
            (
                DeskKind::Regions,
                "X",
                json!({"key": "X", "name": {"en": "X"}, "around": {"latitude": 91, "longitude": 0, "kilometres": 5}}),
                vec!["around"],
            ),
            (DeskKind::Categories, "d", json!({"key": "d", "name": {"en": "D"}, "parent": "c"}), vec!["parent"]),
            (
                DeskKind::Departments,
                "vip",
                json!({"key": "vip", "name": {"en": "VIP"}, "head": "mei", "calendar": "office"}),
                vec!["head", "calendar"],
            ),
            (
                DeskKind::Departments,
                "vip",
                json!({"key": "vip", "name": {"en": "VIP"}, "assignment": {"most_chats": 5000, "away_after_minutes": 600_000, "skills": {"refunds": 9}}}),
                vec!["assignment.skills.refunds", "assignment.most_chats", "assignment.away_after_minutes"],
            ),
            (
                DeskKind::Macros,
                "hi",
                json!({"key": "hi", "title": {}, "text": {"en": "{{name}}"}, "category": "x"}),
                vec!["title", "text.en", "category"],
            ),
            (
                DeskKind::Views,
                "late",
                json!({"key": "late", "name": {}, "owner": "zoe", "when": {"all": [{"field": "status", "value": "late"}, {"field": "hours", "value": "open"}]}}),
                vec!["name", "owner", "when.all[0].value", "when.all[1].field"],
            ),
            (DeskKind::Departments, "v i p", json!({"key": "v i p", "name": {"en": "VIP"}}), vec!["key"]),
        ] {
            let mut desk = desk();
            insert(&mut desk, kind, key, document).unwrap();
            let found: Vec<String> = object(&desk, kind, key).into_iter().map(|error| error.field).collect();
            assert_eq!(found, fields, "{key}");
        }
    }

    #[test]
    fn unknown_words_in_a_document_are_refused() {
        let problem =
            insert(&mut desk(), DeskKind::Tiers, "gold", json!({"key": "gold", "name": {"en": "Gold"}, "rank": 2, "colour": "red"})).unwrap_err();
        assert!(problem.message.to_string().contains("colour"), "{}", problem.message);
    }

    #[test]
    fn what_removing_would_break_is_found() {
        assert_eq!(everything(&desk()), []);
        for (kind, key, place) in [
            (DeskKind::Regions, "BE", "routing-rules/berlin"),
            (DeskKind::Regions, "DE", "regions/BE"),
            (DeskKind::Departments, "support", "routing-rules/berlin"),
            (DeskKind::Categories, "b", "categories/c"),
        ] {
            let mut desk = desk();
            remove(&mut desk, kind, key);
            assert!(everything(&desk).iter().any(|(found, _)| found == place), "{key}");
        }
    }
}
