//! Small talk in every shipped language, and what only looks like it: `languages/*.txt`, a text a line under what it is.

use super::{
    Intent::{self, *},
    detect, detect_misspelt, read,
};

/// Every text with what it wants; a question wants nothing of all this.
fn cases(list: &'static str) -> Vec<(&'static str, Option<Intent>)> {
    let mut wanted = None;
    let mut cases = Vec::new();
    for line in list.lines().filter(|line| !line.is_empty()) {
        match line {
            "[Greeting]" => wanted = Some(Greeting),
            "[Thanks]" => wanted = Some(Thanks),
            "[Goodbye]" => wanted = Some(Goodbye),
            "[Human]" => wanted = Some(Human),
            "[TicketStatus]" => wanted = Some(TicketStatus),
            "[NotHelped]" => wanted = Some(NotHelped),
            "[Yes]" => wanted = Some(Yes),
            "[No]" => wanted = Some(No),
            "[Cancel]" => wanted = Some(Cancel),
            "[question]" => wanted = None,
            text => cases.push((text, wanted.clone())),
        }
    }
    cases
}

#[test]
fn small_talk_is_understood_in_every_language_and_hides_no_question() {
    for (language, list) in [
        ("en", include_str!("languages/en.txt")),
        ("zh", include_str!("languages/zh.txt")),
        ("es", include_str!("languages/es.txt")),
        ("de", include_str!("languages/de.txt")),
        ("fr", include_str!("languages/fr.txt")),
        ("pt", include_str!("languages/pt.txt")),
        ("ja", include_str!("languages/ja.txt")),
    ] {
        let cases = cases(list);
        assert!(cases.len() > 50, "{language}: {} texts", cases.len());
        let wrong: Vec<_> =
            cases.into_iter().map(|(text, wanted)| (text, wanted, read(text).intent)).filter(|(_, wanted, found)| wanted != found).collect();
        assert!(wrong.is_empty(), "{language}: {wrong:#?}");
    }
}

#[test]
fn misspelt_wishes_are_known_and_questions_are_not_bent_into_wishes() {
    for (text, expected) in [
        ("helo", Greeting),
        ("hlelo", Greeting),
        ("thx", Thanks),
        ("thnaks", Thanks),
        ("agnet pls", Human),
        ("speak to a humna", Human),
        ("transfer me to an opertor", Human),
        ("where is my tickte", TicketStatus),
        ("goodbey", Goodbye),
        ("graicas", Thanks),
        ("mitarbieter bitte", Human),
        ("atendnete", Human),
        ("consieller", Human),
        ("that did not hlep", NotHelped),
    ] {
        assert_eq!(detect(text).or_else(|| detect_misspelt(text)), Some(expected), "{text}");
    }
    for text in [
        "where is my order",
        "hello, my order is broken",
        "wo ist mein Paket",
        "donde esta mi pedido",
        "cancel my order",
        "no sound",
        "shoes",
        "returns",
    ] {
        assert_eq!(detect(text).or_else(|| detect_misspelt(text)), None, "{text}");
    }
}
