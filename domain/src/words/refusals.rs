//! Why a message did not arrive, in the language of whoever reads it.

use super::say;

/// What channels and the outbox say. It is kept as they said it, in English, and worded anew for whoever reads it.
const REFUSALS: [&str; 41] = [
    "refusal-blocked",
    "refusal-account-gone",
    "refusal-never-wrote",
    "refusal-no-chat",
    "refusal-not-taken",
    "refusal-message-gone",
    "refusal-no-change",
    "refusal-no-taking-back",
    "refusal-file-too-large",
    "refusal-file-over-limit",
    "refusal-file-not-fetched",
    "refusal-file-empty",
    "refusal-file-gone",
    "refusal-too-late",
    "refusal-no-channel",
    "refusal-no-connection",
    "refusal-broken",
    "refusal-not-built",
    "refusal-redirected",
    "refusal-answered",
    "refusal-no-answer",
    "refusal-not-stored",
    "refusal-starting",
    "refusal-telegram-no-connection",
    "refusal-telegram-broken",
    "refusal-telegram-no-answer",
    "refusal-telegram-answered",
    "refusal-telegram-fewer",
    "refusal-telegram-token",
    "refusal-direct-closed",
    "refusal-no-thread",
    "refusal-discord-file-too-large",
    "refusal-discord-file-over-limit",
    "refusal-discord-no-access",
    "refusal-discord-no-permission",
    "refusal-discord-no-connection",
    "refusal-discord-broken",
    "refusal-discord-no-answer",
    "refusal-discord-answered",
    "refusal-discord-fewer",
    "refusal-discord-token",
];

/// Stands where the sentence has what was given.
const GIVEN: &str = "\u{1}";

/// Why a message did not arrive, in `language`; what no catalogue has, such as a platform's own words, stays as it is.
pub fn refusal(language: &str, said: &str) -> String {
    REFUSALS.iter().find_map(|key| reworded(language, key, said)).unwrap_or_else(|| said.to_owned())
}

/// The sentence of `key` in `language`, if it is what was said.
fn reworded(language: &str, key: &str, said: &str) -> Option<String> {
    let sentence = say("en", key, &[("given", GIVEN.into())]);
    let given = match sentence.split_once(GIVEN) {
        Some((before, after)) => said.strip_prefix(before)?.strip_suffix(after).filter(|given| !given.contains(' '))?,
        None if sentence == said => "",
        None => return None,
    };
    Some(say(language, key, &[("given", given.into())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_channels_say_is_read_in_the_language_of_the_reader() {
        for key in REFUSALS {
            let said = say("en", key, &[("given", "42".into())]);
            let chinese = refusal("zh", &said);
            assert!(chinese.chars().any(|sign| sign > '\u{2e80}'), "{key}: {chinese}");
            assert_eq!(chinese.contains("42"), said.contains("42"), "{key}: {chinese}");
            assert_ne!(said, key, "there are words for it");
            assert_eq!(refusal("en", &said), said);
        }
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        for said in ["the receiver answered with a long story", "", "Telegram refused it: BUTTON_DATA_INVALID"] {
            assert_eq!(refusal("zh", said), said);
        }
    }
}
