//! How tickets move: from status to status, from stage to stage.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Ticket, TicketStatus, number_text};
use crate::{
    invalid::FieldError,
    template::{Around, Stage, Template},
    why::Why,
};

/// A closed ticket can be reopened for this many days after it was resolved; later a new one is due.
pub const REOPEN_WITHIN_DAYS: i64 = 30;

/// Where a ticket should go; what is not named stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Move<'a> {
    /// The status.
    pub status: Option<TicketStatus>,
    /// Key of the stage; entering it sets the stage's status.
    pub stage: Option<&'a str>,
}

/// What a move did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Status and stage before.
    pub from: (TicketStatus, Option<String>),
    /// Status and stage now.
    pub to: (TicketStatus, Option<String>),
    /// Whether anything changed.
    pub changed: bool,
    /// Whether the customer should be told: the stage says so, or the new status matters to them.
    pub tell_customer: bool,
}

/// Why a ticket cannot move there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IllegalMove {
    /// Closed is final.
    Closed {
        /// The ticket's number as people read it.
        ticket: String,
        /// Whether it may still be reopened.
        reopenable: bool,
    },
    /// It is a part of another ticket now.
    Merged {
        /// The ticket's number as people read it.
        ticket: String,
        /// That of the ticket that goes on.
        into: String,
    },
    /// Only fresh tickets are new.
    NewAgain,
    /// The template wants to know more before the ticket counts as done.
    Missing {
        /// Keys of the fields without a value.
        fields: Vec<String>,
    },
    /// The stage wants to know more before it is entered.
    MissingForStage {
        /// Key of the stage.
        stage: String,
        /// Keys of the fields without a value.
        fields: Vec<String>,
    },
    /// There is no such stage.
    UnknownStage {
        /// What was asked for.
        stage: String,
        /// Keys of the template's stages.
        known: Vec<String>,
    },
    /// The stage does not follow on the present one.
    NotNext {
        /// Key of the present stage.
        from: String,
        /// Key of the wanted stage.
        to: String,
        /// Keys of the stages that may follow.
        allowed: Vec<String>,
    },
    /// Status and stage contradict each other.
    Contradiction {
        /// Key of the stage.
        stage: String,
        /// The status that the stage sets.
        means: TicketStatus,
        /// The status that was asked for beside it.
        asked: TicketStatus,
    },
}

impl std::error::Error for IllegalMove {}

impl fmt::Display for IllegalMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why().fmt(f)
    }
}

impl IllegalMove {
    /// The same in words, for whoever reads it.
    pub fn why(&self) -> Why {
        match self {
            Self::Closed { ticket, reopenable: true } => Why::new("why-closed-reopen").with("ticket", ticket),
            Self::Closed { ticket, reopenable: false } => Why::new("why-closed-for-good").with("ticket", ticket),
            Self::Merged { ticket, into } => Why::new("why-merged").with("ticket", ticket).with("other", into),
            Self::NewAgain => Why::new("why-new-again"),
            Self::Missing { fields } => Why::new("why-fields-needed").with("fields", fields.join(", ")),
            Self::MissingForStage { stage, fields } => Why::new("why-fields-needed-for").with("stage", stage).with("fields", fields.join(", ")),
            Self::UnknownStage { stage, known } if known.is_empty() => Why::new("why-no-stages").with("stage", stage),
            Self::UnknownStage { stage, known } => Why::new("why-no-stage").with("stage", stage).with("known", known.join(", ")),
            Self::NotNext { from, to, allowed } if allowed.is_empty() => Why::new("why-last-stage").with("from", from).with("to", to),
            Self::NotNext { from, to, allowed } => Why::new("why-not-next").with("from", from).with("to", to).with("allowed", allowed.join(", ")),
            Self::Contradiction { stage, means, asked } => {
                Why::new("why-stage-means").with("stage", stage).with("means", means.as_str()).with("asked", asked.as_str())
            }
        }
    }

