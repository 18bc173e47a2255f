use std::collections::BTreeMap;

use bellhop_domain::{
    actor::Actor,
    id::{AgentId, MessageId, TicketId},
    sourced::Source,
    ticket::{FieldValue, Priority, Rating, RatingScale, Ticket, TicketSort, TicketStatus},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::tickets::{Owner, TicketFilter};

use crate::base::{Base, at, on_both, talking, uuid};

on_both!(
    numbers_count_up_and_are_not_lost_to_failures,
    a_ticket_comes_back_whole,
    an_old_ticket_is_refused,
    the_open_ticket_of_a_conversation_is_found,
    tickets_are_filtered,
    every_list_in_every_order_is_whole_over_its_pages,
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
    let drawn = futures_util::future::join_all((0..20).map(|_| base.store.writer.next_ticket_number::<bellhop_store::DbError>())).await;
    let mut drawn: Vec<i64> = drawn.into_iter().map(Result::unwrap).collect();
    drawn.sort_unstable();
    assert_eq!(drawn, (23..=42).collect::<Vec<_>>(), "by themselves as well as among other writing");
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
        ("status", TicketFilter { statuses: vec![TicketStatus::Open], ..filter() }, vec![2]),
        ("template", TicketFilter { template: Some("refund".to_owned()), ..filter() }, vec![1]),
        ("department", TicketFilter { department: Some("vip".to_owned()), ..filter() }, vec![2]),
        ("owner", TicketFilter { owner: Some(Owner::Agent(AgentId(uuid(90)))), ..filter() }, vec![2]),
        ("nobody's", TicketFilter { owner: Some(Owner::Nobody), ..filter() }, vec![1]),
        ("priority", TicketFilter { priority: Some(Priority::High), ..filter() }, vec![]),
        ("several", TicketFilter { template: Some("bug".to_owned()), tier: Some("vip".to_owned()), owner: Some(Owner::Nobody), ..filter() }, vec![]),
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

/// Whatever is asked for in whichever order, its pages together are just what an order of all in memory says.
async fn every_list_in_every_order_is_whole_over_its_pages(base: &Base) {
    let mut all = Vec::new();
    for number in 1..=60 {
        let mut one = ticket(base, number, if number % 3 == 0 { "bug" } else { "refund" }).await;
        one.status = TicketStatus::ALL[number as usize % 6];
        one.owner = (number % 4 != 0).then(|| AgentId(uuid(90 + number % 2)));
        one.department = (number % 5 != 0).then(|| ["support", "vip"][number as usize % 2].to_owned());
        one.category = (number % 7 == 0).then(|| "late".to_owned());
        one.priority = Priority::ALL[number as usize % 4];
        one.updated_at = at(1000 - (number as i64 * 7) % 20);
        one.routing.urgency = (number as i64 * 5) % 9;
        let kept = one.clone();
        assert!(base.write(move |tx| Box::pin(async move { tx.update_ticket(&kept).await })).await);
        all.push(one);
    }
    let (filter, some) = (TicketFilter::default, |word: &str| Some(word.to_owned()));
    let active = || bellhop_store::tickets::statuses("active").unwrap();
    let filters = [
        filter(),
        TicketFilter { statuses: active(), ..filter() },
        TicketFilter { statuses: vec![TicketStatus::Closed], ..filter() },
        TicketFilter { owner: Some(Owner::Agent(AgentId(uuid(90)))), ..filter() },
        TicketFilter { owner: Some(Owner::Nobody), statuses: active(), ..filter() },
        TicketFilter { department: some("vip"), statuses: active(), ..filter() },
        TicketFilter { template: some("bug"), ..filter() },
        TicketFilter { category: some("late"), ..filter() },
        TicketFilter { tier: some("gold"), statuses: active(), ..filter() },
        TicketFilter { region: some("DE"), statuses: vec![TicketStatus::New, TicketStatus::Open], ..filter() },
        TicketFilter { department: some("support"), owner: Some(Owner::Nobody), priority: Some(Priority::High), ..filter() },
        TicketFilter { q: some("a-1"), template: some("refund"), ..filter() },
    ];
    for filter in filters {
        for sort in TicketSort::ALL {
            let filter = TicketFilter { sort, ..filter.clone() };
            let is = |ticket: &&Ticket| {
                (filter.statuses.is_empty() || filter.statuses.contains(&ticket.status))
                    && filter.owner.is_none_or(|owner| ticket.owner == if let Owner::Agent(id) = owner { Some(id) } else { None })
                    && [
                        (&filter.template, Some(&ticket.template)),
                        (&filter.department, ticket.department.as_ref()),
                        (&filter.tier, ticket.tier.as_ref()),
                        (&filter.region, ticket.region.as_ref()),
                        (&filter.category, ticket.category.as_ref()),
                    ]
                    .iter()
                    .all(|(wanted, has)| wanted.is_none() || wanted.as_ref() == *has)
                    && filter.priority.is_none_or(|priority| ticket.priority == priority)
                    && (filter.q.is_none() || ticket.number.to_string().starts_with('1'))
            };
            let mut wanted: Vec<&Ticket> = all.iter().filter(is).collect();
            wanted.sort_by_key(|ticket| {
                let (updated, created) = (ticket.updated_at.timestamp_micros(), ticket.created_at.timestamp_micros());
                match sort {
                    TicketSort::Updated => (-updated, u128::MAX - ticket.id.0.as_u128()),
                    TicketSort::Newest => (-created, u128::MAX - ticket.id.0.as_u128()),
                    TicketSort::Oldest => (created, ticket.id.0.as_u128()),
                    TicketSort::Urgency => (-ticket.routing.urgency, ticket.id.0.as_u128()),
                }
            });
            let (mut found, mut cursor) = (Vec::new(), None);
            loop {
                let page = base.store.reader.tickets(&filter, cursor, 7).await.unwrap();
                found.extend(page.items.iter().map(|ticket| ticket.number));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(found, wanted.iter().map(|ticket| ticket.number).collect::<Vec<_>>(), "{filter:?}");
        }
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
