#![allow(clippy::unwrap_used, reason = "tests")]

use chrono::DateTime;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{id::ContactId, sourced::Sourced};

fn refund() -> Template {
    let template: Template = serde_json::from_value(json!({
        "key": "refund", "title": {"en": "Refund"},
        "fields": [
            {"key": "order_number", "type": "text", "label": {"en": "Order number"}, "required": "create",
             "extract": ["(?:order|订单号?)\\s*#?(\\d{4,})", "#(\\d+)"]},
            {"key": "reason", "type": "choice", "label": {"en": "Reason"}, "required": false,
             "choices": [{"key": "damaged", "label": {"en": "Damaged"}}, {"key": "late", "label": {"en": "Late"}}, {"key": "other", "label": {"en": "Other"}}],
             "extract_choices": {"late": ["\\blate\\b|迟到"], "damaged": ["broken|damaged|坏"]}},
            {"key": "amount", "type": "money", "label": {"en": "Amount"},
             "extract": ["(?P<currency>€|\\$)\\s?(?P<value>\\d+(?:\\.\\d\\d)?)", "(\\d+[.,]\\d\\d)"], "max": 500},
            {"key": "email", "type": "email", "label": {"en": "Mail"}},
            {"key": "phone", "type": "phone", "label": {"en": "Phone"}},
            {"key": "plan", "type": "text", "label": {"en": "Plan"}},
            {"key": "urgent", "type": "checkbox", "label": {"en": "Urgent"}, "default": "no", "extract": ["asap|urgent"]},
            {"key": "solution", "type": "long_text", "label": {"en": "Solution"}, "required": "resolve"}
        ]
    }))
    .unwrap();
    template.check().unwrap();
    template
}

fn message(number: u128) -> MessageId {
    MessageId(Uuid::from_u128(number))
}

fn filled<'t>(template: &'t Template, given: Value, messages: &[(MessageId, &str)], contact: Option<&Contact>) -> Filled<'t> {
    let values = given.as_object().unwrap();
    fill(template, &Given { values, source: Source::Agent, message: None }, &Known { contact, messages, ..Known::default() })
}

/// `field = value (source, number of the message)` line by line, then what stands against it.
fn told(filled: &Filled<'_>) -> String {
    let mut lines: Vec<String> = filled
        .fields
        .iter()
        .map(|(key, field)| {
            let message = field.message.map_or(String::new(), |message| format!(", message {}", message.0.as_u128()));
            format!("{key} = {} ({:?}{message})", field.value, field.source)
        })
        .collect();
    lines.extend(filled.refusals().iter().map(|error| format!("! {error}")));
    lines.join("\n")
}

#[test]
fn what_is_missing_is_named() {
    let template = refund();
    let filled = filled(&template, json!({}), &[(message(1), "hello")], None);
    assert_eq!(filled.missing.iter().map(|field| field.key.as_str()).collect::<Vec<_>>(), ["order_number"]);
    insta::assert_snapshot!(told(&filled), @r#"
    urgent = false (Default)
    ! order_number: is required and could not be found in the conversation
    "#);
}

#[test]
fn values_are_found_in_the_newest_message_that_has_a_valid_one() {
    let messages = [
        (message(1), "My order 1001 came broken, I paid €12.50"),
        (message(2), "sorry, order 1002 not order 1001... no, order 1003"),
        (message(3), "it was 999,00 and it is late! mail ann@Example.org or +49 30 123456. urgent"),
    ];
    insta::assert_snapshot!(told(&filled(&refund(), json!({}), &messages, None)), @r#"
    amount = {"currency":"EUR","value":"12.50"} (Conversation, message 1)
    email = "ann@example.org" (Conversation, message 3)
    order_number = "1003" (Conversation, message 2)
    phone = "+4930123456" (Conversation, message 3)
    reason = "late" (Conversation, message 3)
    urgent = true (Conversation, message 3)
    "#);
}

#[test]
fn what_is_given_comes_before_what_is_found_and_its_errors_are_told() {
    let messages = [(message(1), "订单号1001，€20.00")];
    let given = json!({"order_number": 2002, "reason": "stolen", "amount": "lots", "colour": "red", "email": "", "urgent": null});
    insta::assert_snapshot!(told(&filled(&refund(), given, &messages, None)), @r#"
    order_number = "2002" (Agent)
    urgent = false (Default)
    ! colour: refund has no such field; it has order_number, reason, amount, email, phone, plan, urgent, solution
    ! reason: “stolen” is not offered; choose one of damaged, late, other
    ! amount: “lots” is no amount; write it like 12.50 EUR
    "#);
}

#[test]
fn collected_values_come_before_the_conversation_and_contact_facts_after() {
    let at = DateTime::UNIX_EPOCH;
    let mut contact = Contact::new(ContactId(Uuid::from_u128(7)), at);
    let address = |value: &str, verified, source| Address { value: value.to_owned(), verified, source, at };
    contact.emails = vec![address("claimed@example.org", false, Source::SignedIdentity), address("real@example.org", true, Source::Claim)];
    contact.phones = vec![address("nonsense", true, Source::Agent), address("+4930123456", false, Source::Claim)];
    let mut plan = crate::sourced::Held::default();
    plan.set(Sourced { value: json!("team"), source: Source::SignedIdentity, by: None, at, warning: None });
    contact.attributes.insert("plan".to_owned(), plan);
    let collected = BTreeMap::from([
        ("order_number".to_owned(), FieldValue { value: json!("3003"), source: Source::Form, message: Some(message(9)) }),
        ("reason".to_owned(), FieldValue { value: json!("no longer offered"), source: Source::Form, message: None }),
    ]);
    let template = refund();
    let known = Known { contact: Some(&contact), messages: &[(message(1), "order 1001 is broken")], collected: Some(&collected), ..Known::default() };
    let filled = fill(&template, &Given { values: &Map::new(), source: Source::Form, message: None }, &known);
    insta::assert_snapshot!(told(&filled), @r#"
    email = "real@example.org" (Claim)
    order_number = "3003" (Form, message 9)
    phone = "+4930123456" (Claim)
    plan = "team" (SignedIdentity)
    reason = "damaged" (Conversation, message 1)
    urgent = false (Default)
    "#);
}

#[test]
fn filling_again_from_its_own_outcome_changes_nothing() {
    let template = refund();
    let messages = [(message(1), "order 1001 came late, €12.50 back please")];
    let first = filled(&template, json!({"solution": "sent again"}), &messages, None);
    let known = Known { collected: Some(&first.fields), ..Known::default() };
    let again = fill(&template, &Given { values: &Map::new(), source: Source::Agent, message: None }, &known);
    assert_eq!(again.fields, first.fields);
}
