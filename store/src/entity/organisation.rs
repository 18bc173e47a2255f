//! Companies that people belong to.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) domains: String,
    pub(crate) tier: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) account_manager: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) external_key: Option<String>,
    pub(crate) notes: Option<String>,
}

/// None are followed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
