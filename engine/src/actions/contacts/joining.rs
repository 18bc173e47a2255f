//! Joining records of the same person, and parting them again.

use bellhop_domain::{
    actor::Actor,
    contact::{BeforeJoining, Contact, ContactMerge},
    id::ContactId,
    timeline::TimelineKind,
    why::Why,
};
use bellhop_store::{DbError, Tx};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{happened, load};
use crate::{
    actions::{ActionError, TRIES, require},
    caller::{Caller, Permission},
    decision::finish,
    engine::Engine,
};

/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// Joins two records of the same person: everything of `other` becomes `id`'s, and `other` is gone until that is undone.
///
/// # Errors
/// `Invalid` for a person and themselves, or a reason that is too long; `NotNow` where one of them was erased.
pub async fn merge(engine: &Engine, caller: &Caller, id: ContactId, other: ContactId, reason: Option<&str>) -> Result<Contact, ActionError> {
    require(caller, Permission::ChangeContacts)?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        return Err(ActionError::invalid("reason", Why::new("why-at-most-characters").count("most", LONGEST_REASON)));
    }
    if id == other {
        return Err(ActionError::invalid("other", Why::new("why-same-person")));
    }
    for _ in 0..TRIES {
        let contact = load(engine, id).await?;
        let gone = engine.reader().contact(other).await?.ok_or_else(|| ActionError::invalid("other", Why::new("why-no-contact")))?;
        if contact.erased_at.is_some() || gone.erased_at.is_some() {
            return Err(ActionError::not_now(Why::new("why-erased-join")));
        }
        let (now, event) = (engine.now(), caller.event);
        let line = happened(caller, TimelineKind::Merged, json!({ "contact": id, "other": other }), now);
        let (by, reason) = (caller.actor.clone(), reason.clone());
        let merged = engine
            .writer()
            .write::<_, ActionError, _>(move |tx| {
                Box::pin(async move {
                    finish(tx, event, now).await?;
                    if !join(tx, id, other, by, reason, now).await? {
                        return Err(ActionError::Conflict);
                    }
                    tx.append_timeline(&[line]).await?;
                    Ok(())
                })
            })
            .await
            .map_err(ActionError::from);
        match merged {
            Ok(()) => return load(engine, id).await,
            Err(ActionError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ActionError::Conflict)
}

/// Two records that a one-time code proves to be one person's.
pub(crate) struct ByCode {
    /// Hash of the code; used up with it.
    pub(crate) code_hash: String,
    /// The record that stays.
    pub(crate) contact: ContactId,
    /// The one that goes.
    pub(crate) other: ContactId,
    /// Who gave it.
    pub(crate) by: Actor,
    /// Why, for whoever asks later.
    pub(crate) reason: String,
}

/// Gives everything of `other` to `id`, in the transaction of whoever decided it; false where one of them is gone or was erased meanwhile.
pub(crate) async fn join(tx: &Tx, id: ContactId, other: ContactId, by: Actor, reason: Option<String>, now: DateTime<Utc>) -> Result<bool, DbError> {
    let (Some(contact), Some(gone)) = (tx.contact(id).await?, tx.contact(other).await?) else { return Ok(false) };
    if id == other || contact.erased_at.is_some() || gone.erased_at.is_some() {
        return Ok(false);
    }
    let mut joined = contact.clone();
    absorb(&mut joined, gone.clone());
    joined.updated_at = now;
    if !tx.update_contact(&joined).await? {
        return Ok(false);
    }
    let before = BeforeJoining {
        contact,
        other: gone,
        joined,
        identities: tx.contact_identities(other).await?.into_iter().map(|it| (it.channel, it.external_id)).collect(),
        threads: tx.contact_threads(other).await?.into_iter().map(|thread| thread.id).collect(),
        conversations: tx.conversation_ids_of(other).await?,
        tickets: tx.ticket_ids_of(other).await?,
    };
    tx.merge_contacts(other, id, now).await?;
    tx.keep_contact_merge(&ContactMerge { other, contact: id, at: now, by, reason, before, undone_at: None }).await?;
    Ok(true)
}

/// Parts two records that were joined by mistake: each has again what it had, and what came for it since.
///
/// What was said of the person since stays with the one that stayed.
///
/// # Errors
/// `NotFound` when nothing was joined so; `NotNow` when the one that stayed was joined into another itself, or erased.
pub async fn unmerge(engine: &Engine, caller: &Caller, other: ContactId) -> Result<Contact, ActionError> {
    require(caller, Permission::ChangeContacts)?;
    for _ in 0..TRIES {
        let merge = engine.reader().contact_merge(other).await?.filter(|merge| merge.undone_at.is_none());
        let merge = merge.ok_or(ActionError::NotFound { what: "contact" })?;
        let Some(stayed) = engine.reader().contact(merge.contact).await?.filter(|stayed| stayed.erased_at.is_none()) else {
            return Err(ActionError::not_now(Why::new("why-part-later-first")));
        };
        let now = engine.now();
        let parted = Contact { updated_at: now, ..merge.before.parted(&stayed) };
        let line = happened(caller, TimelineKind::Unmerged, json!({ "contact": stayed.id, "other": other }), now);
        let event = caller.event;
        let undone = engine
            .writer()
            .write::<_, ActionError, _>(move |tx| {
                Box::pin(async move {
                    finish(tx, event, now).await?;
                    if !tx.update_contact(&parted).await? {
                        return Err(ActionError::Conflict);
                    }
                    tx.part_contacts(&merge, now).await?;
                    tx.append_timeline(&[line]).await?;
                    Ok(())
                })
            })
            .await
            .map_err(ActionError::from);
        match undone {
            Ok(()) => return load(engine, other).await,
            Err(ActionError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ActionError::Conflict)
}

/// Takes over what the other record knows and this one does not.
fn absorb(contact: &mut Contact, other: Contact) {
    contact.name = contact.name.take().or(other.name);
    if !contact.language_chosen && (other.language_chosen || contact.language.is_none()) {
        contact.language = other.language.or(contact.language.take());
        contact.language_chosen = other.language_chosen;
    }
    for (mine, theirs) in [(&mut contact.emails, other.emails), (&mut contact.phones, other.phones)] {
        for address in theirs {
            match mine.iter_mut().find(|known| known.value == address.value) {
                Some(known) if address.verified && !known.verified => *known = address,
                Some(_) => {}
                None => mine.push(address),
            }
        }
    }
    contact.tier.absorb(other.tier);
    contact.region.absorb(other.region);
    for (name, held) in other.attributes {
        contact.attributes.entry(name).or_default().absorb(held);
    }
    contact.memberships.absorb(other.memberships);
    contact.organisation = contact.membership().and_then(|said| said.value);
    contact.sees_colleagues.absorb(other.sees_colleagues);
    contact.blocked |= other.blocked;
    contact.created_at = contact.created_at.min(other.created_at);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use bellhop_domain::{
        contact::Address,
        sourced::{Source, Sourced},
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn joining_keeps_the_first_records_word_and_fills_its_gaps() {
        let (mut ann, mut other) =
            (Contact::new(ContactId(Uuid::from_u128(1)), DateTime::UNIX_EPOCH), Contact::new(ContactId(Uuid::from_u128(2)), DateTime::UNIX_EPOCH));
        ann.name = Some("Ann".into());
        other.name = Some("A.".into());
        other.language = Some("zh".into());
        other.tier.set(Sourced { value: "vip".to_owned(), source: Source::Agent, by: None, at: DateTime::UNIX_EPOCH, warning: None });
        other.emails.push(Address { value: "ann@example.org".into(), verified: true, source: Source::SignedIdentity, at: DateTime::UNIX_EPOCH });
        absorb(&mut ann, other);
        assert_eq!(ann.name.as_deref(), Some("Ann"));
        assert_eq!(ann.language.as_deref(), Some("zh"));
        assert_eq!(ann.tier.winner().unwrap().value, "vip");
        assert_eq!(ann.emails.len(), 1);
    }
}
