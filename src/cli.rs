//! The command line.

mod dead_letters;
mod desk;
mod doctor;
mod kb;
mod kb_eval;
mod kinds;
pub mod open;
mod people;
mod serve;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::config::Overrides;

/// Omnichannel chat-to-ticket bot: answers from a knowledge base, hands off to people, turns conversations into routed tickets.
#[derive(Debug, Parser)]
#[command(name = "bellhop", version, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where an installation's configuration and data are.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// The configuration file; default: bellhop.toml in the working directory, if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder for all data, and the root of relative paths; default: ./data.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
    fn overrides(&self) -> Overrides {
        Overrides { file: self.config.clone(), data: self.data.clone(), listen: None }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in one process; the same as no command.
    Serve(Listen),
    /// Serves a sample company to click through, in a data folder of its own.
    Demo(Listen),
    /// The knowledge base.
    #[command(subcommand)]
    Kb(kb::KbCommand),
    /// People who work here.
    #[command(subcommand)]
    User(people::UserCommand),
    /// Tokens for programs.
    #[command(subcommand)]
    Token(people::TokenCommand),
    /// Brings the database to this version; refuses while a node is live.
    Migrate,
    /// Checks configuration, database, channels, clock and disk.
    Doctor {
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// What each kind of channel can show, as the table of the documentation.
    Channels {
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Events and messages that could not be handled or sent.
    #[command(subcommand)]
    DeadLetters(dead_letters::DeadLettersCommand),
    /// Writes templates, departments, rules, people and everything else that is set into a folder, a file for each kind.
    Export {
        /// The folder; made when it is not there.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Takes in what `export` wrote: adds and replaces, removes nothing, and does nothing at all when anything does not fit.
    Import(desk::Import),
    /// Prints the API's OpenAPI description.
    Openapi,
}

/// Where to serve.
#[derive(Debug, Default, Args)]
struct Listen {
    /// Address and port; default: server.listen of the configuration.
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
}

/// Reads the arguments and runs the command.
pub fn main() -> ExitCode {
    // clap prints usage mistakes itself and ends with 2.
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(1)
        }
    }
}

#[allow(clippy::print_stderr, reason = "a command that failed says why in one line")]
fn complain(error: &anyhow::Error) {
    eprintln!("bellhop: {}", format!("{error:#}").replace('\n', " "));
}

/// Writes a line for the person or program that ran the command; whoever has stopped reading (`| head`) misses the rest.
pub fn say(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _nobody_reads = writeln!(std::io::stdout(), "{line}");
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let place = cli.place;
    match cli.command {
        None => serve::run(&place, None),
        Some(Command::Serve(listen)) => serve::run(&place, listen.listen),
        Some(Command::Demo(listen)) => serve::demo(&place, listen.listen),
        Some(Command::Kb(command)) => open::block_on(kb::run(&place, command)),
        Some(Command::User(command)) => open::block_on(people::user(&place, command)),
        Some(Command::Token(command)) => open::block_on(people::token(&place, command)),
        Some(Command::Migrate) => open::block_on(open::migrate(&place)),
        Some(Command::Doctor { json }) => open::block_on(doctor::run(&place, json)),
        Some(Command::Channels { json }) => kinds::run(json),
        Some(Command::DeadLetters(command)) => open::block_on(dead_letters::run(&place, command)),
        Some(Command::Export { folder }) => open::block_on(desk::export(&place, &folder)),
        Some(Command::Import(import)) => open::block_on(desk::import(&place, import)),
        Some(Command::Openapi) => {
            say(bellhop_web::openapi_json());
            Ok(())
        }
    }
}
