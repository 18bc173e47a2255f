//! What a change to the knowledge base would do, before it is live: regression questions and the last real ones, asked before and after it.

use std::time::{Duration, Instant};

use bellhop_domain::id::{ConversationId, MessageId, RegressionId};
use bellhop_kb::{Article, Decision, KnowledgeBase, Question, Synonyms, Viewer};
use bellhop_store::regressions::RegressionQuestion;
use chrono::TimeDelta;
use serde::Serialize;

use super::{
    asked::{self, Went},
    base_of, heavy, regressions,
    synonyms::{self, TriedSynonyms},
};
use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    engine::Engine,
    knowledge::{draft_article, viewer_for},
};

/// Real questions that are asked again at most.
pub const MOST_REAL: u32 = 500;
/// Articles that a change may have.
pub const MOST_CHANGED: usize = 50;
/// How far back real questions are looked for.
const LOOKED_BACK: TimeDelta = TimeDelta::days(90);
/// Steps of conversations that are looked through for them.
const MOST_STEPS: usize = 20_000;
/// How long all the asking may take.
const LONGEST: Duration = Duration::from_secs(20);
/// Articles that are offered when the bot asks back.
const OFFERED: usize = 3;

/// A change that is tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Slugs of articles whose drafts are taken as published, in one language or in all that have one.
    pub drafts: Vec<(String, Option<String>)>,
    /// Slugs of articles that are taken as archived.
    pub removed: Vec<String>,
    /// Words that are taken to mean the same.
    pub synonyms: TriedSynonyms,
    /// How many of the last real questions are asked; none: only regression questions.
    pub last: u32,
}

/// What the bot would do with a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// What to do.
    pub decision: Decision,
    /// The best article, whether it is given or not.
    pub slug: Option<String>,
    /// That it answers the question.
    pub probability: f64,
    /// The articles that would be offered, where the bot would ask back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offered: Vec<String>,
}

/// What a change does to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It was right already, or wrong as before.
    Same,
    /// It is answered rightly, or more nearly so.
    Better,
    /// It is not answered rightly any more, or not at all.
    Worse,
    /// Another article answers, and nobody can say which is right.
    Changed,
}

/// Where a question comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An editor keeps it.
    Regression(RegressionId),
    /// A customer asked it.
    Customer {
        /// In this message.
        message: MessageId,
        /// Of this conversation.
        conversation: ConversationId,
    },
}

/// A question, before and after.
#[derive(Clone, PartialEq)]
pub struct Tried {
    /// Where it comes from.
    pub origin: Origin,
    /// The words; of a customer's without what names them.
    pub text: String,
    /// The customer's language.
    pub lang: Option<String>,
    /// What would be right, as far as anybody knows.
    pub right: Right,
    /// As published.
    pub before: Judged,
    /// With the change.
    pub after: Judged,
    /// What the change does.
    pub effect: Effect,
}

impl Tried {
    /// A line for people: what was asked, and what becomes of it.
    pub fn line(&self) -> String {
        let told = |judged: &Judged| match (judged.decision, &judged.slug) {
            (Decision::Answer, Some(slug)) => format!("answered with {slug}"),
            (Decision::Clarify, _) => "asked back".to_owned(),
            _ => "handed over".to_owned(),
        };
        let shown: String = self.text.chars().take(80).collect();
        format!("“{shown}” is {} now and would be {}", told(&self.before), told(&self.after))
    }
}

/// What would be right for a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// This article.
    Article(String),
    /// Nobody but a person.
    Person,
    /// Anything but this article, which did not help.
    Not(String),
    /// Nobody knows.
    Unknown,
}

impl Right {
    /// How good it is to do this, 0 being the worst.
    fn rank(&self, judged: &Judged) -> u8 {
        let answers = |slug: &String| judged.decision == Decision::Answer && judged.slug.as_ref() == Some(slug);
        match (self, judged.decision) {
            (Self::Article(slug), Decision::Answer) => {
                if answers(slug) {
                    3
                } else {
                    0
                }
            }
            (Self::Article(slug), Decision::Clarify) => {
                if judged.offered.contains(slug) {
                    2
                } else {
                    1
                }
            }
            (Self::Article(_), Decision::Handoff) => 1,
            (Self::Person, Decision::Answer) => 0,
            (Self::Person, Decision::Clarify) => 1,
            (Self::Person, Decision::Handoff) => 3,
            (Self::Not(slug), Decision::Answer) if answers(slug) => 0,
            (Self::Not(_) | Self::Unknown, Decision::Handoff) => 1,
            (Self::Not(_) | Self::Unknown, Decision::Clarify) => 2,
            (Self::Not(_) | Self::Unknown, Decision::Answer) => 3,
        }
    }

    /// Whether this is right.
    pub(super) fn holds(&self, judged: &Judged) -> bool {
        self.rank(judged) == 3
    }

