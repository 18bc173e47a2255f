//! A call before it is made.

use bytes::Bytes;
use reqwest::{
    RequestBuilder,
    multipart::{Form, Part},
};
use serde::Serialize;
use serde_json::{Map, Value};
use teloxide::requests::Payload;

use super::failure::Failure;

/// A method, its parameters, and the files that it carries.
#[derive(Clone)]
pub(crate) struct Request {
    /// In Telegram's own spelling (`sendMessage`).
    pub(crate) method: &'static str,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) files: Vec<Upload>,
}

/// A file in a call.
#[derive(Clone)]
pub(crate) struct Upload {
    /// Its part of the form, which the parameters name.
    pub(crate) part: String,
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

impl Request {
    /// A call by teloxide's description of it. `method` is its name as Telegram writes it: not every server takes other spellings.
    pub(crate) fn of<P: Payload + Serialize>(method: &'static str, payload: &P) -> Self {
        debug_assert!(method.eq_ignore_ascii_case(P::NAME), "{method} is not {}", P::NAME);
        let parameters = match serde_json::to_value(payload) {
            Ok(Value::Object(parameters)) => parameters,
            _ => Map::new(),
        };
        Self { method, parameters, files: Vec::new() }
    }

    /// A call with these parameters.
    pub(crate) fn with(method: &'static str, parameters: Map<String, Value>) -> Self {
        Self { method, parameters, files: Vec::new() }
    }

    /// The same without formatting; none where it has none.
    pub(crate) fn without_entities(&self) -> Option<Self> {
        let mut bare = self.clone();
        let mut found = bare.parameters.remove("entities").is_some() | bare.parameters.remove("caption_entities").is_some();
        if let Some(Value::Array(items)) = bare.parameters.get_mut("media") {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                found |= item.remove("caption_entities").is_some();
            }
        }
        found.then_some(bare)
    }

    /// The same with its pictures as files, for pictures that Telegram cannot show; none where it has none.
    pub(crate) fn without_photos(&self) -> Option<Self> {
        let mut plain = self.clone();
        if let Some(Value::Array(items)) = plain.parameters.get_mut("media") {
            let mut found = false;
            for item in items.iter_mut().filter(|item| item.get("type").is_some_and(|kind| kind == "photo")) {
                item["type"] = Value::from("document");
                found = true;
            }
            return found.then_some(plain);
        }
        let photo = plain.parameters.remove("photo")?;
        plain.parameters.insert("document".to_owned(), photo);
        plain.method = "sendDocument";
        Some(plain)
    }

    /// Writes parameters and files into an HTTP request: JSON, or a form where there are files.
    pub(super) fn fill(self, builder: RequestBuilder) -> Result<RequestBuilder, Failure> {
        if self.files.is_empty() {
            return Ok(builder.json(&self.parameters));
        }
        let mut form = Form::new();
        for (key, value) in self.parameters {
            form = form.text(key, if let Value::String(text) = value { text } else { value.to_string() });
        }
        for upload in self.files {
            let length = upload.bytes.len() as u64;
            let part = Part::stream_with_length(upload.bytes, length).file_name(upload.name);
            let part = part.mime_str(&upload.content_type).map_err(|_| Failure::wrong_media_type())?;
            form = form.part(upload.part, part);
        }
        Ok(builder.multipart(form))
    }
}
