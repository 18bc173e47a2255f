//! Channels and threads.

use serde_json::{Value, json};

use super::{Asked, Refusal, messages};
use crate::world::kinds;

pub(super) fn update(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let id = asked.channel()?;
    let body = asked.body.clone();
    if asked.world.channels[&id].archived && body["archived"] != false {
        super::agents::is_awake(asked, id)?;
    }
    if asked.world.channels[&id].archived && asked.world.channels[&id].is_thread() {
        super::agents::has_room(asked)?;
    }
    let channel = asked.world.channels.get_mut(&id).expect("found");
    if let Some(name) = body["name"].as_str() {
        if name.is_empty() || name.chars().count() > 100 {
            return Err(Refusal::wrong("a name has 1 to 100 characters"));
        }
        if channel.name != name {
            // The second change within ten minutes is the last for a while.
            channel.renamed += 1;
            if channel.renamed > 2 && asked.world.strict {
                channel.renamed -= 1;
                return Err(Refusal::new(429, 20_028, "The write action you are performing on the channel has hit the write rate limit."));
            }
            name.clone_into(&mut channel.name);
        }
    }
    if let Some(archived) = body["archived"].as_bool() {
        channel.archived = archived;
    }
    if let Some(locked) = body["locked"].as_bool() {
        channel.locked = locked;
    }
    if let Some(tags) = body["applied_tags"].as_array() {
        channel.tags = tags.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if channel.tags.len() > 5 {
            return Err(Refusal::wrong("a post has at most 5 tags"));
        }
    }
    if let Some(tags) = body["available_tags"].as_array() {
        if tags.len() > 20 {
            return Err(Refusal::wrong("a forum has at most 20 tags"));
        }
        let mut made = Vec::new();
        for tag in tags {
            let mut tag = tag.clone();
            if tag["id"].is_null() {
                tag["id"] = json!(asked.world.id().to_string());
            }
            made.push(tag);
        }
        asked.world.channels.get_mut(&id).expect("found").available_tags = made;
    }
    let described = asked.world.channel_json(id);
    let kind = if asked.world.channels[&id].is_thread() { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" };
    asked.world.sessions.tell(kind, described.clone());
    Ok(described)
}

pub(super) fn start_thread(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let parent = asked.channel()?;
    let name = asked.body["name"].as_str().unwrap_or_default().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Refusal::wrong("a name has 1 to 100 characters"));
    }
    let is_forum = asked.world.channels[&parent].kind == kinds::FORUM;
    if is_forum && asked.body["message"].is_null() {
        return Err(Refusal::wrong("a post begins with a message"));
    }
    let kind = if is_forum { kinds::PUBLIC_THREAD } else { asked.body["type"].as_i64().unwrap_or(kinds::PRIVATE_THREAD) };
    super::agents::has_room(asked)?;
    let id = asked.world.id();
    let bot = asked.world.settings.bot;
    asked.world.add_channel(id, kind, &name, Some(parent), Some(bot));
    let channel = asked.world.channels.get_mut(&id).expect("made");
    channel.members.insert(bot);
    if let Some(tags) = asked.body["applied_tags"].as_array() {
        channel.tags = tags.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    let mut described = asked.world.channel_json(id);
    asked.world.sessions.tell("THREAD_CREATE", described.clone());
    if is_forum {
        let (first, files) = (asked.body["message"].clone(), std::mem::take(&mut asked.files));
        described["message"] = messages::put(asked, id, &first, files, Some(id))?;
    }
    Ok(described)
}

pub(super) fn add_member(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let (id, person) = (asked.channel()?, asked.id("user_id"));
    if !asked.world.people.contains_key(&person) {
        return Err(Refusal::new(404, 10_013, "Unknown User"));
    }
    let channel = asked.world.channels.get_mut(&id).expect("found");
    if channel.archived {
        return Err(Refusal::new(400, 50_083, "Thread is archived"));
    }
    channel.members.insert(person);
    Ok(Value::Null)
}

pub(super) fn typing(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let id = asked.channel()?;
    asked.world.channels.get_mut(&id).expect("found").typing += 1;
    Ok(Value::Null)
}
