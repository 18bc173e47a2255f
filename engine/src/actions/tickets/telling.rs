//! What the customer is told when a ticket changes.

use bellhop_domain::{
    contact::Contact,
    desk::Desk,
    dialogue::Draft,
    message::ButtonAction,
    text::{self, Values},
    ticket::{Ticket, TicketStatus, number_text},
    words,
};

/// The words for what the customer can see of a change; nothing when they can see nothing of it.
pub(super) fn text_of(desk: &Desk, before: &Ticket, ticket: &Ticket, contact: Option<&Contact>, language: &str, url: &str) -> Option<String> {
    let number = number_text(ticket.number);
    let say = |key: &str, more: &[(&str, words::Value<'_>)]| {
        let values: Vec<_> = [("number", (&number).into()), ("url", url.into())].into_iter().chain(more.iter().copied()).collect();
        words::say(language, key, &values)
    };
    let stage = entered_stage(desk, before, ticket);
    let own = stage
        .and_then(|stage| stage.notice.as_ref())
        .and_then(|notice| text::fill_in(notice, language, &Values::default().of_ticket(desk, ticket, contact, language, url)));
    if let Some(own) = own {
        return Some(format!("{own}\n\n{}", say("ticket-number-link", &[])));
    }
    if ticket.status != before.status || stage.is_some() {
        let key = match ticket.status {
            _ if ticket.status == before.status => "ticket-changed",
            TicketStatus::Resolved => "ticket-resolved",
            TicketStatus::Closed => "ticket-closed",
            _ => "ticket-changed",
        };
        let status = match stage {
            Some(stage) => stage.name.get(language).to_owned(),
            None => words::say(language, words::status_key(ticket.status), &[]),
        };
        return Some(say(key, &[("status", (&status).into())]));
    }
    if ticket.department != before.department {
        let department = desk.departments.get(ticket.department.as_deref()?)?.name.get(language).to_owned();
        return Some(say("ticket-moved", &[("department", (&department).into())]));
    }
    None
}

/// What the customer may press to say how it went: when the ticket is resolved, where the template wants to know, and only once.
pub(super) fn rating_buttons(desk: &Desk, before: &Ticket, ticket: &Ticket) -> Vec<Draft> {
    let is_news = ticket.status == TicketStatus::Resolved && before.status != TicketStatus::Resolved && ticket.rating_asked_at.is_none();
    let scale = desk.form_of(ticket).and_then(|template| template.rating).filter(|_| is_news);
    let button =
        |(value, sign): &(u8, &str)| Draft { label: (*sign).to_owned(), action: ButtonAction::Rate { ticket: ticket.number, value: *value } };
    scale.map(|scale| scale.signs().iter().map(button).collect()).unwrap_or_default()
}

/// The stage that was entered, if customers are told of it.
fn entered_stage<'a>(desk: &'a Desk, before: &Ticket, ticket: &Ticket) -> Option<&'a bellhop_domain::template::Stage> {
    let key = ticket.stage.as_deref().filter(|_| ticket.stage != before.stage)?;
    desk.form_of(ticket)?.stage(key).filter(|stage| stage.notify)
}
