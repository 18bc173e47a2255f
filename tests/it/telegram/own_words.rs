//! What customers may ask of the bot itself, by command and by button.

use std::time::Duration;

use super::topic_of;
use crate::support::{Database, Setup, on_both_databases, until};

on_both_databases!(who_chooses_a_language_is_answered_in_it, who_asks_to_be_forgotten_is_asked_once_more_and_forgotten);

async fn who_chooses_a_language_is_answered_in_it(database: Database) {
    let house = Setup::on(database).with_articles().set("channels.helpdesk.per_thread", "0s").with_telegram("poll").without_staff_chat().open().await;
    let ann = house.telegram().person("Ann", "en");
    ann.says("/language");
    let choice = ann.until_hears("Deutsch").await;
    assert!(choice.labels().len() >= 2 || choice.text.contains("2."), "{choice}");
    ann.presses_below(choice.id, "Deutsch").until_answered().await;
    ann.until_hears("ab jetzt auf Deutsch").await;
    ann.says("/help");
    ann.until_hears("Fragen Sie mich").await;
    // What is written behind it needs no button, and a language that nobody knows offers what there is.
    ann.says("/language zh");
    ann.until_hears("中文").await;
    ann.says("/language tlh");
    let unknown = ann.until_hears("tlh").await;
    assert!(unknown.labels().contains(&"English"), "{unknown}");
    house.closes().await;
}

async fn who_asks_to_be_forgotten_is_asked_once_more_and_forgotten(database: Database) {
    let house = Setup::on(database).set("channels.helpdesk.per_thread", "0s").with_clock().with_telegram("poll").open().await;
    let telegram = house.telegram();
    let ann = telegram.person("Ann", "en");
    ann.says("my zebra ate the remote control");
    let topic = topic_of(telegram, "Ann").await.id;
    telegram.until_posted(topic, "zebra").await;
    let contact = house.agent.finds_with_status(&ann.id().to_string(), "queued").await["contact"].as_str().expect("an id").to_owned();

    // Asked once more, she may still think better of it.
    for (label, words) in [("No, keep it", "nothing is erased"), ("Yes, erase it all", "is erased. If you write again")] {
        let asked = ann.says("/forget");
        let question = ann.until_hears_after(asked, "It cannot be undone").await;
        ann.presses_below(question.id, label).until_answered().await;
        ann.until_hears(words).await;
        let known = house.agent.get(&format!("/contacts/{contact}")).await;
        assert_eq!(known["name"] == "Ann", label.starts_with("No"), "{label}: {known}");
    }

    // A group takes few calls a minute.
    house.pass(Duration::from_secs(120));
    // The group forgets her too, and whoever writes again is somebody new.
    until("a group that knows nothing of her", || async {
        let (topics, general) = (telegram.topics(), telegram.general());
        let mut posts = topics.iter().flat_map(|topic| &topic.posts).chain(&general).filter(|post| post.from_bot && !post.deleted);
        let is_left = posts.any(|post| post.text.contains("zebra") || post.text.contains("Ann"));
        (!is_left && topics.iter().all(|topic| !topic.name.contains("Ann"))).then_some(())
    })
    .await;
    ann.says("/status");
    ann.until_hears("You have no").await;
    let again = house.agent.conversations_of(&ann.id().to_string()).await;
    assert!(again.len() == 1 && again[0]["contact"] != contact.as_str(), "{again:?}");
    house.closes().await;
}
