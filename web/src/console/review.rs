//! The ticket in the making, as a card to look through: each value with its source, what is missing marked, and where it will go and why.

use axum::{extract::Path, http::StatusCode, response::Response};
use bellhop_domain::{
    condition::{Condition, Subject},
    id::{ConversationId, MessageId},
    review::ReviewState,
    routing::{Reason, Routing},
    sourced::Source,
    template::{Field, FieldType, SuggestedBy},
    ticket::{FieldValue, Ticket, number_text},
    words,
};
use bellhop_engine::{
    actions::{
        ActionError, Problem, convert,
        review::{self, ReviewPatch, Reviewed},
    },
    desk::DeskSnapshot,
};
use serde_json::Value;

use super::{
    blank::{Blank, Has, blank, changed, files_of},
    form::{Asked, Fields},
    inbox,
    shell::{Said, Shell, Visit, status_of},
};

/// The latest messages whose files may be chosen for a field.
const FILES_LOOKED_FOR: u32 = 200;
/// Tickets that a card offers for the conversation to go into.
const MOST_OTHERS: usize = 3;

/// Where a ticket goes, and why.
pub(super) struct Route {
    pub(super) department: String,
    pub(super) owner: Option<String>,
    pub(super) priority: String,
    pub(super) rule: Option<String>,
    pub(super) reasons: Vec<Because>,
}

/// One condition that was looked at.
pub(super) struct Because {
    pub(super) condition: String,
    pub(super) value: String,
    pub(super) source: String,
    pub(super) matched: bool,
}

/// The card.
pub(super) struct Card {
    pub(super) version: i64,
    /// Keys, titles, and whether each is the one.
    pub(super) templates: Vec<(String, String, bool)>,
    pub(super) has_template: bool,
    /// Why it was suggested.
    pub(super) suggested: Option<String>,
    /// How many messages it is about, where it is not about all.
    pub(super) part: Option<usize>,
    pub(super) blanks: Vec<Blank>,
    pub(super) missing: usize,
    /// What the customer is being asked for.
    pub(super) asking: Option<String>,
    pub(super) route: Option<Route>,
    /// The ticket that confirming leads to, because it is there already.
    pub(super) existing: Option<String>,
    /// Other open tickets of the customer, which the conversation may go into: numbers and titles.
    pub(super) others: Vec<(String, String)>,
    /// It is made: its number.
    pub(super) made: Option<String>,
    pub(super) may_undo: bool,
}

/// The card of a conversation; none where no ticket is being made, or one was made long ago.
pub(super) async fn card(visit: &Visit, id: ConversationId, problems: &[Problem]) -> Result<Option<Card>, ActionError> {
    if !visit.shell.may_see_tickets {
        return Ok(None);
    }
    let Some(reviewed) = review::look(visit.engine(), visit.caller(), id).await? else { return Ok(None) };
    let desk = visit.engine().desk();
    match reviewed.review.state {
        ReviewState::Open => {
            let takes_files = reviewed.fields().any(|(field, _)| field.kind == FieldType::File);
            let said = if takes_files { visit.engine().reader().last_messages(id, FILES_LOOKED_FOR).await? } else { Vec::new() };
            let mut card = of(&visit.shell, &desk, &reviewed, problems, &files_of(&said));
            let others = convert::tickets_to_join(visit.engine(), visit.caller(), id).await?;
            let title = |ticket: &Ticket| visit.shell.named(desk.form_of(ticket).map(|form| &form.title), &ticket.template);
            card.others = others.iter().take(MOST_OTHERS).map(|ticket| (number_text(ticket.number), title(ticket))).collect();
            Ok(Some(card))
        }
        ReviewState::Made { .. } if reviewed.undo_until.is_some() => Ok(Some(of(&visit.shell, &desk, &reviewed, &[], &[]))),
        ReviewState::Made { .. } | ReviewState::Cancelled => Ok(None),
    }
}

fn of(shell: &Shell, desk: &DeskSnapshot, reviewed: &Reviewed, problems: &[Problem], files: &[(String, String)]) -> Card {
    let review = &reviewed.review;
    let template = reviewed.template.as_ref();
    let title_of = |key: &str| shell.named(desk.templates.get(key).map(|template| &template.title), key);
    let asked_label = |key: &String| template.and_then(|template| template.field(key)).map(|field| shell.named(Some(&field.label), key));
    let filled = |(field, needed): (&Field, bool)| {
        let held = review.fields.get(&field.key);
        blank(shell, field, needed, Has { held, source: held.map(|held| source(shell, reviewed, held)), files }, problems)
    };
    let made = match review.state {
        ReviewState::Made { ticket } => Some(number_text(ticket)),
        _ => None,
    };
    Card {
        version: review.version,
        templates: desk.templates.keys().map(|key| (key.clone(), title_of(key), review.template.as_ref() == Some(key))).collect(),
        has_template: template.is_some(),
        suggested: why_suggested(shell, desk, reviewed),
        part: review.messages.as_ref().map(Vec::len),
        blanks: reviewed.fields().map(filled).collect(),
        others: Vec::new(),
        missing: reviewed.missing().len(),
        asking: reviewed.asking.as_ref().and_then(asked_label),
        route: reviewed.ticket.as_ref().map(|ticket| route(shell, desk, ticket)),
        existing: reviewed.existing.as_ref().map(|ticket| number_text(ticket.number)),
        made,
        may_undo: reviewed.undo_until.is_some(),
    }
}

