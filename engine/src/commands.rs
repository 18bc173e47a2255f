//! The command language: everything that agents do by a line of text or by a button, the same words on every surface.
//!
//! One table says what there is: [`all`]. From it come how a line is read, `/help`, what is suggested for typing errors, what completes a
//! line ([`complete()`]), and the buttons, for a button is a command line. To add a command, write its function and its [`Command`] in the file of
//! its topic below `commands/`, and its words (`command-NAME`) in the catalogues.

mod asking;
mod choices;
mod company;
mod customer;
mod editing;
mod following;
mod help;
mod inviting;
mod joining;
mod line;
mod moment;
mod moving;
mod own;
mod referring;
mod registry;
mod review;
mod saying;
#[cfg(test)]
mod stories;
mod suggesting;
#[cfg(test)]
mod tests;
mod ticketing;
mod viewing;
mod watching;

use std::sync::Arc;

pub(crate) use bellhop_domain::text::escaped;
use bellhop_domain::{
    id::{ConversationId, MessageId},
    words,
};
use futures_util::future::BoxFuture;

use crate::{Engine, actions::ActionError, caller::Caller, desk::DeskSnapshot};

pub use asking::{request_card, request_state};
pub use choices::complete;
pub use following::{follow_up_card, settling_lines};
pub use registry::{Argument, Command, Kind, Within};
pub use review::review_card;
pub use suggesting::{is_suggested, suggest};
pub use watching::notice_words;

use line::Line;

/// Characters of what was given that an answer repeats.
const LONGEST_QUOTE: usize = 60;

/// The tables of all commands, in the order of `/help`.
const TABLES: &[&[Command]] = &[
    moving::COMMANDS,
    asking::COMMANDS,
    saying::COMMANDS,
    review::COMMANDS,
    ticketing::COMMANDS,
    joining::COMMANDS,
    following::COMMANDS,
    watching::COMMANDS,
    referring::COMMANDS,
    customer::COMMANDS,
    company::COMMANDS,
    editing::COMMANDS,
    viewing::COMMANDS,
    own::COMMANDS,
    inviting::COMMANDS,
    help::COMMANDS,
];

/// Every command that there is.
pub fn all() -> impl Iterator<Item = &'static Command> {
    TABLES.iter().copied().flatten()
}

/// Where a command is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The conversation that it is about; none outside all conversations.
    pub conversation: Option<ConversationId>,
    /// The message that the agent pointed at.
    pub replied_to: Option<MessageId>,
    /// The language in which the agent is answered.
    pub language: String,
    /// Who gives it, on a staff chat: what `/link` joins to an agent.
    pub account: Option<Account>,
    /// What a form brought that the command asked for, by field.
    pub values: Vec<(String, String)>,
}

/// Somebody as a staff chat knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of them.
    pub external_id: String,
}

/// What a command says to whoever gave it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// In light Markdown, in the agent's language; empty where the change speaks for itself.
    pub text: String,
    /// What may be done next.
    pub choices: Vec<Choice>,
    /// Names what stays one post: an answer with the same name takes the place of the one before, text and choices.
    pub card: Option<String>,
    /// What an agent writes in answer to the post of this is put behind this line, after a space, and the whole is the command:
    /// a value that is asked for. Ends with the card, or with its next state that expects nothing.
    pub expects: Option<String>,
    /// A file that belongs to it, such as a transcript.
    pub file: Option<AnswerFile>,
    /// Fields that are asked in one go where there are forms; elsewhere `expects` asks for the first of them.
    pub form: Option<Box<AnswerForm>>,
}

impl Answer {
    /// Words alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("choices", &self.choices.len()).field("card", &self.card).finish_non_exhaustive()
    }
}

/// A file in an answer.
#[derive(Clone, PartialEq, Eq)]
pub struct AnswerFile {
    /// What it is called.
    pub name: String,
    /// Its MIME type.
    pub content_type: String,
    /// What is in it.
    pub content: Vec<u8>,
}

/// A few questions at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerForm {
    /// What it is about.
    pub title: String,
    /// The command that takes what is filled in.
    pub line: String,
    /// What is asked; where there are more than a form holds, the command asks for the rest.
    pub fields: Vec<AnswerField>,
}

/// A question of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerField {
    /// Its key.
    pub key: String,
    /// What people read.
    pub label: String,
    /// Whether it is missing.
    pub required: bool,
    /// What can be chosen, each with its value and its label.
    pub choices: Vec<(String, String)>,
    /// What it is now.
    pub value: Option<String>,
    /// Whether it may have several lines.
    pub long: bool,
}

/// A button that gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub label: String,
    /// The command that it gives, with its slash.
    pub line: String,
}

