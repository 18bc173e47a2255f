//! Follow-ups that all come due in one second: when they have come, and what customers' events feel of it.

use std::{cell::Cell, time::Duration};

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    api::{Api, Reach},
    beside::{Turns, until},
    event::{EventType, EventWriter, Secret, since_1970},
    http::{Connection, Target},
    machine::{Watched, pressure},
    metrics::Counters,
    report::{Latencies, Report},
};

/// What may be open about one ticket.
const ONE_TICKET: u32 = 50;
/// Connections over which follow-ups are set.
const SETTERS: u32 = 4;
/// How often the program's counters are read.
const LOOK: Duration = Duration::from_millis(250);
/// How long the program may take for all of them.
const PATIENCE: Duration = Duration::from_secs(600);
/// Different customers.
const PEOPLE: u64 = 500;
const FIRED: &str = "bellhop_timers_fired_total";
const CAME_DUE: &str = "bellhop_follow_ups_due_total";

/// What comes due, and what is asked beside it.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) program: Reach,
    /// The address of a webhook channel, such as `http://127.0.0.1:8080/channels/shop/events`.
    #[arg(long)]
    pub(crate) url: Target,
    /// The channel's secret, whsec_…
    #[arg(long)]
    pub(crate) secret: Secret,
    /// Follow-ups, fifty for a ticket.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) follow_ups: u32,
    /// Seconds from the start until they are due: long enough to set them all, and to look at the idle program.
    #[arg(long, default_value_t = 420)]
    pub(crate) due_after: u64,
    /// Seconds for which the idle program is looked at before.
    #[arg(long, default_value_t = 40)]
    pub(crate) idle: u64,
    /// Customers' events a second, before and meanwhile.
    #[arg(long, default_value_t = 50)]
    pub(crate) rate: u32,
    #[command(flatten)]
    pub(crate) watched: Watched,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!(options.rate > 0 && options.follow_ups > 0, "at least one follow-up and one event a second are needed");
    let noise = pressure();
    let due = since_1970() + Duration::from_secs(options.due_after);
    let at = DateTime::<Utc>::from_timestamp(due.as_secs().try_into()?, 0).context("a time")?;
    set(&options, at).await?;
    let writer = EventWriter::new(options.secret.clone(), &options.url.path, EventType::Typing);
    let traffic = Traffic { target: &options.url, writer: &writer, rate: options.rate, sent: Cell::default() };

    let idle = Duration::from_secs(options.idle);
    let left = due.checked_sub(since_1970() + idle).context("setting them took too long: a later time is needed, --due-after")?;
    sleep(left).await;
    // Nothing has fired yet: the first fire before this tool knows that their second has come.
    let before = Counters::fetch(options.url.address).await?;
    let due = async {
        sleep(due.saturating_sub(since_1970())).await;
        Ok(())
    };
    let (mut quiet, ()) = traffic.until(due).await?;

    let used_before = options.watched.used()?;
    let (mut busy, (fired, done)) = traffic.until(watch(&options, &before)).await?;
    let used = options.watched.used()?.since(used_before);

    let came = count_due(&mut options.program.open().await?, at).await?;
    let mut report = Report::default();
    report.add("follow_ups", options.follow_ups);
    report.add("came", came);
    report.add_number("all_fired_s", fired.as_secs_f64());
    report.add_number("all_done_s", done.as_secs_f64());
    report.add_latencies(["idle_p50_ms", "idle_p99_ms", "idle_most_ms"], &mut quiet);
    report.add_latencies(["beside_p50_ms", "beside_p99_ms", "beside_most_ms"], &mut busy);
    if let (Some(idle), Some(beside)) = (quiet.percentile(0.99), busy.percentile(0.99)) {
        report.add_number("p99_beside_idle", beside.as_secs_f64() / idle.as_secs_f64());
    }
    report.add_cost(used, options.follow_ups.into());
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    if came != options.follow_ups as usize {
        report.fail(format!("{} follow-ups were set, and {came} came", options.follow_ups));
    }
    Ok(report)
}

/// Makes the tickets, and sets what is to be done about them.
async fn set(options: &Options, at: DateTime<Utc>) -> anyhow::Result<()> {
    let share = options.follow_ups.div_ceil(SETTERS);
    let setter = |number: u32| async move {
        let mut api = options.program.open().await?;
        let contact = api.send("POST", "/api/v1/contacts", &json!({ "name": "Customer" })).await?["id"].clone();
        let mut ticket = String::new();
        for done in 0..share.min(options.follow_ups.saturating_sub(number * share)) {
            if done % ONE_TICKET == 0 {
                let order = json!({ "order_number": format!("{}", 100_000 + number * share + done) });
                let made = api.send("POST", "/api/v1/tickets", &json!({ "template": "refund", "contact": contact, "fields": order })).await?;
                ticket = made["number"].as_str().context("a ticket has a number")?.to_owned();
            }
            let new = json!({ "text": "look whether the refund has arrived", "due_at": at });
            api.send("POST", &format!("/api/v1/tickets/{ticket}/follow-ups"), &new).await?;
        }
        anyhow::Ok(())
    };
    futures_util::future::try_join_all((0..SETTERS).map(setter)).await?;
    Ok(())
}

/// Looks at the program's counters until all is done; how long it took until every timer had become work, and until the work was done.
async fn watch(options: &Options, before: &Counters) -> anyhow::Result<(Duration, Duration)> {
    let (begin, wanted) = (Instant::now(), u64::from(options.follow_ups));
    let mut fired = None;
    while begin.elapsed() < PATIENCE {
        sleep(LOOK).await;
        let counters = Counters::fetch(options.url.address).await?;
        if counters.grown(FIRED, before) >= wanted {
            fired.get_or_insert(begin.elapsed());
        }
        if counters.grown(CAME_DUE, before) >= wanted {
            return Ok((fired.context("they were done, and the program does not count what it fires")?, begin.elapsed()));
        }
    }
    bail!("not all were done after {} s", PATIENCE.as_secs())
}

/// How many are due that were to be at this time.
async fn count_due(api: &mut Api, at: DateTime<Utc>) -> anyhow::Result<usize> {
    let (mut count, mut next) = (0, String::new());
    loop {
        let page: Value = serde_json::from_str(&api.get(&format!("/api/v1/follow-ups?due=true&limit=200{next}")).await?)?;
        let items = page["items"].as_array().context("items")?;
        let ours = |item: &&Value| item["state"] == "due" && item["due_at"].as_str().and_then(|due| due.parse::<DateTime<Utc>>().ok()) == Some(at);
        count += items.iter().filter(ours).count();
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return Ok(count),
        }
    }
}

/// Customers' events by the clock.
struct Traffic<'a> {
    target: &'a Target,
    writer: &'a EventWriter,
    rate: u32,
    sent: Cell<u64>,
}

impl Traffic<'_> {
    /// Sends them until something has happened; the time of each, from when it was due to be sent to its 202.
    async fn until<T>(&self, happens: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<(Latencies, T)> {
        let mut latencies = Latencies::default();
        let happened = until(happens, self.send(&mut latencies)).await?;
        Ok((latencies, happened))
    }

    async fn send(&self, latencies: &mut Latencies) -> anyhow::Result<()> {
        let mut connection = Connection::open(self.target.address).await?;
        let mut turns = Turns::new(f64::from(self.rate));
        loop {
            let due = turns.next().await;
            let number = self.sent.replace(self.sent.get() + 1);
            let status = connection.status_of(&self.writer.request(number, number % PEOPLE, "")).await?;
            ensure!(status == 202, "an event was answered with {status}");
            latencies.add(due.elapsed());
        }
    }
}
