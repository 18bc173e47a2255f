use bellhop_domain::{
    actor::Actor,
    id::{AgentId, MessageId, TicketId},
    message::{DeliveryState, Message},
};
use bellhop_store::{
    dead_letters::DeadLetterId,
    outbox::{FinishedSend, OutboxCounts, SendState},
};

use crate::base::{Base, answered, at, delivery, on_both, send, talking, uuid};

on_both!(
    sends_keep_their_order,
    claimed_sends_are_on_the_wire,
    a_finished_send_is_gone_and_its_message_sent,
    a_finished_send_never_lowers_what_a_receipt_proved,
    every_report_follows_the_order_of_proof,
    a_failed_try_goes_back_into_its_lane,
    a_given_up_send_is_a_dead_letter_and_can_be_replayed,
    a_given_up_send_is_dropped_and_its_message_stays_failed,
    only_the_bots_sends_are_taken_back,
    a_send_that_is_taken_back_cannot_be_claimed,
    a_send_that_is_taken_back_on_the_wire_is_not_tried_again,
    what_waits_is_replaced_until_it_is_on_the_wire,
    the_parts_of_an_agents_message_are_not_the_bots,
    a_ticket_has_one_live_card,
    recovered_sends_are_marked_cut_off,
    numbers_of_sends_never_come_again,
);

/// Queues one send for each message.
async fn queue(base: &Base, messages: Vec<Message>) -> Vec<i64> {
    let conversation = base.store.reader.conversation(messages[0].conversation).await.unwrap().unwrap();
    base.write(move |tx| {
        Box::pin(async move {
            tx.insert_messages(&messages).await?;
            let sends: Vec<_> = messages.iter().map(|message| send(&conversation, Some(message))).collect();
            tx.enqueue(&sends, at(1)).await
        })
    })
    .await
}

async fn claim(base: &Base, ids: &[i64]) -> Vec<i64> {
    let ids = ids.to_vec();
    let claimed = base.write(move |tx| Box::pin(async move { tx.claim_sends(&ids).await })).await;
    claimed.into_iter().map(|(id, _)| id).collect()
}

async fn state_of(base: &Base, message: &Message) -> DeliveryState {
    base.store.reader.message(message.id).await.unwrap().unwrap().delivery.unwrap().state
}

async fn sends_keep_their_order(base: &Base) {
    let conversation = talking(base, 1).await;
    let ids = queue(base, (1..=5).map(|number| answered(number, &conversation, "hello")).collect()).await;
    assert!(ids.is_sorted() && ids.len() == 5, "{ids:?}");
    let lanes = base.store.reader.queued_send_lanes(10).await.unwrap();
    assert_eq!(lanes, ["shop\u{1f}thread-1"]);
    let queued: Vec<i64> = base.store.reader.queued_sends(&lanes[0], 10).await.unwrap().iter().map(|send| send.id).collect();
    assert_eq!(queued, ids);
    assert_eq!(base.store.reader.due_lanes(at(-1), 10).await.unwrap(), Vec::<String>::new());
    assert_eq!(base.store.reader.due_lanes(at(0), 10).await.unwrap(), lanes);
}

async fn claimed_sends_are_on_the_wire(base: &Base) {
    let conversation = talking(base, 1).await;
    let messages: Vec<_> = (1..=2).map(|number| answered(number, &conversation, "hello")).collect();
    let ids = queue(base, messages.clone()).await;
    assert_eq!(claim(base, &ids).await, ids);
    assert_eq!(claim(base, &ids).await, Vec::<i64>::new(), "nobody claims twice");
    assert_eq!(base.store.reader.send(ids[0]).await.unwrap().unwrap().state, SendState::Sending);
    assert_eq!(state_of(base, &messages[1]).await, DeliveryState::Sending);
    assert!(base.store.reader.queued_sends("shop\u{1f}thread-1", 10).await.unwrap().is_empty());
}

