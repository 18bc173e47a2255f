//! The phrases that are understood, and how a message is covered by them.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{Command, Intent, is_cjk, normalise};

const LIST: &str = include_str!("../../locales/phrases.txt");

/// What a phrase adds to the meaning of the message that it stands in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    /// Means something only in front of a wish for a person.
    Beginning,
    Filler,
    Greeting,
    Thanks,
    Yes,
    No,
    NotHelped,
    Goodbye,
    Cancel,
    TicketStatus,
    Human,
}

impl Meaning {
    fn intent(self) -> Option<Intent> {
        Some(match self {
            Self::Beginning | Self::Filler => return None,
            Self::Greeting => Intent::Greeting,
            Self::Thanks => Intent::Thanks,
            Self::Yes => Intent::Yes,
            Self::No => Intent::No,
            Self::NotHelped => Intent::NotHelped,
            Self::Goodbye => Intent::Goodbye,
            Self::Cancel => Intent::Cancel,
            Self::TicketStatus => Intent::TicketStatus,
            Self::Human => Intent::Human,
        })
    }
}

/// Phrases by their first letter.
static PHRASES: LazyLock<HashMap<char, Vec<(String, Meaning)>>> = LazyLock::new(|| {
    let mut phrases: HashMap<char, Vec<(String, Meaning)>> = HashMap::new();
    let mut add = |phrase: &str, meaning: Meaning| {
        // Who writes "c'est" may write "cest" or "c est".
        let apart = phrase.contains('\'').then(|| normalise(&phrase.replace('\'', " ")));
        for phrase in std::iter::once(normalise(phrase)).chain(apart) {
            if let Some(first) = phrase.chars().next() {
                phrases.entry(first).or_default().push((phrase, meaning));
            }
        }
    };
    for (name, meaning) in [
        ("filler", Meaning::Filler),
        ("greeting", Meaning::Greeting),
        ("thanks", Meaning::Thanks),
        ("yes", Meaning::Yes),
        ("no", Meaning::No),
        ("not helped", Meaning::NotHelped),
        ("goodbye", Meaning::Goodbye),
        ("cancel", Meaning::Cancel),
        ("ticket status", Meaning::TicketStatus),
        ("ticket status zh: end", Meaning::TicketStatus),
        ("human", Meaning::Human),
        ("human de: end", Meaning::Human),
    ] {
        for phrase in section(name) {
            add(phrase, meaning);
        }
    }
    for language in ["", " de", " fr", " es", " pt", " zh"] {
        for phrase in section(&format!("human{language}: beginning")) {
            add(phrase, Meaning::Beginning);
        }
    }
    for (first, second, gap, meaning) in COMBINED {
        for beginning in section(first) {
            for end in section(second) {
                add(&format!("{beginning}{gap}{end}"), meaning);
            }
        }
    }
    phrases
});

/// Every word that a phrase has, and that is long enough to be misspelt and still known.
pub(super) static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let phrases = PHRASES.values().flatten().filter(|(_, meaning)| *meaning != Meaning::Filler);
    phrases.flat_map(|(phrase, _)| phrase.split(' ')).filter(|word| super::spelling::may_be_misspelt(word)).map(str::to_owned).collect()
});

/// Sections of which each phrase of the first followed by each of the second means this, with what stands between them.
const COMBINED: [(&str, &str, &str, Meaning); 15] = [
    ("human: beginning", "human: end", " ", Meaning::Human),
    ("human: verb", "human: end", " ", Meaning::Human),
    ("human de: end", "human de: verb", " ", Meaning::Human),
    ("human fr: verb", "human fr: end", " ", Meaning::Human),
    ("human es: verb", "human es: end", " ", Meaning::Human),
    ("human pt: verb", "human pt: end", " ", Meaning::Human),
    ("human zh: verb", "human zh: end", "", Meaning::Human),
    ("human ja: end", "human ja: verb", "", Meaning::Human),
    ("human ja: whom", "human ja: transfer", "", Meaning::Human),
    ("ticket status: beginning", "ticket status: end", " ", Meaning::TicketStatus),
    ("ticket status de: beginning", "ticket status de: end", " ", Meaning::TicketStatus),
    ("ticket status fr: beginning", "ticket status fr: end", " ", Meaning::TicketStatus),
    ("ticket status es: beginning", "ticket status es: end", " ", Meaning::TicketStatus),
    ("ticket status pt: beginning", "ticket status pt: end", " ", Meaning::TicketStatus),
    ("ticket status zh: beginning", "ticket status zh: end", "", Meaning::TicketStatus),
];

/// The phrases of one section of our list.
fn section(name: &str) -> impl Iterator<Item = &'static str> + use<> {
    section_of(LIST, name)
}

