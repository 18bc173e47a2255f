#![allow(clippy::unwrap_used, reason = "tests")]
use std::{collections::HashMap, sync::Arc};

use bellhop_domain::{
    assignment::Why,
    conversation::{Conversation, ConversationStatus},
    id::{AgentId, ConversationId},
    presence::Presence,
};
use bellhop_store::desk::DeskKind;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::*;
use crate::{
    Engine,
    actions::{
        conversations::{self, Assign},
        objects, people,
        tests::{agent, conversation, scoped},
        tickets::{self, NewTicket, TicketPatch},
    },
    caller::Caller,
    testing::{TurnedClock, engine, soon},
};

/// A desk whose support assigns by itself, as `assignment` says.
struct House {
    _folder: tempfile::TempDir,
    engine: Engine,
    clock: Arc<TurnedClock>,
}

impl House {
    async fn open(assignment: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = TurnedClock::new();
        let engine = engine(folder.path(), clock.clone()).await;
        let house = Self { _folder: folder, engine, clock };
        house.put_support(json!({ "name": { "en": "Support" }, "assignment": assignment })).await;
        house
    }

    async fn put_support(&self, document: Value) {
        objects::put(&self.engine, &scoped("admin"), DeskKind::Departments, "support", &document, None).await.unwrap();
    }

    /// Somebody of support who is online, and takes so many conversations at once.
    async fn employs(&self, key: &str, capacity: Option<i64>) -> Caller {
        let caller = agent(&self.engine, &format!("{key}@example.org")).await;
        self.says(key, Presence::Online, capacity).await;
        caller
    }

    async fn says(&self, key: &str, presence: Presence, capacity: Option<i64>) {
        people::set_presence(&self.engine, &scoped("admin"), key, presence, Some(capacity)).await.unwrap();
    }

    /// A customer waits in support's queue.
    async fn waits(&self, name: &str) -> ConversationId {
        let conversation = conversation(&self.engine, name, "Where is my money?").await;
        conversations::handoff(&self.engine, &scoped("agent"), conversation.id, Some("support".into())).await.unwrap();
        conversation.id
    }

    fn key(&self, agent: Option<AgentId>) -> Option<String> {
        self.engine.desk().agent(agent?).map(|agent| agent.key.clone())
    }

    async fn read(&self, id: ConversationId) -> Conversation {
        self.engine.reader().conversation(id).await.unwrap().unwrap()
    }

    /// Waits until somebody has the conversation.
    async fn given(&self, id: ConversationId) -> (String, Vec<Why>) {
        let given = soon("somebody has it", async || Some(self.read(id).await).filter(|conversation| conversation.assignee.is_some())).await;
        assert_eq!(given.status, ConversationStatus::Open);
        (self.key(given.assignee).unwrap(), given.routing.unwrap().assignment.map(|assignment| assignment.reasons).unwrap_or_default())
    }

    /// A round that changes nothing proves that it waits.
    async fn still_waits(&self, id: ConversationId) {
        round(&self.engine).await.unwrap();
        assert_eq!(self.read(id).await.status, ConversationStatus::Queued);
    }
}

#[tokio::test]
async fn what_waits_goes_to_who_has_the_least_until_all_are_full() {
    let house = House::open(json!({})).await;
    house.employs("mei", Some(2)).await;
    house.employs("bo", Some(1)).await;
    let mut taken: HashMap<String, usize> = HashMap::new();
    for name in ["ann", "ben", "cem"] {
        let id = house.waits(name).await;
        *taken.entry(house.given(id).await.0).or_default() += 1;
    }
    assert_eq!(taken, HashMap::from([("mei".to_owned(), 2), ("bo".to_owned(), 1)]));
    let last = house.waits("dan").await;
    house.still_waits(last).await;
    let explained = conversations::candidates(&house.engine, &scoped("agent"), last).await.unwrap();
    assert_eq!((explained.agent, explained.reasons), (None, vec![Why::NobodyFree]));
    assert!(explained.others.iter().any(|other| other.why == Why::Full { load: 2, most: 2 }), "{:?}", explained.others);
    // Somebody takes one more at once: the queue moves.
    house.says("bo", Presence::Online, Some(2)).await;
    assert_eq!(house.given(last).await, ("bo".to_owned(), vec![Why::OnlyOne]));
    house.engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test]
async fn without_a_department_that_assigns_everything_waits_for_people() {
    let house = House::open(json!({})).await;
    house.put_support(json!({ "name": { "en": "Support" } })).await;
    house.employs("mei", None).await;
    let id = house.waits("ann").await;
    house.still_waits(id).await;
    assert_eq!(house.engine.reader().presence(house.engine.desk().agents["mei"].id).await.unwrap().unwrap().assigned_at, None);
    house.engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test]
