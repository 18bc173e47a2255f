//! Who belongs where, by whose word, and who sees what of their colleagues.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{sync::Arc, time::Duration};

use bellhop_channel::{Sender, Trusts};
use bellhop_domain::{
    contact::{Address, Contact, Organisation},
    id::ContactId,
    sourced::Source,
};
use chrono::TimeDelta;
use serde_json::json;

use super::{OrganisationPatch, create, delete, merge, remove_member, update};
use crate::{
    Engine,
    actions::{
        ActionError,
        contacts::{self, ContactPatch, Membership},
        tests::{agent, conversation},
        tickets::{self, NewTicket, TicketReply},
    },
    caller::Caller,
    channels::Channels,
    commands::{Place, run},
    decision::Decision,
    testing::{
        AT, TurnedClock,
        chat::{Chat, RICH, writes},
        engine, engine_with, soon,
    },
    worker::people,
};

fn named(name: &str) -> OrganisationPatch {
    OrganisationPatch { name: Some(name.to_owned()), ..OrganisationPatch::default() }
}

async fn load(engine: &Engine, id: ContactId) -> Contact {
    engine.reader().contact(id).await.unwrap().unwrap()
}

async fn says(engine: &Engine, caller: &Caller, id: ContactId, patch: ContactPatch) -> Contact {
    contacts::update(engine, caller, id, &patch, None).await.unwrap()
}

fn belongs(membership: Membership) -> ContactPatch {
    ContactPatch { organisation: Some(membership), ..ContactPatch::default() }
}

fn sees(allowed: bool) -> ContactPatch {
    ContactPatch { sees_colleagues: Some(Some(allowed)), ..ContactPatch::default() }
}

/// Gives somebody an address that is proven or not.
async fn has_address(engine: &Engine, id: ContactId, value: &str, verified: bool) {
    let mut contact = load(engine, id).await;
    contact.emails = vec![Address { value: value.to_owned(), verified, source: Source::SignedIdentity, at: AT }];
    Decision { contact: Some(contact), ..Decision::default() }.commit(engine).await.unwrap();
}

#[tokio::test]
async fn people_join_and_leave_with_the_mail_domain() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let mei = agent(&engine, "mei@example.org").await;
    let (ann, bob) = (conversation(&engine, "ann", "hi").await.contact, conversation(&engine, "bob", "hi").await.contact);
    has_address(&engine, ann, "ann@acme.example", true).await;
    has_address(&engine, bob, "bob@acme.example", false).await;
    let domains =
        |domains: &[&str]| OrganisationPatch { domains: Some(domains.iter().map(|domain| (*domain).to_owned()).collect()), ..named("Acme") };
    let acme = create(&engine, &mei, &domains(&["acme.example"])).await.unwrap();
    let member = load(&engine, ann).await;
    assert_eq!(member.organisation, Some(acme.id));
    assert_eq!(member.membership().map(|said| (said.source, said.by.as_deref())), Some((Source::MailDomain, Some("acme.example"))));
    assert_eq!(load(&engine, bob).await.organisation, None, "an address that is only claimed makes nobody a colleague");
    update(&engine, &mei, acme.id, &domains(&["other.example"]), None).await.unwrap();
    assert_eq!(load(&engine, ann).await.organisation, None);
    update(&engine, &mei, acme.id, &domains(&["acme.example"]), None).await.unwrap();
    assert_eq!(load(&engine, ann).await.organisation, Some(acme.id));
    remove_member(&engine, &mei, acme.id, ann).await.unwrap();
    assert_eq!(load(&engine, ann).await.organisation, None, "an agent's word stands above the domain");
    assert!(matches!(remove_member(&engine, &mei, acme.id, ann).await, Err(ActionError::NotFound { .. })));
    says(&engine, &mei, ann, belongs(Membership::Cleared)).await;
    assert_eq!(load(&engine, ann).await.organisation, Some(acme.id), "without it the domain counts again");
    assert!(create(&engine, &mei, &domains(&["acme.example"])).await.is_err(), "a domain belongs to one");
    assert!(create(&engine, &mei, &domains(&["gmail.com"])).await.is_err());
    assert!(matches!(delete(&engine, &mei, acme.id, None).await, Err(ActionError::Forbidden { .. })), "it cannot be undone");
    delete(&engine, &Caller::system(), acme.id, None).await.unwrap();
    let left = load(&engine, ann).await;
    assert_eq!((left.organisation, left.sees_colleagues_of()), (None, None));
    let renamed = says(&engine, &mei, ann, ContactPatch { name: Some(Some("Ann B.".into())), ..ContactPatch::default() }).await;
    assert!(renamed.organisation.is_none() && renamed.memberships.all().is_empty(), "what is no more is forgotten");
}

