//! How many tickets are in each view, for each agent: counted once, then kept up as tickets change.
//!
//! A view that looks at whoever looks (`owner is me`) has a number for each agent. A ticket is another thing to its owner than to everybody else, and the
//! same to all the others. So there are two answers for each ticket: the numbers of everybody, and for its owner the difference. Only tickets in which
//! somebody still has to do something are held, in memory, by the views that they are in.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bellhop_domain::{
    desk::Desk,
    id::{AgentId, TicketId},
    ticket::{Ticket, TicketSort, TicketStatus},
    view::{Listed, View},
};
use bellhop_store::{DbError, tickets::TicketFilter};
use tokio::{
    sync::{Notify, broadcast::error::RecvError, watch},
    time::Instant,
};

use crate::{bus::Signal, desk::DeskSnapshot, engine::Engine};

/// Tickets that are read at once when everything is counted.
const AT_ONCE: u32 = 500;
/// Changes of tickets are taken in together at most so often.
const PACE: Duration = Duration::from_millis(100);
/// Everything is counted anew so often: what a command beside this node has changed is seen then.
const ANEW: Duration = Duration::from_secs(15 * 60);
/// After a failure, and where signals were lost, it is not counted anew before.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// What somebody who asks is answered from.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// Keys of the views that are counted.
    keys: Vec<String>,
    /// To whoever does not own what is counted, by the place of the view.
    all: Vec<i64>,
    /// What it is more or less to an owner.
    own: HashMap<AgentId, Vec<i64>>,
}

impl Counted {
    /// The numbers for somebody, by the view's key.
    pub(crate) fn of(&self, agent: Option<AgentId>) -> HashMap<&str, u64> {
        let own = agent.and_then(|agent| self.own.get(&agent));
        let number = |place: usize| self.all.get(place).copied().unwrap_or(0) + own.and_then(|own| own.get(place)).copied().unwrap_or(0);
        self.keys.iter().enumerate().map(|(place, key)| (key.as_str(), u64::try_from(number(place)).unwrap_or(0))).collect()
    }
}

/// The places of the views that a ticket is in.
type Places = Box<[u16]>;

/// A ticket that is counted.
#[derive(PartialEq, Eq)]
struct Held {
    owner: Option<AgentId>,
    /// To its owner.
    mine: Places,
    /// To everybody else.
    others: Places,
}

/// What is counted, with the tickets by which it is.
#[derive(Default)]
struct Book {
    views: Vec<View>,
    tickets: HashMap<TicketId, Held>,
    all: Vec<i64>,
    own: HashMap<AgentId, Vec<i64>>,
}

impl Book {
    fn new(desk: &Desk) -> Self {
        let views: Vec<View> = desk.views.values().filter(|view| view.is_counted()).take(usize::from(u16::MAX)).cloned().collect();
        Self { all: vec![0; views.len()], views, ..Self::default() }
    }

    /// Takes a ticket as it is now; whether any number changed.
    fn take(&mut self, ticket: &Ticket, desk: &Desk) -> bool {
        let new = self.held(ticket, desk);
        if new.as_ref() == self.tickets.get(&ticket.id) {
            return false;
        }
        if let Some(old) = self.tickets.remove(&ticket.id) {
            self.count(&old, -1);
        }
        if let Some(new) = new {
            self.count(&new, 1);
            self.tickets.insert(ticket.id, new);
        }
        true
    }

    fn held(&self, ticket: &Ticket, desk: &Desk) -> Option<Held> {
        if !ticket.status.is_open() || ticket.withdrawn_at.is_some() {
            return None;
        }
        let listed = Listed::of(ticket, desk);
        let owner = ticket.owner.and_then(|owner| desk.agent(owner));
        let places = |me: Option<&str>| -> Places {
            let is_in = listed.views(&self.views, desk, me);
            is_in.into_iter().enumerate().filter(|(_, is_in)| *is_in).filter_map(|(place, _)| u16::try_from(place).ok()).collect()
        };
        let others = places(None);
        let mine = owner.map(|owner| places(Some(&owner.key))).unwrap_or_default();
        let is_in_any = !others.is_empty() || !mine.is_empty();
        is_in_any.then_some(Held { owner: owner.map(|owner| owner.id), mine, others })
    }

    fn count(&mut self, held: &Held, by: i64) {
        let add = |to: &mut Vec<i64>, places: &Places, by: i64| {
            for place in places {
                if let Some(number) = to.get_mut(usize::from(*place)) {
                    *number += by;
                }
            }
        };
        add(&mut self.all, &held.others, by);
        if let Some(owner) = held.owner.filter(|_| held.mine != held.others) {
            let own = self.own.entry(owner).or_insert_with(|| vec![0; self.views.len()]);
            add(own, &held.mine, by);
            add(own, &held.others, -by);
        }
    }

    fn counted(&self) -> Counted {
        Counted { keys: self.views.iter().map(|view| view.key.clone()).collect(), all: self.all.clone(), own: self.own.clone() }
    }
}

/// The numbers, for whoever asks.
pub(crate) struct Counts {
    /// Somebody asked; until then nothing is counted.
    wanted: Notify,
    latest: watch::Sender<Option<Arc<Counted>>>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { wanted: Notify::new(), latest: watch::Sender::new(None) }
    }
}

