//! What an agent still needs for a ticket, asked of the customer; the conversation stays with whoever has it.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    super::{CollectReason, Effect, Form, Phase, commands, saying::Words, turn::Turn},
    TRIES, around, ask_again, ask_further, asked, complaint, found_in, question, value,
};
use crate::{
    conversation::ConversationStatus,
    intent::Intent,
    template::{self, FieldType, Template},
    timeline::TimelineKind,
};

/// Begins to ask; what was asked before is asked no longer.
pub(in crate::dialogue) fn begin<'a>(mut turn: Turn<'a>, template: &str, wanted: &[String]) -> Turn<'a> {
    let wanted: Vec<String> = match turn.situation.desk.templates.get(template) {
        Some(template) => wanted.iter().filter(|key| template.field(key).is_some()).cloned().collect(),
        None => Vec::new(),
    };
    if wanted.is_empty() {
        return turn;
    }
    turn.record(TimelineKind::Reviewed, json!({"step": "asked", "fields": wanted}));
    let lead = turn.words("form-asked", &[("count", i64::try_from(wanted.len()).unwrap_or(i64::MAX).into())]);
    let form = Form {
        template: Some(template.to_owned()),
        fields: BTreeMap::new(),
        asking: None,
        way: Vec::new(),
        tries: 0,
        why: CollectReason::AgentAsked,
        wanted,
    };
    go_on(turn, form, vec![lead])
}

/// Asks for what is still wanted, or says thanks and tells the agents.
pub(super) fn go_on<'a>(mut turn: Turn<'a>, mut form: Form, mut paragraphs: Vec<String>) -> Turn<'a> {
    if !form.fields.is_empty() {
        turn.effects.push(Effect::Collected(form.fields.clone()));
    }
    want_what_depends(&turn, &mut form);
    (form.tries, form.way) = (0, Vec::new());
    form.asking = form.wanted.iter().find(|key| !form.fields.contains_key(*key)).cloned();
    if asked(&turn, &form).is_none() {
        turn.listen();
        turn.record(TimelineKind::Reviewed, json!({"step": "complete", "fields": form.wanted}));
        turn.say_words("form-asked-thanks");
        return turn;
    }
    let (question, buttons) = question(&turn, &form);
    turn.dialogue.phase = Phase::Collecting(form);
    paragraphs.push(question);
    turn.reply(paragraphs, buttons);
    turn
}

/// An answer may call for more: fields that depend on it and are needed now.
fn want_what_depends(turn: &Turn<'_>, form: &mut Form) {
    let Some(template) = form.template.as_ref().and_then(|key| turn.situation.desk.templates.get(key)) else { return };
    let missing = template.missing(&form.fields, around(turn), false);
    let depend = missing.into_iter().filter(|field| field.depends_on().any(|key| form.fields.contains_key(key)));
    let more: Vec<String> =
        depend.filter(|field| field.kind != FieldType::File && !form.wanted.contains(&field.key)).map(|field| field.key.clone()).collect();
    form.wanted.extend(more);
}

/// The customer writes while they are being asked.
pub(super) fn answered<'a>(mut turn: Turn<'a>, words: &Words<'_>) -> Turn<'a> {
    match words.intent {
        Some(Intent::Human) => return commands::human(given_up(turn, "refused")),
        Some(Intent::Cancel) => return refused(turn),
        _ => {}
    }
    let Phase::Collecting(mut form) = std::mem::take(&mut turn.dialogue.phase) else { return turn };
    let template = form.template.as_ref().and_then(|key| turn.situation.desk.templates.get(key));
    let (Some(template), Some(field)) = (template, asked(&turn, &form)) else {
        // Somebody has changed the template meanwhile: there is nothing to ask for any more.
        return given_up(turn, "over");
    };
    if words.text.trim().is_empty() {
        let lead = turn.words("form-needs-text", &[]);
        return ask_again(turn, form, lead);
    }
    if let Some(way) = template::further(field, &form.way, words.text) {
        return ask_further(turn, form, way);
    }
    if let Some(value) = value(field, &form.way, words, &turn.language) {
        form.fields.insert(field.key.clone(), value);
        more_of_the_same_message(template, &mut form, words);
        return go_on(turn, form, Vec::new());
    }
    if turn.status == ConversationStatus::Open && words.text.contains(['?', '？', '؟']) {
        // A question back is for the person who has the conversation.
        turn.dialogue.phase = Phase::Collecting(form);
        return turn;
    }
    form.tries = form.tries.saturating_add(1);
    if form.tries >= TRIES {
        let mut turn = given_up(turn, "unanswered");
        turn.say_words("form-asked-stopped");
        return turn;
    }
    let lead = turn.words(complaint(field.kind), &[("label", field.label.get(&turn.language).into())]);
    ask_again(turn, form, lead)
}

/// Whoever answers one question often answers the next with it.
fn more_of_the_same_message(template: &Template, form: &mut Form, words: &Words<'_>) {
    let open: Vec<_> = form.wanted.iter().filter(|key| !form.fields.contains_key(*key)).filter_map(|key| template.field(key)).collect();
    for field in open {
        if let Some(found) = found_in(field, words.message, words.text) {
            form.fields.insert(field.key.clone(), found);
        }
    }
}

/// The customer would rather not answer.
pub(super) fn refused(turn: Turn<'_>) -> Turn<'_> {
    let mut turn = given_up(turn, "refused");
    turn.say_words("form-asked-stopped");
    turn
}

/// The agents need it no longer; whatever was asked is not mentioned again.
pub(in crate::dialogue) fn end(turn: Turn<'_>) -> Turn<'_> {
    if turn.dialogue.phase.asked_by_agent().is_some() { given_up(turn, "stopped") } else { turn }
}

fn given_up<'a>(mut turn: Turn<'a>, step: &str) -> Turn<'a> {
    turn.listen();
    turn.dialogue.offered.clear();
    turn.record(TimelineKind::Reviewed, json!({"step": step}));
    turn
}
