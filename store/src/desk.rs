//! The desk: templates, departments, rules and the like, as documents.

use std::sync::Arc;

use bellhop_domain::desk::Desk;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::de::DeserializeOwned;

use crate::{
    entity::desk_object,
    error::DbError,
    reader::Reader,
    sql::{Cell as _, Row, args, from_json, json},
    tx::Tx,
};

/// What kinds of things make up the desk, agents aside; the words of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeskKind {
    /// Ticket templates.
    Templates,
    /// Departments.
    Departments,
    /// Routing rules, in the order in which they are tried.
    RoutingRules,
    /// Business calendars.
    Calendars,
    /// Categories.
    Categories,
    /// Customer tiers.
    Tiers,
    /// Regions.
    Regions,
    /// Macros.
    Macros,
    /// Views of tickets.
    Views,
}

impl DeskKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Templates,
        Self::Departments,
        Self::RoutingRules,
        Self::Calendars,
        Self::Categories,
        Self::Tiers,
        Self::Regions,
        Self::Macros,
        Self::Views,
    ];

    /// The word in the API, the database and the change log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Templates => "templates",
            Self::Departments => "departments",
            Self::RoutingRules => "routing-rules",
            Self::Calendars => "calendars",
            Self::Categories => "categories",
            Self::Tiers => "tiers",
            Self::Regions => "regions",
            Self::Macros => "macros",
            Self::Views => "views",
        }
    }

    /// The kind with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who makes the changes to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// People, in the console and through the API.
    Console,
    /// The configuration file; read-only elsewhere.
    File,
}

impl Origin {
    /// The word in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::File => "file",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Console, Self::File].into_iter().find(|origin| origin.as_str() == word)
    }
}

/// One thing of the desk.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskObject {
    /// What kind of thing.
    pub kind: DeskKind,
    /// Its key, unique among its kind.
    pub key: String,
    /// Its place among its kind.
    pub position: i64,
    /// All of it, without the key.
    pub document: serde_json::Value,
    /// Who changes it.
    pub origin: Origin,
    /// Grows with every change.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

fn object(row: desk_object::Model) -> Result<DeskObject, DbError> {
    Ok(DeskObject {
        kind: DeskKind::parse(&row.kind).ok_or(DbError::unreadable("a kind of the desk"))?,
        key: row.key,
        position: row.position,
        document: from_json(&row.document)?,
        origin: Origin::parse(&row.origin).ok_or(DbError::unreadable("an origin"))?,
        version: row.version,
        updated_at: DateTime::from_raw(row.updated_at)?,
    })
}

/// Why an object was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// It has another version by now, or is there although it should be new, or is not there.
    Version,
    /// It belongs to the configuration file.
    File,
}

impl Reader {
    /// Everything that decisions look up, and the number of the newest change that it contains.
    ///
    /// A document that cannot be read stops nothing: it is left out and logged.
    pub async fn desk(&self) -> Result<(Desk, i64), DbError> {
        // First the number: what changes in between is then read twice, never missed.
        let seq = self.last_change().await?;
        let mut desk = Desk::default();
        for mut row in self.all("SELECT kind, key, document FROM desk_object ORDER BY position, key", &[]).await? {
            let (kind, key, text): (String, String, String) = (row.next()?, row.next()?, row.next()?);
            let read = match DeskKind::parse(&kind) {
                Some(DeskKind::Templates) => document(&text, &key).map(|it| drop(desk.templates.insert(key.clone(), it))),
                Some(DeskKind::Departments) => document(&text, &key).map(|it| drop(desk.departments.insert(key.clone(), it))),
                Some(DeskKind::RoutingRules) => document(&text, &key).map(|it| desk.rules.push(it)),
                Some(DeskKind::Calendars) => document(&text, &key).map(|it| drop(desk.calendars.insert(key.clone(), it))),
                Some(DeskKind::Categories) => document(&text, &key).map(|it| drop(desk.categories.insert(key.clone(), it))),
                Some(DeskKind::Tiers) => document(&text, &key).map(|it| drop(desk.tiers.insert(key.clone(), it))),
                Some(DeskKind::Regions) => document(&text, &key).map(|it| drop(desk.regions.insert(key.clone(), it))),
                Some(DeskKind::Views) => document(&text, &key).map(|it| drop(desk.views.insert(key.clone(), it))),
                Some(DeskKind::Macros) => document(&text, &key).map(|it| drop(desk.macros.insert(key.clone(), it))),
                None => Ok(()),
            };
            if let Err(error) = read {
                tracing::error!(kind, key, error = %error, "A stored document cannot be read and is left out; save it again.");
            }
        }
        bellhop_domain::routing::sort_rules(&mut desk.rules);
        for mut row in self.all("SELECT key, version, document FROM template_version ORDER BY key, version", &[]).await? {
            let (key, version, text): (String, i64, String) = (row.next()?, row.next()?, row.next()?);
            match document(&text, &key) {
                Ok(template) => drop(desk.versions.entry(key).or_default().insert(version, Arc::new(template))),
                Err(error) => {
                    tracing::error!(key, version, error = %error, "A template's old version cannot be read: its tickets show the present one.")
                }
            }
        }
        for record in self.agents().await? {
            desk.agents.insert(record.agent.key.clone(), record.agent);
        }
        Ok((desk, seq))
    }

