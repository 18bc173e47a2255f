//! Context: what a text means after what was said before it.
//!
//! "And for shoes?" asks what was asked before, of shoes. Whether a text is to be read with the question before it is seen from the text, and from
//! what the knowledge base makes of it alone and of both together; where it stands well alone, it is taken alone.

use std::{fmt, sync::LazyLock};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Decision, Dialogue, Finding, Findings, Phase};
use crate::intent::{self, is_cjk, normalise};

/// After this long nobody goes on from what they asked before.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(6);
/// Longer texts, in words, say themselves what they are about, whatever they begin with.
const LONGEST_FOLLOW_UP: usize = 14;
/// Texts up to this long, in words, that show nothing are tried with the question before them when they are not understood alone.
const LONGEST_FRAGMENT: usize = 6;
/// Letters of a script without spaces that say as much as a word.
const LETTERS_A_WORD: usize = 2;
/// So many of the articles found for a text are what it speaks of.
const SPOKEN_OF: usize = 3;
/// What an article that the text does not speak of counts beside the one that it speaks of most, which counts 1 more.
const UNSAID: f64 = 0.3;
/// So many times the next one's weight makes the article that both readings speak for the answer.
const DECISIVE: f64 = 1.5;
/// A share of the best match that is as good as the best.
const AS_GOOD: f64 = 0.8;
/// How much likelier a fragment must be answered with the question before it than alone.
const CLEARLY: f64 = 0.1;

/// How a text shows that it goes on from what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// It begins or ends as something that is added: "and for shoes?", "鞋子呢？".
    Connects,
    /// It is short and speaks of something that it does not name: "how long does that take?".
    Refers,
    /// It says that what was answered has not settled the matter: "it still shows an error".
    Persists,
    /// It answers our question which article was meant, in words of its own.
    Narrows,
    /// It shows nothing, but is understood only together with the question before it.
    Fits,
}

impl Sign {
    /// The word on the timeline.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connects => "connects",
            Self::Refers => "refers",
            Self::Persists => "persists",
            Self::Narrows => "narrows",
            Self::Fits => "fits",
        }
    }
}

/// That a question was asked together with the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FollowUp {
    /// How that was seen.
    pub sign: Sign,
    /// How likely the best answer to the text alone was right.
    pub alone: f64,
}

/// A text that may go on from an earlier question.
#[derive(Clone, PartialEq, Eq)]
pub struct Continuation {
    /// What the text shows of it, if anything.
    pub sign: Option<Sign>,
    /// Both together, as the knowledge base is asked.
    pub together: String,
    /// The article that was answered with last.
    pub answered: Option<String>,
    /// That article has not settled the matter, and is not to be given again.
    pub unwanted: Option<String>,
}

impl fmt::Debug for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Continuation").field("sign", &self.sign).field("answered", &self.answered).finish_non_exhaustive()
    }
}

/// Whether `question` may go on from what was said at `last`, when the conversation was changed before this.
pub fn continuation(dialogue: &Dialogue, question: &str, refuses: bool, last: DateTime<Utc>, now: DateTime<Utc>) -> Option<Continuation> {
    let before = dialogue.last_question.as_deref().filter(|before| !before.trim().is_empty())?;
    let words = weight(question);
    if now - last > FORGOTTEN_AFTER || words == 0 || words > LONGEST_FOLLOW_UP {
        return None;
    }
    let sign = if refuses { Some(Sign::Persists) } else { sign(&dialogue.phase, question) };
    if sign.is_none() && words > LONGEST_FRAGMENT {
        return None;
    }
    let answered = match &dialogue.phase {
        Phase::Answered { slug, .. } => Some(slug.clone()),
        _ => None,
    };
    let unwanted = answered.clone().filter(|_| sign == Some(Sign::Persists));
    Some(Continuation { sign, together: format!("{}\n{}", before.trim(), question.trim()), answered, unwanted })
}

