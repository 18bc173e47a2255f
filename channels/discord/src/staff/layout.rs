//! Posts, forms and suggestions as Discord takes them.

use bellhop_channel::{
    ButtonLimits, OutButton, SendError, TextUnit,
    staff::{Form, FormField, Pick, PickLimits, StaffCapabilities, StaffPost, Suggestion},
};
use serde_json::{Map, Value, json};

use crate::{api::failure::refused, markdown};

/// Buttons fill two rows of a post, and lists the other three.
const BUTTONS: ButtonLimits = ButtonLimits { count: 10, label: 80, id_bytes: 100 };
const PICKS: PickLimits = PickLimits { count: 3, options: 25, label: 100 };
/// Buttons of a row.
const ROW: usize = 5;
/// Longest title of a topic.
pub(super) const MAX_TITLE: usize = 100;
/// Longest words of a message, and of a card. Marks that are escaped take more room: longer words are shown as a card.
const MAX_TEXT: usize = 2_000;
const MAX_CARD: usize = 4_000;
/// Longest text of a card once it is escaped.
const MAX_DESCRIPTION: usize = 4_096;
/// Files of a message.
const MAX_FILES: usize = 10;
/// Longest title of a form, and longest label in it.
const MAX_LABEL: usize = 45;
/// Fields of a form.
const MAX_FIELDS: usize = 5;
/// Longest label and value of a suggestion.
const MAX_SUGGESTION: usize = 100;
/// Things in a list.
const MOST_SUGGESTIONS: usize = 25;
/// The colour of cards.
const COLOUR: u32 = 0x2f_6f_eb;

/// What the agents' channel shows.
pub(crate) const CAPABILITIES: StaffCapabilities = StaffCapabilities {
    max_text: MAX_TEXT,
    text_unit: TextUnit::Chars,
    max_title: MAX_TITLE,
    max_card: MAX_CARD,
    buttons: Some(BUTTONS),
    picks: Some(PICKS),
    whispers: true,
    tags: true,
    opens_with_post: true,
    dozes: true,
    form_fields: MAX_FIELDS,
    idempotent: false,
    calls_per_minute: None,
};

/// Refuses what is over a limit, before Discord hears of it.
pub(super) fn check(post: &StaffPost) -> Result<(), SendError> {
    let (max, count) = (if post.card { MAX_CARD } else { MAX_TEXT }, post.text.chars().count());
    if count > max {
        return Err(refused(format!("the text is longer than {max} characters")));
    }
    if post.text.trim().is_empty() && post.attachments.is_empty() && post.buttons.is_empty() && post.picks.is_empty() {
        return Err(refused("there is nothing in the post"));
    }
    if post.attachments.len() > MAX_FILES {
        return Err(refused(format!("a post has at most {MAX_FILES} files")));
    }
    let fits =
        |button: &OutButton, label: usize| !button.id.is_empty() && button.id.len() <= BUTTONS.id_bytes && button.label.chars().count() <= label;
    let lists =
        post.picks.iter().all(|pick| (1..=PICKS.options).contains(&pick.options.len()) && pick.options.iter().all(|one| fits(one, PICKS.label)));
    if post.buttons.len() > BUTTONS.count
        || post.picks.len() > PICKS.count
        || !lists
        || !post.buttons.iter().all(|button| fits(button, BUTTONS.label))
    {
        return Err(refused("a post has at most 10 buttons with labels of at most 80 characters, and 3 lists of at most 25 things"));
    }
    Ok(())
}

/// The body of a message, without its files.
pub(super) fn message(post: &StaffPost) -> Map<String, Value> {
    let words = markdown::written(&post.text);
    let is_card = post.card || words.chars().count() > MAX_TEXT;
    let mut body = Map::new();
    // Nobody is called by what a stranger wrote.
    body.insert("allowed_mentions".to_owned(), json!({ "parse": [] }));
    body.insert("components".to_owned(), Value::Array(components(post)));
    // A post that is changed may have been the other.
    let shown: String = words.chars().take(if is_card { MAX_DESCRIPTION } else { MAX_TEXT }).collect();
    let embeds = if is_card { json!([{ "description": shown, "color": COLOUR }]) } else { json!([]) };
    body.insert("embeds".to_owned(), embeds);
    body.insert("content".to_owned(), if is_card { json!("") } else { json!(shown) });
    body
}

fn components(post: &StaffPost) -> Vec<Value> {
    let rows = post.buttons.chunks(ROW).map(|row| json!({ "type": 1, "components": row.iter().map(button).collect::<Vec<_>>() }));
    let lists = post.picks.iter().enumerate().map(|(number, pick)| json!({ "type": 1, "components": [list(number, pick)] }));
    lists.chain(rows).collect()
}

fn button(button: &OutButton) -> Value {
    json!({ "type": 2, "style": 2, "custom_id": button.id, "label": button.label })
}

fn list(number: usize, pick: &Pick) -> Value {
    let options: Vec<Value> = pick.options.iter().map(|one| json!({ "label": one.label, "value": one.id })).collect();
    let placeholder: String = pick.label.chars().take(150).collect();
    json!({ "type": 3, "custom_id": format!("pick {number}"), "placeholder": placeholder, "options": options })
}

