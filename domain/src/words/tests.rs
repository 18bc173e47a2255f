#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use chrono::{FixedOffset, TimeZone as _};
use regex::Regex;

use super::*;

const SOURCES: [(&str, &str); 2] = [("en", include_str!("../../locales/en.ftl")), ("zh", include_str!("../../locales/zh.ftl"))];

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
    let english = keys(SOURCES[0].1);
    assert!(english.len() > 100);
    for (tag, source) in SOURCES {
        assert_eq!(keys(source), english, "{tag}");
    }
}

#[test]
fn every_text_can_be_said_in_every_language() {
    for (tag, source) in SOURCES {
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
    let known = keys(SOURCES[0].1);
    let own = Regex::new(r#""([a-z]+(?:-[a-z]+)+)""#).unwrap();
    let anywhere = Regex::new(r#"(?:words::say\(\s*[^,"]+,\s*|Why::new\()"([a-z-]+)"|"((?:why|thing|because)-[a-z-]+)""#).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["../domain/src", "../engine/src", "../staff/src", "../web/src", "../src"] {
        collect(&root.join(folder), &mut files);
    }
    let mut seen = 0;
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let is_own = file.components().any(|part| part.as_os_str() == "dialogue") && !file.ends_with("tests.rs");
        for found in (if is_own { &own } else { &anywhere }).captures_iter(&source) {
            seen += 1;
            let key = found.get(1).or_else(|| found.get(2)).unwrap().as_str();
            assert!(known.contains_key(key), "{}: no words for {key}", file.display());
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
        ("zh", "queue-position", ("position", 1), "下一位就是您。"),
        ("zh", "queue-position", ("position", 4), "您排在第 4 位。"),
        ("zh-TW", "queue-wait-minutes", ("minutes", 5), "预计等待约 5 分钟。"),
    ] {
        assert_eq!(say(language, key, &[(value.0, Value::Number(value.1))]), expected, "{language} {key}");
    }
}

#[test]
fn other_languages_are_answered_in_english_and_unknown_keys_with_themselves() {
    assert_eq!(say("de", "button-human", &[]), "Talk to a person");
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
