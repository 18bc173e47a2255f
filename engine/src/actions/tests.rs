//! Actions on a real database. No channel is configured: what would be sent is kept as failed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Identity, Thread},
    conversation::{Conversation, ConversationStatus},
    desk::{Profile, Role},
    id::{ContactId, ConversationId, MessageId, ThreadId, TicketId, TokenId},
    message::{DeliveryState, Direction, Extras, Message},
    routing::Routing,
    sourced::Source,
    ticket::{Priority, Ticket, TicketStatus},
};
use bellhop_store::{desk::DeskKind, tickets::TicketFilter};
use serde_json::json;
use uuid::Uuid;

use super::{
    ActionError,
    contacts::{self, ContactPatch},
    conversations::{self, Assign, ConversationPatch},
    convert::{self, Convert},
    messages::{self, Reply},
    objects,
    people::{self, AgentPatch, NewAgent},
    tickets::{self, NewTicket, TicketPatch, TicketReply},
    tokens::{self, AuthError},
};
use crate::{
    Engine,
    caller::{Caller, Permissions},
    clock::fresh_id,
    decision::Decision,
    testing::{AT, TurnedClock, engine},
};

pub(crate) fn scoped(scope: &str) -> Caller {
    let actor = Actor::Token { id: TokenId(Uuid::nil()), name: "crm".into(), on_behalf_of: None };
    Caller::new(actor, Permissions::of_scope(scope).unwrap())
}

/// Somebody who wrote `text`; the bot has the conversation.
pub(crate) async fn conversation(engine: &Engine, name: &str, text: &str) -> Conversation {
    let contact = Contact { name: Some(name.to_owned()), ..Contact::new(ContactId(fresh_id()), AT) };
    let thread = Thread { id: ThreadId(fresh_id()), channel: "shop".into(), external_id: format!("thread-{name}"), contact: contact.id };
    let conversation = Conversation { language: Some("en".into()), ..Conversation::begin(ConversationId(fresh_id()), &thread, contact.id, AT) };
    let message = Message {
        id: MessageId(fresh_id()),
        conversation: conversation.id,
        direction: Direction::In,
        author: Actor::Contact { id: contact.id },
        author_name: contact.name.clone(),
        text: text.to_owned(),
        extras: Extras::default(),
        external_id: Some("m-1".into()),
        delivery: None,
        created_at: AT,
    };
    let decision = Decision {
        new_identities: vec![Identity { channel: "shop".into(), external_id: format!("u-{name}"), contact: contact.id }],
        new_contact: Some(contact),
        new_thread: Some(thread),
        new_conversation: Some(conversation.clone()),
        new_messages: vec![message],
        ..Decision::default()
    };
    decision.commit(engine).await.unwrap();
    conversation
}

pub(crate) async fn agent(engine: &Engine, email: &str) -> Caller {
    let new = NewAgent {
        key: None,
        name: None,
        email: email.to_owned(),
        role: Role::Agent,
        departments: vec!["support".into()],
        languages: Vec::new(),
        profile: Profile::default(),
        password: Some("correct horse battery".into()),
    };
    people::caller_of(&people::create(engine, &Caller::system(), new).await.unwrap().agent)
}

/// A ticket of which nothing is known.
pub(crate) fn blank_ticket(id: TicketId) -> Ticket {
    Ticket {
        id,
        number: 1,
        version: 1,
        template: "refund".into(),
        template_version: 1,
        status: TicketStatus::New,
        stage: None,
        priority: Priority::Normal,
        tier: None,
        region: None,
        department: None,
        owner: None,
        followers: Vec::new(),
        category: None,
        fields: BTreeMap::new(),
        contact: ContactId(Uuid::nil()),
        conversations: Vec::new(),
        messages: Vec::new(),
        language: None,
        routing: Routing::default(),
        resolved_at: None,
        withdrawn_at: None,
        merged_into: None,
        incident: false,
        rating_asked_at: None,
        rating: None,
        created_at: AT,
        updated_at: AT,
    }
}

