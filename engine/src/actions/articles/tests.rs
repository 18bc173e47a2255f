#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use bellhop_kb::Viewer;
use bellhop_kb::files::{self, FileArticle};
use bellhop_store::Store;
use chrono::TimeDelta;

use crate::{
    caller::Permissions,
    knowledge::Ask,
    testing::{AT, TurnedClock, engine, store},
};

fn file(path: &str, front: &str, body: &str) -> FileArticle {
    let settings = bellhop_kb::Settings { language: "en".into(), languages: vec!["en".into(), "zh".into()] };
    files::parse(path, &format!("---\n{front}\n---\n{body}\n"), &settings).unwrap()
}

/// Added, changed, archived, unchanged.
async fn counts(store: &Store, folder: &str, files: Vec<FileArticle>) -> (usize, usize, usize, usize) {
    let report = sync_folder(store, AT, folder, files).await.unwrap();
    assert_eq!(report.seq, store.reader.last_change().await.unwrap());
    (report.added, report.changed, report.archived, report.unchanged)
}

async fn in_force(store: &Store) -> Vec<String> {
    let all = store.reader.published_articles(None, 100).await.unwrap();
    all.into_iter().map(|(_, version)| format!("{}.{} {}", version.slug, version.lang, version.text.title)).collect()
}

#[tokio::test]
async fn a_folder_is_followed_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let one = || file("one.md", "title: One", "First.");
    let two = || file("two.md", "title: Two\nreview_by: 2027-06-01\naudience: {tiers: [gold]}", "Second.");
    let zwei = || file("two.zh.md", "title: 二", "第二。");
    let two_files = || {
        let audience = two().audience;
        vec![two(), FileArticle { audience, ..zwei() }]
    };
    let all = || [vec![one()], two_files()].concat();
    assert_eq!(counts(&store, "/kb", all()).await, (3, 0, 0, 0));
    assert_eq!(counts(&store, "/kb", all()).await, (0, 0, 0, 3), "nothing changed");
    assert_eq!(in_force(&store).await, ["one.en One", "two.en Two", "two.zh 二"]);

    let changed = [vec![file("one.md", "title: Uno", "First.")], two_files()].concat();
    assert_eq!(counts(&store, "/kb", changed.clone()).await, (0, 1, 0, 2), "another title");
    let moved = changed.iter().cloned().map(|file| FileArticle { category: vec!["care".into()], ..file }).collect();
    assert_eq!(counts(&store, "/kb", moved).await, (0, 3, 0, 0), "all in another folder");
    assert_eq!(store.reader.article("one").await.unwrap().unwrap().category.as_deref(), Some("care"));

    assert_eq!(counts(&store, "/kb", vec![one(), two()]).await.2, 1, "one language is gone");
    assert_eq!(in_force(&store).await, ["one.en One", "two.en Two"]);
    assert_eq!(counts(&store, "/kb", vec![two()]).await, (0, 0, 1, 1), "one article is gone");
    assert_eq!(counts(&store, "/kb", vec![one(), two()]).await, (1, 0, 0, 1), "and back");
    assert_eq!(store.reader.article_versions("one", "en").await.unwrap().len(), 4, "every text stays");
}

#[tokio::test]
async fn the_status_in_a_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let with = |status: &str| vec![file("one.md", &format!("title: One\nstatus: {status}"), "First.")];
    for (status, counted, shown) in [
        ("draft", (1, 0, 0, 0), false),
        ("draft", (0, 0, 0, 1), false),
        ("published", (0, 1, 0, 0), true),
        ("published", (0, 0, 0, 1), true),
        ("draft", (0, 1, 0, 0), false),
        ("archived", (0, 0, 1, 0), false),
        ("archived", (0, 0, 0, 1), false),
        ("published", (1, 0, 0, 0), true),
    ] {
        assert_eq!(counts(&store, "/kb", with(status)).await, counted, "{status}");
        assert_eq!(!in_force(&store).await.is_empty(), shown, "{status}");
    }
}

#[tokio::test]
async fn a_sync_archives_only_what_came_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    counts(&store, "/a", vec![file("one.md", "title: One", "First."), file("both.md", "title: Both", "Of a.")]).await;
    counts(&store, "/b", vec![file("two.md", "title: Two", "Second."), file("both.md", "title: Both", "Of b.")]).await;
    assert_eq!(in_force(&store).await, ["both.en Both", "one.en One", "two.en Two"]);
    assert_eq!(counts(&store, "/a", Vec::new()).await, (0, 0, 1, 0), "the other folder has taken over what both have");
    assert_eq!(in_force(&store).await, ["both.en Both", "two.en Two"]);
}

