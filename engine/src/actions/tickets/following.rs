//! Who follows a ticket.

use bellhop_domain::{ticket::Ticket, timeline::TimelineKind, why::Why};
use serde_json::json;

use super::{happened, load};
use crate::{
    actions::{
        ActionError, TRIES,
        lookup::{find_agent, person, working_agent},
        require,
    },
    caller::{Caller, Permission},
    decision::{CommitError, Decision},
    engine::Engine,
};

/// Agents who may follow one ticket.
const MOST: usize = 100;

/// Lets somebody follow a ticket, or no longer: whoever says it, unless another is named. Who follows is told of what happens to it.
///
/// # Errors
/// `Invalid` when nobody is named and no agent says it, or who is named does not work here.
pub async fn follow(engine: &Engine, caller: &Caller, number: i64, agent: Option<&str>, follows: bool) -> Result<Ticket, ActionError> {
    let desk = engine.desk();
    let own = person(&desk, &caller.actor);
    let id = match agent {
        // Who has left can still be taken out.
        Some(name) => match find_agent(&desk, name).filter(|_| !follows) {
            Some(agent) => agent.id,
            None => working_agent(&desk, name)?.id,
        },
        None => own.ok_or_else(|| ActionError::invalid("agent", Why::new("why-nobody-follows")))?,
    };
    // Looking after oneself changes nothing for others: whoever sees tickets may.
    require(caller, if own == Some(id) { Permission::ReadTickets } else { Permission::HandleTickets })?;
    for _ in 0..TRIES {
        let before = load(engine, number).await?;
        if before.followers.contains(&id) == follows {
            return Ok(before);
        }
        let mut ticket = before.clone();
        if follows {
            if before.followers.len() >= MOST {
                return Err(ActionError::not_now(Why::new("why-too-many").count("most", MOST)));
            }
            ticket.followers.push(id);
        } else {
            ticket.followers.retain(|follower| *follower != id);
        }
        let details = json!({ "followers": { "from": before.followers, "to": ticket.followers } });
        let mut decision = Decision::by(caller);
        decision.timeline.push(happened(&ticket, &caller.actor, TimelineKind::Changed, details, engine.now()));
        decision.tickets.push(ticket.clone());
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: ticket.version + 1, ..ticket }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}
