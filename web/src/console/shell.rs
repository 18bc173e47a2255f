//! What all pages of the console share: whose it is, the language, the words, the times, the frame.

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse as _, Response},
};
use bellhop_domain::{conversation::ConversationStatus, localised::Localised, words};
use bellhop_engine::{
    Engine,
    actions::{ActionError, follow_ups, notices, sessions::Session},
    caller::{Caller, Permission},
    commands::{Choice, CommandError},
    desk::DeskSnapshot,
};
use bellhop_store::notices::Which;
use chrono::{DateTime, Datelike as _, Days, NaiveDateTime, SecondsFormat, TimeDelta, TimeZone as _, Utc};

use super::{clean::Clean, guard};
use crate::{Site, pages::look::preferred};

/// Scripts and styles are ours alone, and nobody frames a page.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The languages in which everything that staff reads can be said; the first is the one to fall back to.
pub(super) const SPOKEN: [&str; 2] = ["en", "zh"];

/// What is due is counted up to this.
const MOST_COUNTED: u32 = 99;

/// The cookie with the language that somebody chose.
pub(super) const LANGUAGE: &str = "bellhop_language";

/// A request of somebody who is signed in.
pub(super) struct Visit {
    pub(super) site: Site,
    pub(super) session: Session,
    pub(super) shell: Shell,
}

impl Visit {
    pub(super) fn engine(&self) -> &Engine {
        &self.site.engine
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.session.caller
    }

    /// Notes that some of what whoever is signed in was told has been read, and counts again; where that fails, it is still new.
    pub(super) async fn read(&mut self, which: Which) {
        let agent = self.session.agent.id;
        match notices::read(self.engine(), self.caller(), agent, which).await {
            Ok(read) => self.shell.notices = self.shell.notices.saturating_sub(usize::try_from(read).unwrap_or(usize::MAX)),
            Err(error) => tracing::warn!(error = %error, "Notices could not be marked as read"),
        }
    }
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let mark = site.engine.bus().mark();
        let Some(session) = guard::session_of(parts, site).await else { return Err(StatusCode::UNAUTHORIZED.into_response()) };
        let notices = site.engine.reader().unread_notices(session.agent.id).await;
        let notices = usize::try_from(notices.unwrap_or_default()).unwrap_or_default();
        let shell = Shell { mark, due: due(site, &session).await, notices, ..Shell::of(site, &parts.headers, &session) };
        Ok(Self { site: site.clone(), session, shell })
    }
}

/// How much of what is to be done at a time is due, as far as it is counted; where that cannot be read, the page goes without.
async fn due(site: &Site, session: &Session) -> usize {
    let now = Some(site.engine.now());
    let due = follow_ups::open(&site.engine, &session.caller, Some(session.agent.id), now, None, MOST_COUNTED).await;
    due.map(|due| due.items.len()).unwrap_or_default()
}

/// What is said at the top of a page after something was done, or not.
#[derive(Default)]
pub(super) struct Said {
    pub(super) text: Clean,
    pub(super) choices: Vec<Choice>,
    /// It was not done.
    pub(super) wrong: bool,
}

impl Said {
    pub(super) fn plain(text: &str) -> Self {
        Self { text: Clean::message(&escape(text)), ..Self::default() }
    }

    pub(super) fn wrong(text: &str) -> Self {
        Self { wrong: true, ..Self::plain(text) }
    }
}

/// A text whose marks are no Markdown.
fn escape(text: &str) -> String {
    text.chars().flat_map(|sign| if sign.is_ascii_punctuation() { vec!['\\', sign] } else { vec![sign] }).collect()
}

/// A time for people and for programs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) iso: String,
    pub(super) shown: String,
}

