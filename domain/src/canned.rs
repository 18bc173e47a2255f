//! Macros: what agents say and do often, by one word.

use serde::{Deserialize, Serialize};

use crate::{
    desk::Desk,
    invalid::FieldError,
    localised::Localised,
    text::{self, OF_TICKET},
    ticket::{Priority, TicketStatus},
};

/// Something that agents say and do often.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Macro {
    /// Its key (`shipped`).
    #[serde(default)]
    pub key: String,
    /// What agents read.
    pub title: Localised,
    /// Key of the agent whose own it is; everybody's without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What the customer reads, in light Markdown with variables ([`crate::text`]); nothing is said without it.
    #[serde(default)]
    pub text: Localised,
    /// What colleagues read, in the same way.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub note: Localised,
    /// Labels that the conversation gets.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Labels that are taken off it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untag: Vec<String>,
    /// Key of the category that the conversation gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Key of the department that the conversation gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Key of the agent who gets the conversation; [`ME`] is whoever uses the macro.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign: Option<String>,
    /// The status that the conversation's ticket gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TicketStatus>,
    /// Key of the stage that the ticket enters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The priority that the ticket gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Whether the conversation is resolved with it.
    #[serde(default)]
    pub close: bool,
}

/// The word for whoever uses a macro.
pub const ME: &str = "me";

/// Variables that there are in macros, beside the fields of a ticket.
pub fn variables() -> impl Iterator<Item = &'static str> {
    OF_TICKET.into_iter().chain(["agent.name"])
}

impl Macro {
    /// Whether somebody may see and use it: everybody's, and one's own.
    pub fn is_for(&self, agent: Option<&str>) -> bool {
        self.owner.as_deref().is_none_or(|owner| Some(owner) == agent)
    }

    /// Whether it changes a ticket.
    pub fn changes_ticket(&self) -> bool {
        self.status.is_some() || self.stage.is_some() || self.priority.is_some()
    }

    /// Whether nothing comes of it.
    fn is_empty(&self) -> bool {
        let changes = self.category.is_some() || self.department.is_some() || self.assign.is_some() || self.changes_ticket() || self.close;
        self.text.is_empty() && self.note.is_empty() && self.tags.is_empty() && self.untag.is_empty() && !changes
    }

    /// What is wrong with it on this desk, place by place: what there is not, and what cannot both be.
    pub fn check(&self, desk: &Desk) -> Vec<FieldError> {
        let mut errors = Vec::new();
        self.check_texts(desk, &mut errors);
        let mut add = |place: String, message: String| errors.push(FieldError::new(place, message));
        if self.is_empty() {
            add("text".to_owned(), "says and does nothing: write a text, or say what is to be changed".to_owned());
        }
        for (what, key, there) in [
            ("category", &self.category, self.category.as_ref().is_none_or(|key| desk.categories.contains_key(key))),
            ("department", &self.department, self.department.as_ref().is_none_or(|key| desk.departments.contains_key(key))),
        ] {
            if let (Some(key), false) = (key, there) {
                add(what.to_owned(), format!("there is no {what} “{key}”"));
            }
        }
        for (place, key) in [("owner", &self.owner), ("assign", &self.assign)] {
            if let Some(key) = key.as_ref().filter(|key| !desk.agents.contains_key(*key) && (place, key.as_str()) != ("assign", ME)) {
                add(place.to_owned(), format!("there is no agent “{key}”"));
            }
        }
        for (place, tags) in [("tags", &self.tags), ("untag", &self.untag)] {
            for (index, tag) in tags.iter().enumerate() {
                if tag.trim().is_empty() {
                    add(format!("{place}[{index}]"), "a label must not be empty".to_owned());
                } else if place == "untag" && self.tags.contains(tag) {
                    add(format!("{place}[{index}]"), format!("“{tag}” is put on with “tags”: it cannot be taken off as well"));
                }
            }
        }
        if self.close && self.assign.is_some() {
            add("assign".to_owned(), "a conversation that is closed is given to nobody: leave out “assign” or “close”".to_owned());
        }
        if let (Some(department), Some(agent)) = (&self.department, self.assign.as_ref().and_then(|key| desk.agents.get(key)))
            && desk.departments.contains_key(department)
            && !desk.works_in(agent, department)
        {
            add("assign".to_owned(), format!("{} does not work in “{department}”", agent.key));
        }
        self.check_ticket(desk, &mut errors);
        errors
    }

