use bellhop_domain::{
    contact::{Identity, Thread},
    conversation::{Conversation, ConversationStatus},
    id::{AgentId, ConversationId},
    message::Extras,
};
use bellhop_store::conversations::ConversationFilter;

use crate::base::{Base, answered, at, contact, conversation, on_both, said, talking, thread, uuid};

on_both!(
    the_newest_conversation_of_a_thread_is_found_with_its_contact,
    an_old_version_is_refused,
    conversations_are_listed_newest_first_in_pages,
    lists_are_filtered,
    the_queue_goes_by_waiting_time,
    messages_keep_the_order_of_arrival,
    an_incoming_message_is_stored_once,
    messages_are_found_by_the_platforms_id_in_both_directions,
    changed_messages_keep_their_delivery,
);

async fn store(base: &Base, conversations: Vec<Conversation>) {
    base.write(move |tx| {
        Box::pin(async move {
            for conversation in &conversations {
                tx.insert_conversation(conversation).await?;
            }
            Ok(())
        })
    })
    .await;
}

async fn the_newest_conversation_of_a_thread_is_found_with_its_contact(base: &Base) {
    assert!(base.store.reader.thread_state("shop", "thread-1", "u-1").await.unwrap().is_none());
    let (person, place) = (contact(1), thread(1, &contact(1)));
    let (stored_person, stored_place) = (person.clone(), place.clone());
    base.write(move |tx| {
        Box::pin(async move {
            tx.insert_contact(&stored_person).await?;
            tx.insert_thread(&stored_place).await
        })
    })
    .await;
    let state = base.store.reader.thread_state("shop", "thread-1", "u-1").await.unwrap().unwrap();
    assert_eq!((&state.thread, &state.contact, &state.conversation, state.is_sender), (&place, &person, &None, false));
    let (old, new) = (conversation(5, &place), conversation(6, &place));
    store(base, vec![new.clone(), old]).await;
    let state = base.store.reader.thread_state("shop", "thread-1", "u-1").await.unwrap().unwrap();
    assert_eq!(state.conversation, Some(new.clone()));
    let inside = base.write(|tx| Box::pin(async { tx.thread_state("shop", "thread-1", "u-1").await })).await.unwrap();
    assert_eq!(inside, state);
    let identity = Identity { channel: "shop".to_owned(), external_id: "u-1".to_owned(), contact: person.id };
    base.write(move |tx| Box::pin(async move { tx.insert_identity(&identity).await })).await;
    assert!(base.store.reader.thread_state("shop", "thread-1", "u-1").await.unwrap().unwrap().is_sender);
    assert!(!base.store.reader.thread_state("shop", "thread-1", "u-2").await.unwrap().unwrap().is_sender, "somebody else in the same thread");
}

async fn an_old_version_is_refused(base: &Base) {
    let mut conversation = talking(base, 1).await;
    conversation.status = ConversationStatus::Queued;
    conversation.queued_at = Some(at(5));
    let update = |conversation: &Conversation| {
        let conversation = conversation.clone();
        base.write(move |tx| Box::pin(async move { tx.update_conversation(&conversation).await }))
    };
    assert!(update(&conversation).await);
    assert!(!update(&conversation).await, "it has another version by now");
    let stored = base.store.reader.conversation(conversation.id).await.unwrap().unwrap();
    conversation.version = 2;
    assert_eq!(stored, conversation);
}

async fn conversations_are_listed_newest_first_in_pages(base: &Base) {
    let place = thread(1, &contact(1));
    let mut conversations: Vec<Conversation> = (1..=7).map(|number| conversation(number, &place)).collect();
    // Three that changed at the same time.
    conversations.iter_mut().take(3).for_each(|conversation| conversation.updated_at = at(3));
    store(base, conversations).await;
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = base.store.reader.conversations(&ConversationFilter::default(), cursor, 2).await.unwrap();
        assert!(page.items.len() <= 2);
        found.extend(page.items.iter().map(|conversation| conversation.id));
        let Some(next) = page.next else { break };
        cursor = Some(next.to_string().parse().unwrap());
    }
    let expected: Vec<ConversationId> = (1..=7).rev().map(|number| ConversationId(uuid(number))).collect();
    assert_eq!(found, expected);
}

async fn lists_are_filtered(base: &Base) {
    let mei = AgentId(uuid(90));
    let change = |number: u128, change: &dyn Fn(&mut Conversation)| {
        let person = contact(number);
        let mut conversation = conversation(number, &thread(number, &person));
        change(&mut conversation);
        conversation
    };
    let conversations = vec![
        change(1, &|_| {}),
        change(2, &|it| it.status = ConversationStatus::Queued),
        change(3, &|it| it.assignee = Some(mei)),
        change(4, &|it| it.department = Some("vip".to_owned())),
        change(5, &|it| it.channel = "mail".to_owned()),
    ];
    let message = said(1, &conversations[0], "My FILTER is 100% blocked");
    store(base, conversations).await;
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&[message]).await })).await;
    let filter = ConversationFilter::default;
    let cases = [
        ("status", ConversationFilter { status: Some(ConversationStatus::Queued), ..filter() }, 2),
        ("assignee", ConversationFilter { assignee: Some(mei), ..filter() }, 3),
        ("department", ConversationFilter { department: Some("vip".to_owned()), ..filter() }, 4),
        ("channel", ConversationFilter { channel: Some("mail".to_owned()), ..filter() }, 5),
        ("contact", ConversationFilter { contact: Some(contact(2).id), ..filter() }, 2),
        ("words in any case", ConversationFilter { q: Some("filter IS 100%".to_owned()), ..filter() }, 1),
    ];
    for (name, filter, expected) in cases {
        let found: Vec<_> = base.store.reader.conversations(&filter, None, 10).await.unwrap().items.iter().map(|it| it.id).collect();
        assert_eq!(found, [ConversationId(uuid(expected))], "{name}");
    }
    for q in ["1%b", "' OR 1=1 --", "_______________"] {
        let hostile = ConversationFilter { q: Some(q.to_owned()), ..filter() };
        assert!(base.store.reader.conversations(&hostile, None, 10).await.unwrap().items.is_empty(), "{q}");
    }
}