pub(crate) async fn said(engine: &Engine, conversation: &Conversation) -> Vec<Message> {
    let all = engine.reader().messages(conversation.id, None, 100).await.unwrap().items;
    all.into_iter().filter(|message| message.direction == Direction::Out).collect()
}

pub(crate) fn fields(error: ActionError) -> Vec<String> {
    match error {
        ActionError::Invalid { problems } => problems.into_iter().map(|problem| problem.field).collect(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn converting_twice_even_at_once_makes_one_ticket() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "I want my money back").await;
    let caller = scoped("agent");
    let refund = Convert::to("refund", Source::Agent);
    assert_eq!(fields(convert::convert(&engine, &caller, ann.id, &refund).await.unwrap_err()), ["fields.order_number"]);

    let given = Convert { fields: json!({"order_number": "1001"}).as_object().cloned().unwrap(), ..refund.clone() };
    let bob = conversation(&engine, "bob", "I want my money back too").await;
    let alone = convert::convert(&engine, &caller, bob.id, &given).await.unwrap();
    assert_eq!(alone.ticket.number, 1, "what was refused took no number");
    const AT_ONCE: usize = 8;
    let all: Vec<_> = futures_util::future::join_all((0..AT_ONCE).map(|_| convert::convert(&engine, &caller, ann.id, &given))).await;
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.iter().filter(|converted| converted.created).count(), 1, "one of them made it");
    let one = all.iter().find(|converted| converted.created).unwrap();
    assert!(all.iter().all(|converted| (converted.ticket.id, converted.ticket.number) == (one.ticket.id, one.ticket.number)));
    assert!((2..=1 + AT_ONCE as i64).contains(&one.ticket.number), "each of those at once may have taken a number: {}", one.ticket.number);
    assert_eq!(one.ticket.department.as_deref(), Some("support"));
    let stored = engine.reader().tickets(&TicketFilter { contact: Some(ann.contact), ..TicketFilter::default() }, None, 100).await.unwrap().items;
    assert_eq!(stored.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), [one.ticket.id], "there is one ticket");

    let told = said(&engine, &ann).await;
    assert_eq!(told.len(), 1, "the customer is told once");
    let notice = told.first().unwrap();
    let number = bellhop_domain::ticket::number_text(one.ticket.number);
    assert!(notice.text.contains(&number) && notice.text.contains("https://help.example.org/t/"), "{}", notice.text);
    assert_eq!(notice.extras.ticket, Some(one.ticket.number));
    assert_eq!(notice.delivery.as_ref().map(|delivery| delivery.state), Some(DeliveryState::Failed), "the channel is not configured");

    let again = convert::convert(&engine, &caller, ann.id, &Convert { new: true, ..given.clone() }).await.unwrap();
    assert!(again.created && again.ticket.id != one.ticket.id);
    let resolved = TicketPatch { status: Some(TicketStatus::Closed), ..TicketPatch::default() };
    for number in [one.ticket.number, again.ticket.number] {
        tickets::update(&engine, &caller, number, &resolved, None).await.unwrap();
    }
    assert!(convert::convert(&engine, &caller, ann.id, &given).await.unwrap().created, "a closed ticket is not found again");
}

