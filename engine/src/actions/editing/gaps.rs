//! Gaps: what customers asked and got no good answer to, grouped by likeness, the most frequent first; and what becomes of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bellhop_domain::{
    id::MessageId,
    localised::base_language,
    masking::{masked, without_personal},
    routing::effective_region,
    why::Why,
};
use bellhop_kb::likeness::{Likeness, Profile};
use bellhop_store::{
    articles::ArticleView,
    gaps::{GapMark, GapState, as_sample},
};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    asked::{self, Asked, Went},
    author, heavy,
};
use crate::{
    actions::{
        ActionError,
        articles::{self, Samples},
        require,
    },
    caller::{Caller, Permission},
    engine::Engine,
};

/// How far back is looked when nothing is said.
pub const USUAL_SPAN: TimeDelta = TimeDelta::days(30);
/// How far back may be looked.
const LONGEST_SPAN: TimeDelta = TimeDelta::days(366);
/// Steps of conversations that are looked through, the newest.
const MOST_STEPS: usize = 50_000;
/// Questions that are grouped, the newest.
const MOST_QUESTIONS: usize = 3_000;
/// Sample questions of a group that are shown.
const MOST_SHOWN: usize = 20;
/// Sample questions that go into a draft.
const MOST_DRAFTED: usize = 50;
/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// Which gaps are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GapFilter {
    /// Asked from then on; thirty days ago where absent.
    pub from: Option<DateTime<Utc>>,
    /// Asked before then; now where absent.
    pub until: Option<DateTime<Utc>>,
    /// In this language.
    pub language: Option<String>,
    /// By somebody in this region, or below it.
    pub region: Option<String>,
    /// What was done about them; none: nothing yet.
    pub state: Option<GapState>,
}

/// Questions that are about the same and had no good answer.
#[derive(Clone, PartialEq)]
pub struct Gap {
    /// The message of its first question: by it, the group is named whatever joins it.
    pub id: MessageId,
    /// The question that is likest to all.
    pub title: String,
    /// Their language, without country.
    pub language: String,
    /// Questions.
    pub count: usize,
    /// Of those, how many went to a person.
    pub handed_off: usize,
    /// How many were answered with what did not help.
    pub did_not_help: usize,
    /// How many were asked back and left.
    pub abandoned: usize,
    /// How many come from which region; of the rest nobody knows.
    pub regions: BTreeMap<String, usize>,
    /// Articles that were given and did not help, or into whose drafts like questions went.
    pub articles: BTreeSet<String>,
    /// What was done about it: nothing yet where absent.
    pub state: Option<GapState>,
    /// Why it was dismissed.
    pub reason: Option<String>,
    /// The first of them.
    pub first_at: DateTime<Utc>,
    /// The last.
    pub last_at: DateTime<Utc>,
    /// Its questions, the newest first; not more than are shown.
    pub samples: Vec<Sample>,
    /// All its messages.
    messages: Vec<MessageId>,
    /// Each different question once, as it becomes a sample question.
    words: Vec<String>,
}

/// One of its questions.
#[derive(Clone, PartialEq)]
pub struct Sample {
    /// Where it stands.
    pub question: asked::Question,
    /// The words, without what names the person.
    pub text: String,
    /// The channel on which it was asked.
    pub channel: String,
    /// The region of whoever asked it.
    pub region: Option<String>,
}

/// A list of gaps.
#[derive(Clone, Default, PartialEq)]
pub struct Gaps {
    /// The most frequent first.
    pub items: Vec<Gap>,
    /// Questions that were grouped.
    pub questions: usize,
    /// Everything in the span was looked at; otherwise only the newest.
    pub complete: bool,
}

/// What to draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftInput {
    /// Slug of an article, new or there already; made from the title where absent.
    pub slug: Option<String>,
    /// The title of a new one; the group's where absent.
    pub title: Option<String>,
    /// The language; the group's where absent.
    pub lang: Option<String>,
}

/// Groups what was asked in a span of time and not answered well.
///
/// # Errors
/// When too much is asked for, or the database cannot be read.
pub async fn list(engine: &Engine, caller: &Caller, filter: &GapFilter) -> Result<Gaps, ActionError> {
    require(caller, Permission::ReadArticles)?;
    require(caller, Permission::ReadConversations)?;
    let mut found = all(engine, filter).await?;
    found.items.retain(|gap| gap.state == filter.state);
    if let Some(region) = &filter.region {
        let desk = engine.desk();
        found.items.retain(|gap| gap.regions.keys().any(|of| desk.region_path(of).contains(region)));
    }
    Ok(found)
}

