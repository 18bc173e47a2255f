//! The list of articles with the tree of their categories, and a new one.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::words;
use bellhop_engine::actions::{ActionError, articles};
use bellhop_store::{articles::ArticleFilter, overview::ArticleOverview};
use chrono::{DateTime, Utc};

use super::{
    super::{
        form::{Asked, Fields},
        guard::encode,
        shell::{Moment, Said, Shell, Visit},
    },
    is_slug,
};

/// Articles on one page.
const LISTED: u32 = 50;

/// An article in the list.
struct Row {
    url: String,
    title: String,
    slug: String,
    category: String,
    visibility: String,
    /// Language by its own name, and how far the text is: `published`, `draft`, `both` or `archived`.
    languages: Vec<(String, &'static str, String)>,
    at: Moment,
}

/// A category of the tree.
struct Branch {
    name: String,
    url: String,
    count: i64,
    depth: usize,
    current: bool,
}

#[derive(Template)]
#[template(path = "console/articles.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    rows: Vec<Row>,
    tree: Vec<Branch>,
    older: Option<String>,
    q: String,
    is_filtered: bool,
    has_samples: bool,
    /// What somebody wrote for a new one.
    title: String,
}

pub(in crate::console) async fn list(mut visit: Visit, Asked(asked): Asked) -> Response {
    page(&mut visit, &asked, StatusCode::OK, "").await
}

async fn page(visit: &mut Visit, asked: &Fields, status: StatusCode, title: &str) -> Response {
    visit.shell.part = "articles";
    match assemble(visit, asked, title).await {
        Ok(page) => visit.shell.page(status, &page),
        Err(error) => visit.shell.stopped(error),
    }
}

async fn assemble<'a>(visit: &'a Visit, asked: &Fields, title: &str) -> Result<ListPage<'a>, ActionError> {
    let (reader, shell) = (visit.engine().reader(), &visit.shell);
    let word = |name: &str| asked.some(name).map(|word| word.chars().take(200).collect::<String>());
    let filter = ArticleFilter { q: word("q"), category: word("category"), folder: None };
    let (found, next) = reader.article_overview(&filter, asked.get("cursor").and_then(read_cursor), LISTED).await?;
    let mut query = String::new();
    for (name, value) in [("q", &filter.q), ("category", &filter.category)] {
        if let Some(value) = value {
            query.push_str(&format!("{name}={}&", encode(value)));
        }
    }
    Ok(ListPage {
        rows: found.into_iter().map(|article| row(shell, article, &visit.engine().settings().language)).collect(),
        tree: tree(shell, reader.article_categories().await?, filter.category.as_deref()),
        older: next.map(|(at, slug)| format!("{}/console/articles?{query}cursor={}.{}", shell.root, at.timestamp_micros(), encode(&slug))),
        is_filtered: !query.is_empty(),
        q: filter.q.unwrap_or_default(),
        has_samples: articles::has_samples(reader).await?,
        title: title.to_owned(),
        shell,
    })
}

fn read_cursor(text: &str) -> Option<(DateTime<Utc>, String)> {
    let (micros, slug) = text.split_once('.')?;
    Some((DateTime::from_timestamp_micros(micros.parse().ok()?)?, slug.to_owned()))
}

fn row(shell: &Shell, ArticleOverview { article, texts }: ArticleOverview, language: &str) -> Row {
    let own = texts.iter().find(|text| text.lang == shell.lang).or_else(|| texts.iter().find(|text| text.lang == language)).or(texts.first());
    let state = |published, draft| match (published, draft) {
        (true, true) => "both",
        (true, false) => "published",
        (false, true) => "draft",
        (false, false) => "archived",
    };
    let languages = texts.iter().map(|text| {
        let state = state(text.is_published, text.has_draft);
        (words::language_name(&text.lang).to_owned(), state, shell.say(&format!("console-article-{state}")))
    });
    Row {
        url: format!("{}/console/articles/{}", shell.root, encode(&article.slug)),
        title: own.map(|text| text.title.clone()).filter(|title| !title.is_empty()).unwrap_or_else(|| article.slug.clone()),
        languages: languages.collect(),
        visibility: shell.say(&format!("console-visibility-{}", article.visibility)),
        category: article.category.unwrap_or_default().replace('/', " › "),
        at: shell.moment(&article.updated_at),
        slug: article.slug,
    }
}

