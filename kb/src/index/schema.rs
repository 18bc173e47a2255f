//! Fields of the index.

use serde::{Deserialize, Serialize};
use tantivy::Term;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};

use crate::analysis::stable_hash;
use crate::language::primary;

/// The texts of an article, as explanations name them.
pub(crate) const TEXTS: [&str; 5] = ["title", "phrasings", "keywords", "answer", "body"];
/// Number of the searched fields, [`Fields::searched`].
pub(crate) const PARTS: usize = 3;

const TITLE: char = '\u{1}';
const PHRASING: char = '\0';

/// Handles of the index fields.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    /// `article` or `sample`: what kind of document this is.
    pub(crate) kind: Field,
    /// Slug and language together, for replacing and removing.
    pub(crate) version: Field,
    /// Hash of the slug.
    pub(crate) slug: Field,
    /// Hash of slug and language together.
    pub(crate) version_hash: Field,
    /// Hash of the primary language tag.
    pub(crate) lang_hash: Field,
    /// How many sample questions the version has, titles not counted.
    pub(crate) phrasings: Field,
    /// Primary language tag.
    pub(crate) lang: Field,
    /// Visibility and audience, as JSON.
    pub(crate) access: Field,
    /// Hash of that JSON.
    pub(crate) access_hash: Field,
    /// Terms of the title, of sample questions and keywords, and of answer and body. Not a field for each text, for
    /// every field costs each question a look into its dictionary.
    pub(crate) searched: [Field; PARTS],
    /// Which term is in which of [`TEXTS`], as [`word_value`], for explanations.
    pub(crate) words: Field,
    /// Which term is in which passage of the body, as [`Place`], sorted.
    pub(crate) places: Field,
    /// Features of a title or sample question.
    pub(crate) grams: Field,
    /// A title or sample question with the language's tag before it, see [`sample_value`]: what is learnt from.
    pub(crate) sample: Field,
    /// The sentences of the body, a line each, with the title: what else is learnt from.
    pub(crate) sentences: Field,
    /// What is shown of an article, as JSON of [`Shown`].
    pub(crate) shown: Field,
}

/// What is shown of an article that was found.
#[derive(Serialize, Deserialize)]
pub(crate) struct Shown {
    pub(crate) slug: String,
    pub(crate) lang: String,
    pub(crate) title: String,
    pub(crate) answer: String,
}

impl Fields {
    /// The schema and its handles.
    pub(crate) fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let words = TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::WithFreqs));
        let fields = Self {
            kind: builder.add_text_field("kind", STRING),
            version: builder.add_text_field("version", STRING),
            slug: builder.add_u64_field("slug", INDEXED | FAST),
            version_hash: builder.add_u64_field("version_hash", FAST),
            lang_hash: builder.add_u64_field("lang_hash", FAST),
            phrasings: builder.add_u64_field("phrasings", FAST),
            lang: builder.add_text_field("lang", STRING),
            access: builder.add_text_field("access", STRING),
            access_hash: builder.add_u64_field("access_hash", FAST),
            searched: ["title", "samples", "rest"].map(|name| builder.add_text_field(name, words.clone())),
            words: builder.add_u64_field("words", FAST),
            places: builder.add_u64_field("places", FAST),
            grams: builder.add_u64_field("grams", INDEXED | FAST),
            sample: builder.add_text_field("sample", STORED),
            sentences: builder.add_text_field("sentences", STORED),
            shown: builder.add_text_field("shown", STORED),
        };
        (builder.build(), fields)
    }

    /// The term under which all documents of one version are found.
    pub(crate) fn version(&self, slug: &str, lang: &str) -> Term {
        Term::from_field_text(self.version, &version_term(slug, lang))
    }

    /// The term under which all documents of a slug are found.
    pub(crate) fn slug(&self, key: u64) -> Term {
        Term::from_field_u64(self.slug, key)
    }

    /// The term under which all documents of a kind are found.
    pub(crate) fn kind(&self, kind: &str) -> Term {
        Term::from_field_text(self.kind, kind)
    }
}

/// How often a term is in a passage of a body, or in the title, and how long that is: a number of 44 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// 0 is the title.
    pub(crate) passage: u8,
    /// How often; 15 stands for more, too.
    pub(crate) times: u8,
    /// Terms of the passage; 255 stands for more, too.
    pub(crate) length: u8,
}

impl Place {
    /// The number; numbers of one term are next to each other.
    pub(crate) fn value(self, term: &str) -> u64 {
        Self::first(term) | u64::from(self.passage) << 12 | u64::from(self.times.min(15)) << 8 | u64::from(self.length)
    }

    /// No number of the term is smaller.
    pub(crate) fn first(term: &str) -> u64 {
        (stable_hash(&[term]) >> 20 & 0x00ff_ffff) << 20
    }

    /// The place that a number of the term stands for; `None` for numbers of other terms.
    pub(crate) fn of(value: u64, first: u64) -> Option<Self> {
        (value & !0x000f_ffff == first).then(|| Self::from_value(value))
    }

    /// The place that a number stands for, of whichever term.
    pub(crate) fn from_value(value: u64) -> Self {
        Self { passage: (value >> 12) as u8, times: (value >> 8 & 15) as u8, length: value as u8 }
    }
}

/// The number that says that a term is in one of [`TEXTS`].
pub(crate) fn word_value(term: &str, text: usize) -> u64 {
    (stable_hash(&[term]) & 0xffff_ffff) << 3 | text as u64
}

/// A title or sample question with its language's tag, as it is stored.
pub(crate) fn sample_value(tag: &str, is_title: bool, text: &str) -> String {
    let mark = if is_title { TITLE } else { PHRASING };
    format!("{}{mark}{text}", primary(tag))
}

/// Tag, whether it is a title, and text of what [`sample_value`] made.
pub(crate) fn sample_of(value: &str) -> Option<(&str, bool, &str)> {
    let (tag, text) = value.split_once([TITLE, PHRASING])?;
    Some((tag, value.chars().nth(tag.chars().count()) == Some(TITLE), text))
}

/// The text of the version field.
pub(crate) fn version_term(slug: &str, lang: &str) -> String {
    format!("{}\0{slug}", lang.to_ascii_lowercase())
}

/// The number that stands for a slug in the index.
pub(crate) fn slug_key(slug: &str) -> u64 {
    stable_hash(&[slug])
}

/// The number that stands for a version in the index.
pub(crate) fn version_key(slug: &str, lang: &str) -> u64 {
    stable_hash(&[&version_term(slug, lang)])
}

/// The number that stands for an access class in the index.
pub(super) fn access_key(class: &str) -> u64 {
    stable_hash(&[class])
}

/// The number that stands for a language in the index; regional forms share it.
pub(crate) fn lang_key(lang: &str) -> u64 {
    stable_hash(&[&primary(lang).to_ascii_lowercase()])
}
