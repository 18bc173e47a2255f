//! An object of which every part may be missing, null or of another type than expected.

use bellhop_channel::clean;
use serde_json::Value;

/// Longest id of anything, in bytes.
const MAX_ID: usize = 255;

/// Longest name of a person or file that is kept, in Unicode scalar values.
const MAX_NAME: usize = 200;

/// A view of an object; of anything else it is empty.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fields<'a>(Option<&'a Value>);

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value) -> Self {
        Self(Some(value))
    }

    fn get(self, key: &str) -> Option<&'a Value> {
        self.0?.get(key).filter(|value| !value.is_null())
    }

    pub(crate) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn text(self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    /// A text that can be an id.
    pub(crate) fn id(self, key: &str) -> Option<String> {
        let id = self.text(key)?;
        (!id.trim().is_empty() && id.len() <= MAX_ID && !id.contains(char::is_control)).then(|| id.to_owned())
    }

    /// A name of somebody or something: one line, cut at 200 characters.
    pub(crate) fn name(self, key: &str) -> Option<String> {
        clean::line(self.text(key)?).map(|name| short(&name))
    }

    pub(crate) fn integer(self, key: &str) -> Option<i64> {
        self.get(key)?.as_i64()
    }

    pub(crate) fn number(self, key: &str) -> Option<f64> {
        self.get(key)?.as_f64().filter(|number| number.is_finite())
    }

    pub(crate) fn flag(self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(crate) fn object(self, key: &str) -> Option<Self> {
        self.get(key).filter(|value| value.is_object()).map(Self::of)
    }

    /// An entity in the rest of a text of which so many UTF-16 units are cut off; none where it began before the cut.
    pub(crate) fn moved_back(self, units: usize) -> Option<Value> {
        let offset = self.integer("offset")?.checked_sub(i64::try_from(units).ok()?).filter(|&offset| offset >= 0)?;
        let mut moved = self.0?.clone();
        moved["offset"] = Value::from(offset);
        Some(moved)
    }

    /// The objects of a list.
    pub(crate) fn list(self, key: &str) -> Vec<Self> {
        let items = self.get(key).and_then(Value::as_array);
        items.into_iter().flatten().filter(|item| item.is_object()).map(Self::of).collect()
    }
}

/// A name cut at 200 characters.
pub(crate) fn short(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => name.get(..end).unwrap_or_default().trim_end().to_owned(),
        None => name.to_owned(),
    }
}