    /// The same, place by place, for an answer to a program.
    pub fn field_errors(&self) -> Vec<FieldError> {
        match self {
            Self::Missing { fields } => fields.iter().map(|field| FieldError::new(field, Why::new("why-required-to-resolve"))).collect(),
            Self::MissingForStage { stage, fields } => {
                fields.iter().map(|field| FieldError::new(field, Why::new("why-required-for-stage").with("stage", stage))).collect()
            }
            Self::Closed { .. } | Self::Merged { .. } | Self::NewAgain | Self::Contradiction { .. } => vec![FieldError::new("status", self.why())],
            Self::UnknownStage { .. } | Self::NotNext { .. } => vec![FieldError::new("stage", self.why())],
        }
    }
}

/// What comes next, as the customer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NextStep {
    /// Somebody will look at it.
    WeLook,
    /// Somebody works on it.
    WeWork,
    /// The customer owes an answer.
    YouAnswer,
    /// Somebody outside owes an answer.
    OthersAnswer,
    /// It is done; the customer may say otherwise.
    YouConfirm,
    /// Nothing any more.
    Done,
}

impl NextStep {
    /// Every step, in the order of a ticket's life.
    pub const ALL: [Self; 6] = [Self::WeLook, Self::WeWork, Self::YouAnswer, Self::OthersAnswer, Self::YouConfirm, Self::Done];

    /// The key of the words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WeLook => "we_look",
            Self::WeWork => "we_work",
            Self::YouAnswer => "you_answer",
            Self::OthersAnswer => "others_answer",
            Self::YouConfirm => "you_confirm",
            Self::Done => "done",
        }
    }
}

impl Ticket {
    /// Moves the ticket, or says why it cannot move there and changes nothing. The version is the caller's.
    ///
    /// Open statuses follow each other freely, but nothing becomes new again. To be resolved or closed, every field required at resolution must
    /// have a value. Resolved can be reopened; closed only to open, within [`REOPEN_WITHIN_DAYS`] of its resolving. A stage follows another
    /// only where the template says so, with every field that it requires, and sets its status; a ticket whose stage the template no longer has
    /// may enter any. `around` says which fields are asked for.
    pub fn move_to(
        &mut self,
        to: Move<'_>,
        template: Option<&Template>,
        around: Option<Around<'_>>,
        at: DateTime<Utc>,
    ) -> Result<Moved, IllegalMove> {
        let stage = match to.stage {
            Some(key) if self.stage.as_deref() != Some(key) => Some(self.next_stage(key, template)?),
            _ => None,
        };
        let status = match (stage.and_then(|stage| stage.status.map(|status| (stage, status))), to.status) {
            (Some((stage, means)), Some(asked)) if means != asked => {
                return Err(IllegalMove::Contradiction { stage: stage.key.clone(), means, asked });
            }
            (Some((_, means)), _) => means,
            (None, asked) => asked.unwrap_or(self.status),
        };
        self.may_become(status, template, around, at)?;
        if let (Some(stage), Some(template)) = (stage, template) {
            self.may_enter(stage, template, around)?;
        }
        if self.status == TicketStatus::Closed && status == TicketStatus::Closed && stage.is_some() {
            return Err(self.closed(at));
        }

        let from = (self.status, self.stage.clone());
        if let Some(stage) = stage {
            self.stage = Some(stage.key.clone());
        }
        if status.is_open() {
            self.resolved_at = None;
        } else if self.status.is_open() {
            self.resolved_at = Some(at);
        }
        self.status = status;
        let to = (self.status, self.stage.clone());
        let changed = from != to;
        if changed {
            self.updated_at = at;
        }
        let tell_customer = match stage {
            Some(stage) => stage.notify,
            None => changed && matters(from.0, status),
        };
        Ok(Moved { from, to, changed, tell_customer })
    }

    /// Whether everything is known that a stage requires; what is not asked for is not required.
    fn may_enter(&self, stage: &Stage, template: &Template, around: Option<Around<'_>>) -> Result<(), IllegalMove> {
        let asked = template.asked(&self.fields, around);
        let is_missing = |key: &&String| asked.iter().any(|asked| asked.field.key == **key) && !self.fields.contains_key(*key);
        let fields: Vec<String> = stage.requires.iter().filter(is_missing).cloned().collect();
        if fields.is_empty() { Ok(()) } else { Err(IllegalMove::MissingForStage { stage: stage.key.clone(), fields }) }
    }

