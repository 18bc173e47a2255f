use bellhop_domain::{
    id::{AgentId, ConversationId, FollowUpId, ReferenceId, TicketId},
    reference::{End, Failure, FollowUp, Outcome, Reference},
    ticket::Ticket,
};
use bellhop_store::follow_ups::Whose;

use crate::base::{Base, at, on_both, uuid};

on_both!(
    a_reference_comes_back_whole_and_an_old_one_is_refused,
    what_is_to_be_done_comes_back_whole_and_an_old_one_is_refused,
    what_is_open_is_listed_for_whoever_does_it_in_pages,
    an_event_of_a_system_is_known_until_it_is_forgotten,
    erasing_somebody_leaves_no_case_and_no_words,
);

fn case(number: u128, ticket: TicketId) -> Reference {
    Reference {
        id: ReferenceId(uuid(number)),
        version: 0,
        ticket,
        system: "erp".to_owned(),
        external_id: format!("order {number}"),
        url: Some("https://erp.example/1".to_owned()),
        state: None,
        state_at: None,
        sequence: None,
        created_at: at(number as i64),
        updated_at: at(number as i64),
    }
}

fn task(number: u128, ticket: TicketId, due: i64) -> FollowUp {
    FollowUp {
        id: FollowUpId(uuid(number)),
        version: 0,
        ticket,
        text: "call zebra".to_owned(),
        failure: None,
        due_at: at(due),
        owner: None,
        reference: None,
        conversation: None,
        told_at: None,
        end: None,
        created_at: at(1),
        updated_at: at(1),
    }
}

async fn keep(base: &Base, reference: &Reference) -> bool {
    let reference = reference.clone();
    base.write(move |tx| Box::pin(async move { tx.keep_reference(&reference).await })).await
}

async fn set(base: &Base, task: &FollowUp) -> bool {
    let task = task.clone();
    base.write(move |tx| Box::pin(async move { tx.keep_follow_up(&task).await })).await
}

async fn ticket(base: &Base, number: u128, department: &str, owner: Option<AgentId>) -> Ticket {
    let ticket = Ticket { department: Some(department.to_owned()), owner, ..crate::tickets::ticket(base, number, "refund").await };
    let kept = ticket.clone();
    assert!(base.write(move |tx| Box::pin(async move { tx.update_ticket(&kept).await })).await);
    ticket
}

async fn a_reference_comes_back_whole_and_an_old_one_is_refused(base: &Base) {
    let of = TicketId(uuid(90));
    let mut reference = case(1, of);
    assert!(keep(base, &reference).await);
    assert!(!keep(base, &Reference { id: ReferenceId(uuid(2)), ..reference.clone() }).await, "it is linked already");
    assert!(keep(base, &Reference { external_id: "order 1".to_owned(), ..case(3, TicketId(uuid(91))) }).await, "another ticket may refer to it too");
    reference.version = 1;
    let reader = &base.store.reader;
    assert_eq!(reader.references_of_ticket(of).await.unwrap(), [reference.clone()]);
    assert_eq!(reader.references_of_case("erp", "order 1").await.unwrap().len(), 2);
    assert!(reader.references_of_case("erp", "order 1' OR 1=1 --").await.unwrap().is_empty());
    (reference.url, reference.state, reference.state_at) = (None, Some("sent".to_owned()), Some(at(7)));
    (reference.sequence, reference.updated_at) = (Some(3), at(8));
    assert!(keep(base, &reference).await);
    assert!(!keep(base, &reference).await, "somebody else was faster");
    assert_eq!(reader.references_of_ticket(of).await.unwrap(), [Reference { version: 2, ..reference.clone() }]);
    let task = FollowUp { reference: Some(reference.id), ..task(5, of, 9) };
    assert!(set(base, &task).await);
    assert!(base.write(move |tx| Box::pin(async move { tx.remove_reference(reference.id).await })).await);
    assert!(!base.write(move |tx| Box::pin(async move { tx.remove_reference(ReferenceId(uuid(1))).await })).await);
    assert_eq!(base.store.reader.follow_up(task.id).await.unwrap().unwrap().reference, None, "nothing refers to what is gone");
}

async fn what_is_to_be_done_comes_back_whole_and_an_old_one_is_refused(base: &Base) {
    let of = TicketId(uuid(90));
    let failure = Failure { system: "ERP".to_owned(), external_id: "4711".to_owned(), state: "failed".to_owned() };
    let mut whole = FollowUp { failure: Some(failure), owner: Some(AgentId(uuid(7))), ..task(1, of, 5) };
    assert!(set(base, &whole).await);
    whole.version = 1;
    assert_eq!(base.store.reader.follow_up(whole.id).await.unwrap(), Some(whole.clone()));
    (whole.due_at, whole.owner, whole.told_at) = (at(9), Some(AgentId(uuid(8))), Some(at(9)));
    (whole.conversation, whole.updated_at) = (Some(ConversationId(uuid(3))), at(9));
    assert!(set(base, &whole).await);
    assert!(!set(base, &whole).await, "somebody else was faster");
    whole.version = 2;
    assert_eq!(base.store.reader.follow_ups_at_conversation(ConversationId(uuid(3))).await.unwrap(), [whole.clone()]);
    whole.end = Some(End { how: Outcome::Done, at: at(10) });
    assert!(set(base, &whole).await);
    assert!(set(base, &task(2, of, 50)).await);
    let all = base.store.reader.follow_ups_of_ticket(of).await.unwrap();
    assert_eq!(all.iter().map(|it| (it.id, it.end)).collect::<Vec<_>>(), [(FollowUpId(uuid(2)), None), (whole.id, whole.end)], "what is open first");
}

