//! Values of fields: what people and programs hand in, checked and brought into one form.

use serde_json::Value;

use super::{Choice, Field, FieldType};
use crate::{id::FileId, phone, why::Why};

mod amount;
mod moment;

pub(crate) use amount::decimal_of;

/// Longest text of one line, in characters.
const TEXT_LIMIT: usize = 1_000;
/// Longest text of several lines, in characters.
const LONG_TEXT_LIMIT: usize = 20_000;
/// Longest order number, in characters.
const REFERENCE_LIMIT: usize = 64;

/// The value in the canonical form of the field's type, or what is wrong with it for the person who gave it.
///
/// Canonical forms: text for `text`, `long_text`, `email` (lower case), `phone` (`+4930123456`), `url`, `order_reference`, `choice` (its key),
/// `date` (`2026-11-22`), `datetime` (`2026-11-22T10:00:00Z`) and `file` (its id); a number for `number`; true or false for `checkbox`; a list of
/// keys for `multi_choice` and `cascading_choice`; `{"value": "12.50", "currency": "EUR" or null}` for `money`. A canonical value stays what it is.
pub fn validate_value(field: &Field, value: &Value) -> Result<Value, Why> {
    let canonical = match field.kind {
        FieldType::Text => Value::String(line(value, TEXT_LIMIT)?),
        FieldType::LongText => Value::String(long_text(value)?),
        FieldType::OrderReference => Value::String(order_reference(value)?),
        FieldType::Number => amount::number(value)?,
        FieldType::Money => amount::money(value, field.min.is_some())?,
        FieldType::Date => moment::date(value)?,
        FieldType::Datetime => moment::datetime(value)?,
        FieldType::Choice => Value::String(choice(&field.choices, text_of(value)?)?.key.clone()),
        FieldType::MultiChoice => multi_choice(&field.choices, value)?,
        FieldType::CascadingChoice => cascading_choice(&field.choices, value)?,
        FieldType::Checkbox => checkbox(value)?,
        FieldType::Email => Value::String(email(text_of(value)?)?),
        FieldType::Phone => Value::String(telephone(value)?),
        FieldType::Url => Value::String(web_address(text_of(value)?)?),
        FieldType::File => Value::String(file(text_of(value)?)?),
    };
    within_limits(field, &canonical)?;
    Ok(canonical)
}

/// The start of what was given, for naming it in an answer.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().filter(|sign| !sign.is_control()).take(40).collect();
    if text.chars().count() > 40 {
        shown.push('…');
    }
    shown
}

fn text_of(value: &Value) -> Result<&str, Why> {
    match value {
        Value::String(text) if text.trim().is_empty() => Err(Why::new("why-empty")),
        Value::String(text) => Ok(text.trim()),
        _ => Err(Why::new("why-no-text")),
    }
}

/// Texts may be given as numbers: order numbers often are.
fn text_or_number(value: &Value) -> Result<String, Why> {
    match value {
        Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
        other => text_of(other).map(str::to_owned),
    }
}

fn line(value: &Value, limit: usize) -> Result<String, Why> {
    let text = text_or_number(value)?;
    let words: Vec<String> = text.split_whitespace().map(printable).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    not_longer(&line, limit)?;
    Ok(line)
}

fn long_text(value: &Value) -> Result<String, Why> {
    let text = text_or_number(value)?.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t')).collect();
    let text = text.trim().to_owned();
    not_longer(&text, LONG_TEXT_LIMIT)?;
    Ok(text)
}

fn printable(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).collect()
}

fn not_longer(text: &str, limit: usize) -> Result<(), Why> {
    let length = text.chars().count();
    match length {
        0 => Err(Why::new("why-empty")),
        _ if length > limit => Err(Why::new("why-too-long").count("length", length).count("most", limit)),
        _ => Ok(()),
    }
}

fn order_reference(value: &Value) -> Result<String, Why> {
    let text = line(value, REFERENCE_LIMIT)?;
    let reference = text.trim_start_matches(['#', '＃', ' ']).to_owned();
    if reference.is_empty() || reference.contains(' ') || !reference.chars().any(char::is_alphanumeric) {
        return Err(Why::new("why-no-order").with("given", shown(&text)));
    }
    Ok(reference)
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether people call the choice by this text: its key or its label in any language.
pub(super) fn is_called(choice: &Choice, text: &str) -> bool {
    let text = folded(text);
    folded(&choice.key) == text || choice.label.0.values().any(|label| folded(label) == text)
}

fn find<'a>(choices: &'a [Choice], text: &str) -> Option<&'a Choice> {
    choices.iter().find(|choice| choice.key == text).or_else(|| choices.iter().find(|choice| is_called(choice, text)))
}

