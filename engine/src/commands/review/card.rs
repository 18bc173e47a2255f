//! The card of a ticket in the making: what is known, where from, what is missing, where it would go and why, and what can be done.

use bellhop_domain::{
    desk::Desk,
    localised::Localised,
    sourced::{Source, Sourced},
    template::{Choice as FieldChoice, Field, FieldType, Required, Template, show_value},
    ticket::{FieldValue, Ticket, number_text},
    words::{self, source_key},
};

use super::{Answer, Choice, Reviewed, escaped, is_made};

/// Buttons of a card at most.
const MOST_BUTTONS: usize = 20;
/// Characters of a value that a card shows.
const SHOWN: usize = 200;
/// Conditions that a card names as the reason.
const MOST_REASONS: usize = 6;

/// The card; `ask` is the field that the agent wants to set, else the next missing one is asked for.
pub(super) fn card(desk: &Desk, language: &str, reviewed: &Reviewed, ask: Option<&Field>) -> Answer {
    let say = |key: &str| words::say(language, key, &[]);
    let key = Some(reviewed.review.card());
    if is_made(reviewed) {
        return Answer { card: key, ..made(desk, language, reviewed) };
    }
    if !reviewed.review.is_open() {
        return Answer { card: key, ..Answer::text(say("review-cancelled")) };
    }
    let mut paragraphs = vec![head(desk, language, reviewed)];
    let Some(template) = &reviewed.template else {
        paragraphs.push(say("review-pick"));
        let mut choices = template_choices(desk, language, None);
        choices.push(Choice::new(say("review-button-cancel"), "/review cancel"));
        return Answer { text: paragraphs.join("\n\n"), choices, card: key, ..Answer::default() };
    };
    let lines: Vec<String> = template.fields.iter().map(|field| line(language, reviewed, field)).collect();
    paragraphs.push(lines.join("\n"));
    if let Some(ticket) = &reviewed.ticket {
        paragraphs.push(route(desk, language, ticket));
    }
    if let Some(existing) = &reviewed.existing {
        paragraphs.push(words::say(language, "review-existing", &[("number", (&number_text(existing.number)).into())]));
    }
    let mut choices = Vec::new();
    let mut expects = None;
    if let Some(field) = reviewed.asking.as_ref().and_then(|key| template.field(key)).filter(|_| ask.is_none()) {
        paragraphs.push(words::say(language, "review-waiting", &[("label", (&escaped(field.label.get(language))).into())]));
        choices.push(Choice::new(say("review-button-stop"), "/review stop"));
    } else if let Some(field) = ask.or_else(|| reviewed.next_missing()) {
        let question = question(language, field);
        paragraphs.push(question.text);
        choices.extend(question.choices);
        expects = question.expects;
    }
    choices.extend(actions(language, reviewed, template, ask));
    choices.truncate(MOST_BUTTONS);
    Answer { text: paragraphs.join("\n\n"), choices, card: key, expects, ..Answer::default() }
}

/// Which template it may be instead.
pub(super) fn templates(desk: &Desk, language: &str, reviewed: &Reviewed) -> Answer {
    let text = format!("{}\n\n{}", head(desk, language, reviewed), words::say(language, "review-pick", &[]));
    let mut choices = template_choices(desk, language, reviewed.review.template.as_deref());
    choices.push(Choice::new(words::say(language, "review-button-back", &[]), "/review"));
    Answer { text, choices, card: Some(reviewed.review.card()), ..Answer::default() }
}

fn template_choices(desk: &Desk, language: &str, but: Option<&str>) -> Vec<Choice> {
    let others = desk.templates.values().filter(|template| Some(template.key.as_str()) != but);
    others
        .take(MOST_BUTTONS - 2)
        .map(|template| Choice::new(name(&template.title, &template.key, language), format!("/ticket {}", template.key)))
        .collect()
}

