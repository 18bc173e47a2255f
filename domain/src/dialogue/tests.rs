#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod play;
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
