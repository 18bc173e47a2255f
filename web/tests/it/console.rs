//! The console's doors: who comes in, what each role may, and what strangers cannot make anybody do.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use bellhop_domain::desk::Role;
use bellhop_engine::{
    actions::{
        first_run,
        people::{self, AgentPatch, NewAgent},
    },
    caller::{Caller, Permissions},
};
use bellhop_web::{Access, console_routes};
use serde_json::json;

use crate::world::{Answer, World};

pub const ORIGIN: &str = "https://help.example.org";
const PASSWORD: &str = "long enough for anybody";

/// Somebody's browser: it keeps cookies, and names the page that a form is sent from.
pub struct Visitor<'a> {
    world: &'a World,
    pub cookies: Vec<(String, String)>,
    pub csrf: String,
}

impl<'a> Visitor<'a> {
    pub fn new(world: &'a World) -> Self {
        Self { world, cookies: Vec::new(), csrf: String::new() }
    }

    /// Signed in as somebody with this role, who is made for it.
    pub async fn with_role(world: &'a World, role: Role) -> Self {
        let email = format!("{}@example.org", role.as_str());
        hired(world, &email, role).await;
        let mut visitor = Self::new(world);
        visitor.signs_in(&email, PASSWORD).await.is(303);
        visitor.get("/console/account").await.is(200);
        visitor
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub async fn asks(&mut self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)),
            None => request.body(Body::empty()),
        };
        let answer = self.world.send(request.unwrap()).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(key, _)| key != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        if let Some((_, rest)) = answer.text().split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.asks(Method::GET, path, None, &[]).await
    }

    /// Sends a form of the page that was opened last.
    pub async fn post(&mut self, path: &str, form: &str) -> Answer {
        let body = format!("csrf={}&{form}", self.csrf);
        self.asks(Method::POST, path, Some(body), &[("origin", ORIGIN)]).await
    }

    pub async fn signs_in(&mut self, email: &str, password: &str) -> Answer {
        self.get("/console/sign-in").await.is(200);
        self.post("/console/sign-in", &format!("email={email}&password={}", password.replace(' ', "+"))).await
    }
}

pub async fn hired(world: &World, email: &str, role: Role) {
    let new = NewAgent {
        key: None,
        name: Some(format!("Mei <b>{}</b>", role.as_str())),
        email: email.to_owned(),
        role,
        departments: Vec::new(),
        languages: Vec::new(),
        profile: bellhop_domain::desk::Profile::default(),
        password: Some(PASSWORD.to_owned()),
    };
    people::create(&world.engine, &Caller::system(), new).await.unwrap();
}

pub async fn with_admin(world: &World) {
    hired(world, "boss@example.org", Role::Admin).await;
}

#[tokio::test]
async fn the_first_administrator_is_whoever_has_the_code() {
    let world = World::open().await;
    let mut visitor = Visitor::new(&world);
    let answer = visitor.get("/console/sign-in").await.is(303);
    assert_eq!(answer.header("location"), "/console/first");
    visitor.get("/console/first").await.is(200);
    let form = "name=Ines&email=ines%40example.org&password=long+enough+for+anybody";
    let refused = visitor.post("/console/first", &format!("code=WRONGWRONGWR&{form}")).await.is(403);
    assert!(refused.text().contains("ines@example.org"), "what was written stays");
    let code = first_run::code(&world.engine).await.unwrap().unwrap();
    visitor.post("/console/first", &format!("code={code}&name=Ines&email=ines%40example.org&password=short")).await.is(422);
    visitor.post("/console/first", &format!("code={}&{form}", code.to_lowercase())).await.is(303);
    assert!(visitor.get("/console/account").await.is(200).text().contains("Administrator"));
    // Once is enough: nobody else becomes one that way.
    assert_eq!(first_run::code(&world.engine).await.unwrap(), None);
    let mut other = Visitor::new(&world);
    assert_eq!(other.get("/console/first").await.is(303).header("location"), "/console/sign-in");
    other.get("/console/sign-in").await;
    other.post("/console/first", &format!("code={code}&name=Eve&email=eve%40example.org&password=long+enough+for+anybody")).await.is(409);
    assert_eq!(world.engine.reader().agents().await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_learns_which_of_address_and_password_was_wrong() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut visitor = Visitor::new(&world);
    let wrong = visitor.signs_in("boss@example.org", "not this one, surely").await.is(403).text();
    let unknown = visitor.signs_in("nobody@example.org", "not this one, surely").await.is(403).text();
    let plain = |page: String, email: &str| page.replace(email, "").replace(visitor.csrf.as_str(), "");
    assert_eq!(plain(wrong, "boss@example.org"), plain(unknown, "nobody@example.org"));
}

#[tokio::test]
async fn passwords_cannot_be_guessed_at_leisure() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut visitor = Visitor::new(&world);
    for _ in 0..10 {
        visitor.signs_in("boss@example.org", "not this one, surely").await.is(403);
    }
    visitor.signs_in("boss@example.org", "not this one, surely").await.is(429);
    visitor.signs_in("boss@example.org", PASSWORD).await.is(429);
}