async fn a_finished_send_is_gone_and_its_message_sent(base: &Base) {
    let conversation = talking(base, 1).await;
    let messages: Vec<_> = (1..=3).map(|number| answered(number, &conversation, "hello")).collect();
    let ids = queue(base, messages.clone()).await;
    claim(base, &ids).await;
    let finished = vec![
        FinishedSend { id: ids[0], message: Some(messages[0].id), delivery: delivery(DeliveryState::Sent), external_id: Some("p-1".to_owned()) },
        FinishedSend { id: ids[1], message: Some(messages[1].id), delivery: delivery(DeliveryState::Expired), external_id: None },
        FinishedSend { id: ids[2], message: None, delivery: delivery(DeliveryState::Sent), external_id: None },
    ];
    base.write(move |tx| Box::pin(async move { tx.finish_sends(&finished).await })).await;
    assert_eq!(base.store.reader.outbox_counts().await.unwrap(), OutboxCounts { waiting: 0, failed: 0 });
    assert_eq!(state_of(base, &messages[0]).await, DeliveryState::Sent);
    assert_eq!(state_of(base, &messages[1]).await, DeliveryState::Expired);
    let known = base.store.reader.message_by_external("shop", "thread-1", "p-1").await.unwrap().unwrap();
    assert_eq!(known.id, messages[0].id);
}

async fn a_finished_send_never_lowers_what_a_receipt_proved(base: &Base) {
    let conversation = talking(base, 1).await;
    let message = answered(1, &conversation, "hello");
    let ids = queue(base, vec![message.clone()]).await;
    claim(base, &ids).await;
    let (id, of) = (ids[0], message.id);
    base.write(move |tx| {
        Box::pin(async move {
            tx.record_delivery(of, &delivery(DeliveryState::Read), None).await?;
            tx.finish_send(id, Some(of), &delivery(DeliveryState::Sent), Some("p-1")).await
        })
    })
    .await;
    let stored = base.store.reader.message(of).await.unwrap().unwrap();
    assert_eq!(stored.delivery, Some(delivery(DeliveryState::Read)));
    assert_eq!(stored.external_id.as_deref(), Some("p-1"));
}

async fn every_report_follows_the_order_of_proof(base: &Base) {
    let conversation = talking(base, 1).await;
    let mut number = 0;
    for before in DeliveryState::ALL {
        for report in [DeliveryState::Sent, DeliveryState::Delivered, DeliveryState::Read, DeliveryState::Failed] {
            number += 2;
            let expected = if matches!(before, DeliveryState::Scheduled | DeliveryState::Queued | DeliveryState::Sending) {
                report
            } else {
                before.after_receipt(report)
            };
            let mut messages = vec![answered(number, &conversation, "one"), answered(number + 1, &conversation, "many")];
            messages.iter_mut().for_each(|message| message.delivery = Some(delivery(before)));
            let (one, many) = (messages[0].id, messages[1].id);
            base.write(move |tx| {
                Box::pin(async move {
                    tx.insert_messages(&messages).await?;
                    tx.record_delivery(one, &delivery(report), None).await?;
                    tx.finish_sends(&[FinishedSend { id: -1, message: Some(many), delivery: delivery(report), external_id: None }]).await
                })
            })
            .await;
            for id in [one, many] {
                let after = base.store.reader.message(id).await.unwrap().unwrap().delivery.unwrap().state;
                assert_eq!(after, expected, "{before:?} then {report:?}");
            }
        }
    }
}

async fn a_failed_try_goes_back_into_its_lane(base: &Base) {
    let conversation = talking(base, 1).await;
    let message = answered(1, &conversation, "hello");
    let id = queue(base, vec![message.clone()]).await[0];
    claim(base, &[id]).await;
    base.write(move |tx| Box::pin(async move { tx.retry_send(id, at(30), "503").await })).await;
    let stored = base.store.reader.send(id).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.attempts, stored.due_at, stored.error.as_deref()), (SendState::Queued, 1, at(30), Some("503")));
    assert_eq!(state_of(base, &message).await, DeliveryState::Queued);
}

