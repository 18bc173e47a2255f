//! Lists of tickets: what may be asked for, and how each is read off an index.
//!
//! An index leads from one *facet* (a department, an owner, a template …) and a status to the tickets in the order of one column. A list takes the head of
//! that index for each status that it wants and merges the heads, so that it reads about as many rows as it shows, however many tickets there are and
//! whichever page it is. What else a list asks for is looked at in the rows on the way; such a list may have to pass many, so it has a second.

use std::time::Duration;

use bellhop_domain::{
    id::{AgentId, ContactId},
    ticket::{ACTIVE, Priority, Ticket, TicketSort, TicketStatus, parse_number},
};

use super::{COLUMNS, ticket};
use crate::{
    dialect::contains_pattern,
    error::DbError,
    page::{Cursor, Page},
    reader::Reader,
    sql::Arg,
};

/// How long a list may take that no index holds.
pub const LONGEST_SEARCH: Duration = Duration::from_secs(1);

/// Which tickets to list, and in which order.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// In one of these states; in any, if there is none.
    pub statuses: Vec<TicketStatus>,
    /// Made from this template.
    pub template: Option<String>,
    /// This department has it.
    pub department: Option<String>,
    /// Who has it.
    pub owner: Option<Owner>,
    /// This agent follows it.
    pub follower: Option<AgentId>,
    /// For this person.
    pub contact: Option<ContactId>,
    /// Of customers of this tier.
    pub tier: Option<String>,
    /// Of customers of this region.
    pub region: Option<String>,
    /// In this category.
    pub category: Option<String>,
    /// Of this priority.
    pub priority: Option<Priority>,
    /// A number (`T-1`), or a part of a field's value, in any case; digits alone are both.
    pub q: Option<String>,
    /// Which come first.
    pub sort: TicketSort,
}

/// The states that a word of a query means: their words with commas between, or `active` for all in which somebody still has to do something.
pub fn statuses(word: &str) -> Option<Vec<TicketStatus>> {
    if word == ACTIVE {
        return Some(TicketStatus::ALL.into_iter().filter(|status| status.is_open()).collect());
    }
    let mut statuses = word.split(',').map(|word| TicketStatus::parse(word.trim())).collect::<Option<Vec<_>>>()?;
    statuses.sort();
    statuses.dedup();
    Some(statuses)
}

/// Who has a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// This agent.
    Agent(AgentId),
    /// Nobody.
    Nobody,
}

/// What an order is by, before the id, as in the indexes.
fn column(sort: TicketSort) -> &'static str {
    match sort {
        TicketSort::Updated => "t.updated_at",
        TicketSort::Newest | TicketSort::Oldest => "t.created_at",
        TicketSort::Urgency => "t.calm",
    }
}

fn direction(sort: TicketSort) -> &'static str {
    match sort {
        TicketSort::Updated | TicketSort::Newest => "DESC",
        TicketSort::Oldest | TicketSort::Urgency => "ASC",
    }
}

/// How what comes later compares with what comes before.
fn later(sort: TicketSort) -> &'static str {
    match sort {
        TicketSort::Updated | TicketSort::Newest => "<",
        TicketSort::Oldest | TicketSort::Urgency => ">",
    }
}

impl TicketFilter {
    /// The facet whose index leads the way, the most telling one first; the second is left to be looked at.
    fn facets(&self) -> Vec<(&'static str, Option<Arg<'_>>)> {
        let mut facets: Vec<(&'static str, Option<Arg<'_>>)> = Vec::new();
        match self.owner {
            Some(Owner::Agent(id)) => facets.push(("t.owner", Some(id.0.into()))),
            // After the department, which has fewer.
            Some(Owner::Nobody) | None => {}
        }
        let mut named = |column, value: &'_ Option<String>| {
            if let Some(value) = value {
                facets.push((column, Some(Arg::from(value.clone()))));
            }
        };
        named("t.category", &self.category);
        named("t.template", &self.template);
        named("t.department", &self.department);
        named("t.region", &self.region);
        named("t.tier", &self.tier);
        if self.owner == Some(Owner::Nobody) {
            facets.push(("t.owner", None));
        }
        facets
    }

    fn words(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|q| !q.is_empty())
    }

    /// Whether an index holds just this list, so that it is fast whatever there is.
    pub fn is_indexed(&self) -> bool {
        let facets = self.facets().len();
        let leads = if self.contact.is_some() { facets == 0 && self.sort == TicketSort::Updated } else { facets <= 1 };
        leads && self.follower.is_none() && self.priority.is_none() && self.words().is_none_or(names_a_ticket)
    }
}

/// Whether these words are the number of a ticket as it is shown, and nothing else.
fn names_a_ticket(words: &str) -> bool {
    parse_number(words).is_some() && !words.starts_with(|first: char| first.is_ascii_digit())
}

/// Places of values in a statement.
#[derive(Default)]
struct Places<'a>(Vec<Arg<'a>>);

