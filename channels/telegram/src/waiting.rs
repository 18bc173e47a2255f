//! Ends the waiting signs of customers' buttons.

use std::sync::Arc;

use tokio::{runtime::Handle, sync::Semaphore};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::{api::Api, outgoing};

/// Most signs that are ended at the same time; of more, the rest end by themselves after a while.
const MAX_AT_ONCE: usize = 16;

/// A button shows a waiting sign until the bot has answered its press. The press itself is stored and handled like everything else; its sign
/// is ended once, at once and off the path, because nothing depends on it: when that fails it ends by itself.
pub(crate) struct Waiting {
    api: Arc<Api>,
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    stop: CancellationToken,
    _guard: DropGuard,
}

impl Waiting {
    pub(crate) fn new(api: Arc<Api>) -> Self {
        let stop = CancellationToken::new();
        Self { api, places: Arc::new(Semaphore::new(MAX_AT_ONCE)), tasks: TaskTracker::new(), _guard: stop.clone().drop_guard(), stop }
    }

    /// Ends the sign of a press; returns at once.
    pub(crate) fn end(&self, press: &str) {
        let (Ok(runtime), Ok(place)) = (Handle::try_current(), Arc::clone(&self.places).try_acquire_owned()) else { return };
        let (api, call) = (Arc::clone(&self.api), outgoing::answer(press, ""));
        let end = async move {
            // One try with the time limit of every call: a sign that stays is no harm.
            let _ = api.call(call).await;
            drop(place);
        };
        self.tasks.spawn_on(self.stop.clone().run_until_cancelled_owned(end), &runtime);
    }
}
