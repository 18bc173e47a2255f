//! Tells the flood of one chat from that of the whole bot.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use bellhop_channel::SendError;

/// What Telegram says with "too many requests" is the same for a chat and for the bot. So a chat that floods waits alone, and only when
/// another one meets the same while the first still waits, it is the bot that has to wait.
#[derive(Default)]
pub(crate) struct Floods(Mutex<Option<(String, Instant)>>);

impl Floods {
    /// Looks at the error of a send that met "too many requests" in a chat.
    pub(crate) fn look(&self, thread: &str, error: SendError, now: Instant) -> SendError {
        let SendError::Retry { after: Some(after), reason } = error else { return error };
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let other = last.as_ref().is_some_and(|(other, until)| other != thread && *until > now);
        *last = Some((thread.to_owned(), now + after));
        if other {
            return SendError::Limited { after, reason: "Telegram wants fewer messages of this bot".to_owned() };
        }
        SendError::Retry { after: Some(after), reason }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn one_chat_waits_alone_and_two_are_the_bot() {
        let floods = Floods::default();
        let now = Instant::now();
        let is_limited = |thread, now| {
            let retry = SendError::Retry { after: Some(Duration::from_secs(30)), reason: String::new() };
            matches!(floods.look(thread, retry, now), SendError::Limited { .. })
        };
        assert!(!is_limited("7", now));
        assert!(!is_limited("7", now), "the same chat again");
        assert!(is_limited("8", now));
        assert!(!is_limited("9", now + Duration::from_secs(31)), "the others have waited long enough");
    }
}
