//! What the knowledge base lacks and which articles need somebody's eye, at a terminal.

use bellhop_engine::{
    Engine,
    actions::editing::{
        duplicates::{self, Reason},
        gaps::{self, DraftInput, Gap, GapFilter},
        upkeep,
    },
    caller::Caller,
};
use bellhop_store::gaps::GapState;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde_json::{Value, json};

use crate::cli::say;

/// Lists gaps, or drafts an article for one.
pub async fn gaps(engine: &Engine, days: i64, draft: Option<&str>, as_json: bool) -> anyhow::Result<()> {
    let caller = Caller::system();
    if let Some(id) = draft {
        let id = id.parse().map_err(|_| anyhow::anyhow!("gap not found"))?;
        let view = gaps::draft(engine, &caller, id, &DraftInput::default()).await?;
        say(format!("draft of {} [{}]: write its answer before it is published", view.article.slug, view.locale.lang));
        return Ok(());
    }
    let filter = GapFilter { from: Some(engine.now() - TimeDelta::days(days.clamp(1, 366))), ..GapFilter::default() };
    let found = gaps::list(engine, &caller, &filter).await?;
    if as_json {
        say(json!({ "items": found.items.iter().map(document).collect::<Vec<_>>(), "questions": found.questions, "complete": found.complete }));
        return Ok(());
    }
    for gap in &found.items {
        say(format!("{:>5}  {} [{}]  {}", gap.count, gap.id, gap.language, gap.title));
    }
    let rest = if found.complete { "" } else { "; only the newest questions were looked at" };
    say(format!("{} gaps{rest}", found.items.len()));
    Ok(())
}

/// The shape of the API's answer.
fn document(gap: &Gap) -> Value {
    json!({
        "id": gap.id,
        "title": gap.title,
        "language": gap.language,
        "count": gap.count,
        "handed_off": gap.handed_off,
        "did_not_help": gap.did_not_help,
        "abandoned": gap.abandoned,
        "regions": gap.regions,
        "articles": gap.articles,
        "state": gap.state.map_or("open", GapState::as_str),
        "first_at": gap.first_at,
        "last_at": gap.last_at,
        "samples": gap.samples.iter().map(|sample| &sample.text).collect::<Vec<_>>(),
    })
}

/// Lists articles that are due to be looked at again.
pub async fn stale(engine: &Engine, by: Option<NaiveDate>, as_json: bool) -> anyhow::Result<()> {
    let due = upkeep::stale(engine, &Caller::system(), by.map(|day| day.and_time(NaiveTime::MIN).and_utc())).await?;
    if as_json {
        let items = due.iter().map(
            |due| json!({ "slug": due.slug, "lang": due.lang, "title": due.title, "owner": due.owner, "review_by": due.review_by.date_naive() }),
        );
        say(json!({ "items": items.collect::<Vec<_>>() }));
        return Ok(());
    }
    for due in &due {
        say(format!("{}  {} [{}]  {}  {}", due.review_by.date_naive(), due.slug, due.lang, due.title, due.owner.as_deref().unwrap_or_default()));
    }
    say(format!("{} articles are due to be looked at again", due.len()));
    Ok(())
}

/// Lists articles that say the same or contradict each other.
pub async fn pairs(engine: &Engine, as_json: bool) -> anyhow::Result<()> {
    let pairs = duplicates::duplicates(engine, &Caller::system()).await?;
    if as_json {
        let items = pairs.iter().map(|pair| {
            json!({
                "kind": kind(pair.contradicting),
                "language": pair.language,
                "articles": [pair.one.slug, pair.other.slug],
                "reasons": pair.reasons.iter().map(reason).collect::<Vec<_>>(),
            })
        });
        say(json!({ "items": items.collect::<Vec<_>>() }));
        return Ok(());
    }
    for pair in &pairs {
        say(format!("{:<14} [{}]  {} / {}", kind(pair.contradicting).replace('_', " "), pair.language, pair.one.slug, pair.other.slug));
        for why in &pair.reasons {
            say(format!("    {}", reason(why)));
        }
    }
    say(format!("{} pairs of articles should perhaps be one", pairs.len()));
    Ok(())
}

fn kind(contradicting: bool) -> &'static str {
    if contradicting { "contradicting" } else { "near_duplicate" }
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::SameQuestion(question) => format!("both answer “{question}”"),
        Reason::SimilarQuestions { one, other, likeness } => format!("“{one}” and “{other}” are alike ({likeness:.2})"),
        Reason::SimilarTexts(likeness) => format!("the texts are alike ({likeness:.2})"),
        Reason::Numbers { one, other } => format!("numbers differ: {} / {}", one.join(" "), other.join(" ")),
    }
}
