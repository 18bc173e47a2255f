use bellhop_store::articles::{ArticleFilter, ArticleLocale, ArticleRecord, ArticleStatus, ArticleText};

use crate::base::{Base, at, on_both};

on_both!(
    a_draft_is_not_in_force_until_it_is_published,
    every_text_that_ever_was_is_kept,
    a_stale_edit_is_refused,
    an_archived_article_is_in_force_no_more,
    articles_are_listed_and_found,
    everything_in_force_comes_in_pages,
    a_folder_knows_its_articles,
);

fn record(slug: &str) -> ArticleRecord {
    ArticleRecord {
        slug: slug.to_owned(),
        category: Some("filters".to_owned()),
        visibility: "public".to_owned(),
        audience: serde_json::json!({"tiers": ["gold"]}),
        owner: Some("mei@example.org".to_owned()),
        folder: None,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn text(title: &str) -> ArticleText {
    ArticleText {
        title: title.to_owned(),
        answer: Some("Hold the button.".to_owned()),
        body: "Hold the **green** button.".to_owned(),
        phrasings: vec!["filter is blocked".to_owned()],
        keywords: vec!["filter".to_owned()],
        publish_at: Some(at(1)),
        expire_at: None,
        review_by: Some(at(99)),
    }
}

async fn save(base: &Base, record: ArticleRecord) -> Option<i64> {
    base.write(move |tx| Box::pin(async move { tx.save_article(&record, None, at(0)).await })).await
}

async fn draft(base: &Base, slug: &'static str, lang: &'static str, title: &'static str, expected: Option<i64>) -> Option<ArticleLocale> {
    base.write(move |tx| Box::pin(async move { tx.save_draft(slug, lang, &text(title), "Mei", expected, at(2)).await })).await
}

async fn publish(base: &Base, slug: &'static str, lang: &'static str) -> Option<ArticleLocale> {
    base.write(move |tx| Box::pin(async move { tx.publish_article(slug, lang, None, at(3)).await })).await
}

async fn a_draft_is_not_in_force_until_it_is_published(base: &Base) {
    save(base, record("reset")).await.unwrap();
    draft(base, "reset", "en", "How do I reset it?", None).await.unwrap();
    assert!(base.store.reader.published("reset").await.unwrap().is_none());
    let view = base.store.reader.article_view("reset", "en").await.unwrap().unwrap();
    assert_eq!(view.draft.as_ref().map(|draft| &draft.text), Some(&text("How do I reset it?")));
    publish(base, "reset", "en").await.unwrap();
    assert!(publish(base, "reset", "en").await.is_none(), "there is no draft to publish");
    let (article, versions) = base.store.reader.published("reset").await.unwrap().unwrap();
    assert_eq!(article, ArticleRecord { updated_at: at(3), ..record("reset") });
    assert_eq!((versions[0].text.clone(), versions[0].status), (text("How do I reset it?"), ArticleStatus::Published));
    draft(base, "reset", "en", "Better", None).await.unwrap();
    let (_, versions) = base.store.reader.published("reset").await.unwrap().unwrap();
    assert_eq!(versions[0].text.title, "How do I reset it?", "a new draft changes nothing yet");
    assert!(base.store.reader.article_view("reset", "zh").await.unwrap().is_none());
}

async fn every_text_that_ever_was_is_kept(base: &Base) {
    save(base, record("reset")).await.unwrap();
    for title in ["one", "two"] {
        draft(base, "reset", "en", title, None).await.unwrap();
        publish(base, "reset", "en").await.unwrap();
    }
    draft(base, "reset", "en", "three", None).await.unwrap();
    let versions: Vec<_> =
        base.store.reader.article_versions("reset", "en").await.unwrap().into_iter().map(|it| (it.revision, it.text.title, it.status)).collect();
    assert_eq!(
        versions,
        [
            (3, "three".to_owned(), ArticleStatus::Draft),
            (2, "two".to_owned(), ArticleStatus::Published),
            (1, "one".to_owned(), ArticleStatus::Archived),
        ]
    );
}

async fn a_stale_edit_is_refused(base: &Base) {
    let create = || base.write(|tx| Box::pin(async { tx.save_article(&record("reset"), Some(0), at(0)).await }));
    assert_eq!(create().await, Some(1));
    assert_eq!(create().await, None, "it was to be new");
    let change = || base.write(|tx| Box::pin(async { tx.save_article(&record("reset"), Some(1), at(0)).await }));
    assert_eq!(change().await, Some(2));
    assert_eq!(change().await, None);
    assert_eq!(draft(base, "reset", "en", "one", Some(0)).await.unwrap().version, 1);
    assert!(draft(base, "reset", "en", "two", Some(0)).await.is_none());
    assert_eq!(draft(base, "reset", "en", "two", Some(1)).await.unwrap().version, 2);
    assert!(draft(base, "reset", "en", "three", Some(1)).await.is_none());
    assert_eq!(base.store.reader.article_versions("reset", "en").await.unwrap().len(), 2, "what was refused left nothing");
}

async fn an_archived_article_is_in_force_no_more(base: &Base) {
    save(base, record("reset")).await.unwrap();
    for lang in ["en", "zh"] {
        draft(base, "reset", lang, "one", None).await.unwrap();
        publish(base, "reset", lang).await.unwrap();
    }
    base.write(|tx| Box::pin(async { tx.archive_article("reset", "en", None, at(5)).await })).await.unwrap();
    let (_, versions) = base.store.reader.published("reset").await.unwrap().unwrap();
    assert_eq!(versions.iter().map(|version| version.lang.as_str()).collect::<Vec<_>>(), ["zh"]);
    assert_eq!(base.store.reader.article_versions("reset", "en").await.unwrap()[0].status, ArticleStatus::Archived);
    assert!(base.write(|tx| Box::pin(async { tx.delete_article("reset").await })).await);
    assert!(base.store.reader.article("reset").await.unwrap().is_none());
    assert!(base.store.reader.article_locales("reset").await.unwrap().is_empty());
}

async fn articles_are_listed_and_found(base: &Base) {
    for (slug, seconds) in [("a", 1), ("b", 2), ("c", 3)] {
        base.write(move |tx| Box::pin(async move { tx.save_article(&record(slug), None, at(seconds)).await })).await;
    }
    draft(base, "a", "en", "A 100% sure title", None).await.unwrap();
    let list = async |filter: ArticleFilter, cursor| {
        base.store.reader.articles(&filter, cursor, 2).await.unwrap().into_iter().map(|it| (it.updated_at, it.slug)).collect::<Vec<_>>()
    };
    let slugs = |page: &[(chrono::DateTime<chrono::Utc>, String)]| page.iter().map(|(_, slug)| slug.clone()).collect::<Vec<_>>();
    let first = list(ArticleFilter::default(), None).await;
    assert_eq!(slugs(&first), ["c", "b"]);
    assert_eq!(slugs(&list(ArticleFilter::default(), first.last().cloned()).await), ["a"]);
    let q = |q: &str| ArticleFilter { q: Some(q.to_owned()), ..ArticleFilter::default() };
    assert_eq!(slugs(&list(q("100% SURE"), None).await), ["a"]);
    assert_eq!(slugs(&list(q("%"), None).await), ["a"]);
    assert!(list(q("nothing"), None).await.is_empty());
}

async fn everything_in_force_comes_in_pages(base: &Base) {
    for slug in ["a", "b"] {
        save(base, record(slug)).await.unwrap();
        for lang in ["en", "zh"] {
            draft(base, slug, lang, "title", None).await.unwrap();
        }
    }
    for (slug, lang) in [("a", "en"), ("a", "zh"), ("b", "zh")] {
        publish(base, slug, lang).await.unwrap();
    }
    let page = base.store.reader.published_articles(None, 2).await.unwrap();
    let last = page.last().map(|(_, version)| (version.slug.clone(), version.lang.clone())).unwrap();
    assert_eq!(last, ("a".to_owned(), "zh".to_owned()));
    let rest = base.store.reader.published_articles(Some((&last.0, &last.1)), 2).await.unwrap();
    assert_eq!(rest.iter().map(|(article, version)| (article.slug.as_str(), version.lang.as_str())).collect::<Vec<_>>(), [("b", "zh")]);
}

async fn a_folder_knows_its_articles(base: &Base) {
    save(base, ArticleRecord { folder: Some("/kb".to_owned()), ..record("b") }).await.unwrap();
    save(base, record("a")).await.unwrap();
    let slugs: Vec<_> = base.store.reader.articles_of_folder("/kb").await.unwrap().into_iter().map(|article| article.slug).collect();
    assert_eq!(slugs, ["b"]);
}
