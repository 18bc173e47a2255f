#![allow(clippy::unwrap_used, reason = "tests")]
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

use super::*;
use crate::desk::{Profile, Role, Tier};

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn minutes(minutes: i64) -> DateTime<Utc> {
    AT + chrono::TimeDelta::minutes(minutes)
}

fn agent(number: u128) -> Agent {
    Agent {
        id: AgentId(Uuid::from_u128(number)),
        key: format!("agent-{number}"),
        name: format!("Agent {number}"),
        email: format!("{number}@example.org"),
        role: Role::Agent,
        departments: vec![],
        languages: vec![],
        profile: Profile::default(),
        disabled: false,
        created_at: AT,
    }
}

fn skilled(number: u128, level: u8) -> Agent {
    let mut agent = agent(number);
    agent.profile.skills.insert("refunds".to_owned(), level);
    agent
}

fn candidate(agent: &Agent) -> Candidate<'_> {
    let most = Load { chats: 3, tickets: 3 };
    Candidate { agent, presence: Some(Presence::Online), on_duty: true, load: Load::default(), most, idle_since: AT }
}

fn work() -> Work {
    Work {
        kind: WorkKind::Chat,
        language: None,
        regions: vec![],
        tier: None,
        skills: BTreeMap::new(),
        before: None,
        account_manager: None,
        passed_on_by: None,
    }
}

