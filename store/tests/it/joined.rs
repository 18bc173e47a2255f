use bellhop_domain::{
    actor::Actor,
    contact::{Address, BeforeJoining, Contact, ContactMerge},
    sourced::Source,
    ticket::{BeforeMerge, Merge, Relation, Ticket, TicketLink, TicketStatus},
};
use bellhop_store::contact_codes::ContactCode;

use crate::{
    base::{Base, at, contact, on_both},
    tickets::ticket,
};

on_both!(
    relations_are_seen_from_both_sides_and_form_a_tree,
    two_relations_at_once_close_no_circle,
    merged_tickets_lead_on_and_forget_what_they_were_given,
    joined_people_are_parted_exactly,
    erasing_a_person_takes_the_way_they_were_joined,
    codes_are_used_once,
    what_people_share_is_found,
);

async fn add(base: &Base, one: &Ticket, relation: Relation, other: &Ticket) -> bool {
    let link = TicketLink::of(one.id, relation, other.id, at(1));
    base.write(move |tx| Box::pin(async move { tx.add_ticket_link(&link).await })).await
}

async fn relations_are_seen_from_both_sides_and_form_a_tree(base: &Base) {
    let (one, two, three) = (ticket(base, 1, "refund").await, ticket(base, 2, "refund").await, ticket(base, 3, "refund").await);
    assert!(add(base, &one, Relation::HasDuplicate, &two).await);
    assert!(add(base, &two, Relation::DuplicateOf, &one).await, "the same again");
    assert!(add(base, &one, Relation::ChildOf, &two).await && add(base, &two, Relation::ChildOf, &three).await);
    assert!(!add(base, &three, Relation::ChildOf, &one).await, "a circle");
    assert!(!add(base, &one, Relation::ChildOf, &three).await, "a second parent");
    let links = async |ticket: &Ticket| {
        let links = base.store.reader.links_of_ticket(ticket.id).await.unwrap();
        links.into_iter().map(|(relation, other)| (relation, other.number)).collect::<Vec<_>>()
    };
    assert_eq!(links(&two).await, [(Relation::DuplicateOf, 1), (Relation::ChildOf, 3), (Relation::ParentOf, 1)]);
    assert_eq!(links(&one).await, [(Relation::HasDuplicate, 2), (Relation::ChildOf, 2)]);
    assert!(base.store.reader.is_below(one.id, three.id).await.unwrap() && !base.store.reader.is_below(three.id, one.id).await.unwrap());
    assert_eq!(base.store.reader.parent_of_ticket(one.id).await.unwrap().unwrap().number, 2);
    let link = TicketLink::of(two.id, Relation::ParentOf, one.id, at(2));
    assert!(base.write(move |tx| Box::pin(async move { tx.remove_ticket_link(&link).await })).await);
    assert!(base.store.reader.children_of_ticket(two.id).await.unwrap().is_empty());
}

async fn two_relations_at_once_close_no_circle(base: &Base) {
    let mut tickets = Vec::new();
    for number in 1..=4 {
        tickets.push(ticket(base, number, "refund").await);
    }
    let [a, b, c, d] = tickets.as_slice() else { panic!("four") };
    assert!(add(base, a, Relation::ChildOf, b).await && add(base, c, Relation::ChildOf, d).await);
    // Each alone is fine; they share no ticket.
    let both = futures_util::future::join(add(base, b, Relation::ChildOf, c), add(base, d, Relation::ChildOf, a)).await;
    assert!(both.0 ^ both.1, "{both:?}");
}

async fn merged_tickets_lead_on_and_forget_what_they_were_given(base: &Base) {
    let (one, two, three) = (ticket(base, 1, "refund").await, ticket(base, 2, "refund").await, ticket(base, 3, "refund").await);
    let given = one.conversations[0];
    let ended = Ticket { status: TicketStatus::Closed, merged_into: Some(2), ..one.clone() };
    let goes_on = Ticket { conversations: vec![two.conversations[0], given], merged_into: Some(3), incident: true, ..two.clone() };
    let merge = Merge {
        ticket: one.id,
        into: two.id,
        at: at(5),
        before: BeforeMerge { status: Some(TicketStatus::New), conversations: vec![given], ..BeforeMerge::default() },
        told: None,
        undone_at: None,
    };
    let kept = merge.clone();
    base.write(move |tx| {
        Box::pin(async move {
            assert!(tx.update_ticket(&ended).await? && tx.update_ticket(&goes_on).await?);
            tx.keep_merge(&kept).await
        })
    })
    .await;
    let stored = base.store.reader.ticket(1).await.unwrap().unwrap();
    assert_eq!(base.store.reader.ticket_going_on(stored).await.unwrap().number, 3);
    assert!(base.store.reader.ticket(2).await.unwrap().unwrap().incident);
    let parts: Vec<i64> = base.store.reader.tickets_merged_into(three.number).await.unwrap().iter().map(|part| part.number).collect();
    assert_eq!(parts, [1, 2]);
    assert_eq!(base.store.reader.merge_of_ticket(one.id).await.unwrap(), Some(merge));
    let of = async || base.store.reader.tickets_of_conversation(given).await.unwrap().iter().map(|ticket| ticket.number).collect::<Vec<_>>();
    assert_eq!(of().await, [1, 2]);
    let id = two.id;
    base.write(move |tx| Box::pin(async move { tx.forget_conversations(id, &[given]).await })).await;
    assert_eq!(of().await, [1]);
}

