//! Words that mean the same: kept by editors, followed by every node, and tried before they are on.

use bellhop_domain::{id::SynonymsId, why::Why};
use bellhop_kb::{Flaw, SynonymGroup};
use bellhop_store::{Cursor, Page, synonyms::Synonyms};

use super::{author, is_tag};
use crate::{
    actions::{ActionError, Problem, require},
    caller::{Caller, Permission},
    clock::fresh_id,
    engine::Engine,
    knowledge::{self, SYNONYMS},
};

/// Groups that there may be.
pub const MOST: usize = 2_000;
/// Words and phrases of one.
pub const MOST_WORDS: usize = 20;
/// Characters of a word or phrase.
const LONGEST: usize = 60;
/// Groups that are tried at once.
const MOST_TRIED: usize = 50;

const NO_GROUP: ActionError = ActionError::NotFound { what: "group of synonyms" };

/// What an editor changes; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SynonymsPatch {
    /// Tag of the language; none: every language.
    pub lang: Option<Option<String>>,
    /// The words and phrases.
    pub words: Option<Vec<String>>,
}

/// Groups that are tried: what would be added, changed and removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TriedSynonyms {
    /// Groups, each in place of the one that is named, if one is.
    pub added: Vec<(Option<SynonymsId>, SynonymGroup)>,
    /// Groups that are taken as removed.
    pub removed: Vec<SynonymsId>,
}

impl TriedSynonyms {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// Adds a group; questions are read with it when this returns.
///
/// # Errors
/// `NotNow` when there are as many as there may be.
pub async fn create(engine: &Engine, caller: &Caller, group: SynonymGroup) -> Result<Synonyms, ActionError> {
    require(caller, Permission::EditArticles)?;
    let SynonymGroup { lang, words } = sound(group, "words")?;
    let now = engine.now();
    let group = Synonyms { id: SynonymsId(fresh_id()), version: 1, lang, words, author: author(caller), created_at: now, updated_at: now };
    let (kept, id) = (group.clone(), group.id);
    let written = engine.writer().write::<_, ActionError, _>(move |tx| {
        Box::pin(async move {
            if usize::try_from(tx.count_synonyms().await?).unwrap_or(MOST) >= MOST {
                return Err(ActionError::NotNow(Why::new("why-too-many-synonyms").count("most", MOST)));
            }
            tx.insert_synonyms(&kept).await?;
            tx.record_change(SYNONYMS, &id.to_string(), now).await?;
            Ok(())
        })
    });
    written.await?;
    settle(engine).await;
    Ok(group)
}

/// Changes a group.
///
/// # Errors
/// `Conflict` when `expected` is another version than there is.
pub async fn update(engine: &Engine, caller: &Caller, id: SynonymsId, patch: &SynonymsPatch, expected: Option<i64>) -> Result<Synonyms, ActionError> {
    require(caller, Permission::EditArticles)?;
    let before = get(engine, caller, id).await?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(ActionError::Conflict);
    }
    let lang = patch.lang.clone().unwrap_or_else(|| before.lang.clone());
    let words = patch.words.clone().unwrap_or_else(|| before.words.clone());
    let SynonymGroup { lang, words } = sound(SynonymGroup { lang, words }, "words")?;
    let now = engine.now();
    let group = Synonyms { lang, words, author: author(caller), updated_at: now, ..before };
    let kept = group.clone();
    let written = engine.writer().write::<_, ActionError, _>(move |tx| {
        Box::pin(async move {
            if !tx.update_synonyms(&kept).await? {
                return Err(ActionError::Conflict);
            }
            tx.record_change(SYNONYMS, &id.to_string(), now).await?;
            Ok(())
        })
    });
    written.await?;
    settle(engine).await;
    Ok(Synonyms { version: group.version + 1, ..group })
}

/// Removes a group.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn delete(engine: &Engine, caller: &Caller, id: SynonymsId) -> Result<(), ActionError> {
    require(caller, Permission::EditArticles)?;
    let now = engine.now();
    let written = engine.writer().write::<_, ActionError, _>(move |tx| {
        Box::pin(async move {
            if !tx.delete_synonyms(id).await? {
                return Err(NO_GROUP);
            }
            tx.record_change(SYNONYMS, &id.to_string(), now).await?;
            Ok(())
        })
    });
    written.await?;
    settle(engine).await;
    Ok(())
}

