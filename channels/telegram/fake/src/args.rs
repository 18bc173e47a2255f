//! What a call brings: parameters from its address and its body, and uploaded files.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::to_bytes,
    extract::{FromRequest as _, Multipart, Request},
};
use bytes::Bytes;
use http::{Method, header};
use serde_json::Value;

use crate::description::attachments;

/// Longest body, in bytes: 50 MB of file and something around it.
const MAX_BODY: usize = 51 * 1024 * 1024;

/// Parameters and files of a call.
#[derive(Default)]
pub(crate) struct Args {
    pub values: BTreeMap<String, Value>,
    /// Uploaded files by the name of their part.
    pub files: BTreeMap<String, Upload>,
    /// Some parameter came as text, whatever its type.
    pub form: bool,
    /// The body as it came, where it is text.
    pub raw: String,
}

/// An uploaded file.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub name: String,
    pub mime: Option<String>,
    pub bytes: Bytes,
}

impl Args {
    /// Reads a request; the error says why it cannot be read.
    pub async fn read(request: Request) -> Result<Self, String> {
        let mut args = Self::default();
        if let Some(query) = request.uri().query() {
            args.take_form(query.as_bytes());
        }
        if request.method() == Method::GET {
            return Ok(args);
        }
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_lowercase();
        if kind.starts_with("multipart/form-data") {
            args.form = true;
            let mut parts = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
            while let Some(part) = parts.next_field().await.map_err(|error| error.body_text())? {
                let name = part.name().unwrap_or_default().to_owned();
                let file = part.file_name().map(str::to_owned);
                let mime = part.content_type().map(str::to_owned);
                let bytes = part.bytes().await.map_err(|error| error.body_text())?;
                match file {
                    Some(file) => {
                        args.files.insert(name, Upload { name: file, mime, bytes });
                    }
                    None => {
                        let text = String::from_utf8(bytes.to_vec()).map_err(|_| format!("{name} is not UTF-8"))?;
                        args.values.insert(name, Value::String(text));
                    }
                }
            }
            return Ok(args);
        }
        let body = to_bytes(request.into_body(), MAX_BODY).await.map_err(|error| error.to_string())?;
        if body.is_empty() {
            return Ok(args);
        }
        args.raw = String::from_utf8_lossy(&body).into_owned();
        if kind.starts_with("application/json") {
            let object: Value = serde_json::from_slice(&body).map_err(|error| format!("the body is not JSON: {error}"))?;
            let Value::Object(object) = object else { return Err("the body is not a JSON object".into()) };
            args.values.extend(object);
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            args.take_form(&body);
        } else {
            return Err(format!("a body of the kind {kind:?}"));
        }
        Ok(args)
    }

    fn take_form(&mut self, form: &[u8]) {
        self.form = true;
        for (name, value) in url::form_urlencoded::parse(form) {
            self.values.insert(name.into_owned(), Value::String(value.into_owned()));
        }
    }

    /// Some parameter speaks of an uploaded file of this name.
    pub fn attached(&self, name: &str) -> bool {
        let mut names = BTreeSet::new();
        self.values.values().for_each(|value| attachments(value, &mut names));
        names.contains(name)
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub fn int(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
}
