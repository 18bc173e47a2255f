//! Reasons of an assignment, as data and in words.

use serde::{Deserialize, Serialize};

use crate::{
    desk::Desk,
    localised::Localised,
    words::{self, Value},
};

/// One reason why somebody got a piece of work, did not get it, or why it waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// Had this customer last, or is named by the rule.
    HadCustomer,
    /// Looks after the customer's company.
    AccountManager,
    /// Has a needed skill.
    Skill {
        /// Which.
        skill: String,
        /// The lowest level that is needed.
        needed: u8,
    },
    /// Works in the customer's language.
    Language {
        /// Its tag.
        language: String,
    },
    /// Serves the customer's region.
    Region {
        /// Its key.
        region: String,
    },
    /// Serves customers of this tier.
    Tier {
        /// Its key.
        tier: String,
    },
    /// Has the smallest share of what they take at once.
    LeastLoaded {
        /// What they have.
        load: u32,
        /// What they take.
        most: u32,
    },
    /// Has been idle longest among equals.
    LongestIdle,
    /// The only one who can take it now.
    OnlyOne,
    /// The others are for other languages, regions or tiers.
    FitsBest,
    /// Nobody in the department has a needed skill, so it is not waited for.
    NobodyHasSkill {
        /// Which.
        skill: String,
        /// The lowest level that is needed.
        needed: u8,
    },
    /// Nobody can take it now.
    NobodyFree,
    /// The department has no people.
    NobodyWorksHere,
    /// Never said that they are there.
    NeverThere,
    /// Away.
    Away,
    /// Not at work.
    Offline,
    /// Outside their hours.
    OffDuty,
    /// Has as much as they take at once.
    Full {
        /// What they have.
        load: u32,
        /// What they take.
        most: u32,
    },
    /// Passed it on and does not get it back.
    PassedOn,
    /// Lacks a needed skill.
    LacksSkill {
        /// Which.
        skill: String,
        /// The lowest level that is needed.
        needed: u8,
    },
    /// Went back to the queue: whoever had it is not there.
    Absent {
        /// Key of whoever had it.
        agent: String,
        /// Minutes without them.
        minutes: u32,
    },
}

impl Why {
    /// Whether it speaks for somebody.
    pub fn speaks_for(&self) -> bool {
        matches!(
            self,
            Self::HadCustomer
                | Self::AccountManager
                | Self::Skill { .. }
                | Self::Language { .. }
                | Self::Region { .. }
                | Self::Tier { .. }
                | Self::LeastLoaded { .. }
                | Self::LongestIdle
                | Self::OnlyOne
                | Self::FitsBest
        )
    }

    /// In words, with the names that the desk has for what stands in them.
    pub fn in_words(&self, desk: &Desk, language: &str) -> String {
        let named = |key: &str, name: Option<&Localised>| {
            name.map(|name| name.get(language)).filter(|name| !name.is_empty()).map_or_else(|| key.to_owned(), str::to_owned)
        };
        let say = |key: &str, values: &[(&str, Value<'_>)]| words::say(language, key, values);
        match self {
            Self::HadCustomer => say("assigned-had-customer", &[]),
            Self::AccountManager => say("assigned-account-manager", &[]),
            Self::Skill { skill, needed } => say("assigned-skill", &[("skill", skill.into()), ("level", i64::from(*needed).into())]),
            Self::Language { language } => say("assigned-language", &[("language", words::language_name(language).into())]),
            Self::Region { region } => {
                say("assigned-region", &[("region", (&named(region, desk.regions.get(region).map(|region| &region.name))).into())])
            }
            Self::Tier { tier } => say("assigned-tier", &[("tier", (&named(tier, desk.tiers.get(tier).map(|tier| &tier.name))).into())]),
            Self::LeastLoaded { load, most } => say("assigned-least", &[("load", i64::from(*load).into()), ("most", i64::from(*most).into())]),
            Self::LongestIdle => say("assigned-idle", &[]),
            Self::OnlyOne => say("assigned-only", &[]),
            Self::FitsBest => say("assigned-fits", &[]),
            Self::NobodyHasSkill { skill, needed } => {
                say("assigned-nobody-has-skill", &[("skill", skill.into()), ("level", i64::from(*needed).into())])
            }
            Self::NobodyFree => say("assigned-nobody-free", &[]),
            Self::NobodyWorksHere => say("assigned-nobody-here", &[]),
            Self::NeverThere => say("not-assigned-never-there", &[]),
            Self::Away => say("not-assigned-away", &[]),
            Self::Offline => say("not-assigned-offline", &[]),
            Self::OffDuty => say("not-assigned-off-duty", &[]),
            Self::Full { load, most } => say("not-assigned-full", &[("load", i64::from(*load).into()), ("most", i64::from(*most).into())]),
            Self::PassedOn => say("not-assigned-passed-on", &[]),
            Self::LacksSkill { skill, needed } => say("not-assigned-skill", &[("skill", skill.into()), ("level", i64::from(*needed).into())]),
            Self::Absent { agent, minutes } => {
                let name = desk.agents.get(agent).map_or(agent, |agent| &agent.name);
                say("assigned-absent", &[("agent", name.into()), ("minutes", i64::from(*minutes).into())])
            }
        }
    }
}
