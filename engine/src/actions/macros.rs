//! Macros: what agents say and do often, done at once, and shown before it is done.

use bellhop_domain::{
    actor::Actor,
    canned::{ME, Macro},
    contact::Contact,
    conversation::{Conversation, ConversationStatus},
    desk::Desk,
    id::{ConversationId, MessageId},
    text::{self, Values},
    ticket::Ticket,
    timeline::TimelineKind,
    why::Why,
};
use serde_json::{Value, json};

use super::{
    ActionError, Problem, TRIES,
    conversations::{assigned, clean_tags, enter_status, happened, language_of, load, resolve},
    lookup::{Changes, person, working_agent},
    messages::{Outgoing, check_reachable, check_text, take_by_replying},
    require,
    tickets::{self, TicketPatch},
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
};

/// What a macro would do, as things stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// What the customer would read.
    pub reply: Option<String>,
    /// What colleagues would read.
    pub note: Option<String>,
    /// What would change.
    pub effects: Vec<Effect>,
    /// Why it would be refused; nothing would be done then.
    pub refused: Vec<Problem>,
}

/// Something that would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// `tags`, `category`, `department`, `assignee`, `status`, `ticket.status`, `ticket.stage` or `ticket.priority`.
    pub what: &'static str,
    /// As it is.
    pub from: Value,
    /// As it would be.
    pub to: Value,
}

/// The agent whom a caller is, by key.
pub fn own_key(caller: &Caller) -> Option<&str> {
    match &caller.actor {
        Actor::Agent { key, .. } => Some(key),
        _ => None,
    }
}

/// The macros that the caller may use: everybody's and their own.
pub fn usable<'d>(desk: &'d Desk, caller: &Caller) -> impl Iterator<Item = &'d Macro> {
    let own = own_key(caller).map(str::to_owned);
    desk.macros.values().filter(move |canned| canned.is_for(own.as_deref()))
}

