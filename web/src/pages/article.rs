//! An article, for everybody or for the person whom its link was made for.

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bellhop_channel::tree;
use bellhop_domain::{id::ContactId, localised::base_language, words};
use bellhop_engine::{
    Engine,
    knowledge::{Viewer, VisibleArticle, article_for, in_parts, to_html, viewer_for},
};
use bellhop_store::DbError;
use chrono::Utc;
use serde::Deserialize;
use serde_json::json;

use super::look::{Look, Moment, preferred};
use crate::{Site, weight};

/// Channels of one person that are tried.
const MOST_CHANNELS: usize = 20;

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    lang: Option<String>,
    /// For whom the link was made.
    c: Option<String>,
    /// Its signature.
    s: Option<String>,
    /// Which part of a long one, from 1.
    part: Option<usize>,
}

/// Where a long article goes on.
struct Part {
    number: usize,
    of: usize,
    before: Option<String>,
    after: Option<String>,
}

struct OtherLanguage {
    tag: String,
    name: String,
    url: String,
}

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage<'a> {
    look: &'a Look,
    article: &'a VisibleArticle,
    /// Clean: made from Markdown by the knowledge base, which lets nothing through that runs.
    body: String,
    /// Of one that is too long for a page.
    part: Option<Part>,
    updated_at: Moment,
    /// It is not in the language that was asked for.
    only_in: bool,
    others: Vec<OtherLanguage>,
}

pub(super) async fn show(
    State(site): State<Site>,
    headers: HeaderMap,
    Path(slug): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let engine = &site.engine;
    let asked = asked.map_or_else(|_| Asked::default(), |Query(asked)| asked);
    let lang = asked.lang.clone().or_else(|| preferred(&headers).into_iter().next()).unwrap_or_else(|| engine.settings().language.clone());
    let look = Look::of(engine, Some(&lang), &headers);
    if slug.contains('\0') {
        return look.not_found();
    }
    let Some(link) = engine.links().read_article(&slug, &lang, asked.c.as_deref(), asked.s.as_deref()) else { return look.bad_link() };
    let article = match visible(engine, &slug, &lang, link.contact).await {
        Ok(Some(article)) => article,
        Ok(None) => return look.notice(StatusCode::NOT_FOUND, "page-not-found-title", "article-gone-page"),
        Err(error) => return look.failed(&error),
    };
    if wants_json(&headers) {
        return as_tree(&article);
    }
    let others = article.languages.iter().filter(|tag| **tag != article.language).map(|tag| OtherLanguage {
        name: words::language_name(tag).to_owned(),
        url: engine.links().article(&slug, tag, link.contact),
        tag: tag.clone(),
    });
    bellhop_engine::actions::editing::uses::viewed(engine, &article.slug, &article.language);
    let parts = in_parts(&article.body, weight::LONGEST_PART);
    let number = asked.part.unwrap_or(1);
    let Some(body) = number.checked_sub(1).and_then(|place| parts.get(place)) else {
        return look.notice(StatusCode::NOT_FOUND, "page-not-found-title", "article-gone-page");
    };
    let at = |number: usize| format!("{}&part={number}", engine.links().article(&slug, &lang, link.contact));
    let part = (parts.len() > 1).then(|| Part {
        number,
        of: parts.len(),
        before: (number > 1).then(|| at(number - 1)),
        after: (number < parts.len()).then(|| at(number + 1)),
    });
    let page = ArticlePage {
        look: &look,
        body: to_html(body),
        part,
        updated_at: Moment::new(article.written_at, &Utc),
        only_in: asked.lang.is_some() && base_language(&article.language) != base_language(&lang),
        others: others.collect(),
        article: &article,
    };
    let mut response = look.page(StatusCode::OK, &page);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept, accept-language"));
    response
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.trim().eq_ignore_ascii_case("application/json"))
}

/// The article for clients that build what they show themselves. Whoever has its address may read it, on whatever page.
fn as_tree(article: &VisibleArticle) -> Response {
    let nodes = tree::of(&article.body, tree::Kind::Article);
    let body =
        json!({ "slug": article.slug, "title": article.title, "language": article.language, "nodes": nodes, "updated_at": article.written_at });
    let mut response = Json(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language"));
    response
}

/// What this person may see of it, on any of their channels; without a person, what everybody may see.
async fn visible(engine: &Engine, slug: &str, lang: &str, contact: Option<ContactId>) -> Result<Option<VisibleArticle>, DbError> {
    let everybody = article_for(engine, slug, lang, &Viewer::default()).await?;
    let Some(id) = contact else { return Ok(everybody) };
    let Some(contact) = engine.reader().contact(id).await?.filter(|contact| contact.erased_at.is_none()) else { return Ok(everybody) };
    let organisation = match contact.organisation {
        Some(id) => engine.reader().organisation(id).await?,
        None => None,
    };
    let mut channels: Vec<String> = engine.reader().contact_threads(id).await?.into_iter().map(|thread| thread.channel).collect();
    channels.sort();
    channels.dedup();
    for channel in channels.iter().take(MOST_CHANNELS) {
        let viewer = viewer_for(&contact, organisation.as_ref(), &engine.desk(), channel);
        let article = article_for(engine, slug, lang, &viewer).await?;
        if article.is_some() {
            return Ok(article);
        }
    }
    Ok(everybody)
}
