//! An editor's work through the API: tried before it is live, gaps found, articles weighed.

use serde_json::{Value, json};

use crate::world::{Client, World};

async fn publish(editor: &Client<'_>, slug: &str, title: &str, answer: &str, phrasings: &[&str]) {
    write(editor, slug, title, answer, phrasings).await;
    editor.post(&format!("/api/v1/articles/{slug}/publish"), json!({})).await.is(200);
}

async fn write(editor: &Client<'_>, slug: &str, title: &str, answer: &str, phrasings: &[&str]) {
    let body = json!({ "title": title, "answer": answer, "phrasings": phrasings });
    let status = editor.put(&format!("/api/v1/articles/{slug}"), body).await.status.as_u16();
    assert!(matches!(status, 200 | 201), "{status}");
}

/// The shop's first two articles.
async fn shop(editor: &Client<'_>) {
    let returns = ["return an item", "how can I return something", "send an item back"];
    publish(editor, "returns", "How do I return an item?", "Within 30 days, with the label from your account.", &returns).await;
    let parcel = ["where is my parcel", "my parcel has not arrived", "track my parcel"];
    publish(editor, "parcel", "Where is my parcel?", "The tracking page knows.", &parcel).await;
}

async fn keep(editor: &Client<'_>, text: &str, expected: Value) -> String {
    let kept = editor.post("/api/v1/regression-questions", json!({ "text": text, "lang": "en", "expected": expected })).await.is(201).json();
    kept["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn regression_questions_are_kept_changed_and_asked() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    shop(&editor).await;
    let id = keep(&editor, "how do I return an item", json!("returns")).await;
    keep(&editor, "do you sell airplanes and submarines", Value::Null).await;
    for (body, field) in [
        (json!({ "text": " ", "expected": "returns" }), "text"),
        (json!({ "text": "x", "expected": "nothing" }), "expected"),
        (json!({ "text": "x", "lang": "the English one" }), "lang"),
        (json!({ "text": "x", "as": { "colour": "red" } }), "as.colour"),
        (json!({ "message": "msg_01934f00000070008000000000000002" }), "message"),
    ] {
        assert_eq!(editor.post("/api/v1/regression-questions", body.clone()).await.is(422).field(), field, "{body}");
    }
    let run = editor.post("/api/v1/knowledge/regressions", json!({})).await.is(200).json();
    assert_eq!((&run["asked"], &run["failed"]), (&json!(2), &json!(0)), "{run}");

    let path = format!("/api/v1/regression-questions/{id}");
    let changed = editor.patch(&path, json!({ "expected": "parcel" })).await.is(200);
    assert_eq!((&changed.json()["version"], &changed.json()["expected"]), (&json!(2), &json!("parcel")));
    editor.call(axum::http::Method::PATCH, &path, Some(json!({ "text": "y" })), &[("if-match", "\"1\"")]).await.is(412);
    let run = editor.post("/api/v1/knowledge/regressions", json!({})).await.is(200).json();
    assert_eq!((&run["failed"], &run["items"][0]["id"], &run["items"][0]["now"]["slug"]), (&json!(1), &json!(id), &json!("returns")), "{run}");
    assert_eq!(editor.get("/api/v1/regression-questions?expected=parcel").await.is(200).json()["items"].as_array().unwrap().len(), 1);
    world.with("agent").await.delete(&path).await.is(403);
    editor.delete(&path).await.is(204);
    editor.get(&path).await.is(404);
}

#[tokio::test]
async fn what_a_change_does_is_listed_before_it_is_live() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    shop(&editor).await;
    keep(&editor, "how do I return an item", json!("returns")).await;
    let asked = world.customer_says("thread-1", "can I pay by invoice? my mail is ann@example.org", json!({})).await;
    write(&editor, "invoice", "Can I pay by invoice?", "Yes, companies can.", &["pay by invoice", "payment on invoice"]).await;

    let check = editor.post("/api/v1/knowledge/check", json!({ "drafts": ["invoice"] })).await.is(200).json();
    assert_eq!((&check["asked"], &check["better"], &check["worse"], &check["complete"]), (&json!(2), &json!(1), &json!(0), &json!(true)), "{check}");
    let better = &check["items"][0];
    assert_eq!((&better["origin"], &better["conversation"], &better["effect"]), (&json!("customer"), &json!(asked), &json!("better")), "{check}");
    assert_eq!(better["text"], "can I pay by invoice? my mail is [e-mail]");
    assert_eq!((&better["before"]["decision"], &better["after"]["decision"]), (&json!("handoff"), &json!("answer")), "{check}");
    assert_eq!(better["after"]["slug"], "invoice");

    let check = editor.post("/api/v1/knowledge/check", json!({ "removed": ["returns"], "last": 0 })).await.is(200).json();
    assert_eq!((&check["worse"], &check["items"][0]["origin"], &check["items"][0]["expected"]), (&json!(1), &json!("regression"), &json!("returns")));
    for (body, field) in
        [(json!({ "drafts": ["returns"] }), "drafts"), (json!({ "removed": ["nothing"] }), "removed"), (json!({ "last": 501 }), "last")]
    {
        assert_eq!(editor.post("/api/v1/knowledge/check", body.clone()).await.is(422).field(), field, "{body}");
    }
    let ask = editor.post("/api/v1/ask", json!({ "text": "can I pay by invoice?" })).await.is(200).json();
    assert_eq!(ask["decision"], "handoff", "nothing was changed");
}

