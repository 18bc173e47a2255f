//! What calls to platforms have in common, whatever they say: why there was no answer, how much of one is read, and how long to wait.

use std::time::Duration;

use http::{HeaderMap, header};
use rand::Rng as _;
use reqwest::Response;

use crate::error::{Refusal, SendError};

/// The first pause after a failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest of these pauses.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A pause that a platform asks for is not longer than this.
const LONGEST_ASKED: f64 = 86_400.0;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// Whether the platform has heard it cannot be known.
    Unknown {
        /// What happened, without any address: tokens stand in some.
        reason: String,
    },
    /// It was not even tried.
    Impossible {
        /// Why not.
        reason: String,
    },
}

impl Unanswered {
    /// The request failed on its way to this platform, or its answer on the way back. The error's own text has the address in it, so it is not told.
    pub fn broken(platform: &str, error: &reqwest::Error, timeout: Duration) -> Self {
        let reason = if error.is_timeout() {
            format!("no answer from {platform} within {timeout:?}")
        } else if error.is_connect() {
            format!("no connection to {platform}")
        } else if error.is_builder() {
            return Self::impossible("the request could not be built");
        } else {
            format!("the connection to {platform} broke before the answer")
        };
        Self::Unknown { reason }
    }

    /// What answered is not the platform, or what it said has no end.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self::Unknown { reason: reason.into() }
    }

    /// It cannot be tried.
    pub fn impossible(reason: impl Into<String>) -> Self {
        Self::Impossible { reason: reason.into() }
    }

    /// Nothing can be put behind the configured address.
    pub fn unusable_address() -> Self {
        Self::impossible("api_url cannot carry a path")
    }
}

impl From<Unanswered> for SendError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Unknown { reason } => Self::Retry { after: None, reason },
            Unanswered::Impossible { reason } => refused(reason),
        }
    }
}

/// What a message could not be made for is no answer of the platform's either.
impl From<SendError> for Unanswered {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Refused { reason, .. } => Self::Impossible { reason },
            other => Self::Unknown { reason: other.to_string() },
        }
    }
}

/// An error that another try would not mend.
pub fn refused(reason: impl Into<String>) -> SendError {
    SendError::Refused { reason: reason.into(), tries: 1 }
}

/// The whole body of an answer of at most `max` bytes; no error with it means that it is longer.
pub async fn body(mut response: Response, max: usize) -> Result<Vec<u8>, Option<reqwest::Error>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Some)? {
        if body.len() + chunk.len() > max {
            return Err(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The pause of a `Retry-After` in seconds.
pub fn asked_by_header(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().and_then(asked)
}

/// A pause of so many seconds that a platform asks for, and never more than a day.
pub fn asked(seconds: f64) -> Option<Duration> {
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(LONGEST_ASKED)))
}

/// The pause after so many failures: from half a second to a minute, twice as long each time.
pub fn growing(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << (failures.saturating_sub(1)).min(10)).min(LONGEST_PAUSE)
}

/// Up to a quarter longer, so that many do not come back at the same moment.
pub fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(1.0 + rand::rng().random_range(0.0..0.25))
}

/// How long to wait after the application did not take something; none: it takes nothing any more.
pub fn pause_after(refusal: &Refusal) -> Option<Duration> {
    match refusal {
        Refusal::Stopping => None,
        Refusal::Full { retry_after } => Some(*retry_after),
        Refusal::Storage(_) => Some(jittered(FIRST_PAUSE * 4)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_differ() {
        assert_eq!([1, 2, 3, 8, 1_000].map(growing), [500, 1_000, 2_000, 60_000, 60_000].map(Duration::from_millis));
        let pause = jittered(Duration::from_secs(4));
        assert!(pause >= Duration::from_secs(4) && pause <= Duration::from_secs(5), "{pause:?}");
    }

    #[test]
    fn pauses_that_are_asked_for_have_a_limit() {
        assert_eq!([0.3, 1e12].map(asked), [Some(Duration::from_millis(300)), Some(Duration::from_secs(86_400))]);
        assert_eq!([-1.0, f64::NAN, f64::INFINITY].map(asked), [None; 3]);
        let mut headers = HeaderMap::new();
        for (said, expected) in [("7", Some(Duration::from_secs(7))), (" 2 ", Some(Duration::from_secs(2))), ("tomorrow", None)] {
            headers.insert(header::RETRY_AFTER, said.parse().unwrap());
            assert_eq!(asked_by_header(&headers), expected, "{said}");
        }
    }

    #[test]
    fn what_was_not_tried_is_not_tried_again() {
        assert_eq!(SendError::from(Unanswered::unusable_address()), refused("api_url cannot carry a path"));
        assert_eq!(SendError::from(Unanswered::unknown("no")), SendError::Retry { after: None, reason: "no".into() });
        for error in [refused("too long"), SendError::Retry { after: None, reason: "later".into() }] {
            assert_eq!(SendError::from(Unanswered::from(error.clone())), error);
        }
    }
}