/// One group.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn get(engine: &Engine, caller: &Caller, id: SynonymsId) -> Result<Synonyms, ActionError> {
    require(caller, Permission::ReadArticles)?;
    engine.reader().synonyms(id).await?.ok_or(NO_GROUP)
}

/// All groups, or those of a language, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(engine: &Engine, caller: &Caller, lang: Option<&str>, cursor: Option<Cursor>, limit: u32) -> Result<Page<Synonyms>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    Ok(engine.reader().synonyms_page(lang, cursor, limit).await?)
}

/// All groups as they would be with a change that is tried; nothing when it changes nothing.
///
/// # Errors
/// `Invalid` where a group cannot be used, or there is none that is named.
pub async fn with(engine: &Engine, caller: &Caller, tried: &TriedSynonyms) -> Result<Option<Vec<SynonymGroup>>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    if tried.is_empty() {
        return Ok(None);
    }
    if tried.added.len() > MOST_TRIED || tried.removed.len() > MOST_TRIED {
        return Err(ActionError::invalid("synonyms", format!("at most {MOST_TRIED} groups")));
    }
    let kept = engine.reader().all_synonyms().await?;
    let named = tried.added.iter().filter_map(|(id, _)| *id);
    for (field, id) in named.map(|id| ("synonyms", id)).chain(tried.removed.iter().map(|id| ("removed_synonyms", *id))) {
        if !kept.iter().any(|group| group.id == id) {
            return Err(ActionError::invalid(field, format!("there is no group “{id}”")));
        }
    }
    let stays = |group: &Synonyms| !tried.removed.contains(&group.id) && !tried.added.iter().any(|(id, _)| *id == Some(group.id));
    let mut groups: Vec<SynonymGroup> = kept.into_iter().filter(stays).map(|group| SynonymGroup { lang: group.lang, words: group.words }).collect();
    for (_, group) in &tried.added {
        groups.push(sound(group.clone(), "synonyms")?);
    }
    Ok(Some(groups))
}

/// The group as it is kept, if it can be used.
fn sound(group: SynonymGroup, field: &str) -> Result<SynonymGroup, ActionError> {
    let words = group.words.iter().map(|word| word.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let group = SynonymGroup { lang: group.lang, words };
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: Why| problems.push(Problem { field: field.to_owned(), message });
    if group.lang.as_deref().is_some_and(|lang| !is_tag(lang)) {
        wrong("lang", "must be a language tag, such as en or zh-CN".into());
    }
    let unreadable = group.words.iter().find(|word| word.chars().count() > LONGEST || word.chars().any(char::is_control));
    if !(2..=MOST_WORDS).contains(&group.words.len()) {
        wrong(field, Why::new("why-synonyms-count").count("most", MOST_WORDS));
    } else if let Some(word) = unreadable {
        let shown: String = word.chars().filter(|sign| !sign.is_control()).take(LONGEST).collect();
        wrong(field, Why::new("why-synonym-long").with("word", shown).count("most", LONGEST));
    } else if let Err(flaw) = group.check() {
        wrong(field, why(flaw));
    }
    if problems.is_empty() { Ok(group) } else { Err(ActionError::Invalid { problems }) }
}

fn why(flaw: Flaw) -> Why {
    match flaw {
        Flaw::TooFew => Why::new("why-synonyms-count").count("most", MOST_WORDS),
        Flaw::Empty(word) => Why::new("why-synonym-empty").with("word", word),
        Flaw::Little(word) => Why::new("why-synonym-little").with("word", word),
        Flaw::Short(word) => Why::new("why-synonym-short").with("word", word),
        Flaw::Same(one, other) => Why::new("why-synonyms-same").with("one", one).with("other", other),
    }
}

async fn settle(engine: &Engine) {
    if let Err(error) = knowledge::settle_synonyms(engine).await {
        tracing::warn!(error = %error, "Changed synonyms could not be read back at once; they are followed like every change");
    }
}
