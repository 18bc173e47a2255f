//! An object of which every part may be missing, null or of another type than expected.

use std::collections::BTreeMap;

use serde_json::{Value, value::RawValue};

use super::MAX_ID;

/// The members of an object, unread until they are asked for; of a key that comes twice, the last.
#[derive(Default)]
pub(super) struct Fields<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    /// None where the text is no object.
    pub(super) fn read(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        serde_json::from_str(self.0.get(key)?.get()).ok()
    }

    /// Whether it is so, where that is said.
    pub(super) fn said(&self, key: &str) -> Option<bool> {
        serde_json::from_str(self.0.get(key)?.get()).ok()
    }

    /// A text that can be an id.
    pub(super) fn id(&self, key: &str) -> Option<String> {
        self.text(key).filter(|id| !id.trim().is_empty() && id.len() <= MAX_ID && !id.contains(char::is_control))
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| value.get() == "true")
    }

    pub(super) fn object(&self, key: &str) -> Option<Self> {
        Self::read(self.0.get(key)?.get())
    }

    /// The objects of a list.
    pub(super) fn list(&self, key: &str) -> Vec<Self> {
        self.items(key).into_iter().filter_map(|item| Self::read(item.get())).collect()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        self.items(key).into_iter().filter_map(|item| serde_json::from_str(item.get()).ok()).collect()
    }

    /// All members as they are; a number that is too big for us stays as its text. Nulls say nothing and go.
    pub(super) fn values(&self) -> BTreeMap<String, Value> {
        let value = |raw: &RawValue| serde_json::from_str(raw.get()).unwrap_or_else(|_| Value::String(raw.get().to_owned()));
        self.0.iter().map(|(key, raw)| (key.replace('\0', ""), without_nul(value(raw)))).filter(|(_, value)| !value.is_null()).collect()
    }

    fn items(&self, key: &str) -> Vec<&'a RawValue> {
        self.0.get(key).and_then(|value| serde_json::from_str(value.get()).ok()).unwrap_or_default()
    }
}

/// Takes NUL out of all texts: not every database can store it.
fn without_nul(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "")),
        Value::Array(items) => items.into_iter().map(without_nul).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key.replace('\0', ""), without_nul(value))).collect(),
        other => other,
    }
}
