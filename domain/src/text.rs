//! Texts that the installation writes itself, with variables in them: acknowledgements, notices, macros.
//!
//! They are written in the syntax of Jinja (`{{ ticket.number }}`, `{% if fields.amount %}…{% endif %}`) and filled in a sandbox: no other text, file
//! or address is within reach, the work is bounded, and what a variable holds is shown as it is and never read as text with variables or as Markdown.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

use crate::{
    contact::Contact,
    desk::Desk,
    invalid::FieldError,
    localised::Localised,
    template::show_value,
    ticket::{Ticket, number_text},
    words::{self, status_key},
};

/// Characters of a text.
const LONGEST: usize = 10_000;
/// Characters of a variable that are shown.
const LONGEST_VALUE: usize = 2_000;
/// Steps that filling a text may take.
const FUEL: u64 = 10_000;
/// Filters that a text may use; what else stands behind a `|` is said where there is nothing to show.
const FILTERS: [&str; 5] = ["default", "upper", "lower", "capitalize", "trim"];
/// Blocks that a text may have.
const BLOCKS: [&str; 4] = ["if", "elif", "else", "endif"];
/// What may be known of a ticket, beside its fields.
pub const OF_TICKET: [&str; 8] =
    ["ticket.number", "ticket.url", "ticket.title", "ticket.status", "ticket.stage", "ticket.priority", "ticket.department", "customer.name"];

/// Why a text could not be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextError(String);

/// What stands for the variables of a text.
#[derive(Clone, Default)]
pub struct Values(BTreeMap<String, BTreeMap<String, Value>>);

impl Values {
    /// `value` stands for `name`, such as `customer.name`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let value: String = value.into().chars().take(LONGEST_VALUE).collect();
        self.put(name, Value::from(value));
        self
    }

    /// The same for an address: it is shown as it is written.
    #[must_use]
    pub fn with_address(mut self, name: &str, address: &str) -> Self {
        self.put(name, Value::from_safe_string(address.to_owned()));
        self
    }

    fn put(&mut self, name: &str, value: Value) {
        let (of, name) = name.split_once('.').unwrap_or(("", name));
        self.0.entry(of.to_owned()).or_default().insert(name.to_owned(), value);
    }

    /// Everything that is known of a ticket, as its customer reads it; `url` is its page.
    #[must_use]
    pub fn of_ticket(self, desk: &Desk, ticket: &Ticket, contact: Option<&Contact>, language: &str, url: &str) -> Self {
        let template = desk.form_of(ticket);
        let stage = ticket.stage.as_deref().and_then(|key| template?.stage(key));
        let department = ticket.department.as_deref().and_then(|key| desk.departments.get(key));
        let mut values = self
            .with("ticket.number", number_text(ticket.number))
            .with_address("ticket.url", url)
            .with("ticket.title", template.map_or(ticket.template.as_str(), |template| template.title.get(language)))
            .with("ticket.status", words::say(language, status_key(ticket.status), &[]))
            .with("ticket.priority", words::say(language, &format!("choice-{}", ticket.priority.as_str()), &[]));
        if let Some(stage) = stage {
            values = values.with("ticket.stage", stage.name.get(language));
        }
        if let Some(department) = department {
            values = values.with("ticket.department", department.name.get(language));
        }
        if let Some(name) = contact.and_then(|contact| contact.name.as_deref()) {
            values = values.with("customer.name", name);
        }
        for field in template.map(|template| template.fields.as_slice()).unwrap_or_default() {
            if let Some(held) = ticket.fields.get(&field.key) {
                values = values.with(&format!("fields.{}", field.key), show_value(field, &held.value, language));
                values.put(&format!("values.{}", field.key), Value::from_serialize(&held.value));
            }
        }
        values
    }
}

/// Fills a text; what is not known is left out.
///
/// # Errors
/// When it is no text of this kind, or takes too much work.
pub fn fill(text: &str, values: &Values) -> Result<String, TextError> {
    let text = with_defaults(text);
    refuse(&text)?;
    let filled = environment(UndefinedBehavior::Chainable).render_str(&text, &values.0).map_err(|error| TextError(in_words(&error)))?;
    Ok(filled.trim().to_owned())
}

/// The same in the language of whoever reads it; nothing where there is no such text, or it cannot be filled.
pub fn fill_in(text: &Localised, language: &str, values: &Values) -> Option<String> {
    let text = text.get(language);
    fill(text, values).ok().filter(|filled| !filled.is_empty())
}

/// What is wrong with a text in any of its languages; `known` says which variables there are, `such_as` names them for people.
pub fn check(text: &Localised, place: &str, known: &dyn Fn(&str) -> bool, such_as: &str, errors: &mut Vec<FieldError>) {
    for (language, text) in &text.0 {
        if let Err(TextError(message)) = check_one(text, known, such_as) {
            errors.push(FieldError::new(format!("{place}.{language}"), message));
        }
    }
}

