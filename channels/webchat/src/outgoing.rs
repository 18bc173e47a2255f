//! What is sent, as the entries that clients read.

use std::time::Duration;

use bellhop_channel::{
    Author, HostedMailbox, NewEntry, OutAttachment, Outbound, OutboundKind, OutboundMessage, Refusal, SendError, Sent, SentState, tree,
};
use serde_json::{Map, Value, json};

/// What one try may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Keeps what is sent; under the outbox's key, so that a repeat changes nothing.
pub(crate) async fn send(mailbox: &dyn HostedMailbox, outbound: &Outbound) -> Result<Sent, SendError> {
    let late = |_| SendError::Retry { after: None, reason: "it could not be stored in time".to_owned() };
    tokio::time::timeout(PATIENCE, keep(mailbox, outbound)).await.map_err(late)?.map_err(sorted)
}

async fn keep(mailbox: &dyn HostedMailbox, outbound: &Outbound) -> Result<Sent, Refusal> {
    let Some(message) = &outbound.message else {
        mailbox.show_typing(&outbound.thread).await?;
        return Ok(Sent { external_id: None, state: SentState::Delivered });
    };
    let about = message.external_id.as_deref().unwrap_or(&message.id);
    let amended = match outbound.kind {
        OutboundKind::Edit | OutboundKind::Delete | OutboundKind::Read => amended(mailbox, outbound, message, about).await?,
        OutboundKind::Message | OutboundKind::Typing => None,
    };
    let is_new = outbound.kind == OutboundKind::Message;
    let entry = NewEntry {
        thread: outbound.thread.clone(),
        key: outbound.id.clone(),
        name: is_new.then(|| outbound.id.clone()),
        body: body(outbound, message, about).to_string().into(),
        amends: amended.map(|entry| (about.to_owned(), entry.to_string().into())),
    };
    mailbox.keep(entry).await?;
    // Clients, and what they say of a message, know it by the outbox's key.
    Ok(Sent { external_id: is_new.then(|| outbound.id.clone()), state: SentState::Sent })
}

/// What an earlier message says from now on, so that whoever reads it later reads it so.
async fn amended(mailbox: &dyn HostedMailbox, outbound: &Outbound, message: &OutboundMessage, about: &str) -> Result<Option<Value>, Refusal> {
    let Some(kept) = mailbox.find(&outbound.thread, about).await? else { return Ok(None) };
    let Ok(mut entry) = serde_json::from_str::<Map<String, Value>>(&kept.body) else { return Ok(None) };
    match outbound.kind {
        OutboundKind::Edit => {
            entry.insert("text".to_owned(), message.text.as_str().into());
            entry.insert("nodes".to_owned(), nodes(&message.text));
            entry.insert("edited".to_owned(), true.into());
        }
        OutboundKind::Delete => {
            entry.retain(|key, _| ["type", "id", "author"].contains(&key.as_str()));
            entry.insert("deleted".to_owned(), true.into());
        }
        _ => {
            entry.insert("seen".to_owned(), true.into());
        }
    }
    Ok(Some(entry.into()))
}

fn body(outbound: &Outbound, message: &OutboundMessage, about: &str) -> Value {
    match outbound.kind {
        OutboundKind::Edit => json!({ "type": "edit", "message": about, "text": message.text, "nodes": nodes(&message.text) }),
        OutboundKind::Delete => json!({ "type": "delete", "message": about }),
        OutboundKind::Read => json!({ "type": "read", "message": about }),
        OutboundKind::Message | OutboundKind::Typing => whole(outbound, message),
    }
}

fn whole(outbound: &Outbound, message: &OutboundMessage) -> Value {
    let mut entry =
        json!({ "type": "message", "id": outbound.id, "author": author(message.author), "text": message.text, "nodes": nodes(&message.text) });
    if let Some(answered) = &message.reply_to {
        entry["reply_to"] = answered.as_str().into();
    }
    if !message.buttons.is_empty() {
        entry["buttons"] = message.buttons.iter().map(|button| json!({ "id": button.id, "label": button.label })).collect();
    }
    if !message.attachments.is_empty() {
        entry["files"] = message.attachments.iter().map(file).collect();
    }
    if let Some(ticket) = &outbound.ticket {
        entry["ticket"] = json!({ "number": ticket.number, "template": ticket.template, "status": ticket.status, "stage": ticket.stage, "tracking_url": ticket.tracking_url });
    }
    entry
}

fn file(file: &OutAttachment) -> Value {
    json!({ "url": file.url, "name": file.name, "type": file.content_type })
}

fn author(author: Author) -> &'static str {
    match author {
        Author::Bot => "bot",
        Author::Agent => "agent",
        Author::System => "system",
    }
}

fn nodes(text: &str) -> Value {
    tree::of(text, tree::Kind::Message).into()
}

/// Nothing is refused for good: it is our own store that does not take it now.
fn sorted(refusal: Refusal) -> SendError {
    let reason = refusal.to_string();
    match refusal {
        Refusal::Full { retry_after } => SendError::Retry { after: Some(retry_after), reason },
        Refusal::Storage(_) | Refusal::Stopping => SendError::Retry { after: None, reason },
    }
}
