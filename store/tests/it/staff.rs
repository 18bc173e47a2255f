use bellhop_domain::{
    conversation::ConversationStatus,
    id::{ConversationId, MessageId},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::staff::{StaffButton, StaffChange, StaffMessage, StaffPostRow};
use serde_json::json;

use crate::base::{Base, at, on_both, said, talking};

on_both!(
    a_topic_goes_through_its_life,
    a_lost_topic_is_forgotten_with_what_stood_in_it,
    messages_that_are_not_shown_are_found_in_order,
    a_post_with_a_key_takes_the_place_of_the_one_before,
    buttons_are_kept_as_long_as_they_are_shown,
    what_is_to_be_said_comes_in_order,
    work_is_what_people_have_and_what_is_not_put_away,
    the_last_handoff_is_found,
    a_person_who_is_erased_leaves_nothing_in_the_staff_chat,
);

const CHAT: &str = "desk";

async fn change(base: &Base, changes: Vec<StaffChange>) {
    base.write(move |tx| Box::pin(async move { tx.change_staff(CHAT, &changes).await })).await;
}

fn opened(conversation: ConversationId, topic: &str) -> StaffChange {
    StaffChange::Opened { conversation, topic: topic.to_owned(), look: "look".to_owned() }
}

fn shown(message: MessageId, piece: i64, post: &str) -> StaffMessage {
    let (digest, told) = ("d".to_owned(), String::new());
    StaffMessage { message, piece, post: Some(post.to_owned()), own: false, digest, told, files: 0 }
}

async fn a_topic_goes_through_its_life(base: &Base) {
    let id = talking(base, 1).await.id;
    let reader = &base.store.reader;
    assert_eq!(reader.staff_topic(CHAT, id).await.unwrap(), None);
    change(base, vec![opened(id, "7")]).await;
    let called = StaffChange::Called { conversation: id, post: Some("9".into()), digest: "c".into(), called_for: Some(at(5)) };
    let card = StaffChange::Card { conversation: id, post: Some("8".into()), digest: "x".into() };
    change(base, vec![card, StaffChange::CardShown(id, "y".into()), StaffChange::Pinned(id), called, StaffChange::Dressed(id, "other".into())]).await;
    change(base, vec![StaffChange::Archived(id, true)]).await;
    let topic = reader.staff_topic_at(CHAT, "7").await.unwrap().unwrap();
    assert_eq!((topic.conversation, topic.openings, topic.archived, topic.pinned), (id, 1, true, true));
    assert_eq!((topic.card.as_deref(), topic.card_digest.as_str(), topic.look.as_str()), (Some("8"), "y", "other"));
    assert_eq!((topic.call.as_deref(), topic.called_for), (Some("9"), Some(at(5))));
    assert_eq!(reader.staff_topic_at("another", "7").await.unwrap(), None);
}

async fn a_lost_topic_is_forgotten_with_what_stood_in_it(base: &Base) {
    let conversation = talking(base, 1).await;
    let id = conversation.id;
    let message = said(1, &conversation, "hello");
    change(base, vec![opened(id, "7"), StaffChange::Message(id, shown(message.id, 0, "8")), StaffChange::Lost(id)]).await;
    let topic = base.store.reader.staff_topic(CHAT, id).await.unwrap().unwrap();
    assert_eq!((topic.topic, topic.card), (None, None));
    assert!(base.store.reader.staff_messages(CHAT, id).await.unwrap().is_empty());
    change(base, vec![opened(id, "70")]).await;
    let topic = base.store.reader.staff_topic(CHAT, id).await.unwrap().unwrap();
    assert_eq!((topic.topic.as_deref(), topic.openings), (Some("70"), 2));
}

async fn messages_that_are_not_shown_are_found_in_order(base: &Base) {
    let conversation = talking(base, 1).await;
    let id = conversation.id;
    let messages: Vec<_> = (1..=5).map(|number| said(number, &conversation, "hello")).collect();
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&messages).await })).await;
    change(base, vec![StaffChange::PassOver(id, ids[1]), StaffChange::Message(id, shown(ids[3], 0, "8"))]).await;
    change(base, vec![StaffChange::Message(id, shown(ids[3], 1, "9")), StaffChange::Message(id, shown(ids[3], 1, "10"))]).await;
    let reader = &base.store.reader;
    let unseen: Vec<MessageId> = reader.staff_unseen(CHAT, id, 10).await.unwrap().iter().map(|message| message.id).collect();
    assert_eq!(unseen, [ids[2], ids[4]]);
    assert_eq!(reader.staff_unseen("another", id, 2).await.unwrap().len(), 2);
    assert_eq!(reader.staff_messages_at(CHAT, id, "10").await.unwrap(), [shown(ids[3], 1, "10")]);
    assert_eq!(reader.staff_messages(CHAT, id).await.unwrap().len(), 4);
    change(base, vec![StaffChange::NoMessage(ids[3])]).await;
    assert_eq!(reader.staff_messages(CHAT, id).await.unwrap().len(), 2);
}

