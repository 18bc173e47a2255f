//! What a run prints.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{machine::Used, metrics::Counters};

/// Names and values in the order in which they are shown.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<(&'static str, Value)>,
    problems: Vec<String>,
}

impl Report {
    /// Adds a number or a text.
    pub(crate) fn add(&mut self, name: &'static str, value: impl Into<Value>) {
        self.lines.push((name, value.into()));
    }

    /// Adds a number, cut to two places after the point.
    pub(crate) fn add_number(&mut self, name: &'static str, value: f64) {
        self.add(name, (value * 100.0).round() / 100.0);
    }

    /// Adds p50, p99 and maximum in milliseconds.
    pub(crate) fn add_latencies(&mut self, names: [&'static str; 3], latencies: &mut Latencies) {
        for (name, share) in names.into_iter().zip([0.50, 0.99, 1.0]) {
            if let Some(latency) = latencies.percentile(share) {
                self.add_number(name, latency.as_secs_f64() * 1000.0);
            }
        }
    }

    /// Adds what one of `count` things took of the processor, in microseconds.
    pub(crate) fn add_cost(&mut self, used: Used, count: u64) {
        let each = |time: Duration| time.as_secs_f64() * 1e6 / count.max(1) as f64;
        let program = used.program.map(each);
        let database = used.database.map(each);
        if let Some(cost) = program {
            self.add_number("cpu_us_program", cost);
        }
        if let Some(cost) = database {
            self.add_number("cpu_us_database", cost);
        }
        if let (Some(program), Some(database)) = (program, database) {
            self.add_number("cpu_us_together", program + database);
        }
    }

    /// Adds how much shares a commit.
    pub(crate) fn add_commits(&mut self, before: &Counters, after: &Counters) {
        for (name, things, commits) in [
            ("events_per_commit", "bellhop_events_accepted_total", "bellhop_accept_commits_total"),
            ("writes_per_commit", "bellhop_write_closures_total", "bellhop_write_commits_total"),
        ] {
            if let Some(share) = after.shared(things, commits, before) {
                self.add_number(name, share);
            }
        }
        if let Some(commits) = after.growth("bellhop_write_commits_total", before) {
            self.add("commits", commits as u64);
        }
    }

    /// Makes the run a failed one.
    pub(crate) fn fail(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// Whether the run counts for nothing.
    pub(crate) fn failed(&self) -> bool {
        !self.problems.is_empty()
    }

    /// A number that was added.
    #[allow(dead_code, reason = "the benches read it; the tool prints all")]
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.lines.iter().find(|(known, _)| *known == name).and_then(|(_, value)| value.as_f64())
    }

    /// Shows it on standard output, problems on standard error.
    #[allow(clippy::print_stdout, clippy::print_stderr, reason = "the command's result")]
    pub(crate) fn print(&self, json: bool) {
        if json {
            let mut object: Map<String, Value> = self.lines.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            object.insert("failed".to_owned(), Value::from(self.problems.clone()));
            println!("{}", Value::Object(object));
        } else {
            let width = self.lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            for (name, value) in &self.lines {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                println!("{name:width$}  {shown}");
            }
        }
        for problem in &self.problems {
            eprintln!("FAILED: {problem}");
        }
    }
}

/// Measured times, each kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latencies(Vec<u32>);

impl Latencies {
    /// Keeps one, in whole microseconds.
    pub(crate) fn add(&mut self, latency: Duration) {
        self.0.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
    }

    /// Takes over those of another.
    pub(crate) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// The time within which that share (0 to 1) of all stayed.
    pub(crate) fn percentile(&mut self, share: f64) -> Option<Duration> {
        self.0.sort_unstable();
        let rank = (share * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).map(|micros| Duration::from_micros(u64::from(*micros)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.percentile(0.5), None);
        for millis in (1..=100).rev() {
            latencies.add(Duration::from_millis(millis));
        }
        for (share, millis) in [(0.0, 1), (0.5, 50), (0.99, 99), (0.995, 100), (1.0, 100)] {
            assert_eq!(latencies.percentile(share), Some(Duration::from_millis(millis)), "{share}");
        }
    }

    #[test]
    fn costs_are_shared_out() {
        let mut report = Report::default();
        report.add_cost(Used { program: Some(Duration::from_millis(100)), database: Some(Duration::from_millis(50)) }, 1000);
        assert_eq!(report.number("cpu_us_program"), Some(100.0));
        assert_eq!(report.number("cpu_us_together"), Some(150.0));
        let mut nothing = Report::default();
        nothing.add_cost(Used::default(), 1000);
        assert_eq!(nothing.number("cpu_us_program"), None);
    }
}
