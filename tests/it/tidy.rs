//! The house rules that a machine can check. Each rule is a function from what it reads to the list of problems,
//! tried here on the real tree and on made-up input that breaks it.

mod channels;
mod configuration;
mod edges;
mod manifests;
mod sources;

use cargo_metadata::{Metadata, MetadataCommand};

/// The folder of the checkout.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What cargo knows of our own packages, without their dependencies' packages.
fn workspace() -> Metadata {
    MetadataCommand::new().manifest_path(format!("{ROOT}/Cargo.toml")).no_deps().exec().expect("cargo metadata reads the workspace")
}

/// Fails with one problem a line, and where the rule is written.
fn assert_none(problems: &[String], rule: &str) {
    assert!(problems.is_empty(), "{rule}\n  {}\n", problems.join("\n  "));
}
