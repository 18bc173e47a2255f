//! How many contacts there were of each category.

use chrono::{DateTime, Utc};

use crate::{error::DbError, reader::Reader, sql::args};

/// Contacts of one category in a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CategoryCount {
    /// Its key; none for what is under no category.
    pub category: Option<String>,
    /// Conversations that somebody filed under it.
    pub conversations: u64,
    /// Conversations that the bot proposes for it and nobody has filed.
    pub proposed: u64,
    /// Of both, those that no ticket was made of.
    pub without_ticket: u64,
    /// Tickets under it; those that were taken back are left out.
    pub tickets: u64,
}

impl Reader {
    /// What began from `from` to before `to`, by category: those with a key first, in their order.
    pub async fn category_counts(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<CategoryCount>, DbError> {
        let mut counts: Vec<CategoryCount> = Vec::new();
        let mut count = |category: Option<String>, add: &dyn Fn(&mut CategoryCount)| {
            let known = counts.iter().position(|count| count.category == category);
            let at = known.unwrap_or_else(|| {
                counts.push(CategoryCount { category, ..CategoryCount::default() });
                counts.len() - 1
            });
            if let Some(count) = counts.get_mut(at) {
                add(count);
            }
        };
        let sql = "SELECT COALESCE(c.category, c.proposed_category), CAST(CASE WHEN c.category IS NULL THEN 0 ELSE 1 END AS BIGINT),
                CAST(CASE WHEN EXISTS (SELECT 1 FROM ticket_conversation r WHERE r.conversation = c.id) THEN 1 ELSE 0 END AS BIGINT), COUNT(*)
            FROM conversation c WHERE c.created_at >= $1 AND c.created_at < $2 GROUP BY 1, 2, 3";
        for mut row in self.all(sql, &args![from, to]).await? {
            let (category, is_filed, has_ticket): (Option<String>, i64, i64) = (row.next()?, row.next()?, row.next()?);
            let number = row.next::<i64>()?.unsigned_abs();
            let is_proposed = is_filed == 0 && category.is_some();
            count(category, &|count| {
                *(if is_proposed { &mut count.proposed } else { &mut count.conversations }) += number;
                count.without_ticket += if has_ticket == 0 { number } else { 0 };
            });
        }
        let sql = "SELECT category, COUNT(*) FROM ticket WHERE created_at >= $1 AND created_at < $2 AND withdrawn_at IS NULL GROUP BY category";
        for mut row in self.all(sql, &args![from, to]).await? {
            let (category, number) = (row.next()?, row.next::<i64>()?.unsigned_abs());
            count(category, &|count| count.tickets += number);
        }
        counts.sort_by(|one, other| (one.category.is_none(), &one.category).cmp(&(other.category.is_none(), &other.category)));
        Ok(counts)
    }
}