/// The gap that this question belongs to.
///
/// # Errors
/// `NotFound` when it belongs to none.
pub async fn get(engine: &Engine, caller: &Caller, id: MessageId) -> Result<Gap, ActionError> {
    require(caller, Permission::ReadArticles)?;
    require(caller, Permission::ReadConversations)?;
    // As it stands in the usual list, where it does.
    let mut found = all(engine, &GapFilter::default()).await?;
    if !found.items.iter().any(|gap| gap.messages.contains(&id)) {
        found = all(engine, &GapFilter { from: Some(engine.now() - LONGEST_SPAN), ..GapFilter::default() }).await?;
    }
    found.items.into_iter().find(|gap| gap.messages.contains(&id)).ok_or(ActionError::NotFound { what: "gap" })
}

/// Makes an article's draft with the questions as its sample questions, or puts them into the draft of one that there is. The draft has no answer yet: it
/// cannot be published before somebody writes one.
///
/// # Errors
/// As saving a draft.
pub async fn draft(engine: &Engine, caller: &Caller, id: MessageId, input: &DraftInput) -> Result<ArticleView, ActionError> {
    require(caller, Permission::EditArticles)?;
    let gap = get(engine, caller, id).await?;
    let samples = Samples {
        slug: input.slug.clone(),
        title: input.title.clone().unwrap_or_else(|| gap.title.clone()),
        lang: input.lang.clone().unwrap_or_else(|| language_for(engine, &gap.language)),
        answer: None,
        phrasings: gap.words.iter().take(MOST_DRAFTED).cloned().collect(),
    };
    let view = articles::save_samples(engine, caller, &samples).await?;
    mark(engine, caller, &gap, GapState::Drafted, Some(view.article.slug.clone()), None).await?;
    Ok(view)
}

/// Says that a gap needs no article: it is not shown again until as many new questions have come as it has now.
///
/// # Errors
/// `NotFound` when there is no such gap.
pub async fn dismiss(engine: &Engine, caller: &Caller, id: MessageId, reason: Option<&str>) -> Result<Gap, ActionError> {
    require(caller, Permission::EditArticles)?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        return Err(ActionError::invalid("reason", Why::new("why-at-most-characters").count("most", LONGEST_REASON)));
    }
    let gap = get(engine, caller, id).await?;
    mark(engine, caller, &gap, GapState::Dismissed, None, reason.map(str::to_owned)).await?;
    get(engine, caller, id).await
}

/// Takes back that it needs no article, or that it has a draft.
///
/// # Errors
/// `NotFound` when there is no such gap.
pub async fn reopen(engine: &Engine, caller: &Caller, id: MessageId) -> Result<Gap, ActionError> {
    require(caller, Permission::EditArticles)?;
    let messages = get(engine, caller, id).await?.messages;
    let unmarked = engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.unmark_gaps(&messages).await?) }));
    unmarked.await?;
    get(engine, caller, id).await
}

async fn mark(engine: &Engine, caller: &Caller, gap: &Gap, state: GapState, slug: Option<String>, reason: Option<String>) -> Result<(), ActionError> {
    let (author, at) = (author(caller), engine.now());
    let mark = |message: &MessageId| GapMark { message: *message, state, slug: slug.clone(), reason: reason.clone(), author: author.clone(), at };
    let marks: Vec<GapMark> = gap.messages.iter().map(mark).collect();
    engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.mark_gaps(&marks).await?) })).await?;
    Ok(())
}

/// The configured language that a group's is, else the group's.
fn language_for(engine: &Engine, language: &str) -> String {
    let settings = engine.settings();
    let own = settings.languages.iter().chain([&settings.language]).find(|own| base_language(own) == language);
    own.map_or_else(|| language.to_owned(), Clone::clone)
}

/// Every group of the span, whatever was done about it.
async fn all(engine: &Engine, filter: &GapFilter) -> Result<Gaps, ActionError> {
    let now = engine.now();
    let until = filter.until.unwrap_or(now + TimeDelta::seconds(1));
    let from = filter.from.unwrap_or(until - USUAL_SPAN);
    if until - from > LONGEST_SPAN + TimeDelta::days(1) {
        return Err(ActionError::invalid("from", "is at most a year before the end"));
    }
    let (steps, all_steps) = asked::steps(engine, from, until, MOST_STEPS).await?;
    let mut questions = asked::questions(&steps, now);
    questions.retain(|question| question.went.is_gap());
    let too_many = questions.len().saturating_sub(MOST_QUESTIONS);
    questions.drain(..too_many);
    let asked = asked::with_words(engine, questions).await?;
    let people = asked::people(engine, asked.iter().map(|asked| asked.place.contact)).await?;
    let desk = engine.desk();
    let region = |asked: &Asked| {
        let (contact, organisation) = people.get(&asked.place.contact)?;
        effective_region(contact, organisation.as_ref(), &desk).map(|region| region.value)
    };
    let asked: Vec<(Asked, Option<String>)> = asked.into_iter().map(|asked| (region(&asked), asked)).map(|(region, asked)| (asked, region)).collect();
    let marks: HashMap<MessageId, GapMark> = engine.reader().gap_marks(from).await?.into_iter().map(|mark| (mark.message, mark)).collect();
    let (default, language) = (engine.settings().language.clone(), filter.language.clone());
    let count = asked.len();
    let items = heavy(move || grouped(asked, &marks, &default, language.as_deref())).await?;
    Ok(Gaps { items, questions: count, complete: all_steps && too_many == 0 })
}

