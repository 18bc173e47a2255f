//! How fast events are accepted, and what one costs.

use std::{cell::Cell, net::SocketAddr, rc::Rc, time::Duration};

use anyhow::Context as _;
use tokio::{task::LocalSet, time::Instant};

use crate::{
    event::{EventType, EventWriter, Secret},
    http::{Connection, Target},
    machine::{Watched, pressure},
    metrics::Counters,
    receiver,
    report::{Latencies, Report},
};

/// How an accept run is done.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// The channel's address, such as `http://127.0.0.1:8080/channels/shop/events`.
    #[arg(long)]
    pub(crate) url: Target,
    /// The channel's secret, whsec_…
    #[arg(long)]
    pub(crate) secret: Secret,
    /// Connections at once, each with one request on the way.
    #[arg(long, default_value_t = 64)]
    pub(crate) connections: u32,
    /// How long, in seconds.
    #[arg(long, default_value_t = 20)]
    pub(crate) seconds: u64,
    /// Different conversations, each with a sender of its own.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) conversations: u64,
    /// What the events are.
    #[arg(long, value_enum, default_value_t = EventType::Message)]
    pub(crate) r#type: EventType,
    /// Where the channel's `deliver_url` points, such as 127.0.0.1:9300: what is delivered meanwhile is taken and dropped.
    #[arg(long)]
    pub(crate) listen: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) watched: Watched,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    latencies: Latencies,
    refused: u64,
    broken: u64,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    let address = options.url.address;
    let writer = Rc::new(EventWriter::new(options.secret.clone(), &options.url.path, options.r#type));
    let next = Rc::new(Cell::new(0_u64));
    let listener = match options.listen {
        Some(address) => Some(receiver::listen(address).await?),
        None => None,
    };
    let noise = pressure();
    let counters_before = Counters::fetch(address).await?;
    let mut connections = Vec::new();
    for _ in 0..options.connections {
        connections.push(Connection::open(address).await.context("no connection to the program")?);
    }
    let used_before = options.watched.used()?;
    let begin = Instant::now();
    let end = begin + Duration::from_secs(options.seconds);
    let local = LocalSet::new();
    if let Some(listener) = listener {
        let _ends_with_the_run = local.spawn_local(receiver::receive(listener, Rc::clone(&writer), Rc::default()));
    }
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|connection| {
            local.spawn_local(send_until(end, connection, options.url.clone(), Rc::clone(&writer), Rc::clone(&next), options.conversations))
        })
        .collect();
    let mut all = Seen::default();
    local
        .run_until(async {
            for task in tasks {
                let seen = task.await?;
                all.latencies.join(seen.latencies);
                all.refused += seen.refused;
                all.broken += seen.broken;
            }
            anyhow::Ok(())
        })
        .await?;
    let took = begin.elapsed();
    let used = options.watched.used()?.since(used_before);
    let counters = Counters::fetch(address).await?;
    let accepted = all.latencies.count();

    let mut report = Report::default();
    report.add("accepted", accepted);
    report.add_number("accepted_per_second", accepted as f64 / took.as_secs_f64());
    report.add("refused", all.refused);
    report.add("broken", all.broken);
    report.add_latencies(["p50_ms", "p99_ms", "max_ms"], &mut all.latencies);
    report.add_cost(used, accepted);
    report.add_commits(&counters_before, &counters);
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    let counted = counters.growth("bellhop_events_accepted_total", &counters_before);
    if counted.is_some_and(|counted| counted < accepted as f64) {
        report.fail(format!("{accepted} events were acknowledged, but the program counted {counted:?}"));
    }
    if accepted == 0 {
        report.fail("nothing was accepted".to_owned());
    }
    Ok(report)
}

async fn send_until(end: Instant, connection: Connection, target: Target, writer: Rc<EventWriter>, next: Rc<Cell<u64>>, conversations: u64) -> Seen {
    let mut seen = Seen::default();
    let mut connection = Some(connection);
    while Instant::now() < end {
        let Some(open) = connection.as_mut() else {
            match Connection::open(target.address).await {
                Ok(opened) => connection = Some(opened),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
            continue;
        };
        let number = next.replace(next.get() + 1);
        let request = writer.request(number, number % conversations.max(1), "Where is my order 1001? It should have come on Tuesday.");
        let sent = Instant::now();
        match open.status_of(&request).await {
            Ok(202) => seen.latencies.add(sent.elapsed()),
            Ok(_) => {
                seen.refused += 1;
                // Whoever is told to come back later does.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(_) => {
                seen.broken += 1;
                connection = None;
            }
        }
    }
    seen
}
