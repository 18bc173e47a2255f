//! Reads just enough of an update to store it: what it is about, whose it is, and where it belongs.

use bellhop_channel::{Envelope, Fields, Side, clean};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The thread of what cannot be read: it waits among the dead letters and holds nobody up.
pub(crate) const UNREADABLE: &str = "unreadable";

/// The thread of what belongs to no chat.
const NOWHERE: &str = "none";

/// The kinds of updates that we ask for, in Telegram's words.
pub(crate) const KINDS: [&str; 5] = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"];

/// Where an update belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// A private chat with the bot.
    Private,
    /// The staff group.
    Staff,
    /// A group or channel of strangers, or no chat at all.
    Elsewhere,
}

/// The head of an update.
pub(crate) struct Head<'a> {
    /// Unique for ever: Telegram's number may start again at a lower one, so a digest of the content stands behind it.
    pub(crate) key: String,
    /// What happened, in Telegram's word; none for a kind that we do not know.
    pub(crate) kind: Option<&'static str>,
    /// The object below that word.
    pub(crate) body: Fields<'a>,
    pub(crate) place: Where,
    /// The staff group's topic, or the chat.
    pub(crate) thread: String,
    /// Who did it.
    pub(crate) sender: Option<String>,
}

/// Why an update cannot be read.
pub(crate) struct Unreadable {
    /// A key all the same.
    pub(crate) key: String,
    /// Where in the update.
    pub(crate) field: &'static str,
    /// What is wrong there.
    pub(crate) problem: &'static str,
}

/// Parses an update; none where it is no JSON.
pub(crate) fn parse(raw: &str) -> Option<Value> {
    serde_json::from_str(&clean::surrogates(raw)).ok()
}

/// The update's number, where it has one.
pub(crate) fn number(update: &Value) -> Option<i64> {
    update.get("update_id").and_then(Value::as_i64)
}

/// Reads the head of an update.
pub(crate) fn head(update: &Value, staff_chat: Option<i64>) -> Result<Head<'_>, Unreadable> {
    let digest = digest(update);
    let Some(number) = number(update) else {
        return Err(Unreadable { key: digest, field: "update_id", problem: "is missing or no whole number" });
    };
    let key = format!("{number}-{digest}");
    let fields = Fields::of(update);
    let kind = KINDS.into_iter().find(|kind| fields.has(kind));
    let body = kind.and_then(|kind| fields.object(kind)).unwrap_or_default();
    // The message below which a button stands says where it was pressed.
    let message = if kind == Some("callback_query") { body.object("message") } else { Some(body) };
    let chat = message.and_then(|message| message.object("chat")).and_then(|chat| chat.integer("id"));
    let Some(chat) = chat else {
        if kind.is_some() && !(kind == Some("callback_query") && body.has("inline_message_id")) {
            return Err(Unreadable { key, field: "chat.id", problem: "is missing or no whole number" });
        }
        return Ok(Head { key, kind, body, place: Where::Elsewhere, thread: NOWHERE.to_owned(), sender: sender(body) });
    };
    let place = if staff_chat == Some(chat) {
        Where::Staff
    } else if chat > 0 {
        // The ids of people, and so of private chats, are above zero; those of groups and channels are below.
        Where::Private
    } else {
        Where::Elsewhere
    };
    let thread = match place {
        Where::Staff => message.and_then(topic).unwrap_or_default(),
        Where::Private | Where::Elsewhere => chat.to_string(),
    };
    // A private chat has the id of the person in it.
    let sender = sender(body).or_else(|| (place == Where::Private).then(|| chat.to_string()));
    Ok(Head { key, kind, body, place, thread, sender })
}

/// The envelope of an update; what cannot be read gets one too, lest it come again and again.
pub(crate) fn envelope(raw: &str, update: &Value, staff_chat: Option<i64>) -> Envelope {
    match head(update, staff_chat) {
        Ok(head) => {
            let side = match head.place {
                Where::Staff => Side::Staff,
                Where::Private => Side::Customer,
                // A kind that we do not know is kept, lest what comes new is lost.
                Where::Elsewhere if head.thread == NOWHERE => Side::Customer,
                Where::Elsewhere => Side::Nobody,
            };
            Envelope { key: head.key, side, thread: head.thread, sender: head.sender, body: raw.into() }
        }
        Err(Unreadable { key, .. }) => unreadable(raw, key),
    }
}

/// The envelope of something that is not even JSON.
pub(crate) fn garbage(raw: &str) -> Envelope {
    unreadable(raw, short(Sha256::digest(raw.as_bytes()).as_slice()))
}

fn unreadable(raw: &str, key: String) -> Envelope {
    Envelope { key, side: Side::Customer, thread: UNREADABLE.to_owned(), sender: None, body: raw.into() }
}

/// The id of the press of a customer's button, whose waiting sign has to be ended.
pub(crate) fn pressed(update: &Value, staff_chat: Option<i64>) -> Option<String> {
    let press = Fields::of(update).object("callback_query")?;
    let head = head(update, staff_chat).ok()?;
    (head.place != Where::Staff).then(|| press.text("id").map(str::to_owned)).flatten()
}

