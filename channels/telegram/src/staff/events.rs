//! Reads what agents do in the staff group.

use bellhop_channel::{
    Fields, NormaliseError, clean,
    staff::{Place, StaffEvent, StaffEventKind, StaffMessage, TopicId},
};
use serde_json::Value;

use crate::{
    incoming::unreadable,
    message,
    update::{self, Head, Where},
};

/// The account under which administrators write who stay anonymous: a person, though Telegram calls it a bot.
const ANONYMOUS: i64 = 1_087_968_824;

/// The bot, as it has to be known to read what concerns it.
#[derive(Clone, Copy)]
pub(super) struct Me<'a> {
    /// The id of its account.
    pub(super) id: i64,
    /// Its name behind the `@`, once Telegram has told.
    pub(super) username: Option<&'a str>,
}

/// Reads all of a stored update. What is missing, null or of another type is taken for absent.
pub(super) fn normalise(raw: &str, staff_chat: i64, me: Me<'_>) -> Result<StaffEvent, NormaliseError> {
    let update = update::parse(raw).ok_or_else(|| NormaliseError { field: "body".to_owned(), problem: "is not JSON".to_owned() })?;
    let head = update::head(&update, Some(staff_chat)).map_err(unreadable)?;
    let who = head.body.object("from").or_else(|| head.body.object("user")).unwrap_or_default();
    let by_program = who.integer("id") == Some(me.id) || (who.flag("is_bot") && who.integer("id") != Some(ANONYMOUS));
    let kind = if by_program || head.place != Where::Staff { None } else { kind(&head, me) };
    Ok(StaffEvent {
        place: if head.thread.is_empty() { Place::Lobby } else { Place::Topic(TopicId(head.thread)) },
        agent_name: message::name(who),
        trigger: if head.kind == Some("callback_query") { head.body.id("id") } else { None },
        kind: kind.unwrap_or(StaffEventKind::Unknown),
        id: head.key,
        agent: head.sender.unwrap_or_else(|| "unknown".to_owned()),
    })
}

/// Whether it is a command with a bot's name behind it: whose it is depends on what we are called.
pub(super) fn names_a_bot(raw: &str) -> bool {
    let Some(update) = update::parse(raw) else { return false };
    let message = Fields::of(&update).object("message");
    message.is_some_and(|message| message::command(message::words(message).0).is_some_and(|command| command.bot.is_some()))
}

/// What happened; none where we have no word for it, or a part that it needs is missing.
fn kind(head: &Head<'_>, me: Me<'_>) -> Option<StaffEventKind> {
    let body = head.body;
    match head.kind? {
        "message" if body.has("forum_topic_closed") => Some(StaffEventKind::Archived),
        "message" if body.has("forum_topic_reopened") => Some(StaffEventKind::Reopened),
        "message" => written(body, me),
        "edited_message" => {
            let (words, entities) = message::words(body);
            Some(StaffEventKind::Edit { message: message::id(body)?, text: message::text(words, &entities, true) })
        }
        "callback_query" => Some(StaffEventKind::Button { button: body.id("data")?, post: body.object("message").and_then(message::id) }),
        _ => None,
    }
}

fn written(body: Fields<'_>, me: Me<'_>) -> Option<StaffEventKind> {
    let (words, entities) = message::words(body);
    if let Some(command) = message::command(words) {
        let for_another = command.bot.zip(me.username).is_some_and(|(bot, ours)| !bot.eq_ignore_ascii_case(ours));
        return (!for_another).then(|| StaffEventKind::Command {
            arguments: arguments(words, command.rest, &entities),
            name: command.name,
            options: Vec::new(),
            message: message::id(body),
            reply_to: message::reply_to(body),
        });
    }
    let mut text = message::text(words, &entities, true);
    for more in [location(body), card(body)].into_iter().flatten() {
        text = if text.is_empty() { more } else { format!("{text}\n{more}") };
    }
    let attachments = message::attachments(body);
    if text.is_empty() && attachments.is_empty() {
        return None;
    }
    let message = StaffMessage { id: message::id(body)?, text, attachments, reply_to: message::reply_to(body), album: message::album(body) };
    Some(StaffEventKind::Message(message))
}

