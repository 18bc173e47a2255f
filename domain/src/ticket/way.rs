//! A ticket's way as its customer sees it, like a parcel's: where it was, where it is, what is next.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Ticket, TicketStatus};
use crate::{
    template::Template,
    timeline::{TimelineEvent, TimelineKind},
};

/// A place on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A status.
    Status(TicketStatus),
    /// A stage of the template's own, by its key.
    Stage(String),
}

/// How far a ticket is, seen from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It was there.
    Done,
    /// It is there.
    Now,
    /// It will be there.
    Next,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// Whether the ticket was there.
    pub progress: Progress,
    /// Since when, of places where it was or is.
    pub since: Option<DateTime<Utc>>,
}

/// A place that a ticket came to, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// Where to.
    pub place: Place,
    /// When.
    pub at: DateTime<Utc>,
}

impl Entered {
    /// The places that an event of the ticket's timeline tells of.
    pub fn told_by(event: &TimelineEvent) -> Vec<Self> {
        if event.kind != TimelineKind::StatusChanged {
            return Vec::new();
        }
        let to = |what: &str| event.details.get(what).and_then(|change| change.get("to")).and_then(Value::as_str);
        let status = to("status").and_then(TicketStatus::parse).map(Place::Status);
        let stage = to("stage").map(|stage| Place::Stage(stage.to_owned()));
        [status, stage].into_iter().flatten().map(|place| Self { place, at: event.at }).collect()
    }
}

/// The way of a ticket, with the places that it came to in their order. A ticket of a template with stages goes through these, another one
/// through received, in work, perhaps waiting, and done.
pub fn way(ticket: &Ticket, template: Option<&Template>, entered: &[Entered]) -> Vec<Step> {
    match (&ticket.stage, template) {
        (Some(stage), Some(template)) if template.stage(stage).is_some() => by_stages(ticket, stage, template, entered),
        _ => by_status(ticket, entered),
    }
}

/// By when a ticket usually goes on: the usual hours of its stage since it was entered, else the template's since the ticket was made. Nothing where neither says
/// anything, and while it waits for the customer or is done.
pub fn usually_by(ticket: &Ticket, template: Option<&Template>, way: &[Step]) -> Option<DateTime<Utc>> {
    let template = template.filter(|_| ticket.status.is_open() && ticket.status != TicketStatus::WaitingCustomer)?;
    let here = way.iter().find(|step| step.progress == Progress::Now)?;
    let of_stage = match &here.place {
        Place::Stage(key) => template.stage(key).and_then(|stage| stage.usual_hours).zip(here.since),
        Place::Status(_) => None,
    };
    let (hours, since) = of_stage.or(template.usual_hours.map(|hours| (hours, ticket.created_at)))?;
    since.checked_add_signed(TimeDelta::hours(hours.into()))
}

fn by_status(ticket: &Ticket, entered: &[Entered]) -> Vec<Step> {
    let status = ticket.status;
    let mut places = vec![TicketStatus::New, TicketStatus::Open];
    if matches!(status, TicketStatus::WaitingCustomer | TicketStatus::WaitingThirdParty) {
        places.push(status);
    }
    places.push(if status == TicketStatus::Closed { TicketStatus::Closed } else { TicketStatus::Resolved });
    let here = places.iter().position(|place| *place == status).unwrap_or(0);
    let progress = |index: usize| match index {
        index if index < here || !status.is_open() => Progress::Done,
        index if index == here => Progress::Now,
        _ => Progress::Next,
    };
    let step = |(index, status)| Step { since: None, progress: progress(index), place: Place::Status(status) };
    // What never changed its status began there: who makes a ticket may have it in work at once.
    let has_moved = entered.iter().any(|entered| matches!(entered.place, Place::Status(_)));
    let began = [Place::Status(TicketStatus::New), Place::Status(if has_moved { TicketStatus::New } else { status })];
    places.into_iter().enumerate().map(step).map(|step| dated(step, ticket, entered, &began)).collect()
}

fn by_stages(ticket: &Ticket, stage: &str, template: &Template, entered: &[Entered]) -> Vec<Step> {
    let first = template.first_stage().map(|stage| stage.key.as_str());
    let mut been: Vec<&str> = Vec::new();
    let later = entered.iter().filter_map(|entered| match &entered.place {
        Place::Stage(key) if template.stage(key).is_some() => Some(key.as_str()),
        _ => None,
    });
    for key in first.into_iter().chain(later).chain([stage]) {
        // Whoever goes back to a place has what came after it still before them.
        been.truncate(been.iter().position(|known| *known == key).unwrap_or(been.len()));
        been.push(key);
    }
    let mut ahead: Vec<&str> = Vec::new();
    let mut at = stage;
    while let Some(next) =
        template.stage(at).and_then(|stage| stage.next.iter().find(|key| !been.contains(&key.as_str()) && !ahead.contains(&key.as_str())))
    {
        ahead.push(next);
        at = next;
    }
    let is_done = !ticket.status.is_open() || (ahead.is_empty() && template.stage(stage).is_some_and(|stage| stage.next.is_empty()));
    let here = been.len().saturating_sub(1);
    let step = |(index, key): (usize, &str)| Step {
        place: Place::Stage(key.to_owned()),
        progress: if index < here || is_done { Progress::Done } else { Progress::Now },
        since: None,
    };
    let began: Vec<Place> = first.map(|key| Place::Stage(key.to_owned())).into_iter().collect();
    let mut steps: Vec<Step> = been.into_iter().enumerate().map(step).map(|step| dated(step, ticket, entered, &began)).collect();
    if ticket.status.is_open() {
        steps.extend(ahead.into_iter().map(|key| Step { place: Place::Stage(key.to_owned()), progress: Progress::Next, since: None }));
    }
    steps
}

