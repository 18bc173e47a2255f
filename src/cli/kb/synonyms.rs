//! Words that mean the same, at a terminal.

use bellhop_engine::{
    Engine,
    actions::editing::{
        synonyms::{self, TriedSynonyms},
        trial::Change,
    },
    caller::Caller,
    knowledge::SynonymGroup,
};
use clap::{Args, Subcommand};
use serde_json::json;

use super::editing;
use crate::cli::say;

/// Words that mean the same.
#[derive(Debug, Subcommand)]
pub enum SynonymsCommand {
    /// Lists the groups.
    List {
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// What a new group would do to regression questions and the last real ones; fails when a regression question is answered worse.
    Try {
        #[command(flatten)]
        group: Group,
        /// How many of the last real questions are asked.
        #[arg(long, value_name = "N", default_value_t = 100)]
        last: u32,
        /// One JSON document on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Adds a group; live nodes read questions with it within a second.
    Add {
        #[command(flatten)]
        group: Group,
    },
    /// Removes a group.
    Remove {
        /// Its id (`syn_…`).
        id: String,
    },
}

/// Words and phrases that mean the same.
#[derive(Debug, Args)]
pub struct Group {
    /// The words and phrases, two at least.
    #[arg(value_name = "WORDS", required = true, num_args = 2..)]
    words: Vec<String>,
    /// The language in which they mean the same; without it, in every language.
    #[arg(long, value_name = "L")]
    lang: Option<String>,
}

impl From<Group> for SynonymGroup {
    fn from(Group { words, lang }: Group) -> Self {
        Self { lang, words }
    }
}

/// Runs one of them.
pub async fn run(engine: &Engine, command: SynonymsCommand) -> anyhow::Result<()> {
    let caller = Caller::system();
    match command {
        SynonymsCommand::List { json } => list(engine, json).await,
        SynonymsCommand::Try { group, last, json } => {
            let synonyms = TriedSynonyms { added: vec![(None, group.into())], removed: Vec::new() };
            editing::check(engine, &Change { synonyms, last, ..Change::default() }, json).await
        }
        SynonymsCommand::Add { group } => {
            say(synonyms::create(engine, &caller, group.into()).await?.id);
            Ok(())
        }
        SynonymsCommand::Remove { id } => {
            let id = id.parse().map_err(|_| anyhow::anyhow!("group of synonyms not found"))?;
            synonyms::delete(engine, &caller, id).await?;
            say("removed");
            Ok(())
        }
    }
}

async fn list(engine: &Engine, as_json: bool) -> anyhow::Result<()> {
    let kept = engine.reader().all_synonyms().await?;
    if as_json {
        let items = kept.iter().map(|group| json!({ "id": group.id, "lang": group.lang, "words": group.words }));
        say(json!({ "items": items.collect::<Vec<_>>() }));
    } else {
        for group in &kept {
            say(format!("{}  {}  {}", group.id, group.lang.as_deref().unwrap_or("(every language)"), group.words.join(" = ")));
        }
        say(format!("{} groups of synonyms", kept.len()));
    }
    Ok(())
}
