//! `bellhop kb`.

mod editing;
mod gaps;
mod synonyms;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use bellhop_engine::{actions::articles, knowledge};
use bellhop_kb::{Question, Verdict, Viewer, files, language};
use clap::Subcommand;
use serde_json::json;

use super::{Place, kb_eval, open, say};
use crate::config::Config;

/// How long publishing waits for live nodes.
const WAIT: Duration = Duration::from_secs(5);
/// How long what the command started may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// The knowledge base.
#[derive(Debug, Subcommand)]
pub enum KbCommand {
    /// Takes a folder of Markdown into the knowledge base; returns when every live node has applied it.
    Sync {
        /// The folder.
        dir: PathBuf,
        /// Goes on whenever a file changes.
        #[arg(long)]
        watch: bool,
        /// Does not wait for live nodes.
        #[arg(long)]
        no_wait: bool,
        /// The way back: writes the knowledge base into the folder.
        #[arg(long, conflicts_with_all = ["watch", "no_wait"])]
        export: bool,
    },
    /// Takes the sample articles out of use; those that somebody changed stay.
    RemoveSamples,
    /// What the bot would say, and why.
    Ask {
        /// The question, in a customer's words.
        text: String,
        /// The customer's language; default: found in the text.
        #[arg(long, value_name = "L")]
        lang: Option<String>,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Measures the bot's judgement on labelled questions; needs no installation.
    Eval(kb_eval::Eval),
    #[command(flatten)]
    Editing(editing::EditingCommand),
}

/// Runs a command about the knowledge base.
pub async fn run(place: &Place, command: KbCommand) -> anyhow::Result<()> {
    if let KbCommand::Eval(eval) = command {
        return kb_eval::run(eval).await;
    }
    let config = open::config(place)?;
    let command = match command {
        KbCommand::Editing(command) => return editing::run(&config, command).await,
        other => other,
    };
    let store = open::store(&config).await?;
    let result = match command {
        KbCommand::Eval(_) | KbCommand::Editing(_) => Ok(()),
        KbCommand::Sync { dir, export: true, .. } => export(&config, &store, &dir).await,
        KbCommand::Sync { dir, watch, no_wait, .. } => sync(&config, &store, &dir, watch, no_wait).await,
        KbCommand::RemoveSamples => remove_samples(&config, &store).await,
        KbCommand::Ask { text, lang, json } => ask(&config, &store, &text, lang.as_deref(), json).await,
    };
    store.close().await;
    result
}

async fn sync(config: &Config, store: &bellhop_store::Store, dir: &Path, watch: bool, no_wait: bool) -> anyhow::Result<()> {
    let mut changes = if watch { Some(Changes::of(dir)?) } else { None };
    loop {
        match sync_once(config, store, dir, no_wait).await {
            Err(error) if watch => warn(format!("{error:#}")),
            result => result?,
        }
        match &mut changes {
            Some(changes) => changes.wait().await?,
            None => return Ok(()),
        }
    }
}

async fn sync_once(config: &Config, store: &bellhop_store::Store, dir: &Path, no_wait: bool) -> anyhow::Result<()> {
    let settings = bellhop_kb::Settings { language: config.language.clone(), languages: config.languages.clone() };
    let folder = dir.canonicalize().with_context(|| format!("{} cannot be read", dir.display()))?;
    let articles = files::read_folder(&folder, &settings)?;
    let key = folder.to_string_lossy().into_owned();
    let report = articles::sync_folder(store, open::clock().now(), &key, articles).await?;
    if !no_wait && !knowledge::wait_until_applied(&store.reader, report.seq, open::clock().now(), WAIT, None).await? {
        warn("not every live node has applied the change after 5 s; it will");
    }
    say(format!("{} added, {} changed, {} archived, {} unchanged", report.added, report.changed, report.archived, report.unchanged));
    Ok(())
}

async fn remove_samples(config: &Config, store: &bellhop_store::Store) -> anyhow::Result<()> {
    let engine = open::engine(config).await?;
    let report = articles::remove_samples(&engine, &bellhop_engine::caller::Caller::system()).await?;
    if !knowledge::wait_until_applied(&store.reader, report.seq, open::clock().now(), WAIT, None).await? {
        warn("not every live node has applied the change after 5 s; it will");
    }
    say(format!("{} sample articles taken out of use", report.archived));
    engine.stop(GRACE).await;
    Ok(())
}

#[allow(clippy::print_stderr, reason = "warnings of commands go to standard error")]
fn warn(words: impl std::fmt::Display) {
    eprintln!("bellhop: {words}");
}

async fn export(config: &Config, store: &bellhop_store::Store, dir: &Path) -> anyhow::Result<()> {
    let count = articles::export_folder(&store.reader, dir, &config.language).await?;
    say(format!("{count} files written"));
    Ok(())
}

/// Changes in a folder, several within a moment taken as one.
struct Changes {
    seen: tokio::sync::mpsc::Receiver<()>,
    _watcher: notify::RecommendedWatcher,
}

impl Changes {
    fn of(dir: &Path) -> anyhow::Result<Self> {
        use notify::Watcher as _;
        let (sender, seen) = tokio::sync::mpsc::channel(1);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                let _one_is_enough = sender.try_send(());
            }
        })
        .context("the folder cannot be watched")?;
        watcher.watch(dir, notify::RecursiveMode::Recursive).with_context(|| format!("{} cannot be watched", dir.display()))?;
        Ok(Self { seen, _watcher: watcher })
    }

    async fn wait(&mut self) -> anyhow::Result<()> {
        if self.seen.recv().await.is_none() {
            bail!("the folder is not watched any more");
        }
        while let Ok(Some(())) = tokio::time::timeout(Duration::from_millis(200), self.seen.recv()).await {}
        Ok(())
    }
}