#[tokio::test]
async fn a_part_of_a_conversation_becomes_a_ticket_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "order 1001 is broken").await;
    let bob = conversation(&engine, "bob", "order 2002 is late").await;
    let message = |messages: Vec<Message>| messages.first().unwrap().id;
    let anns = message(engine.reader().messages(ann.id, None, 1).await.unwrap().items);
    let bobs = message(engine.reader().messages(bob.id, None, 1).await.unwrap().items);
    let part = |ids: Vec<MessageId>| Convert {
        message_ids: Some(ids),
        fields: json!({"order_number": "1001"}).as_object().cloned().unwrap(),
        ..Convert::to("refund", Source::Agent)
    };
    let caller = scoped("agent");
    let converted = convert::convert(&engine, &caller, ann.id, &part(vec![anns, anns])).await.unwrap();
    assert_eq!(converted.ticket.messages, [anns]);
    assert!(!convert::convert(&engine, &caller, ann.id, &part(vec![anns])).await.unwrap().created);
    let error = convert::convert(&engine, &caller, ann.id, &part(vec![anns, bobs])).await.unwrap_err();
    assert!(fields(error).first().unwrap().starts_with("message_ids["), "somebody else's message");
}

#[tokio::test]
async fn a_conversation_goes_from_hand_to_hand() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "hello").await;
    let (mei, tom) = (agent(&engine, "mei@example.org").await, agent(&engine, "tom@example.org").await);

    let queued = conversations::handoff(&engine, &scoped("agent"), ann.id, None).await.unwrap();
    assert_eq!((queued.status, queued.queued_at), (ConversationStatus::Queued, Some(AT)));
    assert!(said(&engine, &ann).await.first().unwrap().text.contains("next in line"), "the customer is told the place");

    let (one, two) = tokio::join!(conversations::take(&engine, &mei, ann.id, None), conversations::take(&engine, &tom, ann.id, None));
    let winners = [&one, &two].into_iter().filter(|result| result.is_ok()).count();
    assert!(winners >= 1, "{one:?} {two:?}");
    for loser in [one, two].into_iter().filter_map(Result::err) {
        assert!(matches!(loser, ActionError::Conflict), "{loser}");
    }
    let taken = conversations::take(&engine, &mei, ann.id, None).await.unwrap();
    assert_eq!(taken.status, ConversationStatus::Open);
    assert_eq!(engine.desk().agent(taken.assignee.unwrap()).unwrap().key, "mei");

    let by_program = conversations::take(&engine, &scoped("agent"), ann.id, Some("tom@example.org")).await.unwrap();
    assert_eq!(engine.desk().agent(by_program.assignee.unwrap()).unwrap().key, "tom");
    let to = Assign { department: Some("support".into()), ..Assign::default() };
    let passed = conversations::assign(&engine, &tom, ann.id, &to).await.unwrap();
    assert_eq!((passed.status, passed.assignee), (ConversationStatus::Queued, None));
    let nowhere = Assign { department: Some("nowhere".into()), ..Assign::default() };
    assert_eq!(fields(conversations::assign(&engine, &tom, ann.id, &nowhere).await.unwrap_err()), ["department"]);

    let back = conversations::give_back(&engine, &tom, ann.id).await.unwrap();
    assert_eq!(back.status, ConversationStatus::Bot);
    let closed = conversations::close(&engine, &tom, ann.id).await.unwrap();
    assert_eq!(closed.status, ConversationStatus::Resolved);
    let told = said(&engine, &ann).await.len();
    conversations::close(&engine, &tom, ann.id).await.unwrap();
    assert_eq!(said(&engine, &ann).await.len(), told, "closing twice tells once");
    assert!(matches!(conversations::take(&engine, &tom, ann.id, None).await, Err(ActionError::NotNow(_))));
    assert_eq!(conversations::reopen(&engine, &tom, ann.id).await.unwrap().status, ConversationStatus::Open);
    let snoozed = conversations::snooze(&engine, &tom, ann.id, AT + chrono::TimeDelta::days(1)).await.unwrap();
    assert_eq!(snoozed.status, ConversationStatus::Snoozed);
    assert_eq!(fields(conversations::snooze(&engine, &tom, ann.id, AT).await.unwrap_err()), ["until"]);
}