#[tokio::test]
async fn what_is_written_as_files_is_read_as_the_same_articles() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let front = "title: \"Why: \\\"it\\\" blinks # always\"\nphrasings: [\"a: b\", \"灯\"]\nkeywords: [lamp]\nvisibility: customers\n\
        audience: {tiers: [gold]}\nowner: mei@example.org\npublish_at: 2026-12-01T09:00:00Z\nreview_by: 2027-06-01";
    let lamp = file("care/lamps/lamp.md", front, "It is hot.\n\n---\n\nReally.");
    let lamp_zh = FileArticle {
        visibility: lamp.visibility,
        audience: lamp.audience.clone(),
        owner: lamp.owner.clone(),
        ..file("care/lamps/lamp.zh.md", "title: 灯", "很热。")
    };
    let all =
        vec![lamp, lamp_zh, file("soon.md", "title: Soon\nstatus: draft", "Not yet."), file("gone.md", "title: Gone\nstatus: archived", "No more.")];
    counts(&store, "/kb", all).await;

    let out = folder.path().join("out");
    assert_eq!(export_folder(&store.reader, &out, "en").await.unwrap(), 3);
    let settings = bellhop_kb::Settings { language: "en".into(), languages: vec!["en".into(), "zh".into()] };
    let read = files::read_folder(&out, &settings).unwrap();
    let paths: Vec<_> = read.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(paths, ["care/lamps/lamp.md", "care/lamps/lamp.zh.md", "soon.md"]);
    let report = sync_folder(&store, AT, "/kb", read).await.unwrap();
    assert_eq!((report.added, report.changed, report.archived, report.unchanged), (0, 0, 0, 3));
}

#[tokio::test]
async fn samples_come_and_go_and_spare_what_is_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let samples = files::sample();
    let first = samples.first().cloned().unwrap();
    let own = FileArticle { title: "My own".into(), ..first.clone() };
    counts(&store, "/kb", vec![own.clone()]).await;
    let of_first = samples.iter().filter(|sample| sample.slug == first.slug).count();
    let report = load_samples(&store, AT).await.unwrap();
    assert_eq!(report.added, samples.len() - of_first);
    assert!(has_samples(&store.reader).await.unwrap());
    sync_folder(&store, AT, SAMPLES, Vec::new()).await.unwrap();
    assert!(!has_samples(&store.reader).await.unwrap());
    assert_eq!(in_force(&store).await, [format!("{}.{} My own", own.slug, own.lang)]);
}

fn input(title: &str, body: &str) -> ArticleInput {
    ArticleInput { title: title.into(), body: body.into(), ..ArticleInput::default() }
}

const ASKED: &str = "How do I reset the water filter?";

/// What the bot says to a stranger.
async fn said(engine: &Engine) -> String {
    engine.ask(Ask { text: ASKED.into(), lang: Some("en".into()), ..Ask::default() }).await.unwrap().text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_from_draft_to_archive() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = Caller::system();
    let draft = save_draft(&engine, &caller, "filter", "en", &input(ASKED, "Hold the green button."), Some(0)).await.unwrap();
    assert_eq!((draft.published, draft.draft.as_ref().map(|draft| draft.revision)), (None, Some(1)));
    assert_eq!(said(&engine).await, "", "a draft answers nobody");
    let tried = knowledge::draft_article(engine.reader(), "filter", "en").await.unwrap().unwrap();
    let ask = Ask { text: ASKED.into(), drafts: vec![tried], ..Ask::default() };
    assert_eq!(engine.ask(ask).await.unwrap().text, "Hold the green button.", "but it can be tried");

    let published = publish(&engine, &caller, "filter", None, None).await.unwrap();
    assert_eq!((published.changed.len(), published.everywhere), (1, true));
    assert_eq!(said(&engine).await, "Hold the green button.");
    save_draft(&engine, &caller, "filter", "en", &input(ASKED, "Hold the red button."), None).await.unwrap();
    assert_eq!(said(&engine).await, "Hold the green button.", "what is being written is not shown");
    publish(&engine, &caller, "filter", Some("EN"), None).await.unwrap();
    assert_eq!(said(&engine).await, "Hold the red button.");
    assert!(publish(&engine, &caller, "filter", None, None).await.unwrap().changed.is_empty(), "again changes nothing");

    archive(&engine, &caller, "filter", None, None).await.unwrap();
    assert_eq!(said(&engine).await, "");
    assert!(archive(&engine, &caller, "filter", None, None).await.unwrap().changed.is_empty(), "again changes nothing");
    assert!(matches!(publish(&engine, &caller, "filter", None, None).await, Err(ActionError::NotNow(_))));
    assert_eq!(versions(&engine, &caller, "filter", "en").await.unwrap().len(), 2);
    for result in [publish(&engine, &caller, "none", None, None).await, archive(&engine, &caller, "filter", Some("zh"), None).await] {
        assert!(matches!(result, Err(ActionError::NotFound { what: "article" })));
    }
    engine.stop(PATIENCE).await;
}

