#![allow(clippy::unwrap_used, reason = "tests")]

use bellhop_domain::{
    conversation::Conversation,
    desk::Role,
    notice::NoticeKind,
    ticket::{Ticket, TicketStatus},
};
use bellhop_store::desk::DeskKind;
use serde_json::json;

use super::*;
use crate::{
    actions::{
        conversations,
        messages::{self, Reply},
        objects,
        people::{self, AgentPatch},
        tests::{agent, conversation, fields, scoped},
        tickets::{self, NewTicket, TicketPatch, TicketReply},
    },
    testing::{TurnedClock, engine},
};

async fn made(engine: &Engine, of: &Conversation) -> Ticket {
    let fields = [("details".to_owned(), "A louder bell".into())].into_iter().collect();
    let new = NewTicket { template: "suggestion".into(), contact: None, conversation: Some(of.id), fields, priority: None, category: None };
    Box::pin(tickets::create(engine, &scoped("agent"), &new)).await.unwrap().ticket
}

fn id_of(caller: &Caller) -> AgentId {
    match &caller.actor {
        Actor::Agent { id, .. } => *id,
        _ => unreachable!(),
    }
}

/// What is new for somebody: kinds and how often, the newest first.
async fn new_for(engine: &Engine, who: &Caller) -> Vec<(Vec<&'static str>, i64)> {
    let found = list(engine, who, id_of(who), true, None, 50).await.unwrap().items;
    found.iter().map(|it| (it.notice.kinds.each().map(NoticeKind::as_str).collect(), it.notice.times)).collect()
}

async fn note(engine: &Engine, by: &Caller, of: &Conversation, text: &str) {
    let reply = Reply { text: text.to_owned(), internal: true, ..Reply::default() };
    messages::reply(engine, by, of.id, &reply).await.unwrap();
}

#[tokio::test]
async fn who_follows_is_told_once_of_what_others_do() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "A louder bell, please").await;
    let (mei, bo) = (agent(&engine, "mei@example.org").await, agent(&engine, "bo@example.org").await);
    let ticket = made(&engine, &ann).await;
    let number = ticket.number;
    let after = tickets::follow(&engine, &mei, number, None, true).await.unwrap();
    assert_eq!(after.followers, [id_of(&mei)]);
    assert_eq!(tickets::follow(&engine, &mei, number, Some("mei"), true).await.unwrap().version, after.version, "twice is once");
    assert!(new_for(&engine, &mei).await.is_empty(), "she did it herself");
    let patch = TicketPatch { status: Some(TicketStatus::Open), priority: Some(bellhop_domain::ticket::Priority::High), ..TicketPatch::default() };
    tickets::update(&engine, &bo, number, &patch, None).await.unwrap();
    assert_eq!(new_for(&engine, &mei).await, [(vec!["status", "priority"], 1)], "one notice of one change");
    let left = tickets::Left { text: "Hello?".into(), files: Vec::new() };
    Box::pin(tickets::add_customer_message(&engine, ticket.id, left)).await.unwrap();
    tickets::update(&engine, &mei, number, &TicketPatch { status: Some(TicketStatus::WaitingThirdParty), ..TicketPatch::default() }, None)
        .await
        .unwrap();
    assert_eq!(new_for(&engine, &mei).await, [(vec!["message", "status", "priority"], 2)], "added to what she did not read, and her own is not");
    assert!(new_for(&engine, &bo).await.is_empty());

    let stranger = read(&engine, &bo, id_of(&mei), Which::All).await;
    assert!(matches!(stranger, Err(ActionError::Forbidden { .. })), "nobody reads for somebody else");
    assert_eq!(read(&engine, &mei, id_of(&mei), Which::Ticket(ticket.id)).await.unwrap(), 1);
    assert_eq!(read(&engine, &mei, id_of(&mei), Which::All).await.unwrap(), 0);
    tickets::add_message(&engine, &bo, number, &TicketReply { text: "Soon".into(), internal: true, on_behalf_of: None }).await.unwrap();
    assert_eq!(new_for(&engine, &mei).await, [(vec!["note"], 1)], "after that something new begins");
    assert_eq!(list(&engine, &mei, id_of(&mei), false, None, 50).await.unwrap().items.len(), 2);

    tickets::follow(&engine, &mei, number, None, false).await.unwrap();
    read(&engine, &mei, id_of(&mei), Which::All).await.unwrap();
    tickets::update(&engine, &bo, number, &TicketPatch { status: Some(TicketStatus::Open), ..TicketPatch::default() }, None).await.unwrap();
    assert!(new_for(&engine, &mei).await.is_empty(), "she does not follow any more");
}

