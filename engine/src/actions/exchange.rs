//! The whole desk as documents, to be kept elsewhere or taken in: templates, departments, rules … and the people who work here.
//!
//! Taking in adds and replaces, and removes nothing: all of it or, when anything does not fit, nothing.

mod person;

use std::collections::{BTreeMap, HashMap};

use bellhop_domain::{
    desk::{Agent, Desk},
    invalid::check_key,
    routing::sort_rules,
};
use bellhop_store::{
    agents::AgentRecord,
    desk::{DeskKind, DeskObject, Origin, PutObject},
};
use serde_json::Value;

use super::{
    ActionError, Problem,
    objects::{changed, check, from_file, problem},
    people::{has_admin, taken},
    require,
};
use crate::{
    caller::{Caller, Permission},
    engine::Engine,
};
use person::Person;

/// The word for people among the kinds.
pub const PEOPLE: &str = "agents";

/// Documents by kind (the words of the API, [`PEOPLE`] among them) and key; what the API takes with `PUT`.
pub type Documents = BTreeMap<String, BTreeMap<String, Value>>;

/// What taking in does to one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// There is no such object yet.
    Added,
    /// It is another one by now.
    Changed,
    /// It is the same.
    Same,
}

impl Fate {
    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Same => "unchanged",
        }
    }
}

/// Every kind of document.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    DeskKind::ALL.into_iter().map(DeskKind::as_str).chain([PEOPLE])
}

/// Everything there is, without passwords and tokens.
pub async fn give(engine: &Engine, caller: &Caller) -> Result<Documents, ActionError> {
    require(caller, Permission::ReadDesk)?;
    let mut documents: Documents = kinds().map(|kind| (kind.to_owned(), BTreeMap::new())).collect();
    let mut keep = |kind: &str, key: String, document: Value| documents.entry(kind.to_owned()).or_default().insert(key, document);
    for kind in DeskKind::ALL {
        for object in engine.reader().objects(kind).await? {
            keep(kind.as_str(), object.key, object.document);
        }
    }
    for record in engine.reader().agents().await? {
        keep(PEOPLE, record.agent.key.clone(), Person::of(&record.agent).document());
    }
    Ok(documents)
}

/// Takes documents in, or only says what that would do. Objects that are not among them stay as they are.
///
/// What is wrong is named by kind, key and field (`routing-rules.vip.when.field`). Somebody who is added has no password yet.
pub async fn take(engine: &Engine, caller: &Caller, documents: Documents, only_look: bool) -> Result<BTreeMap<(String, String), Fate>, ActionError> {
    require(caller, Permission::ChangeDesk)?;
    if documents.get(PEOPLE).is_some_and(|people| !people.is_empty()) {
        require(caller, Permission::Administer)?;
    }
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    let before = engine.desk();
    let (mut after, mut problems, mut fates) = (before.desk.clone(), Vec::new(), BTreeMap::new());
    let mut planned = Planned::default();
    for (kind, of_kind) in documents {
        let desk_kind = DeskKind::parse(&kind);
        if desk_kind.is_none() && kind != PEOPLE {
            problems.push(Problem { field: kind, message: format!("is no kind; there are {}", kinds().collect::<Vec<_>>().join(", ")).into() });
            continue;
        }
        let known = known(engine, desk_kind).await?;
        for (key, document) in of_kind {
            let place = format!("{kind}.{key}");
            let fate = match (desk_kind, known.get(&key)) {
                (Some(kind), held) => planned.object(&mut after, kind, &key, document, held.and_then(Known::object)),
                (None, held) => planned.person(engine, &mut after, &key, document, held.and_then(Known::person)),
            };
            match fate {
                Ok(fate) => drop(fates.insert((kind.clone(), key), fate)),
                Err(found) => problems.extend(found.into_iter().map(|problem| within(&place, problem))),
            }
        }
    }
    sort_rules(&mut after.rules);
    problems.extend(contradictions(&before, &after, &planned));
    if !problems.is_empty() {
        return Err(ActionError::Invalid { problems });
    }
    if !only_look && !planned.is_empty() {
        write(engine, planned).await?;
        changed(engine).await?;
    }
    Ok(fates)
}

/// What is stored under a key.
enum Known {
    Object(Box<DeskObject>),
    Person(Box<AgentRecord>),
}

impl Known {
    fn object(&self) -> Option<&DeskObject> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    fn person(&self) -> Option<&AgentRecord> {
        if let Self::Person(record) = self { Some(record) } else { None }
    }
}

async fn known(engine: &Engine, kind: Option<DeskKind>) -> Result<HashMap<String, Known>, ActionError> {
    Ok(match kind {
        Some(kind) => engine.reader().objects(kind).await?.into_iter().map(|object| (object.key.clone(), Known::Object(Box::new(object)))).collect(),
        None => engine.reader().agents().await?.into_iter().map(|record| (record.agent.key.clone(), Known::Person(Box::new(record)))).collect(),
    })
}

