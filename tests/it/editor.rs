//! An editor's hour: what is missing is found, written, tried, published and answered; what must not break does not.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Agent, Database, House, agent::id, on_both_databases, until};

on_both_databases!(
    three_questions_become_an_article_that_answers,
    a_change_that_breaks_a_regression_question_is_refused,
    a_customers_word_is_taught,
    who_is_forgotten_is_gone_from_gaps_and_drafts,
    an_agent_puts_a_conversation_forward,
);

/// The gaps of the last thirty days, once there are as many questions in the first one.
async fn first_gap(agent: &Agent, count: u64) -> Value {
    until(&format!("a gap of {count} questions"), || async {
        let gaps = agent.get("/gaps").await;
        gaps["items"].as_array().expect("items").first().filter(|gap| gap["count"] == count).cloned()
    })
    .await
}

async fn three_questions_become_an_article_that_answers(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    // Three customers ask for what nobody has written, each in their own words.
    for (name, words) in
        [("ann", "can you engrave my name?"), ("bob", "is engraving offered"), ("cem", "I want an engraving, reach me at cem@example.org")]
    {
        let told = house.customer(name).asks(words).await;
        assert!(told.text().contains("next in line") || told.text().contains("in line"), "{}", told.text());
    }
    let gap = first_gap(agent, 3).await;
    assert_eq!((&gap["handed_off"], &gap["state"]), (&json!(3), &json!("open")), "{gap}");
    assert!(!gap.to_string().contains("cem@example.org"), "{gap}");

    // One click makes a draft with their questions; the editor writes the answer.
    let draft = agent.post(&format!("/gaps/{}/draft", id(&gap)), json!({ "slug": "engraving", "title": "Do you engrave?" })).await;
    assert_eq!(draft["phrasings"].as_array().map(Vec::len), Some(3), "{draft}");
    assert!(agent.get("/gaps").await["items"].as_array().is_some_and(Vec::is_empty));
    let refused = agent.tries(Method::POST, "/articles/engraving/publish", json!({})).await.refused();
    assert_eq!(refused[0].0, "answer", "it has no answer yet");
    let written = json!({ "title": "Do you engrave?", "answer": "Yes, up to twenty letters.", "phrasings": draft["phrasings"] });
    agent.put("/articles/engraving", written).await;

    // It is tried on what was asked, before any customer sees it.
    let check = agent.post("/knowledge/check", json!({ "drafts": ["engraving"], "last": 50 })).await;
    assert_eq!((&check["better"], &check["worse"]), (&json!(3), &json!(0)), "{check}");
    assert!(check["items"].as_array().expect("items").iter().all(|item| item["after"]["slug"] == "engraving"), "{check}");
    let looks = agent.get("/articles/engraving/looks").await;
    assert!(looks["items"][0]["answer"]["parts"][0]["text"].as_str().expect("a text").contains("twenty letters"), "{looks}");

    // Published, it answers.
    agent.post("/articles/engraving/publish", json!({})).await;
    let answer = house.customer("dora").asks("do you offer engraving?").await;
    assert!(answer.text().contains("twenty letters"), "{}", answer.text());
    let figures = agent.get("/articles/engraving/figures").await;
    assert_eq!((&figures["shown"], &figures["resolved"]), (&json!(1), &json!(1)), "{figures}");
    house.closes().await;
}

async fn a_change_that_breaks_a_regression_question_is_refused(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    agent.put("/articles/engraving", json!({ "title": "Do you engrave?", "answer": "Yes.", "phrasings": ["is engraving offered"] })).await;
    agent.post("/articles/engraving/publish", json!({})).await;
    let kept = agent.post("/regression-questions", json!({ "text": "do you engrave", "lang": "en", "expected": "engraving" })).await;
    assert_eq!(agent.post("/knowledge/regressions", json!({})).await["failed"], 0);
    agent.put("/articles/engraving", json!({ "title": "Letters on metal", "answer": "Ask us.", "phrasings": [] })).await;
    let refused = agent.tries(Method::POST, "/articles/engraving/publish", json!({ "if_regressions": "refuse" })).await;
    assert_eq!((refused.status, &refused.json["errors"][0]["field"]), (409, &kept["id"]), "{refused:?}");
    let answer = house.customer("ann").asks("do you engrave?").await;
    assert!(answer.text().contains("Yes."), "the old one answers: {}", answer.text());
    let warned = agent.post("/articles/engraving/publish", json!({})).await;
    assert_eq!(warned["regressions"][0]["id"], kept["id"], "{warned}");
    house.closes().await;
}