/// Asks the agent for a field: by buttons where there are choices, else what they answer is the value.
pub(super) fn question(language: &str, field: &Field) -> Answer {
    let label = escaped(field.label.get(language));
    let line = format!("/field {}", field.key);
    let choices: Vec<Choice> = match field.kind {
        FieldType::Checkbox => [("button-yes", "true"), ("button-no", "false")]
            .map(|(key, value)| Choice::new(words::say(language, key, &[]), format!("{line} {value}")))
            .to_vec(),
        FieldType::Choice | FieldType::CascadingChoice => {
            leaves(&field.choices, language).into_iter().map(|(label, way)| Choice::new(label, format!("{line} {way}"))).collect()
        }
        _ => Vec::new(),
    };
    let key = if choices.is_empty() { "review-ask-value" } else { "review-ask-choice" };
    let text = words::say(language, key, &[("label", (&label).into())]);
    Answer { text, choices, expects: Some(line), ..Answer::default() }
}

/// The last levels of `choices`, each with its label and the way to it.
fn leaves(choices: &[FieldChoice], language: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for choice in choices {
        let label = name(&choice.label, &choice.key, language);
        if choice.children.is_empty() {
            found.push((label, choice.key.clone()));
        } else {
            let below = leaves(&choice.children, language);
            found.extend(below.into_iter().map(|(under, way)| (format!("{label} › {under}"), format!("{}/{way}", choice.key))));
        }
    }
    found
}

fn actions(language: &str, reviewed: &Reviewed, template: &Template, ask: Option<&Field>) -> Vec<Choice> {
    let say = |key: &str| words::say(language, key, &[]);
    let missing = reviewed.missing();
    let mut choices = Vec::new();
    if let Some(field) = ask {
        if reviewed.review.fields.contains_key(&field.key) {
            choices.push(Choice::new(say("review-button-clear"), format!("/field {} -", field.key)));
        }
        choices.push(Choice::new(say("review-button-back"), "/review"));
        return choices;
    }
    if missing.is_empty() {
        choices.push(Choice::new(say("review-button-confirm"), format!("/review confirm {}", reviewed.review.version)));
        if reviewed.existing.is_some() {
            choices.push(Choice::new(say("review-button-another"), format!("/review another {}", reviewed.review.version)));
        }
    } else if reviewed.asking.is_none() && missing.iter().any(|field| field.kind != FieldType::File) {
        choices.push(Choice::new(say("review-button-ask"), "/review ask"));
    }
    let next = reviewed.next_missing().map(|field| field.key.as_str());
    for field in template.fields.iter().filter(|field| Some(field.key.as_str()) != next) {
        choices.push(Choice::new(format!("✎ {}", name(&field.label, &field.key, language)), format!("/field {}", field.key)));
    }
    choices.push(Choice::new(say("review-button-template"), "/review template"));
    choices.push(Choice::new(say("review-button-cancel"), "/review cancel"));
    choices
}

/// What it is, for whom, and why this.
fn head(desk: &Desk, language: &str, reviewed: &Reviewed) -> String {
    let customer = &reviewed.customer;
    let name_of = customer.name.as_deref().map(escaped).unwrap_or_else(|| words::say(language, "review-customer", &[]));
    let mut lines = vec![match &reviewed.template {
        Some(template) => {
            let title = escaped(&name(&template.title, &template.key, language));
            words::say(language, "review-head", &[("title", (&title).into()), ("name", (&name_of).into())])
        }
        None => words::say(language, "review-head-open", &[("name", (&name_of).into())]),
    }];
    let tier = desk_name(customer.tier.as_ref(), |key| desk.tiers.get(key).map(|tier| &tier.name), language);
    let region = desk_name(customer.region.as_ref(), |key| desk.regions.get(key).map(|region| &region.name), language);
    for (key, value) in [("review-tier", tier), ("review-region", region)] {
        if let Some((value, source)) = value {
            lines.push(words::say(language, key, &[("value", (&value).into()), ("source", (&source).into())]));
        }
    }
    if let Some(part) = &reviewed.review.messages {
        lines.push(words::say(language, "review-part", &[("count", i64::try_from(part.len()).unwrap_or(i64::MAX).into())]));
    }
    if let Some(quoted) = &reviewed.review.suggested {
        lines.push(words::say(language, "review-suggested", &[("words", (&escaped(quoted)).into())]));
    }
    lines.join("\n")
}

