#![allow(clippy::unwrap_used, reason = "tests")]
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{contact::Contact, id::ContactId};

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn template() -> Template {
    serde_json::from_value(json!({
        "key": "refund", "title": {"en": "Refund"},
        "fields": [
            {"key": "order_number", "type": "order_reference", "label": {"en": "Order number"}, "required": "create", "extract": ["order (\\d+)"]},
            {"key": "reason", "type": "choice", "label": {"en": "Reason"}, "required": "create",
             "choices": [{"key": "late", "label": {"en": "Late"}}, {"key": "damaged", "label": {"en": "Damaged"}}]},
            {"key": "country", "type": "text", "label": {"en": "Country"}, "default": "DE"}
        ]
    }))
    .unwrap()
}

fn message(number: u128) -> MessageId {
    MessageId(Uuid::from_u128(number))
}

fn begun() -> Review {
    Review::begin(ConversationId(Uuid::from_u128(1)), None, Actor::System, AT)
}

fn refilled(review: &mut Review, template: &Template, messages: &[(MessageId, &str)]) -> Vec<String> {
    let contact = Contact::new(ContactId(Uuid::from_u128(1)), AT);
    review.refill(template, Known { contact: Some(&contact), messages, ..Known::default() });
    review.missing(template, None).iter().map(|field| field.key.clone()).collect()
}

#[test]
fn what_is_found_follows_the_conversation_and_what_is_given_stays() {
    let (template, mut review) = (template(), begun());
    assert_eq!(refilled(&mut review, &template, &[(message(1), "order 1001 is late")]), ["reason"]);
    assert_eq!(review.fields.get("order_number").unwrap().message, Some(message(1)));
    assert_eq!(review.fields.get("country").unwrap().source, Source::Default);
    // The customer corrects themselves.
    refilled(&mut review, &template, &[(message(1), "order 1001 is late"), (message(2), "sorry, order 1002")]);
    assert_eq!(review.fields.get("order_number").unwrap().value, json!("1002"));
    review.set(&template, "order_number", &json!("1003")).unwrap();
    review.set(&template, "reason", &json!("late")).unwrap();
    assert_eq!(refilled(&mut review, &template, &[(message(2), "sorry, order 1002")]), Vec::<String>::new());
    let order = review.fields.get("order_number").unwrap();
    assert_eq!((&order.value, order.source), (&json!("1003"), Source::Agent));
}

#[test]
fn what_was_emptied_stays_empty_until_somebody_gives_it() {
    let (template, mut review) = (template(), begun());
    let said = [(message(1), "order 1001 is late")];
    refilled(&mut review, &template, &said);
    review.clear(&template, "order_number").unwrap();
    review.clear(&template, "country").unwrap();
    assert_eq!(refilled(&mut review, &template, &said), ["order_number", "reason"]);
    assert!(!review.fields.contains_key("country"), "the default does not come back");
    assert_eq!(review.empty(&template).into_iter().collect::<Vec<_>>(), ["country", "order_number", "reason"]);
    let answer = FieldValue { value: json!("1001"), source: Source::Form, message: Some(message(2)) };
    let answers = BTreeMap::from([("order_number".to_owned(), answer.clone()), ("colour".to_owned(), answer)]);
    assert!(review.answered(&template, &answers));
    assert!(!review.answered(&template, &answers), "the same answer twice changes nothing");
    assert_eq!(refilled(&mut review, &template, &said), ["reason"]);
    assert!(!review.fields.contains_key("colour"));
}

#[test]
fn wrong_values_are_refused_and_change_nothing() {
    let (template, mut review) = (template(), begun());
    let before = review.clone();
    assert_eq!(review.set(&template, "reason", &json!("bored")).unwrap_err().field, "reason");
    assert!(review.set(&template, "colour", &json!("red")).unwrap_err().message.to_string().contains("order_number, reason, country"));
    assert!(review.clear(&template, "colour").is_err());
    assert_eq!(review, before);
}

#[test]
fn a_next_ticket_has_a_card_of_its_own_and_a_version_that_counts_on() {
    let first = Review { version: 7, state: ReviewState::Made { ticket: 1 }, ..begun() };
    let second = Review::begin(first.conversation, Some(&first), Actor::System, AT);
    assert_eq!((second.version, second.round), (7, 2));
    assert_ne!(first.card(), second.card());
    assert!(second.is_open() && second.fields.is_empty());
}

#[test]
fn its_stored_form_is_kept() {
    let mut review = begun();
    review.set(&template(), "reason", &json!("late")).unwrap();
    review.state = ReviewState::Made { ticket: 3 };
    let stored = serde_json::to_value(&review).unwrap();
    assert_eq!(
        stored,
        json!({
            "conversation": "cnv_00000000000000000000000000000001", "round": 1, "state": {"state": "made", "ticket": 3},
            "template": null, "suggested": null, "messages": null, "given": {"reason": {"value": "late", "source": "agent"}},
            "left_empty": [], "fields": {"reason": {"value": "late", "source": "agent"}}, "by": {"kind": "system"},
            "created_at": "1970-01-01T00:00:00Z", "updated_at": "1970-01-01T00:00:00Z"
        })
    );
    assert_eq!(serde_json::from_value::<Review>(stored).unwrap(), Review { version: 0, ..review });
    let mut secret = begun();
    secret.suggested = Some("Rosebud".to_owned());
    secret.given.insert("name".to_owned(), FieldValue { value: json!("Rosebud"), source: Source::Form, message: None });
    assert!(!format!("{secret:?}").contains("Rosebud"));
}
