//! What the engine is told by the configuration.

use std::{net::IpAddr, path::PathBuf, time::Duration};

/// Settings of the engine; the application reads them from its configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where customers' links lead, without a slash at the end.
    pub public_url: String,
    /// A message within this time of its conversation's resolving reopens it.
    pub reopen_within: Duration,
    /// How long a conversation waits for a person before the bot files the ticket.
    pub handoff_limit: Duration,
    /// The knowledge base's default language.
    pub language: String,
    /// The languages that articles may have.
    pub languages: Vec<String>,
    /// What the bot's mistakes cost.
    pub costs: crate::knowledge::Costs,
    /// Where vectors of meaning come from, if they are wanted.
    pub embeddings: Option<crate::embeddings::Embeddings>,
    /// Where the search index lies; in memory when absent.
    pub index_folder: Option<PathBuf>,
    /// Where attachments lie.
    pub files_folder: PathBuf,
    /// Networks that guarded calls may reach although they are private.
    pub allow_private: Vec<Network>,
    /// Files that say where people are.
    pub places: crate::places::PlaceFiles,
    /// Business systems in which the results of tickets live.
    pub systems: crate::systems::Systems,
    /// How many lanes are handled side by side.
    pub workers: usize,
    /// How many messages are on the wire at once.
    pub senders: usize,
}

/// A network in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is not a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a network: write an address and a prefix length, as in 10.1.0.0/16")]
pub struct InvalidNetwork;

impl std::str::FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, prefix) = text.split_once('/').ok_or(InvalidNetwork)?;
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let prefix: u8 = prefix.parse().map_err(|_| InvalidNetwork)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        if prefix > longest { Err(InvalidNetwork) } else { Ok(Self { address, prefix }) }
    }
}

impl Network {
    /// Whether `address` lies in it; an IPv4 address written as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                u32::from(net) & mask == u32::from(ip) & mask
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                u128::from(net) & mask == u128::from(ip) & mask
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn networks_hold_what_lies_in_them() {
        for (network, address, inside) in [
            ("10.1.0.0/16", "10.1.200.3", true),
            ("10.1.0.0/16", "10.2.0.1", false),
            ("10.1.0.0/16", "::ffff:10.1.0.1", true),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), inside, "{network:?} {address}");
        }
        for text in ["10.0.0.0", "10.0.0.0/33", "x/8", "::/129", ""] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
