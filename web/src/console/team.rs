//! Departments and their people: the tree, who is there, what they have and what waits.

mod written;

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use bellhop_domain::{
    desk::{Agent, Automatic, Department},
    presence::Presence,
};
use bellhop_engine::{
    actions::{
        ActionError, objects,
        team::{self, Branch, MOST_COUNTED, Member},
    },
    desk::DeskSnapshot,
};
use bellhop_store::desk::{DeskKind, Origin};
use chrono::{DateTime, Utc};

use super::{
    form::{Choices, optional},
    guard::encode,
    shell::{SPOKEN, Shell, Visit},
};
pub(super) use written::{add, change};

/// A department in the tree.
struct Row {
    url: String,
    key: String,
    name: String,
    depth: usize,
    head: String,
    is_open: bool,
    there: String,
}

/// Somebody who takes the department's work.
struct Person {
    name: String,
    key: String,
    is_head: bool,
    /// The word of their presence, for the mark and in words; nothing if they never said.
    presence: Option<(&'static str, String)>,
    on_duty: bool,
    chats: String,
    tickets: String,
    skills: String,
    /// Languages, regions and tiers that they serve.
    serves: String,
}

#[derive(Template)]
#[template(path = "console/teams.html")]
struct TeamsPage<'a> {
    shell: &'a Shell,
    rows: Vec<Row>,
    /// What somebody wanted to call a new one.
    named: String,
}

#[derive(Template)]
#[template(path = "console/team.html")]
struct TeamPage<'a> {
    shell: &'a Shell,
    address: String,
    name: String,
    above: Vec<(String, String)>,
    head: String,
    hours: String,
    is_open: bool,
    given: String,
    waiting: Vec<Waiting>,
    people: Vec<Person>,
    form: Option<Form>,
    /// What is wrong, place by place.
    problems: Vec<String>,
}

/// What waits, and where it is seen.
struct Waiting {
    label: String,
    count: String,
    url: String,
}

