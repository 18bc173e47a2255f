//! Lists are read off an index, newest first, however long the table is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

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
            // A page begins where the one before ended, however many are due in the same second.
            assert!(steps.iter().any(|step| step.contains("due_at>?") || step.contains("(due_at,id)>(?,?)")), "{steps:?}");
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

/// A PostgreSQL database of a test's own, removed by [`Self::remove`].
struct Server {
    address: String,
    name: String,
}

impl Server {
    async fn fresh() -> (Self, crate::Store) {
        #[expect(clippy::disallowed_methods, reason = "where the test's server is")]
        let address =
            std::env::var("BELLHOP_TEST_POSTGRES").expect("BELLHOP_TEST_POSTGRES is not set: run scripts/test, which starts a PostgreSQL of its own");
        #[expect(clippy::disallowed_methods, reason = "a name for the test's own database")]
        let server = Self { name: format!("bellhop_{}", Uuid::new_v4().simple()), address };
        server.run(format!("CREATE DATABASE {}", server.name)).await;
        let (before, _) = server.address.rsplit_once('/').unwrap();
        let options = Options::new(format!("{before}/{}", server.name));
        crate::migrate(&options, DateTime::UNIX_EPOCH).await.unwrap();
        (server, crate::open(&options).await.unwrap())
    }

    async fn run(&self, sql: String) {
        use sqlx::{Connection as _, Executor as _};
        let mut connection = sqlx::PgConnection::connect(&self.address).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
    }

    /// How a statement of a reader is done, and what that took: with the plan that readers have, which does not depend on the values.
    async fn analyzed(&self, sql: &str, args: &[Arg<'_>]) -> Vec<String> {
        use sqlx::{Connection as _, Executor as _, Row as _};
        let place = self.address.parse::<sqlx::postgres::PgConnectOptions>().unwrap().database(&self.name);
        let mut connection = sqlx::PgConnection::connect_with(&place.options(crate::dialect::POSTGRES_READER_SETTINGS)).await.unwrap();
        let value = |arg: &Arg<'_>| match arg {
            Arg::Int(Some(number)) => number.to_string(),
            Arg::Text(Some(text)) => format!("'{}'", text.replace('\'', "''")),
            Arg::Uuid(Some(id)) => format!("'{id}'"),
            _ => "NULL".to_owned(),
        };
        let values = if args.is_empty() { String::new() } else { format!("({})", args.iter().map(value).collect::<Vec<_>>().join(", ")) };
        connection.execute(sqlx::AssertSqlSafe(format!("PREPARE listed AS {sql}"))).await.unwrap();
        let plan = connection.fetch_all(sqlx::AssertSqlSafe(format!("EXPLAIN ANALYZE EXECUTE listed{values}"))).await.unwrap();
        connection.close().await.unwrap();
        plan.iter().map(|line| line.get(0)).collect()
    }