impl Counts {
    /// The numbers, once there are any.
    pub(crate) async fn wait(&self) -> Arc<Counted> {
        self.wanted.notify_one();
        let mut latest = self.latest.subscribe();
        loop {
            if let Some(counted) = latest.borrow_and_update().clone() {
                return counted;
            }
            if latest.changed().await.is_err() {
                return Arc::default();
            }
        }
    }

    /// The numbers, if there are any.
    pub(crate) fn now(&self) -> Option<Arc<Counted>> {
        self.wanted.notify_one();
        self.latest.borrow().clone()
    }
}

/// What was signalled and not yet looked at.
#[derive(Default)]
struct Changed {
    tickets: HashSet<TicketId>,
    desk: bool,
    /// Signals were lost.
    lost: bool,
}

/// Keeps the numbers from the first time that somebody asks.
pub(crate) fn start(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move {
        tokio::select! {
            () = this.0.counts.wanted.notified() => {}
            () = this.0.stopping.cancelled() => return,
        }
        let changed = Arc::new((Mutex::new(Changed::default()), Notify::new()));
        tokio::select! {
            () = listen(&this, &changed) => {}
            () = keep(&this, &changed) => {}
            () = this.0.stopping.cancelled() => {}
        }
    });
}

type Inbox = Arc<(Mutex<Changed>, Notify)>;

fn lock(inbox: &Inbox) -> MutexGuard<'_, Changed> {
    inbox.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes signals off the bus as fast as they come, so that none is lost while something is counted.
async fn listen(engine: &Engine, inbox: &Inbox) {
    let mut signals = engine.bus().listen();
    loop {
        match signals.recv().await {
            Ok(Signal::Ticket(id)) => drop(lock(inbox).tickets.insert(id)),
            Ok(Signal::Desk) => lock(inbox).desk = true,
            Err(RecvError::Lagged(_)) => lock(inbox).lost = true,
            Err(RecvError::Closed) => return,
            Ok(_) => continue,
        }
        inbox.1.notify_one();
    }
}

async fn keep(engine: &Engine, inbox: &Inbox) {
    let (mut book, mut desk, mut counted_at): (Book, Arc<DeskSnapshot>, Option<Instant>) = (Book::default(), engine.desk(), None);
    loop {
        let changed = std::mem::take(&mut *lock(inbox));
        let now = engine.desk();
        let is_other = changed.desk && differs(&desk, &now);
        let is_due = counted_at.is_none_or(|at| at.elapsed() >= ANEW || (changed.lost && at.elapsed() >= AFTER_FAILURE));
        let outcome = if is_other || is_due {
            desk = now;
            count_all(engine, &desk).await.map(|all| {
                book = all;
                counted_at = Some(Instant::now());
                true
            })
        } else {
            // Where signals were lost it stays to be counted anew.
            lock(inbox).lost |= changed.lost;
            take_in(engine, &mut book, &desk, changed.tickets).await
        };
        match outcome {
            Ok(true) => drop(engine.0.counts.latest.send_replace(Some(Arc::new(book.counted())))),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(error = %error, "Tickets could not be counted; trying again");
                counted_at = None;
                tokio::time::sleep(AFTER_FAILURE).await;
                continue;
            }
        }
        tokio::time::sleep(PACE).await;
        let until_anew = counted_at.map_or(ANEW, |at| ANEW.saturating_sub(at.elapsed()));
        tokio::select! {
            () = inbox.1.notified() => {}
            () = tokio::time::sleep(until_anew) => {}
        }
    }
}

/// Whether views may hold other tickets because of what changed on the desk.
fn differs(one: &Desk, other: &Desk) -> bool {
    let keys = |desk: &Desk| desk.agents.values().map(|agent| (agent.id, agent.key.clone())).collect::<Vec<_>>();
    one.views != other.views
        || one.tiers != other.tiers
        || one.regions != other.regions
        || one.categories != other.categories
        || keys(one) != keys(other)
}

async fn count_all(engine: &Engine, desk: &Desk) -> Result<Book, DbError> {
    let mut book = Book::new(desk);
    let statuses = TicketStatus::ALL.into_iter().filter(|status| status.is_open()).collect();
    let filter = TicketFilter { statuses, sort: TicketSort::Oldest, ..TicketFilter::default() };
    let mut cursor = None;
    // Without views there is nothing to count.
    while !book.views.is_empty() {
        let page = engine.reader().tickets(&filter, cursor, AT_ONCE).await?;
        for ticket in &page.items {
            book.take(ticket, desk);
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
        tokio::task::yield_now().await;
    }
    Ok(book)
}

async fn take_in(engine: &Engine, book: &mut Book, desk: &Desk, tickets: HashSet<TicketId>) -> Result<bool, DbError> {
    let mut any = false;
    if book.views.is_empty() {
        return Ok(any);
    }
    for id in tickets {
        if let Some(ticket) = engine.reader().ticket_by_id(id).await? {
            any |= book.take(&ticket, desk);
        }
    }
    Ok(any)
}

#[cfg(test)]
mod tests;
