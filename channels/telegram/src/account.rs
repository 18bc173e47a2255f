//! The bot: what its customers' side and its staff side share.

use std::sync::{Arc, OnceLock};

use bellhop_channel::{
    Files, Location, OutAttachment, OutButton, SendError, Sent, SentState, Surroundings,
    calls::Unanswered,
    uploads::{self, File, Source, Unfinished},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use teloxide::{payloads, types::FileId};

use crate::{
    api::{
        Api,
        failure::{Failure, Target, refused},
        request::Request,
    },
    config::Config,
    message::FILE,
    outgoing::{self, Draft},
    waiting::Waiting,
};

/// One bot, and how to reach Telegram as it.
pub(crate) struct Account {
    pub(crate) api: Arc<Api>,
    pub(crate) staff_chat: Option<i64>,
    pub(crate) waiting: Waiting,
    files: Arc<dyn Files>,
    /// What Telegram said of it: perhaps nothing.
    username: OnceLock<Option<String>>,
    unfinished: Unfinished,
}

impl Account {
    pub(crate) fn new(config: &Config, surroundings: &Surroundings) -> Self {
        let api = Arc::new(Api::new(surroundings.http.clone(), config.api_url.clone(), config.token.clone(), config.timeout));
        Self {
            waiting: Waiting::new(Arc::clone(&api)),
            api,
            staff_chat: config.staff_chat,
            files: Arc::clone(&surroundings.files),
            username: OnceLock::new(),
            unfinished: Unfinished::default(),
        }
    }

    /// The bot's name behind the `@`, once Telegram has told.
    pub(crate) fn username(&self) -> Option<&str> {
        self.username.get().and_then(Option::as_deref)
    }

    /// Whether Telegram has told who the bot is.
    pub(crate) fn is_known(&self) -> bool {
        self.username.get().is_some()
    }

    /// Asks Telegram who the bot is, unless that is known.
    pub(crate) async fn meet(&self) -> Result<(), Failure> {
        if self.is_known() {
            return Ok(());
        }
        let me = self.api.call(Request::of("getMe", &payloads::GetMe::new())).await?;
        let username = serde_json::from_str::<Me>(me.get()).ok().and_then(|me| me.username);
        // Whoever was faster has heard the same.
        let _ = self.username.set(username);
        Ok(())
    }

    /// The bytes of files where they lie with us, else their addresses.
    pub(crate) async fn load(&self, attachments: &[OutAttachment]) -> Result<Vec<File>, SendError> {
        let files = uploads::load(&*self.files, attachments).await?;
        if files.iter().any(|file| matches!(&file.source, Source::Bytes(bytes) if bytes.is_empty())) {
            return Err(refused("a file is empty, which Telegram does not take"));
        }
        Ok(files)
    }

    /// Writes a draft. Where that takes several calls and one of them fails, the next try with the same key goes on from there.
    pub(crate) async fn post(&self, key: &str, draft: Draft<'_>) -> Result<Sent, Failure> {
        let calls = outgoing::write(draft).map_err(Unanswered::from)?;
        let first = self.unfinished.go_on(key, calls, |call| self.make(call), |made| message_id(made)).await?;
        Ok(Sent { external_id: first, state: SentState::Sent })
    }

    /// Makes a call, and once more without what Telegram took offence at: formatting or pictures that it cannot read.
    pub(crate) async fn make(&self, call: Request) -> Result<Box<RawValue>, Failure> {
        let plainer = |failure: &Failure| {
            if failure.says(&["can't parse entities", "entity", "entities"]) {
                return call.without_entities();
            }
            if failure.says(&["photo_", "image_process_failed", "wrong type of the web page content", "photo should be"]) {
                return call.without_photos();
            }
            None
        };
        match self.api.call(call.clone()).await {
            Err(failure) => match plainer(&failure) {
                Some(call) => self.api.call(call).await,
                None => Err(self.judge(failure).await),
            },
            done => done,
        }
    }

    /// Changes a message: its text, or what stands below its file. That nothing changes is no failure.
    pub(crate) async fn change(&self, chat: i64, message: i32, text: &str, buttons: &[OutButton]) -> Result<(), Failure> {
        let mut outcome = self.make(outgoing::edit(chat, message, text, buttons)).await;
        if outcome.as_ref().is_err_and(|failure| failure.says(&["no text in the message"])) {
            let Some(call) = outgoing::edit_caption(chat, message, text, buttons) else {
                return Err(Unanswered::impossible(format!("the text below a file cannot be longer than {}", outgoing::MAX_CAPTION)).into());
            };
            outcome = self.make(call).await;
        }
        match outcome {
            Err(failure) if !failure.says(&["message is not modified"]) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Takes a message back; one that is gone already is taken back.
    pub(crate) async fn take_back(&self, chat: i64, message: i32) -> Result<(), Failure> {
        match self.make(outgoing::delete(chat, message)).await {
            Err(failure) if !failure.says(&["message to delete not found"]) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Where the bytes of a file of Telegram's are.
    pub(crate) async fn locate(&self, reference: &str) -> Result<Location, SendError> {
        let Some(id) = reference.strip_prefix(FILE) else {
            return Ok(Location::Outside(reference.to_owned()));
        };
        let file =
            self.make(Request::of("getFile", &payloads::GetFile::new(FileId(id.to_owned())))).await.map_err(|failure| failure.sort(Target::Bot))?;
        let path = serde_json::from_str::<Path>(file.get()).ok().and_then(|file| file.file_path).filter(|path| !path.is_empty());
        let Some(path) = path else {
            return Err(refused("Telegram does not say where the file is"));
        };
        if path.starts_with('/') {
            return Err(refused("the Bot API server keeps its files to itself: run it without --local"));
        }
        self.api.file(&path).map(Location::Platform).ok_or_else(|| refused("api_url cannot carry a path"))
    }

    /// Tells a method that the server does not know from a token that it does not know: it answers 404 to both.
    async fn judge(&self, failure: Failure) -> Failure {
        if failure.code() != Some(404) {
            return failure;
        }
        match self.api.call(Request::of("getMe", &payloads::GetMe::new())).await {
            Ok(_) => Unanswered::impossible("the Bot API server does not know this method").into(),
            Err(_) => failure,
        }
    }
}

#[derive(Deserialize)]
struct Me {
    username: Option<String>,
}

#[derive(Deserialize)]
struct Path {
    file_path: Option<String>,
}

/// The id of the message that a call made, or of the first of several.
fn message_id(result: &RawValue) -> Option<String> {
    let value: Value = serde_json::from_str(result.get()).ok()?;
    let message = value.as_array().map_or(Some(&value), |messages| messages.first())?;
    message.get("message_id")?.as_i64().map(|id| id.to_string())
}
