//! Assignment: which agent of a department gets a conversation or a ticket, and why.

use std::{cmp::Ordering, collections::BTreeMap};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    desk::{Agent, Desk},
    id::AgentId,
    presence::Presence,
    ticket::Priority,
};

mod why;

pub use why::Why;

/// Agents of whom an explanation says why they did not get it.
const EXPLAINED: usize = 20;
/// Places of a rank that a priority is worth, so that no tier outweighs one.
const PRIORITY_STEP: i64 = 1 << 32;

/// What is to be assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// A conversation that waits for a person.
    Chat,
    /// A ticket without an owner.
    Ticket,
}

/// A conversation or a ticket, as far as assignment looks at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Which of both.
    pub kind: WorkKind,
    /// The language tag that the customer reads.
    pub language: Option<String>,
    /// The customer's region and everything above it, nearest first.
    pub regions: Vec<String>,
    /// Key of the customer's tier.
    pub tier: Option<String>,
    /// Skills that it needs, each with its lowest level.
    pub skills: BTreeMap<String, u8>,
    /// Who had this customer last, or whom the rule names.
    pub before: Option<AgentId>,
    /// Who looks after the customer's company, where the department prefers them.
    pub account_manager: Option<AgentId>,
    /// Who passed it on and does not get it back.
    pub passed_on_by: Option<AgentId>,
}

/// How much of each kind of work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Open conversations.
    pub chats: u32,
    /// Tickets that are to be worked on.
    pub tickets: u32,
}

impl Load {
    /// How much of one kind.
    pub fn of(self, kind: WorkKind) -> u32 {
        match kind {
            WorkKind::Chat => self.chats,
            WorkKind::Ticket => self.tickets,
        }
    }

    /// One more of a kind.
    pub fn add(&mut self, kind: WorkKind) {
        match kind {
            WorkKind::Chat => self.chats = self.chats.saturating_add(1),
            WorkKind::Ticket => self.tickets = self.tickets.saturating_add(1),
        }
    }
}

/// Somebody who works in the department.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Who.
    pub agent: &'a Agent,
    /// What they said last of being there; nothing if they never said.
    pub presence: Option<Presence>,
    /// Whether these are their hours.
    pub on_duty: bool,
    /// What they have.
    pub load: Load,
    /// What they take at once.
    pub most: Load,
    /// When they were given something last, or came.
    pub idle_since: DateTime<Utc>,
}

/// A stored decision about who gets a piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Who gets it; nobody: it waits.
    pub agent: Option<AgentId>,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// Why that agent, or why nobody.
    pub reasons: Vec<Why>,
    /// Why the others do not get it; the first twenty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<PassedOver>,
}

/// Somebody who did not get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Who.
    pub agent: AgentId,
    /// Why not.
    pub why: Why,
}

