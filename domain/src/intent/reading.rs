//! What a longer message says besides its politeness: "Hello, my order is broken. Thanks!" asks about an order.

use super::{Intent, detect, is_cjk};

/// Parts of a message that are looked at; what comes behind belongs to the last one.
const MOST_CLAUSES: usize = 40;
/// From this many words on, a sentence that wants a person means it; fewer may be how somebody is addressed ("Support: …").
const WORDS_OF_A_WISH: usize = 3;

/// A message, understood.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading<'a> {
    /// What it wants, if that is no question.
    pub intent: Option<Intent>,
    /// The message without greeting, thanks and goodbye around what it is about.
    pub question: &'a str,
    /// It begins by saying that what was offered did not help, and goes on.
    pub refuses: bool,
}

/// Reads `text`, which may be several messages, a line each.
pub fn read(text: &str) -> Reading<'_> {
    let whole = text.trim();
    // Marks behind the question say that it is one.
    let marks = |to: usize| whole.get(to..).map_or(0, |rest| rest.find(|c| !matches!(c, '?' | '？' | '!' | '！')).unwrap_or(rest.len()));
    if let Some(intent) = detect(whole) {
        return Reading { intent: Some(intent), question: whole, refuses: false };
    }
    let clauses = clauses(whole);
    let says = |at: usize| clauses.get(at).and_then(|clause| clause.intent.as_ref());
    let is_polite = |at: usize| matches!(says(at), Some(Intent::Greeting | Intent::Thanks | Intent::Goodbye));
    if let Some(person) = wish_for_a_person(&clauses) {
        return Reading { intent: Some(person), question: whole, refuses: false };
    }
    let mut first = 0;
    let mut last = clauses.len();
    while first + 1 < last && is_polite(first) {
        first += 1;
    }
    let refuses = (first..last).take(2).any(|at| says(at) == Some(&Intent::NotHelped));
    while first + 1 < last && is_polite(last - 1) {
        last -= 1;
    }
    let kept = clauses.get(first..last).unwrap_or_default();
    if let [only] = kept {
        let intent = only.intent.clone();
        return Reading { intent, question: whole.get(only.from..only.to + marks(only.to)).unwrap_or(whole), refuses: false };
    }
    let range = kept.first().zip(kept.last()).and_then(|(first, last)| whole.get(first.from..last.to + marks(last.to)));
    Reading { intent: None, question: range.unwrap_or(whole), refuses }
}

/// A sentence or line of its own that wants a person, whatever else is said.
fn wish_for_a_person(clauses: &[Clause]) -> Option<Intent> {
    let is_line = |clause: &Clause| clause.begun_by == Mark::Line && clause.ended_by == Mark::Line;
    let is_sentence = |clause: &Clause| clause.begun_by != Mark::Comma && clause.ended_by != Mark::Comma && clause.words >= WORDS_OF_A_WISH;
    let wants = |clause: &&Clause| clause.intent == Some(Intent::Human) && (is_line(clause) || is_sentence(clause));
    clauses.iter().find(wants).and_then(|clause| clause.intent.clone())
}

/// A part of a message between marks, without them.
struct Clause {
    from: usize,
    to: usize,
    intent: Option<Intent>,
    words: usize,
    begun_by: Mark,
    ended_by: Mark,
}

/// What parts a message; the stronger mark is greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Comma,
    Stop,
    Line,
}

fn mark(c: char, next: Option<char>) -> Option<Mark> {
    match c {
        '\n' => Some(Mark::Line),
        '。' | '！' | '？' | '…' | '；' => Some(Mark::Stop),
        '，' | '、' | '：' => Some(Mark::Comma),
        // "3.5", "a.b@c.de" and "1,000" are one word.
        '.' | '!' | '?' | ';' if next.is_none_or(|next| next.is_whitespace() || is_cjk(next) || matches!(next, '.' | '!' | '?')) => Some(Mark::Stop),
        ',' | ':' if next.is_none_or(|next| next.is_whitespace() || is_cjk(next)) => Some(Mark::Comma),
        '-' | '–' | '—' if next == Some(' ') => Some(Mark::Comma),
        _ => None,
    }
}

fn clauses(text: &str) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let (mut from, mut begun_by) = (0, Mark::Line);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let Some(found) = mark(c, next) else { continue };
        if clauses.len() + 1 >= MOST_CLAUSES {
            break;
        }
        let clause = clause(text, from, at, begun_by, found);
        // Of several marks in a row the strongest counts.
        begun_by = if clause.is_some() { found } else { begun_by.max(found) };
        if let (None, Some(last)) = (&clause, clauses.last_mut()) {
            last.ended_by = last.ended_by.max(found);
        }
        clauses.extend(clause);
        from = at + c.len_utf8();
    }
    let rest = clause(text, from, text.len(), begun_by, Mark::Line);
    if let (None, Some(last)) = (&rest, clauses.last_mut()) {
        last.ended_by = Mark::Line;
    }
    clauses.extend(rest);
    clauses
}

/// What stands between two marks, if there is anything.
fn clause(text: &str, from: usize, to: usize, begun_by: Mark, ended_by: Mark) -> Option<Clause> {
    let part = text.get(from..to)?;
    let trimmed = part.trim();
    let intent = detect(trimmed);
    if intent.is_none() && !trimmed.chars().any(char::is_alphanumeric) {
        return None;
    }
    let from = from + (part.len() - part.trim_start().len());
    // Scripts without spaces say in two letters what takes others three words.
    let words = if trimmed.chars().any(is_cjk) { WORDS_OF_A_WISH } else { trimmed.split_whitespace().count() };
    Some(Clause { from, to: from + trimmed.len(), intent, words, begun_by, ended_by })
}

#[cfg(test)]
mod tests;
