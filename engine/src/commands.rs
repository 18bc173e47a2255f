//! The command language: everything that agents do by a line of text or by a button, the same words on every surface.

use bellhop_domain::id::{ConversationId, MessageId};

use crate::{Engine, actions::ActionError, caller::Caller};

/// Where a command is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The conversation that it is about; none outside all conversations.
    pub conversation: Option<ConversationId>,
    /// The message that the agent pointed at.
    pub replied_to: Option<MessageId>,
    /// The language in which the agent is answered.
    pub language: String,
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
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("choices", &self.choices.len()).field("card", &self.card).finish_non_exhaustive()
    }
}

/// A button that gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub label: String,
    /// The command that it gives, with its slash.
    pub line: String,
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

/// Carries out one line, such as `/assign mei`.
///
/// # Errors
/// When it was not carried out.
pub async fn run(_engine: &Engine, _caller: &Caller, _place: &Place, _line: &str) -> Result<Answer, CommandError> {
    Err(CommandError::Usage(Answer::default()))
}