/// The frame of a page.
pub(super) struct Shell {
    /// Tag of the language of our own words.
    pub(super) lang: &'static str,
    /// The path below which everything stands; empty, or `/bellhop`.
    pub(super) root: String,
    /// What forms carry.
    pub(super) csrf: String,
    /// Who is signed in; empty where nobody is.
    pub(super) name: String,
    pub(super) may_see: bool,
    pub(super) may_handle: bool,
    pub(super) may_see_tickets: bool,
    pub(super) may_handle_tickets: bool,
    pub(super) may_read: bool,
    pub(super) may_edit: bool,
    pub(super) may_see_people: bool,
    pub(super) may_see_desk: bool,
    pub(super) may_change_desk: bool,
    /// What cannot be undone.
    pub(super) may_erase: bool,
    /// Which part of the console it is.
    pub(super) part: &'static str,
    /// The address of this page, for forms that come back to it.
    pub(super) here: String,
    pub(super) said: Option<Said>,
    /// How much of what is to be done is due.
    pub(super) due: usize,
    /// What is new for whoever is signed in.
    pub(super) notices: usize,
    /// Where the bus stood before anything was read for the page.
    pub(super) mark: u64,
    now: DateTime<Utc>,
    zone: chrono_tz::Tz,
}

impl Shell {
    /// For somebody who is not signed in.
    pub(super) fn stranger(site: &Site, headers: &HeaderMap) -> Self {
        let engine = &site.engine;
        let chosen = guard::cookie(headers, LANGUAGE);
        let wanted = chosen.into_iter().chain(preferred(headers)).chain([engine.settings().language.clone()]);
        let lang = wanted.filter_map(|tag| SPOKEN.into_iter().find(|shipped| bellhop_domain::localised::base_language(&tag) == *shipped)).next();
        let visitor = guard::cookie(headers, guard::VISITOR);
        Self {
            lang: lang.unwrap_or(SPOKEN[0]),
            root: root_of(&engine.settings().public_url).to_owned(),
            csrf: visitor.map(|visitor| guard::token(site, &visitor)).unwrap_or_default(),
            name: String::new(),
            may_see: false,
            may_handle: false,
            may_see_tickets: false,
            may_handle_tickets: false,
            may_read: false,
            may_edit: false,
            may_see_people: false,
            may_see_desk: false,
            may_change_desk: false,
            may_erase: false,
            part: "",
            here: String::new(),
            said: None,
            due: 0,
            notices: 0,
            mark: 0,
            now: engine.now(),
            zone: engine.desk().calendars.values().next().map_or(chrono_tz::Tz::UTC, |calendar| calendar.time_zone),
        }
    }

    /// For somebody who is.
    fn of(site: &Site, headers: &HeaderMap, session: &Session) -> Self {
        let may = |permission| session.caller.permissions.allow(permission);
        Self {
            csrf: guard::token(site, &session.hash),
            name: session.agent.name.clone(),
            may_see: may(Permission::ReadConversations),
            may_handle: may(Permission::HandleConversations),
            may_see_tickets: may(Permission::ReadTickets),
            may_handle_tickets: may(Permission::HandleTickets),
            may_read: may(Permission::ReadArticles),
            may_edit: may(Permission::EditArticles),
            may_see_people: may(Permission::ReadContacts),
            may_see_desk: may(Permission::ReadDesk),
            may_change_desk: may(Permission::ChangeDesk),
            may_erase: may(Permission::ErasePeople),
            ..Self::stranger(site, headers)
        }
    }

    /// Our words under this key.
    pub(super) fn say(&self, key: &str) -> String {
        words::say(self.lang, key, &[])
    }

    /// The same with a value in it.
    pub(super) fn say_of(&self, key: &str, name: &str, value: &str) -> String {
        words::say(self.lang, key, &[(name, value.into())])
    }

    /// The same with two values in it.
    pub(super) fn say_two(&self, key: &str, one: &str, value: &str, other: &str, second: &str) -> String {
        words::say(self.lang, key, &[(one, value.into()), (other, second.into())])
    }

    /// The same with a number in it.
    pub(super) fn count(&self, key: &str, count: &usize) -> String {
        words::say(self.lang, key, &[("count", i64::try_from(*count).unwrap_or(i64::MAX).into())])
    }

    /// The address of the style.
    pub(super) fn style(&self) -> String {
        format!("{}/assets/{}", self.root, *super::STYLE.name)
    }

    /// The address of the script.
    pub(super) fn script(&self) -> String {
        format!("{}/assets/{}", self.root, *super::SCRIPT.name)
    }

