//! Who has the conversation, and where it is.

use bellhop_domain::{conversation::ConversationStatus, presence::Presence, words};
use chrono_tz::Tz;

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, customer::offered_categories, escaped, moment, quoted};
use crate::{
    actions::{
        conversations::{self, Assign},
        people,
    },
    caller::Permission,
};

const HANDLE: Option<Permission> = Some(Permission::HandleConversations);

pub(super) const COMMANDS: &[Command] = &[
    Command { name: "take", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(take(call)) },
    Command {
        name: "assign",
        arguments: &[Argument::required("agent-or-department", Kind::AgentOrDepartment)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(assign(call)),
    },
    Command {
        name: "transfer",
        arguments: &[Argument::required("department", Kind::Department), Argument::optional("note", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(transfer(call)),
    },
    Command { name: "close", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(close(call)) },
    Command { name: "reopen", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(reopen(call)) },
    Command {
        name: "snooze",
        arguments: &[Argument::required("moment", Kind::Moment)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(snooze(call)),
    },
    Command { name: "bot", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(give_back(call)) },
];

async fn take(call: &Call<'_>) -> Result<Answer, CommandError> {
    let taken = conversations::take(call.engine, call.caller, call.conversation()?, None).await?;
    let agent = taken.assignee.and_then(|id| call.desk.agent(id)).map(|agent| agent.name.as_str());
    let name = escaped(agent.or_else(|| call.caller.actor.name()).unwrap_or_default());
    call.answer("answer-took", &[("agent", (&name).into())])
}

async fn assign(call: &Call<'_>) -> Result<Answer, CommandError> {
    let to = match call.text("agent-or-department").split_once(':') {
        Some(("agent", key)) => Assign { agent: Some(key.to_owned()), ..Assign::default() },
        Some((_, key)) => Assign { department: Some(key.to_owned()), ..Assign::default() },
        None => Assign::default(),
    };
    give(call, to).await
}

async fn transfer(call: &Call<'_>) -> Result<Answer, CommandError> {
    let department = Some(call.text("department").to_owned());
    give(call, Assign { department, note: call.given("note").map(str::to_owned), ..Assign::default() }).await
}

/// Gives the conversation away, and says so when nobody may be there to take it, or when tickets stay behind.
async fn give(call: &Call<'_>, to: Assign) -> Result<Answer, CommandError> {
    let id = call.conversation()?;
    conversations::assign(call.engine, call.caller, id, &to).await?;
    let agent = to.agent.as_deref().and_then(|key| call.desk.agents.get(key));
    let department = to.department.as_deref().and_then(|key| call.desk.departments.get(key));
    let name = agent.map(|agent| agent.name.as_str()).or(department.map(|it| it.name.get(&call.place.language))).unwrap_or_default();
    let name = escaped(name);
    let mut text = call.say("answer-assigned", &[("to", (&name).into())]);
    let presence = match agent {
        Some(agent) => people::presence(call.engine, agent.id).await?.map(|said| said.presence),
        None => None,
    };
    if let Some(presence @ (Presence::Away | Presence::Offline)) = presence {
        let presence = call.say(&format!("choice-{}", presence.as_str()), &[]);
        text = format!("{text} {}", call.say("answer-assigned-away", &[("agent", (&name).into()), ("presence", (&presence).into())]));
    }
    let mut choices = Vec::new();
    if let Some(department) = department {
        let tickets = call.engine.reader().tickets_of_conversation(id).await?;
        for ticket in tickets.iter().filter(|ticket| ticket.status.is_open() && ticket.department.as_ref() != Some(&department.key)).take(3) {
            let number = bellhop_domain::ticket::number_text(ticket.number);
            let label = call.say("answer-button-ticket-too", &[("number", (&number).into())]);
            choices.push(Choice::new(label, format!("/department {} {number}", department.key)));
        }
    }
    Ok(Answer { choices, ..Answer::text(text) })
}

async fn close(call: &Call<'_>) -> Result<Answer, CommandError> {
    let closed = conversations::close(call.engine, call.caller, call.conversation()?).await?;
    let mut text = call.say("answer-closed", &[]);
    let mut choices = vec![Choice::new(call.say("answer-button-reopen", &[]), "/reopen")];
    if closed.category.is_none() && !call.desk.categories.is_empty() {
        text = format!("{text}\n{}", call.say("answer-closed-category", &[]));
        choices.extend(offered_categories(&call.desk, &closed, &call.place.language));
    }
    Ok(Answer { choices, ..Answer::text(text) })
}

async fn reopen(call: &Call<'_>) -> Result<Answer, CommandError> {
    conversations::reopen(call.engine, call.caller, call.conversation()?).await?;
    call.answer("answer-reopened", &[])
}

async fn snooze(call: &Call<'_>) -> Result<Answer, CommandError> {
    let id = call.conversation()?;
    let department = call.engine.reader().conversation(id).await?.and_then(|conversation| conversation.department);
    let calendar = call.desk.calendar_of(department.as_deref().unwrap_or_default()).or_else(|| call.desk.calendars.values().next());
    let zone = calendar.map_or(Tz::UTC, |calendar| calendar.time_zone);
    let now = call.engine.now();
    let Some(until) = moment::read(call.text("moment"), now, zone).filter(|until| *until > now) else {
        return Err(call.wrong(call.say("answer-no-moment", &[("given", (&quoted(call.text("moment"))).into())]), call.moments()));
    };
    conversations::snooze(call.engine, call.caller, id, until).await?;
    let until = words::moment(&call.place.language, &until.with_timezone(&zone), &now.with_timezone(&zone));
    call.answer("answer-snoozed", &[("until", (&until).into())])
}

async fn give_back(call: &Call<'_>) -> Result<Answer, CommandError> {
    let given = conversations::give_back(call.engine, call.caller, call.conversation()?).await?;
    let key = if given.status == ConversationStatus::Bot { "answer-gave-back" } else { "answer-gave-back-not" };
    call.answer(key, &[])
}