#[tokio::test]
async fn synonyms_are_tried_kept_changed_and_removed() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    shop(&editor).await;
    publish(&editor, "invoice", "Can I pay by invoice?", "Companies can.", &["invoice please", "an invoice"]).await;
    keep(&editor, "how do I return an item", json!("returns")).await;
    keep(&editor, "moolah please", Value::Null).await;
    let asked = world.customer_says("thread-1", "billet please", json!({})).await;
    let asks = |body: Value| async { editor.post("/api/v1/ask", body).await.is(200).json() };
    let plain = asks(json!({ "text": "billet please" })).await;
    assert_ne!(plain["decision"], "answer", "{plain}");

    // Tried: on one question, then on all; nothing is kept.
    let group = json!({ "lang": "en", "words": ["billet", "invoice"] });
    let tried = asks(json!({ "text": "billet please", "synonyms": [group] })).await;
    assert_eq!((&tried["decision"], &tried["candidates"][0]["slug"]), (&json!("answer"), &json!("invoice")), "{tried}");
    assert_eq!(tried["synonyms"], json!([{ "said": "billet", "read": "invoice" }]));
    let check = editor.post("/api/v1/knowledge/check", json!({ "synonyms": [group, { "words": ["moolah", "invoice"] }] })).await.is(200).json();
    assert_eq!((&check["asked"], &check["better"], &check["worse"]), (&json!(3), &json!(1), &json!(1)), "{check}");
    let (worse, better) = (&check["items"][0], &check["items"][1]);
    assert_eq!((&worse["origin"], &worse["text"], &worse["after"]["slug"]), (&json!("regression"), &json!("moolah please"), &json!("invoice")));
    assert_eq!(
        (&better["conversation"], &better["after"]["decision"], &better["after"]["slug"]),
        (&json!(asked), &json!("answer"), &json!("invoice"))
    );
    assert_eq!(asks(json!({ "text": "billet please" })).await, plain, "nothing was kept");

    for (body, field) in [
        (json!({ "words": ["parcel"] }), "words"),
        (json!({ "words": ["parcel", "Parcels"] }), "words"),
        (json!({ "words": ["parcel", "how to"] }), "words"),
        (json!({ "words": ["parcel", "x".repeat(61)] }), "words"),
        (json!({ "words": ["parcel", "a\u{0}b"] }), "words"),
        (json!({ "words": ["货", "包裹"], "lang": "zh" }), "words"),
        (json!({ "words": ["a1", "b2"], "lang": "the English one" }), "lang"),
    ] {
        assert_eq!(editor.post("/api/v1/synonyms", body.clone()).await.is(422).field(), field, "{body}");
        assert_eq!(editor.post("/api/v1/ask", json!({ "text": "x", "synonyms": [body] })).await.status.as_u16(), 422, "{body}");
    }
    let unknown = json!({ "removed_synonyms": ["syn_01934f00000070008000000000000002"] });
    assert_eq!(editor.post("/api/v1/knowledge/check", unknown).await.is(422).field(), "removed_synonyms");

    // On.
    let kept = editor.post("/api/v1/synonyms", group).await.is(201).json();
    let path = format!("/api/v1/synonyms/{}", kept["id"].as_str().unwrap());
    let now = asks(json!({ "text": "billet please" })).await;
    assert_eq!((&now["decision"], &now["synonyms"]), (&json!("answer"), &tried["synonyms"]), "{now}");
    let without = editor.post("/api/v1/knowledge/check", json!({ "removed_synonyms": [kept["id"]] })).await.is(200).json();
    assert_eq!((&without["worse"], &without["items"][0]["conversation"]), (&json!(1), &json!(asked)), "{without}");

    let changed = editor.patch(&path, json!({ "words": ["faktura", "invoice"] })).await.is(200).json();
    assert_eq!((&changed["version"], &changed["words"], &changed["lang"]), (&json!(2), &json!(["faktura", "invoice"]), &json!("en")));
    editor.call(axum::http::Method::PATCH, &path, Some(json!({ "lang": null })), &[("if-match", "\"1\"")]).await.is(412);
    assert_eq!(asks(json!({ "text": "billet please" })).await["synonyms"], json!([]));
    assert_eq!(asks(json!({ "text": "faktura please" })).await["decision"], "answer");
    assert_eq!(editor.get("/api/v1/synonyms?lang=en").await.is(200).json()["items"], json!([changed]));
    assert_eq!(editor.get("/api/v1/synonyms?lang=zh").await.is(200).json()["items"], json!([]));
    world.with("agent").await.delete(&path).await.is(403);
    editor.delete(&path).await.is(204);
    editor.get(&path).await.is(404);
    assert_ne!(asks(json!({ "text": "faktura please" })).await["decision"], "answer");
}

