#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{id::ContactId, routing::Routing, ticket::Priority};

fn ticket(number: i64) -> Ticket {
    let id = |salt: u128| Uuid::from_u128(salt + u128::try_from(number).unwrap());
    Ticket {
        id: TicketId(id(100)),
        number,
        version: 1,
        template_version: 1,
        template: "idea".to_owned(),
        status: TicketStatus::Open,
        stage: None,
        priority: Priority::Normal,
        tier: None,
        region: None,
        department: None,
        owner: Some(AgentId(id(200))),
        followers: vec![AgentId(Uuid::from_u128(1)), AgentId(id(300))],
        category: None,
        fields: BTreeMap::new(),
        contact: ContactId(Uuid::nil()),
        conversations: vec![ConversationId(Uuid::from_u128(1)), ConversationId(id(400))],
        messages: Vec::new(),
        language: None,
        routing: Routing::default(),
        resolved_at: None,
        withdrawn_at: None,
        merged_into: None,
        incident: false,
        rating_asked_at: None,
        rating: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

fn record(ticket: &Ticket, into: &Ticket, before: BeforeMerge) -> Merge {
    Merge { ticket: ticket.id, into: into.id, at: DateTime::UNIX_EPOCH, before, told: None, undone_at: None }
}

#[test]
fn what_is_merged_ends_and_can_be_put_back() {
    for status in TicketStatus::ALL {
        let (mut one, mut two) = (ticket(1), ticket(2));
        one.status = status;
        one.resolved_at = (!status.is_open()).then_some(DateTime::UNIX_EPOCH);
        let (before_one, before_two) = (one.clone(), two.clone());
        let merge = one.merge(&mut two, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!((one.status, one.merged_into), (TicketStatus::Closed, Some(2)));
        assert_eq!(one.conversations, before_one.conversations, "what it was made of is still told");
        assert_eq!(two.conversations.len(), 3, "each once");
        assert!(two.followers.contains(&AgentId(Uuid::from_u128(201))), "who had it hears how it goes on");
        assert!(!one.can_reopen(DateTime::UNIX_EPOCH));
        assert!(one.move_to(super::super::Move { status: Some(TicketStatus::Open), stage: None }, None, None, DateTime::UNIX_EPOCH).is_err());

        let merge = record(&one, &two, merge);
        one.unmerge(&mut two, &merge, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!((one, two), (before_one, before_two), "{status:?}");
    }
}

#[test]
fn what_cannot_be_merged_or_undone_says_why_and_changes_nothing() {
    let refused = |mut one: Ticket, mut into: Ticket, key: &str| {
        let before = (one.clone(), into.clone());
        let why = one.merge(&mut into, DateTime::UNIX_EPOCH).unwrap_err();
        assert!(format!("{why:?}").contains(key) || why.say("en") != key, "{why:?}");
        assert_eq!((one, into), before);
    };
    refused(ticket(1), ticket(1), "why-merge-itself");
    refused(Ticket { merged_into: Some(3), ..ticket(1) }, ticket(2), "why-merged");
    refused(ticket(1), Ticket { merged_into: Some(1), ..ticket(2) }, "why-merged");
    refused(ticket(1), Ticket { status: TicketStatus::Closed, ..ticket(2) }, "why-merge-closed");

    let (mut one, mut two) = (ticket(1), ticket(2));
    let before = one.merge(&mut two, DateTime::UNIX_EPOCH).unwrap();
    let merge = record(&one, &two, before);
    let late = DateTime::UNIX_EPOCH + TimeDelta::days(UNMERGE_WITHIN_DAYS) + TimeDelta::seconds(1);
    assert!(one.clone().unmerge(&mut two.clone(), &merge, late).is_err());
    assert!(one.clone().unmerge(&mut Ticket { status: TicketStatus::Closed, ..two.clone() }, &merge, DateTime::UNIX_EPOCH).is_err());
    assert!(one.clone().unmerge(&mut Ticket { merged_into: Some(3), ..two.clone() }, &merge, DateTime::UNIX_EPOCH).is_err());
    one.unmerge(&mut two, &merge, DateTime::UNIX_EPOCH).unwrap();
    assert!(one.unmerge(&mut two, &merge, DateTime::UNIX_EPOCH).is_err(), "once");
}

proptest! {
    #[test]
    fn however_they_are_merged_and_parted_every_ticket_leads_to_one_that_goes_on(steps in proptest::collection::vec((0..6_usize, 0..6_usize, any::<bool>()), 0..60)) {
        let mut all: Vec<Ticket> = (1..=6).map(ticket).collect();
        let mut merges: Vec<Option<Merge>> = vec![None; 6];
        for (from, to, undo) in steps {
            let mut one = all[from].clone();
            let to = if undo { one.merged_into.map_or(to, |number| usize::try_from(number - 1).unwrap()) } else { to };
            let mut other = all[to].clone();
            let done = match merges[from].take().filter(|_| undo) {
                Some(merge) => {
                    let undone = one.unmerge(&mut other, &merge, DateTime::UNIX_EPOCH).is_ok();
                    merges[from] = (!undone).then_some(merge);
                    undone
                }
                None => match one.merge(&mut other, DateTime::UNIX_EPOCH) {
                    Ok(before) => { merges[from] = Some(record(&one, &other, before)); true }
                    Err(_) => false,
                },
            };
            if done {
                all[from] = one;
                all[to] = other;
            }
            for ticket in &all {
                let mut at = ticket;
                for _ in 0..all.len() {
                    match at.merged_into {
                        Some(number) => at = &all[usize::try_from(number - 1).unwrap()],
                        None => break,
                    }
                }
                prop_assert!(at.merged_into.is_none(), "a circle");
            }
        }
    }
}
