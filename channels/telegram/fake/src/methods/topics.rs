//! Topics of the staff group.

use serde_json::{Value, json};

use super::{Outcome, Refusal, bad};
use crate::{
    args::Args,
    entities::is_blank,
    limits,
    state::{Content, Place, Topic, World},
};

/// The six colours that a topic may have.
pub(crate) const COLOURS: [i64; 6] = [7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047];

/// Custom emoji that may stand before a topic's name.
const ICONS: [(&str, &str); 8] = [
    ("5434144690511290129", "📰"),
    ("5312536423851630001", "💡"),
    ("5312016608254762256", "⚡️"),
    ("5377544228505134960", "🎙"),
    ("5418085807791545980", "🔝"),
    ("5379748062124056162", "❗️"),
    ("5237699328843200968", "✅"),
    ("5377316857231450742", "❓"),
];

fn forum(world: &World, args: &Args) -> Result<i64, Refusal> {
    let chat = world.open_chat(args)?;
    if !world.chats[&chat].forum {
        return Err(bad("the chat is not a forum"));
    }
    Ok(chat)
}

fn topic(world: &World, args: &Args) -> Result<(i64, i64), Refusal> {
    let chat = forum(world, args)?;
    let thread = args.int("message_thread_id").filter(|thread| world.chats[&chat].topics.contains_key(thread));
    let thread = thread.ok_or_else(|| bad("TOPIC_ID_INVALID"))?;
    // The bot made every topic here, and who made one may change it without the right.
    Ok((chat, thread))
}

fn name_of(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if is_blank(name) {
        return Err(bad("title must be non-empty"));
    }
    if name.chars().count() > limits::TOPIC_NAME {
        return Err(bad(format!("a topic's name has at most {} characters", limits::TOPIC_NAME)));
    }
    Ok(name.to_owned())
}

fn icon_of(icon: &str) -> Result<Option<String>, Refusal> {
    match icon {
        "" => Ok(None),
        icon if ICONS.iter().any(|(id, _)| *id == icon) => Ok(Some(icon.to_owned())),
        _ => Err(bad("DOCUMENT_INVALID")),
    }
}

pub(super) fn create(world: &mut World, args: &Args) -> Outcome {
    let chat = forum(world, args)?;
    if !world.chats[&chat].rights.topics {
        return Err(bad("not enough rights to create a topic"));
    }
    let name = name_of(args.text("name"))?;
    let emoji = icon_of(args.text("icon_custom_emoji_id"))?;
    let colour = args.int("icon_color").unwrap_or(COLOURS[0]);
    if !COLOURS.contains(&colour) {
        return Err(bad("invalid icon_color specified"));
    }
    let mut body = json!({ "name": name, "icon_color": colour });
    if let Some(emoji) = &emoji {
        body["icon_custom_emoji_id"] = json!(emoji);
    }
    let id = world.add(chat, world.bot(), Content::Service { field: "forum_topic_created", body: body.clone() }, Place::default());
    let group = world.chats.get_mut(&chat).expect("a chat that was found");
    group.topics.insert(id, Topic { name, colour, emoji, closed: false });
    if let Some(message) = group.messages.get_mut(&id) {
        (message.thread, message.in_topic) = (Some(id), true);
    }
    let message = world.message_json(chat, id);
    world.push("message", chat, message);
    body["message_thread_id"] = json!(id);
    Ok(body)
}

pub(super) fn edit(world: &mut World, args: &Args) -> Outcome {
    let (chat, thread) = topic(world, args)?;
    let mut changed = json!({});
    let old = world.chats[&chat].topics[&thread].clone();
    let mut new = old.clone();
    if !args.text("name").is_empty() {
        new.name = name_of(args.text("name"))?;
    }
    if args.get("icon_custom_emoji_id").is_some() {
        new.emoji = icon_of(args.text("icon_custom_emoji_id"))?;
    }
    if new.name != old.name {
        changed["name"] = json!(new.name);
    }
    if new.emoji != old.emoji {
        changed["icon_custom_emoji_id"] = json!(new.emoji.clone().unwrap_or_default());
    }
    if changed == json!({}) {
        return Err(bad("TOPIC_NOT_MODIFIED"));
    }
    world.chats.get_mut(&chat).expect("a chat that was found").topics.insert(thread, new);
    world.announce(chat, world.bot(), Some(thread), "forum_topic_edited", changed);
    Ok(json!(true))
}

pub(super) fn close(world: &mut World, args: &Args, closed: bool) -> Outcome {
    let (chat, thread) = topic(world, args)?;
    let bot = world.bot();
    if !set_closed(world, chat, thread, closed, bot) {
        return Err(bad("TOPIC_NOT_MODIFIED"));
    }
    Ok(json!(true))
}

/// Closes or reopens a topic and says so in it; false where it is so already.
pub(crate) fn set_closed(world: &mut World, chat: i64, thread: i64, closed: bool, by: i64) -> bool {
    let topic = world.chats.get_mut(&chat).and_then(|chat| chat.topics.get_mut(&thread)).expect("a topic that was found");
    if topic.closed == closed {
        return false;
    }
    topic.closed = closed;
    world.announce(chat, by, Some(thread), if closed { "forum_topic_closed" } else { "forum_topic_reopened" }, json!({}));
    true
}

pub(super) fn delete(world: &mut World, args: &Args) -> Outcome {
    let (chat, thread) = topic(world, args)?;
    remove(world, chat, thread);
    Ok(json!(true))
}

/// A topic is gone with all its messages.
pub(crate) fn remove(world: &mut World, chat: i64, thread: i64) {
    let chat = world.chats.get_mut(&chat).expect("a chat that was found");
    chat.topics.remove(&thread);
    for message in chat.messages.values_mut().filter(|message| message.in_topic && message.thread == Some(thread)) {
        message.deleted = true;
    }
    let messages = &chat.messages;
    chat.pinned.retain(|pinned| messages.get(pinned).is_some_and(|message| !message.deleted));
}

pub(super) fn icons() -> Outcome {
    let sticker = |(id, emoji): &(&str, &str)| {
        json!({
            "file_id": format!("icon-{id}"), "file_unique_id": format!("icon-{id}"), "type": "custom_emoji", "width": 100, "height": 100,
            "is_animated": true, "is_video": false, "emoji": emoji, "set_name": "Topics", "custom_emoji_id": id, "needs_repainting": false,
        })
    };
    Ok(Value::Array(ICONS.iter().map(sticker).collect()))
}
