//! Which language version of an article is shown.

use super::corpus::{At, Corpus};
use super::fusion::Ranked;
use crate::Error;
use crate::index::{Shown, lang_key};

/// The version of an article that is shown.
pub(super) struct Version {
    pub(super) at: At,
    pub(super) shown: Shown,
}

/// The version in the customer's language, else the default language's, else any. While the customer's language is
/// not known, the version that matched is shown: it is written in the words that the customer used.
pub(super) fn choose(corpus: &Corpus<'_>, hit: &Ranked, wanted: Option<&str>, default: &str) -> Result<Option<Version>, Error> {
    if let Some((at, lang)) = hit.best
        && lang == wanted.map_or(hit.lang, lang_key)
    {
        return version(corpus, at);
    }
    of_article(corpus, hit.slug, hit.lang, wanted, default)
}

/// The same for an article that matched in the language `matched`; nothing when it may not be found.
pub(super) fn of_article(corpus: &Corpus<'_>, slug: u64, matched: u64, wanted: Option<&str>, default: &str) -> Result<Option<Version>, Error> {
    let versions = corpus.versions(slug)?;
    let of = |lang: u64| versions.iter().find(|version| version.lang == lang);
    let chosen = of(wanted.map_or(matched, lang_key)).or_else(|| of(lang_key(default))).or_else(|| of(matched)).or(versions.first());
    match chosen {
        Some(chosen) => version(corpus, chosen.at),
        None => Ok(None),
    }
}

fn version(corpus: &Corpus<'_>, at: At) -> Result<Option<Version>, Error> {
    Ok(corpus.shown(at)?.map(|shown| Version { at, shown }))
}