fn desk_name<'d>(held: Option<&Sourced<String>>, named: impl Fn(&str) -> Option<&'d Localised>, language: &str) -> Option<(String, String)> {
    let held = held?;
    let value = named(&held.value).map_or_else(|| held.value.clone(), |names| name(names, &held.value, language));
    Some((escaped(&value), words::say(language, source_key(held.source), &[])))
}

/// A field with its value and where that came from.
fn line(language: &str, reviewed: &Reviewed, field: &Field) -> String {
    let label = escaped(&name(&field.label, &field.key, language));
    let label = ("label", (&label).into());
    match reviewed.review.fields.get(&field.key) {
        Some(held) => {
            let value = shortened(&show_value(field, &held.value, language));
            let source = source(language, reviewed, held);
            words::say(language, "review-field", &[label, ("value", (&escaped(&value)).into()), ("source", (&source).into())])
        }
        None if field.required == Required::Create => words::say(language, "review-field-missing", &[label]),
        None => words::say(language, "review-field-empty", &[label]),
    }
}

fn source(language: &str, reviewed: &Reviewed, held: &FieldValue) -> String {
    let place = held.message.and_then(|message| reviewed.places.get(&message)).map(ToString::to_string);
    let key = match (held.source, &place) {
        (Source::Conversation, Some(_)) => "source-conversation-message",
        (Source::Form, Some(_)) => "source-form-message",
        (other, _) => source_key(other),
    };
    words::say(language, key, &[("place", place.as_deref().unwrap_or_default().into())])
}

/// Where the ticket goes, and why.
fn route(desk: &Desk, language: &str, ticket: &Ticket) -> String {
    let department = ticket.department.as_ref().map(|key| desk.departments.get(key).map_or_else(|| key.clone(), |it| name(&it.name, key, language)));
    let department = department.map_or_else(|| words::say(language, "review-unknown", &[]), |name| escaped(&name));
    let owner = ticket.owner.and_then(|id| desk.agent(id)).map(|agent| escaped(&agent.name));
    let mut lines = vec![match &owner {
        Some(owner) => words::say(language, "review-routing-owner", &[("department", (&department).into()), ("owner", owner.into())]),
        None => words::say(language, "review-routing", &[("department", (&department).into())]),
    }];
    let priority = words::say(language, &format!("choice-{}", ticket.priority.as_str()), &[]);
    lines.push(words::say(language, "review-routing-priority", &[("priority", (&priority).into())]));
    let matched = ticket.routing.reasons.iter().filter(|reason| reason.matched).take(MOST_REASONS);
    let mut reasons: Vec<String> = matched.map(|reason| escaped(&reason.say(desk, language))).collect();
    if let Some(rule) = &ticket.routing.rule {
        let rule = desk.rule(rule).map_or_else(|| rule.clone(), |it| name(&it.name, rule, language));
        reasons.insert(0, words::say(language, "review-rule", &[("rule", (&escaped(&rule)).into())]));
    }
    if !reasons.is_empty() {
        lines.push(words::say(language, "review-because", &[("reasons", (&reasons.join("; ")).into())]));
    }
    lines.join("\n")
}

/// The ticket that was made: number, department, owner and why, and the way back while there is one.
fn made(desk: &Desk, language: &str, reviewed: &Reviewed) -> Answer {
    let Some(ticket) = &reviewed.ticket else { return Answer::default() };
    let number = number_text(ticket.number);
    let title = desk.templates.get(&ticket.template).map_or_else(|| ticket.template.clone(), |it| name(&it.title, &ticket.template, language));
    let head = words::say(language, "review-made", &[("number", (&number).into()), ("title", (&escaped(&title)).into())]);
    let undo = Choice::new(words::say(language, "review-button-undo", &[]), format!("/undo {number}"));
    Answer {
        text: format!("{head}\n{}", route(desk, language, ticket)),
        choices: reviewed.undo_until.map(|_| undo).into_iter().collect(),
        ..Answer::default()
    }
}

fn name(localised: &Localised, key: &str, language: &str) -> String {
    let name = localised.get(language);
    if name.is_empty() { key.to_owned() } else { name.to_owned() }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN { text.to_owned() } else { format!("{}…", text.chars().take(SHOWN).collect::<String>()) }
}
