//! Views: lists of tickets by a name, and how many tickets are in each.

use std::time::{Duration, Instant};

use bellhop_domain::{
    desk::Desk,
    id::AgentId,
    ticket::Ticket,
    view::{Listed, View, in_order},
};
use bellhop_store::{
    Cursor,
    tickets::{LONGEST_SEARCH, Owner, TicketFilter},
};

use super::{ActionError, macros::own_key, require};
use crate::{
    caller::{Caller, Permission},
    counting::Counted,
    engine::Engine,
};

/// Tickets that are read at once while those of a view are looked for.
const AT_ONCE: u32 = 200;

/// How long counting for the first time may keep somebody waiting.
const FIRST_COUNT: Duration = Duration::from_secs(5);

/// A part of a view.
#[derive(Debug, Clone, Default)]
pub struct ViewPage {
    /// The tickets.
    pub tickets: Vec<Ticket>,
    /// Where to go on, if there may be more.
    pub next: Option<Cursor>,
    /// It was not looked further for now, because that takes long: there may be fewer tickets than wanted, and more behind.
    pub is_cut_off: bool,
}

/// The views that the caller may use, in their order: everybody's and their own.
pub fn usable<'d>(desk: &'d Desk, caller: &Caller) -> Vec<&'d View> {
    let own = own_key(caller);
    in_order(desk.views.values().filter(|view| view.is_for(own)))
}

/// What an index is asked for, for a view.
fn filter_of(view: &View, desk: &Desk, me: Option<&str>) -> TicketFilter {
    let lead = view.lead(desk, me);
    // One facet leads; the others are looked at in what it leads to, and what leads to least comes first.
    let mut filter = TicketFilter { statuses: lead.statuses, sort: view.sort, ..TicketFilter::default() };
    match (lead.owner, lead.template, lead.department, lead.tier) {
        (Some(Some(owner)), ..) => filter.owner = Some(Owner::Agent(owner)),
        (_, _, department @ Some(_), _) => filter.department = department,
        (_, template @ Some(_), ..) => filter.template = template,
        (_, _, _, tier @ Some(_)) => filter.tier = tier,
        (Some(None), ..) => filter.owner = Some(Owner::Nobody),
        _ => {}
    }
    filter
}

/// Tickets of a view, in its order.
///
/// # Errors
/// When there is no such view for the caller, or the database cannot be read.
pub async fn page(engine: &Engine, caller: &Caller, key: &str, cursor: Option<Cursor>, limit: u32) -> Result<ViewPage, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let desk = engine.desk();
    let me = own_key(caller);
    let view = desk.views.get(key).filter(|view| view.is_for(me)).ok_or(ActionError::NotFound { what: "view" })?;
    let filter = filter_of(view, &desk, me);
    let (begin, mut cursor, mut found) = (Instant::now(), cursor, ViewPage::default());
    loop {
        // The place of each ticket is that of a page which ends with it.
        let read = engine.reader().tickets_placed(&filter, cursor, AT_ONCE).await?;
        for (place, ticket) in read.items {
            if found.tickets.len() == limit as usize {
                found.next = cursor;
                return Ok(found);
            }
            cursor = Some(place);
            if Listed::of(&ticket, &desk).is_in(view, &desk, me) {
                found.tickets.push(ticket);
            }
        }
        if read.next.is_none() {
            return Ok(found);
        }
        if begin.elapsed() > LONGEST_SEARCH {
            found.next = cursor;
            found.is_cut_off = true;
            return Ok(found);
        }
    }
}

/// How many tickets are in each of the caller's views that is counted, in the order of the views.
///
/// # Errors
/// When they may not be read, or cannot be counted in time.
pub async fn counts(engine: &Engine, caller: &Caller) -> Result<Vec<(String, u64)>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let counted = tokio::time::timeout(FIRST_COUNT, engine.0.counts.wait()).await.map_err(|_| ActionError::Busy)?;
    Ok(of_caller(engine, caller, &counted))
}

/// The same, if they are counted already; otherwise counting begins.
pub fn counts_now(engine: &Engine, caller: &Caller) -> Option<Vec<(String, u64)>> {
    let counted = engine.0.counts.now()?;
    caller.permissions.allow(Permission::ReadTickets).then(|| of_caller(engine, caller, &counted))
}

fn of_caller(engine: &Engine, caller: &Caller, counted: &Counted) -> Vec<(String, u64)> {
    let (desk, own) = (engine.desk(), own_key(caller));
    let id: Option<AgentId> = own.and_then(|key| desk.agents.get(key)).map(|agent| agent.id);
    let counts = counted.of(id);
    usable(&desk, caller).into_iter().filter_map(|view| Some((view.key.clone(), *counts.get(view.key.as_str())?))).collect()
}
