//! A database with as many tickets as wanted, for measuring lists: written in SQL, because nobody waits for a million customers.
//!
//! Two years of tickets come evenly; one in seventeen is not done, most of those of the last weeks. Values are spread unevenly over departments,
//! owners, kinds, categories, tiers and regions, as they are in a company: some have a third of everything, some next to nothing.

use anyhow::{Context as _, ensure};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend};

use crate::report::Report;

/// Rows of one statement.
const AT_ONCE: u64 = 100_000;
/// 21 November 2024, in microseconds since 1970.
const BEGIN: u64 = 1_732_147_200_000_000;
/// Two years, in microseconds.
const SPAN: u64 = 730 * 86_400 * 1_000_000;
/// How many agents there are.
pub(crate) const AGENTS: u64 = 50;

/// What is written.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// A database that `bellhop migrate` has made and that has no tickets: `sqlite://…` or `postgres://…`.
    #[arg(long)]
    pub(crate) database: String,
    /// Tickets, each from a conversation of its own; one person has five.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) tickets: u64,
    /// Messages of each conversation.
    #[arg(long, default_value_t = 10)]
    pub(crate) messages: u64,
    /// Of a hundred tickets so many are of the last weeks, most of which are not done: more of them fill the pages of a small database.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub(crate) recent: u64,
}

/// Writes it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!((50..=10_000_000).contains(&options.tickets), "between 50 and 10 million tickets");
    let mut connect = ConnectOptions::new(options.database.clone());
    // What is said to a connection below holds for all that follows.
    connect.max_connections(1).sqlx_logging(false);
    let database = Database::connect(connect).await.context("the database cannot be reached")?;
    let backend = database.get_database_backend();
    if backend == DbBackend::Sqlite {
        // A database that is spoilt by a crash meanwhile is filled again.
        run_one(&database, "PRAGMA synchronous = OFF").await?;
        run_one(&database, "PRAGMA cache_size = -1000000").await?;
    }
    for table in tables(options.tickets, options.messages, options.recent) {
        for low in (1..=table.rows).step_by(usize::try_from(AT_ONCE)?) {
            let high = (low + AT_ONCE - 1).min(table.rows);
            run_one(&database, &table.statement(backend, low, high)).await?;
        }
    }
    run_one(&database, &format!("UPDATE counter SET value = {} WHERE name = 'ticket'", options.tickets)).await?;
    run_one(&database, "ANALYZE").await?;
    if backend == DbBackend::Postgres {
        run_one(&database, "VACUUM ANALYZE ticket").await?;
    }
    database.close().await?;
    let mut report = Report::default();
    report.add("tickets", options.tickets);
    report.add("messages", options.tickets * options.messages);
    Ok(report)
}

async fn run_one(database: &DatabaseConnection, sql: &str) -> anyhow::Result<()> {
    database.execute_unprepared(sql).await.with_context(|| sql.chars().take(120).collect::<String>())?;
    Ok(())
}

/// How rows of a table come from their number `n`.
struct Table {
    name: &'static str,
    columns: &'static str,
    values: String,
    rows: u64,
}

impl Table {
    fn statement(&self, backend: DbBackend, low: u64, high: u64) -> String {
        let Self { name, columns, values, .. } = self;
        let series = match backend {
            DbBackend::Postgres => format!("FROM generate_series({low}::bigint, {high}::bigint) AS g(n)"),
            _ => format!("FROM (WITH RECURSIVE g(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM g WHERE n < {high}) SELECT n FROM g) AS g"),
        };
        let sql = format!("INSERT INTO {name} ({columns}) SELECT {values} {series}");
        translated(&sql, backend)
    }
}

/// Puts in the database's own words: `HEX(…)` for twelve digits of a number, `ID(kind, …)` for an id, `YES` and `NO`.
fn translated(sql: &str, backend: DbBackend) -> String {
    let is_postgres = backend == DbBackend::Postgres;
    let (before, after) = if is_postgres { ("lpad(to_hex(", "), 12, '0')") } else { ("printf('%012x', ", ")") };
    let mut text = replaced(sql, "HEX(", |inner| format!("{before}{inner}{after}"));
    text = replaced(&text, "ID(", |inner| {
        let (kind, number) = inner.split_once(',').unwrap_or(("0", inner));
        let hex = format!("{before}{}{after} || '700{kind}8000000000000000'", number.trim());
        if is_postgres { format!("({hex})::uuid") } else { format!("unhex({hex})") }
    });
    let (yes, no) = if is_postgres { ("TRUE", "FALSE") } else { ("1", "0") };
    text.replace(" YES", &format!(" {yes}")).replace(" NO,", &format!(" {no},"))
}

