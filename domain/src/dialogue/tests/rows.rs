//! What is remembered of the latest reply, so that it can be decided again.

use super::play::Play;
use crate::{
    conversation::ConversationStatus::{Bot, Open, Queued},
    dialogue::{Decision, Dialogue, Finding, Findings, Phase},
    intent::Intent,
};

#[test]
fn what_changes_nothing_else_can_be_decided_again_and_leads_back_to_what_was_before() {
    for text in ["hello", "how do I return something?", "my parcel", "my cat ate the remote control", "thanks"] {
        let mut play = Play::new("en");
        play.says("how long does shipping take");
        let before = play.dialogue.clone();
        play.says(text);
        let latest = play.dialogue.latest.clone().unwrap_or_else(|| panic!("{text} is not remembered"));
        assert_eq!((latest.text.as_str(), latest.messages), (text, 1));
        assert_eq!(latest.handed_over, play.status == Queued, "{text}");
        let undone = latest.undone(&play.dialogue);
        let guard = play.dialogue.guard.clone();
        assert_eq!(undone, Dialogue { latest: None, guard, ..before }, "{text}");
    }
}

#[test]
fn what_others_have_seen_stands() {
    let mut play = Play::new("en");
    for text in ["/help", "a human please"] {
        play.says(text);
        assert_eq!(play.dialogue.latest, None, "{text}");
    }
    let mut play = Play::new("en");
    play.says("how do I return something?");
    play.says("that did not help");
    assert_eq!(play.dialogue.latest, None, "a rating is kept");
    let mut play = Play::new("en");
    play.says("how do I return something?");
    play.presses("This helped");
    assert_eq!(play.dialogue.latest, None, "a press is no text");
    let mut play = Play::new("en");
    play.closed("");
    play.says("refund order 1001, it came damaged");
    assert_eq!(play.dialogue.latest, None, "a ticket is made");
}

#[test]
fn a_reply_is_joined_only_while_the_bot_has_the_conversation_and_the_row_is_short() {
    let mut play = Play::new("en");
    play.says("how do I return something?");
    let mut latest = play.dialogue.latest.clone().unwrap();
    assert!(latest.may_be_joined(Bot, false, "a lamp"));
    assert!(!latest.may_be_joined(Open, true, "a lamp") && !latest.may_be_joined(Queued, false, "a lamp"));
    assert!(!latest.may_be_joined(Bot, false, "/status"), "a command is none of it");
    assert!(!latest.may_be_joined(Bot, false, &"long ".repeat(1000)));
    latest.messages = 10;
    assert!(!latest.may_be_joined(Bot, false, "a lamp"));
    play.says("my cat ate the remote control");
    let latest = play.dialogue.latest.clone().unwrap();
    assert!(
        latest.may_be_joined(Queued, false, "a lamp") && !latest.may_be_joined(Queued, true, "a lamp") && !latest.may_be_joined(Open, true, "a lamp")
    );
}

#[test]
fn lines_are_put_together_and_a_choice_stands_alone() {
    let mut play = Play::new("en");
    play.says("my parcel");
    play.says("hm, nonsense");
    let latest = play.dialogue.latest.clone().unwrap();
    assert_eq!(latest.joined("from Monday "), "hm, nonsense\nfrom Monday");
    assert_eq!(latest.joined(""), "hm, nonsense", "a picture says nothing more");
    assert_eq!(latest.joined("thank you!"), "hm, nonsense", "and thanks add nothing to a question");
    assert_eq!(latest.joined("2"), "2");
    assert_eq!(latest.joined("who delivers?"), "who delivers?");
}

#[test]
fn a_question_with_an_answer_of_its_own_is_another() {
    let findings = |decision, slug: &str| Findings {
        decision,
        candidates: vec![Finding {
            slug: slug.into(),
            language: "en".into(),
            title: String::new(),
            answer: String::new(),
            url: String::new(),
            score: 1.0,
        }],
        ..Findings::default()
    };
    let answered = Dialogue { phase: Phase::Answered { slug: "returns".into(), language: "en".into(), others: vec![] }, ..Dialogue::default() };
    assert!(answered.asks_anew(None, &findings(Decision::Answer, "shipping")));
    assert!(!answered.asks_anew(None, &findings(Decision::Answer, "returns")));
    assert!(!answered.asks_anew(None, &findings(Decision::Clarify, "shipping")));
    assert!(!answered.asks_anew(Some(&Intent::Thanks), &Findings::default()));
    assert!(answered.asks_anew(Some(&Intent::TicketStatus), &Findings::default()));
    assert!(!Dialogue::default().asks_anew(None, &findings(Decision::Answer, "shipping")), "nothing was answered");
}