/// Why the template was suggested, where nobody picked it.
fn why_suggested(shell: &Shell, desk: &DeskSnapshot, reviewed: &Reviewed) -> Option<String> {
    if let Some(words) = &reviewed.review.suggested {
        return Some(shell.say_of("review-suggested", "words", words));
    }
    Some(match reviewed.review.suggested_by.as_ref()? {
        SuggestedBy::Category(key) => shell.say_of("review-suggested-category", "category", &desk.category_name(key, shell.lang)),
        SuggestedBy::Article(slug) => shell.say_of("review-suggested-article", "article", slug),
    })
}

fn source(shell: &Shell, reviewed: &Reviewed, held: &FieldValue) -> String {
    let place = held.message.and_then(|message| reviewed.places.get(&message)).map(ToString::to_string);
    match (held.source, place) {
        (Source::Conversation, Some(place)) => shell.say_of("source-conversation-message", "place", &place),
        (Source::Form, Some(place)) => shell.say_of("source-form-message", "place", &place),
        (other, _) => shell.say(words::source_key(other)),
    }
}

/// Where a ticket goes or went, and why.
pub(super) fn route(shell: &Shell, desk: &DeskSnapshot, ticket: &Ticket) -> Route {
    let nobody = || shell.say("console-nobody");
    Route {
        department: ticket.department.as_deref().map_or_else(nobody, |key| shell.department(desk, key)),
        owner: ticket.owner.and_then(|id| desk.agent(id)).map(|agent| agent.name.clone()),
        priority: shell.say(&format!("choice-{}", ticket.priority.as_str())),
        ..decided(shell, desk, &ticket.routing)
    }
}

/// What a decision says, and why.
pub(super) fn decided(shell: &Shell, desk: &DeskSnapshot, routing: &Routing) -> Route {
    Route {
        department: routing.department.as_deref().map_or_else(|| shell.say("console-nobody"), |key| shell.department(desk, key)),
        owner: routing.owner.and_then(|id| desk.agent(id)).map(|agent| agent.name.clone()),
        priority: routing
            .priority
            .map_or_else(|| shell.say("console-rule-as-template"), |priority| shell.say(&format!("choice-{}", priority.as_str()))),
        rule: routing.rule.as_deref().map(|key| shell.named(desk.rule(key).map(|rule| &rule.name), key)),
        reasons: reasons(shell, desk, routing),
    }
}

fn reasons(shell: &Shell, desk: &DeskSnapshot, routing: &Routing) -> Vec<Because> {
    let because = |reason: &Reason| Because {
        condition: reason.say(desk, shell.lang),
        value: met(shell, desk, reason),
        source: reason.source.clone().unwrap_or_default(),
        matched: reason.matched,
    };
    routing.reasons.iter().map(because).collect()
}

/// What a condition met, by the name that the desk has for it.
fn met(shell: &Shell, desk: &DeskSnapshot, reason: &Reason) -> String {
    let text = match &reason.value {
        Value::String(text) => text,
        Value::Null if reason.is_telling() => return "–".to_owned(),
        Value::Null => return String::new(),
        other => return other.to_string(),
    };
    let subject = reason.compared.as_ref().and_then(|compared| match compared {
        Condition::Leaf(leaf) => Some(&leaf.subject),
        _ => None,
    });
    // What is no comparison names what it looked at first.
    let subject = subject.or(match reason.condition.split(' ').next() {
        Some("tier") => Some(&Subject::Tier),
        Some("region") => Some(&Subject::Region),
        _ => None,
    });
    match subject {
        Some(Subject::Tier) => shell.named(desk.tiers.get(text).map(|tier| &tier.name), text),
        Some(Subject::Region) => shell.named(desk.regions.get(text).map(|region| &region.name), text),
        Some(Subject::Template) => shell.named(desk.templates.get(text).map(|template| &template.title), text),
        Some(Subject::Category) => shell.named(desk.categories.get(text).map(|category| &category.name), text),
        Some(Subject::Language) => words::language_name(text).to_owned(),
        _ => text.clone(),
    }
}