#[tokio::test]
async fn a_session_is_fresh_at_sign_in_and_ends_with_password_role_and_person() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut visitor = Visitor::with_role(&world, Role::Agent).await;
    let first = visitor.cookie("bellhop_session").unwrap().to_owned();
    // Signing in again rotates it, and what was shown before is worth nothing.
    visitor.signs_in("agent@example.org", PASSWORD).await.is(303);
    assert_ne!(visitor.cookie("bellhop_session"), Some(first.as_str()));
    let mut thief = Visitor::new(&world);
    thief.cookies.push(("bellhop_session".to_owned(), first));
    thief.get("/console/inbox").await.is(303);
    // A value that somebody planted never becomes a session.
    thief.cookies = vec![("bellhop_session".to_owned(), "planted".to_owned())];
    thief.signs_in("agent@example.org", PASSWORD).await.is(303);
    assert_ne!(thief.cookie("bellhop_session"), Some("planted"));

    visitor.get("/console/inbox").await.is(200);
    let change = |patch: AgentPatch| people::update(&world.engine, Box::leak(Box::new(Caller::system())), "agent", patch, None);
    change(AgentPatch { role: Some(Role::Readonly), ..AgentPatch::default() }).await.unwrap();
    visitor.get("/console/inbox").await.is(303);
    visitor.signs_in("agent@example.org", PASSWORD).await.is(303);
    visitor.get("/console/inbox").await.is(200);
    change(AgentPatch { password: Some("another long password".to_owned()), ..AgentPatch::default() }).await.unwrap();
    visitor.get("/console/inbox").await.is(303);
    visitor.signs_in("agent@example.org", "another long password").await.is(303);
    change(AgentPatch { name: Some("Mei Lin".to_owned()), ..AgentPatch::default() }).await.unwrap();
    assert!(visitor.get("/console/inbox").await.is(200).text().contains("Mei Lin"), "a new name ends nothing");
    change(AgentPatch { disabled: Some(true), ..AgentPatch::default() }).await.unwrap();
    visitor.get("/console/inbox").await.is(303);
    visitor.signs_in("agent@example.org", "another long password").await.is(403);
}

#[tokio::test]
async fn the_session_cookie_is_hidden_from_scripts_and_other_pages() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut visitor = Visitor::new(&world);
    let answer = visitor.signs_in("boss@example.org", PASSWORD).await.is(303);
    let cookie =
        answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).find(|value| value.starts_with("bellhop_session="));
    let cookie = cookie.unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/console"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    let stored = world.engine.reader().staff_session(visitor.cookie("bellhop_session").unwrap()).await.unwrap();
    assert!(stored.is_none(), "only its hash is kept");
    visitor.get("/console/account").await;
    visitor.post("/console/sign-out", "").await.is(303);
    assert_eq!(visitor.cookie("bellhop_session"), None);
}

