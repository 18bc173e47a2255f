#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use bellhop_kb::{Decision, Visibility, files};
use bellhop_store::Store;

use crate::{
    actions::articles::sync_folder,
    testing::{AT, store},
};

const FOLDER: &str = "/kb";

fn settings() -> bellhop_kb::Settings {
    bellhop_kb::Settings { language: "en".into(), languages: vec!["en".into(), "zh".into()] }
}

fn knowledge() -> Knowledge {
    Knowledge::of(KnowledgeBase::open(None, settings()).unwrap())
}

/// Syncs files given as path, front matter below the title, and body.
async fn sync(store: &Store, given: &[(&str, &str, &str)]) -> i64 {
    let read = |(path, front, body): &(&str, &str, &str)| files::parse(path, &format!("---\n{front}\n---\n{body}\n"), &settings()).unwrap();
    sync_folder(store, AT, FOLDER, given.iter().map(read).collect()).await.unwrap().seq
}

fn answer(knowledge: &Knowledge, text: &str) -> Option<String> {
    let viewer = Viewer::default();
    let verdict = knowledge.base.ask(&Question { text, lang: Some("en"), viewer: &viewer, exclude: &[], drafts: &[] }).unwrap();
    (verdict.decision == Decision::Answer).then_some(verdict.text)
}

const FILTER: &str = "title: How do I reset the water filter?";
const ASKED: &str = "How do I reset the water filter?";

#[tokio::test]
async fn what_is_published_is_answered_and_what_is_archived_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let knowledge = knowledge();
    knowledge.catch_up(&store.reader, AT).await.unwrap();
    assert_eq!(answer(&knowledge, ASKED), None);

    for (body, expected) in [("Hold the green button.", Some("Hold the green button.")), ("Hold the red button.", Some("Hold the red button."))] {
        let seq = sync(&store, &[("filter.md", FILTER, body)]).await;
        assert!(!knowledge.follow(&store.reader, AT).await.unwrap());
        assert_eq!(knowledge.followed(), seq);
        assert_eq!(answer(&knowledge, ASKED).as_deref(), expected);
    }
    sync(&store, &[]).await;
    knowledge.follow(&store.reader, AT).await.unwrap();
    assert_eq!(answer(&knowledge, ASKED), None);
}

#[tokio::test]
async fn an_index_that_knows_more_than_the_database_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    sync(&store, &[("filter.md", FILTER, "Hold the green button.")]).await;
    let knowledge = knowledge();
    let later =
        Article { slug: "lamp".into(), lang: "en".into(), title: "Why does the lamp blink?".into(), answer: "It is hot.".into(), ..article() };
    knowledge.base.apply(vec![bellhop_kb::Change::Put(later)], 1_000).unwrap();
    assert!(answer(&knowledge, "Why does the lamp blink?").is_some());
    knowledge.catch_up(&store.reader, AT).await.unwrap();
    assert_eq!(answer(&knowledge, "Why does the lamp blink?"), None);
    assert_eq!(answer(&knowledge, ASKED).as_deref(), Some("Hold the green button."));
    assert_eq!(knowledge.base.applied_seq(), store.reader.last_change().await.unwrap());
}

fn article() -> Article {
    Article {
        slug: String::new(),
        lang: String::new(),
        title: String::new(),
        answer: String::new(),
        body: String::new(),
        phrasings: Vec::new(),
        keywords: Vec::new(),
        category: Vec::new(),
        visibility: Visibility::Public,
        audience: bellhop_kb::Audience::default(),
        revision: 1,
    }
}

#[tokio::test]
async fn a_damaged_index_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    sync(&store, &[("filter.md", FILTER, "Hold the green button.")]).await;
    let knowledge = knowledge();
    knowledge.catch_up(&store.reader, AT).await.unwrap();
    knowledge.base.clear().unwrap();
    knowledge.damaged.store(true, Ordering::Release);
    knowledge.follow(&store.reader, AT).await.unwrap();
    assert_eq!(answer(&knowledge, ASKED).as_deref(), Some("Hold the green button."));
}

#[tokio::test]
async fn articles_come_and_go_at_their_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let front = format!("{FILTER}\npublish_at: {}\nexpire_at: {}", (AT + TimeDelta::hours(1)).to_rfc3339(), (AT + TimeDelta::hours(2)).to_rfc3339());
    sync(&store, &[("filter.md", &front, "Hold the green button.")]).await;
    let knowledge = knowledge();
    knowledge.catch_up(&store.reader, AT).await.unwrap();
    let shown = |after: TimeDelta| {
        let (reader, knowledge) = (&store.reader, &knowledge);
        async move {
            knowledge.follow(reader, AT + after).await.unwrap();
            let page = visible_article(reader, "filter", "en", "en", &Viewer::default(), AT + after).await.unwrap();
            assert_eq!(page.is_some(), answer(knowledge, ASKED).is_some(), "page and bot agree");
            page.is_some()
        }
    };
    assert!(!shown(TimeDelta::zero()).await);
    assert!(!shown(TimeDelta::minutes(59)).await);
    assert!(shown(TimeDelta::hours(1)).await);
    assert!(shown(TimeDelta::minutes(119)).await);

    // The program is down when it goes.
    let restarted = Knowledge::of(knowledge.base.clone());
    restarted.catch_up(&store.reader, AT + TimeDelta::hours(3)).await.unwrap();
    assert_eq!(answer(&restarted, ASKED), None);
}

