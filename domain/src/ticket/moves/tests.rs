#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    id::{ContactId, TicketId},
    routing::Routing,
    sourced::Source,
    ticket::{FieldValue, Priority},
};

pub(crate) fn ticket(status: TicketStatus, stage: Option<&str>) -> Ticket {
    let at = DateTime::UNIX_EPOCH;
    Ticket {
        id: TicketId(Uuid::nil()),
        number: 7,
        template_version: 1,
        version: 1,
        template: "idea".to_owned(),
        status,
        stage: stage.map(str::to_owned),
        priority: Priority::Normal,
        tier: None,
        region: None,
        department: None,
        owner: None,
        followers: vec![],
        category: None,
        fields: BTreeMap::new(),
        contact: ContactId(Uuid::nil()),
        conversations: vec![],
        messages: vec![],
        language: None,
        routing: Routing::default(),
        resolved_at: (!status.is_open()).then_some(at),
        withdrawn_at: None,
        merged_into: None,
        incident: false,
        rating_asked_at: None,
        rating: None,
        created_at: at,
        updated_at: at,
    }
}

fn template() -> Template {
    let template: Template = serde_json::from_value(json!({
        "key": "idea", "title": {"en": "Idea"},
        "fields": [{"key": "answer", "type": "text", "label": {"en": "Answer"}, "required": "resolve"}],
        "stages": [
            {"key": "unplanned", "name": {"en": "Unplanned"}, "status": "new", "next": ["planned", "rejected"]},
            {"key": "planned", "name": {"en": "Planned"}, "status": "open", "notify": true, "next": ["done", "unplanned_again"]},
            {"key": "unplanned_again", "name": {"en": "Put back"}, "next": ["planned"]},
            {"key": "done", "name": {"en": "Done"}, "status": "resolved", "notify": true},
            {"key": "rejected", "name": {"en": "Rejected"}, "status": "closed", "next": []}
        ]
    }))
    .unwrap();
    template.check().unwrap();
    template
}

fn days(days: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(days)
}

#[test]
fn statuses_follow_each_other() {
    use TicketStatus::{Closed, New, Open, Resolved, WaitingCustomer, WaitingThirdParty};
    // From, to, whether the customer is told or why it cannot be.
    for (from, to, expected) in [
        (New, Open, Ok(true)),
        (New, WaitingCustomer, Ok(true)),
        (New, Resolved, Ok(true)),
        (New, Closed, Ok(true)),
        (Open, New, Err("a ticket cannot become new again; use open")),
        (Open, WaitingThirdParty, Ok(true)),
        (WaitingCustomer, Open, Ok(false)),
        (WaitingThirdParty, Resolved, Ok(true)),
        (Resolved, Open, Ok(true)),
        (Resolved, Closed, Ok(false)),
        (Resolved, New, Err("a ticket cannot become new again; use open")),
        (Closed, Open, Ok(true)),
        (Closed, Resolved, Err("T-7 is closed; it can only be reopened (status open)")),
        (Closed, WaitingCustomer, Err("T-7 is closed; it can only be reopened (status open)")),
    ] {
        let mut ticket = ticket(from, None);
        let moved = ticket.move_to(Move { status: Some(to), stage: None }, None, None, days(1));
        let found = moved.as_ref().map(|moved| moved.tell_customer).map_err(ToString::to_string);
        assert_eq!(found, expected.map_err(str::to_owned), "{from:?} {to:?}");
        assert_eq!(ticket.status, if expected.is_ok() { to } else { from });
        assert_eq!(ticket.resolved_at.is_some(), !ticket.status.is_open(), "{from:?} {to:?}");
    }
}

#[test]
fn staying_is_no_change() {
    for status in TicketStatus::ALL {
        let mut ticket = ticket(status, Some("planned"));
        let before = ticket.clone();
        let moved = ticket.move_to(Move { status: Some(status), stage: Some("planned") }, Some(&template()), None, days(1)).unwrap();
        assert!(!moved.changed && !moved.tell_customer);
        assert_eq!(ticket, before);
    }
}

#[test]
fn closed_is_final_after_a_while() {
    let mut ticket = ticket(TicketStatus::Closed, None);
    assert!(ticket.can_reopen(days(29)) && !ticket.can_reopen(days(30)));
    let refusal = ticket.move_to(Move { status: Some(TicketStatus::Open), stage: None }, None, None, days(30)).unwrap_err();
    assert_eq!(refusal.to_string(), "T-7 is closed; make a new ticket instead");
}

