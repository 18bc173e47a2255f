#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;

fn settings() -> Settings {
    Settings { language: "en".to_owned(), languages: vec!["en".to_owned(), "zh".to_owned()] }
}

fn problems(result: Result<impl Sized, Error>) -> Vec<String> {
    match result {
        Err(Error::Files(problems)) => problems.iter().map(ToString::to_string).collect(),
        Err(other) => panic!("another error: {other}"),
        Ok(_) => Vec::new(),
    }
}

#[test]
fn every_key_is_read() {
    let text = "---\ntitle: How do I reset the filter?\nlang: en\nanswer: Hold the green button for seven seconds.     # short\n\
        phrasings: [\"filter is blocked\", \"clean the filter\"]\nkeywords: [filter, lamp, 404]\nvisibility: customers\n\
        status: draft\naudience: {tiers: [gold], regions: [DE], channels: [shop]}\npublish_at: 2026-12-01T09:00:00+01:00\n\
        expire_at: 2027-12-01\nowner: mei@example.org\nreview_by: 2027-06-01\n---\nBody in **CommonMark**.\n\nMore.\n";
    let article = parse("care/filters/reset-filter.md", text, &settings()).unwrap();
    assert_eq!(
        article,
        FileArticle {
            file: "care/filters/reset-filter.md".to_owned(),
            slug: "reset-filter".to_owned(),
            lang: "en".to_owned(),
            category: vec!["care".to_owned(), "filters".to_owned()],
            title: "How do I reset the filter?".to_owned(),
            answer: "Hold the green button for seven seconds.".to_owned(),
            body: "Body in **CommonMark**.\n\nMore.".to_owned(),
            phrasings: vec!["filter is blocked".to_owned(), "clean the filter".to_owned()],
            keywords: vec!["filter".to_owned(), "lamp".to_owned(), "404".to_owned()],
            visibility: Visibility::Customers,
            audience: Audience { tiers: vec!["gold".to_owned()], regions: vec!["DE".to_owned()], channels: vec!["shop".to_owned()] },
            status: Status::Draft,
            publish_at: Some("2026-12-01T08:00:00Z".parse().unwrap()),
            expire_at: Some("2027-12-01T00:00:00Z".parse().unwrap()),
            owner: Some("mei@example.org".to_owned()),
            review_by: Some("2027-06-01".parse().unwrap()),
        }
    );
}

#[test]
fn what_is_left_out_has_a_default() {
    for (file, text, lang, title, answer) in [
        ("a.md", "---\ntitle: T\n---\nFirst.\n\nSecond.", "en", "T", "First."),
        ("a.zh.md", "---\ntitle: 标题\n---\n第一段。", "zh", "标题", "第一段。"),
        ("a.ZH.md", "---\ntitle: 标题\n---\n第一段。", "zh", "标题", "第一段。"),
        ("a.md", "---\nstatus:\n---\n# Head *line*\n\nText", "en", "Head line", "Text"),
        ("a.md", "\u{feff}---\r\ntitle: T\r\nexpire_at:\r\n---\r\nBody\r\n", "en", "T", "Body"),
        ("a.md", "---\ntitle: T\nanswer: Short\n---\n", "en", "T", "Short"),
        ("a.md", "---\ntitle: T\nlang: de\n---\nText", "de", "T", "Text"),
    ] {
        let article = parse(file, text, &settings()).unwrap();
        assert_eq!((article.lang.as_str(), article.title.as_str(), article.answer.as_str()), (lang, title, answer), "{text}");
        assert_eq!((article.status, article.visibility), (Status::Published, Visibility::Public));
    }
}

#[test]
fn only_configured_languages_are_suffixes() {
    let text = "---\ntitle: T\n---\nText";
    for (file, slug, lang) in [("a.zh.md", "a", "zh"), ("v1.2.md", "v1.2", "en"), ("a.fr.md", "a.fr", "en"), ("a.b.en.md", "a.b", "en")] {
        let article = parse(file, text, &settings()).unwrap();
        assert_eq!((article.slug.as_str(), article.lang.as_str()), (slug, lang), "{file}");
    }
}