/// What of a department can be changed here.
struct Form {
    version: i64,
    /// Language tag, the language's name, the text.
    names: Vec<(String, String, String)>,
    parents: Choices,
    heads: Choices,
    calendars: Choices,
    members: Vec<Place>,
    is_given: bool,
    /// How its work is given away.
    assignment: Automatic,
    /// Minutes: the name of the field, its label, the value.
    minutes: Vec<(&'static str, String, u32)>,
}

/// Somebody who may be a member.
struct Place {
    key: String,
    name: String,
    is_member: bool,
    /// Their own record says so; it is changed there.
    by_themselves: bool,
}

/// What a page shows besides the department itself.
#[derive(Default)]
struct Shown {
    /// What was written and not kept, with the version that it was written over.
    form: Option<(Department, i64)>,
    problems: Vec<String>,
}

pub(super) async fn list(mut visit: Visit) -> Response {
    page_of_all(&mut visit, StatusCode::OK, String::new()).await
}

pub(super) async fn show(mut visit: Visit, Path(key): Path<String>) -> Response {
    page(&mut visit, &key, StatusCode::OK, Shown::default()).await
}

async fn page_of_all(visit: &mut Visit, status: StatusCode, named: String) -> Response {
    visit.shell.part = "team";
    visit.shell.here = format!("{}/console/team", visit.shell.root);
    let (shell, desk) = (&visit.shell, visit.engine().desk());
    let tree = match team::tree(visit.engine(), visit.caller()).await {
        Ok(tree) => tree,
        Err(error) => return shell.stopped(error),
    };
    let rows = tree.into_iter().map(|branch| row(shell, &desk, branch)).collect();
    shell.page(status, &TeamsPage { shell, rows, named })
}

fn row(shell: &Shell, desk: &DeskSnapshot, branch: Branch) -> Row {
    let Branch { depth, department, is_open, online, people } = branch;
    Row {
        url: format!("{}/console/team/{}", shell.root, encode(&department.key)),
        name: shell.named(Some(&department.name), &department.key),
        head: agent_name(desk, department.head.as_deref()),
        there: shell.say_two("console-team-there", "online", &online.to_string(), "people", &people.to_string()),
        key: department.key,
        depth,
        is_open,
    }
}

fn agent_name(desk: &DeskSnapshot, key: Option<&str>) -> String {
    key.map(|key| desk.agents.get(key).map_or(key, |agent| agent.name.as_str()).to_owned()).unwrap_or_default()
}

async fn page(visit: &mut Visit, key: &str, status: StatusCode, shown: Shown) -> Response {
    visit.shell.part = "team";
    visit.shell.here = format!("{}/console/team/{}", visit.shell.root, encode(key));
    match assemble(visit, key, shown).await {
        Ok(page) => visit.shell.page(status, &page),
        Err(error) => visit.shell.stopped(error),
    }
}

async fn assemble<'v>(visit: &'v Visit, key: &str, shown: Shown) -> Result<TeamPage<'v>, ActionError> {
    let (engine, shell) = (visit.engine(), &visit.shell);
    let team = team::team(engine, visit.caller(), key).await?;
    let desk = engine.desk();
    let department = &team.department;
    let object = objects::get(engine, visit.caller(), DeskKind::Departments, key).await?;
    let form = (shell.may_change_desk && object.origin != Origin::File).then(|| match &shown.form {
        Some((written, version)) => form(shell, &desk, written, *version),
        None => form(shell, &desk, department, object.version),
    });
    let people = team.people.iter().map(|member| person(shell, &desk, department, member)).collect();
    Ok(TeamPage {
        address: shell.here.clone(),
        name: shell.named(Some(&department.name), key),
        above: above(shell, &desk, department),
        head: agent_name(&desk, department.head.as_deref()),
        hours: hours(shell, &desk, key, team.opens_at, team.is_open),
        is_open: team.is_open,
        given: given(shell, department),
        waiting: waiting(shell, key, team.chats_waiting, team.tickets_waiting),
        people,
        form,
        problems: shown.problems,
        shell,
    })
}

/// The departments above, the highest first: address and name.
fn above(shell: &Shell, desk: &DeskSnapshot, department: &Department) -> Vec<(String, String)> {
    let path = desk.department_with_those_above(&department.key).skip(1);
    let mut path: Vec<_> =
        path.map(|it| (format!("{}/console/team/{}", shell.root, encode(&it.key)), shell.named(Some(&it.name), &it.key))).collect();
    path.reverse();
    path
}

/// Whose hours it has, and when they begin.
fn hours(shell: &Shell, desk: &DeskSnapshot, key: &str, opens_at: Option<DateTime<Utc>>, is_open: bool) -> String {
    let Some(calendar) = desk.calendar_of(key) else { return shell.say("console-team-always") };
    let name = shell.named(Some(&calendar.name).filter(|name| !name.is_empty()), &calendar.key);
    match opens_at.filter(|_| !is_open) {
        Some(at) => shell.say_two("console-team-opens", "calendar", &name, "time", &shell.moment(&at).shown),
        None => name,
    }
}

/// How its work comes to its people.
fn given(shell: &Shell, department: &Department) -> String {
    let kinds = department.assignment.as_ref().map(|automatic| (automatic.chats, automatic.tickets));
    shell.say(match kinds {
        Some((true, true)) => "console-team-given-both",
        Some((true, false)) => "console-team-given-chats",
        Some((false, true)) => "console-team-given-tickets",
        Some((false, false)) | None => "console-team-taken",
    })
}

fn waiting(shell: &Shell, key: &str, chats: usize, tickets: usize) -> Vec<Waiting> {
    let counted = |count: usize| if count >= MOST_COUNTED as usize { format!("{}+", count - 1) } else { count.to_string() };
    let key = encode(key);
    let chats = shell.may_see.then(|| Waiting {
        label: shell.say("console-team-chats"),
        count: counted(chats),
        url: format!("{}/console/inbox?view=in%3A{key}", shell.root),
    });
    let tickets = shell.may_see_tickets.then(|| Waiting {
        label: shell.say("console-team-tickets"),
        count: counted(tickets),
        url: format!("{}/console/tickets?department={key}&owner=none", shell.root),
    });
    chats.into_iter().chain(tickets).collect()
}

