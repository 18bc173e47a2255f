//! Families of words that mean much the same to somebody who asks for help: a text that has one of them has a word in common with
//! a text that has another. The lists are short and general; they exist in English and Chinese.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::runs::{Run, Script};
use super::stem::Stemmers;
use crate::language::primary;

/// Number of a family.
pub(super) type Family = u16;

const ENGLISH: &str = include_str!("families-en.txt");
const CHINESE: &str = include_str!("families-zh.txt");

/// Words of which one is like another where it matters only that there is one: days, months, numbers. The linear model learns from them
/// that "on Monday" and "on Friday" ask the same; searching by words does not mix them up.
const CLASSES: &str = include_str!("classes-en.txt");

static CLASS_BY_STEM: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let stemmers = Stemmers::of(&["en"]);
    lines(CLASSES)
        .flat_map(|(number, line)| line.split_whitespace().map(move |word| (word, number)))
        .map(|(word, number)| (stemmers.form(word), format!("#{number}")))
        .collect()
});

/// The class of a word of a text, which is in English or not: a number in any language, other words in English.
pub(super) fn class_of(stem: &str, english: bool) -> Option<String> {
    if stem.chars().all(|sign| sign.is_ascii_digit()) {
        return Some("#number".to_owned());
    }
    if english { CLASS_BY_STEM.get(stem).cloned() } else { None }
}

static BY_STEM: LazyLock<HashMap<String, Vec<Family>>> = LazyLock::new(|| {
    let stemmers = Stemmers::of(&["en"]);
    let mut families: HashMap<String, Vec<Family>> = HashMap::new();
    for (number, line) in lines(ENGLISH) {
        for word in line.split_whitespace() {
            let members = families.entry(stemmers.form(word)).or_default();
            if !members.contains(&number) {
                members.push(number);
            }
        }
    }
    families
});

/// Words with their families, by first character.
type ByCharacter = HashMap<char, Vec<(Vec<char>, Family)>>;

static BY_CHARACTER: LazyLock<ByCharacter> = LazyLock::new(|| {
    let mut families = ByCharacter::new();
    for (number, line) in lines(CHINESE) {
        for word in line.split_whitespace() {
            let chars: Vec<char> = word.chars().collect();
            if let Some(first) = chars.first() {
                families.entry(*first).or_default().push((chars, number + CHINESE_FROM));
            }
        }
    }
    families
});

/// Where the numbers of Chinese families begin.
const CHINESE_FROM: Family = 10_000;

fn lines(list: &'static str) -> impl Iterator<Item = (Family, &'static str)> {
    (0..).zip(list.lines().filter(|line| !line.starts_with('#')))
}

/// Whether texts in a language are looked up in the English families.
pub(super) fn is_english(lang: &str) -> bool {
    primary(lang).eq_ignore_ascii_case("en")
}

/// The families of a run of a text, which is in English or not.
pub(super) fn of(run: &Run, stem: &str, english: bool) -> BTreeSet<Family> {
    match run.script {
        Script::Word if english => BY_STEM.get(stem).into_iter().flatten().copied().collect(),
        Script::Han => {
            let mut found = BTreeSet::new();
            for (at, first) in run.chars.iter().enumerate() {
                for (word, family) in BY_CHARACTER.get(first).into_iter().flatten() {
                    if run.chars.get(at..).is_some_and(|rest| rest.starts_with(word)) {
                        found.insert(*family);
                    }
                }
            }
            found
        }
        _ => BTreeSet::new(),
    }
}

/// The term that stands for a family; no text has it as a word.
pub(super) fn term(family: Family) -> String {
    format!("~{family}")
}

/// All words of the English lists.
pub(crate) fn known_words() -> impl Iterator<Item = &'static str> {
    lines(ENGLISH).flat_map(|(_, line)| line.split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::super::runs::runs;
    use super::*;

    fn families(text: &str, lang: &str) -> BTreeSet<Family> {
        let stemmers = Stemmers::of(&[lang]);
        runs(text).iter().flat_map(|run| of(run, &stemmers.form(&run.text()), is_english(lang))).collect()
    }

    #[test]
    fn words_that_mean_the_same_share_a_family() {
        for (lang, a, b) in
            [("en", "cancelled", "terminate"), ("en", "parcels", "package"), ("zh", "怎么取消订单", "撤销"), ("zh", "手续费多少", "价格")]
        {
            assert!(!families(a, lang).is_disjoint(&families(b, lang)), "{a} {b}");
        }
        assert!(families("refund", "en").is_disjoint(&families("password", "en")));
        assert!(families("Rechnung", "de").is_empty());
    }
}
