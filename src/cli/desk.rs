//! `bellhop export` and `bellhop import`: what is set, as files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use bellhop_engine::{
    actions::{
        ActionError,
        exchange::{self, Documents, Fate},
    },
    caller::Caller,
};
use clap::Args;
use serde_json::Value;

use super::{Place, open, say};

/// How long what is in hand may take at the end.
const GRACE: Duration = Duration::from_secs(5);
/// Bytes that one file may have.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Where to take settings from.
#[derive(Debug, Args)]
pub struct Import {
    /// A folder that `export` wrote, or with some of its files.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Says what would be added and changed, and changes nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Writes everything that is set into a folder: a file for each kind, by the names of the API.
pub async fn export(place: &Place, folder: &Path) -> anyhow::Result<()> {
    let engine = open::engine(&open::config(place)?).await?;
    let documents = exchange::give(&engine, &Caller::system()).await;
    engine.stop(GRACE).await;
    let documents = documents?;
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut count = 0;
    for (kind, objects) in &documents {
        let path = folder.join(format!("{kind}.json"));
        let mut text = serde_json::to_string_pretty(objects).context("the settings cannot be written as JSON")?;
        text.push('\n');
        let half = folder.join(format!(".{kind}.json.new"));
        std::fs::write(&half, text).and_then(|()| std::fs::rename(&half, &path)).with_context(|| format!("{} cannot be written", path.display()))?;
        count += objects.len();
    }
    say(format!("{count} objects in {} files in {}", documents.len(), folder.display()));
    Ok(())
}

/// Takes settings from a folder: all of them, or nothing when anything does not fit.
pub async fn import(place: &Place, Import { folder, dry_run }: Import) -> anyhow::Result<()> {
    let documents = read(&folder)?;
    let engine = open::engine(&open::config(place)?).await?;
    let taken = exchange::take(&engine, &Caller::system(), documents, dry_run).await;
    engine.stop(GRACE).await;
    let fates = taken.map_err(named)?;
    for ((kind, key), fate) in fates.iter().filter(|(_, fate)| **fate != Fate::Same) {
        say(format!("{} {kind} {key}", fate.as_str()));
    }
    let count = |wanted: Fate| fates.values().filter(|fate| **fate == wanted).count();
    let counts = [Fate::Added, Fate::Changed, Fate::Same].map(|fate| format!("{} {}", count(fate), fate.as_str())).join(", ");
    say(if dry_run { format!("would be: {counts}; nothing was changed") } else { counts });
    Ok(())
}

/// The files of a folder; one that is none of an export is a mistake.
fn read(folder: &Path) -> anyhow::Result<Documents> {
    let kinds: Vec<&str> = exchange::kinds().collect();
    let mut documents = Documents::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("{} cannot be read", folder.display()))?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let shown = path.display();
        let kind = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if !kinds.contains(&kind.as_str()) {
            bail!("{shown} is none of the files of an export: {}", kinds.iter().map(|kind| format!("{kind}.json")).collect::<Vec<_>>().join(", "));
        }
        let size = path.metadata().with_context(|| format!("{shown} cannot be read"))?.len();
        if size > LARGEST {
            bail!("{shown} has {size} bytes; at most {LARGEST} are read");
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("{shown} cannot be read"))?;
        let objects: BTreeMap<String, Value> = serde_json::from_str(&text).with_context(|| format!("{shown} is no object of documents by key"))?;
        documents.insert(kind, objects);
    }
    if documents.is_empty() {
        bail!("{} has none of the files of an export", folder.display());
    }
    Ok(documents)
}

/// Every problem with its place, in one line.
fn named(error: ActionError) -> anyhow::Error {
    match error {
        ActionError::Invalid { problems } => {
            let problems: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.field, problem.message)).collect();
            anyhow::anyhow!("nothing was changed: {}", problems.join("; "))
        }
        other => other.into(),
    }
}
