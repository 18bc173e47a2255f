//! Files: uploaded, sent again by their id, downloaded.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Outcome, Refusal, bad};
use crate::{
    args::{Args, Upload},
    entities::Formatted,
    state::{Content, Stored, World},
};

/// Largest file that a bot may download, in bytes.
const DOWNLOAD: usize = 20 * 1024 * 1024;

/// Largest photo that a bot may upload, in bytes.
const PHOTO: usize = 10 * 1024 * 1024;

/// Largest other file that a bot may upload, in bytes.
const UPLOAD: usize = 50 * 1024 * 1024;

pub(super) fn get(world: &mut World, args: &Args) -> Outcome {
    let id = args.text("file_id");
    let file = world.files.get(id).ok_or_else(|| bad("wrong file_id or the file is temporarily unavailable"))?;
    if file.bytes.len() > DOWNLOAD {
        return Err(bad("file is too big"));
    }
    Ok(json!({ "file_id": id, "file_unique_id": file.unique, "file_size": file.bytes.len(), "file_path": file.path }))
}

/// The file that a parameter speaks of: an upload, or one that Telegram has.
pub(super) fn resolve(world: &mut World, args: &Args, field: &'static str, given: &str) -> Result<String, Refusal> {
    if let Some(part) = given.strip_prefix("attach://") {
        let upload = args.files.get(part).ok_or_else(|| bad(format!("there is no {field} in the request")))?;
        return upload_file(world, field, upload);
    }
    if given.starts_with("http://") || given.starts_with("https://") {
        return Err(bad("failed to get HTTP URL content"));
    }
    match world.files.get(given) {
        Some(file) if file.field == field => Ok(given.to_owned()),
        Some(file) => Err(bad(format!("can't use file of type {} as {field}", file.field))),
        None => Err(bad("wrong file identifier/HTTP URL specified")),
    }
}

fn upload_file(world: &mut World, field: &'static str, upload: &Upload) -> Result<String, Refusal> {
    if upload.bytes.is_empty() {
        return Err(bad("file must be non-empty"));
    }
    let most = if field == "photo" { PHOTO } else { UPLOAD };
    if upload.bytes.len() > most {
        return Err(Refusal::new(413, "Request Entity Too Large"));
    }
    if field == "photo" && picture(&upload.bytes).is_none() {
        return Err(bad("IMAGE_PROCESS_FAILED"));
    }
    Ok(store(world, field, &upload.name, upload.mime.as_deref(), upload.bytes.clone()))
}

/// Width and height, where this is a picture.
fn picture(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((number(16)?, number(20)?));
    }
    let known = bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"GIF8") || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"));
    known.then_some((800, 600))
}

/// Keeps a file and returns its `file_id`.
pub(crate) fn store(world: &mut World, field: &'static str, name: &str, mime: Option<&str>, bytes: Bytes) -> String {
    let number = world.fresh();
    let unique = format!("AQAD{number}");
    let extension = name.rsplit_once('.').map(|(_, extension)| extension).filter(|extension| extension.chars().all(char::is_alphanumeric));
    let (folder, extension) = match field {
        "photo" => ("photos", "jpg"),
        "voice" => ("voice", "oga"),
        "video" => ("videos", "mp4"),
        "audio" => ("music", extension.unwrap_or("mp3")),
        "sticker" => ("stickers", "webp"),
        _ => ("documents", extension.unwrap_or("bin")),
    };
    let id = format!(
        "{}-{number}",
        match field {
            "photo" => "AgACAgIAAxkBAAI",
            "voice" => "AwACAgIAAxkBAAI",
            "sticker" => "CAACAgIAAxkBAAI",
            _ => "BQACAgIAAxkBAAI",
        }
    );
    let body = media_body(field, &id, &unique, name, mime, &bytes);
    let stored = Stored {
        path: format!("{folder}/file_{number}.{extension}"),
        unique,
        name: (field != "photo" && field != "voice" && field != "sticker").then(|| name.to_owned()),
        mime: mime.map(str::to_owned),
        bytes,
        field,
        body,
    };
    if field == "photo" {
        // Of the smaller one there are the same bytes.
        world.files.insert(format!("{id}s"), stored.clone());
    }
    world.files.insert(id.clone(), stored);
    id
}

/// What a message says of a file.
fn media_body(field: &str, id: &str, unique: &str, name: &str, mime: Option<&str>, bytes: &Bytes) -> Value {
    let size = bytes.len();
    let (width, height) = picture(bytes).unwrap_or((640, 480));
    let file = json!({ "file_id": id, "file_unique_id": unique, "file_size": size });
    let with = |more: Value| {
        let mut file = file.clone();
        for (key, value) in more.as_object().into_iter().flatten() {
            file[key] = value.clone();
        }
        file
    };
    let mime = |fallback: &str| mime.unwrap_or(fallback).to_owned();
    match field {
        // Telegram makes smaller ones; only the last has all of it.
        "photo" => {
            let small = json!({ "file_id": format!("{id}s"), "file_unique_id": format!("{unique}s"), "width": 90, "height": 67, "file_size": size.min(1200) });
            json!([small, with(json!({ "width": width, "height": height }))])
        }
        "voice" => with(json!({ "duration": 3, "mime_type": mime("audio/ogg") })),
        "audio" => with(json!({ "duration": 120, "mime_type": mime("audio/mpeg"), "file_name": name })),
        "video" | "animation" => with(json!({ "width": width, "height": height, "duration": 5, "mime_type": mime("video/mp4"), "file_name": name })),
        "video_note" => with(json!({ "length": 240, "duration": 5 })),
        "sticker" => with(
            json!({ "type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": "👍", "set_name": "Hands" }),
        ),
        _ => with(json!({ "file_name": name, "mime_type": mime("application/octet-stream") })),
    }
}

/// A message's content with this file.
pub(super) fn content(world: &World, field: &'static str, file: String, caption: Formatted) -> Content {
    let body = world.files.get(&file).map(|file| file.body.clone()).unwrap_or_default();
    Content::Media { field, body, file, caption }
}