/// Groups language by language; blocks.
fn grouped(asked: Vec<(Asked, Option<String>)>, marks: &HashMap<MessageId, GapMark>, default: &str, only: Option<&str>) -> Vec<Gap> {
    let mut by_language: BTreeMap<String, Vec<(Asked, Option<String>)>> = BTreeMap::new();
    for (asked, region) in asked {
        let language = asked.place.language.as_deref().map_or_else(|| base_language(default), base_language).to_owned();
        if only.is_none_or(|only| base_language(only) == language) {
            by_language.entry(language).or_default().push((asked, region));
        }
    }
    let mut gaps = Vec::new();
    for (language, asked) in by_language {
        let profiles: Vec<Profile> = asked.iter().map(|(asked, _)| Profile::of(&without_personal(&asked.text), Some(&language))).collect();
        let likeness = Likeness::among(&profiles);
        for members in likeness.groups() {
            let asked: Vec<&(Asked, Option<String>)> = members.iter().filter_map(|member| asked.get(*member)).collect();
            let nearest = |one: &usize| members.iter().map(|other| likeness.between(*one, *other)).sum::<f32>();
            let middle = members.iter().enumerate().max_by(|one, other| nearest(one.1).total_cmp(&nearest(other.1)).then(other.0.cmp(&one.0)));
            gaps.extend(split(&asked, middle.map_or(0, |(at, _)| at), marks, &language));
        }
    }
    gaps.sort_by_key(|gap| (std::cmp::Reverse((gap.count, gap.last_at)), gap.id));
    gaps
}

/// The gaps that a group is: what nothing was done about yet, and what something was.
///
/// Questions that came after their like was dismissed stay with it until they are as many.
fn split(asked: &[&(Asked, Option<String>)], middle: usize, marks: &HashMap<MessageId, GapMark>, language: &str) -> Vec<Gap> {
    let state = |asked: &&&(Asked, Option<String>)| marks.get(&asked.0.question.message).map(|mark| mark.state);
    let of = |wanted: Option<GapState>| -> Vec<&(Asked, Option<String>)> { asked.iter().filter(|asked| state(asked) == wanted).copied().collect() };
    let (mut open, mut dismissed, drafted) = (of(None), of(Some(GapState::Dismissed)), of(Some(GapState::Drafted)));
    if open.len() < dismissed.len() {
        dismissed.append(&mut open);
        dismissed.sort_by_key(|asked| (asked.0.question.at, asked.0.question.message));
    }
    let title = asked.get(middle).map(|asked| as_sample(&asked.0.text)).unwrap_or_default();
    let drafts: BTreeSet<String> =
        drafted.iter().filter_map(|asked| marks.get(&asked.0.question.message)).filter_map(|mark| mark.slug.clone()).collect();
    [(None, open), (Some(GapState::Dismissed), dismissed), (Some(GapState::Drafted), drafted)]
        .into_iter()
        .filter(|(_, asked)| !asked.is_empty())
        .map(|(state, asked)| gap(state, &asked, &title, &drafts, marks, language))
        .collect()
}

