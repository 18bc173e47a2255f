//! Why a call failed, and what that means.

use std::time::Duration;

pub(crate) use bellhop_channel::calls::refused;
use bellhop_channel::{SendError, calls::Unanswered, clean};

/// The pause where Telegram says "too many" without saying how long.
const PAUSE: Duration = Duration::from_secs(5);

/// As much of Telegram's own words as is shown, in Unicode scalar values.
const MAX_WORDS: usize = 160;

/// What is said of a topic that was deleted.
pub(crate) const GONE: &str = "the topic is gone: somebody deleted it in the staff group";

/// Why a call failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The Bot API said no.
    No(No),
    /// There was no answer.
    Unanswered(Unanswered),
}

/// A no of the Bot API.
#[derive(Debug)]
pub(crate) struct No {
    /// As a status of HTTP.
    pub(crate) code: u16,
    /// Telegram's words; empty where it said none.
    pub(crate) description: String,
    /// The pause that it asks for.
    pub(crate) retry_after: Option<Duration>,
    /// The group became a supergroup with this id.
    pub(crate) moved_to: Option<i64>,
}

/// Where a call went, which decides what a no means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A customer's private chat.
    Customer,
    /// The staff group.
    Staff,
    /// The bot itself.
    Bot,
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        Self::Unanswered(unanswered)
    }
}

impl Failure {
    pub(super) fn broken(error: &reqwest::Error, timeout: Duration) -> Self {
        Unanswered::broken("Telegram", error, timeout).into()
    }

    pub(super) fn unreadable() -> Self {
        Unanswered::unknown("the answer is none of the Bot API: does api_url name it?").into()
    }

    pub(super) fn too_long() -> Self {
        Unanswered::unknown("the answer of the Bot API has no end").into()
    }

    pub(super) fn wrong_media_type() -> Self {
        Unanswered::impossible("a file has no media type that can be sent").into()
    }

    /// Whether Telegram refused the call itself with one of these words, in lower case.
    pub(crate) fn says(&self, words: &[&str]) -> bool {
        let Self::No(No { code: 400, description, .. }) = self else { return false };
        let description = description.to_lowercase();
        words.iter().any(|word| description.contains(word))
    }

    /// Whether Telegram's words have this one in them, in lower case.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        matches!(self, Self::No(no) if no.description.to_lowercase().contains(word))
    }

    /// The status that Telegram answered with.
    pub(crate) fn code(&self) -> Option<u16> {
        match self {
            Self::No(no) => Some(no.code),
            Self::Unanswered(_) => None,
        }
    }

    /// What is to be done about it.
    pub(crate) fn sort(self, target: Target) -> SendError {
        let no = match self {
            Self::Unanswered(unanswered) => return unanswered.into(),
            Self::No(no) => no,
        };
        match no.code {
            401 | 404 => SendError::ChannelStopped {
                reason: "Telegram does not know this bot (any more): its token is wrong or was revoked; put the one that BotFather shows into the configuration"
                    .to_owned(),
            },
            429 => too_many(target, no.retry_after),
            code if super::is_trouble(code) => SendError::Retry { after: no.retry_after, reason: format!("Telegram answered {code}") },
            _ if target == Target::Staff && no.is_about_the_group() => SendError::ChannelStopped { reason: no.words(target) },
            _ => refused(no.words(target)),
        }
    }
}

/// A customer's chat waits alone: the floods of one chat and of the whole bot look the same, and [`Floods`](crate::floods::Floods) tells them
/// apart. The limit of the staff group is one for all its topics.
fn too_many(target: Target, after: Option<Duration>) -> SendError {
    let limited = |of: &str| SendError::Limited { after: after.unwrap_or(PAUSE), reason: format!("Telegram wants fewer {of}") };
    match target {
        Target::Customer => SendError::Retry { after, reason: "Telegram wants fewer messages in this chat".to_owned() },
        Target::Staff => limited("messages in the staff group"),
        Target::Bot => limited("calls of this bot"),
    }
}

impl No {
    /// Whether nothing at all can be done in this group until somebody sees to it: it is another one, it has no topics, or the bot is not in it.
    fn is_about_the_group(&self) -> bool {
        let said = self.description.to_lowercase();
        let words = ["chat not found", "not a forum", "topics are disabled"];
        self.code == 403 || self.moved_to.is_some() || words.iter().any(|word| said.contains(word))
    }

