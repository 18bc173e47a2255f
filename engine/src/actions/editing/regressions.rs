//! Regression questions: real ones, each with the article that should win, asked whenever something is published.

use bellhop_domain::{
    id::{ContactId, MessageId, RegressionId},
    why::Why,
};
use bellhop_kb::KnowledgeBase;
use bellhop_store::{Cursor, Page, gaps::as_sample, regressions::RegressionQuestion};

use super::{
    AskedAs, author, base_of, heavy, is_tag,
    trial::{self, Effect, Judged, Origin, Tried},
};
use crate::{
    actions::{ActionError, Problem, require},
    caller::{Caller, Permission},
    clock::fresh_id,
    engine::Engine,
};

/// Regression questions that there may be: all are asked at each publishing.
pub const MOST: usize = 1_000;
/// Characters of one.
const LONGEST_TEXT: usize = 2_000;

/// A regression question as an editor writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegressionInput {
    /// The words; of [`message`](Self::message) where absent.
    pub text: Option<String>,
    /// A customer's message, whose words and language are taken, without what names them.
    pub message: Option<MessageId>,
    /// The customer's language, where that matters.
    pub lang: Option<String>,
    /// Slug of the article that should answer; none: a person should.
    pub expected: Option<String>,
    /// For whom it is asked.
    pub asked_as: AskedAs,
}

/// What an editor changes; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegressionPatch {
    /// The words.
    pub text: Option<String>,
    /// The customer's language.
    pub lang: Option<Option<String>>,
    /// Slug of the article that should answer; none: a person should.
    pub expected: Option<Option<String>>,
    /// For whom it is asked.
    pub asked_as: Option<AskedAs>,
}

const NO_QUESTION: ActionError = ActionError::NotFound { what: "regression question" };

/// Adds one.
///
/// # Errors
/// `NotNow` when there are as many as there may be.
pub async fn create(engine: &Engine, caller: &Caller, input: &RegressionInput) -> Result<RegressionQuestion, ActionError> {
    require(caller, Permission::EditArticles)?;
    let (mut text, mut lang, mut contact) = (input.text.clone(), input.lang.clone(), None);
    if let Some(message) = input.message {
        require(caller, Permission::ReadConversations)?;
        let (words, spoken, by) = words_of(engine, message).await?;
        contact = Some(by);
        text = text.or(Some(words));
        lang = lang.or(spoken);
    }
    let now = engine.now();
    let question = RegressionQuestion {
        id: RegressionId(fresh_id()),
        version: 1,
        text: text.unwrap_or_default().trim().to_owned(),
        lang,
        expected: input.expected.clone(),
        viewer: document(&input.asked_as)?,
        contact,
        author: author(caller),
        created_at: now,
        updated_at: now,
    };
    sound(engine, &question).await?;
    if all(engine).await?.len() >= MOST {
        return Err(ActionError::NotNow(Why::new("why-too-many-regressions").count("most", MOST)));
    }
    let stored = question.clone();
    engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.insert_regression_question(&stored).await?) })).await?;
    get(engine, caller, question.id).await
}

/// The words of a customer's message without what names them, their language, and who they are.
async fn words_of(engine: &Engine, id: MessageId) -> Result<(String, Option<String>, ContactId), ActionError> {
    let nothing = || ActionError::invalid("message", "there is no such message of a customer's");
    let message = engine.reader().message(id).await?.filter(|message| message.direction == bellhop_domain::message::Direction::In);
    let message = message.ok_or_else(nothing)?;
    let conversation = engine.reader().conversation(message.conversation).await?.ok_or_else(nothing)?;
    Ok((as_sample(&message.text), conversation.language, conversation.contact))
}

/// Changes one.
///
/// # Errors
/// `Conflict` when `expected` is another version than there is.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    id: RegressionId,
    patch: &RegressionPatch,
    expected: Option<i64>,
) -> Result<RegressionQuestion, ActionError> {
    require(caller, Permission::EditArticles)?;
    let mut question = get(engine, caller, id).await?;
    if expected.is_some_and(|expected| expected != question.version) {
        return Err(ActionError::Conflict);
    }
    if let Some(text) = &patch.text {
        question.text = text.trim().to_owned();
    }
    if let Some(lang) = &patch.lang {
        question.lang.clone_from(lang);
    }
    if let Some(wanted) = &patch.expected {
        question.expected.clone_from(wanted);
    }
    if let Some(asked_as) = &patch.asked_as {
        question.viewer = document(asked_as)?;
    }
    question.updated_at = engine.now();
    sound(engine, &question).await?;
    let written = engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.update_regression_question(&question).await?) }));
    if written.await? { get(engine, caller, id).await } else { Err(ActionError::Conflict) }
}

