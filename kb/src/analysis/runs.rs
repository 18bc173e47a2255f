//! Normalised text cut into runs of one script.

use std::sync::LazyLock;

use hanconv::RawDictionary;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::WORD_CHARS;

/// How the words of a run are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// A word of an alphabet, or a number.
    Word,
    /// Chinese characters.
    Han,
    /// Japanese syllables.
    Kana,
    /// Korean syllables.
    Hangul,
    /// Thai, Lao, Khmer, Burmese: letters without spaces between words.
    Unspaced,
}

/// A stretch of text of one script, already normalised.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) script: Script,
    pub(super) chars: Vec<char>,
}

impl Run {
    pub(super) fn text(&self) -> String {
        self.chars.iter().collect()
    }
}

/// Cuts `text` into runs; everything that is neither letter nor digit separates.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    let mut previous = ' ';
    for c in mainland(text.nfkc().flat_map(char::to_lowercase).collect()).chars() {
        let c = if c == '\u{2019}' { '\'' } else { c };
        let script = match script_of(c) {
            // An apostrophe stays inside a word: the stemmers know what to do with it.
            None if c == '\'' && open && previous.is_alphabetic() => Some(Script::Word),
            None if is_combining_mark(c) && open => runs.last().map(|run| run.script),
            other => other,
        };
        previous = c;
        let Some(script) = script else {
            open = false;
            continue;
        };
        match runs.last_mut() {
            Some(run) if open && run.script == script => {
                if script != Script::Word || run.chars.len() < WORD_CHARS {
                    run.chars.push(c);
                }
            }
            _ => runs.push(Run { script, chars: vec![c] }),
        }
        open = true;
    }
    for run in &mut runs {
        tidy_apostrophes(run);
    }
    runs.retain(|run| !run.chars.is_empty());
    runs
}

/// Takes an elided article off (`l'article` is `article`) and apostrophes that end a word.
fn tidy_apostrophes(run: &mut Run) {
    while run.chars.last() == Some(&'\'') {
        run.chars.pop();
    }
    let elided = run.chars.iter().position(|c| *c == '\'').filter(|at| *at <= 2 && run.chars.len() > at + 3);
    if let Some(at) = elided {
        run.chars.drain(..=at);
    }
}

fn script_of(c: char) -> Option<Script> {
    match c {
        'a'..='z' | '0'..='9' => Some(Script::Word),
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '々' => Some(Script::Han),
        '\u{30fb}' => None,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => Some(Script::Kana),
        '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' => Some(Script::Hangul),
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => {
            (c.is_alphanumeric() || is_combining_mark(c)).then_some(Script::Unspaced)
        }
        _ if c.is_alphanumeric() => Some(Script::Word),
        _ => None,
    }
}

/// Traditional characters and the simplified ones they are read as, sorted by the former.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    const TABLE: &str = RawDictionary::TSCharacters.text();
    let mut pairs: Vec<(char, char)> = TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split_whitespace();
            Some((only_char(columns.next()?)?, only_char(columns.next()?)?))
        })
        .filter(|(from, to)| from != to)
        .collect();
    pairs.sort_unstable();
    pairs.dedup_by_key(|pair| pair.0);
    pairs
});

fn only_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// Chinese text in simplified characters, with the words that are usual where those are written. Japanese is folded
/// character by character only: its words are its own.
fn mainland(text: String) -> String {
    if !text.chars().any(|c| simplified(c) != c) {
        return text;
    }
    let japanese = text.chars().any(|c| script_of(c) == Some(Script::Kana));
    let text = if japanese { text } else { hanconv::tw2sp(&text) };
    text.chars().map(simplified).collect()
}

fn simplified(c: char) -> char {
    if c < '\u{3400}' {
        return c;
    }
    match SIMPLIFIED.binary_search_by_key(&c, |pair| pair.0) {
        Ok(at) => SIMPLIFIED.get(at).map_or(c, |pair| pair.1),
        Err(_) => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        runs(text).iter().map(Run::text).collect()
    }

    #[test]
    fn text_is_normalised_and_cut_by_script() {
        for (text, expected) in [
            ("Reset the FILTER!", vec!["reset", "the", "filter"]),
            ("ＡＢＣ１２３", vec!["abc123"]),
            ("退貨怎麼辦", vec!["退货怎么办"]),
            ("我的iPhone壞了", vec!["我的", "iphone", "坏了"]),
            ("ﾌｨﾙﾀｰの掃除", vec!["フィルターの", "扫除"]),
            ("what's up, don't", vec!["what's", "up", "don't"]),
            ("l’article d'abonnement 'quoted'", vec!["article", "abonnement", "quoted"]),
            ("🙂 👍🏽 !!!", vec![]),
            ("", vec![]),
            ("user@example.org", vec!["user", "example", "org"]),
            ("title:* OR -x", vec!["title", "or", "x"]),
            ("हिन्दी में", vec!["हिन्दी", "में"]),
        ] {
            assert_eq!(cut(text), expected, "{text}");
        }
    }

    #[test]
    fn a_huge_word_is_cut() {
        let word = "a".repeat(1_000_000);
        assert_eq!(cut(&word), vec!["a".repeat(WORD_CHARS)]);
    }
}
