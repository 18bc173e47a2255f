//! What strangers send: an object of which every part may be missing, null or of another type than expected.

use serde_json::Value;

use crate::clean;

/// Longest id of anything, in bytes.
const MAX_ID: usize = 255;

/// Longest name of a person or file that is kept, in Unicode scalar values.
const MAX_NAME: usize = 200;

/// A view of an object; of anything else it is empty.
#[derive(Clone, Copy, Default)]
pub struct Fields<'a>(Option<&'a Value>);

impl<'a> Fields<'a> {
    /// Looks at a value.
    pub fn of(value: &'a Value) -> Self {
        Self(Some(value))
    }

    /// What is looked at.
    pub fn value(self) -> Option<&'a Value> {
        self.0
    }

    fn get(self, key: &str) -> Option<&'a Value> {
        self.0?.get(key).filter(|value| !value.is_null())
    }

    /// Whether it has this member, and it is not null.
    pub fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// A member that is a text.
    pub fn text(self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    /// A text that can be an id.
    pub fn id(self, key: &str) -> Option<String> {
        let id = self.text(key)?;
        (!id.trim().is_empty() && id.len() <= MAX_ID && !id.contains(char::is_control)).then(|| id.to_owned())
    }

    /// A name of somebody or something: one line, cut at 200 characters.
    pub fn name(self, key: &str) -> Option<String> {
        clean::line(self.text(key)?).map(|name| short(&name))
    }

    /// A member that is a whole number.
    pub fn integer(self, key: &str) -> Option<i64> {
        self.get(key)?.as_i64()
    }

    /// A member that is a finite number.
    pub fn number(self, key: &str) -> Option<f64> {
        self.get(key)?.as_f64().filter(|number| number.is_finite())
    }

    /// A member that is true; what is absent is not.
    pub fn flag(self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A member that is an object.
    pub fn object(self, key: &str) -> Option<Self> {
        self.get(key).filter(|value| value.is_object()).map(Self::of)
    }

    /// The objects of a list.
    pub fn list(self, key: &str) -> Vec<Self> {
        let items = self.get(key).and_then(Value::as_array);
        items.into_iter().flatten().filter(|item| item.is_object()).map(Self::of).collect()
    }
}

/// A name cut at 200 characters.
pub fn short(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => name.get(..end).unwrap_or_default().trim_end().to_owned(),
        None => name.to_owned(),
    }
}
