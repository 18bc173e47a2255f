//! What customers type after a slash; answered whoever has the conversation.

use super::{Draft, Effect, HandoffReason, Phase, TicketLine, form, handing_over, turn::Turn};
use crate::{
    conversation::ConversationStatus,
    intent::Command,
    localised::base_language,
    message::ButtonAction,
    ticket::{TicketStatus, number_text},
    words::{self, SHIPPED},
};

/// Tickets that `/tickets` and `/status` show.
const LISTED: usize = 10;

/// Answers a command.
pub(super) fn run<'a>(turn: Turn<'a>, command: &Command) -> Turn<'a> {
    match command {
        Command::Start => {
            let turn = resumed(turn, "greeting");
            if turn.status == ConversationStatus::Bot && !turn.is_collecting() { listening(turn) } else { turn }
        }
        Command::Human => human(turn),
        Command::Status => status(turn),
        Command::Tickets => tickets(turn),
        Command::Language(None) => language_menu(turn, "language-ask", None),
        Command::Language(Some(tag)) => match known_tag(&turn, tag) {
            Some(tag) => set_language(turn, &tag),
            None => language_menu(turn, "language-unknown", Some(tag)),
        },
        Command::Link(code) => link_to_another_channel(turn, code.as_deref()),
        Command::Forget => forget(turn),
        Command::Help => resumed(turn, "help"),
        Command::Unknown => resumed(turn, "command-unknown"),
    }
}

fn listening(mut turn: Turn<'_>) -> Turn<'_> {
    turn.listen();
    turn
}

/// Says the words `key`, and asks the form's question again below them where one is open.
fn resumed<'a>(turn: Turn<'a>, key: &str) -> Turn<'a> {
    let text = turn.words(key, &[]);
    resumed_with(turn, vec![text])
}

