//! Articles through the API: written, tried, published, found, taken back; and their pages.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::World;

fn filter(more: Value) -> Value {
    let mut article = json!({
        "title": "How do I reset the filter?",
        "answer": "Hold the green button for seven seconds.",
        "body": "Hold the **green** button.\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))",
        "phrasings": ["filter is blocked", "reset my filter", "the filter lamp is on"],
        "keywords": ["filter"],
        "category": "devices/filter",
    });
    for (key, value) in more.as_object().unwrap() {
        article[key] = value.clone();
    }
    article
}

#[tokio::test]
async fn an_article_is_written_tried_published_and_taken_back() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    let path = "/api/v1/articles/reset-filter";
    let ask = async |body: Value| editor.post("/api/v1/ask", body).await.is(200).json();
    let question = "How do I reset the filter?";
    let made = editor.put(path, filter(json!({}))).await.is(201);
    assert_eq!(
        (&made.json()["status"], &made.json()["lang"], &made.json()["category"]),
        (&json!("draft"), &json!("en"), &json!(["devices", "filter"]))
    );
    let nobody = ask(json!({"text": question})).await;
    assert_eq!((&nobody["decision"], &nobody["candidates"]), (&json!("handoff"), &json!([])));
    let tried = ask(json!({"text": question, "draft": "reset-filter"})).await;
    assert_eq!(tried["candidates"][0]["slug"], "reset-filter");
    assert_eq!(editor.post("/api/v1/ask", json!({"text": "x", "draft": "nothing"})).await.is(422).field(), "draft");

    let applied = editor.post(&format!("{path}/publish"), json!({})).await.is(200).json();
    assert_eq!((&applied["changed"], &applied["everywhere"]), (&json!(["en"]), &json!(true)));
    let answered = ask(json!({"text": question})).await;
    for key in ["decision", "probability", "threshold", "text", "candidates"] {
        assert!(!answered[key].is_null(), "{key}");
    }
    let candidate = &answered["candidates"][0];
    assert_eq!((&candidate["slug"], &candidate["lang"], &candidate["title"]), (&json!("reset-filter"), &json!("en"), &json!(question)));
    assert!(candidate["score"].is_number() && candidate["matched"].is_array());

    let stale = editor.call(Method::PUT, path, Some(filter(json!({"title": "Filter?"}))), &[("if-match", made.header("etag"))]).await.is(412);
    assert_eq!(stale.json()["current"]["title"], question);
    let tag = editor.get(path).await.is(200).header("etag").to_owned();
    editor.call(Method::PUT, path, Some(filter(json!({"title": "Filter?"}))), &[("if-match", &tag)]).await.is(200);
    let versions = editor.get(&format!("{path}/versions")).await.is(200).json();
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    assert_eq!((&versions["items"][0]["title"], &versions["items"][1]["title"]), (&json!("Filter?"), &json!(question)));

    editor.post(&format!("{path}/archive"), json!({})).await.is(200);
    assert_eq!(ask(json!({"text": question})).await["candidates"], json!([]));
    editor.get("/api/v1/articles/nothing").await.is(404);
    editor.post("/api/v1/articles/nothing/publish", json!({})).await.is(404);
    assert_eq!(editor.put(path, json!({"title": "", "body": "x"})).await.is(422).field(), "title");
    assert_eq!(editor.put(path, filter(json!({"visibility": "secret"}))).await.is(422).field(), "visibility");
    world.with("agent").await.put(path, filter(json!({}))).await.is(403);
}

#[tokio::test]
async fn articles_are_listed_in_pages() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    for number in 0..5 {
        editor.put(&format!("/api/v1/articles/article-{number}"), filter(json!({"title": format!("Number {number}")}))).await.is(201);
    }
    let mut slugs = Vec::new();
    let mut path = "/api/v1/articles?limit=2&q=number".to_owned();
    loop {
        let page = editor.get(&path).await.is(200).json();
        slugs.extend(page["items"].as_array().unwrap().iter().map(|article| article["slug"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/articles?limit=2&q=number&cursor={cursor}"),
            None => break,
        }
    }
    slugs.sort();
    assert_eq!(slugs, ["article-0", "article-1", "article-2", "article-3", "article-4"]);
    assert_eq!(editor.get("/api/v1/articles?q=nothing").await.json()["items"], json!([]));
    assert_eq!(editor.get("/api/v1/articles?category=devices/filter").await.json()["items"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_page_shows_what_its_reader_may_see() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    let publish = async |slug: &str, lang: &str, more: Value| {
        editor.put(&format!("/api/v1/articles/{slug}?lang={lang}"), filter(more)).await.is(201);
        editor.post(&format!("/api/v1/articles/{slug}/publish"), json!({})).await.is(200);
    };
    publish("open", "en", json!({})).await;
    publish("open", "zh", json!({"title": "怎么重置滤芯？<b>"})).await;
    publish("vip-only", "en", json!({"visibility": "customers", "audience": {"tiers": ["vip"]}})).await;
    publish("inside", "en", json!({"visibility": "internal"})).await;
    editor.put("/api/v1/articles/draft", filter(json!({}))).await.is(201);

    let anybody = world.anybody();
    let page = anybody.get("/a/open?lang=en").await.is(200);
    assert!(page.text().contains("<strong>green</strong>"), "{}", page.text());
    assert!(!page.text().contains("<script") && !page.text().contains("javascript:"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert!(page.text().contains("https://help.example.org/a/open?lang=zh"), "the other language is linked");
    let page = anybody.call(Method::GET, "/a/open", None, &[("accept-language", "zh-CN,en;q=0.5")]).await.is(200);
    assert!(page.text().contains("<html lang=\"zh\">") && page.text().contains("怎么重置滤芯？&#60;b&#62;"), "{}", page.text());
    let page = anybody.get("/a/open?lang=de").await.is(200);
    assert!(page.text().contains("gibt es noch nicht in Ihrer Sprache"), "{}", page.text());
    for path in
        ["/a/vip-only?lang=en", "/a/inside?lang=en", "/a/draft?lang=en", "/a/nothing?lang=en", "/a/open?lang=en&c=x&s=y", "/a/open?lang=en&s=y"]
    {
        let page = anybody.call(Method::GET, path, None, &[("accept-language", "zh")]).await.is(404);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(!page.text().contains("green"), "{path}");
    }

    world.customer_says("thread-vip", "Hello", json!({"tier": "vip"})).await;
    world.customer_says("thread-plain", "Hello", json!({})).await;
    for (thread, status) in [("thread-vip", 200), ("thread-plain", 404)] {
        let contact = world.engine.reader().thread_state("shop", thread, thread).await.unwrap().unwrap().contact.id;
        let link = world.engine.links().article("vip-only", "en", Some(contact));
        let path = link.strip_prefix("https://help.example.org").unwrap();
        anybody.get(path).await.is(status);
        anybody.get(&path.replace("vip-only", "inside")).await.is(404);
    }
}