fn gap(
    state: Option<GapState>,
    asked: &[&(Asked, Option<String>)],
    title: &str,
    drafts: &BTreeSet<String>,
    marks: &HashMap<MessageId, GapMark>,
    language: &str,
) -> Gap {
    let count = |went: Went| asked.iter().filter(|(asked, _)| asked.question.went == went).count();
    let mut regions = BTreeMap::new();
    for region in asked.iter().filter_map(|(_, region)| region.clone()) {
        *regions.entry(region).or_default() += 1;
    }
    let mut words: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for (asked, _) in asked {
        let sample = as_sample(&asked.text);
        if !sample.is_empty() && seen.insert(sample.to_lowercase()) {
            words.push(sample);
        }
    }
    let times = || asked.iter().map(|(asked, _)| asked.question.at);
    let samples = asked.iter().rev().take(MOST_SHOWN).map(|(asked, region)| Sample {
        question: asked.question.clone(),
        text: masked(&asked.text),
        channel: asked.place.channel.clone(),
        region: region.clone(),
    });
    Gap {
        id: asked.first().map_or(MessageId(uuid::Uuid::nil()), |(asked, _)| asked.question.message),
        title: title.to_owned(),
        language: language.to_owned(),
        count: asked.len(),
        handed_off: count(Went::HandedOff),
        did_not_help: count(Went::DidNotHelp),
        abandoned: count(Went::Abandoned),
        regions,
        articles: asked.iter().filter_map(|(asked, _)| asked.question.slug.clone()).chain(drafts.iter().cloned()).collect(),
        state,
        reason: asked.iter().filter_map(|(asked, _)| marks.get(&asked.question.message)?.reason.clone()).next(),
        first_at: times().min().unwrap_or_default(),
        last_at: times().max().unwrap_or_default(),
        samples: samples.collect(),
        messages: asked.iter().map(|(asked, _)| asked.question.message).collect(),
        words,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use bellhop_domain::id::{ContactId, ConversationId};
    use bellhop_store::gaps::AskedIn;
    use uuid::Uuid;

    fn question(number: u128, text: &str, language: &str) -> (Asked, Option<String>) {
        let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(number as i64);
        let conversation = ConversationId(Uuid::from_u128(number));
        let question = asked::Question { message: MessageId(Uuid::from_u128(number)), conversation, at, slug: None, went: Went::HandedOff };
        let place = AskedIn { conversation, contact: ContactId(Uuid::from_u128(number)), channel: "shop".into(), language: Some(language.into()) };
        (Asked { question, text: text.into(), place }, Some("DE".into()))
    }

    fn shop() -> Vec<(Asked, Option<String>)> {
        vec![
            question(1, "can I pay by invoice?", "en"),
            question(2, "where is my parcel", "en"),
            question(3, "do you offer payment on invoice, mail me at ann@example.org", "en-GB"),
            question(4, "可以开发票吗", "zh-CN"),
            question(5, "paying with an invoice possible?", "en"),
        ]
    }

    fn marked(state: GapState, messages: &[u128]) -> HashMap<MessageId, GapMark> {
        let mark = |number: &u128| {
            let message = MessageId(Uuid::from_u128(*number));
            let slug = (state == GapState::Drafted).then(|| "invoice".to_owned());
            (message, GapMark { message, state, slug, reason: None, author: "Mei".into(), at: DateTime::UNIX_EPOCH })
        };
        messages.iter().map(mark).collect()
    }

    fn counts(marks: &HashMap<MessageId, GapMark>) -> Vec<(usize, String, Option<GapState>)> {
        grouped(shop(), marks, "en", None).into_iter().map(|gap| (gap.count, gap.language, gap.state)).collect()
    }

    #[test]
    fn the_most_frequent_comes_first_in_each_language() {
        let gaps = grouped(shop(), &HashMap::new(), "en", None);
        assert_eq!(counts(&HashMap::new()), [(3, "en".into(), None), (1, "zh".into(), None), (1, "en".into(), None)]);
        let first = gaps.first().unwrap();
        assert_eq!((first.id.0.as_u128(), first.handed_off, first.regions.get("DE")), (1, 3, Some(&3)));
        assert!(first.words.iter().any(|words| words.contains("[e-mail]")) && !first.words.iter().any(|words| words.contains('@')));
        assert_eq!(grouped(shop(), &HashMap::new(), "en", Some("zh-TW")).len(), 1);
    }

    #[test]
    fn what_was_dismissed_comes_back_only_when_as_many_new_ones_come() {
        let dismissed = Some(GapState::Dismissed);
        assert_eq!(counts(&marked(GapState::Dismissed, &[1, 3])).first(), Some(&(3, "en".into(), dismissed)), "one new one changes nothing");
        let back = counts(&marked(GapState::Dismissed, &[1]));
        assert!(back.contains(&(2, "en".into(), None)) && back.contains(&(1, "en".into(), dismissed)), "{back:?}");
    }

    #[test]
    fn new_questions_after_a_draft_are_open_and_name_it() {
        let gaps = grouped(shop(), &marked(GapState::Drafted, &[1, 3]), "en", None);
        let open = gaps.iter().find(|gap| gap.id.0.as_u128() == 5).unwrap();
        assert_eq!((open.count, open.state, open.articles.contains("invoice")), (1, None, true));
    }
}
