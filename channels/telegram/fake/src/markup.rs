//! `parse_mode`: HTML and MarkdownV2, as strict as Telegram. Errors are what follows "can't parse entities: ".

#[cfg(test)]
mod tests;

use serde_json::json;

use crate::entities::{Entity, Formatted, utf16};

/// What a tag's one attribute that matters says, by its name.
type Attribute = Option<(&'static str, String)>;

/// A tag that is open: its name, where it began in UTF-16 units, and its attribute.
type Open = (String, usize, Attribute);

/// Reads HTML as Telegram does: a few tags, four named entities and numbers.
pub(crate) fn html(source: &str) -> Result<Formatted, String> {
    let mut out = Formatted::default();
    let mut open: Vec<Open> = Vec::new();
    let mut rest = source;
    while let Some(letter) = rest.chars().next() {
        let at = source.len() - rest.len();
        match letter {
            '&' => {
                let (decoded, length) = character(rest);
                out.text.push(decoded);
                rest = rest.get(length..).unwrap_or_default();
            }
            '<' => {
                let (tag, after) = rest.get(1..).and_then(|tag| tag.split_once('>')).ok_or_else(|| match rest.starts_with("</") {
                    true => format!("Unclosed end tag at byte offset {at}"),
                    false => format!("Unclosed start tag at byte offset {at}"),
                })?;
                rest = after;
                match tag.strip_prefix('/') {
                    Some(name) => close(&mut out, &mut open, &name.trim().to_lowercase(), at)?,
                    None => {
                        let (name, more) = start_tag(tag, at)?;
                        open.push((name, utf16(&out.text), more));
                    }
                }
            }
            letter => {
                out.text.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    match open.last() {
        Some((name, ..)) => Err(format!("Can't find end tag corresponding to start tag \"{name}\"")),
        None => Ok(sorted(out)),
    }
}

fn close(out: &mut Formatted, open: &mut Vec<Open>, end: &str, at: usize) -> Result<(), String> {
    let (name, start, more) = open.pop().ok_or_else(|| format!("Unexpected end tag at byte offset {at}"))?;
    if !end.is_empty() && end != name {
        return Err(format!("Unmatched end tag at byte offset {at}, expected \"</{name}>\", found \"</{end}>\""));
    }
    let length = utf16(&out.text) - start;
    if length == 0 {
        return Ok(());
    }
    let kind = match (name.as_str(), &more) {
        ("b" | "strong", _) => "bold",
        ("i" | "em", _) => "italic",
        ("u" | "ins", _) => "underline",
        ("s" | "strike" | "del", _) => "strikethrough",
        ("tg-spoiler" | "span", _) => "spoiler",
        ("code", _) => "code",
        ("pre", _) => "pre",
        ("blockquote", None) => "blockquote",
        ("blockquote", Some(_)) => "expandable_blockquote",
        ("tg-emoji", _) => "custom_emoji",
        _ => "text_link",
    };
    let mut entity = Entity::new(kind, start, length);
    match (kind, more) {
        ("text_link", None) => return Ok(()),
        ("text_link", Some((_, url))) => link(&mut entity, &url),
        ("custom_emoji", Some((_, id))) => {
            entity.more.insert("custom_emoji_id".into(), json!(id));
        }
        ("code", Some((_, language))) if open.last().is_some_and(|(name, begun, _)| name == "pre" && *begun == start) => {
            // What the block around it is written in.
            if let Some((_, _, outer)) = open.last_mut() {
                *outer = Some(("language", language));
            }
            return Ok(());
        }
        ("pre", Some((_, language))) => {
            entity.more.insert("language".into(), json!(language));
        }
        _ => {}
    }
    out.entities.push(entity);
    Ok(())
}

/// A link, or the mention of a person by their id.
fn link(entity: &mut Entity, url: &str) {
    match url.strip_prefix("tg://user?id=").and_then(|id| id.parse::<i64>().ok()) {
        Some(id) => {
            entity.kind = "text_mention".into();
            entity.more.insert("user".into(), json!({ "id": id, "is_bot": false, "first_name": "" }));
        }
        None => {
            entity.more.insert("url".into(), json!(url));
        }
    }
}

/// A start tag's name, and the one attribute that matters for it.
fn start_tag(tag: &str, at: usize) -> Result<(String, Attribute), String> {
    let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let name = name.to_lowercase();
    let attribute = |wanted: &str| {
        let (_, after) = attributes.split_once(wanted)?;
        let after = after.trim_start().strip_prefix('=')?.trim_start();
        let value = match after.chars().next()? {
            quote @ ('"' | '\'') => after.split(quote).nth(1)?,
            _ => after.split_whitespace().next()?,
        };
        Some(decoded(value))
    };
    let more = match name.as_str() {
        "b" | "strong" | "i" | "em" | "u" | "ins" | "s" | "strike" | "del" | "tg-spoiler" | "pre" => None,
        "code" => attribute("class").and_then(|class| class.strip_prefix("language-").map(|language| ("language", language.to_owned()))),
        "a" => attribute("href").map(|url| ("url", url)),
        "blockquote" => attributes.contains("expandable").then(|| ("expandable", String::new())),
        "tg-emoji" => Some(("id", attribute("emoji-id").ok_or("Invalid custom emoji identifier specified")?)),
        "span" if attribute("class").as_deref() == Some("tg-spoiler") => None,
        "span" => return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}")),
        _ => return Err(format!("Unsupported start tag \"{name}\" at byte offset {at}")),
    };
    Ok((name, more))
}

/// The character that a text beginning with `&` stands for, and how many bytes say so.
fn character(text: &str) -> (char, usize) {
    for (name, letter) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
        if text.starts_with(name) {
            return (letter, name.len());
        }
    }
    let numbered = text.strip_prefix("&#").and_then(|rest| {
        let (digits, _) = rest.split_once(';')?;
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => digits.parse().ok()?,
        };
        Some((char::from_u32(code)?, digits.len() + 3))
    });
    numbered.unwrap_or(('&', 1))
}

fn decoded(mut text: &str) -> String {
    let mut out = String::new();
    while let Some(letter) = text.chars().next() {
        let (letter, length) = if letter == '&' { character(text) } else { (letter, letter.len_utf8()) };
        out.push(letter);
        text = text.get(length..).unwrap_or_default();
    }
    out
}

/// Reads MarkdownV2: every special character is markup or escaped.
pub(crate) fn markdown(source: &str) -> Result<Formatted, String> {
    let letters: Vec<(usize, char)> = source.char_indices().collect();
    let letter = |index: usize| letters.get(index).map(|(_, letter)| *letter);
    let mut out = Formatted::default();
    let mut open: Vec<(&'static str, usize, usize, String)> = Vec::new();
    let (mut index, mut line_start) = (0, true);
    while let Some(&(at, current)) = letters.get(index) {
        let here = utf16(&out.text);
        let inside = open.last().map(|(kind, ..)| *kind);
        let literal = matches!(inside, Some("code" | "pre"));
        let begins_line = std::mem::replace(&mut line_start, current == '\n');
        if current == '\\' && letter(index + 1).is_some_and(|next| (next as u32) < 127 && next != '\n') {
            out.text.extend(letter(index + 1));
            index += 2;
            continue;
        }
        if literal {
            let fence = if inside == Some("pre") { 3 } else { 1 };
            if (0..fence).all(|step| letter(index + step) == Some('`')) {
                end(&mut out, &mut open);
                index += fence;
            } else {
                out.text.push(current);
                index += 1;
            }
            continue;
        }
        let double = letter(index + 1) == Some(current);
        let (kind, width) = match current {
            '*' => ("bold", 1),
            '_' if double => ("underline", 2),
            '_' => ("italic", 1),
            '~' => ("strikethrough", 1),
            '|' if double => ("spoiler", 2),
            '`' if double && letter(index + 2) == Some('`') => {
                index += 3;
                let mut language = String::new();
                while let Some(next) = letter(index).filter(|next| !next.is_whitespace() && *next != '`') {
                    language.push(next);
                    index += 1;
                }
                index += usize::from(letter(index) == Some('\n'));
                open.push(("pre", here, at, language));
                continue;
            }
            '`' => {
                open.push(("code", here, at, String::new()));
                index += 1;
                continue;
            }
            '[' => ("text_link", 1),
            '!' if letter(index + 1) == Some('[') => ("custom_emoji", 2),
            ']' if matches!(inside, Some("text_link" | "custom_emoji")) => {
                index += 1;
                let mut url = String::new();
                if letter(index) == Some('(') {
                    let begin = letters.get(index + 1).map_or(source.len(), |(at, _)| *at);
                    index += 1;
                    loop {
                        match letter(index) {
                            None => return Err(format!("Can't find end of a URL at byte offset {begin}")),
                            Some(')') => break,
                            Some('\\') if letter(index + 1).is_some() => {
                                url.extend(letter(index + 1));
                                index += 2;
                            }
                            Some(next) => {
                                url.push(next);
                                index += 1;
                            }
                        }
                    }
                    index += 1;
                }
                if let Some((_, _, _, argument)) = open.last_mut() {
                    *argument = url;
                }
                end(&mut out, &mut open);
                continue;
            }
            '>' if begins_line || index == 0 => {
                index += 1;
                if !open.iter().any(|(kind, ..)| *kind == "blockquote") {
                    open.push(("blockquote", here, at, String::new()));
                }
                continue;
            }
            '\n' => {
                let ends_quote = inside == Some("blockquote") && letter(index + 1) != Some('>');
                if let Some((kind, _, begun, _)) =
                    open.last().filter(|(kind, ..)| *kind != "blockquote" && open.iter().any(|(kind, ..)| *kind == "blockquote"))
                {
                    return Err(format!("Can't find end of {} entity at byte offset {begun}", named(kind)));
                }
                if ends_quote {
                    end(&mut out, &mut open);
                }
                out.text.push('\n');
                index += 1;
                continue;
            }
            ']' | '(' | ')' | '>' | '#' | '+' | '-' | '=' | '|' | '{' | '}' | '.' | '!' => {
                return Err(format!("Character '{current}' is reserved and must be escaped with the preceding '\\'"));
            }
            plain => {
                out.text.push(plain);
                index += 1;
                continue;
            }
        };
        index += width;
        if inside == Some(kind) && !matches!(kind, "text_link" | "custom_emoji") {
            end(&mut out, &mut open);
        } else {
            open.push((kind, here, at, String::new()));
        }
    }
    if open.last().is_some_and(|(kind, ..)| *kind == "blockquote") {
        end(&mut out, &mut open);
    }
    match open.last() {
        Some((kind, _, at, _)) => Err(format!("Can't find end of {} entity at byte offset {at}", named(kind))),
        None => Ok(sorted(out)),
    }
}

fn end(out: &mut Formatted, open: &mut Vec<(&'static str, usize, usize, String)>) {
    let Some((kind, start, _, argument)) = open.pop() else { return };
    let mut entity = Entity::new(kind, start, utf16(&out.text) - start);
    match kind {
        "text_link" if argument.is_empty() => return,
        "text_link" => link(&mut entity, &argument),
        "pre" if !argument.is_empty() => {
            entity.more.insert("language".into(), json!(argument));
        }
        "custom_emoji" => {
            entity.more.insert("custom_emoji_id".into(), json!(argument.trim_start_matches("tg://emoji?id=")));
        }
        _ => {}
    }
    if entity.length > 0 {
        out.entities.push(entity);
    }
}

/// How Telegram's errors call a kind.
fn named(kind: &str) -> &'static str {
    match kind {
        "bold" => "Bold",
        "italic" => "Italic",
        "underline" => "Underline",
        "strikethrough" => "Strikethrough",
        "spoiler" => "Spoiler",
        "code" => "Code",
        "pre" => "Pre",
        "text_link" => "TextUrl",
        "custom_emoji" => "CustomEmoji",
        _ => "BlockQuote",
    }
}

fn sorted(mut out: Formatted) -> Formatted {
    out.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
    out
}
