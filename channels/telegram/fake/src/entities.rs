//! Text with formatting, counted in UTF-16 units as Telegram counts.

use serde_json::{Map, Value, json};

/// Text and what is marked in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Formatted {
    pub text: String,
    pub entities: Vec<Entity>,
}

/// A stretch of text with a meaning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entity {
    pub kind: String,
    /// In UTF-16 units.
    pub offset: usize,
    /// In UTF-16 units.
    pub length: usize,
    /// `url`, `user`, `language`, `custom_emoji_id`.
    pub more: Map<String, Value>,
}

impl Entity {
    pub fn new(kind: &str, offset: usize, length: usize) -> Self {
        Self { kind: kind.into(), offset, length, more: Map::new() }
    }

    fn json(&self) -> Value {
        let mut entity = json!({ "type": self.kind, "offset": self.offset, "length": self.length });
        for (key, value) in &self.more {
            entity[key] = value.clone();
        }
        entity
    }
}

/// Length in UTF-16 units.
pub(crate) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether there is nothing to be seen in a text: white space, or characters without width.
pub(crate) fn is_blank(text: &str) -> bool {
    let unseen = |letter: char| {
        letter.is_whitespace()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202e}' | '\u{feff}' | '\u{180e}' | '\u{2800}' | '\u{fffc}' | '\u{e0000}'..='\u{e007f}')
    };
    text.chars().all(unseen)
}

/// The kinds that a bot may mark, in Telegram's words.
const MARKED: [&str; 12] = [
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
];

/// The kinds that Telegram finds by itself; a bot may name them too.
const FOUND: [&str; 7] = ["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"];

impl Formatted {
    /// What a person writes: Telegram finds commands, addresses and names in it.
    pub fn written(text: impl Into<String>) -> Self {
        let mut text = Self { text: text.into(), entities: Vec::new() };
        text.find();
        text
    }

    /// Takes the `entities` of a call; the error is Telegram's description.
    pub fn marked(text: &str, entities: &[Value]) -> Result<Self, String> {
        let mut out = Self { text: text.to_owned(), entities: Vec::new() };
        let total = utf16(text);
        for entity in entities {
            let kind = entity["type"].as_str().unwrap_or_default();
            if !MARKED.contains(&kind) && !FOUND.contains(&kind) {
                return Err("can't parse MessageEntity: unsupported type specified".into());
            }
            let (offset, length) = (entity["offset"].as_i64().unwrap_or(-1), entity["length"].as_i64().unwrap_or(-1));
            let (Ok(start), Ok(len)) = (usize::try_from(offset), usize::try_from(length)) else {
                return Err(format!("receive an entity with incorrect offset {offset}"));
            };
            if start > total {
                return Err(format!("entity begins after the end of the text at UTF-16 offset {start}"));
            }
            if start + len > total {
                return Err(format!("entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {}", start + len));
            }
            if !on_boundary(text, start) {
                return Err(format!("entity begins in a middle of a UTF-16 symbol at UTF-16 offset {start}"));
            }
            if !on_boundary(text, start + len) {
                return Err(format!("entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol"));
            }
            if len == 0 {
                continue;
            }
            let mut more = entity.as_object().cloned().unwrap_or_default();
            for key in ["type", "offset", "length"] {
                more.remove(key);
            }
            out.entities.push(Entity { kind: kind.into(), offset: start, length: len, more });
        }
        out.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
        if let Some((first, second)) = out.crossing() {
            return Err(format!("entities {} and {} overlap without one holding the other", first.kind, second.kind));
        }
        Ok(out)
    }

    fn crossing(&self) -> Option<(&Entity, &Entity)> {
        let pairs =
            self.entities.iter().enumerate().flat_map(|(index, first)| self.entities.iter().skip(index + 1).map(move |second| (first, second)));
        let crosses = |first: &Entity, second: &Entity| {
            second.offset < first.offset + first.length && second.offset + second.length > first.offset + first.length && second.offset > first.offset
        };
        pairs.into_iter().find(|(first, second)| crosses(first, second))
    }

    /// Cleans a text as Telegram does with every text, and finds what it finds by itself: control characters become spaces, line separators and marks
    /// that turn the direction go, white space goes at both ends.
    pub fn cleaned(mut self) -> Self {
        let mut clean = String::new();
        // Where each UTF-16 unit of the old text stands in the new one.
        let mut moved = Vec::new();
        for letter in self.text.chars() {
            moved.extend(std::iter::repeat_n(utf16(&clean), letter.len_utf16()));
            match letter {
                '\r' | '\u{2028}'..='\u{202e}' => {}
                '\0'..='\t' | '\u{b}'..='\u{1f}' => clean.push(' '),
                letter => clean.push(letter),
            }
        }
        moved.push(utf16(&clean));
        let new = |offset: usize| moved.get(offset).copied().unwrap_or_default();
        for entity in &mut self.entities {
            (entity.offset, entity.length) = (new(entity.offset), new(entity.offset + entity.length) - new(entity.offset));
        }
        self.text = clean;
        self.trimmed()
    }

    /// Whether there is nothing to be seen in it.
    pub fn is_blank(&self) -> bool {
        is_blank(&self.text)
    }

    fn trimmed(mut self) -> Self {
        let cut = utf16(&self.text) - utf16(self.text.trim_start());
        self.text = self.text.trim().to_owned();
        let total = utf16(&self.text);
        for entity in &mut self.entities {
            let end = (entity.offset + entity.length).saturating_sub(cut).min(total);
            entity.offset = entity.offset.saturating_sub(cut).min(total);
            entity.length = end - entity.offset;
        }
        self.entities.retain(|entity| entity.length > 0);
        self.find();
        self
    }

    /// Marks commands, addresses and names that nobody marked.
    fn find(&mut self) {
        let mut offset = 0;
        let mut found = Vec::new();
        for word in self.text.split_inclusive(char::is_whitespace) {
            let plain = word.trim_end();
            let name = |rest: &str| !rest.is_empty() && rest.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '@');
            let kind = match plain.chars().next() {
                Some('/') if plain.strip_prefix('/').is_some_and(name) => Some("bot_command"),
                Some('@') if plain.strip_prefix('@').is_some_and(|rest| name(rest) && rest.len() >= 4) => Some("mention"),
                _ if plain.starts_with("http://") || plain.starts_with("https://") => Some("url"),
                _ => None,
            };
            if let Some(kind) = kind {
                found.push(Entity::new(kind, offset, utf16(plain)));
            }
            offset += utf16(word);
        }
        let free = |new: &Entity| {
            self.entities.iter().all(|old| {
                let apart = old.offset + old.length <= new.offset || new.offset + new.length <= old.offset;
                apart
                    || ["bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"].contains(&old.kind.as_str())
            })
        };
        let found: Vec<Entity> = found.into_iter().filter(free).collect();
        self.entities.extend(found);
        self.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
    }

    /// Writes itself into a message; an empty text is left out.
    pub fn write(&self, out: &mut Map<String, Value>, text: &str, entities: &str) {
        if !self.text.is_empty() {
            out.insert(text.into(), json!(self.text));
            if !self.entities.is_empty() {
                out.insert(entities.into(), self.json());
            }
        }
    }

    /// Its entities as the Bot API shows them.
    pub fn json(&self) -> Value {
        Value::Array(self.entities.iter().map(Entity::json).collect())
    }
}

/// Whether a character begins or the text ends at this UTF-16 offset.
fn on_boundary(text: &str, offset: usize) -> bool {
    let mut at = 0;
    for letter in text.chars() {
        if at >= offset {
            break;
        }
        at += letter.len_utf16();
    }
    at == offset
}
