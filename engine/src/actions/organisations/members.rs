//! Who belongs to an organisation because of its mail domains.

use bellhop_domain::{
    contact::Organisation,
    id::{ContactId, OrganisationId},
};
use uuid::Uuid;

use crate::{actions::ActionError, engine::Engine, worker::people};

/// People whose membership is looked at in one transaction.
const AT_ONCE: u32 = 100;

/// Lets people join and leave with the domains that were added and removed.
pub(super) async fn follow_domains(engine: &Engine, before: &[String], now: &Organisation) -> Result<(), ActionError> {
    for domain in now.domains.iter().filter(|domain| !before.contains(domain)) {
        each(engine, Whose::Domain(domain)).await?;
    }
    if before.iter().any(|domain| !now.domains.contains(domain)) {
        each(engine, Whose::Organisation(now.id)).await?;
    }
    Ok(())
}

/// Whose membership is looked at.
#[derive(Clone, Copy)]
enum Whose<'a> {
    Domain(&'a str),
    Organisation(OrganisationId),
}

async fn each(engine: &Engine, whose: Whose<'_>) -> Result<(), ActionError> {
    let mut after = ContactId(Uuid::nil());
    loop {
        let ids = match whose {
            Whose::Domain(domain) => engine.reader().contacts_of_domain(domain, after, AT_ONCE).await?,
            Whose::Organisation(id) => engine.reader().organisation_members(id, after, AT_ONCE).await?,
        };
        let Some(last) = ids.last() else { return Ok(()) };
        after = *last;
        look_again(engine, &ids).await?;
    }
}

/// Somebody whose record changes meanwhile is looked at then anyway.
async fn look_again(engine: &Engine, ids: &[ContactId]) -> Result<(), ActionError> {
    let (reader, now) = (engine.reader(), engine.now());
    let mut changed = Vec::new();
    for id in ids {
        let Some(before) = reader.contact(*id).await?.filter(|contact| contact.erased_at.is_none()) else { continue };
        let mut contact = before.clone();
        people::learn_domain(reader, &mut contact, now).await?;
        people::settle(reader, &mut contact).await?;
        if contact != before {
            changed.push(contact);
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                for contact in &changed {
                    tx.update_contact(contact).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}
