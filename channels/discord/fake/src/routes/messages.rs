//! Messages.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Asked, Refusal};
use crate::{server::Upload, world::kinds};

/// Longest text of a message.
const MAX_TEXT: usize = 2_000;

/// Largest file, in bytes.
const MAX_FILE: usize = 10 * 1024 * 1024;

pub(super) fn list(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let id = asked.channel()?;
    let number = |key: &str| asked.query.get(key).and_then(|value| value.parse::<u64>().ok());
    let limit = number("limit").unwrap_or(50) as usize;
    if limit == 0 || limit > 100 {
        return Err(Refusal::wrong("limit is 1 to 100"));
    }
    let messages = &asked.world.channels[&id].messages;
    // The newest comes first, whichever are asked for.
    let found: Vec<Value> = match (number("after"), number("before")) {
        (Some(after), _) => {
            let mut found: Vec<Value> = messages.range(after + 1..).take(limit).map(|(_, message)| message.clone()).collect();
            found.reverse();
            found
        }
        (None, before) => messages.range(..before.unwrap_or(u64::MAX)).rev().take(limit).map(|(_, message)| message.clone()).collect(),
    };
    Ok(Value::Array(found))
}

pub(super) fn get(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let id = asked.channel()?;
    let found = asked.world.channels[&id].messages.get(&asked.id("message_id"));
    found.cloned().ok_or_else(|| Refusal::new(404, 10_008, "Unknown Message"))
}