impl Continuation {
    /// How the text is read: with the question before it, and what is found then; nothing if it is read alone.
    pub fn reading(&self, alone: &Findings, together: &Findings) -> Option<(Sign, Findings)> {
        let best = together.candidates.first()?;
        let Some(sign) = self.sign else {
            // The text must add to it: what is found for both is found for the text as well, and is not what was answered just now.
            let adds = alone.candidates.iter().any(|found| found.slug == best.slug) && self.answered.as_deref() != Some(best.slug.as_str());
            let is_clear = together.probability > alone.probability + CLEARLY;
            let fits = alone.decision != Decision::Answer && together.decision == Decision::Answer && adds && is_clear;
            return fits.then(|| (Sign::Fits, together.clone()));
        };
        if worth(together) == 0 {
            return None;
        }
        let (own, mut both) = (shares(&alone.candidates), shares(&together.candidates));
        // A whole question drowns the few words that follow it. If they speak of other articles than the one that was given for it, that one is not meant.
        let speaks_of = |slug: &str| alone.candidates.iter().take(SPOKEN_OF).any(|found| found.slug == slug);
        let is_left = self.answered.as_deref() == Some(best.slug.as_str()) && worth(alone) > 0 && !speaks_of(&best.slug);
        if is_left {
            both = shares(together.candidates.get(1..).unwrap_or_default());
        }
        let share = |of: &[(&Finding, f64)], slug: &str| of.iter().find(|(found, _)| found.slug == slug).map_or(0.0, |(_, share)| *share);
        let mut fused: Vec<(&Finding, f64)> = both.iter().map(|(found, joint)| (*found, joint * (share(&own, &found.slug) + UNSAID))).collect();
        fused.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (meant, weight) = *fused.first()?;
        let is_alone = alone.candidates.first().is_some_and(|first| first.slug == meant.slug);
        if meant.slug == best.slug && (!is_alone || surer(together, alone)) {
            return Some((sign, together.clone()));
        }
        if is_alone && alone.decision == Decision::Answer {
            return None;
        }
        let next = fused.get(1).map_or(0.0, |(_, weight)| *weight);
        let is_clear = together.decision == Decision::Answer && share(&own, &meant.slug) >= AS_GOOD && weight >= next * DECISIVE;
        let (decision, of) = if is_clear { (Decision::Answer, together) } else { (Decision::Clarify, alone) };
        let candidates = fused.into_iter().map(|(found, _)| found.clone()).collect();
        Some((sign, Findings { decision, candidates, ..of.clone() }))
    }
}

/// Each article with how well it matches among those that were found: 1 the best, 0 the worst of several.
fn shares(found: &[Finding]) -> Vec<(&Finding, f64)> {
    let best = found.iter().map(|found| found.score).fold(f64::MIN, f64::max);
    let worst = found.iter().map(|found| found.score).fold(f64::MAX, f64::min);
    let share = |score: f64| if best > worst { (score - worst) / (best - worst) } else { 1.0 };
    found.iter().map(|found| (found, share(found.score))).collect()
}

fn surer(a: &Findings, b: &Findings) -> bool {
    worth(a).cmp(&worth(b)).then(a.probability.total_cmp(&b.probability)).is_ge()
}

fn worth(findings: &Findings) -> u8 {
    match findings.decision {
        Decision::Answer => 2,
        Decision::Clarify => 1,
        Decision::Handoff => 0,
    }
}

fn sign(phase: &Phase, text: &str) -> Option<Sign> {
    let words = normalise(text);
    let asks = text.trim_end().ends_with(['?', '？']) || SIGNS.asks.begin(&words) || SIGNS.asks.end(&words);
    if matches!(phase, Phase::Answered { .. }) && !asks && SIGNS.persists.stand_in(&words) {
        return Some(Sign::Persists);
    }
    if SIGNS.begins.begin(&words) || SIGNS.ends.end(&words) && intent::detect(text).is_none() {
        return Some(Sign::Connects);
    }
    if matches!(phase, Phase::Clarifying { .. }) {
        return Some(Sign::Narrows);
    }
    SIGNS.refers.stand_in(&words).then_some(Sign::Refers)
}

/// Words, where letters of scripts without spaces are parts of one.
fn weight(text: &str) -> usize {
    let letters = text.chars().filter(|c| is_cjk(*c)).count();
    let words = normalise(text).split(' ').filter(|word| !word.is_empty() && !word.chars().all(is_cjk)).count();
    words + letters.div_ceil(LETTERS_A_WORD)
}

/// Phrases of one kind.
struct Signs(Vec<String>);

impl Signs {
    fn begin(&self, words: &str) -> bool {
        self.0.iter().any(|sign| words.strip_prefix(sign.as_str()).is_some_and(|rest| !rest.is_empty() && is_edge(sign, rest.chars().next())))
    }

    fn end(&self, words: &str) -> bool {
        self.0.iter().any(|sign| words.strip_suffix(sign.as_str()).is_some_and(|rest| !rest.is_empty() && is_edge(sign, rest.chars().next_back())))
    }

    fn stand_in(&self, words: &str) -> bool {
        let whole = |sign: &String| {
            words.match_indices(sign.as_str()).any(|(at, _)| {
                let before = words.get(..at).and_then(|before| before.chars().next_back());
                let after = words.get(at + sign.len()..).and_then(|after| after.chars().next());
                is_edge(sign, before) && is_edge(sign, after)
            })
        };
        self.0.iter().any(whole)
    }
}

/// Whether a phrase may stop beside this letter.
fn is_edge(sign: &str, beside: Option<char>) -> bool {
    sign.chars().all(is_cjk) || matches!(beside, None | Some(' '))
}

struct AllSigns {
    begins: Signs,
    ends: Signs,
    refers: Signs,
    persists: Signs,
    asks: Signs,
}

static SIGNS: LazyLock<AllSigns> = LazyLock::new(|| {
    let list = include_str!("../../locales/follow-ups.txt");
    let signs = |name: &str| Signs(intent::section(list, name).map(normalise).collect());
    AllSigns { begins: signs("begins"), ends: signs("ends"), refers: signs("refers"), persists: signs("persists"), asks: signs("asks") }
});

#[cfg(test)]
mod tests;
