#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the whole crate is test code: a failure is a panic that says what it shows"
)]

pub mod customer;
pub mod desk;
pub mod fake;
pub mod mutate;
pub mod receiver;
pub mod staff;
pub mod standard_webhooks;

pub use fake::{Call, Fake, Fault, Platform};
pub use receiver::{Delivery, Receiver};
