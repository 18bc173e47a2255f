//! The numbers of views while tickets change: what they cost beside the same changes without them.

use std::time::Duration;

use anyhow::ensure;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior};

use crate::{
    api::{Api, Reach},
    machine::{Used, Watched, pressure},
    report::{Latencies, Report},
};

/// What changes and who looks.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) program: Reach,
    /// Views; those that are there under the names of this tool are replaced.
    #[arg(long, default_value_t = 30)]
    pub(crate) views: u32,
    /// Agents who look, each once in `--look-every` seconds.
    #[arg(long, default_value_t = 50)]
    pub(crate) agents: u32,
    /// Seconds between two looks of an agent.
    #[arg(long, default_value_t = 2)]
    pub(crate) look_every: u64,
    /// Changes of tickets a second.
    #[arg(long, default_value_t = 20)]
    pub(crate) rate: u32,
    /// Seconds of each of the four parts.
    #[arg(long, default_value_t = 30)]
    pub(crate) seconds: u32,
    #[command(flatten)]
    pub(crate) watched: Watched,
}

/// Tickets that change, in turn.
const TICKETS: u32 = 200;
/// After views were added or taken away.
const SETTLED: Duration = Duration::from_secs(5);

/// Runs it: changes alone, and changes with views that are looked at, twice in turn, so that what else happens on the machine is seen.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!(options.watched.pid.is_some(), "--pid is needed: processor time is what is compared");
    let noise = pressure();
    let mut api = options.program.open().await?;
    let contact = api.send("POST", "/api/v1/contacts", &json!({ "name": "Customer" })).await?["id"].clone();
    let mut tickets = Vec::new();
    for number in 0..TICKETS {
        let fields = json!({ "order_number": format!("{}", 100_000 + number) });
        let made = api.send("POST", "/api/v1/tickets", &json!({ "template": "refund", "contact": contact, "fields": fields })).await?;
        tickets.push(made["number"].as_str().unwrap_or_default().to_owned());
    }
    let (mut report, mut latencies) = (Report::default(), Latencies::default());
    let (mut alone, mut counted) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        views(&mut api, &options, false).await?;
        alone.push(changes(&mut api, &tickets, &options, None).await?);
        views(&mut api, &options, true).await?;
        counted.push(changes(&mut api, &tickets, &options, Some(&mut latencies)).await?);
    }
    views(&mut api, &options, false).await?;
    let all = |parts: &[Used]| parts.iter().flat_map(|used| [used.program, used.database]).flatten().sum::<Duration>().as_secs_f64();
    let seconds = 2.0 * f64::from(options.seconds);
    let share = |parts: &[Used]| 100.0 * all(parts) / seconds;
    report.add("views", options.views);
    report.add("agents", options.agents);
    report.add("changes", 2 * options.rate * options.seconds);
    report.add_number("changes_alone_percent_of_a_core", share(&alone));
    report.add_number("with_views_percent_of_a_core", share(&counted));
    report.add_number("counters_percent_of_a_core", share(&counted) - share(&alone));
    report.add_latencies(["look_p50_ms", "look_p99_ms", "look_most_ms"], &mut latencies);
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    Ok(report)
}

/// Puts the views there, or takes them away.
async fn views(api: &mut Api, options: &Options, wanted: bool) -> anyhow::Result<()> {
    for number in 0..options.views {
        let path = format!("/api/v1/views/load-{number}");
        if wanted {
            // A third looks at whoever looks, a third at priorities, a third at kinds and tiers.
            let when = match number % 3 {
                0 => json!({ "all": [{ "field": "owner", "value": "me" }, { "field": "status", "value": "active" }] }),
                1 => json!({ "all": [{ "field": "priority", "op": "in", "value": ["high", "urgent"] }, { "field": "status", "value": "open" }] }),
                _ => json!({ "any": [{ "field": "template", "value": "refund" }, { "field": "tier", "value": "gold" }] }),
            };
            api.send("PUT", &path, &json!({ "name": { "en": format!("Load {number}") }, "when": when })).await?;
        } else {
            api.remove(&path).await?;
        }
    }
    // What has to be counted anew with other views is counted before the clock runs.
    api.get("/api/v1/view-counts").await?;
    tokio::time::sleep(SETTLED).await;
    Ok(())
}

/// Changes tickets at the rate for the seconds of a part, while agents look if they do; what the processors did meanwhile.
async fn changes(api: &mut Api, tickets: &[String], options: &Options, mut looks: Option<&mut Latencies>) -> anyhow::Result<Used> {
    let mut looker = options.program.open().await?;
    let before = options.watched.used()?;
    let mut turn = tokio::time::interval(Duration::from_secs(1) / options.rate.max(1));
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let between = Duration::from_secs(options.look_every.max(1)) / options.agents.max(1);
    let mut next_look = Instant::now();
    for number in 0..options.rate * options.seconds {
        turn.tick().await;
        let ticket = tickets.get(number as usize % tickets.len()).map(String::as_str).unwrap_or_default();
        let change = match number % 4 {
            0 => json!({ "priority": "high" }),
            1 => json!({ "priority": "normal" }),
            2 => json!({ "status": "open" }),
            _ => json!({ "status": "waiting_third_party" }),
        };
        let _changed: Value = api.send("PATCH", &format!("/api/v1/tickets/{ticket}"), &change).await?;
        while let Some(latencies) = looks.as_deref_mut().filter(|_| Instant::now() >= next_look) {
            next_look += between;
            let begun = Instant::now();
            looker.get("/api/v1/view-counts").await?;
            latencies.add(begun.elapsed());
        }
    }
    Ok(options.watched.used()?.since(before))
}
