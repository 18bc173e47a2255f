//! The people who write to us: added, corrected, joined, exported, erased.

mod joining;
mod likeness;
mod linking;
#[cfg(test)]
mod stories;

use std::collections::BTreeMap;

use bellhop_domain::{
    actor::Actor,
    contact::{Address, Contact, Seeing},
    desk::Desk,
    id::{ContactId, FileId, OrganisationId},
    message::AttachmentState,
    phone,
    sourced::{Held, Source, Sourced},
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
};
use bellhop_store::{DbError, tickets::TicketFilter};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    ActionError, Problem, TRIES,
    lookup::{check_language, known},
    require,
    tickets::set_as_agent,
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
    worker::people,
};

pub(crate) use joining::{ByCode, join};
pub use joining::{merge, unmerge};
pub use likeness::{Alike, Likeness, alike, joined_before};
pub use linking::send_link_code;
pub(crate) use linking::{give_code, take_code};

/// Mail addresses or telephone numbers that one person may have.
const MOST_ADDRESSES: usize = 20;
/// Rows read at once.
const PAGE: u32 = 200;
/// Attributes that one person may have.
const MOST_ATTRIBUTES: usize = 100;

/// What is to be set of a person; what is absent stays, what is `Some(None)` is cleared.
///
/// Tier, region and attributes become the agent's word: they win over every other source until cleared. Addresses
/// that are added are claims: only a channel that is trusted for it proves one.
#[derive(Clone, Default)]
pub struct ContactPatch {
    /// What they are called.
    pub name: Option<Option<String>>,
    /// The language they read; an agent's choice sticks.
    pub language: Option<Option<String>>,
    /// Mail addresses, all of them.
    pub emails: Option<Vec<String>>,
    /// Telephone numbers, all of them.
    pub phones: Option<Vec<String>>,
    /// Key of the tier.
    pub tier: Option<Option<String>>,
    /// Key of the region.
    pub region: Option<Option<String>>,
    /// Attributes by name; null clears the agent's word.
    pub attributes: Option<BTreeMap<String, Value>>,
    /// The company they belong to, as the agent's word.
    pub organisation: Option<Membership>,
    /// Whether they see the tickets of their colleagues in the company that they belong to then; nothing clears the agent's word.
    pub sees_colleagues: Option<Option<bool>>,
    /// Messages are stored in silence.
    pub blocked: Option<bool>,
}

/// What an agent says of somebody's company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// They belong to this one.
    Of(OrganisationId),
    /// They belong to none, whatever others say.
    None,
    /// Nothing any more: what others say counts.
    Cleared,
}

/// Adds a person who has not written yet.
pub async fn create(engine: &Engine, caller: &Caller, patch: &ContactPatch) -> Result<Contact, ActionError> {
    require(caller, Permission::ChangeContacts)?;
    let now = engine.now();
    let mut contact = Contact::new(ContactId(fresh_id()), now);
    check_organisation(engine, patch).await?;
    apply(&engine.desk(), patch, &mut contact, &caller.actor, now).map_err(|problems| ActionError::Invalid { problems })?;
    settle(engine, patch, &mut contact, &caller.actor, now).await?;
    let decision = Decision { new_contact: Some(contact.clone()), ..Decision::by(caller) };
    decision.commit(engine).await?;
    Ok(contact)
}

