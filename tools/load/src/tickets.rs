//! Tickets made over the API, and what one costs.

use serde_json::json;
use tokio::time::Instant;

use crate::{
    api::Reach,
    machine::{Watched, pressure},
    report::{Latencies, Report},
};

/// What is made.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) program: Reach,
    /// Tickets to be made, one after the other.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) tickets: u32,
    /// People for whom they are made, in turn.
    #[arg(long, default_value_t = 50)]
    pub(crate) people: u32,
    #[command(flatten)]
    pub(crate) watched: Watched,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    let noise = pressure();
    let mut api = options.program.open().await?;
    let mut people = Vec::new();
    for number in 0..options.people.max(1) {
        people.push(api.send("POST", "/api/v1/contacts", &json!({ "name": format!("Customer {number}") })).await?["id"].clone());
    }
    let mut latencies = Latencies::default();
    let (begun, before) = (Instant::now(), options.watched.used()?);
    for number in 0..options.tickets {
        let fields = json!({ "order_number": format!("{}", 100_000 + number), "amount": "49.90 EUR" });
        let contact = people.get(number as usize % people.len());
        let asked = Instant::now();
        api.send("POST", "/api/v1/tickets", &json!({ "template": "refund", "contact": contact, "fields": fields })).await?;
        latencies.add(asked.elapsed());
    }
    let used = options.watched.used()?.since(before);
    let mut report = Report::default();
    report.add("tickets", options.tickets);
    report.add_number("tickets_a_second", f64::from(options.tickets) / begun.elapsed().as_secs_f64());
    report.add_cost(used, options.tickets.into());
    report.add_latencies(["p50_ms", "p99_ms", "most_ms"], &mut latencies);
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    Ok(report)
}
