use bellhop_domain::{
    actor::Actor,
    contact::Address,
    id::{AgentId, FileId, MessageId, TicketId},
    message::{Attachment, AttachmentState, Button, ButtonAction, Delivery, DeliveryState},
    review::Review,
    sourced::{Source, Sourced},
    ticket::{Rating, RatingScale},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::{
    files::FileRecord,
    inbox::{HeldEvent, NewEvent},
    timers::NewTimer,
};
use serde_json::json;

use crate::base::{Base, answered, at, event, on_both, said, send, talking, uuid};

on_both!(
    erasing_a_person_leaves_no_marker_anywhere,
    erasing_one_person_leaves_the_others_alone,
    what_somebody_wrote_in_anothers_thread_is_erased_and_nothing_else_there,
    a_person_with_two_names_on_one_channel_is_erased,
    an_export_holds_everything_of_one_person,
);

const MARKER: &str = "zebra";

fn marked(text: &str) -> String {
    format!("{MARKER} {text}")
}

/// Somebody whose every text carries the marker.
async fn plant(base: &Base) -> bellhop_domain::conversation::Conversation {
    let mut conversation = talking(base, 1).await;
    let mut contact = base.store.reader.contact(conversation.contact).await.unwrap().unwrap();
    contact.name = Some(marked("Ann"));
    let address = |value: String| Address { value, verified: true, source: Source::Claim, at: at(0) };
    contact.emails = vec![address(format!("{MARKER}@example.org"))];
    contact.phones = vec![address(format!("+49{MARKER}"))];
    contact.tier.set(Sourced { value: marked("tier"), source: Source::Claim, by: None, at: at(0), warning: Some(marked("unknown")) });
    contact.attributes.entry(marked("attribute")).or_default().set(Sourced {
        value: marked("value").into(),
        source: Source::Claim,
        by: None,
        at: at(0),
        warning: None,
    });
    conversation.tags = vec![marked("tag")];
    let thread = bellhop_domain::contact::Thread {
        id: bellhop_domain::id::ThreadId(uuid(70)),
        channel: "shop".to_owned(),
        external_id: format!("{MARKER}-thread"),
        contact: contact.id,
    };
    let mut second = crate::base::conversation(70, &thread);
    second.contact = contact.id;
    let mut incoming = said(1, &second, &marked("where is it"));
    incoming.author_name = Some(marked("Ann"));
    incoming.external_id = Some(marked("m-1"));
    incoming.extras.attachments = vec![Attachment {
        name: marked("box.jpg"),
        content_type: "image/jpeg".to_owned(),
        url: Some(marked("url")),
        state: AttachmentState::Pending,
    }];
    let file = FileRecord {
        id: FileId(uuid(66)),
        name: marked("passport.jpg"),
        content_type: "image/jpeg".to_owned(),
        size: 1,
        sha256: String::new(),
        created_at: at(0),
    };
    let of_file = AttachmentState::Stored { file: file.id, size: 1 };
    incoming.extras.attachments.push(Attachment { name: marked("passport.jpg"), content_type: "image/jpeg".to_owned(), url: None, state: of_file });
    incoming.extras.reply_to = Some(marked("reply"));
    let mut outgoing = answered(2, &second, &marked("hello Ann"));
    outgoing.extras.buttons = vec![
        Button { id: "b-1".to_owned(), label: marked("label"), action: ButtonAction::Human },
        Button { id: "b-2".to_owned(), label: "x".to_owned(), action: ButtonAction::Fill { field: "name".to_owned(), value: marked("value") } },
    ];
    outgoing.delivery = Some(Delivery { state: DeliveryState::Failed, error: Some(marked("no such user")), maybe_sent: false });
    let mut note = answered(3, &second, &marked("she is angry"));
    note.direction = bellhop_domain::message::Direction::Note;
    note.author = Actor::Agent { id: AgentId(uuid(90)), key: "mei".to_owned(), name: "Mei".to_owned() };
    note.delivery = None;
    let mut sending = send(&second, Some(&outgoing));
    sending.body = marked("body").into();
    let lane = format!("shop\u{1f}{MARKER}-thread");
    let mut events: Vec<NewEvent> = ["done", "waiting", "dead"].iter().map(|key| event(key, &lane)).collect();
    events.iter_mut().for_each(|event| event.body = marked("raw").into());
    let held = HeldEvent { channel: "shop".to_owned(), external_message: marked("m-9"), seq: 0, body: marked("edit").into(), received_at: at(0) };
    let timeline = TimelineEvent {
        conversation: Some(second.id),
        ticket: None,
        at: at(1),
        actor: Actor::Bot,
        kind: TimelineKind::Answered,
        details: json!({"asked": marked("where")}),
    };
    let timer = NewTimer { key: "t".to_owned(), kind: "x".to_owned(), conversation: Some(second.id), due_at: at(1), payload: json!(marked("timer")) };
    let mut ticket = crate::tickets::ticket(base, 2, "refund").await;
    ticket.contact = contact.id;
    ticket.id = TicketId(uuid(800));
    ticket.number = 800;
    ticket.conversations = vec![second.id];
    ticket.messages = vec![MessageId(uuid(1))];
    ticket.fields.values_mut().for_each(|field| field.value = marked("order").into());
    let comment = Some(marked("slow"));
    ticket.rating = Some(Rating { value: 2, scale: RatingScale::Stars, by: contact.id, at: at(1), comment });
    let draft = bellhop_store::drafts::Draft {
        agent: bellhop_domain::id::AgentId(uuid(77)),
        conversation: second.id,
        internal: false,
        text: marked("draft"),
        updated_at: at(1),
    };
    let mut review = Review::begin(second.id, None, Actor::System, at(1));
    review.fields = ticket.fields.clone();
    ticket.routing.reasons =
        serde_json::from_value(json!([{"condition": "region", "value": marked("DE"), "source": null, "matched": true}])).unwrap();
    let (first, stored) = (conversation.clone(), second.clone());
    base.write(move |tx| {
        Box::pin(async move {
            assert!(tx.update_contact(&contact).await?);
            tx.insert_identity(&bellhop_domain::contact::Identity {
                channel: "mail".to_owned(),
                external_id: format!("{MARKER}@example.org"),
                contact: contact.id,
            })
            .await?;
            tx.insert_thread(&thread).await?;
            assert!(tx.update_conversation(&first).await?);
            tx.insert_conversation(&stored).await?;
            tx.insert_messages(&[incoming, outgoing, note]).await?;
            let ids = tx.enqueue(&[sending.clone(), sending], at(0)).await?;
            tx.fail_send(ids[0], &marked("refused")).await?;
            let seqs: Vec<i64> = tx.accept(&events).await?.into_iter().flatten().collect();
            tx.finish_events(&seqs[..1], at(1)).await?;
            tx.fail_event(seqs[2], &marked("reason"), 3, true, at(1)).await?;
            tx.hold_event(&HeldEvent { seq: seqs[1], ..held }).await?;
            tx.append_timeline(&[timeline]).await?;
            tx.set_timer(&timer).await?;
            tx.insert_file(&file).await?;
            tx.set_channel_mark("shop", &format!("{MARKER}-thread"), Some(&marked("mark"))).await?;
            for (key, body) in [("contact", json!(contact.id)), ("conversation", json!(stored.id)), ("ticket", json!("T-800"))] {
                let body = json!({"of": body, "text": marked("answer")}).to_string();
                tx.remember_response("token", key, "hash", 201, &body, at(1)).await?;
            }
            assert!(tx.keep_review(&review).await?);
            tx.keep_draft(&draft).await?;
            tx.insert_ticket(&ticket).await
        })
    })
    .await;
    second
}

async fn places(base: &Base) -> Vec<String> {
    base.dump().await.into_iter().filter(|value| value.contains(MARKER)).collect()
}

async fn erasing_a_person_leaves_no_marker_anywhere(base: &Base) {
    let conversation = Box::pin(plant(base)).await;
    let planted = places(base).await;
    let tables = |values: &[String]| {
        let mut tables: Vec<String> = values.iter().filter_map(|value| value.split(':').next()).map(str::to_owned).collect();
        tables.sort();
        tables.dedup();
        tables
    };
    assert_eq!(
        tables(&planted),
        [
            "channel_mark",
            "contact",
            "contact_address",
            "conversation",
            "draft",
            "file",
            "held_event",
            "identity",
            "inbox",
            "message",
            "outbox",
            "remembered_response",
            "review",
            "thread",
            "ticket",
            "timeline",
            "timer"
        ]
    );
    let id = conversation.contact;
    assert_eq!(base.store.reader.files_of_contact(id).await.unwrap(), [FileId(uuid(66))]);
    assert!(base.write(move |tx| Box::pin(async move { tx.erase_contact(id, at(50)).await })).await);
    assert_eq!(places(base).await, Vec::<String>::new());
    let contact = base.store.reader.contact(id).await.unwrap().unwrap();
    assert_eq!((contact.erased_at, contact.name), (Some(at(50)), None));
    assert_eq!(base.store.reader.messages(conversation.id, None, 10).await.unwrap().items.len(), 3, "that there were messages remains");
    assert_eq!(base.store.reader.timeline_of_conversation(conversation.id, None, 10).await.unwrap().items.len(), 1);
    assert!(base.store.reader.pending_lanes(10).await.unwrap().is_empty());
    let again = base.write(|tx| Box::pin(async { tx.accept(&[event("done", "x")]).await })).await;
    assert_eq!(again, [None], "a repeat is still known");
    assert!(!base.write(move |tx| Box::pin(async move { tx.erase_contact(bellhop_domain::id::ContactId(uuid(12345)), at(50)).await })).await);
}

async fn erasing_one_person_leaves_the_others_alone(base: &Base) {
    let (gone, kept) = (talking(base, 1).await, talking(base, 2).await);
    let messages = vec![said(1, &gone, "hello"), said(2, &kept, "hello")];
    let stored = messages.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&stored).await })).await;
    let id = gone.contact;
    base.write(move |tx| Box::pin(async move { tx.erase_contact(id, at(50)).await })).await;
    assert_eq!(base.store.reader.messages(kept.id, None, 10).await.unwrap().items, messages[1..]);
    assert_eq!(base.store.reader.thread_state("shop", "thread-2", "u-2").await.unwrap().unwrap().conversation, Some(kept));
    assert!(base.store.reader.thread_state("shop", "thread-1", "u-1").await.unwrap().is_none(), "who writes again is a new person");
    assert!(base.store.reader.identity("shop", "u-1").await.unwrap().is_none());
}

