//! How much of a conversation goes onto one page, so that no page is heavy whatever people write.

use bellhop_domain::message::Message;
use chrono::{DateTime, Utc};

/// Bytes of words that one page takes from conversations. What is random does not compress, and with its
/// markup, style and script this much of it stays below the 150 KiB that a page may have on the wire.
const MOST: usize = 64 * 1024;
/// Bytes of Markdown in one part of an article's page.
pub(crate) const LONGEST_PART: usize = MOST;
/// Bytes of a field that stand in a form of several; a longer text is asked for by itself.
pub(crate) const LONGEST_FIELD: usize = 12 * 1024;
/// Characters of one message that stand on a page; the rest is at an address of its own.
const LONGEST: usize = 6_000;
/// Bytes that a message adds besides its words: a time, ids and marks.
const MESSAGE: usize = 150;
/// Bytes that a file adds besides its name: its signed address, twice for a picture.
const FILE: usize = 300;

/// How many of these fit, counted from the last one: one at least.
pub(crate) fn newest_that_fit<T>(items: &[T], bytes: impl Fn(&T) -> usize) -> usize {
    that_fit(items.iter().rev(), bytes).min(items.len())
}

/// The same, counted from the first one.
pub(crate) fn first_that_fit<T>(items: &[T], bytes: impl Fn(&T) -> usize) -> usize {
    that_fit(items.iter(), bytes).min(items.len())
}

fn that_fit<'a, T: 'a>(items: impl Iterator<Item = &'a T>, bytes: impl Fn(&T) -> usize) -> usize {
    let mut left = MOST;
    let fit = items.take_while(|item| match left.checked_sub(bytes(item)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    });
    fit.count().max(1)
}

/// Where a page begins that shows the newest of `items` in the order of their time: at most `most`, as many as fit. What is of one moment stays
/// together, so that nothing is left out between two pages.
pub(crate) fn page_begins<T>(items: &[T], most: usize, bytes: impl Fn(&T) -> usize, at: impl Fn(&T) -> DateTime<Utc>) -> usize {
    let mut from = items.len() - newest_that_fit(items, bytes).min(most);
    while from > 0 && items.get(from - 1).map(&at) == items.get(from).map(&at) {
        from -= 1;
    }
    from
}

/// Bytes that a message adds to a page.
pub(crate) fn of_message(message: &Message) -> usize {
    let extras = &message.extras;
    let files: usize = extras.attachments.iter().map(|file| FILE + 2 * file.name.len()).sum();
    let buttons: usize = extras.buttons.iter().map(|button| button.label.len()).sum();
    MESSAGE + beginning(&message.text).map_or(message.text.len(), str::len) + files + buttons
}

/// What stands on a page of a text that is too long for it.
pub(crate) fn beginning(text: &str) -> Option<&str> {
    first(text, LONGEST)
}

/// The first characters of a text that has more of them.
pub(crate) fn first(text: &str, characters: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(characters)?;
    text.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay() {
        let bytes = [10, MOST / 2, MOST / 2, 20];
        assert_eq!(newest_that_fit(&bytes, |bytes| *bytes), 2);
        assert_eq!(newest_that_fit(&bytes[..3], |bytes| *bytes), 2);
        assert_eq!(newest_that_fit(&[MOST + 1], |bytes| *bytes), 1, "one is shown however long");
        assert_eq!(newest_that_fit(&[], |bytes: &usize| *bytes), 0);
        assert_eq!(first_that_fit(&bytes, |bytes| *bytes), 2);
        assert_eq!(first_that_fit(&[], |bytes: &usize| *bytes), 0);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(beginning("short"), None);
        assert_eq!(beginning(&"é".repeat(LONGEST)), None);
        assert_eq!(beginning(&"é".repeat(LONGEST + 1)).map(|text| text.chars().count()), Some(LONGEST));
    }
}
