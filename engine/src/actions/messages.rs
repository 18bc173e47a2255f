//! What people say in a conversation, and how every outgoing message is made.

mod again;
mod albums;
mod changing;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_channel::outbound::{Author, OutAttachment, OutButton, Outbound, OutboundKind, OutboundMessage, TicketNotice};
use bellhop_domain::{
    actor::Actor,
    conversation::{Conversation, ConversationStatus},
    id::{ConversationId, FileId, MessageId},
    message::{Attachment, AttachmentState, Button, ButtonAction, Delivery, DeliveryState, Direction, Extras, Message},
    ticket::{Ticket, number_text},
    why::Why,
};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{
    ActionError, TRIES,
    conversations::{assigned, enter_status, load},
    lookup::person,
    require,
};
use crate::{
    caller::{Caller, Permission},
    channels::{BOT_MESSAGE_LIFETIME, Channel},
    clock::fresh_id,
    decision::{CommitError, Decision, Due},
    engine::Engine,
    outbox::first_key,
};

pub use again::send_again;
pub use albums::{add_part, more_to_come};
pub(super) use changing::replace;
pub use changing::{delete, edit};

/// Characters that one message may have.
pub const LONGEST_TEXT: usize = 20_000;
/// Files that one message may carry.
const MOST_ATTACHMENTS: usize = 20;

/// What somebody who works here says.
#[derive(Clone, Default)]
pub struct Reply {
    /// The words, in light Markdown.
    pub text: String,
    /// For colleagues only; never leaves.
    pub internal: bool,
    /// Files that are stored already.
    pub attachments: Vec<FileId>,
    /// The message of the same conversation that it answers; the customer sees which, where the channel can show it.
    pub answers: Option<MessageId>,
    /// The person for whom a program speaks.
    pub on_behalf_of: Option<String>,
    /// The sender's own id of it: the same one again makes no second message.
    pub client_id: Option<String>,
    /// It is a part of an album, under the sender's own id of the part: it waits a moment for the others, which [`add_part`] adds to it.
    pub part: Option<String>,
}

