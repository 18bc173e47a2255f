//! The companies that people belong to.

use bellhop_domain::{
    contact::{Organisation, is_public_mail},
    id::OrganisationId,
};

use super::{ActionError, Problem, require};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::finish,
    engine::Engine,
};

/// Mail domains that one organisation may have.
const MOST_DOMAINS: usize = 50;

/// What is to be set of an organisation; what is absent stays, what is `Some(None)` is cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganisationPatch {
    /// What it is called.
    pub name: Option<String>,
    /// Mail domains whose proven addresses belong to it, all of them.
    pub domains: Option<Vec<String>>,
    /// Key of the tier that its people inherit.
    pub tier: Option<Option<String>>,
    /// Key of the region that its people inherit.
    pub region: Option<Option<String>>,
    /// Key of the agent who looks after it.
    pub account_manager: Option<Option<String>>,
}

/// Adds an organisation.
pub async fn create(engine: &Engine, caller: &Caller, patch: &OrganisationPatch) -> Result<Organisation, ActionError> {
    require(caller, Permission::ChangeContacts)?;
    let mut organisation = Organisation {
        id: OrganisationId(fresh_id()),
        version: 1,
        name: String::new(),
        domains: Vec::new(),
        tier: None,
        region: None,
        account_manager: None,
        created_at: engine.now(),
    };
    apply(engine, patch, &mut organisation).await?;
    let kept = organisation.clone();
    let (event, now) = (caller.event, engine.now());
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                Ok(tx.insert_organisation(&kept).await?)
            })
        })
        .await?;
    Ok(organisation)
}

/// Corrects what is known of an organisation.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    id: OrganisationId,
    patch: &OrganisationPatch,
    expected_version: Option<i64>,
) -> Result<Organisation, ActionError> {
    require(caller, Permission::ChangeContacts)?;
    let before = engine.reader().organisation(id).await?.ok_or(ActionError::NotFound { what: "organisation" })?;
    if expected_version.is_some_and(|expected| expected != before.version) {
        return Err(ActionError::Conflict);
    }
    let mut organisation = before.clone();
    apply(engine, patch, &mut organisation).await?;
    if organisation == before {
        return Ok(before);
    }
    let kept = organisation.clone();
    let (event, now) = (caller.event, engine.now());
    let written = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                Ok(tx.update_organisation(&kept).await?)
            })
        })
        .await?;
    if written { Ok(Organisation { version: organisation.version + 1, ..organisation }) } else { Err(ActionError::Conflict) }
}

async fn apply(engine: &Engine, patch: &OrganisationPatch, organisation: &mut Organisation) -> Result<(), ActionError> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: String| problems.push(Problem { field: field.to_owned(), message: message.into() });
    if let Some(name) = &patch.name {
        organisation.name = name.trim().to_owned();
    }
    if organisation.name.is_empty() || organisation.name.chars().count() > 200 {
        wrong("name", "has 1 to 200 characters".to_owned());
    }
    if let Some(domains) = &patch.domains {
        organisation.domains = Vec::new();
        if domains.len() > MOST_DOMAINS {
            wrong("domains", format!("at most {MOST_DOMAINS}"));
        }
        for (index, domain) in domains.iter().enumerate() {
            let domain = domain.trim().to_lowercase();
            if !is_domain(&domain) {
                wrong(&format!("domains[{index}]"), "is no mail domain, like example.org".to_owned());
            } else if is_public_mail(&domain) {
                wrong(
                    &format!("domains[{index}]"),
                    "is a mail provider's, where anybody may have an address: it makes nobody a colleague".to_owned(),
                );
            } else if engine.reader().organisation_by_domain(&domain).await?.is_some_and(|other| other.id != organisation.id) {
                wrong(&format!("domains[{index}]"), "belongs to another organisation".to_owned());
            } else if !organisation.domains.contains(&domain) {
                organisation.domains.push(domain);
            }
        }
    }
    let desk = engine.desk();
    let keys = [
        ("tier", &patch.tier, &mut organisation.tier, desk.tiers.keys().collect::<Vec<_>>()),
        ("region", &patch.region, &mut organisation.region, desk.regions.keys().collect()),
        ("account_manager", &patch.account_manager, &mut organisation.account_manager, desk.agents.keys().collect()),
    ];
    for (field, wanted, place, known) in keys {
        let Some(wanted) = wanted else { continue };
        if let Some(key) = wanted.as_ref().filter(|key| !known.contains(key)) {
            wrong(field, format!("there is no “{key}”"));
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
