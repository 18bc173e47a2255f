//! The console: where agents and editors work. Pages made here, one small script beside them, and a stream that says what has changed.
//!
//! [`table`] lists every address with who may; the router is made from it, so that none is without a guard. Whoever changes something posts a form, and
//! gets the whole page as it stands then: the script takes the changed regions out of it, and without the script the browser shows it.

mod account;
mod articles;
mod blank;
mod clean;
mod commands;
mod customer;
mod design;
mod entry;
mod form;
mod guard;
mod inbox;
mod live;
mod macros;
mod notices;
mod organisations;
mod reports;
mod review;
mod routing;
mod shell;
mod team;
mod thread;
mod tickets;

use std::sync::LazyLock;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::Method,
    middleware::from_fn_with_state,
    routing::{MethodRouter, get, post},
};
use bellhop_engine::caller::Permission;
use sha2::{Digest as _, Sha256};

use crate::Site;

/// Bytes of a form.
const LARGEST_FORM: usize = 2 * 1024 * 1024;
/// Bytes of a form with an article of the greatest length, each of its bytes written as three.
const LARGEST_ARTICLE: usize = 8 * 1024 * 1024;
/// Bytes of a file that goes with a reply.
const LARGEST_FILE: usize = 25 * 1024 * 1024;

/// Who may open an address of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody: where somebody signs in.
    Open,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and has this permission.
    Needs(Permission),
}

/// An address of the console, for the router and for tests that go through all of them.
#[derive(Clone)]
pub struct ConsoleRoute {
    /// The method.
    pub method: Method,
    /// The path with `{places}`.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// Bytes that a request may carry.
    largest: usize,
    handler: MethodRouter<Site>,
}

fn shows<H: Handler<T, Site>, T: 'static>(path: &'static str, access: Access, handler: H) -> ConsoleRoute {
    ConsoleRoute { method: Method::GET, path, access, largest: LARGEST_FORM, handler: get(handler) }
}

fn does<H: Handler<T, Site>, T: 'static>(path: &'static str, access: Access, handler: H) -> ConsoleRoute {
    ConsoleRoute { method: Method::POST, path, access, largest: LARGEST_FORM, handler: post(handler) }
}

