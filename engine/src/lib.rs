#![doc = include_str!("../README.md")]

pub mod actions;
pub mod attachments;
pub mod bus;
pub mod caller;
pub mod channels;
pub mod clock;
pub mod commands;
pub mod demo;
pub mod desk;
pub mod embeddings;
pub mod intake;
pub mod knowledge;
pub mod links;
pub mod outside;
pub mod places;
pub mod settings;
pub mod staff;
pub mod systems;

mod assigning;
mod bot;
mod counting;
mod decision;
mod dispatch;
mod engine;
mod failpoint;
mod lanes;
mod outbox;
mod scheduler;
#[cfg(test)]
mod testing;
mod worker;

pub use engine::{Engine, NotReady, Parts, StartError};
