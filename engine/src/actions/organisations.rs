//! The companies that people belong to.

mod members;
#[cfg(test)]
mod stories;

use bellhop_domain::{
    contact::{Organisation, is_public_mail},
    id::{ContactId, OrganisationId},
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
};
use serde_json::json;

use super::{
    ActionError, Problem,
    contacts::{self, ContactPatch, Membership},
    require,
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::finish,
    engine::Engine,
};

/// Mail domains that one organisation may have.
const MOST_DOMAINS: usize = 50;
/// Characters of a key.
const LONGEST_KEY: usize = 100;
/// Characters of the notes.
const LONGEST_NOTES: usize = 5_000;

/// What is to be set of an organisation; what is absent stays, what is `Some(None)` is cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganisationPatch {
    /// What it is called.
    pub name: Option<String>,
    /// What the customer system calls it.
    pub key: Option<Option<String>>,
    /// Mail domains whose proven addresses belong to it, all of them.
    pub domains: Option<Vec<String>>,
    /// Key of the tier that its people inherit.
    pub tier: Option<Option<String>>,
    /// Key of the region that its people inherit.
    pub region: Option<Option<String>>,
    /// Key of the agent who looks after it.
    pub account_manager: Option<Option<String>>,
    /// What colleagues are to know.
    pub notes: Option<Option<String>>,
}

/// Adds an organisation; whoever has a proven address in one of its domains belongs to it at once.
pub async fn create(engine: &Engine, caller: &Caller, patch: &OrganisationPatch) -> Result<Organisation, ActionError> {
    require(caller, Permission::ChangeContacts)?;
    let mut organisation = Organisation {
        id: OrganisationId(fresh_id()),
        version: 1,
        name: String::new(),
        key: None,
        domains: Vec::new(),
        tier: None,
        region: None,
        account_manager: None,
        notes: None,
        created_at: engine.now(),
    };
    apply(engine, patch, &mut organisation).await?;
    let kept = organisation.clone();
    let (event, now, happened) = (caller.event, engine.now(), happened(engine, caller, organisation.id, json!(["added"])));
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                tx.insert_organisation(&kept).await?;
                Ok(tx.append_timeline(&[happened]).await?)
            })
        })
        .await?;
    members::follow_domains(engine, &[], &organisation).await?;
    Ok(organisation)
}

/// Corrects what is known of an organisation; people join and leave with its domains.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    id: OrganisationId,
    patch: &OrganisationPatch,
    expected_version: Option<i64>,
) -> Result<Organisation, ActionError> {
    require(caller, Permission::ChangeContacts)?;
    let before = load(engine, id).await?;
    if expected_version.is_some_and(|expected| expected != before.version) {
        return Err(ActionError::Conflict);
    }
    let mut organisation = before.clone();
    apply(engine, patch, &mut organisation).await?;
    if organisation == before {
        return Ok(before);
    }
    write(engine, caller, &before, &organisation).await?;
    members::follow_domains(engine, &before.domains, &organisation).await?;
    Ok(Organisation { version: organisation.version + 1, ..organisation })
}

async fn write(engine: &Engine, caller: &Caller, before: &Organisation, after: &Organisation) -> Result<(), ActionError> {
    let kept = after.clone();
    let (event, now) = (caller.event, engine.now());
    let happened = happened(engine, caller, after.id, json!(changed(before, after)));
    let written = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                let written = tx.update_organisation(&kept).await?;
                if written {
                    tx.append_timeline(&[happened]).await?;
                }
                Ok(written)
            })
        })
        .await?;
    if written { Ok(()) } else { Err(ActionError::Conflict) }
}

