//! The knowledge base as a folder of Markdown: the way back of a sync.

use std::path::Path;

use bellhop_kb::files::{FileArticle, Status};
use bellhop_store::{
    Reader,
    articles::{ArticleFilter, ArticleRecord, ArticleStatus, ArticleText},
};

/// Articles read at once.
const PAGE: u32 = 200;

/// Why a folder was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database cannot be read.
    #[error(transparent)]
    Database(#[from] bellhop_store::DbError),
    /// A file cannot be written.
    #[error("{file}: {source}")]
    File {
        /// Which one.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// An article cannot be put in the form of a file.
    #[error("the article {slug} cannot be written as a file")]
    Article {
        /// Which one.
        slug: String,
    },
}

/// Writes every article's latest text in each language into `folder`; answers how many files.
///
/// # Errors
/// When the database cannot be read or a file not be written; files before it stand.
pub async fn export_folder(reader: &Reader, folder: &Path, default_language: &str) -> Result<usize, ExportError> {
    let mut count = 0;
    let mut cursor = None;
    loop {
        let records = reader.articles(&ArticleFilter::default(), cursor.take(), PAGE).await?;
        let Some(last) = records.last() else { return Ok(count) };
        cursor = Some((last.updated_at, last.slug.clone()));
        for record in &records {
            for locale in reader.article_locales(&record.slug).await? {
                let Some(view) = reader.article_view(&record.slug, &locale.lang).await? else { continue };
                let Some(version) = view.draft.or(view.published) else { continue };
                let article = as_file(record, &locale.lang, version.text, version.status);
                write(folder, &article, default_language)?;
                count += 1;
            }
        }
    }
}

fn as_file(record: &ArticleRecord, lang: &str, text: ArticleText, status: ArticleStatus) -> FileArticle {
    FileArticle {
        file: String::new(),
        slug: record.slug.clone(),
        lang: lang.to_owned(),
        category: record.category.iter().flat_map(|path| path.split('/')).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        title: text.title,
        answer: text.answer.unwrap_or_default(),
        body: text.body,
        phrasings: text.phrasings,
        keywords: text.keywords,
        visibility: serde_json::from_value(serde_json::Value::String(record.visibility.clone())).unwrap_or_default(),
        audience: serde_json::from_value(record.audience.clone()).unwrap_or_default(),
        status: match status {
            ArticleStatus::Draft => Status::Draft,
            ArticleStatus::Published => Status::Published,
            ArticleStatus::Archived => Status::Archived,
        },
        publish_at: text.publish_at,
        expire_at: text.expire_at,
        owner: record.owner.clone(),
        review_by: text.review_by.map(|at| at.date_naive()),
    }
}

fn write(folder: &Path, article: &FileArticle, default_language: &str) -> Result<(), ExportError> {
    let path = folder.join(article.path(default_language));
    let failed = |source| ExportError::File { file: path.display().to_string(), source };
    let text = article.to_text().map_err(|_| ExportError::Article { slug: article.slug.clone() })?;
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    std::fs::write(&path, text).map_err(failed)
}
