//! What stands before every address of the console: who it is, what they may, and that they mean it.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts as _, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_engine::actions::sessions::{self, Session};

use super::{Access, form::Fields, shell::Shell};
use crate::Site;

/// The cookie of somebody who is signed in.
pub(super) const SESSION: &str = "bellhop_session";
/// The cookie of a browser in which somebody is about to sign in.
pub(super) const VISITOR: &str = "bellhop_visitor";
/// The header in which the script sends what forms have as `csrf`.
const CSRF_HEADER: &str = "x-csrf-token";
/// What a form's token is good for.
const CSRF: &str = "console form";

/// What stands before a handler.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) site: Site,
    pub(super) access: Access,
    pub(super) largest: usize,
}

/// Lets a request through whose sender may, and who sent it from one of our pages.
pub(super) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match check(&gate, request).await {
        Ok(request) => sealed(next.run(request).await),
        Err(response) => sealed(*response),
    }
}

/// The headers of every answer of the console; a page brings its own policy.
fn sealed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // Not `no-referrer`: with that, browsers send forms with the origin `null`, which nobody can tell from a stranger's.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(super::shell::POLICY));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

async fn check(gate: &Gate, request: Request) -> Result<Request, Box<Response>> {
    let (mut parts, body) = request.into_parts();
    let posts = parts.method != Method::GET && parts.method != Method::HEAD;
    let shell = Shell::stranger(&gate.site, &parts.headers);
    if posts && !comes_from_us(&parts.headers, &gate.site.engine.settings().public_url) {
        return Err(Box::new(shell.notice(StatusCode::FORBIDDEN, "console-foreign-title", "console-foreign")));
    }
    let session = match cookie(&parts.headers, SESSION) {
        Some(secret) => sessions::session(&gate.site.engine, &secret).await.map_err(|error| Box::new(shell.failed(&error)))?,
        None => None,
    };
    // Whoever is signed in may sign in as somebody else: that form was made for a visitor.
    let visitor = cookie(&parts.headers, VISITOR).filter(|_| gate.access == Access::Open);
    let names = session.iter().map(|session| session.hash.clone()).chain(visitor);
    let tokens: Vec<String> = names.map(|name| token(&gate.site, &name)).collect();
    if let Some(refusal) = refusal(gate, &shell, session.as_ref(), &parts) {
        return Err(Box::new(refusal));
    }
    if let Some(session) = session {
        parts.extensions.insert(session);
    }
    if !posts {
        return Ok(Request::from_parts(parts, body));
    }
    let body = guarded(gate, &shell, &mut parts, body, &tokens).await?;
    Ok(Request::from_parts(parts, body))
}

fn refusal(gate: &Gate, shell: &Shell, session: Option<&Session>, parts: &Parts) -> Option<Response> {
    match (gate.access, session) {
        (Access::Open, _) | (Access::SignedIn, Some(_)) => None,
        (Access::Needs(needs), Some(session)) if session.caller.permissions.allow(needs) => None,
        (Access::Needs(_), Some(_)) => Some(shell.notice(StatusCode::FORBIDDEN, "console-forbidden-title", "console-forbidden")),
        (_, None) if parts.headers.contains_key("x-live") || parts.uri.path().ends_with("/live") => {
            Some((StatusCode::UNAUTHORIZED, shell.say("console-signed-out")).into_response())
        }
        (_, None) => {
            let back = parts.uri.path_and_query().map(|path| path.as_str().to_owned()).filter(|_| parts.method == Method::GET);
            let back = back.map(|back| format!("?back={}", encode(&back))).unwrap_or_default();
            Some(Redirect::to(&format!("{}/console/sign-in{back}", shell.root)).into_response())
        }
    }
}

/// The body, once its token is found to be ours; the fields of a form go along.
async fn guarded(gate: &Gate, shell: &Shell, parts: &mut Parts, body: Body, tokens: &[String]) -> Result<Body, Box<Response>> {
    let refused = || Box::new(shell.notice(StatusCode::FORBIDDEN, "console-stale-title", "console-stale"));
    let header = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let is_form = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !is_form {
        let fits = fits(tokens, header.as_deref());
        parts.extensions.insert(Fields::default());
        return if fits { Ok(body) } else { Err(refused()) };
    }
    let too_large = || Box::new(shell.notice(StatusCode::PAYLOAD_TOO_LARGE, "console-too-large-title", "console-too-large"));
    let bytes: Bytes = to_bytes(body, gate.largest).await.map_err(|_| too_large())?;
    let fields = Fields::read(&bytes);
    let given = header.or_else(|| fields.get("csrf").map(str::to_owned));
    if !fits(tokens, given.as_deref()) {
        return Err(refused());
    }
    parts.extensions.insert(fields);
    Ok(Body::from(bytes))
}

