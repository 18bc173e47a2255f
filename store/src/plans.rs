//! Lists are read off an index, newest first, however long the table is.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use bellhop_domain::{
    conversation::ConversationStatus,
    id::{AgentId, ContactId},
    ticket::{ACTIVE, TicketSort, TicketStatus},
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
    tickets::{self, Owner, TicketFilter},
};

#[tokio::test]
async fn lists_are_read_off_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(format!("sqlite://{}", folder.path().join("bellhop.db").display()));
    crate::migrate(&options, DateTime::UNIX_EPOCH).await.unwrap();
    let store = crate::open(&options).await.unwrap();
    let cursor = Some(Cursor { place: 1, id: Uuid::nil() });
    let (some, agent) = (Some("x".to_owned()), Some(AgentId(Uuid::nil())));
    let mut statements: Vec<(String, Vec<Arg<'_>>)> = Vec::new();
    let of_conversations = ConversationFilter::default;
    let conversation_filters = [
        of_conversations(),
        ConversationFilter { status: Some(ConversationStatus::Queued), ..of_conversations() },
        ConversationFilter { status: Some(ConversationStatus::Open), ..of_conversations() },
        ConversationFilter { status: Some(ConversationStatus::Snoozed), ..of_conversations() },
        ConversationFilter { assignee: agent, ..of_conversations() },
        ConversationFilter { department: some, ..of_conversations() },
    ];
    statements.extend(conversation_filters.iter().map(|filter| conversations::list(filter, cursor, 50)));
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

/// The lists of tickets that people look at every day: docs/performance.md names and measures them.
fn lists_of_tickets() -> Vec<TicketFilter> {
    let (of, some, active) = (TicketFilter::default, Some("x".to_owned()), || tickets::statuses(ACTIVE).unwrap());
    let agent = AgentId(Uuid::nil());
    vec![
        of(),
        TicketFilter { statuses: active(), ..of() },
        TicketFilter { statuses: vec![TicketStatus::Open], ..of() },
        TicketFilter { owner: Some(Owner::Agent(agent)), statuses: active(), ..of() },
        TicketFilter { owner: Some(Owner::Agent(agent)), ..of() },
        TicketFilter { owner: Some(Owner::Nobody), statuses: active(), ..of() },
        TicketFilter { department: some.clone(), statuses: active(), ..of() },
        TicketFilter { department: some.clone(), statuses: vec![TicketStatus::New], ..of() },
        TicketFilter { template: some.clone(), statuses: active(), ..of() },
        TicketFilter { category: some.clone(), statuses: active(), ..of() },
        TicketFilter { tier: some.clone(), statuses: active(), ..of() },
        TicketFilter { region: some, statuses: active(), ..of() },
    ]
}

#[tokio::test]
async fn every_list_of_tickets_is_read_from_its_place_in_an_index_in_every_order() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(format!("sqlite://{}", folder.path().join("bellhop.db").display()));
    crate::migrate(&options, DateTime::UNIX_EPOCH).await.unwrap();
    let store = crate::open(&options).await.unwrap();
    let mut plans: Vec<(String, TicketFilter)> = Vec::new();
    for filter in lists_of_tickets() {
        for sort in TicketSort::ALL {
            assert!(filter.is_indexed());
            plans.push(("status=?".to_owned(), TicketFilter { sort, ..filter.clone() }));
        }
    }
    plans.push(("contact=?".to_owned(), TicketFilter { contact: Some(ContactId(Uuid::nil())), ..TicketFilter::default() }));
    for (key, filter) in plans {
        let place = match filter.sort {
            TicketSort::Updated => "(updated_at,id)<(?,?)",
            TicketSort::Newest => "(created_at,id)<(?,?)",
            TicketSort::Oldest => "(created_at,id)>(?,?)",
            TicketSort::Urgency => "(calm,id)>(?,?)",
        };
        let (sql, args) = tickets::list(&filter, Some(Cursor { place: 1, id: Uuid::nil() }), 50);
        let mut heads = 0;
        for mut step in store.reader.all(format!("EXPLAIN QUERY PLAN {sql}"), &args).await.unwrap() {
            step.skip(3);
            let step: String = step.next().unwrap();
            if step.starts_with("SEARCH t USING INDEX ticket_") {
                assert!(step.contains(&format!("{key} AND {place})")), "{step}: {filter:?}");
                heads += 1;
            } else {
                let expected = step == "SEARCH t USING INDEX sqlite_autoindex_ticket_1 (id=?)";
                let of_heads = ["SCAN head", "SCAN page", "CO-ROUTINE", "MERGE", "LEFT", "RIGHT", "USE TEMP B-TREE FOR ORDER BY"];
                assert!(expected || of_heads.iter().any(|word| step.starts_with(word)), "{step}: {filter:?}");
            }
        }
        let wanted = if filter.contact.is_some() {
            1
        } else if filter.statuses.is_empty() {
            TicketStatus::ALL.len()
        } else {
            filter.statuses.len()
        };
        assert_eq!(heads, wanted, "{filter:?}");
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
        (assignment::TICKET_LOADS, "(owner=? AND status=?)", vec![]),
    ] {
        for mut step in store.reader.all(format!("EXPLAIN QUERY PLAN {sql}"), &args).await.unwrap() {
            step.skip(3);
            let step: String = step.next().unwrap();
            let of_agents = ["SCAN a", "CORRELATED SCALAR SUBQUERY"].iter().any(|word| step.starts_with(word));
            assert!(step.contains(index) || of_agents, "{step}: {sql}");
        }
    }
    store.close().await;
}
