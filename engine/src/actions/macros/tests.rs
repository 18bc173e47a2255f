#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;
use crate::{
    actions::{
        convert::{self, Convert},
        objects,
        tests::{agent, conversation, scoped},
    },
    channels::Channels,
    testing::{
        TurnedClock,
        chat::{Chat, RICH, writes},
        engine, engine_with, soon,
    },
};
use bellhop_domain::{sourced::Source, ticket::TicketStatus};
use bellhop_store::desk::DeskKind;

async fn macro_(engine: &Engine, key: &str, document: Value) {
    let mut document = document;
    document["title"] = json!({"en": key});
    objects::put(engine, &Caller::system(), DeskKind::Macros, key, &document, None).await.unwrap();
}

#[tokio::test]
async fn what_is_shown_before_is_what_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    let mei = agent(&engine, "mei@example.org").await;
    chat.put(vec![writes("m-1", "ann", "A person please, order 1001 is damaged", json!({}))]);
    let talk = soon("ann has written", async || engine.reader().thread_state("chat", "t-ann", "ann").await.unwrap()?.conversation).await;
    let made = convert::convert(&engine, &mei, talk.id, &Convert::to("order_problem", Source::Agent)).await.unwrap().ticket;
    let document = json!({
        "text": {"en": "Hello {{ customer.name }}, {{ ticket.number }}: {{ fields.order_number|your order }}"},
        "note": {"en": "{{ ticket.title }} by {{ agent.name }}"},
        "tags": ["sent"], "category": "order_damaged", "assign": "me", "status": "waiting_customer", "priority": "high",
    });
    macro_(&engine, "sent", document).await;
    let preview = preview(&engine, &mei, talk.id, "sent").await.unwrap();
    assert_eq!(preview.refused, []);
    let reply = preview.reply.clone().unwrap();
    assert!(reply.contains(&format!(", T-{}: 1001", made.number)), "{reply}");
    let effects: Vec<(&str, Value)> = preview.effects.iter().map(|effect| (effect.what, effect.to.clone())).collect();
    for expected in [
        ("tags", json!(["sent"])),
        ("category", json!("order_damaged")),
        ("ticket.status", json!("waiting_customer")),
        ("ticket.priority", json!("high")),
    ] {
        assert!(effects.contains(&expected), "{effects:?}");
    }
    // Nothing was done by looking.
    assert_eq!(engine.reader().conversation(talk.id).await.unwrap().unwrap().category, None);
    assert_eq!(engine.reader().ticket(made.number).await.unwrap().unwrap().status, made.status);

    let done = apply(&engine, &mei, talk.id, "sent").await.unwrap();
    assert_eq!((done.tags.as_slice(), done.category.as_deref()), (["sent".to_owned()].as_slice(), Some("order_damaged")));
    assert_eq!(done.assignee, person(&engine.desk(), &mei.actor));
    let ticket = engine.reader().ticket(made.number).await.unwrap().unwrap();
    assert_eq!((ticket.status, ticket.priority.as_str()), (TicketStatus::WaitingCustomer, "high"));
    let said = engine.reader().last_messages(talk.id, 20).await.unwrap();
    assert!(said.iter().any(|message| message.text == reply));
}

#[tokio::test]
async fn what_cannot_be_done_is_said_before_and_nothing_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let mei = agent(&engine, "mei@example.org").await;
    let talk = conversation(&engine, "Ann", "hello").await;
    macro_(&engine, "done", json!({"text": {"en": "Done."}, "status": "resolved"})).await;
    let preview = preview(&engine, &mei, talk.id, "done").await.unwrap();
    assert_eq!(preview.refused.len(), 1, "there is no ticket");
    assert!(preview.effects.is_empty());
    assert!(matches!(apply(&engine, &mei, talk.id, "done").await, Err(ActionError::NotNow(_))));
    assert!(!engine.reader().last_messages(talk.id, 20).await.unwrap().iter().any(|message| message.text == "Done."));
}

#[tokio::test]
async fn ones_own_macros_are_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let (mei, tom) = (agent(&engine, "mei@example.org").await, agent(&engine, "tom@example.org").await);
    let talk = conversation(&engine, "Ann", "hello").await;
    let document = |owner: Option<&str>| json!({"title": {"en": "Hi"}, "note": {"en": "Hi!"}, "owner": owner});
    let own = own_key(&mei).unwrap().to_owned();
    let put = async |caller: &Caller, owner: Option<&str>| objects::put(&engine, caller, DeskKind::Macros, "hi", &document(owner), None).await;
    // For everybody, or for somebody else: an agent may not.
    for owner in [None, own_key(&tom)] {
        assert!(matches!(put(&mei, owner).await, Err(ActionError::Forbidden { .. })), "{owner:?}");
    }
    put(&mei, Some(&own)).await.unwrap();
    for (caller, sees) in [(&mei, true), (&tom, false), (&scoped("agent"), false), (&Caller::system(), true)] {
        assert_eq!(objects::get(&engine, caller, DeskKind::Macros, "hi").await.is_ok(), sees);
        assert_eq!(objects::list(&engine, caller, DeskKind::Macros).await.unwrap().iter().any(|object| object.key == "hi"), sees);
    }
    assert!(matches!(apply(&engine, &tom, talk.id, "hi").await, Err(ActionError::NotFound { .. })));
    assert!(matches!(put(&tom, own_key(&tom)).await, Err(ActionError::Forbidden { .. })), "taking it over is no change of one's own");
    assert!(matches!(objects::delete(&engine, &tom, DeskKind::Macros, "hi", None).await, Err(ActionError::Forbidden { .. })));
    apply(&engine, &mei, talk.id, "hi").await.unwrap();
    objects::delete(&engine, &mei, DeskKind::Macros, "hi", None).await.unwrap();
}
