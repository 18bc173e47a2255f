//! Handing over to people, and what is said while waiting for them.

use serde_json::{Value, json};

use super::{CollectReason, Draft, Effect, HandoffReason, Hours, form, turn::Turn};
use crate::{conversation::ConversationStatus, message::ButtonAction};

/// Longer waits are told in hours (minutes).
const LONGEST_IN_MINUTES: i64 = 90;

/// Hands over, or files a ticket in the chat when nobody works at this hour.
pub(super) fn hand_over(turn: Turn<'_>, reason: HandoffReason, why: Option<Value>) -> Turn<'_> {
    if matches!(turn.situation.hours, Hours::Closed { .. }) && !turn.situation.desk.templates.is_empty() {
        let mut lead = vec![];
        if reason == HandoffReason::Refused {
            lead.push(turn.words("sorry-did-not-help", &[]));
        }
        lead.push(closed(&turn));
        lead.push(turn.words("form-out-of-hours", &[]));
        let instead_of = json!({"reason": reason.as_str(), "details": details(&turn, why)});
        return form::begin(turn, CollectReason::OutOfHours, lead, Some(instead_of));
    }
    to_queue(turn, reason, why)
}

/// Hands over, whatever the hour.
pub(super) fn to_queue(mut turn: Turn<'_>, reason: HandoffReason, why: Option<Value>) -> Turn<'_> {
    let details = details(&turn, why);
    turn.effects.push(Effect::HandOff { reason, details });
    turn.status = ConversationStatus::Queued;
    turn.listen();
    let key = match reason {
        HandoffReason::NoAnswer => "handoff-no-answer",
        HandoffReason::Refused => "handoff-refused",
        HandoffReason::NotSolved => "handoff-not-solved",
        HandoffReason::FormFailed => "handoff-form-failed",
        HandoffReason::AskedForPerson | HandoffReason::SendFailed => "handoff-asked",
    };
    let first = turn.words(key, &[]);
    let place = place(&turn);
    let nothing_lost = turn.words("handoff-nothing-lost", &[]);
    let buttons = waiting_buttons(&turn);
    turn.reply(vec![first, place, nothing_lost], buttons);
    turn
}

/// Says again where a waiting conversation stands.
pub(super) fn place_again<'a>(mut turn: Turn<'a>, lead: &[&str]) -> Turn<'a> {
    let mut paragraphs: Vec<String> = lead.iter().map(|key| turn.words(key, &[])).collect();
    paragraphs.push(place(&turn));
    let buttons = waiting_buttons(&turn);
    turn.say(paragraphs, buttons);
    turn
}

/// The place in the queue and the expected wait, or the hours.
pub(super) fn place(turn: &Turn<'_>) -> String {
    if matches!(turn.situation.hours, Hours::Closed { .. }) {
        return turn.sentences(&[closed(turn), turn.words("closed-answer-then", &[])]);
    }
    let queue = turn.situation.queue;
    let position = match queue.position {
        0 => turn.words("queue-waiting", &[]),
        position => turn.words("queue-position", &[("position", i64::from(position).into())]),
    };
    let Some(wait) = queue.expected_wait else { return position };
    let minutes = ((wait.num_seconds() + 59) / 60).max(1);
    let wait = if minutes <= LONGEST_IN_MINUTES {
        turn.words("queue-wait-minutes", &[("minutes", minutes.into())])
    } else {
        turn.words("queue-wait-hours", &[("hours", ((minutes + 30) / 60).into())])
    };
    turn.sentences(&[position, wait])
}

/// That nobody works, and when somebody does again.
fn closed(turn: &Turn<'_>) -> String {
    match turn.situation.hours {
        Hours::Closed { opens_at: Some(_), shown } if !shown.is_empty() => turn.words("closed-until", &[("time", shown.into())]),
        _ => turn.words("closed", &[]),
    }
}

fn waiting_buttons(turn: &Turn<'_>) -> Vec<Draft> {
    if turn.situation.desk.templates.is_empty() { Vec::new() } else { vec![turn.button("button-leave-ticket", ButtonAction::LeaveTicket)] }
}

fn details(turn: &Turn<'_>, why: Option<Value>) -> Value {
    let mut details = turn.tried();
    if let (Value::Object(details), Some(why)) = (&mut details, why) {
        details.insert("why".to_owned(), why);
    }
    details
}

/// A message of the bot came to nothing: a person is needed, and another message would not arrive either.
pub(super) fn after_silence(mut turn: Turn<'_>) -> Turn<'_> {
    if turn.status == ConversationStatus::Bot {
        let details = details(&turn, None);
        turn.listen();
        turn.effects.push(Effect::HandOff { reason: HandoffReason::SendFailed, details });
    }
    turn
}

/// The bot has the conversation again.
pub(super) fn back(mut turn: Turn<'_>) -> Turn<'_> {
    turn.listen();
    turn.dialogue.keeps_waiting = false;
    turn.say_words("given-back");
    turn
}
