#![allow(clippy::unwrap_used, reason = "tests")]

use bellhop_domain::{sourced::Source, ticket::Priority};
use bellhop_store::desk::DeskKind;
use serde_json::{Value, json};

use super::*;
use crate::{
    actions::{
        convert::{self, Convert},
        objects,
        tests::{agent, conversation},
        tickets::{self, TicketPatch},
        views,
    },
    caller::Caller,
    testing::{TurnedClock, engine, soon},
};

async fn view(engine: &Engine, caller: &Caller, key: &str, owner: Option<&str>, when: Value) {
    let mut document = json!({"name": {"en": key}, "when": when});
    if let Some(owner) = owner {
        document["owner"] = owner.into();
    }
    objects::put(engine, caller, DeskKind::Views, key, &document, None).await.unwrap();
}

async fn ticket(engine: &Engine, name: &str) -> Ticket {
    let from = conversation(engine, name, "my filter is broken").await;
    let given = Convert { fields: json!({"order_number": "1001"}).as_object().cloned().unwrap(), ..Convert::to("refund", Source::Agent) };
    convert::convert(engine, &Caller::system(), from.id, &given).await.unwrap().ticket
}

/// What somebody is told, and what looking at all tickets says.
async fn told(engine: &Engine, caller: &Caller) -> (Vec<(String, u64)>, Vec<(String, u64)>) {
    let told = views::counts(engine, caller).await.unwrap();
    let mut looked = Vec::new();
    for (key, _) in &told {
        looked.push((key.clone(), views::page(engine, caller, key, None, 200).await.unwrap().tickets.len() as u64));
    }
    (told, looked)
}

async fn is_told(engine: &Engine, caller: &Caller, wanted: &[(&str, u64)]) {
    let wanted: Vec<(String, u64)> = wanted.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect();
    soon("the numbers are as wanted", async || {
        let (told, looked) = told(engine, caller).await;
        (told == wanted && looked == wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn everybody_is_told_their_numbers_as_tickets_change() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let (ann, bo) = (agent(&engine, "ann@desk.example").await, agent(&engine, "bo@desk.example").await);
    let admin = Caller::system();
    let active = json!({"field": "status", "value": "active"});
    view(&engine, &admin, "mine", None, json!({"all": [{"field": "owner", "value": "me"}, active]})).await;
    view(&engine, &admin, "others", None, json!({"all": [{"field": "owner", "op": "ne", "value": "me"}, active]})).await;
    view(&engine, &admin, "urgent", None, json!({"all": [{"field": "priority", "value": "urgent"}, active]})).await;
    view(&engine, &admin, "done", None, json!({"field": "status", "value": "closed"})).await;
    view(&engine, &bo, "bos", Some("bo"), json!({"all": [{"field": "owner", "op": "in", "value": ["ann", "bo"]}, active]})).await;

    let first = ticket(&engine, "eve").await;
    is_told(&engine, &ann, &[("mine", 0), ("others", 1), ("urgent", 0)]).await;
    is_told(&engine, &bo, &[("bos", 0), ("mine", 0), ("others", 1), ("urgent", 0)]).await;
    let patch = TicketPatch { owner: Some(Some("ann".into())), priority: Some(Priority::Urgent), ..TicketPatch::default() };
    tickets::update(&engine, &admin, first.number, &patch, None).await.unwrap();
    is_told(&engine, &ann, &[("mine", 1), ("others", 0), ("urgent", 1)]).await;
    is_told(&engine, &bo, &[("bos", 1), ("mine", 0), ("others", 1), ("urgent", 1)]).await;
    let patch = TicketPatch { owner: Some(Some("bo".into())), ..TicketPatch::default() };
    tickets::update(&engine, &admin, first.number, &patch, None).await.unwrap();
    is_told(&engine, &ann, &[("mine", 0), ("others", 1), ("urgent", 1)]).await;
    let patch = TicketPatch { status: Some(TicketStatus::Closed), ..TicketPatch::default() };
    tickets::update(&engine, &admin, first.number, &patch, None).await.unwrap();
    is_told(&engine, &ann, &[("mine", 0), ("others", 0), ("urgent", 0)]).await;
    assert_eq!(views::page(&engine, &ann, "done", None, 10).await.unwrap().tickets.len(), 1, "not counted, but listed");

    // Another condition counts anew, and one that is gone is counted no more.
    ticket(&engine, "dan").await;
    view(&engine, &admin, "urgent", None, json!({"all": [{"field": "priority", "value": "normal"}, active]})).await;
    objects::delete(&engine, &admin, DeskKind::Views, "others", None).await.unwrap();
    is_told(&engine, &ann, &[("mine", 0), ("urgent", 1)]).await;
    assert!(views::page(&engine, &ann, "bos", None, 10).await.is_err(), "somebody else's own");
    engine.stop(Duration::from_secs(5)).await;
}

/// However tickets change, the numbers that were kept up are those of counting anew.
#[test]
fn numbers_that_were_kept_up_are_those_of_counting_anew() {
    use proptest::prelude::*;
    let views = [
        json!({"all": [{"field": "owner", "value": "me"}, {"field": "status", "value": "active"}]}),
        json!({"all": [{"field": "owner", "op": "ne", "value": "me"}, {"field": "status", "op": "in", "value": ["new", "open"]}]}),
        json!({"all": [{"field": "owner", "op": "exists", "value": false}, {"field": "status", "value": "active"}]}),
        json!({"all": [{"field": "priority", "op": "at_least", "value": "high"}, {"field": "status", "value": "active"}]}),
    ];
    let mut desk = Desk::default();
    for (number, when) in views.into_iter().enumerate() {
        let key = format!("v{number}");
        desk.views.insert(key.clone(), serde_json::from_value(json!({"key": key, "name": {"en": key}, "when": when})).unwrap());
    }
    let agents: Vec<AgentId> = (1..=3).map(|number| AgentId(uuid::Uuid::from_u128(number))).collect();
    for id in &agents {
        let key = id.to_string();
        let document =
            json!({"id": id, "key": key, "name": key, "email": format!("{key}@desk.example"), "role": "agent", "departments": [], "languages": []});
        desk.agents.insert(key, serde_json::from_value(document).unwrap());
    }
    let changes = prop::collection::vec((0..8_u128, 0..4_usize, 0..6_usize, 0..4_usize), 1..60);
    proptest!(ProptestConfig::with_cases(200), |(changes in changes)| {
        let (mut book, mut now) = (Book::new(&desk), HashMap::new());
        for (which, owner, status, priority) in changes {
            let mut ticket = crate::actions::tests::blank_ticket(TicketId(uuid::Uuid::from_u128(which)));
            (ticket.owner, ticket.status, ticket.priority) = (agents.get(owner).copied(), TicketStatus::ALL[status], Priority::ALL[priority]);
            book.take(&ticket, &desk);
            now.insert(ticket.id, ticket);
        }
        let mut anew = Book::new(&desk);
        for ticket in now.values() {
            anew.take(ticket, &desk);
        }
        for agent in agents.iter().copied().map(Some).chain([None]) {
            let me = agent.map(|agent| agent.to_string());
            let counted = book.counted();
            let counts = counted.of(agent);
            let again = anew.counted();
            prop_assert_eq!(&counts, &again.of(agent));
            for view in desk.views.values() {
                let is_in = |ticket: &&Ticket| Listed::of(ticket, &desk).is_in(view, &desk, me.as_deref());
                let looked = now.values().filter(is_in).count() as u64;
                prop_assert_eq!(counts[view.key.as_str()], looked, "{}", view.key);
            }
        }
    });
}