#[tokio::test]
async fn whom_a_note_names_is_told_and_follows() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "A louder bell, please").await;
    let (mei, bo, cy) = (agent(&engine, "mei@example.org").await, agent(&engine, "bo@example.org").await, agent(&engine, "cy@example.org").await);
    note(&engine, &bo, &ann, "@mei what is this? @nobody").await;
    assert_eq!(new_for(&engine, &mei).await, [(vec!["mentioned"], 1)], "without a ticket too");
    let ticket = made(&engine, &ann).await;
    note(&engine, &bo, &ann, "@mei and @bo, @MEI").await;
    let now = engine.reader().ticket(ticket.number).await.unwrap().unwrap();
    assert_eq!(now.followers, [id_of(&mei)], "whoever writes does not begin to follow");
    assert_eq!(new_for(&engine, &mei).await, [(vec!["mentioned"], 1), (vec!["mentioned"], 1)]);
    note(&engine, &mei, &ann, "No idea").await;
    assert!(new_for(&engine, &bo).await.is_empty());
    note(&engine, &bo, &ann, "Never mind").await;
    assert_eq!(new_for(&engine, &mei).await.first().unwrap(), &(vec!["mentioned", "note"], 2));
    // A note that is written anew tells whom it did not name before, and nobody twice.
    let before = new_for(&engine, &mei).await;
    let all = engine.reader().messages(ann.id, None, 100).await.unwrap().items;
    let unasked = all.iter().find(|message| message.text == "Never mind").unwrap();
    messages::edit(&engine, &bo, unasked.id, "Never mind, @cy").await.unwrap();
    messages::edit(&engine, &bo, unasked.id, "Never mind, @cy!").await.unwrap();
    assert_eq!(new_for(&engine, &cy).await, [(vec!["mentioned"], 1)]);
    assert_eq!(engine.reader().ticket(ticket.number).await.unwrap().unwrap().followers, [id_of(&mei), id_of(&cy)]);
    assert_eq!(new_for(&engine, &mei).await, before);
    tickets::follow(&engine, &cy, ticket.number, None, false).await.unwrap();
    read(&engine, &cy, id_of(&cy), Which::All).await.unwrap();
    // Of whom has left nothing is heard, and whoever writes is told.
    people::update(&engine, &Caller::system(), "cy", AgentPatch { disabled: Some(true), ..AgentPatch::default() }, None).await.unwrap();
    note(&engine, &bo, &ann, "@cy come back").await;
    assert_eq!(unheard(&engine.desk(), "@cy come back, @mei"), ["cy"]);
    assert!(engine.reader().notices(id_of(&cy), true, None, 9).await.unwrap().items.is_empty());
    assert_eq!(engine.reader().ticket(ticket.number).await.unwrap().unwrap().followers, [id_of(&mei)]);
    // What the customer reads names nobody.
    read(&engine, &mei, id_of(&mei), Which::All).await.unwrap();
    let _unreachable = messages::reply(&engine, &bo, ann.id, &Reply { text: "@mei will help".into(), ..Reply::default() }).await;
    conversations::take(&engine, &bo, ann.id, None).await.unwrap();
    assert!(new_for(&engine, &mei).await.iter().all(|(kinds, _)| !kinds.contains(&"mentioned")));
}

#[tokio::test]
async fn a_department_that_is_named_is_its_people() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "A louder bell, please").await;
    let (mei, bo, cy) = (agent(&engine, "mei@example.org").await, agent(&engine, "bo@example.org").await, agent(&engine, "cy@example.org").await);
    let department = json!({"name": {"en": "Billing", "zh": "账务部"}, "head": "mei", "members": ["cy", "bo"]});
    objects::put(&engine, &Caller::system(), DeskKind::Departments, "billing", &department, None).await.unwrap();
    let ticket = made(&engine, &ann).await;
    note(&engine, &bo, &ann, "@账务部看一下").await;
    assert_eq!(new_for(&engine, &mei).await, [(vec!["mentioned"], 1)]);
    assert_eq!(new_for(&engine, &cy).await, [(vec!["mentioned"], 1)]);
    assert!(new_for(&engine, &bo).await.is_empty());
    let now = engine.reader().ticket(ticket.number).await.unwrap().unwrap();
    assert!(now.followers.is_empty(), "a whole department does not follow");
}

#[tokio::test]
async fn who_may_not_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "A louder bell, please").await;
    let (mei, bo) = (agent(&engine, "mei@example.org").await, agent(&engine, "bo@example.org").await);
    let number = made(&engine, &ann).await.number;
    people::update(&engine, &Caller::system(), "bo", AgentPatch { role: Some(Role::Readonly), ..AgentPatch::default() }, None).await.unwrap();
    let bo = Caller { permissions: Permissions::of_role(Role::Readonly), ..bo };
    assert_eq!(tickets::follow(&engine, &bo, number, None, true).await.unwrap().followers, [id_of(&bo)], "looking on changes nothing for others");
    assert!(matches!(tickets::follow(&engine, &bo, number, Some("mei"), true).await, Err(ActionError::Forbidden { .. })));
    assert_eq!(fields(tickets::follow(&engine, &mei, number, Some("nobody"), true).await.unwrap_err()), ["agent"]);
    assert_eq!(fields(tickets::follow(&engine, &scoped("agent"), number, None, true).await.unwrap_err()), ["agent"]);
    tickets::follow(&engine, &mei, number, Some("bo"), false).await.unwrap();
    tickets::follow(&engine, &scoped("agent"), number, Some("mei"), true).await.unwrap();
    assert_eq!(new_for(&engine, &mei).await, [(vec!["added"], 1)]);
}
