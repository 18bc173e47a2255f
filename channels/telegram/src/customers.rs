//! Messages with people, in private chats with the bot.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use bellhop_channel::{
    AttachmentLimits, ButtonLimits, Capabilities, CustomerChannel, Envelope, EnvelopeError, Event, Formats, Location, Mailbox, NormaliseError,
    Outbound, OutboundKind, OutboundMessage, Pacing, PullChannel, PushChannel, SendError, Sent, SentState, TextUnit, Transport, Trusts, VerifyError,
    calls::Unanswered,
};
use chrono::{DateTime, Utc};
use http::HeaderMap;
use serde_json::{Map, json};
use subtle::ConstantTimeEq as _;
use tokio_util::sync::CancellationToken;

use crate::{
    account::Account,
    api::{
        failure::{Failure, Target, refused},
        request::Request,
    },
    floods::Floods,
    incoming,
    outgoing::{self, Draft, MAX_FILES, MAX_TEXT},
    poll,
    update::{self, KINDS},
};

/// The choices that Telegram shows below a message: a hundred would be taken, but nobody reads them.
pub(crate) const BUTTONS: ButtonLimits = ButtonLimits { count: 40, label: 64, id_bytes: 64 };

/// What Telegram shows in private chats.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    transport: Transport::Poll,
    max_text: MAX_TEXT,
    text_unit: TextUnit::Utf16,
    formats: Formats::Markdown,
    buttons: Some(BUTTONS),
    attachments: Some(AttachmentLimits { count: MAX_FILES }),
    edits: true,
    deletes: true,
    typing: true,
    read: false,
    replies: true,
    reactions_in: true,
    receipts: false,
    idempotent_sends: false,
    live_cards: true,
};

/// The same where Telegram calls us.
const PUSHED: Capabilities = Capabilities { transport: Transport::Push, ..CAPABILITIES };

/// The header in which Telegram says our secret.
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// The private chats of one bot.
pub(crate) struct Customers {
    pub(crate) name: String,
    pub(crate) account: Arc<Account>,
    pub(crate) pushed: bool,
    pub(crate) secret_token: String,
    pub(crate) pacing: Pacing,
    pub(crate) floods: Floods,
}

impl Customers {
    async fn deliver(&self, chat: i64, outbound: &Outbound) -> Result<Sent, Failure> {
        let done = |()| Sent { external_id: None, state: SentState::Sent };
        match (outbound.kind, &outbound.message) {
            (OutboundKind::Typing, _) => self.account.make(outgoing::typing(chat)).await.map(|_| done(())),
            (OutboundKind::Message, Some(message)) => self.write(chat, outbound, message).await,
            (OutboundKind::Edit, Some(message)) => {
                let id = theirs(message)?;
                self.account.change(chat, id, &message.text, &message.buttons).await?;
                Ok(Sent { external_id: Some(id.to_string()), state: SentState::Sent })
            }
            (OutboundKind::Delete, Some(message)) => self.account.take_back(chat, theirs(message)?).await.map(done),
            (OutboundKind::Read, _) | (_, None) => Err(impossible("the channel cannot send this")),
        }
    }

    async fn write(&self, chat: i64, outbound: &Outbound, message: &OutboundMessage) -> Result<Sent, Failure> {
        let files = self.account.load(&message.attachments).await.map_err(Unanswered::from)?;
        let draft = Draft {
            chat,
            topic: None,
            text: &message.text,
            buttons: &message.buttons,
            files,
            reply_to: message.reply_to.as_deref().and_then(|id| id.parse().ok()),
            silent: false,
        };
        self.account.post(&outbound.id, draft).await
    }
}

/// Telegram's id of a message that was sent.
fn theirs(message: &OutboundMessage) -> Result<i32, Failure> {
    let id = message.external_id.as_deref().and_then(|id| id.parse().ok());
    id.ok_or_else(|| impossible("Telegram's id of the message is not known"))
}

fn impossible(reason: &str) -> Failure {
    Unanswered::impossible(reason).into()
}

#[async_trait]
impl CustomerChannel for Customers {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        if self.pushed { &PUSHED } else { &CAPABILITIES }
    }

    fn trusts(&self) -> &Trusts {
        const NOTHING: &Trusts = &Trusts { tier: false, region: false, attributes: false, organisation: false, verified: false };
        NOTHING
    }

    fn pacing(&self) -> Pacing {
        self.pacing
    }

    fn normalise(&self, raw: &str) -> Result<Event, NormaliseError> {
        incoming::normalise(raw, self.account.staff_chat)
    }

    async fn send(&self, outbound: &Outbound) -> Result<Sent, SendError> {
        CAPABILITIES.check(outbound)?;
        let chat = outbound.thread.parse().map_err(|_| refused("the thread is no chat of Telegram's"))?;
        self.deliver(chat, outbound).await.map_err(|failure| {
            let flood = failure.code() == Some(429);
            let error = failure.sort(Target::Customer);
            if flood { self.floods.look(&outbound.thread, error, Instant::now()) } else { error }
        })
    }

    async fn locate(&self, reference: &str) -> Result<Location, SendError> {
        self.account.locate(reference).await
    }
}

#[async_trait]
impl PullChannel for Customers {
    async fn run(&self, mailbox: Arc<dyn Mailbox>, stop: CancellationToken) -> Result<(), SendError> {
        poll::run(&self.account, mailbox, stop).await
    }
}

#[async_trait]
impl PushChannel for Customers {
    fn verify(&self, headers: &HeaderMap, _body: &[u8], _now: DateTime<Utc>) -> Result<(), VerifyError> {
        let said = headers.get(SECRET).ok_or(VerifyError::Header("X-Telegram-Bot-Api-Secret-Token"))?;
        let same: bool = said.as_bytes().ct_eq(self.secret_token.as_bytes()).into();
        if same { Ok(()) } else { Err(VerifyError::Signature) }
    }

    fn envelope(&self, body: &[u8]) -> Result<Envelope, EnvelopeError> {
        let wrong = |problem: &str| EnvelopeError { field: "body".to_owned(), problem: problem.to_owned() };
        let raw = std::str::from_utf8(body).map_err(|_| wrong("is not UTF-8"))?;
        // Only Telegram knows the secret, and it would send the same again and again, before everything else: what cannot be read is kept too.
        let Some(update) = update::parse(raw) else { return Ok(update::garbage(raw)) };
        if let Some(press) = update::pressed(&update, self.account.staff_chat) {
            self.account.waiting.end(&press);
        }
        Ok(update::envelope(raw, &update, self.account.staff_chat))
    }

    async fn announce(&self, address: &str) -> Result<(), SendError> {
        self.account.meet().await.map_err(|failure| failure.sort(Target::Bot))?;
        let mut parameters = Map::new();
        parameters.insert("url".to_owned(), json!(address));
        parameters.insert("secret_token".to_owned(), json!(self.secret_token));
        parameters.insert("allowed_updates".to_owned(), json!(KINDS));
        let set = self.account.make(Request::with("setWebhook", parameters)).await;
        set.map(drop).map_err(|failure| failure.sort(Target::Bot))
    }
}
