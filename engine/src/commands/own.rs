//! What agents say of themselves.

use bellhop_domain::{actor::Actor, presence::Presence, why::Why};

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, joining, quoted};
use crate::{
    actions::{ActionError, people},
    caller::Permission,
};

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "presence",
        arguments: &[Argument::optional("presence", Kind::OneOf(&["online", "away", "offline"])), Argument::optional("capacity", Kind::Text)],
        needs: Some(Permission::HandleConversations),
        within: Within::Anywhere,
        run: |call| Box::pin(presence(call)),
    },
    Command {
        name: "link",
        arguments: &[
            Argument::required("code", Kind::Text),
            Argument::optional("relation", Kind::OneOf(joining::LINK_WORDS)),
            Argument::optional("ticket", Kind::Text),
        ],
        needs: None,
        within: Within::Anywhere,
        run: |call| Box::pin(link(call)),
    },
];

async fn presence(call: &Call<'_>) -> Result<Answer, CommandError> {
    let Actor::Agent { id, key, .. } = &call.caller.actor else {
        return Err(ActionError::not_now(Why::new("answer-agents-only")).into());
    };
    let Some(wanted) = Presence::parse(call.text("presence")) else {
        let said = people::presence(call.engine, *id).await?;
        let choices = Presence::ALL
            .map(|presence| Choice::new(call.say(&format!("choice-{}", presence.as_str()), &[]), format!("/presence {}", presence.as_str())));
        let text = match said {
            Some(said) => shown(call, said.presence, said.capacity),
            None => call.say("answer-presence-unknown", &[]),
        };
        return Ok(Answer { choices: choices.to_vec(), ..Answer::text(text) });
    };
    let capacity = match call.given("capacity") {
        Some("-") => Some(None),
        Some(text) => match text.parse::<i64>() {
            Ok(number) => Some(Some(number)),
            Err(_) => return Err(call.wrong(call.say("answer-no-number", &[("given", (&quoted(text)).into())]), Vec::new())),
        },
        None => None,
    };
    let said = people::set_presence(call.engine, call.caller, key, wanted, capacity).await?;
    Ok(Answer::text(shown(call, said.presence, said.capacity)))
}

fn shown(call: &Call<'_>, presence: Presence, capacity: Option<i64>) -> String {
    let text = call.say("answer-presence", &[("presence", (&call.say(&format!("choice-{}", presence.as_str()), &[])).into())]);
    match capacity {
        Some(capacity) => format!("{text} {}", call.say("answer-capacity", &[("count", capacity.into())])),
        None => text,
    }
}

/// The one command of somebody who is no agent yet; with a ticket instead of a code, it says what that is to another one.
async fn link(call: &Call<'_>) -> Result<Answer, CommandError> {
    if let Some(number) = joining::named_ticket(call.text("code")) {
        return joining::link(call, number).await;
    }
    let Some(account) = &call.place.account else { return Err(ActionError::not_now(Why::new("answer-link-elsewhere")).into()) };
    match people::link(call.engine, call.caller, &account.channel, &account.external_id, call.text("code")).await? {
        Some(agent) => call.answer("answer-linked", &[("agent", (&escaped(&agent.name)).into())]),
        None => Err(CommandError::Usage(Answer::text(call.say("answer-link-wrong", &[])))),
    }
}
