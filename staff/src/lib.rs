#![doc = include_str!("../README.md")]

mod card;
mod chat;
mod collision;
mod facts;
mod handle;
mod lobby;
mod mirror;
mod pace;
mod perform;
mod round;
mod say;
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
use futures_util::{StreamExt as _, future::join_all, stream};
use tokio::sync::mpsc::Receiver;

use chat::{Chat, Notice};

/// Notices to single agents that are under way at once, in one staff chat.
const NOTICES_AT_ONCE: usize = 8;

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
                    tell(engine, chat, waiting).await;
                }
            };
            tokio::join!(round::run(engine, chat), notices);
        }))
        .await;
    }

    async fn handle(&self, engine: &Engine, channel: &str, event: StaffEvent, seq: i64) -> Result<(), StaffError> {
        match self.chat(engine, channel) {
            Some(chat) => handle::handle(engine, &chat, event, seq).await,
            None => Ok(()),
        }
    }
}

/// Tells single agents what concerns them alone: at once, for it is of no use later.
async fn tell(engine: &Engine, chat: &Chat, waiting: Receiver<Notice>) {
    let notices = stream::unfold(waiting, |mut waiting| async move { waiting.recv().await.map(|notice| (notice, waiting)) });
    let told = notices.for_each_concurrent(NOTICES_AT_ONCE, |notice| async move {
        if let Err(error) = chat.channel.answer(&notice.trigger, &notice.text).await {
            tracing::info!(channel = chat.name(), error = %error, "An agent could not be told something");
        }
    });
    let stopping = engine.stopping();
    tokio::select! {
        () = told => {}
        () = stopping.cancelled() => {}
    }
}
