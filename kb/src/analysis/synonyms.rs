//! Words and phrases that an editor says mean the same: found in a question, so that it can be asked in other words as well.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::runs::{Run, Script, runs};
use super::stem::{Stemmers, folded};
use super::stop::{self, StopWords};
use super::{QUESTION_CHARS, question_terms};
use crate::language::primary;

/// Places of a question that are read in other words, at most.
const MOST_PLACES: usize = 3;

/// Words and phrases that mean the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SynonymGroup {
    /// Tag of the language in which they do; none: in every language, as names of products do.
    #[serde(default)]
    pub lang: Option<String>,
    /// The words and phrases.
    pub words: Vec<String>,
}

/// Why a group cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// There is nothing that could stand for anything.
    #[error("there are two words or phrases at least")]
    TooFew,
    /// One has no letter and no digit.
    #[error("“{0}” has no letter and no digit")]
    Empty(String),
    /// One is nothing but words of little meaning.
    #[error("“{0}” has only words that carry little meaning")]
    Little(String),
    /// One is a single character of a script without spaces: it is part of too many words.
    #[error("“{0}” is a single character, which is part of too many words")]
    Short(String),
    /// Two are the same to the analysis.
    #[error("“{0}” and “{1}” are the same word already")]
    Same(String, String),
}

impl SynonymGroup {
    /// The first thing that is wrong with it.
    ///
    /// # Errors
    /// The flaw.
    pub fn check(&self) -> Result<(), Flaw> {
        let stemmers = self.stemmers();
        let stop_words = StopWords::of(&[self.lang.as_deref().unwrap_or("en")]);
        let mut seen: HashMap<Vec<String>, &String> = HashMap::new();
        for word in &self.words {
            let runs = runs(word);
            let mut tokens = tokens(&runs, &stemmers);
            if tokens.is_empty() {
                return Err(Flaw::Empty(word.clone()));
            }
            if let ([run], [_]) = (runs.as_slice(), tokens.as_slice())
                && run.script != Script::Word
            {
                return Err(Flaw::Short(word.clone()));
            }
            let little = |run: &Run| match run.script {
                Script::Word => stop_words.word(&folded(&run.text())),
                _ => stop::little(run).into_iter().all(|little| little),
            };
            if runs.iter().all(little) {
                return Err(Flaw::Little(word.clone()));
            }
            let keys = tokens.drain(..).map(|token| token.key).collect();
            if let Some(other) = seen.insert(keys, word) {
                return Err(Flaw::Same(other.clone(), word.clone()));
            }
        }
        if self.words.len() < 2 { Err(Flaw::TooFew) } else { Ok(()) }
    }

    fn stemmers(&self) -> Stemmers {
        Stemmers::of(&[self.lang.as_deref().unwrap_or("en")])
    }
}

/// A word or phrase as it is looked for: what its tokens are reduced to, its group, and its place there.
#[derive(Debug)]
struct Entry {
    keys: Vec<String>,
    group: usize,
    word: usize,
}

/// The groups of a language.
#[derive(Debug)]
struct Book {
    /// None: they hold in every language.
    lang: Option<String>,
    by_first: HashMap<String, Vec<Entry>>,
}

/// All groups, ready to be found in questions.
#[derive(Debug, Default)]
pub struct Synonyms {
    groups: Vec<SynonymGroup>,
    books: Vec<Book>,
}

impl Synonyms {
    /// Makes groups ready; what cannot be found in a question is left out.
    pub fn of(groups: impl IntoIterator<Item = SynonymGroup>) -> Self {
        let mut synonyms = Self::default();
        for group in groups {
            let lang = group.lang.as_deref().map(|lang| primary(lang).to_ascii_lowercase());
            let (number, stemmers) = (synonyms.groups.len(), group.stemmers());
            let entries = group.words.iter().enumerate().filter_map(|(word, text)| {
                let keys: Vec<String> = tokens(&runs(text), &stemmers).into_iter().map(|token| token.key).collect();
                Some((keys.first()?.clone(), Entry { keys, group: number, word }))
            });
            let place = synonyms.books.iter().position(|book| book.lang == lang).unwrap_or(synonyms.books.len());
            if place == synonyms.books.len() {
                synonyms.books.push(Book { lang, by_first: HashMap::new() });
            }
            if let Some(book) = synonyms.books.get_mut(place) {
                entries.for_each(|(first, entry)| book.by_first.entry(first).or_default().push(entry));
            }
            synonyms.groups.push(group);
        }
        synonyms
    }