fn check_one(text: &str, known: &dyn Fn(&str) -> bool, such_as: &str) -> Result<(), TextError> {
    let text = with_defaults(text);
    refuse(&text)?;
    let environment = environment(UndefinedBehavior::Strict);
    let template = environment.template_from_str(&text).map_err(|error| TextError(in_words(&error)))?;
    let used: BTreeSet<String> = template.undeclared_variables(true).into_iter().collect();
    if let Some(unknown) = used.iter().find(|name| !known(name)) {
        return Err(TextError(format!("there is no variable “{unknown}”; there are {such_as}")));
    }
    // Once with everything and once with nothing: both ways of an “if” are gone.
    let full = used.iter().fold(Values::default(), |values, name| values.with(name, "1"));
    template.render(&full.0).map_err(|error| TextError(in_words(&error)))?;
    fill(&text, &Values::default()).map(drop)
}

/// `{{ customer.name|there }}` is `{{ customer.name|default("there") }}`: what people write first.
fn with_defaults(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, behind)) = after.split_once("}}") else { break };
        written.push_str(before);
        let words = inside.split_once('|').map(|(name, words)| (name, words.trim())).filter(|(_, words)| {
            let first: String = words.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect();
            !FILTERS.contains(&first.as_str())
        });
        match words {
            Some((name, words)) => {
                let words = words.replace('\\', "\\\\").replace('"', "\\\"");
                written.push_str(&format!("{{{{{name}|default(\"{words}\")}}}}"));
            }
            None => written.push_str(&format!("{{{{{inside}}}}}")),
        }
        rest = behind;
    }
    written.push_str(rest);
    written
}

/// What no text may have, whether or not anything comes of it.
fn refuse(text: &str) -> Result<(), TextError> {
    if text.chars().count() > LONGEST {
        return Err(TextError(format!("has at most {LONGEST} characters")));
    }
    for (_, rest) in parts_after(text, "{%") {
        let word: String =
            rest.trim_start_matches(['-', '+']).trim_start().chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect();
        if !BLOCKS.contains(&word.as_str()) {
            return Err(TextError(format!("“{{% {word}” is not possible here; there are {}", BLOCKS.join(", "))));
        }
    }
    for (open, close) in [("{{", "}}"), ("{%", "%}")] {
        for (line, rest) in parts_after(text, open) {
            let inside = rest.split_once(close).map_or(rest, |(inside, _)| inside);
            if inside.contains(['*', '~', '(']) && !only_default(inside) {
                return Err(TextError(format!("line {line}: variables are shown and compared, not calculated with")));
            }
        }
    }
    Ok(())
}

/// Whether the only call is that of `default("…")`.
fn only_default(inside: &str) -> bool {
    let mut outside = String::new();
    let mut quote = None;
    for sign in inside.chars() {
        match quote {
            Some(open) if sign == open => quote = None,
            Some(_) => {}
            None if sign == '"' || sign == '\'' => quote = Some(sign),
            None => outside.push(sign),
        }
    }
    let calls = outside.matches('(').count();
    let defaults = outside.split('|').skip(1).filter(|filter| filter.trim_start().starts_with("default(")).count();
    calls == defaults && !outside.contains(['*', '~'])
}

/// What follows each `mark`, with the number of the line that it stands in.
fn parts_after<'t>(text: &'t str, mark: &str) -> Vec<(usize, &'t str)> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some((before, after)) = rest.split_once(mark) {
        line += before.matches('\n').count();
        found.push((line, after));
        rest = after;
    }
    found
}

fn environment<'a>(undefined: UndefinedBehavior) -> Environment<'a> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(undefined);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.add_filter("default", minijinja::filters::default);
    environment.add_filter("upper", minijinja::filters::upper);
    environment.add_filter("lower", minijinja::filters::lower);
    environment.add_filter("capitalize", minijinja::filters::capitalize);
    environment.add_filter("trim", minijinja::filters::trim);
    environment.add_test("defined", minijinja::tests::is_defined);
    environment.set_formatter(|out, _, value| {
        if value.is_undefined() || value.is_none() {
            return Ok(());
        }
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let shown = if value.is_safe() { shown } else { escaped(&shown) };
        out.write_str(&shown).map_err(minijinja::Error::from)
    });
    environment
}

fn in_words(error: &minijinja::Error) -> String {
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    error.line().map_or_else(|| what.clone(), |line| format!("line {line}: {what}"))
}

/// A text of somebody else's that stands in light Markdown: without line breaks, and its marks are no Markdown.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '~' | '#' | '&' | '!' => escaped.extend(['\\', c]),
            c if c.is_whitespace() || c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
