//! What changed between two texts, line by line.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::weight;

/// Bytes that a line adds besides its words.
const LINE: usize = 60;

/// How long is spent on the shortest difference; after it one is taken that is right and may be longer.
const PATIENCE: Duration = Duration::from_millis(200);

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
    let kind = |tag| match tag {
        ChangeTag::Equal => "same",
        ChangeTag::Delete => "gone",
        ChangeTag::Insert => "come",
    };
    let found = TextDiff::configure().timeout(PATIENCE).diff_slices(&old, &new);
    found.iter_all_changes().map(|change| Change { kind: kind(change.tag()), text: change.value().to_owned() }).collect()
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
        // One of two lines that changed places is told as gone and come; which, both are as short.
        let swapped = difference("a\nb", "b\na");
        let left = |without: &str| swapped.iter().filter(|change| change.kind != without).map(|change| change.text.as_str()).collect::<String>();
        assert_eq!((swapped.len(), left("come"), left("gone")), (3, "ab".to_owned(), "ba".to_owned()));
        assert_eq!(kinds("", ""), Vec::<String>::new());
        let long = "a line\n\n".repeat(20_000);
        let changed: Vec<String> = kinds(&long, &format!("first\n{long}last")).into_iter().filter(|line| !line.starts_with("same")).collect();
        assert_eq!(changed, ["come first", "come last"]);
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
