//! Messages that change or go after they were decided on: what waits is replaced or taken back, what was sent is followed by an edit.

use bellhop_channel::{Capabilities, Outbound, OutboundKind, OutboundMessage, degrade};
use bellhop_domain::{
    conversation::Conversation,
    id::{ConversationId, MessageId},
    message::{DeliveryState, Message},
};
use bellhop_store::{
    DbError, Tx,
    outbox::{NewSend, Send as QueuedSend, SendState},
};

use crate::{
    clock::fresh_id,
    decision::{Due, Staged},
};

/// Sends of one conversation that are looked through.
const MOST_SENDS: u32 = 500;

/// What becomes of a message that changes or goes.
pub(crate) struct Revision {
    message: MessageId,
    conversation: ConversationId,
    /// What is sent in its place, as long as nothing of it was; nothing takes it back.
    instead: Vec<NewSend>,
    /// What follows what was sent.
    then: Vec<NewSend>,
}

/// What every send of a message has in common.
pub(crate) struct Way<'a> {
    pub(crate) conversation: &'a Conversation,
    pub(crate) capabilities: &'a Capabilities,
    pub(crate) due: Due,
}

impl Revision {
    /// The message says something else now: `before` and `after` are what would be sent for it. Answers what the channel cannot show, too.
    ///
    /// Where one message becomes one message, or only the last of several changes, that one is edited. Otherwise what it says now is sent as a new message
    /// that answers the old one: parts that were sent stay, for a platform's ids of them are not known. After either, the message's platform id is
    /// that of the last part of what it says.
    pub(crate) fn edit(way: &Way<'_>, message: &Message, before: Outbound, after: Outbound) -> (Self, Vec<String>) {
        let old = degrade(before, way.capabilities).sends;
        let new = degrade(after.clone(), way.capabilities);
        let follow = match (parts_that_stay(&old, &new.sends), new.sends.last()) {
            (Some(_), Some(last)) => {
                let text = last.message.as_ref().map(|message| message.text.clone()).unwrap_or_default();
                changed(after, OutboundKind::Edit, |known| {
                    known.text = text;
                    known.reply_to = None;
                    known.external_id.clone_from(&message.external_id);
                })
            }
            _ => changed(after, OutboundKind::Message, |known| {
                known.reply_to.clone_from(&message.external_id);
                known.attachments = Vec::new();
            }),
        };
        let follow = degrade(follow, way.capabilities);
        let mut losses = new.losses;
        losses.extend(follow.losses.into_iter().filter(|loss| !losses.contains(loss)).collect::<Vec<_>>());
        let then = way.queue(message.id, &follow.sends);
        (Self { message: message.id, conversation: message.conversation, instead: way.queue(message.id, &new.sends), then }, losses)
    }

    /// The message is more than it was: the `whole` goes in place of what waits; where that has left, only the `rest` is sent.
    pub(crate) fn add(way: &Way<'_>, message: MessageId, whole: Outbound, rest: Outbound) -> (Self, Vec<String>) {
        let rest = changed(rest, OutboundKind::Message, |_| {});
        let (whole, rest) = (degrade(whole, way.capabilities), degrade(rest, way.capabilities));
        let (instead, then) = (way.queue(message, &whole.sends), way.queue(message, &rest.sends));
        (Self { message, conversation: way.conversation.id, instead, then }, whole.losses)
    }

    /// The message goes. Of one that was sent in parts, the last part does.
    pub(crate) fn delete(way: &Way<'_>, message: &Message, before: Outbound) -> (Self, Vec<String>) {
        let in_parts = degrade(before.clone(), way.capabilities).sends.len() > 1;
        let gone = changed(before, OutboundKind::Delete, |known| {
            known.text = String::new();
            known.buttons = Vec::new();
            known.attachments = Vec::new();
            known.external_id.clone_from(&message.external_id);
        });
        let mut gone = degrade(gone, way.capabilities);
        if in_parts && !gone.sends.is_empty() {
            gone.losses.push("was sent in parts, and only the last one can be taken back".to_owned());
        }
        let then = way.queue(message.id, &gone.sends);
        (Self { message: message.id, conversation: message.conversation, instead: Vec::new(), then }, gone.losses)
    }

