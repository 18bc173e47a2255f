//! What people name in an action: the agent, department or tier that is meant, or why there is none.

use bellhop_domain::{
    actor::Actor,
    desk::{Agent, Desk},
    id::AgentId,
    why::Why,
};
use serde_json::{Value, json};

use super::ActionError;

/// The agent whom `actor` is, or for whom it says that it acts.
pub(crate) fn person(desk: &Desk, actor: &Actor) -> Option<AgentId> {
    match actor {
        Actor::Agent { id, .. } => Some(*id),
        Actor::Token { on_behalf_of: Some(name), .. } => find_agent(desk, name).filter(|agent| !agent.disabled).map(|agent| agent.id),
        Actor::Token { .. } | Actor::Contact { .. } | Actor::Bot | Actor::System => None,
    }
}

/// The agent with this key, id or mail address.
pub(super) fn find_agent<'a>(desk: &'a Desk, text: &str) -> Option<&'a Agent> {
    if let Some(agent) = desk.agents.get(text) {
        return Some(agent);
    }
    if let Ok(id) = text.parse::<AgentId>() {
        return desk.agent(id);
    }
    let email = text.trim().to_lowercase();
    desk.agents.values().find(|agent| agent.email == email)
}

/// The same, if they still work here.
pub(super) fn working_agent<'a>(desk: &'a Desk, text: &str) -> Result<&'a Agent, ActionError> {
    match find_agent(desk, text) {
        Some(agent) if agent.disabled => Err(ActionError::invalid("agent", Why::new("why-agent-disabled").with("agent", &agent.key))),
        Some(agent) => Ok(agent),
        None => Err(ActionError::invalid("agent", Why::new("why-unknown").word("what", "thing-agent").with("key", text))),
    }
}

pub(super) fn check_department(desk: &Desk, field: &str, key: &str) -> Result<(), ActionError> {
    known(field, "thing-department", key, desk.departments.contains_key(key), desk.departments.keys())
}

pub(super) fn check_category(desk: &Desk, field: &str, key: &str) -> Result<(), ActionError> {
    known(field, "thing-category", key, desk.categories.contains_key(key), desk.categories.keys())
}

/// Refuses an unknown key with the ones there are, as far as they can be read at a glance; `what` is the key of the words for such a thing.
pub(super) fn known<'a>(
    field: &str,
    what: &'static str,
    key: &str,
    is_known: bool,
    all: impl ExactSizeIterator<Item = &'a String>,
) -> Result<(), ActionError> {
    if is_known {
        return Ok(());
    }
    let message = if all.len() <= 20 {
        Why::new("why-unknown-of").word("what", what).with("key", key).with("known", all.map(String::as_str).collect::<Vec<_>>().join(", "))
    } else {
        Why::new("why-unknown").word("what", what).with("key", key)
    };
    Err(ActionError::invalid(field, message))
}

pub(super) fn check_language(field: &str, tag: &str) -> Result<(), ActionError> {
    let mut parts = tag.split('-');
    let base = parts.next().unwrap_or_default();
    let base_fits = (2..=3).contains(&base.len()) && base.bytes().all(|byte| byte.is_ascii_lowercase());
    let rest_fits = parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if base_fits && rest_fits { Ok(()) } else { Err(ActionError::invalid(field, Why::new("why-no-language").with("given", tag))) }
}

/// What was changed, for the timeline: before and after of each.
#[derive(Default)]
pub(super) struct Changes(serde_json::Map<String, Value>);

impl Changes {
    /// Sets `place` if a new value is given and differs; answers whether it does.
    pub(super) fn set<T: PartialEq + Clone + serde::Serialize>(&mut self, name: &str, place: &mut T, new: Option<&T>) -> bool {
        let Some(new) = new.filter(|new| *new != place) else { return false };
        self.compare(name, &*place, new);
        place.clone_from(new);
        true
    }

    /// Notes a difference, if there is one.
    pub(super) fn compare<T: PartialEq + serde::Serialize>(&mut self, name: &str, from: &T, to: &T) {
        if from != to {
            self.add(name, json!({ "from": from, "to": to }));
        }
    }

    pub(super) fn add(&mut self, name: &str, details: Value) {
        self.0.insert(name.to_owned(), details);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_details(self) -> Value {
        Value::Object(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_told_from_words() {
        for (tag, fits) in
            [("en", true), ("zh", true), ("pt-BR", true), ("zh-Hant-TW", true), ("English", false), ("", false), ("en_GB", false), ("e", false)]
        {
            assert_eq!(check_language("language", tag).is_ok(), fits, "{tag}");
        }
    }
}