/// Every address of the console.
pub fn console_routes() -> Vec<ConsoleRoute> {
    use Access::{Needs, Open, SignedIn};
    use Permission as P;
    let (see, handle) = (Needs(P::ReadConversations), Needs(P::HandleConversations));
    let (see_tickets, handle_tickets) = (Needs(P::ReadTickets), Needs(P::HandleTickets));
    let (see_desk, change_desk) = (Needs(P::ReadDesk), Needs(P::ChangeDesk));
    let (see_people, change_people) = (Needs(P::ReadContacts), Needs(P::ChangeContacts));
    let (read, edit) = (Needs(P::ReadArticles), Needs(P::EditArticles));
    vec![
        shows("/console/sign-in", Open, entry::sign_in_page),
        does("/console/sign-in", Open, entry::sign_in),
        shows("/console/first", Open, entry::first_page),
        does("/console/first", Open, entry::first),
        does("/console/language", Open, entry::language),
        shows("/console", SignedIn, entry::start),
        does("/console/sign-out", SignedIn, entry::sign_out),
        shows("/console/design", SignedIn, design::show),
        shows("/console/live", SignedIn, live::stream),
        shows("/console/account", SignedIn, account::show),
        does("/console/account", SignedIn, account::change_password),
        shows("/console/commands", SignedIn, commands::complete),
        does("/console/commands", SignedIn, commands::run_anywhere),
        shows("/console/inbox", see, inbox::list),
        shows("/console/inbox/{id}", see, inbox::conversation),
        shows("/console/inbox/{id}/messages/{message}", see, inbox::words),
        does("/console/inbox/{id}/say", handle, inbox::say),
        does("/console/inbox/{id}/draft", handle, inbox::draft),
        does("/console/inbox/{id}/typing", handle, inbox::typing),
        does("/console/inbox/{id}/again", handle, inbox::again),
        does("/console/inbox/{id}/command", see, inbox::command),
        does("/console/inbox/{id}/review", handle_tickets, review::step),
        ConsoleRoute { largest: LARGEST_FILE, ..does("/console/inbox/{id}/files", handle, inbox::file) },
        shows("/console/tickets", see_tickets, tickets::list),
        shows("/console/tickets/{number}", see_tickets, tickets::show),
        does("/console/tickets/{number}", handle_tickets, tickets::change),
        does("/console/tickets/{number}/say", handle_tickets, tickets::say),
        does("/console/tickets/{number}/joined", handle_tickets, tickets::join),
        does("/console/tickets/{number}/follow", handle_tickets, tickets::follow_up),
        does("/console/tickets/{number}/followers", see_tickets, tickets::watch),
        shows("/console/notices", see_tickets, notices::list),
        does("/console/notices", see_tickets, notices::read),
        shows("/console/follow-ups", see_tickets, tickets::follow_ups),
        does("/console/follow-ups", handle_tickets, tickets::change_follow_ups),
        does("/console/views", see_tickets, tickets::keep_view),
        does("/console/views/{key}", see_tickets, tickets::change_view),
        shows("/console/macros", handle, macros::list),
        shows("/console/macros/{key}", handle, macros::show),
        does("/console/macros/{key}", handle, macros::change),
        shows("/console/organisations", see_people, organisations::list),
        shows("/console/organisations/{id}", see_people, organisations::show),
        does("/console/organisations/{id}", change_people, organisations::change),
        shows("/console/team", see_desk, team::list),
        does("/console/team", change_desk, team::add),
        shows("/console/team/{key}", see_desk, team::show),
        does("/console/team/{key}", change_desk, team::change),
        shows("/console/reports", see_tickets, reports::show),
        shows("/console/routing", see_desk, routing::show),
        does("/console/routing", change_desk, routing::add),
        does("/console/routing/{key}", see_desk, routing::change),
        shows("/console/articles", read, articles::list),
        does("/console/articles", edit, articles::begin),
        shows("/console/articles/{slug}", read, articles::show),
        shows("/console/articles/{slug}/text", read, articles::text),
        ConsoleRoute { largest: LARGEST_ARTICLE, ..does("/console/articles/{slug}", edit, articles::change) },
        ConsoleRoute { largest: LARGEST_ARTICLE, ..does("/console/articles/{slug}/preview", read, articles::preview) },
        ConsoleRoute { largest: LARGEST_ARTICLE, ..does("/console/articles/{slug}/ask", read, articles::ask) },
        shows("/console/articles/{slug}/versions", read, articles::versions),
        does("/console/articles/{slug}/versions", edit, articles::roll_back),
        does("/console/samples", edit, articles::remove_samples),
    ]
}

pub(crate) fn router(site: &Site) -> Router<Site> {
    console_routes().into_iter().fold(Router::new(), |router, route| {
        let gate = guard::Gate { site: site.clone(), access: route.access, largest: route.largest };
        let handler = route.handler.route_layer(from_fn_with_state(gate, guard::pass)).route_layer(DefaultBodyLimit::max(route.largest));
        router.route(route.path, handler)
    })
}

/// A file that the pages ask for; its name changes with it.
pub(crate) struct Asset {
    pub(crate) name: LazyLock<String>,
    pub(crate) body: &'static str,
    pub(crate) content_type: &'static str,
}

const STYLE_TEXT: &str = include_str!("../assets/console.css");
const SCRIPT_TEXT: &str = include_str!("../assets/console.js");

pub(crate) static STYLE: Asset =
    Asset { name: LazyLock::new(|| named("console", STYLE_TEXT, "css")), body: STYLE_TEXT, content_type: "text/css; charset=utf-8" };
pub(crate) static SCRIPT: Asset =
    Asset { name: LazyLock::new(|| named("console", SCRIPT_TEXT, "js")), body: SCRIPT_TEXT, content_type: "text/javascript; charset=utf-8" };

fn named(stem: &str, body: &str, ending: &str) -> String {
    let hash: String = Sha256::digest(body.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{stem}-{hash}.{ending}")
}

/// The file with this name.
pub(crate) fn asset(name: &str) -> Option<&'static Asset> {
    [&STYLE, &SCRIPT].into_iter().find(|asset| *asset.name == name)
}