    /// Every language that the console speaks, by tag and by its own name.
    pub(super) fn languages(&self) -> Vec<(&'static str, String)> {
        SPOKEN.into_iter().map(|tag| (tag, words::language_name(tag).to_owned())).collect()
    }

    /// The first letters of a name.
    pub(super) fn initials(&self, name: &str) -> String {
        let mut letters = name.split_whitespace().filter_map(|part| part.chars().find(|sign| sign.is_alphanumeric()));
        let first = letters.next();
        let found: String = first.into_iter().chain(letters.next_back()).flat_map(char::to_uppercase).collect();
        if found.is_empty() { "?".to_owned() } else { found }
    }

    /// Nine o'clock in this many days, and how a field for times has it.
    pub(super) fn morning_after(&self, days: u64) -> Option<(DateTime<Utc>, String)> {
        let day = self.zone.from_utc_datetime(&self.now.naive_utc()).date_naive().checked_add_days(Days::new(days))?;
        let written = format!("{day}T09:00");
        Some((self.written_moment(&written)?, written))
    }

    /// What a field for times holds, on the clock of the console.
    pub(super) fn written_moment(&self, written: &str) -> Option<DateTime<Utc>> {
        let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|format| NaiveDateTime::parse_from_str(written, format).ok())?;
        // Where clocks are turned, the first moment of this name, or the first after the gap.
        let at = self.zone.from_local_datetime(&local).earliest();
        at.or_else(|| self.zone.from_local_datetime(&local.checked_add_signed(TimeDelta::hours(1))?).earliest()).map(|at| at.to_utc())
    }

    /// A time as short as can be understood: the hour today, else the day.
    pub(super) fn moment(&self, at: &DateTime<Utc>) -> Moment {
        let (local, now) = (self.zone.from_utc_datetime(&at.naive_utc()), self.zone.from_utc_datetime(&self.now.naive_utc()));
        let time = local.format("%H:%M").to_string();
        let shown = if local.date_naive() == now.date_naive() {
            time
        } else {
            let key = if local.year() == now.year() { "console-time-day" } else { "console-time-year" };
            let values = [
                ("time", (&time).into()),
                ("day", i64::from(local.day()).into()),
                ("month", i64::from(local.month()).into()),
                ("year", words::Value::Text(&local.year().to_string())),
            ];
            words::say(self.lang, key, &values)
        };
        Moment { iso: at.to_rfc3339_opts(SecondsFormat::Secs, true), shown }
    }

    /// What the desk calls something, or its key.
    pub(super) fn named(&self, name: Option<&Localised>, key: &str) -> String {
        name.map(|name| name.get(self.lang)).filter(|name| !name.is_empty()).unwrap_or(key).to_owned()
    }

    /// A department's name.
    pub(super) fn department(&self, desk: &DeskSnapshot, key: &str) -> String {
        self.named(desk.departments.get(key).map(|department| &department.name), key)
    }

    /// Where forms give commands: about the conversation that is open, else about none.
    pub(super) fn command_address(&self) -> String {
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        if path.contains("/console/inbox/") { format!("{path}/command{query}") } else { format!("{}/console/commands", self.root) }
    }

    /// Where a value came from, by the word that routing keeps of it.
    pub(super) fn source_words(&self, word: &str) -> String {
        let key = format!("source-{}", word.replace('_', "-"));
        let said = self.say(&key);
        if said == key { word.to_owned() } else { said }
    }

    /// How a conversation stands.
    pub(super) fn standing(&self, status: &ConversationStatus) -> String {
        self.say(&format!("console-status-{}", status.as_str()))
    }

    /// Why an action was not done, in words.
    pub(super) fn refused(&self, error: ActionError) -> Said {
        let answer = CommandError::from(error).answer(self.lang);
        Said { text: Clean::message(&answer.text), choices: answer.choices, wrong: true }
    }

    /// What is wrong with which field of a form, by name and in words; where something else was refused, that is said at the top of the page.
    pub(super) fn problems(&mut self, error: ActionError) -> Vec<(String, String)> {
        match error {
            ActionError::Invalid { problems } => problems.into_iter().map(|problem| (problem.field, problem.message.say(self.lang))).collect(),
            error => {
                self.said = Some(self.refused(error));
                Vec::new()
            }
        }
    }

    /// A page as a response.
    pub(super) fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        let Ok(html) = page.render() else {
            tracing::error!("A page could not be written");
            return (StatusCode::INTERNAL_SERVER_ERROR, self.say("page-error")).into_response();
        };
        let mut response = (status, Html(html)).into_response();
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        response
    }

    /// A page that says one thing.
    pub(super) fn notice(&self, status: StatusCode, title: &str, text: &str) -> Response {
        self.page(status, &Notice { shell: self, title: self.say(title), text: self.say(text) })
    }

    /// There is no such thing.
    pub(super) fn not_found(&self) -> Response {
        self.notice(StatusCode::NOT_FOUND, "page-not-found-title", "page-not-found")
    }

    /// Something does not work on our side.
    pub(super) fn failed(&self, error: &dyn std::error::Error) -> Response {
        tracing::error!(error = %error, "A page of the console could not be put together");
        self.notice(StatusCode::SERVICE_UNAVAILABLE, "page-error-title", "page-error")
    }

    /// An action that a page cannot be shown without was refused.
    pub(super) fn stopped(&self, error: ActionError) -> Response {
        match error {
            ActionError::NotFound { .. } => self.not_found(),
            ActionError::Forbidden { .. } => self.notice(StatusCode::FORBIDDEN, "console-forbidden-title", "console-forbidden"),
            other => self.failed(&other),
        }
    }

    #[cfg(test)]
    pub(super) fn for_tests(root: &str) -> Self {
        Self {
            lang: "en",
            root: root.to_owned(),
            csrf: String::new(),
            name: String::new(),
            may_see: true,
            may_handle: true,
            may_see_tickets: true,
            may_handle_tickets: true,
            may_read: true,
            may_edit: true,
            may_see_people: true,
            may_see_desk: true,
            may_change_desk: true,
            may_erase: true,
            part: "",
            here: String::new(),
            said: None,
            due: 0,
            notices: 0,
            mark: 0,
            now: DateTime::UNIX_EPOCH,
            zone: chrono_tz::Tz::UTC,
        }
    }
}

