//! The timeline: everything that happened, by whom, when and why. Append-only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    actor::Actor,
    id::{ConversationId, TicketId},
};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineEvent {
    /// The conversation that it happened in.
    pub conversation: Option<ConversationId>,
    /// The ticket that it happened to.
    pub ticket: Option<TicketId>,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// What happened; a word of [`TimelineKind`].
    pub kind: TimelineKind,
    /// Details and reasons; never a customer's words.
    pub details: serde_json::Value,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineKind {
    /// A conversation began.
    Started,
    /// The bot answered from an article; details hold the scores.
    Answered,
    /// The bot asked which article was meant.
    Clarified,
    /// The customer said whether an answer helped, or how their ticket went.
    Rated,
    /// Handed to people; details hold the reason and what was tried.
    HandedOff,
    /// Given back to the bot.
    GivenBack,
    /// An agent or a department got it.
    Assigned,
    /// A status changed.
    StatusChanged,
    /// A resolved conversation goes on.
    Reopened,
    /// Resolved.
    Resolved,
    /// Set aside.
    Snoozed,
    /// A ticket was made; details hold the fields' sources.
    TicketCreated,
    /// A ticket was routed; details hold rule and reasons.
    Routed,
    /// A field, a tag, a priority or the like changed.
    Changed,
    /// A message about a ticket was sent or received.
    Message,
    /// The customer was told of a change.
    Notified,
    /// A message could not be sent.
    DeliveryFailed,
    /// Automatic replies were held back to stop a loop.
    LoopStopped,
    /// Personal content was erased.
    Erased,
    /// Two records were joined.
    Merged,
    /// Two records that were joined are two again.
    Unmerged,
    /// A ticket stands to another one from now on; details hold how and to which.
    Linked,
    /// A ticket does not stand so to another one any more.
    Unlinked,
    /// A ticket in the making was begun, asked about, answered, dropped or made; details hold which.
    Reviewed,
    /// A ticket was taken back as a mistake.
    Withdrawn,
    /// Another department was asked, took it, answered, or is no longer needed; details hold which.
    Requested,
    /// A case in another system was linked, changed its state, failed, or is not linked any more; details hold which system and what.
    Referenced,
    /// Something to be done at a time was set, put off, came due, was done or is not needed; details hold which.
    FollowUp,
}

impl TimelineKind {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Answered => "answered",
            Self::Clarified => "clarified",
            Self::Rated => "rated",
            Self::HandedOff => "handed_off",
            Self::GivenBack => "given_back",
            Self::Assigned => "assigned",
            Self::StatusChanged => "status_changed",
            Self::Reopened => "reopened",
            Self::Resolved => "resolved",
            Self::Snoozed => "snoozed",
            Self::TicketCreated => "ticket_created",
            Self::Routed => "routed",
            Self::Changed => "changed",
            Self::Message => "message",
            Self::Notified => "notified",
            Self::DeliveryFailed => "delivery_failed",
            Self::LoopStopped => "loop_stopped",
            Self::Erased => "erased",
            Self::Merged => "merged",
            Self::Unmerged => "unmerged",
            Self::Linked => "linked",
            Self::Unlinked => "unlinked",
            Self::Reviewed => "reviewed",
            Self::Withdrawn => "withdrawn",
            Self::Requested => "requested",
            Self::Referenced => "referenced",
            Self::FollowUp => "follow_up",
        }
    }
}
