#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use chrono::{FixedOffset, TimeZone as _};
use regex::Regex;

use super::*;

/// The catalogues, in the order of [`SHIPPED`].
const SOURCES: [&str; SHIPPED.len()] = [
    include_str!("../../locales/en.ftl"),
    include_str!("../../locales/zh.ftl"),
    include_str!("../../locales/de.ftl"),
    include_str!("../../locales/es.ftl"),
    include_str!("../../locales/fr.ftl"),
    include_str!("../../locales/ja.ftl"),
    include_str!("../../locales/pt.ftl"),
];
/// Languages in which agents are spoken to as well.
const COMPLETE: [&str; 2] = ["en", "zh"];
/// Headings of the English catalogue under which customers read something; a key that the dialogue says has to stand under one of them.
const FOR_CUSTOMERS: [&str; 17] = [
    "## First words and last words",
    "## Answers",
    "## Closing",
    "## Handing over and waiting",
    "## Filing a ticket in the chat",
    "## Tickets",
    "## Commands",
    "## Buttons pressed late or twice",
    "## Pages",
    "## Times",
    "## Other",
    "## Live cards of tickets",
    "## Tickets in the making, taken back and rated",
    "## Follow-ups",
    "## The chat on a web page",
    "## Where the public begins",
    "## A conversation of their own",
];
/// Beginnings of keys there that customers never read: cards of tickets in the making, commands, and what the start page tells an operator.
const AGENTS_READ: [&str; 6] = ["review-", "source-", "command-", "argument-", "choice-", "page-start-"];

fn sources() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.into_iter().zip(SOURCES)
}

/// The part of the English catalogue that customers read.
fn for_customers() -> BTreeMap<String, BTreeSet<String>> {
    let mut is_theirs = false;
    let lines = SOURCES[0].lines().filter(|&line| {
        if line.starts_with("## ") {
            is_theirs = FOR_CUSTOMERS.contains(&line);
        }
        is_theirs
    });
    let mut keys = keys(&lines.collect::<Vec<_>>().join("\n"));
    keys.retain(|key, _| key == "command-unknown" || !AGENTS_READ.iter().any(|beginning| key.starts_with(beginning)));
    // The file that an agent may send them.
    for key in ["transcript-customer", "transcript-attached"] {
        keys.insert(key.to_owned(), BTreeSet::new());
    }
    keys
}

/// Keys with the values that they take.
fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let key = Regex::new(r"^([a-z][a-z0-9-]*) =").unwrap();
    let value = Regex::new(r"\$([a-z_]+)").unwrap();
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut last = None;
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some(found) = key.captures(line) {
            assert!(keys.insert(found[1].to_owned(), BTreeSet::new()).is_none(), "{} stands twice", &found[1]);
            last = Some(found[1].to_owned());
        }
        if let Some(last) = &last {
            keys.get_mut(last).unwrap().extend(value.captures_iter(line).map(|found| found[1].to_owned()));
        }
    }
    keys
}

#[test]
fn every_language_has_every_key_with_the_same_values() {
    let (english, customers) = (keys(SOURCES[0]), for_customers());
    assert!(english.len() > 300 && customers.len() > 150 && customers.len() < english.len());
    for (tag, source) in sources() {
        let mut own = keys(source);
        if !COMPLETE.contains(&tag) {
            // A language that does not change its words for one needs no number there.
            for (key, values) in &mut own {
                values.extend(customers.get(key).into_iter().flatten().filter(|value| *value == "count").cloned());
            }
        }
        let expected = if COMPLETE.contains(&tag) { &english } else { &customers };
        let missing: Vec<_> = expected.iter().filter(|(key, values)| own.get(*key) != Some(values)).collect();
        let more: Vec<_> = own.keys().filter(|key| !expected.contains_key(*key)).collect();
        assert!(missing.is_empty() && more.is_empty(), "{tag}: missing or with other values {missing:?}, not in English {more:?}");
    }
}

#[test]
fn every_text_can_be_said_in_every_language() {
    for (tag, source) in sources() {
        if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
            panic!("{tag}: {errors:?}");
        }
        let bundle = &CATALOGUES.iter().find(|(known, _)| *known == tag).unwrap().1;
        for (key, values) in keys(source) {
            for number in [1, 2, 5] {
                let args: FluentArgs<'_> = values
                    .iter()
                    .map(|name| {
                        let is_number = ["position", "minutes", "hours", "count", "month", "limit"].contains(&name.as_str());
                        (name.clone(), if is_number { FluentValue::from(number) } else { FluentValue::from("x") })
                    })
                    .collect();
                let mut errors = Vec::new();
                let text = bundle.format_pattern(bundle.get_message(&key).unwrap().value().unwrap(), Some(&args), &mut errors).into_owned();
                assert!(errors.is_empty(), "{tag} {key}: {errors:?}");
                assert!(!text.trim().is_empty() && !text.contains(['{', '}', '\u{2068}', '\u{2069}']), "{tag} {key}: {text}");
            }
        }
    }
}

