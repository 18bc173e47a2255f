use bellhop_domain::{
    actor::Actor,
    conversation::Conversation,
    id::{AgentId, MessageId, RequestId},
    request::{Request, RequestState},
};

use crate::base::{Base, at, on_both, talking, uuid};

on_both!(a_request_comes_back_whole_and_an_old_one_is_refused, requests_are_listed_newest_first, erasing_somebody_ends_what_was_asked_for_them);

fn asked(number: u128, conversation: &Conversation, department: &str) -> Request {
    Request {
        id: RequestId(uuid(number)),
        version: 0,
        conversation: conversation.id,
        department: department.to_owned(),
        question: MessageId(uuid(number + 100)),
        answer: None,
        state: RequestState::Open,
        asked_by: Actor::System,
        owner: None,
        expected_at: None,
        created_at: at(number as i64),
        updated_at: at(number as i64),
    }
}

async fn keep(base: &Base, request: &Request) -> bool {
    let request = request.clone();
    base.write(move |tx| Box::pin(async move { tx.keep_request(&request).await })).await
}

async fn a_request_comes_back_whole_and_an_old_one_is_refused(base: &Base) {
    let conversation = talking(base, 1).await;
    let mut request = asked(1, &conversation, "support");
    assert!(keep(base, &request).await);
    request.version = 1;
    assert_eq!(base.store.reader.request(request.id).await.unwrap(), Some(request.clone()));
    (request.answer, request.state) = (Some(MessageId(uuid(7))), RequestState::Answered);
    (request.owner, request.expected_at, request.updated_at) = (Some(AgentId(uuid(8))), Some(at(50)), at(60));
    assert!(keep(base, &request).await);
    assert!(!keep(base, &request).await, "somebody else was faster");
    assert_eq!(base.store.reader.request(request.id).await.unwrap(), Some(Request { version: 2, ..request }));
}

async fn requests_are_listed_newest_first(base: &Base) {
    let (one, other) = (talking(base, 1).await, talking(base, 2).await);
    for (number, conversation, department) in [(1, &one, "support"), (2, &other, "support"), (3, &one, "warehouse")] {
        assert!(keep(base, &asked(number, conversation, department)).await);
    }
    let reader = &base.store.reader;
    let ids = |requests: Vec<Request>| requests.into_iter().map(|request| request.id.0.as_u128()).collect::<Vec<_>>();
    let first = reader.requests(None, Some(RequestState::Open), None, 2).await.unwrap();
    let next = first.next;
    assert_eq!(ids(first.items), [3, 2].map(|number| uuid(number).as_u128()));
    assert_eq!(ids(reader.requests(None, None, next, 2).await.unwrap().items), [uuid(1).as_u128()]);
    assert_eq!(ids(reader.requests(Some("warehouse"), None, None, 9).await.unwrap().items), [uuid(3).as_u128()]);
    assert!(reader.requests(None, Some(RequestState::Answered), None, 9).await.unwrap().items.is_empty());
    assert_eq!(ids(reader.requests_of_conversation(one.id).await.unwrap()), [1, 3].map(|number| uuid(number).as_u128()));
}

async fn erasing_somebody_ends_what_was_asked_for_them(base: &Base) {
    let (one, other) = (talking(base, 1).await, talking(base, 2).await);
    for (number, conversation) in [(1, &one), (2, &other)] {
        assert!(keep(base, &asked(number, conversation, "support")).await);
    }
    let contact = one.contact;
    assert!(base.write(move |tx| Box::pin(async move { tx.erase_contact(contact, at(90)).await })).await);
    let states = base.store.reader.requests(None, None, None, 9).await.unwrap().items.into_iter().map(|request| request.state);
    assert_eq!(states.collect::<Vec<_>>(), [RequestState::Open, RequestState::Withdrawn]);
}
