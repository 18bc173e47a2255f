//! Companies that people belong to.

use bellhop_domain::{contact::Organisation, id::OrganisationId};
use chrono::DateTime;
use sea_orm::{EntityTrait as _, IntoActiveModel as _};

use crate::{
    dialect::{Insert, Kind, contains_pattern},
    entity::organisation,
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::{Reader, reading},
    sql::{Cell as _, Row, args, from_json, json},
    tx::Tx,
};

const COLUMNS: &str = "o.id, o.version, o.name, o.domains, o.tier, o.region, o.account_manager, o.created_at";

fn organisation(row: &mut Row) -> Result<Organisation, DbError> {
    Ok(Organisation {
        id: row.next()?,
        version: row.next()?,
        name: row.next()?,
        domains: row.json()?,
        tier: row.next()?,
        region: row.next()?,
        account_manager: row.next()?,
        created_at: row.next()?,
    })
}

fn of_model(row: organisation::Model) -> Result<Organisation, DbError> {
    Ok(Organisation {
        id: OrganisationId(row.id),
        version: row.version,
        name: row.name,
        domains: from_json(&row.domains)?,
        tier: row.tier,
        region: row.region,
        account_manager: row.account_manager,
        created_at: DateTime::from_raw(row.created_at)?,
    })
}

static DOMAIN: Insert =
    Insert::new("organisation_domain", &[("domain", Kind::Text), ("organisation", Kind::Uuid)], "ON CONFLICT (domain) DO NOTHING");

reading! {
    /// The organisation to which mail addresses of a domain belong.
    pub async fn organisation_by_domain(&self, domain: &str) -> Result<Option<Organisation>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM organisation_domain d JOIN organisation o ON o.id = d.organisation WHERE d.domain = $1");
        self.one(sql, &args![domain.to_lowercase()]).await?.as_mut().map(organisation).transpose()
    }
}

impl Reader {
    /// An organisation.
    pub async fn organisation(&self, id: OrganisationId) -> Result<Option<Organisation>, DbError> {
        organisation::Entity::find_by_id(id.0).one(self.orm()).await?.map(of_model).transpose()
    }

    /// Organisations, the newest first; `q` is a part of the name, in any case.
    pub async fn organisations(&self, q: Option<&str>, cursor: Option<Cursor>, limit: u32) -> Result<Page<Organisation>, DbError> {
        let mut conditions = Conditions::new(&format!("SELECT {COLUMNS} FROM organisation o"));
        if let Some(q) = q.map(str::trim).filter(|q| !q.is_empty()) {
            let place = conditions.place(contains_pattern(q));
            conditions.and(&format!("LOWER(o.name) LIKE {place} ESCAPE '\\'"));
        }
        let (sql, args) = conditions.newest_first("o.created_at", "o.id", cursor, limit);
        Page::read(self.all(sql, &args).await?, limit, |row| {
            let organisation = organisation(row)?;
            Ok((Cursor { place: organisation.created_at.timestamp_micros(), id: organisation.id.0 }, organisation))
        })
    }
}

impl Tx {
    /// Keeps a new organisation. A domain that another one has stays with that one.
    pub async fn insert_organisation(&self, organisation: &Organisation) -> Result<(), DbError> {
        let row = organisation::Model {
            id: organisation.id.0,
            version: organisation.version,
            name: organisation.name.clone(),
            domains: serde_json::to_string(&organisation.domains).map_err(|_| DbError::unwritable("an organisation"))?,
            tier: organisation.tier.clone(),
            region: organisation.region.clone(),
            account_manager: organisation.account_manager.clone(),
            created_at: organisation.created_at.timestamp_micros(),
        };
        self.run(&organisation::Entity::insert(row.into_active_model())).await?;
        self.insert_domains(organisation).await
    }

    /// Keeps an organisation if `organisation.version` is still the stored one, under the next version; false: somebody else changed it.
    pub async fn update_organisation(&self, organisation: &Organisation) -> Result<bool, DbError> {
        let sql = "UPDATE organisation SET version = version + 1, name = $1, domains = $2, tier = $3, region = $4, account_manager = $5
            WHERE id = $6 AND version = $7";
        let args = [
            (&organisation.name).into(),
            json(&organisation.domains)?,
            (&organisation.tier).into(),
            (&organisation.region).into(),
            (&organisation.account_manager).into(),
            organisation.id.into(),
            organisation.version.into(),
        ];
        if self.exec(sql, &args).await? == 0 {
            return Ok(false);
        }
        self.exec("DELETE FROM organisation_domain WHERE organisation = $1", &args![organisation.id]).await?;
        self.insert_domains(organisation).await?;
        Ok(true)
    }

    async fn insert_domains(&self, organisation: &Organisation) -> Result<(), DbError> {
        let rows = organisation.domains.iter().map(|domain| Vec::from(args![domain.to_lowercase(), organisation.id])).collect();
        self.insert(&DOMAIN, rows).await?;
        Ok(())
    }
}
