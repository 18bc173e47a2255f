//! What forms say and what they offer.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::Site;

/// Something to choose from: key, label, whether it is chosen.
pub(super) type Choices = Vec<(String, String, bool)>;

/// Choices of which none need be chosen. What was chosen and is not there any more stays until it is changed.
pub(super) fn optional(all: impl IntoIterator<Item = (String, String)>, chosen: Option<&str>) -> Choices {
    let mut choices: Choices = all.into_iter().map(|(key, label)| (key.clone(), label, chosen == Some(&key))).collect();
    if let Some(gone) = chosen.filter(|_| !choices.iter().any(|(_, _, is)| *is)) {
        choices.insert(0, (gone.to_owned(), gone.to_owned(), true));
    }
    choices.insert(0, (String::new(), "–".to_owned(), chosen.is_none()));
    choices
}

/// The fields of a form.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form; what is none has no fields.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let decoded = |text: &str| decode(&text.replace('+', " "));
        let text = String::from_utf8_lossy(bytes);
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).take(2_000).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(pairs.map(|(key, value)| (decoded(key), decoded(value).replace("\r\n", "\n").replace('\0', "\u{fffd}"))).collect())
    }

    /// A field's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The same without spaces around it, where there is more than that.
    pub(super) fn some(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// Every value that stands under a name.
    pub(super) fn every<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl FromRequestParts<Site> for Fields {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// The query of an address.
pub(super) struct Asked(pub(super) Fields);

impl FromRequestParts<Site> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Infallible> {
        Ok(Self(Fields::read(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let ahead: Vec<u8> = rest.clone().take(2).collect();
        let hex = std::str::from_utf8(&ahead)
            .ok()
            .filter(|digits| byte == b'%' && digits.len() == 2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match hex {
            Some(decoded) => {
                bytes.push(decoded);
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_browsers_write_them() {
        let fields = Fields::read("a=1+2&b=%E4%BD%A0&b=x%26y&c&%=%zz&line=a%0D%0Ab".as_bytes());
        assert_eq!(fields.get("a"), Some("1 2"));
        assert_eq!(fields.every("b").collect::<Vec<_>>(), ["你", "x&y"]);
        assert_eq!(fields.get("c"), Some(""));
        assert_eq!(fields.some("c"), None);
        assert_eq!(fields.get("line"), Some("a\nb"));
        assert_eq!(fields.get("%"), Some("%zz"));
    }

    #[test]
    fn what_was_chosen_and_is_gone_stays_a_choice() {
        let all = || [("a", "Ann"), ("b", "Bo")].map(|(key, label)| (key.to_owned(), label.to_owned()));
        let chosen = |choices: Choices| choices.into_iter().map(|(key, _, is)| if is { format!("{key}*") } else { key }).collect::<Vec<_>>();
        assert_eq!(chosen(optional(all(), None)), ["*", "a", "b"]);
        assert_eq!(chosen(optional(all(), Some("b"))), ["", "a", "b*"]);
        assert_eq!(chosen(optional(all(), Some("eve"))), ["", "eve*", "a", "b"]);
    }
}