/// Removes one.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn delete(engine: &Engine, caller: &Caller, id: RegressionId) -> Result<(), ActionError> {
    require(caller, Permission::EditArticles)?;
    let removed = engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.delete_regression_question(id).await?) }));
    if removed.await? { Ok(()) } else { Err(NO_QUESTION) }
}

/// One of them.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn get(engine: &Engine, caller: &Caller, id: RegressionId) -> Result<RegressionQuestion, ActionError> {
    require(caller, Permission::ReadArticles)?;
    engine.reader().regression_question(id).await?.ok_or(NO_QUESTION)
}

/// All of them, or those that name an article, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    engine: &Engine,
    caller: &Caller,
    expected: Option<&str>,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Page<RegressionQuestion>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    Ok(engine.reader().regression_questions(expected, cursor, limit).await?)
}

/// Every one there is, the newest first.
pub(super) async fn all(engine: &Engine) -> Result<Vec<RegressionQuestion>, ActionError> {
    Ok(engine.reader().regression_questions(None, None, u32::try_from(MOST).unwrap_or(u32::MAX)).await?.items)
}

/// For whom it is asked; what cannot be understood is anybody.
pub fn asked_as(question: &RegressionQuestion) -> AskedAs {
    serde_json::from_value(question.viewer.clone()).unwrap_or_default()
}

/// A regression question as it stands now.
#[derive(Clone, PartialEq)]
pub struct Checked {
    /// Which.
    pub id: RegressionId,
    /// The words.
    pub text: String,
    /// The customer's language.
    pub lang: Option<String>,
    /// Slug of the article that should answer; none: a person should.
    pub expected: Option<String>,
    /// What the bot does.
    pub now: Judged,
    /// Whether that is right.
    pub holds: bool,
}

/// Asks all of them as things are; those that fail first.
///
/// # Errors
/// When the knowledge base does not answer.
pub async fn run(engine: &Engine, caller: &Caller, base: Option<&KnowledgeBase>) -> Result<Vec<Checked>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    let pending = trial::regression_questions(engine).await?;
    let base = base_of(engine, base);
    let mut checked = heavy(move || {
        let mut checked = Vec::with_capacity(pending.len());
        for question in &pending {
            let now = trial::judge(&base, question, &[], &[])?;
            let holds = question.holds(&now);
            let Tried { origin, text, lang, right, after, .. } = question.tried(now.clone(), now, Effect::Same);
            let Origin::Regression(id) = origin else { continue };
            let expected = match right {
                trial::Right::Article(slug) => Some(slug),
                _ => None,
            };
            checked.push(Checked { id, text, lang, expected, now: after, holds });
        }
        Ok::<_, ActionError>(checked)
    })
    .await??;
    checked.sort_by_key(|checked| checked.holds);
    Ok(checked)
}

/// Everything that is wrong with one, each with its field.
async fn sound(engine: &Engine, question: &RegressionQuestion) -> Result<(), ActionError> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: String| problems.push(Problem { field: field.to_owned(), message: message.into() });
    if !(1..=LONGEST_TEXT).contains(&question.text.chars().count()) {
        wrong("text", format!("has one to {LONGEST_TEXT} characters"));
    }
    if question.lang.as_ref().is_some_and(|lang| !is_tag(lang)) {
        wrong("lang", "must be a language tag, such as en or zh-CN".to_owned());
    }
    if let Some(slug) = &question.expected
        && (slug.contains('\0') || engine.reader().article(slug).await?.is_none())
    {
        wrong("expected", format!("there is no article “{}”; null means that a person should answer", slug.replace('\0', " ")));
    }
    if problems.is_empty() { Ok(()) } else { Err(ActionError::Invalid { problems }) }
}

fn document(asked_as: &AskedAs) -> Result<serde_json::Value, ActionError> {
    serde_json::to_value(asked_as).map_err(|_| ActionError::invalid("as", "cannot be stored"))
}
