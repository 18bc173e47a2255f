//! One article in one language: written, seen as a customer sees it, tried, published.

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::words;
use bellhop_engine::{
    actions::{ActionError, articles},
    knowledge::{Article, Ask, in_parts},
};
use bellhop_store::articles::{ArticleVersion, ArticleView};

use super::{
    super::{
        clean::Clean,
        form::{Asked, Fields},
        guard::encode,
        shell::{Moment, Said, Shell, Visit, status_of},
    },
    difference::{Change, difference, shorten},
    is_slug,
    written::{Field, Written, written},
};
use crate::weight;

/// Articles that are shown as found for a question.
const FOUND: usize = 5;

/// What the bot would say.
struct Verdict {
    decision: String,
    decided: String,
    probability: String,
    threshold: String,
    text: Clean,
    found: Vec<(String, String, bool)>,
}

/// What somebody else has kept meanwhile.
struct Conflict {
    author: String,
    at: Moment,
    changes: Vec<Change>,
}

/// A language of the article.
struct Tab {
    name: String,
    url: String,
    current: bool,
    /// There is nothing in it yet.
    is_new: bool,
}

#[derive(Template)]
#[template(path = "console/article.html")]
struct EditorPage<'a> {
    shell: &'a Shell,
    slug: String,
    lang: String,
    written: Written,
    body: Field,
    phrasings: Field,
    keywords: Field,
    version: i64,
    /// `published`, `draft`, `both`, `archived` or `new`.
    state: &'static str,
    standing: String,
    changed: Option<(String, Moment)>,
    tabs: Vec<Tab>,
    /// The same article in another language, to write from.
    beside: Option<(String, Written)>,
    answer_shown: Clean,
    body_shown: Clean,
    /// Not all of the body is shown.
    has_rest: bool,
    question: String,
    verdict: Option<Verdict>,
    conflict: Option<Conflict>,
    visibilities: Vec<(&'static str, String, bool)>,
    public_url: Option<String>,
}

impl EditorPage<'_> {
    /// The slug within an address.
    fn name(&self) -> String {
        encode(&self.slug)
    }
}

/// What is shown beside what is stored.
#[derive(Default)]
struct Shown {
    written: Option<Written>,
    verdict: Option<Verdict>,
    question: String,
    conflict: bool,
    /// The console's script takes the answer from the page; what is being written stays where it is.
    to_script: bool,
}

impl Shown {
    fn of(headers: &HeaderMap, written: Written) -> Self {
        Self { written: Some(written), to_script: headers.contains_key("x-live"), ..Self::default() }
    }
}

pub(in crate::console) async fn show(mut visit: Visit, Path(slug): Path<String>, Asked(asked): Asked) -> Response {
    if let Some(done @ ("saved" | "published" | "archived")) = asked.get("done") {
        visit.shell.said = Some(Said::plain(&visit.shell.say(&format!("console-article-done-{done}"))));
    }
    page(&mut visit, &slug, &asked, StatusCode::OK, Shown::default()).await
}

async fn page(visit: &mut Visit, slug: &str, asked: &Fields, status: StatusCode, shown: Shown) -> Response {
    visit.shell.part = "articles";
    if !is_slug(slug) {
        return visit.shell.not_found();
    }
    match assemble(visit, slug, asked, shown).await {
        Ok(Some(page)) => visit.shell.page(status, &page),
        Ok(None) => visit.shell.not_found(),
        Err(error) => visit.shell.stopped(error),
    }
}

/// The language that is asked for, if articles may have it.
fn language(visit: &Visit, asked: &Fields) -> String {
    let settings = visit.engine().settings();
    let wanted = asked.some("lang").and_then(|wanted| settings.languages.iter().find(|tag| *tag == wanted));
    wanted.cloned().unwrap_or_else(|| settings.language.clone())
}

