//! A decision: everything that one step changes, committed in one transaction.

mod elsewhere;
mod telling;

use std::collections::BTreeSet;

use bellhop_channel::{Outbound, degrade};
use bellhop_domain::{
    actor::Actor,
    assignment::urgency,
    contact::{Contact, Identity, Thread},
    conversation::Conversation,
    id::{AgentId, ContactId, ConversationId, FileId, MessageId, ReferenceId, TicketId},
    message::{Delivery, Message},
    reference::{FollowUp, Reference},
    request::Request,
    review::Review,
    ticket::{Merge, Ticket, TicketLink},
    timeline::TimelineEvent,
};
use bellhop_store::{
    DbError, Tx, WriteError,
    assignment::Claim,
    contact_codes::ContactCode,
    inbox::{HeldEvent, InboxEvent, NewEvent},
    outbox::{NewSend, Send as QueuedSend},
    timers::NewTimer,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;

use crate::{
    actions::{
        ActionError,
        contacts::{self, ByCode, join},
    },
    bus::Signal,
    caller::Caller,
    engine::Engine,
    failpoint,
    outbox::Revision,
};

/// What one step changes.
#[derive(Default)]
pub(crate) struct Decision {
    /// Inbox events that are done with it; committed only while they are still pending.
    pub(crate) events: Vec<i64>,
    pub(crate) new_contact: Option<Contact>,
    pub(crate) contact: Option<Contact>,
    pub(crate) new_identities: Vec<Identity>,
    pub(crate) new_thread: Option<Thread>,
    pub(crate) new_conversation: Option<Conversation>,
    /// Checked against the version that it was decided on.
    pub(crate) conversation: Option<Conversation>,
    pub(crate) new_messages: Vec<Message>,
    pub(crate) changed_messages: Vec<Message>,
    /// Notes that say something else now, each behind what it said before: whom they name since then is told.
    pub(crate) rewritten_notes: Vec<(String, Message)>,
    pub(crate) new_ticket: Option<Ticket>,
    /// Checked against the versions that they were decided on.
    pub(crate) tickets: Vec<Ticket>,
    /// Relations of tickets that begin; one that would make a circle is a conflict.
    pub(crate) new_links: Vec<TicketLink>,
    /// Relations of tickets that end.
    pub(crate) ended_links: Vec<TicketLink>,
    /// How a ticket was merged, or that it was undone.
    pub(crate) merge: Option<Merge>,
    /// Conversations that a ticket does not refer to any more.
    pub(crate) forgotten: Vec<(TicketId, Vec<ConversationId>)>,
    /// Messages that are the live cards of tickets from now on.
    pub(crate) cards: Vec<(TicketId, MessageId)>,
    /// What becomes of messages that change or go after they were decided on.
    pub(crate) revisions: Vec<Revision>,
    /// A ticket in the making, checked against the version that it was decided on.
    pub(crate) review: Option<Review>,
    /// A question to another department, checked against the version that it was decided on.
    pub(crate) request: Option<Request>,
    /// Cases in other systems, checked against the versions that they were decided on.
    pub(crate) references: Vec<Reference>,
    /// Cases to which no ticket refers any more.
    pub(crate) ended_references: Vec<ReferenceId>,
    /// What is to be done about tickets at a time, checked against the versions that it was decided on.
    pub(crate) todos: Vec<FollowUp>,
    /// The event of another system's that is heard with it, by the system's key and its own.
    pub(crate) system_event: Option<(String, String)>,
    /// Tickets at which something changed, where they did not.
    pub(crate) touched: Vec<TicketId>,
    /// Messages that are not sent after all; if anything of one may have left already, it is decided again.
    pub(crate) taken_back: Vec<MessageId>,
    /// What goes to the customer; fitted to the channel when it is committed.
    pub(crate) sends: Vec<Staged>,
    /// More of the same person waits to be handled and may be decided together with this: what is said waits for that.
    pub(crate) may_be_joined: bool,
    /// The bot's replies that still wait are taken back: a person has the conversation.
    pub(crate) cancel_bot_sends: bool,
    pub(crate) timeline: Vec<TimelineEvent>,
    pub(crate) timers: Vec<NewTimer>,
    /// Kinds of timers of the conversation that no longer apply.
    pub(crate) cleared_timers: Vec<&'static str>,
    /// Results that come back into the lane at once.
    pub(crate) follow_ups: Vec<NewEvent>,
    /// Channel and name of a message that has come: what came before it (edits, receipts …) goes into the lane again, behind it.
    pub(crate) arrived: Option<(String, String)>,
    /// An event that came before its message: kept until that comes.
    pub(crate) held: Option<HeldEvent>,
    /// What a platform says became of messages of ours.
    pub(crate) receipts: Vec<(MessageId, Delivery)>,
    /// A one-time code that a customer was given.
    pub(crate) contact_code: Option<ContactCode>,
    /// Channel and thread in which a wrong one was given.
    pub(crate) wrong_code: Option<(String, String)>,
    /// Two records that are one from now on, after everything else of this decision.
    pub(crate) join: Option<ByCode>,
    /// The person whose data is erased, after everything else of this decision.
    pub(crate) erase: Option<ContactId>,
    /// Files of that person, removed from disk when everything else is committed.
    pub(crate) erased_files: Vec<FileId>,
    /// How long the customer waited until a person took over.
    pub(crate) waited: Option<TimeDelta>,
    /// The place of an agent to whom the conversation or ticket is given by itself; checked when everything else is written.
    pub(crate) claim: Option<Claim>,
    /// The agent who did it.
    pub(crate) by: Option<AgentId>,
    /// Conversations that changed, where only their messages did.
    pub(crate) signalled: Vec<ConversationId>,
}

/// Why a decision was not committed; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommitError {
    /// Somebody else changed it meanwhile: load and decide again.
    #[error("changed meanwhile")]
    Conflict,
    /// The events were handled already.
    #[error("handled already")]
    AlreadyHandled,
    /// The database has too much to do.
    #[error("busy")]
    Busy,
    /// The database does not take changes.
    #[error("the database does not take changes")]
    Database(#[from] DbError),
}

impl From<WriteError<CommitError>> for CommitError {
    fn from(error: WriteError<CommitError>) -> Self {
        match error {
            WriteError::Closure(error) => error,
            WriteError::Conflict => Self::Conflict,
            WriteError::Busy => Self::Busy,
            WriteError::Unavailable(error) => Self::Database(error),
        }
    }
}

impl From<CommitError> for ActionError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Conflict,
            CommitError::AlreadyHandled => Self::AlreadyHandled,
            CommitError::Busy => Self::Busy,
            CommitError::Database(error) => Self::from(error),
        }
    }
}

