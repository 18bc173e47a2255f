//! The order of the routing rules, and new tables among them; what a rule says is changed as an object of the desk.

use bellhop_domain::{
    localised::Localised,
    routing::{ANY, Matrix, Rule},
};
use bellhop_store::desk::{DeskKind, DeskObject, Origin, PutObject};
use serde_json::Value;

use super::{
    ActionError,
    objects::{self, STEP, changed, from_file},
    require,
};
use crate::{
    caller::{Caller, Permission},
    engine::Engine,
};

const RULES: DeskKind = DeskKind::RoutingRules;

/// Puts a rule before the one above it, or behind the one below it; at the end of the way nothing changes.
///
/// With `expected_version` only when the rule is still that version. What always comes last has no place to be moved from.
pub async fn shift(engine: &Engine, caller: &Caller, key: &str, up: bool, expected_version: Option<i64>) -> Result<(), ActionError> {
    require(caller, Permission::ChangeDesk)?;
    let objects = objects::list(engine, caller, RULES).await?;
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    let desk = engine.desk();
    let order: Vec<(&str, i64)> = desk.rules.iter().filter_map(|rule| Some((rule.key.as_str(), rule.position?))).collect();
    let Some(place) = order.iter().position(|(other, _)| *other == key) else {
        return Err(match desk.rule(key) {
            Some(_) => ActionError::not_now(format!("“{key}” always matches and comes last")),
            None => ActionError::NotFound { what: RULES.as_str() },
        });
    };
    let moved = objects.iter().find(|object| object.key == key);
    if expected_version.is_some() && expected_version != moved.map(|object| object.version) {
        return Err(ActionError::Conflict);
    }
    let other = if up { place.checked_sub(1) } else { Some(place + 1).filter(|next| *next < order.len()) };
    let Some(other) = other else { return Ok(()) };
    let mut put = Vec::new();
    for (key, position) in swapped(&order, place, other) {
        let object = objects.iter().find(|object| object.key == key).ok_or(ActionError::Conflict)?;
        if object.origin == Origin::File {
            return Err(from_file(RULES, key));
        }
        put.push((object.clone(), position));
    }
    write(engine, put).await?;
    changed(engine).await
}

/// The places of the rules that get another one when two neighbours change theirs.
fn swapped<'k>(order: &[(&'k str, i64)], one: usize, other: usize) -> Vec<(&'k str, i64)> {
    let mut keys: Vec<&str> = order.iter().map(|(key, _)| *key).collect();
    keys.swap(one, other);
    let mut places: Vec<i64> = order.iter().map(|(_, position)| *position).collect();
    if places.windows(2).any(|pair| pair[0] >= pair[1]) {
        places = (1..).take(keys.len()).map(|number| number * STEP).collect();
    }
    let before = |key: &str| order.iter().find(|(known, _)| *known == key).map(|(_, position)| *position);
    keys.into_iter().zip(places).filter(|(key, position)| before(key) != Some(*position)).collect()
}

/// Gives rules their places, all of them or none.
async fn write(engine: &Engine, put: Vec<(DeskObject, i64)>) -> Result<(), ActionError> {
    let now = engine.now();
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            let put = put.clone();
            Box::pin(async move {
                for (object, position) in &put {
                    let mut document = object.document.clone();
                    if let Some(document) = document.as_object_mut() {
                        document.insert("position".to_owned(), (*position).into());
                    }
                    let (key, expected, origin) = (object.key.as_str(), Some(object.version), Origin::Console);
                    let put = PutObject { kind: RULES, key, position: Some(*position), document: &document, expected, origin };
                    // Whoever was faster has the last word over all of them.
                    tx.put_object(put, now).await?.map_err(|_| ActionError::Conflict)?;
                    tx.record_change(RULES.as_str(), key, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

/// Adds a table with a row for each tier, the highest first, and for any; it is empty and switched off, so that it decides nothing yet.
pub async fn add_table(engine: &Engine, caller: &Caller, name: &str, language: &str) -> Result<DeskObject, ActionError> {
    require(caller, Permission::ChangeDesk)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(ActionError::invalid("name", bellhop_domain::why::Why::new("why-rule-name")));
    }
    let desk = engine.desk();
    let mut ranked: Vec<_> = desk.tiers.values().collect();
    ranked.sort_by_key(|tier| std::cmp::Reverse(tier.rank));
    let tiers: Vec<String> = ranked.into_iter().map(|tier| tier.key.clone()).chain([ANY.to_owned()]).collect();
    let matrix = Matrix { departments: vec![vec![None]; tiers.len()], tiers, regions: vec![ANY.to_owned()] };
    let key = (1..).map(|number| if number == 1 { "table".to_owned() } else { format!("table_{number}") }).find(|key| desk.rule(key).is_none());
    let rule = Rule { key: key.unwrap_or_default(), name: Localised::of(language, name), enabled: false, matrix: Some(matrix), ..Rule::default() };
    let document: Value = serde_json::to_value(rule).map_err(|_| ActionError::invalid("document", "cannot be written"))?;
    objects::create(engine, caller, RULES, &document).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;
    use crate::testing::{TurnedClock, engine};

    #[test]
    fn two_change_places_and_the_others_keep_theirs() {
        let order = [("a", 10), ("b", 20), ("c", 30)];
        assert_eq!(swapped(&order, 1, 0), [("b", 10), ("a", 20)]);
        assert_eq!(swapped(&order, 1, 2), [("c", 20), ("b", 30)]);
        assert_eq!(swapped(&[("a", 10), ("b", 10), ("c", 30)], 1, 0), [("a", 20)], "two in one place get places of their own");
    }

    #[tokio::test]
    async fn rules_are_moved_and_who_is_slower_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path(), TurnedClock::new()).await;
        let caller = Caller::system();
        for (key, position) in [("a", 10), ("b", 10), ("c", 30)] {
            let rule = json!({"position": position, "when": {"field": "tags", "value": key}, "then": {"department": "support"}});
            objects::put(&engine, &caller, RULES, key, &rule, None).await.unwrap();
        }
        let order = || engine.desk().rules.iter().map(|rule| rule.key.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(order(), "a b c fallback");
        shift(&engine, &caller, "c", true, Some(1)).await.unwrap();
        assert_eq!(order(), "a c b fallback");
        shift(&engine, &caller, "a", true, None).await.unwrap();
        assert_eq!(order(), "a c b fallback", "there is nothing above the first");
        assert!(matches!(shift(&engine, &caller, "c", true, Some(1)).await, Err(ActionError::Conflict)));
        assert_eq!(order(), "a c b fallback");
        assert!(matches!(shift(&engine, &caller, "fallback", true, None).await, Err(ActionError::NotNow(_))));
        assert!(matches!(shift(&engine, &caller, "nothing", true, None).await, Err(ActionError::NotFound { .. })));

        let made = add_table(&engine, &caller, " By tier ", "en").await.unwrap();
        assert_eq!((made.key.as_str(), order().as_str()), ("table", "a c b table fallback"));
        let desk = engine.desk();
        let matrix = desk.rule("table").unwrap().matrix.clone().unwrap();
        assert_eq!(matrix.tiers, ["vip", "gold", "standard", "trial", "*"]);
        assert!(!desk.rule("table").unwrap().enabled, "it decides nothing before somebody says so");
        assert_eq!(add_table(&engine, &caller, "Another", "en").await.unwrap().key, "table_2");
        assert!(matches!(add_table(&engine, &caller, " ", "en").await, Err(ActionError::Invalid { .. })));
        engine.stop(std::time::Duration::from_secs(5)).await;
    }
}
