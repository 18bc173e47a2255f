#![doc = include_str!("../README.md")]

mod account;
mod acks;
mod api;
mod config;
mod contact;
mod customers;
mod event;
mod gateway;
mod incoming;
mod markdown;
mod message;
mod outgoing;
mod places;
mod staff;

use std::sync::Arc;

use bellhop_channel::{Channel, ConfigError, Customer, Declared, Provider, Surroundings, staff::StaffChannel};

use account::Account;
use customers::Customers;
use staff::Staff;

/// The thread of events that cannot be read: they are kept for the dead letters and hold no others up.
pub const UNREADABLE: &str = event::UNREADABLE;

/// The registry's entry for `kind = "discord"`.
pub struct Discord;

impl Provider for Discord {
    fn kind(&self) -> &'static str {
        "discord"
    }

    fn declares(&self) -> Declared {
        Declared { customer: customers::CAPABILITIES, other_transports: &[], staff: Some(staff::CAPABILITIES) }
    }

    fn build(&self, name: &str, section: &serde_json::Value, surroundings: &Surroundings) -> Result<Channel, ConfigError> {
        let config = config::read(name, section, &surroundings.root)?;
        let account = Arc::new(Account::new(&config, surroundings));
        let staff = account.staff.clone().map(|channel| Arc::new(Staff::new(name, Arc::clone(&account), channel)) as Arc<dyn StaffChannel>);
        let customers = Customers { name: name.to_owned(), account, pacing: config.pacing };
        Ok(Channel { customer: Some(Customer::Pull(Arc::new(customers))), staff })
    }
}
