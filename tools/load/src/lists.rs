//! Lists of tickets over the API: each of twelve in each of four orders, the first page and one far behind.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::ensure;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    api::Api,
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
    /// Where the program listens, such as 127.0.0.1:8080.
    #[arg(long)]
    pub(crate) address: SocketAddr,
    /// A token that may read tickets.
    #[arg(long)]
    pub(crate) token: String,
    /// Requests of each page of each list.
    #[arg(long, default_value_t = 100)]
    pub(crate) requests: u32,
    /// Rows that the far page has before it, where the list has as many.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) depth: u32,
    /// Where to write all figures as JSON, to be compared.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Figures of another run with fewer tickets: each p99 is set beside its own there.
    #[arg(long)]
    pub(crate) beside: Option<PathBuf>,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!(options.requests >= 10, "at least ten requests are needed");
    let noise = pressure();
    let before: Value = match &options.beside {
        Some(path) => serde_json::from_str(&std::fs::read_to_string(path)?)?,
        None => Value::Null,
    };
    let mut asker = Asker(Api::open(options.address, &options.token).await?);
    let (mut report, mut figures) = (Report::default(), serde_json::Map::new());
    let (mut first_of_all, mut far_of_all, mut worst_ratio) = (Latencies::default(), Latencies::default(), 0.0_f64);
    let mut slowest = (Duration::ZERO, String::new());
    for (name, query) in LISTS {
        for order in ORDERS {
            let path = format!("/api/v1/tickets?{query}&sort={order}&limit={SHOWN}");
            let (far, passed) = asker.walk(&format!("/api/v1/tickets?{query}&sort={order}"), options.depth).await?;
            let mut first = asker.measure(&path, options.requests).await?;
            let mut behind = asker.measure(&far.map_or(path.clone(), |cursor| format!("{path}&cursor={cursor}")), options.requests).await?;
            let title = format!("{name}, {order}");
            for (latencies, page) in [(&mut first, "first"), (&mut behind, "far")] {
                let (p50, p99) = (latencies.percentile(0.5).unwrap_or_default(), latencies.percentile(0.99).unwrap_or_default());
                if p99 > slowest.0 {
                    slowest = (p99, format!("{title}, {page} page"));
                }
                let key = format!("{title}, {page}");
                let millis = p99.as_secs_f64() * 1000.0;
                if let Some(smaller) = before.get(&key).and_then(|figure| figure["p99"].as_f64()) {
                    worst_ratio = worst_ratio.max(millis / smaller);
                }
                figures
                    .insert(key, json!({ "p50": p50.as_secs_f64() * 1000.0, "p99": millis, "rows_before": if page == "far" { passed } else { 0 } }));
            }
            first_of_all.join(first);
            far_of_all.join(behind);
        }
    }
    report.add("pages", figures.len());
    report.add_latencies(["first_p50_ms", "first_p99_ms", "first_most_ms"], &mut first_of_all);
    report.add_latencies(["far_p50_ms", "far_p99_ms", "far_most_ms"], &mut far_of_all);
    report.add("slowest_list", slowest.1);
    report.add_number("slowest_p99_ms", slowest.0.as_secs_f64() * 1000.0);
    if options.beside.is_some() {
        report.add_number("worst_p99_beside_its_own", worst_ratio);
    }
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    if let Some(path) = &options.out {
        std::fs::write(path, serde_json::to_vec_pretty(&Value::Object(figures))?)?;
    }
    Ok(report)
}

struct Asker(Api);

impl Asker {
    /// Goes on page by page; the cursor behind which the far page begins, and how many rows are before it.
    async fn walk(&mut self, path: &str, depth: u32) -> anyhow::Result<(Option<String>, u32)> {
        let (mut cursor, mut passed) = (None, 0);
        while passed < depth {
            let next = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page: Value = serde_json::from_str(&self.0.get(&format!("{path}&limit={STRIDE}{next}")).await?)?;
            match page["next_cursor"].as_str() {
                // The last page would show fewer rows.
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
            passed += STRIDE;
        }
        Ok((cursor, passed))
    }

    async fn measure(&mut self, path: &str, requests: u32) -> anyhow::Result<Latencies> {
        // Once before, so that what the database reads from its files is in memory.
        self.0.get(path).await?;
        let mut latencies = Latencies::default();
        for _ in 0..requests {
            let begin = Instant::now();
            self.0.get(path).await?;
            latencies.add(begin.elapsed());
        }
        Ok(latencies)
    }
}
