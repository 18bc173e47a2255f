//! What a ticket refers to elsewhere, and what is to be done about it at a time.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgentId, ConversationId, FollowUpId, ReferenceId, TicketId},
    why::Why,
    words,
};

/// Characters of an id elsewhere, and of a state.
const LONGEST_WORD: usize = 200;
/// Bytes of an address.
const LONGEST_URL: usize = 2_000;

/// A case in another system, in which the result of a ticket lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its id.
    pub id: ReferenceId,
    /// Grows with every change; 0 before it is kept.
    pub version: i64,
    /// The ticket that refers to it.
    pub ticket: TicketId,
    /// The system, by the key that the configuration gives it.
    pub system: String,
    /// What it is called there.
    pub external_id: String,
    /// Where people look at it, where that is not as the configuration says.
    pub url: Option<String>,
    /// Where it is, in the system's own word.
    pub state: Option<String>,
    /// Since when, by the system's clock.
    pub state_at: Option<DateTime<Utc>>,
    /// Which of the system's words on it this was, where it counts them.
    pub sequence: Option<i64>,
    /// When it was linked.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reference").field("id", &self.id).field("system", &self.system).field("version", &self.version).finish_non_exhaustive()
    }
}

/// What a system says of a case.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// Where it is now.
    pub state: String,
    /// Where people look at it, if that changed.
    pub url: Option<String>,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Which of its words on the case this is, where it counts them.
    pub sequence: Option<i64>,
}

impl Reference {
    /// Takes over what the system says, unless it has said something later already; answers whether the state is another one now.
    ///
    /// What is later is told by the numbers where both have one, else by the times; of two of the same time, what comes later counts.
    pub fn hears(&mut self, said: &Said) -> bool {
        let is_old = match (self.sequence, said.sequence) {
            (Some(known), Some(said)) => known >= said,
            _ => self.state_at.is_some_and(|known| known > said.at),
        };
        if is_old {
            return false;
        }
        let is_news = self.state.as_ref() != Some(&said.state);
        self.state = Some(said.state.clone());
        self.state_at = Some(said.at);
        self.sequence = said.sequence.or(self.sequence);
        if said.url.is_some() {
            self.url.clone_from(&said.url);
        }
        is_news
    }
}

/// Whether this can be an id elsewhere, or a state.
pub fn check_word(text: &str) -> Result<(), Why> {
    let fits = !text.trim().is_empty() && text.trim() == text && text.chars().count() <= LONGEST_WORD && !text.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(Why::new("why-no-reference-word").count("most", LONGEST_WORD)) }
}

/// The address to which people may be led: `http` and `https` alone, without a name or a password in it.
pub fn check_url(text: &str) -> Result<String, Why> {
    let refused = || Why::new("why-no-reference-url");
    if text.len() > LONGEST_URL || text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(refused());
    }
    let url = url::Url::parse(text).map_err(|_| refused())?;
    let is_page = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty());
    if is_page && url.username().is_empty() && url.password().is_none() { Ok(url.into()) } else { Err(refused()) }
}

/// Something that has to be done about a ticket at a time: nobody has to watch it until then.
#[derive(Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Its id.
    pub id: FollowUpId,
    /// Grows with every change; 0 before it is kept.
    pub version: i64,
    /// The ticket.
    pub ticket: TicketId,
    /// What is to be done, in the words of whoever set it; empty where a case elsewhere failed.
    pub text: String,
    /// The case elsewhere that failed.
    pub failure: Option<Failure>,
    /// When it comes to whoever does it.
    pub due_at: DateTime<Utc>,
    /// Who does it; whoever has the ticket when it is due, where nobody is named.
    pub owner: Option<AgentId>,
    /// The reference of whose state it came.
    pub reference: Option<ReferenceId>,
    /// The conversation at which staff chats show it since it came due.
    pub conversation: Option<ConversationId>,
    /// When it came to them.
    pub told_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub end: Option<End>,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// A case elsewhere that went wrong.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What people call the system.
    pub system: String,
    /// What the case is called there.
    pub external_id: String,
    /// The state that means that it failed.
    pub state: String,
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure").field("system", &self.system).finish_non_exhaustive()
    }
}

/// How and when something that was to be done ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// How.
    pub how: Outcome,
    /// When.
    pub at: DateTime<Utc>,
}

/// How something that was to be done ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not needed any more.
    Cancelled,
}

impl Outcome {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The outcome of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Done, Self::Cancelled].into_iter().find(|outcome| outcome.as_str() == word)
    }
}

