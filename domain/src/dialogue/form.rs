//! A ticket in the making: the bot asks for what the template cannot do without, and files it.

mod asked;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{CollectReason, Decision, Draft, Effect, Form, HandoffReason, Phase, answering, handing_over, pressing, saying::Words, turn::Turn};
use crate::{
    conversation::ConversationStatus,
    id::MessageId,
    intent::Intent,
    message::ButtonAction,
    sourced::Source,
    template::{self, Around, Choice, Field, FieldType, Filled, Given, Known, Template},
    ticket::FieldValue,
    timeline::TimelineKind,
};

pub(super) use asked::{begin as ask_for_agent, end as stop_for_agent};

/// Answers to one question that may be unusable.
const TRIES: u8 = 3;
/// Ends of a cascading choice that are offered at once; where there are more, it goes on level by level.
const MOST_AT_ONCE: usize = 6;

/// Nobody was free in time: offers the form, and the conversation stays in the queue meanwhile.
pub(super) fn after_waiting(turn: Turn<'_>) -> Turn<'_> {
    let waits = turn.status == ConversationStatus::Queued && !turn.situation.assigned;
    let may_ask = !turn.dialogue.keeps_waiting && !matches!(turn.dialogue.phase, Phase::Collecting(_)) && !turn.situation.desk.templates.is_empty();
    if !waits || !may_ask {
        return turn;
    }
    let lead = vec![turn.words("form-waited", &[])];
    begin(turn, CollectReason::WaitedTooLong, lead, None)
}

/// Begins the form, with what can be known already; `lead` comes first in what is said, `instead_of` is the handoff that it takes the place of.
pub(super) fn begin(mut turn: Turn<'_>, why: CollectReason, mut lead: Vec<String>, instead_of: Option<Value>) -> Turn<'_> {
    let template = suggested(&turn);
    turn.record(TimelineKind::Changed, json!({"form": why.as_str(), "template": template, "instead_of": instead_of}));
    if let Some(template) = template.as_ref().and_then(|key| turn.situation.desk.templates.get(key)) {
        lead.push(turn.words("form-about", &[("title", template.title.get(&turn.language).into())]));
    }
    let form = Form { template, fields: BTreeMap::new(), asking: None, way: Vec::new(), tries: 0, why, wanted: Vec::new() };
    go_on(turn, form, lead, None)
}

/// The template that the customer's own words ask for; the latest words that ask for one count.
fn suggested(turn: &Turn<'_>) -> Option<String> {
    let templates = &turn.situation.desk.templates;
    if let (1, Some(only)) = (templates.len(), templates.keys().next()) {
        return Some(only.clone());
    }
    turn.situation.customer_texts.iter().rev().find_map(|(_, text)| template::suggest(templates.values(), text)).map(|found| found.template)
}

/// Asks for what is still missing, or files the ticket; `latest` is the message that was just read.
fn go_on<'a>(mut turn: Turn<'a>, mut form: Form, mut lead: Vec<String>, latest: Option<(MessageId, &str)>) -> Turn<'a> {
    let template = form.template.as_ref().and_then(|key| turn.situation.desk.templates.get(key));
    (form.tries, form.asking, form.way) = (0, None, Vec::new());
    if let Some(template) = template {
        let filled = fill(&turn, template, &form.fields, latest);
        let missing = filled.missing.len();
        form.asking = filled.missing.first().map(|field| field.key.clone());
        form.fields = filled.fields;
        if missing == 0 {
            return file(turn, template, form, lead);
        }
        if !lead.is_empty() {
            let count = i64::try_from(missing).unwrap_or(i64::MAX);
            lead.push(turn.words("form-few-questions", &[("count", count.into())]));
        }
    } else {
        form.template = None;
    }
    let (question, buttons) = question(&turn, &form);
    turn.dialogue.phase = Phase::Collecting(form);
    let lead = turn.sentences(&lead);
    turn.reply(vec![lead, question], buttons);
    turn
}

/// What the conditions of fields look at.
fn around<'a>(turn: &Turn<'a>) -> Option<Around<'a>> {
    Some(Around { desk: turn.situation.desk, input: turn.situation.known })
}

