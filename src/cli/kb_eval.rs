//! `bellhop kb eval`: the judgement measured on labelled questions.

use std::path::PathBuf;

use anyhow::Context as _;
use bellhop_kb::evaluation::{
    self, Report,
    baseline::{self, Baseline},
};
use clap::Args;

use super::say;

/// What is measured on what.
#[derive(Debug, Args)]
pub struct Eval {
    /// Articles, a JSON document a line: {"id", "lang", "title", "body", "phrasings": [...]}.
    #[arg(long, value_name = "FILE")]
    kb: PathBuf,
    /// Questions, a JSON document a line: {"lang", "text", "gold_ids": [...]}; no ids: nothing answers it.
    #[arg(long, value_name = "FILE")]
    queries: PathBuf,
    /// Questions of the same form to which the calibration is fitted first; default: as shipped.
    #[arg(long, value_name = "FILE")]
    tune: Option<PathBuf>,
    /// Measures plain search on the same articles and questions besides: BM25 and TF-IDF.
    #[arg(long)]
    baselines: bool,
    /// One JSON document on standard output.
    #[arg(long)]
    json: bool,
}

/// What was measured.
#[derive(serde::Serialize)]
struct Measured {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    bm25: Option<Baseline>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tf_idf: Option<Baseline>,
}

/// Measures, on a thread made for that: it neither needs nor touches an installation.
pub async fn run(eval: Eval) -> anyhow::Result<()> {
    let json = eval.json;
    let measured = tokio::task::spawn_blocking(move || measure(&eval)).await.context("measuring ended early")?;
    let measured = measured?;
    if json {
        say(serde_json::to_string(&measured)?);
    } else {
        table(&measured.report);
        for (name, baseline) in [("BM25", measured.bm25), ("TF-IDF", measured.tf_idf)] {
            if let Some(Baseline { top1, top3, p50_us, p99_us }) = baseline {
                say(format!("{name}: top 1 {:.1} %, top 3 {:.1} %, {p50_us} µs, one in a hundred more than {p99_us} µs", top1 * 100.0, top3 * 100.0));
            }
        }
    }
    Ok(())
}

fn measure(eval: &Eval) -> anyhow::Result<Measured> {
    let articles = evaluation::read_articles(&eval.kb)?;
    let questions = evaluation::read_questions(&eval.queries)?;
    let tune = eval.tune.as_deref().map(evaluation::read_questions).transpose()?;
    let settings = evaluation::settings_for(&articles);
    let (bm25, tf_idf) =
        if eval.baselines { (Some(baseline::bm25(&articles, &questions)?), Some(baseline::tf_idf(&articles, &questions)?)) } else { (None, None) };
    let report = evaluation::evaluate(articles, &questions, tune.as_deref(), settings)?;
    Ok(Measured { report, bm25, tf_idf })
}

fn table(report: &Report) {
    say(format!("{} article versions, {} questions, {} of them answerable\n", report.articles, report.questions, report.answerable));
    for (name, share, meaning) in [
        ("top 1", report.top1, "right article first, whatever was decided"),
        ("top 3", report.top3, "right article among the first three"),
        ("mrr@10", report.mrr10, "mean reciprocal rank"),
        ("auroc", report.auroc, "surer of an answerable question than of another"),
        ("precision", report.precision, "right among the answers given"),
        ("coverage", report.coverage, "answerable questions answered"),
        ("acc@90", report.in_scope_at_oos90, "answered right where 90 % of what nothing answers is handed off"),
        ("ece", report.ece, "calibration error"),
    ] {
        let shown = share.map_or_else(|| "     –".to_owned(), |share| format!("{:5.1} %", share * 100.0));
        say(format!("{name:<11}{shown}   {meaning}"));
    }
    say(format!(
        "\nanswered {} ({} right, {} wrong), asked back {} ({} with the right article), handed off {} ({} that had an article)",
        report.answered,
        report.answered_correct,
        report.answered_wrongly,
        report.clarified,
        report.clarified_with_gold,
        report.handed_off,
        report.handed_off_wrongly
    ));
    say(format!(
        "answers from {:.0} % on; a question takes {} µs, one in a hundred more than {} µs; built in {} ms, {} KiB",
        report.threshold * 100.0,
        report.p50_us,
        report.p99_us,
        report.build_ms,
        report.index_bytes / 1024
    ));
}
