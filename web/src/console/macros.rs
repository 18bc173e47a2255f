//! Macros and canned replies: what agents say and do often, everybody's and their own.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    canned::{ME, Macro, variables},
    localised::Localised,
    ticket::{Priority, TicketStatus},
    words::{self, status_key},
};
use bellhop_engine::{
    actions::{ActionError, Problem, macros::own_key, objects},
    caller::Permission,
};
use bellhop_store::desk::{DeskKind, DeskObject, Origin};
use serde_json::{Map, Value, json};

use super::{
    form::{Asked, Choices, Fields},
    shell::{Said, Shell, Visit, status_of},
};

/// A macro in the list.
struct Row {
    url: String,
    key: String,
    title: String,
    /// Whose it is, where it is not everybody's.
    owner: Option<String>,
    text: String,
}

/// A text in one language.
struct Version {
    tag: String,
    language: String,
    title: String,
    text: String,
    note: String,
}

#[derive(Template)]
#[template(path = "console/macros.html")]
struct MacrosPage<'a> {
    shell: &'a Shell,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "console/macro.html")]
struct MacroPage<'a> {
    shell: &'a Shell,
    key: String,
    is_new: bool,
    version: i64,
    /// The caller may change it.
    may_change: bool,
    /// The caller may make it everybody's.
    may_share: bool,
    is_own: bool,
    versions: Vec<Version>,
    tags: String,
    untag: String,
    categories: Choices,
    departments: Choices,
    agents: Choices,
    statuses: Choices,
    stages: Choices,
    priorities: Choices,
    close: bool,
    variables: String,
    /// What is wrong, place by place.
    problems: Vec<String>,
}

pub(super) async fn list(mut visit: Visit) -> Response {
    visit.shell.part = "macros";
    visit.shell.here = format!("{}/console/macros", visit.shell.root);
    let objects = match objects::list(visit.engine(), visit.caller(), DeskKind::Macros).await {
        Ok(objects) => objects,
        Err(error) => return visit.shell.stopped(error),
    };
    let shell = &visit.shell;
    let desk = visit.engine().desk();
    let rows = objects.into_iter().filter_map(|object| {
        let canned = read(&object)?;
        let text: String = canned.text.get(shell.lang).chars().take(160).collect();
        Some(Row {
            url: format!("{}/console/macros/{}", shell.root, object.key),
            title: shell.named(Some(&canned.title), &object.key),
            owner: canned.owner.map(|key| desk.agents.get(&key).map_or(key, |agent| agent.name.clone())),
            text,
            key: object.key,
        })
    });
    shell.page(StatusCode::OK, &MacrosPage { shell, rows: rows.collect() })
}

pub(super) async fn show(mut visit: Visit, Path(key): Path<String>, Asked(_): Asked) -> Response {
    match objects::get(visit.engine(), visit.caller(), DeskKind::Macros, &key).await {
        Ok(object) => {
            let canned = read(&object).unwrap_or_default();
            page(&mut visit, &key, &canned, Some(&object), StatusCode::OK, Vec::new())
        }
        Err(ActionError::NotFound { .. }) if key == "new" => {
            let canned = Macro { owner: own_key(visit.caller()).map(str::to_owned), ..Macro::default() };
            page(&mut visit, "new", &canned, None, StatusCode::OK, Vec::new())
        }
        Err(error) => visit.shell.stopped(error),
    }
}

/// Keeps what was written, or removes it.
pub(super) async fn change(mut visit: Visit, Path(key): Path<String>, fields: Fields) -> Response {
    let list = format!("{}/console/macros", visit.shell.root);
    let known = objects::get(visit.engine(), visit.caller(), DeskKind::Macros, &key).await.ok();
    let version = fields.get("version").and_then(|version| version.parse::<i64>().ok());
    if fields.get("step") == Some("delete") {
        let Some(known) = known else { return visit.shell.not_found() };
        let deleted = objects::delete(visit.engine(), visit.caller(), DeskKind::Macros, &key, version).await;
        return match deleted {
            Ok(()) => Redirect::to(&list).into_response(),
            Err(error) => {
                let status = status_of(&error);
                visit.shell.said = Some(visit.shell.refused(error));
                page(&mut visit, &key, &read(&known).unwrap_or_default(), Some(&known), status, Vec::new())
            }
        };
    }
    let before = known.as_ref().and_then(read);
    let document = written(&visit, &fields, before.as_ref());
    let put = match &known {
        Some(_) => objects::put(visit.engine(), visit.caller(), DeskKind::Macros, &key, &document, version).await,
        None => objects::create(visit.engine(), visit.caller(), DeskKind::Macros, &document).await,
    };
    match put {
        Ok(_) => Redirect::to(&list).into_response(),
        Err(error) => {
            let status = status_of(&error);
            let problems = match error {
                ActionError::Invalid { problems } => problems,
                ActionError::Conflict => {
                    visit.shell.said = Some(Said::wrong(&visit.shell.say("answer-conflict")));
                    Vec::new()
                }
                error => {
                    visit.shell.said = Some(visit.shell.refused(error));
                    Vec::new()
                }
            };
            let shown = document.get("key").and_then(Value::as_str).unwrap_or(&key).to_owned();
            let canned = serde_json::from_value(document).unwrap_or_default();
            page(&mut visit, &shown, &canned, known.as_ref(), status, problems)
        }
    }
}

