//! Gives what waits in a department to its people, and takes back what lies with somebody who is not there.
//!
//! Nothing is remembered between two rounds: each looks at what waits, who is there and what they have, and writes with a check of both. So a lost signal,
//! a restart and two rounds at once cost time, never a wrong assignment. A round happens when something changed, and once a second for what time alone brings:
//! hours that begin, people who do nothing. Where no department assigns by itself, nothing is looked at.

mod absent;
mod crew;
mod giving;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bellhop_domain::{assignment::WorkKind, desk::Desk, id::AgentId};
use bellhop_store::DbError;
use chrono::{DateTime, Utc};
use tokio::{
    sync::{Notify, broadcast::error::RecvError},
    time::Instant,
};

use crate::{actions::ActionError, bus::Signal, engine::Engine};
pub(crate) use crew::Crew;
pub(crate) use giving::explain;

/// How often is looked without a reason.
const SWEEP: Duration = Duration::from_secs(1);
/// What changes together is looked at together.
const GATHER: Duration = Duration::from_millis(40);
/// Between two rounds is at most this pause, so that the queue moves within a second.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How much of one department's line is looked at in a round; what stands further back waits for these, or for a skill that these do not need.
const LINE: u32 = 200;

/// What agents did lately and is not written down yet.
#[derive(Default)]
pub(crate) struct Acts {
    latest: Mutex<BTreeMap<AgentId, DateTime<Utc>>>,
    noted: Notify,
}

impl Acts {
    /// An agent did something.
    pub(crate) fn note(&self, agent: AgentId, at: DateTime<Utc>) {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).insert(agent, at);
        self.noted.notify_one();
    }

    fn take(&self) -> BTreeMap<AgentId, DateTime<Utc>> {
        std::mem::take(&mut *self.latest.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Starts assigning.
pub(crate) fn start(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move {
        let mut signals = this.bus().listen();
        loop {
            tokio::select! {
                signal = signals.recv() => match signal {
                    Ok(Signal::Conversation(_) | Signal::Ticket(_) | Signal::Desk) | Err(RecvError::Lagged(_)) => {}
                    Ok(Signal::Knowledge | Signal::Writing(_) | Signal::Notices(_)) => continue,
                    Err(RecvError::Closed) => break,
                },
                () = this.0.acts.noted.notified() => {}
                () = tokio::time::sleep(SWEEP) => {}
                () = this.0.stopping.cancelled() => break,
            }
            tokio::select! {
                () = tokio::time::sleep(GATHER) => {}
                () = this.0.stopping.cancelled() => break,
            }
            // Everything told until now is seen by the round that follows.
            signals = signals.resubscribe();
            let started = Instant::now();
            if let Err(error) = round(&this).await {
                tracing::error!(error = %error, "What waits could not be assigned; trying again");
            }
            // A long line that nobody can take is not looked at without a pause.
            tokio::select! {
                () = tokio::time::sleep((started.elapsed() * 4).min(LONGEST_PAUSE)) => {}
                () = this.0.stopping.cancelled() => break,
            }
        }
    });
}

/// Whether any department assigns by itself.
fn is_on(desk: &Desk) -> bool {
    desk.departments.values().any(|department| department.assignment.is_some())
}

/// Looks once at everybody and everything that waits.
pub(crate) async fn round(engine: &Engine) -> Result<(), ActionError> {
    let acts = engine.0.acts.take();
    let desk = engine.desk();
    if !is_on(&desk) {
        return Ok(());
    }
    let mut crew = Crew::read(engine).await?;
    let mut changed = absent::note(engine, &desk, &crew, acts).await?;
    changed |= absent::rest(engine, &desk, &crew).await?;
    if changed {
        crew = Crew::read(engine).await?;
        engine.bus().tell(Signal::Desk);
    }
    if absent::take_back(engine, &desk, &crew).await? {
        crew = Crew::read(engine).await?;
    }
    for waiting in in_line(engine, &desk, &crew).await? {
        if engine.0.stopping.is_cancelled() {
            return Ok(());
        }
        if !crew.has_room(&desk, &waiting.department, waiting.kind(), engine.now()) {
            continue;
        }
        let given = match waiting.what {
            What::Chat(id) => giving::chat(engine, &desk, &mut crew, id).await,
            What::Ticket(id) => giving::ticket(engine, &desk, &mut crew, id).await,
        };
        match given {
            Ok(()) => {}
            Err(ActionError::Unavailable(error)) => return Err(error.into()),
            // One that cannot be given away holds up nobody behind it.
            Err(error) => tracing::warn!(error = %error, "Something that waits could not be assigned; trying again"),
        }
    }
    Ok(())
}

/// Something that waits.
struct InLine {
    urgency: i64,
    since: DateTime<Utc>,
    department: String,
    what: What,
}

/// Which.
enum What {
    Chat(bellhop_domain::id::ConversationId),
    Ticket(bellhop_domain::id::TicketId),
}

impl InLine {
    fn kind(&self) -> WorkKind {
        match self.what {
            What::Chat(_) => WorkKind::Chat,
            What::Ticket(_) => WorkKind::Ticket,
        }
    }
}

/// What waits where somebody has room for it, the most urgent first and then what waits longest, over all departments.
async fn in_line(engine: &Engine, desk: &Desk, crew: &Crew) -> Result<Vec<InLine>, DbError> {
    let (now, mut line) = (engine.now(), Vec::new());
    for (key, department) in &desk.departments {
        let Some(automatic) = &department.assignment else { continue };
        let mut add = |urgency, since, what| line.push(InLine { urgency, since, department: key.clone(), what });
        if automatic.chats && crew.has_room(desk, key, WorkKind::Chat, now) {
            for waiting in engine.reader().chats_in_line(key, LINE).await? {
                add(waiting.urgency, waiting.since, What::Chat(waiting.id));
            }
        }
        if automatic.tickets && crew.has_room(desk, key, WorkKind::Ticket, now) {
            for waiting in engine.reader().tickets_in_line(key, LINE).await? {
                add(waiting.urgency, waiting.since, What::Ticket(waiting.id));
            }
        }
    }
    line.sort_by_key(|waiting| (std::cmp::Reverse(waiting.urgency), waiting.since));
    Ok(line)
}

#[cfg(test)]
mod tests;