async fn ask(config: &Config, store: &bellhop_store::Store, text: &str, lang: Option<&str>, as_json: bool) -> anyhow::Result<()> {
    let settings = open::settings(config);
    let base = knowledge::in_memory(&store.reader, &settings, open::clock().now()).await?;
    let detected = language::detect(text).map(|detected| detected.lang);
    let lang = lang.or(detected);
    let viewer = Viewer::default();
    let verdict = base.ask(&Question { text, lang, viewer: &viewer, exclude: &[], drafts: &[] })?;
    if as_json {
        say(serde_json::to_string(&document(&verdict))?)
    } else {
        explain(&verdict, base.len())
    }
    Ok(())
}

/// The shape of the API's answer.
fn document(verdict: &Verdict) -> serde_json::Value {
    json!({
        "decision": verdict.decision,
        "probability": verdict.probability,
        "threshold": verdict.threshold,
        "text": verdict.text,
        "synonyms": verdict.synonyms,
        "among_three": verdict.among_three,
        "runner_up": verdict.candidates.get(1).map(|second| json!({ "slug": second.slug, "lang": second.lang, "score": second.score })),
        "candidates": verdict.candidates.iter().map(|candidate| json!({
            "slug": candidate.slug,
            "lang": candidate.lang,
            "title": candidate.title,
            "score": candidate.score,
            "scores": candidate.scores,
            "matched": candidate.matched,
        })).collect::<Vec<_>>(),
    })
}

fn explain(verdict: &Verdict, articles: usize) {
    match verdict.decision {
        bellhop_kb::Decision::Answer => say(&verdict.text),
        bellhop_kb::Decision::Clarify => say("(asks which of the first articles below was meant)"),
        bellhop_kb::Decision::Handoff => say("(hands over to a person)"),
    }
    say(format!(
        "\nsure to {:.0} %, answers from {:.0} % on, one of the first three is right to {:.0} %; {articles} article versions looked through",
        verdict.probability * 100.0,
        verdict.threshold * 100.0,
        verdict.among_three * 100.0
    ));
    for swap in &verdict.synonyms {
        say(format!("“{}” read as “{}”", swap.said, swap.read));
    }
    if let [first, second, ..] = verdict.candidates.as_slice() {
        say(format!("ahead of {} by {:.2}", second.slug, first.score - second.score));
    }
    for candidate in &verdict.candidates {
        let matched: Vec<String> = candidate.matched.iter().map(|matched| format!("{}: {}", matched.field, matched.terms.join(" "))).collect();
        say(format!("{:>7.3}  {} [{}]  {}\n         {}", candidate.score, candidate.slug, candidate.lang, candidate.title, matched.join("; ")));
        let scores = &candidate.scores;
        say(format!(
            "         title {:.2}, phrasings {:.2}, body {:.2}, best passage {:.2}, nearest question {:.2}, sounds like it {:+.2}",
            scores.title, scores.phrasings, scores.body, scores.passage, scores.nearest, scores.learned
        ));
    }
}
