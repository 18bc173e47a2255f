//! A choice typed instead of pressed.

use super::{Dialogue, Phase};
use crate::{intent, message::ButtonAction};

impl Dialogue {
    /// What `text` chooses of what the bot offered last: by number, by place ("the second one", "最后一个"), by the words on it, or, where it was
    /// asked which article was meant, by so much of a title that only one can be meant.
    pub fn choice(&self, text: &str) -> Option<&ButtonAction> {
        let labels = || self.offered.iter().map(|draft| draft.label.as_str());
        if let Some(index) = intent::choice(text, labels()) {
            return self.offered.get(index).map(|draft| &draft.action);
        }
        if !matches!(self.phase, Phase::Clarifying { .. }) {
            return None;
        }
        let articles: Vec<_> = self.offered.iter().filter(|draft| matches!(draft.action, ButtonAction::Choose { .. })).collect();
        let index = intent::named(text, articles.iter().map(|draft| draft.label.as_str()))?;
        articles.get(index).map(|draft| &draft.action)
    }
}