#[tokio::test]
async fn every_page_has_its_policy_and_is_kept_by_nobody() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut visitor = Visitor::with_role(&world, Role::Supervisor).await;
    for path in
        ["/console/sign-in", "/console/inbox", "/console/tickets", "/console/articles", "/console/account", "/console/design", "/console/inbox/cnv_x"]
    {
        let answer = visitor.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("cache-control"), "private, no-store", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        let text = answer.text();
        assert!(!text.contains("<style") && !text.contains(" style=") && !text.contains(" onclick"), "{path}");
        let text = text.replace("/assets/console-", "");
        assert!(!text.contains("console-"), "{path}: words that no catalogue has: {}", text.split("console-").nth(1).unwrap_or_default());
    }
}

/// An address of the route, with something in its places that is nowhere.
fn address(path: &str) -> String {
    path.replace("{id}", "cnv_01934f00000070008000000000000001")
        .replace("{number}", "T-999999")
        .replace("{slug}", "nothing")
        .replace("{key}", "nothing")
}

#[tokio::test]
async fn every_address_lets_in_whom_it_should_and_nobody_else() {
    let world = World::open().await;
    with_admin(&world).await;
    let (mut open, mut checked) = (0, 0);
    for role in Role::ALL {
        let mut visitor = Visitor::with_role(&world, role).await;
        let mut stranger = Visitor::new(&world);
        stranger.get("/console/sign-in").await;
        for route in console_routes() {
            let path = address(route.path);
            if path.ends_with("sign-out") || path.ends_with("account") || path.ends_with("sign-in") || path.ends_with("first") {
                continue;
            }
            let posts = route.method == Method::POST;
            let answer = if posts { visitor.post(&path, "text=x").await } else { visitor.get(&path).await };
            let nobody = if posts { stranger.post(&path, "text=x").await } else { stranger.get(&path).await };
            let may = match route.access {
                Access::Open => {
                    open += 1;
                    continue;
                }
                Access::SignedIn => true,
                Access::Needs(needs) => Permissions::of_role(role).allow(needs),
            };
            assert_eq!(answer.status.as_u16() != 403, may, "{role:?} {} {path}: {}", route.method, answer.status);
            let turned_away = matches!(nobody.status.as_u16(), 303 | 401);
            assert!(turned_away, "nobody {} {path}: {}", route.method, nobody.status);
            checked += 1;
        }
    }
    assert!(checked > 100 && open > 0);
}

#[tokio::test]
async fn only_forms_of_the_console_do_something() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut visitor = Visitor::with_role(&world, Role::Admin).await;
    let token = visitor.csrf.clone();
    for route in console_routes().into_iter().filter(|route| route.method == Method::POST) {
        let path = address(route.path);
        let good = format!("csrf={token}&text=x");
        for (case, body, headers) in [
            ("no token", "text=x".to_owned(), vec![("origin", ORIGIN)]),
            ("a wrong token", "csrf=AAAAAAAAAAAAAAAAAAAAAA&text=x".to_owned(), vec![("origin", ORIGIN)]),
            ("a stranger's page", good.clone(), vec![("origin", "https://evil.example")]),
            ("a sandboxed page", good.clone(), vec![("origin", "null")]),
            ("no page at all", good.clone(), vec![]),
        ] {
            visitor.asks(Method::POST, &path, Some(body), &headers).await.is(403);
            assert!(visitor.cookie("bellhop_session").is_some(), "{case}: {path}");
        }
        // Nor is a file, whatever its type says.
        let raw = Request::builder().method(Method::POST).uri(&path).header("origin", ORIGIN).header("content-type", "text/plain");
        let raw = raw.header("cookie", format!("bellhop_session={}", visitor.cookie("bellhop_session").unwrap())).body(Body::from(good)).unwrap();
        world.send(raw).await.is(403);
    }
    // The token of one browser is nothing in another.
    let mut other = Visitor::new(&world);
    other.signs_in("boss@example.org", PASSWORD).await.is(303);
    other.asks(Method::POST, "/console/sign-out", Some(format!("csrf={token}")), &[("origin", ORIGIN)]).await.is(403);
}

