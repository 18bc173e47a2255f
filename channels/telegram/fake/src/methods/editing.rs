//! Changing what was sent: text, caption, buttons, file; taking it back; keeping it in sight.

use serde_json::{Value, json};

use super::{Outcome, Refusal, bad, caption_of, files, sending::own_text, text_of};
use crate::{
    args::Args,
    limits,
    state::{Content, Message, World},
};

const UNCHANGED: &str = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply \
                         markup of the message";

/// Most messages deleted at once.
const DELETE: usize = 100;

fn to_edit(world: &World, args: &Args) -> Result<(i64, i64), Refusal> {
    if args.get("chat_id").is_none() {
        return Err(bad("chat_id is empty"));
    }
    let chat = world.open_chat(args)?;
    let id = world.message_in(chat, args.int("message_id"), "message to edit")?;
    let message = &world.chats[&chat].messages[&id];
    if message.from != world.bot() || matches!(message.content, Content::Service { .. }) {
        return Err(bad("message can't be edited"));
    }
    Ok((chat, id))
}

/// Puts new content and buttons in place; buttons that are not given again are gone.
fn change(world: &mut World, chat: i64, id: i64, content: Content, markup: Option<Value>) -> Outcome {
    let message = message_mut(world, chat, id);
    if message.content == content && message.markup == markup {
        return Err(bad(UNCHANGED));
    }
    // Only a change of what it says is marked as an edit.
    if message.content != content {
        message.edited = Some(World::now());
    }
    message.content = content;
    message.markup = markup;
    Ok(world.message_json(chat, id))
}

fn message_mut(world: &mut World, chat: i64, id: i64) -> &mut Message {
    world.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&id)).expect("a message that was found")
}

pub(super) fn text(world: &mut World, args: &Args) -> Outcome {
    let (chat, id) = to_edit(world, args)?;
    let text = text_of(args).map_err(|refused| match refused.description.ends_with("message is too long") {
        true => bad("MESSAGE_TOO_LONG"),
        false => refused,
    })?;
    own_text(&message_mut(world, chat, id).content)?;
    let markup = limits::markup(args.get("reply_markup")).map_err(bad)?;
    change(world, chat, id, Content::Text(text), markup)
}

pub(super) fn caption(world: &mut World, args: &Args) -> Outcome {
    let (chat, id) = to_edit(world, args)?;
    let new = caption_of(&json!(args.values))?;
    let mut content = message_mut(world, chat, id).content.clone();
    match &mut content {
        Content::Media { caption, .. } => *caption = new,
        _ => return Err(bad("there is no caption in the message to edit")),
    }
    let markup = limits::markup(args.get("reply_markup")).map_err(bad)?;
    change(world, chat, id, content, markup)
}

pub(super) fn markup(world: &mut World, args: &Args) -> Outcome {
    let (chat, id) = to_edit(world, args)?;
    let content = message_mut(world, chat, id).content.clone();
    let markup = limits::markup(args.get("reply_markup")).map_err(bad)?;
    change(world, chat, id, content, markup)
}

pub(super) fn media(world: &mut World, args: &Args) -> Outcome {
    let (chat, id) = to_edit(world, args)?;
    let item = args.get("media").cloned().unwrap_or_default();
    let field = match item["type"].as_str() {
        Some("photo") => "photo",
        Some("video") => "video",
        Some("document") => "document",
        Some("audio") => "audio",
        Some("animation") => "animation",
        _ => return Err(bad("can't parse InputMedia: type is unsupported")),
    };
    let caption = caption_of(&item)?;
    let file = files::resolve(world, args, field, item["media"].as_str().unwrap_or_default())?;
    let content = files::content(world, field, file, caption);
    let markup = limits::markup(args.get("reply_markup")).map_err(bad)?;
    change(world, chat, id, content, markup)
}

fn may_delete(world: &World, chat: i64, message: &Message) -> bool {
    let made_topic = matches!(message.content, Content::Service { field: "forum_topic_created", .. });
    let chat = &world.chats[&chat];
    !made_topic && (message.from == world.bot() || chat.person.is_some() || chat.rights.delete)
}

pub(super) fn delete(world: &mut World, args: &Args) -> Outcome {
    let chat = world.open_chat(args)?;
    let id = world.message_in(chat, args.int("message_id"), "message to delete")?;
    if !may_delete(world, chat, &world.chats[&chat].messages[&id]) {
        return Err(bad("message can't be deleted"));
    }
    take_away(world, chat, id);
    Ok(json!(true))
}

fn take_away(world: &mut World, chat: i64, id: i64) {
    message_mut(world, chat, id).deleted = true;
    if let Some(chat) = world.chats.get_mut(&chat) {
        chat.pinned.retain(|pinned| *pinned != id);
    }
}

pub(super) fn delete_many(world: &mut World, args: &Args) -> Outcome {
    let chat = world.open_chat(args)?;
    let ids: Vec<i64> = args.get("message_ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_i64).collect();
    if ids.is_empty() || ids.len() > DELETE {
        return Err(bad(if ids.is_empty() { "message identifiers are not specified" } else { "too many message identifiers specified" }));
    }
    for id in ids {
        // What is not there any more is passed over.
        let there = world.chats[&chat].messages.get(&id).filter(|message| !message.deleted);
        if there.is_some_and(|message| may_delete(world, chat, message)) {
            take_away(world, chat, id);
        }
    }
    Ok(json!(true))
}

fn may_pin(world: &World, chat: i64) -> Result<(), Refusal> {
    let chat = &world.chats[&chat];
    if chat.person.is_some() || chat.rights.pin { Ok(()) } else { Err(bad("not enough rights to manage pinned messages in the chat")) }
}

pub(super) fn pin(world: &mut World, args: &Args) -> Outcome {
    let chat = world.open_chat(args)?;
    let id = world.message_in(chat, args.int("message_id"), "message to pin")?;
    may_pin(world, chat)?;
    let message = &world.chats[&chat].messages[&id];
    if matches!(message.content, Content::Service { .. }) {
        return Err(bad("message can't be pinned"));
    }
    let thread = message.thread.filter(|_| message.in_topic);
    let pinned = &mut world.chats.get_mut(&chat).expect("a chat that was found").pinned;
    if pinned.last() != Some(&id) {
        pinned.retain(|pinned| *pinned != id);
        pinned.push(id);
        world.announce(chat, world.bot(), thread, "pinned_message", json!(id));
    }
    Ok(json!(true))
}

pub(super) fn unpin(world: &mut World, args: &Args) -> Outcome {
    let chat = world.open_chat(args)?;
    may_pin(world, chat)?;
    let id = match args.int("message_id") {
        Some(id) => Some(world.message_in(chat, Some(id), "message to unpin")?),
        None => world.chats[&chat].pinned.last().copied(),
    };
    let pinned = &mut world.chats.get_mut(&chat).expect("a chat that was found").pinned;
    pinned.retain(|pinned| Some(*pinned) != id);
    Ok(json!(true))
}

pub(super) fn unpin_all(world: &mut World, args: &Args, in_topic: bool) -> Outcome {
    let id = world.open_chat(args)?;
    may_pin(world, id)?;
    let thread = args.int("message_thread_id");
    let chat = world.chats.get_mut(&id).expect("a chat that was found");
    if in_topic && !thread.is_some_and(|thread| chat.topics.contains_key(&thread)) {
        return Err(bad("TOPIC_ID_INVALID"));
    }
    let messages = &chat.messages;
    chat.pinned.retain(|pinned| in_topic && messages.get(pinned).is_some_and(|message| message.thread != thread));
    Ok(json!(true))
}
