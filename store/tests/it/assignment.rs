use bellhop_domain::{
    assignment::WorkKind,
    conversation::{Conversation, ConversationStatus},
    desk::{Agent, Profile, Role},
    id::{AgentId, ConversationId},
    presence::Presence,
    routing::Routing,
};
use bellhop_store::{DbError, WriteError, assignment::Claim, presence::AgentPresence};

use crate::base::{Base, at, contact, conversation, on_both, thread, uuid};

on_both!(
    the_line_goes_by_urgency_and_then_by_age,
    many_at_once_never_take_more_places_than_there_are,
    who_left_or_was_disabled_is_given_nothing,
    who_acts_is_there_and_who_does_nothing_is_away,
    what_somebody_has_is_counted,
    who_had_the_customer_last_is_known,
);

const MEI: u128 = 90;

fn mei() -> Agent {
    Agent {
        id: AgentId(uuid(MEI)),
        key: "mei".to_owned(),
        name: "Mei".to_owned(),
        email: "mei@example.org".to_owned(),
        role: Role::Agent,
        departments: vec!["support".to_owned()],
        languages: vec![],
        profile: Profile::default(),
        disabled: false,
        created_at: at(0),
    }
}

/// Mei works here and is there; so many customers wait.
async fn waiting(base: &Base, count: u128) -> Vec<Conversation> {
    let said = AgentPresence::said(mei().id, Presence::Online, None, at(1));
    base.write(move |tx| {
        Box::pin(async move {
            tx.insert_agent(&mei(), None).await?;
            tx.set_presence(&said).await
        })
    })
    .await;
    let mut conversations = Vec::new();
    for number in 1..=count {
        let contact = contact(1_000 + number);
        let thread = thread(2_000 + number, &contact);
        let conversation = Conversation {
            status: ConversationStatus::Queued,
            department: Some("support".to_owned()),
            queued_at: Some(at(number as i64)),
            ..conversation(3_000 + number, &thread)
        };
        let kept = conversation.clone();
        base.write(move |tx| {
            Box::pin(async move {
                tx.insert_contact(&contact).await?;
                tx.insert_thread(&thread).await?;
                tx.insert_conversation(&kept).await
            })
        })
        .await;
        conversations.push(conversation);
    }
    conversations
}

fn claim(most: u32) -> Claim {
    Claim { agent: mei().id, kind: WorkKind::Chat, most, at: at(50) }
}

