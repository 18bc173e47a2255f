use bellhop_store::{
    dead_letters::DeadLetterId,
    inbox::{HeldEvent, InboxCounts, NewEvent},
};

use crate::base::{Base, at, event, on_both};

on_both!(
    a_repeat_changes_nothing,
    fifty_at_once_give_one_row,
    a_repeat_in_one_batch_is_known,
    the_same_key_on_another_channel_is_new,
    events_keep_their_order,
    lanes_come_oldest_first,
    finished_events_wait_no_more,
    dead_events_are_listed_and_replayed,
    a_dead_event_is_dropped_and_its_key_stays,
    bodies_go_and_keys_stay,
    early_events_are_held_for_their_message,
    hostile_bodies_are_kept,
    how_far_a_channel_has_come_is_kept_with_what_it_stored,
);

async fn accept(base: &Base, events: Vec<NewEvent>) -> Vec<Option<i64>> {
    base.write(move |tx| Box::pin(async move { tx.accept(&events).await })).await
}

async fn a_repeat_changes_nothing(base: &Base) {
    let first = accept(base, vec![event("evt-1", "a")]).await;
    let mut again = event("evt-1", "b");
    again.body = "{}".into();
    let second = accept(base, vec![again]).await;
    assert!(matches!(first[..], [Some(_)]), "{first:?}");
    assert_eq!(second, [None]);
    let events = base.store.reader.pending_events("a", 10).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(&*events[0].body, r#"{"id":"evt-1"}"#, "the first body wins");
    assert!(base.store.reader.pending_events("b", 10).await.unwrap().is_empty());
}

async fn fifty_at_once_give_one_row(base: &Base) {
    let tries = (0..50).map(|_| {
        let writer = base.store.writer.clone();
        async move { writer.write::<_, bellhop_store::DbError, _>(|tx| Box::pin(async { tx.accept(&[event("evt-1", "a")]).await })).await.unwrap() }
    });
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().flatten().flatten().count(), 1, "one was new");
    assert_eq!(base.store.reader.inbox_counts().await.unwrap(), InboxCounts { pending: 1, dead: 0 });
}

async fn a_repeat_in_one_batch_is_known(base: &Base) {
    let answers = accept(base, vec![event("1", "a"), event("2", "a"), event("1", "a"), event("3", "a")]).await;
    let new: Vec<bool> = answers.iter().map(Option::is_some).collect();
    assert_eq!(new, [true, true, false, true]);
    let answers = accept(base, vec![event("0", "a"), event("2", "a"), event("4", "a")]).await;
    let new: Vec<bool> = answers.iter().map(Option::is_some).collect();
    assert_eq!(new, [true, false, true]);
    let events = base.store.reader.pending_events("a", 10).await.unwrap();
    assert_eq!(answers[2], Some(events[4].seq), "each number belongs to its event");
    assert_eq!(events[4].key, "4");
}

async fn the_same_key_on_another_channel_is_new(base: &Base) {
    let other = NewEvent { channel: "mail".to_owned(), ..event("1", "b") };
    let answers = accept(base, vec![event("1", "a"), other]).await;
    assert!(answers.iter().all(Option::is_some), "{answers:?}");
}

async fn events_keep_their_order(base: &Base) {
    let keys: Vec<String> = (0..300).map(|number| format!("evt-{}", (number * 7) % 300)).collect();
    for batch in keys.chunks(37) {
        let seqs = accept(base, batch.iter().map(|key| event(key, "a")).collect()).await;
        assert!(seqs.is_sorted(), "{seqs:?}");
    }
    let stored: Vec<String> = base.store.reader.pending_events("a", 1000).await.unwrap().into_iter().map(|event| event.key).collect();
    assert_eq!(stored, keys);
}

