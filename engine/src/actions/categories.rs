//! What contacts are about: what is proposed for a conversation, and how many there were of each.

use bellhop_domain::{category::Given, conversation::Conversation, why::Why};
use bellhop_store::{DbError, categories::CategoryCount};
use chrono::{DateTime, TimeDelta, Utc};

use super::{ActionError, require};
use crate::{
    caller::{Caller, Permission},
    engine::Engine,
};

/// Articles that were given last and are looked at.
const LOOKED_AT: usize = 3;
/// Days that one count may go over.
const MOST_DAYS: i64 = 3 * 366;

/// The articles that the bot answered with and that were not refused, the latest last, each with its category in the knowledge base.
pub(crate) async fn given(engine: &Engine, conversation: &Conversation) -> Result<Vec<(String, Option<String>)>, DbError> {
    let dialogue = &conversation.dialogue;
    let stand = dialogue.shown.iter().filter(|shown| shown.helped != Some(false) && !dialogue.refused.contains(&shown.slug));
    let mut slugs: Vec<&String> = stand.map(|shown| &shown.slug).collect();
    slugs.drain(..slugs.len().saturating_sub(LOOKED_AT));
    let mut given = Vec::new();
    for slug in slugs {
        let category = engine.reader().article(slug).await?.and_then(|article| article.category);
        given.push((slug.clone(), category));
    }
    Ok(given)
}

/// The same as the domain takes it.
pub(crate) fn as_given(given: &[(String, Option<String>)]) -> Vec<Given<'_>> {
    given.iter().map(|(slug, category)| Given { slug, category: category.as_deref() }).collect()
}

/// How many conversations and tickets began in a time, by category: those that nobody filed count where the bot proposes, and those that never
/// became a ticket are among them.
pub async fn counts(engine: &Engine, caller: &Caller, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<CategoryCount>, ActionError> {
    require(caller, Permission::ReadConversations)?;
    require(caller, Permission::ReadTickets)?;
    if to <= from {
        return Err(ActionError::invalid("to", Why::new("why-ends-before")));
    }
    if to - from > TimeDelta::days(MOST_DAYS) {
        return Err(ActionError::invalid("from", Why::new("why-long-time").count("days", MOST_DAYS)));
    }
    Ok(engine.reader().category_counts(from, to).await?)
}
