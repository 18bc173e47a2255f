//! Every text that an article ever had.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_version")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) slug: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) lang: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) revision: i64,
    pub(crate) title: String,
    pub(crate) answer: Option<String>,
    pub(crate) body: String,
    pub(crate) phrasings: String,
    pub(crate) keywords: String,
    pub(crate) status: String,
    pub(crate) publish_at: Option<i64>,
    pub(crate) expire_at: Option<i64>,
    pub(crate) review_by: Option<i64>,
    pub(crate) author: String,
    pub(crate) created_at: i64,
}

/// None are followed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
