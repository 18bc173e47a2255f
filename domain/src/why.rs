//! Why something is not done: kept as what is to be said, and worded when somebody reads it.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words::{self, Value};

/// A reason for a person to read, in whatever language they read.
///
/// It is a key of the catalogues with its values, or words that are what they are in every language, which only programs and those who set up
/// the desk through the API meet. Shown without a language it is English.
#[derive(Clone, PartialEq, Eq)]
pub struct Why(What);

#[derive(Clone, PartialEq, Eq)]
enum What {
    Said(Cow<'static, str>),
    Key(&'static str, Vec<(&'static str, Held)>),
}

#[derive(Clone, PartialEq, Eq)]
enum Held {
    Text(String),
    Number(i64),
    /// A key of the catalogues itself.
    Word(&'static str),
}

impl Why {
    /// The words `key` of the catalogues.
    pub fn new(key: &'static str) -> Self {
        Self(What::Key(key, Vec::new()))
    }

    /// With this text in it, as it is.
    pub fn with(self, name: &'static str, text: impl Into<String>) -> Self {
        self.holding(name, Held::Text(text.into()))
    }

    /// With this number in it.
    pub fn count(self, name: &'static str, number: impl TryInto<i64>) -> Self {
        self.holding(name, Held::Number(number.try_into().unwrap_or(i64::MAX)))
    }

    /// With the words `key` in it.
    pub fn word(self, name: &'static str, key: &'static str) -> Self {
        self.holding(name, Held::Word(key))
    }

    fn holding(self, name: &'static str, held: Held) -> Self {
        match self.0 {
            What::Key(key, mut values) => {
                values.push((name, held));
                Self(What::Key(key, values))
            }
            said @ What::Said(_) => Self(said),
        }
    }

    /// In this language.
    pub fn say(&self, language: &str) -> String {
        match &self.0 {
            What::Said(said) => said.clone().into_owned(),
            What::Key(key, values) => {
                let words: Vec<Option<String>> = values
                    .iter()
                    .map(|(_, held)| match held {
                        Held::Word(key) => Some(words::say(language, key, &[])),
                        Held::Text(_) | Held::Number(_) => None,
                    })
                    .collect();
                let values: Vec<(&str, Value<'_>)> = values
                    .iter()
                    .zip(&words)
                    .map(|((name, held), word)| {
                        let value = match held {
                            Held::Text(text) => Value::Text(text),
                            Held::Number(number) => Value::Number(*number),
                            Held::Word(key) => Value::Text(word.as_deref().unwrap_or(key)),
                        };
                        (*name, value)
                    })
                    .collect();
                words::say(language, key, &values)
            }
        }
    }
}

impl From<&'static str> for Why {
    fn from(said: &'static str) -> Self {
        Self(What::Said(Cow::Borrowed(said)))
    }
}

impl From<String> for Why {
    fn from(said: String) -> Self {
        Self(What::Said(Cow::Owned(said)))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say("en"))
    }
}

impl fmt::Debug for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.say("en"))
    }
}

impl PartialEq<&str> for Why {
    fn eq(&self, other: &&str) -> bool {
        self.say("en") == *other
    }
}

impl Serialize for Why {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.say("en"))
    }
}

impl<'de> Deserialize<'de> for Why {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_worded_for_whoever_reads_it() {
        let why = Why::new("why-unknown").word("what", "thing-department").with("key", "billing");
        assert_eq!(why.to_string(), "there is no department “billing”");
        assert_eq!(why.say("zh-CN"), "没有这个部门：“billing”");
        assert_eq!(Why::new("why-at-most-characters").count("most", 20_000_usize).say("zh"), "最多 20000 个字符");
        let said = Why::from("is needed").with("more", "nothing");
        assert_eq!((said.say("en"), said.say("zh")), ("is needed".to_owned(), "is needed".to_owned()));
    }
}
