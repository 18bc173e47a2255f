//! The REST interface's socket: takes calls, lets them meet their faults, answers.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State},
    response::Response,
};
use bytes::Bytes;
use http::{StatusCode, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::{
    description::Route,
    fake::{Call, Shared},
    faults::Fault,
    routes::{self, Refusal},
    world::World,
};

/// Longest body of a call, in bytes.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Messages that a channel takes in [`BUCKET_TIME`] where the pace is kept.
const BUCKET: u32 = 5;

const BUCKET_TIME: Duration = Duration::from_secs(5);

/// On a response: break the connection instead of sending it.
#[derive(Clone)]
struct Break;

/// An uploaded file.
pub(crate) struct Upload {
    pub name: String,
    pub content_type: String,
    pub bytes: Bytes,
}

/// Takes connections until the fake is dropped.
pub(crate) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new().fallback(serve).layer(DefaultBodyLimit::disable()).with_state(Arc::clone(&shared));
    while let Ok((stream, _)) = listener.accept().await {
        let stop = shared.stop.clone();
        shared.tasks.spawn(stop.run_until_cancelled_owned(connection(stream, router.clone())));
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: http::Request<Incoming>| {
        let router = router.clone();
        async move {
            let response = router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never: Infallible| match never {});
            match response.extensions().get::<Break>() {
                Some(Break) => Err(io::Error::other("scripted reset")),
                None => Ok(response),
            }
        }
    });
    // A broken connection is what some faults are for.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let response = answer(&shared, request).await;
    shared.happened();
    response
}

async fn answer(shared: &Arc<Shared>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/attachments/") {
        return download(shared, &path).await;
    }
    let method = request.method().to_string();
    let Some(route) = path.strip_prefix("/api/v10").and_then(|path| shared.description.route(&method, path)) else {
        shared.violation(format!("{method} {path}: no such route"));
        return refusal(404, 0, "404: Not Found");
    };
    let query: BTreeMap<String, String> = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let by_token = ["/interactions/", "/webhooks/"].iter().any(|own| path.strip_prefix("/api/v10").is_some_and(|path| path.starts_with(own)));
    let said = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (body, files) = match read(request).await {
        Ok(read) => read,
        Err(error) => {
            shared.violation(format!("{}: {error}", route.name));
            return refusal(400, 50_109, "The request body contains invalid JSON.");
        }
    };
    for wrong in shared.description.check(&route, &query, body.as_ref()) {
        shared.violation(format!("{}: {wrong}", route.name));
    }
    let fault = {
        let mut world = shared.world();
        let is_known = by_token || said == Some(format!("Bot {}", world.settings.token));
        let fault =
            if world.revoked || !is_known { Some(Fault::Refused(401, 0, "401: Unauthorized".into())) } else { world.faults.meet(&route.name) };
        let call = Call {
            route: route.name.clone(),
            path,
            query: query.clone(),
            body: body.clone().unwrap_or_default(),
            files: files.iter().map(|file| (file.name.clone(), file.bytes.len())).collect(),
            at: world.started.elapsed(),
            fault: fault.clone(),
            status: None,
        };
        world.calls.push(call);
        fault
    };
    // Others may wait for the call itself, not for its end.
    shared.happened();
    let index = shared.world().calls.len() - 1;
    let carry_out = || carry_out(shared, &route, &query, body.clone().unwrap_or_default(), files, index);
    match fault {
        None => carry_out(),
        Some(fault) if fault.has_effect() => {
            let response = carry_out();
            match fault {
                Fault::Delay(pause) => {
                    shared.happened();
                    tokio::time::sleep(pause).await;
                    response
                }
                Fault::Malformed => with_body(200, "application/json", r#"{"id":"12"#.into()),
                _ => broken(),
            }
        }
        Some(Fault::Status(status, headers)) => {
            let mut response = with_body(status, "text/html", format!("<html><body><h1>{status}</h1></body></html>").into());
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().expect("a header value"));
            }
            response
        }
        Some(Fault::Refused(status, code, message)) => refusal(status, code, &message),
        Some(Fault::RetryAfter { seconds, global }) => too_many(seconds, global),
        Some(Fault::Hang) => std::future::pending().await,
        Some(_) => broken(),
    }
}

