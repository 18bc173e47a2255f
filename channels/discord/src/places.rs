//! Which channel is whose, as far as Discord has told.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bellhop_channel::Fields;

use crate::event::Place;

/// Channels that are remembered; of more, they are asked for again.
const MAX_CHANNELS: usize = 50_000;

/// The kinds of channels, in Discord's numbers, that mean something to us.
mod kinds {
    pub(super) const DIRECT: i64 = 1;
    pub(super) const PUBLIC_THREAD: i64 = 11;
    pub(super) const PRIVATE_THREAD: i64 = 12;
}

/// What is known of channels.
#[derive(Default)]
pub(crate) struct Places(Mutex<HashMap<String, Place>>);

impl Places {
    pub(crate) fn get(&self, channel: &str) -> Option<Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(channel).copied()
    }

    pub(crate) fn set(&self, channel: &str, place: Place) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_CHANNELS {
            known.clear();
        }
        known.insert(channel.to_owned(), place);
    }

    /// Remembers a channel as Discord describes it; answers whose it is.
    pub(crate) fn learn(&self, channel: Fields<'_>, bot: Option<&str>, staff: Option<&str>) -> Option<Place> {
        let id = channel.id("id")?;
        let place = place(channel, bot, staff);
        // Not every description of a thread says who has opened it.
        if place == Place::Elsewhere && channel.integer("type") == Some(kinds::PRIVATE_THREAD) && !channel.has("owner_id") {
            return self.get(&id);
        }
        self.set(&id, place);
        Some(place)
    }
}

fn place(channel: Fields<'_>, bot: Option<&str>, staff: Option<&str>) -> Place {
    let kind = channel.integer("type");
    if kind == Some(kinds::DIRECT) {
        return Place::Direct;
    }
    let is = |key: &str, id: Option<&str>| id.is_some() && channel.text(key) == id;
    if is("id", staff) {
        Place::Lobby
    } else if is("parent_id", staff) && matches!(kind, Some(kinds::PUBLIC_THREAD | kinds::PRIVATE_THREAD)) {
        Place::Topic
    } else if kind == Some(kinds::PRIVATE_THREAD) && is("owner_id", bot) {
        Place::Thread
    } else {
        Place::Elsewhere
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_channel_is_whose_it_is() {
        let places = Places::default();
        for (channel, expected) in [
            (json!({"id": "1", "type": 1}), Some(Place::Direct)),
            (json!({"id": "50", "type": 15}), Some(Place::Lobby)),
            (json!({"id": "2", "type": 11, "parent_id": "50", "owner_id": "9"}), Some(Place::Topic)),
            (json!({"id": "3", "type": 12, "parent_id": "60", "owner_id": "9"}), Some(Place::Thread)),
            (json!({"id": "3", "type": 12, "parent_id": "60"}), Some(Place::Thread)),
            (json!({"id": "4", "type": 12, "parent_id": "60", "owner_id": "8"}), Some(Place::Elsewhere)),
            (json!({"id": "5", "type": 12, "parent_id": "60"}), None),
            (json!({"id": "6", "type": 0}), Some(Place::Elsewhere)),
            (json!({"type": 0}), None),
        ] {
            assert_eq!(places.learn(Fields::of(&channel), Some("9"), Some("50")), expected, "{channel}");
        }
    }
}