impl Choice {
    /// A button.
    pub fn new(label: impl Into<String>, line: impl Into<String>) -> Self {
        Self { label: label.into(), line: line.into() }
    }
}

/// Why a command was not carried out; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It was not understood: how it is used, and what may have been meant, for the agent to read.
    #[error("the command was not understood")]
    Usage(Answer),
    /// The action refused.
    #[error(transparent)]
    Action(#[from] ActionError),
}

impl From<bellhop_store::DbError> for CommandError {
    fn from(error: bellhop_store::DbError) -> Self {
        Self::Action(error.into())
    }
}

impl CommandError {
    /// What the agent reads.
    pub fn answer(self, language: &str) -> Answer {
        let say = |key: &str| Answer::text(words::say(language, key, &[]));
        match self {
            Self::Usage(answer) => answer,
            Self::Action(ActionError::NotFound { what }) => {
                let what = words::say(language, &format!("thing-{}", what.replace(' ', "-")), &[]);
                Answer::text(words::say(language, "answer-not-found", &[("what", (&what).into())]))
            }
            Self::Action(ActionError::Forbidden { needs }) => {
                let permission = words::say(language, &format!("permission-{}", needs.as_str().replace(':', "-")), &[]);
                Answer::text(words::say(language, "answer-forbidden", &[("permission", (&permission).into())]))
            }
            Self::Action(ActionError::Invalid { problems } | ActionError::Regressions { problems }) => {
                let lines: Vec<String> = problems
                    .into_iter()
                    .map(|problem| {
                        let (place, problem) = (place_of(&problem.field, language), problem.message.say(language));
                        words::say(language, "answer-problem", &[("place", (&place).into()), ("problem", (&problem).into())])
                    })
                    .collect();
                Answer::text(format!("{}\n{}", words::say(language, "answer-invalid", &[]), lines.join("\n")))
            }
            Self::Action(ActionError::Conflict) => say("answer-conflict"),
            Self::Action(ActionError::AlreadyHandled) => Answer::default(),
            Self::Action(ActionError::NotNow(why)) => Answer::text(words::say(language, "answer-not-now", &[("why", (&why.say(language)).into())])),
            Self::Action(ActionError::Busy | ActionError::Unavailable(_)) => say("answer-busy"),
        }
    }
}

/// Carries out one line, such as `/assign mei`; what was carried out already by the caller's event is done.
///
/// # Errors
/// When it was not carried out.
pub async fn run(engine: &Engine, caller: &Caller, place: &Place, line: &str) -> Result<Answer, CommandError> {
    let line = Line::read(line);
    let command = allowed(caller, place, &line)?;
    let call = Call { engine, caller, place, command, desk: engine.desk(), given: Vec::new() };
    if command.within == Within::Conversation && place.conversation.is_none() {
        return Err(call.usage("answer-needs-conversation"));
    }
    let Some(given) = line.arguments(command) else { return Err(call.usage("answer-takes-nothing")) };
    carry_out(Call { given, ..call }).await
}

/// The same for a command whose arguments were given one by one, by name.
///
/// # Errors
/// When it was not carried out.
pub async fn run_with(engine: &Engine, caller: &Caller, place: &Place, name: &str, arguments: &[(String, String)]) -> Result<Answer, CommandError> {
    let command = allowed(caller, place, &Line::read(&format!("/{name}")))?;
    let given = |argument: &Argument| {
        let found = arguments.iter().find(|(name, _)| name == argument.name);
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let given = command.arguments.iter().map(given).collect();
    let call = Call { engine, caller, place, command, desk: engine.desk(), given };
    if command.within == Within::Conversation && place.conversation.is_none() {
        return Err(call.usage("answer-needs-conversation"));
    }
    carry_out(call).await
}

/// The command of a line, where the caller may give it.
fn allowed(caller: &Caller, place: &Place, line: &Line) -> Result<&'static Command, CommandError> {
    let Some(command) = all().find(|command| command.name == line.name) else {
        return Err(CommandError::Usage(help::unknown(caller, place, line)));
    };
    match command.needs.filter(|needs| !caller.permissions.allow(*needs)) {
        Some(needs) => Err(ActionError::Forbidden { needs }.into()),
        None => Ok(command),
    }
}

/// Makes sure of what its arguments stand for, and does it.
async fn carry_out(mut call: Call<'_>) -> Result<Answer, CommandError> {
    let command = call.command;
    for (index, argument) in command.arguments.iter().enumerate() {
        match call.given.get(index).cloned().flatten() {
            Some(text) => {
                let fixed = choices::resolve(&call, argument, &text)?;
                if let Some(place) = call.given.get_mut(index) {
                    *place = Some(fixed);
                }
            }
            None if argument.required => return Err(choices::missing(&call, argument)),
            None => {}
        }
    }
    match (command.run)(&call).await {
        Err(CommandError::Action(ActionError::AlreadyHandled)) => Ok(Answer::default()),
        other => other,
    }
}