    /// Replaces or takes back what waits, in the transaction of the decision; answers what is to be queued.
    pub(crate) async fn apply(&self, tx: &Tx) -> Result<Vec<NewSend>, DbError> {
        let first = first_key(self.message);
        let of_message = tx.sends_of_conversation(self.conversation, MOST_SENDS).await?.into_iter().filter_map(|send| {
            let outbound: Outbound = serde_json::from_str(&send.body).ok()?;
            (outbound.message.as_ref()?.id == self.message.to_string()).then_some((send, outbound.id))
        });
        let (original, follow_ups): (Vec<_>, Vec<_>) = of_message.partition(|(_, key)| key.starts_with(&first));
        // An earlier change that still waits is overtaken by this one.
        for (send, _) in &follow_ups {
            tx.cancel_send(send.id, false).await?;
        }
        // Parts go out in their order: while the first one waits, nothing was sent.
        if original.iter().any(|(send, key)| *key == first && send.state != SendState::Sending) {
            return self.replace(tx, original.into_iter().map(|(send, _)| send).collect()).await;
        }
        let known = if original.is_empty() { tx.message(self.message).await? } else { None };
        let never_sent =
            known.is_some_and(|message| message.external_id.is_none() && !message.delivery.is_some_and(|delivery| was_sent(delivery.state)));
        Ok(if never_sent { Vec::new() } else { self.then.clone() })
    }

    async fn replace(&self, tx: &Tx, waiting: Vec<QueuedSend>) -> Result<Vec<NewSend>, DbError> {
        if waiting.len() == self.instead.len() {
            for (send, new) in waiting.iter().zip(&self.instead) {
                tx.replace_send(send.id, &new.body).await?;
            }
            return Ok(Vec::new());
        }
        for send in &waiting {
            tx.cancel_send(send.id, self.instead.is_empty()).await?;
        }
        Ok(self.instead.clone())
    }
}

impl Way<'_> {
    fn queue(&self, message: MessageId, sends: &[Outbound]) -> Vec<NewSend> {
        let Some(last) = sends.len().checked_sub(1) else { return Vec::new() };
        let queued = |(at, send): (usize, &Outbound)| {
            // What became of an edit says nothing of the message; what became of a new message in its place does.
            let of = (send.kind == OutboundKind::Message).then_some(message);
            Staged::of(self.conversation, send.clone(), of, self.due).part(send, at == last)
        };
        sends.iter().enumerate().map(queued).collect()
    }
}

/// The key of the first send of a message; the further parts' begin with it.
pub(crate) fn first_key(message: MessageId) -> String {
    format!("out-{}", message.0.simple())
}

fn changed(outbound: Outbound, kind: OutboundKind, change: impl FnOnce(&mut OutboundMessage)) -> Outbound {
    let mut message = outbound.message;
    if let Some(message) = &mut message {
        change(message);
    }
    Outbound { kind, id: format!("out-{}", fresh_id().simple()), message, ..outbound }
}

/// How many parts stay as they are, where only the last one changes.
fn parts_that_stay(old: &[Outbound], new: &[Outbound]) -> Option<usize> {
    let text = |send: &Outbound| send.message.as_ref().map(|message| message.text.clone());
    let stay = new.len().checked_sub(1)?;
    let same = old.len() == new.len() && old.iter().zip(new).take(stay).all(|(old, new)| text(old) == text(new));
    same.then_some(stay)
}

fn was_sent(state: DeliveryState) -> bool {
    matches!(state, DeliveryState::Sending | DeliveryState::Sent | DeliveryState::Delivered | DeliveryState::Read)
}
