#![doc = include_str!("../README.md")]

mod attending;
mod card;
mod chat;
mod choosing;
mod collision;
mod facts;
mod handle;
mod lobby;
mod mirror;
mod pace;
mod perform;
mod round;
mod say;
mod told;
mod transcript;
mod who;
mod writing;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bellhop_channel::staff::StaffEvent;
use bellhop_engine::{
    Engine,
    staff::{StaffDesk, StaffError},
};
use futures_util::future::join_all;

use attending::Attending;
use chat::Chat;

/// The staff chats of all channels that have one.
#[derive(Default)]
pub struct Staff {
    chats: Mutex<BTreeMap<String, Arc<Chat>>>,
}

impl Staff {
    /// The staff chat of a channel, if it has one.
    fn chat(&self, engine: &Engine, channel: &str) -> Option<Arc<Chat>> {
        let mut chats = self.chats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(chat) = chats.get(channel) {
            return Some(chat.clone());
        }
        let chat = Arc::new(Chat::new(engine.channels().staff(channel)?.clone()));
        chats.insert(channel.to_owned(), chat.clone());
        Some(chat)
    }
}

#[async_trait]
impl StaffDesk for Staff {
    async fn run(&self, engine: Engine) {
        let names: Vec<String> = engine.channels().staff_chats().map(|channel| channel.name().to_owned()).collect();
        let chats: Vec<Arc<Chat>> = names.iter().filter_map(|name| self.chat(&engine, name)).collect();
        let engine = &engine;
        join_all(chats.iter().map(|chat| async move {
            chat.look_at_everything();
            let notices = async {
                if let Some(waiting) = chat.waiting_notices() {
                    told::tell(engine, chat, waiting).await;
                }
            };
            let attending = Arc::new(Attending::new(engine, chat.name()));
            chat.channel.attended_by(attending.clone());
            tokio::join!(round::run(engine, chat), notices, attending::offer(engine, chat));
            attending.ends();
        }))
        .await;
    }

    async fn handle(&self, engine: &Engine, channel: &str, event: StaffEvent, seq: i64) -> Result<(), StaffError> {
        match self.chat(engine, channel) {
            Some(chat) => Box::pin(handle::handle(engine, &chat, event, seq)).await,
            None => Ok(()),
        }
    }
}
