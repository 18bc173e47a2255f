//! Which text of an article is in force in a language.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_locale")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) slug: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) lang: String,
    pub(crate) published_revision: Option<i64>,
    pub(crate) draft_revision: Option<i64>,
    pub(crate) last_revision: i64,
    pub(crate) version: i64,
}

/// None are followed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
