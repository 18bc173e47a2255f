//! The commands as Discord shows them while somebody types.

use bellhop_channel::staff::{Input, Menu, MenuArgument, MenuCommand, Pointing, Worded};
use serde_json::{Map, Value, json};

/// Longest name of a command or an option.
const MAX_NAME: usize = 32;
/// Longest explanation, and longest label and value of what can be chosen.
const MAX_WORDS: usize = 100;
/// Options of a command, and things to choose from.
const MOST: usize = 25;
/// Commands of a server by kind: slash commands, and those that point at a message or a person.
const MOST_COMMANDS: usize = 100;
const MOST_POINTING: usize = 5;
/// What Discord calls our other language.
const LOCALES: [(&str, &str); 1] = [("zh", "zh-CN")];

/// Everything that is registered for one server, slash commands first.
pub(super) fn registered(menu: &Menu) -> Vec<Value> {
    let slash = menu.commands.iter().filter(|command| is_name(command.name)).take(MOST_COMMANDS).map(slash);
    let pointing = |kind: fn(Pointing) -> bool| menu.commands.iter().filter_map(pointed).filter(move |(found, _)| kind(*found)).take(MOST_POINTING);
    let messages = pointing(|found| found == Pointing::Message).map(|(_, titled)| titled_command(3, titled));
    let people = pointing(|found| matches!(found, Pointing::Person(_))).map(|(_, titled)| titled_command(2, titled));
    slash.chain(messages).chain(people).collect()
}

/// Whether Discord has all of this and nothing else: what it adds by itself does not count.
pub(super) fn is_registered(wanted: &[Value], found: &Value) -> bool {
    let Some(found) = found.as_array() else { return false };
    let key = |command: &Value| (command["type"].as_u64().unwrap_or(1), command["name"].as_str().map(str::to_owned));
    wanted.len() == found.len() && wanted.iter().all(|one| found.iter().find(|other| key(other) == key(one)).is_some_and(|other| holds(other, one)))
}

/// Whether everything that is said in `wanted` is said in `found` as well; what is absent there is what it is by itself.
fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted.iter().all(|(key, wanted)| holds(found.get(key).unwrap_or(&Value::Null), wanted)),
        (Value::Array(found), Value::Array(wanted)) => found.len() == wanted.len() && found.iter().zip(wanted).all(|(one, other)| holds(one, other)),
        (Value::Null, Value::Bool(false)) => true,
        (Value::Null, Value::Object(wanted)) => wanted.is_empty(),
        (Value::Null, Value::Array(wanted)) => wanted.is_empty(),
        (found, wanted) => found == wanted,
    }
}

fn pointed(command: &MenuCommand) -> Option<(Pointing, &Worded)> {
    command.pointing.as_ref().map(|(pointing, titled)| (*pointing, titled))
}

fn slash(command: &MenuCommand) -> Value {
    let options: Vec<Value> = command.arguments.iter().filter(|argument| is_name(argument.name)).take(MOST).map(option).collect();
    let explanation = shortened(command.explanation.plain());
    json!({
        "type": 1,
        "name": command.name,
        "name_localizations": names(&command.names),
        "description": if explanation.is_empty() { command.name } else { &explanation },
        "description_localizations": localised(&command.explanation, shortened),
        "options": options,
        "contexts": [0],
    })
}

fn titled_command(kind: u8, titled: &Worded) -> Value {
    let short = |words: &str| words.chars().take(MAX_NAME).collect::<String>();
    json!({ "type": kind, "name": short(titled.plain()), "name_localizations": localised(titled, short), "contexts": [0] })
}

fn option(argument: &MenuArgument) -> Value {
    let label = shortened(argument.label.plain());
    let mut option = json!({
        "type": if argument.input == Input::Room { 7 } else { 3 },
        "name": argument.name,
        "name_localizations": names(&argument.label),
        "description": if label.is_empty() { argument.name } else { &label },
        "description_localizations": localised(&argument.label, shortened),
        "required": argument.required,
    });
    match &argument.input {
        Input::OneOf(all) => {
            let choices: Vec<Value> = all.iter().take(MOST).map(|(value, label)| choice(value, label)).collect();
            option["choices"] = Value::Array(choices);
        }
        Input::Suggested => option["autocomplete"] = Value::Bool(true),
        // Where people can write, and where posts can be made.
        Input::Room => option["channel_types"] = json!([0, 5]),
        Input::Text => {}
    }
    option
}

fn choice(value: &str, label: &Worded) -> Value {
    json!({ "name": shortened(label.plain()), "name_localizations": localised(label, shortened), "value": value })
}

