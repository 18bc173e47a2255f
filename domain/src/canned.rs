//! Macros: what agents say and do often, by one word.

use serde::{Deserialize, Serialize};

use crate::{invalid::FieldError, localised::Localised};

/// Something that agents say and do often.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Macro {
    /// Its key (`shipped`).
    #[serde(default)]
    pub key: String,
    /// What agents read.
    pub title: Localised,
    /// What the customer reads, in light Markdown with [`VARIABLES`] in it; nothing is said without it.
    #[serde(default)]
    pub text: Localised,
    /// Labels that the conversation gets.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Key of the category that the conversation gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Key of the department that the conversation gets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Whether the conversation is resolved with it.
    #[serde(default)]
    pub close: bool,
}

/// What may stand in a macro's text as `{{customer.name}}`, or `{{customer.name|you}}` with what stands there where it is not known.
pub const VARIABLES: [&str; 4] = ["customer.name", "agent.name", "ticket.number", "ticket.url"];

impl Macro {
    /// What is wrong with its text: variables that there are not.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for (language, text) in &self.text.0 {
            let unknown = pieces(text).into_iter().filter_map(|piece| match piece {
                Piece::Variable { name, .. } if !VARIABLES.contains(&name) => Some(name),
                _ => None,
            });
            errors.extend(unknown.map(|name| {
                FieldError::new(format!("text.{language}"), format!("there is no variable “{name}”; there are: {}", VARIABLES.join(", ")))
            }));
        }
        errors
    }

    /// The text in `language`, with what `value` knows of each variable.
    pub fn say(&self, language: &str, value: impl Fn(&str) -> Option<String>) -> String {
        let filled = pieces(self.text.get(language)).into_iter().map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Variable { name, otherwise } => value(name).unwrap_or_else(|| otherwise.to_owned()),
        });
        filled.collect::<String>().trim().to_owned()
    }
}

enum Piece<'a> {
    Text(&'a str),
    Variable { name: &'a str, otherwise: &'a str },
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, behind)) = after.split_once("}}") else { break };
        pieces.push(Piece::Text(before));
        let (name, otherwise) = inside.split_once('|').unwrap_or((inside, ""));
        pieces.push(Piece::Variable { name: name.trim(), otherwise: otherwise.trim() });
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let macro_ = Macro { text: Localised::of("en", text), ..Macro::default() };
        macro_.say("de", |name| (name == "customer.name").then(|| "Ann {{agent.name}}".to_owned()))
    }

    #[test]
    fn variables_are_filled_once() {
        for (text, expected) in [
            ("Hello {{customer.name}}!", "Hello Ann {{agent.name}}!"),
            ("{{ customer.name }}, it is {{ticket.number|on its way}}", "Ann {{agent.name}}, it is on its way"),
            ("{{ticket.number}} open {{", "open {{"),
            ("", ""),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn unknown_variables_are_named() {
        let wrong = Macro { text: Localised::of("zh", "{{customer.nmae}} {{customer.name}}"), ..Macro::default() };
        let errors = wrong.check();
        assert_eq!(errors.len(), 1);
        assert!(errors.iter().all(|error| error.field == "text.zh" && error.message.to_string().contains("customer.nmae")));
    }
}
