//! The program's own counters.

use std::{collections::HashMap, net::SocketAddr};

use anyhow::{Context as _, bail};

use crate::http::Connection;

/// Counters of `/metrics` at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters(HashMap<String, f64>);

impl Counters {
    /// Asks the program.
    pub(crate) async fn fetch(address: SocketAddr) -> anyhow::Result<Self> {
        let (status, text) = Connection::open(address).await?.get("/metrics").await.context("/metrics does not answer")?;
        if status != 200 {
            bail!("/metrics answered {status}");
        }
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(|line| line.rsplit_once(' ')).filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect())
    }

    /// By how much a counter has grown since `before`; none when the program does not know it.
    pub(crate) fn growth(&self, name: &str, before: &Self) -> Option<f64> {
        Some(self.0.get(name)? - before.0.get(name).copied().unwrap_or(0.0))
    }

    /// By how many whole things a counter has grown since `before`; one that the program does not know has not.
    pub(crate) fn grown(&self, name: &str, before: &Self) -> u64 {
        self.growth(name, before).unwrap_or_default().max(0.0) as u64
    }

    /// How much of `events` came on each of `commits` since `before`.
    pub(crate) fn shared(&self, events: &str, commits: &str, before: &Self) -> Option<f64> {
        let commits = self.growth(commits, before)?;
        if commits > 0.0 { Some(self.growth(events, before)? / commits) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_read_and_compared() {
        let before = Counters::parse("# TYPE commits counter\ncommits 10\nevents 20\n");
        let after = Counters::parse("commits 20\nevents 660\nsends{channel=\"shop\",result=\"sent\"} 5\n");
        assert_eq!(after.growth("sends{channel=\"shop\",result=\"sent\"}", &before), Some(5.0));
        assert_eq!(after.shared("events", "commits", &before), Some(64.0));
        assert_eq!(after.shared("events", "unheard_of", &before), None);
        assert_eq!(after.shared("events", "commits", &after), None, "no commit, no share");
    }
}