#[test]
fn what_is_required_at_resolution_must_be_there() {
    let template = template();
    for status in [TicketStatus::Resolved, TicketStatus::Closed] {
        let mut ticket = ticket(TicketStatus::Open, None);
        let to = Move { status: Some(status), stage: None };
        let refusal = ticket.move_to(to, Some(&template), None, days(1)).unwrap_err();
        assert_eq!(refusal.field_errors(), [FieldError::new("answer", Why::new("why-required-to-resolve"))]);
        assert_eq!(ticket.status, TicketStatus::Open);
        ticket.fields.insert("answer".to_owned(), FieldValue { value: json!("yes"), source: Source::Agent, message: None });
        assert!(ticket.move_to(to, Some(&template), None, days(1)).unwrap().changed);
        assert_eq!(ticket.resolved_at, Some(days(1)));
    }
}

#[test]
fn stages_follow_as_the_template_says() {
    let template = template();
    // From status and stage to stage (and status), then the new status and whether the customer is told.
    for (status, from, to, asked, expected) in [
        (TicketStatus::New, Some("unplanned"), "planned", None, Ok((TicketStatus::Open, true))),
        (TicketStatus::Open, Some("planned"), "unplanned_again", None, Ok((TicketStatus::Open, false))),
        (TicketStatus::Open, Some("planned"), "unplanned_again", Some(TicketStatus::WaitingCustomer), Ok((TicketStatus::WaitingCustomer, false))),
        (TicketStatus::New, None, "planned", None, Ok((TicketStatus::Open, true))),
        (TicketStatus::Open, Some("no longer there"), "planned", None, Ok((TicketStatus::Open, true))),
        (TicketStatus::New, Some("unplanned"), "done", None, Err("stage done cannot follow unplanned; next can be planned, rejected")),
        (TicketStatus::Resolved, Some("done"), "planned", None, Err("stage planned cannot follow done")),
        (
            TicketStatus::Open,
            Some("planned"),
            "nowhere",
            None,
            Err("there is no stage “nowhere”; there is unplanned, planned, unplanned_again, done, rejected"),
        ),
        (TicketStatus::Open, Some("planned"), "done", Some(TicketStatus::Open), Err("stage done means status resolved, not open")),
        (TicketStatus::Open, Some("planned"), "done", None, Err("before the ticket can be resolved, these are needed: answer")),
        (TicketStatus::Closed, None, "unplanned_again", None, Err("T-7 is closed; it can only be reopened (status open)")),
    ] {
        let mut ticket = ticket(status, from);
        let moved = ticket.move_to(Move { status: asked, stage: Some(to) }, Some(&template), None, days(1));
        let found = moved.map(|moved| (moved.to.0, moved.tell_customer)).map_err(|refusal| refusal.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{from:?} {to}");
        assert_eq!(ticket.stage.as_deref(), if expected.is_ok() { Some(to) } else { from });
    }
    assert_eq!(
        ticket(TicketStatus::Open, None).move_to(Move { status: None, stage: Some("x") }, None, None, days(1)).unwrap_err().to_string(),
        "there is no stage “x”"
    );
}

#[test]
fn what_comes_next_is_named() {
    let template = template();
    let next = |ticket: Ticket| ticket.next_stages(&template).iter().map(|stage| stage.key.clone()).collect::<Vec<_>>();
    assert_eq!(next(ticket(TicketStatus::Open, Some("planned"))), ["done", "unplanned_again"]);
    assert_eq!(next(ticket(TicketStatus::Closed, Some("planned"))), Vec::<String>::new());
    assert_eq!(next(ticket(TicketStatus::New, None)).len(), 5);
    let steps: Vec<&str> = TicketStatus::ALL.into_iter().map(|status| ticket(status, None).next_step().as_str()).collect();
    assert_eq!(steps, ["we_look", "we_work", "you_answer", "others_answer", "you_confirm", "done"]);
    assert_eq!(steps, NextStep::ALL.map(NextStep::as_str));
}

#[test]
fn a_stage_is_entered_only_with_what_it_requires() {
    let template: Template = serde_json::from_value(json!({
        "key": "repair", "title": {"en": "Repair"},
        "fields": [{"key": "parcel", "type": "text", "label": {"en": "Parcel"}}],
        "stages": [
            {"key": "waiting", "name": {"en": "Waiting"}, "next": ["sent"]},
            {"key": "sent", "name": {"en": "Sent"}, "requires": ["parcel"], "next": []}
        ]
    }))
    .unwrap();
    template.check().unwrap();
    let mut ticket = ticket(TicketStatus::Open, Some("waiting"));
    let to = Move { status: None, stage: Some("sent") };
    let refusal = ticket.move_to(to, Some(&template), None, days(1)).unwrap_err();
    assert_eq!(refusal.field_errors().iter().map(ToString::to_string).collect::<Vec<_>>(), ["parcel: is required for “sent”"]);
    assert_eq!(refusal.to_string(), "before “sent” is entered, these are needed: parcel");
    let value = FieldValue { value: "1Z".into(), source: crate::sourced::Source::Agent, message: None };
    ticket.fields.insert("parcel".to_owned(), value);
    assert!(ticket.move_to(to, Some(&template), None, days(1)).unwrap().changed);
}
