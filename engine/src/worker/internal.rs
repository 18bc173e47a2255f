//! Events of our own: timers and results of outside calls, which come back through the lane like everything else.

use std::collections::BTreeMap;

use bellhop_domain::{
    actor::Actor,
    conversation::ConversationStatus,
    dialogue::Input,
    id::{ConversationId, FileId, FollowUpId, MessageId, TicketId},
    message::AttachmentState,
};
use bellhop_store::inbox::{InboxEvent, NewEvent};
use serde::{Deserialize, Serialize};

use super::{HandleError, albums};
use crate::{
    actions::{ActionError, conversations::enter_status, follow_ups, tickets},
    bot,
    decision::Decision,
    engine::Engine,
    lanes::lane_of,
};

/// An event of our own, as it lies in the inbox: variants and fields are only ever added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Internal {
    /// A conversation has waited for a person for as long as anybody should.
    HandoffLimit { conversation: ConversationId },
    /// A conversation that was set aside is due again.
    SnoozeOver { conversation: ConversationId },
    /// A message of the bot was too old to be sent.
    CouldNotSend { conversation: ConversationId },
    /// No words came with an album for as long as they were waited for.
    AlbumOver { conversation: ConversationId, message: MessageId },
    /// The platform refused to change the live card of a ticket.
    CardRefused { message: MessageId },
    /// An incident was solved, of which this ticket is a child.
    IncidentSolved { ticket: TicketId, incident: i64, answer: BTreeMap<String, String> },
    /// Something that is to be done about a ticket is due.
    FollowUpDue { follow_up: FollowUpId },
    /// Much that is to be done about tickets is due.
    FollowUpsDue { follow_ups: Vec<FollowUpId> },
    /// An attachment was fetched, or will not be.
    Fetched { message: MessageId, position: usize, outcome: Fetched },
}

/// What became of fetching an attachment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(crate) enum Fetched {
    /// Stored as this file.
    Stored { file: FileId, size: u64, content_type: String },
    /// Given up.
    Failed { reason: String },
}

impl Internal {
    /// As it is stored.
    pub(crate) fn to_json(&self) -> Box<str> {
        serde_json::to_string(self).unwrap_or_default().into()
    }
}

pub(super) async fn handle(engine: &Engine, stored: &InboxEvent) -> Result<(), HandleError> {
    match serde_json::from_str(&stored.body)? {
        Internal::HandoffLimit { conversation } => limit_reached(engine, stored, conversation).await,
        Internal::SnoozeOver { conversation } => snooze_over(engine, stored, conversation).await,
        Internal::CouldNotSend { conversation } => bot_takes(engine, stored, conversation, &Input::CouldNotSend).await,
        Internal::AlbumOver { conversation, message } => Box::pin(albums::over(engine, stored, conversation, message)).await,
        Internal::CardRefused { message } => card_refused(engine, stored, message).await,
        Internal::IncidentSolved { ticket, incident, answer } => {
            if tickets::incident::solved(engine, stored.seq, ticket, incident, &answer).await? {
                return Ok(());
            }
            super::done(engine, stored).await
        }
        Internal::FollowUpDue { follow_up } => {
            if follow_ups::come_due(engine, stored.seq, &[follow_up]).await? {
                return Ok(());
            }
            super::done(engine, stored).await
        }
        Internal::FollowUpsDue { follow_ups } => match follow_ups::come_due(engine, stored.seq, &follow_ups).await {
            Ok(true) => Ok(()),
            Ok(false) => super::done(engine, stored).await,
            Err(ActionError::Unavailable(error)) => {
                tracing::warn!(error = %error, "Follow-ups could not come due together; each is tried by itself");
                each_by_itself(engine, stored, &follow_ups).await
            }
            Err(error) => Err(error.into()),
        },
        Internal::Fetched { message, position, outcome } => fetched(engine, stored, message, position, outcome).await,
    }
}

/// What one of many cannot get over stops only itself. Where the database does not answer at all, this is not committed either, and tried again.
async fn each_by_itself(engine: &Engine, stored: &InboxEvent, ids: &[FollowUpId]) -> Result<(), HandleError> {
    let now = engine.now();
    let one = |follow_up: &FollowUpId| NewEvent {
        lane: lane_of(&stored.channel, &follow_up.to_string()),
        channel: stored.channel.clone(),
        key: format!("{}:{follow_up}", stored.seq),
        body: Internal::FollowUpDue { follow_up: *follow_up }.to_json(),
        internal: true,
        received_at: now,
    };
    let decision = Decision { events: vec![stored.seq], follow_ups: ids.iter().map(one).collect(), ..Default::default() };
    Ok(decision.commit(engine).await?)
}

async fn limit_reached(engine: &Engine, stored: &InboxEvent, id: ConversationId) -> Result<(), HandleError> {
    let queued = engine.reader().conversation(id).await?.is_some_and(|conversation| conversation.status == ConversationStatus::Queued);
    if queued { bot_takes(engine, stored, id, &Input::WaitedTooLong).await } else { super::done(engine, stored).await }
}

