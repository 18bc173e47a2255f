//! Every key of the default configuration is explained in `docs/configuration.md`.

use std::fs;

use super::{ROOT, assert_none};

#[test]
fn every_configuration_key_is_documented() {
    let defaults = fs::read_to_string(format!("{ROOT}/src/config/default.toml")).expect("src/config/default.toml is the default configuration");
    let documentation = fs::read_to_string(format!("{ROOT}/docs/configuration.md")).expect("docs/configuration.md explains it");
    assert!(!keys(&defaults).is_empty(), "the default configuration has no keys: is it still TOML?");
    assert_none(&undocumented(&defaults, &documentation), "docs/configuration.md does not mention, as `key`, `section.key` or `key = …`:");
}

fn undocumented(defaults: &str, documentation: &str) -> Vec<String> {
    keys(defaults)
        .into_iter()
        .filter(|(section, key)| !mentions(documentation, section, key))
        .map(|(section, key)| format!("[{section}] {key}"))
        .collect()
}

/// The keys with their sections, also those that are given as commented-out examples.
fn keys(defaults: &str) -> Vec<(String, String)> {
    let mut section = String::new();
    let mut keys = Vec::new();
    for line in defaults.lines() {
        let line = line.trim_start_matches(['#', ' ']);
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = header.trim_start_matches('[').to_owned();
        } else if let Some(key) = assigned_key(line) {
            keys.push((section.clone(), key.to_owned()));
        }
    }
    keys
}

/// `key` in `key = value`; nothing for prose that happens to hold an equals sign.
fn assigned_key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    let is_name = key.starts_with(|c: char| c.is_ascii_lowercase()) && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    is_name.then_some(key)
}

fn mentions(documentation: &str, section: &str, key: &str) -> bool {
    documentation.contains(&format!("`{key}`"))
        || documentation.contains(&format!("`{section}.{key}`"))
        || documentation.lines().any(|line| assigned_key(line.trim_start_matches(['#', ' '])) == Some(key))
}

const DEFAULTS: &str = r#"
secret_key_file = "data/secret.key"

[server]
# Where to listen.
listen = "127.0.0.1:8080"

[network]
# A sum such as 1 + 1 = 2 is prose.
# allow_private = ["10.1.0.0/16"]
"#;

#[test]
fn keys_are_read_with_their_sections() {
    let found = keys(DEFAULTS);
    let found: Vec<(&str, &str)> = found.iter().map(|(s, k)| (s.as_str(), k.as_str())).collect();
    assert_eq!(found, [("", "secret_key_file"), ("server", "listen"), ("network", "allow_private"),]);
}

#[test]
fn a_key_counts_as_documented_by_name_by_path_or_by_example() {
    let documentation = "`secret_key_file` signs.\n`server.listen` is the address.\n    allow_private = []\n";
    assert_eq!(undocumented(DEFAULTS, documentation), Vec::<String>::new());
}

#[test]
fn a_key_that_nobody_explains_is_found() {
    let documentation = "`secret_key_file` and `listening`; allow_private in passing";
    assert_eq!(undocumented(DEFAULTS, documentation), ["[server] listen", "[network] allow_private"]);
}
