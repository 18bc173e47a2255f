//! A pressed button: opaque, bound to its conversation, harmless when it comes twice or late.

use bellhop_channel::Event;
use bellhop_domain::{dialogue::Input, message::Message};
use bellhop_store::inbox::InboxEvent;

use super::{HandleError, done, incoming};
use crate::{bot, channels::Channel, decision::Decision, engine::Engine};

/// How far back a button is looked for.
const RECENT: u32 = 50;

pub(super) async fn handle(
    engine: &Engine,
    channel: &Channel,
    stored: &InboxEvent,
    event: &Event,
    button: &str,
    message: Option<&str>,
) -> Result<(), HandleError> {
    let Some(state) = engine.reader().thread_state(channel.name(), &event.thread, &event.sender.id).await? else { return done(engine, stored).await };
    let Some(conversation) = state.conversation.clone() else { return done(engine, stored).await };
    let recent = engine.reader().last_messages_of_thread(state.thread.id, RECENT).await?;
    let below = recent.iter().find(|known| has_button(known, button) && message.is_none_or(|id| is_called(known, id)));
    let below = below.or_else(|| recent.iter().find(|known| has_button(known, button)));
    // A button that we never made, or one from another conversation, presses nothing.
    let Some(below) = below else { return done(engine, stored).await };
    let Some(action) = below.extras.buttons.iter().find(|known| known.id == button).map(|known| known.action.clone()) else {
        return done(engine, stored).await;
    };
    let latest = recent.iter().rev().find(|known| !known.extras.buttons.is_empty());
    let pressed_before = below.extras.pressed.is_some();
    let late = pressed_before || below.conversation != conversation.id || latest.is_some_and(|latest| latest.id != below.id);
    let mut decision = Decision { events: vec![stored.seq], ..Default::default() };
    let Some(place) = incoming::place(engine, channel, event, &mut decision).await? else { return done(engine, stored).await };
    if place.contact.blocked {
        return done(engine, stored).await;
    }
    if !late {
        let mut below = below.clone();
        below.extras.pressed = Some(button.to_owned());
        decision.changed_messages.push(below);
    }
    let case =
        bot::Case { conversation: place.conversation, contact: place.contact, is_new: place.is_new, reply_to: None, texts: None, which: Vec::new() };
    bot::consider(engine, case, &Input::Presses { action: &action, late }, &mut decision).await?;
    Ok(decision.commit(engine).await?)
}

fn has_button(message: &Message, button: &str) -> bool {
    message.extras.buttons.iter().any(|known| known.id == button)
}

fn is_called(message: &Message, id: &str) -> bool {
    message.external_id.as_deref() == Some(id) || message.id.to_string() == id
}