fn post(post: &str, key: Option<&str>, made: i64) -> StaffPostRow {
    StaffPostRow {
        place: "7".into(),
        post: post.into(),
        key: key.map(str::to_owned),
        conversation: None,
        expects: Some("/value order_number".into()),
        digest: "d".into(),
        made_at: at(made),
    }
}

async fn a_post_with_a_key_takes_the_place_of_the_one_before(base: &Base) {
    change(base, vec![StaffChange::Post(post("1", Some("review"), 1)), StaffChange::Post(post("2", None, 1))]).await;
    change(base, vec![StaffChange::Post(post("3", Some("review"), 2))]).await;
    let reader = &base.store.reader;
    assert_eq!(reader.staff_post_with(CHAT, "7", "review").await.unwrap(), Some(post("3", Some("review"), 2)));
    assert_eq!(reader.staff_post(CHAT, "7", "1").await.unwrap(), None);
    assert_eq!(reader.staff_post(CHAT, "7", "2").await.unwrap(), Some(post("2", None, 1)));
    assert_eq!(reader.staff_post(CHAT, "8", "2").await.unwrap(), None);
    let about = StaffPostRow { conversation: Some(ConversationId(crate::base::uuid(9))), ..post("4", None, 9) };
    change(base, vec![StaffChange::Post(about.clone())]).await;
    assert_eq!(reader.staff_posts_about(CHAT, "7", ConversationId(crate::base::uuid(9))).await.unwrap(), [about]);
    change(base, vec![StaffChange::NoPost { place: "7".into(), post: "4".into() }]).await;
    assert_eq!(reader.staff_post(CHAT, "7", "4").await.unwrap(), None);
    change(base, vec![StaffChange::Forget(at(2))]).await;
    assert_eq!(reader.staff_post(CHAT, "7", "2").await.unwrap(), None);
    assert!(reader.staff_post(CHAT, "7", "3").await.unwrap().is_some());
}

async fn buttons_are_kept_as_long_as_they_are_shown(base: &Base) {
    let button = |made| StaffButton { id: "b1".into(), conversation: None, line: "/take".into(), made_at: at(made) };
    change(base, vec![StaffChange::Button(button(1)), StaffChange::Button(button(5)), StaffChange::Forget(at(5))]).await;
    assert_eq!(base.store.reader.staff_button("b1").await.unwrap(), Some(button(5)));
    change(base, vec![StaffChange::Forget(at(6))]).await;
    assert_eq!(base.store.reader.staff_button("b1").await.unwrap(), None);
}