async fn bot_takes(engine: &Engine, stored: &InboxEvent, id: ConversationId, input: &Input<'_>) -> Result<(), HandleError> {
    let Some(conversation) = engine.reader().conversation(id).await? else { return super::done(engine, stored).await };
    let Some(contact) = engine.reader().contact(conversation.contact).await? else { return super::done(engine, stored).await };
    let mut decision = Decision { events: vec![stored.seq], ..Default::default() };
    let case = bot::Case { conversation, contact, is_new: false, reply_to: None, texts: None, which: Vec::new() };
    bot::consider(engine, case, input, &mut decision).await?;
    Ok(decision.commit(engine).await?)
}

async fn snooze_over(engine: &Engine, stored: &InboxEvent, id: ConversationId) -> Result<(), HandleError> {
    let Some(mut conversation) = engine.reader().conversation(id).await? else { return super::done(engine, stored).await };
    let now = engine.now();
    if conversation.status != ConversationStatus::Snoozed || conversation.snoozed_until.is_some_and(|until| until > now) {
        return super::done(engine, stored).await;
    }
    let mut decision = Decision { events: vec![stored.seq], ..Default::default() };
    let next = if conversation.assignee.is_some() { ConversationStatus::Open } else { ConversationStatus::Queued };
    enter_status(&mut decision, &mut conversation, next, &Actor::System, now, engine.settings());
    decision.conversation = Some(conversation);
    Ok(decision.commit(engine).await?)
}

async fn card_refused(engine: &Engine, stored: &InboxEvent, message: MessageId) -> Result<(), HandleError> {
    let mut decision = Decision { events: vec![stored.seq], ..Default::default() };
    tickets::card_again(engine, message, &mut decision).await?;
    Ok(decision.commit(engine).await?)
}

async fn fetched(engine: &Engine, stored: &InboxEvent, id: MessageId, position: usize, outcome: Fetched) -> Result<(), HandleError> {
    let Some(mut message) = engine.reader().message(id).await? else { return super::done(engine, stored).await };
    let Some(attachment) = message.extras.attachments.get_mut(position) else { return super::done(engine, stored).await };
    match outcome {
        Fetched::Stored { file, size, content_type } => {
            attachment.content_type = content_type;
            attachment.state = AttachmentState::Stored { file, size };
        }
        Fetched::Failed { reason } => attachment.state = AttachmentState::Failed { reason },
    }
    let decision = Decision { events: vec![stored.seq], changed_messages: vec![message], ..Default::default() };
    Ok(decision.commit(engine).await?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_lies_in_the_inbox_keeps_its_shape() {
        let conversation = ConversationId(Uuid::from_u128(1));
        let message = MessageId(Uuid::from_u128(2));
        for (event, json) in [
            (Internal::HandoffLimit { conversation }, r#"{"type":"handoff_limit","conversation":"cnv_00000000000000000000000000000001"}"#),
            (Internal::SnoozeOver { conversation }, r#"{"type":"snooze_over","conversation":"cnv_00000000000000000000000000000001"}"#),
            (
                Internal::AlbumOver { conversation, message },
                r#"{"type":"album_over","conversation":"cnv_00000000000000000000000000000001","message":"msg_00000000000000000000000000000002"}"#,
            ),
            (
                Internal::IncidentSolved {
                    ticket: TicketId(Uuid::from_u128(3)),
                    incident: 7,
                    answer: BTreeMap::from([("en".into(), "Fixed".into())]),
                },
                r#"{"type":"incident_solved","ticket":"tkt_00000000000000000000000000000003","incident":7,"answer":{"en":"Fixed"}}"#,
            ),
            (
                Internal::FollowUpDue { follow_up: FollowUpId(Uuid::from_u128(4)) },
                r#"{"type":"follow_up_due","follow_up":"fup_00000000000000000000000000000004"}"#,
            ),
            (
                Internal::FollowUpsDue { follow_ups: vec![FollowUpId(Uuid::from_u128(4)), FollowUpId(Uuid::from_u128(5))] },
                r#"{"type":"follow_ups_due","follow_ups":["fup_00000000000000000000000000000004","fup_00000000000000000000000000000005"]}"#,
            ),
            (Internal::CardRefused { message }, r#"{"type":"card_refused","message":"msg_00000000000000000000000000000002"}"#),
            (Internal::CouldNotSend { conversation }, r#"{"type":"could_not_send","conversation":"cnv_00000000000000000000000000000001"}"#),
            (
                Internal::Fetched { message, position: 0, outcome: Fetched::Failed { reason: "404".into() } },
                r#"{"type":"fetched","message":"msg_00000000000000000000000000000002","position":0,"outcome":{"outcome":"failed","reason":"404"}}"#,
            ),
        ] {
            assert_eq!(&*event.to_json(), json);
            assert_eq!(serde_json::from_str::<Internal>(json).unwrap(), event);
        }
    }
}