/// Replaces each `name…)`, whose brackets are counted, by what `made` makes of what is in it.
fn replaced(sql: &str, name: &str, made: impl Fn(&str) -> String) -> String {
    let (mut text, mut rest) = (String::new(), sql);
    while let Some((before, after)) = rest.split_once(name) {
        let mut depth = 1;
        let end = after.char_indices().find_map(|(at, letter)| {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            (depth == 0).then_some(at)
        });
        let (inner, behind) = end.map_or((after, ""), |end| (after.split_at(end).0, after.split_at(end).1.strip_prefix(')').unwrap_or_default()));
        text.push_str(before);
        text.push_str(&made(inner));
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// A number below `below` that looks like chance, the same each time: one of the row, and of `seed`.
fn chance(seed: u64, below: u64) -> String {
    format!("(((n * 2654435761 + {seed} * 40503 + (n / 97) * 7919) % 1000003) % {below})")
}

/// The same, small numbers much more often.
fn skewed(seed: u64, below: u64) -> String {
    format!("({} * {} / {below})", chance(seed, below), chance(seed + 1, below))
}

fn tables(tickets: u64, messages: u64, recent: u64) -> Vec<Table> {
    let step = SPAN / tickets;
    let (recent, created) = (tickets - tickets * recent / 100, format!("({BEGIN} + n * {step})"));
    let status = format!(
        "(CASE WHEN n > {recent} THEN (CASE WHEN {one} < 25 THEN 'new' WHEN {one} < 60 THEN 'open' WHEN {one} < 75 THEN 'waiting_customer'
            WHEN {one} < 80 THEN 'waiting_third_party' WHEN {one} < 90 THEN 'resolved' ELSE 'closed' END)
          ELSE (CASE WHEN {one} < 1 THEN 'open' WHEN {one} < 2 THEN 'waiting_customer' WHEN {one} < 6 THEN 'resolved' ELSE 'closed' END) END)",
        one = chance(1, 100)
    );
    // A tenth of all has nobody; the new ones always.
    let owner = format!(
        "(CASE WHEN {status} = 'new' OR {tenth} = 0 THEN NULL ELSE ID(4, 1 + {agent}) END)",
        tenth = chance(2, 10),
        agent = skewed(3, AGENTS)
    );
    let priority = format!(
        "(CASE WHEN {one} < 20 THEN 'low' WHEN {one} < 85 THEN 'normal' WHEN {one} < 97 THEN 'high' ELSE 'urgent' END)",
        one = chance(5, 100)
    );
    let tier = format!(
        "(CASE WHEN {one} < 60 THEN 'standard' WHEN {one} < 80 THEN 'gold' WHEN {one} < 85 THEN 'vip' WHEN {one} < 95 THEN 'trial' ELSE NULL END)",
        one = chance(6, 100)
    );
    // Priority, then the tier's rank, as the program reckons.
    let urgency = format!(
        "((CASE {priority} WHEN 'low' THEN 0 WHEN 'normal' THEN 1 WHEN 'high' THEN 2 ELSE 3 END) * 4294967296 + 2147483648 +
          (CASE {tier} WHEN 'vip' THEN 40 WHEN 'gold' THEN 30 WHEN 'standard' THEN 20 ELSE 10 END))"
    );
    let region = format!("substr('DEUSCNGBFRESITPLNLBEATCHSEJPKRBRMXINAUCA', CAST(1 + 2 * {} AS INTEGER), 2)", skewed(8, 20));
    let template = format!("(CASE {} WHEN 0 THEN 'refund' WHEN 1 THEN 'order_problem' WHEN 2 THEN 'bug' ELSE 'suggestion' END)", skewed(12, 4));
    let kind_of_case = format!("'c' || {}", skewed(16, 60));
    let fields = "'{\"order_number\":{\"value\":\"LH-' || (100000 + n) || '\",\"source\":\"agent\"},\"details\":{\"value\":\"The parcel came, but two of the things in it are not what was ordered; photos were sent.\",\"source\":\"agent\"}}'";
    let routing = format!(
        "'{{\"rule\":\"desks\",\"department\":\"d1\",\"owner\":null,\"reasons\":[{{\"condition\":\"tier is vip\",\"compared\":{{\"field\":\"tier\",\"op\":\"eq\",\"value\":\"vip\"}},\"value\":\"vip\",\"source\":\"import\",\"matched\":true}}],\"urgency\":' || {urgency} || '}}'"
    );
    let updated = format!("{created} + {} * 1000000", chance(20, 432_000));
    let people = tickets.div_ceil(5);
    vec![
        Table {
            name: "agent",
            columns: "id, key, email, name, role, departments, languages, password_hash, disabled, version, created_at, profile",
            values: format!("ID(4, n), 'a' || n, 'a' || n || '@load.example', 'Agent ' || n, 'agent', '[]', '[]', NULL, NO, 1, {BEGIN}, '{{}}'"),
            rows: AGENTS,
        },
        Table {
            name: "contact",
            columns: "id, version, name, language, language_chosen, emails, phones, tier, region, attributes, organisation, blocked, erased_at,
                created_at, updated_at",
            values: format!("ID(1, n), 1, 'Person ' || n, 'en', NO, '[]', '[]', '[]', '[]', '{{}}', NULL, NO, NULL, {created}, {created}"),
            rows: people,
        },
        Table {
            name: "thread",
            columns: "id, channel, external_id, contact",
            values: "ID(5, n), 'shop', 'p' || n, ID(1, n)".to_owned(),
            rows: people,
        },
        Table {
            name: "conversation",
            columns: "id, version, thread, channel, external_thread, contact, status, assignee, department, language, category, tags, dialogue, queued_at,
                snoozed_until, resolved_at, created_at, updated_at, routing, urgency, proposed, proposed_category",
            values: format!(
                "ID(2, n), 1, ID(5, 1 + n % {people}), 'shop', 'p' || (1 + n % {people}), ID(1, 1 + n % {people}), 'resolved', NULL, NULL, 'en', NULL, '[]',
                 '{{\"phase\":{{\"phase\":\"listening\"}},\"shown\":[],\"refused\":[],\"last_question\":null,\"greeted\":false,\"offered\":[],\"keeps_waiting\":false,\"late_told\":false,\"guard\":{{\"replies\":[],\"streak\":null,\"own\":[],\"to_programs\":0,\"stopped\":false}}}}',
                 NULL, NULL, {created}, {created}, {created}, NULL, 0, NULL, NULL"
            ),
            rows: tickets,
        },
        Table {
            name: "message",
            columns: "id, conversation, thread, direction, author_kind, author, author_contact, author_name, text, extras, external_id, delivery, delivery_error,
                maybe_sent, fetching, created_at",
            values: format!(
                "ID(3, n), ID(2, (n - 1) / {messages} + 1), ID(5, 1 + ((n - 1) / {messages} + 1) % {people}),
                 (CASE n % 2 WHEN 0 THEN 'out' ELSE 'in' END), (CASE n % 2 WHEN 0 THEN 'bot' ELSE 'contact' END),
                 (CASE n % 2 WHEN 0 THEN '{{\"kind\":\"bot\"}}' ELSE '{{\"kind\":\"contact\",\"id\":\"con_' || HEX(1 + ((n - 1) / {messages} + 1) % {people}) || '70018000000000000000\"}}' END),
                 (CASE n % 2 WHEN 0 THEN NULL ELSE ID(1, 1 + ((n - 1) / {messages} + 1) % {people}) END), NULL,
                 'Two of the things in my parcel are not what I ordered, number LH-' || n || ', what can I do now?', '{{}}', 'm' || n, NULL, NULL, NO, NO,
                 {BEGIN} + (n / {messages}) * {step}"
            ),
            rows: tickets * messages,
        },
        Table {
            name: "ticket",
            columns: "id, number, version, template, status, stage, priority, tier, region, department, owner, followers, category, fields, contact,
                conversations, messages, language, routing, resolved_at, created_at, updated_at, urgency, incident, template_version, calm",
            values: format!(
                "ID(6, n), n, 1, {template}, {status}, NULL, {priority}, {tier}, {region}, 'd' || (1 + {department}), {owner}, '[]', {kind_of_case}, {fields},
                 ID(1, 1 + n % {people}), '[\"cnv_' || HEX(n) || '70028000000000000000\"]', '[]', 'en', {routing}, NULL, {created}, {updated}, {urgency},
                 NO, 1, -{urgency}",
                department = skewed(14, 8)
            ),
            rows: tickets,
        },
        Table {
            name: "ticket_conversation",
            columns: "conversation, ticket",
            values: "ID(2, n), ID(6, n)".to_owned(),
            rows: tickets,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_brackets_is_put_into_the_words_of_the_database() {
        let sql = "SELECT ID(1, 1 + (n * 2)), NO, 'x' || HEX(n)";
        assert_eq!(
            translated(sql, DbBackend::Postgres),
            "SELECT (lpad(to_hex(1 + (n * 2)), 12, '0') || '70018000000000000000')::uuid, FALSE, 'x' || lpad(to_hex(n), 12, '0')"
        );
        assert_eq!(
            translated(sql, DbBackend::Sqlite),
            "SELECT unhex(printf('%012x', 1 + (n * 2)) || '70018000000000000000'), 0, 'x' || printf('%012x', n)"
        );
    }
}
