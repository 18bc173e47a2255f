//! What accepting one event costs: the real store, intake, webhook channel and HTTP server, and no worker that would handle what was accepted. Then the same number of
//! messages over Discord's gateway into the same program, and how much more or less one of those costs.
//!
//! `cargo bench --bench accept` measures on SQLite. `BELLHOP_BENCH_POSTGRES` names a PostgreSQL database to use instead (the schema is made in it; give it one of its
//! own), `BELLHOP_BENCH_POSTGRES_DIR` the cluster's data folder, so that the server's share is counted. `BELLHOP_BENCH_CONNECTIONS`,
//! `BELLHOP_BENCH_SECONDS` and `BELLHOP_BENCH_RUNS` change 64, 10 and 3.
//!
//! The server runs in a process of its own, this same program started again, so that its processor time is its own.
#![allow(dead_code, unused_imports, reason = "the load tool's files hold more than is used here")]
#![allow(clippy::print_stdout, reason = "the benchmark's result")]

#[path = "../tools/load/src/accept.rs"]
mod accept;
#[path = "../tools/load/src/discord.rs"]
mod discord;
#[path = "../tools/load/src/event.rs"]
mod event;
#[path = "../tools/load/src/http.rs"]
mod http;
#[path = "../tools/load/src/ledger.rs"]
mod ledger;
#[path = "../tools/load/src/machine.rs"]
mod machine;
#[path = "../tools/load/src/metrics.rs"]
mod metrics;
#[path = "../tools/load/src/receiver.rs"]
mod receiver;
#[path = "../tools/load/src/report.rs"]
mod report;

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use bellhop_channel::{NoFiles, Provider as _, Surroundings};
use bellhop_engine::{
    Engine, Parts,
    channels::Channels,
    clock::{Clock, SystemClock},
    links::Links,
    settings::Settings,
};
use tokio::{net::TcpListener, task::LocalSet, time::Instant};
use tokio_util::sync::CancellationToken;

use discord::{Discord, Happening, Session};
use event::EventType;
use http::Target;
use machine::Watched;
use metrics::Counters;
use report::Report;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Set in the process that is the server: the database's address.
const SERVER: &str = "BELLHOP_BENCH_SERVER";
/// Set there, too: where Discord's REST interface and its gateway are, with a space between them.
const DISCORD: &str = "BELLHOP_BENCH_DISCORD";
/// Conversations, each with a sender of its own.
const CONVERSATIONS: u64 = 100_000;
/// What each message says.
const TEXT: &str = "Where is my order 1001? It should have come on Tuesday.";
/// How long the program may take for what came over the gateway.
const PATIENCE: Duration = Duration::from_secs(300);

fn main() -> anyhow::Result<()> {
    match environment(SERVER) {
        Some(database) => tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(serve(&database)),
        None => measure(),
    }
}

