//! Buttons and reactions: harmless when they come late or twice, and answered in words.

use super::{CollectReason, Dialogue, Effect, HandoffReason, Phase, ReactedTo, answering, commands, form, handing_over, rating, turn::Turn};
use crate::{conversation::ConversationStatus, message::ButtonAction, timeline::TimelineKind};

/// Does what a button means, if it still means anything.
pub(super) fn press<'a>(turn: Turn<'a>, action: &ButtonAction, late: bool) -> Turn<'a> {
    let status = turn.status;
    match action {
        ButtonAction::Helped { article } => rated(turn, article, true),
        ButtonAction::DidNotHelp { article } => rated(turn, article, false),
        ButtonAction::Human => person(turn),
        ButtonAction::Choose { article, language } => match status {
            ConversationStatus::Bot | ConversationStatus::Queued => answering::chosen(turn, article, language),
            _ => over(turn),
        },
        ButtonAction::NoneOfThese => none_of_these(turn, late),
        ButtonAction::PickTemplate { template } => form::picked(turn, template),
        ButtonAction::Fill { field, value } => form::pressed(turn, field, value),
        ButtonAction::Skip { .. } => over(turn),
        ButtonAction::Cancel => cancel(turn),
        ButtonAction::LeaveTicket => leave_ticket(turn),
        ButtonAction::KeepWaiting => {
            if status == ConversationStatus::Queued {
                keep_waiting(turn, late)
            } else {
                over(turn)
            }
        }
        ButtonAction::Solved => solved(turn, true),
        ButtonAction::NotSolved => not_solved(turn),
        ButtonAction::AboutTicket { number } => about_ticket(turn, *number, late),
        ButtonAction::Rate { ticket, value } => rating::rate(turn, *ticket, *value),
        ButtonAction::ConfirmForget => forget(turn),
        ButtonAction::Language { tag } => commands::set_language(turn, tag),
    }
}

/// Says that a button means nothing any more, unless that was the last thing said.
pub(super) fn over(turn: Turn<'_>) -> Turn<'_> {
    late(turn, "late-over")
}

pub(super) fn done(turn: Turn<'_>) -> Turn<'_> {
    late(turn, "late-done")
}

fn late<'a>(mut turn: Turn<'a>, key: &str) -> Turn<'a> {
    if !turn.dialogue.late_told {
        turn.say_in_passing(key);
        turn.dialogue.late_told = true;
    }
    turn
}

/// The customer rates an answer by button or word.
fn rated<'a>(mut turn: Turn<'a>, article: &str, helped: bool) -> Turn<'a> {
    match rate(&mut turn, article, Some(helped)) {
        Rating::Unknown => return over(turn),
        Rating::Same => return done(turn),
        Rating::New => {}
    }
    if turn.status != ConversationStatus::Bot || turn.is_collecting() {
        turn.say_in_passing("rate-again");
        return turn;
    }
    if helped {
        let text = turn.words("helped-reply", &[]);
        let buttons = vec![turn.button("button-solved", ButtonAction::Solved), turn.button("button-not-solved", ButtonAction::NotSolved)];
        turn.dialogue.phase = Phase::ProposedClosing;
        turn.say(vec![text], buttons);
        return turn;
    }
    not_helped(turn, article)
}

/// Something else that may have been meant, else a person at once: whoever says that it did not help shall not have to ask twice.
fn not_helped<'a>(mut turn: Turn<'a>, article: &str) -> Turn<'a> {
    let is_last = turn.dialogue.shown.last().is_some_and(|shown| shown.slug == article);
    if !is_last {
        turn.say_in_passing("rate-again");
        return turn;
    }
    let others = match &turn.dialogue.phase {
        Phase::Answered { slug, others, .. } if slug == article => others.iter().filter(|other| !turn.is_refused(&other.slug)).cloned().collect(),
        _ => Vec::new(),
    };
    if others.is_empty() {
        turn.listen();
        return handing_over::hand_over(turn, HandoffReason::Refused, None);
    }
    turn.record(TimelineKind::Clarified, serde_json::json!({"why": "did_not_help", "article": article}));
    answering::clarify(turn, "clarify-again", others)
}

enum Rating {
    New,
    Same,
    Unknown,
}

/// Keeps a rating; what did not help is not given again.
fn rate(turn: &mut Turn<'_>, article: &str, helped: Option<bool>) -> Rating {
    let Some(shown) = turn.dialogue.shown.iter_mut().rev().find(|shown| shown.slug == article) else { return Rating::Unknown };
    if shown.helped == helped {
        return Rating::Same;
    }
    shown.helped = helped;
    let (slug, language) = (shown.slug.clone(), shown.language.clone());
    if helped == Some(false) {
        turn.refuse([article]);
    } else {
        turn.dialogue.refused.retain(|refused| refused != article);
    }
    turn.record(TimelineKind::Rated, serde_json::json!({"article": slug, "language": language, "helped": helped}));
    turn.effects.push(Effect::Rate { slug, language, helped });
    Rating::New
}

