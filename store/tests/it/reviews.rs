use std::collections::BTreeMap;

use bellhop_domain::{
    actor::Actor,
    id::ConversationId,
    message::DeliveryState,
    review::{Review, ReviewState},
    sourced::Source,
    ticket::FieldValue,
};

use crate::base::{Base, answered, at, on_both, send, talking, uuid};

on_both!(a_review_comes_back_whole_and_an_old_one_is_refused, of_two_that_begin_one_is_first, what_nothing_of_has_left_is_taken_back,);

async fn keep(base: &Base, review: &Review) -> bool {
    let review = review.clone();
    base.write(move |tx| Box::pin(async move { tx.keep_review(&review).await })).await
}

async fn a_review_comes_back_whole_and_an_old_one_is_refused(base: &Base) {
    let conversation = talking(base, 1).await;
    assert!(base.store.reader.review(conversation.id).await.unwrap().is_none());
    let mut review = Review::begin(conversation.id, None, Actor::System, at(1));
    review.template = Some("refund".to_owned());
    review.given = BTreeMap::from([("order_number".to_owned(), FieldValue { value: "A-1".into(), source: Source::Agent, message: None })]);
    review.fields = review.given.clone();
    assert!(keep(base, &review).await);
    review.version = 1;
    assert_eq!(base.store.reader.review(conversation.id).await.unwrap(), Some(review.clone()));
    review.state = ReviewState::Made { ticket: 7 };
    assert!(keep(base, &review).await);
    assert!(!keep(base, &review).await, "somebody else was faster");
    assert_eq!(base.store.reader.review(conversation.id).await.unwrap(), Some(Review { version: 2, ..review }));
}

async fn of_two_that_begin_one_is_first(base: &Base) {
    let conversation = talking(base, 1).await;
    let review = Review::begin(conversation.id, None, Actor::System, at(1));
    assert!(keep(base, &review).await);
    assert!(!keep(base, &review).await);
    let nowhere = Review::begin(ConversationId(uuid(99)), None, Actor::System, at(1));
    assert!(!keep(base, &Review { version: 3, ..nowhere }).await, "what is gone is not changed");
}

async fn what_nothing_of_has_left_is_taken_back(base: &Base) {
    let conversation = talking(base, 1).await;
    for (number, suffix, claimed, expected) in [(1, "", false, true), (2, "", true, false), (3, "-2", false, false)] {
        let message = answered(number, &conversation, "hello");
        let mut sending = send(&conversation, Some(&message));
        sending.body = format!(r#"{{"id":"out-{}{suffix}"}}"#, message.id.0.simple()).into();
        let (id, stored) = (message.id, message.clone());
        let taken = base.write(move |tx| {
            Box::pin(async move {
                tx.insert_messages(&[stored]).await?;
                let ids = tx.enqueue(&[sending], at(0)).await?;
                if claimed {
                    tx.claim_sends(&ids).await?;
                }
                tx.take_back_send(id).await
            })
        });
        assert_eq!(taken.await, expected, "{number}");
        let state = base.store.reader.message(message.id).await.unwrap().unwrap().delivery.unwrap().state;
        assert_eq!(state == DeliveryState::Cancelled, expected, "{number}");
    }
}
