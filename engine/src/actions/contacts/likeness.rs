//! Who else may be the same person, and why that may be so; joining stays an agent's decision.

use bellhop_domain::{
    contact::{Contact, ContactMerge},
    id::ContactId,
    words,
};
use bellhop_store::DbError;

use super::load;
use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    engine::Engine,
};

/// People that are suggested.
const MOST: usize = 5;
/// Addresses in common that are looked through.
const LOOKED_THROUGH: u32 = 50;
/// Bytes of an id that two people hardly have by chance.
const TELLING_ID: usize = 6;

/// Somebody who may be the same person.
pub struct Alike {
    /// Who.
    pub contact: Contact,
    /// Why.
    pub why: Likeness,
}

/// What two records have in common; the surest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// A mail address that is proven to be both's.
    ProvenEmail(String),
    /// A telephone number that is proven to be both's.
    ProvenPhone(String),
    /// The same id, on a channel with this name.
    Account(String),
    /// A mail address that at least one of them only says is theirs.
    ClaimedEmail(String),
    /// A telephone number that at least one of them only says is theirs.
    ClaimedPhone(String),
}

impl Likeness {
    /// The word in the API.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::ProvenEmail(_) => "proven_email",
            Self::ProvenPhone(_) => "proven_phone",
            Self::Account(_) => "account",
            Self::ClaimedEmail(_) => "claimed_email",
            Self::ClaimedPhone(_) => "claimed_phone",
        }
    }

    /// The address or the channel.
    pub fn value(&self) -> &str {
        match self {
            Self::ProvenEmail(value) | Self::ProvenPhone(value) | Self::Account(value) | Self::ClaimedEmail(value) | Self::ClaimedPhone(value) => {
                value
            }
        }
    }

    /// The reason in words.
    pub fn say(&self, language: &str) -> String {
        words::say(language, &format!("alike-{}", self.as_str().replace('_', "-")), &[("value", self.value().into())])
    }
}

/// Who may be the same person as `id`, the surest first. Whom an agent parted from them is not suggested again.
pub async fn alike(engine: &Engine, caller: &Caller, id: ContactId) -> Result<Vec<Alike>, ActionError> {
    require(caller, Permission::ReadContacts)?;
    let person = load(engine, id).await?;
    if person.erased_at.is_some() {
        return Ok(Vec::new());
    }
    let reader = engine.reader();
    let mut found: Vec<(Likeness, ContactId)> = Vec::new();
    for shared in reader.contacts_sharing_addresses(id, LOOKED_THROUGH).await? {
        let why = match (shared.is_email, shared.is_own_proven && shared.is_other_proven) {
            (true, true) => Likeness::ProvenEmail(shared.value),
            (true, false) => Likeness::ClaimedEmail(shared.value),
            (false, true) => Likeness::ProvenPhone(shared.value),
            (false, false) => Likeness::ClaimedPhone(shared.value),
        };
        found.push((why, shared.contact));
    }
    // A platform, or a shop with several channels, knows somebody by one id.
    let identities = reader.contact_identities(id).await?;
    for identity in identities.iter().filter(|identity| identity.external_id.len() >= TELLING_ID).take(LOOKED_THROUGH as usize) {
        for other in engine.channels().iter().filter(|other| other.name() != identity.channel) {
            if let Some(contact) = reader.identity(other.name(), &identity.external_id).await?.filter(|contact| *contact != id) {
                found.push((Likeness::Account(other.name().to_owned()), contact));
            }
        }
    }
    found.sort();
    let mut all: Vec<Alike> = Vec::new();
    for (why, other) in found {
        if all.len() == MOST {
            break;
        }
        if all.iter().any(|known| known.contact.id == other) || were_parted(engine, id, other).await? {
            continue;
        }
        if let Some(contact) = reader.contact(other).await?.filter(|contact| contact.erased_at.is_none()) {
            all.push(Alike { contact, why });
        }
    }
    Ok(all)
}

async fn were_parted(engine: &Engine, one: ContactId, other: ContactId) -> Result<bool, DbError> {
    for (gone, stayed) in [(one, other), (other, one)] {
        let merge = engine.reader().contact_merge(gone).await?;
        if merge.is_some_and(|merge| merge.contact == stayed && merge.undone_at.is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The records that were joined into this one and can be parted from it again, the last first.
pub async fn joined_before(engine: &Engine, caller: &Caller, id: ContactId) -> Result<Vec<ContactMerge>, ActionError> {
    require(caller, Permission::ReadContacts)?;
    Ok(engine.reader().joined_into(id, LOOKED_THROUGH).await?)
}
