#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_command_has_words_in_every_language_and_a_usage_that_reads() {
    let mut names = BTreeSet::new();
    for command in all() {
        assert!(names.insert(command.name), "/{} stands twice", command.name);
        assert!(command.needs.is_some() || ["help", "link"].contains(&command.name), "/{} needs no permission", command.name);
        for language in words::SHIPPED {
            let explanation = command.explanation(language);
            assert!(!explanation.starts_with("command-") && explanation.chars().count() < 90, "{language}: {explanation}");
            for argument in command.arguments {
                assert!(!argument.label(language).starts_with("argument-"), "{language}: {}", argument.name);
                if let Kind::OneOf(words) = argument.kind {
                    for word in words {
                        let key = format!("choice-{word}");
                        assert_ne!(words::say(language, &key, &[]), key);
                    }
                }
            }
            let usage = command.usage(language);
            let line = Line::read(usage.trim_matches('`'));
            assert_eq!(line.name, command.name);
            assert!(line.arguments(command).is_some(), "{usage}");
        }
        let (required, optional) = command.arguments.split_at(command.arguments.iter().take_while(|argument| argument.required).count());
        assert!(optional.iter().all(|argument| !argument.required), "/{}: what may be left out stands last: {}", command.name, required.len());
    }
}

#[test]
fn every_command_stands_in_its_document() {
    let document = include_str!("../../../docs/commands.md");
    for command in all() {
        assert!(document.contains(&format!("`/{}", command.name)), "docs/commands.md does not say what /{} does", command.name);
    }
}

#[test]
fn a_text_of_somebody_elses_has_no_marks() {
    for (text, expected) in [("Ann", "Ann"), ("*_`[x](y)", "\\*\\_\\`\\[x\\](y)"), ("two\nlines\u{7}", "two lines "), ("<b>&amp;", "\\<b\\>\\&amp;")]
    {
        assert_eq!(escaped(text), expected);
        assert_eq!(bellhop_channel::plain::plain(&escaped(text)).trim(), text.replace(['\n', '\u{7}'], " ").trim());
    }
}

#[test]
fn every_key_that_commands_say_has_words() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|it| it == "rs")) {
        let source = std::fs::read_to_string(&file).unwrap();
        let is_key = |word: &&str| {
            let (topic, rest) = word.split_once('-').unwrap_or_default();
            let known = ["answer", "argument", "choice", "conversation", "customer", "moment", "transcript", "value"].contains(&topic);
            known && !rest.is_empty() && !rest.ends_with('-') && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        };
        for key in source.split('"').filter(is_key) {
            seen += 1;
            assert_ne!(words::say("en", key, &[]), key, "{}", file.display());
        }
    }
    assert!(seen > 60, "the keys are not found any more: {seen}");
}