/// Why nothing was given.
#[derive(Debug)]
enum Refused {
    NoPlace,
    Database(DbError),
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// Gives a conversation to Mei, if there is a place; anything but a success leaves no trace.
async fn give(base: &Base, conversation: Conversation, most: u32) -> bool {
    let given = base.store.writer.write::<_, Refused, _>(move |tx| {
        Box::pin(async move {
            let open = Conversation { status: ConversationStatus::Open, assignee: Some(mei().id), queued_at: None, ..conversation };
            let fits = tx.update_conversation(&open).await? && tx.claim_agent(&claim(most)).await?;
            if fits { Ok(()) } else { Err(Refused::NoPlace) }
        })
    });
    match given.await {
        Ok(()) => true,
        Err(WriteError::Closure(Refused::NoPlace)) => false,
        Err(WriteError::Closure(Refused::Database(error))) => panic!("{error}"),
        Err(error) => panic!("{error:?}"),
    }
}

async fn the_line_goes_by_urgency_and_then_by_age(base: &Base) {
    let conversations = waiting(base, 4).await;
    for (conversation, urgency) in conversations.iter().zip([5, 9, 9, 1]) {
        let routing = Routing { urgency, ..Routing::default() };
        let urgent = Conversation { routing: Some(routing), ..conversation.clone() };
        assert!(base.write(move |tx| Box::pin(async move { tx.update_conversation(&urgent).await })).await);
    }
    let line = |limit| base.store.reader.chats_in_line("support", limit);
    let ids: Vec<ConversationId> = line(10).await.unwrap().into_iter().map(|waiting| waiting.id).collect();
    let expected: Vec<ConversationId> = [1, 2, 0, 3].into_iter().map(|index: usize| conversations[index].id).collect();
    assert_eq!(ids, expected);
    assert_eq!(line(2).await.unwrap().len(), 2);
    assert_eq!(base.store.reader.chats_in_line("elsewhere", 10).await.unwrap(), []);
    let read = base.store.reader.conversation(ids[0]).await.unwrap().unwrap();
    assert_eq!(read.routing.unwrap().urgency, 9);
}

async fn many_at_once_never_take_more_places_than_there_are(base: &Base) {
    let conversations = waiting(base, 24).await;
    let given = futures_util::future::join_all(conversations.into_iter().map(|conversation| give(base, conversation, 3))).await;
    assert_eq!(given.iter().filter(|given| **given).count(), 3);
    assert_eq!(base.store.reader.chat_loads().await.unwrap(), [(mei().id, 3)]);
    assert_eq!(base.store.reader.chats_in_line("support", 100).await.unwrap().len(), 21, "the others wait as before");
    assert_eq!(base.store.reader.presence(mei().id).await.unwrap().unwrap().assigned_at, Some(at(50)));
}

async fn who_left_or_was_disabled_is_given_nothing(base: &Base) {
    let mut conversations = waiting(base, 3).await;
    let says = |presence, capacity| {
        let said = AgentPresence::said(mei().id, presence, capacity, at(2));
        base.write(move |tx| Box::pin(async move { tx.set_presence(&said).await }))
    };
    says(Presence::Away, None).await;
    assert!(!give(base, conversations[0].clone(), 3).await);
    says(Presence::Online, Some(0)).await;
    assert!(!give(base, conversations[0].clone(), 3).await, "what they said last counts before the profile");
    says(Presence::Online, Some(1)).await;
    assert!(give(base, conversations.remove(0), 0).await);
    says(Presence::Online, None).await;
    let gone = Agent { disabled: true, ..mei() };
    assert!(base.write(move |tx| Box::pin(async move { tx.update_agent(&gone, 1).await })).await);
    assert!(!give(base, conversations.remove(0), 3).await);
}

async fn who_acts_is_there_and_who_does_nothing_is_away(base: &Base) {
    waiting(base, 0).await;
    let acts = |agent, seconds| base.write(move |tx| Box::pin(async move { tx.note_act(AgentId(uuid(agent)), at(seconds)).await }));
    let rests = |since, now| base.write(move |tx| Box::pin(async move { tx.rest(mei().id, at(since), at(now)).await }));
    let now = async || base.store.reader.presence(mei().id).await.unwrap().unwrap();
    assert!(!acts(MEI, 100).await, "online as before");
    assert!(!rests(99, 200).await, "acted since");
    assert!(rests(100, 200).await);
    assert_eq!((now().await.presence, now().await.automatic, now().await.changed_at), (Presence::Away, true, at(200)));
    assert!(!rests(100, 300).await, "once");
    assert!(!acts(MEI, 150).await, "what was done before they were taken to be away brings nobody back");
    assert!(acts(MEI, 210).await);
    assert_eq!((now().await.presence, now().await.automatic, now().await.acted_at), (Presence::Online, false, Some(at(210))));
    let offline = AgentPresence::said(mei().id, Presence::Offline, None, at(220));
    base.write(move |tx| Box::pin(async move { tx.set_presence(&offline).await })).await;
    assert!(!acts(MEI, 230).await, "who says that they are not there is believed");
    assert_eq!(now().await.presence, Presence::Offline);
    assert!(acts(91, 230).await, "who never said anything");
    assert!(!acts(91, 231).await);
}

async fn what_somebody_has_is_counted(base: &Base) {
    let conversations = waiting(base, 2).await;
    let id = conversations[0].id;
    assert!(give(base, conversations[0].clone(), 3).await);
    assert_eq!(base.store.reader.chats_of(mei().id, "support", 10).await.unwrap(), [id]);
    assert_eq!(base.store.reader.chats_of(mei().id, "elsewhere", 10).await.unwrap(), []);
    assert_eq!(base.store.reader.tickets_of(mei().id, "support", 10).await.unwrap(), [0_i64; 0]);
    assert_eq!(base.store.reader.ticket_loads().await.unwrap(), []);
    assert_eq!(base.store.reader.tickets_in_line("support", 10).await.unwrap(), []);
}

async fn who_had_the_customer_last_is_known(base: &Base) {
    let conversations = waiting(base, 1).await;
    let (id, contact) = (conversations[0].id, conversations[0].contact);
    assert_eq!(base.store.reader.previous_agent(contact, None).await.unwrap(), None);
    assert!(give(base, conversations[0].clone(), 3).await);
    assert_eq!(base.store.reader.previous_agent(contact, None).await.unwrap(), Some(mei().id));
    assert_eq!(base.store.reader.previous_agent(contact, Some(id)).await.unwrap(), None, "this one aside");
}
