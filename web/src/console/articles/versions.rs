//! Every text that an article had, what changed from one to the next, and the way back.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::words;
use bellhop_engine::actions::{
    ActionError,
    articles::{self, ArticleInput},
};
use bellhop_store::articles::ArticleVersion;

use super::{
    super::{
        form::{Asked, Fields},
        guard::encode,
        shell::{Moment, Shell, Visit, status_of},
    },
    difference::{Change, difference, shorten},
    is_slug,
};
use crate::weight;

/// Bytes that a version adds to the page besides its author.
const ROW: usize = 300;

/// A text of before.
struct Row {
    revision: i64,
    author: String,
    at: Moment,
    standing: String,
    url: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "console/versions.html")]
struct VersionsPage<'a> {
    shell: &'a Shell,
    slug: String,
    lang: String,
    language: String,
    title: String,
    rows: Vec<Row>,
    /// The one that is looked at.
    shown: i64,
    is_newest: bool,
    changes: Vec<Change>,
    /// Where the changes go on, and where the versions do.
    more: Option<String>,
    older: Option<String>,
}

impl VersionsPage<'_> {
    /// The slug within an address.
    fn name(&self) -> String {
        encode(&self.slug)
    }
}

pub(in crate::console) async fn versions(mut visit: Visit, Path(slug): Path<String>, Asked(asked): Asked) -> Response {
    page(&mut visit, &slug, &asked, StatusCode::OK).await
}

async fn page(visit: &mut Visit, slug: &str, asked: &Fields, status: StatusCode) -> Response {
    visit.shell.part = "articles";
    if !is_slug(slug) {
        return visit.shell.not_found();
    }
    let lang = asked.some("lang").unwrap_or(&visit.engine().settings().language).to_owned();
    let found = match articles::versions(visit.engine(), visit.caller(), slug, &lang).await {
        Ok(found) => found,
        Err(error) => return visit.shell.stopped(error),
    };
    let shell = &visit.shell;
    let newest = found.first().map_or(0, |version| version.revision);
    let shown = asked.get("revision").and_then(|revision| revision.parse().ok()).unwrap_or(newest);
    let Some(place) = found.iter().position(|version| version.revision == shown) else { return shell.not_found() };
    let text = |version: Option<&ArticleVersion>| version.map(whole).unwrap_or_default();
    let row = |version: &ArticleVersion| Row {
        revision: version.revision,
        author: version.author.clone(),
        at: shell.moment(&version.created_at),
        standing: shell.say(&format!("console-article-{}", version.status.as_str())),
        url: format!("{}/console/articles/{}/versions?lang={}&revision={}", shell.root, encode(slug), encode(&lang), version.revision),
        current: version.revision == shown,
    };
    let mut changes = difference(&text(found.get(place + 1)), &text(found.get(place)));
    let from = asked.get("from").and_then(|from| from.parse().ok()).unwrap_or(0_usize).min(changes.len());
    let more = shorten(&mut changes, from);
    let before = asked.get("before").and_then(|before| before.parse().ok()).unwrap_or(i64::MAX);
    let mut listed: Vec<&ArticleVersion> = found.iter().filter(|version| version.revision < before).collect();
    listed.truncate(weight::first_that_fit(&listed, |version| ROW + version.author.len()));
    let oldest = listed.last().map(|version| version.revision).filter(|oldest| found.last().is_some_and(|last| last.revision < *oldest));
    let here = |part: String| format!("{}/console/articles/{}/versions?lang={}&revision={shown}&{part}", shell.root, encode(slug), encode(&lang));
    let page = VersionsPage {
        more: more.map(|line| here(format!("from={line}"))),
        older: oldest.map(|oldest| here(format!("before={oldest}"))),
        slug: slug.to_owned(),
        language: words::language_name(&lang).to_owned(),
        title: found.first().map(|version| version.text.title.clone()).unwrap_or_default(),
        changes,
        rows: listed.into_iter().map(row).collect(),
        is_newest: shown == newest,
        lang: lang.clone(),
        shown,
        shell,
    };
    shell.page(status, &page)
}

fn whole(version: &ArticleVersion) -> String {
    let text = &version.text;
    let parts = [text.title.clone(), text.answer.clone().unwrap_or_default(), text.body.clone(), text.phrasings.join("\n"), text.keywords.join(", ")];
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Makes a text of before the draft again; nothing of what came after is lost.
pub(in crate::console) async fn roll_back(mut visit: Visit, Path(slug): Path<String>, Asked(asked): Asked, fields: Fields) -> Response {
    let lang = asked.some("lang").unwrap_or(&visit.engine().settings().language).to_owned();
    let revision = fields.get("revision").and_then(|revision| revision.parse::<i64>().ok()).unwrap_or_default();
    match back_to(&visit, &slug, &lang, revision).await {
        Ok(()) => Redirect::to(&format!("{}/console/articles/{}?lang={}&done=saved", visit.shell.root, encode(&slug), encode(&lang))).into_response(),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            page(&mut visit, &slug, &asked, status).await
        }
    }
}

async fn back_to(visit: &Visit, slug: &str, lang: &str, revision: i64) -> Result<(), ActionError> {
    let found = articles::versions(visit.engine(), visit.caller(), slug, lang).await?;
    let version = found.into_iter().find(|version| version.revision == revision).ok_or(ActionError::NotFound { what: "version" })?;
    let text = version.text;
    let input = ArticleInput {
        title: text.title,
        answer: text.answer,
        body: text.body,
        phrasings: text.phrasings,
        keywords: text.keywords,
        publish_at: text.publish_at,
        expire_at: text.expire_at,
        review_by: text.review_by.map(|at| at.date_naive()),
        ..ArticleInput::default()
    };
    articles::save_draft(visit.engine(), visit.caller(), slug, lang, &input, None).await.map(|_| ())
}
