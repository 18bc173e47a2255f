//! `bellhop channels`: what each kind of channel can show.

use std::collections::BTreeMap;

use bellhop_channel::declared::tables;

use super::say;
use crate::registry;

/// Prints what the adapters declare; `docs/channels.md` holds the same tables.
pub fn run(json: bool) -> anyhow::Result<()> {
    let kinds = registry::kinds();
    if json {
        say(serde_json::to_string(&kinds.into_iter().collect::<BTreeMap<_, _>>())?);
    } else {
        say(tables(&kinds).trim_end());
    }
    Ok(())
}