/// Gives a piece of work to one of the department's people, or leaves it in the queue.
///
/// Whoever is not there, off duty, full, or passed it on gets nothing. Of the others the one who had the customer last gets it; else needed
/// skills are required where anybody in the department has them, then whoever looks after the customer's company is preferred, then language, region and tier are preferred in this order, then whoever
/// has the smallest share of what they take, then who has been idle longest. The order of `candidates` does not matter.
pub fn assign(work: &Work, candidates: &[Candidate<'_>], at: DateTime<Utc>) -> Assignment {
    let mut others = Vec::new();
    let mut free = Vec::new();
    for candidate in candidates {
        match obstacle(work, candidate) {
            Some(why) => others.push(PassedOver { agent: candidate.agent.id, why }),
            None => free.push(candidate),
        }
    }
    let mut reasons = Vec::new();
    let chosen = match free.iter().copied().find(|candidate| Some(candidate.agent.id) == work.before) {
        Some(previous) => {
            reasons.push(Why::HadCustomer);
            Some(previous)
        }
        None => {
            let free = require_skills(work, candidates, free, &mut reasons, &mut others);
            ladder(work, free, &mut reasons)
        }
    };
    if chosen.is_none() {
        reasons.insert(0, if candidates.is_empty() { Why::NobodyWorksHere } else { Why::NobodyFree });
    }
    others.sort_by_key(|other| other.agent);
    others.truncate(EXPLAINED);
    Assignment { agent: chosen.map(|candidate| candidate.agent.id), at, reasons, others }
}

/// What keeps somebody from getting anything.
fn obstacle(work: &Work, candidate: &Candidate<'_>) -> Option<Why> {
    let (load, most) = (candidate.load.of(work.kind), candidate.most.of(work.kind));
    match candidate.presence {
        Some(Presence::Online) => {}
        Some(Presence::Away) => return Some(Why::Away),
        Some(Presence::Offline) => return Some(Why::Offline),
        None => return Some(Why::NeverThere),
    }
    if !candidate.on_duty {
        return Some(Why::OffDuty);
    }
    if work.passed_on_by == Some(candidate.agent.id) {
        return Some(Why::PassedOn);
    }
    (load >= most).then_some(Why::Full { load, most })
}

/// Keeps those who have every needed skill; one that nobody in the department has is not waited for.
fn require_skills<'c, 'a>(
    work: &Work,
    everybody: &[Candidate<'_>],
    mut free: Vec<&'c Candidate<'a>>,
    reasons: &mut Vec<Why>,
    others: &mut Vec<PassedOver>,
) -> Vec<&'c Candidate<'a>> {
    for (skill, needed) in &work.skills {
        let level = |agent: &Agent| agent.profile.skills.get(skill).copied().unwrap_or(0);
        if !everybody.iter().any(|candidate| level(candidate.agent) >= *needed) {
            reasons.push(Why::NobodyHasSkill { skill: skill.clone(), needed: *needed });
            continue;
        }
        free.retain(|candidate| {
            let has = level(candidate.agent) >= *needed;
            if !has {
                others.push(PassedOver { agent: candidate.agent.id, why: Why::LacksSkill { skill: skill.clone(), needed: *needed } });
            }
            has
        });
        if !free.is_empty() {
            reasons.push(Why::Skill { skill: skill.clone(), needed: *needed });
        }
    }
    free
}

/// Preferences in their order; each keeps the best and says so.
fn ladder<'c, 'a>(work: &Work, mut free: Vec<&'c Candidate<'a>>, reasons: &mut Vec<Why>) -> Option<&'c Candidate<'a>> {
    if let [only] = free.as_slice() {
        reasons.push(Why::OnlyOne);
        return Some(only);
    }
    if work.account_manager.is_some() && keep_best(&mut free, |candidate| looks_after(work, candidate)) == Some(NAMED) {
        reasons.push(Why::AccountManager);
        return free.first().copied();
    }
    if let Some(language) = &work.language
        && keep_best(&mut free, |candidate| speaks(candidate.agent, language)) == Some(NAMED)
    {
        reasons.push(Why::Language { language: language.clone() });
    }
    if let Some(region) = work.regions.first()
        && keep_best(&mut free, |candidate| serves_region(candidate.agent, &work.regions)) >= Some(NAMED)
    {
        reasons.push(Why::Region { region: region.clone() });
    }
    if let Some(tier) = &work.tier
        && keep_best(&mut free, |candidate| listed(&candidate.agent.profile.tiers, tier)) == Some(NAMED)
    {
        reasons.push(Why::Tier { tier: tier.clone() });
    }
    let before = free.len();
    let least = free.iter().copied().min_by(|a, b| by_share(work.kind, a, b))?;
    free.retain(|candidate| by_share(work.kind, candidate, least).is_eq());
    let longest = free.iter().copied().min_by_key(|candidate| (candidate.idle_since, candidate.agent.id))?;
    if free.len() < before {
        reasons.push(Why::LeastLoaded { load: longest.load.of(work.kind), most: longest.most.of(work.kind) });
    }
    if free.len() > 1 {
        reasons.push(Why::LongestIdle);
    } else if !reasons.iter().any(Why::speaks_for) {
        reasons.push(Why::FitsBest);
    }
    Some(longest)
}

/// Somebody's list says nothing: they do whatever comes.
const ANYTHING: usize = 1;
/// Somebody's list names it.
const NAMED: usize = 2;

fn looks_after(work: &Work, candidate: &Candidate<'_>) -> usize {
    if Some(candidate.agent.id) == work.account_manager { NAMED } else { ANYTHING }
}

fn keep_best(free: &mut Vec<&Candidate<'_>>, rank: impl Fn(&Candidate<'_>) -> usize) -> Option<usize> {
    let best = free.iter().map(|candidate| rank(candidate)).max()?;
    free.retain(|candidate| rank(candidate) == best);
    Some(best)
}

fn listed(list: &[String], key: &str) -> usize {
    match list {
        [] => ANYTHING,
        list if list.iter().any(|named| named == key) => NAMED,
        _ => 0,
    }
}

/// Who works in `zh` also reads `zh-TW`.
fn speaks(agent: &Agent, language: &str) -> usize {
    let covers = |tag: &String| language == tag || language.strip_prefix(tag.as_str()).is_some_and(|rest| rest.starts_with('-'));
    match agent.languages.as_slice() {
        [] => ANYTHING,
        tags if tags.iter().any(covers) => NAMED,
        _ => 0,
    }
}

/// The nearer the region that somebody names, the better.
fn serves_region(agent: &Agent, path: &[String]) -> usize {
    if agent.profile.regions.is_empty() {
        return ANYTHING;
    }
    path.iter().rev().enumerate().filter(|(_, region)| agent.profile.regions.contains(region)).map(|(place, _)| NAMED + place).max().unwrap_or(0)
}

/// Compares load / most without dividing.
fn by_share(kind: WorkKind, a: &Candidate<'_>, b: &Candidate<'_>) -> Ordering {
    let share = |one: &Candidate<'_>, other: &Candidate<'_>| u64::from(one.load.of(kind)) * u64::from(other.most.of(kind));
    share(a, b).cmp(&share(b, a))
}

/// The place in line: the higher, the sooner. Priority counts before the tier's rank; between equals, whoever waits longest is served first.
pub fn urgency(desk: &Desk, priority: Priority, tier: Option<&str>) -> i64 {
    let rank = tier.and_then(|tier| desk.tiers.get(tier)).map_or(i32::MIN, |tier| tier.rank);
    let step = match priority {
        Priority::Low => 0,
        Priority::Normal => 1,
        Priority::High => 2,
        Priority::Urgent => 3,
    };
    step * PRIORITY_STEP + i64::from(rank) - i64::from(i32::MIN)
}

#[cfg(test)]
mod tests;
