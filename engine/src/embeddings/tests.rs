#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bellhop_domain::{conversation::ConversationStatus, timeline::TimelineKind};
use bellhop_store::conversations::ConversationFilter;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::*;
use crate::{
    actions::articles,
    caller::Caller,
    channels::Channels,
    engine::Engine,
    knowledge::{Ask, Decision},
    settings::Settings,
    testing::{
        TurnedClock,
        chat::{Chat, RICH, writes},
        settings, soon, started,
    },
};

/// How the endpoint behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Fine,
    Failing,
    Silent,
    TooFew,
    Uneven,
    Endless,
    Zero,
    NotANumber,
    Garbage,
}

/// An endpoint that knows what some texts are about, in whatever language.
struct Endpoint {
    folder: tempfile::TempDir,
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
    mood: Arc<Mutex<Mood>>,
}

/// What a text is about: the first topic one of whose words stands in it.
const TOPICS: [&[&str]; 6] = [
    &["refund", "money", "repaid", "rahat"],
    &["password", "sign in", "passphrase", "salasana"],
    &["shipping", "delivery", "postage", "toimitus"],
    &["invoice", "bill", "receipt", "lasku"],
    &["open", "hours", "closing", "aukiolo"],
    &["gift", "present", "wrap", "lahja"],
];

fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.3_f32; TOPICS.len() + 16];
    if let Some(topic) = TOPICS.iter().position(|words| words.iter().any(|word| text.to_lowercase().contains(word))) {
        vector[topic] += 2.0;
    }
    vector[TOPICS.len() + text.bytes().fold(7_usize, |sum, byte| (sum * 31 + usize::from(byte)) % 16)] += 0.6;
    vector
}

impl Endpoint {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (calls, mood) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Mood::Fine)));
        let (counted, moods) = (Arc::clone(&calls), Arc::clone(&mood));
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let (counted, moods) = (Arc::clone(&counted), Arc::clone(&moods));
                std::thread::spawn(move || {
                    counted.fetch_add(1, Ordering::SeqCst);
                    // The lock is let go before the answer is given.
                    let mood = *moods.lock().unwrap();
                    answer(stream, mood);
                });
            }
        });
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key"), "a key\n").unwrap();
        Self { folder, address, calls, mood }
    }

    fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn settings(&self) -> Embeddings {
        Embeddings {
            url: format!("http://{}/v1/embeddings", self.address),
            model: "fake".to_owned(),
            key_file: Some(self.folder.path().join("key")),
            timeout: Duration::from_secs(20),
            patience: Duration::from_secs(4),
        }
    }
}

fn answer(mut stream: TcpStream, mood: Mood) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut length, mut key, mut line) = (0, String::new(), String::new());
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("POST /v1/embeddings "), "{line}");
    loop {
        line.clear();
        if reader.read_line(&mut line).unwrap_or(0) < 3 {
            break;
        }
        let (name, value) = line.trim().split_once(": ").unwrap();
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => key = value.to_owned(),
            _ => {}
        }
    }
    assert_eq!(key, "Bearer a key");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let request: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(request["model"], "fake");
    let mut made: Vec<Value> = (0..)
        .zip(request["input"].as_array().unwrap())
        .map(|(index, text)| json!({ "object": "embedding", "index": index, "embedding": vector(text.as_str().unwrap()) }))
        .collect();
    // The order is the index's affair.
    made.reverse();
    let first = made.first_mut().unwrap();
    match mood {
        Mood::Silent => {
            // Nothing comes until the client hangs up.
            let _ = reader.read(&mut [0]);
            return;
        }
        Mood::TooFew => drop(made.pop()),
        Mood::Uneven => first["embedding"] = json!([1.0]),
        Mood::Endless => first["embedding"] = json!(vec![1.0; WIDEST + 1]),
        Mood::Zero => first["embedding"] = json!([0.0, 0.0]),
        Mood::NotANumber => first["embedding"] = json!([null, 1.0]),
        Mood::Fine | Mood::Failing | Mood::Garbage => {}
    }
    let (status, body) = match mood {
        Mood::Failing => ("500 Internal Server Error", String::new()),
        Mood::Garbage => ("200 OK", "<html>".to_owned()),
        _ => ("200 OK", json!({ "object": "list", "data": made, "model": "fake" }).to_string()),
    };
    let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
}

