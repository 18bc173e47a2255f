//! What changed between two texts, line by line.

use crate::weight;

/// Bytes that a line adds besides its words.
const LINE: usize = 60;

/// Lines that are compared; what is longer is shown as gone and come.
const MOST_LINES: usize = 600;

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Change {
    /// `same`, `gone` or `come`.
    pub(in crate::console) kind: &'static str,
    pub(in crate::console) text: String,
}

/// The lines of both, those that are in one alone marked.
pub(in crate::console) fn difference(before: &str, after: &str) -> Vec<Change> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let change = |kind, text: &str| Change { kind, text: text.to_owned() };
    if old.len() > MOST_LINES || new.len() > MOST_LINES {
        return old.iter().map(|line| change("gone", line)).chain(new.iter().map(|line| change("come", line))).collect();
    }
    // The longest row of lines that both have, by the lengths of those of all their ends.
    let width = new.len() + 1;
    let mut lengths = vec![0_u16; (old.len() + 1) * width];
    let at = |lengths: &[u16], row: usize, column: usize| lengths.get(row * width + column).copied().unwrap_or(0);
    for (row, mine) in old.iter().enumerate().rev() {
        for (column, theirs) in new.iter().enumerate().rev() {
            let longest =
                if mine == theirs { at(&lengths, row + 1, column + 1) + 1 } else { at(&lengths, row + 1, column).max(at(&lengths, row, column + 1)) };
            if let Some(place) = lengths.get_mut(row * width + column) {
                *place = longest;
            }
        }
    }
    let (mut row, mut column, mut changes) = (0, 0, Vec::new());
    loop {
        match (old.get(row), new.get(column)) {
            (Some(mine), Some(theirs)) if mine == theirs => {
                changes.push(change("same", mine));
                (row, column) = (row + 1, column + 1);
            }
            (Some(mine), other) if other.is_none() || at(&lengths, row + 1, column) >= at(&lengths, row, column + 1) => {
                changes.push(change("gone", mine));
                row += 1;
            }
            (_, Some(theirs)) => {
                changes.push(change("come", theirs));
                column += 1;
            }
            (_, None) => return changes,
        }
    }
}

/// Leaves the lines from a place on that one page has room for; where it goes on, if it does. Of a line that is too long its beginning stays.
pub(in crate::console) fn shorten(changes: &mut Vec<Change>, from: usize) -> Option<usize> {
    changes.drain(..from.min(changes.len()));
    for change in changes.iter_mut() {
        if let Some(beginning) = weight::beginning(&change.text) {
            change.text = format!("{beginning}…");
        }
    }
    let fit = weight::first_that_fit(changes, |change| LINE + change.text.len());
    let more = (fit < changes.len()).then_some(from + fit);
    changes.truncate(fit);
    more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_went_and_came_are_marked() {
        let kinds = |before: &str, after: &str| {
            difference(before, after).into_iter().map(|change| format!("{} {}", change.kind, change.text)).collect::<Vec<_>>()
        };
        assert_eq!(kinds("a\nb\nc", "a\nx\nc"), ["same a", "gone b", "come x", "same c"]);
        assert_eq!(kinds("", "a"), ["come a"]);
        assert_eq!(kinds("a", ""), ["gone a"]);
        assert_eq!(kinds("a\nb", "b\na"), ["gone a", "same b", "come a"]);
        assert_eq!(kinds("", ""), Vec::<String>::new());
    }

    #[test]
    fn a_page_shows_as_much_as_fits_and_says_where_it_goes_on() {
        let all = difference("", &(0..5_000).map(|number| format!("line {number}\n")).collect::<String>());
        let (mut from, mut seen) = (Some(0), Vec::new());
        while let Some(place) = from {
            let mut page = all.clone();
            from = shorten(&mut page, place);
            assert!(!page.is_empty());
            seen.extend(page);
        }
        assert_eq!(seen, all);
        assert_eq!(shorten(&mut all.clone(), usize::MAX), None);
        let mut long = difference("", &"x".repeat(100_000));
        assert_eq!(shorten(&mut long, 0), None);
        assert!(long.iter().all(|change| change.text.ends_with('…') && change.text.len() < 10_000));
    }
}
