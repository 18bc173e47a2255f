//! What clients ask for. The protocol is described in `docs/webchat-protocol.md`.

use std::{net::IpAddr, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_channel::{HostedAnswer, HostedMailbox, HostedRequest, KeptFile, NewEntry, Refusal, Sender, clean};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{
    answers::{self, Problem},
    client::{APP, APP_NAME, Asset},
    config::Config,
    entries,
    feed::{Events, Stage},
    incoming::{self, Act},
    limits::{self, Limits},
    page,
    session::Session,
};

/// Longest text of a visitor's message, in characters.
pub(crate) const LONGEST_TEXT: usize = 8_000;
/// Files on one message of a visitor's.
pub(crate) const MOST_FILES: usize = 5;
/// Longest body that is no file, in bytes: a text of four bytes a character, and what stands around it.
pub(crate) const LONGEST_BODY: usize = 64 * 1024;
/// Longest id, in bytes.
const LONGEST_ID: usize = 64;
/// Entries on a page of the history.
const PAGE: usize = 100;

/// Tells the time.
pub(crate) type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What answers: the configuration, and the way to the application.
pub(crate) struct Desk<'a> {
    pub(crate) config: &'a Config,
    pub(crate) loader: &'a Asset,
    pub(crate) limits: &'a Limits,
    pub(crate) now: &'a Now,
    pub(crate) mailbox: Option<Arc<dyn HostedMailbox>>,
}

