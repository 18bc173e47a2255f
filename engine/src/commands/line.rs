//! Reading a line: its name and what stands behind it.

use super::{Command, Kind};

/// Characters that a line is read to; a message has no more.
const LONGEST: usize = 20_000;

/// A line, cut into the command's name and the rest.
pub(super) struct Line {
    /// The name in lower case, without the slash and without the bot's name (`/take@bellhop_bot`).
    pub(super) name: String,
    /// What stands behind it.
    pub(super) rest: String,
}

impl Line {
    /// A leading `//` is a note.
    pub(super) fn read(line: &str) -> Self {
        let line: String = line.trim().chars().filter(|c| *c != '\0').take(LONGEST).collect();
        if let Some(note) = line.strip_prefix("//") {
            return Self { name: "note".to_owned(), rest: note.trim().to_owned() };
        }
        let line = line.strip_prefix(['/', '／']).unwrap_or(&line);
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let name = name.split('@').next().unwrap_or(name);
        Self { name: name.to_lowercase(), rest: rest.trim().to_owned() }
    }

    /// What was given for each argument of `command`; nothing when there is more than it takes.
    pub(super) fn arguments(&self, command: &Command) -> Option<Vec<Option<String>>> {
        let mut rest = self.rest.as_str();
        let mut given = Vec::with_capacity(command.arguments.len());
        let last = command.arguments.len().checked_sub(1);
        for (index, argument) in command.arguments.iter().enumerate() {
            let (word, after) = match argument.kind {
                _ if Some(index) != last => first(rest),
                Kind::Text => (rest.trim(), ""),
                _ => (whole(rest), ""),
            };
            given.push((!word.is_empty()).then(|| word.to_owned()));
            rest = after;
        }
        rest.is_empty().then_some(given)
    }
}

const QUOTES: [(char, char); 3] = [('"', '"'), ('“', '”'), ('「', '」')];

/// The first word, or what stands in quotation marks, and what follows.
fn first(text: &str) -> (&str, &str) {
    for (open, close) in QUOTES {
        if let Some((inside, after)) = text.strip_prefix(open).and_then(|inside| inside.split_once(close)) {
            return (inside.trim(), after.trim_start());
        }
    }
    let (word, after) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, after.trim_start())
}

/// All of it, without quotation marks around it.
fn whole(text: &str) -> &str {
    let text = text.trim();
    let unquoted = QUOTES.iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inside.contains([*open, *close])).then_some(inside.trim())
    });
    unquoted.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::commands::{Argument, Within};

    const TRANSFER: Command = Command {
        name: "transfer",
        arguments: &[Argument::required("department", Kind::Department), Argument::optional("note", Kind::Text)],
        needs: None,
        within: Within::Anywhere,
        run: |call| Box::pin(async move { call.answer("answer-see-help", &[]) }),
    };
    const TAKE: Command = Command { name: "take", arguments: &[], ..TRANSFER };

    fn given(line: &str) -> (Option<String>, Option<String>) {
        let mut given = Line::read(line).arguments(&TRANSFER).unwrap().into_iter();
        (given.next().unwrap(), given.next().unwrap())
    }

    #[test]
    fn a_line_is_cut_into_name_and_arguments() {
        for (line, department, note) in [
            ("/transfer", "", ""),
            ("/transfer support", "support", ""),
            ("/Transfer@bellhop_bot  support   please look\ninto this ", "support", "please look\ninto this"),
            ("/transfer \"After sales\" \"now\"", "After sales", "\"now\""),
            ("/transfer “售后 部” \"a\" and \"b\"", "售后 部", "\"a\" and \"b\""),
            ("／transfer \"open", "\"open", ""),
        ] {
            let (first, second) = given(line);
            assert_eq!((first.as_deref().unwrap_or(""), second.as_deref().unwrap_or("")), (department, note), "{line}");
        }
        assert_eq!(Line::read("// not for ann").name, "note");
        assert_eq!(Line::read("// not for ann").rest, "not for ann");
    }

    #[test]
    fn who_gives_more_than_there_is_place_for_is_not_understood() {
        assert!(Line::read("/take it").arguments(&TAKE).is_none());
        assert!(Line::read("/take ").arguments(&TAKE).unwrap().is_empty());
    }
}
