//! The few fields of an event that are read before it is stored: borrowed where they can be, the rest skipped over.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::MAX_ID;

/// The ids of an event. A key among these that comes twice is an error, lest two readers see two events.
#[derive(Default)]
pub(super) struct Head<'a> {
    pub(super) r#type: Text<'a>,
    pub(super) id: Text<'a>,
    pub(super) conversation: Text<'a>,
    /// `id` of the object `sender`.
    pub(super) sender: Text<'a>,
}

/// A field that should be a text.
#[derive(Default)]
pub(super) enum Text<'a> {
    #[default]
    Absent,
    Wrong,
    Is(Cow<'a, str>),
}

impl Text<'_> {
    /// The text as an id, or what is wrong with it.
    pub(super) fn id(&self) -> Result<String, String> {
        match self {
            Self::Absent => Err("is missing".to_owned()),
            Self::Wrong => Err("must be a text".to_owned()),
            Self::Is(text) if text.trim().is_empty() => Err("must not be empty".to_owned()),
            Self::Is(text) if text.len() > MAX_ID => Err(format!("must be at most {MAX_ID} bytes")),
            Self::Is(text) if text.contains(char::is_control) => Err("must not contain control characters".to_owned()),
            Self::Is(text) => Ok(text.as_ref().to_owned()),
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    Type,
    Id,
    Conversation,
    Sender,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Head<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HeadVisitor;

        impl<'de> Visitor<'de> for HeadVisitor {
            type Value = Head<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head<'de>, A::Error> {
                let mut head = Head::default();
                let mut seen = [false; 4];
                while let Some(key) = map.next_key::<Key>()? {
                    if let Key::Other = key {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    if std::mem::replace(&mut seen[key as usize], true) {
                        return Err(A::Error::duplicate_field("key"));
                    }
                    match key {
                        Key::Type => head.r#type = map.next_value()?,
                        Key::Id => head.id = map.next_value()?,
                        Key::Conversation => head.conversation = map.next_value()?,
                        Key::Sender => head.sender = map.next_value::<IdOf<'de>>()?.0,
                        Key::Other => {}
                    }
                }
                Ok(head)
            }
        }

        deserializer.deserialize_map(HeadVisitor)
    }
}

/// The `id` of an object; absent in anything that is no object.
struct IdOf<'a>(Text<'a>);

impl<'de> Deserialize<'de> for IdOf<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor { object: true }).map(IdOf)
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor { object: false })
    }
}

/// Takes any JSON value: a text, or with `object` the text `id` of an object.
struct AnyVisitor {
    object: bool,
}

impl AnyVisitor {
    fn text<'de>(&self, text: Cow<'de, str>) -> Text<'de> {
        if self.object { Text::Absent } else { Text::Is(text) }
    }

    fn other<'de>(&self) -> Text<'de> {
        if self.object { Text::Absent } else { Text::Wrong }
    }
}

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(self.text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(self.text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
        Ok(Text::Absent)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Text<'de>, E> {
        Ok(self.other())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Text<'de>, E> {
        Ok(self.other())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Text<'de>, E> {
        Ok(self.other())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Text<'de>, E> {
        Ok(self.other())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.other())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<Key>()? {
            if !(self.object && matches!(key, Key::Id)) {
                map.next_value::<IgnoredAny>()?;
            } else if found.replace(map.next_value()?).is_some() {
                return Err(A::Error::duplicate_field("id"));
            }
        }
        Ok(found.unwrap_or_else(|| self.other()))
    }
}
