//! What the forms of departments do.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    desk::{Automatic, Department},
    localised::Localised,
};
use bellhop_engine::actions::{ActionError, objects};
use bellhop_store::desk::DeskKind;
use serde_json::json;

use super::{Shown, is_offered, page, page_of_all};
use crate::console::{
    form::Fields,
    guard::encode,
    shell::{Said, Visit, status_of},
};

const DEPARTMENTS: DeskKind = DeskKind::Departments;

/// Adds a department with a name and nothing else, and shows it to be filled in.
pub(crate) async fn add(mut visit: Visit, fields: Fields) -> Response {
    let (name, key) = (fields.some("name").unwrap_or_default(), fields.some("key").unwrap_or_default());
    let document = json!({ "key": key, "name": { visit.shell.lang: name } });
    match objects::create(visit.engine(), visit.caller(), DEPARTMENTS, &document).await {
        Ok(made) => Redirect::to(&format!("{}/console/team/{}", visit.shell.root, encode(&made.key))).into_response(),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            let named = name.to_owned();
            page_of_all(&mut visit, status, named).await
        }
    }
}

/// Keeps what the form says of a department, or deletes it.
pub(crate) async fn change(visit: Visit, Path(key): Path<String>, fields: Fields) -> Response {
    let version = fields.get("version").and_then(|version| version.parse::<i64>().ok());
    let Some(version) = version else { return visit.shell.stopped(ActionError::NotFound { what: "department" }) };
    let (engine, caller) = (visit.engine(), visit.caller());
    if fields.get("step") == Some("delete") {
        return match objects::delete(engine, caller, DEPARTMENTS, &key, Some(version)).await {
            Ok(()) => Redirect::to(&format!("{}/console/team", visit.shell.root)).into_response(),
            Err(error) => refused(visit, &key, error, None).await,
        };
    }
    let desk = engine.desk();
    let Some(stored) = desk.departments.get(&key).cloned() else { return visit.shell.not_found() };
    let changed = department(stored, &fields, |key| desk.agents.get(key).is_some_and(is_offered));
    let done = match serde_json::to_value(&changed) {
        Ok(document) => objects::put(engine, caller, DEPARTMENTS, &key, &document, Some(version)).await.map(drop),
        Err(error) => return visit.shell.failed(&error),
    };
    match done {
        Ok(()) => Redirect::to(&format!("{}/console/team/{}", visit.shell.root, encode(&key))).into_response(),
        Err(error) => refused(visit, &key, error, Some((changed, version))).await,
    }
}

/// The page with what was refused on it, and what was written.
async fn refused(mut visit: Visit, key: &str, error: ActionError, form: Option<(Department, i64)>) -> Response {
    let status = status_of(&error);
    let has_changed = matches!(error, ActionError::Conflict);
    let problems = visit.shell.problems(error).into_iter().map(|(field, message)| format!("{field}: {message}")).collect();
    if has_changed {
        visit.shell.said = Some(Said::wrong(&visit.shell.say("console-team-changed")));
    }
    page(&mut visit, key, status, Shown { form, problems }).await
}

/// A department as the form says; what it does not show stays, people who are not offered among it.
fn department(stored: Department, fields: &Fields, is_offered: impl Fn(&str) -> bool) -> Department {
    let some = |name: &str| fields.some(name).map(str::to_owned);
    let texts = fields.every("tag").zip(fields.every("name")).filter(|(_, text)| !text.trim().is_empty());
    let name = texts.map(|(tag, text)| (tag.chars().take(20).collect(), text.trim().chars().take(200).collect())).collect();
    let before = stored.assignment.clone().unwrap_or_default();
    let number = |name: &str, before: u32| fields.some(name).and_then(|number| number.parse().ok()).unwrap_or(before);
    let assignment = fields.get("given").map(|_| Automatic {
        chats: fields.get("chats").is_some(),
        tickets: fields.get("tickets").is_some(),
        most_chats: number("most_chats", before.most_chats),
        most_tickets: number("most_tickets", before.most_tickets),
        account_manager: fields.get("account_manager").is_some(),
        away_after_minutes: number("away_after_minutes", before.away_after_minutes),
        chats_back_after_minutes: number("chats_back_after_minutes", before.chats_back_after_minutes),
        tickets_back_after_minutes: number("tickets_back_after_minutes", before.tickets_back_after_minutes),
        skills: before.skills,
    });
    let unseen = stored.members.iter().filter(|key| !is_offered(key)).cloned();
    let members = fields.every("member").map(str::to_owned).chain(unseen).collect::<Vec<_>>();
    Department { name: Localised(name), parent: some("parent"), head: some("head"), calendar: some("calendar"), members, assignment, ..stored }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_does_not_show_stays() {
        let skills = [("refunds".to_owned(), 3)].into();
        let stored = Department {
            key: "support".into(),
            name: Localised::of("en", "Support"),
            parent: Some("house".into()),
            head: None,
            members: vec!["mei".into(), "eve".into()],
            calendar: Some("berlin".into()),
            assignment: Some(Automatic { skills, most_tickets: 7, ..Automatic::default() }),
        };
        let fields = Fields::read(
            b"tag=en&name=Help+desk&tag=zh&name=&parent=&head=bo&calendar=berlin&member=bo&given=1&chats=1&most_chats=3&most_tickets=many",
        );
        let changed = department(stored.clone(), &fields, |key| key != "eve");
        assert_eq!(changed.name, Localised::of("en", "Help desk"));
        assert_eq!((changed.parent, changed.head.as_deref(), changed.calendar.as_deref()), (None, Some("bo"), Some("berlin")));
        assert_eq!(changed.members, ["bo", "eve"], "who left is not taken out by saving something else");
        let automatic = changed.assignment.unwrap_or_default();
        assert_eq!((automatic.chats, automatic.tickets, automatic.most_chats, automatic.most_tickets), (true, false, 3, 7));
        assert_eq!(automatic.skills.get("refunds"), Some(&3));
        assert_eq!(department(stored, &Fields::read(b"tag=en&name=Support"), |_| true).assignment, None, "nothing is given away any more");
    }
}
