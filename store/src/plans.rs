//! Lists are read off an index, newest first, however long the table is.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use bellhop_domain::{
    conversation::ConversationStatus,
    id::{AgentId, ContactId},
    ticket::TicketStatus,
};
use chrono::DateTime;
use uuid::Uuid;

use crate::{
    Options, assignment,
    conversations::{self, ConversationFilter},
    follow_ups::{self, Whose},
    overview::{self, View},
    page::Cursor,
    sql::Arg,
    tickets::{self, TicketFilter},
};

#[tokio::test]
async fn lists_are_read_off_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(format!("sqlite://{}", folder.path().join("bellhop.db").display()));
    crate::migrate(&options, DateTime::UNIX_EPOCH).await.unwrap();
    let store = crate::open(&options).await.unwrap();
    let cursor = Some(Cursor { place: 1, id: Uuid::nil() });
    let (some, agent, contact) = (Some("x".to_owned()), Some(AgentId(Uuid::nil())), Some(ContactId(Uuid::nil())));
    let mut statements: Vec<(String, Vec<Arg<'_>>)> = Vec::new();
    let of_conversations = ConversationFilter::default;
    let conversation_filters = [
        of_conversations(),
        ConversationFilter { status: Some(ConversationStatus::Queued), ..of_conversations() },
        ConversationFilter { status: Some(ConversationStatus::Open), ..of_conversations() },
        ConversationFilter { status: Some(ConversationStatus::Snoozed), ..of_conversations() },
        ConversationFilter { assignee: agent, ..of_conversations() },
        ConversationFilter { department: some.clone(), ..of_conversations() },
    ];
    statements.extend(conversation_filters.iter().map(|filter| conversations::list(filter, cursor, 50)));
    let of_tickets = TicketFilter::default;
    let ticket_filters = [
        of_tickets(),
        TicketFilter { status: Some(TicketStatus::Open), ..of_tickets() },
        TicketFilter { template: some.clone(), ..of_tickets() },
        TicketFilter { department: some.clone(), ..of_tickets() },
        TicketFilter { department: some.clone(), status: Some(TicketStatus::New), ..of_tickets() },
        TicketFilter { owner: agent, ..of_tickets() },
        TicketFilter { contact, ..of_tickets() },
        TicketFilter { tier: some.clone(), ..of_tickets() },
        TicketFilter { region: some, ..of_tickets() },
    ];
    statements.extend(ticket_filters.iter().map(|filter| tickets::list(filter, cursor, 50)));
    let views = [View::Mine(AgentId(Uuid::nil())), View::Unassigned, View::All, View::Department("x".to_owned()), View::Bot, View::Resolved];
    for view in &views {
        let (sql, args) = overview::list(view, cursor, 50);
        for mut step in store.reader.all(format!("EXPLAIN QUERY PLAN {sql}"), &args).await.unwrap() {
            step.skip(3);
            let step: String = step.next().unwrap();
            assert!(!step.starts_with("SCAN") || step == "SCAN page", "{step}: {sql}");
            assert!(!step.contains("TEMP B-TREE"), "{step}: {sql}");
        }
    }
    for (sql, args) in statements {
        for mut step in store.reader.all(format!("EXPLAIN QUERY PLAN {sql}"), &args).await.unwrap() {
            step.skip(3);
            let step: String = step.next().unwrap();
            assert!(step.starts_with("SEARCH") && step.contains("USING INDEX"), "{step}: {sql}");
        }
    }
    store.close().await;
}

#[tokio::test]
async fn what_is_open_is_read_before_the_tickets_that_it_is_about() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(format!("sqlite://{}", folder.path().join("bellhop.db").display()));
    crate::migrate(&options, DateTime::UNIX_EPOCH).await.unwrap();
    let store = crate::open(&options).await.unwrap();
    let departments = ["x".to_owned()];
    for whose in [Whose::Everybodys, Whose::Agent(AgentId(Uuid::nil()), &departments)] {
        for (sql, args) in follow_ups::open(whose, Some(DateTime::UNIX_EPOCH), Some(Cursor { place: 1, id: Uuid::nil() }), 50) {
            let mut steps = Vec::new();
            for mut step in store.reader.all(format!("EXPLAIN QUERY PLAN {sql}"), &args).await.unwrap() {
                step.skip(3);
                steps.push(step.next::<String>().unwrap());
            }
            let at = |begins: &str| steps.iter().position(|step| step.starts_with(begins)).unwrap_or_else(|| panic!("{begins}: {steps:?}"));
            assert!(at("SEARCH f USING INDEX follow_up_") < at("SEARCH t USING INDEX sqlite_autoindex_ticket"), "{steps:?}");
            assert!(steps.iter().all(|step| !step.starts_with("SCAN") || step == "SCAN a"), "{steps:?}");
        }
    }
    store.close().await;
}

#[tokio::test]
async fn what_waits_and_what_people_have_is_read_off_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(format!("sqlite://{}", folder.path().join("bellhop.db").display()));
    crate::migrate(&options, DateTime::UNIX_EPOCH).await.unwrap();
    let store = crate::open(&options).await.unwrap();
    for (sql, index, args) in [
        (assignment::CHATS_IN_LINE, "conversation_line", vec![Arg::from("x"), Arg::from(50_i64)]),
        (assignment::TICKETS_IN_LINE, "ticket_line", vec![Arg::from("x"), Arg::from(50_i64)]),
        (assignment::CHAT_LOADS, "conversation_load", vec![]),
        (assignment::TICKET_LOADS, "ticket_load", vec![]),
    ] {
        for mut step in store.reader.all(format!("EXPLAIN QUERY PLAN {sql}"), &args).await.unwrap() {
            step.skip(3);
            let step: String = step.next().unwrap();
            assert!(step.contains(index), "{step}: {sql}");
        }
    }
    store.close().await;
}
