//! How a channel is doing, from real traffic: what operators are shown, and what is kept for commands that run beside the server.

use std::fmt::Write as _;

use bellhop_channel::Connection;
use bellhop_store::channel_health::ChannelBacklog;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Channel, staffing::StaffTrouble};

/// How a channel is doing. It is kept as JSON: add fields with a default, never rename.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// Why nothing is sent, if so.
    pub stopped: Option<Failure>,
    /// How the connection to the platform is, once it is known.
    pub connection: Option<Line>,
    /// When the last event came in, also before the start of the program.
    pub last_event_at: Option<DateTime<Utc>>,
    /// When the platform took the last message, also before the start of the program.
    pub last_sent_at: Option<DateTime<Utc>>,
    /// What went wrong last with a send.
    pub last_failure: Option<Failure>,
    /// Events accepted since the start.
    pub received: u64,
    /// Messages that the platform took since the start.
    pub sent: u64,
    /// Sends that failed since the start, tries included.
    pub errors: u64,
    /// What was sent and what failed within the last hour.
    pub last_hour: Hour,
    /// What waits.
    pub waiting: ChannelBacklog,
    /// How the staff chat is, where it has one.
    pub staff: Option<Staffing>,
}

/// Something that went wrong. Reasons hold no text, name, address or token of anybody's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happened, and what an operator can do about it.
    pub reason: String,
    /// When, or since when.
    pub at: DateTime<Utc>,
}

/// The connection to a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Why it is troubled; none while it is up.
    pub trouble: Option<String>,
    /// Since when it is so.
    pub since: DateTime<Utc>,
}

/// What became of sends within an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour {
    /// The platform took them.
    pub sent: u64,
    /// They failed, tries included.
    pub errors: u64,
}

/// How a staff chat is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Staffing {
    /// When the platform took something last.
    pub last_taken_at: Option<DateTime<Utc>>,
    /// What does not work.
    pub troubles: Vec<StaffTrouble>,
}

/// How it is, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing is known to be wrong.
    Well,
    /// Something does not work now; it is tried again.
    Troubled,
    /// Nothing is sent, or nothing is posted for agents, until somebody sees to it.
    Stopped,
}

impl Verdict {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Troubled => "troubled",
            Self::Stopped => "stopped",
        }
    }
}

impl Health {
    /// Of a channel, as it is now.
    pub(super) fn of(channel: &Channel, staff: Option<Staffing>, waiting: ChannelBacklog, now: DateTime<Utc>) -> Self {
        let traffic = channel.traffic();
        let load = |counter: &std::sync::atomic::AtomicU64| counter.load(std::sync::atomic::Ordering::Relaxed);
        Self {
            stopped: channel.stopped().map(|stopped| Failure { reason: stopped.reason, at: stopped.since }),
            connection: channel.connection().map(|connected| {
                let trouble = match connected.state {
                    Connection::Up => None,
                    Connection::Troubled { reason } => Some(reason),
                };
                Line { trouble, since: connected.since }
            }),
            last_event_at: traffic.last_received(),
            last_sent_at: traffic.last_sent(),
            last_failure: traffic.last_failure(),
            received: load(&traffic.received),
            sent: load(&traffic.sent),
            errors: load(&traffic.errors),
            last_hour: traffic.last_hour(now),
            waiting,
            staff,
        }
    }

    /// How it is, in a word.
    pub fn verdict(&self) -> Verdict {
        let staff = self.staff.iter().flat_map(|staff| &staff.troubles);
        let of_staff = staff.map(|trouble| if trouble.stopped { Verdict::Stopped } else { Verdict::Troubled }).max();
        let stopped = self.stopped.is_some().then_some(Verdict::Stopped);
        let is_troubled = self.waiting.failing > 0 || self.connection.as_ref().is_some_and(|connection| connection.trouble.is_some());
        [stopped, of_staff, is_troubled.then_some(Verdict::Troubled)].into_iter().flatten().max().unwrap_or(Verdict::Well)
    }

