//! The message by which people who never wrote to us begin.

use bellhop_channel::SendError;
use bellhop_domain::{why::Why, words};

use super::{Answer, Argument, Call, Command, CommandError, Kind, Within};
use crate::{actions::ActionError, caller::Permission};

pub(super) const COMMANDS: &[Command] = &[Command {
    name: "invite",
    arguments: &[Argument::required("room", Kind::Room), Argument::optional("text", Kind::Text)],
    needs: Some(Permission::Administer),
    within: Within::Anywhere,
    run: |call| Box::pin(invite(call)),
}];

/// Puts a message with a button before the public, in a room of the platform on which the command is given.
async fn invite(call: &Call<'_>) -> Result<Answer, CommandError> {
    let chat = call.place.account.as_ref().and_then(|account| call.engine.channels().staff(&account.channel));
    let Some(chat) = chat else { return Err(ActionError::not_now(Why::new("answer-invite-elsewhere")).into()) };
    // The public reads what the operator speaks.
    let language = &call.engine.settings().language;
    let (text, button) = (words::say(language, "invite-text", &[]), words::say(language, "invite-button", &[]));
    let room = call.text("room").trim_start_matches("<#").trim_end_matches('>');
    match chat.invite(room, call.given("text").unwrap_or(&text), &button).await {
        Ok(()) => call.answer("answer-invited", &[]),
        Err(SendError::Refused { .. }) => Err(ActionError::not_now(Why::new("answer-invite-refused")).into()),
        Err(_) => Err(ActionError::Busy.into()),
    }
}
