//! How soon a fresh program is ready, and how much memory it holds when nothing happens.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::Instant,
};

use crate::{
    http::Connection,
    machine::{pressure, proportional_memory},
    report::{Latencies, Report},
};

/// Time between two looks whether it is ready.
const LOOK: Duration = Duration::from_millis(2);
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How starts are measured.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// The program.
    #[arg(long)]
    pub(crate) binary: PathBuf,
    /// How many starts, each in an empty folder of its own.
    #[arg(long, default_value_t = 10)]
    pub(crate) runs: u32,
    /// How long it is left alone before its memory is read, in seconds.
    #[arg(long, default_value_t = 10)]
    pub(crate) idle: u64,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!(options.runs > 0, "at least one run is needed");
    let binary = fs::canonicalize(&options.binary).with_context(|| format!("{} is not there", options.binary.display()))?;
    let noise = pressure();
    let mut ready = Latencies::default();
    let mut memory = Vec::new();
    for _ in 0..options.runs {
        let folder = tempfile::tempdir()?;
        let address = free_address().await?;
        let begin = Instant::now();
        let mut program = launch(&binary, folder.path(), address, &[])?;
        ready.add(until_ready(&mut program, address, begin).await?);
        tokio::time::sleep(Duration::from_secs(options.idle)).await;
        memory.push(proportional_memory(program.id().context("the program has ended")?)?);
        program.kill().await?;
    }
    memory.sort_unstable();
    let mib = |bytes: u64| bytes as f64 / f64::from(1024 * 1024);
    let mut report = Report::default();
    report.add("runs", options.runs);
    for (name, share) in [("ready_fastest_ms", 0.0), ("ready_median_ms", 0.5), ("ready_slowest_ms", 1.0)] {
        report.add_number(name, ready.percentile(share).unwrap_or_default().as_secs_f64() * 1000.0);
    }
    for (name, place) in [("idle_least_mib", 0), ("idle_median_mib", memory.len() / 2), ("idle_most_mib", memory.len() - 1)] {
        report.add_number(name, mib(memory.get(place).copied().unwrap_or(0)));
    }
    report.add_number("binary_mib", mib(fs::metadata(&binary)?.len()));
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    Ok(report)
}

/// Starts the program in a folder, with these variables of its environment; it ends with the tool.
pub(crate) fn launch(binary: &Path, folder: &Path, address: SocketAddr, environment: &[(&str, &str)]) -> anyhow::Result<Child> {
    let mut program = Command::new(binary);
    program.args(["serve", "--listen", &address.to_string()]).envs(environment.iter().copied()).current_dir(folder);
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(folder.join("log"))?);
    program.kill_on_drop(true).spawn().with_context(|| format!("{} cannot be started", binary.display()))
}

/// An address on which nobody listens.
pub(crate) async fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?)
}

/// Waits until the program is ready; how long that took.
pub(crate) async fn until_ready(program: &mut Child, address: SocketAddr, begin: Instant) -> anyhow::Result<Duration> {
    loop {
        if let Ok(mut connection) = Connection::open(address).await
            && matches!(connection.get("/readyz").await, Ok((200, _)))
        {
            return Ok(begin.elapsed());
        }
        if let Some(status) = program.try_wait()? {
            bail!("the program ended with {status} before it was ready");
        }
        if begin.elapsed() > PATIENCE {
            bail!("the program was not ready after {PATIENCE:?}");
        }
        tokio::time::sleep(LOOK).await;
    }
}
