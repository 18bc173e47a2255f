#![allow(clippy::unwrap_used, reason = "tests")]

use bellhop_domain::{conversation::Conversation, sourced::Source};

use super::*;
use crate::{
    actions::{
        convert::{self, Convert},
        tests::{conversation, fields, said, scoped},
        tickets::{
            TicketPatch,
            linking::link,
            splitting::{self, Split},
        },
    },
    testing::{TurnedClock, engine, soon},
};

async fn made(engine: &Engine, conversation: &Conversation) -> Ticket {
    let given = Convert { fields: json!({"order_number": "1001"}).as_object().cloned().unwrap(), new: true, ..Convert::to("refund", Source::Agent) };
    convert::convert(engine, &scoped("agent"), conversation.id, &given).await.unwrap().ticket
}

async fn status(engine: &Engine, number: i64) -> TicketStatus {
    engine.reader().ticket(number).await.unwrap().unwrap().status
}

fn to(status: TicketStatus) -> TicketPatch {
    TicketPatch { status: Some(status), ..TicketPatch::default() }
}

#[tokio::test]
async fn solving_an_incident_answers_every_child_once_and_leaves_alone_what_people_moved() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = scoped("agent");
    let mut talks = Vec::new();
    let mut tickets = Vec::new();
    for name in ["ann", "bob", "cho", "dan", "eve"] {
        let talk = conversation(&engine, name, "It does not work").await;
        tickets.push(made(&engine, &talk).await.number);
        talks.push(talk);
    }
    let incident = tickets[0];
    let refused = declare(&engine, &caller, incident, &[tickets[1], 999, incident]).await.unwrap_err();
    assert_eq!(fields(refused), ["children[1]", "children[2]"]);
    assert!(engine.reader().links_of_ticket(engine.reader().ticket(incident).await.unwrap().unwrap().id).await.unwrap().is_empty());
    let declared = declare(&engine, &caller, incident, &tickets[1..]).await.unwrap();
    assert!(declared.incident);
    assert_eq!(declare(&engine, &caller, incident, &tickets[1..]).await.unwrap(), declared, "twice changes nothing");

    // Bob's is closed by hand; Dan's was solved and is opened again by hand, which takes it out.
    super::super::update(&engine, &caller, tickets[1], &to(TicketStatus::Closed), None).await.unwrap();
    super::super::update(&engine, &caller, tickets[3], &to(TicketStatus::Resolved), None).await.unwrap();
    super::super::update(&engine, &caller, tickets[3], &to(TicketStatus::Open), None).await.unwrap();
    let mut before = Vec::new();
    for talk in &talks {
        before.push(said(&engine, talk).await.len());
    }
    let answer = BTreeMap::from([("en".to_owned(), "It works again.".to_owned()), ("de".to_owned(), "Es geht wieder.".to_owned())]);
    solve(&engine, &caller, incident, &answer).await.unwrap();
    assert!(matches!(solve(&engine, &caller, incident, &answer).await, Err(ActionError::NotNow(_))));
    for number in [tickets[2], tickets[4]] {
        soon("the child is resolved", async || (status(&engine, number).await == TicketStatus::Resolved).then_some(())).await;
    }
    assert_eq!(status(&engine, tickets[1]).await, TicketStatus::Closed);
    assert_eq!(status(&engine, tickets[3]).await, TicketStatus::Open, "what was opened again by hand is left alone");
    let mut said_since = Vec::new();
    for (talk, before) in talks.iter().zip(before) {
        let texts: Vec<String> = said(&engine, talk).await.into_iter().skip(before).map(|message| message.text).collect();
        said_since.push(texts.iter().filter(|text| text.contains("It works again.")).count());
        assert!(texts.len() <= 1, "the answer and the notice are one message: {texts:?}");
    }
    assert_eq!(said_since, [1, 0, 1, 0, 1]);

    // The same event again, as after a crash, does nothing: the child is not open any more.
    let child = engine.reader().ticket(tickets[2]).await.unwrap().unwrap();
    assert!(!solved(&engine, i64::MAX, child.id, incident, &answer).await.unwrap());
}

