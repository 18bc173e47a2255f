//! Two tickets become one, and two again.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Ticket, TicketStatus, number_text};
use crate::{
    id::{AgentId, ConversationId, MessageId, TicketId},
    why::Why,
};

/// A merge can be undone for this many days, while the ticket that goes on is not closed.
pub const UNMERGE_WITHIN_DAYS: i64 = 7;

/// That a ticket was merged into another one, and what is needed to undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The ticket that ended.
    pub ticket: TicketId,
    /// The ticket that goes on.
    pub into: TicketId,
    /// When.
    pub at: DateTime<Utc>,
    /// What is put back.
    pub before: BeforeMerge,
    /// What its customer was told of it; they are told once, however often it is done and undone.
    pub told: Option<MessageId>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

/// What a merge changed, as it was before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeMerge {
    /// Where the ticket that ended was.
    pub status: Option<TicketStatus>,
    /// When it was resolved.
    #[serde(default)]
    pub resolved_at: Option<DateTime<Utc>>,
    /// Conversations that the ticket that goes on did not have.
    #[serde(default)]
    pub conversations: Vec<ConversationId>,
    /// Followers that it did not have.
    #[serde(default)]
    pub followers: Vec<AgentId>,
    /// Children that it did not have.
    #[serde(default)]
    pub children: Vec<TicketId>,
}

/// Why two tickets do not become one, or not two again.
fn unfit(key: &'static str, one: &Ticket, other: &Ticket) -> Why {
    Why::new(key).with("ticket", number_text(one.number)).with("other", number_text(other.number))
}

impl Ticket {
    /// Ends this ticket as a part of `into`, which gets its conversations and followers; answers what [`Ticket::unmerge`] needs, or why it
    /// is not done, and then nothing is changed.
    pub fn merge(&mut self, into: &mut Self, at: DateTime<Utc>) -> Result<BeforeMerge, Why> {
        if self.id == into.id {
            return Err(unfit("why-merge-itself", self, into));
        }
        if let Some(number) = self.merged_into {
            return Err(Why::new("why-merged").with("ticket", number_text(self.number)).with("other", number_text(number)));
        }
        if let Some(number) = into.merged_into {
            return Err(Why::new("why-merged").with("ticket", number_text(into.number)).with("other", number_text(number)));
        }
        if into.status == TicketStatus::Closed {
            return Err(unfit("why-merge-closed", self, into));
        }
        let conversations: Vec<_> = self.conversations.iter().copied().filter(|id| !into.conversations.contains(id)).collect();
        let mut followers: Vec<_> = self.followers.iter().copied().chain(self.owner).filter(|id| !into.followers.contains(id)).collect();
        followers.retain(|id| into.owner != Some(*id));
        followers.sort_unstable();
        followers.dedup();
        let before = BeforeMerge { status: Some(self.status), resolved_at: self.resolved_at, conversations, followers, children: Vec::new() };
        into.conversations.extend(&before.conversations);
        into.followers.extend(&before.followers);
        into.updated_at = at;
        self.resolved_at = self.resolved_at.or(Some(at));
        self.status = TicketStatus::Closed;
        self.merged_into = Some(into.number);
        self.updated_at = at;
        Ok(before)
    }

    /// This ticket as its customer sees it while it goes on as a part of another customer's: how far that one is, and nothing else of it.
    #[must_use]
    pub fn shown_as(self, goes_on: &Self) -> Self {
        Self {
            status: goes_on.status,
            stage: None,
            department: goes_on.department.clone(),
            owner: goes_on.owner,
            updated_at: goes_on.updated_at,
            ..self
        }
    }

    /// Makes two tickets of them again: this one is where it was, and what it brought leaves `into`.
    pub fn unmerge(&mut self, into: &mut Self, merge: &Merge, at: DateTime<Utc>) -> Result<(), Why> {
        if self.merged_into != Some(into.number) || merge.undone_at.is_some() {
            return Err(Why::new("why-not-merged").with("ticket", number_text(self.number)));
        }
        if let Some(number) = into.merged_into {
            return Err(Why::new("why-merged").with("ticket", number_text(into.number)).with("other", number_text(number)));
        }
        if into.status == TicketStatus::Closed || at - merge.at > TimeDelta::days(UNMERGE_WITHIN_DAYS) {
            return Err(unfit("why-unmerge-late", self, into).count("days", UNMERGE_WITHIN_DAYS));
        }
        into.conversations.retain(|id| !merge.before.conversations.contains(id));
        into.followers.retain(|id| !merge.before.followers.contains(id));
        into.updated_at = at;
        self.status = merge.before.status.unwrap_or(TicketStatus::Open);
        self.resolved_at = merge.before.resolved_at;
        self.merged_into = None;
        self.updated_at = at;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