fn fill<'t>(turn: &Turn<'_>, template: &'t Template, collected: &BTreeMap<String, FieldValue>, latest: Option<(MessageId, &str)>) -> Filled<'t> {
    let mut messages: Vec<(MessageId, &str)> = turn.situation.customer_texts.iter().map(|(id, text)| (*id, text.as_str())).collect();
    if let Some((id, text)) = latest.filter(|(id, _)| !messages.iter().any(|(known, _)| known == id)) {
        messages.push((id, text));
    }
    let nothing = Map::new();
    let given = Given { values: &nothing, source: Source::Form, message: None };
    template::fill(
        template,
        &given,
        &Known { contact: Some(turn.situation.contact), messages: &messages, collected: Some(collected), around: around(turn) },
    )
}

fn file<'a>(mut turn: Turn<'a>, template: &Template, form: Form, lead: Vec<String>) -> Turn<'a> {
    let mut lead = turn.sentences(&lead);
    if !turn.dialogue.greeted {
        lead = format!("{}\n\n{lead}", turn.words("greeting-line", &[]));
        turn.dialogue.greeted = true;
    }
    turn.listen();
    turn.dialogue.offered.clear();
    turn.dialogue.late_told = false;
    turn.effects.push(Effect::File { template: template.key.clone(), fields: form.fields, lead });
    if turn.status == ConversationStatus::Queued {
        turn.effects.push(Effect::LeaveQueue);
    }
    turn
}

/// The form's present question, and the buttons below it.
pub(super) fn question(turn: &Turn<'_>, form: &Form) -> (String, Vec<Draft>) {
    let stop = match turn.status {
        ConversationStatus::Queued if form.why != CollectReason::AgentAsked => turn.button("button-keep-waiting", ButtonAction::KeepWaiting),
        _ => turn.button("button-cancel", ButtonAction::Cancel),
    };
    let field = asked(turn, form);
    let (text, mut buttons) = match field {
        None => (turn.words("form-template", &[]), template_buttons(turn)),
        Some(field) => {
            let label = field.label.get(&turn.language);
            let text = match &field.question {
                Some(question) if !question.is_empty() => question.get(&turn.language).to_owned(),
                _ => turn.words("form-ask", &[("label", label.into())]),
            };
            let (level, labels) = level(field, &form.way, &turn.language);
            let text = if labels.is_empty() { text } else { format!("{text}\n{} ›", labels.join(" › ")) };
            (text, field_buttons(turn, field, level, &form.way))
        }
    };
    buttons.push(stop);
    (text, buttons)
}

fn asked<'a>(turn: &Turn<'a>, form: &Form) -> Option<&'a Field> {
    turn.situation.desk.templates.get(form.template.as_ref()?)?.field(form.asking.as_ref()?)
}

fn template_buttons(turn: &Turn<'_>) -> Vec<Draft> {
    let templates = turn.situation.desk.templates.values();
    templates
        .map(|template| Draft {
            label: template.title.get(&turn.language).to_owned(),
            action: ButtonAction::PickTemplate { template: template.key.clone() },
        })
        .collect()
}

/// The choices behind a way, and what the levels of it are called.
fn level<'f>(field: &'f Field, way: &[String], language: &str) -> (&'f [Choice], Vec<&'f str>) {
    let mut labels = Vec::new();
    let mut level = field.choices.as_slice();
    for key in way {
        let Some(chosen) = level.iter().find(|choice| choice.key == *key) else { break };
        labels.push(chosen.label.get(language));
        level = &chosen.children;
    }
    (level, labels)
}

fn field_buttons(turn: &Turn<'_>, field: &Field, level: &[Choice], way: &[String]) -> Vec<Draft> {
    let button = |label: String, value: String| Draft { label, action: ButtonAction::Fill { field: field.key.clone(), value } };
    match field.kind {
        FieldType::Checkbox => {
            vec![button(turn.words("button-yes", &[]), "true".to_owned()), button(turn.words("button-no", &[]), "false".to_owned())]
        }
        kind if kind.has_choices() => {
            let mut ends = leaves(level, &turn.language);
            if ends.len() > MOST_AT_ONCE {
                ends = level.iter().map(|choice| (choice.label.get(&turn.language).to_owned(), choice.key.clone())).collect();
            }
            ends.into_iter().map(|(label, end)| button(label, behind(way, &end))).collect()
        }
        _ => Vec::new(),
    }
}

/// The whole way to something behind a part of it.
fn behind(way: &[String], end: &str) -> String {
    way.iter().map(String::as_str).chain([end]).collect::<Vec<_>>().join("/")
}

