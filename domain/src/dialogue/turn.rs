//! One turn in the making: the dialogue as it will be, and the effects so far.

use serde_json::{Value, json};

use super::{Choice, Dialogue, Draft, Effect, Finding, Phase, Say, Situation, Step};
use crate::{
    conversation::ConversationStatus,
    localised::base_language,
    message::ButtonAction,
    timeline::TimelineKind,
    words::{self, Value as Word},
};

/// A decision that is being made.
pub(super) struct Turn<'a> {
    pub(super) dialogue: Dialogue,
    pub(super) situation: &'a Situation<'a>,
    pub(super) effects: Vec<Effect>,
    /// Who has the conversation after the effects so far.
    pub(super) status: ConversationStatus,
    /// The language of what is said; changes when the customer changes it.
    pub(super) language: String,
}

impl<'a> Turn<'a> {
    pub(super) fn new(dialogue: &Dialogue, situation: &'a Situation<'a>) -> Self {
        let dialogue = Dialogue { latest: None, ..dialogue.clone() };
        Self { dialogue, situation, effects: Vec::new(), status: situation.status, language: situation.language.to_owned() }
    }

    /// The words `key` in the customer's language.
    pub(super) fn words(&self, key: &str, values: &[(&str, Word<'_>)]) -> String {
        words::say(&self.language, key, values)
    }

    /// Sentences of one paragraph, put together as the language does it.
    pub(super) fn sentences(&self, sentences: &[String]) -> String {
        let gap = if matches!(base_language(&self.language), "zh" | "ja") { "" } else { " " };
        sentences.iter().map(|sentence| sentence.trim()).filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join(gap)
    }

    /// A button with the words `key`.
    pub(super) fn button(&self, key: &str, action: ButtonAction) -> Draft {
        Draft { label: self.words(key, &[]), action }
    }

    /// Says one message, a blank line between `paragraphs`; a first reply introduces the bot.
    pub(super) fn reply(&mut self, mut paragraphs: Vec<String>, buttons: Vec<Draft>) {
        if !self.dialogue.greeted {
            paragraphs.insert(0, self.words("greeting-line", &[]));
        }
        self.say(paragraphs, buttons);
    }

    /// Says one message without introducing the bot: commands, greetings and notices stand for themselves.
    pub(super) fn say(&mut self, paragraphs: Vec<String>, buttons: Vec<Draft>) {
        let text = paragraphs.iter().map(|paragraph| paragraph.trim()).filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n");
        self.dialogue.greeted = true;
        self.dialogue.late_told = false;
        self.dialogue.guard.said(&text);
        self.dialogue.offered.clone_from(&buttons);
        self.effects.push(Effect::Say(Say { text, buttons }));
    }

    /// Says the single message `key`.
    pub(super) fn say_words(&mut self, key: &str) {
        let text = self.words(key, &[]);
        self.say(vec![text], Vec::new());
    }

    /// Says the words `key` in passing: what was offered before is still open.
    pub(super) fn say_in_passing(&mut self, key: &str) {
        let offered = self.dialogue.offered.clone();
        self.say_words(key);
        self.dialogue.offered = offered;
    }

    /// The resolved conversation goes on, with the bot.
    pub(super) fn reopen(&mut self) {
        self.effects.push(Effect::Reopen);
        self.status = ConversationStatus::Bot;
    }

    pub(super) fn is_collecting(&self) -> bool {
        matches!(self.dialogue.phase, Phase::Collecting(_))
    }

    pub(super) fn record(&mut self, kind: TimelineKind, details: Value) {
        self.effects.push(Effect::Record { kind, details });
    }

    pub(super) fn has_said(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Say(_) | Effect::File { .. } | Effect::GiveCode | Effect::TakeCode(_)))
    }

    pub(super) fn is_refused(&self, slug: &str) -> bool {
        self.dialogue.refused.iter().any(|refused| refused == slug)
    }

    /// Remembers that these articles are not wanted.
    pub(super) fn refuse<'s>(&mut self, slugs: impl IntoIterator<Item = &'s str>) {
        for slug in slugs {
            if !self.is_refused(slug) {
                self.dialogue.refused.push(slug.to_owned());
            }
        }
        forget_oldest(&mut self.dialogue.refused);
    }

    /// The article as it stands now, if it may be given.
    pub(super) fn article(&self, slug: &str, language: &str) -> Option<&'a Finding> {
        self.situation.articles.iter().find(|article| article.slug == slug && article.language == language)
    }

    /// What was shown and refused so far, for whoever takes over.
    pub(super) fn tried(&self) -> Value {
        let shown: Vec<Value> = self
            .dialogue
            .shown
            .iter()
            .map(|shown| json!({"slug": shown.slug, "language": shown.language, "title": shown.title, "helped": shown.helped}))
            .collect();
        json!({"shown": shown, "refused": self.dialogue.refused})
    }

    /// Ends what was going on.
    pub(super) fn listen(&mut self) {
        self.dialogue.phase = Phase::Listening;
    }

    pub(super) fn finish(self) -> Step {
        Step { dialogue: self.dialogue, effects: self.effects }
    }
}

/// Lists in a dialogue are kept to this length.
const REMEMBERED: usize = 30;

pub(super) fn forget_oldest<T>(list: &mut Vec<T>) {
    if list.len() > REMEMBERED {
        list.drain(..list.len() - REMEMBERED);
    }
}

impl From<&Finding> for Choice {
    fn from(finding: &Finding) -> Self {
        Self { slug: finding.slug.clone(), language: finding.language.clone(), title: finding.title.clone() }
    }
}
