//! Every crate says what it is, takes its versions and lints from the workspace, and has no manifest of its own taste.

use std::fs;

use cargo_metadata::Package;
use toml::{Table, Value};

use super::{assert_none, workspace};

const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

#[test]
fn manifests_take_versions_and_lints_from_the_workspace() {
    let mut problems = Vec::new();
    for package in workspace().packages {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        for problem in deviations(&manifest) {
            problems.push(format!("{}: {problem}", package.manifest_path));
        }
    }
    assert_none(&problems, "Versions stand once in [workspace.dependencies], lints once in [workspace.lints]:");
}

#[test]
fn every_crate_introduces_itself() {
    let silent: Vec<String> =
        workspace().packages.iter().filter(|package| !introduces_itself(package)).map(|package| package.name.to_string()).collect();
    assert_none(&silent, "A crate has a README.md beside its manifest, or crate documentation (//!) in its first line:");
}

fn introduces_itself(package: &Package) -> bool {
    let folder = package.manifest_path.parent().unwrap();
    let documented = package
        .targets
        .iter()
        .filter(|target| target.is_lib() || target.is_bin())
        .any(|target| has_crate_documentation(&fs::read_to_string(&target.src_path).unwrap()));
    documented || folder.join("README.md").exists()
}

fn has_crate_documentation(source: &str) -> bool {
    source.starts_with("//!") || source.starts_with("#![doc = include_str!(")
}

fn deviations(manifest: &str) -> Vec<String> {
    let manifest: Table = manifest.parse().unwrap();
    let mut problems = Vec::new();
    if !from_workspace(manifest.get("lints")) {
        problems.push("[lints] is not `workspace = true`".to_owned());
    }
    let tables = manifest
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(|targets| targets.values().filter_map(Value::as_table))
        .chain([&manifest]);
    for table in tables {
        for kind in DEPENDENCIES {
            let Some(dependencies) = table.get(kind).and_then(Value::as_table) else {
                continue;
            };
            for (name, dependency) in dependencies {
                if !from_workspace(Some(dependency)) {
                    problems.push(format!("{kind}.{name} is not `workspace = true`"));
                }
            }
        }
    }
    problems
}

fn from_workspace(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

const GOOD: &str = r#"
[dependencies]
serde.workspace = true
tokio = { workspace = true, features = ["net"] }
[lints]
workspace = true
"#;

#[test]
fn a_manifest_that_follows_the_rules() {
    assert_eq!(deviations(GOOD), Vec::<String>::new());
}

#[test]
fn manifests_with_their_own_taste() {
    let own_version = GOOD.replace("serde.workspace = true", "serde = \"1\"");
    assert_eq!(deviations(&own_version), ["dependencies.serde is not `workspace = true`"]);
    let only_here = format!("{GOOD}[target.'cfg(unix)'.dev-dependencies]\nnix = \"0.30\"\n");
    assert_eq!(deviations(&only_here), ["dev-dependencies.nix is not `workspace = true`"]);
    let no_lints = GOOD.replace("[lints]\nworkspace = true", "");
    assert_eq!(deviations(&no_lints), ["[lints] is not `workspace = true`"]);
}

#[test]
fn crate_documentation_comes_first() {
    assert!(has_crate_documentation("//! What it is.\n"));
    assert!(!has_crate_documentation("use std::fmt;\n//! Too late.\n"));
}