#[tokio::test]
async fn publishing_names_the_regression_questions_that_it_breaks() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    shop(&editor).await;
    let id = keep(&editor, "how do I return an item", json!("returns")).await;
    // The words that find it go.
    write(&editor, "returns", "Sending things to us", "By post.", &[]).await;
    let publish = "/api/v1/articles/returns/publish";
    assert_eq!(editor.post(publish, json!({ "if_regressions": "maybe" })).await.is(422).field(), "if_regressions");
    let refused = editor.post(publish, json!({ "if_regressions": "refuse" })).await.is(409);
    assert_eq!(refused.field(), id, "{}", refused.text());
    let still = editor.post("/api/v1/ask", json!({ "text": "how do I return an item" })).await.json();
    assert_eq!(still["candidates"][0]["slug"], "returns", "it was not published");
    let warned = editor.post(publish, json!({})).await.is(200).json();
    assert_eq!((&warned["changed"], &warned["regressions"][0]["id"]), (&json!(["en"]), &json!(id)), "{warned}");
    let archived = editor.post("/api/v1/articles/parcel/archive", json!({ "if_regressions": "ignore" })).await.is(200).json();
    assert_eq!(archived["regressions"], Value::Null);
}

#[tokio::test]
async fn an_article_is_seen_as_every_channel_shows_it() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    let long = "This is a sentence. ".repeat(190);
    write(&editor, "long", "How long may an answer be?", &long, &[]).await;
    let looks = editor.get("/api/v1/articles/long/looks").await.is(200).json();
    let look = &looks["items"][0];
    assert_eq!((&look["channel"], &look["shown"]), (&json!("shop"), &json!(true)), "{looks}");
    let parts = look["answer"]["parts"].as_array().unwrap();
    assert!(!parts.is_empty());
    let last = parts.last().unwrap();
    assert!(last["links"][0].as_str().unwrap().starts_with("https://help.example.org/a/long"), "{last}");
    for part in parts {
        assert!(part["length"].as_u64().unwrap() <= look["longest"].as_u64().unwrap(), "{part}");
    }
    assert!(look["choice"]["parts"][0]["text"].is_string(), "{look}");
    let body = json!({ "title": "x", "answer": "y", "audience": { "channels": ["elsewhere"] } });
    editor.put("/api/v1/articles/long", body).await.is(200);
    let looks = editor.get("/api/v1/articles/long/looks").await.is(200).json();
    assert_eq!(looks["items"][0]["shown"], false, "{looks}");
    editor.get("/api/v1/articles/nothing/looks").await.is(404);
}