/// A person, by button: like the command, but a second press is not answered for ever.
fn person(turn: Turn<'_>) -> Turn<'_> {
    if turn.status == ConversationStatus::Bot {
        return commands::human(turn);
    }
    if turn.dialogue.late_told {
        return turn;
    }
    let mut turn = commands::human(turn);
    turn.dialogue.late_told = true;
    turn
}

fn none_of_these(mut turn: Turn<'_>, is_late: bool) -> Turn<'_> {
    match std::mem::take(&mut turn.dialogue.phase) {
        Phase::Clarifying { options } if !is_late && turn.status == ConversationStatus::Bot => {
            turn.refuse(options.iter().map(|option| option.slug.as_str()));
            handing_over::hand_over(turn, HandoffReason::Refused, None)
        }
        other => {
            turn.dialogue.phase = other;
            over(turn)
        }
    }
}

fn cancel(mut turn: Turn<'_>) -> Turn<'_> {
    match &turn.dialogue.phase {
        Phase::Collecting(_) => form::stop(turn),
        Phase::ConfirmingForget => {
            turn.listen();
            turn.say_words("forget-kept");
            turn
        }
        _ => over(turn),
    }
}

fn leave_ticket(turn: Turn<'_>) -> Turn<'_> {
    match (turn.status, &turn.dialogue.phase) {
        (_, Phase::Collecting(_)) => done(turn),
        (ConversationStatus::Bot | ConversationStatus::Queued, _) if !turn.situation.desk.templates.is_empty() => {
            let lead = vec![turn.words("form-chosen", &[])];
            form::begin(turn, CollectReason::CustomerChose, lead, None)
        }
        _ => over(turn),
    }
}

fn keep_waiting(turn: Turn<'_>, is_late: bool) -> Turn<'_> {
    if is_late || !turn.is_collecting() { over(turn) } else { form::stop(turn) }
}

/// The case is settled; `aloud` says so.
fn solved(mut turn: Turn<'_>, aloud: bool) -> Turn<'_> {
    match turn.status {
        ConversationStatus::Bot | ConversationStatus::Queued => {
            turn.listen();
            turn.effects.push(Effect::Resolve);
            if aloud {
                turn.say_words("solved-reply");
            }
            turn
        }
        ConversationStatus::Resolved if aloud => done(turn),
        _ if aloud => over(turn),
        _ => turn,
    }
}

fn not_solved(mut turn: Turn<'_>) -> Turn<'_> {
    match turn.status {
        ConversationStatus::Bot if !turn.is_collecting() => {
            turn.listen();
            let text = turn.words("not-solved-ask", &[]);
            let buttons = vec![turn.button("button-human", ButtonAction::Human)];
            turn.say(vec![text], buttons);
            turn
        }
        ConversationStatus::Resolved => {
            turn.reopen();
            turn.listen();
            handing_over::hand_over(turn, HandoffReason::NotSolved, None)
        }
        _ => over(turn),
    }
}

fn about_ticket(mut turn: Turn<'_>, number: i64, is_late: bool) -> Turn<'_> {
    if is_late {
        return over(turn);
    }
    turn.effects.push(Effect::AboutTicket(number));
    let text = turn.words("ticket-added", &[("number", (&crate::ticket::number_text(number)).into())]);
    turn.say(vec![text], Vec::new());
    turn
}

fn forget(mut turn: Turn<'_>) -> Turn<'_> {
    if !matches!(turn.dialogue.phase, Phase::ConfirmingForget) {
        return over(turn);
    }
    // Nothing of what was said is kept; the guard holds no words.
    turn.dialogue = Dialogue { guard: turn.dialogue.guard, ..Dialogue::default() };
    turn.effects.push(Effect::Forget);
    turn.say_words("forget-done");
    turn
}

/// What an emoji says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Good,
    Bad,
}

fn mood(emoji: &str) -> Option<Mood> {
    // Skin tones and the selector of the coloured form change nothing.
    let plain: String =
        emoji.trim().trim_matches(':').chars().filter(|c| !matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{fe0f}' | '\u{200d}')).collect();
    match plain.to_lowercase().as_str() {
        "👍" | "❤" | "♥" | "🥰" | "😍" | "🙏" | "👌" | "💯" | "🎉" | "👏" | "🔥" | "+1" | "thumbsup" | "thumbs_up" | "heart" | "like" | "love" => {
            Some(Mood::Good)
        }
        "👎" | "😡" | "😠" | "💩" | "🤬" | "-1" | "thumbsdown" | "thumbs_down" | "dislike" | "angry" => Some(Mood::Bad),
        _ => None,
    }
}

/// A reaction on one of our messages; a good word needs no reply.
pub(super) fn react<'a>(mut turn: Turn<'a>, emoji: &str, removed: bool, on: ReactedTo<'_>) -> Turn<'a> {
    let Some(mood) = mood(emoji) else { return turn };
    match on {
        ReactedTo::Answer { article } if removed => {
            let stands = turn.dialogue.shown.iter().rev().find(|shown| shown.slug == article).and_then(|shown| shown.helped);
            if stands == Some(mood == Mood::Good) {
                rate(&mut turn, article, None);
            }
            turn
        }
        ReactedTo::Answer { article } => {
            let news = matches!(rate(&mut turn, article, Some(mood == Mood::Good)), Rating::New);
            if news && mood == Mood::Bad && turn.status == ConversationStatus::Bot && !turn.is_collecting() {
                not_helped(turn, article)
            } else {
                turn
            }
        }
        ReactedTo::Rating { ticket } => rating::react(turn, ticket, mood == Mood::Good, removed),
        ReactedTo::Closing if mood == Mood::Good => match (removed, turn.status) {
            (false, _) => solved(turn, false),
            (true, ConversationStatus::Resolved) => {
                turn.reopen();
                turn
            }
            (true, _) => turn,
        },
        ReactedTo::Closing if !removed && matches!(turn.status, ConversationStatus::Bot | ConversationStatus::Resolved) => not_solved(turn),
        ReactedTo::Closing | ReactedTo::Other => turn,
    }
}