/// Every category with those above it, in order.
fn tree(shell: &Shell, counted: Vec<(Option<String>, i64)>, current: Option<&str>) -> Vec<Branch> {
    let mut paths: BTreeMap<String, i64> = BTreeMap::new();
    for (path, count) in counted {
        let Some(path) = path.filter(|path| !path.is_empty()) else { continue };
        let mut above = String::new();
        for part in path.split('/') {
            if !above.is_empty() {
                above.push('/');
            }
            above.push_str(part);
            paths.entry(above.clone()).or_default();
        }
        *paths.entry(path).or_default() += count;
    }
    let branch = |(path, count): (String, i64)| Branch {
        name: path.rsplit('/').next().unwrap_or(&path).to_owned(),
        url: format!("{}/console/articles?category={}", shell.root, encode(&path)),
        depth: path.matches('/').count().min(4),
        current: current == Some(&path),
        count,
    };
    paths.into_iter().map(branch).collect()
}

/// Begins an article: its name is made from its title.
pub(in crate::console) async fn begin(mut visit: Visit, fields: Fields) -> Response {
    let title = fields.some("title").unwrap_or_default().to_owned();
    let wanted = fields.some("slug").map_or_else(|| slug_of(&title), slug_of);
    let name = if wanted.is_empty() { format!("article-{}", visit.engine().now().timestamp()) } else { wanted };
    if title.is_empty() || !is_slug(&name) {
        visit.shell.said = Some(Said::wrong(&visit.shell.say("console-article-needs-title")));
        return page(&mut visit, &Fields::default(), StatusCode::UNPROCESSABLE_ENTITY, &title).await;
    }
    match visit.engine().reader().article(&name).await {
        Ok(None) => {
            let language = &visit.engine().settings().language;
            Redirect::to(&format!("{}/console/articles/{}?lang={}&title={}", visit.shell.root, encode(&name), encode(language), encode(&title)))
                .into_response()
        }
        Ok(Some(_)) => {
            visit.shell.said = Some(Said::wrong(&visit.shell.say_of("console-article-exists", "name", &name)));
            page(&mut visit, &Fields::default(), StatusCode::CONFLICT, &title).await
        }
        Err(error) => visit.shell.failed(&error),
    }
}

/// A name for an address from a title.
fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for sign in title.to_lowercase().chars() {
        if sign.is_ascii_alphanumeric() {
            slug.push(sign);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.trim_matches('-').to_owned()
}

pub(in crate::console) async fn remove_samples(mut visit: Visit) -> Response {
    match articles::remove_samples(visit.engine(), visit.caller()).await {
        Ok(_) => Redirect::to(&format!("{}/console/articles", visit.shell.root)).into_response(),
        Err(error) => {
            visit.shell.said = Some(visit.shell.refused(error));
            page(&mut visit, &Fields::default(), StatusCode::CONFLICT, "").await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_from_titles() {
        for (title, slug) in [
            ("How do I reset the filter?", "how-do-i-reset-the-filter"),
            ("  E4: water!  ", "e4-water"),
            ("滤网", ""),
            ("Café au lait", "caf-au-lait"),
        ] {
            assert_eq!(slug_of(title), slug, "{title}");
        }
    }

    #[test]
    fn categories_stand_below_those_above_them() {
        let shell = Shell::for_tests("");
        let counted = vec![(None, 2), (Some("products/washers".to_owned()), 3), (Some("orders".to_owned()), 1)];
        let shown: Vec<_> =
            tree(&shell, counted, Some("orders")).into_iter().map(|branch| (branch.name, branch.depth, branch.count, branch.current)).collect();
        assert_eq!(shown, [("orders".to_owned(), 0, 1, true), ("products".to_owned(), 0, 0, false), ("washers".to_owned(), 1, 3, false)]);
    }
}
