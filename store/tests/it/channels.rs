use bellhop_store::channel_health::ChannelBacklog;

use crate::base::{Base, answered, at, event, on_both, send, talking};

on_both!(how_a_channel_is_doing_is_noted_anew_each_time, what_waits_is_counted_by_channel);

async fn how_a_channel_is_doing_is_noted_anew_each_time(base: &Base) {
    for (time, body) in [(1, "well"), (2, "stopped")] {
        base.write(move |tx| {
            Box::pin(async move {
                tx.note_channel_health("shop", body, at(time)).await?;
                tx.note_channel_health("chat", "well", at(1)).await
            })
        })
        .await;
    }
    let noted = base.store.reader.noted_channel_health().await.unwrap();
    let noted: Vec<_> = noted.iter().map(|one| (one.channel.as_str(), one.body.as_str(), one.noted_at)).collect();
    assert_eq!(noted, [("chat", "well", at(1)), ("shop", "stopped", at(2))]);
}

async fn what_waits_is_counted_by_channel(base: &Base) {
    assert!(base.store.reader.channel_backlogs().await.unwrap().is_empty());
    let conversation = talking(base, 1).await;
    let events = vec![event("evt-1", "a"), event("evt-2", "a"), event("evt-3", "b")];
    let messages: Vec<_> = (1..=3).map(|number| answered(number, &conversation, "hello")).collect();
    let (of, sent) = (conversation.clone(), messages.clone());
    let (seqs, ids) = base
        .write(move |tx| {
            Box::pin(async move {
                tx.insert_messages(&sent).await?;
                let sends: Vec<_> = sent.iter().map(|message| send(&of, Some(message))).collect();
                Ok::<_, bellhop_store::DbError>((tx.accept(&events).await?, tx.enqueue(&sends, at(1)).await?))
            })
        })
        .await;
    base.write(move |tx| {
        Box::pin(async move {
            tx.finish_events(&[seqs[0].unwrap()], at(2)).await?;
            tx.claim_sends(&ids[1..]).await?;
            tx.retry_send(ids[1], at(3), "no connection").await?;
            tx.retry_send(ids[2], at(3), "no answer").await
        })
    })
    .await;
    let backlogs = base.store.reader.channel_backlogs().await.unwrap();
    let waits = &backlogs["shop"];
    assert_eq!(backlogs.len(), 1);
    let expected = ChannelBacklog {
        events: 2,
        sends: 3,
        failing: 2,
        failing_reason: Some("no connection".into()),
        oldest_event_at: waits.oldest_event_at,
        oldest_send_at: waits.oldest_send_at,
    };
    assert_eq!((waits, waits.oldest_event_at.is_some(), waits.oldest_send_at.is_some()), (&expected, true, true));
}