/// The last levels of `choices`, each with its label and the way to it.
fn leaves(choices: &[Choice], language: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for choice in choices {
        let label = choice.label.get(language).to_owned();
        if choice.children.is_empty() {
            found.push((label, choice.key.clone()));
        } else {
            found.extend(
                leaves(&choice.children, language).into_iter().map(|(below, way)| (format!("{label} › {below}"), format!("{}/{way}", choice.key))),
            );
        }
    }
    found
}

/// The customer writes while the form is open.
pub(super) fn answered<'a>(mut turn: Turn<'a>, words: &Words<'_>) -> Turn<'a> {
    if turn.dialogue.phase.asked_by_agent().is_some() {
        return asked::answered(turn, words);
    }
    match words.intent {
        Some(Intent::Human) => return super::commands::human(turn),
        Some(Intent::Cancel) => return stop(turn),
        _ => {}
    }
    let Phase::Collecting(mut form) = std::mem::take(&mut turn.dialogue.phase) else { return turn };
    if form.template.as_ref().is_some_and(|key| !turn.situation.desk.templates.contains_key(key)) {
        // Somebody has deleted the template meanwhile.
        form = Form { template: None, fields: BTreeMap::new(), asking: None, ..form };
    }
    if words.text.trim().is_empty() {
        let lead = turn.words("form-needs-text", &[]);
        return ask_again(turn, form, lead);
    }
    let latest = (words.message, words.text);
    let Some(field) = asked(&turn, &form) else {
        return match template_named(&turn, words.text) {
            Some(key) => with_template(turn, form, &key, Some(latest)),
            None => unusable(turn, form, "form-pick-one", None, words),
        };
    };
    if let Some(way) = template::further(field, &form.way, words.text) {
        return ask_further(turn, form, way);
    }
    match value(field, &form.way, words, &turn.language) {
        Some(value) => {
            form.fields.insert(field.key.clone(), value);
            go_on(turn, form, Vec::new(), Some(latest))
        }
        None => {
            let label = field.label.get(&turn.language).to_owned();
            unusable(turn, form, complaint(field.kind), Some(label), words)
        }
    }
}

fn template_named(turn: &Turn<'_>, text: &str) -> Option<String> {
    template::suggest(turn.situation.desk.templates.values(), text).map(|found| found.template)
}

/// The field's value in the customer's words: found by the field's patterns, else the words themselves.
fn value(field: &Field, way: &[String], words: &Words<'_>, language: &str) -> Option<FieldValue> {
    // Whoever answers a question leaves its subject out: "it is 1001" means "order number it is 1001".
    let with_subject = format!("{} {}", field.label.get(language), words.text);
    if let Some(found) = found_in(field, words.message, words.text).or_else(|| found_in(field, words.message, &with_subject)) {
        return Some(found);
    }
    let given = match (field.kind, words.intent) {
        (FieldType::Checkbox, Some(Intent::Yes)) => Value::Bool(true),
        (FieldType::Checkbox, Some(Intent::No)) => Value::Bool(false),
        _ => Value::String(words.text.trim().to_owned()),
    };
    // What several levels have is meant where the customer stands.
    let here = given.as_str().filter(|_| !way.is_empty()).and_then(|text| template::validate_value(field, &Value::String(behind(way, text))).ok());
    let value = here.or_else(|| template::validate_value(field, &given).ok())?;
    Some(FieldValue { value, source: Source::Form, message: Some(words.message) })
}

/// What the field's patterns find in a text.
fn found_in(field: &Field, message: MessageId, text: &str) -> Option<FieldValue> {
    let nothing = Map::new();
    let alone = Template { fields: vec![field.clone()], ..Template::default() };
    let known = Known { messages: &[(message, text)], ..Known::default() };
    let found = template::fill(&alone, &Given { values: &nothing, source: Source::Form, message: None }, &known).fields.remove(&field.key)?;
    (found.message == Some(message)).then_some(FieldValue { source: Source::Form, ..found })
}

/// What is said of an answer that cannot be used.
fn complaint(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Number => "form-needs-number",
        FieldType::Money => "form-needs-money",
        FieldType::Date => "form-needs-date",
        FieldType::Datetime => "form-needs-datetime",
        FieldType::Choice | FieldType::MultiChoice | FieldType::CascadingChoice => "form-pick-one",
        FieldType::Checkbox => "form-needs-yes-no",
        FieldType::Email => "form-needs-email",
        FieldType::Phone => "form-needs-phone",
        FieldType::Url => "form-needs-url",
        FieldType::OrderReference => "form-needs-order",
        FieldType::Text | FieldType::LongText | FieldType::File => "form-not-accepted",
    }
}

