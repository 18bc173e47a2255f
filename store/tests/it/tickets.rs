use std::collections::BTreeMap;

use bellhop_domain::{
    actor::Actor,
    id::{AgentId, MessageId, TicketId},
    sourced::Source,
    ticket::{FieldValue, Priority, Rating, RatingScale, Ticket, TicketStatus},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::tickets::TicketFilter;

use crate::base::{Base, at, on_both, talking, uuid};

on_both!(
    numbers_count_up_and_are_not_lost_to_failures,
    a_ticket_comes_back_whole,
    an_old_ticket_is_refused,
    the_open_ticket_of_a_conversation_is_found,
    tickets_are_filtered,
    contacts_are_counted_by_category,
    a_ticket_that_was_taken_back_is_in_no_list,
    the_timeline_keeps_everything_in_order,
);

async fn contacts_are_counted_by_category(base: &Base) {
    use bellhop_domain::category::{Proposed, ProposedBy};
    let of = async |number: u128, category: Option<&str>, proposed: Option<&str>| {
        let mut conversation = talking(base, number).await;
        conversation.category = category.map(str::to_owned);
        conversation.proposed = proposed.map(|category| Proposed { category: category.to_owned(), by: ProposedBy::Words });
        let kept = conversation.clone();
        assert!(base.write(move |tx| Box::pin(async move { tx.update_conversation(&kept).await })).await);
        let stored = base.store.reader.conversation(conversation.id).await.unwrap().unwrap();
        assert_eq!(stored.proposed, conversation.proposed);
    };
    of(11, Some("late"), Some("lost")).await;
    of(12, None, Some("late")).await;
    of(13, None, None).await;
    let _ticket = ticket(base, 14, "refund").await;
    let counts = base.store.reader.category_counts(at(0), at(100)).await.unwrap();
    let shown: Vec<_> =
        counts.iter().map(|count| (count.category.as_deref(), count.conversations, count.proposed, count.without_ticket, count.tickets)).collect();
    assert_eq!(shown, [(Some("late"), 1, 1, 2, 0), (None, 2, 0, 1, 1)]);
    assert_eq!(base.store.reader.category_counts(at(100), at(200)).await.unwrap(), []);
}

pub(crate) async fn ticket(base: &Base, number: u128, template: &str) -> Ticket {
    let conversation = talking(base, number).await;
    let mut ticket = Ticket {
        id: TicketId(uuid(500 + number)),
        number: number as i64,
        version: 1,
        template: template.to_owned(),
        template_version: 3,
        status: TicketStatus::New,
        stage: None,
        priority: Priority::Normal,
        tier: Some("gold".to_owned()),
        region: Some("DE".to_owned()),
        department: Some("support".to_owned()),
        owner: None,
        followers: vec![AgentId(uuid(90))],
        category: None,
        fields: BTreeMap::from([(
            "order_number".to_owned(),
            FieldValue { value: format!("A-{number}00").into(), source: Source::Conversation, message: Some(MessageId(uuid(1))) },
        )]),
        contact: conversation.contact,
        conversations: vec![conversation.id],
        messages: Vec::new(),
        language: Some("de".to_owned()),
        routing: serde_json::from_value(serde_json::json!({"rule": "fallback", "department": "support", "owner": null, "reasons": []})).unwrap(),
        resolved_at: None,
        withdrawn_at: None,
        merged_into: None,
        incident: false,
        rating_asked_at: None,
        rating: None,
        created_at: at(number as i64),
        updated_at: at(number as i64),
    };
    ticket.number = base.write(|tx| Box::pin(async { tx.next_ticket_number().await })).await;
    let stored = ticket.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_ticket(&stored).await })).await;
    ticket
}