fn keys(choices: &[Choice]) -> String {
    choices.iter().map(|choice| choice.key.as_str()).collect::<Vec<_>>().join(", ")
}

fn choice<'a>(choices: &'a [Choice], text: &str) -> Result<&'a Choice, Why> {
    find(choices, text).ok_or_else(|| Why::new("why-not-offered").with("given", shown(text)).with("choices", keys(choices)))
}

fn multi_choice(choices: &[Choice], value: &Value) -> Result<Value, Why> {
    let mut chosen = Vec::new();
    match value {
        Value::Array(values) => {
            for value in values {
                chosen.push(choice(choices, text_of(value)?)?);
            }
        }
        other => {
            let text = text_of(other)?;
            match find(choices, text) {
                Some(one) => chosen.push(one),
                None => {
                    for part in text.split([',', ';', '、', '，', '；', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
                        chosen.push(choice(choices, part)?);
                    }
                }
            }
        }
    }
    if chosen.is_empty() {
        return Err(Why::new("why-choose-one").with("choices", keys(choices)));
    }
    let in_order = choices.iter().filter(|choice| chosen.iter().any(|other| other.key == choice.key));
    Ok(in_order.map(|choice| Value::String(choice.key.clone())).collect())
}

fn cascading_choice(choices: &[Choice], value: &Value) -> Result<Value, Why> {
    let path = match value {
        Value::Array(values) => {
            let mut steps = Vec::new();
            for value in values {
                steps.push(text_of(value)?);
            }
            follow(choices, &steps)?
        }
        other => {
            let text = text_of(other)?;
            let steps: Vec<&str> = text.split(['/', '>', '›', '→']).map(str::trim).collect();
            match follow(choices, &steps) {
                Ok(path) => path,
                Err(message) => {
                    let mut found = Vec::new();
                    last_levels(choices, text, &mut Vec::new(), &mut found);
                    match found.len() {
                        1 => found.pop().unwrap_or_default(),
                        0 => return Err(message),
                        _ => return Err(Why::new("why-several-places").with("given", shown(text))),
                    }
                }
            }
        }
    };
    Ok(path.into_iter().map(Value::String).collect())
}

/// The way to a level of a cascading choice that has others below it, in keys: `text` names the next steps behind `way`, or all of them. Nothing where it leads
/// nowhere, or to a last level.
pub fn further(field: &Field, way: &[String], text: &str) -> Option<Vec<String>> {
    let steps: Vec<&str> = text.split(['/', '>', '›', '→']).map(str::trim).collect();
    let behind: Vec<&str> = way.iter().map(String::as_str).chain(steps.iter().copied()).collect();
    [behind, steps].into_iter().find_map(|steps| {
        let mut level = field.choices.as_slice();
        let mut path = Vec::new();
        for step in steps {
            let chosen = choice(level, step).ok()?;
            path.push(chosen.key.clone());
            level = &chosen.children;
        }
        (field.kind == FieldType::CascadingChoice && !level.is_empty()).then_some(path)
    })
}

fn follow(choices: &[Choice], steps: &[&str]) -> Result<Vec<String>, Why> {
    let mut path = Vec::new();
    let mut level = choices;
    for step in steps {
        if level.is_empty() {
            return Err(Why::new("why-nothing-below").with("path", path.join(" / ")));
        }
        let chosen = choice(level, step)?;
        path.push(chosen.key.clone());
        level = &chosen.children;
    }
    if level.is_empty() { Ok(path) } else { Err(Why::new("why-choose-further").with("choices", keys(level))) }
}

/// The ways to all last levels that people call by this text.
fn last_levels(choices: &[Choice], text: &str, way: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    for choice in choices {
        way.push(choice.key.clone());
        if choice.children.is_empty() && is_called(choice, text) {
            found.push(way.clone());
        }
        last_levels(&choice.children, text, way, found);
        way.pop();
    }
}

fn checkbox(value: &Value) -> Result<Value, Why> {
    let answer = match value {
        Value::Bool(answer) => Some(*answer),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match folded(text).as_str() {
            "true" | "yes" | "y" | "on" | "1" | "是" | "对" | "對" | "ja" | "oui" | "sí" | "si" => Some(true),
            "false" | "no" | "n" | "off" | "0" | "否" | "不" | "不是" | "nein" | "non" => Some(false),
            _ => None,
        },
        _ => None,
    };
    answer.map(Value::Bool).ok_or_else(|| Why::new("why-no-yes-or-no"))
}

fn email(text: &str) -> Result<String, Why> {
    let wrong = || Why::new("why-no-mail").with("given", shown(text));
    let text = text.strip_prefix("mailto:").unwrap_or(text).to_lowercase();
    let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|sign| !sign.is_whitespace() && !sign.is_control() && !"()<>[]:;@\\,\"".contains(sign));
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_fits = domain.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(|sign| sign.is_alphanumeric() || sign == '-')
        })
        && labels.last().is_some_and(|label| !label.chars().all(|sign| sign.is_ascii_digit()));
    if local_fits && domain_fits { Ok(text) } else { Err(wrong()) }
}

