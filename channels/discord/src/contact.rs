//! "Contact us": a message with a button, and the private thread that a press on it opens.

use bellhop_channel::Fields;
use bellhop_domain::words;
use serde_json::json;
use serenity::{
    all::{AutoArchiveDuration, ButtonStyle, ChannelType},
    builder::{CreateActionRow, CreateButton, CreateMessage, CreateThread},
};

use crate::{
    account::Account,
    api::{
        failure::{Failure, Target},
        request::Request,
    },
    event::{self, Place},
    incoming, markdown,
    outgoing::{nobody, nonce},
};
use bellhop_channel::SendError;
use serenity::all::Nonce;

/// The id of the button.
pub(crate) const BUTTON: &str = "bellhop:contact";

/// Longest name of a thread, in Unicode scalar values.
const MAX_NAME: usize = 100;

/// Whether this press asks for a conversation.
pub(crate) fn is_asked(interaction: Fields<'_>) -> bool {
    interaction.object("data").and_then(|data| data.text("custom_id")) == Some(BUTTON)
}

/// The message with the button; `key` is the same on every try.
pub(crate) fn invitation(channel: &str, key: &str, text: &str, label: &str) -> Request {
    let button = CreateButton::new(BUTTON).style(ButtonStyle::Primary).label(label.chars().take(80).collect::<String>());
    let message = CreateMessage::new()
        .content(markdown::written(text))
        .allowed_mentions(nobody())
        .nonce(Nonce::String(nonce(key, 0)))
        .enforce_nonce(true)
        .components(vec![CreateActionRow::Buttons(vec![button])]);
    Request::post(["channels", channel, "messages"]).with(&message)
}

/// Whoever pressed, and where.
#[derive(Debug)]
pub(crate) struct Press {
    application: String,
    token: String,
    channel: String,
    pub(crate) person: String,
    name: String,
    language: String,
}

impl Press {
    /// Reads a press on the button; none where a part is missing.
    pub(crate) fn read(interaction: Fields<'_>) -> Option<Self> {
        let who = event::person(interaction);
        let name =
            interaction.object("member").and_then(|member| member.name("nick")).or_else(|| who.name("global_name")).or_else(|| who.name("username"));
        Some(Self {
            application: interaction.id("application_id")?,
            token: interaction.id("token")?,
            channel: interaction.id("channel_id")?,
            person: who.id("id")?,
            name: name.unwrap_or_else(|| "…".to_owned()),
            language: interaction.text("locale").and_then(incoming::locale).unwrap_or_else(|| "en".to_owned()),
        })
    }
}

/// The thread that somebody has now.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) thread: String,
    /// It was made for this press.
    pub(crate) is_new: bool,
}

/// Opens the thread, or the one that this person has already, and tells them where it is. What goes wrong is told to them, and to whoever reads the log.
pub(crate) async fn open(account: &Account, press: &Press, known: Option<&str>) -> Result<Opened, SendError> {
    let opened = thread(account, press, known).await;
    let text = match &opened {
        Ok(Opened { thread, is_new: true }) => words::say(&press.language, "contact-opened", &[("place", format!("<#{thread}>").as_str().into())]),
        Ok(Opened { thread, is_new: false }) => {
            words::say(&press.language, "contact-open-already", &[("place", format!("<#{thread}>").as_str().into())])
        }
        Err(_) => words::say(&press.language, "contact-failed", &[]),
    };
    let mut answer = Request::patch(["webhooks", &press.application, &press.token, "messages", "@original"]);
    answer.as_bot = false;
    // The thread itself has told them already; this only leads there.
    let _ = account.api.call(answer.with(&json!({"content": text, "allowed_mentions": nobody()}))).await;
    opened.map_err(|failure| failure.sort(Target::Customer))
}

async fn thread(account: &Account, press: &Press, known: Option<&str>) -> Result<Opened, Failure> {
    if let Some(known) = known {
        let brought_back = account.api.call(Request::patch(["channels", known]).with(&json!({"archived": false}))).await;
        match brought_back {
            Ok(_) => {
                join(account, known, press).await?;
                return Ok(Opened { thread: known.to_owned(), is_new: false });
            }
            Err(failure) if failure.is_out_of_reach() => {}
            Err(failure) => return Err(failure),
        }
    }
    let name: String = press.name.chars().take(MAX_NAME).collect();
    let thread = CreateThread::new(name).kind(ChannelType::PrivateThread).invitable(false).auto_archive_duration(AutoArchiveDuration::OneWeek);
    let made = account.api.ask(Request::post(["channels", &press.channel, "threads"]).with(&thread)).await?;
    let id = Fields::of(&made).id("id").ok_or_else(Failure::unreadable)?;
    account.places.set(&id, Place::Thread);
    join(account, &id, press).await?;
    Ok(Opened { thread: id, is_new: true })
}

async fn join(account: &Account, thread: &str, press: &Press) -> Result<(), Failure> {
    account.api.call(Request::put(["channels", thread, "thread-members", &press.person])).await.map(drop)
}