#[test]
fn every_key_in_the_code_exists() {
    let (known, customers) = (keys(SOURCES[0]), for_customers());
    let own = Regex::new(r#""([a-z]+(?:-[a-z]+)+)""#).unwrap();
    let anywhere = Regex::new(r#"(?:words::say\(\s*[^,"]+,\s*|Why::new\()"([a-z-]+)"|"((?:why|thing|because)-[a-z-]+)""#).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["../domain/src", "../engine/src", "../staff/src", "../web/src", "../src", "../channels/discord/src"] {
        collect(&root.join(folder), &mut files);
    }
    let mut seen = 0;
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let is_own = file.starts_with(root.join("../domain/src/dialogue")) && !file.components().any(|part| part.as_os_str() == "tests");
        for found in (if is_own { &own } else { &anywhere }).captures_iter(&source) {
            seen += 1;
            let key = found.get(1).or_else(|| found.get(2)).unwrap().as_str();
            assert!(known.contains_key(key), "{}: no words for {key}", file.display());
            assert!(!is_own || customers.contains_key(key), "{}: {key} is not among what customers read", file.display());
        }
    }
    assert!(seen > 50, "the keys in the code are not found any more: {seen}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn numbers_change_the_words_around_them() {
    for (language, key, value, expected) in [
        ("en", "queue-position", ("position", 1), "You are next in line."),
        ("en", "queue-position", ("position", 4), "You are number 4 in line."),
        ("en", "queue-wait-minutes", ("minutes", 1), "It should take about a minute."),
        ("en", "queue-wait-minutes", ("minutes", 5), "It should take about 5 minutes."),
        ("en", "form-few-questions", ("count", 1), "I need one more thing for it."),
        ("en", "form-few-questions", ("count", 3), "I need 3 more things for it."),
        ("de", "queue-position", ("position", 1), "Sie sind als Nächstes an der Reihe."),
        ("de", "queue-wait-minutes", ("minutes", 5), "Es dauert etwa 5 Minuten."),
        ("fr", "queue-position", ("position", 1), "Vous êtes le prochain dans la file."),
        ("es", "form-few-questions", ("count", 1), "Para ello necesito un dato más."),
        ("pt", "form-few-questions", ("count", 2), "Para isso preciso de mais 2 informações."),
        ("ja", "queue-position", ("position", 3), "お客様は 3 番目です。"),
        ("zh", "queue-position", ("position", 1), "下一位就是您。"),
        ("zh", "queue-position", ("position", 4), "您排在第 4 位。"),
        ("zh-TW", "queue-wait-minutes", ("minutes", 5), "预计等待约 5 分钟。"),
    ] {
        assert_eq!(say(language, key, &[(value.0, Value::Number(value.1))]), expected, "{language} {key}");
    }
}

#[test]
fn other_languages_are_answered_in_english_and_unknown_keys_with_themselves() {
    assert_eq!(say("de-AT", "button-human", &[]), "Mit einem Menschen sprechen");
    assert_eq!(say("de", "staff-queue-empty", &[]), say("en", "staff-queue-empty", &[]), "agents read English");
    assert_eq!(say("it", "button-human", &[]), "Talk to a person");
    assert_eq!(say("", "button-human", &[]), "Talk to a person");
    assert_eq!(say("zh-Hant", "button-human", &[]), "转人工客服");
    assert_eq!(say("en", "no-such-key", &[]), "no-such-key");
}

#[test]
fn values_are_shown_as_they_are() {
    let hostile = "{ $url } { -brand } \"x\"\n## y";
    assert_eq!(
        say("en", "ticket-line", &[("number", "T-1".into()), ("title", hostile.into()), ("status", "x".into())]),
        format!("T-1, {hostile}: x")
    );
}

#[test]
fn times_to_come_read_well() {
    let zone = FixedOffset::east_opt(3600).unwrap();
    let at = |day, hour| zone.with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap();
    let now = at(20, 20);
    for (day, hour, english, chinese) in [
        (20, 22, "today at 22:00", "今天 22:00"),
        (21, 9, "tomorrow at 09:00", "明天 09:00"),
        (23, 9, "on Monday at 09:00", "周一 09:00"),
        (29, 9, "on 29 November at 09:00", "11 月 29 日 09:00"),
    ] {
        assert_eq!(moment("en", &at(day, hour), &now), english);
        assert_eq!(moment("zh", &at(day, hour), &now), chinese);
    }
    for (language, weekday, date) in [
        ("de", "am Montag um 09:00", "am 29. November um 09:00"),
        ("es", "el lunes a las 09:00", "el 29 de noviembre a las 09:00"),
        ("fr", "lundi à 09:00", "le 29 novembre à 09:00"),
        ("pt", "na segunda-feira às 09:00", "em 29 de novembro às 09:00"),
        ("ja", "月曜日 09:00", "11 月 29 日 09:00"),
    ] {
        assert_eq!((moment(language, &at(23, 9), &now), moment(language, &at(29, 9), &now)), (weekday.to_owned(), date.to_owned()));
    }
}

#[test]
fn a_filed_ticket_is_told_with_number_and_link() {
    let url = "https://bellhop.example/t/abc";
    insta::assert_snapshot!(ticket_filed("en", "Nobody is here at this hour.", None, 7, url), @r"
    Nobody is here at this hour.

    Your request is ticket T-7. We answer here as soon as somebody has looked at it.
    Follow it here: https://bellhop.example/t/abc
    ");
    insta::assert_snapshot!(ticket_filed("zh", "", Some("退款申请已收到，我们会在两个工作日内答复。"), 7, url), @r"
    退款申请已收到，我们会在两个工作日内答复。

    您的工单：T-7
    查看进度：https://bellhop.example/t/abc
    ");
}