fn person(shell: &Shell, desk: &DeskSnapshot, department: &Department, member: &Member) -> Person {
    let agent = &member.agent;
    let profile = &agent.profile;
    let of_most = |has: u32, most: u32| shell.say_two("console-team-of-most", "has", &has.to_string(), "most", &most.to_string());
    let regions = profile.regions.iter().map(|key| shell.named(desk.regions.get(key).map(|region| &region.name), key));
    let tiers = profile.tiers.iter().map(|key| shell.named(desk.tiers.get(key).map(|tier| &tier.name), key));
    let serves: Vec<String> = agent.languages.iter().cloned().chain(regions).chain(tiers).collect();
    let skills: Vec<String> = profile.skills.iter().map(|(skill, level)| format!("{skill} {level}")).collect();
    let word = |presence: Presence| (presence.as_str(), shell.say(&format!("choice-{}", presence.as_str())));
    Person {
        name: agent.name.clone(),
        key: agent.key.clone(),
        is_head: department.head.as_deref() == Some(agent.key.as_str()),
        presence: member.presence.map(word),
        on_duty: member.on_duty,
        chats: of_most(member.load.chats, member.most.chats),
        tickets: of_most(member.load.tickets, member.most.tickets),
        skills: skills.join(", "),
        serves: serves.join(", "),
    }
}

/// Whether somebody can be made a member.
fn is_offered(agent: &Agent) -> bool {
    !agent.disabled && agent.role.takes_work()
}

fn form(shell: &Shell, desk: &DeskSnapshot, department: &Department, version: i64) -> Form {
    let written = department.name.0.keys().map(String::as_str).filter(|tag| !SPOKEN.contains(tag));
    let names = SPOKEN.into_iter().chain(written).map(|tag| {
        let text = department.name.0.get(tag).cloned().unwrap_or_default();
        (tag.to_owned(), bellhop_domain::words::language_name(tag).to_owned(), text)
    });
    // Nothing stands above itself.
    let others = desk.departments.values().filter(|it| !desk.department_with_those_above(&it.key).any(|above| above.key == department.key));
    let parents = others.map(|it| (it.key.clone(), shell.named(Some(&it.name), &it.key)));
    let heads = desk.agents.values().filter(|agent| !agent.disabled || department.head.as_deref() == Some(&agent.key));
    let heads = heads.map(|agent| (agent.key.clone(), agent.name.clone()));
    let calendars = desk.calendars.values().map(|it| (it.key.clone(), shell.named(Some(&it.name).filter(|name| !name.is_empty()), &it.key)));
    let people = desk.agents.values().filter(|agent| is_offered(agent));
    let members = people.map(|agent| Place {
        key: agent.key.clone(),
        name: agent.name.clone(),
        is_member: department.members.contains(&agent.key),
        by_themselves: agent.departments.contains(&department.key),
    });
    let assignment = department.assignment.clone().unwrap_or_default();
    Form {
        version,
        names: names.collect(),
        parents: optional(parents, department.parent.as_deref()),
        heads: optional(heads, department.head.as_deref()),
        calendars: optional(calendars, department.calendar.as_deref()),
        members: members.collect(),
        is_given: department.assignment.is_some(),
        minutes: vec![
            ("away_after_minutes", shell.say("console-team-away-after"), assignment.away_after_minutes),
            ("chats_back_after_minutes", shell.say("console-team-chats-back"), assignment.chats_back_after_minutes),
            ("tickets_back_after_minutes", shell.say("console-team-tickets-back"), assignment.tickets_back_after_minutes),
        ],
        assignment,
    }
}