async fn lanes_come_oldest_first(base: &Base) {
    accept(base, vec![event("1", "b"), event("2", "a"), event("3", "b"), event("4", "c")]).await;
    assert_eq!(base.store.reader.pending_lanes(10).await.unwrap(), ["b", "a", "c"]);
    assert_eq!(base.store.reader.pending_lanes(2).await.unwrap(), ["b", "a"]);
}

async fn finished_events_wait_no_more(base: &Base) {
    let seqs: Vec<i64> = accept(base, vec![event("1", "a"), event("2", "a"), event("3", "a")]).await.into_iter().flatten().collect();
    let (done, rest) = (seqs[..2].to_vec(), seqs[2]);
    let again = done.clone();
    assert_eq!(base.write(move |tx| Box::pin(async move { tx.finish_events(&done, at(1)).await })).await, 2);
    assert_eq!(base.write(move |tx| Box::pin(async move { tx.finish_events(&again, at(2)).await })).await, 0, "they were finished before");
    let waiting: Vec<i64> = base.store.reader.pending_events("a", 10).await.unwrap().iter().map(|event| event.seq).collect();
    assert_eq!(waiting, [rest]);
}

async fn dead_events_are_listed_and_replayed(base: &Base) {
    let seqs: Vec<i64> = accept(base, vec![event("1", "a"), event("2", "a")]).await.into_iter().flatten().collect();
    let (once, dead) = (seqs[0], seqs[1]);
    base.write(move |tx| {
        Box::pin(async move {
            tx.fail_event(once, "no answer", 1, false, at(1)).await?;
            tx.fail_event(dead, "not JSON", 3, true, at(1)).await
        })
    })
    .await;
    let waiting = base.store.reader.pending_events("a", 10).await.unwrap();
    assert_eq!(waiting.iter().map(|event| (event.seq, event.attempts)).collect::<Vec<_>>(), [(once, 1)]);
    assert_eq!(base.store.reader.inbox_counts().await.unwrap(), InboxCounts { pending: 1, dead: 1 });
    let letters = base.store.reader.dead_letters(None, 10).await.unwrap().items;
    assert_eq!(
        letters.iter().map(|letter| (letter.id.as_str(), letter.reason.as_str(), letter.attempts)).collect::<Vec<_>>(),
        [(format!("in-{dead}").as_str(), "not JSON", 3)]
    );
    assert!(base.write(move |tx| Box::pin(async move { tx.replay_event(dead).await })).await);
    assert!(!base.write(move |tx| Box::pin(async move { tx.replay_event(dead).await })).await, "only what is dead is replayed");
    assert_eq!(base.store.reader.pending_events("a", 10).await.unwrap().len(), 2);
    assert!(base.store.reader.dead_letters(None, 10).await.unwrap().items.is_empty());
}

async fn a_dead_event_is_dropped_and_its_key_stays(base: &Base) {
    let [Some(dead), Some(waiting)] = accept(base, vec![event("1", "a"), event("2", "a")]).await[..] else { panic!("both are new") };
    base.write(move |tx| Box::pin(async move { tx.fail_event(dead, "not JSON", 3, true, at(1)).await })).await;
    let discard = move |seq| base.write(move |tx| Box::pin(async move { tx.discard_dead_letter(DeadLetterId::In(seq), at(2)).await }));
    assert!(!discard(waiting).await, "what waits is no dead letter");
    assert!(discard(dead).await);
    assert!(!discard(dead).await);
    assert!(base.store.reader.dead_letter(DeadLetterId::In(dead)).await.unwrap().is_none());
    assert_eq!(base.store.reader.inbox_counts().await.unwrap(), InboxCounts { pending: 1, dead: 0 });
    assert_eq!(accept(base, vec![event("1", "a")]).await, [None], "a repeat is still known");
}

