//! What the customer writes.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{
    ButtonAction, Decision, Dialogue, Draft, Effect, Findings, HandoffReason, Phase, Situation, Step, answering, commands, form, guard::Loop,
    handing_over, pressing, rating, turn::Turn, which,
};
use crate::{
    conversation::ConversationStatus,
    id::MessageId,
    intent::{self, Intent},
    timeline::TimelineKind,
};

/// Longest question that is remembered, in characters.
const LONGEST_QUESTION: usize = 500;

/// A message of the customer and what is made of it.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) message: MessageId,
    pub(super) intent: Option<&'a Intent>,
    pub(super) findings: &'a Findings,
}

/// Decides on a message, and holds the reply back where it would go round in circles.
pub(super) fn take(dialogue: &Dialogue, situation: &Situation<'_>, words: &Words<'_>, is_program: bool) -> Step {
    let fresh = Turn::new(dialogue, situation);
    let is_press = typed_button(&fresh, words.text).is_some();
    let mut turn = decide(fresh, words);
    if !is_press && words.intent.is_none() {
        which::ask(&mut turn, words.message);
    }
    if turn.has_said() {
        if let Some(objection) = dialogue.guard.objection(words.text, is_program, situation.now) {
            return hold_back(dialogue, objection);
        }
        turn.dialogue.guard.replied_to(words.text, is_program, situation.now);
    }
    turn.finish()
}

/// Nothing is said and nothing else changes; the timeline is told once.
fn hold_back(dialogue: &Dialogue, objection: Loop) -> Step {
    let mut dialogue = dialogue.clone();
    let is_news = dialogue.guard.stop();
    let record = Effect::Record { kind: TimelineKind::LoopStopped, details: json!({"why": objection.as_str()}) };
    Step { dialogue, effects: if is_news { vec![record] } else { Vec::new() } }
}

fn decide<'a>(mut turn: Turn<'a>, words: &Words<'_>) -> Turn<'a> {
    if let Some(Intent::Command(command)) = words.intent {
        return commands::run(turn, command);
    }
    if let Some(action) = typed_button(&turn, words.text) {
        return pressing::press(turn, &action, false);
    }
    if let Phase::Rated { ticket, at } = turn.dialogue.phase {
        turn.listen();
        if rating::is_comment(words, at, turn.situation.now) {
            return rating::comment(turn, ticket);
        }
    }
    match turn.status {
        ConversationStatus::Open if turn.dialogue.phase.asked_by_agent().is_some() => form::answered(turn, words),
        ConversationStatus::Open | ConversationStatus::Snoozed => {
            // A person has it: what the bot was about to ask is not asked any more.
            turn.listen();
            turn.dialogue.offered.clear();
            turn
        }
        ConversationStatus::Queued if matches!(turn.dialogue.phase, Phase::Collecting(_)) => form::answered(turn, words),
        ConversationStatus::Queued => turn,
        ConversationStatus::Resolved => {
            turn.reopen();
            turn.listen();
            converse(turn, words)
        }
        ConversationStatus::Bot => converse(turn, words),
    }
}

/// Whether words rate something, or comment on a rating: what is settled stays so.
pub(super) fn is_about_a_rating(dialogue: &Dialogue, words: &Words<'_>, now: DateTime<Utc>) -> bool {
    let named = intent::choice(words.text, dialogue.offered.iter().map(|draft| draft.label.as_str()));
    match (named.and_then(|index| dialogue.offered.get(index)), &dialogue.phase) {
        (Some(draft), _) => matches!(draft.action, ButtonAction::Rate { .. }),
        (None, Phase::Rated { at, .. }) => rating::is_comment(words, *at, now),
        (None, _) => false,
    }
}

