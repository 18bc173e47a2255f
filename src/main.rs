#![doc = include_str!("../README.md")]

mod allocator;
mod app;
mod cli;
mod config;
mod demo;
mod registry;
mod secret;
mod telemetry;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
