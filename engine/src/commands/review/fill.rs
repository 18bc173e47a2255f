//! What is missing of a ticket in the making, asked in one go where there are forms.

use bellhop_domain::{
    template::{Field, FieldType, show_value},
    words,
};
use serde_json::{Map, Value};

use super::{
    super::{Answer, AnswerField, AnswerForm, Call, Choice, CommandError, escaped},
    card, shown,
};
use crate::actions::{
    ActionError,
    review::{self, ReviewPatch, Reviewed},
};

/// Things that can be chosen from in a form; where there are more, they are written.
const MOST_CHOICES: usize = 25;

/// Without values it asks for them, and shows the card; with values it sets them, and says what is still missing or wrong.
pub(super) async fn fill(call: &Call<'_>) -> Result<Answer, CommandError> {
    let id = call.conversation()?;
    let begun = review::look(call.engine, call.caller, id).await?.filter(|reviewed| reviewed.review.is_open());
    let mut reviewed = match begun {
        Some(reviewed) => reviewed,
        None => review::open(call.engine, call.caller, id, None, None).await?,
    };
    if call.place.values.is_empty() {
        return Ok(Answer { form: form(call, &reviewed), ..shown(call, &reviewed) });
    }
    let mut wrong = Vec::new();
    for (key, value) in call.place.values.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let label = reviewed.template.as_ref().and_then(|template| template.field(key)).map(|field| label(call, field));
        // The kind of ticket was changed meanwhile: the field is no longer asked for.
        let Some(label) = label else { continue };
        let patch = ReviewPatch { fields: Map::from_iter([(key.clone(), Value::String(value.clone()))]), ..ReviewPatch::default() };
        match review::change(call.engine, call.caller, id, &patch, None).await {
            Ok(changed) => reviewed = changed,
            Err(ActionError::Invalid { problems }) => {
                let why = problems.into_iter().map(|problem| problem.message.say(&call.place.language)).collect::<Vec<_>>().join("; ");
                wrong.push(call.say("review-unusable", &[("label", (&escaped(&label)).into()), ("why", (&escaped(&why)).into())]));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let missing: Vec<String> = reviewed.missing().into_iter().map(|field| escaped(&label(call, field))).collect();
    let mut lines = wrong;
    let choice = if missing.is_empty() {
        lines.push(call.say("review-filled", &[]));
        Choice::new(call.say("review-button-confirm", &[]), format!("/review confirm {}", reviewed.review.version))
    } else {
        lines.push(call.say("review-still-missing", &[("fields", (&missing.join(", ")).into())]));
        Choice::new(call.say("review-button-fill", &[]), "/fill")
    };
    Ok(Answer { choices: vec![choice], ..Answer::text(lines.join("\n")) })
}

/// What is missing; where nothing is, everything, to be corrected.
fn form(call: &Call<'_>, reviewed: &Reviewed) -> Option<Box<AnswerForm>> {
    let template = reviewed.template.as_ref()?;
    let missing = reviewed.missing();
    let asked: Vec<&Field> = if missing.is_empty() { template.fields.iter().collect() } else { missing.clone() };
    let asked = asked.into_iter().filter(|field| field.kind != FieldType::File);
    let fields: Vec<AnswerField> = asked
        .map(|field| AnswerField {
            key: field.key.clone(),
            label: label(call, field),
            required: missing.iter().any(|missing| missing.key == field.key),
            choices: choices(call, field),
            value: reviewed.review.fields.get(&field.key).map(|held| show_value(field, &held.value, &call.place.language)),
            long: field.kind == FieldType::LongText,
        })
        .collect();
    let title = card::name(&template.title, &template.key, &call.place.language);
    (!fields.is_empty()).then(|| Box::new(AnswerForm { title, line: "/fill".to_owned(), fields }))
}

fn label(call: &Call<'_>, field: &Field) -> String {
    card::name(&field.label, &field.key, &call.place.language)
}

/// What can be chosen, each with its value and its label.
fn choices(call: &Call<'_>, field: &Field) -> Vec<(String, String)> {
    let language = &call.place.language;
    let all: Vec<(String, String)> = match field.kind {
        FieldType::Checkbox => {
            [("true", "button-yes"), ("false", "button-no")].map(|(value, key)| (value.to_owned(), words::say(language, key, &[]))).to_vec()
        }
        FieldType::Choice | FieldType::CascadingChoice => {
            card::leaves(&field.choices, language).into_iter().map(|(label, way)| (way, label)).collect()
        }
        _ => Vec::new(),
    };
    if all.len() > MOST_CHOICES { Vec::new() } else { all }
}
