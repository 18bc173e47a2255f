//! Messages with people, in direct messages and private threads.

use std::sync::Arc;

use async_trait::async_trait;
use bellhop_channel::{
    AttachmentLimits, ButtonLimits, Capabilities, CustomerChannel, Event, Formats, Location, Mailbox, NormaliseError, Outbound, OutboundKind,
    OutboundMessage, Pacing, PullChannel, SendError, Sent, SentState, TextUnit, Transport, Trusts, calls::Unanswered,
};
use tokio_util::sync::CancellationToken;

use crate::{
    account::Account,
    api::failure::{Failure, Target, refused},
    gateway, incoming,
    outgoing::{self, Draft, MAX_FILES, MAX_TEXT},
};

/// The choices that Discord shows below a message: five as buttons, more as a menu.
pub(crate) const BUTTONS: ButtonLimits = ButtonLimits { count: 25, label: 80, id_bytes: 100 };

/// What Discord shows.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    transport: Transport::Gateway,
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
    idempotent_sends: true,
    live_cards: true,
};

/// The direct messages and private threads of one bot.
pub(crate) struct Customers {
    pub(crate) name: String,
    pub(crate) account: Arc<Account>,
    pub(crate) pacing: Pacing,
}

impl Customers {
    async fn deliver(&self, outbound: &Outbound) -> Result<Sent, Failure> {
        let done = |()| Sent { external_id: None, state: SentState::Sent };
        let channel = outbound.thread.as_str();
        match (outbound.kind, &outbound.message) {
            (OutboundKind::Typing, _) => self.account.api.call(outgoing::typing(channel)).await.map(|_| done(())),
            (OutboundKind::Message, Some(message)) => self.write(outbound, message).await,
            (OutboundKind::Edit, Some(message)) => {
                let id = theirs(message)?;
                self.account.change(channel, id, &message.text, &message.buttons).await?;
                Ok(Sent { external_id: Some(id.to_owned()), state: SentState::Sent })
            }
            (OutboundKind::Delete, Some(message)) => self.account.take_back(channel, theirs(message)?).await.map(done),
            (OutboundKind::Read, _) | (_, None) => Err(impossible("the channel cannot send this")),
        }
    }

    async fn write(&self, outbound: &Outbound, message: &OutboundMessage) -> Result<Sent, Failure> {
        let files = self.account.load(&message.attachments).await.map_err(Unanswered::from)?;
        let draft = Draft {
            channel: &outbound.thread,
            key: &outbound.id,
            text: &message.text,
            buttons: &message.buttons,
            files,
            reply_to: message.reply_to.as_deref(),
            silent: false,
        };
        self.account.post(draft).await
    }
}

/// Discord's id of a message that was sent.
fn theirs(message: &OutboundMessage) -> Result<&str, Failure> {
    let id = message.external_id.as_deref().filter(|id| outgoing::id(id).is_some());
    id.ok_or_else(|| impossible("Discord's id of the message is not known"))
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
        &CAPABILITIES
    }

    fn trusts(&self) -> &Trusts {
        const NOTHING: &Trusts = &Trusts { tier: false, region: false, attributes: false, organisation: false, verified: false };
        NOTHING
    }

    fn pacing(&self) -> Pacing {
        self.pacing
    }

    fn normalise(&self, raw: &str) -> Result<Event, NormaliseError> {
        incoming::normalise(raw)
    }

    async fn send(&self, outbound: &Outbound) -> Result<Sent, SendError> {
        CAPABILITIES.check(outbound)?;
        if outgoing::id(&outbound.thread).is_none() {
            return Err(refused("the thread is no channel of Discord's"));
        }
        self.deliver(outbound).await.map_err(|failure| failure.sort(Target::Customer))
    }

    async fn locate(&self, reference: &str) -> Result<Location, SendError> {
        self.account.locate(reference).await
    }
}

#[async_trait]
impl PullChannel for Customers {
    async fn run(&self, mailbox: Arc<dyn Mailbox>, stop: CancellationToken) -> Result<(), SendError> {
        gateway::run(&self.account, mailbox, stop).await
    }
}
