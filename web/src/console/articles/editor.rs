//! One article in one language: written, seen as a customer sees it, tried, published.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::words;
use bellhop_engine::{
    actions::{
        ActionError,
        articles::{self, ArticleInput},
    },
    knowledge::{Article, Ask, Visibility},
};
use bellhop_store::articles::{ArticleText, ArticleVersion, ArticleView};

use super::{
    super::{
        clean::Clean,
        guard::encode,
        shell::{Asked, Fields, Moment, Said, Shell, Visit, status_of},
    },
    difference::{Change, difference},
    is_slug,
};

/// Articles that are shown as found for a question.
const FOUND: usize = 5;

/// What stands in the form.
#[derive(Clone, Default)]
struct Written {
    title: String,
    answer: String,
    body: String,
    phrasings: String,
    keywords: String,
    category: String,
    visibility: String,
    owner: String,
    review_by: String,
}

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
            Some(Conflict { author: theirs.author.clone(), at: shell.moment(&theirs.created_at), changes: difference(&whole(&stored), &whole(mine)) })
        }
        _ => None,
    };
    let text = shown.written.unwrap_or(stored);
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
        version: view.as_ref().map_or(0, articles::version),
        standing: shell.say(&format!("console-article-{state}")),
        state,
        changed: current.map(|version| (version.author.clone(), shell.moment(&version.created_at))),
        answer_shown: Clean::message(if text.answer.trim().is_empty() { first_paragraph(&text.body) } else { &text.answer }),
        body_shown: Clean::article(&text.body),
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

fn written(
    view: Option<&ArticleView>,
    record: Option<&bellhop_store::articles::ArticleRecord>,
    version: Option<&ArticleVersion>,
    title: Option<&str>,
) -> Written {
    let record = view.map(|view| &view.article).or(record);
    let text = version
        .map(|version| version.text.clone())
        .unwrap_or_else(|| ArticleText { title: title.unwrap_or_default().to_owned(), ..ArticleText::default() });
    Written {
        title: text.title,
        answer: text.answer.unwrap_or_default(),
        body: text.body,
        phrasings: text.phrasings.join("\n"),
        keywords: text.keywords.join(", "),
        category: record.and_then(|record| record.category.clone()).unwrap_or_default(),
        visibility: record.map_or_else(|| "public".to_owned(), |record| record.visibility.clone()),
        owner: record.and_then(|record| record.owner.clone()).unwrap_or_default(),
        review_by: text.review_by.map(|at| at.date_naive().to_string()).unwrap_or_default(),
    }
}

fn whole(written: &Written) -> String {
    format!("{}\n\n{}\n\n{}\n\n{}\n\n{}", written.title, written.answer, written.body, written.phrasings, written.keywords)
}

fn first_paragraph(body: &str) -> &str {
    body.split("\n\n").map(str::trim).find(|part| !part.is_empty() && !part.starts_with('#')).unwrap_or_default()
}

fn read(fields: &Fields) -> Written {
    let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
    Written {
        title: text("title"),
        answer: text("answer"),
        body: text("body"),
        phrasings: text("phrasings"),
        keywords: text("keywords"),
        category: text("category"),
        visibility: text("visibility"),
        owner: text("owner"),
        review_by: text("review_by"),
    }
}

