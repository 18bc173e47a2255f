//! Where the clients of channels that we host reach them: `/chat/{channel}/…`.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use bellhop_channel::{HostedAnswer, HostedRequest};
use bellhop_engine::settings::Network;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use crate::{Site, live::Live, problem::Problem};

/// A client that sends its body slower than this is cut off.
const BODY_PATIENCE: Duration = Duration::from_secs(60);
/// Bytes beyond twice the limit that are read of a body which is too long.
const SPARE: usize = 256 * 1024;
/// Addresses of `X-Forwarded-For` that are looked at, from its end.
const MOST_HOPS: usize = 10;

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

async fn root(State(site): State<Site>, Path(name): Path<String>, request: Request) -> Response {
    answer(&site, &name, "", request).await
}

async fn serve(State(site): State<Site>, Path((name, path)): Path<(String, String)>, request: Request) -> Response {
    answer(&site, &name, &path, request).await
}

async fn answer(site: &Site, name: &str, path: &str, request: Request) -> Response {
    let Some(channel) = site.engine.channels().get(name).and_then(|channel| channel.hosted()) else {
        return Problem::not_found("channel").into_response();
    };
    let (head, body) = request.into_parts();
    let limit = channel.longest_body(&head.method, path);
    // The channel says what is wrong with a body, because only it knows how its clients read an answer.
    let Ok(body) = tokio::time::timeout(BODY_PATIENCE, whole(body, limit)).await else {
        return Problem::new(StatusCode::REQUEST_TIMEOUT, "the body came too slowly").into_response();
    };
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
    let request = HostedRequest {
        from: client_of(&head.headers, peer, &site.trusted_proxies),
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

/// Whose request it is: the last address that no proxy of ours has.
fn client_of(headers: &HeaderMap, peer: IpAddr, proxies: &[Network]) -> IpAddr {
    let is_ours = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut client = peer;
    let named: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    for address in named.iter().rev().take(MOST_HOPS) {
        if !is_ours(client) {
            break;
        }
        let Ok(address) = address.trim().parse() else { break };
        client = address;
    }
    client.to_canonical()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_our_own_proxies_are_believed() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        for (shows, peer, forwarded, client) in [
            ("nobody in between", "203.0.113.9", None, "203.0.113.9"),
            ("a stranger's word", "203.0.113.9", Some("198.51.100.1"), "203.0.113.9"),
            ("our proxy's word", "10.0.0.1", Some("198.51.100.1"), "198.51.100.1"),
            ("a stranger's word before our proxy's", "10.0.0.1", Some("1.1.1.1, 198.51.100.1"), "198.51.100.1"),
            ("two proxies of ours", "10.0.0.1", Some("198.51.100.1, 10.0.0.2"), "198.51.100.1"),
            ("no address at all", "10.0.0.1", Some("unknown"), "10.0.0.1"),
            ("an old address in a new coat", "::ffff:203.0.113.9", None, "203.0.113.9"),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(forwarded) = forwarded {
                headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            }
            assert_eq!(client_of(&headers, peer.parse().unwrap(), &proxies).to_string(), client, "{shows}");
        }
    }
}
