//! Why a call failed, and what that means.

use std::time::Duration;

pub(crate) use bellhop_channel::calls::refused;
use bellhop_channel::{SendError, calls::Unanswered, clean};

/// The pause where Discord says "too many" without saying how long.
const PAUSE: Duration = Duration::from_secs(5);

/// How long something waits that somebody has to allow first.
pub(crate) const ALLOWING: Duration = Duration::from_secs(60);

/// As much of Discord's own words as is shown, in Unicode scalar values.
const MAX_WORDS: usize = 160;

/// Why a call failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Discord said no.
    No(No),
    /// There was no answer.
    Unanswered(Unanswered),
}

/// A no of Discord's.
#[derive(Debug, Default)]
pub(crate) struct No {
    /// As a status of HTTP.
    pub(crate) status: u16,
    /// Discord's own number for what is wrong; 0 where it says none.
    pub(crate) code: u64,
    /// Discord's words; empty where it said none.
    pub(crate) message: String,
    /// The pause that it asks for.
    pub(crate) retry_after: Option<Duration>,
    /// The pause is one for everything that the bot does.
    pub(crate) global: bool,
}

impl No {
    /// The bucket is empty for so long: Discord need not be asked to know that it would say no.
    pub(super) fn paced(wait: Duration) -> Self {
        Self { status: 429, retry_after: Some(wait), ..Self::default() }
    }
}

/// Where a call went, which decides what a no means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A customer's direct messages or private thread.
    Customer,
    /// The agents' channel.
    Staff,
    /// The bot itself.
    Bot,
}

/// Numbers of Discord's for what is wrong, as far as they mean something to us.
pub(crate) mod codes {
    pub(crate) const UNKNOWN_CHANNEL: u64 = 10_003;
    pub(crate) const UNKNOWN_MESSAGE: u64 = 10_008;
    pub(crate) const UNKNOWN_USER: u64 = 10_013;
    pub(crate) const UNKNOWN_INTERACTION: u64 = 10_062;
    pub(crate) const ALREADY_ACKNOWLEDGED: u64 = 40_060;
    pub(crate) const TOO_LARGE: u64 = 40_005;
    pub(crate) const MISSING_ACCESS: u64 = 50_001;
    pub(crate) const CANNOT_MESSAGE: u64 = 50_007;
    pub(crate) const MISSING_PERMISSIONS: u64 = 50_013;
    pub(crate) const ARCHIVED: u64 = 50_083;
    pub(crate) const NO_MUTUAL_GUILD: u64 = 50_278;
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        Self::Unanswered(unanswered)
    }
}

impl Failure {
    pub(super) fn broken(error: &reqwest::Error, timeout: Duration) -> Self {
        Unanswered::broken("Discord", error, timeout).into()
    }

    pub(crate) fn unreadable() -> Self {
        Unanswered::unknown("the answer is none of Discord's: does api_url name it?").into()
    }

    pub(super) fn too_long() -> Self {
        Unanswered::unknown("Discord's answer has no end").into()
    }

    pub(super) fn wrong_media_type() -> Self {
        Unanswered::impossible("a file has no media type that can be sent").into()
    }

    /// Discord's own number for what is wrong.
    pub(crate) fn code(&self) -> Option<u64> {
        match self {
            Self::No(no) => Some(no.code),
            Self::Unanswered(_) => None,
        }
    }

    /// The status that Discord answered with.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::No(no) => Some(no.status),
            Self::Unanswered(_) => None,
        }
    }

    /// Whether what the call was about is not there, or not for us.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        matches!(self, Self::No(No { status: 403 | 404, .. }))
    }

    /// What is to be done about it.
    pub(crate) fn sort(self, target: Target) -> SendError {
        let no = match self {
            Self::Unanswered(unanswered) => return unanswered.into(),
            Self::No(no) => no,
        };
        match no.status {
            401 => SendError::ChannelStopped {
                reason: "Discord does not know this bot (any more): its token is wrong or was reset; put the one from the page Bot of the Developer Portal \
                         into the configuration"
                    .to_owned(),
            },
            429 if no.global || target == Target::Bot => {
                SendError::Limited { after: no.retry_after.unwrap_or(PAUSE), reason: "Discord wants fewer calls of this bot".to_owned() }
            }
            // A bucket is one channel's: it waits alone.
            429 => SendError::Retry { after: no.retry_after.or(Some(PAUSE)), reason: "Discord wants fewer messages in this channel".to_owned() },
            408 | 300..=399 | 500.. => SendError::Retry { after: no.retry_after, reason: format!("Discord answered {}", no.status) },
            _ if matches!(no.code, codes::MISSING_ACCESS | codes::MISSING_PERMISSIONS) => {
                SendError::Retry { after: Some(ALLOWING), reason: no.words(target) }
            }
            _ => refused(no.words(target)),
        }
    }
}

