//! A call before it is made.

use bytes::Bytes;
use http::Method;
use reqwest::{
    RequestBuilder,
    multipart::{Form, Part},
};
use serde::Serialize;
use serde_json::Value;

use super::{buckets::Route, failure::Failure};

/// A method, a path, what goes with it, and the files that it carries.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Below the base address.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) files: Vec<Upload>,
    /// The bot's token goes with it. Where an interaction's own token stands in the path, none is needed.
    pub(crate) as_bot: bool,
}

/// A file in a call.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

impl Request {
    fn new<S: Into<String>>(method: Method, path: impl IntoIterator<Item = S>) -> Self {
        let path = path.into_iter().map(Into::into).collect();
        Self { method, path, query: Vec::new(), body: None, files: Vec::new(), as_bot: true }
    }

    pub(crate) fn get<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn patch<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub(crate) fn put<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn delete<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// The first answer to an interaction.
    pub(crate) fn callback(interaction: &str, token: &str, answer: &impl Serialize) -> Self {
        Self { as_bot: false, ..Self::post(["interactions", interaction, token, "callback"]).with(answer) }
    }

    /// With this as its body.
    pub(crate) fn with(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_value(body).ok();
        self
    }

    /// With this in its query.
    pub(crate) fn asking(mut self, key: &str, value: impl ToString) -> Self {
        self.query.push((key.to_owned(), value.to_string()));
        self
    }

    /// The bucket that it falls into.
    pub(crate) fn route(&self) -> Route {
        let top = self.path.first().map(String::as_str).unwrap_or_default();
        let owned = matches!(top, "channels" | "guilds" | "webhooks" | "interactions");
        let of = self.path.get(1).filter(|_| owned).cloned().unwrap_or_default();
        let is_id = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut kind = self.method.as_str().to_owned();
        for (at, part) in self.path.iter().enumerate() {
            kind.push(' ');
            // A token follows the id of an interaction or webhook, and an emoji follows `reactions`.
            let secret = at == 2 && matches!(top, "interactions" | "webhooks");
            let emoji = at > 0 && self.path.get(at - 1).is_some_and(|before| before == "reactions");
            kind.push_str(if is_id(part) || secret || emoji { "*" } else { part });
        }
        Route { kind, of }
    }

    /// Writes body and files into an HTTP request: JSON, or a form where there are files.
    pub(super) fn fill(self, builder: RequestBuilder) -> Result<RequestBuilder, Failure> {
        let body = match self.body {
            None if self.files.is_empty() => return Ok(builder),
            body => body.unwrap_or_default(),
        };
        if self.files.is_empty() {
            return Ok(builder.json(&body));
        }
        let mut form = Form::new().text("payload_json", body.to_string());
        for (number, upload) in self.files.into_iter().enumerate() {
            let length = upload.bytes.len() as u64;
            let part = Part::stream_with_length(upload.bytes, length).file_name(upload.name);
            let part = part.mime_str(&upload.content_type).map_err(|_| Failure::wrong_media_type())?;
            form = form.part(format!("files[{number}]"), part);
        }
        Ok(builder.multipart(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_a_kind_share_a_route_and_what_they_are_about_tells_them_apart() {
        let route = |request: Request| {
            let Route { kind, of } = request.route();
            format!("{kind} of {of}")
        };
        for (request, expected) in [
            (Request::post(["channels", "7", "messages"]), "POST channels * messages of 7"),
            (Request::delete(["channels", "7", "messages", "99"]), "DELETE channels * messages * of 7"),
            (Request::callback("5", "secret", &()), "POST interactions * * callback of 5"),
            (Request::get(["gateway", "bot"]), "GET gateway bot of "),
            (Request::put(["channels", "7", "messages", "9", "reactions", "👍", "@me"]), "PUT channels * messages * reactions * @me of 7"),
        ] {
            assert_eq!(route(request), expected);
        }
    }
}
