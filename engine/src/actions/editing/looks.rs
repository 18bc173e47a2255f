//! How an article will look on each channel, before it is live: made by the bot itself and fitted by the ladder of the channels.

use bellhop_channel::{
    Outbound, degrade,
    outbound::{Author, OutButton, OutboundKind, OutboundMessage},
};
use bellhop_domain::{
    contact::Contact,
    conversation::ConversationStatus,
    dialogue::{self, Dialogue, Effect, Finding, Findings, Hours, Input, QueuePlace, Say, Situation},
    id::{ContactId, MessageId},
    routing::RoutingInput,
};
use bellhop_kb::Viewer;
use uuid::Uuid;

use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    channels::Channel,
    engine::Engine,
    knowledge::{self, Article},
};

/// As long as the ids of buttons are.
const BUTTON_ID: &str = "0123456789abcdef";

/// How an article looks on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The channel's configured name.
    pub channel: String,
    /// The longest text of one message there.
    pub longest: usize,
    /// What that counts.
    pub unit: &'static str,
    /// Whether the article's audience has this channel in it at all.
    pub is_shown: bool,
    /// As the answer to a question.
    pub answer: Shown,
    /// Its title among the choices that the bot offers.
    pub choice: Shown,
}

/// What a customer sees of something that the bot says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The messages that it takes, in their order.
    pub parts: Vec<Part>,
    /// What the channel cannot show, in words.
    pub losses: Vec<String>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it says, as it is given to the platform.
    pub text: String,
    /// Its length, in what the channel counts.
    pub length: usize,
    /// Addresses in it.
    pub links: Vec<String>,
    /// The labels of its buttons.
    pub buttons: Vec<String>,
}

/// How the draft of an article, else what is in force of it, looks on every configured channel.
///
/// # Errors
/// `NotFound` when there is no such article in that language.
pub async fn looks(engine: &Engine, caller: &Caller, slug: &str, lang: &str) -> Result<Vec<Look>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    let article = knowledge::written_article(engine.reader(), slug, lang).await?.ok_or(ActionError::NotFound { what: "article" })?;
    Ok(engine.channels().iter().map(|channel| look(engine, channel, &article)).collect())
}

fn look(engine: &Engine, channel: &Channel, article: &Article) -> Look {
    let capabilities = channel.adapter().capabilities();
    // Who may see it of those who write on this channel: everybody else that it is for is taken to be there.
    let of_channel = bellhop_kb::Audience { channels: article.audience.channels.clone(), ..bellhop_kb::Audience::default() };
    let viewer = Viewer { visibility: bellhop_kb::Visibility::Customers, channel: Some(channel.name().to_owned()), ..Viewer::default() };
    Look {
        channel: channel.name().to_owned(),
        longest: capabilities.max_text,
        unit: capabilities.text_unit.as_str(),
        is_shown: viewer.may_see(article.visibility, &of_channel),
        answer: shown(engine, channel, article, dialogue::Decision::Answer),
        choice: shown(engine, channel, article, dialogue::Decision::Clarify),
    }
}

/// Lets the bot say it and the ladder fit it.
fn shown(engine: &Engine, channel: &Channel, article: &Article, decision: dialogue::Decision) -> Shown {
    let Some(say) = said(engine, article, decision) else { return Shown::default() };
    let capabilities = channel.adapter().capabilities();
    let buttons = say.buttons.into_iter().map(|draft| OutButton { id: BUTTON_ID.to_owned(), label: draft.label }).collect();
    let outbound = Outbound {
        kind: OutboundKind::Message,
        id: "out-0".to_owned(),
        thread: String::new(),
        message: Some(OutboundMessage {
            id: MessageId(Uuid::nil()).to_string(),
            author: Author::Bot,
            text: say.text,
            reply_to: None,
            buttons,
            attachments: Vec::new(),
            external_id: None,
        }),
        ticket: None,
    };
    let degraded = degrade(outbound, capabilities);
    let parts = degraded.sends.into_iter().filter_map(|send| send.message).map(|message| Part {
        length: capabilities.text_unit.count(&message.text),
        links: links(&message.text),
        buttons: message.buttons.into_iter().map(|button| button.label).collect(),
        text: message.text,
    });
    Shown { parts: parts.collect(), losses: degraded.losses }
}

/// What the bot says when the knowledge base advises `decision` with this article, to somebody whom it has greeted already.
fn said(engine: &Engine, article: &Article, decision: dialogue::Decision) -> Option<Say> {
    let (desk, now) = (engine.desk(), engine.now());
    let somebody = Contact::new(ContactId(Uuid::nil()), now);
    let finding = Finding {
        url: engine.links().article(&article.slug, &article.lang, Some(somebody.id)),
        slug: article.slug.clone(),
        language: article.lang.clone(),
        title: article.title.clone(),
        answer: if article.answer.trim().is_empty() { bellhop_kb::markdown::first_paragraph(&article.body) } else { article.answer.clone() },
        score: 1.0,
    };
    let findings = Findings { decision, probability: 1.0, threshold: 0.0, candidates: vec![finding], ..Findings::default() };
    let situation = Situation {
        now,
        status: ConversationStatus::Bot,
        assigned: false,
        language: &article.lang,
        languages: &engine.settings().languages,
        hours: &Hours::Open,
        queue: QueuePlace { position: 0, expected_wait: None },
        desk: &desk,
        contact: &somebody,
        known: &RoutingInput::of_customer(&somebody, None, &desk, now),
        customer_texts: &[],
        tickets: &[],
        which: &[],
        colleagues: &[],
        articles: &[],
    };
    let input = Input::Says { text: &article.title, message: MessageId(Uuid::nil()), intent: None, findings: &findings, sender_is_bot: false };
    let greeted = Dialogue { greeted: true, ..Dialogue::default() };
    dialogue::step(&greeted, &situation, &input).effects.into_iter().find_map(|effect| match effect {
        Effect::Say(say) => Some(say),
        _ => None,
    })
}

/// Addresses in a text, in their order, each once.
fn links(text: &str) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for (at, _) in text.match_indices("http") {
        let address: String = text
            .get(at..)
            .unwrap_or_default()
            .chars()
            .take_while(|sign| !sign.is_whitespace() && !matches!(sign, ')' | '>' | '<' | '"' | ']'))
            .collect();
        let address = address.trim_end_matches(['.', ',', '。', '，']);
        if (address.starts_with("http://") || address.starts_with("https://")) && !links.iter().any(|known| known == address) {
            links.push(address.to_owned());
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_once_each() {
        let text = "See [here](https://a.example/x?y=1) or https://a.example/x?y=1. Also http://b.example, and httpd.";
        assert_eq!(links(text), ["https://a.example/x?y=1", "http://b.example"]);
    }
}