/// The answer fits nowhere: a question that has an answer gets it, anything else is asked for again, three times in all.
fn unusable<'a>(mut turn: Turn<'a>, mut form: Form, complaint: &str, label: Option<String>, words: &Words<'_>) -> Turn<'a> {
    let best = words
        .findings
        .candidates
        .first()
        .filter(|best| words.findings.decision == Decision::Answer && words.intent.is_none() && !turn.is_refused(&best.slug));
    if let Some(article) = best {
        turn.record(
            TimelineKind::Answered,
            json!({"article": article.slug, "why": "asked_in_form", "probability": words.findings.probability, "threshold": words.findings.threshold}),
        );
        return answering::beside_form(turn, article, form);
    }
    form.tries = form.tries.saturating_add(1);
    if form.tries >= TRIES {
        return give_up(turn);
    }
    let lead = turn.words(complaint, &[("label", label.as_deref().unwrap_or_default().into())]);
    ask_again(turn, form, lead)
}

fn ask_again(mut turn: Turn<'_>, form: Form, lead: String) -> Turn<'_> {
    let (question, buttons) = question(&turn, &form);
    turn.dialogue.phase = Phase::Collecting(form);
    turn.reply(vec![lead, question], buttons);
    turn
}

/// A level of a cascading choice is chosen; the next one is asked for.
fn ask_further(mut turn: Turn<'_>, form: Form, way: Vec<String>) -> Turn<'_> {
    let form = Form { way, tries: 0, ..form };
    let (question, buttons) = question(&turn, &form);
    turn.dialogue.phase = Phase::Collecting(form);
    turn.reply(vec![question], buttons);
    turn
}

fn give_up(mut turn: Turn<'_>) -> Turn<'_> {
    turn.listen();
    if turn.status == ConversationStatus::Queued {
        turn.dialogue.keeps_waiting = true;
        return handing_over::place_again(turn, &["form-keeps-waiting"]);
    }
    handing_over::to_queue(turn, HandoffReason::FormFailed, None)
}

/// The customer wants no ticket.
pub(super) fn stop(mut turn: Turn<'_>) -> Turn<'_> {
    if turn.dialogue.phase.asked_by_agent().is_some() {
        return asked::refused(turn);
    }
    turn.listen();
    if turn.status == ConversationStatus::Queued {
        turn.dialogue.keeps_waiting = true;
        return handing_over::place_again(turn, &["form-keeps-waiting"]);
    }
    turn.say_words("form-cancelled");
    turn
}

/// A template is chosen by a button.
pub(super) fn picked<'a>(mut turn: Turn<'a>, key: &str) -> Turn<'a> {
    let Phase::Collecting(form) = &turn.dialogue.phase else { return pressing::over(turn) };
    if form.template.is_some() || !turn.situation.desk.templates.contains_key(key) {
        return pressing::over(turn);
    }
    let form = form.clone();
    turn.listen();
    with_template(turn, form, key, None)
}

fn with_template<'a>(turn: Turn<'a>, form: Form, key: &str, latest: Option<(MessageId, &str)>) -> Turn<'a> {
    go_on(turn, Form { template: Some(key.to_owned()), ..form }, Vec::new(), latest)
}

/// A value is chosen by a button.
pub(super) fn pressed<'a>(mut turn: Turn<'a>, field: &str, value: &str) -> Turn<'a> {
    let Phase::Collecting(form) = &turn.dialogue.phase else { return pressing::over(turn) };
    let asked = asked(&turn, form).filter(|asked| asked.key == field);
    if let Some(way) = asked.and_then(|asked| template::further(asked, &[], value)) {
        let form = form.clone();
        return ask_further(turn, form, way);
    }
    let Some(value) = asked.and_then(|asked| template::validate_value(asked, &Value::String(value.to_owned())).ok()) else {
        return pressing::over(turn);
    };
    let mut form = form.clone();
    form.fields.insert(field.to_owned(), FieldValue { value, source: Source::Form, message: None });
    if form.why == CollectReason::AgentAsked {
        return asked::go_on(turn, form, Vec::new());
    }
    turn.listen();
    go_on(turn, form, Vec::new(), None)
}