#[tokio::test]
async fn a_system_is_believed_where_the_channel_is_trusted_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let mei = agent(&engine, "mei@example.org").await;
    let acme = create(&engine, &mei, &OrganisationPatch { key: Some(Some("a-1".into())), ..named("Acme") }).await.unwrap();
    let beta = create(&engine, &mei, &OrganisationPatch { key: Some(Some("b-1".into())), ..named("Beta") }).await.unwrap();
    let trusting = Trusts { organisation: true, ..Trusts::default() };
    let sender = |key: &str, sees| Sender { id: "u".into(), organisation: Some(key.into()), sees_colleagues: sees, ..Sender::default() };
    let mut ann = Contact::new(ContactId(uuid::Uuid::nil()), AT);
    for (case, sender, trusts, organisation, seen) in [
        ("claimed", sender("a-1", Some(true)), Trusts::default(), None, None),
        ("said", sender("a-1", None), trusting, Some(acme.id), None),
        ("allowed", sender("a-1", Some(true)), trusting, Some(acme.id), Some(acme.id)),
        ("not said any more", sender("a-1", None), trusting, Some(acme.id), None),
        ("allowed again", sender("a-1", Some(true)), trusting, Some(acme.id), Some(acme.id)),
        ("another company", sender("b-1", None), trusting, Some(beta.id), None),
        ("none", sender("", Some(true)), trusting, None, None),
        ("said again", sender("b-1", Some(true)), trusting, Some(beta.id), Some(beta.id)),
        ("unknown", sender("c-1", Some(true)), trusting, None, None),
    ] {
        people::learn_organisation(engine.reader(), &mut ann, "shop", &sender, trusts, AT).await.unwrap();
        people::settle(engine.reader(), &mut ann).await.unwrap();
        assert_eq!((ann.organisation, ann.sees_colleagues_of()), (organisation, seen), "{case}");
    }
    let claim = ann.memberships.all().iter().find(|said| said.source == Source::Claim).unwrap();
    assert!(claim.warning.as_ref().unwrap().contains("unknown organisation c-1"), "what is unknown stays visible");
}

/// A company's people who write in a chat.
struct World {
    _folder: tempfile::TempDir,
    engine: Engine,
    chat: Arc<Chat>,
    clock: Arc<TurnedClock>,
    mei: Caller,
    written: usize,
}

impl World {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let chat = Chat::new(RICH, None);
        let clock = TurnedClock::new();
        let engine = engine_with(folder.path(), Arc::clone(&clock), Channels::new([chat.configured()])).await;
        let mei = agent(&engine, "mei@example.org").await;
        Self { _folder: folder, engine, chat, clock, mei, written: 0 }
    }

    /// What the bot answers.
    async fn says(&mut self, person: &str, text: &str) -> String {
        self.written += 1;
        // Who says the same again and again within a moment is taken for a machine.
        self.clock.turn(TimeDelta::minutes(2));
        let before = self.chat.sent().len();
        self.chat.put(vec![writes(&format!("m-{}", self.written), person, text, json!({}))]);
        let thread = format!("t-{person}");
        soon("an answer", async || {
            let sent = self.chat.sent();
            let answer = sent.iter().skip(before).find(|outbound| outbound.thread == thread && outbound.message.is_some())?;
            answer.message.as_ref().map(|message| message.text.clone())
        })
        .await
    }

    async fn joins(&mut self, person: &str, company: &Organisation) -> ContactId {
        self.says(person, "/help").await;
        let id = self.engine.reader().identity("chat", person).await.unwrap().unwrap();
        let name = ContactPatch { name: Some(Some(format!("{person} <b>中文</b> \u{202e}evil"))), ..belongs(Membership::Of(company.id)) };
        says(&self.engine, &self.mei, id, ContactPatch { phones: Some(vec!["+49 30 5551234".into()]), ..name }).await;
        id
    }

    async fn files(&self, contact: ContactId, order: &str) -> i64 {
        let fields = json!({ "order_number": order, "amount": "12.34 EUR" }).as_object().unwrap().clone();
        let new = NewTicket { template: "refund".into(), contact: Some(contact), conversation: None, fields, priority: None, category: None };
        let ticket = Box::pin(tickets::create(&self.engine, &self.mei, &new)).await.unwrap().ticket;
        let note = TicketReply { text: "a hidden note".into(), internal: true, on_behalf_of: None };
        let _ = tickets::add_message(&self.engine, &self.mei, ticket.number, &note).await;
        ticket.number
    }
}

