//! A day of a gateway's traffic, faster than it passes: what the program's memory does meanwhile.

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, ensure};
use tokio::{process::Child, task::LocalSet, time::Instant};

use crate::{
    discord::{Discord, Happening, Session, TOKEN},
    machine::{Watched, pressure, resident_memory},
    metrics::Counters,
    report::Report,
    start::{free_address, launch, until_ready},
};

/// What a customer asks, which an article of the sample answers.
const QUESTION: &str = "how long does shipping take";
/// How long the program may take for what it was told.
const PATIENCE: Duration = Duration::from_secs(600);
/// Time between two looks how far it is.
const LOOK: Duration = Duration::from_millis(50);

/// How the day is.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// The program.
    #[arg(long)]
    pub(crate) binary: PathBuf,
    /// Events in all; a day at 50 a second unless said otherwise.
    #[arg(long, default_value_t = 4_320_000)]
    pub(crate) events: u64,
    /// How often memory is looked at, once what was told till then is handled.
    #[arg(long, default_value_t = 24)]
    pub(crate) samples: u64,
    /// One event of so many is a customer's message to the bot; the others are what else happens in a server.
    #[arg(long, default_value_t = 50)]
    pub(crate) one_in: u64,
    /// Different customers.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) people: u64,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!(options.samples > 1 && options.one_in > 0 && options.people > 0, "at least two samples, and somebody who writes, are needed");
    LocalSet::new().run_until(pass(options)).await
}

async fn pass(options: Options) -> anyhow::Result<Report> {
    let binary = fs::canonicalize(&options.binary).with_context(|| format!("{} is not there", options.binary.display()))?;
    let (folder, noise) = (tempfile::tempdir()?, pressure());
    let (discord, address) = (Discord::open().await?, free_address().await?);
    let (api_url, gateway_url) = discord.addresses()?;
    // Without a configuration file the program has its sample articles.
    let channel = [
        ("BELLHOP__CHANNELS__COMMUNITY__KIND", "discord"),
        ("BELLHOP__CHANNELS__COMMUNITY__TOKEN", TOKEN),
        ("BELLHOP__CHANNELS__COMMUNITY__API_URL", &api_url),
        ("BELLHOP__CHANNELS__COMMUNITY__GATEWAY_URL", &gateway_url),
    ];
    let mut program = launch(&binary, folder.path(), address, &channel)?;
    let session = tokio::task::spawn_local(discord.session());
    until_ready(&mut program, address, Instant::now()).await?;
    let mut session = tokio::time::timeout(PATIENCE, session).await.context("the program did not connect")???;

    let pid = program.id().context("the program has ended")?;
    let watched = Watched { pid: Some(pid), postgres_dir: None };
    let (used, begin) = (watched.used()?, Instant::now());
    let (mut told, mut asked, mut samples) = (0, 0, Vec::new());
    for sample in 1..=options.samples {
        while told < options.events * sample / options.samples {
            told += 1;
            let happening = what(told, &options);
            asked += u64::from(matches!(happening, Happening::Customer { .. }));
            session.tell(happening, if matches!(happening, Happening::Customer { .. }) { QUESTION } else { "has anybody seen my keys?" }).await?;
        }
        // Whoever writes last shows that all before was looked at.
        asked += 1;
        session.tell(Happening::Customer { person: sample % options.people }, QUESTION).await?;
        session.flush().await?;
        until_handled(&mut program, address, &session, asked).await?;
        samples.push(resident_memory(pid)?);
    }
    let (used, took) = (watched.used()?.since(used), begin.elapsed());
    program.kill().await?;

    let mib = |bytes: u64| bytes as f64 / f64::from(1024 * 1024);
    let mut report = Report::default();
    report.add("told", told);
    report.add("of_customers", asked);
    report.add("replies", session.replies.get());
    report.add_number("told_per_second", told as f64 / took.as_secs_f64());
    report.add_cost(used, told);
    let all: Vec<serde_json::Value> = samples.iter().map(|bytes| (mib(*bytes) * 10.0).round() / 10.0).map(Into::into).collect();
    report.add("resident_mib", all);
    // What is warm after a quarter of the day is compared with its end.
    let at = |place: usize| samples.get(place).copied().map_or(0.0, mib);
    let (warm, end) = (at(samples.len() / 4), at(samples.len() - 1));
    report.add_number("resident_warm_mib", warm);
    report.add_number("resident_most_mib", samples.iter().copied().max().map_or(0.0, mib));
    report.add_number("resident_end_mib", end);
    report.add_number("growth_mib", end - warm);
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    Ok(report)
}

/// What happens as number `number` of the day.
fn what(number: u64, options: &Options) -> Happening {
    if number.is_multiple_of(options.one_in) {
        return Happening::Customer { person: number / options.one_in % options.people };
    }
    match number % 10 {
        0..5 => Happening::Chatter,
        5 => Happening::Reaction,
        6..8 => Happening::Typing,
        _ => Happening::Presence,
    }
}

/// Waits until the program has taken what customers wrote, and nothing waits in it.
async fn until_handled(program: &mut Child, address: SocketAddr, session: &Session, asked: u64) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let counters = Counters::fetch(address).await?;
        let taken = counters.growth("bellhop_events_accepted_total", &Counters::default()).unwrap_or(0.0);
        let waits = ["bellhop_inbox_events_waiting", "bellhop_outbox_sends_waiting"];
        let waits: f64 = waits.iter().filter_map(|name| counters.growth(name, &Counters::default())).sum();
        if taken >= asked as f64 && waits == 0.0 {
            return Ok(());
        }
        ensure!(program.try_wait()?.is_none(), "the program ended");
        let replies = session.replies.get();
        ensure!(Instant::now() < deadline, "the program took {taken} of {asked} messages and sent {replies} within {PATIENCE:?}");
        tokio::time::sleep(LOOK).await;
    }
}
