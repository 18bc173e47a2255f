//! Where the clients of channels that we host reach them: `/chat/{channel}/…`.

use std::{net::IpAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use bellhop_channel::{HostedAnswer, HostedRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use crate::{Site, client::ClientAddress, live::Live, problem::Problem};

/// A client that sends its body slower than this is cut off.
const BODY_PATIENCE: Duration = Duration::from_secs(60);
/// Bytes beyond twice the limit that are read of a body which is too long.
const SPARE: usize = 256 * 1024;

pub(crate) fn router() -> Router<Site> {
    Router::new().route("/chat/{name}", any(door)).route("/chat/{name}/", any(root)).route("/chat/{name}/{*path}", any(serve))
}

/// Addresses within the channel are written as seen from its folder.
async fn door(Path(name): Path<String>) -> Response {
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    // The name is a stranger's; only that of a channel makes an address.
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && let Ok(place) = HeaderValue::from_str(&format!("{name}/"))
    {
        response.headers_mut().insert(header::LOCATION, place);
        return response;
    }
    Problem::not_found("channel").into_response()
}

async fn root(State(site): State<Site>, ClientAddress(from): ClientAddress, Path(name): Path<String>, request: Request) -> Response {
    answer(&site, from, &name, "", request).await
}

async fn serve(
    State(site): State<Site>,
    ClientAddress(from): ClientAddress,
    Path((name, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    answer(&site, from, &name, &path, request).await
}

async fn answer(site: &Site, from: IpAddr, name: &str, path: &str, request: Request) -> Response {
    let Some(channel) = site.engine.channels().get(name).and_then(|channel| channel.hosted()) else {
        return Problem::not_found("channel").into_response();
    };
    let (head, body) = request.into_parts();
    let limit = channel.longest_body(&head.method, path);
    // The channel says what is wrong with a body, because only it knows how its clients read an answer.
    let Ok(body) = tokio::time::timeout(BODY_PATIENCE, whole(body, limit)).await else {
        return Problem::new(StatusCode::REQUEST_TIMEOUT, "the body came too slowly").into_response();
    };
    let request = HostedRequest {
        from,
        method: head.method,
        path: path.to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
    };
    match channel.serve(request).await {
        HostedAnswer::Whole(response) => response.map(Body::from),
        HostedAnswer::Live { headers, feed } => Live::response(headers, feed),
    }
}

/// The whole body; none where it is too long or breaks off. What is too long is read to its end, as far as that is near: a client that is still writing
/// would not hear the answer.
async fn whole(body: Body, limit: usize) -> Option<Bytes> {
    let farthest = limit.saturating_mul(2).saturating_add(SPARE);
    let (mut kept, mut read) = (BytesMut::new(), 0_usize);
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.ok()?;
        read = read.saturating_add(piece.len());
        if read <= limit {
            kept.extend_from_slice(&piece);
        } else {
            kept = BytesMut::new();
        }
        if read > farthest {
            return None;
        }
    }
    (read <= limit).then(|| kept.freeze())
}