    /// What an agent or operator is told.
    fn words(&self, target: Target) -> String {
        if let Some(id) = self.moved_to {
            return format!("the group has a new id since it became a supergroup: put staff_chat = {id} into the configuration");
        }
        let said = self.description.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let words = match (self.code, target) {
            (_, Target::Customer) if has(&["blocked by the user"]) => "the customer has blocked the bot",
            (_, Target::Customer) if has(&["user is deactivated", "deleted account"]) => "the customer's Telegram account is gone",
            (_, Target::Customer) if has(&["can't initiate conversation"]) => "the customer has never written to the bot, so it may not write first",
            (_, Target::Customer) if has(&["chat not found", "peer_id_invalid"]) => "Telegram does not know the customer's chat (any more)",
            (403, Target::Customer) => "the customer does not take messages from the bot",
            (_, Target::Staff) if has(&["chat not found"]) => {
                "Telegram does not know the staff group: check staff_chat, and that the bot is a member"
            }
            (_, Target::Staff) if has(&["thread not found", "topic_deleted", "topic_id_invalid", "topic not found"]) => GONE,
            (_, Target::Staff) if has(&["topic_closed"]) => "the topic is closed",
            (_, Target::Staff) if has(&["not a forum", "topics are disabled"]) => "topics are not switched on in the staff group",
            (403, Target::Staff) => "the bot is not (any more) a member of the staff group",
            _ if has(&["not enough rights", "need administrator rights", "chat_admin_required"]) => {
                "the bot lacks a right in the staff group: make it an administrator that may manage topics, pin and delete messages"
            }
            _ if has(&["query is too old", "query id is invalid", "query_id_invalid"]) => "the button was pressed too long ago",
            _ if has(&["message to edit not found", "message to delete not found", "message to pin not found", "message_id_invalid"]) => {
                "the message is not there any more"
            }
            _ if has(&["message can't be edited"]) => "Telegram does not let this message be changed any more",
            _ if has(&["message can't be deleted"]) => "Telegram does not let this message be taken back any more: it is older than 48 hours",
            _ if has(&["file is too big", "request entity too large"]) || self.code == 413 => "a file is larger than Telegram takes from bots",
            _ if has(&["wrong file identifier", "failed to get http url content", "wrong type of the web page content"]) => {
                "Telegram could not fetch a file"
            }
            _ => return self.own_words(),
        };
        words.to_owned()
    }

    /// Telegram's own words; they speak of the call, never of what is in a message.
    fn own_words(&self) -> String {
        let words: String = clean::line(&self.description).unwrap_or_default().chars().take(MAX_WORDS).collect();
        if words.is_empty() || words.contains("://") {
            return format!("Telegram refused it ({})", self.code);
        }
        format!("Telegram refused it: {words}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no(code: u16, description: &str) -> Failure {
        Failure::No(No { code, description: description.to_owned(), retry_after: None, moved_to: None })
    }

    #[test]
    fn a_no_is_put_in_words_that_say_what_to_do() {
        use Target::{Customer, Staff};
        let told: Vec<String> = [
            (403, "Forbidden: bot was blocked by the user", Customer),
            (403, "Forbidden: user is deactivated", Customer),
            (403, "Forbidden: bot can't initiate conversation with a user", Customer),
            (400, "Bad Request: chat not found", Customer),
            (400, "Bad Request: chat not found", Staff),
            (403, "Forbidden: bot was kicked from the supergroup chat", Staff),
            (400, "Bad Request: message thread not found", Staff),
            (400, "Bad Request: TOPIC_DELETED", Staff),
            (400, "Bad Request: not enough rights to create a topic", Staff),
            (400, "Bad Request: the chat is not a forum", Staff),
            (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", Staff),
            (400, "Bad Request: message can't be deleted for everyone", Customer),
            (413, "Request Entity Too Large", Customer),
            (400, "Bad Request: BUTTON_DATA_INVALID", Customer),
            (400, "", Customer),
            (401, "Unauthorized", Customer),
            (404, "Not Found", Staff),
            (502, "Bad Gateway", Customer),
        ]
        .into_iter()
        .map(|(code, description, target)| {
            let error = no(code, description).sort(target);
            if let (SendError::Refused { reason, .. }, Customer, 403) = (&error, target, code) {
                assert_ne!(bellhop_domain::words::refusal("zh", reason), *reason, "agents read it in their language");
            }
            let class = match error {
                SendError::Retry { .. } => "retry",
                SendError::Limited { .. } => "limited",
                SendError::Refused { tries: 1, .. } => "refused",
                SendError::Refused { .. } => "refused for now",
                SendError::ChannelStopped { .. } => "stopped",
            };
            format!("{class}: {error}")
        })
        .collect();
        insta::assert_snapshot!(told.join("\n"));
        let moved = Failure::No(No { code: 400, description: String::new(), retry_after: None, moved_to: Some(-10_077) });
        assert!(moved.sort(Staff).to_string().contains("staff_chat = -10077"));
    }
}