fn resumed_with(mut turn: Turn<'_>, mut paragraphs: Vec<String>) -> Turn<'_> {
    let mut buttons = Vec::new();
    if let Phase::Collecting(form) = &turn.dialogue.phase {
        let (question, choices) = form::question(&turn, form);
        paragraphs.push(question);
        buttons = choices;
    }
    turn.say(paragraphs, buttons);
    turn
}

/// Asks for a person.
pub(super) fn human(mut turn: Turn<'_>) -> Turn<'_> {
    match turn.status {
        ConversationStatus::Bot => {
            let in_form = turn.is_collecting();
            turn.listen();
            // Who prefers a person to the form gets one, if only when we are back.
            if in_form {
                handing_over::to_queue(turn, HandoffReason::AskedForPerson, None)
            } else {
                handing_over::hand_over(turn, HandoffReason::AskedForPerson, None)
            }
        }
        ConversationStatus::Resolved => {
            turn.reopen();
            turn.listen();
            handing_over::hand_over(turn, HandoffReason::AskedForPerson, None)
        }
        ConversationStatus::Queued => {
            if turn.is_collecting() {
                turn.dialogue.keeps_waiting = true;
            }
            turn.listen();
            handing_over::place_again(turn, &[])
        }
        ConversationStatus::Open | ConversationStatus::Snoozed => {
            turn.say_words("with-person");
            turn
        }
    }
}

/// Where the customer's open tickets stand, and where the conversation does when it waits.
pub(super) fn status(turn: Turn<'_>) -> Turn<'_> {
    let mut paragraphs = Vec::new();
    match turn.status {
        ConversationStatus::Queued => paragraphs.push(handing_over::place(&turn)),
        ConversationStatus::Open => paragraphs.push(turn.words("with-person", &[])),
        ConversationStatus::Bot | ConversationStatus::Snoozed | ConversationStatus::Resolved => {}
    }
    let open: Vec<&TicketLine> = turn.situation.tickets.iter().filter(|ticket| ticket.status.is_open()).take(LISTED).collect();
    if open.is_empty() {
        let key = if turn.situation.tickets.is_empty() { "tickets-none" } else { "tickets-none-open" };
        paragraphs.push(turn.words(key, &[]));
    }
    paragraphs.extend(open.iter().map(|ticket| card(&turn.language, ticket, None)));
    // A form's question below it must not change with the ticket.
    let shown: Vec<i64> = if turn.is_collecting() { Vec::new() } else { open.iter().map(|ticket| ticket.number).collect() };
    let mut turn = resumed_with(turn, paragraphs);
    turn.effects.extend(shown.into_iter().map(Effect::ShowsTicket));
    turn
}

/// Where a ticket stands and what is next, as `/status` says it and a live card shows it; `owner` is whoever takes care of it.
pub fn card(language: &str, ticket: &TicketLine, owner: Option<&str>) -> String {
    let mut lines = vec![line(language, ticket)];
    lines.extend(owner.filter(|_| ticket.status.is_open()).map(|name| words::say(language, "ticket-card-owner", &[("name", name.into())])));
    lines.push(words::say(language, words::next_key(ticket.status), &[]));
    lines.push(link(language, ticket));
    lines.join("\n")
}

fn tickets(turn: Turn<'_>) -> Turn<'_> {
    let listed: Vec<&TicketLine> = turn.situation.tickets.iter().take(LISTED).collect();
    let mut paragraphs = if listed.is_empty() {
        vec![turn.words("tickets-none", &[])]
    } else {
        let count = i64::try_from(listed.len()).unwrap_or(i64::MAX);
        vec![turn.words("tickets-head", &[("count", count.into())])]
    };
    paragraphs.extend(listed.into_iter().map(|ticket| format!("{}\n{}", line(&turn.language, ticket), link(&turn.language, ticket))));
    // Of colleagues' tickets only that they are there and how far: a link would show what was said.
    let colleagues: Vec<String> = turn.situation.colleagues.iter().take(LISTED).map(|ticket| line(&turn.language, ticket)).collect();
    if !colleagues.is_empty() {
        paragraphs.push(format!("{}\n{}", turn.words("tickets-colleagues", &[]), colleagues.join("\n")));
    }
    resumed_with(turn, paragraphs)
}

/// One ticket in one line.
fn line(language: &str, ticket: &TicketLine) -> String {
    let status = match &ticket.stage {
        Some(stage) if ticket.status != TicketStatus::Closed => stage.clone(),
        _ => words::say(language, words::status_key(ticket.status), &[]),
    };
    let number = number_text(ticket.number);
    let line = words::say(language, "ticket-line", &[("number", (&number).into()), ("title", (&ticket.title).into()), ("status", (&status).into())]);
    let parts: Vec<String> = ticket.merged.iter().map(|number| number_text(*number)).collect();
    let line = match parts.as_slice() {
        [] => line,
        parts => words::say(language, "ticket-line-merged", &[("line", (&line).into()), ("numbers", (&parts.join(", ")).into())]),
    };
    match &ticket.department {
        Some(department) if ticket.status.is_open() => {
            words::say(language, "ticket-line-with", &[("line", (&line).into()), ("department", department.into())])
        }
        _ => line,
    }
}

fn link(language: &str, ticket: &TicketLine) -> String {
    words::say(language, "ticket-link", &[("url", (&ticket.url).into())])
}

/// The tag as it is shipped or offered, for what a customer typed ("DE", "zh_cn", "Deutsch").
fn known_tag(turn: &Turn<'_>, typed: &str) -> Option<String> {
    let typed = typed.trim().replace('_', "-").to_lowercase();
    let offered = offered_languages(turn);
    offered
        .iter()
        .find(|tag| tag.to_lowercase() == typed)
        .or_else(|| offered.iter().find(|tag| base_language(tag) == base_language(&typed)))
        .or_else(|| offered.iter().find(|tag| words::language_name(tag).to_lowercase() == typed))
        .cloned()
}

fn offered_languages(turn: &Turn<'_>) -> Vec<String> {
    let mut tags: Vec<String> = SHIPPED.iter().map(|tag| (*tag).to_owned()).collect();
    for tag in turn.situation.languages {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

fn language_menu<'a>(mut turn: Turn<'a>, key: &str, tag: Option<&String>) -> Turn<'a> {
    let text = match tag {
        Some(tag) => {
            let tag: String = tag.chars().take(20).collect();
            turn.words(key, &[("tag", (&tag).into())])
        }
        None => turn.words(key, &[]),
    };
    let buttons = offered_languages(&turn)
        .into_iter()
        .map(|tag| Draft { label: words::language_name(&tag).to_owned(), action: ButtonAction::Language { tag } })
        .collect();
    turn.say(vec![text], buttons);
    turn
}

/// From now on in this language.
pub(super) fn set_language<'a>(mut turn: Turn<'a>, tag: &str) -> Turn<'a> {
    turn.effects.push(Effect::SetLanguage(tag.to_owned()));
    tag.clone_into(&mut turn.language);
    let text = if SHIPPED.contains(&base_language(tag)) {
        turn.words("language-set", &[])
    } else {
        turn.words("language-set-other", &[("name", words::language_name(tag).into())])
    };
    resumed_with(turn, vec![text])
}

/// What is said of it is the engine's to find: only it knows codes. What was asked before is still open.
fn link_to_another_channel<'a>(mut turn: Turn<'a>, code: Option<&str>) -> Turn<'a> {
    turn.dialogue.greeted = true;
    turn.dialogue.late_told = false;
    turn.effects.push(code.map_or(Effect::GiveCode, |code| Effect::TakeCode(code.to_owned())));
    turn
}

fn forget(mut turn: Turn<'_>) -> Turn<'_> {
    // A form that is open is given up: erasing ends everything.
    turn.dialogue.phase = Phase::ConfirmingForget;
    let text = turn.words("forget-ask", &[]);
    let buttons = vec![turn.button("button-forget", ButtonAction::ConfirmForget), turn.button("button-keep", ButtonAction::Cancel)];
    turn.say(vec![text], buttons);
    turn
}