    /// How it is, in a line: first what is wrong, then what went through it.
    pub fn told(&self, now: DateTime<Utc>) -> String {
        let mut parts = vec![self.verdict().as_str().to_owned()];
        let time = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M:%SZ").to_string();
        if let Some(stopped) = &self.stopped {
            parts.push(format!("nothing is sent since {}: {}", time(stopped.at), stopped.reason));
        }
        match &self.connection {
            // Where it is stopped for the same reason, once is enough.
            Some(Line { trouble: Some(reason), since }) if self.stopped.as_ref().is_none_or(|stopped| stopped.reason != *reason) => {
                parts.push(format!("no connection since {}: {reason}", time(*since)));
            }
            Some(Line { trouble: None, since }) => parts.push(format!("connected since {}", time(*since))),
            _ => {}
        }
        for trouble in self.staff.iter().flat_map(|staff| &staff.troubles) {
            parts.push(format!("{} since {}: {}", trouble.what.told(), time(trouble.since), trouble.reason));
        }
        let at = |at: Option<DateTime<Utc>>| at.map_or_else(|| "never".to_owned(), time);
        parts.push(format!("last event {}", at(self.last_event_at)));
        parts.push(format!("last message sent {}", at(self.last_sent_at)));
        if let Some(failure) = &self.last_failure {
            parts.push(format!("last failure {}: {}", time(failure.at), failure.reason));
        }
        let Hour { sent, errors } = self.last_hour;
        if errors > 0 {
            parts.push(format!("{errors} of {} tries failed within the last hour", sent + errors));
        }
        parts.push(waiting(&self.waiting, now));
        parts.join("; ")
    }
}

fn waiting(backlog: &ChannelBacklog, now: DateTime<Utc>) -> String {
    let since = |oldest: Option<DateTime<Utc>>| oldest.map_or(0, |oldest| (now - oldest).max(TimeDelta::zero()).num_seconds());
    let mut told = match backlog.events {
        0 => "no event waits".to_owned(),
        events => format!("{events} events wait to be handled, the oldest for {} s", since(backlog.oldest_event_at)),
    };
    match backlog.sends {
        0 => told.push_str(", no message waits"),
        sends => {
            let _ = write!(told, ", {sends} messages wait to be sent, the oldest for {} s", since(backlog.oldest_send_at));
        }
    }
    if backlog.failing > 0 {
        let reason = backlog.failing_reason.as_deref().unwrap_or("for a reason that is not known");
        let _ = write!(told, ", {} of them tried in vain: {reason}", backlog.failing);
    }
    told
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::channels::staffing::StaffWork;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn failure(reason: &str) -> Failure {
        Failure { reason: reason.to_owned(), at: at(0) }
    }

    #[test]
    fn the_worst_of_all_is_the_verdict() {
        let well = Health { connection: Some(Line { trouble: None, since: at(0) }), last_failure: Some(failure("blocked")), ..Health::default() };
        let cut_off = Health { connection: Some(Line { trouble: Some("no answer".into()), since: at(0) }), ..Health::default() };
        let failing = Health { waiting: ChannelBacklog { sends: 3, failing: 1, ..ChannelBacklog::default() }, ..Health::default() };
        let trouble = |stopped| StaffTrouble { what: StaffWork::Posts, reason: "no such channel".into(), stopped, since: at(0) };
        let staff = |stopped| Health { staff: Some(Staffing { last_taken_at: None, troubles: vec![trouble(stopped)] }), ..Health::default() };
        let stopped = Health { stopped: Some(failure("the token is wrong")), ..cut_off.clone() };
        let verdicts = [&well, &cut_off, &failing, &staff(false), &staff(true), &stopped].map(Health::verdict);
        use Verdict::{Stopped, Troubled, Well};
        assert_eq!(verdicts, [Well, Troubled, Troubled, Troubled, Stopped, Stopped]);
    }

    #[test]
    fn it_is_told_in_a_line_and_read_again_as_it_was_kept() {
        let health = Health {
            stopped: Some(failure("the token is wrong")),
            connection: Some(Line { trouble: Some("the token is wrong".into()), since: at(0) }),
            last_event_at: Some(at(-60)),
            last_hour: Hour { sent: 8, errors: 2 },
            waiting: ChannelBacklog {
                sends: 2,
                oldest_send_at: Some(at(-5)),
                failing: 1,
                failing_reason: Some("the token is wrong".into()),
                ..ChannelBacklog::default()
            },
            staff: Some(Staffing {
                last_taken_at: None,
                troubles: vec![StaffTrouble { what: StaffWork::Commands, reason: "no such channel".into(), stopped: true, since: at(1) }],
            }),
            ..Health::default()
        };
        insta::assert_snapshot!(health.told(at(0)), @"stopped; nothing is sent since 2027-01-15 08:00:00Z: the token is wrong; the list of commands is not taken since 2027-01-15 08:00:01Z: no such channel; last event 2027-01-15 07:59:00Z; last message sent never; 2 of 10 tries failed within the last hour; no event waits, 2 messages wait to be sent, the oldest for 5 s, 1 of them tried in vain: the token is wrong");
        let kept = serde_json::to_string(&health).unwrap();
        assert_eq!(serde_json::from_str::<Health>(&kept).unwrap(), health);
        assert_eq!(serde_json::from_str::<Health>("{}").unwrap(), Health::default());
        insta::assert_snapshot!(kept);
    }
}