/// The only gap of the list.
async fn only_gap(editor: &Client<'_>, query: &str) -> Value {
    let gaps = editor.get(&format!("/api/v1/gaps{query}")).await.is(200).json();
    assert_eq!(gaps["items"].as_array().unwrap().len(), 1, "{gaps}");
    gaps["items"][0].clone()
}

#[tokio::test]
async fn three_questions_in_different_words_are_one_gap_that_becomes_an_article() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    shop(&editor).await;
    for (thread, text, region) in [
        ("thread-1", "can I pay by invoice?", "DE"),
        ("thread-2", "do you offer payment on invoice, my mail is ann@example.org", "DE"),
        ("thread-3", "paying with an invoice possible?", "CN"),
    ] {
        world.customer_says(thread, text, json!({ "region": region })).await;
    }
    let gap = only_gap(&editor, "").await;
    assert_eq!((&gap["count"], &gap["handed_off"], &gap["language"]), (&json!(3), &json!(3), &json!("en")), "{gap}");
    assert_eq!(gap["regions"], json!({ "CN": 1, "DE": 2 }), "{gap}");
    assert!(!gap.to_string().contains("ann@example.org") && gap.to_string().contains("[e-mail]"), "{gap}");
    for (query, count) in [("?language=zh", 0), ("?region=DE", 1), ("?region=US", 0), ("?to=2020-01-01T00:00:00Z", 0), ("?state=drafted", 0)] {
        assert_eq!(editor.get(&format!("/api/v1/gaps{query}")).await.is(200).json()["items"].as_array().unwrap().len(), count, "{query}");
    }
    let id = gap["id"].as_str().unwrap();

    let draft = editor.post(&format!("/api/v1/gaps/{id}/draft"), json!({ "title": "Can I pay by invoice?" })).await.is(201).json();
    assert_eq!((&draft["slug"], &draft["status"]), (&json!("can-i-pay-by-invoice"), &json!("draft")));
    assert_eq!(draft["phrasings"].as_array().unwrap().len(), 3, "{draft}");
    let path = "/api/v1/articles/can-i-pay-by-invoice";
    assert_eq!(editor.post(&format!("{path}/publish"), json!({})).await.is(422).field(), "answer");
    assert_eq!(editor.get("/api/v1/gaps").await.json()["items"], json!([]));
    assert_eq!(only_gap(&editor, "?state=drafted").await["articles"], json!(["can-i-pay-by-invoice"]));

    let body = json!({ "title": "Can I pay by invoice?", "answer": "Yes, companies can.", "phrasings": draft["phrasings"] });
    editor.put(path, body).await.is(200);
    let check = editor.post("/api/v1/knowledge/check", json!({ "drafts": ["can-i-pay-by-invoice"] })).await.is(200).json();
    assert_eq!((&check["better"], &check["worse"]), (&json!(3), &json!(0)), "{check}");
    editor.post(&format!("{path}/publish"), json!({})).await.is(200);
    let ask = editor.post("/api/v1/ask", json!({ "text": "could I pay on invoice?" })).await.json();
    assert_eq!((&ask["decision"], &ask["text"]), (&json!("answer"), &json!("Yes, companies can.")), "{ask}");
    editor.post(&format!("/api/v1/gaps/{id}/reopen"), json!({})).await.is(200);
    only_gap(&editor, "").await;
    world.with("agent").await.post(&format!("/api/v1/gaps/{id}/draft"), json!({})).await.is(403);
    editor.get("/api/v1/gaps/msg_01934f00000070008000000000000002").await.is(404);
}

