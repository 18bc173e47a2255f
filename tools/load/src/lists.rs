//! Lists of tickets over the API: each of twelve in each of four orders, the first page and one far behind, beside the same of a smaller database.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    api::{Api, Reach},
    machine::pressure,
    report::{Latencies, Report},
};

/// The lists, by the names of `docs/performance.md`, as a query says them.
const LISTS: [(&str, &str); 12] = [
    ("all", ""),
    ("active", "status=active"),
    ("open", "status=open"),
    ("mine", "status=active&owner=a3"),
    ("an owner's", "owner=a3"),
    ("nobody's", "status=active&owner=none"),
    ("a department's active", "status=active&department=d2"),
    ("a department's new", "status=new&department=d2"),
    ("a kind's active", "status=active&template=order_problem"),
    ("a category's active", "status=active&category=c5"),
    ("a tier's active", "status=active&tier=gold"),
    ("a region's active", "status=active&region=US"),
];
const ORDERS: [&str; 4] = ["updated", "newest", "oldest", "urgency"];
/// Rows of a page.
const SHOWN: u32 = 50;
/// Rows of a page on the way to one far behind.
const STRIDE: u32 = 200;

/// What is asked.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) program: Reach,
    /// Requests of each page of each list.
    #[arg(long, default_value_t = 100)]
    pub(crate) requests: u32,
    /// Rows that the far page has before it, where the list has as many.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) depth: u32,
    /// Where to write all figures as JSON.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Where another program with fewer tickets listens: both are asked in turn, and each page's p99 is set beside its own there.
    #[arg(long, requires = "beside_token")]
    pub(crate) beside: Option<SocketAddr>,
    /// A token of the other program.
    #[arg(long)]
    pub(crate) beside_token: Option<String>,
}

/// Pages of a kind, of all lists together.
#[derive(Default)]
struct Together {
    here: Latencies,
    /// Of the same pages, where the other program has lists as long.
    as_long: Latencies,
    beside: Latencies,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!(options.requests >= 10, "at least ten requests are needed");
    let noise = pressure();
    let mut here = Asker(options.program.open().await?);
    let mut beside = match (options.beside, &options.beside_token) {
        (Some(address), Some(token)) => Some(Asker(Api::open(address, token).await?)),
        _ => None,
    };
    let (mut report, mut figures) = (Report::default(), serde_json::Map::new());
    let (mut first, mut far) = (Together::default(), Together::default());
    let (mut ratios, mut slowest) = (Vec::new(), (Duration::ZERO, String::new()));
    for (name, query) in LISTS {
        for order in ORDERS {
            let path = format!("/api/v1/tickets?{query}&sort={order}");
            let mut pages = vec![here.pages(&path, options.depth).await?];
            if let Some(beside) = &mut beside {
                pages.push(beside.pages(&path, options.depth).await?);
            }
            for (which, together) in [(0, &mut first), (1, &mut far)] {
                let title = format!("{name}, {order}, {}", if which == 0 { "first" } else { "far" });
                let own = pages.first().and_then(|pages| pages.get(which)).context("a page")?;
                let other = pages.get(1).and_then(|pages| pages.get(which));
                let (mut latencies, mut others) = measure(&mut here, own, beside.as_mut().zip(other), options.requests).await?;
                let millis = |latencies: &mut Latencies, share| latencies.percentile(share).unwrap_or_default().as_secs_f64() * 1000.0;
                let mut figure =
                    json!({ "p50": millis(&mut latencies, 0.5), "p99": millis(&mut latencies, 0.99), "rows": own.rows, "rows_before": own.before });
                if let Some(other) = other {
                    let ratio = millis(&mut latencies, 0.99) / millis(&mut others, 0.99);
                    figure["beside"] =
                        json!({ "p50": millis(&mut others, 0.5), "p99": millis(&mut others, 0.99), "rows": other.rows, "rows_before": other.before });
                    figure["p99_beside_its_own"] = ratio.into();
                    // A page of three rows is faster than one of fifty, whatever stands behind it.
                    if other.rows == own.rows {
                        ratios.push((ratio, title.clone()));
                        together.as_long.join(latencies.clone());
                        together.beside.join(others);
                    }
                }
                if let Some(p99) = latencies.percentile(0.99).filter(|p99| *p99 > slowest.0) {
                    slowest = (p99, title.clone());
                }
                together.here.join(latencies);
                figures.insert(title, figure);
            }
        }
    }
    report.add("pages", figures.len());
    report.add_latencies(["first_p50_ms", "first_p99_ms", "first_most_ms"], &mut first.here);
    report.add_latencies(["far_p50_ms", "far_p99_ms", "far_most_ms"], &mut far.here);
    report.add("slowest_page", slowest.1);
    report.add_number("slowest_p99_ms", slowest.0.as_secs_f64() * 1000.0);
    if beside.is_some() {
        let mut together = |names: [&'static str; 2], pages: &mut Together| {
            for (name, share) in names.into_iter().zip([0.5, 0.99]) {
                if let (Some(here), Some(beside)) = (pages.as_long.percentile(share), pages.beside.percentile(share)) {
                    report.add_number(name, here.as_secs_f64() / beside.as_secs_f64());
                }
            }
        };
        together(["first_p50_beside", "first_p99_beside"], &mut first);
        together(["far_p50_beside", "far_p99_beside"], &mut far);
        ratios.sort_by(|one, other| other.0.total_cmp(&one.0));
        report.add("pages_as_long", ratios.len());
        report.add("pages_above_1_5", ratios.iter().filter(|(ratio, _)| *ratio > 1.5).count());
        if let Some((ratio, title)) = ratios.into_iter().next() {
            report.add_number("worst_p99_beside_its_own", ratio);
            report.add("worst_page_beside_its_own", title);
        }
    }
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    if let Some(path) = &options.out {
        std::fs::write(path, serde_json::to_vec_pretty(&Value::Object(figures))?)?;
    }
    Ok(report)
}