/// Starts the server once for each run, drives it, and prints what an event cost.
fn measure() -> anyhow::Result<()> {
    let number = |name: &str, usual: u64| environment(name).map_or(Ok(usual), |text| text.parse().with_context(|| format!("{name} is not a number")));
    let connections = u32::try_from(number("BELLHOP_BENCH_CONNECTIONS", 64)?)?;
    let seconds = number("BELLHOP_BENCH_SECONDS", 10)?;
    let runs = number("BELLHOP_BENCH_RUNS", 3)?;
    let postgres_dir = environment("BELLHOP_BENCH_POSTGRES_DIR").map(PathBuf::from);
    let mut ratios = Vec::new();
    for run in 1..=runs {
        let folder = tempfile::Builder::new().prefix("accept").tempdir_in(target_folder()?)?;
        let database = environment("BELLHOP_BENCH_POSTGRES").unwrap_or_else(|| format!("sqlite://{}", folder.path().join("bench.db").display()));
        let options = |url: Target, pid: u32| -> anyhow::Result<accept::Options> {
            let watched = Watched { pid: Some(pid), postgres_dir: postgres_dir.clone() };
            let (secret, r#type) = (SECRET.parse()?, EventType::Message);
            Ok(accept::Options { url, secret, connections, seconds, conversations: CONVERSATIONS, r#type, listen: None, watched })
        };
        let local = LocalSet::new();
        let measured = local.run_until(async {
            let discord = Discord::open().await?;
            let (api_url, gateway_url) = discord.addresses()?;
            let mut server = Command::new(std::env::current_exe()?)
                .env(SERVER, database)
                .env(DISCORD, format!("{api_url} {gateway_url}"))
                .current_dir(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .context("the server cannot be started")?;
            let mut line = String::new();
            BufReader::new(server.stdout.take().context("no output of the server")?).read_line(&mut line)?;
            let url: Target = format!("http://{}/channels/bench/events", line.trim()).parse().context("the server did not start")?;
            let options = options(url, server.id())?;
            let mut session = tokio::time::timeout(PATIENCE, discord.session()).await.context("the server did not connect to the gateway")??;
            let webhook = accept::run(options.clone()).await;
            let gateway = match &webhook {
                Ok(webhook) => over_the_gateway(&mut session, &options, webhook.number("accepted").unwrap_or_default() as u64).await,
                Err(_) => Ok(Report::default()),
            };
            // The server ends when its input does.
            drop(server.stdin.take());
            server.wait()?;
            anyhow::Ok((webhook?, gateway?))
        });
        let (webhook, gateway) = tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measured)?;
        let cost = |report: &Report| report.number("cpu_us_together").or_else(|| report.number("cpu_us_program"));
        println!("run {run} of {runs}: generic webhook");
        webhook.print(false);
        println!("run {run} of {runs}: gateway");
        gateway.print(false);
        if let (Some(webhook), Some(gateway)) = (cost(&webhook), cost(&gateway)) {
            ratios.push(gateway / webhook);
            println!("run {run} of {runs}: an event of the gateway costs {:.2} times one of the webhook", gateway / webhook);
        }
    }
    ratios.sort_by(f64::total_cmp);
    if let Some(median) = ratios.get(ratios.len() / 2) {
        println!("in the median {median:.2} times, at most 1.2 are wanted");
    }
    Ok(())
}

/// Tells `events` messages as fast as they are taken, and waits until all are stored.
async fn over_the_gateway(session: &mut Session, options: &accept::Options, events: u64) -> anyhow::Result<Report> {
    let before = Counters::fetch(options.url.address).await?;
    let (used, begin) = (options.watched.used()?, Instant::now());
    for number in 0..events {
        session.tell(Happening::Customer { person: number % CONVERSATIONS }, TEXT).await?;
    }
    session.flush().await?;
    let counters = loop {
        let counters = Counters::fetch(options.url.address).await?;
        if counters.growth("bellhop_events_accepted_total", &before).is_some_and(|grown| grown >= events as f64) {
            break counters;
        }
        anyhow::ensure!(begin.elapsed() < PATIENCE, "what came over the gateway was not stored within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let (used, took) = (options.watched.used()?.since(used), begin.elapsed());
    let mut report = Report::default();
    report.add("accepted", events);
    report.add_number("accepted_per_second", events as f64 / took.as_secs_f64());
    report.add_cost(used, events);
    report.add_commits(&before, &counters);
    Ok(report)
}

/// The server: it accepts events and leaves them where they are.
async fn serve(database: &str) -> anyhow::Result<()> {
    let _installed_already = rustls::crypto::ring::default_provider().install_default();
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder()?;
    let options = bellhop_store::Options::new(database);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    bellhop_store::migrate(&options, clock.now()).await?;
    let store = bellhop_store::open(&options).await?;
    let now = Arc::clone(&clock);
    let surroundings = Surroundings {
        http: reqwest::Client::builder().no_proxy().build()?,
        now: Arc::new(move || now.now()),
        root: PathBuf::from("."),
        files: Arc::new(NoFiles),
    };
    let section = serde_json::json!({ "secret": SECRET, "deliver_url": "http://127.0.0.1:9/nowhere" });
    let mut channels = vec![bellhop_channel_webhook::Webhook.build("bench", &section, &surroundings)?];
    if let Some((api_url, gateway_url)) = environment(DISCORD).as_deref().and_then(|both| both.split_once(' ')) {
        let section = serde_json::json!({ "token": discord::TOKEN, "api_url": api_url, "gateway_url": gateway_url });
        channels.push(bellhop_channel_discord::Discord.build("gateway", &section, &surroundings)?);
    }
    let settings = Settings {
        public_url: "http://127.0.0.1".to_owned(),
        costs: bellhop_engine::knowledge::Costs::default(),
        embeddings: None,
        reopen_within: Duration::from_secs(72 * 3600),
        handoff_limit: Duration::from_secs(600),
        language: "en".to_owned(),
        languages: vec!["en".to_owned()],
        index_folder: None,
        files_folder: PathBuf::from("files"),
        allow_private: Vec::new(),
        places: bellhop_engine::places::PlaceFiles::default(),
        systems: bellhop_engine::systems::Systems::default(),
        workers: 0,
        senders: 0,
    };
    let links = Links::new(&settings.public_url, b"bench");
    let engine = Engine::start(Parts { store, settings, channels: Channels::new(channels), links, clock, staff: None }).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let stop = CancellationToken::new();
    let site = bellhop_web::Site { engine: engine.clone(), metrics: Arc::new(move || metrics.render()), trusted_proxies: Vec::new() };
    let server = bellhop_web::serve(listener, site, stop.clone());
    tokio::pin!(server);
    let end_of_input = tokio::task::spawn_blocking(|| std::io::stdin().lines().count());
    tokio::select! {
        () = &mut server => {}
        _count = end_of_input => {}
    }
    stop.cancel();
    server.await;
    engine.stop(Duration::from_secs(5)).await;
    Ok(())
}

/// Beside the build: on the same disk, and cleaned with it.
fn target_folder() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().and_then(Path::parent).context("the program lies nowhere")?.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark has no configuration file")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