#[tokio::test]
async fn a_gap_that_needs_no_article_is_dismissed() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    world.customer_says("thread-1", "do you sell airplanes", json!({})).await;
    let id = only_gap(&editor, "").await["id"].as_str().unwrap().to_owned();
    let dismissed = editor.post(&format!("/api/v1/gaps/{id}/dismiss"), json!({ "reason": "We never will." })).await.is(200).json();
    assert_eq!((&dismissed["state"], &dismissed["reason"]), (&json!("dismissed"), &json!("We never will.")));
    assert_eq!(editor.get("/api/v1/gaps").await.json()["items"], json!([]));
    only_gap(&editor, "?state=dismissed").await;
}

#[tokio::test]
async fn what_an_agent_puts_forward_goes_through_a_reviewer() {
    let world = World::open().await;
    let (agent, editor) = (world.with("agent").await, world.with("editor").await);
    let first = world.queued("thread-1").await;
    let path = format!("/api/v1/conversations/{first}");
    agent.post(&format!("{path}/messages"), json!({ "text": "Write to ann@example.org and we refund it." })).await.is(201);
    let put = agent.post(&format!("{path}/suggest"), json!({ "note": "Asked every week." })).await.is(200).json();
    assert_eq!((&put["state"], &put["note"], &put["author"]["name"]), (&json!("open"), &json!("Asked every week."), &json!("the agent program")));
    let again = agent.post(&format!("{path}/suggest"), json!({})).await.is(200).json();
    assert_eq!(again["id"], put["id"], "it is there already");
    let listed = editor.get("/api/v1/suggestions?state=open").await.is(200).json();
    let suggested = &listed["items"][0];
    assert_eq!(suggested["question"], "Where is my parcel? I want a refund.", "{listed}");
    assert_eq!(suggested["answer"], "Write to [e-mail] and we refund it.");
    let id = put["id"].as_str().unwrap();
    let accept = format!("/api/v1/suggestions/{id}/accept");
    agent.post(&accept, json!({})).await.is(403);
    let draft = editor.post(&accept, json!({ "slug": "refund-of-parcels" })).await.is(201).json();
    assert_eq!((&draft["status"], &draft["body"]), (&json!("draft"), &json!("Write to [e-mail] and we refund it.")));
    assert_eq!(draft["phrasings"], json!(["Where is my parcel? I want a refund."]));
    editor.post(&accept, json!({})).await.is(409);
    let decided = editor.get(&format!("/api/v1/suggestions/{id}")).await.is(200).json();
    assert_eq!(
        (&decided["state"], &decided["article"], &decided["decided_by"]),
        (&json!("accepted"), &json!("refund-of-parcels"), &json!("the editor program"))
    );

    let second = world.queued("thread-2").await;
    let ticket =
        agent.post(&format!("/api/v1/conversations/{second}/ticket"), json!({ "template": "refund", "fields": { "order_number": "1" } })).await;
    let number = ticket.json()["number"].as_str().unwrap().to_owned();
    let put = agent.post(&format!("/api/v1/tickets/{number}/suggest"), json!({})).await.is(200).json();
    assert_eq!((&put["ticket"], &put["conversation"]), (&json!(number), &json!(second)));
    let decline = format!("/api/v1/suggestions/{}/decline", put["id"].as_str().unwrap());
    assert_eq!(editor.post(&decline, json!({ "reason": " " })).await.is(422).field(), "reason");
    let declined = editor.post(&decline, json!({ "reason": "There is one." })).await.is(200).json();
    assert_eq!((&declined["state"], &declined["reason"]), (&json!("declined"), &json!("There is one.")));
    let timeline = agent.get(&format!("/api/v1/conversations/{second}/timeline?limit=200")).await.is(200).text();
    assert!(timeline.contains("declined") && !timeline.contains("There is one"), "{timeline}");
}

