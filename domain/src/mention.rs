//! Whom a note names: `@mei`, `@Mei Lin`, `@李梅`, `@billing`.

use std::collections::BTreeMap;

use crate::{desk::Desk, id::AgentId, intent::is_cjk};

/// Characters of a name that are looked at.
const LONGEST: usize = 64;
/// Names that one note tells.
const MOST: usize = 50;

/// Whom a note names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Agents, in the order in which they are named.
    pub agents: Vec<AgentId>,
    /// Keys of departments, in the order in which they are named.
    pub departments: Vec<String>,
}

/// Somebody who can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    Agent(AgentId),
    Department(String),
}

impl Mentions {
    /// The agents and departments that a note in light Markdown names, by key or by name, in any case. A name that two share names nobody, and neither does what
    /// nobody is called. Of a great many the first fifty are meant.
    pub fn find(desk: &Desk, note: &str) -> Self {
        let mut found = Self::default();
        if !note.contains(['@', '＠']) {
            return found;
        }
        let (names, text) = (names(desk), bare(note));
        for (at, sign) in text.iter().enumerate() {
            if !matches!(sign, '@' | '＠') || at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(|before| is_of_an_address(*before)) {
                continue;
            }
            let ahead = text.get(at + 1..).unwrap_or_default();
            match longest(&names, ahead) {
                Some(Named::Agent(id)) if !found.agents.contains(id) => found.agents.push(*id),
                Some(Named::Department(key)) if !found.departments.contains(key) => found.departments.push(key.clone()),
                _ => {}
            }
            if found.agents.len() + found.departments.len() >= MOST {
                break;
            }
        }
        found
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.agents.is_empty() && self.departments.is_empty()
    }
}

/// Everybody by what they are called; nothing where two are called the same. A key is nobody else's name.
fn names(desk: &Desk) -> BTreeMap<String, Option<Named>> {
    let mut keys = BTreeMap::new();
    let mut names: BTreeMap<String, Option<Named>> = BTreeMap::new();
    let mut called = |name: &str, named: Named| {
        let folded = folded(name);
        if !folded.is_empty() {
            names.entry(folded).and_modify(|held| *held = held.take().filter(|held| *held == named)).or_insert(Some(named));
        }
    };
    for department in desk.departments.values() {
        let named = Named::Department(department.key.clone());
        keys.insert(folded(&department.key), Some(named.clone()));
        department.name.0.values().for_each(|name| called(name, named.clone()));
    }
    for agent in desk.agents.values() {
        keys.insert(folded(&agent.key), Some(Named::Agent(agent.id)));
        called(&agent.name, Named::Agent(agent.id));
    }
    names.extend(keys);
    names
}

fn folded(name: &str) -> String {
    name.trim().chars().flat_map(char::to_lowercase).collect()
}

/// The longest name with which a text begins, where it ends there.
fn longest<'a>(names: &'a BTreeMap<String, Option<Named>>, ahead: &[char]) -> Option<&'a Named> {
    let mut text = String::new();
    let mut ends = Vec::new();
    for sign in ahead.iter().take(LONGEST) {
        text.extend(sign.to_lowercase());
        ends.push(text.len());
    }
    ends.iter().enumerate().rev().find_map(|(last, end)| {
        let named = names.get(text.get(..*end)?)?;
        ends_here(ahead, last).then_some(named.as_ref())?
    })
}

/// Whether a name whose last sign is the one at `last` ends there. Chinese names need no space behind them.
fn ends_here(ahead: &[char], last: usize) -> bool {
    let sign = |at: usize| ahead.get(at).copied();
    let Some(next) = sign(last + 1) else { return true };
    if sign(last).is_some_and(is_cjk) || is_cjk(next) {
        return true;
    }
    let goes_on = |next: char| next.is_alphanumeric() || matches!(next, '_' | '-');
    !(goes_on(next) || matches!(next, '.' | '@') && sign(last + 2).is_some_and(goes_on))
}