    /// The groups.
    pub fn groups(&self) -> &[SynonymGroup] {
        &self.groups
    }

    /// What a question that may be in any of `langs` says that could be said otherwise; nothing when that is nothing.
    pub(crate) fn found_in<'a>(&'a self, text: &str, langs: &[&str]) -> Option<Rewording<'a>> {
        let is_spoken = |book: &&Book| match &book.lang {
            None => true,
            Some(lang) => langs.iter().any(|spoken| primary(spoken).eq_ignore_ascii_case(lang)),
        };
        let books: Vec<&Book> = self.books.iter().filter(is_spoken).collect();
        if books.is_empty() {
            return None;
        }
        let head: String = text.chars().take(QUESTION_CHARS).collect();
        let runs = runs(&head);
        let mut longest: Vec<(usize, BTreeSet<(usize, usize)>)> = Vec::new();
        let mut question = Vec::new();
        for book in books {
            // Which words stand where is the same in every language; what they are reduced to is not.
            let read = tokens(&runs, &Stemmers::of(&[book.lang.as_deref().unwrap_or("en")]));
            longest.resize_with(read.len(), Default::default);
            for (at, best) in longest.iter_mut().enumerate() {
                let rest = read.get(at..).unwrap_or_default();
                let entries = rest.first().and_then(|token| book.by_first.get(&token.key));
                for entry in entries.into_iter().flatten() {
                    let length = entry.keys.len();
                    if length < best.0 || !rest.iter().map(|token| &token.key).take(length).eq(&entry.keys) {
                        continue;
                    }
                    if length > best.0 {
                        *best = (length, BTreeSet::new());
                    }
                    best.1.insert((entry.group, entry.word));
                }
            }
            question = read;
        }
        let mut places = Vec::new();
        let mut free = 0;
        for (at, (length, entries)) in longest.into_iter().enumerate() {
            if at >= free && length > 0 && places.len() < MOST_PLACES {
                free = at + length;
                places.push(self.place(at, length, &entries));
            }
        }
        places.retain(|place: &Place<'_>| !place.others.is_empty());
        (!places.is_empty()).then_some(Rewording { question, places })
    }

    fn place(&self, at: usize, length: usize, entries: &BTreeSet<(usize, usize)>) -> Place<'_> {
        let mut place = Place { at, length, said: "", others: Vec::new() };
        for (group, word) in entries {
            let words = self.groups.get(*group).map_or(&[][..], |group| &group.words);
            place.said = words.get(*word).map_or(place.said, String::as_str);
            for (number, other) in words.iter().enumerate() {
                if number != *word && !place.others.contains(&other.as_str()) {
                    place.others.push(other);
                }
            }
        }
        place
    }
}

/// A question, and where it can be said otherwise.
pub(crate) struct Rewording<'a> {
    question: Vec<Token>,
    places: Vec<Place<'a>>,
}

/// Some words of a question, and what means the same.
pub(crate) struct Place<'a> {
    at: usize,
    length: usize,
    /// As the group has it.
    pub(crate) said: &'a str,
    pub(crate) others: Vec<&'a str>,
}

impl<'a> Rewording<'a> {
    pub(crate) fn places(&self) -> &[Place<'a>] {
        &self.places
    }

    /// The question with what is chosen in each place; where nothing is, with its own words.
    pub(crate) fn read(&self, chosen: &[Option<&str>]) -> String {
        let mut text = String::new();
        let mut in_word = false;
        let mut at = 0;
        while let Some(token) = self.question.get(at) {
            let swap = self.places.iter().zip(chosen).find(|(place, _)| place.at == at);
            let (shown, next) = match swap {
                Some((place, Some(other))) => (*other, at + place.length),
                _ => (token.shown.as_str(), at + 1),
            };
            let begins_word = shown.chars().next().is_some_and(is_of_word) || token.begins;
            if (begins_word || in_word) && !text.is_empty() {
                text.push(' ');
            }
            text.push_str(shown);
            in_word = shown.chars().next_back().is_some_and(is_of_word);
            at = next;
        }
        text
    }
}

/// Whether some text has every word of `phrase` that carries meaning; `is_known` tells of a term.
pub(crate) fn is_known(phrase: &str, langs: &[&str], is_known: impl Fn(&str) -> bool) -> bool {
    let terms = question_terms(phrase, langs);
    terms.iter().filter(|term| !term.stop).all(|term| term.forms.iter().any(|form| is_known(form)))
}

fn is_of_word(c: char) -> bool {
    runs(c.encode_utf8(&mut [0; 4])).first().is_some_and(|run| run.script == Script::Word)
}

