//! Which of several open tickets a message is meant for.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Draft, Effect, turn::Turn};
use crate::{id::MessageId, message::ButtonAction, ticket::number_text};

/// For this long after the question it is not asked again.
const ASKED_ONCE_IN: TimeDelta = TimeDelta::minutes(10);

/// The question to which ticket a message belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Which {
    /// The message.
    pub message: MessageId,
    /// When it was asked.
    pub at: DateTime<Utc>,
}

/// Asks to which ticket `message` belongs, where several are open: below what is said anyway, or alone. Where a choice is offered already it is
/// not asked: an answer from the knowledge base, or the form, is what the message was about. Whoever takes over wants to know it, too.
pub(super) fn ask(turn: &mut Turn<'_>, message: MessageId) {
    let now = turn.situation.now;
    let is_asked = turn.dialogue.which.as_ref().is_some_and(|which| (now - which.at).abs() < ASKED_ONCE_IN);
    let is_filed = turn.effects.iter().any(|effect| matches!(effect, Effect::File { .. } | Effect::AboutTicket(_)));
    if turn.situation.which.len() < 2 || is_asked || is_filed || turn.is_collecting() {
        return;
    }
    let question = turn.words("ticket-which", &[]);
    let buttons: Vec<Draft> = turn.situation.which.iter().map(|ticket| button(turn, ticket.number, &ticket.title)).collect();
    let hands_over = turn.effects.iter().any(|effect| matches!(effect, Effect::HandOff { .. }));
    let said = turn.effects.iter_mut().rev().find_map(|effect| match effect {
        Effect::Say(say) => Some(say),
        _ => None,
    });
    match said {
        Some(say) if !say.buttons.is_empty() && !hands_over => return,
        Some(say) => {
            say.text = format!("{}\n\n{question}", say.text);
            say.buttons.splice(0..0, buttons);
            turn.dialogue.offered.clone_from(&say.buttons);
        }
        None => turn.say(vec![question], buttons),
    }
    turn.dialogue.which = Some(Which { message, at: now });
}

fn button(turn: &Turn<'_>, number: i64, title: &str) -> Draft {
    let label = turn.words("ticket-which-button", &[("number", (&number_text(number)).into()), ("title", title.into())]);
    Draft { label, action: ButtonAction::AboutTicket { number } }
}