fn telephone(value: &Value) -> Result<String, Why> {
    let text = text_or_number(value)?;
    phone::normalise(&text).ok_or_else(|| Why::new("why-no-phone").with("given", shown(&text)))
}

fn web_address(text: &str) -> Result<String, Why> {
    let wrong = || Why::new("why-no-address").with("given", shown(text));
    let address = url::Url::parse(text).map_err(|_| wrong())?;
    if !matches!(address.scheme(), "http" | "https") || address.host_str().is_none_or(str::is_empty) || address.as_str().len() > 2_000 {
        return Err(wrong());
    }
    Ok(address.into())
}

fn file(text: &str) -> Result<String, Why> {
    let id: FileId = text.parse().map_err(|_| Why::new("why-no-file").with("given", shown(text)))?;
    Ok(id.to_string())
}

fn within_limits(field: &Field, value: &Value) -> Result<(), Why> {
    if let (Some(pattern), Value::String(text)) = (&field.pattern, value)
        && pattern.whole().is_some_and(|pattern| !pattern.is_match(text))
    {
        return Err(Why::new("why-wrong-form").with("given", shown(text)).with("form", pattern.as_str()));
    }
    let limits = [(&field.min, std::cmp::Ordering::Less), (&field.max, std::cmp::Ordering::Greater)];
    for (limit, refused) in limits {
        let Some(limit) = limit else { continue };
        if compared(field.kind, value, limit) == Some(refused) {
            let limit_text = match limit {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let least = refused == std::cmp::Ordering::Less;
            let key = match (field.kind, least) {
                (FieldType::Text | FieldType::LongText | FieldType::OrderReference, true) => "why-least-characters",
                (FieldType::Text | FieldType::LongText | FieldType::OrderReference, false) => "why-most-characters",
                (FieldType::MultiChoice, true) => "why-least-choices",
                (FieldType::MultiChoice, false) => "why-most-choices",
                (FieldType::Date | FieldType::Datetime, true) => "why-not-before",
                (FieldType::Date | FieldType::Datetime, false) => "why-not-after",
                (_, true) => "why-least",
                (_, false) => "why-most",
            };
            return Err(Why::new(key).with("limit", limit_text));
        }
    }
    Ok(())
}

/// How a canonical value stands to a limit of its field; nothing where the type has no limits or the limit is not of its kind.
pub(super) fn compared(kind: FieldType, value: &Value, limit: &Value) -> Option<std::cmp::Ordering> {
    let length = |length: usize| limit.as_u64().map(|limit| (length as u64).cmp(&limit));
    match kind {
        FieldType::Text | FieldType::LongText | FieldType::OrderReference => length(value.as_str()?.chars().count()),
        FieldType::MultiChoice => length(value.as_array()?.len()),
        FieldType::Number | FieldType::Money => Some(decimal_of(value)?.cmp(&decimal_of(limit)?)),
        // Canonical days and moments sort as texts.
        FieldType::Date => Some(value.as_str()?.cmp(moment::date(limit).ok()?.as_str()?)),
        FieldType::Datetime => Some(value.as_str()?.cmp(moment::datetime(limit).ok()?.as_str()?)),
        _ => None,
    }
}

/// A limit in the form in which it is compared, or why it is none for this type.
pub(super) fn check_limit(kind: FieldType, limit: &Value) -> Result<(), String> {
    let fits = match kind {
        FieldType::Text | FieldType::LongText | FieldType::OrderReference => limit.as_u64().map(drop).ok_or("must be a whole number of characters"),
        FieldType::MultiChoice => limit.as_u64().map(drop).ok_or("must be a whole number of choices"),
        FieldType::Number | FieldType::Money => match limit {
            Value::Number(_) | Value::String(_) => decimal_of(limit).map(drop).ok_or("must be a number"),
            _ => Err("must be a number"),
        },
        FieldType::Date => moment::date(limit).map(drop).map_err(|_| "must be a day like 2026-11-22"),
        FieldType::Datetime => moment::datetime(limit).map(drop).map_err(|_| "must be a moment like 2026-11-22T10:00:00Z"),
        _ => Err("this type has no least and no most"),
    };
    fits.map_err(str::to_owned)
}

#[cfg(test)]
mod tests;