/// One step with the ticket in the making.
pub(super) async fn step(mut visit: Visit, Path(id): Path<String>, Asked(asked): Asked, fields: Fields) -> Response {
    let Ok(conversation) = id.parse::<ConversationId>() else { return visit.shell.not_found() };
    let status = match Box::pin(take(&visit, conversation, &fields)).await {
        Ok(said) => {
            visit.shell.said = said;
            StatusCode::OK
        }
        Err(error) => {
            let status = status_of(&error);
            let said = match &error {
                ActionError::Conflict => Said::wrong(&visit.shell.say("console-review-changed")),
                ActionError::Invalid { problems } => Said::wrong(&in_words(&visit, conversation, problems).await),
                _ => visit.shell.refused(error),
            };
            visit.shell.said = Some(said);
            status
        }
    };
    inbox::page(&mut visit, &id, &asked, status, |_| {}).await
}

/// What is wrong, each field by its label.
async fn in_words(visit: &Visit, id: ConversationId, problems: &[Problem]) -> String {
    let card = card(visit, id, problems).await.ok().flatten();
    let label = |problem: &Problem| {
        let key = problem.field.strip_prefix("fields.").unwrap_or(&problem.field);
        let blank = card.as_ref().and_then(|card| card.blanks.iter().find(|blank| blank.key == key));
        blank.map_or_else(|| key.to_owned(), |blank| blank.label.clone())
    };
    problems.iter().map(|problem| format!("{}: {}", label(problem), problem.message.say(visit.shell.lang))).collect::<Vec<_>>().join(" · ")
}

async fn take(visit: &Visit, id: ConversationId, fields: &Fields) -> Result<Option<Said>, ActionError> {
    let (engine, caller, shell) = (visit.engine(), visit.caller(), &visit.shell);
    let version = fields.get("version").and_then(|version| version.parse::<i64>().ok());
    match fields.get("step").unwrap_or_default() {
        "open" => {
            let part: Vec<MessageId> = fields.every("message").filter_map(|message| message.parse().ok()).collect();
            review::open(engine, caller, id, fields.some("template"), (!part.is_empty()).then_some(part)).await?;
            Ok(None)
        }
        "template" => {
            let patch = ReviewPatch { template: fields.some("template").map(str::to_owned), ..ReviewPatch::default() };
            review::change(engine, caller, id, &patch, version).await?;
            Ok(None)
        }
        "all" => {
            review::change(engine, caller, id, &ReviewPatch { message_ids: Some(None), ..ReviewPatch::default() }, version).await?;
            Ok(None)
        }
        "ask" => {
            Box::pin(keep(visit, id, fields, version)).await?;
            review::ask_customer(engine, caller, id).await?;
            Ok(Some(Said::plain(&shell.say("review-asked"))))
        }
        step if step.starts_with("into:") => {
            let number = step.strip_prefix("into:").and_then(bellhop_domain::ticket::parse_number).ok_or(ActionError::NotFound { what: "ticket" })?;
            convert::add_conversation(engine, caller, number, id).await?;
            Ok(Some(Said::plain(&shell.say_of("review-joined", "number", &number_text(number)))))
        }
        "stop" => review::stop_asking(engine, caller, id).await.map(|_| None),
        "cancel" => Box::pin(review::cancel(engine, caller, id, None)).await.map(|_| None),
        "undo" => {
            let number = fields.get("number").and_then(bellhop_domain::ticket::parse_number).ok_or(ActionError::NotFound { what: "ticket" })?;
            review::undo(engine, caller, number).await?;
            Ok(Some(Said::plain(&shell.say_of("review-undone", "number", &number_text(number)))))
        }
        step @ ("confirm" | "another") => {
            let version = Box::pin(keep(visit, id, fields, version)).await?;
            let made = review::confirm(engine, caller, id, step == "another", version).await?;
            let number = number_text(made.ticket.number);
            let key = if made.created { "console-ticket-made" } else { "review-made-before" };
            Ok(Some(Said::plain(&shell.say_of(key, "number", &number))))
        }
        _ => Box::pin(keep(visit, id, fields, version)).await.map(|_| None),
    }
}

/// Keeps what was changed in the fields; answers the version that there is then.
async fn keep(visit: &Visit, id: ConversationId, fields: &Fields, version: Option<i64>) -> Result<Option<i64>, ActionError> {
    let Some(reviewed) = review::look(visit.engine(), visit.caller(), id).await? else { return Ok(version) };
    if !reviewed.review.is_open() {
        return Ok(version);
    }
    let asked = reviewed.fields().map(|(field, _)| field);
    let patch = ReviewPatch { fields: changed(asked, fields, &reviewed.review.fields), ..ReviewPatch::default() };
    if patch.fields.is_empty() {
        return Ok(version);
    }
    Ok(Some(review::change(visit.engine(), visit.caller(), id, &patch, version).await?.review.version))
}
