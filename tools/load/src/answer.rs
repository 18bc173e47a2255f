//! From a message to its delivered answer.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    path::PathBuf,
    rc::Rc,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use tokio::{
    sync::{Semaphore, oneshot},
    task::{JoinSet, LocalSet},
    time::Instant,
};

use crate::{
    event::{EventType, EventWriter, Secret},
    http::{Connection, Target},
    ledger::{Ledger, Reply},
    machine::{Watched, pressure},
    metrics::Counters,
    questions, receiver,
    report::{Latencies, Report},
};

/// How long a closed loop waits for one answer before it goes on; the ledger still waits for it.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// Requests on the way at most when messages are sent at a rate.
const CONNECTIONS: usize = 64;
/// Answers with fewer buttons end their conversation: a person was called, and the bot is silent from then on.
const BUTTONS_OF_AN_ANSWER: usize = 3;

/// How an answer run is done.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// The channel's address, such as `http://127.0.0.1:8080/channels/shop/events`.
    #[arg(long)]
    pub(crate) url: Target,
    /// The channel's secret, whsec_…
    #[arg(long)]
    pub(crate) secret: Secret,
    /// Where the channel's `deliver_url` points, such as 127.0.0.1:9300.
    #[arg(long)]
    pub(crate) listen: SocketAddr,
    /// Questions, one a line; without it they are made up.
    #[arg(long)]
    pub(crate) questions: Option<PathBuf>,
    /// Messages on the way at once: the next is sent when one is answered.
    #[arg(long, default_value_t = 32)]
    pub(crate) in_flight: usize,
    /// Messages a second instead, whether the program keeps up or not; time runs from when each was due.
    #[arg(long, conflicts_with_all = ["in_flight", "turns"])]
    pub(crate) rate: Option<f64>,
    /// Messages that each person sends, one after another.
    #[arg(long, default_value_t = 1)]
    pub(crate) turns: u64,
    /// How long, in seconds, after the warm-up.
    #[arg(long, default_value_t = 20)]
    pub(crate) seconds: u64,
    /// How long before anything is measured, in seconds.
    #[arg(long, default_value_t = 5)]
    pub(crate) warmup: u64,
    /// How long late answers are waited for at the end, in seconds.
    #[arg(long, default_value_t = 60)]
    pub(crate) drain: u64,
    #[command(flatten)]
    pub(crate) watched: Watched,
}

/// What all senders share.
struct Run {
    target: Target,
    writer: Rc<EventWriter>,
    ledger: Rc<RefCell<Ledger>>,
    questions: Vec<String>,
    conversations: Cell<u64>,
    refused: Cell<u64>,
    end: Instant,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!(options.rate.is_none_or(|rate| rate.is_finite() && rate >= 0.1), "a rate is at least 0.1 messages a second");
    ensure!(options.in_flight > 0 && options.turns > 0, "at least one message is needed");
    LocalSet::new().run_until(measure(options)).await
}

async fn measure(options: Options) -> anyhow::Result<Report> {
    let address = options.url.address;
    let questions = questions::load(options.questions.as_deref())?;
    let listener = receiver::listen(options.listen).await?;
    let writer = Rc::new(EventWriter::new(options.secret.clone(), &options.url.path, EventType::Message));
    let ledger = Rc::new(RefCell::new(Ledger::default()));
    let mut background = JoinSet::new();
    background.spawn_local(receiver::receive(listener, Rc::clone(&writer), Rc::clone(&ledger)));

    let noise = pressure();
    Connection::open(address).await.context("no connection to the program")?;
    let begin = Instant::now() + Duration::from_secs(options.warmup);
    let end = begin + Duration::from_secs(options.seconds);
    let run = Rc::new(Run {
        target: options.url.clone(),
        writer,
        ledger: Rc::clone(&ledger),
        questions,
        conversations: Cell::new(0),
        refused: Cell::new(0),
        end,
    });
    let mut senders = JoinSet::new();
    match options.rate {
        Some(rate) => {
            senders.spawn_local(send_at(Rc::clone(&run), rate));
        }
        None => {
            for _ in 0..options.in_flight {
                senders.spawn_local(send_one_after_another(Rc::clone(&run), options.turns));
            }
        }
    }

    tokio::time::sleep_until(begin).await;
    let before = Moment::now(&options, &ledger).await?;
    tokio::time::sleep_until(end).await;
    let after = Moment::now(&options, &ledger).await?;
    let took = after.at - before.at;

    while let Some(sender) = senders.join_next().await {
        sender?;
    }
    let deadline = Instant::now() + Duration::from_secs(options.drain);
    while ledger.borrow().is_waiting() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // A second answer would come soon after the first.
    tokio::time::sleep(Duration::from_secs(2)).await;

    let ledger = ledger.borrow();
    let audit = ledger.audit();
    let answered = after.answered - before.answered;
    let mut latencies = Latencies::default();
    ledger.times(begin, end).for_each(|time| latencies.add(time));
    let mut report = Report::default();
    report.add("answered", answered);
    report.add_number("answered_per_second", answered as f64 / took.as_secs_f64());
    report.add_latencies(["p50_ms", "p99_ms", "max_ms"], &mut latencies);
    report.add_cost(after.used.since(before.used), answered);
    report.add_commits(&before.counters, &after.counters);
    report.add("accepted_in_all", audit.accepted);
    report.add("refused", run.refused.get());
    report.add("lost", audit.lost);
    report.add("doubled", audit.doubled);
    report.add("strays", audit.strays);
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    if audit.lost + audit.doubled > 0 {
        report.fail(format!("{} messages were acknowledged and never answered, {} were answered more than once", audit.lost, audit.doubled));
    }
    if answered == 0 {
        report.fail("nothing was answered".to_owned());
    }
    Ok(report)
}