fn read(object: &DeskObject) -> Option<Macro> {
    serde_json::from_value(object.document.clone()).ok()
}

/// The form as a document.
fn written(visit: &Visit, fields: &Fields, before: Option<&Macro>) -> Value {
    let mut document = Map::new();
    let texts = |name: &str, before: Option<&Localised>| -> Value {
        // Languages that the form does not show stay as they are.
        let mut texts: BTreeMap<String, String> = before.map(|before| before.0.clone()).unwrap_or_default();
        for tag in &visit.engine().settings().languages {
            match fields.some(&format!("{name}.{tag}")) {
                Some(text) => drop(texts.insert(tag.clone(), text.to_owned())),
                None => drop(texts.remove(tag)),
            }
        }
        json!(texts)
    };
    document.insert("title".to_owned(), texts("title", before.map(|before| &before.title)));
    document.insert("text".to_owned(), texts("text", before.map(|before| &before.text)));
    document.insert("note".to_owned(), texts("note", before.map(|before| &before.note)));
    for name in ["tags", "untag"] {
        let labels = fields.get(name).unwrap_or_default().split([',', '，']).map(str::trim).filter(|label| !label.is_empty());
        document.insert(name.to_owned(), labels.map(Value::from).collect());
    }
    for name in ["category", "department", "assign", "status", "stage", "priority"] {
        if let Some(value) = fields.some(name) {
            document.insert(name.to_owned(), value.into());
        }
    }
    document.insert("close".to_owned(), fields.get("close").is_some().into());
    let owner = match fields.get("scope") {
        Some("shared") => None,
        // Somebody else's stays theirs.
        _ => before.and_then(|before| before.owner.clone()).or_else(|| own_key(visit.caller()).map(str::to_owned)),
    };
    if let Some(owner) = owner {
        document.insert("owner".to_owned(), owner.into());
    }
    if before.is_none() {
        document.insert("key".to_owned(), fields.some("key").unwrap_or_default().into());
    }
    Value::Object(document)
}

fn page(visit: &mut Visit, key: &str, canned: &Macro, known: Option<&DeskObject>, status: StatusCode, problems: Vec<Problem>) -> Response {
    visit.shell.part = "macros";
    visit.shell.here = format!("{}/console/macros/{key}", visit.shell.root);
    let (shell, desk) = (&visit.shell, visit.engine().desk());
    let may_share = visit.caller().permissions.allow(Permission::ChangeDesk);
    let own = own_key(visit.caller());
    let is_own = canned.owner.is_some();
    let version = |tag: &String| Version {
        language: words::language_name(tag).to_owned(),
        title: canned.title.0.get(tag).cloned().unwrap_or_default(),
        text: canned.text.0.get(tag).cloned().unwrap_or_default(),
        note: canned.note.0.get(tag).cloned().unwrap_or_default(),
        tag: tag.clone(),
    };
    let is = |chosen: &Option<String>, key: &String| chosen.as_ref() == Some(key);
    let mut categories: Choices =
        desk.categories.keys().map(|key| (key.clone(), desk.category_name(key, shell.lang), is(&canned.category, key))).collect();
    categories.sort_by(|one, other| one.1.cmp(&other.1));
    let mut agents = vec![(ME.to_owned(), shell.say("console-macro-me"), canned.assign.as_deref() == Some(ME))];
    let working = desk.agents.values().filter(|agent| !agent.disabled);
    agents.extend(working.map(|agent| (agent.key.clone(), agent.name.clone(), is(&canned.assign, &agent.key))));
    let mut stages: Choices = Vec::new();
    for stage in desk.templates.values().flat_map(|template| &template.stages) {
        if !stages.iter().any(|(key, ..)| *key == stage.key) {
            stages.push((stage.key.clone(), shell.named(Some(&stage.name), &stage.key), is(&canned.stage, &stage.key)));
        }
    }
    let page = MacroPage {
        shell,
        key: if known.is_none() && key == "new" { String::new() } else { key.to_owned() },
        is_new: known.is_none(),
        version: known.map_or(0, |known| known.version),
        may_change: known.is_none_or(|known| known.origin == Origin::Console) && (may_share || canned.owner.as_deref() == own),
        may_share,
        is_own,
        versions: visit.engine().settings().languages.iter().map(version).collect(),
        tags: canned.tags.join(", "),
        untag: canned.untag.join(", "),
        categories,
        departments: desk
            .departments
            .iter()
            .map(|(key, department)| (key.clone(), shell.named(Some(&department.name), key), is(&canned.department, key)))
            .collect(),
        agents,
        statuses: TicketStatus::ALL
            .iter()
            .filter(|status| **status != TicketStatus::New)
            .map(|status| (status.as_str().to_owned(), shell.say(status_key(*status)), canned.status == Some(*status)))
            .collect(),
        stages,
        priorities: Priority::ALL
            .iter()
            .map(|priority| (priority.as_str().to_owned(), shell.say(&format!("choice-{}", priority.as_str())), canned.priority == Some(*priority)))
            .collect(),
        close: canned.close,
        variables: variables().map(|name| format!("{{{{ {name} }}}}")).collect::<Vec<_>>().join("  "),
        problems: problems.into_iter().map(|problem| format!("{}: {}", problem.field, problem.message.say(shell.lang))).collect(),
    };
    visit.shell.page(status, &page)
}
