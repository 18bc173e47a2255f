//! The program's clock, turned from outside.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Names the library that turns a process's clock; scripts/test sets it.
const LIBRARY: &str = "BELLHOP_TEST_FAKETIME";

/// Seconds since 1970 by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "tests sign requests at the present time")]
fn seconds_now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs()).expect("a clock before the end of time")
}

/// How far the program's clock is from this machine's.
pub(crate) struct Clock {
    file: Option<PathBuf>,
    ahead: AtomicI64,
}

impl Clock {
    /// The machine's clock.
    pub(crate) fn real() -> Self {
        Self { file: None, ahead: AtomicI64::new(0) }
    }

    /// A clock that reads how far it is ahead from this file.
    pub(crate) fn turned_by(file: PathBuf) -> Self {
        fs::write(&file, "+0s\n").expect("the clock's file");
        Self { file: Some(file), ahead: AtomicI64::new(0) }
    }

    /// Seconds since 1970 as the program sees them.
    pub(crate) fn seconds(&self) -> i64 {
        seconds_now() + self.ahead.load(Ordering::Relaxed)
    }

    /// Lets this much time pass at once.
    pub(crate) fn pass(&self, time: Duration) {
        self.turn(i64::try_from(time.as_secs()).expect("a sensible time"));
    }

    /// Somebody turns it back.
    pub(crate) fn goes_back(&self, time: Duration) {
        self.turn(-i64::try_from(time.as_secs()).expect("a sensible time"));
    }

    fn turn(&self, seconds: i64) {
        let file = self.file.as_ref().expect("this test did not ask for a clock that can be turned");
        let ahead = self.ahead.fetch_add(seconds, Ordering::Relaxed) + seconds;
        // Renamed into place, so that nobody reads half of it.
        let fresh = file.with_extension("fresh");
        fs::write(&fresh, format!("{ahead:+}s\n")).expect("the clock's file");
        fs::rename(&fresh, file).expect("the clock's file");
    }

    /// The environment that makes a process read this clock.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let Some(file) = &self.file else { return Vec::new() };
        let library =
            super::program::environment(LIBRARY).unwrap_or_else(|| panic!("{LIBRARY} is not set: run scripts/test, or name libfaketime.so.1 in it"));
        assert!(fs::exists(&library).is_ok_and(|exists| exists), "{LIBRARY} names {library}, which does not exist");
        let pairs = [
            ("LD_PRELOAD", library.as_str()),
            ("FAKETIME_TIMESTAMP_FILE", file.to_str().expect("a path in UTF-8")),
            ("FAKETIME_NO_CACHE", "1"),
            // Only the time of day is turned: timeouts go on as they are.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
            ("NO_FAKE_STAT", "1"),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }
}
