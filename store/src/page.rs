//! Lists in pages.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::{error::DbError, sql::Row};

/// Where the next page of a list begins: after this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The time or the sequence number by which the list is ordered.
    pub place: i64,
    /// Which of several at the same place.
    pub id: Uuid,
}

impl Cursor {
    /// In a list that is ordered by sequence number alone.
    pub fn after(seq: i64) -> Self {
        Self { place: seq, id: Uuid::nil() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{}", self.place, self.id.simple())
    }
}

/// The text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor: take it from next_cursor of the page before")]
pub struct InvalidCursor;

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (place, id) = text.split_once('.').ok_or(InvalidCursor)?;
        let place = u64::from_str_radix(place, 16).map_err(|_| InvalidCursor)?.cast_signed();
        let id = Uuid::try_parse(id).map_err(|_| InvalidCursor)?;
        Ok(Self { place, id })
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
    }
}

impl<T> Page<T> {
    /// From one row more than wanted; `read` also says where the row stands in the list.
    pub(crate) fn read(rows: Vec<Row>, limit: u32, mut read: impl FnMut(&mut Row) -> Result<(Cursor, T), DbError>) -> Result<Self, DbError> {
        let more = rows.len() > limit as usize;
        let mut page = Self { items: Vec::with_capacity(rows.len()), next: None };
        let mut last = None;
        for mut row in rows.into_iter().take(limit as usize) {
            let (cursor, item) = read(&mut row)?;
            last = Some(cursor);
            page.items.push(item);
        }
        page.next = last.filter(|_| more);
        Ok(page)
    }
}

/// Conditions of a list that the caller puts together.
pub(crate) struct Conditions<'a> {
    sql: String,
    args: Vec<crate::sql::Arg<'a>>,
}

impl<'a> Conditions<'a> {
    /// Every row of `select`, which ends before WHERE.
    pub(crate) fn new(select: &str) -> Self {
        Self { sql: format!("{select} WHERE TRUE"), args: Vec::new() }
    }

    /// The placeholder of one more value.
    pub(crate) fn place(&mut self, value: impl Into<crate::sql::Arg<'a>>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    /// And also this.
    pub(crate) fn and(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// And `column` is `value`, if one is wanted.
    pub(crate) fn equals(&mut self, column: &str, value: Option<impl Into<crate::sql::Arg<'a>>>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.and(&format!("{column} = {place}"));
        }
    }

    /// After `cursor`, newest first by `column` and `id`, one row more than `limit`.
    pub(crate) fn newest_first(mut self, column: &str, id: &str, cursor: Option<Cursor>, limit: u32) -> (String, Vec<crate::sql::Arg<'a>>) {
        if let Some(cursor) = cursor {
            let (at, after) = (self.place(cursor.place), self.place(cursor.id));
            self.and(&format!("({column}, {id}) < ({at}, {after})"));
        }
        let limit = self.place(i64::from(limit) + 1);
        self.sql.push_str(&format!(" ORDER BY {column} DESC, {id} DESC LIMIT {limit}"));
        (self.sql, self.args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_written() {
        for place in [0, 1, 1_795_394_601_730_266, -6_442_450_984, i64::MIN, i64::MAX] {
            let cursor = Cursor { place, id: Uuid::from_u128(7) };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for text in ["", "1", "1.", "x.00000000000000000000000000000007", "-1.00000000000000000000000000000007"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text}");
        }
    }
}