#[tokio::test]
async fn who_is_allowed_sees_that_colleagues_have_tickets_and_nothing_more() {
    let mut world = World::open().await;
    let acme = create(&world.engine, &world.mei, &named("Acme")).await.unwrap();
    let beta = create(&world.engine, &world.mei, &named("Beta")).await.unwrap();
    let ann = world.joins("ann", &acme).await;
    let bob = world.joins("bob", &acme).await;
    let eve = world.joins("eve", &beta).await;
    let of_bob = format!("T-{}", world.files(bob, "1001").await);
    let of_eve = format!("T-{}", world.files(eve, "1002").await);
    let told = world.says("ann", "/tickets").await;
    assert!(told.contains("You have no tickets") && !told.contains(&of_bob), "nobody sees them unless it is said: {told}");
    says(&world.engine, &world.mei, ann, sees(true)).await;
    let told = world.says("ann", "/tickets").await;
    assert!(told.contains("Your colleagues' tickets:") && told.contains(&of_bob), "{told}");
    assert!(!told.contains(&of_eve), "never those of another company: {told}");
    for hidden in ["http", "1001", "12.34", "note", "5551234", "bob", "中文"] {
        assert!(!told.contains(hidden), "{hidden}: {told}");
    }
    assert!(!world.says("ann", "/status").await.contains(&of_bob), "nor anything but the list");
    assert!(!world.says("bob", "/tickets").await.contains("colleagues"), "it was said of Ann only");
    let own = format!("T-{}", world.files(ann, "1003").await);
    let told = world.says("ann", "/tickets").await;
    assert!(told.find(&own) < told.find("colleagues") && told.matches("http").count() == 1, "{told}");
    // Whoever leaves sees nothing from then on, and what was allowed in one company is not in the next.
    says(&world.engine, &world.mei, ann, belongs(Membership::Of(beta.id))).await;
    let told = world.says("ann", "/tickets").await;
    assert!(!told.contains(&of_bob) && !told.contains(&of_eve) && told.contains(&own), "{told}");
    says(&world.engine, &world.mei, ann, belongs(Membership::Of(acme.id))).await;
    assert!(world.says("ann", "/tickets").await.contains(&of_bob));
    remove_member(&world.engine, &world.mei, acme.id, ann).await.unwrap();
    assert!(!world.says("ann", "/tickets").await.contains(&of_bob));
    says(&world.engine, &world.mei, ann, ContactPatch { sees_colleagues: Some(None), ..belongs(Membership::Of(acme.id)) }).await;
    assert!(!world.says("ann", "/tickets").await.contains(&of_bob), "who comes back begins anew");
    says(&world.engine, &world.mei, ann, sees(true)).await;
    delete(&world.engine, &Caller::system(), acme.id, None).await.unwrap();
    assert!(!world.says("ann", "/tickets").await.contains(&of_bob));
    let refused = contacts::update(&world.engine, &world.mei, ann, &sees(true), None).await;
    assert!(matches!(refused, Err(ActionError::Invalid { .. })), "who belongs to none has no colleagues");
    world.engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_company_is_taken_in_with_everybody_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let mei = agent(&engine, "mei@example.org").await;
    let ann = conversation(&engine, "ann", "hi").await.contact;
    let patch =
        OrganisationPatch { domains: Some(vec!["a.example".into()]), key: Some(Some("a".into())), tier: Some(None), ..named("公司 <script>") };
    let (kept, gone) = (create(&engine, &mei, &named("Acme")).await.unwrap(), create(&engine, &mei, &patch).await.unwrap());
    says(&engine, &mei, ann, belongs(Membership::Of(gone.id))).await;
    says(&engine, &mei, ann, sees(true)).await;
    assert!(merge(&engine, &Caller::system(), kept.id, kept.id).await.is_err());
    assert!(matches!(merge(&engine, &mei, kept.id, gone.id).await, Err(ActionError::Forbidden { .. })), "it cannot be undone");
    let joined = merge(&engine, &Caller::system(), kept.id, gone.id).await.unwrap();
    assert_eq!((joined.name.as_str(), joined.key.as_deref(), joined.domains.as_slice()), ("Acme", Some("a"), &["a.example".to_owned()][..]));
    assert_eq!(engine.reader().organisation(kept.id).await.unwrap(), Some(joined));
    assert_eq!(engine.reader().organisation(gone.id).await.unwrap(), None);
    let ann = load(&engine, ann).await;
    assert_eq!((ann.organisation, ann.sees_colleagues_of()), (Some(kept.id), Some(kept.id)));
    assert!(matches!(merge(&engine, &Caller::system(), kept.id, gone.id).await, Err(ActionError::NotFound { .. })));
}