#[tokio::test]
async fn an_incident_solved_by_its_status_resolves_its_children_too() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = scoped("agent");
    let (ann, bob) = (conversation(&engine, "ann", "Broken").await, conversation(&engine, "bob", "Broken").await);
    let (one, two) = (made(&engine, &ann).await, made(&engine, &bob).await);
    assert!(matches!(solve(&engine, &caller, one.number, &BTreeMap::from([("en".to_owned(), "x".to_owned())])).await, Err(ActionError::NotNow(_))));
    declare(&engine, &caller, one.number, &[two.number]).await.unwrap();
    assert_eq!(fields(solve(&engine, &caller, one.number, &BTreeMap::new()).await.unwrap_err()), ["answer"]);
    let nothing = BTreeMap::from([("de".to_owned(), " \u{200b}".to_owned())]);
    assert_eq!(fields(solve(&engine, &caller, one.number, &nothing).await.unwrap_err()), ["answer.de"]);
    super::super::update(&engine, &caller, one.number, &to(TicketStatus::Resolved), None).await.unwrap();
    soon("the child is resolved", async || (status(&engine, two.number).await == TicketStatus::Resolved).then_some(())).await;
}

#[tokio::test]
async fn links_show_from_both_sides_and_a_split_ticket_knows_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = scoped("agent");
    let ann = conversation(&engine, "ann", "My money, and the lamp is broken").await;
    let (one, two, three) = (made(&engine, &ann).await, made(&engine, &ann).await, made(&engine, &ann).await);
    link(&engine, &caller, one.number, Relation::DuplicateOf, two.number).await.unwrap();
    link(&engine, &caller, one.number, Relation::DuplicateOf, two.number).await.unwrap();
    link(&engine, &caller, one.number, Relation::ChildOf, three.number).await.unwrap();
    assert!(matches!(link(&engine, &caller, one.number, Relation::ChildOf, two.number).await, Err(ActionError::NotNow(_))), "one parent");
    assert!(matches!(link(&engine, &caller, three.number, Relation::ChildOf, one.number).await, Err(ActionError::NotNow(_))), "no circle");
    assert_eq!(fields(link(&engine, &caller, one.number, Relation::Related, one.number).await.unwrap_err()), ["ticket"]);
    assert_eq!(fields(link(&engine, &caller, one.number, Relation::Related, 999).await.unwrap_err()), ["ticket"]);
    assert_eq!(fields(link(&engine, &caller, one.number, Relation::SplitFrom, two.number).await.unwrap_err()), ["relation"]);
    let seen = async |ticket: &Ticket| {
        let links = linking::links(&engine, &caller, ticket.number).await.unwrap();
        links.into_iter().map(|(relation, other)| (relation, other.number)).collect::<Vec<_>>()
    };
    assert_eq!(seen(&one).await, [(Relation::DuplicateOf, two.number), (Relation::ChildOf, three.number)]);
    assert_eq!(seen(&two).await, [(Relation::HasDuplicate, one.number)]);
    assert_eq!(seen(&three).await, [(Relation::ParentOf, one.number)]);
    assert!(linking::unlink(&engine, &caller, two.number, None, one.number).await.unwrap());
    assert!(!linking::unlink(&engine, &caller, two.number, None, one.number).await.unwrap());
    assert_eq!(seen(&two).await, []);

    let message = engine.reader().last_messages(ann.id, 50).await.unwrap().into_iter().find(|it| it.text.contains("lamp")).unwrap();
    let wanted = Split { messages: vec![message.id], fields: vec!["order_number".into()], ..Split::default() };
    let part = splitting::split(&engine, &caller, two.number, &wanted).await.unwrap();
    assert!(part.created);
    assert_eq!(part.ticket.messages, [message.id]);
    assert_eq!(part.ticket.fields["order_number"], two.fields["order_number"], "taken along with its source");
    assert_eq!(seen(&part.ticket).await, [(Relation::SplitFrom, two.number)]);
    assert_eq!(seen(&two).await, [(Relation::SplitInto, part.ticket.number)]);
    let again = splitting::split(&engine, &caller, two.number, &wanted).await.unwrap();
    assert_eq!((again.created, again.ticket.number), (false, part.ticket.number), "the same part is one ticket");
    let unfit = splitting::split(&engine, &caller, two.number, &Split { fields: vec!["iban".into()], ..wanted.clone() }).await;
    assert_eq!(fields(unfit.unwrap_err()), ["fields[0]"]);
    assert_eq!(fields(splitting::split(&engine, &caller, two.number, &Split::default()).await.unwrap_err()), ["messages"]);
    let bob = conversation(&engine, "bob", "Not hers").await;
    let others = engine.reader().last_messages(bob.id, 1).await.unwrap()[0].id;
    let unfit = splitting::split(&engine, &caller, two.number, &Split { messages: vec![message.id, others], ..Split::default() }).await;
    assert_eq!(fields(unfit.unwrap_err()), ["messages[1]"]);
    crate::actions::review::undo(&engine, &Caller::system(), part.ticket.number).await.unwrap();
    assert_eq!(seen(&two).await, [], "what was taken back is in no list");
}