    fn effect(&self, before: &Judged, after: &Judged) -> Effect {
        match self.rank(after).cmp(&self.rank(before)) {
            std::cmp::Ordering::Greater => Effect::Better,
            std::cmp::Ordering::Less => Effect::Worse,
            std::cmp::Ordering::Equal if after.decision == Decision::Answer && before.slug != after.slug => Effect::Changed,
            std::cmp::Ordering::Equal => Effect::Same,
        }
    }
}

/// What a change would do.
#[derive(Clone, Default, PartialEq)]
pub struct Report {
    /// Questions that were asked.
    pub asked: usize,
    /// Of those, how many the change makes better.
    pub better: usize,
    /// How many it makes worse.
    pub worse: usize,
    /// How many another article answers.
    pub changed: usize,
    /// All were asked; otherwise time ran out.
    pub complete: bool,
    /// What changes, the worst first; regression questions before others.
    pub items: Vec<Tried>,
}

impl Report {
    /// Regression questions that the change breaks.
    pub fn broken(&self) -> impl Iterator<Item = &Tried> {
        self.items.iter().filter(|tried| tried.effect == Effect::Worse && matches!(tried.origin, Origin::Regression(_)))
    }
}

/// A question that is about to be asked.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) origin: Origin,
    text: String,
    pub(super) shown: String,
    lang: Option<String>,
    viewer: Viewer,
    right: Right,
}

/// Asks regression questions and the last real ones before and after a change; nothing is changed.
///
/// # Errors
/// `Invalid` where there is no such draft or article, or too many of them.
pub async fn check(engine: &Engine, caller: &Caller, base: Option<&KnowledgeBase>, change: &Change) -> Result<Report, ActionError> {
    require(caller, Permission::ReadArticles)?;
    if change.last > 0 {
        require(caller, Permission::ReadConversations)?;
    }
    if change.last > MOST_REAL {
        return Err(ActionError::invalid("last", format!("is at most {MOST_REAL}")));
    }
    if change.drafts.len() > MOST_CHANGED || change.removed.len() > MOST_CHANGED {
        return Err(ActionError::invalid("drafts", format!("at most {MOST_CHANGED} articles")));
    }
    let drafts = drafts_of(engine, &change.drafts).await?;
    for slug in &change.removed {
        if slug.contains('\0') || engine.reader().article(slug).await?.is_none() {
            return Err(ActionError::invalid("removed", format!("there is no article “{slug}”")));
        }
    }
    let groups = synonyms::with(engine, caller, &change.synonyms).await?;
    let mut pending = regression_questions(engine).await?;
    pending.extend(real_questions(engine, change.last).await?);
    let (base, removed) = (base_of(engine, base), change.removed.clone());
    let tried = groups.map_or_else(|| base.clone(), |groups| base.trying(Synonyms::of(groups)));
    heavy(move || compare(&base, &tried, &pending, &drafts, &removed)).await?
}

/// The drafts as the index would have them.
async fn drafts_of(engine: &Engine, wanted: &[(String, Option<String>)]) -> Result<Vec<Article>, ActionError> {
    let mut drafts = Vec::new();
    for (slug, lang) in wanted {
        let before = drafts.len();
        if !slug.contains('\0') {
            for locale in engine.reader().article_locales(slug).await? {
                if lang.as_ref().is_none_or(|lang| lang.eq_ignore_ascii_case(&locale.lang)) {
                    drafts.extend(draft_article(engine.reader(), slug, &locale.lang).await?);
                }
            }
        }
        if drafts.len() == before {
            return Err(ActionError::invalid("drafts", format!("there is no draft of “{slug}”")));
        }
    }
    Ok(drafts)
}

/// What editors keep, made ready to be asked.
pub(super) async fn regression_questions(engine: &Engine) -> Result<Vec<Pending>, ActionError> {
    let desk = engine.desk();
    let kept = regressions::all(engine).await?;
    let pending = |question: RegressionQuestion| {
        let viewer = regressions::asked_as(&question).viewer(&desk);
        Pending {
            origin: Origin::Regression(question.id),
            shown: question.text.clone(),
            text: question.text,
            lang: question.lang,
            viewer,
            right: question.expected.map_or(Right::Person, Right::Article),
        }
    };
    Ok(kept.into_iter().map(pending).collect())
}