/// The status of a page that says that something was refused.
pub(super) fn status_of(error: &ActionError) -> StatusCode {
    match error {
        ActionError::NotFound { .. } => StatusCode::NOT_FOUND,
        ActionError::Forbidden { .. } => StatusCode::FORBIDDEN,
        ActionError::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        ActionError::Conflict | ActionError::NotNow(_) | ActionError::AlreadyHandled | ActionError::Regressions { .. } => StatusCode::CONFLICT,
        ActionError::Busy | ActionError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The path of an address, without a slash at the end.
pub(super) fn root_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default().trim_end_matches('/')
}

#[derive(Template)]
#[template(path = "console/notice.html")]
struct Notice<'a> {
    shell: &'a Shell,
    title: String,
    text: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn times_are_as_short_as_can_be_understood() {
        let mut shell = Shell::for_tests("");
        shell.now = "2026-11-22T18:00:00Z".parse().unwrap();
        for (at, lang, shown) in [
            ("2026-11-22T08:05:00Z", "en", "08:05"),
            ("2026-11-21T08:05:00Z", "en", "21 Nov, 08:05"),
            ("2025-01-02T08:05:00Z", "en", "2 Jan 2025"),
            ("2026-11-21T08:05:00Z", "zh", "11月21日 08:05"),
            ("2025-01-02T08:05:00Z", "zh", "2025年1月2日"),
        ] {
            shell.lang = lang;
            assert_eq!(shell.moment(&at.parse().unwrap()).shown, shown, "{at}");
        }
    }

    #[test]
    fn what_is_said_plainly_has_no_marks() {
        let said = Said::plain("<b>1 *2* [x](y)</b>");
        assert!(said.text.0.contains("&lt;b&gt;1 *2* [x](y)&lt;/b&gt;"), "{}", said.text.0);
    }
}
