//! What a channel's configuration lets it state as fact.

/// Which parts of `sender` are facts on a channel; the rest are claims.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trusts {
    /// The tier.
    pub tier: bool,
    /// The region.
    pub region: bool,
    /// The attributes.
    pub attributes: bool,
    /// The company, and whether its tickets are seen.
    pub organisation: bool,
    /// What `verified` says about `email` and `phone`.
    pub verified: bool,
}

impl Trusts {
    /// Every word of the configuration key `trusts`.
    pub const WORDS: [&str; 5] = ["tier", "region", "attributes", "organisation", "verified"];

    /// Reads the words of the configuration; the first unknown one is the error.
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownTrust> {
        let mut trusts = Self::default();
        for word in words {
            match word {
                "tier" => trusts.tier = true,
                "region" => trusts.region = true,
                "attributes" => trusts.attributes = true,
                "organisation" => trusts.organisation = true,
                "verified" => trusts.verified = true,
                other => {
                    return Err(UnknownTrust { word: other.to_owned() });
                }
            }
        }
        Ok(trusts)
    }
}

/// A word that `trusts` does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown word {word:?}; allowed are {}", Trusts::WORDS.join(", "))]
pub struct UnknownTrust {
    /// The word.
    pub word: String,
}