impl Desk<'_> {
    /// Answers, and says who may read the answer.
    pub(crate) async fn serve(&self, request: HostedRequest) -> HostedAnswer {
        // The files are for every page: what they hold is no secret.
        match (&request.method, request.path.as_str()) {
            (&Method::GET | &Method::HEAD, "") => {
                return HostedAnswer::Whole(answers::page(page::html(&query(&request, "lang").unwrap_or_default()), page::POLICY));
            }
            (&Method::GET | &Method::HEAD, "widget.js") => return HostedAnswer::Whole(answers::script(&request, self.loader, "public, max-age=300")),
            (&Method::GET | &Method::HEAD, name) if name == *APP_NAME => {
                return HostedAnswer::Whole(answers::script(&request, &APP, "public, max-age=31536000, immutable"));
            }
            _ => {}
        }
        let origin = match answers::origin(&self.config.origins, &request.headers) {
            Ok(origin) => origin,
            Err(problem) => return HostedAnswer::Whole(problem.into()),
        };
        if request.method == Method::OPTIONS {
            return HostedAnswer::Whole(answers::preflight(origin));
        }
        let answer = self.answer(request).await.unwrap_or_else(|problem| HostedAnswer::Whole(problem.into()));
        answers::readable(answer, origin)
    }

    async fn answer(&self, request: HostedRequest) -> Result<HostedAnswer, Problem> {
        let Some(mailbox) = self.mailbox.clone() else { return Err(Problem::later("the chat is just starting", 1)) };
        let is = |method: Method, path: &str| request.method == method && request.path == path;
        let whole = |body: Value, status: StatusCode| Ok(HostedAnswer::Whole(answers::json(body.to_string(), status)));
        if is(Method::GET, "status") {
            return whole(self.status(mailbox.as_ref()), StatusCode::OK);
        }
        if is(Method::POST, "session") {
            return whole(self.begin(mailbox.as_ref(), &request)?, StatusCode::CREATED);
        }
        let known = ["messages", "presses", "read", "files", "events"].contains(&request.path.as_str());
        if !known {
            return Err(Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address"));
        }
        let session = self.session(mailbox.as_ref(), &request)?;
        let thread = session.thread.as_str();
        let take = |act| self.limits.take(act, Some(thread), request.from).map_err(Problem::too_fast);
        if is(Method::GET, "messages") {
            take(limits::Act::Read)?;
            return Ok(HostedAnswer::Whole(answers::json(history(mailbox.as_ref(), thread, &request).await?, StatusCode::OK)));
        }
        if is(Method::GET, "events") {
            take(limits::Act::Read)?;
            return self.events(mailbox, &session, &request);
        }
        if is(Method::POST, "messages") {
            take(limits::Act::Say)?;
            return whole(self.say(mailbox.as_ref(), &session, given(&request)?, request.from).await?, StatusCode::ACCEPTED);
        }
        if is(Method::POST, "presses") {
            take(limits::Act::Say)?;
            return whole(self.press(mailbox.as_ref(), &session, given(&request)?).await?, StatusCode::ACCEPTED);
        }
        if is(Method::POST, "read") {
            take(limits::Act::Read)?;
            return whole(self.see(mailbox.as_ref(), &session, given(&request)?).await?, StatusCode::ACCEPTED);
        }
        if is(Method::POST, "files") {
            take(limits::Act::Upload)?;
            return whole(self.upload(mailbox.as_ref(), thread, &request).await?, StatusCode::CREATED);
        }
        Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes another method"))
    }

    fn status(&self, mailbox: &dyn HostedMailbox) -> Value {
        let staffed = mailbox.staffed();
        let files = if self.config.file_bytes > 0 { MOST_FILES } else { 0 };
        json!({
            "open": staffed.open,
            "opens_at": staffed.opens_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            "limits": { "text": LONGEST_TEXT, "file_bytes": self.config.file_bytes, "files": files },
        })
    }

    /// Begins a session: a new one, or that of the person whom the company's server has signed.
    fn begin(&self, mailbox: &dyn HostedMailbox, request: &HostedRequest) -> Result<Value, Problem> {
        self.limits.take(limits::Act::Begin, None, request.from).map_err(Problem::too_fast)?;
        let given: Begin = given(request)?;
        let session = match given.identity {
            None => Session::anonymous(),
            Some(blob) => {
                let secrets =
                    self.config.identity.as_ref().ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "this channel takes no signed identities"))?;
                let refused = |problem| Problem::new(StatusCode::FORBIDDEN, problem);
                Session::of(secrets.read(&blob, (self.now)()).map_err(refused)?)
            }
        };
        let expires_at = session.expires_at().map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        Ok(json!({ "token": session.token(mailbox), "expires_at": expires_at }))
    }

    fn session(&self, mailbox: &dyn HostedMailbox, request: &HostedRequest) -> Result<Session, Problem> {
        let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let session = token.and_then(|token| Session::read(mailbox, token.trim(), (self.now)()));
        session.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "begin a session first"))
    }

    fn events(&self, mailbox: Arc<dyn HostedMailbox>, session: &Session, request: &HostedRequest) -> Result<HostedAnswer, Problem> {
        let last = request.header("last-event-id").map(str::to_owned).or_else(|| query(request, "after"));
        let last = match last.as_deref() {
            None | Some("") => 0,
            Some(number) => number.parse().map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the last event's id is a number"))?,
        };
        let place = self.limits.stream(&session.thread, request.from).ok_or_else(|| Problem::too_fast(std::time::Duration::from_secs(10)))?;
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
        // nginx would hold events back.
        headers.insert(header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
        let (now, thread) = (Arc::clone(self.now), session.thread.as_str().into());
        let feed = Events { mailbox, now, thread, last, expires_at: session.expires_at(), stage: Stage::Beginning, _place: place };
        Ok(HostedAnswer::Live { headers, feed: Box::new(feed) })
    }

    async fn say(&self, mailbox: &dyn HostedMailbox, session: &Session, given: Say, from: IpAddr) -> Result<Value, Problem> {
        let text = clean::text(given.text.as_deref().unwrap_or_default());
        let id = checked_id(&given.id)?;
        if text.trim().is_empty() && given.files.is_empty() {
            return Err(Problem::invalid("text", "there is nothing in the message"));
        }
        if text.chars().count() > LONGEST_TEXT {
            return Err(Problem::invalid("text", "the text is longer than 8,000 characters"));
        }
        if given.files.len() > MOST_FILES {
            return Err(Problem::invalid("files", "at most 5 files fit on a message"));
        }
        let files: Vec<KeptFile> = given
            .files
            .iter()
            .map(|token| read_file(mailbox, &session.thread, token))
            .collect::<Option<_>>()
            .ok_or_else(|| Problem::invalid("files", "not a file of this session"))?;
        // The address itself goes no further.
        let sender = Sender { seen_in: mailbox.region_of(from), ..sender(session, &given) };
        let act = Act::Says { id, text: &text, reply_to: given.reply_to.as_deref().filter(|id| id.len() <= LONGEST_ID), files: &files };
        mailbox.accept(vec![incoming::envelope(&session.thread, &sender, &act, (self.now)())]).await?;
        // The visitor's other tabs and devices read it from here, and so does the next page.
        let shown: Vec<Value> =
            files.iter().map(|file| json!({ "url": file.url, "name": file.name, "type": file.content_type, "size": file.size })).collect();
        let mut entry = json!({ "type": "message", "id": id, "author": "me", "text": text, "files": shown });
        if let Some(answered) = &given.reply_to {
            entry["reply_to"] = answered.as_str().into();
        }
        let entry = NewEntry {
            thread: session.thread.clone(),
            key: format!("say:{id}"),
            name: Some(id.to_owned()),
            body: entry.to_string().into(),
            amends: None,
        };
        let kept = mailbox.keep(entry).await?;
        Ok(json!({ "id": id, "seq": kept.sequence, "at": kept.at.to_rfc3339_opts(SecondsFormat::Millis, true) }))
    }

    async fn press(&self, mailbox: &dyn HostedMailbox, session: &Session, given: Press) -> Result<Value, Problem> {
        let thread = &session.thread;
        let (message, button) = (checked_id(&given.message)?, checked_id(&given.button)?);
        let unknown = || Problem::new(StatusCode::NOT_FOUND, "there is no such button");
        let kept = mailbox.find(thread, message).await?.ok_or_else(unknown)?;
        let mut entry: Map<String, Value> = serde_json::from_str(&kept.body).map_err(|_| unknown())?;
        let buttons = entry.get("buttons").and_then(Value::as_array).cloned().unwrap_or_default();
        let label = buttons.iter().find(|known| known["id"] == button).map(|known| known["label"].clone()).ok_or_else(unknown)?;
        mailbox.accept(vec![incoming::envelope(thread, &session.sender(), &Act::Presses { message, button }, (self.now)())]).await?;
        entry.insert("pressed".to_owned(), button.into());
        let body = json!({ "type": "press", "message": message, "button": button, "label": label });
        let kept = mailbox
            .keep(NewEntry {
                thread: thread.clone(),
                key: format!("press:{message}:{button}"),
                name: None,
                body: body.to_string().into(),
                amends: Some((message.to_owned(), Value::Object(entry).to_string().into())),
            })
            .await?;
        Ok(json!({ "seq": kept.sequence }))
    }

    async fn see(&self, mailbox: &dyn HostedMailbox, session: &Session, given: See) -> Result<Value, Problem> {
        let message = checked_id(&given.message)?;
        if mailbox.find(&session.thread, message).await?.is_none() {
            return Err(Problem::new(StatusCode::NOT_FOUND, "there is no such message"));
        }
        mailbox.accept(vec![incoming::envelope(&session.thread, &session.sender(), &Act::Sees { message }, (self.now)())]).await?;
        Ok(json!({}))
    }

    async fn upload(&self, mailbox: &dyn HostedMailbox, thread: &str, request: &HostedRequest) -> Result<Value, Problem> {
        let body = request.body.clone().filter(|_| self.config.file_bytes > 0).ok_or_else(Problem::too_large)?;
        if body.is_empty() {
            return Err(Problem::invalid("file", "the file is empty"));
        }
        let name = query(request, "name").and_then(|name| clean::line(&name)).unwrap_or_else(|| "file".to_owned());
        let file = mailbox.keep_file(&name, body).await?;
        let answer =
            json!({ "file": file_token(mailbox, thread, &file), "url": file.url, "name": file.name, "type": file.content_type, "size": file.size });
        Ok(answer)
    }
}

