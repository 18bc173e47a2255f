use std::fs;
use std::path::{Path, PathBuf};

use bellhop_kb::{Change, Error, KnowledgeBase};

use crate::shop::{articles, ask, best, settings};

fn filled(dir: &Path) {
    let kb = KnowledgeBase::open(Some(dir), settings()).unwrap();
    kb.apply(articles().into_iter().map(Change::Put).collect(), 8).unwrap();
    kb.apply(vec![Change::Remove { slug: "address".to_owned(), lang: "de".to_owned() }], 9).unwrap();
}

fn files_of(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir.join("index")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Opens, and shows that the index is either whole or empty and can be filled again.
fn opens_whole_or_empty(dir: &Path, case: &str) -> i64 {
    let kb = KnowledgeBase::open(Some(dir), settings()).unwrap_or_else(|error| panic!("{case}: {error}"));
    let seq = kb.applied_seq();
    match seq {
        0 => {
            assert!(kb.is_empty(), "{case}");
            kb.apply(articles().into_iter().map(Change::Put).collect(), 8).unwrap();
        }
        other => assert_eq!(other, 9, "{case}"),
    }
    assert_eq!(best(&ask(&kb, "where is my refund")), Some(("refund-time", "en")), "{case}");
    assert!(kb.is_sound(), "{case}");
    seq
}

#[test]
fn a_sound_index_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    assert_eq!(opens_whole_or_empty(dir.path(), "sound"), 9);
}

#[test]
fn a_damaged_index_starts_empty() {
    let template = tempfile::tempdir().unwrap();
    filled(template.path());
    let names: Vec<String> = files_of(template.path()).iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert!(names.len() > 6, "{names:?}");
    for name in names.iter().filter(|name| !name.ends_with(".lock")) {
        for (how, spoil) in [
            ("missing", None),
            ("empty", Some(Vec::new())),
            ("garbage", Some(vec![0xa5; 4096])),
            ("one bit", Some(flipped(&fs::read(template.path().join("index").join(name)).unwrap()))),
        ] {
            let dir = tempfile::tempdir().unwrap();
            fs::create_dir(dir.path().join("index")).unwrap();
            for file in files_of(template.path()) {
                fs::copy(&file, dir.path().join("index").join(file.file_name().unwrap())).unwrap();
            }
            let target = dir.path().join("index").join(name);
            match spoil {
                None => fs::remove_file(&target).unwrap(),
                Some(bytes) => fs::write(&target, bytes).unwrap(),
            }
            let seq = opens_whole_or_empty(dir.path(), &format!("{name} {how}"));
            let is_list = name == "meta.json" || name == ".managed.json";
            if !(is_list && how == "one bit") {
                assert_eq!(seq, 0, "{name} {how}");
            }
        }
    }
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 0x10;
    }
    bytes
}

#[test]
fn an_index_of_another_format_starts_empty() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let meta = dir.path().join("index/meta.json");
    let text = fs::read_to_string(&meta).unwrap();
    assert!(text.contains("bellhop-kb-"));
    fs::write(&meta, text.replace("bellhop-kb-", "bellhop-kb-0")).unwrap();
    assert_eq!(opens_whole_or_empty(dir.path(), "other format"), 0);
}

#[test]
fn a_file_in_the_place_of_the_index_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("index"), "not a folder").unwrap();
    assert_eq!(opens_whole_or_empty(dir.path(), "file"), 0);
}

#[test]
fn locks_of_dead_processes_do_not_matter() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    for lock in [".tantivy-writer.lock", ".tantivy-meta.lock"] {
        fs::write(dir.path().join("index").join(lock), "").unwrap();
    }
    fs::write(dir.path().join("in-use.lock"), "4711").unwrap();
    let kb = KnowledgeBase::open(Some(dir.path()), settings()).unwrap();
    kb.apply(Vec::new(), 10).unwrap();
    assert_eq!(kb.applied_seq(), 10);
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let kb = KnowledgeBase::open(Some(dir.path()), settings()).unwrap();
    kb.apply(articles().into_iter().map(Change::Put).collect(), 8).unwrap();
    let second = KnowledgeBase::open(Some(dir.path()), settings());
    assert!(matches!(second, Err(Error::InUse { .. })));
    drop(second);
    assert_eq!(kb.len(), 8);
    drop(kb);
    assert_eq!(KnowledgeBase::open(Some(dir.path()), settings()).unwrap().applied_seq(), 8);
}

#[test]
fn damage_while_running_is_noticed_and_cleared() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let kb = KnowledgeBase::open(Some(dir.path()), settings()).unwrap();
    let store = files_of(dir.path()).into_iter().find(|file| file.extension().is_some_and(|kind| kind == "store")).unwrap();
    let bytes = flipped(&fs::read(&store).unwrap());
    fs::write(&store, bytes).unwrap();
    assert!(!kb.is_sound());
    kb.clear().unwrap();
    kb.apply(articles().into_iter().map(Change::Put).collect(), 8).unwrap();
    assert!(kb.is_sound());
    assert_eq!(best(&ask(&kb, "where is my refund")), Some(("refund-time", "en")));
}
