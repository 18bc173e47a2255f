//! The tables of `docs/channels.md` say what the adapters declare.

use std::{fs, process::Command};

use super::ROOT;

const BEGIN: &str = "<!-- what `bellhop channels` prints -->\n";
const END: &str = "<!-- until here -->\n";

#[test]
fn the_tables_of_channels_are_what_the_adapters_declare() {
    let documentation = fs::read_to_string(format!("{ROOT}/docs/channels.md")).expect("docs/channels.md explains channels");
    let written = between(&documentation).expect("docs/channels.md has a place for the tables");
    let output = Command::new(env!("CARGO_BIN_EXE_bellhop")).arg("channels").output().expect("the program starts");
    let declared = String::from_utf8(output.stdout).expect("text");
    assert!(declared.lines().count() > 20, "{declared}");
    assert!(
        written.trim() == declared.trim(),
        "docs/channels.md does not say what the adapters declare: put between its two comments what `cargo run -- channels` prints, which is\n\n{declared}"
    );
}

fn between(documentation: &str) -> Option<&str> {
    documentation.split_once(BEGIN)?.1.split_once(END).map(|(tables, _)| tables)
}

#[test]
fn the_tables_stand_between_their_comments() {
    assert_eq!(between(&format!("before\n{BEGIN}| a |\n{END}after")), Some("| a |\n"));
    assert_eq!(between("| a |"), None);
}
