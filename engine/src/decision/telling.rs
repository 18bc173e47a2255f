//! Which agents are told of a decision: who follows a ticket to which something happens, and whom a note names. In the transaction of what they are told of,
//! so that each is told once, and of nothing that was not done.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_domain::{
    actor::Actor,
    desk::{Agent, Desk},
    id::{AgentId, ConversationId, NoticeId, TicketId},
    mention::Mentions,
    message::{Direction, Message},
    notice::{Notice, NoticeKind, NoticeKinds},
    ticket::Ticket,
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::Tx;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{CommitError, Decision};
use crate::{
    actions::{may_hear, person},
    clock::fresh_id,
};

/// What happened to one ticket.
#[derive(Default)]
struct Happened {
    kinds: NoticeKinds,
    conversation: Option<ConversationId>,
    /// Who did it: they know.
    doers: BTreeSet<AgentId>,
    /// Who was made a follower by it.
    added: Vec<AgentId>,
}

/// What is told, by agent and by what it is about.
#[derive(Default)]
struct Telling(BTreeMap<(AgentId, Option<TicketId>, Option<ConversationId>), Notice>);

impl Telling {
    fn add(
        &mut self,
        agent: AgentId,
        (ticket, conversation): (Option<TicketId>, Option<ConversationId>),
        kinds: NoticeKinds,
        doer: Option<AgentId>,
        at: DateTime<Utc>,
    ) {
        let about = (agent, ticket, conversation.filter(|_| ticket.is_none()));
        let id = NoticeId(fresh_id());
        let fresh = Notice { id, agent, ticket, conversation, kinds: NoticeKinds::default(), doer, times: 1, at, read_at: None };
        let notice = self.0.entry(about).or_insert(fresh);
        notice.kinds.0 |= kinds.0;
        notice.conversation = conversation.or(notice.conversation);
        notice.doer = doer.or(notice.doer);
    }
}

impl Decision {
    /// Tells agents; answers whom.
    pub(super) async fn tell_agents(&self, tx: &Tx, desk: &Desk, now: DateTime<Utc>) -> Result<BTreeSet<AgentId>, CommitError> {
        let mut telling = Telling::default();
        for (ticket, happened) in happened(desk, &self.timeline) {
            let doer = happened.doers.first().copied();
            let about = (Some(ticket), happened.conversation);
            for agent in happened.added.iter().filter(|id| !happened.doers.contains(id)) {
                telling.add(*agent, about, NoticeKinds::one(NoticeKind::Added), doer, now);
            }
            if happened.kinds == NoticeKinds::default() {
                continue;
            }
            let followers = match self.tickets.iter().chain(&self.new_ticket).find(|known| known.id == ticket) {
                Some(known) => known.followers.clone(),
                None => tx.followers(ticket).await?,
            };
            for agent in followers.iter().filter(|id| !happened.doers.contains(id)) {
                telling.add(*agent, about, happened.kinds, doer, now);
            }
        }
        for note in self.new_messages.iter().filter(|message| message.direction == Direction::Note) {
            tell_of_note(tx, desk, note, None, &mut telling, now).await?;
        }
        for (before, note) in &self.rewritten_notes {
            tell_of_note(tx, desk, note, Some(before), &mut telling, now).await?;
        }
        let told = |notice: &Notice| desk.agent(notice.agent).is_some_and(may_hear);
        let notices: Vec<Notice> = telling.0.into_values().filter(told).collect();
        for notice in &notices {
            tx.tell_agent(notice).await?;
        }
        Ok(notices.into_iter().map(|notice| notice.agent).collect())
    }
}

fn happened(desk: &Desk, timeline: &[TimelineEvent]) -> BTreeMap<TicketId, Happened> {
    let mut all: BTreeMap<TicketId, Happened> = BTreeMap::new();
    for event in timeline {
        let Some(ticket) = event.ticket else { continue };
        let (kind, added) = (NoticeKind::of(event), added(event));
        if kind.is_none() && added.is_empty() {
            continue;
        }
        let of_ticket = all.entry(ticket).or_default();
        if let Some(kind) = kind {
            of_ticket.kinds = of_ticket.kinds.and(kind);
        }
        of_ticket.conversation = event.conversation.or(of_ticket.conversation);
        of_ticket.doers.extend(person(desk, &event.actor));
        of_ticket.added.extend(added);
    }
    all
}