impl Decision {
    /// A decision of `caller`'s: the event by which they act, if any, is done with it.
    pub(crate) fn by(caller: &Caller) -> Self {
        let by = match &caller.actor {
            Actor::Agent { id, .. } => Some(*id),
            _ => None,
        };
        Self { events: caller.event.into_iter().collect(), by, ..Self::default() }
    }

    /// Queues `outbound` for the conversation.
    pub(crate) fn send(&mut self, conversation: &Conversation, outbound: &Outbound, message: Option<&Message>, due: Due) {
        self.sends.push(Staged::of(conversation, outbound.clone(), message.map(|message| message.id), due));
    }

    /// Whether something to the customer is among it already.
    pub(crate) fn has_reply(&self) -> bool {
        !self.sends.is_empty()
    }

    /// Fits what is to be sent to its channel; what is lost on the way is noted on the message.
    fn fit(&mut self, engine: &Engine) -> Vec<NewSend> {
        let mut sends = Vec::new();
        for staged in std::mem::take(&mut self.sends) {
            let Some(channel) = engine.channels().get(&staged.channel) else { continue };
            let degraded = degrade(staged.outbound.clone(), channel.adapter().capabilities());
            if !degraded.losses.is_empty()
                && let Some(message) = self.new_messages.iter_mut().find(|message| Some(message.id) == staged.message)
            {
                message.extras.losses.extend(degraded.losses);
            }
            let last = degraded.sends.len().saturating_sub(1);
            for (position, part) in degraded.sends.iter().enumerate() {
                // A message in parts is delivered when its last part is.
                sends.push(staged.part(part, position == last));
            }
        }
        sends
    }