/// Says and does what the macro `key` holds: all of it, or nothing.
pub async fn apply(engine: &Engine, caller: &Caller, id: ConversationId, key: &str) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let desk = engine.desk();
    let wanted = usable(&desk, caller).find(|canned| canned.key == key).ok_or(ActionError::NotFound { what: "macro" })?;
    for _ in 0..TRIES {
        let case = Case::load(engine, id).await?;
        let words = case.words(engine, caller, &desk, wanted);
        let mut conversation = case.conversation.clone();
        let mut decision = Decision::by(caller);
        carry_out(engine, caller, &case, wanted, &words, &mut conversation, &mut decision).await?;
        decision.conversation = Some(conversation);
        match decision.commit(engine).await {
            Ok(()) => return load(engine, id).await,
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// What the macro `key` would say and change, and why it would be refused; nothing is done.
pub async fn preview(engine: &Engine, caller: &Caller, id: ConversationId, key: &str) -> Result<Preview, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let desk = engine.desk();
    let wanted = usable(&desk, caller).find(|canned| canned.key == key).ok_or(ActionError::NotFound { what: "macro" })?;
    let case = Case::load(engine, id).await?;
    let Words { reply, note } = case.words(engine, caller, &desk, wanted);
    let mut conversation = case.conversation.clone();
    // What is decided here is thrown away.
    let mut decision = Decision::by(caller);
    let words = Words { reply, note };
    let refused = match carry_out(engine, caller, &case, wanted, &words, &mut conversation, &mut decision).await {
        Ok(()) => Vec::new(),
        Err(ActionError::Invalid { problems }) => problems,
        Err(ActionError::NotNow(why)) => vec![Problem { field: "macro".to_owned(), message: why }],
        Err(error) => return Err(error),
    };
    let effects = if refused.is_empty() { effects(&desk, &case, &conversation, &decision) } else { Vec::new() };
    Ok(Preview { reply: words.reply, note: words.note, effects, refused })
}

/// The conversation with everything that a macro may look at.
struct Case {
    conversation: Conversation,
    contact: Option<Contact>,
    /// Its only open ticket.
    ticket: Option<Ticket>,
}

/// What a macro says, filled in.
struct Words {
    reply: Option<String>,
    note: Option<String>,
}

impl Case {
    async fn load(engine: &Engine, id: ConversationId) -> Result<Self, ActionError> {
        let conversation = load(engine, id).await?;
        let contact = engine.reader().contact(conversation.contact).await?;
        let mut open = engine.reader().tickets_of_conversation(id).await?;
        open.retain(|ticket| ticket.status.is_open());
        let ticket = if open.len() == 1 { open.pop() } else { None };
        Ok(Self { conversation, contact, ticket })
    }

    fn words(&self, engine: &Engine, caller: &Caller, desk: &Desk, wanted: &Macro) -> Words {
        let said_in = |language: &str| {
            let mut values = Values::default();
            if let Some(name) = self.contact.as_ref().and_then(|contact| contact.name.as_deref()) {
                values = values.with("customer.name", name);
            }
            if let Some(name) = caller.actor.name() {
                values = values.with("agent.name", name);
            }
            match &self.ticket {
                Some(ticket) => values.of_ticket(desk, ticket, self.contact.as_ref(), language, &engine.links().ticket(ticket.id)),
                None => values,
            }
        };
        let (theirs, ours) = (language_of(&self.conversation, engine.settings()), engine.settings().language.clone());
        let reply = text::fill_in(&wanted.text, &theirs, &said_in(&theirs));
        let note = text::fill_in(&wanted.note, &ours, &said_in(&ours));
        Words { reply, note }
    }
}

/// Puts everything that a macro does into a decision.
async fn carry_out(
    engine: &Engine,
    caller: &Caller,
    case: &Case,
    wanted: &Macro,
    words: &Words,
    conversation: &mut Conversation,
    decision: &mut Decision,
) -> Result<(), ActionError> {
    let now = engine.now();
    if wanted.changes_ticket() {
        let before = case.ticket.as_ref().ok_or_else(|| ActionError::not_now(Why::new("why-macro-ticket")))?;
        let patch = TicketPatch { status: wanted.status, stage: wanted.stage.clone(), priority: wanted.priority, ..TicketPatch::default() };
        Box::pin(tickets::change_within(engine, caller, before, &patch, decision)).await?;
        if let Some(told) = decision.conversation.take().filter(|told| told.id == conversation.id) {
            conversation.dialogue = told.dialogue;
        }
    }
    if let Some(reply) = &words.reply {
        let reply = check_text(reply, false)?;
        check_reachable(engine, conversation).await?;
        take_by_replying(engine, caller, conversation, decision, now);
        Outgoing::new(MessageId(fresh_id()), caller.actor.clone(), reply).send(engine, conversation, decision, now);
    }
    if let Some(note) = &words.note {
        Outgoing::new(MessageId(fresh_id()), caller.actor.clone(), check_text(note, false)?).note(conversation, decision, now);
    }
    let kept = conversation.tags.iter().filter(|tag| !wanted.untag.contains(tag));
    let tags = clean_tags(&kept.chain(&wanted.tags).cloned().collect::<Vec<_>>())?;
    let mut changes = Changes::default();
    changes.set("tags", &mut conversation.tags, Some(&tags));
    changes.set("category", &mut conversation.category, wanted.category.as_ref().map(|key| Some(key.clone())).as_ref());
    changes.set("department", &mut conversation.department, wanted.department.as_ref().map(|key| Some(key.clone())).as_ref());
    changes.add("macro", wanted.key.as_str().into());
    conversation.updated_at = now;
    decision.timeline.push(happened(conversation.id, &caller.actor, TimelineKind::Changed, changes.into_details(), now));
    if let Some(wanted) = &wanted.assign {
        let desk = engine.desk();
        let agent = match wanted.as_str() {
            ME => person(&desk, &caller.actor).ok_or_else(|| ActionError::invalid("assign", Why::new("why-nobody-to-assign")))?,
            key => working_agent(&desk, key)?.id,
        };
        if conversation.status == ConversationStatus::Resolved {
            return Err(ActionError::not_now(Why::new("why-resolved")));
        }
        if conversation.assignee != Some(agent) || conversation.status != ConversationStatus::Open {
            enter_status(decision, conversation, ConversationStatus::Open, &caller.actor, now, engine.settings());
            conversation.assignee = Some(agent);
            conversation.routing.get_or_insert_default().taken(Some(agent), now);
            decision.cancel_bot_sends = true;
            decision.timeline.push(assigned(engine, conversation, caller, now));
        }
    }
    if wanted.close && conversation.status != ConversationStatus::Resolved {
        resolve(engine, caller, conversation, decision, now);
    }
    Ok(())
}

/// What differs between before and after.
fn effects(desk: &Desk, case: &Case, after: &Conversation, decision: &Decision) -> Vec<Effect> {
    let before = &case.conversation;
    let agent = |conversation: &Conversation| json!(conversation.assignee.and_then(|id| desk.agent(id)).map(|agent| &agent.key));
    let mut pairs = vec![
        ("tags", json!(before.tags), json!(after.tags)),
        ("category", json!(before.category), json!(after.category)),
        ("department", json!(before.department), json!(after.department)),
        ("assignee", agent(before), agent(after)),
        ("status", json!(before.status), json!(after.status)),
    ];
    if let (Some(before), Some(after)) = (&case.ticket, decision.tickets.first()) {
        pairs.extend([
            ("ticket.status", json!(before.status), json!(after.status)),
            ("ticket.stage", json!(before.stage), json!(after.stage)),
            ("ticket.priority", json!(before.priority), json!(after.priority)),
        ]);
    }
    pairs.into_iter().filter(|(_, from, to)| from != to).map(|(what, from, to)| Effect { what, from, to }).collect()
}

#[cfg(test)]
mod tests;
