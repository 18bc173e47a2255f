//! Sending: texts, files, places, albums, copies.

use serde_json::{Value, json};

use super::{Outcome, Refusal, bad, caption_of, files, text_of};
use crate::{
    args::Args,
    entities::Formatted,
    state::{Content, World},
};

/// Fewest and most files of an album.
const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;

pub(super) fn text(world: &mut World, args: &Args) -> Outcome {
    let (chat, place) = world.place(args)?;
    let content = Content::Text(text_of(args)?);
    world.pace(chat, 1)?;
    let id = world.add(chat, world.bot(), content, place);
    Ok(world.message_json(chat, id))
}

pub(super) fn media(world: &mut World, args: &Args, field: &'static str) -> Outcome {
    let (chat, place) = world.place(args)?;
    let caption = caption_of(&json!(args.values))?;
    let given = args.get(field).and_then(Value::as_str).map_or_else(|| format!("attach://{field}"), str::to_owned);
    let file = files::resolve(world, args, field, &given)?;
    world.pace(chat, 1)?;
    let content = files::content(world, field, file, caption);
    let id = world.add(chat, world.bot(), content, place);
    Ok(world.message_json(chat, id))
}

pub(super) fn location(world: &mut World, args: &Args) -> Outcome {
    let (chat, place) = world.place(args)?;
    let number = |name: &str| args.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let (latitude, longitude) = (number("latitude"), number("longitude"));
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(bad("wrong location specified"));
    }
    world.pace(chat, 1)?;
    let body = json!({ "latitude": latitude, "longitude": longitude });
    let id = world.add(chat, world.bot(), Content::Other { field: "location", body }, place);
    Ok(world.message_json(chat, id))
}

pub(super) fn contact(world: &mut World, args: &Args) -> Outcome {
    let (chat, place) = world.place(args)?;
    if args.text("phone_number").is_empty() || args.text("first_name").is_empty() {
        return Err(bad("phone number and first name must be non-empty"));
    }
    world.pace(chat, 1)?;
    let mut body = json!({ "phone_number": args.text("phone_number"), "first_name": args.text("first_name") });
    if let Some(name) = args.get("last_name") {
        body["last_name"] = name.clone();
    }
    let id = world.add(chat, world.bot(), Content::Other { field: "contact", body }, place);
    Ok(world.message_json(chat, id))
}

pub(super) fn album(world: &mut World, args: &Args) -> Outcome {
    let (chat, place) = world.place(args)?;
    let items = args.get("media").and_then(Value::as_array).cloned().unwrap_or_default();
    if items.len() > *ALBUM.end() {
        return Err(bad("Too much messages to send as an album"));
    }
    if items.len() < *ALBUM.start() {
        return Err(bad("album must have 2-10 items"));
    }
    let kind = |item: &Value| item["type"].as_str().unwrap_or_default().to_owned();
    let alone = |kind: &str| kind == "document" || kind == "audio";
    let first = items.first().map(kind).unwrap_or_default();
    if items.iter().any(|item| kind(item) != first && (alone(&kind(item)) || alone(&first))) {
        return Err(bad("Can't use the media of the specified type in the album"));
    }
    let mut contents = Vec::new();
    for item in &items {
        let field = match kind(item).as_str() {
            "photo" => "photo",
            "video" => "video",
            "document" => "document",
            "audio" => "audio",
            other => return Err(bad(format!("can't parse InputMedia: type {other} is unsupported"))),
        };
        let caption = caption_of(item)?;
        let file = files::resolve(world, args, field, item["media"].as_str().unwrap_or_default())?;
        contents.push(files::content(world, field, file, caption));
    }
    world.pace(chat, contents.len())?;
    let album = Some(world.fresh().to_string());
    let sent = contents.into_iter().map(|content| {
        let place = crate::state::Place {
            thread: place.thread,
            reply_to: place.reply_to,
            album: album.clone(),
            silent: place.silent,
            protected: place.protected,
            ..Default::default()
        };
        let id = world.add(chat, world.bot(), content, place);
        world.message_json(chat, id)
    });
    Ok(sent.collect())
}

pub(super) fn copy(world: &mut World, args: &Args) -> Outcome {
    let from = world.chat_of(args, "from_chat_id")?;
    let (chat, mut place) = world.place(args)?;
    let original = world.message_in(from, args.int("message_id"), "message to copy")?;
    let original = world.chats[&from].messages[&original].clone();
    let mut content = original.content;
    match &mut content {
        Content::Service { .. } => return Err(bad("message can't be copied")),
        Content::Media { caption, .. } if args.get("caption").is_some() => *caption = caption_of(&json!(args.values))?,
        _ => {}
    }
    if original.protected {
        return Err(bad("message can't be copied"));
    }
    place.markup = place.markup.or(original.markup.filter(|_| args.get("reply_markup").is_none()));
    world.pace(chat, 1)?;
    let id = world.add(chat, world.bot(), content, place);
    Ok(json!({ "message_id": id }))
}

/// Refuses to change a message that another has written, or that says something of another kind.
pub(super) fn own_text(content: &Content) -> Result<&Formatted, Refusal> {
    match content {
        Content::Text(text) => Ok(text),
        _ => Err(bad("there is no text in the message to edit")),
    }
}