/// The token that forms of this session, or of this visitor, carry.
pub(super) fn token(site: &Site, name: &str) -> String {
    site.engine.links().sign(CSRF, name.as_bytes())
}

fn fits(tokens: &[String], given: Option<&str>) -> bool {
    given.is_some_and(|given| tokens.iter().any(|token| same(token, given)))
}

fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |found, (one, other)| found | (one ^ other)) == 0
}

/// Whether a request that changes something was sent by a page of ours: browsers name the page's origin.
fn comes_from_us(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return false };
    let Some((scheme, rest)) = origin.split_once("://") else { return false };
    let ours = public_url.split_once("://").is_some_and(|(own, rest_of_own)| own == scheme && rest_of_own.split('/').next() == Some(rest));
    // Behind a name that nobody configured, the page and the request still name the same one.
    ours || (matches!(scheme, "http" | "https") && text(header::HOST).is_some_and(|host| host.eq_ignore_ascii_case(rest)))
}

/// The value of a cookie.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    cookies.filter_map(|cookie| cookie.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// A cookie that no script reads and no other page sends along with a form.
pub(super) fn set_cookie(site: &Site, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let public_url = &site.engine.settings().public_url;
    let secure = if public_url.starts_with("https://") { "; Secure" } else { "" };
    let path = super::shell::root_of(public_url);
    let text = format!("{name}={value}; Path={path}/console; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// A path of the console to go back to; everything else is refused, so that nobody is led away.
pub(super) fn local(shell: &Shell, back: &str) -> Option<String> {
    let below = format!("{}/console", shell.root);
    let rest = back.strip_prefix(&below)?;
    let is_plain = back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_ours = (rest.is_empty() || rest.starts_with(['/', '?'])) && !rest.contains("..") && back.len() < 2000;
    (is_plain && is_ours && back.parse::<Uri>().is_ok()).then(|| back.to_owned())
}

/// A text within an address.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The session of a request that passed the gate.
pub(super) async fn session_of(parts: &mut Parts, site: &Site) -> Option<Session> {
    axum::Extension::<Session>::from_request_parts(parts, site).await.ok().map(|found| found.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_pages_of_ours_change_something() {
        let url = "https://help.example.org/desk";
        for (case, sent, ours) in [
            ("our page", vec![("origin", "https://help.example.org")], true),
            ("by another name of the same house", vec![("origin", "http://10.0.0.5:8080"), ("host", "10.0.0.5:8080")], true),
            ("a stranger", vec![("origin", "https://evil.example"), ("host", "help.example.org")], false),
            ("one that is called alike", vec![("origin", "https://help.example.org.evil.example")], false),
            ("a sandbox", vec![("origin", "null"), ("host", "null")], false),
            ("no browser", vec![("host", "help.example.org")], false),
            ("without encryption", vec![("origin", "http://help.example.org"), ("host", "other")], false),
        ] {
            assert_eq!(comes_from_us(&headers(&sent), url), ours, "{case}");
        }
    }

    #[test]
    fn nobody_is_led_away_after_signing_in() {
        let shell = Shell::for_tests("");
        for back in ["/console", "/console/inbox/cnv_1?view=all", "/console?x=1"] {
            assert_eq!(local(&shell, back).as_deref(), Some(back));
        }
        for back in
            ["https://evil.example", "//evil.example", "/\\evil.example", "/console\\evil", "/consolevil", "/console/../t", "/console/\r\nx", ""]
        {
            assert_eq!(local(&shell, back), None, "{back}");
        }
    }

    #[test]
    fn cookies_are_read_by_their_whole_name() {
        let sent = headers(&[("cookie", "xbellhop_session=1; bellhop_session=2; other=3")]);
        assert_eq!(cookie(&sent, SESSION).as_deref(), Some("2"));
        assert_eq!(cookie(&sent, VISITOR), None);
    }
}
