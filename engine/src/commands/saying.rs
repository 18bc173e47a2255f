//! What is said: to the customer, and among colleagues.

use super::{Answer, Argument, Call, Command, CommandError, Kind, Within};
use crate::{
    actions::messages::{self, Reply},
    caller::Permission,
};

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "reply",
        arguments: &[Argument::required("text", Kind::Text)],
        needs: Some(Permission::HandleConversations),
        within: Within::Conversation,
        run: |call| Box::pin(say(call, false)),
    },
    Command {
        name: "note",
        arguments: &[Argument::required("text", Kind::Text)],
        needs: Some(Permission::HandleConversations),
        within: Within::Conversation,
        run: |call| Box::pin(say(call, true)),
    },
];

/// What was said shows itself: no answer is needed.
async fn say(call: &Call<'_>, internal: bool) -> Result<Answer, CommandError> {
    let reply = Reply { text: call.text("text").to_owned(), internal, ..Reply::default() };
    messages::reply(call.engine, call.caller, call.conversation()?, &reply).await?;
    Ok(Answer::default())
}
