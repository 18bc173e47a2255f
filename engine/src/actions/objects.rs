//! Templates, departments, rules and the like: documents, checked as a whole before they count.

pub(super) mod check;

pub(super) use check::profile as check_profile;

use bellhop_domain::{desk::Desk, invalid::FieldError, routing::sort_rules};
use bellhop_store::{
    conversations::ConversationFilter,
    desk::{DeskKind, DeskObject, Origin, PutObject, Unchanged},
    tickets::TicketFilter,
};
use serde_json::{Map, Value};

use super::{ActionError, Problem, macros::own_key, require};
use crate::{
    bus::Signal,
    caller::{Caller, Permission},
    engine::Engine,
};

/// Between two rules, so that another fits in.
pub(super) const STEP: i64 = 10;

/// All objects of a kind, in their order.
pub async fn list(engine: &Engine, caller: &Caller, kind: DeskKind) -> Result<Vec<DeskObject>, ActionError> {
    require(caller, Permission::ReadDesk)?;
    let mut objects = engine.reader().objects(kind).await?;
    objects.retain(|object| is_shown(caller, object));
    Ok(objects)
}

/// Whether somebody may see an object: what is other people's own is shown to whoever may change it.
fn is_shown(caller: &Caller, object: &DeskObject) -> bool {
    let owner = object.document.get("owner").and_then(Value::as_str).filter(|_| own_needs(object.kind).is_some());
    owner.is_none() || owner == own_key(caller) || caller.permissions.allow(Permission::ChangeDesk)
}

/// One of them.
pub async fn get(engine: &Engine, caller: &Caller, kind: DeskKind, key: &str) -> Result<DeskObject, ActionError> {
    require(caller, Permission::ReadDesk)?;
    let object = load(engine, kind, key).await?;
    if is_shown(caller, &object) { Ok(object) } else { Err(ActionError::NotFound { what: kind.as_str() }) }
}

/// Adds an object; its document names its key.
pub async fn create(engine: &Engine, caller: &Caller, kind: DeskKind, document: &Value) -> Result<DeskObject, ActionError> {
    let key = document.get("key").and_then(Value::as_str).ok_or_else(|| ActionError::invalid("key", "is needed"))?;
    if engine.reader().object(kind, key).await?.is_some() {
        return Err(ActionError::invalid("key", format!("there is “{key}” among the {} already", kind.as_str())));
    }
    put(engine, caller, kind, key, document, Some(0)).await
}

/// Adds or replaces an object; with `expected_version` only that version is replaced, 0 meaning that there is none.
///
/// What comes from the configuration file is changed there. A change that would break another object is refused, with
/// the place that would break.
pub async fn put(
    engine: &Engine,
    caller: &Caller,
    kind: DeskKind,
    key: &str,
    document: &Value,
    expected_version: Option<i64>,
) -> Result<DeskObject, ActionError> {
    require(caller, needed(kind))?;
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    let before = engine.desk();
    let known = engine.reader().object(kind, key).await?;
    if known.as_ref().is_some_and(|known| known.origin == Origin::File) {
        return Err(from_file(kind, key));
    }
    let document = with_key(document, key)?;
    let document = if kind == DeskKind::RoutingRules { placed(&before, document, known.as_ref()) } else { document };
    let broken = check::everything(&before);
    let mut after = before.desk.clone();
    check::insert(&mut after, kind, key, Value::Object(document.clone())).map_err(|problem| ActionError::Invalid { problems: vec![problem] })?;
    sort_rules(&mut after.rules);
    for desk in [&before.desk, &after] {
        require_own(caller, desk, kind, key)?;
    }
    let problems: Vec<Problem> = check::object(&after, kind, key).into_iter().map(problem).collect();
    if !problems.is_empty() {
        return Err(ActionError::Invalid { problems });
    }
    refuse_breaking(&broken, &after, "document")?;
    let position = document.get("position").and_then(Value::as_i64);
    let document = Value::Object(document);
    let (now, key) = (engine.now(), key.to_owned());
    let kept = key.clone();
    let put = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                let put = PutObject { kind, key: &kept, position, document: &document, expected: expected_version, origin: Origin::Console };
                let put = tx.put_object(put, now).await?;
                if put.is_ok() {
                    tx.record_change(kind.as_str(), &kept, now).await?;
                }
                Ok(put)
            })
        })
        .await?;
    unless_unchanged(put, kind, &key)?;
    changed(engine).await?;
    load(engine, kind, &key).await
}

/// Removes an object, unless something refers to it.
pub async fn delete(engine: &Engine, caller: &Caller, kind: DeskKind, key: &str, expected_version: Option<i64>) -> Result<(), ActionError> {
    require(caller, needed(kind))?;
    let object = load(engine, kind, key).await?;
    require_own(caller, &engine.desk(), kind, key)?;
    if object.origin == Origin::File {
        return Err(from_file(kind, key));
    }
    if expected_version.is_some_and(|expected| expected != object.version) {
        return Err(ActionError::Conflict);
    }
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    let before = engine.desk();
    let broken = check::everything(&before);
    let mut after = before.desk.clone();
    check::remove(&mut after, kind, key);
    refuse_breaking(&broken, &after, "key")?;
    refuse_used(engine, kind, key).await?;
    let (now, key) = (engine.now(), key.to_owned());
    let gone = key.clone();
    let deleted = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                let deleted = tx.delete_object(kind, &gone, Some(object.version), Origin::Console).await?;
                if deleted.is_ok() {
                    tx.record_change(kind.as_str(), &gone, now).await?;
                }
                Ok(deleted)
            })
        })
        .await?;
    unless_unchanged(deleted, kind, &key)?;
    changed(engine).await
}

