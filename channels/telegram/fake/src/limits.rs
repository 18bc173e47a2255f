//! What Telegram refuses because it is too long, too much or not of its form.

use serde_json::Value;
use url::Url;

use crate::entities::{Formatted, utf16};

/// Longest text of a message, in UTF-16 units after its formatting was read.
const TEXT: usize = 4096;

/// Longest caption of a file, likewise.
const CAPTION: usize = 1024;

/// Most stretches of formatting that Telegram keeps in a message; more are dropped silently.
const ENTITIES: usize = 100;

/// Most buttons below a message.
const BUTTONS: usize = 100;

/// Most buttons side by side.
const ROW: usize = 8;

/// Longest `callback_data`, in bytes.
const DATA: usize = 64;

/// Longest name of a topic, in characters.
pub(crate) const TOPIC_NAME: usize = 128;

/// Refuses a text that is empty or too long.
pub(crate) fn text(text: &Formatted) -> Result<(), String> {
    if text.is_blank() {
        return Err("text must be non-empty".into());
    }
    if utf16(&text.text) > TEXT { Err("message is too long".into()) } else { Ok(()) }
}

/// Refuses a caption that is too long.
pub(crate) fn caption(caption: &Formatted) -> Result<(), String> {
    if utf16(&caption.text) > CAPTION { Err("message caption is too long".into()) } else { Ok(()) }
}

/// Refuses more formatting than Telegram keeps, which drops the rest without a word: a test would not notice.
pub(crate) fn entities(text: &Formatted) -> Result<(), String> {
    if text.entities.len() > ENTITIES { Err(format!("more than {ENTITIES} entities")) } else { Ok(()) }
}

/// A keyboard of a call, within Telegram's limits; an empty one is none.
pub(crate) fn markup(markup: Option<&Value>) -> Result<Option<Value>, String> {
    let Some(markup) = markup else { return Ok(None) };
    let Some(rows) = markup.get("inline_keyboard").and_then(Value::as_array) else {
        return Ok(Some(markup.clone()));
    };
    let mut count = 0;
    let mut kept = Vec::new();
    for row in rows {
        let row = row.as_array().ok_or("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays")?;
        if row.len() > ROW {
            return Err(format!("more than {ROW} buttons in a row: reply markup is too long"));
        }
        count += row.len();
        row.iter().try_for_each(button)?;
        if !row.is_empty() {
            kept.push(row.clone());
        }
    }
    if count > BUTTONS {
        return Err("reply markup is too long".into());
    }
    Ok((!kept.is_empty()).then(|| serde_json::json!({ "inline_keyboard": kept })))
}

fn button(button: &Value) -> Result<(), String> {
    let text = button["text"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err("inline keyboard button text must be non-empty".into());
    }
    let actions = button.as_object().map_or(0, |button| button.keys().filter(|key| *key != "text").count());
    if actions == 0 {
        return Err("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard".into());
    }
    if actions > 1 {
        return Err("can't parse inline keyboard button: more than one action".into());
    }
    if let Some(data) = button.get("callback_data").and_then(Value::as_str)
        && (data.is_empty() || data.len() > DATA)
    {
        return Err("BUTTON_DATA_INVALID".into());
    }
    if let Some(address) = button.get("url").and_then(Value::as_str) {
        let fine = Url::parse(address).is_ok_and(|url| match url.scheme() {
            "tg" => true,
            // A host without a dot, such as localhost, is no address to Telegram.
            "http" | "https" => url.host_str().is_some_and(|host| host.contains('.') || host.contains(':')),
            _ => false,
        });
        if !fine {
            return Err(format!("inline keyboard button URL '{address}' is invalid: Wrong HTTP URL"));
        }
    }
    Ok(())
}