/// Asks for a page as often as wanted, and in turn for the same of the other program.
async fn measure(here: &mut Asker, page: &Page, mut beside: Option<(&mut Asker, &Page)>, requests: u32) -> anyhow::Result<(Latencies, Latencies)> {
    let (mut latencies, mut others) = (Latencies::default(), Latencies::default());
    // Before the first counts, what the database reads from its files is in memory.
    for counts in std::iter::once(false).chain(std::iter::repeat_n(true, requests as usize)) {
        let begin = Instant::now();
        here.0.get(&page.path).await?;
        let took = begin.elapsed();
        if counts {
            latencies.add(took);
        }
        if let Some((asker, page)) = &mut beside {
            let begin = Instant::now();
            asker.0.get(&page.path).await?;
            let took = begin.elapsed();
            if counts {
                others.add(took);
            }
        }
    }
    Ok((latencies, others))
}

/// A page of a list.
struct Page {
    path: String,
    /// Rows on it.
    rows: usize,
    /// Rows before it.
    before: u32,
}

struct Asker(Api);

impl Asker {
    /// Goes on page by page, as far as a whole page is left; the cursor behind which the far page begins, and how many rows are before it.
    async fn walk(&mut self, path: &str, depth: u32) -> anyhow::Result<(Option<String>, u32)> {
        let (mut far, mut cursor, mut passed) = ((None, 0), None, 0);
        loop {
            let next = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page: Value = serde_json::from_str(&self.0.get(&format!("{path}&limit={STRIDE}{next}")).await?)?;
            if page["items"].as_array().is_some_and(|rows| rows.len() >= SHOWN as usize) {
                far = (cursor, passed);
            }
            match page["next_cursor"].as_str() {
                Some(next) if passed < depth => cursor = Some(next.to_owned()),
                _ => return Ok(far),
            }
            passed += STRIDE;
        }
    }

    /// The first page of a list, and the one behind `depth` rows, or the last whole one.
    async fn pages(&mut self, path: &str, depth: u32) -> anyhow::Result<[Page; 2]> {
        let (cursor, before) = self.walk(path, depth).await?;
        let first = format!("{path}&limit={SHOWN}");
        let far = cursor.map_or(first.clone(), |cursor| format!("{first}&cursor={cursor}"));
        Ok([self.page(first, 0).await?, self.page(far, before).await?])
    }

    async fn page(&mut self, path: String, before: u32) -> anyhow::Result<Page> {
        let page: Value = serde_json::from_str(&self.0.get(&path).await?)?;
        Ok(Page { rows: page["items"].as_array().map_or(0, Vec::len), path, before })
    }
}
