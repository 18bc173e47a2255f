//! Questions as customers asked them and how each went: read from the timeline, where every decision of the bot stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Organisation},
    id::{ContactId, ConversationId, MessageId},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::{DbError, gaps::AskedIn, privacy::ERASED};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::engine::Engine;

/// Events read at once.
const PAGE: u32 = 1_000;
/// A choice that was offered and not answered for this long is abandoned.
const ABANDONED: TimeDelta = TimeDelta::hours(1);

/// How a question went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    /// An article was given, and nothing was said of it.
    Answered,
    /// The customer said that it helped.
    Helped,
    /// The customer said that it did not.
    DidNotHelp,
    /// A person took over.
    HandedOff,
    /// Articles were offered, and the customer left.
    Abandoned,
    /// Articles were offered a moment ago.
    Waiting,
    /// Articles were offered, and the customer asked something else, or the same in other words.
    AskedAnew,
}

impl Went {
    /// The word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Helped => "helped",
            Self::DidNotHelp => "did_not_help",
            Self::HandedOff => "handed_off",
            Self::Abandoned => "abandoned",
            Self::Waiting => "waiting",
            Self::AskedAnew => "asked_anew",
        }
    }

    /// Whether the customer got no good answer from the knowledge base.
    pub fn is_gap(self) -> bool {
        matches!(self, Self::DidNotHelp | Self::HandedOff | Self::Abandoned)
    }
}

/// A question of a customer's; its words stand in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// When it was decided on.
    pub at: DateTime<Utc>,
    /// The article that was given.
    pub slug: Option<String>,
    /// How it went.
    pub went: Went,
}

/// A question with its words, who asked it and where.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// How it went.
    pub question: Question,
    /// The words.
    pub text: String,
    /// Where and by whom.
    pub place: AskedIn,
}

/// What the knowledge base did, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) conversation: ConversationId,
    pub(super) at: DateTime<Utc>,
    question: Option<MessageId>,
    /// It was understood together with the question before it: alone it says nothing.
    is_follow_up: bool,
    pub(super) what: What,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Answered { slug: String, language: Option<String> },
    Clarified,
    HandedOff { unanswered: bool, at_fault: bool },
    Rated { slug: String, helped: Option<bool> },
}

impl Step {
    fn of(event: &TimelineEvent) -> Option<Self> {
        let details = &event.details;
        let word = |key: &str| details.get(key).and_then(Value::as_str);
        let what = match event.kind {
            TimelineKind::Answered if event.actor == Actor::Bot => {
                let slug = word("article")?.to_owned();
                let candidates = || details.get("candidates")?.as_array()?.first()?.get("language")?.as_str();
                What::Answered { language: word("language").or_else(candidates).map(str::to_owned), slug }
            }
            TimelineKind::Clarified => What::Clarified,
            // An agent who takes over says nothing about the answer.
            TimelineKind::HandedOff if event.actor == Actor::Bot => {
                let reason = word("reason").unwrap_or_default();
                What::HandedOff { unanswered: reason == "no_answer", at_fault: !matches!(reason, "form_failed" | "send_failed") }
            }
            TimelineKind::Rated => What::Rated { slug: word("article")?.to_owned(), helped: details.get("helped").and_then(Value::as_bool) },
            _ => return None,
        };
        let question = word("question").and_then(|id| id.parse().ok());
        let is_follow_up = details.get("with_last_question").is_some();
        Some(Self { conversation: event.conversation?, at: event.at, question, is_follow_up, what })
    }
}

/// What the knowledge base did in a span of time, the oldest first; the newest `most` steps, and whether those are all.
pub(super) async fn steps(engine: &Engine, from: DateTime<Utc>, until: DateTime<Utc>, most: usize) -> Result<(Vec<Step>, bool), DbError> {
    let (mut steps, mut before) = (Vec::new(), (until, i64::MIN));
    let complete = loop {
        let page = engine.reader().knowledge_events(from, before, PAGE).await?;
        let more = page.len() == PAGE as usize;
        if let Some((seq, event)) = page.last() {
            before = (event.at, *seq);
        }
        steps.extend(page.iter().filter_map(|(_, event)| Step::of(event)));
        if !more {
            break true;
        }
        if steps.len() >= most {
            break false;
        }
    };
    steps.truncate(most);
    steps.reverse();
    Ok((steps, complete))
}

