//! Which addresses may be reached on a stranger's word.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::settings::Network;

/// IPv4 networks that are not part of the open Internet: own host, private, shared, link-local, documentation,
/// benchmarks, protocol use, old relays, multicast and reserved.
const CLOSED_V4: [([u8; 4], u8); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// What of IPv6 is given out to the open Internet; everything else is closed: own host, unique local, link-local, multicast, NAT64 and the like.
const OPEN_V6: (u128, u8) = (0x2000 << 112, 3);

/// What is closed of that: protocol use with tunnels and benchmarks, documentation, and addresses that hold IPv4 ones.
const CLOSED_V6: [(u128, u8); 4] = [(0x2001 << 112, 23), (0x2001_0db8 << 96, 32), (0x2002 << 112, 16), (0x3fff << 112, 20)];

/// Knows which addresses may be reached.
#[derive(Debug)]
pub(super) struct Guard {
    open: Vec<Network>,
}

impl Guard {
    /// Private networks are closed but for `open`.
    pub(super) fn new(open: Vec<Network>) -> Self {
        Self { open }
    }

    /// Whether `address` may be reached.
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        self.open.iter().any(|network| network.contains(address)) || is_public(address)
    }
}

fn is_public(address: IpAddr) -> bool {
    // An IPv4 address written as IPv6 reaches the same host.
    match address.to_canonical() {
        IpAddr::V4(address) => !CLOSED_V4.iter().any(|(network, prefix)| lies_in_v4(address, *network, *prefix)),
        IpAddr::V6(address) => lies_in_v6(address, OPEN_V6) && !CLOSED_V6.iter().any(|network| lies_in_v6(address, *network)),
    }
}

fn lies_in_v4(address: Ipv4Addr, network: [u8; 4], prefix: u8) -> bool {
    let mask = u32::MAX << (32 - u32::from(prefix));
    u32::from(address) & mask == u32::from_be_bytes(network)
}

fn lies_in_v6(address: Ipv6Addr, (network, prefix): (u128, u8)) -> bool {
    let mask = u128::MAX << (128 - u32::from(prefix));
    u128::from(address) & mask == network
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn addresses_that_are_not_on_the_open_internet_are_closed() {
        let guard = Guard::new(Vec::new());
        for (case, address, allowed) in [
            ("public", "93.184.216.34", true),
            ("public, next to a private network", "172.32.0.1", true),
            ("public, next to the shared network", "100.128.0.1", true),
            ("own host", "127.0.0.1", false),
            ("own host by another number", "127.9.9.9", false),
            ("this network", "0.0.0.0", false),
            ("private", "10.1.2.3", false),
            ("private", "172.16.0.1", false),
            ("private", "172.31.255.255", false),
            ("private", "192.168.1.1", false),
            ("shared", "100.64.0.1", false),
            ("link-local, where clouds keep their secrets", "169.254.169.254", false),
            ("documentation", "192.0.2.1", false),
            ("benchmarks", "198.19.0.1", false),
            ("multicast", "224.0.0.1", false),
            ("broadcast", "255.255.255.255", false),
            ("public", "2606:2800:220:1:248:1893:25c8:1946", true),
            ("own host", "::1", false),
            ("nothing", "::", false),
            ("own host as IPv6", "::ffff:127.0.0.1", false),
            ("private as IPv6", "::ffff:10.0.0.1", false),
            ("public as IPv6", "::ffff:93.184.216.34", true),
            ("the old way to write IPv4 as IPv6", "::7f00:1", false),
            ("NAT64 of a private address", "64:ff9b::a00:1", false),
            ("6to4 of a private address", "2002:a00:1::1", false),
            ("tunnel", "2001:0:4136:e378:8000:63bf:3fff:fdd2", false),
            ("documentation", "2001:db8::1", false),
            ("unique local", "fd12:3456::1", false),
            ("link-local", "fe80::1", false),
            ("multicast", "ff02::1", false),
        ] {
            assert_eq!(guard.allows(address.parse().unwrap()), allowed, "{case}: {address}");
        }
    }

    #[test]
    fn the_configuration_opens_private_networks() {
        let guard = Guard::new(vec!["10.1.0.0/16".parse().unwrap()]);
        assert!(guard.allows("10.1.2.3".parse().unwrap()));
        assert!(guard.allows("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!guard.allows("10.2.0.1".parse().unwrap()));
    }
}