    fn may_become(
        &self,
        status: TicketStatus,
        template: Option<&Template>,
        around: Option<Around<'_>>,
        at: DateTime<Utc>,
    ) -> Result<(), IllegalMove> {
        if status == self.status {
            return Ok(());
        }
        if let Some(into) = self.merged_into {
            return Err(IllegalMove::Merged { ticket: number_text(self.number), into: number_text(into) });
        }
        if self.status == TicketStatus::Closed && (status != TicketStatus::Open || !self.can_reopen(at)) {
            return Err(self.closed(at));
        }
        if status == TicketStatus::New {
            return Err(IllegalMove::NewAgain);
        }
        if self.status.is_open() && !status.is_open() {
            let missing = template.map(|template| template.missing(&self.fields, around, true)).unwrap_or_default();
            let missing: Vec<String> = missing.into_iter().map(|field| field.key.clone()).collect();
            if !missing.is_empty() {
                return Err(IllegalMove::Missing { fields: missing });
            }
        }
        Ok(())
    }

    fn closed(&self, at: DateTime<Utc>) -> IllegalMove {
        IllegalMove::Closed { ticket: number_text(self.number), reopenable: self.can_reopen(at) }
    }

    /// Whether a ticket that is done may be opened again at this time.
    pub fn can_reopen(&self, at: DateTime<Utc>) -> bool {
        match self.status {
            _ if self.merged_into.is_some() => false,
            TicketStatus::Resolved => true,
            TicketStatus::Closed => self.resolved_at.is_some_and(|resolved| at - resolved < TimeDelta::days(REOPEN_WITHIN_DAYS)),
            _ => false,
        }
    }

    fn next_stage<'t>(&self, key: &str, template: Option<&'t Template>) -> Result<&'t Stage, IllegalMove> {
        let stages: &'t [Stage] = template.map_or(&[], |template| &template.stages);
        let keys = |stages: &[Stage]| stages.iter().map(|stage| stage.key.clone()).collect();
        let stage =
            stages.iter().find(|stage| stage.key == key).ok_or_else(|| IllegalMove::UnknownStage { stage: key.to_owned(), known: keys(stages) })?;
        match self.stage.as_deref().and_then(|present| stages.iter().find(|stage| stage.key == present)) {
            Some(present) if !present.next.contains(&stage.key) => {
                Err(IllegalMove::NotNext { from: present.key.clone(), to: stage.key.clone(), allowed: present.next.clone() })
            }
            _ => Ok(stage),
        }
    }

    /// What comes next, as the customer sees it.
    pub fn next_step(&self) -> NextStep {
        match self.status {
            TicketStatus::New => NextStep::WeLook,
            TicketStatus::Open => NextStep::WeWork,
            TicketStatus::WaitingCustomer => NextStep::YouAnswer,
            TicketStatus::WaitingThirdParty => NextStep::OthersAnswer,
            TicketStatus::Resolved => NextStep::YouConfirm,
            TicketStatus::Closed => NextStep::Done,
        }
    }

    /// The template's stages that may follow now; none where the template has no stages.
    pub fn next_stages<'t>(&self, template: &'t Template) -> Vec<&'t Stage> {
        if self.status == TicketStatus::Closed {
            return Vec::new();
        }
        match self.stage.as_deref().and_then(|key| template.stage(key)) {
            Some(present) => present.next.iter().filter_map(|key| template.stage(key)).collect(),
            None => template.stages.iter().collect(),
        }
    }
}

/// Whether a customer should hear of a change of status: not when the ticket merely goes on after a wait, nor when what was resolved is closed.
fn matters(from: TicketStatus, to: TicketStatus) -> bool {
    match to {
        TicketStatus::New => false,
        TicketStatus::Open => !matches!(from, TicketStatus::WaitingCustomer | TicketStatus::WaitingThirdParty),
        TicketStatus::WaitingCustomer | TicketStatus::WaitingThirdParty | TicketStatus::Resolved => true,
        TicketStatus::Closed => from != TicketStatus::Resolved,
    }
}

#[cfg(test)]
pub(crate) mod tests;