/// Says something to the customer, or to colleagues.
///
/// A reply opens the conversation, makes it the agent's if nobody has it, and takes back what the bot has not sent yet.
pub async fn reply(engine: &Engine, caller: &Caller, id: ConversationId, reply: &Reply) -> Result<Message, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let caller = Caller { actor: speaking_for(&caller.actor, reply.on_behalf_of.as_deref())?, ..caller.clone() };
    let text = check_text(&reply.text, !reply.attachments.is_empty())?;
    let attachments = stored_files(engine, &reply.attachments).await?;
    let answered = match reply.answers {
        Some(answered) => {
            engine.reader().message(answered).await?.filter(|message| message.conversation == id && message.direction != Direction::Note)
        }
        None => None,
    };
    let reply_to = answered.and_then(|message| message.external_id);
    let message_id = reply.client_id.as_deref().map_or_else(|| MessageId(fresh_id()), |client| message_id_for(id, client));
    for _ in 0..TRIES {
        if reply.client_id.is_some()
            && let Some(message) = engine.reader().message(message_id).await?
        {
            return Ok(message);
        }
        let now = engine.now();
        let mut conversation = load(engine, id).await?;
        let mut decision = Decision::by(&caller);
        let (attachments, reply_to) = (attachments.clone(), reply_to.clone());
        let outgoing = Outgoing { attachments, reply_to, part: reply.part.clone(), ..Outgoing::new(message_id, caller.actor.clone(), text.clone()) };
        let message = if reply.internal {
            conversation.updated_at = now;
            outgoing.note(&conversation, &mut decision, now)
        } else {
            check_reachable(engine, &conversation).await?;
            take_by_replying(engine, &caller, &mut conversation, &mut decision, now);
            outgoing.send(engine, &conversation, &mut decision, now)
        };
        decision.conversation = Some(conversation);
        match decision.commit(engine).await {
            Ok(()) => return Ok(message),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// What replying does to the conversation: it is open, somebody has it, and the bot is silent.
pub(super) fn take_by_replying(engine: &Engine, caller: &Caller, conversation: &mut Conversation, decision: &mut Decision, now: DateTime<Utc>) {
    enter_status(decision, conversation, ConversationStatus::Open, &caller.actor, now, engine.settings());
    decision.cancel_bot_sends = true;
    if conversation.dialogue.phase.asked_by_agent().is_none() {
        // A number that the customer writes now answers the person, and presses no button from before.
        conversation.dialogue.offered.clear();
    }
    if conversation.assignee.is_none() {
        conversation.assignee = person(&engine.desk(), &caller.actor);
        if conversation.assignee.is_some() {
            conversation.routing.get_or_insert_default().taken(conversation.assignee, now);
            decision.timeline.push(assigned(engine, conversation, caller, now));
        }
    }
}

/// Makes a message, stores it with the decision and queues it on the conversation's channel; answers the stored one.
///
/// Only a bot's message expires. Where the channel is not configured any more, the message is kept as failed, with the reason.
#[expect(clippy::too_many_arguments, reason = "a message has these parts, and each caller decides every one of them")]
pub(crate) fn compose(
    engine: &Engine,
    conversation: &Conversation,
    author: Actor,
    author_name: Option<String>,
    text: String,
    buttons: Vec<(String, ButtonAction)>,
    ticket: Option<&Ticket>,
    reply_to: Option<String>,
    attachments: Vec<Attachment>,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Message {
    let outgoing = Outgoing { author_name, buttons, ticket, reply_to, attachments, ..Outgoing::new(MessageId(fresh_id()), author, text) };
    outgoing.send(engine, conversation, decision, now)
}

/// Makes a note to colleagues and stores it with the decision; it never leaves.
pub(crate) fn note(conversation: &Conversation, author: Actor, text: String, decision: &mut Decision, now: DateTime<Utc>) -> Message {
    Outgoing::new(MessageId(fresh_id()), author, text).note(conversation, decision, now)
}

/// A message that is about to be stored and sent.
pub(super) struct Outgoing<'a> {
    id: MessageId,
    author: Actor,
    author_name: Option<String>,
    text: String,
    buttons: Vec<(String, ButtonAction)>,
    ticket: Option<&'a Ticket>,
    reply_to: Option<String>,
    pub(super) attachments: Vec<Attachment>,
    /// The part of an album that comes first.
    part: Option<String>,
}

impl<'a> Outgoing<'a> {
    pub(super) fn new(id: MessageId, author: Actor, text: String) -> Self {
        let author_name = author.name().map(str::to_owned);
        Self { id, author, author_name, text, buttons: Vec::new(), ticket: None, reply_to: None, attachments: Vec::new(), part: None }
    }

    /// To the customer.
    pub(super) fn send(self, engine: &Engine, conversation: &Conversation, decision: &mut Decision, now: DateTime<Utc>) -> Message {
        let channel = engine.channels().get(&conversation.channel);
        let delivery = match channel {
            Some(_) => Delivery { state: DeliveryState::Queued, error: None, maybe_sent: false },
            None => Delivery {
                state: DeliveryState::Failed,
                error: Some(format!("the channel {} is not configured any more", conversation.channel)),
                maybe_sent: false,
            },
        };
        let notice = self.ticket.map(|ticket| ticket_notice(engine, ticket));
        let message = self.into_message(conversation.id, Direction::Out, Some(delivery), now);
        if let Some(channel) = channel {
            let mut due = due(channel, &message.author, now);
            if !message.extras.parts.is_empty() {
                due.at += albums::PATIENCE;
            }
            let outbound = outbound(engine, conversation, &message, notice);
            decision.send(conversation, &outbound, Some(&message), due);
        }
        decision.new_messages.push(message.clone());
        message
    }

    /// To colleagues.
    pub(super) fn note(self, conversation: &Conversation, decision: &mut Decision, now: DateTime<Utc>) -> Message {
        let message = self.into_message(conversation.id, Direction::Note, None, now);
        decision.new_messages.push(message.clone());
        message
    }

    fn into_message(self, conversation: ConversationId, direction: Direction, delivery: Option<Delivery>, now: DateTime<Utc>) -> Message {
        let buttons = self.buttons.into_iter().map(|(label, action)| Button { id: button_id(), label, action }).collect();
        Message {
            id: self.id,
            conversation,
            direction,
            author: self.author,
            author_name: self.author_name,
            text: self.text,
            extras: Extras {
                attachments: self.attachments,
                buttons,
                reply_to: self.reply_to,
                ticket: self.ticket.map(|ticket| ticket.number),
                parts: self.part.into_iter().collect(),
                ..Extras::default()
            },
            external_id: None,
            delivery,
            created_at: now,
        }
    }
}

/// When a message is due, and until when it is tried: a bot's message expires, nobody else's does.
pub(crate) fn due(channel: &Channel, author: &Actor, now: DateTime<Utc>) -> Due {
    let later = |span: std::time::Duration| now + TimeDelta::from_std(span).unwrap_or(TimeDelta::days(366));
    Due {
        at: now,
        expires_at: matches!(author, Actor::Bot).then(|| later(BOT_MESSAGE_LIFETIME)),
        give_up_at: later(channel.adapter().pacing().give_up_after),
    }
}

fn outbound(engine: &Engine, conversation: &Conversation, message: &Message, ticket: Option<TicketNotice>) -> Outbound {
    let attachments = message.extras.attachments.iter().filter_map(|attachment| match &attachment.state {
        AttachmentState::Stored { file, .. } => {
            Some(OutAttachment { url: engine.links().file(*file), name: attachment.name.clone(), content_type: attachment.content_type.clone() })
        }
        AttachmentState::Pending | AttachmentState::Failed { .. } => None,
    });
    Outbound {
        kind: OutboundKind::Message,
        id: first_key(message.id),
        thread: conversation.external_thread.clone(),
        message: Some(OutboundMessage {
            id: message.id.to_string(),
            author: author_of(&message.author),
            text: message.text.clone(),
            reply_to: message.extras.reply_to.clone(),
            buttons: message.extras.buttons.iter().map(|button| OutButton { id: button.id.clone(), label: button.label.clone() }).collect(),
            attachments: attachments.collect(),
            external_id: None,
        }),
        ticket,
    }
}

pub(super) fn ticket_notice(engine: &Engine, ticket: &Ticket) -> TicketNotice {
    TicketNotice {
        number: number_text(ticket.number),
        template: ticket.template.clone(),
        status: ticket.status,
        stage: ticket.stage.clone(),
        tracking_url: engine.links().ticket(ticket.id),
    }
}

fn author_of(actor: &Actor) -> Author {
    match actor {
        Actor::Bot => Author::Bot,
        Actor::Agent { .. } | Actor::Token { .. } => Author::Agent,
        Actor::System | Actor::Contact { .. } => Author::System,
    }
}

/// Opaque and not to be guessed: 96 random bits in 16 characters.
fn button_id() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 12]>())
}