/// The topic that a message of the staff group stands in; none for the general one.
///
/// A reply in the general topic has a thread too, that of the message that it answers. Not every server says of the others that they are in a topic.
fn topic(message: Fields<'_>) -> Option<String> {
    let answers = message.object("reply_to_message").is_some_and(|answered| !answered.has("forum_topic_created"));
    let in_topic = message.flag("is_topic_message") || !(message.has("is_topic_message") || answers);
    in_topic.then(|| message.integer("message_thread_id")).flatten().map(|topic| topic.to_string())
}

fn sender(body: Fields<'_>) -> Option<String> {
    let who = ["from", "user", "sender_chat", "actor_chat"].into_iter().find_map(|key| body.object(key)?.integer("id"));
    who.map(|id| id.to_string())
}

/// A short digest that the order of keys and white space do not change.
fn digest(update: &Value) -> String {
    let mut hasher = Sha256::new();
    feed(&mut hasher, update);
    short(hasher.finalize().as_slice())
}

fn short(digest: &[u8]) -> String {
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn feed(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort_unstable();
            hasher.update(b"{");
            for key in keys {
                word(hasher, b'k', key);
                if let Some(member) = members.get(key) {
                    feed(hasher, member);
                }
            }
            hasher.update(b"}");
        }
        Value::Array(items) => {
            hasher.update(b"[");
            items.iter().for_each(|item| feed(hasher, item));
            hasher.update(b"]");
        }
        Value::String(text) => word(hasher, b's', text),
        other => word(hasher, b'o', &other.to_string()),
    }
}

/// A text with its length before it, so that no two documents feed the same bytes.
fn word(hasher: &mut Sha256, mark: u8, text: &str) {
    hasher.update([mark]);
    hasher.update(text.len().to_le_bytes());
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    const STAFF: i64 = -100_500;

    fn of(update: &Value) -> Envelope {
        envelope(&update.to_string(), update, Some(STAFF))
    }

    #[test]
    fn an_update_belongs_to_its_chat_or_to_the_staff_groups_topic() {
        let message = |chat: i64, more: Value| {
            let mut message = json!({"message_id": 5, "from": {"id": 7}, "chat": {"id": chat}, "date": 1, "text": "hi"});
            message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"update_id": 10, "message": message})
        };
        for (shows, update, side, thread) in [
            ("a private chat", message(7, json!({})), Side::Customer, "7"),
            ("a group of strangers", message(-3, json!({})), Side::Nobody, "-3"),
            ("a topic", message(STAFF, json!({"is_topic_message": true, "message_thread_id": 40})), Side::Staff, "40"),
            ("the general topic", message(STAFF, json!({})), Side::Staff, ""),
            (
                "a reply in the general topic",
                message(STAFF, json!({"message_thread_id": 40, "reply_to_message": {"message_id": 40}})),
                Side::Staff,
                "",
            ),
            (
                "a button in a topic",
                json!({"update_id": 1, "callback_query": {"id": "q", "from": {"id": 7},
                    "message": {"chat": {"id": STAFF}, "message_id": 3, "is_topic_message": true, "message_thread_id": 40}}}),
                Side::Staff,
                "40",
            ),
            ("a kind that we do not know", json!({"update_id": 1, "poll": {"id": "p"}}), Side::Customer, NOWHERE),
            ("no number", json!({"message": {"chat": {"id": 7}}}), Side::Customer, UNREADABLE),
            ("no chat", json!({"update_id": 1, "message": {"text": "hi"}}), Side::Customer, UNREADABLE),
            ("no object", json!([1]), Side::Customer, UNREADABLE),
        ] {
            let envelope = of(&update);
            assert_eq!((envelope.side, envelope.thread.as_str()), (side, thread), "{shows}");
        }
    }

    #[test]
    fn a_number_that_comes_again_with_something_else_is_something_else() {
        let first = json!({"update_id": 10, "message": {"message_id": 5, "chat": {"id": 7}, "text": "hi"}});
        let reordered = parse(r#"{ "message": {"text":"hi", "chat":{"id":7},"message_id":5}, "update_id":10 }"#).unwrap();
        let later = json!({"update_id": 10, "message": {"message_id": 6, "chat": {"id": 7}, "text": "hi"}});
        assert_eq!(of(&first).key, of(&reordered).key);
        assert_ne!(of(&first).key, of(&later).key);
        assert!(of(&first).key.starts_with("10-"));
    }

    #[test]
    fn only_customers_presses_are_ended_here() {
        let press = |chat: i64| json!({"update_id": 1, "callback_query": {"id": "q-1", "from": {"id": 7}, "message": {"chat": {"id": chat}}}});
        assert_eq!(pressed(&press(7), Some(STAFF)).as_deref(), Some("q-1"));
        assert_eq!(pressed(&press(STAFF), Some(STAFF)), None);
    }
}
