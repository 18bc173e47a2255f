//! Reads just enough of an event to store it: what it is about, whose it is, and where it belongs.

use bellhop_channel::{Envelope, Fields, Side, clean};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The thread of what cannot be read: it waits among the dead letters and holds nobody up.
pub(crate) const UNREADABLE: &str = "unreadable";

/// Our own name for a press on "contact us" that has opened a thread.
pub(crate) const CONTACT: &str = "BELLHOP_CONTACT";

/// The kinds of events that are kept, in Discord's words and ours; others say nothing that anybody waits for.
pub(crate) const KINDS: [&str; 10] = [
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_DELETE",
    "MESSAGE_DELETE_BULK",
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "INTERACTION_CREATE",
    "THREAD_UPDATE",
    "THREAD_DELETE",
    CONTACT,
];

/// Where in Discord something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Direct messages with the bot.
    Direct,
    /// A private thread that the bot has opened for a customer.
    Thread,
    /// The agents' channel itself.
    Lobby,
    /// A post or thread in the agents' channel.
    Topic,
    /// Anywhere else in a server.
    Elsewhere,
}

impl Place {
    /// Its word in a stored event.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Thread => "thread",
            Self::Lobby => "lobby",
            Self::Topic => "topic",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// The place with this word.
    pub(crate) fn known(word: &str) -> Option<Self> {
        [Self::Direct, Self::Thread, Self::Lobby, Self::Topic].into_iter().find(|place| place.as_str() == word)
    }

    /// Whose it is.
    pub(crate) fn side(self) -> Side {
        match self {
            Self::Direct | Self::Thread => Side::Customer,
            Self::Lobby | Self::Topic => Side::Staff,
            Self::Elsewhere => Side::Nobody,
        }
    }
}

/// An event as it is stored: Discord's own words in `d`, and beside them what Discord does not say with it. `number` tells events without an id apart.
pub(crate) fn wrap(kind: &str, place: Place, number: &str, body: &str) -> String {
    let word = |text: &str| Value::from(text).to_string();
    format!(r#"{{"t":{},"place":{},"n":{},"d":{body}}}"#, word(kind), word(place.as_str()), word(number))
}

/// Parses a stored event; none where it is no JSON.
pub(crate) fn parse(raw: &str) -> Option<Value> {
    serde_json::from_str(&clean::surrogates(raw)).ok()
}

/// The head of an event.
pub(crate) struct Head<'a> {
    /// Unique for ever.
    pub(crate) key: String,
    /// What happened, in Discord's word; none for a kind that we do not know.
    pub(crate) kind: Option<&'static str>,
    /// What Discord says of it.
    pub(crate) body: Fields<'a>,
    pub(crate) place: Place,
    /// The channel, or nothing for the agents' lobby.
    pub(crate) thread: String,
    /// Who did it.
    pub(crate) sender: Option<String>,
}

/// Why an event cannot be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// A key all the same.
    pub(crate) key: String,
    /// Where in the event.
    pub(crate) field: &'static str,
    /// What is wrong there.
    pub(crate) problem: &'static str,
}

/// Reads the head of a stored event.
pub(crate) fn head(event: &Value) -> Result<Head<'_>, Unreadable> {
    let fields = Fields::of(event);
    let kind = fields.text("t").and_then(|kind| KINDS.into_iter().find(|known| *known == kind));
    let body = fields.object("d").unwrap_or_default();
    let place = fields.text("place").and_then(Place::known).unwrap_or(Place::Elsewhere);
    let unreadable = |field, problem| Unreadable { key: digest(event), field, problem };
    let Some(kind) = kind else { return Err(unreadable("t", "is no kind of event that is kept")) };
    // An update or end of a thread is about the thread itself.
    let own_id = matches!(kind, "THREAD_UPDATE" | "THREAD_DELETE");
    let Some(channel) = (if own_id { body.id("id") } else { body.id("channel_id") }) else {
        return Err(unreadable("d.channel_id", "is missing or no text"));
    };
    let id = body.id("id");
    let key = match (kind, id) {
        ("MESSAGE_CREATE", Some(id)) => format!("m-{id}"),
        ("MESSAGE_DELETE", Some(id)) => format!("d-{id}"),
        ("MESSAGE_UPDATE", Some(id)) => format!("e-{id}-{}", body.value().map(edition).unwrap_or_default()),
        ("INTERACTION_CREATE", Some(id)) => format!("i-{id}"),
        (CONTACT, Some(id)) => format!("c-{id}"),
        ("MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE" | "INTERACTION_CREATE" | CONTACT, None) => {
            return Err(unreadable("d.id", "is missing or no text"));
        }
        _ => format!("n-{}-{}", fields.text("n").unwrap_or_default(), digest(event)),
    };
    let thread = if place == Place::Lobby { String::new() } else { channel };
    Ok(Head { key, kind: Some(kind), body, place, thread, sender: sender(body) })
}