    fn check_texts(&self, desk: &Desk, errors: &mut Vec<FieldError>) {
        let field_of = |name: &str| name.strip_prefix("fields.").or_else(|| name.strip_prefix("values.")).map(str::to_owned);
        let has_field = |key: &str| desk.templates.values().any(|template| template.field(key).is_some());
        let known = |name: &str| variables().any(|known| known == name) || field_of(name).is_some_and(|key| has_field(&key));
        let all: Vec<&str> = variables().chain(["fields.KEY"]).collect();
        for (place, words) in [("text", &self.text), ("note", &self.note)] {
            text::check(words, place, &known, &all.join(", "), errors);
        }
    }

    fn check_ticket(&self, desk: &Desk, errors: &mut Vec<FieldError>) {
        if self.status == Some(TicketStatus::New) {
            errors.push(FieldError::new("status", "a ticket cannot become new again; use open"));
        }
        let Some(key) = &self.stage else { return };
        let mut stages = desk.templates.values().filter_map(|template| template.stage(key)).peekable();
        if stages.peek().is_none() {
            errors.push(FieldError::new("stage", format!("no template has a stage “{key}”")));
        } else if let Some(status) = self.status
            && stages.all(|stage| stage.status.is_some_and(|means| means != status))
        {
            errors.push(FieldError::new("status", format!("the stage “{key}” means another status than “{}”", status.as_str())));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    fn desk() -> Desk {
        let mut desk = Desk::default();
        let agent = json!({"id": format!("agt_{:032}", 1), "key": "mei", "name": "Mei", "email": "m@example.org", "role": "agent", "departments": ["support"],
            "languages": [], "disabled": false, "created_at": "2026-01-01T00:00:00Z"});
        desk.agents.insert("mei".to_owned(), serde_json::from_value(agent).unwrap());
        for key in ["support", "sales"] {
            desk.departments.insert(key.to_owned(), serde_json::from_value(json!({"key": key, "name": {"en": key}})).unwrap());
        }
        let template = json!({"key": "repair", "title": {"en": "Repair"}, "fields": [{"key": "parcel", "type": "text", "label": {"en": "Parcel"}}],
            "stages": [{"key": "sent", "name": {"en": "Sent"}, "status": "resolved", "next": []}]});
        desk.templates.insert("repair".to_owned(), serde_json::from_value(template).unwrap());
        desk
    }

    #[test]
    fn what_there_is_not_and_what_cannot_both_be_is_named() {
        for (wrong, expected) in [
            (json!({"text": {"en": "Hi {{ customer.name }} {{ fields.parcel }} {{ agent.name }}"}, "assign": "me", "status": "open"}), vec![]),
            (json!({}), vec!["text: says and does nothing: write a text, or say what is to be changed"]),
            (json!({"text": {"zh": "{{customer.nmae}}"}}), vec!["text.zh: there is no variable “customer.nmae”"]),
            (json!({"note": {"en": "{{ fields.colour }}"}}), vec!["note.en: there is no variable “fields.colour”"]),
            (json!({"tags": ["a", "b"], "untag": ["b", " "]}), vec!["untag[0]: “b” is put on", "untag[1]: a label must not be empty"]),
            (json!({"close": true, "assign": "mei"}), vec!["assign: a conversation that is closed"]),
            (json!({"department": "sales", "assign": "mei"}), vec!["assign: mei does not work in “sales”"]),
            (
                json!({"department": "x", "category": "y", "assign": "z", "owner": "z"}),
                vec!["category: there is no", "department: there is no", "owner: there is no agent", "assign: there is no agent"],
            ),
            (json!({"status": "new"}), vec!["status: a ticket cannot become new again"]),
            (json!({"stage": "gone"}), vec!["stage: no template has a stage “gone”"]),
            (json!({"stage": "sent", "status": "open"}), vec!["status: the stage “sent” means another status than “open”"]),
            (json!({"stage": "sent", "status": "resolved"}), vec![]),
        ] {
            let mut document: Value = json!({"key": "m", "title": {"en": "M"}});
            document.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
            let found: Vec<String> = serde_json::from_value::<Macro>(document).unwrap().check(&desk()).iter().map(ToString::to_string).collect();
            assert_eq!(found.len(), expected.len(), "{wrong}: {found:?}");
            assert!(found.iter().zip(&expected).all(|(found, expected)| found.starts_with(expected)), "{wrong}: {found:?}");
        }
    }
}
