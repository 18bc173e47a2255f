//! Says at once that a press was heard: Discord gives a bot three seconds.

use std::sync::Arc;

use bellhop_channel::{Fields, Side};
use serenity::builder::{CreateInteractionResponse, CreateInteractionResponseMessage};
use tokio::{runtime::Handle, sync::Semaphore};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::{
    api::{Api, request::Request},
    contact,
    event::Place,
};

/// Most answers that are under way at the same time; of more, the rest show as failed, though they are stored and handled like all others.
const MAX_AT_ONCE: usize = 64;

/// The answers are given off the path, at once and once: what was pressed is stored whatever becomes of them.
pub(crate) struct Acks {
    api: Arc<Api>,
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    stop: CancellationToken,
    _guard: DropGuard,
}

impl Acks {
    pub(crate) fn new(api: Arc<Api>) -> Self {
        let stop = CancellationToken::new();
        Self { api, places: Arc::new(Semaphore::new(MAX_AT_ONCE)), tasks: TaskTracker::new(), _guard: stop.clone().drop_guard(), stop }
    }

    /// Looks at an interaction that has just arrived, in this place; returns at once.
    pub(crate) fn look(&self, interaction: Fields<'_>, place: Option<Place>) {
        let is_press = interaction.integer("type") == Some(3);
        if is_press && contact::is_asked(interaction) {
            self.give(interaction, &later());
        } else if is_press && place.is_some_and(|place| place.side() == Side::Customer) {
            self.give(interaction, &CreateInteractionResponse::Acknowledge);
        }
    }

    /// Gives the first answer to an interaction; returns at once.
    pub(crate) fn give(&self, interaction: Fields<'_>, answer: &CreateInteractionResponse) {
        let (Some(id), Some(token)) = (interaction.id("id"), interaction.id("token")) else { return };
        let (Ok(runtime), Ok(place)) = (Handle::try_current(), Arc::clone(&self.places).try_acquire_owned()) else { return };
        let (api, call) = (Arc::clone(&self.api), Request::callback(&id, &token, answer));
        let give = async move {
            // One try with the time limit of every call: the press is stored all the same.
            let _ = api.call(call).await;
            drop(place);
        };
        self.tasks.spawn_on(self.stop.clone().run_until_cancelled_owned(give), &runtime);
    }
}

/// The answer follows, for nobody but whoever pressed.
fn later() -> CreateInteractionResponse {
    CreateInteractionResponse::Defer(CreateInteractionResponseMessage::new().ephemeral(true))
}
