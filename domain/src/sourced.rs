//! Values with where they came from; the most trusted source wins and the losers stay visible.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where a value came from, the most trusted first.
///
/// A signature on a channel proves the channel, not the person: what a channel is not trusted for arrives as [`Source::Claim`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Set by an agent; sticks until an agent clears it.
    Agent,
    /// A signed identity: a channel that the configuration trusts for this.
    SignedIdentity,
    /// A connected customer or order system.
    Crm,
    /// An import from a file or another product.
    Import,
    /// Derived from the domain of a proven mail address.
    MailDomain,
    /// Inherited from the person's organisation.
    Organisation,
    /// A form that the person filled in.
    Form,
    /// A location that the person shared.
    Location,
    /// Derived from a telephone number.
    Phone,
    /// Derived from a network address.
    Ip,
    /// Found in what the person wrote.
    Conversation,
    /// What a message says about its sender without proof.
    Claim,
    /// The installation's default.
    Default,
}

/// A value, its source and when it was learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
    /// Who or what exactly: an agent's key, a channel's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it was learned.
    pub at: DateTime<Utc>,
    /// Why it is not in force although it stands here, for a person to read (an unknown tier, say).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// Everything that was ever said about one property: at most one value for each source, the winner first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Held<T>(Vec<Sourced<T>>);

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Held<T> {
    /// The value in force: the most trusted one that carries no warning.
    pub fn winner(&self) -> Option<&Sourced<T>> {
        self.0.iter().find(|held| held.warning.is_none())
    }

    /// The value in force where only facts count: the most trusted one that is more than a claim.
    pub fn fact(&self) -> Option<&Sourced<T>> {
        self.0.iter().find(|held| held.warning.is_none() && held.source != Source::Claim)
    }

    /// All values, the most trusted first.
    pub fn all(&self) -> &[Sourced<T>] {
        &self.0
    }

    /// Keeps `value` as what its source says now; answers whether anything but the time changed.
    pub fn set(&mut self, value: Sourced<T>) -> bool {
        if let Some(known) = self.0.iter_mut().find(|held| held.source == value.source) {
            let changed = known.value != value.value || known.by != value.by || known.warning != value.warning;
            if changed {
                *known = value;
            }
            return changed;
        }
        self.0.push(value);
        self.0.sort_by_key(|held| held.source);
        true
    }

    /// Forgets what `source` said; answers whether there was anything.
    pub fn clear(&mut self, source: Source) -> bool {
        let before = self.0.len();
        self.0.retain(|held| held.source != source);
        self.0.len() != before
    }

    /// Forgets what does not fit; answers whether there was anything.
    pub fn retain(&mut self, fits: impl FnMut(&Sourced<T>) -> bool) -> bool {
        let before = self.0.len();
        self.0.retain(fits);
        self.0.len() != before
    }

    /// Takes over what `other` holds where this one holds nothing from that source.
    pub fn absorb(&mut self, other: Held<T>) {
        for value in other.0 {
            if !self.0.iter().any(|held| held.source == value.source) {
                self.set(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn value(value: &str, source: Source) -> Sourced<String> {
        Sourced { value: value.to_owned(), source, by: None, at: DateTime::UNIX_EPOCH, warning: None }
    }

    #[test]
    fn the_most_trusted_source_wins_whatever_the_order_of_arrival() {
        let mut tier = Held::default();
        for (text, source) in [("trial", Source::Claim), ("vip", Source::Agent), ("gold", Source::SignedIdentity)] {
            assert!(tier.set(value(text, source)));
        }
        assert_eq!(tier.winner().unwrap().value, "vip");
        assert_eq!(tier.all().len(), 3, "the losers stay visible");
        assert!(tier.clear(Source::Agent));
        assert_eq!(tier.winner().unwrap().value, "gold");
    }

    #[test]
    fn a_value_with_a_warning_is_shown_but_never_in_force() {
        let mut tier = Held::default();
        tier.set(Sourced { warning: Some("unknown tier".to_owned()), ..value("platinum", Source::SignedIdentity) });
        tier.set(value("standard", Source::Default));
        assert_eq!(tier.winner().unwrap().value, "standard");
    }

    #[test]
    fn saying_the_same_again_changes_nothing() {
        let mut tier = Held::default();
        assert!(tier.set(value("gold", Source::Crm)));
        assert!(!tier.set(value("gold", Source::Crm)));
        assert!(tier.set(value("vip", Source::Crm)));
    }
}
