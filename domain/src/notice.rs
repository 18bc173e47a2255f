//! What agents are told of: that something happened to a ticket that they follow, or that a colleague named them.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    id::{AgentId, ConversationId, NoticeId, TicketId},
    timeline::{TimelineEvent, TimelineKind},
};

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// A colleague named them in a note.
    Mentioned,
    /// A colleague made them follow a ticket.
    Added,
    /// The customer wrote.
    Message,
    /// The customer was written to.
    Reply,
    /// A colleague wrote a note.
    Note,
    /// The status changed.
    Status,
    /// Another owner or department has it.
    Assigned,
    /// The priority changed.
    Priority,
    /// What was to be done about it is due.
    Due,
    /// The customer said how it went.
    Rated,
    /// Another department was asked, or answered.
    Requested,
    /// A case in another system failed.
    CaseFailed,
    /// It was merged with another one, or parted from it.
    Merged,
    /// It was taken back as a mistake.
    Withdrawn,
}

impl NoticeKind {
    /// Every kind, the most telling ones first.
    pub const ALL: [Self; 14] = [
        Self::Mentioned,
        Self::Added,
        Self::Message,
        Self::Reply,
        Self::Note,
        Self::Status,
        Self::Assigned,
        Self::Priority,
        Self::Due,
        Self::Rated,
        Self::Requested,
        Self::CaseFailed,
        Self::Merged,
        Self::Withdrawn,
    ];

    /// The word in the API, and in the keys of its words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mentioned => "mentioned",
            Self::Added => "added",
            Self::Message => "message",
            Self::Reply => "reply",
            Self::Note => "note",
            Self::Status => "status",
            Self::Assigned => "assigned",
            Self::Priority => "priority",
            Self::Due => "due",
            Self::Rated => "rated",
            Self::Requested => "requested",
            Self::CaseFailed => "case_failed",
            Self::Merged => "merged",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What followers are told of something that happened to a ticket; of most things, nothing.
    pub fn of(event: &TimelineEvent) -> Option<Self> {
        let step = event.details.get("step").and_then(Value::as_str);
        match event.kind {
            TimelineKind::Message => match event.details.get("direction").and_then(Value::as_str) {
                Some("in") => Some(Self::Message),
                Some("out") => Some(Self::Reply),
                _ => None,
            },
            TimelineKind::StatusChanged => Some(Self::Status),
            TimelineKind::Assigned => Some(Self::Assigned),
            TimelineKind::Changed => event.details.get("priority").map(|_| Self::Priority),
            TimelineKind::FollowUp => (step == Some("due")).then_some(Self::Due),
            TimelineKind::Rated => Some(Self::Rated),
            TimelineKind::Requested => Some(Self::Requested),
            TimelineKind::Referenced => (step == Some("failed")).then_some(Self::CaseFailed),
            TimelineKind::Merged | TimelineKind::Unmerged => Some(Self::Merged),
            TimelineKind::Withdrawn => Some(Self::Withdrawn),
            _ => None,
        }
    }

    /// By the place in [`Self::ALL`], which is stored: new kinds stand at its end.
    fn bit(self) -> i64 {
        Self::ALL.iter().position(|kind| *kind == self).map_or(0, |place| 1 << place)
    }
}

/// Several kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoticeKinds(pub i64);

impl NoticeKinds {
    /// One kind.
    pub fn one(kind: NoticeKind) -> Self {
        Self(kind.bit())
    }

    /// Together with another kind.
    #[must_use]
    pub fn and(self, kind: NoticeKind) -> Self {
        Self(self.0 | kind.bit())
    }

    /// Whether a kind is among them.
    pub fn has(self, kind: NoticeKind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// Each of them, the most telling ones first.
    pub fn each(self) -> impl Iterator<Item = NoticeKind> {
        NoticeKind::ALL.into_iter().filter(move |kind| self.has(*kind))
    }
}

/// What somebody is told of about one ticket, or one conversation without a ticket: everything since they looked last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Who is told.
    pub agent: AgentId,
    /// The ticket.
    pub ticket: Option<TicketId>,
    /// The conversation.
    pub conversation: Option<ConversationId>,
    /// What happened.
    pub kinds: NoticeKinds,
    /// The colleague who did the last of it.
    pub doer: Option<AgentId>,
    /// How often something happened.
    pub times: i64,
    /// When the last of it happened.
    pub at: DateTime<Utc>,
    /// When they read it.
    pub read_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::actor::Actor;

    fn of(kind: TimelineKind, details: Value) -> Option<NoticeKind> {
        let at = DateTime::UNIX_EPOCH;
        NoticeKind::of(&TimelineEvent { conversation: None, ticket: None, at, actor: Actor::System, kind, details })
    }

    #[test]
    fn followers_are_told_of_what_matters() {
        for (kind, details, told) in [
            (TimelineKind::Message, json!({"direction": "in"}), Some(NoticeKind::Message)),
            (TimelineKind::Message, json!({"direction": "out"}), Some(NoticeKind::Reply)),
            // Notes are told by themselves.
            (TimelineKind::Message, json!({"direction": "note"}), None),
            (TimelineKind::StatusChanged, json!({}), Some(NoticeKind::Status)),
            (TimelineKind::Changed, json!({"priority": {"from": "low", "to": "high"}}), Some(NoticeKind::Priority)),
            (TimelineKind::Changed, json!({"category": {}}), None),
            (TimelineKind::FollowUp, json!({"step": "due"}), Some(NoticeKind::Due)),
            (TimelineKind::FollowUp, json!({"step": "set"}), None),
            (TimelineKind::Referenced, json!({"step": "linked"}), None),
            (TimelineKind::Notified, json!({}), None),
            (TimelineKind::TicketCreated, json!({}), None),
        ] {
            assert_eq!(of(kind, details.clone()), told, "{kind:?} {details}");
        }
    }

    #[test]
    fn kinds_are_kept_together() {
        let kinds = NoticeKinds::one(NoticeKind::Status).and(NoticeKind::Mentioned).and(NoticeKind::Status);
        assert_eq!(kinds.each().collect::<Vec<_>>(), [NoticeKind::Mentioned, NoticeKind::Status]);
        assert!(!kinds.has(NoticeKind::Withdrawn));
        assert_eq!(NoticeKind::ALL.map(|kind| kind.bit().count_ones()), [1; 14]);
    }
}
