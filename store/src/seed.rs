//! What a fresh database holds.

use bellhop_domain::{desk::Region, localised::Localised};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    desk::DeskKind,
    dialect::{Insert, Kind},
    error::{DbError, WriteError},
    open::Store,
    sql::{self, Arg},
    tx::Tx,
};

const TEMPLATES: &str = include_str!("../seed/templates.json");
const TIERS: &str = include_str!("../seed/tiers.json");
const DEPARTMENTS: &str = include_str!("../seed/departments.json");
const CATEGORIES: &str = include_str!("../seed/categories.json");
const REGIONS: &str = include_str!("../seed/regions.csv");

/// The fact that says that a database was filled.
pub const SEEDED: &str = "seeded";

static OBJECT: Insert = Insert::new(
    "desk_object",
    &[
        ("kind", Kind::Text),
        ("key", Kind::Text),
        ("position", Kind::Int),
        ("document", Kind::Text),
        ("origin", Kind::Text),
        ("version", Kind::Int),
        ("updated_at", Kind::Int),
    ],
    "ON CONFLICT (kind, key) DO NOTHING",
);

static VERSION: Insert = Insert::new(
    "template_version",
    &[("key", Kind::Text), ("version", Kind::Int), ("document", Kind::Text), ("made_at", Kind::Int)],
    "ON CONFLICT (key, version) DO NOTHING",
);

/// An object of the desk with its key.
struct Seed {
    kind: DeskKind,
    key: String,
    document: Value,
}

/// Fills a database that was never filled. What people remove later does not come back.
pub(crate) async fn fill(store: &Store, at: DateTime<Utc>) -> Result<(), DbError> {
    store.writer.write(move |tx: &Tx| Box::pin(write(tx, at))).await.map_err(WriteError::into_db)
}

async fn write(tx: &Tx, at: DateTime<Utc>) -> Result<(), DbError> {
    let (mut rows, mut versions) = (Vec::new(), Vec::new());
    for (index, Seed { kind, key, document }) in seeds()?.into_iter().enumerate() {
        let position = (index as i64 + 1) * 10;
        if kind == DeskKind::Templates {
            versions.push(vec![key.clone().into(), Arg::from(1_i64), sql::json(&document)?, at.into()]);
        }
        rows.push(vec![kind.as_str().into(), key.into(), position.into(), sql::json(&document)?, "console".into(), Arg::from(1_i64), at.into()]);
    }
    tx.insert(&OBJECT, rows).await?;
    tx.insert(&VERSION, versions).await?;
    tx.set_meta(SEEDED, &at.to_rfc3339()).await?;
    tx.record_change("desk", "seed", at).await?;
    Ok(())
}

fn seeds() -> Result<Vec<Seed>, DbError> {
    let mut seeds = Vec::new();
    for (kind, text) in [(DeskKind::Templates, TEMPLATES), (DeskKind::Tiers, TIERS), (DeskKind::Departments, DEPARTMENTS)] {
        for document in list(text)? {
            seeds.push(seed(kind, document)?);
        }
    }
    categories(list(CATEGORIES)?, None, &mut seeds)?;
    for line in REGIONS.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        seeds.push(region(line)?);
    }
    seeds.push(Seed {
        kind: DeskKind::RoutingRules,
        key: "fallback".to_owned(),
        document: json!({
            "name": { "en": "Everything else goes to support", "zh": "其余全部交给客服" },
            "then": { "department": "support" },
        }),
    });
    Ok(seeds)
}

fn list(text: &str) -> Result<Vec<Value>, DbError> {
    sql::from_json(text)
}

fn seed(kind: DeskKind, mut document: Value) -> Result<Seed, DbError> {
    let key = document.as_object_mut().and_then(|document| document.remove("key"));
    let Some(Value::String(key)) = key else { return Err(DbError::unreadable("a seed with a key")) };
    Ok(Seed { kind, key, document })
}

/// A tree becomes a list, each node with the key of the one above.
fn categories(nodes: Vec<Value>, parent: Option<&str>, seeds: &mut Vec<Seed>) -> Result<(), DbError> {
    for mut node in nodes {
        let children = node.as_object_mut().and_then(|node| node.remove("children"));
        if let (Some(node), Some(parent)) = (node.as_object_mut(), parent) {
            node.insert("parent".to_owned(), parent.into());
        }
        let seed = seed(DeskKind::Categories, node)?;
        let key = seed.key.clone();
        seeds.push(seed);
        if let Some(Value::Array(children)) = children {
            categories(children, Some(&key), seeds)?;
        }
    }
    Ok(())
}

fn region(line: &str) -> Result<Seed, DbError> {
    let mut fields = fields(line).into_iter();
    let mut next = || fields.next().ok_or(DbError::unreadable("a region with four fields"));
    let (key, parent, english, chinese) = (next()?, next()?, next()?, next()?);
    let mut name = Localised::of("en", english);
    if !chinese.is_empty() {
        name.0.insert("zh".to_owned(), chinese);
    }
    let region = Region { key: key.clone(), name, parent: Some(parent).filter(|parent| !parent.is_empty()), ..Region::default() };
    let mut document = serde_json::to_value(region).map_err(|_| DbError::unwritable("a region"))?;
    if let Some(document) = document.as_object_mut() {
        document.remove("key");
    }
    Ok(Seed { kind: DeskKind::Regions, key, document })
}

/// The fields of a line of comma-separated values; quotes keep commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for sign in line.trim_end().chars() {
        match sign {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            sign => {
                if let Some(field) = fields.last_mut() {
                    field.push(sign);
                }
            }
        }
    }
    fields
}
