//! Which address a request came from: the connection's, or what a trusted proxy says of it.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use bellhop_engine::settings::Network;

use crate::Site;

/// The client's address, for limits and for the audit log; never for deciding who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl FromRequestParts<Site> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        // Requests that no server received, as in tests of the router alone, come from nowhere.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        Ok(Self(address(peer, &parts.headers, &site.trusted_proxies)))
    }
}

/// The last address on the way that is not a trusted proxy's: whatever stands to the left of it in `X-Forwarded-For`, anybody can have written.
fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut nearest = peer.to_canonical();
    let named: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    for named in named.into_iter().rev() {
        if !trusted.iter().any(|network| network.contains(nearest)) {
            break;
        }
        let Some(address) = parse(named.trim()) else { break };
        nearest = address.to_canonical();
    }
    nearest
}

/// Some proxies add the port.
fn parse(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        for (case, peer, forwarded, client) in [
            ("nobody between", "203.0.113.9", vec![], "203.0.113.9"),
            ("a stranger names another", "203.0.113.9", vec!["198.51.100.1"], "203.0.113.9"),
            ("the proxy names the client", "10.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("the client lied to the proxy", "10.0.0.1", vec!["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
            ("two proxies", "10.0.0.1", vec!["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("two headers are one list", "10.0.0.1", vec!["203.0.113.9", "10.0.0.2"], "203.0.113.9"),
            ("with a port", "10.0.0.1", vec!["203.0.113.9:4711"], "203.0.113.9"),
            ("IPv6 with a port", "10.0.0.1", vec!["[2001:db8::7]:4711"], "2001:db8::7"),
            ("IPv4 written as IPv6", "::ffff:10.0.0.1", vec!["::ffff:203.0.113.9"], "203.0.113.9"),
            ("nonsense", "10.0.0.1", vec!["unknown"], "10.0.0.1"),
            ("only proxies", "10.0.0.1", vec!["10.0.0.3"], "10.0.0.3"),
        ] {
            let headers: HeaderMap =
                forwarded.into_iter().map(|value| (axum::http::HeaderName::from_static("x-forwarded-for"), value.parse().unwrap())).collect();
            assert_eq!(address(peer.parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap()]), client.parse::<IpAddr>().unwrap(), "{case}");
        }
    }
}
