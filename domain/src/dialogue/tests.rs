#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod play;
mod rows;
mod tables;

use play::Play;

#[test]
fn an_answer_helps_and_the_case_is_closed() {
    let mut play = Play::new("en");
    play.says("how do I return something?");
    play.presses("This helped");
    play.says("yes, thanks");
    play.presses("Yes, all settled");
    play.says("and how long does shipping take");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn a_question_in_chinese_is_answered_in_chinese_and_says_where_it_cannot_be() {
    let mut play = Play::new("zh");
    play.says("你好");
    play.says("怎么退货？");
    play.says("保修多久");
    play.presses("没帮助");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn a_vague_question_is_clarified_and_a_typed_number_chooses() {
    let mut play = Play::new("en");
    play.says("my parcel");
    play.says("the second one");
    play.says("my parcel");
    play.says("shipping times");
    play.says("my parcel");
    play.presses("None of these");
    play.says("hello?");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn what_did_not_help_is_not_offered_again() {
    let mut play = Play::new("en");
    play.says("how do I return something?");
    play.presses("This did not help");
    play.says("1");
    play.says("no");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn an_unknown_question_goes_to_a_person_and_the_bot_is_silent_until_it_is_given_back() {
    let mut play = Play::new("en");
    play.queue = (2, Some(4));
    play.says("my cat ate the remote control");
    play.says("anybody?");
    play.says("how do I return something?");
    play.says("/status");
    play.presses("Leave a ticket instead");
    play.says("/human");
    play.taken();
    play.says("1");
    play.says("thanks!");
    play.says("/tickets");
    play.given_back();
    play.says("how do I return something?");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn out_of_hours_the_bot_asks_for_what_is_missing_and_files_the_ticket() {
    let mut play = Play::new("en");
    play.closed("on Monday at 09:00");
    play.says("I want my money back, the lamp is broken");
    play.says("what do you need that for?");
    play.says("it is order 1001");
    play.says("2");
    play.says("/status");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn out_of_hours_without_a_hint_the_customer_picks_what_it_is_about() {
    let mut play = Play::new("zh");
    play.closed("周一 09:00");
    play.says("我要投诉");
    play.says("随便");
    play.says("1");
    play.says("ann@example");
    play.says("/language en");
    play.says("ann@example.org");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn everything_known_makes_a_ticket_at_once() {
    let mut play = Play::new("en");
    play.closed("");
    play.says("refund order 1001, it came damaged");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn a_form_can_be_left_by_asking_for_a_person_or_by_cancelling() {
    let mut play = Play::new("en");
    play.closed("tomorrow at 09:00");
    play.says("I want a refund");
    play.says("a human please");
    play.given_back();
    play.says("a person please");
    play.presses("Cancel");
    play.presses("Cancel");
    play.presses("Cancel");
    play.says("a person please");
    play.says("never mind");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn three_unusable_answers_end_the_form_and_a_question_gets_its_answer() {
    let mut play = Play::new("en");
    play.closed("tomorrow at 09:00");
    play.says("the app has a bug");
    play.says("how do I return something?");
    play.says("my mail");
    play.says("you know it");
    play.says("no idea");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn choices_of_several_levels_go_on_level_by_level() {
    for (language, pressed, said) in [("en", "Lamp", "something else"), ("zh", "灯", "其他")] {
        let mut play = Play::new(language);
        play.repairs_things();
        play.closed("tomorrow at 09:00");
        play.says("/human");
        play.presses(pressed);
        play.presses_again(if language == "en" { "Chair" } else { "椅子" });
        play.says("nonsense");
        // What both have is meant where the customer stands, and a whole way leads elsewhere.
        play.says(if language == "en" { "lamp › shade" } else { "灯 › 灯罩" });
        play.says("lamp");
        play.says(said);
        insta::assert_snapshot!(format!("levels_{language}"), play.transcript());
    }
}

#[test]
fn after_waiting_too_long_the_form_is_offered_while_the_place_is_kept() {
    let mut play = Play::new("en");
    play.says("my cat ate the remote control");
    play.waited_too_long();
    play.says("refund");
    play.says("A 17");
    play.says("A17");
    play.presses("Damaged");
    play.says("so what now, my parcel");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn who_keeps_waiting_is_not_asked_again_and_an_agent_ends_the_form() {
    let mut play = Play::new("en");
    play.queue = (1, None);
    play.says("my cat ate the remote control");
    play.waited_too_long();
    play.presses("Keep waiting");
    play.waited_too_long();
    play.presses("Leave a ticket instead");
    play.taken();
    play.says("refund");
    play.presses("Keep waiting");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn commands_answer_whoever_has_the_conversation() {
    let mut play = Play::new("en");
    for command in [
        "/start",
        "/link",
        "/link ABCDE-23456",
        "/help",
        "/language",
        "2",
        "/language xx",
        "/language de",
        "/language en",
        "/status",
        "/pizza",
        "/forget",
        "2",
        "/forget",
        "yes",
        "/forget",
        "1",
        "/human",
        "/human",
    ] {
        play.says(command);
    }
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn wishes_are_answered_as_such() {
    let mut play = Play::new("en");
    for words in ["hi", "hello again", "thank you!", "where is my ticket?", "ok bye", "yes", "", "can I talk to a human?"] {
        play.says(words);
    }
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn reactions_are_ratings() {
    let mut play = Play::new("en");
    play.says("how do I return something?");
    play.reacts("👍🏽", false);
    play.reacts("👍🏽", true);
    play.reacts("🤔", false);
    play.presses("This helped");
    play.reacts("❤️", false);
    play.reacts("❤️", true);
    play.says("how long does shipping take");
    play.reacts("👎", false);
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn late_and_repeated_presses_are_harmless_and_told_once() {
    let mut play = Play::new("en");
    play.says("how do I return something?");
    play.presses("This helped");
    play.presses_again("This helped");
    play.presses_again("This helped");
    play.says("my parcel");
    play.presses("Shipping times");
    play.presses_again("Shipping times");
    play.presses_again("None of these");
    play.presses("Talk to a person");
    play.presses_again("Talk to a person");
    play.presses_again("Talk to a person");
    play.taken();
    play.presses_again("Return of goods");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn cancel_is_a_question_where_nothing_is_open() {
    let mut play = Play::new("en");
    play.says("cancel");
    play.says("my parcel");
    play.says("cancel");
    play.says("never mind");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn old_buttons_do_not_disturb_an_open_form() {
    let mut play = Play::new("en");
    play.says("my parcel");
    play.says("how do I return something?");
    play.closed("tomorrow at 09:00");
    play.says("the app has a bug");
    play.presses("Who delivers?");
    play.presses("This did not help");
    play.says("2");
    play.says("ann@example.org");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn who_comes_back_after_the_closing_goes_on_with_the_bot_or_with_a_person() {
    let mut play = Play::new("en");
    play.closed_by_agent();
    play.says("my parcel");
    play.closed_by_agent();
    play.presses("Something is still open");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn with_several_tickets_the_customer_is_asked_once_which_one_a_message_is_for() {
    let mut play = Play::new("en");
    play.has_two_tickets();
    play.status = crate::conversation::ConversationStatus::Open;
    play.says("here is the invoice");
    play.says("and a photo");
    play.presses("T-7, Refund");
    play.now += chrono::TimeDelta::minutes(11);
    play.says("one more thing");
    play.says("2");
    play.now += chrono::TimeDelta::minutes(11);
    play.status = crate::conversation::ConversationStatus::Bot;
    play.says("how long does shipping take");
    play.says("it is still broken");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn what_an_agent_needs_is_asked_one_by_one_and_the_conversation_stays_theirs() {
    let mut play = Play::new("en");
    play.status = crate::conversation::ConversationStatus::Open;
    play.says("I want my money back");
    play.agent_asks("refund", &["order_number", "reason"]);
    play.says("sorry, which one do you mean?");
    play.says("my order 1001");
    play.says("no idea");
    play.says("2");
    play.says("thank you");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn who_answers_two_questions_at_once_is_asked_only_what_is_left() {
    let mut play = Play::new("zh");
    play.status = crate::conversation::ConversationStatus::Open;
    play.agent_asks("refund", &["order_number", "reason"]);
    play.says("order 1001, it came damaged");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn being_asked_for_an_agent_ends_by_a_word_a_button_or_after_three_tries() {
    use crate::conversation::ConversationStatus::{Bot, Open, Queued, Snoozed};
    for status in [Open, Queued, Bot] {
        for (says, presses) in
            [(vec!["cancel"], None), (vec!["a person please"], None), (vec![], Some("Cancel")), (vec!["no idea", "no idea", "no idea"], None)]
        {
            let mut play = Play::new("en");
            play.status = status;
            play.agent_asks("refund", &["reason"]);
            assert!(play.dialogue.phase.asked_by_agent().is_some());
            says.iter().for_each(|text| drop(play.says(text)));
            presses.into_iter().for_each(|label| drop(play.presses(label)));
            assert!(play.dialogue.phase.asked_by_agent().is_none(), "{status:?}: {}", play.transcript());
            let asked_for_a_person = says.contains(&"a person please");
            assert!(play.status == status || asked_for_a_person, "{status:?}: {}", play.transcript());
        }
        let mut play = Play::new("en");
        play.status = status;
        play.agent_asks("refund", &["reason"]);
        play.agent_stops_asking();
        assert_eq!(play.dialogue.phase, crate::dialogue::Phase::Listening);
        assert!(play.says("damaged").effects.iter().all(|effect| !matches!(effect, crate::dialogue::Effect::Collected(_))));
    }
    let mut play = Play::new("en");
    play.status = Snoozed;
    assert!(play.agent_asks("refund", &["colour"]).effects.is_empty(), "what the template does not have is not asked for");
    assert!(play.agent_asks("gone", &["reason"]).effects.is_empty());
}

#[test]
fn a_rating_is_one_press_and_perhaps_a_comment() {
    let mut play = Play::new("en");
    play.has_resolved_ticket(7);
    play.does(&crate::message::ButtonAction::Rate { ticket: 7, value: 4 }, true);
    play.says("the courier was slow, everything else was fine");
    play.does(&crate::message::ButtonAction::Rate { ticket: 7, value: 4 }, true);
    play.does(&crate::message::ButtonAction::Rate { ticket: 7, value: 5 }, true);
    play.says("how long does shipping take");
    insta::assert_snapshot!(play.transcript());
}

#[test]
fn what_is_written_after_a_rating_is_a_comment_only_where_it_is_one() {
    use crate::conversation::ConversationStatus::{Bot, Open};
    for (status, text, hours, is_comment, replies) in [
        (Bot, "all fine, you were quick", 0, true, 1),
        (Open, "all fine, you were quick", 0, true, 0),
        (Bot, "all fine, you were quick", 2, false, 1),
        (Bot, "and where is my other parcel?", 0, false, 1),
        (Bot, "how long does shipping take", 0, false, 1),
        (Bot, "thanks", 0, false, 1),
        (Bot, "a person please", 0, false, 1),
        (Bot, "/help", 0, false, 1),
    ] {
        let mut play = Play::new("en");
        play.status = status;
        play.has_resolved_ticket(7);
        play.does(&crate::message::ButtonAction::Rate { ticket: 7, value: 2 }, false);
        play.now += chrono::TimeDelta::hours(hours);
        let step = play.says(text);
        let kept = step.effects.iter().any(|effect| matches!(effect, crate::dialogue::Effect::CommentOnRating(7)));
        let said = step.effects.iter().filter(|effect| matches!(effect, crate::dialogue::Effect::Say(_))).count();
        assert_eq!((kept, said), (is_comment, replies), "{status:?} {text}");
        let next = play.says("still fine, really");
        let kept = next.effects.iter().any(|effect| matches!(effect, crate::dialogue::Effect::CommentOnRating(_)));
        assert_eq!(kept, text.starts_with('/'), "what was said first decides: {text}");
    }
}

#[test]
fn a_reaction_on_the_question_how_it_went_is_the_rating() {
    use crate::{
        dialogue::{Effect, ReactedTo},
        message::{Button, ButtonAction},
    };
    let buttons = [Button { id: "b".to_owned(), label: "★".to_owned(), action: ButtonAction::Rate { ticket: 7, value: 1 } }];
    assert_eq!(ReactedTo::of(&buttons), ReactedTo::Rating { ticket: 7 });
    for (emoji, removed, before, expected) in [
        ("👍", false, None, Some(Some(5))),
        ("👎", false, None, Some(Some(1))),
        ("🤔", false, None, None),
        ("👍", false, Some(5), None),
        ("👎", false, Some(5), Some(Some(1))),
        ("👍", true, Some(5), Some(None)),
        ("👍", true, Some(2), None),
    ] {
        let mut play = Play::new("en");
        play.has_resolved_ticket(7);
        if let Some(value) = before {
            play.does(&ButtonAction::Rate { ticket: 7, value }, false);
        }
        let step = play.reacts_on(emoji, removed, ReactedTo::Rating { ticket: 7 });
        let rated = step.effects.iter().find_map(|effect| match effect {
            Effect::RateTicket { number: 7, value } => Some(*value),
            _ => None,
        });
        assert_eq!(rated, expected, "{emoji} {removed} {before:?}");
    }
    let mut play = Play::new("en");
    let nothing = play.reacts_on("👍", false, ReactedTo::Rating { ticket: 8 });
    assert!(nothing.effects.is_empty(), "a ticket that is not the customer's");
}
