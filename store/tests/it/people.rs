use bellhop_domain::{
    contact::{Address, Contact, Identity, Organisation},
    id::OrganisationId,
    sourced::{Source, Sourced},
};
use bellhop_store::contacts::{AddressKind, ContactFilter};

use crate::base::{Base, at, contact, on_both, talking, uuid};

on_both!(
    a_contact_comes_back_whole,
    an_old_contact_is_refused,
    only_verified_addresses_find_people,
    people_are_found_by_name_and_address,
    merging_gives_everything_to_one,
    organisations_are_found_by_domain,
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
