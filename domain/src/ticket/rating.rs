//! What a customer says of how their ticket went.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::ContactId;

/// How long after a rating the customer's next words may be a comment on it.
pub const COMMENT_WITHIN_MINUTES: i64 = 60;

/// Characters of a comment on a rating that are kept.
pub const LONGEST_COMMENT: usize = 2_000;

/// What a customer says of how their ticket went.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// From 1, the worst, to 5; thumbs are the two ends.
    pub value: u8,
    /// In which signs it was given.
    pub scale: RatingScale,
    /// Who gave it.
    pub by: ContactId,
    /// When.
    pub at: DateTime<Utc>,
    /// What they added, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl fmt::Debug for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rating").field("value", &self.value).field("scale", &self.scale).finish_non_exhaustive()
    }
}

/// The signs in which customers rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingScale {
    /// One to five.
    Stars,
    /// Up or down.
    Thumbs,
}

impl RatingScale {
    /// The worst and the best.
    pub const ENDS: (u8, u8) = (1, 5);

    /// The word in templates and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stars => "stars",
            Self::Thumbs => "thumbs",
        }
    }

    /// What can be given, the best first, with the sign for it.
    pub fn signs(self) -> &'static [(u8, &'static str)] {
        match self {
            Self::Stars => &[(5, "★★★★★"), (4, "★★★★"), (3, "★★★"), (2, "★★"), (1, "★")],
            Self::Thumbs => &[(5, "👍"), (1, "👎")],
        }
    }

    /// The sign for a value; nothing where it cannot be given.
    pub fn sign(self, value: u8) -> Option<&'static str> {
        self.signs().iter().find(|(of, _)| *of == value).map(|(_, sign)| *sign)
    }
}

/// How a template says it: a word, `true` for stars, `false` for not at all.
pub(crate) mod word {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::RatingScale;

    #[expect(clippy::trivially_copy_pass_by_ref, clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<S: Serializer>(scale: &Option<RatingScale>, serializer: S) -> Result<S::Ok, S::Error> {
        match scale {
            Some(scale) => scale.serialize(serializer),
            None => serializer.serialize_bool(false),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RatingScale>, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(word) if word == "stars" => Ok(Some(RatingScale::Stars)),
            serde_json::Value::String(word) if word == "thumbs" => Ok(Some(RatingScale::Thumbs)),
            serde_json::Value::Bool(true) => Ok(Some(RatingScale::Stars)),
            serde_json::Value::Bool(false) | serde_json::Value::Null => Ok(None),
            _ => Err(de::Error::custom("rating is \"stars\", \"thumbs\", true or false")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;
    use crate::template::Template;

    #[test]
    fn templates_ask_for_ratings_by_a_word() {
        for (word, scale) in [
            (json!("stars"), Some(RatingScale::Stars)),
            (json!(true), Some(RatingScale::Stars)),
            (json!("thumbs"), Some(RatingScale::Thumbs)),
            (json!(false), None),
            (json!(null), None),
        ] {
            let template: Template = serde_json::from_value(json!({"title": {"en": "Refund"}, "rating": word})).unwrap();
            assert_eq!(template.rating, scale);
            let again: Template = serde_json::from_value(serde_json::to_value(&template).unwrap()).unwrap();
            assert_eq!(again.rating, scale);
        }
        assert!(serde_json::from_value::<Template>(json!({"title": {"en": "Refund"}, "rating": "smileys"})).is_err());
        assert_eq!(serde_json::from_value::<Template>(json!({"title": {"en": "Refund"}})).unwrap().rating, None, "off unless wanted");
    }

    #[test]
    fn every_sign_stands_for_one_value() {
        for scale in [RatingScale::Stars, RatingScale::Thumbs] {
            for (value, sign) in scale.signs() {
                assert_eq!(scale.sign(*value), Some(*sign));
            }
            assert_eq!((scale.sign(0), scale.sign(6)), (None, None));
        }
        assert_eq!(RatingScale::Thumbs.sign(3), None);
    }
}