    /// Commits everything or nothing, then wakes whoever waits for it.
    ///
    /// Boxed: a decision is large, and every action holds one while it waits.
    pub(crate) fn commit(self, engine: &Engine) -> BoxFuture<'_, Result<(), CommitError>> {
        Box::pin(self.committed(engine))
    }

    async fn committed(mut self, engine: &Engine) -> Result<(), CommitError> {
        let now = engine.now();
        let conversation = self.conversation.as_ref().or(self.new_conversation.as_ref()).map(|conversation| conversation.id);
        let conversations: BTreeSet<ConversationId> = conversation.into_iter().chain(std::mem::take(&mut self.signalled)).collect();
        let mut tickets: Vec<TicketId> = self.tickets.iter().chain(self.new_ticket.as_ref()).map(|ticket| ticket.id).collect();
        tickets.extend(self.new_links.iter().chain(&self.ended_links).flat_map(|link| [link.ticket, link.other]));
        tickets.extend(&self.touched);
        let mut sends = self.fit(engine);
        let mut follow_ups = std::mem::take(&mut self.follow_ups);
        let (waited, by, holds) = (self.waited, self.by, self.may_be_joined);
        let desk = engine.desk();
        for ticket in self.tickets.iter_mut().chain(self.new_ticket.as_mut()) {
            ticket.routing.urgency = urgency(&desk, ticket.priority, ticket.tier.as_deref());
        }
        let files = std::mem::take(&mut self.erased_files);
        failpoint::pass("decided");
        let _coming = holds.then(|| engine.0.outbox.will_hold(&sends));
        let (queued, accepted, told) = engine
            .writer()
            .write(move |tx| {
                Box::pin(async move {
                    self.write(tx, now).await?;
                    let told = self.tell_agents(tx, &desk, now).await?;
                    for revision in &self.revisions {
                        sends.extend(revision.apply(tx).await?);
                    }
                    let queued = if sends.is_empty() { Vec::new() } else { tx.enqueue(&sends, now).await? };
                    if let Some((channel, message)) = &self.arrived {
                        let early = tx.release_held(channel, message).await?;
                        follow_ups.extend(early.into_iter().map(|event| again(event, now)));
                    }
                    let accepted = if follow_ups.is_empty() { Vec::new() } else { tx.accept(&follow_ups).await? };
                    Ok::<_, CommitError>((queued_sends(sends, queued, now), stored(follow_ups, accepted), told))
                })
            })
            .await?;
        failpoint::pass("committed");
        if holds {
            engine.0.outbox.hold(queued);
        } else {
            engine.0.outbox.push(queued);
        }
        engine.0.lanes.push(accepted);
        contacts::discard(engine, files).await;
        if let Some(agent) = by {
            engine.0.acts.note(agent, now);
        }
        if let Some(waited) = waited {
            engine.0.waits.note(waited);
        }
        tell(engine, conversations, &tickets);
        for agent in told {
            engine.bus().tell(Signal::Notices(agent));
        }
        Ok(())
    }

    async fn write(&self, tx: &Tx, now: DateTime<Utc>) -> Result<(), CommitError> {
        if !self.events.is_empty() && tx.finish_events(&self.events, now).await? != self.events.len() as u64 {
            return Err(CommitError::AlreadyHandled);
        }
        if let Some(contact) = &self.new_contact {
            tx.insert_contact(contact).await?;
        }
        if let Some(contact) = &self.contact
            && !tx.update_contact(contact).await?
        {
            return Err(CommitError::Conflict);
        }
        for identity in &self.new_identities {
            tx.insert_identity(identity).await?;
        }
        if let Some(thread) = &self.new_thread {
            tx.insert_thread(thread).await?;
        }
        if let Some(conversation) = &self.new_conversation {
            tx.insert_conversation(conversation).await?;
        }
        if let Some(conversation) = &self.conversation
            && !tx.update_conversation(conversation).await?
        {
            return Err(CommitError::Conflict);
        }
        if self.cancel_bot_sends
            && let Some(conversation) = &self.conversation
        {
            tx.cancel_sends(conversation.id, true).await?;
        }
        if !self.new_messages.is_empty() {
            tx.insert_messages(&self.new_messages).await?;
        }
        for message in &self.changed_messages {
            tx.update_message(message).await?;
        }
        if let Some(ticket) = &self.new_ticket {
            tx.insert_ticket(ticket).await?;
        }
        for ticket in &self.tickets {
            if !tx.update_ticket(ticket).await? {
                return Err(CommitError::Conflict);
            }
        }
        for link in &self.ended_links {
            tx.remove_ticket_link(link).await?;
        }
        for link in &self.new_links {
            if !tx.add_ticket_link(link).await? {
                return Err(CommitError::Conflict);
            }
        }
        if let Some(merge) = &self.merge {
            tx.keep_merge(merge).await?;
        }
        for (ticket, conversations) in &self.forgotten {
            tx.forget_conversations(*ticket, conversations).await?;
        }
        if let Some(claim) = &self.claim
            && !tx.claim_agent(claim).await?
        {
            return Err(CommitError::Conflict);
        }
        for (ticket, message) in &self.cards {
            tx.set_live_card(*ticket, *message).await?;
        }
        if let Some(review) = &self.review
            && !tx.keep_review(review).await?
        {
            return Err(CommitError::Conflict);
        }
        if let Some(request) = &self.request
            && !tx.keep_request(request).await?
        {
            return Err(CommitError::Conflict);
        }
        self.write_elsewhere(tx, now).await?;
        for message in &self.taken_back {
            if !tx.take_back_send(*message).await? {
                return Err(CommitError::Conflict);
            }
        }
        if !self.timeline.is_empty() {
            tx.append_timeline(&self.timeline).await?;
        }
        if let Some(conversation) = self.conversation.as_ref().or(self.new_conversation.as_ref()) {
            for kind in &self.cleared_timers {
                tx.clear_timers(conversation.id, kind).await?;
            }
        }
        for timer in &self.timers {
            tx.set_timer(timer).await?;
        }
        if let Some(event) = &self.held {
            // What it waits for may have come between the look and this moment.
            let (thread, message) = event.external_message.split_once('\u{1f}').unwrap_or_default();
            if tx.message_by_external(&event.channel, thread, message).await?.is_some() {
                return Err(CommitError::Conflict);
            }
            tx.hold_event(event).await?;
        }
        for (message, delivery) in &self.receipts {
            tx.record_delivery(*message, delivery, None).await?;
        }
        if let Some(code) = &self.contact_code {
            tx.keep_contact_code(code, now).await?;
        }
        if let Some((channel, thread)) = &self.wrong_code {
            tx.note_wrong_code(channel, thread, now).await?;
        }
        if let Some(ByCode { code_hash, contact, other, by, reason }) = &self.join {
            let is_good = tx.take_contact_code(code_hash, now).await?;
            if !is_good || !join(tx, *contact, *other, by.clone(), Some(reason.clone()), now).await? {
                return Err(CommitError::Conflict);
            }
        }
        if let Some(contact) = self.erase {
            tx.erase_contact(contact, now).await?;
        }
        Ok(())
    }
}

