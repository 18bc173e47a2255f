use bellhop_domain::{
    contact::{Address, Contact, Identity, Organisation},
    id::{ContactId, OrganisationId},
    sourced::{Source, Sourced},
};
use bellhop_store::contacts::{AddressKind, ContactFilter};

use crate::{
    base::{Base, at, contact, on_both, talking, uuid},
    tickets::ticket,
};

on_both!(
    a_contact_comes_back_whole,
    an_old_contact_is_refused,
    only_verified_addresses_find_people,
    people_are_found_by_name_and_address,
    merging_gives_everything_to_one,
    organisations_are_found_by_domain,
    an_organisation_has_its_people_and_their_tickets,
    ten_thousand_members_are_read_in_pages,
);

fn address(value: &str, verified: bool) -> Address {
    Address { value: value.to_owned(), verified, source: Source::Claim, at: at(0) }
}

fn ann() -> Contact {
    let mut ann = contact(1);
    ann.name = Some("Ann".to_owned());
    ann.language = Some("de".to_owned());
    ann.emails = vec![address("ann@example.org", true), address("ann@claimed.example", false)];
    ann.phones = vec![address("+4930123456", false)];
    ann.tier.set(Sourced { value: "gold".to_owned(), source: Source::Crm, by: None, at: at(0), warning: None });
    ann.attributes.entry("plan".to_owned()).or_default().set(Sourced {
        value: serde_json::json!({"seats": 3}),
        source: Source::SignedIdentity,
        by: Some("shop".to_owned()),
        at: at(0),
        warning: None,
    });
    ann
}

async fn store(base: &Base, contact: Contact) {
    base.write(move |tx| Box::pin(async move { tx.insert_contact(&contact).await })).await;
}

async fn a_contact_comes_back_whole(base: &Base) {
    store(base, ann()).await;
    assert_eq!(base.store.reader.contact(ann().id).await.unwrap(), Some(ann()));
}

async fn an_old_contact_is_refused(base: &Base) {
    store(base, ann()).await;
    let update = || base.write(|tx| Box::pin(async { tx.update_contact(&Contact { name: Some("Anna".to_owned()), ..ann() }).await }));
    assert!(update().await);
    assert!(!update().await);
    let stored = base.store.reader.contact(ann().id).await.unwrap().unwrap();
    assert_eq!((stored.name.as_deref(), stored.version), (Some("Anna"), 2));
}

async fn only_verified_addresses_find_people(base: &Base) {
    store(base, ann()).await;
    let find = |kind, value: &'static str| async move { base.store.reader.contact_by_verified(kind, value).await.unwrap().map(|found| found.id) };
    assert_eq!(find(AddressKind::Email, "ann@example.org").await, Some(ann().id));
    assert_eq!(find(AddressKind::Email, "ann@claimed.example").await, None);
    assert_eq!(find(AddressKind::Phone, "+4930123456").await, None);
    base.write(|tx| Box::pin(async { tx.update_contact(&Contact { emails: Vec::new(), ..ann() }).await })).await;
    assert_eq!(find(AddressKind::Email, "ann@example.org").await, None, "an address that is gone finds nobody");
}

async fn people_are_found_by_name_and_address(base: &Base) {
    store(base, ann()).await;
    store(base, Contact { name: Some("Bob".to_owned()), ..contact(2) }).await;
    for (q, expected) in [
        ("aNN", vec![ann().id]),
        ("claimed.EXAMPLE", vec![ann().id]),
        ("30123", vec![ann().id]),
        ("", vec![contact(2).id, ann().id]),
        ("zoe", vec![]),
    ] {
        let filter = ContactFilter { q: Some(q.to_owned()), organisation: None };
        let found: Vec<_> = base.store.reader.contacts(&filter, None, 10).await.unwrap().items.into_iter().map(|contact| contact.id).collect();
        assert_eq!(found, expected, "{q}");
    }
}