/// Before an `@` in a mail address stands one of these.
fn is_of_an_address(sign: char) -> bool {
    !is_cjk(sign) && (sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-' | '+'))
}

/// The text without the backslashes that keep signs from being Markdown.
fn bare(note: &str) -> Vec<char> {
    let mut signs = note.chars().peekable();
    let mut text = Vec::with_capacity(note.len());
    while let Some(sign) = signs.next() {
        if sign != '\\' || !signs.peek().is_some_and(char::is_ascii_punctuation) {
            text.push(sign);
        } else if let Some(kept) = signs.next() {
            text.push(kept);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::desk::Agent;

    fn agent(number: u128, key: &str, name: &str) -> Agent {
        let id = AgentId(Uuid::from_u128(number));
        serde_json::from_value(json!({
            "id": id, "key": key, "name": name, "email": format!("{key}@example.org"), "role": "agent", "departments": [], "languages": [],
            "disabled": false, "created_at": "2026-01-01T00:00:00Z"
        }))
        .unwrap()
    }

    fn desk() -> Desk {
        let mut desk = Desk::default();
        let people = [(1, "mei", "Mei Lin"), (2, "zhang_wei", "张伟"), (3, "bo", "Bo"), (4, "ann.b", "Ann"), (5, "ann.c", "Ann"), (6, "li", "李梅")];
        for (number, key, name) in people {
            desk.agents.insert(key.into(), agent(number, key, name));
        }
        for (key, name) in [("billing", json!({"en": "Billing", "zh": "账务部"})), ("bo", json!({"en": "Back office"}))] {
            desk.departments.insert(key.into(), serde_json::from_value(json!({"key": key, "name": name})).unwrap());
        }
        desk
    }

    fn found(text: &str) -> (Vec<u128>, Vec<String>) {
        let mentions = Mentions::find(&desk(), text);
        (mentions.agents.iter().map(|id| id.0.as_u128()).collect(), mentions.departments)
    }

    #[test]
    fn names_are_found_in_notes() {
        let none: &[&str] = &[];
        for (text, agents, departments) in [
            ("@mei can you look?", &[1][..], none),
            ("(@MEI), @mei lin!", &[1], none),
            ("thanks @Mei Lin.", &[1], none),
            ("@mei", &[1], none),
            ("请@mei看一下", &[1], none),
            ("@张伟请看一下，@李梅也看一下", &[2, 6], none),
            ("＠李梅 看一下", &[6], none),
            (r"@zhang\_wei look", &[2], none),
            ("@zhang_wei look", &[2], none),
            ("@mei. And @bo, too", &[1, 3], none),
            ("@billing please", &[], &["billing"]),
            ("@账务部看一下", &[], &["billing"]),
            ("@back office", &[], &["bo"]),
            // Nobody, somebody else, a mail address, two of the same name.
            ("@meister @mei-lin @mei.li @mei@example.org", &[], none),
            ("write to me@mei or ann@bo.example", &[], none),
            ("@Ann", &[], none),
            ("@ann.b and @ann.c", &[4, 5], none),
            ("@ mei @@", &[], none),
            ("", &[], none),
        ] {
            let departments = departments.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
            assert_eq!(found(text), (agents.to_vec(), departments), "{text}");
        }
    }

    #[test]
    fn a_great_many_are_cut_off() {
        let mut desk = desk();
        for number in 100..600 {
            let key = format!("a{number}");
            desk.agents.insert(key.clone(), agent(number, &key, "Somebody"));
        }
        let note: String = (100..600).map(|number| format!("@a{number} ")).collect();
        assert_eq!(Mentions::find(&desk, &note).agents.len(), MOST);
        assert!(Mentions::find(&desk, &"@".repeat(20_000)).is_empty());
        assert!(Mentions::find(&desk, &"@İ".repeat(10_000)).is_empty());
    }
}
