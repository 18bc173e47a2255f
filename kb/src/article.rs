//! Articles as the index sees them, and the one rule of who may see which.

use serde::{Deserialize, Serialize};

/// Who an article is meant for, from everybody to staff only; later values are more restricted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody, also without signing in.
    #[default]
    Public,
    /// Known customers.
    Customers,
    /// Staff only.
    Internal,
}

/// The part of the people allowed by [`Visibility`] that an article is for; an empty list means everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Audience {
    /// Keys of customer tiers.
    pub tiers: Vec<String>,
    /// Keys of regions; a region stands for everything below it.
    pub regions: Vec<String>,
    /// Names of channels.
    pub channels: Vec<String>,
}

/// One published version of an article: what there is of one slug in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The article's name, the same in every language.
    pub slug: String,
    /// Language tag of this version, such as `en` or `zh-CN`.
    pub lang: String,
    /// What the article is called.
    pub title: String,
    /// The short answer for chat; when blank, the first paragraph of the body is used.
    pub answer: String,
    /// The full text, in Markdown.
    pub body: String,
    /// Questions that this article answers, in customers' words.
    pub phrasings: Vec<String>,
    /// Words that should find this article.
    pub keywords: Vec<String>,
    /// Path in the category tree, outermost first.
    pub category: Vec<String>,
    /// Who may see it at all.
    pub visibility: Visibility,
    /// Which of those it is for.
    pub audience: Audience,
    /// Number of the published revision.
    pub revision: i64,
}

/// One step of the article change log.
#[allow(clippy::large_enum_variant, reason = "nearly every change is a `Put`")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// This version is published; it replaces what the slug had in the language.
    Put(Article),
    /// The slug has nothing published in the language any more.
    Remove {
        /// The article's slug.
        slug: String,
        /// The version's language tag.
        lang: String,
    },
}

/// The person for whom the knowledge base is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The most restricted visibility that this person may see.
    pub visibility: Visibility,
    /// The person's tier, when known.
    pub tier: Option<String>,
    /// The person's region and the regions above it.
    pub regions: Vec<String>,
    /// The channel the answer goes out on.
    pub channel: Option<String>,
}

impl Viewer {
    /// Whether this viewer may see an article: the one audience rule, which every way out of the knowledge base uses.
    ///
    /// A customer whose tier, region or channel is unknown does not see what is kept for some of them. Staff
    /// (`Internal`) who look on nobody's behalf see every audience; with a tier, regions or a channel set they
    /// see what that customer would, and internal articles besides.
    pub fn may_see(&self, visibility: Visibility, audience: &Audience) -> bool {
        let staff = self.visibility == Visibility::Internal;
        visibility <= self.visibility
            && allows(&audience.tiers, self.tier.as_slice(), staff)
            && allows(&audience.regions, &self.regions, staff)
            && allows(&audience.channels, self.channel.as_slice(), staff)
    }
}

fn allows(wanted: &[String], held: &[String], staff: bool) -> bool {
    wanted.is_empty() || (staff && held.is_empty()) || wanted.iter().any(|key| held.iter().any(|own| own.eq_ignore_ascii_case(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn visibility_is_ordered_by_restriction() {
        assert!(Visibility::Public < Visibility::Customers);
        assert!(Visibility::Customers < Visibility::Internal);
        assert_eq!(serde_json::to_string(&Visibility::Customers).unwrap_or_default(), "\"customers\"");
    }

    #[test]
    fn who_may_see_what() {
        use Visibility::{Customers, Internal, Public};
        let gold_in_berlin =
            Viewer { visibility: Customers, tier: Some("gold".to_owned()), regions: list(&["DE-BE", "DE"]), channel: Some("shop".to_owned()) };
        let stranger = Viewer::default();
        let staff = Viewer { visibility: Internal, ..Viewer::default() };
        let staff_for_gold = Viewer { visibility: Internal, ..gold_in_berlin.clone() };
        let tiers = |keys: &[&str]| Audience { tiers: list(keys), ..Audience::default() };
        let regions = |keys: &[&str]| Audience { regions: list(keys), ..Audience::default() };
        let channels = |keys: &[&str]| Audience { channels: list(keys), ..Audience::default() };
        let everybody = Audience::default();
        let all_three = Audience { tiers: list(&["gold"]), regions: list(&["DE"]), channels: list(&["mail"]) };

        for (case, viewer, visibility, audience, expected) in [
            ("public for a stranger", &stranger, Public, &everybody, true),
            ("customers' article for a stranger", &stranger, Customers, &everybody, false),
            ("customers' article for a customer", &gold_in_berlin, Customers, &everybody, true),
            ("internal article for a customer", &gold_in_berlin, Internal, &everybody, false),
            ("internal article for staff", &staff, Internal, &everybody, true),
            ("own tier", &gold_in_berlin, Public, &tiers(&["silver", "gold"]), true),
            ("tier in other letters", &gold_in_berlin, Public, &tiers(&["Gold"]), true),
            ("other tier", &gold_in_berlin, Public, &tiers(&["vip"]), false),
            ("unknown tier", &stranger, Public, &tiers(&["gold"]), false),
            ("region above", &gold_in_berlin, Public, &regions(&["DE"]), true),
            ("other region", &gold_in_berlin, Public, &regions(&["FR"]), false),
            ("own channel", &gold_in_berlin, Public, &channels(&["shop"]), true),
            ("other channel", &gold_in_berlin, Public, &channels(&["mail"]), false),
            ("one of three does not hold", &gold_in_berlin, Public, &all_three, false),
            ("staff on nobody's behalf", &staff, Public, &all_three, true),
            ("staff on a gold customer's behalf", &staff_for_gold, Public, &tiers(&["vip"]), false),
        ] {
            assert_eq!(viewer.may_see(visibility, audience), expected, "{case}");
        }
    }
}
