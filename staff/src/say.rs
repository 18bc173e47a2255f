//! What is to be said in a staff chat beside messages: answers to commands, notices. It waits in the database for its turn.

use bellhop_channel::{OutAttachment, split::split, staff::StaffCapabilities};
use bellhop_domain::{
    id::{ConversationId, FileId},
    words,
};
use bellhop_engine::{
    Engine,
    actions::{ActionError, staff},
    caller::Caller,
    commands::{self, Answer, Choice},
};
use bellhop_store::staff::StaffChange;
use serde::{Deserialize, Serialize};

use crate::{chat::Chat, choosing::lay_out, writing::digest};

/// Posts that one answer may take.
const MOST_POSTS: usize = 4;

/// Something to say. This is what lies in the database as JSON: fields are added with a default, never renamed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    /// The topic's id, or nothing outside all topics.
    pub(crate) place: String,
    /// In light Markdown.
    pub(crate) text: String,
    /// Labels and command lines of its buttons.
    pub(crate) choices: Vec<(String, String)>,
    /// The platform's id of the post that it answers.
    pub(crate) reply_to: Option<String>,
    /// What has the same key in the same place takes its post.
    pub(crate) key: Option<String>,
    /// The beginning of the command that an answer to it ends.
    pub(crate) expects: Option<String>,
    /// What it is about.
    pub(crate) conversation: Option<ConversationId>,
    /// What it is a state of, as it stood when it was made: a card that was asked to show one thing in particular does so until that changes.
    pub(crate) base: Option<String>,
    /// Files that are stored, with name and media type.
    pub(crate) files: Vec<(FileId, String, String)>,
}

impl Said {
    /// Words about a conversation, in its topic or outside all topics.
    pub(crate) fn new(place: &str, conversation: Option<ConversationId>, text: impl Into<String>) -> Self {
        Self { place: place.to_owned(), conversation, text: text.into(), ..Self::default() }
    }

    /// In answer to a post.
    pub(crate) fn in_reply_to(self, post: Option<String>) -> Self {
        Self { reply_to: post, ..self }
    }

    /// Its texts, each of which fits into a post.
    pub(crate) fn texts(&self, capabilities: &StaffCapabilities) -> Vec<String> {
        let mut text = self.text.trim().to_owned();
        for choice in lay_out(&self.choices(), capabilities).left {
            text.push_str(&format!("\n• {} `{}`", choice.label, choice.line.replace('`', "'")));
        }
        if text.is_empty() {
            text.push('…');
        }
        let max = if self.key.is_some() { capabilities.max_card } else { capabilities.max_text };
        let mut texts = split(&text, max, capabilities.text_unit);
        if self.key.is_some() {
            // A card stays one post.
            texts.truncate(1);
        }
        texts.truncate(MOST_POSTS);
        texts
    }

    /// The first of its texts, for what stays one post.
    pub(crate) fn text(&self, capabilities: &StaffCapabilities) -> String {
        self.texts(capabilities).into_iter().next().unwrap_or_default()
    }

    /// Its choices.
    pub(crate) fn choices(&self) -> Vec<Choice> {
        self.choices.iter().map(|(label, line)| Choice { label: label.clone(), line: line.clone() }).collect()
    }

    /// Its choices, and before them the form for what it asks, where there are forms.
    pub(crate) fn choices_with_form(&self, capabilities: &StaffCapabilities, language: &str) -> Vec<Choice> {
        let asks = capabilities.form_fields > 0 && self.key.is_some() && self.expects.as_deref().is_some_and(|line| line.starts_with("/field "));
        let form = asks.then(|| Choice::new(words::say(language, "review-button-fill", &[]), "/fill"));
        form.into_iter().chain(self.choices()).collect()
    }

    /// What a command answered, below a post.
    pub(crate) fn answering(place: &str, conversation: Option<ConversationId>, answer: Answer, reply_to: Option<String>) -> Self {
        Self {
            choices: answer.choices.into_iter().map(|choice| (choice.label, choice.line)).collect(),
            key: answer.card,
            expects: answer.expects,
            reply_to,
            ..Self::new(place, conversation, answer.text)
        }
    }

    /// Its files as the platform gets them.
    pub(crate) fn attachments(&self, engine: &Engine) -> Vec<OutAttachment> {
        let file = |(file, name, content_type): &(FileId, String, String)| OutAttachment {
            url: engine.links().file(*file),
            name: name.clone(),
            content_type: content_type.clone(),
        };
        self.files.iter().map(file).collect()
    }
}

/// Keeps it until it is its turn.
pub(crate) async fn say(engine: &Engine, chat: &Chat, said: &Said) -> Result<(), ActionError> {
    let body = serde_json::to_string(said).unwrap_or_default();
    staff::note(engine, chat.name(), vec![StaffChange::Say { conversation: said.conversation, body }]).await?;
    chat.look_at_answers();
    Ok(())
}

/// What the card of a conversation's ticket in the making shows now, in a few letters.
pub(crate) async fn review_base(engine: &Engine, conversation: ConversationId) -> Result<Option<String>, ActionError> {
    Ok(review(engine, conversation).await?.as_ref().map(answer_digest))
}

/// The card of a conversation's ticket in the making, if there is one.
pub(crate) async fn review(engine: &Engine, conversation: ConversationId) -> Result<Option<Answer>, ActionError> {
    commands::review_card(engine, &Caller::system(), conversation, &engine.settings().language).await
}

/// Letters for what an answer shows and expects.
pub(crate) fn answer_digest(answer: &Answer) -> String {
    let mut parts = vec![answer.text.as_str(), answer.expects.as_deref().unwrap_or_default()];
    parts.extend(answer.choices.iter().flat_map(|choice| [choice.label.as_str(), choice.line.as_str()]));
    digest(&parts)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use bellhop_channel::{ButtonLimits, TextUnit};

    use super::*;

    fn able(buttons: usize) -> StaffCapabilities {
        StaffCapabilities {
            max_text: 200,
            text_unit: TextUnit::Chars,
            max_title: 40,
            buttons: Some(ButtonLimits { count: buttons, label: 8, id_bytes: 32 }),
            form_fields: 0,
            max_card: 200,
            picks: None,
            whispers: false,
            tags: false,
            opens_with_post: false,
            dozes: false,
            idempotent: false,
            calls_per_minute: None,
        }
    }

    fn question() -> Said {
        Said {
            choices: vec![("Refund".into(), "/ticket refund".into()), ("Something else".into(), "/ticket other".into())],
            key: Some("review".into()),
            expects: Some("/field order".into()),
            reply_to: Some("8".into()),
            ..Said::new("7", None, "Which one?")
        }
    }

    #[test]
    fn what_waits_in_the_database_keeps_its_shape() {
        let stored = r#"{"place":"7","text":"Which one?","choices":[["Refund","/ticket refund"],["Something else","/ticket other"]],"reply_to":"8","key":"review","expects":"/field order","conversation":null,"base":null,"files":[]}"#;
        assert_eq!(serde_json::to_string(&question()).unwrap(), stored);
        assert_eq!(serde_json::from_str::<Said>(r#"{"text":"hello","later":1}"#).unwrap().text, "hello");
    }

    #[test]
    fn buttons_that_do_not_fit_are_listed_with_their_commands() {
        assert_eq!(question().texts(&able(2)), ["Which one?"]);
        assert_eq!(question().texts(&able(1)), ["Which one?\n• Something else `/ticket other`"]);
    }
}
