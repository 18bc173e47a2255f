//! How much one session, and one address, may ask for.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use governor::{Quota, RateLimiter, clock::Clock as _, clock::DefaultClock, state::keyed::DashMapStateStore};

/// Live connections of one session: tabs share one where their browser can.
const STREAMS: usize = 6;
/// Live connections of one address: whole offices have one.
const STREAMS_OF_ADDRESS: usize = 500;

type Limiter = RateLimiter<u64, DashMapStateStore<u64>, DefaultClock>;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// A session begins.
    Begin,
    /// Something is said or pressed.
    Say,
    /// A file is sent.
    Upload,
    /// Something is read.
    Read,
}

/// Counts; forgets who has been quiet.
pub(crate) struct Limits {
    begin: Limiter,
    say: [Limiter; 2],
    upload: [Limiter; 2],
    read: [Limiter; 2],
    streams: Arc<Mutex<HashMap<u64, usize>>>,
    hasher: RandomState,
}

impl Limits {
    pub(crate) fn new() -> Self {
        // Of a session, then of an address.
        Self {
            begin: limiter(20, 20),
            say: [limiter(10, 60), limiter(60, 600)],
            upload: [limiter(10, 20), limiter(40, 120)],
            read: [limiter(60, 240), limiter(300, 3_000)],
            streams: Arc::default(),
            hasher: RandomState::new(),
        }
    }

    /// Counts an act; the error is when to come back.
    pub(crate) fn take(&self, act: Act, thread: Option<&str>, from: IpAddr) -> Result<(), Duration> {
        let (address, session) = (self.hasher.hash_one(network(from)), thread.map(|thread| self.hasher.hash_one(thread)));
        let both = |[of_session, of_address]: &[Limiter; 2]| {
            if let Some(session) = session {
                check(of_session, session)?;
            }
            check(of_address, address)
        };
        match act {
            Act::Begin => check(&self.begin, address),
            Act::Say => both(&self.say),
            Act::Upload => both(&self.upload),
            Act::Read => both(&self.read),
        }
    }

    /// A place for a live connection, until it is dropped.
    pub(crate) fn stream(&self, thread: &str, from: IpAddr) -> Option<StreamPlace> {
        let keys = [self.hasher.hash_one(thread), self.hasher.hash_one(network(from))];
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let has_room = |key: u64, most: usize| streams.get(&key).is_none_or(|count| *count < most);
        if !has_room(keys[0], STREAMS) || !has_room(keys[1], STREAMS_OF_ADDRESS) {
            return None;
        }
        for key in keys {
            *streams.entry(key).or_default() += 1;
        }
        drop(streams);
        Some(StreamPlace { streams: Arc::clone(&self.streams), keys })
    }

    /// Forgets who has been quiet.
    pub(crate) fn forget_quiet(&self) {
        let all = [&self.begin].into_iter().chain(&self.say).chain(&self.upload).chain(&self.read);
        for limiter in all {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The place of one live connection.
pub(crate) struct StreamPlace {
    streams: Arc<Mutex<HashMap<u64, usize>>>,
    keys: [u64; 2],
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        for key in self.keys {
            if let Some(count) = streams.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    streams.remove(&key);
                }
            }
        }
    }
}

fn limiter(at_once: u32, a_minute: u32) -> Limiter {
    let positive = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_minute(positive(a_minute)).allow_burst(positive(at_once)))
}

fn check(limiter: &Limiter, key: u64) -> Result<(), Duration> {
    limiter.check_key(&key).map_err(|until| until.wait_time_from(DefaultClock::default().now()).max(Duration::from_secs(1)))
}

/// One household has a whole network of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn from(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_session_that_says_too_much_waits_and_others_do_not() {
        let limits = Limits::new();
        let says = |thread: &str| limits.take(Act::Say, Some(thread), from("203.0.113.9"));
        assert!((0..10).all(|_| says("a").is_ok()));
        assert!(says("a").unwrap_err() >= Duration::from_secs(1));
        assert!(says("b").is_ok());
    }

    #[test]
    fn an_address_cannot_begin_sessions_without_end() {
        let limits = Limits::new();
        assert!((0..20).all(|_| limits.take(Act::Begin, None, from("2001:db8::1")).is_ok()));
        assert!(limits.take(Act::Begin, None, from("2001:db8::2")).is_err(), "the same network");
        assert!(limits.take(Act::Begin, None, from("2001:db8:0:1::1")).is_ok(), "another one");
    }

    #[test]
    fn places_for_live_connections_come_back() {
        let limits = Limits::new();
        let place = || limits.stream("a", from("203.0.113.9"));
        let held: Vec<_> = (0..STREAMS).map(|_| place().unwrap()).collect();
        assert!(place().is_none());
        drop(held);
        assert!(place().is_some());
        assert!(limits.streams.lock().unwrap().len() < 3, "nothing is remembered of those that ended");
    }
}
