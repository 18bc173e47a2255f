//! What a customer's words ask: alone, or together with the question before them.

use bellhop_domain::{
    contact::{Contact, Organisation},
    conversation::{Conversation, ConversationStatus},
    dialogue::{self, Asked, Findings, FollowUp, Sign},
    intent::{self, Intent, Reading},
};

use tokio::time::Instant;

use super::situation;
use crate::{
    engine::Engine,
    knowledge::{self, Viewer},
    worker::HandleError,
};

/// A customer's words, understood.
pub(super) struct Understood {
    pub(super) intent: Option<Intent>,
    pub(super) findings: Findings,
    /// What the knowledge base says to the words alone.
    pub(super) alone: Findings,
    /// The part of the words that this is of, where all of them together were not understood.
    pub(super) part: Option<String>,
}

/// Understands `text`, which is `messages` of the customer.
pub(super) async fn understand(
    engine: &Engine,
    contact: &Contact,
    conversation: &Conversation,
    text: &str,
    messages: u32,
) -> Result<Understood, HandleError> {
    understand_before(engine.0.embedder.deadline(), engine, contact, conversation, text, messages).await
}

/// The same, without waiting for the question's vector after `deadline`.
async fn understand_before(
    deadline: Instant,
    engine: &Engine,
    contact: &Contact,
    conversation: &Conversation,
    text: &str,
    messages: u32,
) -> Result<Understood, HandleError> {
    let Reading { mut intent, question, refuses } = intent::read(text);
    let is_question = matches!(intent, None | Some(Intent::Yes | Intent::No | Intent::NotHelped | Intent::Cancel));
    if !is_for_the_bot(conversation) || !is_question || text.trim().is_empty() {
        return Ok(Understood { intent, findings: Findings::default(), alone: Findings::default(), part: None });
    }
    let organisation = situation::organisation(engine, contact).await?;
    let asking = Asking { deadline, ..Asking::new(engine, contact, conversation, organisation.as_ref(), text) };
    let now = engine.now();
    let continuation = match intent {
        None | Some(Intent::NotHelped) => dialogue::continuation(&conversation.dialogue, question, refuses, conversation.updated_at, now),
        _ => None,
    };
    let unwanted = continuation.as_ref().and_then(|continuation| continuation.unwanted.as_deref());
    let alone = asking.ask(question, unwanted).await?;
    let mut findings = alone.clone();
    let mut with_last = None;
    if let Some(continuation) = &continuation {
        let together = asking.ask(&continuation.together, unwanted).await?;
        if let Some((sign, both)) = continuation.reading(&alone, &together) {
            with_last = Some(FollowUp { sign, alone: alone.probability });
            findings = both;
        } else if unwanted.is_some() {
            // Nothing else answers it either: the person who takes over learns that it goes on from there.
            with_last = Some(FollowUp { sign: Sign::Persists, alone: alone.probability });
        }
    }
    if intent.is_none() && with_last.is_none() && findings.decision != dialogue::Decision::Answer {
        intent = intent::detect_misspelt(text);
    }
    findings.asked = Asked { messages, with_last };
    Ok(Understood { intent, findings, alone, part: None })
}

/// The same for several messages in a row. Where they are not understood together but one part of them is, that is what was asked.
pub(super) async fn understand_row(
    engine: &Engine,
    contact: &Contact,
    conversation: &Conversation,
    text: &str,
    parts: [&str; 2],
    messages: u32,
) -> Result<Understood, HandleError> {
    let deadline = engine.0.embedder.deadline();
    let whole = understand_before(deadline, engine, contact, conversation, text, messages).await?;
    if whole.intent.is_some() || whole.findings.decision == dialogue::Decision::Answer {
        return Ok(whole);
    }
    for part in parts.into_iter().filter(|part| !part.trim().is_empty() && *part != text) {
        let of_part = understand_before(deadline, engine, contact, conversation, part, messages).await?;
        if of_part.intent.is_none() && of_part.findings.decision == dialogue::Decision::Answer {
            return Ok(Understood { part: Some(part.to_owned()), ..of_part });
        }
    }
    Ok(whole)
}

/// Whether the bot has the conversation, or will have it as soon as the customer's words bring it back.
fn is_for_the_bot(conversation: &Conversation) -> bool {
    match conversation.status {
        ConversationStatus::Bot => true,
        ConversationStatus::Resolved => conversation.assignee.is_none(),
        _ => false,
    }
}

/// Who asks, and in which language.
struct Asking<'a> {
    engine: &'a Engine,
    contact: &'a Contact,
    refused: &'a [String],
    language: String,
    viewer: Viewer,
    /// Until when vectors are waited for.
    deadline: Instant,
}

impl<'a> Asking<'a> {
    fn new(engine: &'a Engine, contact: &'a Contact, conversation: &'a Conversation, organisation: Option<&Organisation>, text: &str) -> Self {
        Self {
            engine,
            contact,
            refused: &conversation.dialogue.refused,
            language: situation::language(engine, contact, conversation, Some(text)),
            viewer: knowledge::viewer_for(contact, organisation, &engine.desk(), &conversation.channel),
            deadline: Instant::now(),
        }
    }

    async fn ask(&self, text: &str, unwanted: Option<&str>) -> Result<Findings, HandleError> {
        let Self { engine, contact, language, viewer, .. } = self;
        let exclude: Vec<String> = self.refused.iter().map(String::as_str).chain(unwanted).map(str::to_owned).collect();
        let question = bellhop_kb::Question {
            text,
            lang: Some(language).filter(|_| !contact.language_chosen).map(String::as_str),
            viewer,
            exclude: &exclude,
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
        verdict = match knowledge::by_meaning(engine, &question, verdict, self.deadline).await {
            Ok(verdict) => verdict,
            Err(error) => {
                tracing::error!(error = %error, "The knowledge base could not be asked by meaning; the conversation goes to a person");
                return Ok(Findings::default());
            }
        };
        if contact.language_chosen {
            // Whoever chose a language may still write in another: found in that one, answered in the chosen one.
            for candidate in &mut verdict.candidates {
                if let Some(article) = knowledge::article_for(engine, &candidate.slug, language, viewer).await? {
                    (candidate.lang, candidate.title, candidate.answer) = (article.language, article.title, article.answer);
                }
            }
        }
        Ok(situation::findings(engine, contact, verdict))
    }
}