fn outside() -> Outside {
    Outside::new(Vec::new()).unwrap()
}

#[tokio::test]
async fn each_text_gets_its_vector() {
    let endpoint = Endpoint::open();
    let made = endpoint.settings().embed(&outside(), &["the refund", "salasana"], PATIENCE * 100).await.unwrap();
    assert_eq!(made, [unit(&vector("the refund")).unwrap(), unit(&vector("salasana")).unwrap()]);
}

#[tokio::test]
async fn an_endpoint_that_lies_is_not_believed() {
    let endpoint = Endpoint::open();
    for mood in [Mood::TooFew, Mood::Uneven, Mood::Endless, Mood::Zero, Mood::NotANumber, Mood::Garbage, Mood::Failing] {
        endpoint.becomes(mood);
        assert!(endpoint.settings().embed(&outside(), &["one", "two"], PATIENCE * 100).await.is_err(), "{mood:?}");
    }
}

#[tokio::test]
async fn an_endpoint_that_fails_or_is_slow_is_left_alone_for_a_while() {
    for mood in [Mood::Failing, Mood::Silent, Mood::Zero] {
        let endpoint = Endpoint::open();
        let embedder = Embedder::new(Some(endpoint.settings()));
        let soon = || Instant::now() + PATIENCE;
        assert!(embedder.question(&outside(), "the refund", soon() + PATIENCE * 50).await.is_some());
        endpoint.becomes(mood);
        let began = Instant::now();
        assert_eq!(embedder.question(&outside(), "the refund", began + PATIENCE).await, None, "{mood:?}");
        assert!(began.elapsed() < PATIENCE * 10, "{mood:?}: it took {:?}", began.elapsed());
        let calls = endpoint.calls();
        endpoint.becomes(Mood::Fine);
        for _ in 0..20 {
            assert_eq!(embedder.question(&outside(), "the refund", soon()).await, None, "{mood:?}");
        }
        assert_eq!(endpoint.calls(), calls, "{mood:?}: it is not asked meanwhile");
        *embedder.paused_until.lock().unwrap() = Some(Instant::now());
        assert!(embedder.question(&outside(), "the refund", soon() + PATIENCE * 50).await.is_some(), "{mood:?}: and then again");
    }
}

#[tokio::test]
async fn nothing_is_asked_without_an_endpoint() {
    assert_eq!(Embedder::new(None).question(&outside(), "the refund", Instant::now() + PATIENCE).await, None);
}

const ARTICLES: [(&str, [&str; 3]); 6] = [
    ("refund", ["When is my refund there?", "is the money on its way", "when am I repaid"]),
    ("password", ["I forgot the password", "cannot sign in", "a new passphrase"]),
    ("shipping", ["What does shipping cost?", "fee of a delivery", "is postage free"]),
    ("invoice", ["Can I get an invoice?", "a bill for companies", "need a receipt"]),
    ("hours", ["When are you open?", "hours on sundays", "closing time"]),
    ("gift", ["Do you wrap gifts?", "it is a birthday present", "wrap it nicely"]),
];

async fn with(folder: &std::path::Path, endpoint: &Endpoint, channels: Channels, clock: Arc<TurnedClock>) -> Engine {
    let settings = Settings { embeddings: Some(endpoint.settings()), ..settings(folder) };
    started(folder, clock, channels, settings).await
}

async fn publish(engine: &Engine) {
    for (slug, [title, one, two]) in ARTICLES {
        let article = articles::ArticleInput {
            title: title.to_owned(),
            answer: Some(format!("About {slug}.")),
            phrasings: vec![one.to_owned(), two.to_owned()],
            ..articles::ArticleInput::default()
        };
        articles::save_draft(engine, &Caller::system(), slug, "en", &article, None).await.unwrap();
        articles::publish(engine, &Caller::system(), slug, None, None).await.unwrap();
    }
}

