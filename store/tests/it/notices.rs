use bellhop_domain::{
    id::{AgentId, ConversationId, NoticeId, TicketId},
    notice::{Notice, NoticeKind, NoticeKinds},
    ticket::TicketSort,
};
use bellhop_store::{notices::Which, tickets::TicketFilter};

use crate::{
    base::{Base, at, on_both, uuid},
    tickets::ticket,
};

on_both!(
    what_somebody_did_not_read_is_one_row_for_each_ticket,
    notices_are_listed_newest_first_in_pages_and_forgotten,
    what_an_agent_follows_is_listed,
);

fn notice(number: u128, agent: u128, about: Option<TicketId>, kind: NoticeKind, when: i64) -> Notice {
    Notice {
        id: NoticeId(uuid(number)),
        agent: AgentId(uuid(agent)),
        ticket: about,
        conversation: Some(ConversationId(uuid(about.map_or(700 + number, |_| 600)))),
        kinds: NoticeKinds::one(kind),
        doer: None,
        times: 1,
        at: at(when),
        read_at: None,
    }
}

async fn tell(base: &Base, notice: &Notice) {
    let notice = notice.clone();
    base.write(move |tx| Box::pin(async move { tx.tell_agent(&notice).await })).await;
}

async fn read(base: &Base, agent: AgentId, which: Which, when: i64) -> u64 {
    base.write(move |tx| Box::pin(async move { tx.read_notices(agent, which, at(when)).await })).await
}

async fn what_somebody_did_not_read_is_one_row_for_each_ticket(base: &Base) {
    let (one, other) = (ticket(base, 1, "refund").await, ticket(base, 2, "refund").await);
    let first = notice(10, 1, Some(one.id), NoticeKind::Status, 1);
    let agent = first.agent;
    tell(base, &first).await;
    tell(base, &notice(11, 2, Some(one.id), NoticeKind::Status, 1)).await;
    tell(base, &notice(12, 1, Some(other.id), NoticeKind::Status, 2)).await;
    let doer = Some(AgentId(uuid(9)));
    tell(base, &Notice { doer, ..notice(13, 1, Some(one.id), NoticeKind::Message, 3) }).await;
    let reader = &base.store.reader;
    let all = reader.notices(agent, true, None, 10).await.unwrap().items;
    let kinds = NoticeKinds::one(NoticeKind::Status).and(NoticeKind::Message);
    assert_eq!(all[0].notice, Notice { kinds, doer, times: 2, at: at(3), ..first.clone() });
    assert_eq!((all.len(), all[0].ticket.clone(), all[0].contact), (2, Some((1, "refund".to_owned())), Some(one.contact)));
    assert_eq!(reader.unread_notices(agent).await.unwrap(), 2);
    assert_eq!(read(base, agent, Which::Ticket(one.id), 4).await, 1);
    assert_eq!(read(base, agent, Which::Ticket(one.id), 5).await, 0);
    tell(base, &notice(14, 1, Some(one.id), NoticeKind::Rated, 6)).await;
    let all = reader.notices(agent, false, None, 10).await.unwrap().items;
    assert_eq!(all.iter().map(|it| it.notice.id.0.as_u128() - uuid(0).as_u128()).collect::<Vec<_>>(), [14, 10, 12]);
    assert_eq!(all[1].notice.read_at, Some(at(4)));
    assert_eq!(read(base, agent, Which::One(NoticeId(uuid(11))), 7).await, 0, "it is somebody else's");
    assert_eq!(read(base, agent, Which::Conversation(ConversationId(uuid(600))), 7).await, 2);
    assert_eq!(reader.unread_notices(AgentId(uuid(2))).await.unwrap(), 1);
}

async fn notices_are_listed_newest_first_in_pages_and_forgotten(base: &Base) {
    let agent = AgentId(uuid(1));
    for number in 0..5 {
        tell(base, &notice(10 + number, 1, None, NoticeKind::Mentioned, 1 + number as i64 / 2)).await;
    }
    let reader = &base.store.reader;
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = reader.notices(agent, true, cursor, 2).await.unwrap();
        seen.extend(page.items.iter().map(|it| it.notice.id.0.as_u128() - uuid(0).as_u128()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [14, 13, 12, 11, 10]);
    assert_eq!(base.write(|tx| Box::pin(async { tx.forget_notices(at(2)).await })).await, 2);
    assert_eq!(reader.unread_notices(agent).await.unwrap(), 3);
    assert_eq!(read(base, agent, Which::All, 9).await, 3);
}

async fn what_an_agent_follows_is_listed(base: &Base) {
    let (one, two) = (AgentId(uuid(71)), AgentId(uuid(72)));
    for (number, followers) in [(1, vec![one]), (2, vec![]), (3, vec![two, one]), (4, vec![two])] {
        let mut ticket = ticket(base, number, "refund").await;
        ticket.followers = followers;
        assert!(base.write(move |tx| Box::pin(async move { tx.update_ticket(&ticket).await })).await);
    }
    let followed = async |agent| {
        let filter = TicketFilter { follower: Some(agent), sort: TicketSort::Oldest, ..TicketFilter::default() };
        let all = base.store.reader.tickets(&filter, None, 10).await.unwrap().items;
        all.iter().map(|ticket| ticket.number).collect::<Vec<_>>()
    };
    assert_eq!(followed(one).await, [1, 3]);
    assert_eq!(followed(two).await, [3, 4]);
    assert!(followed(AgentId(uuid(73))).await.is_empty());
}