impl No {
    /// What an agent or operator is told.
    pub(crate) fn words(&self, target: Target) -> String {
        let words = match (self.code, target) {
            (codes::CANNOT_MESSAGE | codes::NO_MUTUAL_GUILD, _) => {
                "the customer does not take direct messages from the bot: they have blocked it, closed their direct messages, or share no server with it"
            }
            (codes::MISSING_ACCESS, Target::Staff) => "the bot does not see the agents' channel: give its role View Channel there",
            (codes::MISSING_ACCESS, _) => "the bot does not see this channel: give its role View Channel there",
            (codes::MISSING_PERMISSIONS, Target::Staff) => {
                "the bot lacks a permission in the agents' channel: it needs Send Messages, Send Messages in Threads, Create Posts, Manage Threads, Manage \
                 Messages, Embed Links, Attach Files and Read Message History"
            }
            (codes::MISSING_PERMISSIONS, _) => {
                "the bot lacks a permission in this channel: it needs Send Messages, Send Messages in Threads, Create Private Threads, Manage Threads, Embed \
                 Links, Attach Files and Read Message History"
            }
            (codes::UNKNOWN_CHANNEL, Target::Customer) => "Discord does not know the customer's thread (any more)",
            (codes::UNKNOWN_CHANNEL, Target::Staff) => "the post is gone: somebody deleted it in the agents' channel",
            (codes::UNKNOWN_MESSAGE, _) => "the message is not there any more",
            (codes::UNKNOWN_USER, Target::Customer) => "the customer's Discord account is gone",
            (codes::UNKNOWN_INTERACTION, _) => "the button was pressed too long ago",
            (codes::ARCHIVED, _) => "the thread is archived and locked",
            (codes::TOO_LARGE, _) => "a file is larger than Discord takes from bots",
            _ if self.status == 413 => "a file is larger than Discord takes from bots",
            _ => return self.own_words(),
        };
        words.to_owned()
    }

    /// Discord's own words; they speak of the call, never of what is in a message.
    fn own_words(&self) -> String {
        let words: String = clean::line(&self.message).unwrap_or_default().chars().take(MAX_WORDS).collect();
        if words.is_empty() || words.contains("://") {
            return format!("Discord refused it ({})", self.status);
        }
        format!("Discord refused it: {words}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_is_put_in_words_that_say_what_to_do() {
        use Target::{Bot, Customer, Staff};
        let told: Vec<String> = [
            (403, 50_007, "Cannot send messages to this user", Customer),
            (403, 50_001, "Missing Access", Customer),
            (403, 50_013, "Missing Permissions", Customer),
            (403, 50_013, "Missing Permissions", Staff),
            (404, 10_003, "Unknown Channel", Customer),
            (404, 10_003, "Unknown Channel", Staff),
            (404, 10_008, "Unknown Message", Customer),
            (404, 10_062, "Unknown interaction", Staff),
            (400, 50_083, "Thread is archived", Customer),
            (413, 40_005, "Request entity too large", Customer),
            (400, 50_035, "Invalid Form Body", Customer),
            (400, 0, "", Customer),
            (401, 0, "401: Unauthorized", Customer),
            (429, 0, "You are being rate limited.", Customer),
            (429, 0, "You are being rate limited.", Bot),
            (502, 0, "", Customer),
        ]
        .into_iter()
        .map(|(status, code, message, target)| {
            let is_known = target == Customer && !matches!(code, 50_083 | 50_035) && !(status == 400 && code == 0);
            let no = No { status, code, message: message.to_owned(), ..No::default() };
            let error = Failure::No(no).sort(target);
            let in_chinese = bellhop_domain::words::refusal("zh", &error.to_string());
            assert!(!is_known || in_chinese != error.to_string(), "agents read it in their language: {error}");
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
    }
}
