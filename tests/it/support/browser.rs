//! A real Chromium, driven over WebDriver, and a shop's page to open in it.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener as StdListener, TcpStream},
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::header,
    response::IntoResponse,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    task::JoinHandle,
};

use super::{
    program::{client, environment},
    waiting::until,
};

/// What a page looks like from outside.
#[derive(Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) is_phone: bool,
    pub(crate) is_dark: bool,
}

impl Screen {
    pub(crate) const DESKTOP: Self = Self { width: 1000, height: 860, is_phone: false, is_dark: false };
    pub(crate) const PHONE: Self = Self { width: 390, height: 780, is_phone: true, is_dark: false };
}

/// Texts that were made to run somewhere.
pub(crate) const HOSTILE: [&str; 22] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "\"><img src=x onerror=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<iframe srcdoc=\"<script>parent.alert(1)</script>\"></iframe>",
    "<a href=\"javascript:alert(1)\">press me</a>",
    "[press me](javascript:alert(1))",
    "[press me](JaVaScRiPt:alert(1))",
    "[press me](java\tscript:alert(1))",
    "[press me](data:text/html,<script>alert(1)</script>)",
    "[press me](vbscript:msgbox(1))",
    "![x](javascript:alert(1))",
    "![x](https://127.0.0.1:9/x.png\"onerror=\"alert(1))",
    "<javascript:alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<style>@import 'javascript:alert(1)';</style>",
    "{{constructor.constructor('alert(1)')()}}${alert(1)}",
    "</textarea></script><script>alert(1)</script>",
    "`<img src=x onerror=alert(1)>`\n```html\n<script>alert(1)</script>\n```",
    "\u{202e}gnp.exe <b>\u{2066}alert(1)",
];

/// A browser with a profile of its own; it ends with the test, also one that fails.
pub(crate) struct Browser {
    session: String,
    http: reqwest::Client,
    /// Dropped before the profile, on whose files it works.
    _driver: Child,
    _profile: TempDir,
}

