//! What the kernel says of processes: time on the processor, and memory.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};

/// Ticks a second in `/proc`, the same on every Linux that we build for.
const TICKS: u64 = 100;

/// The processes whose work is counted.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Watched {
    /// Process id of the program: its time on the processor is counted.
    #[arg(long)]
    pub(crate) pid: Option<u32>,
    /// Data folder of the PostgreSQL cluster that it uses: the time of all the cluster's processes is counted.
    #[arg(long)]
    pub(crate) postgres_dir: Option<PathBuf>,
}

/// Time on the processor so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    /// By the program.
    pub(crate) program: Option<Duration>,
    /// By the database server.
    pub(crate) database: Option<Duration>,
}

impl Watched {
    /// Reads the clocks of the processes.
    pub(crate) fn used(&self) -> anyhow::Result<Used> {
        let program = self.pid.map(|pid| Ok::<_, anyhow::Error>(ticks(stat(pid)?.own))).transpose()?;
        let database = self.postgres_dir.as_deref().map(cluster).transpose()?;
        Ok(Used { program, database })
    }
}

impl Used {
    /// What was used since `before`, both together.
    pub(crate) fn since(self, before: Self) -> Self {
        let difference = |now: Option<Duration>, before: Option<Duration>| Some(now?.saturating_sub(before?));
        Self { program: difference(self.program, before.program), database: difference(self.database, before.database) }
    }
}

struct Stat {
    parent: u32,
    own: u64,
    /// Of children that have ended.
    children: u64,
}

fn stat(pid: u32) -> anyhow::Result<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("process {pid} cannot be looked at"))?;
    parse_stat(&text).with_context(|| format!("/proc/{pid}/stat cannot be read"))
}

fn parse_stat(text: &str) -> Option<Stat> {
    // The name, in brackets, may hold anything.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    Some(Stat { parent: u32::try_from(number(1)?).ok()?, own: number(11)? + number(12)?, children: number(13)? + number(14)? })
}

fn ticks(count: u64) -> Duration {
    Duration::from_millis(count * 1000 / TICKS)
}

/// The postmaster, its children, and those of its children that have ended.
fn cluster(folder: &Path) -> anyhow::Result<Duration> {
    let file = folder.join("postmaster.pid");
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let postmaster: u32 = text.lines().next().and_then(|line| line.trim().parse().ok()).context("postmaster.pid holds no number")?;
    let of_postmaster = stat(postmaster)?;
    let mut total = of_postmaster.own + of_postmaster.children;
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process may end while it is looked at; its time is then with the postmaster's the next time.
        if let Ok(child) = stat(pid)
            && child.parent == postmaster
        {
            total += child.own + child.children;
        }
    }
    Ok(ticks(total))
}

/// Memory of a process, shared pages divided among those who share them, in bytes.
pub(crate) fn proportional_memory(pid: u32) -> anyhow::Result<u64> {
    rolled_up(pid, "Pss:")
}

/// Memory that a process has in RAM, shared pages counted whole, in bytes.
pub(crate) fn resident_memory(pid: u32) -> anyhow::Result<u64> {
    rolled_up(pid, "Rss:")
}

fn rolled_up(pid: u32, what: &str) -> anyhow::Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(what));
    let kib: Option<u64> = line.and_then(|line| line.trim().strip_suffix("kB")).and_then(|number| number.trim().parse().ok());
    match kib {
        Some(kib) => Ok(kib * 1024),
        None => bail!("/proc/{pid}/smaps_rollup has no {what}"),
    }
}

/// Share of the last ten seconds in which something waited for a processor, in per cent; none where the kernel does not tell.
pub(crate) fn pressure() -> Option<f64> {
    let text = fs::read_to_string("/proc/pressure/cpu").ok()?;
    text.lines().find(|line| line.starts_with("some"))?.split_whitespace().find_map(|field| field.strip_prefix("avg10="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let line = "4242 (a ) b) S 17 4242 4242 0 -1 4194560 100 200 0 0 31 12 5 2 20 0 8 0 1 2 3";
        let stat = parse_stat(line).unwrap();
        assert_eq!((stat.parent, stat.own, stat.children), (17, 43, 7));
        assert!(parse_stat("4242 (cut) S 17").is_none());
    }

    #[test]
    fn one_can_look_at_oneself() {
        let pid = std::process::id();
        assert!(resident_memory(pid).unwrap() >= proportional_memory(pid).unwrap());
        assert!(proportional_memory(pid).unwrap() > 100_000);
        let watched = Watched { pid: Some(pid), postgres_dir: None };
        let before = watched.used().unwrap();
        let spent = watched.used().unwrap().since(before);
        assert!(spent.program.is_some() && spent.database.is_none());
    }
}
