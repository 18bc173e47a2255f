//! The routing rules in their order: what each looks at in words, tables of tiers and regions to be edited, and trying a change on past tickets first.

mod table;

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    condition::Condition,
    routing::{Matrix, Rule},
    ticket::number_text,
    words,
};
use bellhop_engine::{
    actions::{ActionError, objects, rules, trial},
    desk::DeskSnapshot,
};
use bellhop_store::desk::{DeskKind, DeskObject, Origin};
use serde_json::{Value, json};

use super::{
    form::{Asked, Fields},
    guard::encode,
    review::{Route, decided},
    shell::{Said, Shell, Visit, status_of},
};
use table::Table;

/// Tickets that a change is tried on, unless somebody says another number.
const TRIED: u32 = 100;
/// Differences that are shown.
const MOST_SHOWN: usize = 30;
/// Rules on a page.
const ON_A_PAGE: usize = 50;

/// A rule as people read it.
struct Row {
    key: String,
    version: i64,
    number: usize,
    name: String,
    when: String,
    /// What happens then, beside a table; departments first.
    then: Vec<String>,
    is_on: bool,
    is_file: bool,
    /// A rule above always matches.
    is_unreached: bool,
    may_rise: bool,
    may_fall: bool,
    table: Option<Table>,
    /// Its table is being edited.
    is_edited: bool,
}

/// What a trial found.
struct Tried {
    summary: String,
    /// How many are not shown.
    more: usize,
    differences: Vec<Difference>,
}

/// A ticket that would be decided differently.
struct Difference {
    url: String,
    number: String,
    now: Route,
    tried: Route,
}

#[derive(Template)]
#[template(path = "console/routing.html")]
struct Page<'a> {
    shell: &'a Shell,
    rules: Vec<Row>,
    /// Addresses of the pages with the rules before and behind these.
    before: Option<String>,
    behind: Option<String>,
    tried: Option<Tried>,
    last: u32,
    named: String,
}

/// What is shown beside the rules as they stand.
#[derive(Default)]
struct Beside {
    /// Key of a rule that is on the page.
    at: Option<String>,
    /// Key of the rule whose table is edited.
    edited: Option<String>,
    /// What somebody chose and has not saved.
    chosen: Option<Matrix>,
    tried: Option<Tried>,
    last: Option<u32>,
    named: String,
}

pub(super) async fn show(mut visit: Visit, Asked(asked): Asked) -> Response {
    let edited = asked.some("edit").filter(|_| visit.shell.may_change_desk).map(str::to_owned);
    let at = asked.some("edit").or(asked.some("at")).map(str::to_owned);
    page(&mut visit, StatusCode::OK, Beside { at, edited, ..Beside::default() }).await
}

/// Adds a table, and shows it to be filled in.
pub(super) async fn add(mut visit: Visit, fields: Fields) -> Response {
    let name = fields.get("name").unwrap_or_default();
    match rules::add_table(visit.engine(), visit.caller(), name, visit.shell.lang).await {
        Ok(made) => {
            Redirect::to(&format!("{}/console/routing?edit={}#rule-{}", visit.shell.root, encode(&made.key), encode(&made.key))).into_response()
        }
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            page(&mut visit, status, Beside { named: name.to_owned(), ..Beside::default() }).await
        }
    }
}

/// Does something with a rule, or tries it.
pub(super) async fn change(mut visit: Visit, Path(key): Path<String>, fields: Fields) -> Response {
    let step = fields.get("step").unwrap_or_default();
    let chosen = match table::given(&fields) {
        Ok(chosen) => chosen,
        Err(()) => {
            visit.shell.said = Some(Said::wrong(&visit.shell.say("console-rule-too-large")));
            return page(&mut visit, StatusCode::UNPROCESSABLE_ENTITY, Beside::default()).await;
        }
    };
    let last = fields.get("last").and_then(|last| last.parse().ok());
    let mut beside =
        Beside { at: Some(key.clone()), edited: chosen.is_some().then(|| key.clone()), chosen: chosen.clone(), last, ..Beside::default() };
    let done = match step {
        "try" | "try-on" | "try-off" => attempt(&visit, &key, step, chosen, last.unwrap_or(TRIED)).await.map(Some),
        _ => act(&visit, &key, step, chosen, &fields).await.map(|()| None),
    };
    match done {
        Ok(None) => Redirect::to(&format!("{}/console/routing?at={key}#rule-{key}", visit.shell.root, key = encode(&key))).into_response(),
        Ok(tried) => {
            beside.tried = tried;
            page(&mut visit, StatusCode::OK, beside).await
        }
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(match error {
                ActionError::Conflict => Said::wrong(&visit.shell.say("console-rule-changed")),
                other => visit.shell.refused(other),
            });
            page(&mut visit, status, beside).await
        }
    }
}

async fn act(visit: &Visit, key: &str, step: &str, chosen: Option<Matrix>, fields: &Fields) -> Result<(), ActionError> {
    let (engine, caller) = (visit.engine(), visit.caller());
    let version = fields.get("version").and_then(|version| version.parse::<i64>().ok()).ok_or(ActionError::Conflict)?;
    match (step, chosen) {
        ("up" | "down", _) => rules::shift(engine, caller, key, step == "up", Some(version)).await,
        ("on" | "off", _) => write(visit, key, version, "enabled", json!(step == "on")).await,
        ("save", Some(matrix)) => write(visit, key, version, "matrix", json!(table::without_empty(matrix, fields))).await,
        _ => Err(ActionError::NotFound { what: "step" }),
    }
}