/// The step with the moment of the last arrival; a ticket was where it `began` from the beginning.
fn dated(step: Step, ticket: &Ticket, entered: &[Entered], began: &[Place]) -> Step {
    if step.progress == Progress::Next {
        return step;
    }
    let arrived = entered.iter().rev().find(|entered| entered.place == step.place).map(|entered| entered.at);
    let since = arrived.or_else(|| began.contains(&step.place).then_some(ticket.created_at));
    Step { since, ..step }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::ticket::moves::tests::ticket;
    use serde_json::json;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn shown(steps: &[Step]) -> String {
        let place = |place: &Place| match place {
            Place::Status(status) => status.as_str().to_owned(),
            Place::Stage(key) => key.clone(),
        };
        let one = |step: &Step| {
            let since = step.since.map(|at| format!("@{}", at.timestamp())).unwrap_or_default();
            let progress = match step.progress {
                Progress::Done => "✓",
                Progress::Now => "●",
                Progress::Next => "○",
            };
            format!("{progress}{}{since}", place(&step.place))
        };
        steps.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_ticket_without_stages_goes_from_received_to_done() {
        let opened = [Entered { place: Place::Status(TicketStatus::Open), at: at(5) }];
        for (status, expected) in [
            (TicketStatus::New, "●new@0 ○open ○resolved"),
            (TicketStatus::Open, "✓new@0 ●open@5 ○resolved"),
            (TicketStatus::WaitingCustomer, "✓new@0 ✓open@5 ●waiting_customer ○resolved"),
            (TicketStatus::WaitingThirdParty, "✓new@0 ✓open@5 ●waiting_third_party ○resolved"),
            (TicketStatus::Resolved, "✓new@0 ✓open@5 ✓resolved"),
            (TicketStatus::Closed, "✓new@0 ✓open@5 ✓closed"),
        ] {
            let entered = if status == TicketStatus::New { &[][..] } else { &opened[..] };
            assert_eq!(shown(&way(&ticket(status, None), None, entered)), expected);
        }
    }

    #[test]
    fn what_usually_takes_a_time_says_by_when() {
        let template: Template = serde_json::from_value(json!({
            "title": { "en": "Repair" }, "usual_hours": 48,
            "stages": [
                { "key": "received", "name": { "en": "R" }, "next": ["repairing"] },
                { "key": "repairing", "name": { "en": "P" }, "usual_hours": 5, "next": ["done"] },
                { "key": "done", "name": { "en": "D" }, "usual_hours": 1, "next": [] },
            ],
        }))
        .unwrap();
        let hour = 3_600;
        for (status, stage, expected) in [
            (TicketStatus::Open, Some("received"), Some(48 * hour)),
            (TicketStatus::Open, Some("repairing"), Some(10 + 5 * hour)),
            (TicketStatus::WaitingThirdParty, Some("repairing"), Some(10 + 5 * hour)),
            (TicketStatus::WaitingCustomer, Some("repairing"), None),
            (TicketStatus::Resolved, Some("repairing"), None),
            (TicketStatus::Open, Some("done"), None),
            (TicketStatus::New, None, Some(48 * hour)),
        ] {
            let ticket = ticket(status, stage);
            let entered: Vec<Entered> = stage.into_iter().map(|key| Entered { place: Place::Stage(key.to_owned()), at: at(10) }).collect();
            let by = usually_by(&ticket, Some(&template), &way(&ticket, Some(&template), &entered));
            assert_eq!(by.map(|by| by.timestamp()), expected, "{status:?} {stage:?}");
        }
        assert_eq!(usually_by(&ticket(TicketStatus::Open, None), None, &[]), None);
    }

    #[test]
    fn stages_are_the_way_where_a_template_has_them() {
        let stage = |key: &str, next: &[&str]| json!({ "key": key, "name": { "en": key }, "next": next });
        let template: Template = serde_json::from_value(json!({
            "title": { "en": "Suggestion" },
            "stages": [stage("unplanned", &["planned", "declined"]), stage("planned", &["building", "unplanned"]), stage("building", &["done"]), stage("done", &[]), stage("declined", &[])],
        }))
        .unwrap();
        let entered = |keys: &[&str]| -> Vec<Entered> {
            keys.iter().zip(1..).map(|(key, second)| Entered { place: Place::Stage((*key).to_owned()), at: at(second) }).collect()
        };
        for (stage, been, expected) in [
            ("unplanned", vec![], "●unplanned@0 ○planned ○building ○done"),
            ("planned", vec!["planned"], "✓unplanned@0 ●planned@1 ○building ○done"),
            ("building", vec!["planned", "building"], "✓unplanned@0 ✓planned@1 ●building@2 ○done"),
            ("unplanned", vec!["planned", "unplanned"], "●unplanned@2 ○planned ○building ○done"),
            ("declined", vec!["declined"], "✓unplanned@0 ✓declined@1"),
            ("done", vec!["planned", "building", "done"], "✓unplanned@0 ✓planned@1 ✓building@2 ✓done@3"),
        ] {
            assert_eq!(shown(&way(&ticket(TicketStatus::Open, Some(stage)), Some(&template), &entered(&been))), expected, "{stage}");
        }
        let resolved = ticket(TicketStatus::Resolved, Some("planned"));
        assert_eq!(shown(&way(&resolved, Some(&template), &entered(&["planned"]))), "✓unplanned@0 ✓planned@1", "nothing comes after it");
        let gone = ticket(TicketStatus::Open, Some("renamed"));
        assert_eq!(shown(&way(&gone, Some(&template), &[])), "✓new@0 ●open@0 ○resolved", "a stage that is gone");
    }
}
