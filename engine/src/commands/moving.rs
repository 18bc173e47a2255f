//! Who has the conversation, and where it is.

use bellhop_domain::conversation::ConversationStatus;

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped};
use crate::{
    actions::conversations::{self, Assign},
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
    Command { name: "close", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(close(call)) },
    Command { name: "reopen", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(reopen(call)) },
    Command { name: "bot", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(give_back(call)) },
];

async fn take(call: &Call<'_>) -> Result<Answer, CommandError> {
    let taken = conversations::take(call.engine, call.caller, call.conversation()?, None).await?;
    let name = taken.assignee.and_then(|id| call.desk.agent(id)).map(|agent| escaped(&agent.name)).unwrap_or_default();
    call.answer("answer-took", &[("agent", (&name).into())])
}

async fn assign(call: &Call<'_>) -> Result<Answer, CommandError> {
    let to = to(call, "agent-or-department");
    conversations::assign(call.engine, call.caller, call.conversation()?, &to).await?;
    call.answer("answer-assigned", &[("to", (&name_of(call, &to)).into())])
}

async fn close(call: &Call<'_>) -> Result<Answer, CommandError> {
    conversations::close(call.engine, call.caller, call.conversation()?).await?;
    let text = call.say("answer-closed", &[]);
    Ok(Answer { choices: vec![Choice::new(call.say("answer-button-reopen", &[]), "/reopen")], ..Answer::text(text) })
}

async fn reopen(call: &Call<'_>) -> Result<Answer, CommandError> {
    conversations::reopen(call.engine, call.caller, call.conversation()?).await?;
    call.answer("answer-reopened", &[])
}

async fn give_back(call: &Call<'_>) -> Result<Answer, CommandError> {
    let given = conversations::give_back(call.engine, call.caller, call.conversation()?).await?;
    let key = if given.status == ConversationStatus::Bot { "answer-gave-back" } else { "answer-gave-back-not" };
    call.answer(key, &[])
}

/// To whom, as the registry has resolved it.
fn to(call: &Call<'_>, argument: &str) -> Assign {
    match call.text(argument).split_once(':') {
        Some(("agent", key)) => Assign { agent: Some(key.to_owned()), ..Assign::default() },
        Some((_, key)) => Assign { department: Some(key.to_owned()), ..Assign::default() },
        None => Assign::default(),
    }
}

fn name_of(call: &Call<'_>, to: &Assign) -> String {
    let agent = to.agent.as_deref().and_then(|key| call.desk.agents.get(key)).map(|agent| agent.name.as_str());
    let department = to.department.as_deref().and_then(|key| call.desk.departments.get(key)).map(|it| it.name.get(&call.place.language));
    escaped(agent.or(department).unwrap_or_default())
}