/// Who follows the ticket since.
fn added(event: &TimelineEvent) -> Vec<AgentId> {
    let Some(change) = event.details.get("followers").filter(|_| event.kind == TimelineKind::Changed) else { return Vec::new() };
    let read = |side: &str| -> Vec<AgentId> {
        let ids = change.get(side).and_then(Value::as_array).into_iter().flatten();
        ids.filter_map(|id| id.as_str()?.parse().ok()).collect()
    };
    let before = read("from");
    read("to").into_iter().filter(|id| !before.contains(id)).collect()
}

/// Who follows the ticket hears that there is a note, whom it names hears that, and follows from now on. A department that is named is its head and those of
/// its members whose hours these are. Of a note that said something else before, only whom it did not name then hears.
async fn tell_of_note(
    tx: &Tx,
    desk: &Desk,
    note: &Message,
    before: Option<&String>,
    telling: &mut Telling,
    now: DateTime<Utc>,
) -> Result<(), CommitError> {
    // What the program itself notes says nothing that the timeline does not.
    if !matches!(note.author, Actor::Agent { .. } | Actor::Token { .. }) {
        return Ok(());
    }
    let author = person(desk, &note.author);
    let mut mentions = Mentions::find(desk, &note.text);
    if let Some(before) = before {
        let known = Mentions::find(desk, before);
        mentions.agents.retain(|agent| !known.agents.contains(agent));
        mentions.departments.retain(|key| !known.departments.contains(key));
    }
    let tickets = tx.tickets_of_conversation(note.conversation).await?;
    let ticket = tickets.into_iter().rfind(|ticket| ticket.status.is_open() && ticket.merged_into.is_none());
    let about = (ticket.as_ref().map(|ticket| ticket.id), Some(note.conversation));
    let followers = ticket.iter().filter(|_| before.is_none()).flat_map(|ticket| &ticket.followers);
    for agent in followers.filter(|id| Some(**id) != author) {
        telling.add(*agent, about, NoticeKinds::one(NoticeKind::Note), author, now);
    }
    let people = mentions.agents.iter().copied().chain(mentions.departments.iter().flat_map(|key| there(desk, key, now)));
    for agent in people.filter(|id| Some(*id) != author) {
        telling.add(agent, about, NoticeKinds::one(NoticeKind::Mentioned), author, now);
    }
    if let Some(ticket) = ticket {
        let named = mentions.agents.iter().filter(|id| Some(**id) != author && desk.agent(**id).is_some_and(may_hear));
        follow(tx, &ticket, named, &note.author, now).await?;
    }
    Ok(())
}

/// The head of a department, and those of its people whose hours these are.
fn there(desk: &Desk, department: &str, now: DateTime<Utc>) -> Vec<AgentId> {
    let head = desk.departments.get(department).and_then(|department| department.head.as_deref());
    let is_there = |agent: &&Agent| head == Some(agent.key.as_str()) || (desk.works_in(agent, department) && desk.on_duty(agent, now));
    desk.agents.values().filter(is_there).map(|agent| agent.id).collect()
}

async fn follow(tx: &Tx, ticket: &Ticket, named: impl Iterator<Item = &AgentId>, by: &Actor, now: DateTime<Utc>) -> Result<(), CommitError> {
    let mut after = ticket.clone();
    after.followers.extend(named.filter(|id| ticket.owner != Some(**id) && !ticket.followers.contains(id)));
    if after.followers == ticket.followers {
        return Ok(());
    }
    if !tx.update_ticket(&after).await? {
        return Err(CommitError::Conflict);
    }
    let event = TimelineEvent {
        conversation: ticket.conversations.first().copied(),
        ticket: Some(ticket.id),
        at: now,
        actor: by.clone(),
        kind: TimelineKind::Changed,
        details: json!({ "followers": { "from": ticket.followers, "to": after.followers } }),
    };
    Ok(tx.append_timeline(&[event]).await?)
}
