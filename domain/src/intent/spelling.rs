//! Wishes with a typing error: "helo", "agnet pls", "thansk".

use super::{Intent, detect, is_cjk, normalise, phrases};

/// More words than this are a sentence of which not every word is a guess.
const MOST_WORDS: usize = 6;
/// Shorter words, in letters, are too near to too many others.
const SHORTEST: usize = 4;

/// More misspelt words than this are not guessed at.
const MOST_SLIPS: usize = 2;

/// What `text` wants if a letter too many, too few, wrong or swapped in one or two of its words is overlooked. To be asked only where nothing else is
/// known of the text: a word of a shop may be as near to a greeting as a misspelt one.
pub fn detect_misspelt(text: &str) -> Option<Intent> {
    let words = normalise(text);
    if words.split(' ').count() > MOST_WORDS || words.chars().any(is_cjk) {
        return None;
    }
    // Every way to read the words, each with how many of them were mended.
    let mut readings: Vec<(Vec<&str>, usize)> = vec![(Vec::new(), 0)];
    for word in words.split(' ') {
        let near = known_words_near(word);
        let mut longer = Vec::new();
        for (reading, slips) in readings {
            if near.is_empty() {
                longer.push(([reading.as_slice(), &[word]].concat(), slips));
            } else if slips < MOST_SLIPS {
                longer.extend(near.iter().map(|known| ([reading.as_slice(), &[*known]].concat(), slips + 1)));
            }
        }
        readings = longer;
    }
    let mut found = readings.into_iter().filter(|(_, slips)| *slips > 0).filter_map(|(reading, _)| detect(&reading.join(" ")));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The known words that differ from `word` by one slip; none where it is known itself.
fn known_words_near(word: &str) -> Vec<&'static str> {
    if !may_be_misspelt(word) || phrases::WORDS.contains(word) {
        return Vec::new();
    }
    phrases::WORDS.iter().filter(|known| is_one_slip(word, known)).map(String::as_str).collect()
}

/// Whether `word` is `meant` with one slip.
pub(super) fn is_slip_of(word: &str, meant: &str) -> bool {
    may_be_misspelt(word) && may_be_misspelt(meant) && is_one_slip(word, meant)
}

pub(super) fn may_be_misspelt(word: &str) -> bool {
    word.chars().count() >= SHORTEST && word.chars().all(|c| c.is_alphabetic() && !is_cjk(c))
}

/// One letter more, less or other, or two neighbours swapped; the first letter is right, or swapped with the second.
fn is_one_slip(word: &str, known: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a == b {
        return false;
    }
    let front = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let room = a.len().min(b.len()) - front;
    let back = a.iter().rev().zip(b.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    let (left, right) = (a.len() - front - back, b.len() - front - back);
    (front > 0 && left <= 1 && right <= 1) || is_swap(word, known)
}

/// Two neighbouring letters are swapped and nothing else differs.
fn is_swap(word: &str, known: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    let differ: Vec<usize> = (0..a.len()).filter(|at| a.get(*at) != b.get(*at)).collect();
    match differ.as_slice() {
        [one, two] if a.len() == b.len() && one + 1 == *two => a.get(*one) == b.get(*two) && a.get(*two) == b.get(*one),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::Intent::{self, *},
        detect_misspelt,
    };

    #[test]
    fn a_slip_of_the_finger_is_overlooked() {
        let cases: &[(Intent, &[&str])] = &[
            (Greeting, &["helo", "hlelo", "helllo there", "bonjuor", "bnojour", "gutne tag", "buonjour", "good mornign"]),
            (Thanks, &["thansk", "thankss", "thnaks", "mercii", "graicas", "obrigda", "dankee"]),
            (Human, &["agnet pls", "hunan please", "humann", "speak to a pesron", "opertor", "representatve", "mitarbieter"]),
            (Goodbye, &["goodbey", "tschus", "goodby"]),
            (TicketStatus, &["where is my tciket", "status of my tickt", "wo ist mein tikcet"]),
        ];
        for (expected, texts) in cases {
            for text in *texts {
                let found = super::detect(text).or_else(|| detect_misspelt(text));
                assert_eq!(found.as_ref(), Some(expected), "{text}");
            }
        }
    }

    #[test]
    fn words_that_mean_something_else_stay_what_they_are() {
        for text in [
            "refund",
            "shoes",
            "hat",
            "where is my parcel",
            "where is my order",
            "agenda for monday please and thank you very much indeed",
            "hello kitty",
            "humane mouse trap price",
            "what is the size of the tank",
            "退款",
            "",
            "12",
        ] {
            assert_eq!(detect_misspelt(text), None, "{text}");
        }
    }
}