/// What is to be written.
#[derive(Default)]
struct Planned {
    /// With the version that it replaces; 0: there is none.
    objects: Vec<(DeskKind, String, Value, i64)>,
    new_people: Vec<Agent>,
    /// With the version that they had.
    changed_people: Vec<(Agent, i64)>,
}

impl Planned {
    fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.new_people.is_empty() && self.changed_people.is_empty()
    }

    fn object(&mut self, desk: &mut Desk, kind: DeskKind, key: &str, mut document: Value, held: Option<&DeskObject>) -> Result<Fate, Vec<Problem>> {
        let Some(fields) = document.as_object_mut() else { return Err(vec![whole("is an object in JSON")]) };
        fields.remove("key");
        if held.is_some_and(|held| held.document == document) {
            return Ok(Fate::Same);
        }
        if held.is_some_and(|held| held.origin == Origin::File) {
            return Err(vec![whole(from_file(kind, key).to_string())]);
        }
        let mut named = document.clone();
        if let Some(fields) = named.as_object_mut() {
            fields.insert("key".to_owned(), key.into());
        }
        check::insert(desk, kind, key, named).map_err(|problem| vec![problem])?;
        let version = held.map_or(0, |held| held.version);
        self.objects.push((kind, key.to_owned(), document, version));
        Ok(if held.is_some() { Fate::Changed } else { Fate::Added })
    }

    fn person(&mut self, engine: &Engine, desk: &mut Desk, key: &str, document: Value, held: Option<&AgentRecord>) -> Result<Fate, Vec<Problem>> {
        let person = Person::read(document).map_err(|message| vec![whole(message)])?;
        check_key(key).map_err(|message| vec![Problem { field: "key".to_owned(), message: message.into() }])?;
        let agent = person.agent(key, held.map(|held| &held.agent), engine.now());
        desk.agents.insert(key.to_owned(), agent.clone());
        match held {
            Some(held) if held.agent == agent => return Ok(Fate::Same),
            Some(held) => self.changed_people.push((agent, held.version)),
            None => self.new_people.push(agent),
        }
        Ok(if held.is_some() { Fate::Changed } else { Fate::Added })
    }
}

/// What is wrong with the desk as it would be, and was not before.
fn contradictions(before: &Desk, after: &Desk, planned: &Planned) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for (kind, key, ..) in &planned.objects {
        let place = format!("{}.{key}", kind.as_str());
        problems.extend(check::object(after, *kind, key).into_iter().map(|error| within(&place, problem(error))));
    }
    for agent in planned.new_people.iter().chain(planned.changed_people.iter().map(|(agent, _)| agent)) {
        let place = format!("{PEOPLE}.{}", agent.key);
        problems.extend(super::people::check(after, agent).into_iter().map(|problem| within(&place, problem)));
    }
    let broken = check::everything(before);
    for (place, error) in check::everything(after).into_iter().filter(|error| !broken.contains(error)) {
        let found = within(&place.replacen('/', ".", 1), problem(error));
        if !problems.contains(&found) {
            problems.push(found);
        }
    }
    if has_admin(before) && !has_admin(after) {
        problems.push(Problem { field: PEOPLE.to_owned(), message: "leave nobody as an administrator".into() });
    }
    problems
}

async fn write(engine: &Engine, planned: Planned) -> Result<(), ActionError> {
    let now = engine.now();
    let written = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                for (kind, key, document, version) in &planned.objects {
                    let position = document.get("position").and_then(Value::as_i64);
                    let put = PutObject { kind: *kind, key, position, document, expected: Some(*version), origin: Origin::Console };
                    tx.put_object(put, now).await?.map_err(|_unchanged| ActionError::Conflict)?;
                    tx.record_change(kind.as_str(), key, now).await?;
                }
                for agent in &planned.new_people {
                    tx.insert_agent(agent, None).await.map_err(taken)?;
                    tx.record_change(PEOPLE, &agent.key, now).await?;
                }
                for (agent, version) in &planned.changed_people {
                    if !tx.update_agent(agent, *version).await.map_err(taken)? {
                        return Err(ActionError::Conflict);
                    }
                    tx.record_change(PEOPLE, &agent.key, now).await?;
                }
                Ok(())
            })
        })
        .await;
    Ok(written?)
}

fn whole(message: impl Into<bellhop_domain::why::Why>) -> Problem {
    Problem { field: String::new(), message: message.into() }
}

/// The problem with the place before its field.
fn within(place: &str, problem: Problem) -> Problem {
    let field = if problem.field.is_empty() || problem.field == "document" { place.to_owned() } else { format!("{place}.{}", problem.field) };
    Problem { field, ..problem }
}