fn chosen(work: &Work, candidates: &[Candidate<'_>]) -> (Option<u128>, Vec<Why>) {
    let assignment = assign(work, candidates, AT);
    (assignment.agent.map(|agent| agent.0.as_u128()), assignment.reasons)
}

#[test]
fn who_had_the_customer_last_gets_them_if_available() {
    let (one, two) = (agent(1), agent(2));
    let work = Work { before: Some(two.id), ..work() };
    let busy = Candidate { load: Load { chats: 2, tickets: 0 }, ..candidate(&two) };
    assert_eq!(chosen(&work, &[candidate(&one), busy]), (Some(2), vec![Why::HadCustomer]), "although the other has less to do");
    let full = Candidate { load: Load { chats: 3, tickets: 0 }, ..busy };
    assert_eq!(chosen(&work, &[candidate(&one), full]), (Some(1), vec![Why::OnlyOne]));
}

#[test]
fn who_looks_after_the_company_comes_after_who_had_the_customer() {
    let (one, two, manager) = (agent(1), agent(2), agent(3));
    let work = Work { account_manager: Some(manager.id), ..work() };
    let busy = Candidate { load: Load { chats: 2, tickets: 0 }, ..candidate(&manager) };
    assert_eq!(chosen(&work, &[candidate(&one), busy, candidate(&two)]), (Some(3), vec![Why::AccountManager]), "although others have less to do");
    let before = Work { before: Some(two.id), ..work.clone() };
    assert_eq!(chosen(&before, &[candidate(&one), busy, candidate(&two)]), (Some(2), vec![Why::HadCustomer]));
    let away = Candidate { presence: Some(Presence::Away), ..busy };
    assert_eq!(chosen(&work, &[candidate(&one), away]), (Some(1), vec![Why::OnlyOne]), "somebody else where they are not there");
    let needed = Work { skills: BTreeMap::from([("refunds".to_owned(), 3)]), ..work.clone() };
    let skilled = skilled(4, 3);
    assert_eq!(chosen(&needed, &[busy, candidate(&skilled)]).0, Some(4), "a needed skill is needed of them too");
    let gone = Work { account_manager: Some(AgentId(Uuid::from_u128(99))), ..work };
    assert_eq!(chosen(&gone, &[candidate(&one), candidate(&two)]).1, vec![Why::LongestIdle]);
    for (language, words) in [("en", "looks after the customer's company"), ("zh", "是该客户所属公司的客户经理")] {
        assert_eq!(Why::AccountManager.in_words(&Desk::default(), language), words);
    }
}

#[test]
fn who_cannot_take_it_gets_nothing_and_is_told_why() {
    let (one, id) = (agent(1), AgentId(Uuid::from_u128(1)));
    let free = candidate(&one);
    for (what, candidate, why) in [
        (work(), Candidate { presence: Some(Presence::Away), ..free }, Why::Away),
        (work(), Candidate { presence: Some(Presence::Offline), ..free }, Why::Offline),
        (work(), Candidate { presence: None, ..free }, Why::NeverThere),
        (work(), Candidate { on_duty: false, ..free }, Why::OffDuty),
        (work(), Candidate { load: Load { chats: 3, tickets: 0 }, ..free }, Why::Full { load: 3, most: 3 }),
        (work(), Candidate { most: Load::default(), ..free }, Why::Full { load: 0, most: 0 }),
        (Work { passed_on_by: Some(id), before: Some(id), ..work() }, free, Why::PassedOn),
    ] {
        let assignment = assign(&what, &[candidate], AT);
        assert_eq!((assignment.agent, assignment.reasons), (None, vec![Why::NobodyFree]));
        assert_eq!(assignment.others, [PassedOver { agent: id, why }]);
    }
    assert_eq!(chosen(&work(), &[]), (None, vec![Why::NobodyWorksHere]));
}

#[test]
fn tickets_and_chats_fill_places_of_their_own() {
    let one = agent(1);
    let full_of_chats = Candidate { load: Load { chats: 3, tickets: 0 }, ..candidate(&one) };
    assert_eq!(chosen(&Work { kind: WorkKind::Ticket, ..work() }, &[full_of_chats]).0, Some(1));
}

#[test]
fn a_needed_skill_is_waited_for_where_somebody_has_it() {
    let (novice, expert, layman) = (skilled(1, 1), skilled(2, 4), agent(3));
    let needed = Work { skills: BTreeMap::from([("refunds".to_owned(), 3)]), ..work() };
    let skill = Why::Skill { skill: "refunds".to_owned(), needed: 3 };
    let everybody = [candidate(&novice), candidate(&expert), candidate(&layman)];
    assert_eq!(chosen(&needed, &everybody), (Some(2), vec![skill, Why::OnlyOne]));
    let away = [candidate(&novice), Candidate { presence: Some(Presence::Away), ..candidate(&expert) }];
    let assignment = assign(&needed, &away, AT);
    assert_eq!((assignment.agent, assignment.reasons), (None, vec![Why::NobodyFree]));
    let lacks = Why::LacksSkill { skill: "refunds".to_owned(), needed: 3 };
    assert!(assignment.others.contains(&PassedOver { agent: novice.id, why: lacks }));
    let nobody = Why::NobodyHasSkill { skill: "refunds".to_owned(), needed: 3 };
    assert_eq!(chosen(&needed, &[candidate(&layman)]), (Some(3), vec![nobody, Why::OnlyOne]));
}

#[test]
fn language_region_and_tier_are_preferred_in_this_order() {
    let mut german = agent(1);
    german.languages = vec!["de".to_owned()];
    let mut berlin = agent(2);
    berlin.profile.regions = vec!["DE-BE".to_owned()];
    let mut germany = agent(3);
    germany.profile.regions = vec!["DE".to_owned()];
    let mut vip = agent(4);
    vip.profile.tiers = vec!["vip".to_owned()];
    let customer =
        Work { language: Some("de-AT".to_owned()), regions: vec!["DE-BE".to_owned(), "DE".to_owned()], tier: Some("vip".to_owned()), ..work() };
    let (german, berlin, germany, vip) = (candidate(&german), candidate(&berlin), candidate(&germany), candidate(&vip));
    let language = vec![Why::Language { language: "de-AT".to_owned() }];
    assert_eq!(chosen(&customer, &[vip, germany, berlin, german]), (Some(1), language));
    assert_eq!(chosen(&customer, &[vip, germany, berlin]), (Some(2), vec![Why::Region { region: "DE-BE".to_owned() }]), "the nearest region");
    let plain = agent(5);
    assert_eq!(chosen(&customer, &[candidate(&plain), vip]), (Some(4), vec![Why::Tier { tier: "vip".to_owned() }]));
    let mut french = agent(6);
    french.languages = vec!["fr".to_owned()];
    assert_eq!(chosen(&customer, &[candidate(&french), candidate(&plain)]).0, Some(5), "who says nothing does whatever comes");
}

#[test]
fn the_smallest_share_comes_before_the_longest_idle() {
    let (one, two, three) = (agent(1), agent(2), agent(3));
    let half = Candidate { load: Load { chats: 2, tickets: 0 }, most: Load { chats: 4, tickets: 0 }, ..candidate(&one) };
    let third = Candidate { load: Load { chats: 2, tickets: 0 }, most: Load { chats: 6, tickets: 0 }, idle_since: minutes(5), ..candidate(&two) };
    assert_eq!(chosen(&work(), &[half, third]), (Some(2), vec![Why::LeastLoaded { load: 2, most: 6 }]));
    let longer = Candidate { agent: &three, idle_since: minutes(1), ..third };
    assert_eq!(chosen(&work(), &[third, longer]), (Some(3), vec![Why::LongestIdle]));
}

#[test]
fn priority_counts_before_the_tier() {
    let mut desk = Desk::default();
    for (key, rank) in [("trial", i32::MIN + 1), ("vip", i32::MAX)] {
        let tier = Tier { key: key.to_owned(), name: crate::localised::Localised::default(), rank, default: false };
        desk.tiers.insert(key.to_owned(), tier);
    }
    let line = [
        urgency(&desk, Priority::Urgent, Some("trial")),
        urgency(&desk, Priority::High, Some("vip")),
        urgency(&desk, Priority::High, Some("trial")),
        urgency(&desk, Priority::High, None),
        urgency(&desk, Priority::Low, Some("vip")),
        urgency(&desk, Priority::Low, Some("unknown")),
    ];
    assert!(line.is_sorted_by(|a, b| a > b), "{line:?}");
}

#[test]
fn a_stored_assignment_of_any_age_can_be_read() {
    let stored = r#"{"agent":null,"at":"1970-01-01T00:00:00Z","reasons":[{"why":"nobody_free"},{"why":"absent","agent":"mei","minutes":10},
        {"why":"least_loaded","load":1,"most":3}]}"#;
    let read: Assignment = serde_json::from_str(stored).unwrap();
    let reasons = vec![Why::NobodyFree, Why::Absent { agent: "mei".to_owned(), minutes: 10 }, Why::LeastLoaded { load: 1, most: 3 }];
    assert_eq!(read, Assignment { agent: None, at: AT, reasons, others: vec![] });
}