#[tokio::test]
async fn what_was_changed_meanwhile_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "hello").await;
    let caller = scoped("agent");
    let tagged = |tag: &str| ConversationPatch { tags: Some(vec![tag.to_owned()]), ..ConversationPatch::default() };
    let first = conversations::patch(&engine, &caller, ann.id, &tagged("one"), Some(1)).await.unwrap();
    assert_eq!(first.version, 2);
    assert!(matches!(conversations::patch(&engine, &caller, ann.id, &tagged("two"), Some(1)).await, Err(ActionError::Conflict)));
    assert_eq!(conversations::patch(&engine, &caller, ann.id, &tagged("two"), Some(2)).await.unwrap().tags, ["two"]);
    assert!(matches!(conversations::patch(&engine, &scoped("read"), ann.id, &tagged("x"), None).await, Err(ActionError::Forbidden { .. })));
}

#[tokio::test]
async fn the_same_note_sent_twice_stands_once() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "hello").await;
    let note = Reply {
        text: "Calls back at noon".into(),
        internal: true,
        client_id: Some("c-1".into()),
        on_behalf_of: Some("Mei".into()),
        ..Reply::default()
    };
    let first = messages::reply(&engine, &scoped("agent"), ann.id, &note).await.unwrap();
    let second = messages::reply(&engine, &scoped("agent"), ann.id, &note).await.unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!((second.direction, second.author_name.as_deref()), (Direction::Note, Some("Mei")));
    assert_eq!(engine.reader().messages(ann.id, None, 100).await.unwrap().items.len(), 2);
    assert_eq!(
        engine.reader().conversation(ann.id).await.unwrap().unwrap().status,
        ConversationStatus::Bot,
        "a note changes nothing for the customer"
    );
    let reply = Reply { internal: false, client_id: None, ..note };
    assert!(
        matches!(messages::reply(&engine, &scoped("agent"), ann.id, &reply).await, Err(ActionError::NotNow(_))),
        "there is no channel to send it on"
    );
}

#[tokio::test]
async fn a_ticket_lives_and_its_customer_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "hello").await;
    let mei = agent(&engine, "mei@example.org").await;
    let new = NewTicket {
        template: "refund".into(),
        contact: None,
        conversation: Some(ann.id),
        fields: json!({"order_number": 1001, "amount": {"value": "12.5", "currency": "EUR"}}).as_object().cloned().unwrap(),
        priority: None,
        category: None,
    };
    let ticket = Box::pin(tickets::create(&engine, &mei, &new)).await.unwrap().ticket;
    let owned = TicketPatch { owner: Some(Some("mei".into())), tier: Some(Some("vip".into())), ..TicketPatch::default() };
    let owned = tickets::update(&engine, &mei, ticket.number, &owned, Some(ticket.version)).await.unwrap();
    assert_eq!((owned.tier.as_deref(), owned.version), (Some("vip"), ticket.version + 1));
    assert_eq!(engine.reader().contact(ann.contact).await.unwrap().unwrap().tier.winner().unwrap().value, "vip");
    assert_eq!(said(&engine, &ann).await.len(), 1, "the customer sees nothing of that");
    assert!(matches!(tickets::update(&engine, &mei, ticket.number, &TicketPatch::default(), Some(1)).await, Err(ActionError::Conflict)));

    let waits = TicketPatch { status: Some(TicketStatus::WaitingCustomer), ..TicketPatch::default() };
    tickets::update(&engine, &mei, ticket.number, &waits, None).await.unwrap();
    assert!(said(&engine, &ann).await.last().unwrap().text.contains("waiting for your answer"));
    let token = engine.links().ticket(ticket.id);
    let id = engine.links().read_ticket(token.rsplit('/').next().unwrap()).unwrap();
    tickets::add_customer_message(&engine, id, tickets::Left { text: " Here is the photo ".to_owned(), files: Vec::new() }).await.unwrap();
    let woken = engine.reader().ticket(ticket.number).await.unwrap().unwrap();
    assert_eq!(woken.status, TicketStatus::Open);
    let note = TicketReply { text: "looks genuine".into(), internal: true, on_behalf_of: None };
    tickets::add_message(&engine, &mei, ticket.number, &note).await.unwrap();
    tickets::route_again(&engine, &mei, ticket.number).await.unwrap();
    let closed = TicketPatch { status: Some(TicketStatus::Closed), ..TicketPatch::default() };
    tickets::update(&engine, &mei, ticket.number, &closed, None).await.unwrap();
    assert!(matches!(
        tickets::add_customer_message(&engine, id, tickets::Left { text: "hello?".to_owned(), files: Vec::new() }).await,
        Err(ActionError::NotNow(_))
    ));
}