/// Waits until the article that was published last is found by what it means.
async fn learnt(engine: &Engine) {
    let last = (Decision::Answer, Some("gift".to_owned()));
    soon("the articles have vectors", async || (asks(engine, "lahja kiitos").await == last).then_some(())).await;
}

async fn asks(engine: &Engine, text: &str) -> (Decision, Option<String>) {
    let verdict = engine.ask(Ask { text: text.to_owned(), ..Ask::default() }).await.unwrap();
    (verdict.decision, verdict.candidates.into_iter().next().map(|best| best.slug))
}

#[tokio::test]
async fn a_question_in_another_language_is_answered_by_what_it_means() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::open();
    let engine = with(folder.path(), &endpoint, Channels::default(), TurnedClock::new()).await;
    publish(&engine).await;
    let answered = (Decision::Answer, Some("password".to_owned()));
    learnt(&engine).await;
    assert_eq!(asks(&engine, "salasana kadonnut").await, answered);
    assert_eq!(asks(&engine, "rahat kiitos").await, (Decision::Answer, Some("refund".to_owned())));
    assert_ne!(asks(&engine, "onko koiria").await.0, Decision::Answer, "nothing is about dogs");
    // What words answer is answered without a call.
    let calls = endpoint.calls();
    assert_eq!(asks(&engine, "I forgot the password").await, answered);
    assert_eq!(endpoint.calls(), calls);
    // Without the endpoint everything else goes on.
    endpoint.becomes(Mood::Failing);
    assert_ne!(asks(&engine, "salasana kadonnut").await.0, Decision::Answer);
    assert_eq!(asks(&engine, "I forgot the password").await, answered);
    engine.stop(Duration::from_secs(5)).await;

    // The vectors of articles outlive the program: only the question's is asked for.
    endpoint.becomes(Mood::Fine);
    let calls = endpoint.calls();
    let engine = with(folder.path(), &endpoint, Channels::default(), TurnedClock::new()).await;
    let mut asked = 0;
    soon("the kept vectors serve", async || {
        asked += 1;
        (asks(&engine, "salasana kadonnut").await == answered).then_some(())
    })
    .await;
    assert_eq!(endpoint.calls(), calls + asked);
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_customer_is_answered_by_what_they_mean_and_by_people_without_the_endpoint() {
    let folder = tempfile::tempdir().unwrap();
    let (endpoint, chat) = (Endpoint::open(), Chat::new(RICH, None));
    let clock = TurnedClock::new();
    let engine = with(folder.path(), &endpoint, Channels::new([chat.configured()]), clock.clone()).await;
    publish(&engine).await;
    learnt(&engine).await;
    chat.put(vec![writes("m-1", "ann", "salasana kadonnut", json!({}))]);
    soon("the answer", async || {
        // It is held for a moment, in case more is written.
        clock.turn(TimeDelta::seconds(1));
        chat.told().iter().any(|told| told.contains("About password.")).then_some(())
    })
    .await;
    let conversation = engine.reader().conversations(&ConversationFilter::default(), None, 10).await.unwrap().items.remove(0);
    let timeline = engine.reader().timeline_of_conversation(conversation.id, None, 50).await.unwrap().items;
    let answered = timeline.iter().find(|event| event.kind == TimelineKind::Answered).unwrap();
    assert_eq!(answered.details["by"], "meaning", "{}", answered.details);

    // A silent endpoint costs a moment, and a person takes over.
    endpoint.becomes(Mood::Silent);
    chat.put(vec![writes("m-2", "bob", "lahja kiitos", json!({}))]);
    let handed = soon("somebody takes over", async || {
        clock.turn(TimeDelta::seconds(1));
        let found = engine.reader().conversations(&ConversationFilter::default(), None, 10).await.unwrap().items;
        found.into_iter().find(|found| found.id != conversation.id && found.status == ConversationStatus::Queued)
    });
    handed.await;
    assert!(!chat.told().iter().any(|told| told.contains("About gift.")), "{:?}", chat.told());
    engine.stop(Duration::from_secs(5)).await;
}
