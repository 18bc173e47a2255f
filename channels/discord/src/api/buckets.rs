//! Discord's limits, bucket by bucket: who keeps to them is never refused.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use http::HeaderMap;

/// Buckets that are remembered; of more, those forget themselves whose time is over.
const MAX_BUCKETS: usize = 4_096;

/// Which bucket a call falls into: a kind of call, and what it is about at the top (a channel, a server, a webhook).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Route {
    /// Method and path, with stars for ids.
    pub(crate) kind: String,
    /// The id at the top, which every bucket has for itself.
    pub(crate) of: String,
}

/// What Discord said of its limits so far.
#[derive(Default)]
pub(crate) struct Buckets(Mutex<State>);

#[derive(Default)]
struct State {
    /// Discord's name for the bucket of each kind of call.
    names: HashMap<String, String>,
    limits: HashMap<(String, String), Limit>,
    /// Everything waits until then.
    all: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Limit {
    left: u32,
    size: u32,
    reset: Instant,
    /// How long the bucket's time was when it was told last.
    span: Duration,
}

impl Buckets {
    /// Takes a place in the call's bucket; where there is none, says how long to wait for it. The place is taken in any case.
    pub(crate) fn turn(&self, route: &Route, now: Instant) -> Option<Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = state.all.map(|until| until.saturating_duration_since(now)).filter(|wait| !wait.is_zero());
        let own = state.names.get(&route.kind).cloned().and_then(|name| {
            let limit = state.limits.get_mut(&(name, route.of.clone()))?;
            if limit.reset <= now {
                (limit.left, limit.reset) = (limit.size.max(1), now + limit.span);
            }
            if limit.left > 0 {
                limit.left -= 1;
                return None;
            }
            Some(limit.reset.saturating_duration_since(now))
        });
        all.max(own)
    }

    /// Reads what an answer says of its bucket.
    pub(crate) fn learn(&self, route: &Route, headers: &HeaderMap, now: Instant) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| text(name).and_then(|value| value.trim().parse::<f64>().ok()).filter(|number| number.is_finite() && *number >= 0.0);
        let (Some(name), Some(left), Some(reset)) = (text("x-ratelimit-bucket"), number("x-ratelimit-remaining"), number("x-ratelimit-reset-after"))
        else {
            return;
        };
        let span = Duration::from_secs_f64(reset.min(3_600.0));
        let size = number("x-ratelimit-limit").unwrap_or(left + 1.0) as u32;
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.limits.len() >= MAX_BUCKETS {
            state.limits.retain(|_, limit| limit.reset > now);
        }
        if state.limits.len() >= MAX_BUCKETS || state.names.len() >= MAX_BUCKETS {
            state.limits.clear();
            state.names.clear();
        }
        state.names.insert(route.kind.clone(), name.to_owned());
        state.limits.insert((name.to_owned(), route.of.clone()), Limit { left: left as u32, size, reset: now + span, span });
    }

    /// Nothing goes before this time.
    pub(crate) fn hold_all(&self, until: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.all = state.all.max(Some(until));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn route(of: &str) -> Route {
        Route { kind: "POST channels * messages".into(), of: of.into() }
    }

    fn headers(left: &str, reset: &str) -> HeaderMap {
        let pairs = [("x-ratelimit-bucket", "abcd"), ("x-ratelimit-limit", "5"), ("x-ratelimit-remaining", left), ("x-ratelimit-reset-after", reset)];
        pairs.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn an_empty_bucket_is_waited_for_and_its_neighbour_is_not() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        assert_eq!(buckets.turn(&route("7"), now), None, "nothing is known yet");
        buckets.learn(&route("7"), &headers("1", "2.5"), now);
        assert_eq!(buckets.turn(&route("7"), now), None, "one is left");
        assert_eq!(buckets.turn(&route("7"), now), Some(Duration::from_millis(2_500)));
        assert_eq!(buckets.turn(&route("8"), now), None, "another channel");
        let later = now + Duration::from_millis(2_500);
        assert_eq!(buckets.turn(&route("7"), later), None, "it is full again");
    }

    #[test]
    fn when_everything_is_held_nothing_goes() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        buckets.hold_all(now + Duration::from_secs(3));
        assert_eq!(buckets.turn(&route("7"), now), Some(Duration::from_secs(3)));
        assert_eq!(buckets.turn(&route("7"), now + Duration::from_secs(3)), None);
    }

    #[test]
    fn headers_that_make_no_sense_are_none() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        for (left, reset) in [("x", "1"), ("0", "inf"), ("0", "-1"), ("NaN", "1")] {
            buckets.learn(&route("7"), &headers(left, reset), now);
            assert_eq!(buckets.turn(&route("7"), now), None, "{left} {reset}");
        }
    }
}