#[test]
fn errors_name_file_line_key_and_remedy() {
    for (file, text, expected) in [
        ("a.md", "Just text", "a.md:1: has no front matter; begin the file with"),
        ("a.md", "---\ntitle: T\n", "a.md:1: has front matter without an end; put a line `---`"),
        ("a.md", "---\ntitle: T\nvisiblity: public\n---\nText", "a.md:3: `visiblity`: is not a key of articles; remove"),
        ("a.md", "---\ntitle: T\ncolour:\n---\nText", "a.md:3: `colour`: is not a key of articles"),
        ("a.md", "---\ntitle: T\nvisibility: secret\n---\nText", "a.md:3: `visibility`: is `secret`; it must be public, customers or internal"),
        ("a.md", "---\ntitle: T\nstatus: live\n---\nText", "a.md:3: `status`: is `live`; it must be draft, published or archived"),
        ("a.md", "---\ntitle: T\nphrasings: {a: b}\n---\nText", "a.md:3: `phrasings`: must be a list of texts"),
        ("a.md", "---\ntitle: T\naudience: {tier: [gold]}\n---\nText", "a.md:3: `audience`: has no part `tier`; use tiers"),
        ("a.md", "---\ntitle: T\npublish_at: soon\n---\nText", "a.md:3: `publish_at`: is `soon`; write a time with its zone"),
        ("a.md", "---\ntitle: T\nreview_by: 2027-13-01\n---\nText", "a.md:3: `review_by`: is `2027-13-01`; write a day"),
        ("a.md", "---\ntitle: T\nowner: mei\n---\nText", "a.md:3: `owner`: must be an e-mail address"),
        ("a.md", "---\ntitle: T\nlang: English!\n---\nText", "a.md:3: `lang`: is `English!`; write a language tag"),
        ("a.zh.md", "---\ntitle: T\nlang: en\n---\nText", "a.zh.md:3: `lang`: is `en`, but the file name says `zh`; remove"),
        ("a.md", "---\nkeywords: [x]\n---\nText", "a.md: `title`: is missing; add `title: …`"),
        ("a.md", "---\ntitle: T\n---\n", "a.md: `answer`: is missing and the body has no paragraph"),
        ("a.md", "---\ntitle: T: U\n---\nText", "a.md:2: is not valid YAML"),
        ("a.md", "---\ntitle: T\ntitle: U\n---\nText", "is not valid YAML (duplicate entry"),
        ("a b.md", "---\ntitle: T\n---\nText", "a b.md: has the slug `a b`; rename the file"),
        (
            "a.md",
            "---\ntitle: T\npublish_at: 2027-01-01T00:00:00Z\nexpire_at: 2026-01-01T00:00:00Z\n---\nText",
            "a.md:4: `expire_at`: is not after `publish_at`",
        ),
    ] {
        let found = problems(parse(file, text, &settings()));
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}\n{found:?}");
    }
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

#[test]
fn a_folder_is_read_with_what_versions_share() {
    let dir = folder(&[
        ("orders/returns.md", "---\ntitle: Returns\nvisibility: customers\nowner: mei@example.org\n---\nText"),
        ("orders/returns.zh.md", "---\ntitle: 退货\n---\n文本"),
        ("about.md", "---\ntitle: About\n---\nText"),
        ("README.md", "# Notes for editors"),
        (".git/x.md", "nothing"),
        ("picture.png", "nothing"),
    ]);
    let articles = read_folder(dir.path(), &settings()).unwrap();
    let seen: Vec<_> = articles.iter().map(|a| (a.file.as_str(), a.lang.as_str(), a.visibility, a.owner.is_some(), a.category.len())).collect();
    assert_eq!(
        seen,
        [
            ("about.md", "en", Visibility::Public, false, 0),
            ("orders/returns.md", "en", Visibility::Customers, true, 1),
            ("orders/returns.zh.md", "zh", Visibility::Customers, true, 1),
        ]
    );
}

#[test]
fn contradictions_between_files_are_all_told() {
    let dir = folder(&[
        ("a/one.md", "---\ntitle: T\nvisibility: public\n---\nText"),
        ("a/one.zh.md", "---\ntitle: T\nvisibility: internal\n---\nText"),
        ("a/two.md", "---\ntitle: T\n---\nText"),
        ("b/two.md", "---\ntitle: T\n---\nText"),
        ("a/three.md", "---\ntitle: T\n---\nText"),
        ("b/three.zh.md", "---\ntitle: T\n---\nText"),
    ]);
    let found = problems(read_folder(dir.path(), &settings()));
    for expected in [
        "a/one.zh.md:3: `visibility`: differs from a/one.md; it belongs to the article",
        "b/two.md: has the slug `two` in the language `en`, as a/two.md has; rename one of them",
        "b/three.zh.md: is in another folder than a/three.md, which has the same slug `three`",
    ] {
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}\n{found:#?}");
    }
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn unreadable_files_are_told() {
    let dir = folder(&[("long.md", &"x".repeat(MAX_BYTES as usize + 1))]);
    fs::write(dir.path().join("latin.md"), b"---\ntitle: caf\xe9\n---\nText").unwrap();
    let found = problems(read_folder(dir.path(), &settings()));
    assert!(found.iter().any(|line| line.starts_with("latin.md: is not UTF-8 text")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("long.md: is 1048577 bytes long; split it")), "{found:?}");
    let missing = read_folder(&dir.path().join("nowhere"), &settings());
    assert!(matches!(missing, Err(Error::Io { .. })));
}

#[test]
fn every_sample_article_can_be_read() {
    let read = assemble(SAMPLE.iter().copied(), &settings(), Vec::new());
    assert_eq!(problems(read), Vec::<String>::new());
    let readable = SAMPLE.iter().filter(|(file, text)| !front_matter::is_readme(file, text)).count();
    assert_eq!(sample().len(), readable);
}
