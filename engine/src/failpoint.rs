//! Points at which tests let the program die, to see that nothing is lost whatever it was doing. In release builds there are none.

/// Names the point and, after a colon, which time it is passed: `claimed:2`.
#[cfg(debug_assertions)]
const ORDER: &str = "BELLHOP_DIE_AT";

/// Dies as if killed, if a test wants the program to die here now.
#[cfg(debug_assertions)]
pub(crate) fn pass(point: &str) {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    };

    static WANTED: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static PASSED: AtomicU32 = AtomicU32::new(0);

    #[expect(clippy::disallowed_methods, reason = "a test's order to one process, in no release build")]
    let read = || {
        let order = std::env::var(ORDER).ok()?;
        let (name, time) = order.split_once(':').unwrap_or((&order, "1"));
        Some((name.to_owned(), time.parse().ok()?))
    };
    if let Some((name, time)) = WANTED.get_or_init(read)
        && name == point
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *time
    {
        std::process::abort();
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
#[inline]
pub(crate) fn pass(_point: &str) {}