/// Removes an organisation, which cannot be undone; its people stay, and belong to none that this one's word made them belong to.
pub async fn delete(engine: &Engine, caller: &Caller, id: OrganisationId, expected_version: Option<i64>) -> Result<(), ActionError> {
    require(caller, Permission::ErasePeople)?;
    let organisation = load(engine, id).await?;
    if expected_version.is_some_and(|expected| expected != organisation.version) {
        return Err(ActionError::Conflict);
    }
    let (event, now, happened) = (caller.event, engine.now(), happened(engine, caller, id, json!(["deleted"])));
    let gone = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                let gone = tx.delete_organisation(id, organisation.version).await?;
                if gone {
                    tx.append_timeline(&[happened]).await?;
                }
                Ok(gone)
            })
        })
        .await?;
    if gone { Ok(()) } else { Err(ActionError::Conflict) }
}

/// Takes `other` in: its people and domains come along, what this one lacks is taken over, and the other one goes.
///
/// Who was allowed to see the tickets of colleagues in one of them is allowed to in both.
pub async fn merge(engine: &Engine, caller: &Caller, id: OrganisationId, other: OrganisationId) -> Result<Organisation, ActionError> {
    require(caller, Permission::ErasePeople)?;
    if id == other {
        return Err(ActionError::invalid("other", "is this organisation itself"));
    }
    let (before, gone) = (load(engine, id).await?, load(engine, other).await?);
    let mut organisation = before.clone();
    for domain in &gone.domains {
        if !organisation.domains.contains(domain) {
            organisation.domains.push(domain.clone());
        }
    }
    if organisation.domains.len() > MOST_DOMAINS {
        return Err(ActionError::invalid("domains", format!("at most {MOST_DOMAINS}")));
    }
    let fill = |mine: &mut Option<String>, theirs: Option<String>| *mine = mine.take().or(theirs);
    fill(&mut organisation.key, gone.key);
    fill(&mut organisation.tier, gone.tier);
    fill(&mut organisation.region, gone.region);
    fill(&mut organisation.account_manager, gone.account_manager);
    let notes: Vec<String> = [organisation.notes.take(), gone.notes].into_iter().flatten().collect();
    organisation.notes = Some(notes.join("\n\n").chars().take(LONGEST_NOTES).collect()).filter(|notes: &String| !notes.is_empty());
    let (event, now, version, kept) = (caller.event, engine.now(), gone.version, organisation.clone());
    let joined = [happened(engine, caller, id, json!(["merged"])), happened(engine, caller, other, json!(["deleted"]))];
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                tx.move_members(other, id).await?;
                // Both stand as they were read, or neither is touched.
                if !tx.delete_organisation(other, version).await? || !tx.update_organisation(&kept).await? {
                    return Err(ActionError::Conflict);
                }
                Ok(tx.append_timeline(&joined).await?)
            })
        })
        .await?;
    Ok(Organisation { version: organisation.version + 1, ..organisation })
}

/// Takes a person out: they belong to none, whatever a mail domain or a system says, until an agent says otherwise.
pub async fn remove_member(engine: &Engine, caller: &Caller, id: OrganisationId, member: ContactId) -> Result<(), ActionError> {
    require(caller, Permission::ChangeContacts)?;
    let contact = engine.reader().contact(member).await?.filter(|contact| contact.organisation == Some(id));
    if contact.is_none() {
        return Err(ActionError::NotFound { what: "member" });
    }
    let patch = ContactPatch { organisation: Some(Membership::None), sees_colleagues: Some(None), ..ContactPatch::default() };
    contacts::update(engine, caller, member, &patch, None).await.map(drop)
}

async fn load(engine: &Engine, id: OrganisationId) -> Result<Organisation, ActionError> {
    engine.reader().organisation(id).await?.ok_or(ActionError::NotFound { what: "organisation" })
}

fn happened(engine: &Engine, caller: &Caller, id: OrganisationId, changed: serde_json::Value) -> TimelineEvent {
    TimelineEvent {
        conversation: None,
        ticket: None,
        at: engine.now(),
        actor: caller.actor.clone(),
        kind: TimelineKind::Changed,
        details: json!({ "organisation": id, "changed": changed }),
    }
}