async fn who_passes_it_on_does_not_get_it_back_and_who_had_the_customer_does() {
    let house = House::open(json!({})).await;
    let mei = house.employs("mei", None).await;
    let id = house.waits("ann").await;
    assert_eq!(house.given(id).await.0, "mei");
    conversations::assign(&house.engine, &mei, id, &Assign { department: Some("support".into()), ..Assign::default() }).await.unwrap();
    house.still_waits(id).await;
    house.employs("bo", None).await;
    assert_eq!(house.given(id).await.0, "bo");
    // Bo's customer comes back by way of the bot, and Mei has nothing to do.
    conversations::give_back(&house.engine, &scoped("agent"), id).await.unwrap();
    conversations::handoff(&house.engine, &scoped("agent"), id, None).await.unwrap();
    assert_eq!(house.given(id).await, ("bo".to_owned(), vec![Why::HadCustomer]));
    house.engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test]
async fn what_lies_with_somebody_who_left_goes_back_with_the_reason() {
    let house = House::open(json!({ "chats_back_after_minutes": 10 })).await;
    house.employs("mei", None).await;
    let id = house.waits("ann").await;
    assert_eq!(house.given(id).await.0, "mei");
    house.says("mei", Presence::Away, None).await;
    house.clock.turn(TimeDelta::minutes(9));
    round(&house.engine).await.unwrap();
    assert_eq!(house.read(id).await.status, ConversationStatus::Open, "not yet");
    house.clock.turn(TimeDelta::minutes(1));
    let back = soon("it is back", async || Some(house.read(id).await).filter(|it| it.status == ConversationStatus::Queued)).await;
    assert_eq!(back.routing.unwrap().assignment.unwrap().reasons, [Why::Absent { agent: "mei".into(), minutes: 10 }]);
    assert_eq!(back.queued_at, Some(crate::testing::AT), "the customer waits since Mei left");
    let (_, why) = house.engine.reader().last_handoff(id).await.unwrap().unwrap();
    assert_eq!((&why["reason"], &why["agent"]), (&json!("absent"), &json!("mei")));
    house.employs("bo", None).await;
    assert_eq!(house.given(id).await.0, "bo");
    house.engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test]
async fn who_does_nothing_is_away_and_whoever_acts_is_back() {
    let house = House::open(json!({ "away_after_minutes": 30, "chats_back_after_minutes": 0 })).await;
    let mei = house.employs("mei", None).await;
    let id = house.engine.desk().agents["mei"].id;
    let presence = async || house.engine.reader().presence(id).await.unwrap().unwrap();
    house.clock.turn(TimeDelta::minutes(29));
    house.engine.noticed(&mei);
    soon("the act is noted", async || presence().await.acted_at.filter(|at| *at > crate::testing::AT)).await;
    house.clock.turn(TimeDelta::minutes(29));
    round(&house.engine).await.unwrap();
    assert_eq!(presence().await.presence, Presence::Online);
    house.clock.turn(TimeDelta::minutes(1));
    soon("she is away", async || Some(presence().await).filter(|presence| presence.automatic)).await;
    let waiting = house.waits("ann").await;
    house.still_waits(waiting).await;
    house.engine.noticed(&mei);
    assert_eq!(house.given(waiting).await.0, "mei");
    house.engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test]