/// The id of a message that its sender named: the same name in the same conversation is the same message.
pub fn message_id_for(conversation: ConversationId, client_id: &str) -> MessageId {
    let digest = Sha256::new().chain_update(conversation.0.as_bytes()).chain_update(client_id.as_bytes()).finalize();
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest.iter()) {
        *byte = *from;
    }
    MessageId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// As whom a reply is recorded: only a program speaks for somebody else.
pub(super) fn speaking_for(actor: &Actor, on_behalf_of: Option<&str>) -> Result<Actor, ActionError> {
    let Some(name) = on_behalf_of.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(actor.clone()) };
    match actor {
        Actor::Token { id, name: token, .. } if name.chars().count() <= 200 => {
            Ok(Actor::Token { id: *id, name: token.clone(), on_behalf_of: Some(name.to_owned()) })
        }
        Actor::Token { .. } => Err(ActionError::invalid("on_behalf_of", "at most 200 characters")),
        _ => Err(ActionError::invalid("on_behalf_of", "only a program with a token speaks for somebody else")),
    }
}

pub(super) fn check_text(text: &str, may_be_empty: bool) -> Result<String, ActionError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0').replace('\0', "");
    let shows_nothing = text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'));
    if shows_nothing && !may_be_empty {
        return Err(ActionError::invalid("text", Why::new("why-is-empty")));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(ActionError::invalid("text", Why::new("why-at-most-characters").count("most", LONGEST_TEXT)));
    }
    Ok(text)
}