async fn assemble<'a>(visit: &'a Visit, slug: &str, asked: &Fields, shown: Shown) -> Result<Option<EditorPage<'a>>, ActionError> {
    let (reader, shell, settings) = (visit.engine().reader(), &visit.shell, visit.engine().settings());
    let record = reader.article(slug).await?;
    let locales = reader.article_locales(slug).await?;
    // An article opens in a language that it has.
    let lang = match (asked.some("lang"), locales.first()) {
        (None, Some(first)) if !locales.iter().any(|locale| locale.lang == settings.language) => first.lang.clone(),
        _ => language(visit, asked),
    };
    if record.is_none() && asked.some("title").is_none() && shown.written.is_none() {
        return Ok(None);
    }
    let view = reader.article_view(slug, &lang).await?;
    let current = view.as_ref().and_then(text_of);
    let stored = written(view.as_ref(), record.as_ref(), current, asked.some("title"));
    let conflict = match (&shown.written, current) {
        (Some(mine), Some(theirs)) if shown.conflict => {
            let mut changes = difference(&stored.whole(), &mine.whole());
            changes.retain(|change| change.kind != "same");
            shorten(&mut changes, 0);
            Some(Conflict { author: theirs.author.clone(), at: shell.moment(&theirs.created_at), changes })
        }
        _ => None,
    };
    let is_typed = shown.written.is_some() && !shown.to_script;
    let text = shown.written.unwrap_or(stored);
    let version = view.as_ref().map_or(0, articles::version);
    let field = |name: &str, text: &str| match is_typed {
        true => Field::whole(text),
        false => Field::stored(text, || {
            format!("{}/console/articles/{}/text?lang={}&field={name}&version={version}", shell.root, encode(slug), encode(&lang))
        }),
    };
    let parts = in_parts(&text.body, weight::LONGEST_FIELD);
    let other = locales.iter().find(|locale| locale.lang != lang).map(|locale| locale.lang.clone());
    let beside = match other {
        Some(other) => {
            let view = reader.article_view(slug, &other).await?;
            let text = view.as_ref().and_then(text_of);
            Some((words::language_name(&other).to_owned(), written(view.as_ref(), record.as_ref(), text, None)))
        }
        None => None,
    };
    let state = match view.as_ref().map(|view| (view.published.is_some(), view.draft.is_some())) {
        None => "new",
        Some((true, true)) => "both",
        Some((true, false)) => "published",
        Some((false, true)) => "draft",
        Some((false, false)) => "archived",
    };
    let tab = |tag: &String| Tab {
        name: words::language_name(tag).to_owned(),
        url: format!("{}/console/articles/{}?lang={}", shell.root, encode(slug), encode(tag)),
        current: *tag == lang,
        is_new: !locales.iter().any(|locale| locale.lang == *tag),
    };
    let chosen = if text.visibility.is_empty() { "public" } else { &text.visibility };
    Ok(Some(EditorPage {
        tabs: if record.is_some() { settings.languages.iter().map(tab).collect() } else { Vec::new() },
        body: field("body", &text.body),
        phrasings: field("phrasings", &text.phrasings),
        keywords: field("keywords", &text.keywords),
        version,
        standing: shell.say(&format!("console-article-{state}")),
        state,
        changed: current.map(|version| (version.author.clone(), shell.moment(&version.created_at))),
        answer_shown: Clean::message(weight::beginning(text.said()).unwrap_or(text.said())),
        body_shown: Clean::article(parts.first().map_or("", String::as_str)),
        has_rest: parts.len() > 1,
        visibilities: ["public", "customers", "internal"]
            .map(|word| (word, shell.say(&format!("console-visibility-{word}")), word == chosen))
            .to_vec(),
        public_url: (state == "published" || state == "both").then(|| format!("{}/a/{}?lang={}", shell.root, encode(slug), encode(&lang))),
        question: shown.question,
        verdict: shown.verdict,
        written: text,
        slug: slug.to_owned(),
        beside,
        conflict,
        lang,
        shell,
    }))
}

/// The text that is being written, else the one in force.
fn text_of(view: &ArticleView) -> Option<&ArticleVersion> {
    view.draft.as_ref().or(view.published.as_ref())
}

/// Keeps the draft, and publishes it or takes the article out of force where that was pressed.
pub(in crate::console) async fn change(
    mut visit: Visit,
    Path(slug): Path<String>,
    Asked(asked): Asked,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let lang = language(&visit, &asked);
    let mine = match sent(&visit, &slug, &lang, &fields).await {
        Ok(mine) => mine,
        Err(refused) => return *refused,
    };
    match keep(&visit, &slug, &lang, &mine, &fields).await {
        Ok(word) => {
            Redirect::to(&format!("{}/console/articles/{}?lang={}&done={word}", visit.shell.root, encode(&slug), encode(&lang))).into_response()
        }
        Err(error) => {
            let (status, is_conflict) = (status_of(&error), matches!(error, ActionError::Conflict));
            visit.shell.said = Some(if is_conflict { Said::wrong(&visit.shell.say("console-article-conflict")) } else { visit.shell.refused(error) });
            page(&mut visit, &slug, &asked, status, Shown { conflict: is_conflict, ..Shown::of(&headers, mine) }).await
        }
    }
}

/// What was sent of an article that there can be.
async fn sent(visit: &Visit, slug: &str, lang: &str, fields: &Fields) -> Result<Written, Box<Response>> {
    if !is_slug(slug) {
        return Err(Box::new(visit.shell.not_found()));
    }
    let view = visit.engine().reader().article_view(slug, lang).await.map_err(|error| Box::new(visit.shell.stopped(error.into())))?;
    Ok(Written::read(fields, written(view.as_ref(), None, view.as_ref().and_then(text_of), None)))
}

