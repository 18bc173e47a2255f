//! Words, articles and questions that look like a language and are made up: the same for the same seed.

use std::{fs, path::Path};

use anyhow::{Context as _, ensure};

/// Words that hold sentences together, the most frequent ones.
const SMALL_WORDS: [&str; 48] = [
    "the", "a", "to", "of", "and", "in", "is", "for", "you", "your", "with", "on", "it", "can", "that", "be", "this", "or", "if", "are", "we", "my",
    "from", "how", "when", "not", "do", "at", "by", "will", "as", "an", "what", "have", "i", "after", "please", "before", "then", "which", "our",
    "has", "there", "does", "all", "only", "once", "where",
];
/// Made-up words.
const VOCABULARY: usize = 30_000;
const SYLLABLES: [&str; 40] = [
    "ba", "ber", "ca", "con", "da", "del", "der", "di", "en", "fer", "gra", "hel", "in", "ka", "la", "lin", "lo", "ma", "mer", "mi", "mon", "na",
    "ner", "no", "or", "pa", "per", "po", "ra", "ri", "ro", "sal", "ser", "sta", "ta", "ter", "ti", "tor", "ver", "vi",
];
/// How a question begins.
const BEGINNINGS: [&str; 8] = ["How do I", "Where is", "What does", "Can I have", "My", "Please help with", "When will", "Why is"];

/// SplitMix64: the same numbers for the same seed, on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    /// Starts a row of numbers.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit.max(1) as u64) as usize
    }

    fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from + 1)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Words by rank; the n-th is met about 1/n as often as the first.
pub(crate) struct Vocabulary {
    words: Vec<String>,
    /// Sums of 1/rank.
    weights: Vec<f64>,
}

impl Vocabulary {
    /// Makes up the words.
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let mut words: Vec<String> = SMALL_WORDS.iter().map(|word| (*word).to_owned()).collect();
        let mut known: std::collections::HashSet<String> = words.iter().cloned().collect();
        while words.len() < SMALL_WORDS.len() + VOCABULARY {
            let syllables = dice.between(2, 4);
            let word: String = (0..syllables).filter_map(|_| SYLLABLES.get(dice.below(SYLLABLES.len()))).copied().collect();
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let weights = (1..=words.len())
            .map(|rank| {
                sum += 1.0 / rank as f64;
                sum
            })
            .collect();
        Self { words, weights }
    }

    fn word_from(&self, dice: &mut Dice, first: usize) -> &str {
        let floor = first.checked_sub(1).and_then(|rank| self.weights.get(rank)).copied().unwrap_or(0.0);
        let all = self.weights.last().copied().unwrap_or(0.0);
        let point = floor + dice.share() * (all - floor);
        let rank = self.weights.partition_point(|sum| *sum < point);
        self.words.get(rank).map_or("", String::as_str)
    }

    /// Any word.
    fn word(&self, dice: &mut Dice) -> &str {
        self.word_from(dice, 0)
    }

    /// A word with a meaning of its own.
    fn content_word(&self, dice: &mut Dice) -> &str {
        self.word_from(dice, SMALL_WORDS.len())
    }

    fn sentence(&self, dice: &mut Dice, words: usize) -> String {
        let words: Vec<&str> = (0..words).map(|_| self.word(dice)).collect();
        let sentence = words.join(" ");
        let mut letters = sentence.chars();
        letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
    }
}

/// A made-up article.
pub(crate) struct MadeUp {
    /// 4 to 9 words.
    pub(crate) title: String,
    /// Two ways to ask for it.
    pub(crate) phrasings: [String; 2],
    /// 40 to 160 words.
    pub(crate) body: String,
    /// The title's words with a meaning.
    content: Vec<String>,
}

impl MadeUp {
    /// Makes one up.
    pub(crate) fn new(vocabulary: &Vocabulary, dice: &mut Dice) -> Self {
        let content: Vec<String> = (0..dice.between(3, 5)).map(|_| vocabulary.content_word(dice).to_owned()).collect();
        let title = format!("{} {}?", beginning(dice), content.join(" "));
        let words = dice.between(40, 160);
        let mut body = vocabulary.sentence(dice, 14);
        let mut written = 14;
        while written < words {
            let sentence = dice.between(6, 16);
            body.push(if dice.below(5) == 0 { '\n' } else { ' ' });
            body.push_str(&vocabulary.sentence(dice, sentence));
            written += sentence;
        }
        let mut article = Self { title, phrasings: [String::new(), String::new()], body, content };
        article.phrasings = [article.question(dice), article.question(dice)];
        article
    }

    /// A person's words for what the article is about: some of its title's words, in any order, sometimes mistyped.
    pub(crate) fn question(&self, dice: &mut Dice) -> String {
        let mut words = self.content.clone();
        for place in (1..words.len()).rev() {
            words.swap(place, dice.below(place + 1));
        }
        words.truncate(dice.between(2, words.len().max(2)));
        if dice.below(5) == 0
            && let Some(word) = words.first_mut()
        {
            *word = mistyped(word, dice);
        }
        format!("{} {}", beginning(dice), words.join(" "))
    }
}

fn beginning(dice: &mut Dice) -> &'static str {
    BEGINNINGS.get(dice.below(BEGINNINGS.len())).copied().unwrap_or("How")
}

/// Two neighbouring letters change places.
fn mistyped(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() >= 2 {
        let place = dice.below(letters.len() - 1);
        letters.swap(place, place + 1);
    }
    letters.into_iter().collect()
}

/// The lines of a file, or some that are made up.
pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Vec<String>> {
    let Some(file) = file else {
        let mut dice = Dice::new(7);
        let vocabulary = Vocabulary::new(&mut dice);
        return Ok((0..1000).map(|_| MadeUp::new(&vocabulary, &mut dice).question(&mut dice)).collect());
    };
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let questions: Vec<String> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    ensure!(!questions.is_empty(), "{} holds no question", file.display());
    Ok(questions)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn few_words_are_met_often_and_many_seldom() {
        let mut dice = Dice::new(1);
        let vocabulary = Vocabulary::new(&mut dice);
        let mut count = std::collections::HashMap::new();
        for _ in 0..100_000 {
            *count.entry(vocabulary.word(&mut dice)).or_insert(0_u32) += 1;
        }
        let (the, to) = (count["the"], count["to"]);
        assert!((2.5..3.6).contains(&(f64::from(the) / f64::from(to))), "third in rank, a third as often: {the}, {to}");
        assert!(count.len() > 8000, "{} different words", count.len());
    }

    #[test]
    fn content_words_are_no_small_words() {
        let mut dice = Dice::new(2);
        let vocabulary = Vocabulary::new(&mut dice);
        assert!((0..1000).all(|_| !SMALL_WORDS.contains(&vocabulary.content_word(&mut dice))));
    }

    #[test]
    fn questions_use_the_words_of_their_article() {
        let mut dice = Dice::new(3);
        let vocabulary = Vocabulary::new(&mut dice);
        for _ in 0..100 {
            let article = MadeUp::new(&vocabulary, &mut dice);
            let question = article.question(&mut dice);
            let shared = article.content.iter().filter(|word| question.contains(word.as_str())).count();
            assert!(shared >= 1, "{} / {question}", article.title);
            assert!((30..=200).contains(&article.body.split_whitespace().count()));
        }
    }
}
