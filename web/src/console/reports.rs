//! What contacts were about, those that never became a ticket among them.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use bellhop_engine::actions::{ActionError, categories};
use bellhop_store::categories::CategoryCount;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::{
    form::Asked,
    shell::{Shell, Visit, status_of},
};

/// Days that are counted where nothing is said.
const DAYS: u64 = 30;

/// A category with what is under it and below it.
struct Row {
    name: String,
    /// 1 for a demand, 2 for a scenario, 3 for a problem; 0 for what is under no category.
    level: usize,
    conversations: u64,
    proposed: u64,
    without_ticket: u64,
    tickets: u64,
    /// The part of all conversations, of a hundred.
    share: u64,
}

#[derive(Template)]
#[template(path = "console/reports.html")]
struct ReportPage<'a> {
    shell: &'a Shell,
    from: String,
    to: String,
    rows: Vec<Row>,
    total: u64,
}

pub(super) async fn show(mut visit: Visit, Asked(asked): Asked) -> Response {
    visit.shell.part = "reports";
    visit.shell.here = format!("{}/console/reports", visit.shell.root);
    let today = visit.engine().now().date_naive();
    let day = |name: &str| asked.some(name).and_then(|text| text.parse::<NaiveDate>().ok());
    let to = day("to").unwrap_or(today);
    let from = day("from").or_else(|| to.checked_sub_days(Days::new(DAYS))).unwrap_or(to);
    let mut status = StatusCode::OK;
    let counts = match counted(&visit, from, to).await {
        Ok(counts) => counts,
        Err(error @ (ActionError::Forbidden { .. } | ActionError::Unavailable(_))) => return visit.shell.stopped(error),
        Err(error) => {
            status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            Vec::new()
        }
    };
    let (rows, total) = rows(&visit, &counts);
    let page = ReportPage { shell: &visit.shell, from: from.to_string(), to: to.to_string(), rows, total };
    visit.shell.page(status, &page)
}

async fn counted(visit: &Visit, from: NaiveDate, to: NaiveDate) -> Result<Vec<CategoryCount>, ActionError> {
    let begins = |day: NaiveDate| -> DateTime<Utc> { day.and_time(NaiveTime::MIN).and_utc() };
    let end = to.checked_add_days(Days::new(1)).unwrap_or(to);
    categories::counts(visit.engine(), visit.caller(), begins(from), begins(end)).await
}

/// The tree with what is under each category, whatever its level; what has nothing is left out.
fn rows(visit: &Visit, counts: &[CategoryCount]) -> (Vec<Row>, u64) {
    let (shell, desk) = (&visit.shell, visit.engine().desk());
    let all = |count: &CategoryCount| count.conversations + count.proposed;
    let total: u64 = counts.iter().map(all).sum();
    let row = |name: String, level: usize, among: &[&CategoryCount]| {
        let sum = |of: fn(&CategoryCount) -> u64| among.iter().map(|count| of(count)).sum::<u64>();
        let conversations = sum(|count| count.conversations + count.proposed);
        Row {
            name,
            level,
            conversations,
            proposed: sum(|count| count.proposed),
            without_ticket: sum(|count| count.without_ticket),
            tickets: sum(|count| count.tickets),
            share: (conversations * 100).checked_div(total).unwrap_or(0),
        }
    };
    let mut keys: Vec<Vec<&str>> = Vec::new();
    for count in counts {
        let path = count.category.as_deref().map(|key| desk.category_path(key)).unwrap_or_default();
        for level in 1..=path.len() {
            let way: Vec<&str> = path.iter().take(level).copied().collect();
            if !keys.contains(&way) {
                keys.push(way);
            }
        }
    }
    keys.sort();
    let mut rows: Vec<Row> = keys
        .iter()
        .filter_map(|way| {
            let key = *way.last()?;
            let below: Vec<&CategoryCount> =
                counts.iter().filter(|count| count.category.as_deref().is_some_and(|category| desk.category_path(category).contains(&key))).collect();
            Some(row(shell.named(desk.categories.get(key).map(|category| &category.name), key), way.len(), &below))
        })
        .collect();
    let nowhere: Vec<&CategoryCount> = counts.iter().filter(|count| count.category.is_none()).collect();
    if !nowhere.is_empty() {
        rows.push(row(shell.say("console-report-none"), 0, &nowhere));
    }
    (rows, total)
}
