//! Departments as their heads look at them: who is there, what they have, what waits.

use bellhop_domain::{
    assignment::Load,
    desk::{Agent, Department},
    presence::Presence,
};
use chrono::{DateTime, Utc};

use super::{ActionError, require};
use crate::{
    assigning::Crew,
    caller::{Caller, Permission},
    engine::Engine,
};

/// What waits is counted up to this.
pub const MOST_COUNTED: u32 = 100;

/// A department in the tree of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// How many departments stand above it.
    pub depth: usize,
    /// The department.
    pub department: Department,
    /// Whether these are its hours.
    pub is_open: bool,
    /// How many of its people are online.
    pub online: usize,
    /// How many people take its work.
    pub people: usize,
}

/// A department and its people at this moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// The department.
    pub department: Department,
    /// Whether these are its hours.
    pub is_open: bool,
    /// When they begin next: now where they have begun, nothing where they do not within a year.
    pub opens_at: Option<DateTime<Utc>>,
    /// Conversations that wait for one of its people, counted up to [`MOST_COUNTED`].
    pub chats_waiting: usize,
    /// Tickets that wait for an owner, counted up to [`MOST_COUNTED`].
    pub tickets_waiting: usize,
    /// Who takes its work, by key.
    pub people: Vec<Member>,
}

/// Somebody who takes a department's work.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Who.
    pub agent: Agent,
    /// What they said last of being there; nothing if they never said.
    pub presence: Option<Presence>,
    /// Whether these are their hours.
    pub on_duty: bool,
    /// What they have, of all departments.
    pub load: Load,
    /// What they take at once in this department.
    pub most: Load,
}

/// All departments, each behind the one above it, by key.
pub async fn tree(engine: &Engine, caller: &Caller) -> Result<Vec<Branch>, ActionError> {
    require(caller, Permission::ReadDesk)?;
    let (desk, now, crew) = (engine.desk(), engine.now(), Crew::read(engine).await?);
    let branch = |(depth, department): (usize, &Department)| {
        let people = crew.candidates(&desk, &department.key, now);
        Branch {
            depth,
            is_open: desk.is_open(Some(&department.key), now),
            online: people.iter().filter(|person| person.presence == Some(Presence::Online)).count(),
            people: people.len(),
            department: department.clone(),
        }
    };
    Ok(desk.department_tree().into_iter().map(branch).collect())
}

/// One department.
pub async fn team(engine: &Engine, caller: &Caller, key: &str) -> Result<Team, ActionError> {
    require(caller, Permission::ReadDesk)?;
    let (desk, now, reader) = (engine.desk(), engine.now(), engine.reader());
    let department = desk.departments.get(key).ok_or(ActionError::NotFound { what: "department" })?.clone();
    let crew = Crew::read(engine).await?;
    let people = crew.candidates(&desk, key, now).into_iter().map(|person| Member {
        agent: person.agent.clone(),
        presence: person.presence,
        on_duty: person.on_duty,
        load: person.load,
        most: person.most,
    });
    Ok(Team {
        is_open: desk.is_open(Some(key), now),
        opens_at: desk.next_opening(Some(key), now),
        chats_waiting: reader.chats_in_line(key, MOST_COUNTED).await?.len(),
        tickets_waiting: reader.tickets_in_line(key, MOST_COUNTED).await?.len(),
        people: people.collect(),
        department,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use bellhop_store::desk::DeskKind;

    use super::*;
    use crate::{
        actions::{
            conversations::{self, Assign},
            objects,
            people::{self, AgentPatch},
            tests::{agent, conversation},
        },
        caller::Permissions,
        testing::{TurnedClock, engine},
    };

    #[tokio::test]
    async fn a_head_sees_who_is_there_and_what_waits() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path(), TurnedClock::new()).await;
        let (system, mei) = (Caller::system(), agent(&engine, "mei@example.org").await);
        agent(&engine, "bo@example.org").await;
        let closed = json!({ "name": { "en": "Never" }, "time_zone": "UTC", "hours": {} });
        objects::put(&engine, &system, DeskKind::Calendars, "never", &closed, None).await.unwrap();
        for (key, document) in [
            ("sales", json!({ "name": { "en": "Sales" }, "head": "mei" })),
            ("europe", json!({ "name": { "en": "Europe" }, "parent": "sales", "members": ["mei"], "calendar": "never" })),
            ("berlin", json!({ "name": { "en": "Berlin" }, "parent": "europe", "members": ["mei", "bo"] })),
        ] {
            objects::put(&engine, &system, DeskKind::Departments, key, &document, None).await.unwrap();
        }
        people::update(&engine, &system, "bo", AgentPatch { disabled: Some(true), ..AgentPatch::default() }, None).await.unwrap();
        people::set_presence(&engine, &mei, "mei", Presence::Online, Some(Some(3))).await.unwrap();

        let told: Vec<_> = tree(&engine, &mei).await.unwrap();
        let told: Vec<_> = told.iter().map(|it| (it.depth, it.department.key.as_str(), it.is_open, it.online, it.people)).collect();
        assert_eq!(
            told,
            [(0, "sales", true, 0, 0), (1, "europe", false, 1, 1), (2, "berlin", false, 1, 1), (0, "support", true, 1, 1)],
            "hours come from above; whoever left is nobody's colleague"
        );

        let ann = conversation(&engine, "ann", "hi").await;
        let to = Assign { department: Some("berlin".into()), ..Assign::default() };
        conversations::assign(&engine, &mei, ann.id, &to).await.unwrap();
        let berlin = team(&engine, &mei, "berlin").await.unwrap();
        assert_eq!((berlin.chats_waiting, berlin.tickets_waiting, berlin.opens_at), (1, 0, None));
        let [only] = berlin.people.as_slice() else { unreachable!("{berlin:?}") };
        assert_eq!((only.agent.key.as_str(), only.presence, only.load.chats, only.most.chats), ("mei", Some(Presence::Online), 0, 3));
        assert!(matches!(team(&engine, &mei, "nowhere").await, Err(ActionError::NotFound { .. })));
        let nobody = Caller { permissions: Permissions::default(), ..mei };
        assert!(matches!(team(&engine, &nobody, "berlin").await, Err(ActionError::Forbidden { .. })));
        assert!(matches!(tree(&engine, &nobody).await, Err(ActionError::Forbidden { .. })));
    }
}