async fn a_customers_word_is_taught(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    agent.put("/articles/invoice", json!({ "title": "Can I pay by invoice?", "answer": "Companies can.", "phrasings": ["invoice please"] })).await;
    agent.post("/articles/invoice/publish", json!({})).await;
    let handed = house.customer("ann").asks("billet please").await;
    assert!(handed.text().contains("in line"), "{}", handed.text());

    // The word is tried on what was asked before it is on.
    let group = json!({ "lang": "en", "words": ["billet", "invoice"] });
    let check = until("the question to be asked again", || async {
        let check = agent.post("/knowledge/check", json!({ "synonyms": [group] })).await;
        (check["asked"] == 1).then_some(check)
    });
    let check = check.await;
    assert_eq!((&check["better"], &check["items"][0]["after"]["slug"]), (&json!(1), &json!("invoice")), "{check}");
    agent.post("/synonyms", group.clone()).await;
    let bob = house.customer("bob");
    let answer = bob.asks("billet please").await;
    assert!(answer.text().contains("Companies can."), "{}", answer.text());

    // Why is on the timeline, in the editor's words.
    let conversation = agent.finds_with_status(&bob.thread, "bot").await;
    let timeline = agent.get(&format!("/conversations/{}/timeline", id(&conversation))).await.to_string();
    assert!(timeline.contains(r#""said":"billet""#) || timeline.contains(r#""read":"invoice""#), "{timeline}");

    // Beside the running program, at a terminal.
    let listed = house.program.prints(&["kb", "synonyms", "list"]).await;
    assert!(listed.contains("billet = invoice"), "{listed}");
    let added = house.program.prints(&["kb", "synonyms", "add", "faktura", "invoice"]).await;
    assert!(added.starts_with("syn_"), "{added}");
    until("the other word to be known", || async {
        let asked = agent.post("/ask", json!({ "text": "faktura please" })).await;
        (asked["decision"] == "answer").then_some(())
    })
    .await;
    house.closes().await;
}

async fn who_is_forgotten_is_gone_from_gaps_and_drafts(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    ann.asks("do you engrave zebras for Annabel?").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    let gap = first_gap(agent, 1).await;
    let draft = agent.post(&format!("/gaps/{}/draft", id(&gap)), json!({ "slug": "zebras" })).await;
    assert!(draft.to_string().contains("Annabel"), "{draft}");
    let kept = json!({ "message": gap["id"], "expected": null });
    agent.post("/regression-questions", kept).await;
    agent.post(&format!("/conversations/{}/suggest", id(&conversation)), json!({ "note": "Annabel again" })).await;
    let contact = conversation["contact"].as_str().map_or_else(|| id(&conversation["contact"]), ToOwned::to_owned);
    let erased = agent.tries(Method::DELETE, &format!("/contacts/{contact}"), json!({})).await;
    assert!((200..300).contains(&erased.status), "{erased:?}");
    for path in ["/gaps", "/gaps?state=drafted", "/regression-questions", "/suggestions", "/articles/zebras", "/articles/zebras/versions"] {
        let left = agent.get(path).await.to_string();
        assert!(!left.contains("Annabel") && !left.contains("engrave zebras"), "{path}: {left}");
    }
    house.closes().await;
}

async fn an_agent_puts_a_conversation_forward(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    ann.asks("do you engrave zebras?").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    agent.replies(&conversation, "Only on cups.").await;
    ann.hears().await;
    let put = agent.post(&format!("/conversations/{}/suggest", id(&conversation)), json!({ "note": "often" })).await;
    let open = agent.all("/suggestions?state=open").await;
    assert_eq!((&open[0]["question"], &open[0]["answer"]), (&json!("do you engrave zebras?"), &json!("Only on cups.")), "{open:?}");
    agent.post(&format!("/suggestions/{}/accept", id(&put)), json!({ "slug": "zebras" })).await;
    agent.post("/articles/zebras/publish", json!({})).await;
    let answer = house.customer("bob").asks("do you engrave zebras").await;
    assert!(answer.text().contains("Only on cups."), "{}", answer.text());
    house.closes().await;
}
