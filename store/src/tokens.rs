//! API tokens: only their hashes are kept.

use bellhop_domain::id::TokenId;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _};

use crate::{
    entity::api_token,
    error::DbError,
    reader::Reader,
    sql::{Cell as _, args, from_json},
    tx::Tx,
};

/// An API token.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Which.
    pub id: TokenId,
    /// What it is called.
    pub name: String,
    /// SHA-256 of the token, in hexadecimal digits.
    pub hash: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was used last, about.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

fn token(row: api_token::Model) -> Result<ApiToken, DbError> {
    Ok(ApiToken {
        id: TokenId(row.id),
        name: row.name,
        hash: row.hash,
        scopes: from_json(&row.scopes)?,
        created_at: DateTime::from_raw(row.created_at)?,
        last_used_at: Option::from_raw(row.last_used_at)?,
        revoked_at: Option::from_raw(row.revoked_at)?,
    })
}

impl Reader {
    /// The token with this hash, taken back or not.
    pub async fn token_by_hash(&self, hash: &str) -> Result<Option<ApiToken>, DbError> {
        api_token::Entity::find().filter(api_token::Column::Hash.eq(hash)).one(self.orm()).await?.map(token).transpose()
    }

    /// Every token, the oldest first.
    pub async fn tokens(&self) -> Result<Vec<ApiToken>, DbError> {
        let query = api_token::Entity::find().order_by_asc(api_token::Column::CreatedAt).order_by_asc(api_token::Column::Id);
        query.all(self.orm()).await?.into_iter().map(token).collect()
    }
}

impl Tx {
    /// Keeps a new token.
    pub async fn insert_token(&self, token: &ApiToken) -> Result<(), DbError> {
        let row = api_token::Model {
            id: token.id.0,
            name: token.name.clone(),
            hash: token.hash.clone(),
            scopes: serde_json::to_string(&token.scopes).map_err(|_| DbError::unwritable("a token"))?,
            created_at: token.created_at.timestamp_micros(),
            last_used_at: token.last_used_at.map(|at| at.timestamp_micros()),
            revoked_at: token.revoked_at.map(|at| at.timestamp_micros()),
        };
        self.run(&api_token::Entity::insert(row.into_active_model())).await?;
        Ok(())
    }

    /// Takes a token back; false: there is none, or it was taken back before.
    pub async fn revoke_token(&self, id: TokenId, at: DateTime<Utc>) -> Result<bool, DbError> {
        Ok(self.exec("UPDATE api_token SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL", &args![at, id]).await? > 0)
    }

    /// Writes down that a token was used. Once a minute is enough.
    pub async fn token_used(&self, id: TokenId, at: DateTime<Utc>) -> Result<(), DbError> {
        self.exec("UPDATE api_token SET last_used_at = $1 WHERE id = $2", &args![at, id]).await?;
        Ok(())
    }
}