/// What somebody needs for objects of this kind that are their own; nothing where there are none such.
pub fn own_needs(kind: DeskKind) -> Option<Permission> {
    match kind {
        DeskKind::Macros => Some(Permission::HandleConversations),
        DeskKind::Views => Some(Permission::ReadTickets),
        _ => None,
    }
}

/// What whoever changes an object of this kind needs at least.
pub fn needed(kind: DeskKind) -> Permission {
    own_needs(kind).unwrap_or(Permission::ChangeDesk)
}

/// Refuses somebody who may change only what is their own.
fn require_own(caller: &Caller, desk: &Desk, kind: DeskKind, key: &str) -> Result<(), ActionError> {
    let held: Option<&Option<String>> = match kind {
        DeskKind::Macros => desk.macros.get(key).map(|canned| &canned.owner),
        DeskKind::Views => desk.views.get(key).map(|view| &view.owner),
        _ => return require(caller, Permission::ChangeDesk),
    };
    match held {
        None => Ok(()),
        Some(Some(owner)) if Some(owner.as_str()) == own_key(caller) => Ok(()),
        Some(_) => require(caller, Permission::ChangeDesk),
    }
}

async fn load(engine: &Engine, kind: DeskKind, key: &str) -> Result<DeskObject, ActionError> {
    engine.reader().object(kind, key).await?.ok_or(ActionError::NotFound { what: kind.as_str() })
}

pub(super) async fn changed(engine: &Engine) -> Result<(), ActionError> {
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    engine.bus().tell(Signal::Desk);
    Ok(())
}

fn unless_unchanged<T>(result: Result<T, Unchanged>, kind: DeskKind, key: &str) -> Result<T, ActionError> {
    result.map_err(|unchanged| match unchanged {
        Unchanged::Version => ActionError::Conflict,
        Unchanged::File => from_file(kind, key),
    })
}

pub(super) fn from_file(kind: DeskKind, key: &str) -> ActionError {
    ActionError::not_now(format!("“{key}” of the {} comes from the configuration file: change it there", kind.as_str()))
}

fn with_key(document: &Value, key: &str) -> Result<Map<String, Value>, ActionError> {
    let Value::Object(document) = document else { return Err(ActionError::invalid("document", "is an object in JSON")) };
    if document.get("key").is_some_and(|named| named.as_str() != Some(key)) {
        return Err(ActionError::invalid("key", format!("is not “{key}”, as in the address: leave it out, or make a new object")));
    }
    let mut document = document.clone();
    document.insert("key".to_owned(), key.into());
    Ok(document)
}

/// A rule without a place keeps the one it had, or comes after the others; what always matches needs none, it comes last.
fn placed(desk: &Desk, mut document: Map<String, Value>, known: Option<&DeskObject>) -> Map<String, Value> {
    let has_place = document.get("position").is_some_and(|position| !position.is_null());
    let always_matches = document.get("when").is_none_or(Value::is_null) && document.get("matrix").is_none_or(Value::is_null);
    if !has_place && !always_matches {
        let last = desk.rules.iter().filter_map(|rule| rule.position).max().unwrap_or(0);
        let before = known.and_then(|known| known.document.get("position")).and_then(Value::as_i64);
        document.insert("position".to_owned(), before.unwrap_or(last + STEP).into());
    }
    document
}

/// Refuses what would break more objects than were `broken` before.
fn refuse_breaking(broken_before: &[(String, FieldError)], after: &Desk, field: &str) -> Result<(), ActionError> {
    let broken: Vec<Problem> = check::everything(after)
        .into_iter()
        .filter(|error| !broken_before.contains(error))
        .map(|(place, error)| Problem {
            field: field.to_owned(),
            message: format!("{place} refers to it: {}: {}", error.field, error.message).into(),
        })
        .collect();
    if broken.is_empty() { Ok(()) } else { Err(ActionError::Invalid { problems: broken }) }
}

/// Refuses to remove what tickets or conversations are filed under.
async fn refuse_used(engine: &Engine, kind: DeskKind, key: &str) -> Result<(), ActionError> {
    let filter = match kind {
        DeskKind::Templates => TicketFilter { template: Some(key.to_owned()), ..TicketFilter::default() },
        DeskKind::Departments => TicketFilter { department: Some(key.to_owned()), ..TicketFilter::default() },
        _ => return Ok(()),
    };
    if let Some(ticket) = engine.reader().tickets(&filter, None, 1).await?.items.first() {
        let number = bellhop_domain::ticket::number_text(ticket.number);
        return Err(ActionError::invalid("key", format!("ticket {number} refers to it")));
    }
    if kind == DeskKind::Departments {
        let filter = ConversationFilter { department: Some(key.to_owned()), ..ConversationFilter::default() };
        if let Some(conversation) = engine.reader().conversations(&filter, None, 1).await?.items.first() {
            return Err(ActionError::invalid("key", format!("conversation {} refers to it", conversation.id)));
        }
    }
    Ok(())
}

pub(super) fn problem(error: FieldError) -> Problem {
    Problem { field: error.field, message: error.message }
}
