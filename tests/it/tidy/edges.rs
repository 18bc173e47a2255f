//! Which of our crates may use which: the layout is the architecture, and this test keeps it.

use cargo_metadata::{DependencyKind, Metadata};

use super::{assert_none, workspace};

const CONFORMANCE: &str = "bellhop-channel-conformance";
const DISCORD_FAKE: &str = "bellhop-discord-fake";
const TELEGRAM_FAKE: &str = "bellhop-telegram-fake";
const PROVIDER_PREFIX: &str = "bellhop-channel-";

/// Each crate and those of ours that it may use. Providers, the conformance suite and the application are in `may_use`.
const ALLOWED: &[(&str, &[&str])] = &[
    ("bellhop-domain", &[]),
    ("bellhop-channel", &["bellhop-domain"]),
    ("bellhop-kb", &[]),
    ("bellhop-migrations", &[]),
    ("bellhop-store", &["bellhop-domain", "bellhop-migrations"]),
    ("bellhop-engine", &["bellhop-domain", "bellhop-store", "bellhop-kb", "bellhop-channel"]),
    ("bellhop-staff", &["bellhop-domain", "bellhop-engine", "bellhop-channel", "bellhop-store"]),
    ("bellhop-web", &["bellhop-domain", "bellhop-engine", "bellhop-channel", "bellhop-store"]),
    ("bellhop-load", &[]),
];

/// What the pure crates must never pull in, whoever wrote it.
const REFUSED_OUTSIDE: &[(&str, &[&str])] = &[
    ("bellhop-domain", &["async-trait", "axum", "futures-util", "hyper", "reqwest", "sea-orm", "sqlx", "tokio", "tokio-util"]),
    ("bellhop-channel", &["sea-orm", "serenity", "sqlx", "teloxide"]),
    ("bellhop-kb", &["axum", "reqwest", "sea-orm", "sqlx"]),
    ("bellhop-web", &["sea-orm", "sqlx"]),
];

struct Edge {
    from: String,
    to: String,
    development: bool,
}

#[test]
fn crates_use_only_what_the_architecture_allows() {
    let edges = edges(&workspace());
    assert!(edges.iter().any(|edge| edge.from == "bellhop-channel" && edge.to == "bellhop-domain"), "the edges are read at all");
    assert_none(&refused(&edges), "The table of ARCHITECTURE.md and tests/it/tidy/edges.rs refuse:");
}

fn edges(metadata: &Metadata) -> Vec<Edge> {
    metadata
        .packages
        .iter()
        .flat_map(|package| {
            package.dependencies.iter().map(|dependency| Edge {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                development: dependency.kind == DependencyKind::Development,
            })
        })
        .collect()
}

fn refused(edges: &[Edge]) -> Vec<String> {
    edges
        .iter()
        .filter(|edge| !allowed(edge))
        .map(|edge| {
            let kind = if edge.development { " (development)" } else { "" };
            format!("{} -> {}{kind}", edge.from, edge.to)
        })
        .collect()
}

fn allowed(edge: &Edge) -> bool {
    if !edge.to.starts_with("bellhop") {
        return !listed(REFUSED_OUTSIDE, &edge.from).contains(&edge.to.as_str());
    }
    if [CONFORMANCE, DISCORD_FAKE, TELEGRAM_FAKE].contains(&edge.to.as_str()) {
        return edge.development && edge.from != "bellhop-load";
    }
    may_use(&edge.from, &edge.to)
}

fn may_use(from: &str, to: &str) -> bool {
    if from == "bellhop" {
        return to != "bellhop-load";
    }
    if from.starts_with(PROVIDER_PREFIX) {
        return ["bellhop-channel", "bellhop-domain"].contains(&to);
    }
    listed(ALLOWED, from).contains(&to)
}

/// A crate that is not in the table may use nothing of ours.
fn listed<'a>(table: &'a [(&str, &'a [&'a str])], name: &str) -> &'a [&'a str] {
    table.iter().find(|(listed, _)| *listed == name).map_or(&[], |(_, names)| names)
}

fn check(from: &str, to: &str, development: bool) -> bool {
    refused(&[Edge { from: from.to_owned(), to: to.to_owned(), development }]).is_empty()
}

#[test]
fn edges_that_are_fine() {
    assert!(check("bellhop", "bellhop-channel-webhook", false));
    assert!(check("bellhop-engine", "bellhop-store", false));
    assert!(check("bellhop-channel-webhook", "bellhop-domain", false));
    assert!(check("bellhop-channel-webhook", CONFORMANCE, true));
    assert!(check("bellhop-channel-telegram", TELEGRAM_FAKE, true));
    assert!(check("bellhop-domain", "regex", false));
}

#[test]
fn edges_that_break_the_house() {
    for (from, to) in [
        ("bellhop-domain", "bellhop-store"),
        ("bellhop-domain", "tokio"),
        ("bellhop-kb", "bellhop-domain"),
        ("bellhop-store", "bellhop-engine"),
        ("bellhop-engine", "bellhop-web"),
        ("bellhop-web", "bellhop-staff"),
        ("bellhop-web", "sqlx"),
        ("bellhop-web", "bellhop-channel-webhook"),
        ("bellhop-channel-webhook", "bellhop-channel-telegram"),
        ("bellhop-channel-webhook", CONFORMANCE),
        ("bellhop", DISCORD_FAKE),
        ("bellhop", TELEGRAM_FAKE),
        ("bellhop-engine", "bellhop"),
        ("bellhop", "bellhop-load"),
        ("bellhop-unheard-of", "bellhop-domain"),
    ] {
        assert!(!check(from, to, false), "{from} -> {to} must be refused");
    }
}