async fn merging_gives_everything_to_one(base: &Base) {
    let (kept, gone) = (talking(base, 1).await, talking(base, 2).await);
    let (into, from) = (kept.contact, gone.contact);
    base.write(move |tx| Box::pin(async move { tx.merge_contacts(from, into, at(9)).await })).await;
    assert!(base.store.reader.contact(from).await.unwrap().is_none());
    let moved = base.store.reader.conversation(gone.id).await.unwrap().unwrap();
    assert_eq!((moved.contact, moved.version), (into, 2), "whoever decides on it has to look again");
    let identity = |number: u8| Identity { channel: "shop".to_owned(), external_id: format!("u-{number}"), contact: into };
    assert_eq!(base.store.reader.contact_identities(into).await.unwrap(), [identity(1), identity(2)]);
    assert_eq!(base.store.reader.thread_state("shop", "thread-2", "u-2").await.unwrap().unwrap().contact.id, into);
    base.write(move |tx| Box::pin(async move { tx.merge_contacts(into, into, at(9)).await })).await;
    assert!(base.store.reader.contact(into).await.unwrap().is_some(), "nobody is merged into themselves");
}

async fn organisations_are_found_by_domain(base: &Base) {
    let acme = Organisation {
        id: OrganisationId(uuid(7)),
        version: 1,
        name: "Acme".to_owned(),
        domains: vec!["acme.example".to_owned(), "acme.de".to_owned()],
        tier: Some("vip".to_owned()),
        region: None,
        key: None,
        notes: None,
        account_manager: None,
        created_at: at(0),
    };
    let stored = acme.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_organisation(&stored).await })).await;
    assert_eq!(base.store.reader.organisation_by_domain("ACME.de").await.unwrap(), Some(acme.clone()));
    assert_eq!(base.store.reader.organisation(acme.id).await.unwrap(), Some(acme.clone()));
    let changed = Organisation { domains: vec!["acme.example".to_owned()], ..acme.clone() };
    let update = || {
        let changed = changed.clone();
        base.write(move |tx| Box::pin(async move { tx.update_organisation(&changed).await }))
    };
    assert!(update().await);
    assert!(!update().await);
    assert_eq!(base.store.reader.organisation_by_domain("acme.de").await.unwrap(), None);
    let listed = base.store.reader.organisations(Some("acm"), None, 10).await.unwrap().items;
    assert_eq!(listed, [Organisation { version: 2, ..changed }]);
}

fn company(number: u128, name: &str) -> Organisation {
    Organisation {
        id: OrganisationId(uuid(number)),
        version: 1,
        name: name.to_owned(),
        key: Some(format!("crm-{number}")),
        domains: vec![format!("d{number}.example")],
        tier: None,
        region: None,
        account_manager: None,
        notes: Some("喂 <b> ' \" \\".to_owned()),
        created_at: at(0),
    }
}

async fn joins(base: &Base, contact: ContactId, organisation: OrganisationId) {
    let mut contact = base.store.reader.contact(contact).await.unwrap().unwrap();
    contact.organisation = Some(organisation);
    contact.memberships.set(Sourced { value: Some(organisation), source: Source::Crm, by: None, at: at(0), warning: None });
    base.write(move |tx| Box::pin(async move { tx.update_contact(&contact).await })).await;
}