#[tokio::test]
async fn a_token_is_good_until_it_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    assert_eq!(fields(tokens::create(&engine, &Caller::system(), "", &["everything".into()]).await.err().unwrap()), ["name", "scopes[0]"]);
    let made = tokens::create(&engine, &Caller::system(), "crm", &["agent".into(), "articles:write".into()]).await.unwrap();
    assert!(made.secret.starts_with("bh_") && !made.token.hash.contains(&made.secret));
    let caller = tokens::authenticate(&engine, &made.secret).await.unwrap();
    assert_eq!(caller.actor.name(), Some("crm"));
    assert!(caller.permissions.allow(crate::caller::Permission::EditArticles));
    assert!(!caller.permissions.allow(crate::caller::Permission::Administer));
    assert!(matches!(tokens::authenticate(&engine, "bh_wrong").await, Err(AuthError::Unknown)));
    assert!(matches!(tokens::create(&engine, &caller, "more", &["admin".into()]).await, Err(ActionError::Forbidden { .. })));
    tokens::revoke(&engine, &Caller::system(), made.token.id).await.unwrap();
    assert!(matches!(tokens::authenticate(&engine, &made.secret).await, Err(AuthError::Unknown)));
}

#[tokio::test]
async fn people_sign_in_with_their_own_password_only() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let mei = agent(&engine, "Mei@Example.org").await;
    let signed_in = people::sign_in(&engine, "mei@example.org", "correct horse battery").await.unwrap();
    assert_eq!(signed_in.as_ref(), Some(&mei));
    assert_eq!(people::sign_in(&engine, "mei@example.org", "wrong").await.unwrap(), None);
    assert_eq!(people::sign_in(&engine, "nobody@example.org", "correct horse battery").await.unwrap(), None);

    // Nobody learns from the time it takes who works here. The best of several tries on each side: hashing takes many times what else there is.
    let mut quickest = [Duration::MAX; 2];
    for _ in 0..4 {
        for (best, email) in quickest.iter_mut().zip(["mei@example.org", "nobody@example.org"]) {
            let begun = Instant::now();
            people::sign_in(&engine, email, "wrong").await.unwrap();
            *best = begun.elapsed().min(*best);
        }
    }
    let [known, unknown] = quickest;
    assert!(unknown * 3 > known && known * 3 > unknown, "{known:?} for somebody who works here, {unknown:?} for anybody else");

    let new_password = AgentPatch { password: Some("another long password".into()), ..AgentPatch::default() };
    people::update(&engine, &mei, "mei", new_password, None).await.unwrap();
    assert!(people::sign_in(&engine, "mei@example.org", "another long password").await.unwrap().is_some());
    let promotion = AgentPatch { role: Some(Role::Admin), ..AgentPatch::default() };
    assert!(matches!(people::update(&engine, &mei, "mei", promotion, None).await, Err(ActionError::Forbidden { .. })));
    assert_eq!(people::link_code(&engine, &mei, "mei").await.unwrap().code.len(), 10);

    let gone = AgentPatch { disabled: Some(true), ..AgentPatch::default() };
    people::update(&engine, &Caller::system(), "mei", gone, None).await.unwrap();
    assert_eq!(people::sign_in(&engine, "mei@example.org", "another long password").await.unwrap(), None);
}

