//! The way in and out: signing in, the first administrator, the language.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_engine::actions::{
    ActionError, Problem, first_run,
    sessions::{self, LONGEST, SignedIn},
};

use super::{
    form::{Asked, Fields},
    guard::{self, local, set_cookie},
    shell::{LANGUAGE, SPOKEN, Shell, Visit, status_of},
};
use crate::{Site, client::ClientAddress};

/// Seconds that a form for signing in is good for.
const VISIT: i64 = 24 * 60 * 60;
/// Seconds that a chosen language is remembered for.
const A_YEAR: i64 = 365 * 24 * 60 * 60;

#[derive(Template)]
#[template(path = "console/sign-in.html")]
struct SignInPage<'a> {
    shell: &'a Shell,
    email: &'a str,
    back: &'a str,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "console/first.html")]
struct FirstPage<'a> {
    shell: &'a Shell,
    fields: &'a Fields,
    shortest: usize,
    wrong: Option<String>,
}

impl FirstPage<'_> {
    fn given(&self, name: &str) -> &str {
        self.fields.get(name).unwrap_or_default()
    }
}

/// A stranger's frame, with the cookie that their forms need.
fn visitor(site: &Site, headers: &HeaderMap) -> (Shell, Option<HeaderValue>) {
    let mut shell = Shell::stranger(site, headers);
    if !shell.csrf.is_empty() {
        return (shell, None);
    }
    let fresh = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
    shell.csrf = guard::token(site, &fresh);
    (shell, Some(set_cookie(site, guard::VISITOR, &fresh, VISIT)))
}

fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

pub(super) async fn start(visit: Visit) -> Response {
    let part = if visit.shell.may_handle || !visit.shell.may_edit { "inbox" } else { "articles" };
    Redirect::to(&format!("{}/console/{part}", visit.shell.root)).into_response()
}

pub(super) async fn sign_in_page(State(site): State<Site>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    let (shell, cookie) = visitor(&site, &headers);
    match first_run::is_open(&site.engine).await {
        Ok(true) => return Redirect::to(&format!("{}/console/first", shell.root)).into_response(),
        Ok(false) => {}
        Err(error) => return shell.failed(&error),
    }
    let back = asked.get("back").unwrap_or_default();
    let page = SignInPage { shell: &shell, email: "", back, wrong: None };
    with_cookie(shell.page(StatusCode::OK, &page), cookie)
}

pub(super) async fn sign_in(State(site): State<Site>, ClientAddress(address): ClientAddress, headers: HeaderMap, fields: Fields) -> Response {
    let (shell, cookie) = visitor(&site, &headers);
    let (email, password) = (fields.get("email").unwrap_or_default(), fields.get("password").unwrap_or_default());
    let back = fields.get("back").unwrap_or_default();
    let before = guard::cookie(&headers, guard::SESSION);
    let refused = |status, key: &str| {
        let page = SignInPage { shell: &shell, email, back, wrong: Some(shell.say(key)) };
        with_cookie(shell.page(status, &page), cookie)
    };
    match sessions::sign_in(&site.engine, email, password, address, before.as_deref()).await {
        Ok(SignedIn::Yes { secret, .. }) => welcome(&site, &shell, &secret, back),
        Ok(SignedIn::No) => refused(StatusCode::FORBIDDEN, "console-sign-in-wrong"),
        Ok(SignedIn::TooOften) => refused(StatusCode::TOO_MANY_REQUESTS, "console-sign-in-too-often"),
        Err(error) => shell.failed(&error),
    }
}

/// Signed in: with a cookie of its own, and none of before.
fn welcome(site: &Site, shell: &Shell, secret: &str, back: &str) -> Response {
    let back = local(shell, back).unwrap_or_else(|| format!("{}/console", shell.root));
    let mut response = Redirect::to(&back).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, set_cookie(site, guard::SESSION, secret, LONGEST.num_seconds()));
    headers.append(header::SET_COOKIE, set_cookie(site, guard::VISITOR, "", 0));
    response
}

pub(super) async fn first_page(State(site): State<Site>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    let (shell, cookie) = visitor(&site, &headers);
    match first_run::is_open(&site.engine).await {
        Ok(false) => return Redirect::to(&format!("{}/console/sign-in", shell.root)).into_response(),
        Ok(true) => {}
        Err(error) => return shell.failed(&error),
    }
    let page = FirstPage { shell: &shell, fields: &asked, shortest: bellhop_engine::actions::people::SHORTEST_PASSWORD, wrong: None };
    with_cookie(shell.page(StatusCode::OK, &page), cookie)
}

pub(super) async fn first(State(site): State<Site>, ClientAddress(address): ClientAddress, headers: HeaderMap, fields: Fields) -> Response {
    let (shell, cookie) = visitor(&site, &headers);
    let given = |name: &str| fields.get(name).unwrap_or_default();
    let made = first_run::make(&site.engine, given("code"), given("name"), given("email"), given("password"), address).await;
    let (status, wrong) = match made {
        Ok(Some(SignedIn::Yes { secret, .. })) => return welcome(&site, &shell, &secret, ""),
        Ok(Some(SignedIn::TooOften)) => (StatusCode::TOO_MANY_REQUESTS, shell.say("console-sign-in-too-often")),
        Ok(Some(SignedIn::No) | None) => (StatusCode::FORBIDDEN, shell.say("console-first-wrong-code")),
        Err(error @ ActionError::Unavailable(_)) => return shell.failed(&error),
        Err(error) => (status_of(&error), wrong_words(&shell, error)),
    };
    let page = FirstPage { shell: &shell, fields: &fields, shortest: bellhop_engine::actions::people::SHORTEST_PASSWORD, wrong: Some(wrong) };
    with_cookie(shell.page(status, &page), cookie)
}

/// What is wrong with what somebody wrote of themselves.
pub(super) fn wrong_words(shell: &Shell, error: ActionError) -> String {
    match error {
        ActionError::Invalid { problems } => {
            let line = |problem: &Problem| match problem.field.as_str() {
                "password" => shell.count("console-wrong-password", &bellhop_engine::actions::people::SHORTEST_PASSWORD),
                "email" => shell.say("console-wrong-email"),
                "name" => shell.say("console-wrong-name"),
                _ => problem.message.say(shell.lang),
            };
            problems.iter().map(line).collect::<Vec<_>>().join(" ")
        }
        ActionError::NotNow(_) => shell.say("console-first-done"),
        other => other.to_string(),
    }
}

pub(super) async fn sign_out(visit: Visit) -> Response {
    if let Err(error) = sessions::end(visit.engine(), &visit.session.hash).await {
        return visit.shell.failed(&error);
    }
    let mut response = Redirect::to(&format!("{}/console/sign-in", visit.shell.root)).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, set_cookie(&visit.site, guard::SESSION, "", 0));
    // What the browser kept of the console goes with it.
    headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

pub(super) async fn language(State(site): State<Site>, headers: HeaderMap, fields: Fields) -> Response {
    let shell = Shell::stranger(&site, &headers);
    let back = fields.get("back").and_then(|back| local(&shell, back)).unwrap_or_else(|| format!("{}/console", shell.root));
    let response = Redirect::to(&back).into_response();
    let chosen = SPOKEN.into_iter().find(|tag| fields.get("language") == Some(tag));
    with_cookie(response, chosen.map(|tag| set_cookie(&site, LANGUAGE, tag, A_YEAR)))
}