async fn an_organisation_has_its_people_and_their_tickets(base: &Base) {
    let (acme, beta) = (company(7, "Acme"), company(8, "Beta"));
    for organisation in [acme.clone(), beta.clone()] {
        base.write(move |tx| Box::pin(async move { tx.insert_organisation(&organisation).await })).await;
    }
    let reader = &base.store.reader;
    assert_eq!(reader.organisation_by_key("crm-7").await.unwrap(), Some(acme.clone()));
    assert_eq!(reader.organisation_by_key("CRM-7").await.unwrap(), None);
    assert_eq!(reader.organisations(Some("d8.exam"), None, 10).await.unwrap().items, std::slice::from_ref(&beta));
    let tickets = [ticket(base, 1, "refund").await, ticket(base, 2, "refund").await, ticket(base, 3, "refund").await];
    joins(base, tickets[0].contact, acme.id).await;
    joins(base, tickets[1].contact, acme.id).await;
    joins(base, tickets[2].contact, beta.id).await;
    let listed = async |organisation: OrganisationId, not_of: Option<ContactId>| -> Vec<i64> {
        let mut numbers: Vec<i64> =
            reader.organisation_tickets(organisation, not_of, 10).await.unwrap().into_iter().map(|ticket| ticket.number).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(listed(acme.id, None).await, [1, 2]);
    assert_eq!(listed(acme.id, Some(tickets[0].contact)).await, [2]);
    assert_eq!(reader.organisation_size(acme.id).await.unwrap(), 2);
    let (from, into) = (beta.id, acme.id);
    base.write(move |tx| Box::pin(async move { tx.move_members(from, into).await })).await;
    assert_eq!(listed(acme.id, None).await, [1, 2, 3]);
    let moved = reader.contact(tickets[2].contact).await.unwrap().unwrap();
    assert_eq!((moved.organisation, moved.membership().map(|said| (said.value, said.source))), (Some(into), Some((Some(into), Source::Crm))));
    assert!(!base.write(move |tx| Box::pin(async move { tx.delete_organisation(into, 9).await })).await, "somebody else changed it");
    assert!(base.write(move |tx| Box::pin(async move { tx.delete_organisation(into, 1).await })).await);
    assert_eq!(reader.organisation_by_domain("d7.example").await.unwrap(), None);
    assert_eq!(listed(acme.id, None).await, Vec::<i64>::new());
    assert_eq!(reader.contact(tickets[0].contact).await.unwrap().unwrap().organisation, None);
}

async fn ten_thousand_members_are_read_in_pages(base: &Base) {
    let acme = company(7, "Acme");
    let (stored, id) = (acme.clone(), acme.id);
    base.write(move |tx| {
        Box::pin(async move {
            tx.insert_organisation(&stored).await?;
            for number in 0..10_000_u128 {
                let mut contact = contact(1_000 + number);
                contact.organisation = Some(id);
                contact.emails = vec![address(&format!("u{number}@{}d7.example", if number % 2 == 0 { "" } else { "not-" }), number % 4 == 0)];
                tx.insert_contact(&contact).await?;
            }
            Ok(())
        })
    })
    .await;
    let reader = &base.store.reader;
    assert_eq!(reader.organisation_size(id).await.unwrap(), 10_000);
    let filter = ContactFilter { organisation: Some(id), ..ContactFilter::default() };
    let page = reader.contacts(&filter, None, 25).await.unwrap();
    assert!(page.items.len() == 25 && page.next.is_some());
    let first = &page.items[0];
    assert_eq!(first.membership().map(|said| (said.value, said.source)), Some((Some(id), Source::Agent)), "who was a member before stays one");
    let second = reader.contacts(&filter, page.next, 25).await.unwrap();
    assert!(second.items.iter().all(|contact| page.items.iter().all(|other| other.id != contact.id)));
    let (mut after, mut found) = (ContactId(uuid(0)), 0);
    loop {
        let ids = reader.contacts_of_domain("D7.example", after, 1_000).await.unwrap();
        let Some(last) = ids.last() else { break };
        assert!(ids.len() <= 1_000);
        (after, found) = (*last, found + ids.len());
    }
    assert_eq!(found, 2_500, "proven addresses of this domain, and not of one that ends like it");
    assert_eq!(reader.organisation_members(id, ContactId(uuid(0)), 100).await.unwrap().len(), 100);
    assert!(base.write(move |tx| Box::pin(async move { tx.delete_organisation(id, 1).await })).await);
    assert_eq!(reader.contacts(&filter, None, 25).await.unwrap().items, []);
}
