//! People who work here.

use bellhop_domain::{
    desk::{Agent, Role},
    id::AgentId,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _};

use crate::{
    entity::agent,
    error::DbError,
    reader::Reader,
    sql::{Cell as _, Row, args, from_json, json},
    tx::Tx,
};

/// A person who works here, with what only signing in needs.
#[derive(Clone, PartialEq, Eq)]
pub struct AgentRecord {
    /// Who.
    pub agent: Agent,
    /// Hash of the password; nobody signs in without one.
    pub password_hash: Option<String>,
    /// Grows with every change.
    pub version: i64,
}

fn record(row: agent::Model) -> Result<AgentRecord, DbError> {
    Ok(AgentRecord {
        agent: Agent {
            id: AgentId(row.id),
            key: row.key,
            name: row.name,
            email: row.email,
            role: Role::parse(&row.role).ok_or(DbError::unreadable("a role"))?,
            departments: from_json(&row.departments)?,
            languages: from_json(&row.languages)?,
            profile: from_json(&row.profile)?,
            disabled: row.disabled,
            created_at: DateTime::from_raw(row.created_at)?,
        },
        password_hash: row.password_hash,
        version: row.version,
    })
}

impl Reader {
    /// A person who works here.
    pub async fn agent(&self, id: AgentId) -> Result<Option<AgentRecord>, DbError> {
        agent::Entity::find_by_id(id.0).one(self.orm()).await?.map(record).transpose()
    }

    /// The one with this key.
    pub async fn agent_by_key(&self, key: &str) -> Result<Option<AgentRecord>, DbError> {
        agent::Entity::find().filter(agent::Column::Key.eq(key)).one(self.orm()).await?.map(record).transpose()
    }

    /// The one with this mail address, in any case.
    pub async fn agent_by_email(&self, email: &str) -> Result<Option<AgentRecord>, DbError> {
        agent::Entity::find().filter(agent::Column::Email.eq(email.to_lowercase())).one(self.orm()).await?.map(record).transpose()
    }

    /// Everybody, by key; also those who may not sign in any more.
    pub async fn agents(&self) -> Result<Vec<AgentRecord>, DbError> {
        agent::Entity::find().order_by_asc(agent::Column::Key).all(self.orm()).await?.into_iter().map(record).collect()
    }
}

impl Tx {
    /// Keeps a new person. Key and mail address are unique: [`DbError::is_unique_violation`].
    pub async fn insert_agent(&self, agent: &Agent, password_hash: Option<&str>) -> Result<(), DbError> {
        let unwritable = |_| DbError::unwritable("an agent");
        let row = agent::Model {
            id: agent.id.0,
            key: agent.key.clone(),
            email: agent.email.to_lowercase(),
            name: agent.name.clone(),
            role: agent.role.as_str().to_owned(),
            departments: serde_json::to_string(&agent.departments).map_err(unwritable)?,
            languages: serde_json::to_string(&agent.languages).map_err(unwritable)?,
            profile: serde_json::to_string(&agent.profile).map_err(unwritable)?,
            password_hash: password_hash.map(str::to_owned),
            disabled: agent.disabled,
            version: 1,
            created_at: agent.created_at.timestamp_micros(),
        };
        self.run(&agent::Entity::insert(row.into_active_model())).await?;
        Ok(())
    }

    /// Keeps changes of a person, the password aside, if `version` is still the stored one; false: somebody else changed it.
    pub async fn update_agent(&self, agent: &Agent, version: i64) -> Result<bool, DbError> {
        let sql =
            "UPDATE agent SET version = version + 1, key = $1, email = $2, name = $3, role = $4, departments = $5, languages = $6, profile = $7, disabled = $8
            WHERE id = $9 AND version = $10";
        let args = [
            (&agent.key).into(),
            agent.email.to_lowercase().into(),
            (&agent.name).into(),
            agent.role.as_str().into(),
            json(&agent.departments)?,
            json(&agent.languages)?,
            json(&agent.profile)?,
            agent.disabled.into(),
            agent.id.into(),
            version.into(),
        ];
        Ok(self.exec(sql, &args).await? > 0)
    }

    /// Sets a person's password, or takes it away.
    pub async fn set_password(&self, agent: AgentId, password_hash: Option<&str>) -> Result<(), DbError> {
        self.exec("UPDATE agent SET password_hash = $1, version = version + 1 WHERE id = $2", &args![password_hash, agent]).await?;
        Ok(())
    }

    /// Removes a person.
    pub async fn delete_agent(&self, agent: AgentId) -> Result<bool, DbError> {
        for table in ["link_code", "agent_identity", "agent_presence", "staff_session", "draft"] {
            self.exec(format!("DELETE FROM {table} WHERE agent = $1"), &args![agent]).await?;
        }
        Ok(self.exec("DELETE FROM agent WHERE id = $1", &args![agent]).await? > 0)
    }

    /// Keeps the hash of a code with which a person joins a staff chat account to themselves.
    pub async fn insert_link_code(&self, code_hash: &str, agent: AgentId, expires_at: DateTime<Utc>) -> Result<(), DbError> {
        let sql = "INSERT INTO link_code (code_hash, agent, expires_at) VALUES ($1, $2, $3)";
        self.exec(sql, &args![code_hash, agent, expires_at]).await?;
        Ok(())
    }

    /// Uses a code up; answers whose it was, if it was good at `at`. Codes that ran out go as well.
    pub async fn take_link_code(&self, code_hash: &str, at: DateTime<Utc>) -> Result<Option<AgentId>, DbError> {
        self.exec("DELETE FROM link_code WHERE expires_at <= $1", &args![at]).await?;
        self.one("DELETE FROM link_code WHERE code_hash = $1 RETURNING agent", &args![code_hash]).await?.as_mut().map(Row::next).transpose()
    }
}
