//! Where blocks and items of light Markdown stand, for adapters that write it as lines of their own.

/// Goes through the blocks of a source.
#[derive(Default)]
pub struct Blocks<'a> {
    source: &'a str,
    /// The next number of each open list, the innermost last; none for dashes.
    lists: Vec<Option<u64>>,
    /// Something that begins a line was just written, so the next block stands beside it.
    beside: bool,
}

impl<'a> Blocks<'a> {
    /// Of this source, from its beginning.
    pub fn of(source: &'a str) -> Self {
        Self { source, ..Self::default() }
    }

    /// How many lines end before a block that begins at this byte of the source: it stands on a line of its own, with an empty one before it where the source has one.
    /// `is_first` where nothing was written yet.
    pub fn ends_before(&mut self, at: usize, is_first: bool) -> usize {
        if std::mem::take(&mut self.beside) || is_first {
            return 0;
        }
        let before = self.source.get(..at).unwrap_or_default();
        let gap = before.trim_end_matches(|character: char| character.is_whitespace() || character == '>').len();
        let lines = before.get(gap..).unwrap_or_default().matches('\n').count();
        if lines > 1 { 2 } else { 1 }
    }

    /// A list begins; `first` is its first number.
    pub fn list(&mut self, first: Option<u64>) {
        self.lists.push(first);
    }

    /// The innermost list ends.
    pub fn end_list(&mut self) {
        self.lists.pop();
    }

    /// Whether a list is open.
    pub fn is_in_list(&self) -> bool {
        !self.lists.is_empty()
    }

    /// What an item begins with: as far in as its list is, and its number or this mark.
    pub fn item(&mut self, mark: &str) -> String {
        let indent = "  ".repeat(self.lists.len().saturating_sub(1));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let item = format!("{indent}{number}. ");
                *number += 1;
                item
            }
            _ => format!("{indent}{mark} "),
        }
    }

    /// What was written begins a line: the next block stands beside it.
    pub fn begins_line(&mut self) {
        self.beside = true;
    }

    /// Something else was written.
    pub fn goes_on(&mut self) {
        self.beside = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_keep_the_empty_lines_of_their_source() {
        let source = "one\ntwo\n\nthree\n> \n> four";
        let ends = |part: &str, is_first: bool| Blocks::of(source).ends_before(source.find(part).unwrap_or_default(), is_first);
        assert_eq!([("one", true), ("two", false), ("three", false), ("four", false)].map(|(part, first)| ends(part, first)), [0, 1, 2, 2]);
        let mut blocks = Blocks::of(source);
        blocks.begins_line();
        assert_eq!((blocks.ends_before(4, false), blocks.ends_before(4, false)), (0, 1), "beside, once");
        blocks.begins_line();
        blocks.goes_on();
        assert_eq!(blocks.ends_before(4, false), 1);
    }

    #[test]
    fn items_are_numbered_and_indented() {
        let mut blocks = Blocks::default();
        blocks.list(Some(3));
        assert_eq!([blocks.item("-"), blocks.item("-")], ["3. ", "4. "]);
        blocks.list(None);
        assert_eq!(blocks.item("•"), "  • ");
        blocks.end_list();
        assert_eq!(blocks.item("-"), "5. ");
    }
}