#[tokio::test]
async fn the_desk_stays_whole() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let admin = scoped("admin");
    let vip = json!({"key": "vip_de", "name": {"en": "German VIPs"}});
    objects::create(&engine, &admin, DeskKind::Departments, &vip).await.unwrap();
    assert_eq!(fields(objects::create(&engine, &admin, DeskKind::Departments, &vip).await.unwrap_err()), ["key"]);
    let rule = |department: &str| json!({"when": {"field": "tier", "value": "vip"}, "then": {"department": department}});
    let error = objects::put(&engine, &admin, DeskKind::RoutingRules, "vips", &rule("nowhere"), None).await.unwrap_err();
    assert_eq!(fields(error), ["then.department"]);
    let stored = objects::put(&engine, &admin, DeskKind::RoutingRules, "vips", &rule("vip_de"), None).await.unwrap();
    assert_eq!(stored.version, 1);
    let order: Vec<_> = engine.desk().rules.iter().map(|rule| rule.key.clone()).collect();
    assert_eq!(order.first().map(String::as_str), Some("vips"), "it comes before the fallback: {order:?}");

    let error = objects::delete(&engine, &admin, DeskKind::Departments, "vip_de", None).await.unwrap_err();
    assert!(error.to_string().contains("routing-rules/vips"), "{error}");
    assert!(matches!(objects::put(&engine, &admin, DeskKind::RoutingRules, "vips", &rule("support"), Some(7)).await, Err(ActionError::Conflict)));
    objects::delete(&engine, &admin, DeskKind::RoutingRules, "vips", Some(1)).await.unwrap();
    objects::delete(&engine, &admin, DeskKind::Departments, "vip_de", None).await.unwrap();
    assert!(!engine.desk().departments.contains_key("vip_de"));
    assert!(matches!(objects::delete(&engine, &scoped("agent"), DeskKind::Departments, "support", None).await, Err(ActionError::Forbidden { .. })));
}

#[tokio::test]
async fn two_records_of_one_person_are_joined_and_the_person_erased() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let (ann, other) = (conversation(&engine, "ann", "hello from here").await, conversation(&engine, "anna", "hello from there").await);
    let caller = scoped("admin");
    let patch = ContactPatch { emails: Some(vec!["ann@example.org".into()]), ..ContactPatch::default() };
    let known = contacts::update(&engine, &caller, other.contact, &patch, Some(1)).await.unwrap();
    assert!(matches!(contacts::update(&engine, &caller, other.contact, &patch, Some(1)).await, Err(ActionError::Conflict)));
    assert_eq!(fields(contacts::merge(&engine, &caller, ann.contact, ann.contact, None).await.unwrap_err()), ["other"]);
    let merged = contacts::merge(&engine, &caller, ann.contact, other.contact, None).await.unwrap();
    assert_eq!(merged.emails, known.emails);
    assert_eq!(engine.reader().conversation(other.id).await.unwrap().unwrap().contact, ann.contact);
    assert!(engine.reader().contact(other.contact).await.unwrap().is_none());

    let exported = contacts::export(&engine, &caller, ann.contact).await.unwrap();
    assert!(exported.to_string().contains("hello from there"));
    assert!(matches!(contacts::erase(&engine, &scoped("agent"), ann.contact).await, Err(ActionError::Forbidden { .. })));
    contacts::erase(&engine, &caller, ann.contact).await.unwrap();
    contacts::erase(&engine, &caller, ann.contact).await.unwrap();
    let left = contacts::export(&engine, &caller, ann.contact).await.unwrap().to_string();
    for words in ["hello", "ann@example.org", "thread-ann"] {
        assert!(!left.contains(words), "{words}: {left}");
    }
    let reply = Reply { text: "hello?".into(), ..Reply::default() };
    assert!(matches!(messages::reply(&engine, &caller, ann.id, &reply).await, Err(ActionError::NotNow(_))));
}