async fn bodies_go_and_keys_stay(base: &Base) {
    let old = |key: &str| event(key, "a");
    let young = NewEvent { received_at: at(100), ..event("young", "a") };
    let seqs: Vec<i64> = accept(base, vec![old("1"), old("waiting"), old("2"), young]).await.into_iter().flatten().collect();
    let (first, waiting, last) = (vec![seqs[0], seqs[2], seqs[3]], vec![seqs[1]], at(50));
    base.write(move |tx| Box::pin(async move { tx.finish_events(&first, at(1)).await })).await;
    let drop = || base.write(move |tx| Box::pin(async move { tx.drop_bodies(last).await }));
    assert_eq!(drop().await, 2);
    assert_eq!(drop().await, 0);
    base.write(move |tx| Box::pin(async move { tx.finish_events(&waiting, at(60)).await })).await;
    assert_eq!(drop().await, 1, "what was handled late is found later");
    let bodies =
        base.dump().await.into_iter().filter(|value| value.contains(r#""id""#) || value.contains(r#"\"id\""#) || value.contains(r#"""id"""#)).count();
    assert_eq!(bodies, 1, "the young one keeps its body");
    assert_eq!(accept(base, vec![old("1"), old("2")]).await, [None, None], "a repeat is still known");
}

async fn early_events_are_held_for_their_message(base: &Base) {
    let held = |seq: i64, message: &str| HeldEvent {
        channel: "shop".to_owned(),
        external_message: message.to_owned(),
        seq,
        body: r#"{"type":"edit"}"#.into(),
        received_at: at(seq),
    };
    let (second, first, other) = (held(2, "m-1"), held(1, "m-1"), held(3, "m-2"));
    base.write(move |tx| {
        Box::pin(async move {
            for event in [&second, &first, &other] {
                tx.hold_event(event).await?;
            }
            Ok(())
        })
    })
    .await;
    let released = base.write(|tx| Box::pin(async { tx.release_held("shop", "m-1").await })).await;
    assert_eq!(released.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2], "in the order of arrival");
    assert!(base.write(|tx| Box::pin(async { tx.release_held("shop", "m-1").await })).await.is_empty());
    assert_eq!(base.write(|tx| Box::pin(async { tx.drop_held(at(3)).await })).await, 0);
    assert_eq!(base.write(|tx| Box::pin(async { tx.drop_held(at(4)).await })).await, 1);
}

async fn hostile_bodies_are_kept(base: &Base) {
    let bodies = ["\u{0}", r#"{"text":"\u0000 \ud800"}"#, "'; DROP TABLE inbox; --", "🙂\u{202e}\u{feff}", ""];
    let events = bodies.iter().enumerate().map(|(number, body)| NewEvent { body: (*body).into(), ..event(&format!("{number}"), "a") }).collect();
    assert!(accept(base, events).await.iter().all(Option::is_some));
    let stored: Vec<String> = base.store.reader.pending_events("a", 10).await.unwrap().into_iter().map(|event| event.body.into()).collect();
    assert_eq!(stored, ["\u{fffd}", bodies[1], bodies[2], bodies[3], ""]);
}

async fn how_far_a_channel_has_come_is_kept_with_what_it_stored(base: &Base) {
    let marks = || async {
        let mut marks = base.store.reader.channel_marks("shop").await.unwrap();
        marks.sort();
        marks
    };
    let pair = |thread: &str, value: &str| (thread.to_owned(), value.to_owned());
    base.write(|tx| {
        Box::pin(async move {
            tx.accept(&[event("evt-1", "a")]).await?;
            tx.set_channel_mark("shop", "", Some("one")).await?;
            tx.set_channel_mark("shop", "thread-1", Some("5")).await?;
            tx.set_channel_mark("other", "", Some("else")).await
        })
    })
    .await;
    assert_eq!(marks().await, [pair("", "one"), pair("thread-1", "5")]);
    base.write(|tx| {
        Box::pin(async move {
            tx.set_channel_mark("shop", "", Some("two")).await?;
            tx.set_channel_mark("shop", "thread-1", None).await
        })
    })
    .await;
    assert_eq!(marks().await, [pair("", "two")]);
}