async fn a_given_up_send_is_a_dead_letter_and_can_be_replayed(base: &Base) {
    let conversation = talking(base, 1).await;
    let message = answered(1, &conversation, "hello");
    let id = queue(base, vec![message.clone()]).await[0];
    claim(base, &[id]).await;
    base.write(move |tx| Box::pin(async move { tx.fail_send(id, "blocked by the customer").await })).await;
    let stored = base.store.reader.message(message.id).await.unwrap().unwrap().delivery.unwrap();
    assert_eq!((stored.state, stored.error.as_deref()), (DeliveryState::Failed, Some("blocked by the customer")));
    let (letter, body) = base.store.reader.dead_letter(DeadLetterId::parse(&format!("out-{id}")).unwrap()).await.unwrap().unwrap();
    assert_eq!((letter.reason.as_str(), &*body), ("blocked by the customer", r#"{"text":"hello"}"#));
    assert!(base.write(move |tx| Box::pin(async move { tx.replay_send(id, at(60), at(120)).await })).await);
    assert_eq!(state_of(base, &message).await, DeliveryState::Queued);
    assert_eq!(base.store.reader.queued_sends("shop\u{1f}thread-1", 10).await.unwrap()[0].due_at, at(60));
    assert!(!base.write(move |tx| Box::pin(async move { tx.replay_send(id, at(60), at(120)).await })).await);
}

async fn a_given_up_send_is_dropped_and_its_message_stays_failed(base: &Base) {
    let conversation = talking(base, 1).await;
    let message = answered(1, &conversation, "hello");
    let id = queue(base, vec![message.clone()]).await[0];
    let discard = || base.write(move |tx| Box::pin(async move { tx.discard_dead_letter(DeadLetterId::Out(id), at(2)).await }));
    assert!(!discard().await, "what waits is no dead letter");
    claim(base, &[id]).await;
    base.write(move |tx| Box::pin(async move { tx.fail_send(id, "blocked by the customer").await })).await;
    assert!(discard().await);
    assert!(!discard().await);
    assert!(base.store.reader.send(id).await.unwrap().is_none());
    assert_eq!(state_of(base, &message).await, DeliveryState::Failed);
}

async fn only_the_bots_sends_are_taken_back(base: &Base) {
    let conversation = talking(base, 1).await;
    let bots = answered(1, &conversation, "hello");
    let mut agents = answered(2, &conversation, "hello, I am Mei");
    agents.author = Actor::Agent { id: AgentId(uuid(9)), key: "mei".to_owned(), name: "Mei".to_owned() };
    let ids = queue(base, vec![bots.clone(), agents.clone()]).await;
    let of = conversation.id;
    assert_eq!(base.write(move |tx| Box::pin(async move { tx.cancel_sends(of, true).await })).await, [bots.id]);
    assert_eq!(state_of(base, &bots).await, DeliveryState::Cancelled);
    assert_eq!(state_of(base, &agents).await, DeliveryState::Queued);
    assert!(base.store.reader.send(ids[0]).await.unwrap().is_none());
    assert_eq!(base.write(move |tx| Box::pin(async move { tx.cancel_sends(of, false).await })).await, [agents.id]);
}

async fn a_send_that_is_taken_back_cannot_be_claimed(base: &Base) {
    let conversation = talking(base, 1).await;
    let ids = queue(base, vec![answered(1, &conversation, "a"), answered(2, &conversation, "b")]).await;
    claim(base, &ids[..1]).await;
    let of = conversation.id;
    let cancelled = base.write(move |tx| Box::pin(async move { tx.cancel_sends(of, true).await })).await;
    assert_eq!(cancelled.len(), 1, "what is on the wire stays");
    assert_eq!(claim(base, &ids).await, Vec::<i64>::new());
}

async fn a_send_that_is_taken_back_on_the_wire_is_not_tried_again(base: &Base) {
    let conversation = talking(base, 1).await;
    let (failing, arriving) = (answered(1, &conversation, "a"), answered(2, &conversation, "b"));
    let ids = queue(base, vec![failing.clone(), arriving.clone()]).await;
    let (of, first, second) = (conversation.id, ids[0], ids[1]);
    claim(base, &ids).await;
    assert_eq!(base.write(move |tx| Box::pin(async move { tx.cancel_sends(of, true).await })).await, []);
    base.write(move |tx| Box::pin(async move { tx.retry_send(first, at(30), "503").await })).await;
    assert!(base.store.reader.send(first).await.unwrap().is_none());
    assert_eq!(state_of(base, &failing).await, DeliveryState::Cancelled);
    let sent = FinishedSend { id: second, message: Some(arriving.id), delivery: delivery(DeliveryState::Sent), external_id: None };
    base.write(move |tx| Box::pin(async move { tx.finish_sends(&[sent]).await })).await;
    assert_eq!(state_of(base, &arriving).await, DeliveryState::Sent, "what arrived has arrived");
}

async fn what_waits_is_replaced_until_it_is_on_the_wire(base: &Base) {
    let conversation = talking(base, 1).await;
    let messages: Vec<_> = (1..=2).map(|number| answered(number, &conversation, "hello")).collect();
    let ids = queue(base, messages.clone()).await;
    let (first, second) = (ids[0], ids[1]);
    assert!(base.write(move |tx| Box::pin(async move { tx.replace_send(first, "{\"new\":1}").await })).await);
    let claimed = base.write(move |tx| Box::pin(async move { tx.claim_sends(&[first]).await })).await;
    assert_eq!(claimed.iter().map(|(id, body)| (*id, &**body)).collect::<Vec<_>>(), [(first, "{\"new\":1}")]);
    assert!(!base.write(move |tx| Box::pin(async move { tx.replace_send(first, "{}").await })).await, "on the wire");
    assert!(!base.write(move |tx| Box::pin(async move { tx.cancel_send(first, true).await })).await, "on the wire");
    let of = conversation.id;
    let known = base.store.reader.sends_of_conversation(of, 10).await.unwrap();
    assert_eq!(known.iter().map(|send| (send.id, send.state)).collect::<Vec<_>>(), [(first, SendState::Sending), (second, SendState::Queued)]);
    assert!(base.write(move |tx| Box::pin(async move { tx.cancel_send(second, true).await })).await);
    assert_eq!(state_of(base, &messages[1]).await, DeliveryState::Cancelled);
}

async fn the_parts_of_an_agents_message_are_not_the_bots(base: &Base) {
    let conversation = talking(base, 1).await;
    let part = |author: &str| {
        let body = format!(r#"{{"kind":"message","id":"out-1","message":{{"id":"m","author":"{author}","text":"\"author\":\"bot\""}}}}"#);
        bellhop_store::outbox::NewSend { body: body.into(), ..send(&conversation, None) }
    };
    let sends = vec![part("agent"), part("bot"), part("system")];
    let of = conversation.id;
    base.write(move |tx| Box::pin(async move { tx.enqueue(&sends, at(1)).await })).await;
    base.write(move |tx| Box::pin(async move { tx.cancel_sends(of, true).await })).await;
    let left = base.store.reader.sends_of_conversation(of, 10).await.unwrap();
    assert!(left.iter().all(|send| !send.body.contains(r#""author":"bot","#)) && left.len() == 2, "{}", left.len());
}

async fn a_ticket_has_one_live_card(base: &Base) {
    let (ticket, one, two) = (TicketId(uuid(1)), MessageId(uuid(2)), MessageId(uuid(3)));
    assert_eq!(base.store.reader.live_card(ticket).await.unwrap(), None);
    for message in [one, two] {
        base.write(move |tx| Box::pin(async move { tx.set_live_card(ticket, message).await })).await;
        assert_eq!(base.store.reader.live_card(ticket).await.unwrap(), Some(message));
    }
}

async fn recovered_sends_are_marked_cut_off(base: &Base) {
    let conversation = talking(base, 1).await;
    let messages: Vec<_> = (1..=2).map(|number| answered(number, &conversation, "hello")).collect();
    let ids = queue(base, messages.clone()).await;
    claim(base, &ids[..1]).await;
    assert_eq!(base.write(|tx| Box::pin(async { tx.recover_sending().await })).await, 1);
    let cut_off: Vec<bool> = base.store.reader.queued_sends("shop\u{1f}thread-1", 10).await.unwrap().iter().map(|send| send.cut_off).collect();
    assert_eq!(cut_off, [true, false]);
    assert_eq!(state_of(base, &messages[0]).await, DeliveryState::Queued);
    assert_eq!(base.write(|tx| Box::pin(async { tx.recover_sending().await })).await, 0);
}

async fn numbers_of_sends_never_come_again(base: &Base) {
    let conversation = talking(base, 1).await;
    let first = queue(base, vec![answered(1, &conversation, "a")]).await[0];
    base.write(move |tx| Box::pin(async move { tx.finish_send(first, None, &delivery(DeliveryState::Sent), None).await })).await;
    let second = queue(base, vec![answered(2, &conversation, "b")]).await[0];
    assert!(second > first, "a platform would take the second for a repeat of the first");
}