#[derive(Debug, Clone)]
struct Somebody {
    presence: Option<Presence>,
    most: u32,
    level: u8,
    languages: Vec<String>,
}

fn somebody() -> impl Strategy<Value = Somebody> {
    let presence = prop_oneof![4 => Just(Some(Presence::Online)), 1 => Just(Some(Presence::Away)), 1 => Just(None)];
    let languages = prop_oneof![Just(vec![]), Just(vec!["en".to_owned()]), Just(vec!["zh".to_owned(), "en".to_owned()])];
    (presence, 0_u32..5, 0_u8..5, languages).prop_map(|(presence, most, level, languages)| Somebody { presence, most, level, languages })
}

fn some_work() -> impl Strategy<Value = Work> {
    let language = prop_oneof![Just(None), Just(Some("en".to_owned())), Just(Some("zh-TW".to_owned()))];
    (language, 0_u8..5, proptest::option::of(1_u128..8), proptest::option::of(1_u128..8)).prop_map(|(language, needed, before, passed_on_by)| {
        let id = |number| AgentId(Uuid::from_u128(number));
        let skills = (needed > 0).then(|| ("refunds".to_owned(), needed)).into_iter().collect();
        Work { language, skills, before: before.map(id), passed_on_by: passed_on_by.map(id), ..work() }
    })
}