/// The questions among `steps`, which stand in order of time, and how each went as of `now`. Follow-ups are left out: alone they say nothing.
pub(super) fn questions(steps: &[Step], now: DateTime<Utc>) -> Vec<Question> {
    let mut found: BTreeMap<ConversationId, Vec<Question>> = BTreeMap::new();
    let mut follow_ups = BTreeSet::new();
    for step in steps {
        let asked = found.entry(step.conversation).or_default();
        if step.is_follow_up {
            follow_ups.extend(step.question);
        }
        let begins = step.question.is_some() && !matches!(step.what, What::HandedOff { unanswered: false, .. });
        if let Some(last) = asked.last_mut().filter(|last| begins && last.went == Went::Waiting) {
            last.went = Went::AskedAnew;
        }
        let begin = |slug: Option<String>, went: Went| {
            step.question.map(|message| Question { message, conversation: step.conversation, at: step.at, slug, went })
        };
        match &step.what {
            What::Answered { slug, .. } => match (begin(Some(slug.clone()), Went::Answered), asked.last_mut()) {
                (Some(question), _) => asked.push(question),
                // Chosen among what was offered.
                (None, Some(last)) => (last.slug, last.went) = (Some(slug.clone()), Went::Answered),
                (None, None) => {}
            },
            What::Clarified => asked.extend(begin(None, Went::Waiting)),
            What::HandedOff { unanswered: true, .. } => asked.extend(begin(None, Went::HandedOff)),
            What::HandedOff { at_fault, .. } => {
                // Whoever wants a person, or did not mean what was offered, got no answer to what they asked before.
                if let Some(last) = asked.last_mut().filter(|last| *at_fault && last.went != Went::Helped && last.went != Went::DidNotHelp) {
                    last.went = Went::HandedOff;
                }
            }
            What::Rated { slug, helped } => {
                if let Some(rated) = asked.iter_mut().rfind(|question| question.slug.as_ref() == Some(slug)) {
                    rated.went = match helped {
                        Some(true) => Went::Helped,
                        Some(false) => Went::DidNotHelp,
                        None => Went::Answered,
                    };
                }
            }
        }
    }
    let mut all: Vec<Question> = found.into_values().flatten().collect();
    for question in all.iter_mut().filter(|question| question.went == Went::Waiting && now - question.at >= ABANDONED) {
        question.went = Went::Abandoned;
    }
    all.sort_by_key(|question| (question.at, question.message));
    // What was decided on twice, because somebody else was faster, counts once.
    let mut seen = BTreeSet::new();
    all.retain(|question| seen.insert(question.message) && !follow_ups.contains(&question.message));
    all
}

/// Questions with their words, in their order; what was erased or is empty is left out.
pub(super) async fn with_words(engine: &Engine, questions: Vec<Question>) -> Result<Vec<Asked>, DbError> {
    let messages: Vec<MessageId> = questions.iter().map(|question| question.message).collect();
    let conversations: BTreeSet<ConversationId> = questions.iter().map(|question| question.conversation).collect();
    let mut texts: HashMap<MessageId, String> = engine.reader().asked_texts(&messages).await?.into_iter().collect();
    let places = engine.reader().asked_in(&conversations.into_iter().collect::<Vec<_>>()).await?;
    let places: HashMap<ConversationId, AskedIn> = places.into_iter().map(|place| (place.conversation, place)).collect();
    let worded = questions.into_iter().filter_map(|question| {
        let text = texts.remove(&question.message).filter(|text| !text.trim().is_empty() && text != ERASED)?;
        Some(Asked { text, place: places.get(&question.conversation)?.clone(), question })
    });
    Ok(worded.collect())
}