async fn what_somebody_wrote_in_anothers_thread_is_erased_and_nothing_else_there(base: &Base) {
    let (visitor, host) = (talking(base, 1).await, talking(base, 2).await);
    let mut theirs = said(1, &host, "I am only visiting");
    theirs.author = Actor::Contact { id: visitor.contact };
    let own = said(2, &host, "hello");
    let lane = format!("shop\u{1f}{}", host.external_thread);
    let (stored, events) = (vec![theirs.clone(), own.clone()], vec![event("handled", &lane), event("waiting", &lane)]);
    let id = visitor.contact;
    base.write(move |tx| {
        Box::pin(async move {
            tx.insert_messages(&stored).await?;
            let seqs: Vec<i64> = tx.accept(&events).await?.into_iter().flatten().collect();
            tx.finish_events(&seqs[..1], at(1)).await?;
            tx.erase_contact(id, at(50)).await
        })
    })
    .await;
    let texts: Vec<String> = base.store.reader.messages(host.id, None, 10).await.unwrap().items.into_iter().map(|message| message.text).collect();
    assert_eq!(texts, ["[erased]", "hello"]);
    assert_eq!(base.store.reader.conversation(host.id).await.unwrap(), Some(host));
    assert_eq!(base.store.reader.pending_events(&lane, 10).await.unwrap().len(), 1, "what the host said is still to be handled");
    assert!(!base.dump().await.iter().any(|value| value.contains("visiting") || value.contains("id\":\"handled")));
}

