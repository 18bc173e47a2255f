//! How many contacts there were, and what about.

use axum::{Extension, Json, extract::State};
use bellhop_engine::{
    actions::categories,
    caller::{Caller, Permission},
};
use bellhop_store::categories::CategoryCount;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    gaps::{moment, of_query},
    input::{Answer, Params},
    route::Route,
};
use crate::Site;

/// Days that are counted where nothing is said.
const DAYS: i64 = 30;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/reports/categories",
            Permission::ReadConversations,
            "Conversations and tickets by category, those that never became a ticket among them",
            by_category,
        )
        .query("from", "from then on; thirty days ago when absent")
        .query("to", "before then; now when absent")
        .gives::<CategoriesOut>(200),
    ]
}

/// Contacts of a time by what they were about.
#[derive(Serialize, ToSchema)]
#[schema(as = CategoryReport)]
struct CategoriesOut {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// By category, the keys in order; what is under none comes last.
    categories: Vec<CountOut>,
    total: TotalOut,
}

/// Contacts of one category.
#[derive(Serialize, ToSchema)]
#[schema(as = CategoryCount)]
struct CountOut {
    /// Key of the category; null is under none.
    category: Option<String>,
    /// Keys of the category and everything above it, the demand first.
    path: Vec<String>,
    /// Conversations that somebody filed under it.
    conversations: u64,
    /// Conversations that the bot proposes for it and nobody has filed.
    proposed: u64,
    /// Of both, those that no ticket was made of.
    without_ticket: u64,
    /// Tickets under it.
    tickets: u64,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = CategoryTotal)]
struct TotalOut {
    conversations: u64,
    without_ticket: u64,
    tickets: u64,
}

async fn by_category(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<CategoriesOut> {
    let engine = &site.engine;
    let to = moment(&mut params, "to")?.unwrap_or_else(|| engine.now());
    let from = moment(&mut params, "from")?.or_else(|| to.checked_sub_signed(TimeDelta::days(DAYS))).unwrap_or(to);
    params.end()?;
    let counts = categories::counts(engine, &caller, from, to).await.map_err(of_query)?;
    let sum = |of: fn(&CategoryCount) -> u64| counts.iter().map(of).sum();
    let total = TotalOut {
        conversations: sum(|count| count.conversations + count.proposed),
        without_ticket: sum(|count| count.without_ticket),
        tickets: sum(|count| count.tickets),
    };
    let desk = engine.desk();
    let out = |count: CategoryCount| CountOut {
        path: count.category.as_deref().map(|key| desk.category_path(key).into_iter().map(str::to_owned).collect()).unwrap_or_default(),
        category: count.category,
        conversations: count.conversations,
        proposed: count.proposed,
        without_ticket: count.without_ticket,
        tickets: count.tickets,
    };
    Ok(Json(CategoriesOut { from, to, categories: counts.into_iter().map(out).collect(), total }))
}