#[tokio::test]
async fn whoever_publishes_does_not_wait_behind_an_import() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let knowledge = knowledge();
    knowledge.catch_up(&store.reader, AT).await.unwrap();
    let imported: Vec<(String, String)> = (0..1_100).map(|number| (format!("a{number}.md"), format!("title: Import number {number}"))).collect();
    let mut given: Vec<(&str, &str, &str)> = imported.iter().map(|(path, front)| (path.as_str(), front.as_str(), "Text.")).collect();
    sync(&store, &given).await;
    given.push(("filter.md", FILTER, "Hold the green button."));
    let seq = sync(&store, &given).await;

    knowledge.settle(&store.reader, &["filter".into()], seq, AT).await.unwrap();
    assert!(knowledge.followed() < seq, "the import still waits");
    assert_eq!(answer(&knowledge, ASKED).as_deref(), Some("Hold the green button."));
    while knowledge.follow(&store.reader, AT).await.unwrap() {}
    assert_eq!(knowledge.base.len(), 1_101);

    let beside = in_memory_of(&store).await;
    assert_eq!(beside.len(), 1_101);
}

async fn in_memory_of(store: &Store) -> KnowledgeBase {
    let knowledge = knowledge();
    knowledge.catch_up(&store.reader, AT).await.unwrap();
    knowledge.base
}

#[tokio::test]
async fn a_page_shows_what_its_reader_may_see_in_the_language_at_hand() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    sync(
        &store,
        &[
            ("care/filter.md", FILTER, "Hold the green button."),
            ("care/filter.zh.md", "title: 如何重置滤芯？", "按住绿色按钮七秒。"),
            ("insiders.md", "title: Price list\nvisibility: internal", "Secret."),
            ("friends.md", "title: Gold offers\nvisibility: customers\naudience: {tiers: [gold]}", "Cheap."),
            ("draft.md", "title: Not yet\nstatus: draft", "Soon."),
        ],
    )
    .await;
    let gold = Viewer { visibility: Visibility::Customers, tier: Some("gold".into()), ..Viewer::default() };
    let stranger = Viewer::default();
    for (slug, lang, viewer, expected) in [
        ("filter", "en", &stranger, Some("en")),
        ("filter", "zh-TW", &stranger, Some("zh")),
        ("filter", "fr", &stranger, Some("en")),
        ("filter", "", &stranger, Some("en")),
        ("insiders", "en", &gold, None),
        ("friends", "en", &gold, Some("en")),
        ("friends", "en", &stranger, None),
        ("draft", "en", &gold, None),
        ("unknown", "en", &gold, None),
    ] {
        let found = visible_article(&store.reader, slug, lang, "en", viewer, AT).await.unwrap();
        assert_eq!(found.as_ref().map(|found| found.language.as_str()), expected, "{slug} {lang}");
    }
    let page = visible_article(&store.reader, "filter", "en", "en", &stranger, AT).await.unwrap().unwrap();
    assert_eq!((page.category, page.languages), (vec!["care".to_owned()], vec!["en".to_owned(), "zh".to_owned()]));
    let draft = draft_article(&store.reader, "draft", "en").await.unwrap().unwrap();
    assert_eq!(draft.title, "Not yet");
}

#[tokio::test]
async fn live_nodes_are_waited_for_and_dead_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let seen = |id: &'static str, at: DateTime<Utc>, seq: i64| {
        let writer = store.writer.clone();
        async move { writer.write::<_, DbError, _>(move |tx| Box::pin(async move { tx.node_seen(id, at, seq).await })).await.unwrap() }
    };
    seen("dead", AT - TimeDelta::minutes(1), 1).await;
    seen("live", AT, 5).await;
    let waited = |seq| wait_until_applied(&store.reader, seq, AT, Duration::ZERO, None);
    assert!(waited(5).await.unwrap());
    assert!(!waited(6).await.unwrap());
    assert!(wait_until_applied(&store.reader, 6, AT, Duration::ZERO, Some("live")).await.unwrap());
}

#[tokio::test]
async fn words_that_mean_the_same_are_followed_like_articles() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    sync(&store, &[("filter.md", FILTER, "Hold the green button.")]).await;
    let (knowledge, later) = (knowledge(), knowledge());
    knowledge.catch_up(&store.reader, AT).await.unwrap();
    let asked = "How do I reset the sludge catcher?";
    assert_eq!(answer(&knowledge, asked), None);
    let group = bellhop_store::synonyms::Synonyms {
        id: bellhop_domain::id::SynonymsId(uuid::Uuid::from_u128(1)),
        version: 1,
        lang: Some("en".to_owned()),
        words: vec!["sludge catcher".to_owned(), "water filter".to_owned()],
        author: "Mei".to_owned(),
        created_at: AT,
        updated_at: AT,
    };
    let (kept, id) = (group.clone(), group.id);
    let put = store.writer.write::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            tx.insert_synonyms(&kept).await?;
            tx.record_change(SYNONYMS, &kept.id.to_string(), AT).await
        })
    });
    let seq = put.await.unwrap();
    knowledge.follow(&store.reader, AT).await.unwrap();
    assert_eq!((answer(&knowledge, asked).as_deref(), knowledge.followed()), (Some("Hold the green button."), seq));
    // A node that starts later, and one whose index is made anew, have them too.
    later.catch_up(&store.reader, AT).await.unwrap();
    assert_eq!(answer(&later, asked).as_deref(), Some("Hold the green button."));
    let gone = store.writer.write::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            tx.delete_synonyms(id).await?;
            tx.record_change(SYNONYMS, &id.to_string(), AT).await
        })
    });
    gone.await.unwrap();
    knowledge.follow(&store.reader, AT).await.unwrap();
    assert_eq!(answer(&knowledge, asked), None);
}