impl Drop for Browser {
    /// The driver alone may be killed; its browser would live on. Nothing can be awaited here.
    fn drop(&mut self) {
        let Some((host, path)) = self.session.strip_prefix("http://").and_then(|rest| rest.split_once('/')) else { return };
        let ended = TcpStream::connect(host).and_then(|mut driver| {
            driver.set_read_timeout(Some(Duration::from_secs(15)))?;
            driver.write_all(format!("DELETE /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())?;
            driver.read(&mut [0; 64])
        });
        if let Err(error) = ended {
            eprintln!("a browser may be left: {error}");
        }
    }
}

impl Browser {
    /// Opens a browser; `scripts/test` installs Chromium and its driver.
    pub(crate) async fn opens(screen: Screen) -> Self {
        let port = StdListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .process_group(0)
            .spawn()
            .expect("chromedriver: install Debian's chromium and chromium-driver, as scripts/test does");
        let (http, base) = (client(), format!("http://127.0.0.1:{port}"));
        until("chromedriver that is ready", || async { http.get(format!("{base}/status")).send().await.ok()?.error_for_status().ok().map(drop) })
            .await;
        let profile = tempfile::Builder::new().prefix("bellhop-browser-").tempdir().expect("a folder");
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--no-first-run".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--lang=en-US".to_owned(),
            format!("--window-size={},{}", screen.width, screen.height),
        ];
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options = json!({ "args": arguments });
        if screen.is_phone {
            options["mobileEmulation"] =
                json!({ "deviceMetrics": { "width": screen.width, "height": screen.height, "pixelRatio": 1, "touch": true } });
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": options } } });
        let answer = command(&http, Method::POST, &format!("{base}/session"), Some(wanted)).await;
        let id = answer["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {answer}"));
        let browser = Self { session: format!("{base}/session/{id}"), http, _driver: driver, _profile: profile };
        if screen.is_dark {
            let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
            browser.does(Method::POST, "goog/cdp/execute", json!({ "cmd": "Emulation.setEmulatedMedia", "params": media })).await;
        }
        browser
    }

    async fn does(&self, method: Method, path: &str, body: Value) -> Value {
        let body = (method == Method::POST).then_some(body);
        command(&self.http, method, &format!("{}/{path}", self.session), body).await
    }

    pub(crate) async fn goes_to(&self, url: &str) {
        self.does(Method::POST, "url", json!({ "url": url })).await;
    }

    /// Opens another tab and looks at it.
    pub(crate) async fn opens_tab(&self) {
        let tab = self.does(Method::POST, "window/new", json!({ "type": "tab" })).await;
        self.does(Method::POST, "window", json!({ "handle": tab["handle"] })).await;
    }

    /// Looks at the tab with this number, from 0.
    pub(crate) async fn looks_at_tab(&self, number: usize) {
        let tabs = self.does(Method::GET, "window/handles", Value::Null).await;
        self.does(Method::POST, "window", json!({ "handle": tabs[number] })).await;
    }

    /// The value of a cookie of this page, also of one that scripts cannot read.
    pub(crate) async fn cookie(&self, name: &str) -> String {
        let cookie = self.does(Method::GET, &format!("cookie/{name}"), Value::Null).await;
        cookie["value"].as_str().unwrap_or_else(|| panic!("no cookie: {cookie}")).to_owned()
    }

    /// Runs a script in the page; `r` is the widget's shadow root, once there is one.
    pub(crate) async fn runs(&self, script: &str) -> Value {
        let script = format!("const host = document.querySelector('bellhop-chat'), r = host && host.shadowRoot; {script}");
        self.does(Method::POST, "execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Runs a script whose last argument is to be called with its result.
    pub(crate) async fn waits_for(&self, script: &str) -> Value {
        self.does(Method::POST, "execute/async", json!({ "script": script, "args": [] })).await
    }

    /// Waits until an expression is true.
    pub(crate) async fn sees(&self, expression: &str) {
        until(&format!("page where {expression}"), || async { (self.runs(&format!("return !!({expression})")).await == true).then_some(()) }).await;
    }

    /// Waits until the widget shows this text.
    pub(crate) async fn reads(&self, text: &str) {
        let wanted = json!(text);
        self.sees(&format!("r && r.querySelector('.panel') && r.querySelector('.panel').innerText.includes({wanted})")).await;
    }

    /// Types on the keyboard, wherever the focus is. `\u{e007}` is Enter, `\u{e004}` Tab, `\u{e00c}` Escape.
    pub(crate) async fn types(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| [json!({ "type": "keyDown", "value": key.to_string() }), json!({ "type": "keyUp", "value": key.to_string() })])
            .collect();
        self.does(Method::POST, "actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] })).await;
    }

    /// Shift and Tab.
    pub(crate) async fn types_back(&self) {
        let keys = [("keyDown", "\u{e008}"), ("keyDown", "\u{e004}"), ("keyUp", "\u{e004}"), ("keyUp", "\u{e008}")];
        let actions: Vec<Value> = keys.iter().map(|(kind, key)| json!({ "type": kind, "value": key })).collect();
        self.does(Method::POST, "actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] })).await;
    }

    /// From the next page on, keeps in `window.found` what runs that should not, and what policies had to refuse.
    pub(crate) async fn watches(&self) {
        let source = "window.found = [];
            for (const name of ['alert', 'confirm', 'prompt']) window[name] = (text) => { window.found.push(name + ' ' + text); };
            document.addEventListener('securitypolicyviolation', (event) => window.found.push(event.violatedDirective + ' ' + event.blockedURI));";
        let command = json!({ "cmd": "Page.addScriptToEvaluateOnNewDocument", "params": { "source": source } });
        self.does(Method::POST, "goog/cdp/execute", command).await;
    }

    /// Holds Control while this key is pressed.
    pub(crate) async fn types_with_control(&self, key: &str) {
        let keys = [("keyDown", "\u{e009}"), ("keyDown", key), ("keyUp", key), ("keyUp", "\u{e009}")];
        let actions: Vec<Value> = keys.iter().map(|(kind, key)| json!({ "type": kind, "value": key })).collect();
        self.does(Method::POST, "actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] })).await;
    }

    /// What axe-core has against the page: nothing, if all is well.
    pub(crate) async fn faults(&self) -> Vec<String> {
        let axe = environment("BELLHOP_TEST_AXE").expect("BELLHOP_TEST_AXE names axe-core's script, as scripts/test fetches it");
        let axe = std::fs::read_to_string(axe).expect("axe-core");
        self.does(Method::POST, "execute/sync", json!({ "script": axe, "args": [] })).await;
        let found = self
            .waits_for(
                // Colours that are still fading are nobody's fault.
                "const done = arguments[arguments.length - 1];
                 const moving = document.getAnimations().map((one) => one.finished.catch(() => {}));
                 Promise.all(moving).then(() => axe.run({ resultTypes: ['violations'] })).then((found) => done(found.violations.map((fault) =>
                     fault.id + ': ' + fault.nodes.map((node) => node.target.join(' ')).join(', '))));",
            )
            .await;
        found.as_array().expect("a list").iter().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Keeps a picture of the page in the folder that `BELLHOP_PICTURES` names, if it does.
    pub(crate) async fn is_pictured(&self, name: &str) {
        let Some(folder) = environment("BELLHOP_PICTURES") else { return };
        let picture = self.does(Method::GET, "screenshot", Value::Null).await;
        let bytes = STANDARD.decode(picture.as_str().expect("a picture")).expect("base64");
        std::fs::write(format!("{folder}/{name}.png"), bytes).expect("the picture");
    }

    /// Ends the browser.
    pub(crate) async fn closes(self) {
        drop(self);
    }
}

async fn command(http: &reqwest::Client, method: Method, url: &str, body: Option<Value>) -> Value {
    let mut request = http.request(method, url);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.expect("an answer of the driver");
    let (status, text) = (answer.status(), answer.text().await.expect("a whole answer"));
    let mut json: Value = serde_json::from_str(&text).unwrap_or_default();
    assert!(status.is_success(), "the browser refused: {text}");
    json["value"].take()
}

/// A shop whose page embeds the chat under a strict policy, and keeps what browsers report of it.
pub(crate) struct ShopPage {
    address: SocketAddr,
    reports: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl Drop for ShopPage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Clone)]
struct Page {
    desk: String,
    reports: Arc<Mutex<Vec<String>>>,
}

impl ShopPage {
    /// A page that embeds the widget of the desk at `desk`; the origin is known before, because the desk has to name it.
    #[expect(clippy::disallowed_methods, reason = "a server in a test")]
    pub(crate) fn opens(listener: tokio::net::TcpListener, desk: &str) -> Self {
        let address = listener.local_addr().expect("an address");
        let page = Page { desk: desk.to_owned(), reports: Arc::default() };
        let reports = Arc::clone(&page.reports);
        let app = Router::new()
            .route("/", get(shop))
            .route("/reports", post(report))
            .route("/style.css", get(style))
            .route("/favicon.ico", get(|| async {}))
            .with_state(page);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("the shop serves") });
        Self { address, reports, server }
    }

    /// Its address, with what the script tag says besides: `lang=zh&dir=rtl`.
    pub(crate) fn url(&self, attributes: &str) -> String {
        format!("http://{}/?{attributes}", self.address)
    }

    /// What browsers complained about.
    pub(crate) fn reports(&self) -> Vec<String> {
        self.reports.lock().expect("the reports").clone()
    }
}

async fn shop(State(page): State<Page>, RawQuery(query): RawQuery) -> impl IntoResponse {
    let attributes: String = query.unwrap_or_default().split('&').filter(|part| part.contains('=')).map(|part| format!(" data-{part}")).collect();
    let desk = &page.desk;
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src {desk}; connect-src {desk}; img-src 'self' {desk}; base-uri 'none'; require-trusted-types-for 'script'; report-uri /reports"
    );
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Larkspur Home</title><link rel=\"stylesheet\" href=\"/style.css\"><main><h1>Larkspur Home</h1><p>Lamps, filters and chairs for a quiet home.</p>\
         <p><a href=\"/\">All lamps</a></p></main><script src=\"{desk}/chat/web/widget.js\"{attributes} async></script></html>"
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (header::CONTENT_SECURITY_POLICY, policy)], html)
}

async fn style() -> impl IntoResponse {
    let style = "body { margin: 0; background: #f6f1e7; color: #2c2a26; font: 18px/1.6 Georgia, serif } main { padding: 4rem 3rem; max-width: 30rem } h1 { font-size: 2.6rem; margin: 0 } a { color: #7a4b12 }";
    ([(header::CONTENT_TYPE, "text/css")], style)
}

async fn report(State(page): State<Page>, body: Bytes) {
    let text = String::from_utf8_lossy(&body).into_owned();
    page.reports.lock().expect("the reports").push(text);
}