#[tokio::test]
async fn nobody_is_led_away() {
    let world = World::open().await;
    with_admin(&world).await;
    for (back, to) in [
        ("/console/tickets", "/console/tickets"),
        ("//evil.example", "/console"),
        ("https://evil.example/console", "/console"),
        ("/\\evil", "/console"),
    ] {
        let mut visitor = Visitor::new(&world);
        visitor.get("/console/sign-in").await.is(200);
        let form = format!("email=boss%40example.org&password={}&back={back}", PASSWORD.replace(' ', "+"));
        assert_eq!(visitor.post("/console/sign-in", &form).await.is(303).header("location"), to, "{back}");
    }
    let mut visitor = Visitor::new(&world);
    let answer = visitor.get("/console/inbox?view=all").await.is(303);
    assert_eq!(answer.header("location"), "/console/sign-in?back=%2Fconsole%2Finbox%3Fview%3Dall");
}

const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](x\" onerror=\"alert(1))",
    "</textarea></title><script>alert(1)</script>",
    "{{7*7}}{% raw %}",
    "<math><mtext></mtext><mglyph><style><img src onerror=alert(1)>",
];

#[tokio::test]
async fn what_strangers_write_is_shown_and_never_run() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut visitor = Visitor::with_role(&world, Role::Supervisor).await;
    for (number, text) in HOSTILE.iter().enumerate() {
        let id = world.customer_says(&format!("thread-{number}"), text, json!({"name": text})).await;
        world.with("agent").await.post(&format!("/api/v1/conversations/{id}/handoff"), json!({})).await.is(200);
        visitor.get(&format!("/console/inbox/{id}?view=all")).await.is(200);
        visitor.post(&format!("/console/inbox/{id}/draft"), &format!("text={}", encode(text))).await.is(204);
        let page = visitor.get(&format!("/console/inbox/{id}?view=all")).await.is(200);
        harmless(&page.text(), text);
        // What an agent says back goes through Markdown.
        visitor.post(&format!("/console/inbox/{id}/say"), &format!("text={}", encode(text))).await.is(303);
        harmless(&visitor.get(&format!("/console/inbox/{id}?view=all")).await.is(200).text(), text);
        harmless(&visitor.get(&format!("/console/tickets?q={}", encode(text))).await.is(200).text(), text);
        harmless(&visitor.get(&format!("/console/articles?q={}", encode(text))).await.is(200).text(), text);
        let article = format!("title={0}&body={0}&answer={0}&phrasings={0}&keywords={0}&visibility=public&version=0", encode(text));
        harmless(&visitor.post(&format!("/console/articles/hostile-{number}/preview"), &article).await.is(200).text(), text);
    }
}

#[track_caller]
fn harmless(page: &str, text: &str) {
    let lower = page.to_lowercase();
    assert_eq!(lower.matches("<script").count(), 1, "only our own script: {text}");
    for forbidden in ["<img src=x", "<svg", "href=\"javascript:", "<math", "<style", " onload=alert(1)>"] {
        assert!(!lower.contains(forbidden), "{forbidden} in the page of {text}");
    }
}

