#![doc = include_str!("../README.md")]

mod accept;
mod answer;
mod api;
mod articles;
mod beside;
mod counters;
mod day;
mod discord;
mod due;
mod event;
mod fill;
mod http;
mod ledger;
mod lists;
mod machine;
mod metrics;
mod publish;
mod questions;
mod receiver;
mod report;
mod start;
mod tickets;

use clap::{Parser, Subcommand};

/// Measures a running Bellhop on this machine; other hosts are refused.
#[derive(Parser)]
#[command(name = "bellhop-load", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Prints one JSON object instead of lines of text.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Sends signed events as fast as they are accepted, and counts what one costs.
    Accept(accept::Options),
    /// Sends questions, receives the answers, and checks that each has exactly one.
    Answer(answer::Options),
    /// Writes a made-up knowledge base of any size, with questions for it.
    Articles(articles::Options),
    /// Changes tickets at a rate, without views and with views that agents look at: what the numbers of views cost.
    Counters(counters::Options),
    /// Tells the program a day of a Discord server's traffic as fast as it listens, and looks at its memory.
    Day(day::Options),
    /// Has follow-ups come due in one second: when all have come, and how fast events are accepted meanwhile.
    Due(due::Options),
    /// Writes a database with any number of tickets and messages.
    Fill(fill::Options),
    /// Asks a running program for lists of tickets, their first page and one far behind.
    Lists(lists::Options),
    /// Asks questions while articles are published and a knowledge base is taken in: when an article answers, and what questions feel of it.
    Publish(publish::Options),
    /// Starts the program in an empty folder: time to ready, and memory when idle.
    Start(start::Options),
    /// Makes tickets over the API, one after the other, and counts what one costs.
    Tickets(tickets::Options),
}

fn main() -> anyhow::Result<std::process::ExitCode> {
    let Cli { command, json } = Cli::parse();
    // One thread: the measured program needs the others.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        match command {
            Command::Accept(options) => accept::run(options).await,
            Command::Answer(options) => answer::run(options).await,
            Command::Articles(options) => articles::run(&options),
            Command::Counters(options) => counters::run(options).await,
            Command::Day(options) => day::run(options).await,
            Command::Due(options) => due::run(options).await,
            Command::Fill(options) => fill::run(options).await,
            Command::Lists(options) => lists::run(options).await,
            Command::Publish(options) => publish::run(options).await,
            Command::Start(options) => start::run(options).await,
            Command::Tickets(options) => tickets::run(options).await,
        }
    })?;
    report.print(json);
    Ok(if report.failed() { std::process::ExitCode::FAILURE } else { std::process::ExitCode::SUCCESS })
}
