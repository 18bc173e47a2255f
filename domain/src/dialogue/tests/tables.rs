//! What must hold in every state, and what is stored.

use chrono::TimeDelta;

use super::play::Play;
use crate::{
    conversation::ConversationStatus::{self, Bot, Open, Queued, Resolved, Snoozed},
    dialogue::{Dialogue, Effect, HandoffReason, Phase, Step},
    message::ButtonAction,
    timeline::TimelineKind,
};

fn says(step: &Step) -> usize {
    step.effects.iter().filter(|effect| matches!(effect, Effect::Say(_) | Effect::File { .. })).count()
}

#[test]
fn at_most_one_message_answers_a_message_and_none_once_people_have_it() {
    let texts = [
        "how do I return something?",
        "my parcel",
        "nonsense",
        "hi",
        "thanks",
        "a human please",
        "where is my ticket",
        "no",
        "1",
        "",
        "/help",
        "/status",
        "/tickets",
        "/human",
        "/language",
        "/forget",
    ];
    for status in [Bot, Queued, Open, Snoozed, Resolved] {
        for closed in [false, true] {
            for text in texts {
                let mut play = Play::new("en");
                play.status = status;
                if closed {
                    play.closed("");
                }
                let step = play.says(text);
                let expected = usize::from(matches!(status, Bot | Resolved) || text.starts_with('/'));
                assert_eq!(says(&step), expected, "{status:?} {closed} {text}");
            }
        }
    }
}

#[test]
fn every_button_is_answered_in_every_status_and_never_twice_when_late() {
    let actions = [
        ButtonAction::Helped { article: "returns".to_owned() },
        ButtonAction::DidNotHelp { article: "returns".to_owned() },
        ButtonAction::Human,
        ButtonAction::Choose { article: "returns".to_owned(), language: "en".to_owned() },
        ButtonAction::NoneOfThese,
        ButtonAction::Fill { field: "reason".to_owned(), value: "damaged".to_owned() },
        ButtonAction::Skip { field: "reason".to_owned() },
        ButtonAction::PickTemplate { template: "refund".to_owned() },
        ButtonAction::Cancel,
        ButtonAction::LeaveTicket,
        ButtonAction::KeepWaiting,
        ButtonAction::Solved,
        ButtonAction::NotSolved,
        ButtonAction::AboutTicket { number: 1 },
        ButtonAction::Rate { ticket: 1, value: 5 },
        ButtonAction::ConfirmForget,
        ButtonAction::Language { tag: "zh".to_owned() },
    ];
    for status in [Bot, Queued, Open, Snoozed, Resolved] {
        for action in &actions {
            let mut play = Play::new("en");
            play.status = status;
            let first = play.does(action, false);
            assert_eq!(says(&first), 1, "{status:?} {action:?}");
            let before = play.status;
            let second = play.does(action, true);
            assert!(says(&second) <= 1, "{status:?} {action:?}");
            assert!(
                !second.effects.iter().any(|effect| matches!(effect, Effect::HandOff { .. } | Effect::File { .. } | Effect::Forget)),
                "{status:?} {action:?}"
            );
            if !matches!(action, ButtonAction::NotSolved) {
                assert_eq!(play.status, before, "{status:?} {action:?}");
            }
            let third = play.does(action, true);
            assert!(says(&third) <= 1, "{status:?} {action:?}");
        }
    }
}

#[test]
fn only_a_conversation_that_waits_alone_is_offered_the_form() {
    for (name, status, keeps_waiting, expected) in [
        ("waiting", Queued, false, 1),
        ("with the bot", Bot, false, 0),
        ("with an agent", Open, false, 0),
        ("has declined", Queued, true, 0),
        ("done", Resolved, false, 0),
    ] {
        let mut play = Play::new("en");
        play.status = status;
        play.dialogue.keeps_waiting = keeps_waiting;
        assert_eq!(says(&play.waited_too_long()), expected, "{name}");
    }
}

#[test]
fn a_message_that_could_not_be_sent_brings_a_person_without_another_message() {
    let mut play = Play::new("en");
    let step = play.could_not_send();
    assert_eq!(says(&step), 0);
    assert!(matches!(step.effects.as_slice(), [Effect::HandOff { reason: HandoffReason::SendFailed, .. }]));
    assert!(play.could_not_send().effects.is_empty(), "once is enough");
}

#[test]
fn loops_are_stopped_with_one_record_and_people_are_answered() {
    let loop_records = |steps: &[Step]| {
        steps.iter().flat_map(|step| &step.effects).filter(|effect| matches!(effect, Effect::Record { kind: TimelineKind::LoopStopped, .. })).count()
    };
    for (name, texts, seconds, is_bot, replies, records) in [
        ("the same words quickly", vec!["my parcel"; 6], 1, false, 3, 1),
        ("a program that never tires", vec!["hi", "my parcel", "thanks", "bye", "my parcel", "hello"], 60, true, 3, 1),
        ("four questions in a row", vec!["hi", "my parcel", "how do I return something?", "how long does shipping take"], 0, false, 4, 0),
    ] {
        let mut play = Play::new("en");
        let start = play.now;
        let steps: Vec<Step> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                play.now = start + TimeDelta::seconds(seconds * i64::try_from(index).unwrap());
                play.says_as(text, is_bot)
            })
            .collect();
        assert_eq!(steps.iter().map(says).sum::<usize>(), replies, "{name}");
        assert_eq!(loop_records(&steps), records, "{name}");
    }
}

#[test]
fn an_echo_channel_hears_one_reply() {
    let mut play = Play::new("en");
    let mut said = "how do I return something?".to_owned();
    let mut replies = 0;
    for _ in 0..6 {
        let step = play.says(&said);
        if let Some(Effect::Say(say)) = step.effects.iter().find(|effect| matches!(effect, Effect::Say(_))) {
            replies += 1;
            said = format!("{}\n\n1. This helped\n2. This did not help", say.text);
        }
    }
    assert_eq!(replies, 1);
}

#[test]
fn a_stored_dialogue_of_any_age_can_be_read() {
    assert_eq!(serde_json::from_str::<Dialogue>("{}").unwrap(), Dialogue::default());
    let mut play = Play::new("en");
    play.closed("tomorrow at 09:00");
    play.says("how do I return something?");
    play.presses("This did not help");
    play.presses("None of these");
    play.says("refund of order 1001");
    insta::assert_json_snapshot!(play.dialogue);
}

#[test]
fn nothing_that_is_printed_for_debugging_shows_what_customers_write() {
    let mut play = Play::new("en");
    play.closed("");
    let mut printed = String::new();
    for text in ["Rosebud is my parcel", "refund for Rosebud please, order 4711"] {
        let step = play.says(text);
        printed.push_str(&format!("{step:?}"));
    }
    assert!(matches!(play.dialogue.phase, Phase::Collecting(_)));
    assert!(!printed.contains("Rosebud") && !printed.contains("4711"), "{printed}");
}

#[test]
fn a_template_that_is_gone_is_asked_for_again() {
    let mut play = Play::new("en");
    play.closed("");
    play.says("the app has a bug");
    play.remove_template("bug");
    play.says("ann@example.org");
    assert!(matches!(&play.dialogue.phase, Phase::Collecting(form) if form.template.is_none()), "{:?}", play.dialogue.phase);
    assert_eq!(play.status, ConversationStatus::Bot);
}