fn carry_out(shared: &Shared, route: &Route, query: &BTreeMap<String, String>, body: Value, files: Vec<Upload>, index: usize) -> Response {
    let mut world = shared.world();
    let bucket = if route.name == "POST /channels/{channel_id}/messages" { Some(route.value("channel_id").to_owned()) } else { None };
    let pace = bucket.filter(|_| world.strict).map(|bucket| take_place(&mut world, bucket));
    if let Some(Err(wait)) = pace {
        world.calls[index].status = Some(429);
        return too_many(wait.as_secs_f64(), false);
    }
    let outcome = routes::carry_out(shared, &mut world, route, query, &body, files);
    let mut response = match outcome {
        Ok(Value::Null) => with_body(204, "application/json", Body::empty()),
        Ok(value) => with_body(200, "application/json", value.to_string().into()),
        Err(Refusal { status, code, message, violation }) => {
            if let Some(violation) = violation {
                world.violations.push(format!("{}: {violation}", route.name));
            }
            refusal(status, code, &message)
        }
    };
    world.calls[index].status = Some(response.status().as_u16());
    if let Some(Ok((left, reset))) = pace {
        for (name, value) in [
            ("x-ratelimit-bucket", "messages".to_owned()),
            ("x-ratelimit-limit", BUCKET.to_string()),
            ("x-ratelimit-remaining", left.to_string()),
            ("x-ratelimit-reset-after", format!("{:.3}", reset.as_secs_f64())),
        ] {
            response.headers_mut().insert(name, value.parse().expect("a header value"));
        }
    }
    response
}

/// Takes a place in a bucket: how many are left, and until when; or how long to wait.
fn take_place(world: &mut World, bucket: String) -> Result<(u32, Duration), Duration> {
    let now = Instant::now();
    let (left, reset) = world.buckets.entry(bucket).or_insert((BUCKET, now + BUCKET_TIME));
    if *reset <= now {
        (*left, *reset) = (BUCKET, now + BUCKET_TIME);
    }
    let wait = reset.saturating_duration_since(now);
    if *left == 0 {
        return Err(wait);
    }
    *left -= 1;
    Ok((*left, wait))
}

async fn read(request: Request) -> Result<(Option<Value>, Vec<Upload>), String> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if kind.starts_with("multipart/form-data") {
        let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
        let (mut body, mut files) = (None, Vec::new());
        while let Some(field) = form.next_field().await.map_err(|error| error.to_string())? {
            let part = field.name().unwrap_or_default().to_owned();
            if part == "payload_json" {
                let text = field.text().await.map_err(|error| error.to_string())?;
                body = Some(serde_json::from_str(&text).map_err(|error| format!("payload_json: {error}"))?);
            } else if part == format!("files[{}]", files.len()) {
                let (name, content_type) = (field.file_name().unwrap_or_default().to_owned(), field.content_type().unwrap_or_default().to_owned());
                files.push(Upload { name, content_type, bytes: field.bytes().await.map_err(|error| error.to_string())? });
            } else {
                return Err(format!("an unknown part {part}"));
            }
        }
        return Ok((body, files));
    }
    let bytes = to_bytes(request.into_body(), MAX_BODY).await.map_err(|error| error.to_string())?;
    if bytes.is_empty() {
        return Ok((None, Vec::new()));
    }
    if kind != "application/json" {
        return Err(format!("a body of {kind:?}"));
    }
    let body = serde_json::from_slice(&bytes).map_err(|error| format!("not JSON: {error}"))?;
    Ok((Some(body), Vec::new()))
}

async fn download(shared: &Arc<Shared>, path: &str) -> Response {
    let (found, fault) = {
        let mut world = shared.world();
        (world.files.get(path).cloned(), world.faults.meet("file"))
    };
    match (fault, found) {
        (Some(Fault::Status(status, _)), _) => refusal(status, 0, ""),
        (Some(Fault::Hang), _) => std::future::pending().await,
        (Some(_), _) => broken(),
        (None, Some(bytes)) => with_body(200, "application/octet-stream", bytes.into()),
        (None, None) => refusal(404, 0, "404: Not Found"),
    }
}

fn too_many(seconds: f64, global: bool) -> Response {
    let body = json!({"message": "You are being rate limited.", "retry_after": seconds, "global": global});
    let mut response = with_body(429, "application/json", body.to_string().into());
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, (seconds.ceil() as u64).into());
    headers.insert("x-ratelimit-scope", header::HeaderValue::from_static(if global { "global" } else { "user" }));
    if global {
        headers.insert("x-ratelimit-global", header::HeaderValue::from_static("true"));
    }
    response
}

fn broken() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Break);
    response
}

fn refusal(status: u16, code: u64, message: &str) -> Response {
    with_body(status, "application/json", json!({"code": code, "message": message}).to_string().into())
}

fn with_body(status: u16, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status code");
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
