//! Leaving out of questions what says who somebody is, and not what they want to know.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// E-mail addresses, and the marks that stand in sample questions where one or a number was masked. Only ASCII counts as part of an
/// address: where words are written without spaces, that tells it from what stands before it.
static PERSONAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+-]+[@＠][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}|\[(?:e-mail|phone|card|number)\]").ok());

/// A question, or a sample of one, without addresses; unchanged if nothing else is in it, for then it is about the address.
pub(super) fn without_personal(text: &str) -> Cow<'_, str> {
    let Some(personal) = PERSONAL.as_ref() else { return Cow::Borrowed(text) };
    let left = personal.replace_all(text, " ");
    if left.chars().any(char::is_alphanumeric) { left } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_left_out() {
        for (text, expected) in [
            ("engrave it, I am cem@example.org", "engrave it, I am  "),
            ("engrave it, I am [e-mail]", "engrave it, I am  "),
            ("我的邮箱ann.lee+x@mail.example.co.uk收不到", "我的邮箱 收不到"),
            ("my card [card], call [phone]", "my card  , call  "),
            ("cem@example.org", "cem@example.org"),
            ("pay 5 @ once, [urgent]", "pay 5 @ once, [urgent]"),
        ] {
            assert_eq!(without_personal(text), expected, "{text}");
        }
    }
}