/// A form as Discord shows it.
pub(super) fn form(form: &Form) -> Result<Value, SendError> {
    if form.fields.is_empty() || form.fields.len() > MAX_FIELDS {
        return Err(refused(format!("a form has 1 to {MAX_FIELDS} fields")));
    }
    let fields: Vec<Value> = form.fields.iter().map(field).collect();
    Ok(json!({ "custom_id": form.id, "title": cut(&form.title, MAX_LABEL), "components": fields }))
}

fn field(field: &FormField) -> Value {
    let mut input = match field.choices.is_empty() {
        true => json!({ "type": 4, "custom_id": field.key, "style": if field.long { 2 } else { 1 }, "required": field.required }),
        false => {
            let option = |(value, label): &(String, String)| {
                let is_chosen = field.value.as_ref().is_some_and(|chosen| chosen == value || chosen == label);
                json!({ "label": cut(label, MAX_SUGGESTION), "value": cut(value, MAX_SUGGESTION), "default": is_chosen })
            };
            let options: Vec<Value> = field.choices.iter().take(MOST_SUGGESTIONS).map(option).collect();
            json!({ "type": 3, "custom_id": field.key, "required": field.required, "options": options })
        }
    };
    if let (true, Some(value)) = (field.choices.is_empty(), &field.value) {
        input["value"] = Value::String(cut(value, MAX_CARD));
    }
    json!({ "type": 18, "label": cut(&field.label, MAX_LABEL), "component": input })
}

/// What may be meant, as Discord lists it.
pub(super) fn suggestions(all: &[Suggestion]) -> Value {
    let fits = |one: &&Suggestion| !one.label.trim().is_empty() && !one.value.is_empty() && one.value.chars().count() <= MAX_SUGGESTION;
    let choices: Vec<Value> =
        all.iter().filter(fits).take(MOST_SUGGESTIONS).map(|one| json!({ "name": cut(&one.label, MAX_SUGGESTION), "value": one.value })).collect();
    json!({ "choices": choices })
}

/// At most so many characters; something where there is nothing.
pub(super) fn cut(text: &str, max: usize) -> String {
    let text = text.trim();
    match text.chars().count() {
        0 => "—".to_owned(),
        count if count > max => text.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn buttons(count: usize) -> Vec<OutButton> {
        (0..count).map(|number| OutButton { id: format!("b{number}"), label: format!("B{number}") }).collect()
    }

    #[test]
    fn a_post_has_words_rows_and_lists_and_calls_nobody() {
        let post = StaffPost {
            buttons: buttons(7),
            picks: vec![Pick { label: "Choose".into(), options: buttons(25) }],
            ..StaffPost::text("k", "@everyone hi")
        };
        check(&post).unwrap();
        let body = Value::Object(message(&post));
        assert_eq!((&body["allowed_mentions"], &body["content"], &body["embeds"]), (&json!({"parse": []}), &json!("@everyone hi"), &json!([])));
        let rows = body["components"].as_array().unwrap();
        assert_eq!(rows.iter().map(|row| row["components"].as_array().unwrap().len()).collect::<Vec<_>>(), [1, 5, 2]);
        assert_eq!(rows[0]["components"][0]["options"].as_array().map(Vec::len), Some(25));
    }

    #[test]
    fn a_card_is_an_embed_and_so_is_what_grows_by_its_marks() {
        let card = Value::Object(message(&StaffPost { card: true, ..StaffPost::text("k", "**Ann**") }));
        assert_eq!((&card["content"], &card["embeds"][0]["description"]), (&json!(""), &json!("**Ann**")));
        let marks = Value::Object(message(&StaffPost::text("k", "\\*".repeat(1_000).as_str())));
        assert_eq!(marks["content"].as_str().map(|words| words.chars().count()), Some(2_000));
        let more = Value::Object(message(&StaffPost::text("k", "a_".repeat(1_000).as_str())));
        assert!(more["content"] == "" && more["embeds"][0]["description"].as_str().is_some_and(|words| words.chars().count() <= MAX_DESCRIPTION));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for post in [
            StaffPost::text("k", "a".repeat(2_001)),
            StaffPost::text("k", " "),
            StaffPost { buttons: buttons(11), ..StaffPost::text("k", "?") },
            StaffPost { picks: vec![Pick { label: "x".into(), options: buttons(26) }], ..StaffPost::text("k", "?") },
        ] {
            assert!(check(&post).is_err());
        }
        assert!(check(&StaffPost { card: true, ..StaffPost::text("k", "a".repeat(4_000)) }).is_ok());
    }

    #[test]
    fn a_form_has_labels_and_at_most_five_fields() {
        let field = |key: &str, choices: Vec<(String, String)>| FormField {
            key: key.into(),
            label: "L".repeat(60),
            required: true,
            choices,
            value: Some("broken".into()),
            long: key == "story",
        };
        let fields = vec![field("order", Vec::new()), field("story", Vec::new()), field("reason", vec![("broken".into(), "Broken".into())])];
        let shown = form(&Form { id: "f-1".into(), title: "Refund".into(), fields: fields.clone() }).unwrap();
        let parts = shown["components"].as_array().unwrap();
        assert_eq!(parts[0]["label"].as_str().map(|label| label.chars().count()), Some(45));
        assert_eq!((&parts[0]["component"]["style"], &parts[1]["component"]["style"]), (&json!(1), &json!(2)));
        assert_eq!(parts[2]["component"]["options"], json!([{"label": "Broken", "value": "broken", "default": true}]));
        let many = Form { id: "f".into(), title: String::new(), fields: vec![field("a", Vec::new()); 6] };
        assert!(form(&many).is_err());
    }
}