#[tokio::test]
async fn agents_see_and_say_it_in_their_chat() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let mei = agent(&engine, "mei@example.org").await;
    let ann = conversation(&engine, "ann", "hi").await;
    let bob = conversation(&engine, "bob", "hi").await.contact;
    let manager = OrganisationPatch { account_manager: Some(Some("mei".into())), key: Some(Some("a-1".into())), ..named("Acme *GmbH*") };
    let acme = create(&engine, &mei, &manager).await.unwrap();
    create(&engine, &mei, &named("Acme Asia")).await.unwrap();
    says(&engine, &mei, bob, belongs(Membership::Of(acme.id))).await;
    let fields = json!({ "order_number": "1001" }).as_object().unwrap().clone();
    let new = NewTicket { template: "refund".into(), contact: Some(bob), conversation: None, fields, priority: None, category: None };
    Box::pin(tickets::create(&engine, &mei, &new)).await.unwrap();
    let place = Place { conversation: Some(ann.id), language: "en".into(), ..Place::default() };
    let say = async |line: &str| match run(&engine, &mei, &place, line).await {
        Ok(answer) => answer,
        Err(error) => panic!("{line}: {}", error.answer("en").text),
    };
    assert!(say("/organisation").await.text.contains("belongs to no organisation"));
    let several = run(&engine, &mei, &place, "/organisation acme").await.unwrap_err().answer("en");
    assert_eq!(several.choices.len(), 2, "{}", several.text);
    for line in ["/organisation a-1", "/organisation Acme *GmbH*", &format!("/organisation {}", acme.id)] {
        assert!(say(line).await.text.contains("Account manager: mei"), "{line}");
        assert_eq!(load(&engine, ann.contact).await.organisation, Some(acme.id));
        assert!(say("/organisation none").await.text.contains("belongs to no organisation now"));
        assert_eq!(load(&engine, ann.contact).await.organisation, None);
    }
    let shown = say("/organisation a-1").await;
    assert!(shown.text.contains("2 members") && shown.text.contains("T-1") && shown.text.contains("does not see"), "{}", shown.text);
    assert!(shown.choices.iter().any(|choice| choice.line == "/colleagues on"));
    assert!(say("/colleagues on").await.text.contains("sees the tickets of colleagues"));
    assert_eq!(load(&engine, ann.contact).await.sees_colleagues_of(), Some(acme.id));
    assert!(say("/colleagues").await.text.contains("T-1"));
    assert!(say("/colleagues off").await.text.contains("does not see"));
    assert!(say("/organisation -").await.text.contains("belongs to no organisation"));
    assert!(run(&engine, &mei, &place, "/organisation nowhere").await.is_err());
    assert!(run(&engine, &mei, &place, "/colleagues on").await.is_err());
}
