//! Articles that are published, and a whole knowledge base that is taken in, while questions are asked.

use std::{path::PathBuf, process::Stdio, time::Duration};

use anyhow::{Context as _, ensure};
use serde_json::json;
use tokio::{
    process::Command,
    time::{Instant, sleep},
};

use crate::{
    api::Reach,
    beside::{Turns, until},
    machine::pressure,
    questions,
    report::{Latencies, Report},
};

/// Connections over which questions are asked.
const ASKERS: usize = 4;
/// How long an article may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two articles.
const PAUSE: Duration = Duration::from_millis(200);

/// What is done.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) program: Reach,
    /// Questions to be asked over and over, a line each; made up when absent.
    #[arg(long)]
    pub(crate) questions: Option<PathBuf>,
    /// Questions a second.
    #[arg(long, default_value_t = 100)]
    pub(crate) rate: u32,
    /// Articles to be published, one after the other.
    #[arg(long, default_value_t = 200)]
    pub(crate) articles: u32,
    /// Seconds for which only questions are asked before.
    #[arg(long, default_value_t = 20)]
    pub(crate) quiet: u64,
    /// A command that takes in a knowledge base, with its arguments: it is run after the articles, and what questions feel of it is measured.
    #[arg(last = true)]
    pub(crate) import: Vec<String>,
}

/// Runs it.
pub(crate) async fn run(options: Options) -> anyhow::Result<Report> {
    ensure!(options.rate > 0, "at least one question a second is needed");
    let noise = pressure();
    let texts = questions::load(options.questions.as_deref())?;
    let mut asking = Asking { program: &options.program, texts: &texts, rate: options.rate, asked: 0 };
    let pause = async {
        sleep(Duration::from_secs(options.quiet)).await;
        Ok(())
    };
    let (mut quiet, ()) = asking.until(pause).await?;
    let mut report = Report::default();
    report.add_latencies(["quiet_p50_ms", "quiet_p99_ms", "quiet_most_ms"], &mut quiet);
    if options.articles > 0 {
        let (mut beside, mut answerable) = asking.until(publish(&options)).await?;
        report.add("published", answerable.count());
        report.add_latencies(["answerable_p50_ms", "answerable_p99_ms", "answerable_most_ms"], &mut answerable);
        report.add_latencies(["beside_publishing_p50_ms", "beside_publishing_p99_ms", "beside_publishing_most_ms"], &mut beside);
    }
    if !options.import.is_empty() {
        let (mut beside, took) = asking.until(import(&options.import)).await?;
        report.add_number("import_s", took.as_secs_f64());
        report.add_latencies(["beside_import_p50_ms", "beside_import_p99_ms", "beside_import_most_ms"], &mut beside);
        if let (Some(quiet), Some(beside)) = (quiet.percentile(0.99), beside.percentile(0.99)) {
            report.add_number("import_p99_beside_quiet", beside.as_secs_f64() / quiet.as_secs_f64());
        }
    }
    if let Some(noise) = noise {
        report.add_number("pressure_before_percent", noise);
    }
    Ok(report)
}

/// From the request to publish until the bot would answer with the article, of each.
async fn publish(options: &Options) -> anyhow::Result<Latencies> {
    let (mut editor, mut customer) = (options.program.open().await?, options.program.open().await?);
    let mut latencies = Latencies::default();
    for number in 0..options.articles {
        sleep(PAUSE).await;
        let (slug, question) = (format!("load-{number}"), format!("How do I polish a quillimock number {number}?"));
        let written = json!({ "title": question, "answer": "With a soft cloth." });
        editor.send("PUT", &format!("/api/v1/articles/{slug}"), &written).await?;
        let begun = Instant::now();
        let answers = async {
            while begun.elapsed() < PATIENCE {
                let verdict = customer.send("POST", "/api/v1/ask", &json!({ "text": question, "lang": "en" })).await?;
                if verdict["decision"] == "answer" && verdict["candidates"][0]["slug"] == slug.as_str() {
                    return Ok(begun.elapsed());
                }
            }
            anyhow::bail!("{slug} does not answer {} s after it was published", PATIENCE.as_secs())
        };
        let published = async { editor.send("POST", &format!("/api/v1/articles/{slug}/publish"), &json!({})).await.context("it was not published") };
        let (_, answered) = tokio::try_join!(published, answers)?;
        latencies.add(answered);
    }
    for number in 0..options.articles {
        editor.send("POST", &format!("/api/v1/articles/load-{number}/archive"), &json!({})).await?;
    }
    Ok(latencies)
}

/// How long a command took.
async fn import(command: &[String]) -> anyhow::Result<Duration> {
    let (program, arguments) = command.split_first().context("a command")?;
    let begun = Instant::now();
    let ended = Command::new(program).args(arguments).stdout(Stdio::null()).status().await.with_context(|| format!("{program} cannot be run"))?;
    ensure!(ended.success(), "{program} ended with {ended}");
    Ok(begun.elapsed())
}

/// Questions by the clock.
struct Asking<'a> {
    program: &'a Reach,
    texts: &'a [String],
    rate: u32,
    asked: usize,
}

impl Asking<'_> {
    /// Asks until something has happened; the time of each, from when it was due to be asked to its verdict.
    async fn until<T>(&mut self, happens: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<(Latencies, T)> {
        let mut latencies: [Latencies; ASKERS] = std::array::from_fn(|_| Latencies::default());
        let first = self.asked;
        let askers = latencies.iter_mut().enumerate().map(|(place, latencies)| self.ask(first + place, latencies));
        let traffic = async { futures_util::future::try_join_all(askers).await.map(drop) };
        let happened = until(happens, traffic).await?;
        let mut all = Latencies::default();
        latencies.into_iter().for_each(|own| all.join(own));
        self.asked += usize::try_from(all.count())?;
        Ok((all, happened))
    }

    async fn ask(&self, first: usize, latencies: &mut Latencies) -> anyhow::Result<()> {
        let mut api = self.program.open().await?;
        let mut turns = Turns::new(f64::from(self.rate) / ASKERS as f64);
        for number in (first..).step_by(ASKERS) {
            let due = turns.next().await;
            let text = self.texts.get(number % self.texts.len()).context("a question")?;
            api.send("POST", "/api/v1/ask", &json!({ "text": text })).await?;
            latencies.add(due.elapsed());
        }
        Ok(())
    }
}