/// The envelope of a stored event; what cannot be read gets one too, lest it come again and again.
pub(crate) fn envelope(raw: &str) -> Envelope {
    let unreadable = |key| Envelope { key, side: Side::Customer, thread: UNREADABLE.to_owned(), sender: None, body: raw.into() };
    let Some(event) = parse(raw) else { return unreadable(bytes_digest(raw.as_bytes())) };
    match head(&event) {
        Ok(head) => Envelope { key: head.key, side: head.place.side(), thread: head.thread, sender: head.sender, body: raw.into() },
        Err(Unreadable { key, .. }) => unreadable(key),
    }
}

/// Whoever did it: the author, the person who pressed, or who is named.
pub(crate) fn person(body: Fields<'_>) -> Fields<'_> {
    let member = body.object("member").and_then(|member| member.object("user"));
    body.object("author").or_else(|| body.object("user")).or(member).unwrap_or_default()
}

fn sender(body: Fields<'_>) -> Option<String> {
    person(body).id("id").or_else(|| body.id("user_id"))
}

/// What tells one edition of a message from another.
fn edition(message: &Value) -> String {
    let part = |key: &str| message.get(key).cloned().unwrap_or_default();
    digest(&Value::Array(vec![part("content"), part("edited_timestamp"), part("attachments")]))
}

fn digest(value: &Value) -> String {
    bytes_digest(value.to_string().as_bytes())
}

fn bytes_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    fn of(kind: &str, place: Place, body: Value) -> Envelope {
        envelope(&wrap(kind, place, "s-1", &body.to_string()))
    }

    #[test]
    fn keys_are_the_same_for_the_same_and_others_for_others() {
        let message = json!({"id": "5", "channel_id": "7", "content": "a", "edited_timestamp": null});
        let edited = json!({"id": "5", "channel_id": "7", "content": "b", "edited_timestamp": "2026-11-22T10:00:00Z"});
        assert_eq!(of("MESSAGE_CREATE", Place::Direct, message.clone()).key, "m-5");
        let filled = json!({"id": "5", "channel_id": "7", "content": "a", "mentions": []});
        assert_eq!(of("MESSAGE_CREATE", Place::Direct, filled).key, "m-5", "back-filled, it looks a little different");
        assert_ne!(of("MESSAGE_UPDATE", Place::Direct, message).key, of("MESSAGE_UPDATE", Place::Direct, edited).key);
        let reaction = json!({"message_id": "5", "channel_id": "7", "user_id": "9", "emoji": {"name": "👍"}});
        let again = envelope(&wrap("MESSAGE_REACTION_ADD", Place::Direct, "s-2", &reaction.to_string()));
        assert_ne!(of("MESSAGE_REACTION_ADD", Place::Direct, reaction).key, again.key, "the same reaction a second time");
    }

    #[test]
    fn places_say_whose_it_is() {
        let message = json!({"id": "5", "channel_id": "7", "author": {"id": "9"}});
        for (place, side, thread) in [
            (Place::Direct, Side::Customer, "7"),
            (Place::Thread, Side::Customer, "7"),
            (Place::Lobby, Side::Staff, ""),
            (Place::Topic, Side::Staff, "7"),
            (Place::Elsewhere, Side::Nobody, "7"),
        ] {
            let envelope = of("MESSAGE_CREATE", place, message.clone());
            assert_eq!((envelope.side, envelope.thread.as_str(), envelope.sender.as_deref()), (side, thread, Some("9")));
        }
    }

    #[test]
    fn what_cannot_be_read_is_kept_apart() {
        assert_eq!(envelope("nonsense").thread, UNREADABLE);
        assert_eq!(of("MESSAGE_CREATE", Place::Direct, json!({"id": "5"})).thread, UNREADABLE);
        assert_eq!(of("TYPING_START", Place::Direct, json!({"channel_id": "5"})).thread, UNREADABLE);
    }
}