impl<'a> Places<'a> {
    fn of(&mut self, value: impl Into<Arg<'a>>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }
}

/// The statement that lists tickets.
pub(crate) fn list<'a>(filter: &'a TicketFilter, cursor: Option<Cursor>, limit: u32) -> (String, Vec<Arg<'a>>) {
    let mut places = Places::default();
    let mut asked = String::from("t.withdrawn_at IS NULL");
    let and = |asked: &mut String, condition: &str| {
        asked.push_str(" AND ");
        asked.push_str(condition);
    };
    for (column, value) in filter.facets() {
        let condition = match value {
            Some(value) => format!("{column} = {}", places.of(value)),
            None => format!("{column} IS NULL"),
        };
        and(&mut asked, &condition);
    }
    if let Some(contact) = filter.contact {
        let place = places.of(contact.0);
        and(&mut asked, &format!("t.contact = {place}"));
    }
    if let Some(follower) = filter.follower {
        // No index holds it.
        let place = places.of(contains_pattern(&follower.to_string()));
        and(&mut asked, &format!("t.followers <> '[]' AND t.followers LIKE {place} ESCAPE '\\'"));
    }
    if let Some(priority) = filter.priority {
        let place = places.of(priority.as_str());
        and(&mut asked, &format!("t.priority = {place}"));
    }
    if let Some(q) = filter.words() {
        let number = parse_number(q);
        if let Some(number) = number.filter(|_| names_a_ticket(q)) {
            let place = places.of(number);
            and(&mut asked, &format!("t.number = {place}"));
        } else {
            let (pattern, number) = (places.of(contains_pattern(q)), places.of(number.unwrap_or(-1)));
            and(&mut asked, &format!("(LOWER(t.fields) LIKE {pattern} ESCAPE '\\' OR t.number = {number})"));
        }
    }
    let (by, direction) = (column(filter.sort), direction(filter.sort));
    if let Some(cursor) = cursor {
        let (place, id) = (places.of(cursor.place), places.of(cursor.id));
        and(&mut asked, &format!("({by}, t.id) {} ({place}, {id})", later(filter.sort)));
    }
    // Not as a value: PostgreSQL takes a limit that it does not know for a tenth of all, and would rather sort them than follow an index.
    let limit = limit.saturating_add(1);
    let head = |status: &str| {
        format!(
            "SELECT * FROM (SELECT t.id AS id, {by} AS place FROM ticket t WHERE {asked}{status} ORDER BY {by} {direction}, t.id {direction} LIMIT {limit}) AS head"
        )
    };
    let one_by_one = |statuses: &[TicketStatus]| {
        let heads: Vec<String> = statuses.iter().map(|status| head(&format!(" AND t.status = '{}'", status.as_str()))).collect();
        heads.join(" UNION ALL ")
    };
    let heads = match filter.statuses.as_slice() {
        // What one person has is few, and has an index of its own.
        [] if filter.contact.is_some() => head(""),
        some if filter.contact.is_some() => {
            let words: Vec<String> = some.iter().map(|status| format!("'{}'", status.as_str())).collect();
            head(&format!(" AND t.status IN ({})", words.join(", ")))
        }
        [] => one_by_one(&TicketStatus::ALL),
        some => one_by_one(some),
    };
    let sql = format!(
        "SELECT {COLUMNS}, page.place FROM (SELECT id, place FROM ({heads}) AS heads ORDER BY place {direction}, id {direction} LIMIT {limit}) AS page
         JOIN ticket t ON t.id = page.id ORDER BY page.place {direction}, page.id {direction}"
    );
    (sql, places.0)
}

impl Reader {
    /// Tickets of a list; those that were taken back are left out.
    ///
    /// # Errors
    /// When the list is not [indexed](TicketFilter::is_indexed) and was not found within [`LONGEST_SEARCH`]: see [`DbError::is_cut_off`].
    pub async fn tickets(&self, filter: &TicketFilter, cursor: Option<Cursor>, limit: u32) -> Result<Page<Ticket>, DbError> {
        let page = self.tickets_placed(filter, cursor, limit).await?;
        Ok(Page { items: page.items.into_iter().map(|(_, ticket)| ticket).collect(), next: page.next })
    }

    /// The same, each with its place in the list.
    ///
    /// # Errors
    /// As [`Self::tickets`].
    pub async fn tickets_placed(&self, filter: &TicketFilter, cursor: Option<Cursor>, limit: u32) -> Result<Page<(Cursor, Ticket)>, DbError> {
        let (sql, args) = list(filter, cursor, limit);
        let rows = if filter.is_indexed() { self.few(sql, &args).await? } else { self.within(LONGEST_SEARCH, sql, &args).await? };
        Page::read(rows, limit, |row| {
            let ticket = ticket(row)?;
            let place = Cursor { place: row.next()?, id: ticket.id.0 };
            Ok((place, (place, ticket)))
        })
    }
}