    async fn remove(self, store: crate::Store) {
        store.close().await;
        self.run(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

/// Rows that a plan, in PostgreSQL's words, takes from the table of tickets, those that it throws away among them; never all of the table, one after the other.
fn looked_at(plan: &[String]) -> f64 {
    let number = |line: &str, after: &str| -> Option<f64> {
        let rest = line.split_once(after)?.1;
        rest.split(|sign: char| !sign.is_ascii_digit() && sign != '.').next()?.parse().ok()
    };
    let (mut rows, mut loops) = (0.0, None);
    for line in plan {
        if line.contains("(actual") || line.contains("(never executed)") {
            let is_ticket = line.contains(" on ticket t ");
            assert!(!(is_ticket && line.contains("Seq Scan")), "{plan:#?}");
            let actual = line.split_once("(actual").map_or("", |(_, actual)| actual);
            loops = number(actual, "loops=").filter(|_| is_ticket);
            rows += loops.unwrap_or(0.0) * number(actual, "rows=").unwrap_or(0.0);
        } else if let Some(removed) = number(line, "Rows Removed by Filter: ").or_else(|| number(line, "Rows Removed by Index Recheck: ")) {
            rows += loops.unwrap_or(0.0) * removed;
        }
    }
    rows
}

#[tokio::test]
async fn no_list_of_tickets_reads_much_more_than_it_shows_on_postgresql() {
    const SHOWN: u32 = 50;
    let (server, store) = Server::fresh().await;
    // One of seventeen is not done; every value has some hundred tickets at least.
    let fill = "INSERT INTO ticket (id, number, version, template, status, priority, tier, region, department, owner, followers, category, fields, contact,
            conversations, messages, routing, created_at, updated_at, urgency, incident, template_version, calm)
        SELECT (lpad(to_hex(n), 12, '0') || '70008000000000000000')::uuid, n, 1, CASE n % 3 WHEN 0 THEN 'x' ELSE 'y' END,
            CASE WHEN n % 17 > 0 THEN 'closed' ELSE (ARRAY['new', 'open', 'waiting_customer', 'waiting_third_party'])[1 + (n / 17) % 4] END, 'normal',
            CASE n % 5 WHEN 0 THEN 'x' ELSE 'y' END, CASE n % 7 WHEN 0 THEN 'x' ELSE 'y' END, CASE n % 4 WHEN 0 THEN 'x' ELSE 'y' END,
            CASE n % 6 WHEN 0 THEN NULL WHEN 1 THEN '00000000-0000-0000-0000-000000000000'::uuid ELSE '00000000-0000-0000-0000-000000000001'::uuid END,
            '[]', CASE n % 9 WHEN 0 THEN 'x' ELSE 'y' END, '{}', '00000000-0000-0000-0000-000000000002'::uuid, '[]', '[]', '{}', n, n * 7919 % 30000,
            n % 40, FALSE, 1, -(n % 40)
        FROM generate_series($1::bigint, $2::bigint) AS g(n)";
    for low in (1..=30_000_i64).step_by(3_000) {
        store.reader.all(fill, &[Arg::from(low), Arg::from(low + 2_999)]).await.unwrap();
    }
    store.reader.all("ANALYZE ticket", &[]).await.unwrap();
    for filter in lists_of_tickets() {
        for sort in TicketSort::ALL {
            let filter = TicketFilter { sort, ..filter.clone() };
            let (mut cursor, mut pages) = (None, 0);
            loop {
                let (sql, args) = tickets::list(&filter, cursor, SHOWN);
                let plan = server.analyzed(&sql, &args).await;
                let rows = looked_at(&plan);
                assert!(rows <= f64::from(20 * SHOWN), "{rows} rows on page {pages} of {filter:?}: {plan:#?}");
                assert!(pages > 0 || rows > 0.0, "a list that is empty shows nothing: {filter:?}");
                // The first page, and one far behind.
                let far = store.reader.tickets(&filter, cursor, 400).await.unwrap();
                (cursor, pages) = (far.next, pages + 1);
                if cursor.is_none() || pages == 3 {
                    break;
                }
            }
        }
    }
    server.remove(store).await;
}

#[tokio::test]
async fn a_search_that_takes_too_long_is_cut_off_and_the_next_one_is_not() {
    use std::time::{Duration, Instant};
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT (x + 1) % 1000 FROM n) SELECT MAX(x) FROM n".to_owned();
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(format!("sqlite://{}", folder.path().join("bellhop.db").display()));
    crate::migrate(&options, DateTime::UNIX_EPOCH).await.unwrap();
    let (server, on_server) = Server::fresh().await;
    let in_file = crate::open(&options).await.unwrap();
    for store in [&in_file, &on_server] {
        let begin = Instant::now();
        let error = store.reader.within(Duration::from_millis(100), endless.clone(), &[]).await.err().unwrap();
        assert!(error.is_cut_off(), "{error}");
        assert!(begin.elapsed() < Duration::from_secs(10));
        for _ in 0..8 {
            let found = store.reader.within(Duration::from_secs(60), "SELECT 1".to_owned(), &[]).await.unwrap();
            assert_eq!(found.len(), 1, "the connection is as good as before");
        }
    }
    in_file.close().await;
    server.remove(on_server).await;
}
