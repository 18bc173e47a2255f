//! Messages with files, and messages that take several calls.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;

use crate::{calls::refused, clean, error::SendError, outbound::OutAttachment, provider::Files};

/// How many messages of several calls are remembered that were cut off in the middle.
const MAX_UNFINISHED: usize = 256;

/// The media type of what has none that can be sent.
const ANY: &str = "application/octet-stream";

/// A file that goes with a message.
#[derive(Clone)]
pub struct File {
    /// What it is called, in one line.
    pub name: String,
    /// Its media type, which can stand in a form.
    pub content_type: String,
    /// Where its bytes are.
    pub source: Source,
}

/// Where a file's bytes are.
#[derive(Clone)]
pub enum Source {
    /// Here.
    Bytes(Bytes),
    /// Where everybody can fetch them.
    Address(String),
}

/// The bytes of files where they lie with us, else their addresses.
///
/// # Errors
/// When they cannot be read now, or one is not there any more.
pub async fn load(files: &dyn Files, attachments: &[OutAttachment]) -> Result<Vec<File>, SendError> {
    let mut loaded = Vec::with_capacity(attachments.len());
    for attachment in attachments {
        let unread = |_| SendError::Retry { after: None, reason: "a file could not be read from the store".to_owned() };
        let source = match files.read(&attachment.url).await.map_err(unread)? {
            Some(bytes) => Source::Bytes(bytes),
            None if attachment.url.starts_with("https://") || attachment.url.starts_with("http://") => Source::Address(attachment.url.clone()),
            None => return Err(refused("a file is not there any more")),
        };
        let name = clean::line(&attachment.name).unwrap_or_else(|| "file".to_owned());
        let content_type = if is_media_type(&attachment.content_type) { attachment.content_type.clone() } else { ANY.to_owned() };
        loaded.push(File { name, content_type, source });
    }
    Ok(loaded)
}

/// Whether this can stand in a form as a file's media type.
fn is_media_type(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte));
    text.split_once('/').is_some_and(|(kind, form)| is_word(kind) && is_word(form))
}

/// Messages of several calls of which some were made.
#[derive(Default)]
pub struct Unfinished(Mutex<VecDeque<Begun>>);

struct Begun {
    key: String,
    done: usize,
    first: Option<String>,
}

impl Unfinished {
    /// Makes the calls of a message one after the other. Where one fails, the next try with the same key goes on from there. Answers the platform's id of what the
    /// first call made, which `id` finds in its result.
    ///
    /// # Errors
    /// That of the call that failed.
    pub async fn go_on<C, R, E, F>(
        &self,
        key: &str,
        calls: Vec<C>,
        make: impl Fn(C) -> F,
        id: impl Fn(&R) -> Option<String>,
    ) -> Result<Option<String>, E>
    where
        F: Future<Output = Result<R, E>>,
    {
        let Begun { done, mut first, .. } = self.take(key).unwrap_or_else(|| Begun { key: String::new(), done: 0, first: None });
        for (number, call) in calls.into_iter().enumerate().skip(done) {
            match make(call).await {
                Ok(result) if number == 0 => first = id(&result),
                Ok(_) => {}
                Err(error) => {
                    if number > 0 {
                        self.keep(Begun { key: key.to_owned(), done: number, first });
                    }
                    return Err(error);
                }
            }
        }
        Ok(first)
    }

    fn take(&self, key: &str) -> Option<Begun> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|one| one.key == key)?;
        all.remove(at)
    }

    fn keep(&self, one: Begun) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == MAX_UNFINISHED {
            all.pop_front();
        }
        all.push_back(one);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn only_media_types_stand_in_forms() {
        assert_eq!(["image/png", "application/vnd.x+json"].map(is_media_type), [true; 2]);
        assert_eq!(["", "image", "image/", "a/b\r\nc", "image/png; x=y"].map(is_media_type), [false; 5]);
    }

    /// Makes three calls, the one with this number in vain.
    fn made(unfinished: &Unfinished, key: &str, failing: usize) -> (Result<Option<String>, ()>, Vec<usize>) {
        let made = RefCell::new(Vec::new());
        let make = |number: usize| {
            made.borrow_mut().push(number);
            std::future::ready(if number == failing { Err(()) } else { Ok(format!("id {number}")) })
        };
        let mut going = Box::pin(unfinished.go_on(key, vec![0, 1, 2], make, |id: &String| Some(id.clone())));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(outcome) = going.as_mut().poll(&mut context) else { unreachable!("nothing waits") };
        drop(going);
        (outcome, made.into_inner())
    }

    #[test]
    fn what_was_made_is_not_made_again() {
        let unfinished = Unfinished::default();
        assert_eq!(made(&unfinished, "a", 2), (Err(()), vec![0, 1, 2]));
        assert_eq!(made(&unfinished, "b", 0), (Err(()), vec![0]));
        assert_eq!(made(&unfinished, "a", 9), (Ok(Some("id 0".into())), vec![2]), "the first one's id is known");
        assert_eq!(made(&unfinished, "b", 9), (Ok(Some("id 0".into())), vec![0, 1, 2]));
        assert_eq!(made(&unfinished, "a", 9).1, [0, 1, 2], "another time is another message");
    }

    #[test]
    fn what_is_remembered_has_a_limit() {
        let unfinished = Unfinished::default();
        for number in 0..=MAX_UNFINISHED {
            made(&unfinished, &format!("key {number}"), 1).0.unwrap_err();
        }
        assert_eq!((made(&unfinished, "key 0", 9).1.len(), made(&unfinished, "key 1", 9).1.len()), (3, 2));
    }
}