    /// All objects of a kind, in their order.
    pub async fn objects(&self, kind: DeskKind) -> Result<Vec<DeskObject>, DbError> {
        let query = desk_object::Entity::find()
            .filter(desk_object::Column::Kind.eq(kind.as_str()))
            .order_by_asc(desk_object::Column::Position)
            .order_by_asc(desk_object::Column::Key);
        query.all(self.orm()).await?.into_iter().map(object).collect()
    }

    /// One of them.
    pub async fn object(&self, kind: DeskKind, key: &str) -> Result<Option<DeskObject>, DbError> {
        desk_object::Entity::find_by_id((kind.as_str().to_owned(), key.to_owned())).one(self.orm()).await?.map(object).transpose()
    }
}

/// A template as it was once.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateVersion {
    /// Counts the template's versions, from 1.
    pub version: i64,
    /// All of it, without the key.
    pub document: serde_json::Value,
    /// Since when tickets were made with it.
    pub made_at: DateTime<Utc>,
}

impl Reader {
    /// The versions that a template has had, the newest first; those of a template that was removed stay.
    pub async fn template_versions(&self, key: &str) -> Result<Vec<TemplateVersion>, DbError> {
        let sql = "SELECT version, document, made_at FROM template_version WHERE key = $1 ORDER BY version DESC";
        let read = |row: &mut Row| Ok(TemplateVersion { version: row.next()?, document: row.json()?, made_at: row.next()? });
        self.all(sql, &args![key]).await?.iter_mut().map(read).collect()
    }
}

/// Documents are stored without their key.
fn document<T: DeserializeOwned>(text: &str, key: &str) -> Result<T, serde_json::Error> {
    let mut document: serde_json::Value = serde_json::from_str(text)?;
    if let Some(document) = document.as_object_mut() {
        document.insert("key".to_owned(), key.into());
    }
    serde_json::from_value(document)
}

/// What is to be kept of an object.
#[derive(Debug, Clone)]
pub struct PutObject<'a> {
    /// What kind of thing.
    pub kind: DeskKind,
    /// Its key.
    pub key: &'a str,
    /// Its place; none: where it is, or at the end.
    pub position: Option<i64>,
    /// All of it.
    pub document: &'a serde_json::Value,
    /// The version that is being changed; 0: it has to be new; none: whatever is there.
    pub expected: Option<i64>,
    /// Who changes it. What the file made, only the file changes.
    pub origin: Origin,
}