/// A word, or a character where words are not written apart.
struct Token {
    key: String,
    shown: String,
    /// It is the first of its run.
    begins: bool,
}

fn tokens(runs: &[Run], stemmers: &Stemmers) -> Vec<Token> {
    let mut tokens = Vec::new();
    for run in runs {
        if run.script == Script::Word {
            let shown = run.text();
            tokens.push(Token { key: stemmers.form(&shown), shown, begins: true });
        } else {
            let signs = run.chars.iter().enumerate();
            tokens.extend(signs.map(|(at, sign)| Token { key: sign.to_string(), shown: sign.to_string(), begins: at == 0 }));
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn group(lang: Option<&str>, words: &[&str]) -> SynonymGroup {
        SynonymGroup { lang: lang.map(str::to_owned), words: words.iter().map(|word| (*word).to_owned()).collect() }
    }

    /// The question with the first alternative in each place.
    fn reworded(groups: &[(Option<&str>, &[&str])], text: &str, langs: &[&str]) -> Option<String> {
        let synonyms = Synonyms::of(groups.iter().map(|(lang, words)| group(*lang, words)));
        let rewording = synonyms.found_in(text, langs)?;
        let chosen: Vec<_> = rewording.places().iter().map(|place| place.others.first().copied()).collect();
        Some(rewording.read(&chosen))
    }

    #[test]
    fn a_question_is_said_in_other_words() {
        type Case<'a> = (&'a [(Option<&'a str>, &'a [&'a str])], &'a str, &'a [&'a str], Option<&'a str>);
        let cases: [Case<'_>; 11] = [
            (&[(Some("en"), &["couch", "sofa"])], "Do you deliver couches?", &["en"], Some("do you deliver sofa")),
            (&[(Some("en"), &["couch", "sofa"])], "Wo ist mein Couch", &["de"], None),
            (&[(None, &["PO", "order number"])], "Where is the PO?", &["de"], Some("where is the order number")),
            (&[(Some("en"), &["PO", "order number"])], "my order-numbers", &["en"], Some("my PO")),
            // The longest is meant.
            (&[(Some("en"), &["order", "purchase"]), (Some("en"), &["order number", "reference"])], "my order number", &["en"], Some("my reference")),
            (&[(Some("zh"), &["花呗", "分期付款"])], "花呗怎么开通", &["zh"], Some("分期付款怎么开通")),
            (&[(Some("zh"), &["花呗", "分期付款"])], "能用花唄嗎", &["zh-TW"], Some("能用分期付款吗")),
            (&[(Some("zh"), &["苹果手机", "iPhone"])], "我的苹果手机坏了", &["zh"], Some("我的 iPhone 坏了")),
            (&[(Some("de"), &["Rechnungen", "Beleg"])], "meine Rechnung", &["de"], Some("meine Beleg")),
            (&[(Some("en"), &["couch", "sofa"])], "couch, Couch and table", &["en"], Some("sofa sofa and table")),
            (&[(Some("en"), &["couch", "sofa"])], "a table", &["en"], None),
        ];
        for (groups, text, langs, expected) in cases {
            assert_eq!(reworded(groups, text, langs).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_a_group_may_not_be_is_said() {
        for (lang, words, flaw) in [
            ("en", &["couch", "sofa"][..], None),
            ("zh", &["花呗", "分期"], None),
            ("en", &["couch"], Some(Flaw::TooFew)),
            ("en", &["couch", "?!"], Some(Flaw::Empty("?!".to_owned()))),
            ("en", &["couch", "how to"], Some(Flaw::Little("how to".to_owned()))),
            ("zh", &["退", "退货"], Some(Flaw::Short("退".to_owned()))),
            ("en", &["Couch", "couches"], Some(Flaw::Same("Couch".to_owned(), "couches".to_owned()))),
            ("zh", &["退貨", "退货"], Some(Flaw::Same("退貨".to_owned(), "退货".to_owned()))),
        ] {
            assert_eq!(group(Some(lang), words).check().err(), flaw, "{words:?}");
        }
    }

    #[test]
    fn a_question_is_read_otherwise_in_few_places() {
        let groups: Vec<SynonymGroup> = (0..10).map(|number| group(None, &[&format!("left{number}"), &format!("right{number}")])).collect();
        let text: String = (0..10).map(|number| format!("left{number} ")).collect();
        let synonyms = Synonyms::of(groups);
        assert_eq!(synonyms.found_in(&text, &[]).unwrap().places().len(), MOST_PLACES);
    }
}