#[tokio::test]
async fn an_articles_figures_tell_how_it_did() {
    let world = World::open().await;
    let (agent, editor) = (world.with("agent").await, world.with("editor").await);
    shop(&editor).await;
    world.customer_says("thread-1", "how do I return an item?", json!({})).await;
    let second = world.customer_says("thread-2", "how can I return something?", json!({})).await;
    agent.post(&format!("/api/v1/conversations/{second}/handoff"), json!({})).await.is(200);
    world.customer_says("thread-3", "how do I return an item?", json!({})).await;
    let third = world.customer_says("thread-3", "a human, please", json!({})).await;
    agent.post(&format!("/api/v1/conversations/{third}/articles"), json!({ "slug": "parcel" })).await.is(201);
    assert_eq!(agent.post(&format!("/api/v1/conversations/{third}/articles"), json!({ "slug": "nothing" })).await.status.as_u16(), 404);
    world.anybody().get("/a/returns?lang=en").await.is(200);
    for helpful in [json!(false), json!(true)] {
        agent.post("/api/v1/articles/returns/vote", json!({ "helpful": helpful })).await.is(204);
    }
    let figures = editor.get("/api/v1/articles/returns/figures").await.is(200).json();
    let told = |key: &str| figures[key].as_u64().unwrap();
    assert_eq!((told("shown"), told("views"), told("up"), told("down")), (3, 1, 1, 0), "{figures}");
    assert_eq!((told("resolved"), told("handed_off")), (2, 1), "an agent who takes over is not asked for: {figures}");
    let all = editor.get("/api/v1/knowledge/figures").await.is(200).json();
    assert_eq!(
        (&all["items"][0]["slug"], &all["items"][1]["slug"], &all["items"][1]["sent"]),
        (&json!("returns"), &json!("parcel"), &json!(1)),
        "{all}"
    );
    let none = editor.get("/api/v1/articles/returns/figures?to=2020-01-01T00:00:00Z").await.is(200).json();
    assert_eq!(none["shown"], 0);
    assert_eq!(editor.get("/api/v1/knowledge/figures?from=2001-01-01T00:00:00Z").await.is(400).field(), "from");
}

#[tokio::test]
async fn agents_find_internal_articles_and_the_useful_and_pinned_ones_first() {
    let world = World::open().await;
    let (agent, editor) = (world.with("agent").await, world.with("editor").await);
    for slug in ["first", "second"] {
        publish(&editor, slug, "Refund of an order", "The same words in both.", &["refund of an order"]).await;
    }
    let body = json!({ "title": "Script: calm down a refund", "answer": "Breathe.", "visibility": "internal" });
    editor.put("/api/v1/articles/script", body).await.is(201);
    editor.post("/api/v1/articles/script/publish", json!({})).await.is(200);
    let conversation = world.queued("thread-1").await;
    let find = async |query: &str| {
        let found = agent.get(&format!("/api/v1/knowledge/search?conversation={conversation}{query}")).await.is(200).json();
        let items = found["items"].as_array().unwrap().clone();
        items.iter().map(|item| (item["slug"].as_str().unwrap().to_owned(), item["for_customer"] == true)).collect::<Vec<_>>()
    };
    let refund = "&q=refund%20of%20an%20order";
    assert_eq!(find(refund).await.iter().take(2).map(|(slug, _)| slug.as_str()).collect::<Vec<_>>(), ["first", "second"]);
    assert!(find("&q=calm%20down%20script").await.contains(&("script".to_owned(), false)), "internal ones are found, and are not for the customer");
    agent.post(&format!("/api/v1/articles/{}/vote", "second"), json!({ "helpful": true })).await.is(204);
    assert_eq!(find(refund).await.first().unwrap(), &("second".to_owned(), true), "what agents find good rises");
    agent.post("/api/v1/articles/script/pin", json!({})).await.is(403);
    editor.post("/api/v1/articles/script/pin", json!({})).await.is(204);
    assert_eq!(find("").await, [("script".to_owned(), false), ("second".to_owned(), true)], "without words: what is pinned, then what is used");
    editor.post("/api/v1/articles/script/unpin", json!({})).await.is(204);
    assert_eq!(find("").await, [("second".to_owned(), true)]);
    agent.post("/api/v1/articles/nothing/vote", json!({ "helpful": true })).await.is(404);
}