/// The names of what differs.
fn changed(before: &Organisation, after: &Organisation) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("key", before.key != after.key),
        ("domains", before.domains != after.domains),
        ("tier", before.tier != after.tier),
        ("region", before.region != after.region),
        ("account_manager", before.account_manager != after.account_manager),
        ("notes", before.notes != after.notes),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

async fn apply(engine: &Engine, patch: &OrganisationPatch, organisation: &mut Organisation) -> Result<(), ActionError> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: Why| problems.push(Problem { field: field.to_owned(), message });
    if let Some(name) = &patch.name {
        organisation.name = name.replace(char::is_control, " ").trim().to_owned();
    }
    if organisation.name.is_empty() || organisation.name.chars().count() > 200 {
        wrong("name", Why::new("why-organisation-name"));
    }
    if let Some(key) = &patch.key {
        organisation.key = key.as_deref().map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned);
        if let Some(key) = &organisation.key {
            if key.chars().count() > LONGEST_KEY || key.contains(char::is_control) {
                wrong("key", Why::new("why-at-most-characters").count("most", LONGEST_KEY));
            } else if engine.reader().organisation_by_key(key).await?.is_some_and(|other| other.id != organisation.id) {
                wrong("key", Why::new("why-organisation-taken"));
            }
        }
    }
    if let Some(notes) = &patch.notes {
        organisation.notes = notes.as_deref().map(|notes| notes.replace('\0', "").trim().to_owned()).filter(|notes| !notes.is_empty());
        if organisation.notes.as_ref().is_some_and(|notes| notes.chars().count() > LONGEST_NOTES) {
            wrong("notes", Why::new("why-at-most-characters").count("most", LONGEST_NOTES));
        }
    }
    if let Some(domains) = &patch.domains {
        organisation.domains = Vec::new();
        if domains.len() > MOST_DOMAINS {
            wrong("domains", Why::new("why-organisation-domains").count("most", MOST_DOMAINS));
        }
        for (index, domain) in domains.iter().enumerate().take(MOST_DOMAINS) {
            let domain = domain.trim().to_lowercase();
            let field = format!("domains[{index}]");
            if !is_domain(&domain) {
                wrong(&field, Why::new("why-organisation-no-domain").with("domain", domain.chars().take(100).collect::<String>()));
            } else if is_public_mail(&domain) {
                wrong(&field, Why::new("why-organisation-public").with("domain", domain));
            } else if engine.reader().organisation_by_domain(&domain).await?.is_some_and(|other| other.id != organisation.id) {
                wrong(&field, Why::new("why-organisation-taken"));
            } else if !organisation.domains.contains(&domain) {
                organisation.domains.push(domain);
            }
        }
    }
    let desk = engine.desk();
    let keys = [
        ("tier", "thing-tier", &patch.tier, &mut organisation.tier, desk.tiers.keys().collect::<Vec<_>>()),
        ("region", "thing-region", &patch.region, &mut organisation.region, desk.regions.keys().collect()),
        ("account_manager", "thing-agent", &patch.account_manager, &mut organisation.account_manager, desk.agents.keys().collect()),
    ];
    for (field, what, wanted, place, known) in keys {
        let Some(wanted) = wanted else { continue };
        if let Some(key) = wanted.as_ref().filter(|key| Some(*key) != place.as_ref() && !known.contains(key)) {
            wrong(field, Why::new("why-unknown").word("what", what).with("key", key.as_str()));
        }
        place.clone_from(wanted);
    }
    if problems.is_empty() { Ok(()) } else { Err(ActionError::Invalid { problems }) }
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| (1..=63).contains(&label.len()) && !label.contains(|sign: char| sign.is_whitespace() || "@/:\0".contains(sign));
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_domain;

    #[test]
    fn domains_are_told_from_other_texts() {
        for (text, fits) in [
            ("example.org", true),
            ("mail.例え.jp", true),
            ("ann@example.org", false),
            ("localhost", false),
            ("a..b", false),
            ("", false),
            ("a b.org", false),
        ] {
            assert_eq!(is_domain(text), fits, "{text}");
        }
    }
}