async fn numbers_count_up_and_are_not_lost_to_failures(base: &Base) {
    let next = || base.write(|tx| Box::pin(async { tx.next_ticket_number().await }));
    assert_eq!(next().await, 1);
    let failed = base
        .try_write::<(), _>(|tx| {
            Box::pin(async {
                tx.next_ticket_number().await?;
                Err(sea_orm::DbErr::Custom("changed my mind".to_owned()).into())
            })
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(next().await, 2);
    let many = futures_util::future::join_all((0..20).map(|_| next())).await;
    let mut sorted = many.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (3..=22).collect::<Vec<_>>());
}

async fn a_ticket_comes_back_whole(base: &Base) {
    let ticket = ticket(base, 1, "refund").await;
    assert_eq!(base.store.reader.ticket(1).await.unwrap(), Some(ticket.clone()));
    assert_eq!(base.store.reader.ticket_by_id(ticket.id).await.unwrap(), Some(ticket.clone()));
    assert_eq!(base.store.reader.tickets_of_conversation(ticket.conversations[0]).await.unwrap(), [ticket]);
}

async fn an_old_ticket_is_refused(base: &Base) {
    let mut ticket = ticket(base, 1, "refund").await;
    ticket.status = TicketStatus::Resolved;
    ticket.resolved_at = Some(at(9));
    let update = |ticket: &Ticket| {
        let ticket = ticket.clone();
        base.write(move |tx| Box::pin(async move { tx.update_ticket(&ticket).await }))
    };
    assert!(update(&ticket).await);
    assert!(!update(&ticket).await);
    ticket.version = 2;
    assert_eq!(base.store.reader.ticket(1).await.unwrap(), Some(ticket));
}

async fn the_open_ticket_of_a_conversation_is_found(base: &Base) {
    let mut ticket = ticket(base, 1, "refund").await;
    let conversation = ticket.conversations[0];
    let find =
        |template: &'static str| async move { base.store.reader.open_ticket_for(conversation, template).await.unwrap().map(|ticket| ticket.number) };
    assert_eq!(find("refund").await, Some(1));
    assert_eq!(find("bug").await, None);
    ticket.status = TicketStatus::Closed;
    base.write(move |tx| Box::pin(async move { tx.update_ticket(&ticket).await })).await;
    assert_eq!(find("refund").await, None, "a closed one is left in peace");
}

async fn tickets_are_filtered(base: &Base) {
    let (first, second) = (ticket(base, 1, "refund").await, ticket(base, 2, "bug").await);
    let mut changed = second.clone();
    (changed.status, changed.owner, changed.department) = (TicketStatus::Open, Some(AgentId(uuid(90))), Some("vip".to_owned()));
    (changed.tier, changed.region) = (Some("vip".to_owned()), Some("CN".to_owned()));
    base.write(move |tx| Box::pin(async move { tx.update_ticket(&changed).await })).await;
    let filter = TicketFilter::default;
    let cases = [
        ("status", TicketFilter { status: Some(TicketStatus::Open), ..filter() }, vec![2]),
        ("template", TicketFilter { template: Some("refund".to_owned()), ..filter() }, vec![1]),
        ("department", TicketFilter { department: Some("vip".to_owned()), ..filter() }, vec![2]),
        ("owner", TicketFilter { owner: Some(AgentId(uuid(90))), ..filter() }, vec![2]),
        ("contact", TicketFilter { contact: Some(first.contact), ..filter() }, vec![1]),
        ("tier", TicketFilter { tier: Some("vip".to_owned()), ..filter() }, vec![2]),
        ("region", TicketFilter { region: Some("DE".to_owned()), ..filter() }, vec![1]),
        ("a value", TicketFilter { q: Some("a-100".to_owned()), ..filter() }, vec![1]),
        ("a number", TicketFilter { q: Some("t-2".to_owned()), ..filter() }, vec![2]),
        ("nothing", filter(), vec![2, 1]),
    ];
    for (name, filter, expected) in cases {
        let found: Vec<i64> = base.store.reader.tickets(&filter, None, 10).await.unwrap().items.iter().map(|ticket| ticket.number).collect();
        assert_eq!(found, expected, "{name}");
    }
}

async fn the_timeline_keeps_everything_in_order(base: &Base) {
    let ticket = ticket(base, 1, "refund").await;
    let event = |kind, ticket| TimelineEvent {
        conversation: None,
        ticket,
        at: at(1),
        actor: Actor::System,
        kind,
        details: serde_json::json!({"why": [1, 2.5, null]}),
    };
    let mut events: Vec<TimelineEvent> = [TimelineKind::TicketCreated, TimelineKind::Routed, TimelineKind::StatusChanged, TimelineKind::Notified]
        .into_iter()
        .map(|kind| event(kind, Some(ticket.id)))
        .collect();
    events[2].conversation = Some(ticket.conversations[0]);
    let stored = events.clone();
    base.write(move |tx| Box::pin(async move { tx.append_timeline(&stored).await })).await;
    let first = base.store.reader.timeline_of_ticket(ticket.id, None, 3).await.unwrap();
    let rest = base.store.reader.timeline_of_ticket(ticket.id, first.next, 3).await.unwrap();
    assert_eq!(first.items.into_iter().chain(rest.items).collect::<Vec<_>>(), events);
    assert_eq!(base.store.reader.timeline_of_conversation(ticket.conversations[0], None, 3).await.unwrap().items, events[2..3]);
    assert_eq!(base.store.reader.timeline_since(0, 10).await.unwrap().len(), 4);
}

async fn a_ticket_that_was_taken_back_is_in_no_list(base: &Base) {
    let kept = ticket(base, 1, "refund").await;
    let mut back = ticket(base, 2, "refund").await;
    back.withdrawn_at = Some(at(9));
    back.status = TicketStatus::Closed;
    back.rating_asked_at = Some(at(8));
    back.rating = Some(Rating { value: 5, scale: RatingScale::Thumbs, by: back.contact, at: at(8), comment: None });
    let stored = back.clone();
    assert!(base.write(move |tx| Box::pin(async move { tx.update_ticket(&stored).await })).await);
    let listed = base.store.reader.tickets(&TicketFilter::default(), None, 10).await.unwrap().items;
    assert_eq!(listed.iter().map(|ticket| ticket.number).collect::<Vec<_>>(), [kept.number]);
    assert!(base.store.reader.tickets_of_conversation(back.conversations[0]).await.unwrap().is_empty());
    assert_eq!(base.store.reader.ticket(back.number).await.unwrap(), Some(Ticket { version: 2, ..back }), "by its number it is found");
}
