//! The card of a ticket in the making, by commands and buttons. No channel is configured: what would be sent is kept as failed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use bellhop_domain::conversation::Conversation;

use super::*;
use crate::{
    actions::tests::{agent, conversation},
    commands::{Place, run},
    testing::{TurnedClock, engine},
};

fn at(conversation: &Conversation, language: &str) -> Place {
    Place { conversation: Some(conversation.id), language: language.into(), ..Place::default() }
}

async fn answer(engine: &Engine, caller: &Caller, place: &Place, line: &str) -> Answer {
    match run(engine, caller, place, line).await {
        Ok(answer) => answer,
        Err(error) => panic!("{line}: {}", error.answer("en").text),
    }
}

async fn refused(engine: &Engine, caller: &Caller, place: &Place, line: &str) -> Answer {
    match run(engine, caller, place, line).await {
        Ok(answer) => panic!("{line}: {}", answer.text),
        Err(error) => error.answer("en"),
    }
}

fn pressed(answer: &Answer, label: &str) -> String {
    let found = answer.choices.iter().find(|choice| choice.label == label);
    found.unwrap_or_else(|| panic!("no button {label} in {:?}", answer.choices)).line.clone()
}

/// What an agent reads: the text, and the buttons with their lines.
fn shown(answer: &Answer) -> String {
    let buttons: Vec<String> = answer.choices.iter().map(|choice| format!("[{} → {}]", choice.label, choice.line)).collect();
    format!("{}\n\n{}\nexpects: {}", answer.text, buttons.join("\n"), answer.expects.as_deref().unwrap_or("nothing"))
}

#[tokio::test]
async fn a_refund_from_the_command_to_the_ticket_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "Ann *S*", "My vase came broken and I want my money back").await;
    let mei = agent(&engine, "mei@example.org").await;
    let place = at(&ann, "en");
    let first = answer(&engine, &mei, &place, "/ticket refund").await;
    insta::assert_snapshot!("first", shown(&first));
    assert_eq!(first.expects.as_deref(), Some("/field order_number"));
    let set = answer(&engine, &mei, &place, &format!("{} 1001", first.expects.clone().unwrap())).await;
    assert_eq!(set.card, first.card, "the same post");
    insta::assert_snapshot!("set", shown(&set));
    let asks = answer(&engine, &mei, &place, &pressed(&set, "✎ Reason")).await;
    insta::assert_snapshot!("asks", shown(&asks));
    let changed = answer(&engine, &mei, &place, &pressed(&asks, "Wrong item")).await;
    let stale = answer(&engine, &mei, &place, &pressed(&set, "Make the ticket")).await;
    assert!(stale.text.starts_with("This was changed meanwhile."), "{}", stale.text);
    let made = answer(&engine, &mei, &place, &pressed(&changed, "Make the ticket")).await;
    assert_eq!(made.card, first.card);
    insta::assert_snapshot!("made", shown(&made));
    let again = answer(&engine, &mei, &place, &pressed(&changed, "Make the ticket")).await;
    assert!(again.text.contains("T-1 was there already"), "{}", again.text);
    let back = answer(&engine, &mei, &place, &pressed(&made, "Undo")).await;
    assert_eq!(back.card, first.card);
    assert!(back.text.starts_with("T-1 is taken back."), "{}", back.text);
    assert!(answer(&engine, &mei, &place, &pressed(&back, "Make the ticket")).await.text.contains("T-2"));
    let seen = review_card(&engine, &mei, ann.id, "zh").await.unwrap().unwrap();
    assert!(seen.text.contains("已建工单 **T-2**"), "{}", seen.text);
}

#[tokio::test]
async fn what_is_wrong_says_what_would_be_right_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "Hello").await;
    let mei = agent(&engine, "mei@example.org").await;
    let place = at(&ann, "en");
    for line in ["/field order_number 1", "/review", "/review confirm", "/undo", "/undo T-9", "/ticket nonsense"] {
        refused(&engine, &mei, &place, line).await;
    }
    let which = answer(&engine, &mei, &place, "/ticket").await;
    assert!(which.text.contains("Which kind of ticket"), "{}", which.text);
    let card = answer(&engine, &mei, &place, &pressed(&which, "Refund")).await;
    assert_eq!(card.card, which.card);
    for (line, contains) in [
        ("/field colour red", "There is no field “colour”"),
        ("/field reason bored", "“Reason”"),
        ("/review nonsense", ""),
        ("/review confirm x", ""),
        ("/review ask", "not configured"),
    ] {
        let error = refused(&engine, &mei, &place, line).await;
        assert!(error.text.contains(contains), "{line}: {}", error.text);
    }
    let missing = answer(&engine, &mei, &place, "/review confirm").await;
    assert!(missing.text.contains("⚠ Order number"), "{}", missing.text);
    let by_label = answer(&engine, &mei, &place, "/field \"Order number\" 1001").await;
    assert!(by_label.text.contains("Order number: 1001 (set by an agent)"), "{}", by_label.text);
    let emptied = answer(&engine, &mei, &place, "/field order_number -").await;
    assert!(emptied.text.contains("⚠ Order number"), "{}", emptied.text);
    let kinds = answer(&engine, &mei, &place, "/review template").await;
    assert!(!kinds.choices.iter().any(|choice| choice.label == "Refund") && kinds.choices.len() > 2);
    let dropped = answer(&engine, &mei, &place, "/review cancel").await;
    assert!(dropped.text.contains("No ticket is made"), "{}", dropped.text);
    let next = answer(&engine, &mei, &place, "/ticket bug").await;
    assert_ne!(next.card, card.card, "the next ticket has a card of its own");
}