/// The last real questions, the newest first, each for whoever asked it.
async fn real_questions(engine: &Engine, last: u32) -> Result<Vec<Pending>, ActionError> {
    if last == 0 {
        return Ok(Vec::new());
    }
    let now = engine.now();
    let (steps, _) = asked::steps(engine, now - LOOKED_BACK, now + TimeDelta::seconds(1), MOST_STEPS).await?;
    let mut questions = asked::questions(&steps, now);
    questions.reverse();
    questions.truncate(last as usize);
    let asked = asked::with_words(engine, questions).await?;
    let people = asked::people(engine, asked.iter().map(|asked| asked.place.contact)).await?;
    let desk = engine.desk();
    let pending = asked.into_iter().filter_map(|asked| {
        let (contact, organisation) = people.get(&asked.place.contact)?;
        let right = match (asked.question.went, asked.question.slug) {
            (Went::Helped, Some(slug)) => Right::Article(slug),
            (Went::DidNotHelp, Some(slug)) => Right::Not(slug),
            _ => Right::Unknown,
        };
        Some(Pending {
            origin: Origin::Customer { message: asked.question.message, conversation: asked.question.conversation },
            shown: bellhop_domain::masking::masked(&asked.text),
            lang: asked.place.language,
            viewer: viewer_for(contact, organisation.as_ref(), &desk, &asked.place.channel),
            text: asked.text,
            right,
        })
    });
    Ok(pending.collect())
}

/// Asks everything twice; blocks.
fn compare(base: &KnowledgeBase, tried: &KnowledgeBase, pending: &[Pending], drafts: &[Article], removed: &[String]) -> Result<Report, ActionError> {
    let started = Instant::now();
    let mut report = Report { complete: true, ..Report::default() };
    for question in pending {
        if started.elapsed() > LONGEST {
            report.complete = false;
            break;
        }
        let before = judge(base, question, &[], &[])?;
        let after = judge(tried, question, drafts, removed)?;
        let effect = question.right.effect(&before, &after);
        report.asked += 1;
        match effect {
            Effect::Same => continue,
            Effect::Better => report.better += 1,
            Effect::Worse => report.worse += 1,
            Effect::Changed => report.changed += 1,
        }
        report.items.push(question.tried(before, after, effect));
    }
    let order = |effect: Effect| match effect {
        Effect::Worse => 0,
        Effect::Changed => 1,
        Effect::Better | Effect::Same => 2,
    };
    report.items.sort_by_key(|tried| (order(tried.effect), matches!(tried.origin, Origin::Customer { .. })));
    Ok(report)
}

impl Pending {
    pub(super) fn tried(&self, before: Judged, after: Judged, effect: Effect) -> Tried {
        Tried { origin: self.origin, text: self.shown.clone(), lang: self.lang.clone(), right: self.right.clone(), before, after, effect }
    }

    pub(super) fn holds(&self, judged: &Judged) -> bool {
        self.right.holds(judged)
    }
}

/// What the bot would do with a question.
pub(super) fn judge(base: &KnowledgeBase, question: &Pending, drafts: &[Article], removed: &[String]) -> Result<Judged, ActionError> {
    let asked = Question { text: &question.text, lang: question.lang.as_deref(), viewer: &question.viewer, exclude: removed, drafts };
    let verdict = base.ask(&asked).map_err(|error| {
        tracing::error!(error = %error, "The knowledge base does not answer");
        ActionError::Busy
    })?;
    let offered = if verdict.decision == Decision::Clarify { OFFERED } else { 0 };
    Ok(Judged {
        decision: verdict.decision,
        probability: verdict.probability,
        offered: verdict.candidates.iter().take(offered).map(|candidate| candidate.slug.clone()).collect(),
        slug: verdict.candidates.into_iter().next().map(|candidate| candidate.slug),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(decision: Decision, slug: &str, offered: &[&str]) -> Judged {
        let offered = offered.iter().map(|slug| (*slug).to_owned()).collect();
        Judged { decision, slug: Some(slug.to_owned()), probability: 0.5, offered }
    }

    #[test]
    fn better_and_worse_are_told_by_what_is_right() {
        let (answer_a, answer_b) = (judged(Decision::Answer, "a", &[]), judged(Decision::Answer, "b", &[]));
        let (asks, person) = (judged(Decision::Clarify, "a", &["a", "b"]), judged(Decision::Handoff, "a", &[]));
        let a = Right::Article("a".into());
        for (case, right, before, after, expected) in [
            ("the right one wins", &a, &person, &answer_a, Effect::Better),
            ("it is at least offered", &a, &person, &asks, Effect::Better),
            ("it loses", &a, &answer_a, &answer_b, Effect::Worse),
            ("a person instead of a wrong answer", &a, &answer_b, &person, Effect::Better),
            ("nothing changes", &a, &answer_a, &answer_a, Effect::Same),
            ("a person is right", &Right::Person, &person, &answer_a, Effect::Worse),
            ("a person is right again", &Right::Person, &asks, &person, Effect::Better),
            ("what did not help is not given", &Right::Not("a".into()), &answer_a, &answer_b, Effect::Better),
            ("what did not help is given again", &Right::Not("a".into()), &person, &answer_a, Effect::Worse),
            ("an answer where there was none", &Right::Unknown, &person, &answer_b, Effect::Better),
            ("no answer where there was one", &Right::Unknown, &answer_b, &person, Effect::Worse),
            ("another answer", &Right::Unknown, &answer_a, &answer_b, Effect::Changed),
        ] {
            assert_eq!(right.effect(before, after), expected, "{case}");
        }
    }
}
