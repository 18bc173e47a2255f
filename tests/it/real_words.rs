//! Real people's words: the test questions of a live shop bot's users, each in a conversation of its own, through the running program.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Database, Setup, on_both_databases, program::environment};

on_both_databases!(every_question_is_answered_clarified_or_handed_off);

/// Names the folder with the question sets; a fresh clone has none.
const SETS: &str = "BELLHOP_EVAL";
const SET: &str = "hint3_sofmattress";

/// Posts at once.
const SIDE_BY_SIDE: usize = 16;

/// Articles and questions that are told when there is no set: the same path, a few words.
const OWN_ARTICLES: &str = r#"
{"id": "TRIAL", "lang": "en", "title": "Trial nights", "body": "", "phrasings": ["can I try it at home first", "how many nights may I test it"]}
{"id": "SIZES", "lang": "en", "title": "Sizes", "body": "", "phrasings": ["which sizes do you have", "is there one for a double bed"]}
{"id": "DELIVERY", "lang": "en", "title": "Delivery time", "body": "", "phrasings": ["when does my mattress come", "how long is the delivery"]}
"#;
const OWN_QUESTIONS: &str = r#"
{"id": "q1", "lang": "en", "text": "how many nights can I test it", "gold_ids": ["TRIAL"], "part": "test"}
{"id": "q2", "lang": "en", "text": "sizes pls", "gold_ids": ["SIZES"], "part": "test"}
{"id": "q3", "lang": "en", "text": "wen does it com", "gold_ids": ["DELIVERY"], "part": "test"}
{"id": "q4", "lang": "en", "text": "who won the match yesterday", "gold_ids": [], "part": "test"}
{"id": "q5", "lang": "en", "text": "thank you!", "gold_ids": [], "part": "test"}
{"id": "q6", "lang": "en", "text": "🙂", "gold_ids": [], "part": "test"}
"#;

struct Question {
    thread: String,
    text: String,
    gold: Vec<String>,
}

/// The set's articles and questions, and what it is called.
fn material() -> (String, String, String) {
    let Some(folder) = environment(SETS) else {
        println!("{SETS} is not set: told with the test's own few questions instead of {SET}");
        return ("own".to_owned(), OWN_ARTICLES.to_owned(), OWN_QUESTIONS.to_owned());
    };
    let read = |name: &str| {
        let path = Path::new(&folder).join(SET).join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{SETS} is set, but {} cannot be read: {error}", path.display()))
    };
    (SET.to_owned(), read("kb.jsonl"), read("queries.jsonl"))
}

fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).expect("a line of JSON"))
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Writes the articles as files; gives each one's slug by its id.
fn write_articles(folder: &Path, articles: &str) -> BTreeMap<String, String> {
    let mut slugs = BTreeMap::new();
    for article in lines(articles) {
        let slug = word(&article, "id").to_lowercase().replace('_', "-");
        let title = word(&article, "title");
        let answer = format!("This is what we have on {title}.");
        // Every value of JSON is one of YAML.
        let text = format!(
            "---\ntitle: {}\nlang: {}\nanswer: {}\nphrasings: {}\n---\n{}\n",
            article["title"],
            word(&article, "lang"),
            json!(answer),
            article["phrasings"],
            word(&article, "body")
        );
        fs::write(folder.join(format!("{slug}.md")), text).expect("an article");
        slugs.insert(word(&article, "id").to_owned(), slug);
    }
    slugs
}

async fn every_question_is_answered_clarified_or_handed_off(database: Database) {
    let (name, articles, questions) = material();
    let folder = tempfile::tempdir().expect("a folder");
    let slugs = write_articles(folder.path(), &articles);
    let questions: Vec<Question> = lines(&questions)
        .filter(|question| question["part"] == "test")
        .map(|question| Question {
            thread: format!("thread-{}", word(&question, "id")),
            text: word(&question, "text").to_owned(),
            gold: question["gold_ids"].as_array().expect("a list").iter().filter_map(|id| slugs.get(id.as_str()?).cloned()).collect(),
        })
        .collect();
    assert!(!questions.is_empty());
    let house = Setup::on(database).with_articles_of(folder.path().to_str().expect("a path")).open().await;
    let mut posts = JoinSet::new();
    for (number, question) in questions.iter().enumerate() {
        if posts.len() >= SIDE_BY_SIDE {
            posts.join_next().await.expect("a post").expect("a post");
        }
        let (shop, event) = (
            house.shop.clone(),
            json!({ "type": "message", "id": format!("evt-{number}"), "conversation": question.thread, "sender": { "id": format!("u-{number}"), "locale": "en" },
                "message": { "id": format!("m-{number}"), "text": question.text } }),
        );
        posts.spawn(async move {
            shop.posts(&event).await;
        });
    }
    posts.join_all().await;
    let threads: Vec<String> = questions.iter().map(|question| question.thread.clone()).collect();
    house.receiver.reached(&threads, Duration::from_secs(180)).await;
    house.program.drained(Duration::from_secs(60)).await;
    let status: BTreeMap<String, String> = house
        .agent
        .all("/conversations?channel=shop")
        .await
        .iter()
        .map(|conversation| (word(conversation, "thread").to_owned(), word(conversation, "status").to_owned()))
        .collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, question) in questions.iter().enumerate() {
        let said = house.receiver.messages_of(&question.thread);
        assert_eq!(said.len(), 1, "{:?} was answered with {said:#?}", question.text);
        let reply = &said[0];
        assert_eq!(reply.reply_to(), Some(format!("m-{number}").as_str()), "{:?}", question.text);
        assert!(!reply.text().trim().is_empty(), "{:?}", question.text);
        let kind = match status.get(&question.thread).map(String::as_str) {
            Some("queued") => "handed off",
            Some("bot") if reply.text().contains("/a/") => {
                let right = question.gold.iter().any(|slug| reply.text().contains(&format!("/a/{slug}?")));
                if right { "answered rightly" } else { "answered wrongly" }
            }
            Some("bot") if reply.labels().contains(&"None of these") => "clarified",
            Some("bot") => "answered in passing (thanks, greeting …)",
            other => panic!("{:?} left its conversation {other:?}: {}", question.text, reply.text()),
        };
        *counts.entry(kind).or_default() += 1;
    }
    let counted: Vec<String> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    println!("{name} on {database:?}: {} questions: {}", questions.len(), counted.join(", "));
    assert_eq!(counts.values().sum::<usize>(), questions.len(), "none is lost");
    house.closes().await;
}