/// The button of the bot's last message that `text` names by number or label.
fn typed_button(turn: &Turn<'_>, text: &str) -> Option<ButtonAction> {
    let offered: &[Draft] = &turn.dialogue.offered;
    let index = intent::choice(text, offered.iter().map(|draft| draft.label.as_str()))?;
    let draft = offered.get(index)?;
    let allowed = match turn.status {
        ConversationStatus::Bot => true,
        // What is written to a person is theirs, apart from what a command of the customer, or their several tickets, made us ask.
        ConversationStatus::Queued => !matches!(
            draft.action,
            ButtonAction::Helped { .. } | ButtonAction::DidNotHelp { .. } | ButtonAction::Choose { .. } | ButtonAction::NoneOfThese
        ),
        ConversationStatus::Open | ConversationStatus::Snoozed | ConversationStatus::Resolved => {
            let is_asked = matches!(
                draft.action,
                ButtonAction::Language { .. } | ButtonAction::ConfirmForget | ButtonAction::AboutTicket { .. } | ButtonAction::Rate { .. }
            );
            is_asked || matches!(turn.dialogue.phase, Phase::ConfirmingForget) || turn.dialogue.phase.asked_by_agent().is_some()
        }
    };
    // Where the form asks for free words, a number is an answer and not a button.
    let asks_for_words = matches!(&turn.dialogue.phase, Phase::Collecting(form) if form.asking.is_some())
        && !offered.iter().any(|draft| matches!(draft.action, ButtonAction::Fill { .. }));
    let is_answer = asks_for_words && intent::normalise(text) != intent::normalise(&draft.label);
    (allowed && !is_answer).then(|| draft.action.clone())
}

/// The bot has the conversation.
fn converse<'a>(mut turn: Turn<'a>, words: &Words<'_>) -> Turn<'a> {
    if matches!(turn.dialogue.phase, Phase::Collecting(_)) {
        return form::answered(turn, words);
    }
    match (&turn.dialogue.phase, words.intent) {
        (_, Some(Intent::Command(_))) => turn,
        (_, Some(Intent::Human)) => {
            turn.listen();
            handing_over::hand_over(turn, HandoffReason::AskedForPerson, None)
        }
        (_, Some(Intent::TicketStatus)) => commands::status(turn),
        (_, Some(Intent::Greeting)) => {
            turn.listen();
            turn.say_words(if turn.dialogue.greeted { "greeting-again" } else { "greeting" });
            turn
        }
        (Phase::ConfirmingForget, Some(Intent::Yes)) => pressing::press(turn, &ButtonAction::ConfirmForget, false),
        (Phase::ConfirmingForget, Some(Intent::No | Intent::Cancel)) => pressing::press(turn, &ButtonAction::Cancel, false),
        (Phase::ProposedClosing, Some(Intent::Yes | Intent::Thanks | Intent::Goodbye)) => pressing::press(turn, &ButtonAction::Solved, false),
        (Phase::ProposedClosing, Some(Intent::No)) => pressing::press(turn, &ButtonAction::NotSolved, false),
        (Phase::Answered { slug, .. }, Some(Intent::Yes)) => {
            let article = slug.clone();
            pressing::press(turn, &ButtonAction::Helped { article }, false)
        }
        (Phase::Answered { slug, .. }, Some(Intent::No)) => {
            let article = slug.clone();
            pressing::press(turn, &ButtonAction::DidNotHelp { article }, false)
        }
        (Phase::Clarifying { .. }, Some(Intent::No)) => pressing::press(turn, &ButtonAction::NoneOfThese, false),
        (Phase::Clarifying { options }, Some(Intent::Yes)) if options.len() == 1 => {
            let choice = options.first().map(|only| (only.slug.clone(), only.language.clone())).unwrap_or_default();
            answering::chosen(turn, &choice.0, &choice.1)
        }
        (_, Some(Intent::Thanks)) => wish(turn, "thanks-reply"),
        (_, Some(Intent::Goodbye)) => wish(turn, "goodbye-reply"),
        // There is nothing to cancel but what the knowledge base knows of cancelling.
        (Phase::Listening | Phase::Answered { .. }, Some(Intent::Cancel)) if words.findings.decision != Decision::Handoff => {
            answering::question(turn, words.findings)
        }
        (_, Some(Intent::Yes | Intent::No | Intent::Cancel)) => {
            turn.listen();
            wish(turn, "acknowledged")
        }
        (_, None) if words.text.trim().is_empty() => {
            let text = turn.words("attachment-received", &[]);
            turn.reply(vec![text], Vec::new());
            turn
        }
        (_, None) => {
            turn.dialogue.last_question = Some(words.text.trim().chars().take(LONGEST_QUESTION).collect());
            answering::question(turn, words.findings)
        }
    }
}

fn wish<'a>(mut turn: Turn<'a>, key: &str) -> Turn<'a> {
    turn.say_words(key);
    turn
}