/// A command that is being carried out: who gave it, where, and with which arguments.
pub(crate) struct Call<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) caller: &'a Caller,
    pub(crate) place: &'a Place,
    pub(crate) command: &'static Command,
    pub(crate) desk: Arc<DeskSnapshot>,
    /// By place among the command's arguments; what stands for something on the desk is its key.
    given: Vec<Option<String>>,
}

/// What a command does.
pub(crate) type Run = for<'a> fn(&'a Call<'a>) -> BoxFuture<'a, Result<Answer, CommandError>>;

impl Call<'_> {
    /// What was given for the argument with this name.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        let index = self.command.arguments.iter().position(|argument| argument.name == name)?;
        self.given.get(index)?.as_deref()
    }

    /// The same, empty where nothing was given.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// The conversation that it is about.
    pub(crate) fn conversation(&self) -> Result<ConversationId, CommandError> {
        self.place.conversation.ok_or_else(|| self.usage("answer-needs-conversation"))
    }

    /// Words in the agent's language.
    pub(crate) fn say(&self, key: &str, values: &[(&str, words::Value<'_>)]) -> String {
        words::say(&self.place.language, key, values)
    }

    /// An answer of words alone.
    pub(crate) fn answer(&self, key: &str, values: &[(&str, words::Value<'_>)]) -> Result<Answer, CommandError> {
        Ok(Answer::text(self.say(key, values)))
    }

    /// What is wrong (`key` of the words, which may name the command), and how the command is used.
    pub(crate) fn usage(&self, key: &str) -> CommandError {
        self.wrong(self.say(key, &[("name", self.command.name.into())]), Vec::new())
    }

    /// What is wrong, how the command is used, and what may have been meant.
    pub(crate) fn wrong(&self, what: String, choices: Vec<Choice>) -> CommandError {
        let usage = self.say("answer-usage", &[("usage", (&self.command.usage(&self.place.language)).into())]);
        CommandError::Usage(Answer { text: format!("{what}\n{usage}"), choices, ..Answer::default() })
    }
}

impl Call<'_> {
    /// Buttons for the moments that are wanted most.
    fn moments(&self) -> Vec<Choice> {
        let moments = [("1h", "moment-hour"), ("4h", "moment-hours"), ("tomorrow 9:00", "moment-tomorrow"), ("1w", "moment-week")];
        moments.map(|(moment, key)| Choice::new(self.say(key, &[]), self.line_instead("moment", moment))).to_vec()
    }

    /// The line that gives the same command about this ticket.
    fn line_naming(&self, number: &str) -> String {
        if self.given.first().is_some_and(Option::is_some) { self.line_instead("ticket", number) } else { format!("/{} {number}", self.command.name) }
    }

    /// The line that gives the same command with `value` for the argument with this name.
    fn line_instead(&self, name: &str, value: &str) -> String {
        let argument = self.command.arguments.iter().find(|argument| argument.name == name);
        argument.map_or_else(|| format!("/{}", self.command.name), |argument| self.line_with(argument, value))
    }

    /// The line that gives the same command with `value` for this argument.
    fn line_with(&self, argument: &Argument, value: &str) -> String {
        let mut line = format!("/{}", self.command.name);
        let last = self.command.arguments.len().saturating_sub(1);
        for (index, of) in self.command.arguments.iter().enumerate() {
            let value = if of.name == argument.name { Some(value) } else { self.given.get(index).and_then(Option::as_deref) };
            let Some(value) = value else { break };
            let quoted = index != last && value.contains(char::is_whitespace);
            line.push_str(&if quoted { format!(" \"{value}\"") } else { format!(" {value}") });
        }
        line
    }
}

/// What a place in a request is called where an agent gave a command: a ticket's field by its key.
fn place_of(field: &str, language: &str) -> String {
    let whole = field.split('[').next().unwrap_or(field);
    if let Some(key) = whole.strip_prefix("fields.") {
        return escaped(key);
    }
    let key = format!("place-{}", whole.replace('_', "-"));
    let said = words::say(language, &key, &[]);
    if said == key { escaped(field) } else { said }
}

/// What was given, shortened, as it stands in an answer.
pub(crate) fn quoted(given: &str) -> String {
    let mut shown: String = given.chars().take(LONGEST_QUOTE).collect();
    if shown.len() < given.len() {
        shown.push('…');
    }
    escaped(&shown)
}
