//! The bot: asks the knowledge base, lets the pure dialogue decide, and turns its effects into a decision.

mod effects;
mod situation;

pub(crate) use situation::ticket_line;

use bellhop_domain::{
    contact::Contact,
    conversation::{Conversation, ConversationStatus},
    dialogue::{self, Findings, Input},
    id::MessageId,
    intent::Intent,
    ticket::Ticket,
};

use crate::{decision::Decision, engine::Engine, knowledge, worker::HandleError};

/// A conversation in which the bot is to decide something.
pub(crate) struct Case {
    pub(crate) conversation: Conversation,
    pub(crate) contact: Contact,
    /// The conversation is not stored yet.
    pub(crate) is_new: bool,
    /// The platform's id of the message that is being answered.
    pub(crate) reply_to: Option<String>,
    /// A message of the customer that is not stored yet.
    pub(crate) texts: Option<(MessageId, String)>,
    /// The conversation's open tickets, where there are several: which one the message is meant for is not known.
    pub(crate) which: Vec<Ticket>,
}

/// What the knowledge base says to a text, where it is the bot's turn and the text is a question.
pub(crate) async fn findings(
    engine: &Engine,
    contact: &Contact,
    conversation: &Conversation,
    text: &str,
    intent: Option<&Intent>,
) -> Result<Findings, HandleError> {
    let is_question =
        !matches!(intent, Some(Intent::Greeting | Intent::Thanks | Intent::Goodbye | Intent::Human | Intent::TicketStatus | Intent::Command(_)));
    // What is settled comes back to the bot with the customer's words, unless somebody has it.
    let is_for_the_bot = match conversation.status {
        ConversationStatus::Bot => true,
        ConversationStatus::Resolved => conversation.assignee.is_none(),
        _ => false,
    };
    if !is_for_the_bot || !is_question || text.trim().is_empty() {
        return Ok(Findings::default());
    }
    let organisation = situation::organisation(engine, contact).await?;
    let desk = engine.desk();
    let viewer = knowledge::viewer_for(contact, organisation.as_ref(), &desk, &conversation.channel);
    let language = situation::language(engine, contact, conversation, Some(text));
    let question = bellhop_kb::Question {
        text,
        lang: Some(&language).filter(|_| !contact.language_chosen).map(String::as_str),
        viewer: &viewer,
        exclude: &conversation.dialogue.refused,
        drafts: &[],
    };
    let started = std::time::Instant::now();
    // An index that fails answers nothing rather than garbage: the customer gets a person, and the index is mended meanwhile.
    let mut verdict = match knowledge::ask(engine, &question) {
        Ok(verdict) => verdict,
        Err(error) => {
            tracing::error!(error = %error, "The knowledge base could not be asked; the conversation goes to a person");
            return Ok(Findings::default());
        }
    };
    metrics::histogram!("bellhop_retrieval_seconds").record(started.elapsed().as_secs_f64());
    if contact.language_chosen {
        // Whoever chose a language may still write in another: found in that one, answered in the chosen one.
        for candidate in &mut verdict.candidates {
            if let Some(article) = knowledge::article_for(engine, &candidate.slug, &language, &viewer).await? {
                (candidate.lang, candidate.title, candidate.answer) = (article.language, article.title, article.answer);
            }
        }
    }
    Ok(situation::findings(engine, contact, verdict))
}

/// Lets the bot decide on `input` and puts what comes of it into `decision`.
pub(crate) async fn consider(engine: &Engine, mut case: Case, input: &Input<'_>, decision: &mut Decision) -> Result<(), HandleError> {
    let text = match input {
        Input::Says { text, .. } => Some(*text),
        _ => None,
    };
    case.conversation.language = Some(situation::language(engine, &case.contact, &case.conversation, text));
    let facts = situation::Facts::gather(engine, &case, input).await?;
    let step = {
        let situation = facts.situation(&case);
        dialogue::step(&case.conversation.dialogue, &situation, input)
    };
    case.conversation.dialogue = step.dialogue;
    case.conversation.updated_at = facts.now;
    effects::carry_out(engine, &mut case, &facts, step.effects, decision).await?;
    let Case { conversation, is_new, .. } = case;
    if is_new {
        decision.new_conversation = Some(conversation);
    } else {
        decision.conversation = Some(conversation);
    }
    Ok(())
}