/// Changes one thing of a rule, if it is still this version.
async fn write(visit: &Visit, key: &str, version: i64, name: &str, value: Value) -> Result<(), ActionError> {
    let (engine, caller) = (visit.engine(), visit.caller());
    let mut document = objects::get(engine, caller, DeskKind::RoutingRules, key).await?.document;
    if let Some(document) = document.as_object_mut() {
        document.insert(name.to_owned(), value);
    }
    objects::put(engine, caller, DeskKind::RoutingRules, key, &document, Some(version)).await.map(drop)
}

/// Tries the rules with this one as it would be.
async fn attempt(visit: &Visit, key: &str, step: &str, chosen: Option<Matrix>, last: u32) -> Result<Tried, ActionError> {
    let (engine, shell) = (visit.engine(), &visit.shell);
    let desk = engine.desk();
    let mut rules = desk.rules.clone();
    let rule = rules.iter_mut().find(|rule| rule.key == key).ok_or(ActionError::NotFound { what: "routing-rules" })?;
    match step {
        "try-on" => rule.enabled = true,
        "try-off" => rule.enabled = false,
        _ => {
            rule.matrix = chosen.map(table::not_empty).or(rule.matrix.take());
            // Whoever tries a table wants to know what it would do.
            rule.enabled = true;
        }
    }
    let trial = trial::run(engine, visit.caller(), rules, last).await?;
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let values = [("count", count(trial.looked_at).into()), ("different", count(trial.differences.len()).into())];
    let summary = if trial.differences.is_empty() { "console-rule-tried-none" } else { "console-rule-tried-some" };
    let difference = |difference: trial::Difference| {
        let number = number_text(difference.number);
        Difference {
            url: format!("{}/console/tickets/{number}", shell.root),
            number,
            now: decided(shell, &desk, &difference.now),
            tried: decided(shell, &desk, &difference.tried),
        }
    };
    Ok(Tried {
        more: trial.differences.len().saturating_sub(MOST_SHOWN),
        summary: words::say(shell.lang, summary, &values),
        differences: trial.differences.into_iter().take(MOST_SHOWN).map(difference).collect(),
    })
}

async fn page(visit: &mut Visit, status: StatusCode, beside: Beside) -> Response {
    visit.shell.part = "routing";
    visit.shell.here = format!("{}/console/routing", visit.shell.root);
    let objects = match objects::list(visit.engine(), visit.caller(), DeskKind::RoutingRules).await {
        Ok(objects) => objects,
        Err(error) => return visit.shell.stopped(error),
    };
    let (shell, desk) = (&visit.shell, visit.engine().desk());
    let mut rules = rows(shell, &desk, &objects, &beside);
    let at = beside.at.and_then(|key| rules.iter().position(|rule| rule.key == key)).unwrap_or(0) / ON_A_PAGE * ON_A_PAGE;
    let address = |place: Option<usize>| Some(format!("{}/console/routing?at={}", shell.root, encode(&rules.get(place?)?.key)));
    let (before, behind) = (address(at.checked_sub(ON_A_PAGE)), address(Some(at + ON_A_PAGE)));
    let rules = rules.drain(at..(at + ON_A_PAGE).min(rules.len())).collect();
    let page = Page { shell, rules, before, behind, tried: beside.tried, last: beside.last.unwrap_or(TRIED), named: beside.named };
    shell.page(status, &page)
}

fn rows(shell: &Shell, desk: &DeskSnapshot, objects: &[DeskObject], beside: &Beside) -> Vec<Row> {
    let mut is_decided = false;
    let placed: Vec<&str> = desk.rules.iter().filter(|rule| rule.position.is_some()).map(|rule| rule.key.as_str()).collect();
    let mut rows = Vec::new();
    for (index, rule) in desk.rules.iter().enumerate() {
        let object = objects.iter().find(|object| object.key == rule.key);
        let is_file = object.is_some_and(|object| object.origin == Origin::File);
        let is_edited = beside.edited.as_ref() == Some(&rule.key) && !is_file;
        let chosen = beside.chosen.as_ref().filter(|_| is_edited);
        let place = placed.iter().position(|key| *key == rule.key);
        rows.push(Row {
            version: object.map_or(0, |object| object.version),
            number: index + 1,
            name: shell.named(Some(&rule.name), &rule.key),
            when: rule.when.as_ref().unwrap_or(&Condition::All(Vec::new())).say(desk, shell.lang),
            then: outcome(shell, desk, rule),
            is_on: rule.enabled,
            is_unreached: is_decided,
            may_rise: !is_file && place.is_some_and(|place| place > 0),
            may_fall: !is_file && place.is_some_and(|place| place + 1 < placed.len()),
            table: rule.matrix.as_ref().map(|stored| Table::of(shell, desk, stored, chosen)),
            is_file,
            is_edited,
            key: rule.key.clone(),
        });
        is_decided |= rule.enabled && rule.always_matches();
    }
    rows
}

/// What a rule does, piece by piece.
fn outcome(shell: &Shell, desk: &DeskSnapshot, rule: &Rule) -> Vec<String> {
    let then = &rule.then;
    let mut pieces: Vec<String> = then.department.iter().map(|key| shell.department(desk, key)).collect();
    pieces.extend(then.priority.map(|priority| {
        let word = shell.say(&format!("choice-{}", priority.as_str()));
        shell.say_of("review-routing-priority", "priority", &word)
    }));
    pieces.extend(then.owner.as_deref().map(|key| {
        let name = desk.agents.get(key).map_or(key, |agent| agent.name.as_str());
        shell.say_of("console-rule-gets", "agent", name)
    }));
    pieces.extend(then.tags.iter().map(|tag| shell.say_of("console-rule-tags", "tag", tag)));
    pieces.extend(
        then.skills
            .iter()
            .map(|(skill, level)| words::say(shell.lang, "console-rule-needs", &[("skill", skill.into()), ("level", i64::from(*level).into())])),
    );
    pieces
}