async fn tickets_without_an_owner_find_one_and_lose_who_left() {
    let house = House::open(json!({ "skills": { "refunds": 2 }, "tickets_back_after_minutes": 60 })).await;
    house.employs("mei", None).await;
    house.employs("bo", None).await;
    let patch = |level: u8| people::AgentPatch {
        profile: people::ProfilePatch { skills: Some([("refunds".to_owned(), level)].into()), ..Default::default() },
        ..Default::default()
    };
    people::update(&house.engine, &scoped("admin"), "mei", patch(1), None).await.unwrap();
    people::update(&house.engine, &scoped("admin"), "bo", patch(3), None).await.unwrap();
    let contact = conversation(&house.engine, "ann", "hello").await.contact;
    let fields = json!({ "order_number": "1001" }).as_object().cloned().unwrap();
    let new = NewTicket { template: "refund".into(), contact: Some(contact), conversation: None, fields, priority: None, category: None };
    let number = Box::pin(tickets::create(&house.engine, &scoped("agent"), &new)).await.unwrap().ticket.number;
    let ticket = async || house.engine.reader().ticket(number).await.unwrap().unwrap();
    let owned = soon("it has an owner", async || Some(ticket().await).filter(|ticket| ticket.owner.is_some())).await;
    assert_eq!(house.key(owned.owner).as_deref(), Some("bo"));
    let skill = Why::Skill { skill: "refunds".into(), needed: 2 };
    assert_eq!(owned.routing.assignment.unwrap().reasons, [skill, Why::OnlyOne]);
    // Taken away by hand, it does not go back to the same one.
    let nobody = TicketPatch { owner: Some(None), ..TicketPatch::default() };
    tickets::update(&house.engine, &scoped("agent"), number, &nobody, None).await.unwrap();
    round(&house.engine).await.unwrap();
    assert_eq!(ticket().await.owner, None, "Mei cannot do it, and Bo has passed it on");
    people::update(&house.engine, &scoped("admin"), "mei", patch(2), None).await.unwrap();
    let owned = soon("Mei has it", async || Some(ticket().await).filter(|ticket| ticket.owner.is_some())).await;
    assert_eq!(house.key(owned.owner).as_deref(), Some("mei"));
    house.says("mei", Presence::Offline, None).await;
    house.clock.turn(TimeDelta::minutes(61));
    house.says("bo", Presence::Online, None).await;
    let owned = soon("Bo has it", async || Some(ticket().await).filter(|it| house.key(it.owner).as_deref() == Some("bo"))).await;
    assert_eq!(owned.routing.passed_on_by, None);
    house.engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_act_at_once_nobody_has_too_much_and_nothing_has_two_owners() {
    let house = House::open(json!({ "away_after_minutes": 0, "chats_back_after_minutes": 0 })).await;
    for key in ["mei", "bo", "kim"] {
        house.employs(key, Some(2)).await;
    }
    let mut ids = Vec::new();
    for number in 0..12 {
        ids.push(conversation(&house.engine, &format!("customer-{number}"), "hello").await.id);
    }
    let arrive = futures_util::future::join_all(ids.iter().map(|id| async {
        conversations::handoff(&house.engine, &scoped("agent"), *id, Some("support".into())).await.unwrap();
        round(&house.engine).await.unwrap();
    }));
    let come_and_go = async {
        for presence in [Presence::Away, Presence::Online, Presence::Offline, Presence::Online] {
            house.says("kim", presence, Some(2)).await;
            round(&house.engine).await.unwrap();
        }
    };
    let watch = async {
        for _ in 0..20 {
            for (agent, load) in house.engine.reader().chat_loads().await.unwrap() {
                assert!(load <= 2, "{:?} has {load}", house.key(Some(agent)));
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(arrive, come_and_go, watch);
    // As each is closed, the next moves up, until everybody was served once.
    let mut served = HashMap::new();
    while served.len() < ids.len() {
        let open = soon("somebody has one", async || {
            let mut open = Vec::new();
            for id in &ids {
                let conversation = house.read(*id).await;
                if conversation.status == ConversationStatus::Open && !served.contains_key(id) {
                    open.push(conversation);
                }
            }
            (!open.is_empty()).then_some(open)
        })
        .await;
        for conversation in open {
            served.insert(conversation.id, conversation.assignee.unwrap());
            conversations::close(&house.engine, &scoped("agent"), conversation.id).await.unwrap();
        }
        assert!(house.engine.reader().chat_loads().await.unwrap().iter().all(|(_, load)| *load <= 2));
    }
    for id in &ids {
        let assigned = house.engine.reader().timeline_of_conversation(*id, None, 100).await.unwrap();
        let times = assigned.items.iter().filter(|event| event.kind == bellhop_domain::timeline::TimelineKind::Assigned).count();
        assert_eq!(times, 1, "given to one person, once");
    }
    house.engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test]
async fn who_looks_after_the_company_is_preferred_where_the_department_says_so() {
    use crate::actions::{
        contacts::{self, ContactPatch, Membership},
        organisations::{self, OrganisationPatch},
    };
    let house = House::open(json!({ "chats": false, "tickets": false, "account_manager": true })).await;
    let admin = scoped("admin");
    house.employs("mei", Some(5)).await;
    house.employs("bo", Some(5)).await;
    let id = house.waits("ann").await;
    let patch = OrganisationPatch { name: Some("Acme".into()), account_manager: Some(Some("bo".into())), ..OrganisationPatch::default() };
    let acme = organisations::create(&house.engine, &admin, &patch).await.unwrap();
    let contact = house.read(id).await.contact;
    let patch = ContactPatch { organisation: Some(Membership::Of(acme.id)), ..ContactPatch::default() };
    contacts::update(&house.engine, &admin, contact, &patch, None).await.unwrap();
    let who = async || conversations::candidates(&house.engine, &admin, id).await.unwrap();
    let explained = who().await;
    assert_eq!((house.key(explained.agent).as_deref(), explained.reasons), (Some("bo"), vec![Why::AccountManager]));
    house.says("bo", Presence::Away, None).await;
    assert_eq!(house.key(who().await.agent).as_deref(), Some("mei"), "somebody else while they are away");
    house.says("bo", Presence::Online, None).await;
    house.put_support(json!({ "name": { "en": "Support" }, "assignment": { "chats": false, "tickets": false } })).await;
    assert!(!who().await.reasons.contains(&Why::AccountManager));
    house.put_support(json!({ "name": { "en": "Support" }, "assignment": { "chats": false, "tickets": false, "account_manager": true } })).await;
    organisations::delete(&house.engine, &admin, acme.id, None).await.unwrap();
    assert!(!who().await.reasons.contains(&Why::AccountManager), "a company that is no more prefers nobody");
}