/// What stands behind a command, with its formatting where it has some. Without, it stays as it was typed: it may be a code or a name.
fn arguments(words: &str, rest: &str, entities: &[Fields<'_>]) -> String {
    let start = words.trim_end().len().saturating_sub(rest.len());
    let before = words.get(..start).unwrap_or_default().encode_utf16().count();
    let moved: Vec<Value> = entities.iter().filter_map(|entity| moved_back(*entity, before)).collect();
    let moved: Vec<Fields<'_>> = moved.iter().map(Fields::of).collect();
    message::text(rest, &moved, false)
}

fn location(body: Fields<'_>) -> Option<String> {
    let place = message::location(body)?;
    let named = [place.title, place.address].into_iter().flatten().map(|name| format!("{name}, ")).collect::<String>();
    Some(clean::text(&message::text(&format!("📍 {named}{}, {}", place.latitude, place.longitude), &[], true)))
}

fn card(body: Fields<'_>) -> Option<String> {
    let card = message::card(body)?;
    let phone = card.phone.map(|phone| format!(", {phone}")).unwrap_or_default();
    Some(message::text(&format!("👤 {}{phone}", card.name), &[], true))
}

/// An entity in the rest of a text of which so many UTF-16 units are cut off; none where it began before the cut.
fn moved_back(entity: Fields<'_>, units: usize) -> Option<Value> {
    let offset = entity.integer("offset")?.checked_sub(i64::try_from(units).ok()?).filter(|&offset| offset >= 0)?;
    let mut moved = entity.value()?.clone();
    moved["offset"] = Value::from(offset);
    Some(moved)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use serde_json::json;

    use super::*;

    const STAFF: i64 = -1_001;

    /// What is read of a message in topic 40, with these members besides the usual ones.
    fn read(more: Value) -> StaffEvent {
        of("message", more)
    }

    fn of(kind: &str, more: Value) -> StaffEvent {
        let mut body = json!({"message_id": 50, "from": {"id": 7, "first_name": "Mei", "is_bot": false}, "chat": {"id": STAFF, "type": "supergroup"},
            "date": 1_700_000_000, "is_topic_message": true, "message_thread_id": 40,
            "reply_to_message": {"message_id": 40, "forum_topic_created": {"name": "Ann"}}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        normalise(&json!({"update_id": 1, kind: body}).to_string(), STAFF, Me { id: 99, username: Some("OurBot") }).unwrap()
    }

    fn message_of(event: StaffEvent) -> StaffMessage {
        match event.kind {
            StaffEventKind::Message(message) => message,
            _ => panic!("no message"),
        }
    }

    #[test]
    fn a_message_is_for_the_customer_and_answers_nothing_by_standing_in_a_topic() {
        let event = read(json!({"text": "5*3*1 is 15", "entities": []}));
        assert_eq!((&event.place, event.agent.as_str(), event.agent_name.as_deref()), (&Place::Topic(TopicId("40".into())), "7", Some("Mei")));
        let message = message_of(event);
        assert_eq!((message.id.as_str(), message.text.as_str(), message.reply_to), ("50", r"5\*3\*1 is 15", None));
        let answers = message_of(read(json!({"text": "yes", "reply_to_message": {"message_id": 44}})));
        assert_eq!(answers.reply_to.as_deref(), Some("44"));
        let bare = message_of(read(json!({"text": "yes", "reply_to_message": {"message_id": 40}})));
        assert_eq!(bare.reply_to, None);
    }

    #[test]
    fn commands_are_ours_or_nobodys() {
        let command = |text: &str, entities: Value| match read(json!({"text": text, "entities": entities})).kind {
            StaffEventKind::Command { name, arguments, .. } => format!("{name}|{arguments}"),
            StaffEventKind::Unknown => "none".to_owned(),
            _ => "no command".to_owned(),
        };
        assert_eq!(command("/ticket@OurBot refund", json!([])), "ticket|refund");
        assert_eq!(command("/Ticket@ourbot", json!([])), "ticket|");
        assert_eq!(command("/ticket@OtherBot refund", json!([])), "none");
        assert_eq!(command("/link A_B*C*", json!([])), "link|A_B*C*");
        assert_eq!(command("/reply 😀 hold it", json!([{"type": "bold", "offset": 10, "length": 4}])), "reply|😀 **hold** it");
        assert_eq!(command("// only us", json!([])), "no command");
    }

    #[test]
    fn what_is_no_word_of_an_agent_is_unknown() {
        for (shows, more) in [
            ("our own message", json!({"text": "hi", "from": {"id": 99, "is_bot": true}})),
            ("another bot's", json!({"text": "hi", "from": {"id": 5, "is_bot": true}})),
            ("our own closing", json!({"forum_topic_closed": {}, "from": {"id": 99, "is_bot": true}})),
            ("a topic that is made", json!({"forum_topic_created": {"name": "x"}})),
            ("something that is pinned", json!({"pinned_message": {"message_id": 4}})),
        ] {
            assert!(read(more).kind == StaffEventKind::Unknown, "{shows}");
        }
    }

    #[test]
    fn what_agents_do_by_hand_is_told() {
        assert!(read(json!({"forum_topic_closed": {}})).kind == StaffEventKind::Archived);
        assert!(read(json!({"forum_topic_reopened": {}})).kind == StaffEventKind::Reopened);
        let edit = of("edited_message", json!({"caption": "better", "photo": [{"file_id": "f"}]}));
        assert!(edit.kind == StaffEventKind::Edit { message: "50".into(), text: "better".into() });
        let anonymous = read(json!({"text": "hi", "from": {"id": ANONYMOUS, "is_bot": true, "first_name": "Group"}}));
        assert_eq!(message_of(anonymous).text, "hi");
        let place = read(json!({"location": {"latitude": 52.5, "longitude": 13.4}}));
        assert_eq!(message_of(place).text, "📍 52.5, 13.4");
    }

    #[test]
    fn a_button_names_its_post_and_its_trigger() {
        let press = json!({"update_id": 1, "callback_query": {"id": "q-1", "from": {"id": 7, "first_name": "Mei"}, "data": "take",
            "message": {"message_id": 51, "chat": {"id": STAFF}, "is_topic_message": true, "message_thread_id": 40}}});
        let event = normalise(&press.to_string(), STAFF, Me { id: 99, username: None }).unwrap();
        assert_eq!((event.trigger.as_deref(), &event.place), (Some("q-1"), &Place::Topic(TopicId("40".into()))));
        assert!(event.kind == StaffEventKind::Button { button: "take".into(), post: Some("51".into()) });
    }
}