/// What it is called in other languages, as far as Discord takes that for a name.
fn names(words: &Worded) -> Map<String, Value> {
    let name = |words: &str| words.to_lowercase().replace(' ', "-");
    let mut all = localised(words, name);
    all.retain(|_, name| name.as_str().is_some_and(is_name));
    all
}

fn localised(words: &Worded, fit: impl Fn(&str) -> String) -> Map<String, Value> {
    let said = |(ours, theirs): (&str, &str)| Some((theirs.to_owned(), Value::String(fit(words.get(ours)?))));
    LOCALES.into_iter().filter_map(said).filter(|(_, words)| words.as_str().is_some_and(|words| !words.is_empty())).collect()
}

/// Whether Discord takes it for the name of a command or an option.
fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter == '-' || letter == '_' || letter.is_numeric() || (letter.is_alphabetic() && !letter.is_uppercase());
    (1..=MAX_NAME).contains(&name.chars().count()) && name.chars().all(fits)
}

fn shortened(words: &str) -> String {
    match words.chars().count() > MAX_WORDS {
        true => words.chars().take(MAX_WORDS - 1).chain(['…']).collect(),
        false => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn worded(en: &str, zh: &str) -> Worded {
        Worded(vec![("en", en.to_owned()), ("zh", zh.to_owned())])
    }

    fn menu() -> Menu {
        let argument = |name, label: Worded, required, input| MenuArgument { name, label, required, input };
        let assign = MenuCommand {
            name: "assign",
            names: worded("assign", "分配"),
            explanation: worded(&"x".repeat(150), "交给别人"),
            arguments: vec![
                argument("agent-or-department", worded("agent or department", "客服或部门"), true, Input::Suggested),
                argument("how", worded("now | later", "how"), false, Input::OneOf(vec![("now", worded("Now", "现在"))])),
                argument("room", worded("channel", "频道"), false, Input::Room),
            ],
            pointing: None,
        };
        let ticket = MenuCommand {
            name: "ticket",
            names: Worded::default(),
            explanation: worded("Makes a ticket", ""),
            arguments: Vec::new(),
            pointing: Some((Pointing::Message, worded("Convert to ticket", "转为工单"))),
        };
        Menu { commands: vec![assign, ticket] }
    }

    #[test]
    fn commands_have_names_options_and_suggestions_in_both_languages() {
        let all = registered(&menu());
        assert_eq!(all.len(), 3);
        let assign = &all[0];
        assert_eq!(assign["name_localizations"], json!({"zh-CN": "分配"}));
        assert_eq!(assign["description"].as_str().map(|words| words.chars().count()), Some(100));
        let options = assign["options"].as_array().unwrap();
        assert_eq!((&options[0]["autocomplete"], &options[0]["required"], &options[0]["type"]), (&json!(true), &json!(true), &json!(3)));
        assert_eq!(options[1]["choices"], json!([{"name": "Now", "name_localizations": {"zh-CN": "现在"}, "value": "now"}]));
        assert_eq!((&options[2]["type"], &options[2]["channel_types"]), (&json!(7), &json!([0, 5])));
        assert_eq!((&all[2]["type"], &all[2]["name"]), (&json!(3), &json!("Convert to ticket")));
        assert!(all[2].get("description").is_none());
    }

    #[test]
    fn what_is_registered_already_is_left_alone() {
        let wanted = registered(&menu());
        let mut found = Value::Array(wanted.clone());
        for (number, command) in found.as_array_mut().unwrap().iter_mut().enumerate() {
            // What Discord adds, and what it leaves out.
            command["id"] = json!(number.to_string());
            command["version"] = json!("1");
            command["nsfw"] = json!(false);
            if command["name_localizations"] == json!({}) {
                command["name_localizations"] = Value::Null;
            }
            for option in command["options"].as_array_mut().into_iter().flatten() {
                if option["required"] == json!(false) {
                    option.as_object_mut().unwrap().remove("required");
                }
            }
        }
        assert!(is_registered(&wanted, &found));
        let mut fewer = found.clone();
        fewer.as_array_mut().unwrap().pop();
        assert!(!is_registered(&wanted, &fewer) && !is_registered(&wanted, &Value::Null));
        found[0]["description"] = json!("else");
        assert!(!is_registered(&wanted, &found));
    }

    #[test]
    fn what_is_no_name_is_left_out() {
        for (name, fits) in
            [("take", true), ("Take", false), ("分配", true), ("a b", false), ("", false), ("now | later", false), ("agent-or-department", true)]
        {
            assert_eq!(is_name(name), fits, "{name}");
        }
        assert!(!is_name(&"a".repeat(33)));
    }
}
