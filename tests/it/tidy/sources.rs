//! Source files: reachable, short, well named, and finished.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{ROOT, assert_none, workspace};

const LONGEST_FILE: usize = 600;

/// Names that say nothing about what is inside.
const REFUSED_NAMES: [&str; 11] = ["common", "core", "helper", "helpers", "manager", "misc", "service", "services", "types", "util", "utils"];

/// Every Rust file of the checkout, by its path from the root.
type Sources = BTreeMap<PathBuf, String>;

#[test]
fn every_source_file_is_compiled() {
    let roots: Vec<PathBuf> = workspace()
        .packages
        .iter()
        .flat_map(|package| &package.targets)
        .filter_map(|target| Some(target.src_path.strip_prefix(ROOT).ok()?.into()))
        .collect();
    assert_none(&orphans(&roots, &sources()), "No `mod name;` leads to these files, so nothing compiles them:");
}

#[test]
fn source_files_are_well_named() {
    let problems: Vec<String> = sources().keys().filter_map(|path| bad_name(path)).collect();
    assert_none(&problems, "CONTRIBUTING.md, names:");
}

#[test]
fn source_files_are_short() {
    let problems: Vec<String> = sources().iter().filter_map(|(path, text)| too_long(path, text)).collect();
    assert_none(&problems, "A file this long is two things in one:");
}

#[test]
fn nothing_is_left_undone() {
    let problems: Vec<String> = sources().iter().flat_map(|(path, text)| undone(path, text)).collect();
    assert_none(&problems, "Finish it, or write an issue:");
}

fn sources() -> Sources {
    let mut found = Sources::new();
    collect(Path::new(ROOT), &mut found);
    assert!(found.contains_key(Path::new("tests/it/tidy/sources.rs")), "the walk over the checkout finds this file");
    found
}

fn collect(folder: &Path, found: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A link may lead out of the checkout or round in a circle.
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && !hidden && !is_build_output(&path) {
            collect(&path, found);
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(ROOT).unwrap().to_owned();
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// Cargo marks its target folders, whatever they are called.
fn is_build_output(folder: &Path) -> bool {
    folder.join("CACHEDIR.TAG").exists() || folder.file_name().is_some_and(|name| name == "target")
}

fn bad_name(path: &Path) -> Option<String> {
    if path.file_name().is_some_and(|name| name == "mod.rs") {
        return Some(format!("{}: write name.rs beside the folder name/", path.display()));
    }
    let bare = path.with_extension("");
    let refused =
        bare.iter().find(|part| part.to_str().is_none_or(|name| REFUSED_NAMES.contains(&name) || name.starts_with("new_") || is_version(name)))?;
    Some(format!("{}: `{}` does not say what is inside", path.display(), refused.display()))
}

/// `v2`, `v3` …: the first version of a public interface may be named, a successor needs a better word.
fn is_version(name: &str) -> bool {
    name.strip_prefix('v').and_then(|number| number.parse::<u32>().ok()).is_some_and(|number| number > 1)
}

fn too_long(path: &Path, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines, at most {LONGEST_FILE}", path.display()))
}

fn undone(path: &Path, text: &str) -> Vec<String> {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[", "ignore")];
    text.lines()
        .enumerate()
        .flat_map(|(index, line)| {
            marks.into_iter().filter(|mark| line.contains(mark)).map(move |mark| format!("{}:{}: {mark}", path.display(), index + 1))
        })
        .collect()
}

fn orphans(roots: &[PathBuf], sources: &Sources) -> Vec<String> {
    let mut reached = BTreeSet::new();
    for root in roots {
        let folder = root.parent().unwrap_or(Path::new(""));
        reach(root, folder, sources, &mut reached);
    }
    sources.keys().filter(|path| !reached.contains(*path)).map(|path| path.display().to_string()).collect()
}

/// Marks `file` and all modules that it declares; those lie in `folder`.
fn reach(file: &Path, folder: &Path, sources: &Sources, reached: &mut BTreeSet<PathBuf>) {
    let Some(text) = sources.get(file) else {
        return;
    };
    if !reached.insert(file.to_owned()) {
        return;
    }
    for name in text.lines().filter_map(declared_module) {
        let module = folder.join(name);
        reach(&module.with_extension("rs"), &module, sources, reached);
    }
}

/// `name` in `mod name;`, with or without visibility.
fn declared_module(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1,
        Some(rest) => rest,
        None => line,
    };
    line.trim_start().strip_prefix("mod ")?.strip_suffix(';').map(str::trim)
}

fn made_up(files: &[(&str, &str)]) -> Sources {
    files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect()
}

#[test]
fn modules_are_followed_to_every_depth() {
    let sources = made_up(&[
        ("kb/src/lib.rs", "mod index;\n#[cfg(test)]\nmod tests;\n"),
        ("kb/src/tests.rs", ""),
        ("kb/src/index.rs", "pub(crate) mod segment;\n"),
        ("kb/src/index/segment.rs", "pub mod merge;\n"),
        ("kb/src/index/segment/merge.rs", ""),
    ]);
    assert_eq!(orphans(&["kb/src/lib.rs".into()], &sources), Vec::<String>::new());
}

#[test]
fn a_file_without_a_declaration_is_an_orphan() {
    let sources =
        made_up(&[("src/main.rs", "mod serve;\nmod inline {\n}\n// mod old\n"), ("src/serve.rs", ""), ("src/inline.rs", ""), ("src/old.rs", "")]);
    assert_eq!(orphans(&["src/main.rs".into()], &sources), ["src/inline.rs", "src/old.rs"]);
}

#[test]
fn names_that_say_nothing_are_refused() {
    for path in [
        "engine/src/lanes/mod.rs",
        "engine/src/utils.rs",
        "engine/src/common/lane.rs",
        "domain/src/types.rs",
        "web/src/new_api.rs",
        "web/src/api/v2.rs",
    ] {
        assert!(bad_name(Path::new(path)).is_some(), "{path}");
    }
    for path in ["engine/src/lanes.rs", "web/src/api/v1.rs", "store/src/news.rs"] {
        assert_eq!(bad_name(Path::new(path)), None);
    }
}

#[test]
fn the_line_after_the_last_allowed_one_is_too_much() {
    let path = Path::new("src/main.rs");
    assert_eq!(too_long(path, &"\n".repeat(LONGEST_FILE)), None);
    assert!(too_long(path, &"\n".repeat(LONGEST_FILE + 1)).is_some());
}

#[test]
fn marks_of_unfinished_work_are_found_with_their_line() {
    let text = format!("fn good() {{}}\n// {} later\n", concat!("TO", "DO"));
    assert_eq!(undone(Path::new("src/a.rs"), &text), [format!("src/a.rs:2: {}", concat!("TO", "DO"))]);
    assert_eq!(undone(Path::new("src/a.rs"), "// all done\n"), Vec::<String>::new());
}