proptest! {
    #[test]
    fn nobody_absent_or_full_ever_gets_anything_and_what_waits_cannot_be_taken(
        people in vec(somebody(), 0..7), arriving in vec(some_work(), 0..30),
    ) {
        let agents: Vec<Agent> = people.iter().enumerate().map(|(index, somebody)| {
            let mut agent = skilled(index as u128 + 1, somebody.level);
            agent.languages.clone_from(&somebody.languages);
            agent
        }).collect();
        let mut loads = vec![0_u32; people.len()];
        for work in arriving {
            let mut candidates: Vec<Candidate<'_>> = agents.iter().zip(&people).zip(&loads).map(|((agent, somebody), load)| Candidate {
                presence: somebody.presence,
                load: Load { chats: *load, tickets: 0 },
                most: Load { chats: somebody.most, tickets: 0 },
                ..candidate(agent)
            }).collect();
            let assignment = assign(&work, &candidates, AT);
            candidates.reverse();
            prop_assert_eq!(&assign(&work, &candidates, AT), &assignment, "in whatever order they are looked at");
            match assignment.agent {
                Some(id) => {
                    let index = usize::try_from(id.0.as_u128()).unwrap() - 1;
                    prop_assert_eq!(people[index].presence, Some(Presence::Online));
                    prop_assert!(Some(id) != work.passed_on_by);
                    loads[index] += 1;
                    prop_assert!(loads[index] <= people[index].most, "full");
                    prop_assert!(assignment.reasons.iter().any(Why::speaks_for));
                }
                None => {
                    let needed = work.skills.get("refunds").copied().unwrap_or(0);
                    let anybody_has = people.iter().any(|somebody| somebody.level >= needed);
                    let could = |index: usize| people[index].presence == Some(Presence::Online)
                        && loads[index] < people[index].most
                        && work.passed_on_by != Some(agents[index].id)
                        && (!anybody_has || people[index].level >= needed);
                    prop_assert!(!(0..people.len()).any(could), "somebody could have taken it");
                }
            }
        }
    }

    #[test]
    fn equals_get_equally_much(count in 1_usize..7, arriving in 0_usize..40) {
        let agents: Vec<Agent> = (1..=count).map(|number| agent(number as u128)).collect();
        let mut loads = vec![0_u32; count];
        let mut idle_since = vec![AT; count];
        for step in 0..arriving {
            let candidates: Vec<Candidate<'_>> = agents.iter().enumerate().map(|(index, agent)| Candidate {
                load: Load { chats: loads[index], tickets: 0 },
                most: Load { chats: 100, tickets: 0 },
                idle_since: idle_since[index],
                ..candidate(agent)
            }).collect();
            let index = usize::try_from(assign(&work(), &candidates, AT).agent.unwrap().0.as_u128()).unwrap() - 1;
            loads[index] += 1;
            idle_since[index] = minutes(step as i64 + 1);
        }
        prop_assert!(loads.iter().max().unwrap() - loads.iter().min().unwrap() <= 1, "{:?}", loads);
    }
}

#[test]
fn every_reason_is_said_in_every_language() {
    let skill = || "refunds".to_owned();
    let all = [
        Why::HadCustomer,
        Why::Skill { skill: skill(), needed: 3 },
        Why::Language { language: "zh".to_owned() },
        Why::Region { region: "DE".to_owned() },
        Why::Tier { tier: "vip".to_owned() },
        Why::LeastLoaded { load: 1, most: 3 },
        Why::LongestIdle,
        Why::OnlyOne,
        Why::FitsBest,
        Why::NobodyHasSkill { skill: skill(), needed: 3 },
        Why::NobodyFree,
        Why::NobodyWorksHere,
        Why::NeverThere,
        Why::Away,
        Why::Offline,
        Why::OffDuty,
        Why::Full { load: 3, most: 3 },
        Why::PassedOn,
        Why::LacksSkill { skill: skill(), needed: 3 },
        Why::Absent { agent: "mei".to_owned(), minutes: 10 },
    ];
    let desk = Desk::default();
    let said: Vec<String> = all.iter().map(|why| format!("{} | {}", why.in_words(&desk, "en"), why.in_words(&desk, "zh"))).collect();
    insta::assert_snapshot!(said.join("\n"));
}
