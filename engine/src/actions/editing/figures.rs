//! How articles do: shown, helpful, followed by a person, looked at, sent, voted on; over a span of time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bellhop_domain::id::ConversationId;
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    asked::{self, Step, What},
    search::standings,
    uses,
};
use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    engine::Engine,
};

/// The span when nothing is said.
const USUAL_SPAN: TimeDelta = TimeDelta::days(30);
/// The longest span.
const LONGEST_SPAN: TimeDelta = TimeDelta::days(366);
/// Steps of conversations that are looked through, the newest.
const MOST_STEPS: usize = 100_000;

/// How an article did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// The article.
    pub slug: String,
    /// Times that the bot answered with it.
    pub shown: u64,
    /// Of those, after how many no person was needed in the conversation.
    pub resolved: u64,
    /// After how many one was.
    pub handed_off: u64,
    /// Customers who said last that it helped.
    pub helped: u64,
    /// Customers who said last that it did not.
    pub did_not_help: u64,
    /// Times that its page was opened.
    pub views: u64,
    /// Times that somebody who works here answered with it.
    pub sent: u64,
    /// People who work here and find it good, whenever they said so.
    pub up: u64,
    /// Who do not.
    pub down: u64,
    /// It stands first.
    pub pinned: bool,
    /// How often the bot answered with which language.
    pub languages: BTreeMap<String, u64>,
}

/// Figures of a span.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Of every article with something to tell, the most shown first.
    pub items: Vec<Figures>,
    /// Everything in the span was counted; otherwise, of what the bot did, only the newest.
    pub complete: bool,
}

/// How articles did from `from` (thirty days ago) to `until` (now).
///
/// # Errors
/// When the span is too long, or the database cannot be read.
pub async fn figures(engine: &Engine, caller: &Caller, from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Result<Sheet, ActionError> {
    require(caller, Permission::ReadArticles)?;
    let until = until.unwrap_or(engine.now() + TimeDelta::seconds(1));
    let from = from.unwrap_or(until - USUAL_SPAN);
    if until - from > LONGEST_SPAN + TimeDelta::days(1) {
        return Err(ActionError::invalid("from", "is at most a year before the end"));
    }
    let (steps, complete) = asked::steps(engine, from, until, MOST_STEPS).await?;
    let mut sheet = counted(&steps);
    uses::write_down(engine).await?;
    for used in engine.reader().article_uses(uses::day(from), uses::day(until) + 1).await? {
        let figures = sheet.entry(used.slug).or_default();
        figures.views += used.views.unsigned_abs();
        figures.sent += used.sent.unsigned_abs();
    }
    for (slug, standing) in standings(engine).await?.iter().filter(|(_, standing)| standing.up + standing.down > 0 || standing.pinned) {
        let figures = sheet.entry(slug.clone()).or_default();
        (figures.up, figures.down, figures.pinned) = (standing.up.unsigned_abs(), standing.down.unsigned_abs(), standing.pinned);
    }
    let mut items: Vec<Figures> = sheet.into_iter().map(|(slug, figures)| Figures { slug, ..figures }).collect();
    items.sort_by(|one, other| (other.shown, other.sent, other.views).cmp(&(one.shown, one.sent, one.views)).then_with(|| one.slug.cmp(&other.slug)));
    Ok(Sheet { items, complete })
}

/// How one article did.
///
/// # Errors
/// `NotFound` when there is no such article.
pub async fn of_article(
    engine: &Engine,
    caller: &Caller,
    slug: &str,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
) -> Result<Figures, ActionError> {
    require(caller, Permission::ReadArticles)?;
    engine.reader().article(slug).await?.ok_or(ActionError::NotFound { what: "article" })?;
    let sheet = figures(engine, caller, from, until).await?;
    let found = sheet.items.into_iter().find(|figures| figures.slug == slug);
    Ok(found.unwrap_or_else(|| Figures { slug: slug.to_owned(), ..Figures::default() }))
}

/// What the bot's decisions say, in order of time.
fn counted(steps: &[Step]) -> BTreeMap<String, Figures> {
    let mut sheet: BTreeMap<String, Figures> = BTreeMap::new();
    let mut last_said: HashMap<(ConversationId, &str), bool> = HashMap::new();
    // From the end: whether a person was needed after each answer is known when it is met.
    let mut needed: BTreeSet<ConversationId> = BTreeSet::new();
    for step in steps.iter().rev() {
        match &step.what {
            What::HandedOff { at_fault: true, .. } => {
                needed.insert(step.conversation);
            }
            What::Answered { slug, language } => {
                let figures = sheet.entry(slug.clone()).or_default();
                figures.shown += 1;
                if needed.contains(&step.conversation) {
                    figures.handed_off += 1;
                } else {
                    figures.resolved += 1;
                }
                if let Some(language) = language {
                    *figures.languages.entry(language.clone()).or_default() += 1;
                }
            }
            What::HandedOff { .. } | What::Clarified | What::Rated { .. } => {}
        }
    }
    for step in steps {
        if let What::Rated { slug, helped } = &step.what {
            match helped {
                Some(helped) => last_said.insert((step.conversation, slug), *helped),
                None => last_said.remove(&(step.conversation, slug.as_str())),
            };
        }
    }
    for ((_, slug), helped) in last_said {
        let figures = sheet.entry(slug.to_owned()).or_default();
        if helped {
            figures.helped += 1;
        } else {
            figures.did_not_help += 1;
        }
    }
    sheet
}