async fn the_queue_goes_by_waiting_time(base: &Base) {
    let waiting = |number: u128, since: i64, department: &str| {
        let mut it = conversation(number, &thread(number, &contact(number)));
        it.status = ConversationStatus::Queued;
        it.queued_at = Some(at(since));
        it.department = Some(department.to_owned());
        it
    };
    store(base, vec![waiting(1, 30, "support"), waiting(2, 10, "support"), waiting(3, 20, "vip"), conversation(4, &thread(4, &contact(4)))]).await;
    let ids = |numbers: &[u128]| numbers.iter().map(|number| ConversationId(uuid(*number))).collect::<Vec<_>>();
    let queue = |department| async move { base.store.reader.queue(department).await.unwrap().into_iter().map(|(id, _)| id).collect::<Vec<_>>() };
    assert_eq!(queue(Some("support")).await, ids(&[2, 1]));
    assert_eq!(queue(None).await, ids(&[2, 3, 1]));
    for (number, place) in [(1, Some(2)), (2, Some(1)), (3, Some(1)), (4, None)] {
        assert_eq!(base.store.reader.queue_position(ConversationId(uuid(number))).await.unwrap(), place, "{number}");
    }
}

async fn messages_keep_the_order_of_arrival(base: &Base) {
    let conversation = talking(base, 1).await;
    let mut messages: Vec<_> = (1..=5).map(|number| said(number, &conversation, &format!("{number}"))).collect();
    messages[0].created_at = at(1000);
    let stored = messages.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&stored).await })).await;
    let first = base.store.reader.messages(conversation.id, None, 3).await.unwrap();
    let second = base.store.reader.messages(conversation.id, first.next, 3).await.unwrap();
    let found: Vec<_> = first.items.into_iter().chain(second.items).collect();
    assert_eq!(found, messages, "whatever time they claim");
    assert!(second.next.is_none());
    assert_eq!(base.store.reader.last_messages(conversation.id, 2).await.unwrap(), messages[3..]);
    assert_eq!(base.store.reader.messages_before(conversation.id, messages[3].id, 2).await.unwrap(), messages[1..3]);
    assert_eq!(base.store.reader.messages_before(conversation.id, messages[0].id, 2).await.unwrap(), []);
    let elsewhere = talking(base, 2).await;
    assert_eq!(base.store.reader.messages_before(elsewhere.id, messages[3].id, 2).await.unwrap(), [], "of another conversation");
    let by_time = [messages[4].clone(), messages[0].clone()];
    assert_eq!(base.store.reader.messages_older_than(conversation.id, at(1001), 2).await.unwrap(), by_time, "by their own time");
    assert_eq!(base.store.reader.messages_older_than(conversation.id, at(1000), 1).await.unwrap(), messages[4..]);
}

async fn an_incoming_message_is_stored_once(base: &Base) {
    let conversation = talking(base, 1).await;
    let first = said(1, &conversation, "hello");
    let mut second = said(2, &conversation, "hello");
    second.external_id.clone_from(&first.external_id);
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&[first]).await })).await;
    let result = base.try_write(move |tx| Box::pin(async move { tx.insert_messages(&[second]).await })).await;
    assert!(matches!(result, Err(bellhop_store::WriteError::Closure(error)) if error.is_unique_violation()));
}

async fn messages_are_found_by_the_platforms_id_in_both_directions(base: &Base) {
    let conversation = talking(base, 1).await;
    let incoming = said(1, &conversation, "hello");
    let mut outgoing = answered(2, &conversation, "hi");
    outgoing.external_id = Some("p-9".to_owned());
    let stored = vec![incoming.clone(), outgoing.clone()];
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&stored).await })).await;
    let find = |id: &'static str| async move { base.store.reader.message_by_external("shop", "thread-1", id).await.unwrap() };
    assert_eq!(find("m-1").await, Some(incoming));
    assert_eq!(find("p-9").await, Some(outgoing));
    assert_eq!(find("m-2").await, None);
    let elsewhere = Thread { external_id: "thread-2".to_owned(), ..thread(2, &contact(1)) };
    assert_eq!(base.store.reader.message_by_external("shop", &elsewhere.external_id, "m-1").await.unwrap(), None);
}

async fn changed_messages_keep_their_delivery(base: &Base) {
    let conversation = talking(base, 1).await;
    let mut message = answered(1, &conversation, "hello");
    let stored = message.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&[stored]).await })).await;
    message.text = "hello!".to_owned();
    message.extras = Extras { reactions: vec!["👍".to_owned()], ..Extras::default() };
    let mut changed = message.clone();
    changed.delivery = None;
    base.write(move |tx| Box::pin(async move { tx.update_message(&changed).await })).await;
    assert_eq!(base.store.reader.message(message.id).await.unwrap(), Some(message));
}