/// What a message says of who wrote it: signed, or their own word.
fn sender(session: &Session, given: &Say) -> Sender {
    let mut sender = session.sender();
    let line = |text: &Option<String>, most: usize| text.as_deref().and_then(clean::line).filter(|text| text.len() <= most);
    if session.identity.is_none() {
        sender.name = line(&given.name, 200);
        sender.email = line(&given.email, 254).filter(|email| email.contains('@'));
    }
    sender.locale = sender.locale.or_else(|| line(&given.locale, 35));
    sender
}

async fn history(mailbox: &dyn HostedMailbox, thread: &str, request: &HostedRequest) -> Result<String, Problem> {
    let number = |key: &str| match query(request, key) {
        None => Ok(None),
        Some(text) => text.parse::<u64>().map(Some).map_err(|_| Problem::invalid(key, "must be a whole number")),
    };
    let limit = usize::try_from(number("limit")?.unwrap_or(40)).unwrap_or(PAGE).clamp(1, PAGE);
    let mut entries = mailbox.read_back(thread, number("before")?, limit + 1).await?;
    let more = entries.len() > limit;
    if more {
        entries.remove(0);
    }
    let last = entries.last().map_or(0, |entry| entry.sequence);
    Ok(entries::page(&entries, more, last))
}

/// A file that this thread has sent; on another's message it is none.
fn file_token(mailbox: &dyn HostedMailbox, thread: &str, file: &KeptFile) -> String {
    let payload = URL_SAFE_NO_PAD.encode(json!([thread, file.url, file.name, file.content_type, file.size]).to_string());
    let signature = mailbox.sign("file", payload.as_bytes());
    format!("{payload}.{signature}")
}

