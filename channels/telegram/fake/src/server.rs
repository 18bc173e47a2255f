//! The socket: takes calls, lets them meet their faults, answers.

use std::{convert::Infallible, io, sync::Arc, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    response::Response,
};
use http::{StatusCode, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::{
    args::Args,
    fake::{Call, Shared},
    faults::Fault,
    methods::{self, Refusal},
};

/// On a response: break the connection instead of sending it.
#[derive(Clone)]
struct Break;

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
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix("/file/bot") {
        return download(&shared, rest).await;
    }
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
        shared.violation(format!("{path}: no such path"));
        return refusal(404, "Not Found", None);
    };
    if token != shared.world().settings.token {
        return refusal(401, if token.contains(':') { "Unauthorized" } else { "Unauthorized: invalid token specified" }, None);
    }
    let method = method.trim_matches('/').to_lowercase();
    let args = match Args::read(request).await {
        Ok(args) => args,
        Err(error) => {
            shared.violation(format!("{method}: {error}"));
            return refusal(400, &format!("Bad Request: {error}"), None);
        }
    };
    let response = call(&shared, &method, args).await;
    shared.happened();
    response
}

/// Carries out a call, also one that comes in the answer to a webhook.
pub(crate) async fn call(shared: &Arc<Shared>, method: &str, mut args: Args) -> Response {
    let Some(name) = shared.description.name(method).map(str::to_owned) else {
        shared.violation(format!("{method}: unknown method"));
        return refusal(404, "Not Found: method not found", None);
    };
    if let Err(wrong) = shared.description.check(method, &mut args) {
        for wrong in &wrong {
            shared.violation(format!("{name}: {wrong}"));
        }
        return refusal(400, &format!("Bad Request: {}", wrong.join("; ")), None);
    }
    let (index, fault) = {
        let mut world = shared.world();
        let fault = match world.revoked {
            true => Some(Fault::Refused(401, "Unauthorized".into())),
            false => world.faults.meet(method, args.int("chat_id")),
        };
        let call = Call::new(&name, &args, world.started.elapsed(), fault.clone());
        world.calls.push(call);
        (world.calls.len() - 1, fault)
    };
    // Others may wait for the call itself, not for its end.
    shared.happened();
    let asks = method.starts_with("get") || method.starts_with("answer") || method == "sendchataction";
    let result = match &fault {
        Some(fault) if !fault.has_effect() => None,
        _ => Some(methods::carry_out(shared, method, &args).await),
    };
    if let Some(Ok(value)) = &result
        && let Err(error) = shared.description.check_result(method, value)
    {
        shared.violation(format!("{name}: the fake itself answers wrongly: {error}"));
    }
    if let Some(Err(Refusal { violation: Some(violation), .. })) = &result {
        shared.violation(format!("{name}: {violation}"));
    }
    {
        let mut world = shared.world();
        if !asks && matches!(result, Some(Ok(_))) && args.int("chat_id") == Some(world.group()) {
            world.pace.act_in_group(Instant::now());
        }
        world.calls[index].result = result.clone().map(|result| result.map_err(|refusal| (refusal.code, refusal.description)));
    }
    shared.happened();
    match fault {
        None => match result {
            Some(Ok(value)) => answer(&value),
            Some(Err(refused)) => refusal(refused.code, &refused.description, refused.retry_after),
            None => refusal(500, "Internal Server Error", None),
        },
        Some(Fault::Status(status)) => page(status),
        Some(Fault::Refused(code, description)) => refusal(code, &description, None),
        Some(Fault::RetryAfter(seconds)) => refusal(429, &format!("Too Many Requests: retry after {seconds}"), Some(seconds)),
        Some(Fault::Migrated(group)) => {
            let description = "Bad Request: group chat was upgraded to a supergroup chat";
            let parameters = json!({ "migrate_to_chat_id": group });
            let body = json!({ "ok": false, "error_code": 400, "description": description, "parameters": parameters });
            with_body(400, "application/json", body.to_string().into())
        }
        Some(Fault::Hang | Fault::HangAfterEffect) => std::future::pending().await,
        Some(Fault::Reset | Fault::ResetAfterEffect) => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(Break);
            response
        }
        Some(Fault::Malformed) => with_body(200, "application/json", r#"{"ok":true,"result":{"message_id":"#.into()),
    }
}

async fn download(shared: &Arc<Shared>, rest: &str) -> Response {
    let (token, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (found, fault) = {
        let mut world = shared.world();
        if token != world.settings.token || world.revoked {
            return refusal(401, "Unauthorized", None);
        }
        let fault = world.faults.meet("file", None);
        (world.files.values().find(|file| file.path == path).cloned(), fault)
    };
    match (fault, found) {
        (Some(Fault::Hang | Fault::HangAfterEffect), _) => std::future::pending().await,
        (Some(Fault::Status(status)), _) => page(status),
        (Some(Fault::Refused(code, description)), _) => refusal(code, &description, None),
        (Some(Fault::RetryAfter(seconds)), _) => refusal(429, "Too Many Requests", Some(seconds)),
        (Some(_), _) => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(Break);
            response
        }
        (None, Some(file)) => with_body(200, "application/octet-stream", file.bytes.into()),
        (None, None) => refusal(404, "Not Found", None),
    }
}

fn answer(result: &Value) -> Response {
    with_body(200, "application/json", json!({ "ok": true, "result": result }).to_string().into())
}

fn refusal(code: u16, description: &str, retry_after: Option<u32>) -> Response {
    let mut body = json!({ "ok": false, "error_code": code, "description": description });
    if let Some(seconds) = retry_after {
        body["parameters"] = json!({ "retry_after": seconds });
    }
    let mut response = with_body(code, "application/json", body.to_string().into());
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// What a proxy in front of Telegram says.
fn page(status: u16) -> Response {
    with_body(status, "text/html", format!("<html><body><h1>{status}</h1></body></html>").into())
}

fn with_body(status: u16, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status code");
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
