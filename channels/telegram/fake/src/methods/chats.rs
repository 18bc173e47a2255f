//! Who and what there is: the bot, chats, members, commands.

use serde_json::{Value, json};

use super::{Outcome, bad};
use crate::{
    args::Args,
    state::{Chat, World},
};

/// What a bot can be seen doing.
const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// Most commands in a list.
const COMMANDS: usize = 100;

pub(super) fn get_me(world: &World) -> Outcome {
    let mut me = world.user(world.bot());
    for (key, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", true),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[key] = json!(value);
    }
    Ok(me)
}

pub(super) fn get_chat(world: &World, args: &Args) -> Outcome {
    let chat = &world.chats[&world.chat_of(args, "chat_id")?];
    let mut full = world.chat_json(chat);
    full["accent_color_id"] = json!(3);
    full["max_reaction_count"] = json!(11);
    full["accepted_gift_types"] = json!({ "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false });
    if chat.person.is_none() {
        full["join_to_send_messages"] = json!(true);
        full["permissions"] = json!({ "can_send_messages": true, "can_send_other_messages": true, "can_manage_topics": false });
    }
    if let Some(pinned) = chat.pinned.last() {
        full["pinned_message"] = world.message_json(chat.id, *pinned);
    }
    Ok(full)
}

fn member(world: &World, chat: &Chat, id: i64) -> Value {
    let user = world.user(id);
    if id == world.bot() && chat.person.is_none() {
        if chat.shut {
            return json!({ "status": "kicked", "user": user, "until_date": 0 });
        }
        let mut bot = json!({ "status": "administrator", "user": user });
        for right in [
            "can_manage_chat",
            "can_change_info",
            "can_restrict_members",
            "can_invite_users",
            "can_manage_video_chats",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
        ] {
            bot[right] = json!(right == "can_manage_chat");
        }
        bot["can_be_edited"] = json!(false);
        bot["is_anonymous"] = json!(false);
        bot["can_promote_members"] = json!(false);
        bot["can_delete_messages"] = json!(chat.rights.delete);
        bot["can_pin_messages"] = json!(chat.rights.pin);
        bot["can_manage_topics"] = json!(chat.rights.topics);
        return bot;
    }
    let inside = chat.person == Some(id) || id == world.bot() || chat.members.contains(&id);
    json!({ "status": if inside { "member" } else { "left" }, "user": user })
}

pub(super) fn get_member(world: &World, args: &Args) -> Outcome {
    let chat = &world.chats[&world.chat_of(args, "chat_id")?];
    let id = args.int("user_id").filter(|id| world.people.contains_key(id)).ok_or_else(|| bad("user not found"))?;
    Ok(member(world, chat, id))
}

pub(super) fn get_administrators(world: &World, args: &Args) -> Outcome {
    let chat = &world.chats[&world.chat_of(args, "chat_id")?];
    if chat.person.is_some() {
        return Err(bad("there are no administrators in the private chat"));
    }
    Ok(json!([member(world, chat, world.bot())]))
}

pub(super) fn count_members(world: &World, args: &Args) -> Outcome {
    let chat = &world.chats[&world.chat_of(args, "chat_id")?];
    Ok(json!(if chat.person.is_some() { 2 } else { chat.members.len() }))
}

pub(super) fn send_action(world: &mut World, args: &Args) -> Outcome {
    let (chat, place) = world.place(args)?;
    let action = args.text("action");
    if !ACTIONS.contains(&action) {
        return Err(bad("wrong parameter action in request"));
    }
    world.chats.get_mut(&chat).expect("a chat that was found").actions.push((action.to_owned(), place.thread));
    Ok(json!(true))
}

/// A scope and language as one word: `default/`, `chat:123/en`.
fn scope_of(args: &Args) -> String {
    let scope = args.get("scope").cloned().unwrap_or_else(|| json!({ "type": "default" }));
    let kind = scope["type"].as_str().unwrap_or_default();
    let chat = scope.get("chat_id").map(|chat| format!(":{chat}")).unwrap_or_default();
    format!("{kind}{chat}/{}", args.text("language_code"))
}

pub(super) fn set_commands(world: &mut World, args: &Args) -> Outcome {
    let commands = args.get("commands").and_then(Value::as_array).cloned().unwrap_or_default();
    if commands.len() > COMMANDS {
        return Err(bad("too many commands specified"));
    }
    for command in &commands {
        let name = command["command"].as_str().unwrap_or_default();
        let fine = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if name.is_empty() || name.len() > 32 || !name.chars().all(fine) {
            return Err(bad("BOT_COMMAND_INVALID"));
        }
        let length = command["description"].as_str().unwrap_or_default().trim().chars().count();
        if !(1..=256).contains(&length) {
            return Err(bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    world.commands.insert(scope_of(args), Value::Array(commands));
    Ok(json!(true))
}

pub(super) fn get_commands(world: &World, args: &Args) -> Outcome {
    Ok(world.commands.get(&scope_of(args)).cloned().unwrap_or_else(|| json!([])))
}

pub(super) fn delete_commands(world: &mut World, args: &Args) -> Outcome {
    world.commands.remove(&scope_of(args));
    Ok(json!(true))
}

pub(super) fn set_about(world: &mut World, args: &Args, what: &str, longest: usize) -> Outcome {
    let text = args.text(what);
    if text.chars().count() > longest {
        return Err(bad(format!("{what} is too long")));
    }
    world.about.insert(format!("{what}/{}", args.text("language_code")), json!(text));
    Ok(json!(true))
}

pub(super) fn get_about(world: &World, args: &Args, what: &str) -> Outcome {
    let text = world.about.get(&format!("{what}/{}", args.text("language_code"))).cloned().unwrap_or_else(|| json!(""));
    Ok(json!({ what: text }))
}
