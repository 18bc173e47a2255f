//! Pressing buttons below the bot's messages.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{MessageId, seen};
use crate::{
    fake::{Shared, TelegramFake},
    state::{Callback, Chat, Message},
};

/// A press of a button; the bot has to answer it soon.
#[derive(Clone)]
pub struct Press {
    shared: Arc<Shared>,
    id: String,
}

/// What the bot answered to a press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// May be empty: only the waiting sign ends.
    pub text: String,
    /// Has to be clicked away.
    pub alert: bool,
}

impl Press {
    /// The bot's answer, once it came.
    pub fn notice(&self) -> Option<Notice> {
        let world = self.shared.world();
        world.callbacks[&self.id].answer.clone().map(|(text, alert)| Notice { text, alert })
    }

    /// Waits for the bot's answer.
    pub async fn until_answered(&self) -> Notice {
        seen::wait(&self.shared, || self.notice().ok_or_else(|| ("answer to the button".to_owned(), Vec::new()))).await
    }

    /// From now on it is too late to answer.
    pub fn expires(&self) {
        if let Some(callback) = self.shared.world().callbacks.get_mut(&self.id) {
            callback.expired = true;
        }
    }
}

impl TelegramFake {
    /// Presses that the bot has not answered, and could still answer.
    pub fn unanswered(&self) -> usize {
        self.shared.world().callbacks.values().filter(|callback| callback.answer.is_none() && !callback.expired).count()
    }
}

/// What a button with this label sends.
fn data_of(message: &Message, label: &str) -> Option<Value> {
    let rows = message.markup.as_ref()?["inline_keyboard"].as_array()?;
    let button = rows.iter().filter_map(Value::as_array).flatten().find(|button| button["text"] == label)?;
    button.get("callback_data").cloned()
}

fn in_sight(chat: &Chat, bot: i64, thread: Option<i64>) -> impl DoubleEndedIterator<Item = &Message> {
    let here = move |message: &&Message| thread.is_none_or(|thread| message.in_topic && message.thread == Some(thread));
    chat.messages.values().filter(move |message| message.from == bot && !message.deleted).filter(here)
}

/// Presses the button with this label below the latest message that has it.
pub(super) fn press_latest(shared: &Arc<Shared>, chat: i64, who: i64, thread: Option<i64>, label: &str) -> Press {
    let found = {
        let world = shared.world();
        let there = &world.chats[&chat];
        let latest = in_sight(there, world.bot(), thread).rev().find(|message| data_of(message, label).is_some());
        latest.map(|message| message.id).ok_or_else(|| {
            let all = in_sight(there, world.bot(), thread).filter_map(|message| seen::seen(&world, there, message));
            all.map(|seen| seen.to_string()).collect::<Vec<_>>().join("\n")
        })
    };
    match found {
        Ok(message) => press(shared, chat, who, message, label),
        Err(all) => panic!("no button {label:?} in sight; there is:\n{all}"),
    }
}

/// Presses a button below this message.
pub(super) fn press(shared: &Arc<Shared>, chat: i64, who: i64, message: MessageId, label: &str) -> Press {
    let mut world = shared.world();
    let data = world.chats[&chat].messages.get(&message).filter(|message| !message.deleted).and_then(|message| data_of(message, label));
    let data = data.unwrap_or_else(|| panic!("no button {label:?} below message {message}"));
    let id = (4_382_000_000_000 + world.fresh()).to_string();
    world.callbacks.insert(id.clone(), Callback { expired: false, answer: None });
    let query = json!({
        "id": id, "from": world.user(who), "message": world.message_json(chat, message), "chat_instance": format!("-77{chat}"), "data": data,
    });
    world.push("callback_query", chat, query);
    drop(world);
    shared.happened();
    Press { shared: Arc::clone(shared), id }
}
