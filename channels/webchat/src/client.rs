//! The widget's own files: put together once, compressed once.

use std::{io::Write as _, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_domain::words;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::config::Config;

const LOADER: &str = include_str!("../client/widget.js");
const LAUNCHER_STYLE: &str = include_str!("../client/launcher.css");
const STYLE: &str = include_str!("../client/app.css");
/// One script of them all, in this order.
const PARTS: [&str; 5] = [
    include_str!("../client/elements.js"),
    include_str!("../client/wire.js"),
    include_str!("../client/view.js"),
    include_str!("../client/composer.js"),
    include_str!("../client/start.js"),
];

/// What the widget says, without the `chat-` of the catalogue.
const WORDS: [&str; 52] = [
    "title",
    "greeting",
    "launcher",
    "close",
    "log",
    "older",
    "newest",
    "today",
    "open",
    "closed",
    "closed-until",
    "typing",
    "author-me",
    "author-bot",
    "author-agent",
    "author-system",
    "deleted",
    "edited",
    "sending",
    "failed",
    "retry",
    "seen",
    "choices",
    "unread-one",
    "unread-other",
    "article",
    "article-page",
    "back",
    "write",
    "send",
    "attach",
    "attach-limits",
    "files",
    "file",
    "uploading",
    "remove",
    "drop",
    "too-many-one",
    "too-many-other",
    "too-large",
    "upload-failed",
    "away",
    "name",
    "email",
    "email-needed",
    "email-wrong",
    "offline",
    "too-fast",
    "refused",
    "expired",
    "read-article",
    "see-ticket",
];

/// A file that browsers may keep.
pub(crate) struct Asset {
    pub(crate) plain: Bytes,
    pub(crate) gzip: Bytes,
    /// Another content has another one.
    pub(crate) tag: String,
}

impl Asset {
    fn new(content: String) -> Self {
        let hash = Sha256::digest(content.as_bytes());
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        // Writing into memory does not fail; without it the plain one is sent.
        let gzip = gzip.write_all(content.as_bytes()).and_then(|()| gzip.finish()).unwrap_or_default();
        Self { plain: content.into(), gzip: gzip.into(), tag: URL_SAFE_NO_PAD.encode(hash.get(..9).unwrap_or_default()) }
    }
}

/// All but the button: the same for every channel.
pub(crate) static APP: LazyLock<Asset> = LazyLock::new(|| {
    let all: Map<String, Value> = words::SHIPPED.iter().map(|lang| ((*lang).to_owned(), catalogue(lang, &WORDS))).collect();
    Asset::new(format!("const CSS = {};\nconst WORDS = {};\n{}", json!(STYLE), Value::Object(all), PARTS.concat()))
});

/// The name of [`APP`], which changes with it.
pub(crate) static APP_NAME: LazyLock<String> = LazyLock::new(|| format!("app-{}.js", APP.tag));

/// The script that pages embed, with what the channel's section says.
pub(crate) fn loader(config: &Config) -> Asset {
    let all: Map<String, Value> = words::SHIPPED.iter().map(|lang| ((*lang).to_owned(), catalogue(lang, &["launcher"]))).collect();
    let colours = &config.colours;
    let settings = json!({
        "app": *APP_NAME,
        "css": LAUNCHER_STYLE,
        "words": all,
        "title": config.title,
        "greeting": config.greeting,
        "side": config.side,
        "colours": { "accent": colours.accent, "on-accent": colours.on_accent, "accent-on-light": colours.on_light, "accent-on-dark": colours.on_dark },
    });
    Asset::new(format!("{{\nconst S = {settings};\n{LOADER}}}\n"))
}

/// The words under these keys. Values stay as names in braces: the widget puts them in.
fn catalogue(lang: &str, keys: &[&str]) -> Value {
    let values = ["count", "files", "name", "size", "time"].map(|name| (name, format!("{{{name}}}")));
    let values: Vec<(&str, words::Value<'_>)> = values.iter().map(|(name, text)| (*name, text.into())).collect();
    keys.iter().map(|key| ((*key).to_owned(), Value::from(words::say(lang, &format!("chat-{key}"), &values)))).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::{collections::BTreeSet, path::Path};

    use super::*;
    use crate::config;

    fn loader_asset() -> Asset {
        loader(&config::read("web", &json!({"title": "A \"quoted\" </script> title"}), Path::new(".")).unwrap())
    }

    #[test]
    fn all_of_it_is_small() {
        let bytes = loader_asset().gzip.len() + APP.gzip.len();
        assert!(bytes < 24 * 1024, "{bytes} bytes compressed");
    }

    #[test]
    fn every_word_is_there_in_every_language_and_used() {
        let all = [LOADER].into_iter().chain(PARTS).collect::<String>() + include_str!("page.rs");
        for lang in words::SHIPPED {
            for key in WORDS {
                let said = words::say(lang, &format!("chat-{key}"), &[]);
                assert_ne!(said, format!("chat-{key}"), "{lang}: no words");
            }
        }
        let known: BTreeSet<&str> = WORDS.into_iter().collect();
        let wanted = |open: &'static str| all.split(open).skip(1).map(|rest| rest.split('"').next().unwrap()).collect::<Vec<_>>();
        for key in wanted("say(\"") {
            assert!(known.contains(key) || known.iter().any(|known| key.ends_with('-') && known.starts_with(key)), "{key} has no words");
        }
        for key in WORDS {
            let stem = key.trim_end_matches("-one").trim_end_matches("-other");
            let used = all.contains(&format!("\"{stem}\""))
                || all.contains(&format!(".{stem}"))
                || all.contains(&format!("chat-{stem}"))
                || stem.starts_with("author-");
            assert!(used, "nobody says {key}");
        }
    }

    #[test]
    fn no_text_is_ever_taken_for_more() {
        for part in PARTS.into_iter().chain([LOADER]) {
            for refused in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "srcdoc",
                "DOMParser",
                ".cookie",
                "setAttribute(\"style\"",
            ] {
                assert!(!part.contains(refused), "{refused}");
            }
        }
    }
}
