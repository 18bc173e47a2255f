//! `bellhop dead-letters`.

use std::time::Duration;

use bellhop_engine::{
    actions::dead_letters::{self, OpenedLetter},
    caller::Caller,
};
use bellhop_store::{Page, dead_letters::DeadLetter};
use clap::Subcommand;

use super::{Place, open, say};

/// How long what is in hand may take at the end.
const GRACE: Duration = Duration::from_secs(5);
/// Letters listed at once.
const MOST: u32 = 200;

/// Events and messages that could not be handled or sent.
#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// Lists them, the newest first.
    List,
    /// Shows one whole, with what it says: personal content.
    Show {
        /// Its id (`in-12`, `out-7`).
        id: String,
    },
    /// Handles or sends it once more; a live node takes it up within seconds.
    Replay {
        /// Its id (`in-12`, `out-7`).
        id: String,
    },
    /// Gives it up for good.
    Discard {
        /// Its id (`in-12`, `out-7`).
        id: String,
    },
}

/// Runs a command about dead letters.
pub async fn run(place: &Place, command: DeadLettersCommand) -> anyhow::Result<()> {
    let engine = open::engine(&open::config(place)?).await?;
    let caller = Caller::system();
    let result = match command {
        DeadLettersCommand::List => dead_letters::list(&engine, &caller, None, MOST).await.map(|page| list(&page)),
        DeadLettersCommand::Show { id } => dead_letters::show(&engine, &caller, &id).await.map(|opened| show(&opened)),
        DeadLettersCommand::Replay { id } => dead_letters::replay(&engine, &caller, &id).await.map(|()| say("to be tried again")),
        DeadLettersCommand::Discard { id } => dead_letters::discard(&engine, &caller, &id).await.map(|()| say("discarded")),
    };
    engine.stop(GRACE).await;
    Ok(result?)
}

fn list(page: &Page<DeadLetter>) {
    for letter in &page.items {
        say(format!(
            "{}  {}  {}  tries: {}  {}  {}",
            letter.id,
            letter.at.format("%Y-%m-%d %H:%M:%SZ"),
            letter.channel,
            letter.attempts,
            letter.summary,
            letter.reason
        ));
    }
    say(format!("{} dead letters{}", page.items.len(), if page.next.is_some() { " shown, there are more" } else { "" }));
}

fn show(opened: &OpenedLetter) {
    let letter = &opened.letter;
    say(format!(
        "{}  {}\nchannel: {}\ntries: {}\nreason: {}\n\n{}",
        letter.id, letter.summary, letter.channel, letter.attempts, letter.reason, opened.body
    ));
}
