//! An object of which every part may be missing, null or of another type than expected.

use std::{borrow::Cow, collections::BTreeMap};

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

/// Puts the replacement character in place of half surrogate pairs (`\ud800`), which JSON can spell and no text can hold.
pub(super) fn mend_surrogates(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut kept = 0;
    let mut at = 0;
    let bytes = json.as_bytes();
    // In JSON a backslash starts an escape wherever it stands.
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == b'\\')) {
        let escape = at + found;
        let (length, whole) = match unit(json, escape) {
            Some(0xd800..=0xdbff) if matches!(unit(json, escape + 6), Some(0xdc00..=0xdfff)) => (12, true),
            Some(0xd800..=0xdfff) => (6, false),
            Some(_) => (6, true),
            None => (2, true),
        };
        if !whole {
            mended.push_str(json.get(kept..escape).unwrap_or_default());
            mended.push('\u{fffd}');
            kept = escape + length;
        }
        at = escape + length;
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(json.get(kept..).unwrap_or_default());
    Cow::Owned(mended)
}

/// The UTF-16 unit that the escape at this place spells.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_pairs_are_replaced_and_whole_ones_stay() {
        for (shows, json, expected) in [
            ("nothing to do", r#""a\n\u00e9""#, r#""a\n\u00e9""#),
            ("a whole pair", r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            ("a first half", r#""a\ud800b""#, "\"a\u{fffd}b\""),
            ("a second half", r#""\udc00""#, "\"\u{fffd}\""),
            ("halves in the wrong order", r#""\ude00\ud83d""#, "\"\u{fffd}\u{fffd}\""),
            ("a first half before a pair", r#""\ud800\ud83d\ude00""#, "\"\u{fffd}\\ud83d\\ude00\""),
            ("a backslash before a u", r#""\\ud800""#, r#""\\ud800""#),
            ("at the very end", r#""\ud800"#, "\"\u{fffd}"),
            ("cut short", r#""\ud8"#, r#""\ud8"#),
        ] {
            assert_eq!(mend_surrogates(json), expected, "{shows}");
        }
    }
}
