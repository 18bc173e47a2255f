//! Companies that people belong to.

use bellhop_domain::{
    contact::Organisation,
    conversation::Conversation,
    id::{ContactId, OrganisationId},
    ticket::Ticket,
};
use chrono::DateTime;
use sea_orm::{EntityTrait as _, IntoActiveModel as _};

use crate::{
    conversations,
    dialect::{Insert, Kind, contains_pattern},
    entity::organisation,
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::{Reader, reading},
    sql::{Cell as _, Row, args, from_json, json},
    tickets,
    tx::Tx,
};

const COLUMNS: &str = "o.id, o.version, o.name, o.domains, o.tier, o.region, o.account_manager, o.created_at, o.external_key, o.notes";

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
        key: row.next()?,
        notes: row.next()?,
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
        key: row.external_key,
        notes: row.notes,
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

    /// The organisation that the customer system calls this.
    pub async fn organisation_by_key(&self, key: &str) -> Result<Option<Organisation>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM organisation o WHERE o.external_key = $1");
        self.one(sql, &args![key]).await?.as_mut().map(organisation).transpose()
    }

    /// How many people belong to an organisation.
    pub async fn organisation_size(&self, id: OrganisationId) -> Result<i64, DbError> {
        let sql = "SELECT COUNT(*) FROM contact WHERE organisation = $1";
        self.one(sql, &args![id]).await?.as_mut().map(Row::next).transpose().map(Option::unwrap_or_default)
    }

    /// People who belong to an organisation, in the order of their ids, after `after`.
    pub async fn organisation_members(&self, id: OrganisationId, after: ContactId, limit: u32) -> Result<Vec<ContactId>, DbError> {
        let sql = "SELECT id FROM contact WHERE organisation = $1 AND id > $2 ORDER BY id LIMIT $3";
        self.all(sql, &args![id, after, i64::from(limit)]).await?.iter_mut().map(Row::next).collect()
    }

    /// People with a proven mail address in a domain, in the order of their ids, after `after`.
    pub async fn contacts_of_domain(&self, domain: &str, after: ContactId, limit: u32) -> Result<Vec<ContactId>, DbError> {
        let sql = "SELECT DISTINCT a.contact FROM contact_address a WHERE a.kind = 'email' AND a.verified AND a.value LIKE $1 ESCAPE '\\'
            AND a.contact > $2 ORDER BY a.contact LIMIT $3";
        let ending = contains_pattern(&format!("@{}", domain.to_lowercase()));
        let ending = ending.strip_suffix('%').unwrap_or(&ending).to_owned();
        self.all(sql, &args![ending, after, i64::from(limit)]).await?.iter_mut().map(Row::next).collect()
    }

    /// Tickets of an organisation's people but `except`, the ones that changed last first; those that were taken back are left out.
    pub async fn organisation_tickets(&self, id: OrganisationId, except: Option<ContactId>, limit: u32) -> Result<Vec<Ticket>, DbError> {
        let sql = format!(
            "SELECT {} FROM ticket t WHERE t.contact IN (SELECT k.id FROM contact k WHERE k.organisation = $1 AND k.id <> $2)
             AND t.withdrawn_at IS NULL ORDER BY t.updated_at DESC, t.id DESC LIMIT $3",
            tickets::COLUMNS
        );
        let except = except.unwrap_or(ContactId(uuid::Uuid::nil()));
        self.all(sql, &args![id, except, i64::from(limit)]).await?.iter_mut().map(tickets::ticket).collect()
    }

    /// Conversations of an organisation's people that somebody still has or waits for, the ones that changed last first.
    pub async fn organisation_conversations(&self, id: OrganisationId, limit: u32) -> Result<Vec<Conversation>, DbError> {
        let sql = format!(
            "SELECT {} FROM conversation c WHERE c.contact IN (SELECT k.id FROM contact k WHERE k.organisation = $1)
             AND c.status IN ('queued', 'open', 'snoozed') ORDER BY c.updated_at DESC, c.id DESC LIMIT $2",
            conversations::COLUMNS
        );
        self.all(sql, &args![id, i64::from(limit)]).await?.iter_mut().map(conversations::conversation).collect()
    }
}

impl Reader {
    /// An organisation.
    pub async fn organisation(&self, id: OrganisationId) -> Result<Option<Organisation>, DbError> {
        organisation::Entity::find_by_id(id.0).one(self.orm()).await?.map(of_model).transpose()
    }

    /// Organisations, the newest first; `q` is a part of the name, the key or a mail domain, in any case.
    pub async fn organisations(&self, q: Option<&str>, cursor: Option<Cursor>, limit: u32) -> Result<Page<Organisation>, DbError> {
        let mut conditions = Conditions::new(&format!("SELECT {COLUMNS} FROM organisation o"));
        if let Some(q) = q.map(str::trim).filter(|q| !q.is_empty()) {
            let place = conditions.place(contains_pattern(q));
            conditions.and(&format!(
                "(LOWER(o.name) LIKE {place} ESCAPE '\\' OR LOWER(o.external_key) LIKE {place} ESCAPE '\\' OR o.domains LIKE {place} ESCAPE '\\')"
            ));
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
            external_key: organisation.key.clone(),
            notes: organisation.notes.clone(),
        };
        self.run(&organisation::Entity::insert(row.into_active_model())).await?;
        self.insert_domains(organisation).await
    }

    /// Keeps an organisation if `organisation.version` is still the stored one, under the next version; false: somebody else changed it.
    pub async fn update_organisation(&self, organisation: &Organisation) -> Result<bool, DbError> {
        let sql = "UPDATE organisation SET version = version + 1, name = $1, domains = $2, tier = $3, region = $4, account_manager = $5,
            external_key = $6, notes = $7 WHERE id = $8 AND version = $9";
        let args = [
            (&organisation.name).into(),
            json(&organisation.domains)?,
            (&organisation.tier).into(),
            (&organisation.region).into(),
            (&organisation.account_manager).into(),
            (&organisation.key).into(),
            (&organisation.notes).into(),
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

    /// Removes an organisation; whoever belonged to it belongs to none. False: somebody else changed it.
    pub async fn delete_organisation(&self, id: OrganisationId, version: i64) -> Result<bool, DbError> {
        if self.exec("DELETE FROM organisation WHERE id = $1 AND version = $2", &args![id, version]).await? == 0 {
            return Ok(false);
        }
        self.exec("DELETE FROM organisation_domain WHERE organisation = $1", &args![id]).await?;
        self.exec("UPDATE contact SET version = version + 1, organisation = NULL WHERE organisation = $1", &args![id]).await?;
        Ok(true)
    }

    /// Gives the people of an organisation to another one, with what was said of them.
    pub async fn move_members(&self, from: OrganisationId, into: OrganisationId) -> Result<(), DbError> {
        let sql = "UPDATE contact SET version = version + 1, organisation = $1, memberships = REPLACE(memberships, $2, $3),
            sees_colleagues = REPLACE(sees_colleagues, $2, $3) WHERE organisation = $4";
        self.exec(sql, &args![into, from.to_string(), into.to_string(), from]).await?;
        Ok(())
    }

    async fn insert_domains(&self, organisation: &Organisation) -> Result<(), DbError> {
        let rows = organisation.domains.iter().map(|domain| Vec::from(args![domain.to_lowercase(), organisation.id])).collect();
        self.insert(&DOMAIN, rows).await?;
        Ok(())
    }
}