pub(super) async fn stored_files(engine: &Engine, files: &[FileId]) -> Result<Vec<Attachment>, ActionError> {
    if files.len() > MOST_ATTACHMENTS {
        return Err(ActionError::invalid("attachments", Why::new("why-at-most-files").count("most", MOST_ATTACHMENTS)));
    }
    let mut attachments = Vec::with_capacity(files.len());
    for (index, id) in files.iter().enumerate() {
        let Some(file) = engine.reader().file(*id).await? else {
            return Err(ActionError::invalid(format!("attachments[{index}]"), Why::new("why-no-such-file")));
        };
        attachments.push(Attachment {
            name: file.name,
            content_type: file.content_type,
            url: None,
            state: AttachmentState::Stored { file: *id, size: file.size },
        });
    }
    Ok(attachments)
}

/// Refuses what could never arrive: nobody types a reply that cannot be sent.
pub(super) async fn check_reachable(engine: &Engine, conversation: &Conversation) -> Result<(), ActionError> {
    if engine.channels().get(&conversation.channel).is_none() {
        return Err(ActionError::not_now(Why::new("why-channel-gone").with("channel", &conversation.channel)));
    }
    let contact = engine.reader().contact(conversation.contact).await?;
    if contact.is_none_or(|contact| contact.erased_at.is_some()) {
        return Err(ActionError::not_now(Why::new("why-erased-send")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use bellhop_domain::id::{AgentId, TokenId};
    use uuid::Uuid;

    #[test]
    fn the_same_client_id_is_the_same_message_in_one_conversation_only() {
        let (one, two) = (ConversationId(Uuid::from_u128(1)), ConversationId(Uuid::from_u128(2)));
        assert_eq!(message_id_for(one, "a"), message_id_for(one, "a"));
        assert_ne!(message_id_for(one, "a"), message_id_for(one, "b"));
        assert_ne!(message_id_for(one, "a"), message_id_for(two, "a"));
    }

    #[test]
    fn button_ids_are_short_and_differ() {
        let ids: std::collections::BTreeSet<String> = (0..100).map(|_| button_id()).collect();
        assert_eq!(ids.len(), 100);
        assert!(ids.iter().all(|id| id.len() <= 32));
    }

    #[test]
    fn only_a_program_speaks_for_somebody_else() {
        let token = Actor::Token { id: TokenId(Uuid::nil()), name: "crm".into(), on_behalf_of: None };
        assert_eq!(speaking_for(&token, Some(" Mei ")).unwrap().name(), Some("Mei"));
        assert_eq!(speaking_for(&token, Some(" ")).unwrap().name(), Some("crm"));
        let agent = Actor::Agent { id: AgentId(Uuid::nil()), key: "mei".into(), name: "Mei".into() };
        assert!(speaking_for(&agent, Some("Ann")).is_err());
        assert_eq!(speaking_for(&agent, None).unwrap(), agent);
    }

    #[test]
    fn texts_are_trimmed_and_refused_when_empty_or_endless() {
        assert_eq!(check_text("  hello\r\nthere \0", false).unwrap(), "hello\nthere");
        assert!(check_text(" \n\0 ", false).is_err());
        assert_eq!(check_text(" ", true).unwrap(), "");
        assert!(check_text(&"x".repeat(LONGEST_TEXT + 1), false).is_err());
    }
}