async fn a_person_with_two_names_on_one_channel_is_erased(base: &Base) {
    let (first, second) = (talking(base, 1).await, talking(base, 2).await);
    let (into, from) = (first.contact, second.contact);
    let erased = base.write(move |tx| {
        Box::pin(async move {
            tx.merge_contacts(from, into, at(9)).await?;
            tx.erase_contact(into, at(50)).await?;
            tx.erase_contact(into, at(51)).await
        })
    });
    assert!(erased.await, "twice does no harm");
    assert!(!base.dump().await.iter().any(|value| value.contains("thread-2") || value.contains("u-2")));
}

async fn an_export_holds_everything_of_one_person(base: &Base) {
    let conversation = Box::pin(plant(base)).await;
    let other = talking(base, 3).await;
    let message = said(9, &other, "giraffe");
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&[message]).await })).await;
    let export = base.store.reader.export_contact(conversation.contact).await.unwrap().unwrap().to_string();
    for part in
        ["zebra Ann", "zebra@example.org", "zebra where is it", "zebra hello Ann", "zebra order", "zebra-thread", "T-800", "box.jpg", "zebra slow"]
    {
        assert!(export.contains(part), "{part}");
    }
    assert!(!export.contains("giraffe"), "somebody else's words");
    assert!(!export.contains("she is angry"), "what colleagues tell each other");
}
