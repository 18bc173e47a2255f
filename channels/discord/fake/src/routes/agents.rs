//! What bots call for the agents' channel: lists of threads, commands, and the end of a private answer.

use serde_json::{Value, json};

use super::{Asked, Refusal};
use crate::world::kinds;

/// Discord's number for a server that has as many active threads as it may.
const TOO_MANY_THREADS: u64 = 160_006;

pub(super) fn active(asked: &Asked<'_>) -> Value {
    let here = asked.world.channels.values().filter(|channel| channel.is_thread() && !channel.archived && !channel.deleted);
    let threads: Vec<Value> = here.map(|channel| asked.world.channel_json(channel.id)).collect();
    json!({ "threads": threads, "members": [] })
}

pub(super) fn archived(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let parent = asked.channel()?;
    let is_here = |channel: &&crate::world::Channel| channel.parent == Some(parent) && channel.kind == kinds::PUBLIC_THREAD && channel.archived;
    let here = asked.world.channels.values().filter(is_here).filter(|channel| !channel.deleted);
    let threads: Vec<Value> = here.map(|channel| asked.world.channel_json(channel.id)).collect();
    Ok(json!({ "threads": threads, "members": [], "has_more": false }))
}

pub(super) fn commands(asked: &Asked<'_>) -> Value {
    asked.world.commands.get("PUT /applications/{application_id}/guilds/{guild_id}/commands").cloned().unwrap_or_else(|| json!([]))
}

/// Commands as Discord keeps them: with ids of their own, and without what is empty.
pub(super) fn set_commands(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let mut commands = asked.body.as_array().cloned().unwrap_or_default();
    let mut names = std::collections::BTreeSet::new();
    for command in &mut commands {
        let kind = command["type"].as_u64().unwrap_or(1);
        let name = command["name"].as_str().unwrap_or_default().to_owned();
        if !names.insert((kind, name.clone())) {
            return Err(Refusal::wrong(format!("the command {name} stands twice")));
        }
        let translated = command["name_localizations"].as_object().into_iter().flatten().filter_map(|(_, name)| name.as_str());
        if kind == 1 && !std::iter::once(name.as_str()).chain(translated).all(is_name) {
            return Err(Refusal::wrong(format!("{name} is no name of a command, or one of its translations is none")));
        }
        if (kind == 1) == command["description"].is_null() {
            return Err(Refusal::wrong(format!("{name}: slash commands have a description, others have none")));
        }
        let options = command["options"].as_array().cloned().unwrap_or_default();
        let required = options.iter().take_while(|option| option["required"] == true).count();
        if options.iter().skip(required).any(|option| option["required"] == true)
            || !options.iter().all(|option| is_name(option["name"].as_str().unwrap_or_default()))
        {
            return Err(Refusal::wrong(format!("{name}: options that are required stand first, and all have names")));
        }
        if options.iter().any(|option| option["autocomplete"] == true && option["choices"].is_array()) {
            return Err(Refusal::wrong(format!("{name}: an option has choices or suggestions")));
        }
        command["id"] = json!(asked.world.id().to_string());
        command["version"] = json!("1");
        command["default_member_permissions"] = Value::Null;
    }
    if commands.iter().filter(|command| command["type"].as_u64().unwrap_or(1) == 1).count() > 100 {
        return Err(Refusal::wrong("a server has at most 100 slash commands"));
    }
    asked.world.commands.insert(asked.route.name.clone(), Value::Array(commands.clone()));
    Ok(Value::Array(commands))
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter == '-' || letter == '_' || letter.is_numeric() || (letter.is_alphabetic() && !letter.is_uppercase());
    (1..=32).contains(&name.chars().count()) && name.chars().all(fits)
}

/// Whether one more thread may be active.
pub(super) fn has_room(asked: &Asked<'_>) -> Result<(), Refusal> {
    let active = asked.world.channels.values().filter(|channel| channel.is_thread() && !channel.archived && !channel.deleted).count();
    if active < asked.world.most_threads { Ok(()) } else { Err(Refusal::new(400, TOO_MANY_THREADS, "Maximum number of active threads reached")) }
}

/// What stands in a thread that was put away cannot be changed.
pub(super) fn is_awake(asked: &Asked<'_>, channel: u64) -> Result<(), Refusal> {
    if asked.world.channels[&channel].archived { Err(Refusal::new(400, 50_083, "Thread is archived")) } else { Ok(()) }
}