async fn what_is_to_be_said_comes_in_order(base: &Base) {
    let say = |body: &str| StaffChange::Say { conversation: None, body: body.to_owned() };
    change(base, vec![say("one"), say("two"), say("three")]).await;
    let waiting = base.store.reader.staff_sends(CHAT, 2).await.unwrap();
    assert_eq!(waiting.iter().map(|(_, body)| body.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    change(base, vec![StaffChange::Said(waiting[0].0)]).await;
    assert_eq!(base.store.reader.staff_sends(CHAT, 9).await.unwrap().len(), 2);
    assert!(base.store.reader.staff_sends("another", 9).await.unwrap().is_empty());
}

async fn work_is_what_people_have_and_what_is_not_put_away(base: &Base) {
    let mut conversations = Vec::new();
    for (number, status) in
        [(1, ConversationStatus::Bot), (2, ConversationStatus::Queued), (3, ConversationStatus::Open), (4, ConversationStatus::Resolved)]
    {
        let mut conversation = talking(base, number).await;
        conversation.status = status;
        let changed = conversation.clone();
        base.write(move |tx| Box::pin(async move { tx.update_conversation(&changed).await })).await;
        conversations.push(conversation.id);
    }
    change(base, vec![opened(conversations[3], "4"), opened(conversations[2], "3")]).await;
    let work = async || {
        let mut work = base.store.reader.staff_work(CHAT).await.unwrap();
        work.sort_unstable();
        work
    };
    assert_eq!(work().await, conversations[1..]);
    change(base, vec![StaffChange::Archived(conversations[3], true)]).await;
    assert_eq!(work().await, conversations[1..3]);
}

async fn the_last_handoff_is_found(base: &Base) {
    let conversation = talking(base, 1).await;
    assert_eq!(base.store.reader.last_handoff(conversation.id).await.unwrap(), None);
    let line = |kind, details| TimelineEvent {
        conversation: Some(conversation.id),
        ticket: None,
        at: at(1),
        actor: bellhop_domain::actor::Actor::Bot,
        kind,
        details,
    };
    let lines = [
        line(TimelineKind::HandedOff, json!({"reason": "refused"})),
        line(TimelineKind::HandedOff, json!({"reason": "asked_for_person"})),
        line(TimelineKind::Assigned, json!({})),
    ];
    base.write(move |tx| Box::pin(async move { tx.append_timeline(&lines).await })).await;
    assert_eq!(
        base.store.reader.last_handoff(conversation.id).await.unwrap().map(|(_, details)| details),
        Some(json!({"reason": "asked_for_person"}))
    );
}

async fn a_person_who_is_erased_leaves_nothing_in_the_staff_chat(base: &Base) {
    let conversation = talking(base, 1).await;
    let id = conversation.id;
    let button = StaffButton { id: "b1".into(), conversation: Some(id), line: "/kb where is Quillfeather".into(), made_at: at(1) };
    let question = StaffPostRow { conversation: Some(id), expects: Some("/note Quillfeather".into()), ..post("5", None, 1) };
    let say = StaffChange::Say { conversation: Some(id), body: "Quillfeather".into() };
    change(base, vec![opened(id, "7"), StaffChange::Archived(id, true), StaffChange::Button(button), StaffChange::Post(question), say]).await;
    let event = bellhop_store::inbox::NewEvent {
        channel: CHAT.into(),
        body: "Dear Quillfeather".into(),
        lane: format!("{CHAT}\u{1f}\u{1e}7"),
        ..crate::base::event("s1", "")
    };
    base.write(move |tx| {
        Box::pin(async move {
            let seqs = tx.accept(&[event]).await?;
            tx.finish_events(&seqs.into_iter().flatten().collect::<Vec<_>>(), at(2)).await?;
            tx.erase_contact(conversation.contact, at(3)).await
        })
    })
    .await;
    assert!(!base.dump().await.iter().any(|value| value.contains("Quillfeather")));
    assert!(base.store.reader.staff_topic(CHAT, id).await.unwrap().unwrap().stale, "what stands there is still to be changed");
    assert_eq!(base.store.reader.staff_work(CHAT).await.unwrap(), [id]);
}