fn read_file(mailbox: &dyn HostedMailbox, thread: &str, token: &str) -> Option<KeptFile> {
    let (payload, signature) = token.rsplit_once('.')?;
    if !mailbox.verify("file", payload.as_bytes(), signature) {
        return None;
    }
    let (of, url, name, content_type, size): (String, _, _, _, _) = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    (of == thread).then_some(KeptFile { url, name, content_type, size })
}

#[derive(Deserialize)]
struct Begin {
    #[serde(default)]
    identity: Option<String>,
}

#[derive(Deserialize)]
struct Say {
    id: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    reply_to: Option<String>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    locale: Option<String>,
}

#[derive(Deserialize)]
struct Press {
    message: String,
    button: String,
}

#[derive(Deserialize)]
struct See {
    message: String,
}

/// The JSON of a body.
fn given<T: DeserializeOwned>(request: &HostedRequest) -> Result<T, Problem> {
    let body: &Bytes = request.body.as_ref().ok_or_else(Problem::too_large)?;
    let is_json =
        request.header("content-type").is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body as application/json"));
    }
    serde_json::from_slice(body).map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the body is not JSON as documented"))
}

fn checked_id(id: &str) -> Result<&str, Problem> {
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if is_plain && (1..=LONGEST_ID).contains(&id.len()) {
        Ok(id)
    } else {
        Err(Problem::invalid("id", "must be 1 to 64 letters, digits, dots, dashes or underscores"))
    }
}

/// A parameter of the query.
fn query(request: &HostedRequest, key: &str) -> Option<String> {
    url::form_urlencoded::parse(request.query.as_bytes()).find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full { retry_after } => Self::later("there is too much to do", retry_after.as_secs().max(1)),
            Refusal::Storage(_) | Refusal::Stopping => Self::later("it cannot be stored now", 2),
        }
    }
}
