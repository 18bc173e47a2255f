#![doc = include_str!("../README.md")]

mod account;
mod api;
mod config;
mod customers;
mod floods;
mod incoming;
mod keyboard;
mod markdown;
mod message;
mod outgoing;
mod poll;
mod rich;
mod staff;
mod update;
mod waiting;

use std::sync::Arc;

use bellhop_channel::{Channel, ConfigError, Customer, Declared, Provider, Surroundings, Transport, staff::StaffChannel};

use account::Account;
use config::Mode;
use customers::Customers;
use floods::Floods;
use staff::Staff;

/// The thread of updates that cannot be read: they are kept for the dead letters and hold no others up.
pub const UNREADABLE: &str = update::UNREADABLE;

/// The registry's entry for `kind = "telegram"`.
pub struct Telegram;

impl Provider for Telegram {
    fn kind(&self) -> &'static str {
        "telegram"
    }

    fn declares(&self) -> Declared {
        Declared { customer: customers::CAPABILITIES, other_transports: &[Transport::Push], staff: Some(staff::CAPABILITIES) }
    }

    fn build(&self, name: &str, section: &serde_json::Value, surroundings: &Surroundings) -> Result<Channel, ConfigError> {
        let config = config::read(name, section, &surroundings.root)?;
        let account = Arc::new(Account::new(&config, surroundings));
        let staff = config.staff_chat.map(|chat| {
            let staff = Staff { name: name.to_owned(), account: Arc::clone(&account), chat };
            Arc::new(staff) as Arc<dyn StaffChannel>
        });
        let customers = Arc::new(Customers {
            name: name.to_owned(),
            account,
            pushed: config.mode == Mode::Webhook,
            secret_token: config.secret_token,
            pacing: config.pacing,
            floods: Floods::default(),
        });
        let customer = match config.mode {
            Mode::Poll => Customer::Pull(customers),
            Mode::Webhook => Customer::Push(customers),
        };
        Ok(Channel { customer: Some(customer), staff })
    }
}