pub fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_ticket_is_made_by_one_form_and_the_reasons_stand_beside_it() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut visitor = Visitor::with_role(&world, Role::Agent).await;
    let id = world.queued("thread-1").await;
    let page = visitor.get(&format!("/console/inbox/{id}")).await.is(200).text();
    assert!(page.contains("I want a refund") && page.contains("/ticket"));
    let page = visitor.post(&format!("/console/inbox/{id}/command"), "line=%2Fticket+refund").await.is(200).text();
    assert!(page.contains("aria-invalid=\"true\""), "the order's number is missing and marked");
    let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let refused =
        visitor.post(&format!("/console/inbox/{id}/review"), &format!("step=confirm&version={version}&was.order_number=&field.order_number=")).await;
    refused.is(422);
    let made = visitor
        .post(&format!("/console/inbox/{id}/review"), &format!("step=confirm&version={version}&was.order_number=&field.order_number=A-1001"))
        .await
        .is(200)
        .text();
    assert!(made.contains("T-1"), "{made}");
    // Again it is the same one, and a form from before is told so.
    visitor
        .post(&format!("/console/inbox/{id}/review"), &format!("step=confirm&version={version}&was.order_number=&field.order_number=A-1001"))
        .await
        .is(200);
    assert_eq!(world.engine.reader().tickets(&bellhop_store::tickets::TicketFilter::default(), None, 10).await.unwrap().items.len(), 1);
    let ticket = visitor.get("/console/tickets/T-1").await.is(200).text();
    assert!(ticket.contains("A-1001") && ticket.contains("class=\"route\"") && ticket.contains("I want a refund"), "{ticket}");
    let list = visitor.get("/console/tickets?status=new").await.is(200).text();
    assert!(list.contains("T-1"));
    // Changed by two: the second one is told.
    let change = "version=1&status=open&was.status=new";
    let first = visitor.post("/console/tickets/T-1", change).await;
    assert!(matches!(first.status.as_u16(), 303 | 409), "{}", first.status);
    visitor.post("/console/tickets/T-1", "version=1&status=resolved&was.status=new").await.is(409);
}

/// The second one is shown what the first one wrote, beside their own words (F-55).
#[tokio::test]
async fn two_editors_do_not_overwrite_each_other() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut mei = Visitor::with_role(&world, Role::Editor).await;
    let begun = mei.get("/console/articles").await.is(200);
    assert!(begun.text().contains("Begin writing"));
    let answer = mei.post("/console/articles", "title=How+do+I+reset+the+filter%3F").await.is(303);
    let address = answer.header("location").to_owned();
    assert!(address.starts_with("/console/articles/how-do-i-reset-the-filter?lang=en&title="), "{address}");
    let page = mei.get(&address).await.is(200).text();
    assert!(page.contains("name=\"version\" value=\"0\""));
    let path = "/console/articles/how-do-i-reset-the-filter?lang=en";
    let text = |answer: &str, version: i64, step: &str| {
        format!(
            "version={version}&step={step}&title=How+do+I+reset+the+filter%3F&answer={answer}&body=Hold+it.&phrasings=filter+stuck&keywords=&category=&visibility=public&owner=&review_by="
        )
    };
    mei.post(path, &text("Hold+the+green+button.", 0, "publish")).await.is(303);
    let page = mei.get(path).await.is(200).text();
    let version: i64 = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    // Somebody else saves meanwhile.
    let mut ann = Visitor::new(&world);
    ann.signs_in("boss@example.org", PASSWORD).await.is(303);
    ann.get(path).await.is(200);
    ann.post(path, &text("Hold+the+red+button.", version, "save")).await.is(303);
    let refused = mei.post(path, &text("Hold+the+blue+button.", version, "save")).await.is(409).text();
    assert!(refused.contains("while you were writing") && refused.contains("blue button") && refused.contains("red button"), "{refused}");
    // What the bot would say with the draft, before anybody sees it.
    let asked = mei
        .post(
            "/console/articles/how-do-i-reset-the-filter/ask?lang=en",
            &format!("{}&question=filter+stuck", text("Hold+the+blue+button.", version, "save")),
        )
        .await
        .is(200)
        .text();
    assert!(asked.contains("The bot "), "{asked}");
    // The versions, and the way back.
    let versions = mei.get("/console/articles/how-do-i-reset-the-filter/versions?lang=en").await.is(200).text();
    assert!(versions.contains("red button") && versions.contains("green button"));
    mei.post("/console/articles/how-do-i-reset-the-filter/versions?lang=en", "revision=1").await.is(303);
    assert!(mei.get(path).await.is(200).text().contains("green button"));
}