/// What is counted at the begin and at the end.
struct Moment {
    at: Instant,
    answered: u64,
    used: crate::machine::Used,
    counters: Counters,
}

impl Moment {
    async fn now(options: &Options, ledger: &RefCell<Ledger>) -> anyhow::Result<Self> {
        let counters = Counters::fetch(options.url.address).await?;
        Ok(Self { at: Instant::now(), answered: ledger.borrow().answered(), used: options.watched.used()?, counters })
    }
}

/// One person after another: a question, its answer, the next question.
async fn send_one_after_another(run: Rc<Run>, turns: u64) {
    let mut connection = None;
    let (mut conversation, mut turn) = (run.next_conversation(), 0);
    while Instant::now() < run.end {
        if turn == turns {
            (conversation, turn) = (run.next_conversation(), 0);
        }
        let Some(answer) = run.send(&mut connection, conversation, Instant::now()).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        turn += 1;
        match tokio::time::timeout(LONGEST_ANSWER, answer).await {
            Ok(Ok(reply)) if reply.buttons >= BUTTONS_OF_AN_ANSWER => {}
            _ => turn = turns,
        }
    }
}

/// Messages by the clock, over a pool of connections.
async fn send_at(run: Rc<Run>, rate: f64) {
    let begin = Instant::now();
    let places = Rc::new(Semaphore::new(CONNECTIONS));
    let idle: Rc<RefCell<Vec<Connection>>> = Rc::default();
    let mut on_the_way = JoinSet::new();
    for number in 0_u64.. {
        let due = begin + Duration::from_secs_f64(number as f64 / rate);
        if due >= run.end {
            break;
        }
        tokio::time::sleep_until(due).await;
        let (run, places, idle) = (Rc::clone(&run), Rc::clone(&places), Rc::clone(&idle));
        on_the_way.spawn_local(async move {
            let Ok(_place) = places.acquire().await else { return };
            let mut connection = idle.borrow_mut().pop();
            let conversation = run.next_conversation();
            run.send(&mut connection, conversation, due).await;
            idle.borrow_mut().extend(connection);
        });
        while on_the_way.try_join_next().is_some() {}
    }
    while on_the_way.join_next().await.is_some() {}
}

impl Run {
    fn next_conversation(&self) -> u64 {
        self.conversations.replace(self.conversations.get() + 1)
    }

    /// Sends a question; none when it was not acknowledged.
    async fn send(&self, connection: &mut Option<Connection>, conversation: u64, intended: Instant) -> Option<oneshot::Receiver<Reply>> {
        let (number, answer) = self.ledger.borrow_mut().intend(intended);
        let place = usize::try_from(number).unwrap_or(0) % self.questions.len().max(1);
        let request = self.writer.request(number, conversation, self.questions.get(place).map_or("", String::as_str));
        if connection.is_none() {
            *connection = Connection::open(self.target.address).await.ok();
        }
        let status = match connection.as_mut() {
            Some(open) => open.status_of(&request).await,
            None => Err(std::io::ErrorKind::NotConnected.into()),
        };
        match status {
            Ok(202) => {
                self.ledger.borrow_mut().accepted(number);
                return Some(answer);
            }
            Ok(_) => {}
            Err(_) => *connection = None,
        }
        self.refused.set(self.refused.get() + 1);
        None
    }
}