/// Marks the event by which a caller acts as done, in a transaction that is no [`Decision`].
///
/// What can be done twice without harm (saving a document of the desk, an article, a token) needs neither: its event is marked afterwards.
pub(crate) async fn finish(tx: &Tx, event: Option<i64>, now: DateTime<Utc>) -> Result<(), ActionError> {
    match event {
        Some(seq) if tx.finish_events(&[seq], now).await? == 0 => Err(ActionError::AlreadyHandled),
        _ => Ok(()),
    }
}

/// Something to send that is not fitted to its channel yet.
pub(crate) struct Staged {
    channel: String,
    thread: String,
    conversation: ConversationId,
    message: Option<MessageId>,
    outbound: Outbound,
    due: Due,
}

impl Staged {
    pub(crate) fn of(conversation: &Conversation, outbound: Outbound, message: Option<MessageId>, due: Due) -> Self {
        Self {
            channel: conversation.channel.clone(),
            thread: conversation.external_thread.clone(),
            conversation: conversation.id,
            message,
            outbound,
            due,
        }
    }

    pub(crate) fn part(&self, part: &Outbound, is_last: bool) -> NewSend {
        NewSend {
            lane: crate::lanes::lane_of(&self.channel, &self.thread),
            channel: self.channel.clone(),
            thread: self.thread.clone(),
            conversation: self.conversation,
            message: self.message.filter(|_| is_last),
            kind: part.kind.as_str().to_owned(),
            body: serde_json::to_string(part).unwrap_or_default().into(),
            due_at: self.due.at,
            expires_at: self.due.expires_at,
            give_up_at: self.due.give_up_at,
        }
    }
}

/// When a message is due, and when it is no longer wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due {
    pub(crate) at: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) give_up_at: DateTime<Utc>,
}

fn queued_sends(sends: Vec<NewSend>, ids: Vec<i64>, now: DateTime<Utc>) -> Vec<QueuedSend> {
    sends.into_iter().zip(ids).map(|(send, id)| QueuedSend::fresh(id, send, now)).collect()
}

/// An event that waited for its message, as a new one behind it; its first one is done.
pub(crate) fn again(event: HeldEvent, now: DateTime<Utc>) -> NewEvent {
    let thread = event.external_message.split('\u{1f}').next().unwrap_or_default();
    NewEvent {
        lane: crate::lanes::lane_of(&event.channel, thread),
        key: format!("again:{}", event.seq),
        channel: event.channel,
        body: event.body,
        internal: false,
        received_at: now,
    }
}

pub(crate) fn stored(events: Vec<NewEvent>, seqs: Vec<Option<i64>>) -> Vec<InboxEvent> {
    events.into_iter().zip(seqs).filter_map(|(event, seq)| seq.map(|seq| event.stored(seq))).collect()
}

fn tell(engine: &Engine, conversations: BTreeSet<ConversationId>, tickets: &[TicketId]) {
    for id in conversations {
        engine.bus().tell(Signal::Conversation(id));
    }
    for id in tickets {
        engine.bus().tell(Signal::Ticket(*id));
    }
}