/// One article, two editors (F-55).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_editors_do_not_overwrite_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = Caller::system();
    let save = |body: &'static str, expected| {
        let (engine, caller) = (&engine, &caller);
        async move { save_draft(engine, caller, "filter", "en", &input(ASKED, body), expected).await }
    };
    let seen = version(&save("One.", Some(0)).await.unwrap());
    assert!(matches!(save("Two.", Some(0)).await, Err(ActionError::Conflict)), "it is not new any more");
    let after = version(&save("Two.", Some(seen)).await.unwrap());
    assert!(after > seen);
    assert!(matches!(save("Three.", Some(seen)).await, Err(ActionError::Conflict)), "somebody was faster");
    assert!(matches!(publish(&engine, &caller, "filter", Some("en"), Some(seen)).await, Err(ActionError::Conflict)));
    save("Four.", None).await.unwrap();
    let reader = Caller::new(bellhop_domain::actor::Actor::System, Permissions::of_scope("read").unwrap());
    let refused = save_draft(&engine, &reader, "filter", "en", &input(ASKED, "Five."), None).await;
    assert!(matches!(refused, Err(ActionError::Forbidden { needs: Permission::EditArticles })));
    engine.stop(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_see_an_article_holds_at_once_and_in_all_languages() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = Caller::system();
    save_draft(&engine, &caller, "filter", "en", &input(ASKED, "Hold the green button."), None).await.unwrap();
    publish(&engine, &caller, "filter", None, None).await.unwrap();
    assert_eq!(said(&engine).await, "Hold the green button.");
    let hidden = ArticleInput { visibility: Some(Visibility::Internal), ..input("滤芯", "按住绿色按钮七秒。") };
    save_draft(&engine, &caller, "filter", "zh", &hidden, None).await.unwrap();
    assert_eq!(said(&engine).await, "", "the English version is hidden with it");
    assert_eq!(knowledge::article_for(&engine, "filter", "en", &Viewer::default()).await.unwrap(), None);
    save_draft(&engine, &caller, "filter", "zh", &input("滤芯", "按住绿色按钮八秒。"), None).await.unwrap();
    assert_eq!(said(&engine).await, "", "what is not mentioned stays");
    engine.stop(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_engine_follows_other_processes_and_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let engine = engine(folder.path(), clock.clone()).await;
    let scheduled = format!("title: {ASKED}\npublish_at: {}", (AT + TimeDelta::hours(1)).to_rfc3339());
    let report = sync_folder(&engine.0.store, AT, "/kb", vec![file("filter.md", &scheduled, "Hold the green button.")]).await.unwrap();
    let nodes_follow = knowledge::wait_until_applied(engine.reader(), report.seq, AT, PATIENCE, None).await.unwrap();
    assert!(nodes_follow, "the node has said how far it is");
    assert_eq!(said(&engine).await, "");
    clock.turn(TimeDelta::hours(1));
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while said(&engine).await.is_empty() {
        assert!(tokio::time::Instant::now() < deadline, "it came out within a moment of its time");
        tokio::task::yield_now().await;
    }
    let reader = engine.reader().clone();
    let before = AT - TimeDelta::seconds(1);
    assert_eq!(reader.live_nodes(before).await.unwrap().len(), 1);
    engine.0.stopping.cancel();
    engine.0.tasks.close();
    engine.0.tasks.wait().await;
    assert!(reader.live_nodes(before).await.unwrap().is_empty(), "a node that stops says so");
}