async fn what_is_open_is_listed_for_whoever_does_it_in_pages(base: &Base) {
    let (me, other) = (AgentId(uuid(7)), AgentId(uuid(8)));
    let mine = ticket(base, 21, "support", Some(me)).await.id;
    let nobodys = ticket(base, 22, "support", None).await.id;
    let elsewhere = ticket(base, 23, "billing", None).await.id;
    for (number, of, due, owner) in [
        (1, elsewhere, 30, Some(me)),
        (2, mine, 20, None),
        (3, nobodys, 10, None),
        (4, elsewhere, 5, None),
        (5, mine, 6, Some(other)),
        (6, nobodys, 40, Some(me)),
    ] {
        assert!(set(base, &FollowUp { owner, ..task(number, of, due) }).await);
    }
    let ended = End { how: Outcome::Done, at: at(3) };
    assert!(set(base, &task(7, mine, 1)).await);
    assert!(set(base, &FollowUp { version: 1, end: Some(ended), ..task(7, mine, 1) }).await);
    let departments = ["support".to_owned(), "sup' OR 1=1 --".to_owned()];
    let whose = Whose::Agent(me, &departments);
    let numbers = |page: bellhop_store::Page<bellhop_store::follow_ups::Listed>| {
        (page.items.iter().map(|it| it.follow_up.id.0.as_u128() - uuid(0).as_u128()).collect::<Vec<_>>(), page.next)
    };
    let reader = &base.store.reader;
    let (all, none) = numbers(reader.open_follow_ups(whose, None, None, 10).await.unwrap());
    assert_eq!((all, none), (vec![3, 2, 1, 6], None));
    assert_eq!(numbers(reader.open_follow_ups(whose, Some(at(20)), None, 10).await.unwrap()).0, [3, 2], "what is due");
    let (first, next) = numbers(reader.open_follow_ups(whose, None, None, 3).await.unwrap());
    assert_eq!((first, numbers(reader.open_follow_ups(whose, None, next, 3).await.unwrap())), (vec![3, 2, 1], (vec![6], None)));
    assert_eq!(numbers(reader.open_follow_ups(Whose::Everybodys, None, None, 10).await.unwrap()).0, [4, 5, 3, 2, 1, 6]);
    assert_eq!(numbers(reader.open_follow_ups(Whose::Agent(other, &[]), None, None, 10).await.unwrap()).0, [5]);
}

async fn an_event_of_a_system_is_known_until_it_is_forgotten(base: &Base) {
    let note = async |system: &'static str, event: &'static str, seconds| {
        base.write(move |tx| Box::pin(async move { tx.note_system_event(system, event, at(seconds)).await })).await
    };
    assert!(note("erp", "e1", 1).await);
    assert!(!note("erp", "e1", 2).await);
    assert!(note("crm", "e1", 3).await, "each system has its own");
    assert_eq!(base.write(move |tx| Box::pin(async move { tx.forget_system_events(at(2)).await })).await, 1);
    let reader = &base.store.reader;
    assert_eq!((reader.has_system_event("erp", "e1").await.unwrap(), reader.has_system_event("crm", "e1").await.unwrap()), (false, true));
}

async fn erasing_somebody_leaves_no_case_and_no_words(base: &Base) {
    let (one, two) = (ticket(base, 21, "support", None).await, ticket(base, 22, "support", None).await);
    let (gone, stays, conversation) = (one.id, two.id, one.conversations[0]);
    let failure = Failure { system: "ERP".to_owned(), external_id: "order 1".to_owned(), state: "failed".to_owned() };
    for (number, of) in [(1, gone), (2, stays)] {
        assert!(keep(base, &case(number, of)).await);
        let shown = FollowUp { failure: Some(failure.clone()), conversation: Some(conversation), told_at: Some(at(2)), ..task(number + 10, of, 2) };
        assert!(set(base, &shown).await);
    }
    let export = base.store.reader.export_contact(one.contact).await.unwrap().unwrap();
    assert_eq!(export["tickets"][0]["references"][0]["id"], "order 1");
    base.write(move |tx| Box::pin(async move { tx.erase_contact(one.contact, at(50)).await })).await;
    let reader = &base.store.reader;
    assert!(reader.references_of_ticket(gone).await.unwrap().is_empty());
    let erased = &reader.follow_ups_of_ticket(gone).await.unwrap()[0];
    assert_eq!((erased.text.as_str(), &erased.failure), ("[erased]", &None));
    assert_eq!(erased.end, Some(End { how: Outcome::Cancelled, at: at(50) }));
    assert!(reader.staff_work("helpdesk").await.unwrap().contains(&conversation), "what stands in staff chats is changed");
    let kept = &reader.follow_ups_of_ticket(stays).await.unwrap()[0];
    assert_eq!((kept.text.as_str(), reader.references_of_ticket(stays).await.unwrap().len()), ("call zebra", 1));
}