/// The phrases of one section of `list`: between commas, on the lines below its heading.
pub(crate) fn section_of(list: &'static str, name: &str) -> impl Iterator<Item = &'static str> + use<> {
    let heading = format!("[{name}]");
    list.lines()
        .map(str::trim)
        .skip_while(move |line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
}

/// Words that mean this only when they stand alone.
const ALONE: &[(&str, Intent)] = &[
    ("客服", Intent::Human),
    ("support", Intent::Human),
    ("服务", Intent::Human),
    ("サポート", Intent::Human),
    ("help", Intent::Command(Command::Help)),
    ("help me", Intent::Command(Command::Help)),
    ("帮助", Intent::Command(Command::Help)),
    ("幫助", Intent::Command(Command::Help)),
    ("hilfe", Intent::Command(Command::Help)),
    ("aide", Intent::Command(Command::Help)),
    ("aidez moi", Intent::Command(Command::Help)),
    ("hilf mir", Intent::Command(Command::Help)),
    ("ayuda", Intent::Command(Command::Help)),
    ("ayudame", Intent::Command(Command::Help)),
    ("ajuda", Intent::Command(Command::Help)),
    ("ヘルプ", Intent::Command(Command::Help)),
];

/// The strongest meaning in `words`, if known phrases cover them from end to end.
pub(super) fn cover(words: &str) -> Option<Intent> {
    if let Some((_, intent)) = ALONE.iter().find(|(alone, _)| *alone == words) {
        return Some(intent.clone());
    }
    // For each place, the best reading of the words before it, if there is one.
    let mut reached: HashMap<usize, Reading> = HashMap::from([(0, Reading::default())]);
    for (at, first) in words.char_indices() {
        let (Some(reading), Some(rest)) = (reached.get(&at).copied(), words.get(at..)) else { continue };
        for (phrase, meaning) in PHRASES.get(&first).into_iter().flatten() {
            let Some(after) = rest.strip_prefix(phrase.as_str()) else { continue };
            let Some(gap) = gap_to_next_word(phrase, after) else { continue };
            let longer = reading.with(*meaning);
            let known = reached.entry(at + phrase.len() + gap).or_insert(longer);
            if longer.is_better_than(*known) {
                *known = longer;
            }
        }
    }
    reached.get(&words.len()).and_then(|reading| reading.intent())
}

/// One way to put the words so far together from phrases.
#[derive(Clone, Copy, Default)]
struct Reading {
    phrases: usize,
    strongest: Option<Meaning>,
    begins_wish: bool,
    refuses: bool,
}

impl Reading {
    fn with(self, meaning: Meaning) -> Self {
        Self {
            phrases: self.phrases + 1,
            strongest: self.strongest.max(Some(meaning)),
            begins_wish: self.begins_wish || meaning == Meaning::Beginning,
            refuses: self.refuses || meaning == Meaning::No,
        }
    }

    /// Long phrases are read before short ones: "good morning" is not "good" and "morning".
    fn is_better_than(self, other: Self) -> bool {
        (other.phrases, self.strongest) > (self.phrases, other.strongest)
    }

    fn intent(self) -> Option<Intent> {
        let strongest = self.strongest?;
        let wants_person = strongest == Meaning::Human;
        // "No human please" does not want one, and "can I cancel" is a question.
        let contradicts = self.refuses && (wants_person || strongest == Meaning::TicketStatus);
        let hangs = self.begins_wish && !wants_person;
        if contradicts || hangs { None } else { strongest.intent() }
    }
}

/// Bytes between the end of `phrase` and the next word, or nothing if the phrase ends inside a word.
fn gap_to_next_word(phrase: &str, after: &str) -> Option<usize> {
    match after.chars().next() {
        None => Some(0),
        Some(' ') => Some(1),
        Some(next) => (is_cjk(next) || phrase.chars().next_back().is_some_and(is_cjk)).then_some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::{COMBINED, section};

    #[test]
    fn every_section_of_the_list_is_found() {
        let combined = COMBINED.iter().flat_map(|(first, second, ..)| [*first, *second]);
        let beginnings = ["human: beginning", "human de: beginning", "human fr: beginning", "human es: beginning", "human pt: beginning"];
        let simple =
            ["filler", "greeting", "thanks", "yes", "no", "not helped", "goodbye", "cancel", "ticket status", "human", "human zh: beginning"];
        for name in simple.into_iter().chain(beginnings).chain(combined) {
            assert!(section(name).count() >= 2, "{name}");
            assert!(section(name).all(|phrase| !phrase.contains(['[', ']', '#'])), "{name}");
        }
    }
}
