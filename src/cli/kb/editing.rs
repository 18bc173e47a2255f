//! What editors do at a terminal: try changes, keep regression questions, look for gaps.

use std::time::Duration;

use anyhow::bail;
use bellhop_engine::{
    Engine,
    actions::editing::{
        AskedAs,
        regressions::{self, RegressionInput},
        trial::{self, Change, Effect, Judged, Origin, Tried},
    },
    caller::Caller,
    knowledge,
};
use bellhop_kb::Decision;
use clap::Subcommand;
use serde_json::{Value, json};

use super::{gaps, synonyms};
use crate::{
    cli::{open, say},
    config::Config,
};

/// How long what the command started may take to end.
const GRACE: Duration = Duration::from_secs(5);

/// Trying before publishing, and questions that must go on being answered.
#[derive(Debug, Subcommand)]
pub enum EditingCommand {
    /// What a change would do to regression questions and the last real ones; fails when a regression question is answered worse.
    Check {
        /// Articles whose drafts are taken as published.
        #[arg(value_name = "SLUG")]
        drafts: Vec<String>,
        /// An article that is taken as archived; may stand several times.
        #[arg(long, value_name = "SLUG")]
        removed: Vec<String>,
        /// How many of the last real questions are asked.
        #[arg(long, value_name = "N", default_value_t = 100)]
        last: u32,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Questions with the article that should win.
    #[command(subcommand)]
    Regressions(RegressionsCommand),
    /// Words that mean the same.
    #[command(subcommand)]
    Synonyms(synonyms::SynonymsCommand),
    /// What customers asked without a good answer, grouped, the most frequent first.
    Gaps {
        /// How many days back.
        #[arg(long, value_name = "N", default_value_t = 30)]
        days: i64,
        /// Begins a draft for the gap with this id (`msg_…`), with its sample questions.
        #[arg(long, value_name = "ID", conflicts_with = "json")]
        draft: Option<String>,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Published articles that are due to be looked at again.
    Stale {
        /// Those that are due by this day (2026-12-01); default: today.
        #[arg(long, value_name = "DAY")]
        by: Option<chrono::NaiveDate>,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Published articles that say the same or contradict each other, with the reasons.
    Duplicates {
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
}

/// Questions that must go on being answered.
#[derive(Debug, Subcommand)]
pub enum RegressionsCommand {
    /// Asks all of them as things are; fails when one is not answered as it should be.
    Run {
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Lists them.
    List {
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Adds one.
    Add {
        /// The question, in a customer's words.
        text: String,
        /// The article that should answer; without it, a person should.
        #[arg(long, value_name = "SLUG")]
        expected: Option<String>,
        /// The customer's language.
        #[arg(long, value_name = "L")]
        lang: Option<String>,
    },
    /// Removes one.
    Remove {
        /// Its id (`reg_…`).
        id: String,
    },
}

/// Runs one of them.
pub async fn run(config: &Config, command: EditingCommand) -> anyhow::Result<()> {
    let engine = open::engine(config).await?;
    let result = match command {
        EditingCommand::Check { drafts, removed, last, json } => {
            let drafts = drafts.into_iter().map(|slug| (slug, None)).collect();
            check(&engine, &Change { drafts, removed, last, ..Change::default() }, json).await
        }
        EditingCommand::Synonyms(command) => synonyms::run(&engine, command).await,
        EditingCommand::Regressions(command) => regressions(&engine, command).await,
        EditingCommand::Gaps { days, draft, json } => gaps::gaps(&engine, days, draft.as_deref(), json).await,
        EditingCommand::Stale { by, json } => gaps::stale(&engine, by, json).await,
        EditingCommand::Duplicates { json } => gaps::pairs(&engine, json).await,
    };
    engine.stop(GRACE).await;
    result
}

/// Says what a change would do; fails when a regression question is answered worse.
pub(super) async fn check(engine: &Engine, change: &Change, as_json: bool) -> anyhow::Result<()> {
    let base = knowledge::in_memory(engine.reader(), engine.settings(), engine.now()).await?;
    let report = trial::check(engine, &Caller::system(), Some(&base), change).await?;
    if as_json {
        let (asked, better, worse, changed, complete) = (report.asked, report.better, report.worse, report.changed, report.complete);
        let items: Vec<Value> = report.items.iter().map(tried).collect();
        say(json!({ "asked": asked, "better": better, "worse": worse, "changed": changed, "complete": complete, "items": items }));
    } else {
        for tried in &report.items {
            let kind = if matches!(tried.origin, Origin::Regression(_)) { "regression" } else { "customer" };
            say(format!("{:<8} {kind:<10}  {}", word(tried.effect), tried.line()));
        }
        let rest = if report.complete { "" } else { "; time ran out before the rest was asked" };
        say(format!("{} asked: {} better, {} worse, {} changed{rest}", report.asked, report.better, report.worse, report.changed));
    }
    match report.broken().count() {
        0 => Ok(()),
        count => bail!("{count} regression questions would be answered worse"),
    }
}

fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Same => "same",
        Effect::Better => "better",
        Effect::Worse => "worse",
        Effect::Changed => "changed",
    }
}

fn tried(tried: &Tried) -> Value {
    let (origin, id) = match tried.origin {
        Origin::Regression(id) => ("regression", id.to_string()),
        Origin::Customer { message, .. } => ("customer", message.to_string()),
    };
    json!({ "origin": origin, "id": id, "text": tried.text, "lang": tried.lang, "before": tried.before, "after": tried.after, "effect": tried.effect })
}

async fn regressions(engine: &Engine, command: RegressionsCommand) -> anyhow::Result<()> {
    let caller = Caller::system();
    match command {
        RegressionsCommand::Run { json } => run_all(engine, &caller, json).await,
        RegressionsCommand::List { json } => {
            let kept = regressions::list(engine, &caller, None, None, u32::try_from(regressions::MOST)?).await?.items;
            if json {
                let items = kept
                    .iter()
                    .map(|question| json!({ "id": question.id, "text": question.text, "lang": question.lang, "expected": question.expected }));
                say(json!({ "items": items.collect::<Vec<_>>() }));
            } else {
                for question in &kept {
                    say(format!("{}  {}  {}", question.id, question.expected.as_deref().unwrap_or("(a person)"), question.text));
                }
                say(format!("{} regression questions", kept.len()));
            }
            Ok(())
        }
        RegressionsCommand::Add { text, expected, lang } => {
            let input = RegressionInput { text: Some(text), lang, expected, asked_as: AskedAs::default(), message: None };
            say(regressions::create(engine, &caller, &input).await?.id);
            Ok(())
        }
        RegressionsCommand::Remove { id } => {
            let id = id.parse().map_err(|_| anyhow::anyhow!("regression question not found"))?;
            regressions::delete(engine, &caller, id).await?;
            say("removed");
            Ok(())
        }
    }
}

async fn run_all(engine: &Engine, caller: &Caller, as_json: bool) -> anyhow::Result<()> {
    let base = knowledge::in_memory(engine.reader(), engine.settings(), engine.now()).await?;
    let checked = regressions::run(engine, caller, Some(&base)).await?;
    let failed = checked.iter().filter(|checked| !checked.holds).count();
    if as_json {
        let items = checked.iter().map(|checked| {
            json!({ "id": checked.id, "text": checked.text, "lang": checked.lang, "expected": checked.expected, "now": checked.now, "holds": checked.holds })
        });
        say(json!({ "asked": checked.len(), "failed": failed, "items": items.collect::<Vec<_>>() }));
    } else {
        for checked in checked.iter().filter(|checked| !checked.holds) {
            say(format!("“{}” should be {}, and is {}", checked.text, expected(checked.expected.as_deref()), told(&checked.now)));
        }
        say(format!("{} of {} regression questions hold", checked.len() - failed, checked.len()));
    }
    if failed == 0 { Ok(()) } else { bail!("{failed} regression questions are not answered as they should be") }
}

fn expected(slug: Option<&str>) -> String {
    slug.map_or_else(|| "left to a person".to_owned(), |slug| format!("answered with {slug}"))
}

fn told(judged: &Judged) -> String {
    match (judged.decision, &judged.slug) {
        (Decision::Answer, Some(slug)) => format!("answered with {slug}"),
        (Decision::Clarify, _) => "asked back".to_owned(),
        _ => "left to a person".to_owned(),
    }
}
