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
    let wanted = wanted.map_or(hit.lang, lang_key);
    if let Some((at, lang)) = hit.best
        && lang == wanted
    {
        return version(corpus, at);
    }
    let versions = corpus.versions(hit.slug)?;
    let of = |lang: u64| versions.iter().find(|version| version.lang == lang);
    let chosen = of(wanted).or_else(|| of(lang_key(default))).or_else(|| of(hit.lang)).or(versions.first());
    match chosen {
        Some(chosen) => version(corpus, chosen.at),
        None => Ok(None),
    }
}

fn version(corpus: &Corpus<'_>, at: At) -> Result<Option<Version>, Error> {
    Ok(corpus.shown(at)?.map(|shown| Version { at, shown }))
}
