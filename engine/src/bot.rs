//! The bot: asks the knowledge base, lets the pure dialogue decide, and turns its effects into a decision.

mod effects;
mod question;
mod row;
mod situation;

pub(crate) use situation::ticket_line;

use bellhop_domain::{
    category::ProposedBy,
    contact::Contact,
    conversation::Conversation,
    dialogue::{self, Input, Step},
    id::MessageId,
    message::Message,
    ticket::Ticket,
};

use crate::{
    actions::{categories, conversations::wake_up},
    decision::Decision,
    engine::Engine,
    worker::HandleError,
};

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

/// Lets the bot decide on what the customer writes. An answer that still waits is taken back, if what it answers and this are one question.
pub(crate) async fn answer(
    engine: &Engine,
    mut case: Case,
    message: &Message,
    sender_is_bot: bool,
    decision: &mut Decision,
) -> Result<(), HandleError> {
    let text = message.text.as_str();
    let alone = question::understand(engine, &case.contact, &case.conversation, text, 1).await?;
    let input = Input::Says { text, message: message.id, intent: alone.intent.as_ref(), findings: &alone.findings, sender_is_bot };
    if !dialogue::leaves_at_rest(&case.conversation.dialogue, &input, engine.now()) {
        wake_up(decision, &mut case.conversation, engine.now(), engine.settings());
    }
    if let Some(row) = row::begin(engine, &case, text, &alone).await? {
        let meant = question::understand_row(engine, &case.contact, &row.conversation, &row.text, [text, &row.answered], row.messages).await?;
        let apart = std::mem::replace(&mut case.conversation, row.conversation);
        let input = Input::Says { text: &row.text, message: message.id, intent: meant.intent.as_ref(), findings: &meant.findings, sender_is_bot };
        let (facts, mut step) = Box::pin(weigh(engine, &mut case, &input)).await?;
        // What says nothing must not cost the customer the answer that waits.
        if row::is_answered(&step) {
            row::accept(engine, &mut case, &apart, row.reply, &step, decision);
            if let Some(latest) = &mut step.dialogue.latest {
                latest.part = meant.part;
            }
            return Box::pin(carry_out(engine, case, &facts, step, decision)).await;
        }
        case.conversation = apart;
    }
    Box::pin(consider(engine, case, &input, decision)).await
}

/// Lets the bot decide on `input` and puts what comes of it into `decision`.
pub(crate) async fn consider(engine: &Engine, mut case: Case, input: &Input<'_>, decision: &mut Decision) -> Result<(), HandleError> {
    let (facts, step) = Box::pin(weigh(engine, &mut case, input)).await?;
    Box::pin(carry_out(engine, case, &facts, step, decision)).await
}

async fn weigh(engine: &Engine, case: &mut Case, input: &Input<'_>) -> Result<(situation::Facts, Step), HandleError> {
    let text = match input {
        Input::Says { text, .. } => Some(*text),
        _ => None,
    };
    case.conversation.language = Some(situation::language(engine, &case.contact, &case.conversation, text));
    let facts = situation::Facts::gather(engine, case, input).await?;
    let step = dialogue::step(&case.conversation.dialogue, &facts.situation(case), input);
    Ok((facts, step))
}

async fn carry_out(engine: &Engine, mut case: Case, facts: &situation::Facts, step: Step, decision: &mut Decision) -> Result<(), HandleError> {
    case.conversation.dialogue = step.dialogue;
    case.conversation.updated_at = facts.now;
    effects::carry_out(engine, &mut case, facts, step.effects, decision).await?;
    row::note_reply(&mut case.conversation, decision);
    propose_category(engine, &mut case, facts).await?;
    let Case { conversation, is_new, .. } = case;
    if is_new {
        decision.new_conversation = Some(conversation);
    } else {
        decision.conversation = Some(conversation);
    }
    Ok(())
}

/// What the conversation is about, as far as the bot can tell: until somebody says it, and for good where nobody does.
async fn propose_category(engine: &Engine, case: &mut Case, facts: &situation::Facts) -> Result<(), HandleError> {
    let Case { conversation, texts, .. } = case;
    if conversation.category.is_some() {
        return Ok(());
    }
    let given = categories::given(engine, conversation).await?;
    let words = texts.iter().map(|(_, text)| text.as_str());
    if let Some(proposed) = facts.desk.propose_category(words, &categories::as_given(&given)) {
        // What an article says does not take the place of what the customer says.
        let is_weaker = conversation.proposed.as_ref().is_some_and(|known| known.by == ProposedBy::Words) && proposed.by != ProposedBy::Words;
        if !is_weaker {
            conversation.proposed = Some(proposed);
        }
    }
    Ok(())
}