async fn keep(visit: &Visit, slug: &str, lang: &str, mine: &Written, fields: &Fields) -> Result<&'static str, ActionError> {
    let (engine, caller) = (visit.engine(), visit.caller());
    let expected = fields.get("version").and_then(|version| version.parse().ok());
    if fields.get("step") == Some("archive") {
        articles::archive(engine, caller, slug, Some(lang), expected).await?;
        return Ok("archived");
    }
    let view = engine.reader().article_view(slug, lang).await?;
    let before = view.as_ref().and_then(text_of).map(|version| &version.text);
    let view = articles::save_draft(engine, caller, slug, lang, &mine.input(before)?, expected).await?;
    if fields.get("step") != Some("publish") {
        return Ok("saved");
    }
    articles::publish(engine, caller, slug, Some(lang), Some(articles::version(&view))).await?;
    Ok("published")
}

/// The page as it would be with what stands in the form; nothing is kept.
pub(in crate::console) async fn preview(
    mut visit: Visit,
    Path(slug): Path<String>,
    Asked(asked): Asked,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let mine = match sent(&visit, &slug, &language(&visit, &asked), &fields).await {
        Ok(mine) => mine,
        Err(refused) => return *refused,
    };
    let question = fields.get("question").unwrap_or_default().to_owned();
    page(&mut visit, &slug, &asked, StatusCode::OK, Shown { question, ..Shown::of(&headers, mine) }).await
}

/// A text that is too long to stand in the editor's page, as long as it is the one that the page was made with.
pub(in crate::console) async fn text(visit: Visit, Path(slug): Path<String>, Asked(asked): Asked) -> Response {
    let view = match articles::view(visit.engine(), visit.caller(), &slug, asked.some("lang").unwrap_or_default()).await {
        Ok(view) => view,
        Err(error) => return visit.shell.stopped(error),
    };
    if asked.get("version") != Some(articles::version(&view).to_string().as_str()) {
        return StatusCode::CONFLICT.into_response();
    }
    let stored = written(Some(&view), None, text_of(&view), None);
    let text = match asked.get("field") {
        Some("body") => stored.body,
        Some("phrasings") => stored.phrasings,
        Some("keywords") => stored.keywords,
        _ => return visit.shell.not_found(),
    };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "private, no-store")], text).into_response()
}

/// What the bot would say if what stands in the form were published; nothing is kept or sent.
pub(in crate::console) async fn ask(mut visit: Visit, Path(slug): Path<String>, Asked(asked): Asked, headers: HeaderMap, fields: Fields) -> Response {
    let lang = language(&visit, &asked);
    let mine = match sent(&visit, &slug, &lang, &fields).await {
        Ok(mine) => mine,
        Err(refused) => return *refused,
    };
    let question: String = fields.get("question").unwrap_or_default().chars().take(2_000).collect();
    let verdict = match tried(&visit, &slug, &lang, &mine, &question).await {
        Ok(verdict) => Some(verdict),
        Err(said) => {
            visit.shell.said = Some(said);
            None
        }
    };
    page(&mut visit, &slug, &asked, StatusCode::OK, Shown { verdict, question, ..Shown::of(&headers, mine) }).await
}

async fn tried(visit: &Visit, slug: &str, lang: &str, mine: &Written, question: &str) -> Result<Verdict, Said> {
    let shell = &visit.shell;
    if question.trim().is_empty() {
        return Err(Said::wrong(&shell.say("console-ask-empty")));
    }
    let draft = Article {
        slug: slug.to_owned(),
        lang: lang.to_owned(),
        title: mine.title.clone(),
        answer: mine.said().to_owned(),
        body: mine.body.clone(),
        phrasings: mine.phrasing_list(),
        keywords: mine.keyword_list(),
        category: mine.category_list(),
        visibility: mine.visibility(),
        audience: bellhop_engine::knowledge::Audience::default(),
        revision: 0,
    };
    let asked = Ask { text: question.to_owned(), lang: Some(lang.to_owned()), drafts: vec![draft], ..Ask::default() };
    let verdict = visit.engine().ask(asked).await.map_err(|error| {
        tracing::error!(error = %error, "The knowledge base does not answer");
        Said::wrong(&shell.say("answer-busy"))
    })?;
    let decision = serde_json::to_value(verdict.decision).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    Ok(Verdict {
        decided: shell.say(&format!("console-decision-{decision}")),
        decision,
        probability: percent(verdict.probability),
        threshold: percent(verdict.threshold),
        text: Clean::message(weight::beginning(&verdict.text).unwrap_or(&verdict.text)),
        found: verdict.candidates.into_iter().take(FOUND).map(|found| (found.title, format!("{:.2}", found.score), found.slug == slug)).collect(),
    })
}