impl Tx {
    /// Keeps an object; answers its new version. Write the change down with [`Tx::record_change`] afterwards.
    pub async fn put_object(&self, put: PutObject<'_>, at: DateTime<Utc>) -> Result<Result<i64, Unchanged>, DbError> {
        let PutObject { kind, key, position, document, expected, origin } = put;
        let mut document = document.clone();
        if let Some(document) = document.as_object_mut() {
            document.remove("key");
        }
        let sql = "SELECT version, origin, position FROM desk_object WHERE kind = $1 AND key = $2";
        let known = match self.one(sql, &args![kind.as_str(), key]).await? {
            Some(mut row) => Some((row.next::<i64>()?, row.next::<String>()?, row.next::<i64>()?)),
            None => None,
        };
        if known.as_ref().is_some_and(|(_, of, _)| of == Origin::File.as_str()) && origin == Origin::Console {
            return Ok(Err(Unchanged::File));
        }
        let known_version = known.as_ref().map_or(0, |(version, ..)| *version);
        if expected.is_some_and(|expected| expected != known_version) {
            return Ok(Err(Unchanged::Version));
        }
        let position = match (position, &known) {
            (Some(position), _) => position,
            (None, Some((_, _, position))) => *position,
            (None, None) => {
                let sql = "SELECT COALESCE(MAX(position), 0) + 10 FROM desk_object WHERE kind = $1";
                self.one(sql, &args![kind.as_str()]).await?.as_mut().map(Row::next).transpose()?.unwrap_or(10)
            }
        };
        let changed = if known.is_some() {
            let sql = "UPDATE desk_object SET position = $1, document = $2, origin = $3, version = version + 1, updated_at = $4
                WHERE kind = $5 AND key = $6 AND version = $7";
            let args = [position.into(), json(&document)?, origin.as_str().into(), at.into(), kind.as_str().into(), key.into(), known_version.into()];
            self.exec(sql, &args).await?
        } else {
            let sql = "INSERT INTO desk_object (kind, key, position, document, origin, version, updated_at) VALUES ($1, $2, $3, $4, $5, 1, $6)
                ON CONFLICT (kind, key) DO NOTHING";
            self.exec(sql, &[kind.as_str().into(), key.into(), position.into(), json(&document)?, origin.as_str().into(), at.into()]).await?
        };
        if changed == 0 {
            return Ok(Err(Unchanged::Version));
        }
        if kind == DeskKind::Templates {
            self.keep_template_version(key, &document, at).await?;
        }
        Ok(Ok(known_version + 1))
    }

    /// Keeps a template beside its older versions, unless the newest is the same.
    async fn keep_template_version(&self, key: &str, document: &serde_json::Value, at: DateTime<Utc>) -> Result<(), DbError> {
        let sql = "SELECT version, document FROM template_version WHERE key = $1 ORDER BY version DESC LIMIT 1";
        let newest = match self.one(sql, &args![key]).await? {
            Some(mut row) => Some((row.next::<i64>()?, row.json::<serde_json::Value>()?)),
            None => None,
        };
        if newest.as_ref().is_some_and(|(_, newest)| newest == document) {
            return Ok(());
        }
        let version = newest.map_or(0, |(version, _)| version) + 1;
        let sql = "INSERT INTO template_version (key, version, document, made_at) VALUES ($1, $2, $3, $4)";
        self.exec(sql, &[key.into(), version.into(), json(document)?, at.into()]).await?;
        Ok(())
    }

    /// Removes an object; `expected` and `origin` as in [`Tx::put_object`].
    pub async fn delete_object(&self, kind: DeskKind, key: &str, expected: Option<i64>, origin: Origin) -> Result<Result<(), Unchanged>, DbError> {
        let sql = "SELECT version, origin FROM desk_object WHERE kind = $1 AND key = $2";
        let Some(mut row) = self.one(sql, &args![kind.as_str(), key]).await? else { return Ok(Err(Unchanged::Version)) };
        let (version, of): (i64, String) = (row.next()?, row.next()?);
        if of == Origin::File.as_str() && origin == Origin::Console {
            return Ok(Err(Unchanged::File));
        }
        if expected.is_some_and(|expected| expected != version) {
            return Ok(Err(Unchanged::Version));
        }
        let sql = "DELETE FROM desk_object WHERE kind = $1 AND key = $2 AND version = $3";
        let deleted = self.exec(sql, &args![kind.as_str(), key, version]).await?;
        Ok(if deleted == 0 { Err(Unchanged::Version) } else { Ok(()) })
    }
}
