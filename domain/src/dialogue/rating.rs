//! How a customer's ticket went: by one press or reaction, and perhaps a comment after it.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Decision, Effect, Phase, TicketLine, pressing, saying::Words, turn::Turn};
use crate::{
    conversation::ConversationStatus,
    ticket::{COMMENT_WITHIN_MINUTES, RatingScale},
};

fn line<'a>(turn: &Turn<'a>, number: i64) -> Option<&'a TicketLine> {
    turn.situation.tickets.iter().find(|ticket| ticket.number == number)
}

/// Keeps a rating, whenever it comes; another one takes its place.
pub(super) fn rate<'a>(mut turn: Turn<'a>, number: i64, value: u8) -> Turn<'a> {
    let Some(ticket) = line(&turn, number) else { return pressing::over(turn) };
    if ticket.rating == Some(value) {
        return pressing::done(turn);
    }
    let is_first = ticket.rating.is_none();
    turn.effects.push(Effect::RateTicket { number, value: Some(value) });
    if is_first && matches!(turn.dialogue.phase, Phase::Listening | Phase::Answered { .. } | Phase::ProposedClosing) {
        turn.dialogue.phase = Phase::Rated { ticket: number, at: turn.situation.now };
        turn.say_words("rating-thanks-comment");
    } else {
        turn.say_in_passing("rating-thanks");
    }
    turn
}

/// A reaction on the question: a good one is the best rating, a bad one the worst.
pub(super) fn react(mut turn: Turn<'_>, number: i64, is_good: bool, removed: bool) -> Turn<'_> {
    let (worst, best) = RatingScale::ENDS;
    let value = if is_good { best } else { worst };
    let stands = line(&turn, number).and_then(|ticket| ticket.rating);
    match removed {
        true if stands == Some(value) => turn.effects.push(Effect::RateTicket { number, value: None }),
        false if stands != Some(value) && line(&turn, number).is_some() => return rate(turn, number, value),
        _ => {}
    }
    turn
}

/// Whether what the customer writes after a rating is about it: soon, and nothing that asks for something.
pub(super) fn is_comment(words: &Words<'_>, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let soon = (now - at).abs() <= TimeDelta::minutes(COMMENT_WITHIN_MINUTES);
    let text = words.text.trim();
    let asks = text.contains(['?', '？', '؟']) || words.findings.decision != Decision::Handoff;
    soon && words.intent.is_none() && !text.is_empty() && !asks
}

/// Keeps the comment; where a person has the conversation it is theirs to answer.
pub(super) fn comment(mut turn: Turn<'_>, number: i64) -> Turn<'_> {
    turn.effects.push(Effect::CommentOnRating(number));
    if matches!(turn.status, ConversationStatus::Bot | ConversationStatus::Resolved) {
        turn.say_words("rating-noted");
    }
    turn
}