#[tokio::test]
async fn what_is_due_and_what_says_the_same_is_listed() {
    let world = World::open().await;
    let editor = world.with("editor").await;
    let write = async |slug: &str, more: Value| {
        let mut body = json!({ "title": format!("About {slug}"), "answer": format!("It is {slug}.") });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        editor.put(&format!("/api/v1/articles/{slug}"), body).await.is(201);
        editor.post(&format!("/api/v1/articles/{slug}/publish"), json!({})).await.is(200);
    };
    write("old", json!({ "review_by": "2020-01-01", "owner": "mei@example.org" })).await;
    write("fresh", json!({ "review_by": "2099-01-01" })).await;
    write("returns", json!({ "title": "How do I return an item?", "answer": "Send it back within 30 days with the label." })).await;
    write("returning", json!({ "title": "How can I return items?", "answer": "Send it back within 14 days with the label." })).await;
    let stale = editor.get("/api/v1/knowledge/stale").await.is(200).json();
    assert_eq!(stale["items"].as_array().unwrap().len(), 1, "{stale}");
    assert_eq!((&stale["items"][0]["slug"], &stale["items"][0]["review_by"]), (&json!("old"), &json!("2020-01-01")));
    let later = editor.get("/api/v1/knowledge/stale?by=2100-01-01").await.is(200).json();
    assert_eq!(later["items"].as_array().unwrap().len(), 2);
    let pairs = editor.get("/api/v1/knowledge/duplicates").await.is(200).json();
    let pair = &pairs["items"][0];
    assert_eq!((&pair["kind"], pairs["items"].as_array().unwrap().len()), (&json!("contradicting"), 1), "{pairs}");
    assert!(pair["reasons"].to_string().contains("30") && pair["reasons"].to_string().contains("14"), "{pair}");
}

#[tokio::test]
async fn a_decision_can_be_explained_afterwards() {
    let world = World::open().await;
    let (agent, editor) = (world.with("agent").await, world.with("editor").await);
    shop(&editor).await;
    let conversation = world.customer_says("thread-1", "how do I return an item?", json!({})).await;
    world.customer_says("thread-1", "do you sell airplanes", json!({})).await;
    let messages = agent.get(&format!("/api/v1/conversations/{conversation}/messages")).await.is(200).json();
    let items = messages["items"].as_array().unwrap();
    let of = |text: &str| items.iter().find(|message| message["text"] == text).unwrap()["id"].as_str().unwrap().to_owned();
    let path = |message: &str| format!("/api/v1/conversations/{conversation}/messages/{message}/decision");
    let answered = agent.get(&path(&of("how do I return an item?"))).await.is(200).json();
    assert_eq!((&answered["kind"], &answered["details"]["article"]), (&json!("answered"), &json!("returns")), "{answered}");
    assert!(answered["details"]["probability"].is_number() && answered["details"]["candidates"][0]["score"].is_number(), "{answered}");
    assert!(answered["now"]["candidates"][0]["matched"][0]["terms"].is_array(), "{answered}");
    let handed_off = agent.get(&path(&of("do you sell airplanes"))).await.is(200).json();
    assert_eq!((&handed_off["kind"], &handed_off["details"]["reason"]), (&json!("handed_off"), &json!("no_answer")));
    let bot = items.iter().find(|message| message["direction"] == "out").unwrap()["id"].as_str().unwrap();
    agent.get(&path(bot)).await.is(404);
}