pub(super) fn create(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let id = asked.channel()?;
    let channel = &asked.world.channels[&id];
    if channel.kind == kinds::DIRECT {
        let person = channel.members.iter().find(|member| **member != asked.world.settings.bot).expect("with somebody");
        if asked.world.people[person].shut {
            return Err(Refusal::new(403, 50_007, "Cannot send messages to this user"));
        }
    }
    if channel.kind == kinds::FORUM {
        return Err(Refusal::new(400, 50_008, "Cannot send messages in a non-text channel"));
    }
    if channel.archived && channel.locked {
        return Err(Refusal::new(400, 50_083, "Thread is archived"));
    }
    if channel.archived {
        super::agents::has_room(asked)?;
    }
    let nonce = asked.body["nonce"].as_str().map(|nonce| (id, nonce.to_owned()));
    if asked.body["enforce_nonce"] == true
        && let Some(made) = nonce.as_ref().and_then(|nonce| asked.world.nonces.get(nonce))
        && let Some(message) = asked.world.channels[&id].messages.get(made)
    {
        return Ok(message.clone());
    }
    if let Some(reference) = asked.body.get("message_reference")
        && reference["fail_if_not_exists"] != false
    {
        let answered = reference["message_id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
        if !asked.world.channels[&id].messages.contains_key(&answered) {
            return Err(Refusal::new(400, 50_035, "Invalid Form Body"));
        }
    }
    let (body, files) = (asked.body.clone(), std::mem::take(&mut asked.files));
    let message = put(asked, id, &body, files, None)?;
    let made = message["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    if let Some(nonce) = nonce {
        asked.world.nonces.insert(nonce, made);
    }
    let channel = asked.world.channels.get_mut(&id).expect("found");
    if std::mem::take(&mut channel.archived) {
        let described = asked.world.channel_json(id);
        asked.world.sessions.tell("THREAD_UPDATE", described);
    }
    Ok(message)
}

/// Puts a message of the bot's into a channel, if Discord would take it; the first message of a post has the id of the post.
pub(super) fn put(asked: &mut Asked<'_>, channel: u64, body: &Value, files: Vec<Upload>, post: Option<u64>) -> Result<Value, Refusal> {
    check(body, &files)?;
    let address = asked.address;
    let mut attachments = Vec::new();
    for (at, file) in files.into_iter().enumerate() {
        let id = asked.world.id();
        let path = format!("/attachments/{channel}/{id}/{}", file.name.replace(' ', "_"));
        let named =
            body["attachments"].as_array().is_some_and(|named| named.iter().any(|one| one["id"] == at.to_string().as_str() || one["id"] == at));
        if !named {
            return Err(Refusal::wrong(format!("files[{at}] is not among the attachments")));
        }
        attachments.push(json!({
            "id": id.to_string(), "filename": file.name, "size": file.bytes.len(), "content_type": file.content_type, "url": format!("{address}{path}"),
            "proxy_url": format!("{address}{path}"),
        }));
        asked.world.files.insert(path, file.bytes);
    }
    let mut more = json!({"content": body["content"].as_str().unwrap_or_default(), "attachments": attachments});
    for key in ["components", "embeds", "flags", "nonce", "message_reference"] {
        if let Some(value) = body.get(key).filter(|value| !value.is_null()) {
            more[key] = value.clone();
        }
    }
    if body.get("message_reference").is_some_and(|reference| !reference.is_null()) {
        more["type"] = json!(19);
    }
    if let Some(post) = post {
        more["id"] = json!(post.to_string());
    }
    let bot = asked.world.settings.bot;
    let message = asked.world.write(channel, bot, more);
    if let Some(post) = post {
        let messages = &mut asked.world.channels.get_mut(&channel).expect("found").messages;
        let last = *messages.keys().next_back().expect("just written");
        let first = messages.remove(&last).expect("just written");
        messages.insert(post, first);
    }
    Ok(message)
}

fn check(body: &Value, files: &[Upload]) -> Result<(), Refusal> {
    let content = body["content"].as_str().unwrap_or_default();
    if content.chars().count() > MAX_TEXT {
        return Err(Refusal::wrong(format!("a text has at most {MAX_TEXT} characters")));
    }
    let is_empty = |key: &str| body[key].as_array().is_none_or(Vec::is_empty);
    if content.trim().is_empty() && files.is_empty() && is_empty("embeds") && body["sticker_ids"].as_array().is_none_or(Vec::is_empty) {
        return Err(Refusal { code: 50_006, ..Refusal::wrong("an empty message") });
    }
    if files.len() > 10 {
        return Err(Refusal::wrong("a message has at most 10 files"));
    }
    if files.iter().any(|file| file.bytes.len() > MAX_FILE) {
        return Err(Refusal::new(413, 40_005, "Request entity too large"));
    }
    if files.iter().any(|file| file.name.is_empty()) {
        return Err(Refusal::wrong("a file without a name"));
    }
    components(body)
}

/// The limits of rows that the description does not say.
pub(super) fn components(body: &Value) -> Result<(), Refusal> {
    let rows = body["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.len() > 5 {
        return Err(Refusal::wrong("a message has at most 5 rows"));
    }
    let mut ids = BTreeSet::new();
    for row in rows {
        let parts = row["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        let menus = parts.iter().filter(|part| part["type"] != 2).count();
        if parts.is_empty() || parts.len() > 5 || (menus > 0 && parts.len() > 1) {
            return Err(Refusal::wrong("a row has 1 to 5 buttons, or one menu"));
        }
        for part in parts {
            if let Some(id) = part["custom_id"].as_str()
                && !ids.insert(id.to_owned())
            {
                return Err(Refusal::wrong("the id of a button or menu comes twice"));
            }
            if part["type"] == 2 && part["label"].as_str().unwrap_or_default().is_empty() && part["emoji"].is_null() {
                return Err(Refusal::wrong("a button without a label"));
            }
            if part["type"] == 3 {
                let options = part["options"].as_array().map(Vec::as_slice).unwrap_or_default();
                let values: BTreeSet<&str> = options.iter().filter_map(|option| option["value"].as_str()).collect();
                if options.is_empty() || options.len() > 25 || values.len() != options.len() {
                    return Err(Refusal::wrong("a menu has 1 to 25 options with values of their own"));
                }
            }
        }
    }
    Ok(())
}

pub(super) fn update(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let (channel, id) = (asked.channel()?, asked.id("message_id"));
    super::agents::is_awake(asked, channel)?;
    components(asked.body)?;
    if asked.body["content"].as_str().is_some_and(|text| text.chars().count() > MAX_TEXT) {
        return Err(Refusal::wrong(format!("a text has at most {MAX_TEXT} characters")));
    }
    let bot = asked.world.settings.bot.to_string();
    let messages = &mut asked.world.channels.get_mut(&channel).expect("found").messages;
    let message = messages.get_mut(&id).ok_or_else(|| Refusal::new(404, 10_008, "Unknown Message"))?;
    if message["author"]["id"] != bot.as_str() {
        return Err(Refusal::new(403, 50_005, "Cannot edit a message authored by another user"));
    }
    for key in ["content", "components", "embeds"] {
        if let Some(value) = asked.body.get(key).filter(|value| !value.is_null()) {
            message[key] = value.clone();
        }
    }
    message["edited_timestamp"] = json!("2026-11-22T10:01:00.000000+00:00");
    let message = message.clone();
    let told = asked.world.told(channel, 0, message.clone());
    asked.world.sessions.tell("MESSAGE_UPDATE", told);
    Ok(message)
}

pub(super) fn delete(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let (channel, id) = (asked.channel()?, asked.id("message_id"));
    super::agents::is_awake(asked, channel)?;
    let here = asked.world.channels.get_mut(&channel).expect("found");
    if here.messages.remove(&id).is_none() {
        return Err(Refusal::new(404, 10_008, "Unknown Message"));
    }
    let mut told = json!({"id": id.to_string(), "channel_id": channel.to_string()});
    if here.kind != kinds::DIRECT {
        told["guild_id"] = json!(asked.world.settings.guild.to_string());
    }
    asked.world.sessions.tell("MESSAGE_DELETE", told);
    Ok(Value::Null)
}

pub(super) fn pin(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let (channel, id) = (asked.channel()?, asked.id("message_id"));
    super::agents::is_awake(asked, channel)?;
    let here = asked.world.channels.get_mut(&channel).expect("found");
    if !here.messages.contains_key(&id) {
        return Err(Refusal::new(404, 10_008, "Unknown Message"));
    }
    if !here.pinned.contains(&id) {
        here.pinned.push(id);
    }
    Ok(Value::Null)
}
