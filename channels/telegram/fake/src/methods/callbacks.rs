//! Answers to pressed buttons, and reactions of the bot.

use serde_json::{Value, json};

use super::{Outcome, bad};
use crate::{args::Args, state::World};

/// Longest notice, in characters.
const NOTICE: usize = 200;

/// What anybody may react with.
const EMOJI: &str = "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳❤‍🔥🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👨‍💻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷‍♂🤷🤷‍♀😡";

pub(super) fn answer(world: &mut World, args: &Args) -> Outcome {
    let text = args.text("text");
    if text.chars().count() > NOTICE {
        return Err(bad("MESSAGE_TOO_LONG"));
    }
    let callback = world.callbacks.get_mut(args.text("callback_query_id")).filter(|callback| !callback.expired && callback.answer.is_none());
    let callback = callback.ok_or_else(|| bad("query is too old and response timeout expired or query ID is invalid"))?;
    callback.answer = Some((text.to_owned(), args.flag("show_alert")));
    Ok(json!(true))
}

pub(super) fn react(world: &mut World, args: &Args) -> Outcome {
    let chat = world.open_chat(args)?;
    let id = world.message_in(chat, args.int("message_id"), "message to react")?;
    let reactions = args.get("reaction").and_then(Value::as_array).cloned().unwrap_or_default();
    if reactions.len() > 1 {
        return Err(bad("REACTIONS_TOO_MANY"));
    }
    let known =
        |reaction: &Value| reaction["emoji"].as_str().is_some_and(|emoji| !emoji.is_empty() && EMOJI.contains(emoji.trim_end_matches('\u{fe0f}')));
    if !reactions.iter().all(known) {
        return Err(bad("REACTION_INVALID"));
    }
    let bot = world.bot();
    let message = world.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&id)).expect("a message that was found");
    message.reactions.insert(bot, reactions);
    Ok(json!(true))
}