/// Joins the people of two tickets, and answers how.
async fn joined(base: &Base, one: &Ticket, two: &Ticket) -> ContactMerge {
    let (id, gone) = (one.contact, two.contact);
    base.write(move |tx| {
        Box::pin(async move {
            let (contact, other) = (tx.contact(id).await?.unwrap(), tx.contact(gone).await?.unwrap());
            let joined = Contact { name: Some("Both".to_owned()), ..contact.clone() };
            assert!(tx.update_contact(&joined).await?);
            let before = BeforeJoining {
                identities: tx.contact_identities(gone).await?.into_iter().map(|it| (it.channel, it.external_id)).collect(),
                threads: tx.contact_threads(gone).await?.into_iter().map(|thread| thread.id).collect(),
                conversations: tx.conversation_ids_of(gone).await?,
                tickets: tx.ticket_ids_of(gone).await?,
                contact,
                other,
                joined,
            };
            tx.merge_contacts(gone, id, at(9)).await?;
            let merge =
                ContactMerge { other: gone, contact: id, at: at(9), by: Actor::System, reason: Some("alike".to_owned()), before, undone_at: None };
            tx.keep_contact_merge(&merge).await?;
            Ok(merge)
        })
    })
    .await
}

async fn joined_people_are_parted_exactly(base: &Base) {
    let (one, two) = (ticket(base, 1, "refund").await, ticket(base, 2, "refund").await);
    let before = base.store.reader.contact(two.contact).await.unwrap();
    let merge = joined(base, &one, &two).await;
    assert_eq!(base.store.reader.contact_merge(two.contact).await.unwrap(), Some(merge.clone()));
    assert!(base.store.reader.contact(two.contact).await.unwrap().is_none());
    let parted = merge.clone();
    base.write(move |tx| Box::pin(async move { tx.part_contacts(&parted, at(10)).await })).await;
    assert_eq!(base.store.reader.contact(two.contact).await.unwrap(), before);
    assert_eq!(base.store.reader.conversation_ids_of(two.contact).await.unwrap(), merge.before.conversations);
    assert_eq!(base.store.reader.ticket_ids_of(two.contact).await.unwrap(), [two.id]);
    assert_eq!(base.store.reader.ticket_ids_of(one.contact).await.unwrap(), [one.id]);
    assert_eq!(base.store.reader.contact_threads(two.contact).await.unwrap().len(), merge.before.threads.len());
    assert_eq!(base.store.reader.contact_identities(two.contact).await.unwrap().len(), merge.before.identities.len());
    assert!(base.store.reader.contact_merge(two.contact).await.unwrap().unwrap().undone_at.is_some());
}

async fn erasing_a_person_takes_the_way_they_were_joined(base: &Base) {
    let (one, two) = (ticket(base, 1, "refund").await, ticket(base, 2, "refund").await);
    joined(base, &one, &two).await;
    let id = one.contact;
    assert!(base.write(move |tx| Box::pin(async move { tx.erase_contact(id, at(11)).await })).await);
    assert!(base.store.reader.contact_merge(two.contact).await.unwrap().is_none());
}

async fn codes_are_used_once(base: &Base) {
    let one = ticket(base, 1, "refund").await;
    let (person, asked) = (one.contact, one.conversations[0]);
    let code = move |hash: &str| ContactCode { contact: person, code_hash: hash.to_owned(), conversation: asked, expires_at: at(10) };
    for kept in [code("first"), code("second")] {
        base.write(move |tx| Box::pin(async move { tx.keep_contact_code(&kept, at(0)).await })).await;
    }
    let reader = &base.store.reader;
    assert_eq!(reader.contact_code("first", at(1)).await.unwrap(), None, "the last one takes the place of those before");
    assert_eq!(reader.contact_code("second", at(1)).await.unwrap(), Some(code("second")));
    assert_eq!(reader.contact_code("second", at(10)).await.unwrap(), None, "too late");
    let take = async |when| base.write(move |tx| Box::pin(async move { tx.take_contact_code("second", at(when)).await })).await;
    assert!(!take(10).await);
    assert!(take(9).await);
    assert!(!take(9).await);
    base.write(|tx| Box::pin(async { tx.note_wrong_code("chat", "t-1", at(5)).await })).await;
    for (thread, since, wrong) in [("t-1", 5, 1), ("t-1", 6, 0), ("t-2", 0, 0)] {
        assert_eq!(reader.wrong_codes_since("chat", thread, at(since)).await.unwrap(), wrong, "{thread} since {since}");
    }
    base.write(move |tx| Box::pin(async move { tx.keep_contact_code(&code("third"), at(0)).await })).await;
    base.write(move |tx| Box::pin(async move { tx.erase_contact(person, at(1)).await })).await;
    assert_eq!(reader.contact_code("third", at(1)).await.unwrap(), None, "who is erased has no code");
}

async fn what_people_share_is_found(base: &Base) {
    let address = |value: &str, verified| Address { value: value.to_owned(), verified, source: Source::Claim, at: at(0) };
    for (number, emails, phones) in [
        (1, vec![address("a@example.org", true), address("b@example.org", false)], vec![address("+4930123456", true)]),
        (2, vec![address("a@example.org", true)], vec![]),
        (3, vec![address("b@example.org", true)], vec![address("+4930123456", false)]),
        (4, vec![address("c@example.org", true)], vec![]),
    ] {
        let person = Contact { emails, phones, ..contact(number) };
        base.write(move |tx| Box::pin(async move { tx.insert_contact(&person).await })).await;
    }
    let found = base.store.reader.contacts_sharing_addresses(contact(1).id, 10).await.unwrap();
    let found: Vec<_> = found.iter().map(|shared| (shared.contact, shared.is_email, shared.is_own_proven, shared.is_other_proven)).collect();
    let (two, three) = (contact(2).id, contact(3).id);
    assert_eq!(found, [(two, true, true, true), (three, true, false, true), (three, false, true, false)]);
    assert_eq!(base.store.reader.contacts_sharing_addresses(contact(4).id, 10).await.unwrap(), []);
}