/// Corrects what is known of a person.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    id: ContactId,
    patch: &ContactPatch,
    expected_version: Option<i64>,
) -> Result<Contact, ActionError> {
    require(caller, Permission::ChangeContacts)?;
    check_organisation(engine, patch).await?;
    for _ in 0..TRIES {
        let before = load(engine, id).await?;
        if expected_version.is_some_and(|expected| expected != before.version) {
            return Err(ActionError::Conflict);
        }
        if before.erased_at.is_some() {
            return Err(ActionError::not_now(Why::new("why-erased")));
        }
        let now = engine.now();
        let mut contact = before.clone();
        apply(&engine.desk(), patch, &mut contact, &caller.actor, now).map_err(|problems| ActionError::Invalid { problems })?;
        settle(engine, patch, &mut contact, &caller.actor, now).await?;
        if contact == before {
            return Ok(before);
        }
        contact.updated_at = now;
        let mut decision = Decision { contact: Some(contact.clone()), ..Decision::by(caller) };
        decision.timeline.push(happened(caller, TimelineKind::Changed, json!({ "contact": id, "changed": changed(&before, &contact) }), now));
        match decision.commit(engine).await {
            Ok(()) => return Ok(Contact { version: contact.version + 1, ..contact }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Erases a person's data for good; what happened stays on the timeline, without content.
pub async fn erase(engine: &Engine, caller: &Caller, id: ContactId) -> Result<(), ActionError> {
    require(caller, Permission::ErasePeople)?;
    let contact = load(engine, id).await?;
    if contact.erased_at.is_some() {
        return Ok(());
    }
    let now = engine.now();
    let files = files_of(engine, id).await?;
    let mut decision = Decision { erase: Some(id), erased_files: files, ..Decision::by(caller) };
    decision.timeline.push(happened(caller, TimelineKind::Erased, json!({ "contact": id }), now));
    Ok(decision.commit(engine).await?)
}

/// The files that stand on a person's messages and in their tickets; to be asked before erasing.
pub(crate) async fn files_of(engine: &Engine, id: ContactId) -> Result<Vec<FileId>, DbError> {
    let mut files = Vec::new();
    let mut conversations = None;
    loop {
        let page = engine.reader().contact_conversations(id, conversations, PAGE).await?;
        for conversation in page.items {
            let mut messages = None;
            loop {
                let page = engine.reader().messages(conversation.id, messages, PAGE).await?;
                let attachments = page.items.into_iter().flat_map(|message| message.extras.attachments);
                files.extend(attachments.filter_map(|attachment| match attachment.state {
                    AttachmentState::Stored { file, .. } => Some(file),
                    AttachmentState::Pending | AttachmentState::Failed { .. } => None,
                }));
                messages = page.next;
                if messages.is_none() {
                    break;
                }
            }
        }
        conversations = page.next;
        if conversations.is_none() {
            break;
        }
    }
    let filter = TicketFilter { contact: Some(id), ..TicketFilter::default() };
    let mut tickets = None;
    loop {
        let page = engine.reader().tickets(&filter, tickets, PAGE).await?;
        let values = page.items.into_iter().flat_map(|ticket| ticket.fields.into_values());
        files.extend(values.filter_map(|field| field.value.as_str().and_then(|text| text.parse::<FileId>().ok())));
        tickets = page.next;
        if tickets.is_none() {
            return Ok(files);
        }
    }
}

/// Removes files whose owner was erased.
pub(crate) async fn discard(engine: &Engine, files: Vec<FileId>) {
    for file in files {
        engine.0.attachments.discard(file).await;
    }
}

/// Everything that is kept about a person, and of nobody else.
pub async fn export(engine: &Engine, caller: &Caller, id: ContactId) -> Result<Value, ActionError> {
    require(caller, Permission::ErasePeople)?;
    engine.reader().export_contact(id).await?.ok_or(ActionError::NotFound { what: "contact" })
}

async fn load(engine: &Engine, id: ContactId) -> Result<Contact, ActionError> {
    engine.reader().contact(id).await?.ok_or(ActionError::NotFound { what: "contact" })
}

async fn check_organisation(engine: &Engine, patch: &ContactPatch) -> Result<(), ActionError> {
    if let Some(Membership::Of(id)) = patch.organisation
        && engine.reader().organisation(id).await?.is_none()
    {
        return Err(ActionError::invalid("organisation", "there is no such organisation"));
    }
    Ok(())
}

/// Puts the membership into force that counts now, and keeps what was said about seeing the tickets there.
async fn settle(engine: &Engine, patch: &ContactPatch, contact: &mut Contact, actor: &Actor, now: DateTime<Utc>) -> Result<(), ActionError> {
    people::settle(engine.reader(), contact).await?;
    match (patch.sees_colleagues, contact.organisation) {
        (Some(Some(allowed)), Some(organisation)) => {
            set_as_agent(&mut contact.sees_colleagues, Some(&Seeing { organisation, allowed }), actor, now);
        }
        (Some(Some(true)), None) => {
            return Err(ActionError::invalid("sees_colleagues", "only who belongs to an organisation has colleagues"));
        }
        (Some(_), _) => drop(contact.sees_colleagues.clear(Source::Agent)),
        (None, _) => {}
    }
    Ok(())
}

fn happened(caller: &Caller, kind: TimelineKind, details: Value, now: DateTime<Utc>) -> TimelineEvent {
    TimelineEvent { conversation: None, ticket: None, at: now, actor: caller.actor.clone(), kind, details }
}

fn apply(desk: &Desk, patch: &ContactPatch, contact: &mut Contact, actor: &Actor, now: DateTime<Utc>) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    check(desk, patch, &mut problems);
    if let Some(name) = &patch.name {
        contact.name = name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    }
    if let Some(language) = &patch.language {
        contact.language.clone_from(language);
        contact.language_chosen = language.is_some();
    }
    if let Some(emails) = &patch.emails {
        set_addresses("emails", &mut contact.emails, emails, email, now, &mut problems);
    }
    if let Some(phones) = &patch.phones {
        set_addresses("phones", &mut contact.phones, phones, phone::normalise, now, &mut problems);
    }
    if let Some(tier) = &patch.tier {
        set_as_agent(&mut contact.tier, tier.as_ref(), actor, now);
    }
    if let Some(region) = &patch.region {
        set_as_agent(&mut contact.region, region.as_ref(), actor, now);
    }
    for (name, value) in patch.attributes.iter().flatten() {
        let held = contact.attributes.entry(name.clone()).or_default();
        set_as_agent(held, Some(value).filter(|value| !value.is_null()), actor, now);
    }
    contact.attributes.retain(|_, held| !held.all().is_empty());
    if contact.attributes.len() > MOST_ATTRIBUTES {
        problems.push(Problem { field: "attributes".to_owned(), message: format!("at most {MOST_ATTRIBUTES} attributes").into() });
    }
    match patch.organisation {
        Some(Membership::Of(id)) => drop(set_as_agent(&mut contact.memberships, Some(&Some(id)), actor, now)),
        Some(Membership::None) => drop(set_as_agent(&mut contact.memberships, Some(&None), actor, now)),
        Some(Membership::Cleared) => drop(contact.memberships.clear(Source::Agent)),
        None => {}
    }
    contact.blocked = patch.blocked.unwrap_or(contact.blocked);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn check(desk: &Desk, patch: &ContactPatch, problems: &mut Vec<Problem>) {
    if patch.name.as_ref().and_then(Option::as_ref).is_some_and(|name| name.chars().count() > 200) {
        problems.push(Problem { field: "name".to_owned(), message: "at most 200 characters".into() });
    }
    let flat = |key: &Option<Option<String>>| key.clone().flatten();
    let checks = [
        flat(&patch.language).map(|tag| check_language("language", &tag)),
        flat(&patch.tier).map(|key| known("tier", "thing-tier", &key, desk.tiers.contains_key(&key), desk.tiers.keys())),
        flat(&patch.region).map(|key| known("region", "thing-region", &key, desk.regions.contains_key(&key), desk.regions.keys())),
    ];
    for result in checks.into_iter().flatten() {
        if let Err(ActionError::Invalid { problems: found }) = result {
            problems.extend(found);
        }
    }
    for name in patch.attributes.iter().flatten().map(|(name, _)| name) {
        if name.trim().is_empty() || name.chars().count() > 100 {
            problems.push(Problem { field: "attributes".to_owned(), message: "a name has 1 to 100 characters".into() });
        }
    }
}

/// Replaces addresses; those that stay keep what is known of them, new ones are claims.
fn set_addresses(
    field: &str,
    addresses: &mut Vec<Address>,
    wanted: &[String],
    normalise: impl Fn(&str) -> Option<String>,
    now: DateTime<Utc>,
    problems: &mut Vec<Problem>,
) {
    if wanted.len() > MOST_ADDRESSES {
        problems.push(Problem { field: field.to_owned(), message: format!("at most {MOST_ADDRESSES}").into() });
        return;
    }
    let mut new: Vec<Address> = Vec::with_capacity(wanted.len());
    for (index, text) in wanted.iter().enumerate() {
        let Some(value) = normalise(text) else {
            let what = if field == "emails" { "mail address, like ann@example.org" } else { "telephone number, like +49 30 123456" };
            problems.push(Problem { field: format!("{field}[{index}]"), message: format!("is no {what}").into() });
            continue;
        };
        if new.iter().any(|address| address.value == value) {
            continue;
        }
        let known = addresses.iter().find(|address| address.value == value).cloned();
        new.push(known.unwrap_or(Address { value, verified: false, source: Source::Agent, at: now }));
    }
    *addresses = new;
}

fn email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.split_once('@')?;
    let fits = !local.is_empty() && domain.contains('.') && !domain.contains('@') && text.len() <= 254 && !text.contains(char::is_whitespace);
    fits.then_some(text)
}

/// The names of what differs; the timeline outlives the values.
fn changed(before: &Contact, after: &Contact) -> Vec<&'static str> {
    let tier = |held: &Held<String>| held.all().iter().map(|value: &Sourced<String>| (value.source, value.value.clone())).collect::<Vec<_>>();
    [
        ("name", before.name != after.name),
        ("language", before.language != after.language),
        ("emails", before.emails != after.emails),
        ("phones", before.phones != after.phones),
        ("tier", tier(&before.tier) != tier(&after.tier)),
        ("region", tier(&before.region) != tier(&after.region)),
        ("attributes", before.attributes != after.attributes),
        ("organisation", before.organisation != after.organisation || before.memberships != after.memberships),
        ("sees_colleagues", before.sees_colleagues != after.sees_colleagues),
        ("blocked", before.blocked != after.blocked),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use bellhop_domain::{desk::Tier, localised::Localised};
    use uuid::Uuid;

    fn desk() -> Desk {
        let tier = |key: &str, rank| (key.to_owned(), Tier { key: key.to_owned(), name: Localised::of("en", key), rank, default: false });
        Desk { tiers: [tier("standard", 1), tier("vip", 2)].into(), ..Desk::default() }
    }

    fn contact(id: u128) -> Contact {
        Contact::new(ContactId(Uuid::from_u128(id)), DateTime::UNIX_EPOCH)
    }

    fn patched(contact: &mut Contact, patch: ContactPatch) -> Result<(), Vec<String>> {
        apply(&desk(), &patch, contact, &Actor::System, DateTime::UNIX_EPOCH)
            .map_err(|problems| problems.into_iter().map(|problem| problem.field).collect())
    }

    #[test]
    fn an_agents_tier_wins_until_it_is_cleared() {
        let mut ann = contact(1);
        let signed = Sourced { value: "standard".to_owned(), source: Source::SignedIdentity, by: None, at: DateTime::UNIX_EPOCH, warning: None };
        ann.tier.set(signed);
        patched(&mut ann, ContactPatch { tier: Some(Some("vip".into())), ..ContactPatch::default() }).unwrap();
        assert_eq!(ann.tier.winner().unwrap().value, "vip");
        patched(&mut ann, ContactPatch { tier: Some(None), ..ContactPatch::default() }).unwrap();
        assert_eq!(ann.tier.winner().unwrap().value, "standard");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (patch, field) in [
            (ContactPatch { tier: Some(Some("platinum".into())), ..ContactPatch::default() }, "tier"),
            (ContactPatch { language: Some(Some("English".into())), ..ContactPatch::default() }, "language"),
            (ContactPatch { emails: Some(vec!["ann@example.org".into(), "ann".into()]), ..ContactPatch::default() }, "emails[1]"),
            (ContactPatch { phones: Some(vec!["call me".into()]), ..ContactPatch::default() }, "phones[0]"),
        ] {
            assert_eq!(patched(&mut contact(1), patch).unwrap_err(), [field]);
        }
    }

    #[test]
    fn addresses_that_stay_keep_their_proof_and_new_ones_are_claims() {
        let mut ann = contact(1);
        ann.emails.push(Address { value: "ann@example.org".into(), verified: true, source: Source::SignedIdentity, at: DateTime::UNIX_EPOCH });
        let emails = Some(vec!["Ann@Example.org".into(), "ann@work.example".into()]);
        patched(&mut ann, ContactPatch { emails, ..ContactPatch::default() }).unwrap();
        let verified: Vec<_> = ann.emails.iter().map(|address| (address.value.as_str(), address.verified)).collect();
        assert_eq!(verified, [("ann@example.org", true), ("ann@work.example", false)]);
    }
}
