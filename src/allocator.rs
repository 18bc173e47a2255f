//! The allocator, and how it is told to hand freed memory back.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many milliseconds it keeps freed pages. Unasked it keeps them for a second and then waits for something to do: a third of the
/// memory of a program at rest is what its start has left behind.
const SETTING: &str = "MIMALLOC_PURGE_DELAY";

/// Sees to it that freed memory goes back at once, for programs that run for long.
///
/// The allocator reads its settings from the environment, before `main`. So the program replaces itself once, with the setting made; the process stays
/// the same. An operator's own setting is kept, and where it cannot be done the program goes on as it is.
#[cfg(unix)]
pub fn hand_back_at_once() {
    use std::os::unix::process::CommandExt as _;

    #[expect(clippy::disallowed_methods, reason = "a setting of the allocator's, which is no configuration of ours")]
    let is_set = std::env::var_os(SETTING).is_some();
    let Ok(program) = std::env::current_exe() else { return };
    if !is_set {
        let _goes_on_as_it_is = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(SETTING, "0").exec();
    }
}

/// Nothing: the setting can be made from outside.
#[cfg(not(unix))]
pub fn hand_back_at_once() {}
