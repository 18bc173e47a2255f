//! Reads what agents do in their channel.

use bellhop_channel::Side;
use bellhop_channel::{
    Fields, NormaliseError,
    staff::{Menu, Place, Pointing, StaffEvent, StaffEventKind, StaffMessage, TopicId},
};

use super::interactions::Trigger;
use crate::{
    event::{self, Head},
    incoming::unreadable,
    message,
};

/// Reads all of a stored event. What is missing, null or of another type is taken for absent. `lobby` is the thread that stands for the place
/// outside all topics, where there is one, and `menu` what agents can point with.
pub(super) fn normalise(raw: &str, lobby: Option<&str>, menu: &Menu) -> Result<StaffEvent, NormaliseError> {
    let event = event::parse(raw).ok_or_else(|| NormaliseError { field: "body".to_owned(), problem: "is not JSON".to_owned() })?;
    let head = event::head(&event).map_err(unreadable)?;
    let who = event::person(head.body);
    let is_ours = head.place.side() == Side::Staff;
    let kind = if who.flag("bot") || !is_ours { None } else { kind(&head, menu) };
    let is_lobby = head.thread.is_empty() || lobby == Some(head.thread.as_str());
    let member = head.body.object("member").unwrap_or_default();
    Ok(StaffEvent {
        place: if is_lobby { Place::Lobby } else { Place::Topic(TopicId(head.thread)) },
        agent: head.sender.unwrap_or_default(),
        agent_name: member.name("nick").or_else(|| who.name("global_name")).or_else(|| who.name("username")),
        trigger: Trigger::of(head.body).filter(|_| head.kind == Some("INTERACTION_CREATE")).map(|trigger| trigger.to_string()),
        kind: kind.unwrap_or(StaffEventKind::Unknown),
        id: head.key,
    })
}

/// What happened; none where we have no word for it, or a part that it needs is missing.
fn kind(head: &Head<'_>, menu: &Menu) -> Option<StaffEventKind> {
    let body = head.body;
    match head.kind? {
        "MESSAGE_CREATE" => written(body),
        "MESSAGE_UPDATE" if message::is_written(body) && body.has("edited_timestamp") => {
            Some(StaffEventKind::Edit { message: body.id("id")?, text: message::text(body) })
        }
        // Nobody is told who did it.
        "MESSAGE_DELETE" => Some(StaffEventKind::Delete { message: body.id("id")? }),
        "THREAD_UPDATE" => {
            let is_archived = body.object("thread_metadata")?.flag("archived");
            Some(if is_archived { StaffEventKind::Archived } else { StaffEventKind::Reopened })
        }
        "INTERACTION_CREATE" => match body.integer("type")? {
            2 => command(body.object("data")?, menu),
            3 => pressed(body),
            5 => sent(body.object("data")?),
            _ => None,
        },
        _ => None,
    }
}

fn written(body: Fields<'_>) -> Option<StaffEventKind> {
    if !message::is_written(body) {
        return None;
    }
    let (id, reply_to) = (body.id("id")?, message::reply_to(body));
    let typed = body.text("content").unwrap_or_default().trim();
    if let Some(line) = typed.strip_prefix('/').filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic())) {
        let (name, arguments) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let (name, arguments) = (name.to_lowercase(), arguments.trim().to_owned());
        return Some(StaffEventKind::Command { name, arguments, options: Vec::new(), message: Some(id), reply_to });
    }
    let (text, attachments) = (message::text(body), message::attachments(body));
    let nothing = text.is_empty() && attachments.is_empty();
    (!nothing).then_some(StaffEventKind::Message(StaffMessage { id, text, attachments, reply_to, album: None }))
}

/// A command that was picked from the menu, or pointed with.
fn command(data: Fields<'_>, menu: &Menu) -> Option<StaffEventKind> {
    let title = data.text("name")?;
    let given = |name: &str, options: Vec<(String, String)>, reply_to: Option<String>| StaffEventKind::Command {
        name: name.to_owned(),
        arguments: String::new(),
        options,
        message: None,
        reply_to,
    };
    if data.integer("type").is_none_or(|kind| kind == 1) {
        let options = data.list("options").into_iter();
        return Some(given(title, options.filter_map(|option| Some((option.id("name")?, value(option)?))).collect(), None));
    }
    let pointed = menu.commands.iter().find(|command| command.pointing.as_ref().is_some_and(|(_, titled)| titled.plain() == title))?;
    let target = data.id("target_id")?;
    Some(match pointed.pointing.as_ref()?.0 {
        Pointing::Message => given(pointed.name, Vec::new(), Some(target)),
        Pointing::Person(argument) => given(pointed.name, vec![(argument.to_owned(), target)], None),
    })
}