/// Those who asked, each with their company.
pub(super) async fn people(
    engine: &Engine,
    asked: impl Iterator<Item = ContactId>,
) -> Result<HashMap<ContactId, (Contact, Option<Organisation>)>, DbError> {
    let mut found = HashMap::new();
    for id in asked.collect::<BTreeSet<_>>() {
        let Some(contact) = engine.reader().contact(id).await? else { continue };
        let organisation = match contact.organisation {
            Some(id) => engine.reader().organisation(id).await?,
            None => None,
        };
        found.insert(id, (contact, organisation));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

    /// One conversation's decisions, a minute apart: kind, details.
    fn went(events: &[(TimelineKind, Value)]) -> Vec<(u128, Option<String>, Went)> {
        let steps: Vec<Step> = events
            .iter()
            .zip(0..)
            .filter_map(|((kind, details), minute)| {
                Step::of(&TimelineEvent {
                    conversation: Some(ConversationId(Uuid::nil())),
                    ticket: None,
                    at: AT + TimeDelta::minutes(minute),
                    actor: Actor::Bot,
                    kind: *kind,
                    details: details.clone(),
                })
            })
            .collect();
        let found = questions(&steps, AT + TimeDelta::minutes(90));
        found.into_iter().map(|question| (question.message.0.as_u128(), question.slug, question.went)).collect()
    }

    fn message(number: u128) -> MessageId {
        MessageId(Uuid::from_u128(number))
    }

    fn answered(number: u128, slug: &str) -> (TimelineKind, Value) {
        (TimelineKind::Answered, json!({ "question": message(number), "article": slug }))
    }

    fn handed_off(number: u128, reason: &str) -> (TimelineKind, Value) {
        (TimelineKind::HandedOff, json!({ "question": message(number), "reason": reason }))
    }

    fn rated(slug: &str, helped: Option<bool>) -> (TimelineKind, Value) {
        (TimelineKind::Rated, json!({ "article": slug, "helped": helped }))
    }

    #[test]
    fn each_question_went_as_its_conversation_says() {
        let clarified = |number| (TimelineKind::Clarified, json!({ "question": message(number) }));
        let chosen = |slug: &str| (TimelineKind::Answered, json!({ "article": slug, "why": "chosen" }));
        let slug = |slug: &str| Some(slug.to_owned());
        assert_eq!(went(&[answered(1, "a")]), [(1, slug("a"), Went::Answered)]);
        assert_eq!(went(&[answered(1, "a"), rated("a", Some(true)), handed_off(2, "asked_for_person")]), [(1, slug("a"), Went::Helped)]);
        assert_eq!(went(&[answered(1, "a"), rated("a", Some(false))]), [(1, slug("a"), Went::DidNotHelp)]);
        assert_eq!(went(&[answered(1, "a"), rated("a", Some(false)), rated("a", None)]), [(1, slug("a"), Went::Answered)]);
        assert_eq!(went(&[answered(1, "a"), handed_off(2, "asked_for_person")]), [(1, slug("a"), Went::HandedOff)]);
        assert_eq!(went(&[answered(1, "a"), handed_off(2, "no_answer")]), [(1, slug("a"), Went::Answered), (2, None, Went::HandedOff)]);
        assert_eq!(went(&[handed_off(1, "asked_for_person")]), [], "who only wants a person asked nothing");
        assert_eq!(went(&[answered(1, "a"), handed_off(2, "send_failed")]), [(1, slug("a"), Went::Answered)], "a platform's fault is no gap");
        assert_eq!(went(&[clarified(1)]), [(1, None, Went::Abandoned)]);
        assert_eq!(went(&[clarified(1), answered(2, "b")]), [(1, None, Went::AskedAnew), (2, slug("b"), Went::Answered)]);
        assert_eq!(went(&[clarified(1), handed_off(2, "refused")]), [(1, None, Went::HandedOff)]);
        let follow_up = (TimelineKind::HandedOff, json!({ "question": message(2), "reason": "no_answer", "with_last_question": {} }));
        assert_eq!(went(&[answered(1, "a"), follow_up]), [(1, slug("a"), Went::Answered)]);
        assert_eq!(went(&[clarified(1), chosen("b")]), [(1, slug("b"), Went::Answered)]);
        assert_eq!(went(&[clarified(1), chosen("b"), rated("b", Some(false))]), [(1, slug("b"), Went::DidNotHelp)]);
    }

    #[test]
    fn what_was_erased_says_nothing() {
        assert_eq!(went(&[(TimelineKind::Answered, json!({})), (TimelineKind::HandedOff, json!({}))]), []);
    }
}
