//! What there is to say, and what was meant by what is not understood.

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Place, Within, all, choices::commands_like, escaped, line::Line};
use crate::caller::Caller;
use bellhop_domain::words;

/// Commands that are suggested for a name that does not exist.
const MOST_SUGGESTIONS: usize = 3;

pub(super) const COMMANDS: &[Command] = &[Command {
    name: "help",
    arguments: &[Argument::optional("command", Kind::Command)],
    needs: None,
    within: Within::Anywhere,
    run: |call| Box::pin(help(call)),
}];

async fn help(call: &Call<'_>) -> Result<Answer, CommandError> {
    let language = &call.place.language;
    if let Some(command) = call.given("command").and_then(|name| all().find(|command| command.name == name)) {
        let mut text = format!("{}\n{}", command.usage(language), command.explanation(language));
        if command.within == Within::Conversation {
            text = format!("{text}\n{}", call.say("answer-help-in-conversation", &[]));
        }
        return Ok(Answer::text(text));
    }
    let may = |command: &&Command| command.needs.is_none_or(|needs| call.caller.permissions.allow(needs));
    // What may be left out is told for one command: all of it would be longer than a message.
    let lines: Vec<String> = all().filter(may).map(|command| format!("{} – {}", command.needed(language), command.explanation(language))).collect();
    Ok(Answer::text(format!("{}\n\n{}\n\n{}", call.say("answer-help-head", &[]), lines.join("\n"), call.say("answer-help-note", &[]))))
}

/// There is no such command: what may have been meant.
pub(super) fn unknown(caller: &Caller, place: &Place, line: &Line) -> Answer {
    let language = &place.language;
    let name: String = line.name.chars().take(40).collect();
    let text = words::say(language, "answer-unknown", &[("name", (&escaped(&name)).into())]);
    let meant: Vec<Choice> = commands_like(caller, &name, MOST_SUGGESTIONS)
        .map(|command| {
            let said = format!("/{} {}", command.name, line.rest);
            let said = said.trim_end();
            let shown = if said.chars().count() > 40 { format!("{}…", said.chars().take(40).collect::<String>()) } else { said.to_owned() };
            Choice::new(shown, said)
        })
        .collect();
    let hint = if meant.is_empty() { "answer-see-help" } else { "answer-did-you-mean" };
    Answer { text: format!("{text} {}", words::say(language, hint, &[])), choices: meant, ..Answer::default() }
}
