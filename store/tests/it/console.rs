use std::collections::HashMap;

use bellhop_domain::{
    conversation::ConversationStatus,
    id::{AgentId, ContactId, ConversationId},
    message::Direction,
};
use bellhop_store::{drafts::Draft, overview::View, sessions::StaffSession};

use crate::base::{Base, at, contact, conversation, on_both, said, talking, thread, uuid};

on_both!(
    a_session_is_kept_by_its_hash_and_ended_once,
    a_draft_takes_the_place_of_the_one_before_and_empty_ones_go,
    views_list_what_belongs_to_them_newest_first,
    a_row_shows_what_was_said_last_but_no_note,
    names_are_found_for_many_at_once,
);

async fn a_session_is_kept_by_its_hash_and_ended_once(base: &Base) {
    let session = |hash: &str, seen: i64| StaffSession {
        hash: hash.to_owned(),
        agent: AgentId(uuid(1)),
        credential: "c".to_owned(),
        created_at: at(1),
        seen_at: at(seen),
    };
    let (one, two) = (session("one", 1), session("two", 50));
    let kept = [one.clone(), two.clone()];
    base.write(move |tx| {
        Box::pin(async move {
            for session in &kept {
                tx.insert_staff_session(session).await?;
            }
            Ok(())
        })
    })
    .await;
    let reader = &base.store.reader;
    assert!(reader.staff_session("one").await.unwrap() == Some(one));
    assert!(reader.staff_session("three").await.unwrap().is_none());
    base.write(|tx| Box::pin(async move { tx.staff_session_seen("two", at(60)).await })).await;
    assert_eq!(reader.staff_session("two").await.unwrap().unwrap().seen_at, at(60));
    assert_eq!(base.write(|tx| Box::pin(async move { tx.remove_old_staff_sessions(at(10)).await })).await, 1);
    assert!(reader.staff_session("one").await.unwrap().is_none());
    for ended in [true, false] {
        assert_eq!(base.write(|tx| Box::pin(async move { tx.end_staff_session("two").await })).await, ended);
    }
}

async fn a_draft_takes_the_place_of_the_one_before_and_empty_ones_go(base: &Base) {
    let conversation = talking(base, 1).await.id;
    let (mei, ann) = (AgentId(uuid(101)), AgentId(uuid(102)));
    let draft = move |agent: AgentId, text: &str, internal: bool| Draft { agent, conversation, internal, text: text.to_owned(), updated_at: at(5) };
    for (agent, text, internal) in [(mei, "Hello", false), (ann, "careful", true), (mei, "Hello Ann", false)] {
        let kept = draft(agent, text, internal);
        base.write(move |tx| Box::pin(async move { tx.keep_draft(&kept).await })).await;
    }
    let reader = &base.store.reader;
    assert!(reader.draft(mei, conversation).await.unwrap() == Some(draft(mei, "Hello Ann", false)));
    assert!(reader.draft(ann, conversation).await.unwrap().unwrap().internal);
    let empty = draft(mei, " \n", false);
    base.write(move |tx| Box::pin(async move { tx.keep_draft(&empty).await })).await;
    assert!(reader.draft(mei, conversation).await.unwrap().is_none());
}

async fn views_list_what_belongs_to_them_newest_first(base: &Base) {
    use ConversationStatus::{Bot, Open, Queued, Resolved, Snoozed};
    let mei = AgentId(uuid(101));
    let all = [
        (1, Open, Some(mei), "support"),
        (2, Queued, None, "support"),
        (3, Bot, None, "support"),
        (4, Resolved, Some(mei), "vip"),
        (5, Snoozed, Some(mei), "vip"),
        (6, Open, None, "vip"),
    ];
    for (number, status, assignee, department) in all {
        let thread = thread(number, &contact(number));
        let mut conversation = conversation(number, &thread);
        conversation.status = status;
        conversation.assignee = assignee;
        conversation.department = Some(department.to_owned());
        conversation.updated_at = at(i64::try_from(number).unwrap());
        base.write(move |tx| {
            Box::pin(async move {
                tx.insert_contact(&contact(number)).await?;
                tx.insert_thread(&thread).await?;
                tx.insert_conversation(&conversation).await
            })
        })
        .await;
    }
    let reader = &base.store.reader;
    for (view, expected) in [
        (View::Mine(mei), vec![5, 1]),
        (View::Unassigned, vec![6, 2]),
        (View::All, vec![6, 5, 2, 1]),
        (View::Department("vip".to_owned()), vec![6, 5]),
        (View::Bot, vec![3]),
        (View::Resolved, vec![4]),
        (View::Department("' OR 1=1 --".to_owned()), vec![]),
    ] {
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let page = reader.overview(&view, cursor, 1).await.unwrap();
            found.extend(page.items.into_iter().map(|row| row.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, expected.into_iter().map(|number| ConversationId(uuid(number))).collect::<Vec<_>>(), "{view:?}");
    }
    let counts = reader.overview_counts(Some(mei)).await.unwrap();
    assert_eq!((counts.mine, counts.unassigned, counts.all), (2, 2, 4));
    assert_eq!(counts.departments, [("support".to_owned(), 2), ("vip".to_owned(), 2)]);
    assert_eq!(reader.overview_counts(None).await.unwrap().mine, 0);
}

async fn a_row_shows_what_was_said_last_but_no_note(base: &Base) {
    let mut conversation = talking(base, 1).await;
    let mut note = said(2, &conversation, "careful with this one");
    note.direction = Direction::Note;
    let messages = vec![said(1, &conversation, &"where is it ".repeat(40)), note];
    conversation.status = ConversationStatus::Queued;
    base.write(move |tx| {
        Box::pin(async move {
            tx.insert_messages(&messages).await?;
            tx.update_conversation(&conversation).await
        })
    })
    .await;
    let rows = base.store.reader.overview(&View::All, None, 10).await.unwrap().items;
    let text = rows[0].last_text.as_deref().unwrap();
    assert!(text.starts_with("where is it") && text.chars().count() == 160, "{text}");
    assert_eq!(rows[0].last_direction, Some(Direction::In));
}

async fn names_are_found_for_many_at_once(base: &Base) {
    talking(base, 1).await;
    let known = contact(1);
    let names = base.store.reader.contact_names(&[known.id, ContactId(uuid(999))]).await.unwrap();
    assert_eq!(names, HashMap::from([(known.id, known.name)]));
    assert!(base.store.reader.contact_names(&[]).await.unwrap().is_empty());
}