impl Written {
    fn list(text: &str, separators: &[char]) -> Vec<String> {
        text.split(separators).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    fn phrasing_list(&self) -> Vec<String> {
        Self::list(&self.phrasings, &['\n'])
    }

    fn keyword_list(&self) -> Vec<String> {
        Self::list(&self.keywords, &[',', '，', '、', '\n'])
    }

    fn visibility(&self) -> Visibility {
        serde_json::from_value(self.visibility.as_str().into()).unwrap_or_default()
    }

    /// As the action takes it; what the form does not have stays as it was.
    fn input(&self, before: Option<&ArticleText>) -> Result<ArticleInput, ActionError> {
        let review_by = match self.review_by.trim() {
            "" => None,
            date => Some(date.parse().map_err(|_| ActionError::invalid("review_by", "is a date like 2026-12-31"))?),
        };
        Ok(ArticleInput {
            title: self.title.trim().to_owned(),
            answer: Some(self.answer.trim().to_owned()).filter(|answer| !answer.is_empty()),
            body: self.body.clone(),
            phrasings: self.phrasing_list(),
            keywords: self.keyword_list(),
            publish_at: before.and_then(|before| before.publish_at),
            expire_at: before.and_then(|before| before.expire_at),
            review_by,
            category: Some(Self::list(&self.category, &['/'])),
            visibility: Some(self.visibility()),
            audience: None,
            owner: Some(Some(self.owner.trim().to_owned()).filter(|owner| !owner.is_empty())),
        })
    }
}

/// Keeps the draft, and publishes it or takes the article out of force where that was pressed.
pub(in crate::console) async fn change(mut visit: Visit, Path(slug): Path<String>, Asked(asked): Asked, fields: Fields) -> Response {
    if !is_slug(&slug) {
        return visit.shell.not_found();
    }
    let lang = language(&visit, &asked);
    let mine = read(&fields);
    match keep(&visit, &slug, &lang, &mine, &fields).await {
        Ok(word) => {
            Redirect::to(&format!("{}/console/articles/{}?lang={}&done={word}", visit.shell.root, encode(&slug), encode(&lang))).into_response()
        }
        Err(error) => {
            let (status, is_conflict) = (status_of(&error), matches!(error, ActionError::Conflict));
            visit.shell.said = Some(if is_conflict { Said::wrong(&visit.shell.say("console-article-conflict")) } else { visit.shell.refused(error) });
            page(&mut visit, &slug, &asked, status, Shown { written: Some(mine), conflict: is_conflict, ..Shown::default() }).await
        }
    }
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
pub(in crate::console) async fn preview(mut visit: Visit, Path(slug): Path<String>, Asked(asked): Asked, fields: Fields) -> Response {
    let shown = Shown { written: Some(read(&fields)), question: fields.get("question").unwrap_or_default().to_owned(), ..Shown::default() };
    page(&mut visit, &slug, &asked, StatusCode::OK, shown).await
}

/// What the bot would say if what stands in the form were published; nothing is kept or sent.
pub(in crate::console) async fn ask(mut visit: Visit, Path(slug): Path<String>, Asked(asked): Asked, fields: Fields) -> Response {
    if !is_slug(&slug) {
        return visit.shell.not_found();
    }
    let mine = read(&fields);
    let question: String = fields.get("question").unwrap_or_default().chars().take(2_000).collect();
    let verdict = match tried(&visit, &slug, &language(&visit, &asked), &mine, &question).await {
        Ok(verdict) => Some(verdict),
        Err(said) => {
            visit.shell.said = Some(said);
            None
        }
    };
    page(&mut visit, &slug, &asked, StatusCode::OK, Shown { written: Some(mine), verdict, question, conflict: false }).await
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
        answer: if mine.answer.trim().is_empty() { first_paragraph(&mine.body).to_owned() } else { mine.answer.clone() },
        body: mine.body.clone(),
        phrasings: mine.phrasing_list(),
        keywords: mine.keyword_list(),
        category: Written::list(&mine.category, &['/']),
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
        text: Clean::message(&verdict.text),
        found: verdict.candidates.into_iter().take(FOUND).map(|found| (found.title, format!("{:.2}", found.score), found.slug == slug)).collect(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_form_is_read_as_it_is_meant() {
        let mine = Written {
            title: " Filter ".to_owned(),
            phrasings: "filter stuck\n\n clean it ".to_owned(),
            keywords: "lamp, 滤网，red".to_owned(),
            category: " products / washers".to_owned(),
            visibility: "internal".to_owned(),
            review_by: "2027-01-31".to_owned(),
            ..Written::default()
        };
        let input = mine.input(None).unwrap();
        assert_eq!((input.title.as_str(), input.answer), ("Filter", None));
        assert_eq!(input.phrasings, ["filter stuck", "clean it"]);
        assert_eq!(input.keywords, ["lamp", "滤网", "red"]);
        assert_eq!(input.category.unwrap(), ["products", "washers"]);
        assert_eq!(input.visibility, Some(Visibility::Internal));
        assert_eq!(input.review_by.unwrap().to_string(), "2027-01-31");
        assert!(Written { review_by: "soon".to_owned(), ..Written::default() }.input(None).is_err());
    }
}