impl fmt::Debug for FollowUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowUp").field("id", &self.id).field("due_at", &self.due_at).field("version", &self.version).finish_non_exhaustive()
    }
}

impl FollowUp {
    /// What is to be done, as people read it.
    pub fn in_words(&self, language: &str) -> String {
        match &self.failure {
            Some(Failure { system, external_id, state }) => {
                words::say(language, "follow-up-failed", &[("system", system.into()), ("id", external_id.into()), ("state", state.into())])
            }
            None => self.text.clone(),
        }
    }

    /// Where it is: `open`, `due`, `done` or `cancelled`.
    pub fn state(&self) -> &'static str {
        match (self.end, self.told_at) {
            (Some(end), _) => end.how.as_str(),
            (None, Some(_)) => "due",
            (None, None) => "open",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn fresh() -> Reference {
        Reference {
            id: ReferenceId(Uuid::nil()),
            version: 0,
            ticket: TicketId(Uuid::nil()),
            system: "erp".into(),
            external_id: "4711".into(),
            url: None,
            state: None,
            state_at: None,
            sequence: None,
            created_at: at(0),
            updated_at: at(0),
        }
    }

    fn said(state: &str, minute: i64, sequence: Option<i64>) -> Said {
        Said { state: state.into(), url: None, at: at(minute), sequence }
    }

    #[test]
    fn the_latest_word_counts_in_whatever_order_they_come() {
        let by_time = [said("booked", 1, None), said("failed", 2, None), said("sent", 3, None)];
        // Numbers count more than clocks that go wrong.
        let by_number = [said("booked", 9, Some(1)), said("failed", 2, Some(2)), said("sent", 2, Some(3))];
        for all in [by_time, by_number] {
            for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                let mut reference = fresh();
                for said in order.map(|index| &all[index]) {
                    reference.hears(said);
                    let before = reference.clone();
                    assert!(!reference.hears(said), "a repeat is no news");
                    assert_eq!(reference, before);
                }
                assert_eq!((reference.state.as_deref(), reference.state_at), (Some("sent"), Some(all[2].at)), "{order:?}");
            }
        }
    }

    #[test]
    fn of_two_words_of_one_time_the_later_one_counts() {
        let mut reference = fresh();
        assert!(reference.hears(&said("booked", 1, None)));
        assert!(reference.hears(&said("failed", 1, None)));
        assert_eq!(reference.state.as_deref(), Some("failed"));
        let moved = Said { url: Some("https://erp.example/4711".into()), ..said("failed", 2, None) };
        assert!(!reference.hears(&moved), "the state is the same");
        assert_eq!(reference.url, moved.url);
    }

    #[test]
    fn people_are_led_to_pages_only() {
        for good in ["https://erp.example/case/4711", "http://10.0.0.1:8080/x?y=1#z", "HTTPS://ERP.example"] {
            assert!(check_url(good).is_ok(), "{good}");
        }
        let long = format!("https://erp.example/{}", "x".repeat(3_000));
        for bad in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://x.example",
            "file:///etc/passwd",
            "//erp.example",
            "https://",
            "https://a b",
            "https://ann:secret@erp.example",
            "https://ann@erp.example",
            "java\nscript:x",
            " https://x",
            "https:\\\\x",
            &long,
        ] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
        assert!(!check_url("https://x/\"onload=1<b>").unwrap().contains(['"', '<']), "what has a meaning in a page is written otherwise");
        for (word, fits) in [("4711", true), ("versandt am 3.", true), (" ", false), (" 4711", false), ("a\nb", false), ("", false)] {
            assert_eq!(check_word(word).is_ok(), fits, "{word}");
        }
        assert!(check_word(&"x".repeat(201)).is_err());
    }

    #[test]
    fn a_failure_is_told_in_the_readers_language() {
        let failure = Failure { system: "ERP".into(), external_id: "4711".into(), state: "rejected".into() };
        let follow_up = FollowUp {
            id: FollowUpId(Uuid::nil()),
            version: 0,
            ticket: TicketId(Uuid::nil()),
            text: String::new(),
            failure: Some(failure),
            due_at: at(0),
            owner: None,
            reference: None,
            conversation: None,
            told_at: None,
            end: None,
            created_at: at(0),
            updated_at: at(0),
        };
        let told = ["en", "zh"].map(|language| follow_up.in_words(language));
        assert!(told.iter().all(|told| told.contains("4711") && told.contains("rejected") && told.contains("ERP")), "{told:?}");
        assert_ne!(told[0], told[1]);
        assert!(!format!("{follow_up:?}").contains("4711"));
    }
}