/// What was given for an option, as text whatever its type is.
pub(super) fn value(option: Fields<'_>) -> Option<String> {
    option.text("value").map(str::to_owned).or_else(|| option.integer("value").map(|number| number.to_string()))
}

/// A button, or one thing picked from a list.
fn pressed(body: Fields<'_>) -> Option<StaffEventKind> {
    let data = body.object("data")?;
    let button = match data.integer("component_type") {
        Some(3) => data.value()?.get("values")?.as_array()?.first()?.as_str()?.to_owned(),
        _ => data.id("custom_id")?,
    };
    Some(StaffEventKind::Button { button, post: body.object("message").and_then(|message| message.id("id")) })
}

/// A form that was filled in.
fn sent(data: Fields<'_>) -> Option<StaffEventKind> {
    let inputs = data.list("components").into_iter().flat_map(|row| row.object("component").into_iter().chain(row.list("components")));
    let values = inputs.filter_map(|input| {
        let picked = || input.value()?.get("values")?.as_array()?.first()?.as_str().map(str::to_owned);
        let value = input.text("value").map(str::to_owned).or_else(picked)?;
        Some((input.id("custom_id")?, value))
    });
    Some(StaffEventKind::Form { form: data.id("custom_id")?, values: values.filter(|(_, value)| !value.trim().is_empty()).collect() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use bellhop_channel::staff::{MenuCommand, Worded};
    use serde_json::{Value, json};

    use super::*;
    use crate::event::{Place as Where, wrap};

    fn menu() -> Menu {
        let pointing = |name, pointing, title: &str| MenuCommand {
            name,
            names: Worded::default(),
            explanation: Worded::default(),
            arguments: Vec::new(),
            pointing: Some((pointing, Worded(vec![("en", title.to_owned()), ("zh", "转为工单".to_owned())]))),
        };
        Menu {
            commands: vec![pointing("ticket", Pointing::Message, "Convert to ticket"), pointing("customer", Pointing::Person("contact"), "Customer")],
        }
    }

    fn of(kind: &str, place: Where, body: Value) -> StaffEvent {
        normalise(&wrap(kind, place, "s-1", &body.to_string()), Some("900"), &menu()).unwrap()
    }

    fn message(more: Value) -> StaffEvent {
        let mut body = json!({"id": "50", "channel_id": "40", "guild_id": "1", "type": 0, "author": {"id": "7", "username": "mei", "global_name": "Mei"},
            "member": {"nick": "Mei L"}, "content": "", "attachments": []});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        of("MESSAGE_CREATE", Where::Topic, body)
    }

    fn interaction(kind: u8, data: Value) -> StaffEvent {
        let body = json!({"id": "60", "application_id": "99", "token": "secret", "type": kind, "channel_id": "40", "guild_id": "1",
            "member": {"nick": null, "user": {"id": "7", "username": "mei"}}, "message": {"id": "51"}, "data": data});
        of("INTERACTION_CREATE", Where::Topic, body)
    }

    #[test]
    fn words_are_for_the_customer_and_lines_with_a_slash_are_commands() {
        let event = message(json!({"content": "hello"}));
        assert_eq!((&event.place, event.agent.as_str(), event.agent_name.as_deref()), (&Place::Topic(TopicId("40".into())), "7", Some("Mei L")));
        assert!(matches!(&event.kind, StaffEventKind::Message(message) if message.text == "hello" && message.reply_to.is_none()));
        let noted = message(json!({"content": "// only us"}));
        assert!(matches!(&noted.kind, StaffEventKind::Message(message) if message.text == "// only us"));
        let typed = message(json!({"content": "/Assign mei", "message_reference": {"message_id": "44"}}));
        let expected = StaffEventKind::Command {
            name: "assign".into(),
            arguments: "mei".into(),
            options: Vec::new(),
            message: Some("50".into()),
            reply_to: Some("44".into()),
        };
        assert!(typed.kind == expected);
        let file = message(json!({"attachments": [{"url": "https://cdn.example/a.png", "filename": "a.png"}]}));
        assert!(matches!(&file.kind, StaffEventKind::Message(message) if message.attachments.len() == 1));
    }

    #[test]
    fn what_programs_and_the_platform_say_is_nothing() {
        assert!(message(json!({"content": "x", "author": {"id": "99", "bot": true}})).kind == StaffEventKind::Unknown);
        assert!(message(json!({"type": 6})).kind == StaffEventKind::Unknown);
        assert!(message(json!({"content": " "})).kind == StaffEventKind::Unknown);
        let elsewhere = json!({"id": "50", "channel_id": "41", "author": {"id": "7"}, "content": "/close", "type": 0});
        assert!(of("MESSAGE_CREATE", Where::Elsewhere, elsewhere).kind == StaffEventKind::Unknown);
    }

    #[test]
    fn changes_and_ends_are_told() {
        let edit = json!({"id": "50", "channel_id": "40", "author": {"id": "7"}, "content": "better", "edited_timestamp": "2026-11-22T10:00:00Z", "type": 0});
        assert!(of("MESSAGE_UPDATE", Where::Topic, edit).kind == StaffEventKind::Edit { message: "50".into(), text: "better".into() });
        let gone = of("MESSAGE_DELETE", Where::Topic, json!({"id": "50", "channel_id": "40"}));
        assert!(gone.agent.is_empty() && gone.kind == StaffEventKind::Delete { message: "50".into() });
        let thread = |archived| of("THREAD_UPDATE", Where::Topic, json!({"id": "40", "thread_metadata": {"archived": archived}}));
        assert!(thread(true).kind == StaffEventKind::Archived && thread(false).kind == StaffEventKind::Reopened);
    }

    #[test]
    fn the_thread_that_stands_for_the_lobby_is_the_lobby() {
        let body = json!({"id": "50", "channel_id": "900", "author": {"id": "7"}, "content": "/help", "type": 0});
        assert_eq!(of("MESSAGE_CREATE", Where::Topic, body).place, Place::Lobby);
    }

    #[test]
    fn commands_come_with_their_options_by_name() {
        let event = interaction(
            2,
            json!({"name": "transfer", "type": 1, "options": [
            {"name": "department", "type": 3, "value": "sales"}, {"name": "note", "type": 3, "value": "two words"}, {"name": "n", "type": 4, "value": 3}]}),
        );
        assert_eq!(event.trigger.as_deref(), Some("60 2 99 secret"));
        let options = [("department", "sales"), ("note", "two words"), ("n", "3")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let StaffEventKind::Command { name, options: found, message: None, .. } = event.kind else { panic!("no command") };
        assert_eq!((name.as_str(), found), ("transfer", options.to_vec()));
        let pointed = interaction(2, json!({"name": "Convert to ticket", "type": 3, "target_id": "44"}));
        assert!(matches!(&pointed.kind, StaffEventKind::Command { name, reply_to, .. } if name == "ticket" && reply_to.as_deref() == Some("44")));
        let person = interaction(2, json!({"name": "Customer", "type": 2, "target_id": "8"}));
        assert!(
            matches!(&person.kind, StaffEventKind::Command { name, options, .. } if name == "customer" && options == &[("contact".to_owned(), "8".to_owned())])
        );
        assert!(interaction(2, json!({"name": "Unheard of", "type": 3, "target_id": "8"})).kind == StaffEventKind::Unknown);
    }

    #[test]
    fn buttons_lists_and_forms_are_read() {
        let pressed = |data| interaction(3, data).kind;
        let button = |id: &str| StaffEventKind::Button { button: id.into(), post: Some("51".into()) };
        assert!(pressed(json!({"custom_id": "take", "component_type": 2})) == button("take"));
        assert!(pressed(json!({"custom_id": "pick 0", "component_type": 3, "values": ["b7"]})) == button("b7"));
        assert!(pressed(json!({"custom_id": "pick 0", "component_type": 3, "values": []})) == StaffEventKind::Unknown);
        let form = interaction(
            5,
            json!({"custom_id": "f-1", "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "order", "value": "A-1"}},
            {"type": 18, "component": {"type": 3, "custom_id": "reason", "values": ["broken"]}},
            {"type": 1, "components": [{"type": 4, "custom_id": "more", "value": ""}]}]}),
        );
        let values = [("order", "A-1"), ("reason", "broken")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert!(form.kind == StaffEventKind::Form { form: "f-1".into(), values: values.to_vec() });
    }
}
