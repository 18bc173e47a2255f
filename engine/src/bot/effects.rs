//! What the dialogue wants done, put into the decision.

use bellhop_domain::{
    actor::Actor,
    assignment::urgency,
    conversation::ConversationStatus,
    dialogue::{Effect, HandoffReason, Say},
    message::Direction,
    review::Review,
    routing::{self, RoutingInput, effective_tier},
    sourced::Source,
    ticket::{FieldValue, LONGEST_COMMENT, Priority, Rating, RatingScale, Ticket},
    timeline::{TimelineEvent, TimelineKind},
    words,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{Case, situation::Facts};
use crate::{
    actions::{
        contacts,
        conversations::enter_status,
        convert::{self, Convert},
        messages::{compose, note},
        tickets,
    },
    decision::Decision,
    engine::Engine,
    worker::HandleError,
};

pub(super) async fn carry_out(
    engine: &Engine,
    case: &mut Case,
    facts: &Facts,
    effects: Vec<Effect>,
    decision: &mut Decision,
) -> Result<(), HandleError> {
    for effect in effects {
        match effect {
            Effect::Say(say) => speak(engine, case, facts, say, decision),
            Effect::HandOff { reason, details } => hand_off(engine, case, facts, reason, details, decision),
            Effect::File { template, fields, lead } => file(engine, case, &template, fields, &lead, decision).await?,
            Effect::LeaveQueue | Effect::Reopen => status(engine, case, facts, ConversationStatus::Bot, decision),
            Effect::SetLanguage(language) => set_language(case, facts, language, decision),
            Effect::Rate { slug, language, helped } => {
                record(case, facts, TimelineKind::Rated, json!({ "article": slug, "language": language, "helped": helped }), decision);
            }
            Effect::Resolve => status(engine, case, facts, ConversationStatus::Resolved, decision),
            Effect::Collected(answers) => collected(engine, case, facts, &answers, decision).await?,
            Effect::AboutTicket(number) => about_ticket(engine, case, facts, number, decision).await?,
            Effect::ShowsTicket(number) => shows_ticket(engine, case, number, decision).await?,
            Effect::RateTicket { number, value } => rate_ticket(engine, case, facts, number, value, decision).await?,
            Effect::CommentOnRating(number) => comment_on_rating(engine, case, facts, number, decision).await?,
            Effect::GiveCode => contacts::give_code(engine, &case.conversation, case.contact.id, case.reply_to.clone(), decision, facts.now),
            Effect::TakeCode(code) => {
                contacts::take_code(engine, &case.conversation, &case.contact, &code, case.reply_to.clone(), decision, facts.now).await?;
            }
            Effect::Forget => {
                decision.erase = Some(case.contact.id);
                decision.erased_files = contacts::files_of(engine, case.contact.id).await?;
            }
            Effect::Record { kind, details } => {
                tell_colleagues(engine, case, facts, kind, &details, decision);
                record(case, facts, kind, details, decision);
            }
        }
    }
    Ok(())
}

fn record(case: &Case, facts: &Facts, kind: TimelineKind, mut details: Value, decision: &mut Decision) {
    let is_about_a_question = matches!(kind, TimelineKind::Answered | TimelineKind::Clarified | TimelineKind::HandedOff);
    if let (true, Some((question, _)), Value::Object(details)) = (is_about_a_question, &case.texts, &mut details) {
        // Where the words stand: they are never here.
        details.insert("question".to_owned(), json!(question));
    }
    decision.timeline.push(TimelineEvent { conversation: Some(case.conversation.id), ticket: None, at: facts.now, actor: Actor::Bot, kind, details });
}

/// Who waits for what the customer is being asked reads it where they work when that is over.
fn tell_colleagues(engine: &Engine, case: &Case, facts: &Facts, kind: TimelineKind, details: &Value, decision: &mut Decision) {
    let step = details.get("step").and_then(Value::as_str).filter(|_| kind == TimelineKind::Reviewed);
    let key = match step {
        Some("complete") => "review-note-complete",
        Some("refused") => "review-note-refused",
        Some("unanswered") => "review-note-unanswered",
        _ => return,
    };
    note(&case.conversation, Actor::Bot, words::say(&engine.settings().language, key, &[]), decision, facts.now);
}

fn speak(engine: &Engine, case: &Case, facts: &Facts, say: Say, decision: &mut Decision) {
    let buttons = say.buttons.into_iter().map(|draft| (draft.label, draft.action)).collect();
    // Only the first message said is the reply to what was asked.
    let reply_to = case.reply_to.clone().filter(|_| !decision.has_reply());
    compose(engine, &case.conversation, Actor::Bot, None, say.text, buttons, None, reply_to, Vec::new(), decision, facts.now);
}

fn status(engine: &Engine, case: &mut Case, facts: &Facts, status: ConversationStatus, decision: &mut Decision) {
    enter_status(decision, &mut case.conversation, status, &Actor::Bot, facts.now, engine.settings());
}

fn hand_off(engine: &Engine, case: &mut Case, facts: &Facts, reason: HandoffReason, mut details: Value, decision: &mut Decision) {
    let conversation = &mut case.conversation;
    if conversation.department.is_none() {
        let mut input = RoutingInput::of_customer(&case.contact, facts.organisation.as_ref(), &facts.desk, facts.now);
        input.language = conversation.language.clone();
        input.channel = Some(conversation.channel.clone());
        let mut routing = routing::route(&facts.desk, &input);
        conversation.department.clone_from(&routing.department);
        if let Value::Object(details) = &mut details {
            details.insert("routing".to_owned(), serde_json::to_value(&routing).unwrap_or_default());
        }
        // Whom the rule names is asked first, then who had it before; whoever takes it is its owner.
        let before = conversation.routing.as_ref().and_then(|routing| routing.before);
        routing.before = routing.owner.take().or(before);
        conversation.routing = Some(routing);
    }
    let tier = effective_tier(&case.contact, facts.organisation.as_ref(), &facts.desk);
    let routing = conversation.routing.get_or_insert_default();
    routing.passed_on_by = None;
    routing.assignment = None;
    routing.urgency = urgency(&facts.desk, routing.priority.unwrap_or(Priority::Normal), tier.as_ref().map(|tier| tier.value.as_str()));
    if let Value::Object(details) = &mut details {
        details.insert("reason".to_owned(), json!(reason.as_str()));
        details.insert("department".to_owned(), json!(conversation.department));
        if let Some((message, _)) = &case.texts {
            details.insert("message".to_owned(), json!(message));
        }
    }
    record(case, facts, TimelineKind::HandedOff, details, decision);
    status(engine, case, facts, ConversationStatus::Queued, decision);
}

fn set_language(case: &mut Case, facts: &Facts, language: String, decision: &mut Decision) {
    case.conversation.language = Some(language.clone());
    case.contact.language = Some(language);
    case.contact.language_chosen = true;
    case.contact.updated_at = facts.now;
    match &mut decision.new_contact {
        Some(new) => *new = case.contact.clone(),
        None => decision.contact = Some(case.contact.clone()),
    }
}

/// The bot makes the ticket itself and tells the customer its number; one that was made before is told again.
async fn file(
    engine: &Engine,
    case: &Case,
    template: &str,
    fields: BTreeMap<String, FieldValue>,
    lead: &str,
    decision: &mut Decision,
) -> Result<(), HandleError> {
    let request = Convert { collected: fields, ..Convert::to(template, Source::Conversation) };
    let mut number = None;
    let converted = convert::prepare(engine, &case.conversation, &case.contact, &request, &Actor::Bot, &mut number, decision).await?;
    convert::announce(engine, &case.conversation, &case.contact, &converted, Actor::Bot, lead, decision);
    Ok(())
}

/// What the customer answered goes into the ticket in the making, if there still is one.
async fn collected(
    engine: &Engine,
    case: &Case,
    facts: &Facts,
    answers: &BTreeMap<String, FieldValue>,
    decision: &mut Decision,
) -> Result<(), HandleError> {
    let Some(mut review) = engine.reader().review(case.conversation.id).await?.filter(Review::is_open) else { return Ok(()) };
    let Some(template) = review.template.as_ref().and_then(|key| facts.desk.templates.get(key)) else { return Ok(()) };
    if review.answered(template, answers) {
        review.updated_at = facts.now;
        decision.review = Some(review);
        let fields: Vec<&String> = answers.keys().collect();
        record(case, facts, TimelineKind::Reviewed, json!({ "step": "answered", "fields": fields }), decision);
    }
    Ok(())
}

/// The customer's ticket with this number, as this decision leaves it.
async fn ticket_of<'d>(engine: &Engine, case: &Case, number: i64, decision: &'d mut Decision) -> Result<Option<&'d mut Ticket>, HandleError> {
    if !decision.tickets.iter().any(|ticket| ticket.number == number) {
        let found = engine.reader().ticket(number).await?;
        let theirs = found.filter(|ticket| ticket.contact == case.contact.id && ticket.withdrawn_at.is_none());
        decision.tickets.extend(theirs);
    }
    Ok(decision.tickets.iter_mut().find(|ticket| ticket.number == number))
}

/// Keeps how a ticket went.
async fn rate_ticket(
    engine: &Engine,
    case: &Case,
    facts: &Facts,
    number: i64,
    value: Option<u8>,
    decision: &mut Decision,
) -> Result<(), HandleError> {
    let Some(ticket) = ticket_of(engine, case, number, decision).await? else { return Ok(()) };
    let scale = facts.desk.form_of(ticket).and_then(|template| template.rating).unwrap_or(RatingScale::Stars);
    let comment = ticket.rating.take().and_then(|rating| rating.comment);
    ticket.rating = value.map(|value| Rating { value, scale, by: case.contact.id, at: facts.now, comment });
    ticket.updated_at = facts.now;
    let event = rated(case, facts, ticket, json!({ "rating": value, "scale": scale }));
    decision.timeline.push(event);
    Ok(())
}

/// What the customer wrote just now stands beside their rating.
async fn comment_on_rating(engine: &Engine, case: &Case, facts: &Facts, number: i64, decision: &mut Decision) -> Result<(), HandleError> {
    let Some((message, text)) = &case.texts else { return Ok(()) };
    let Some(ticket) = ticket_of(engine, case, number, decision).await? else { return Ok(()) };
    let Some(rating) = &mut ticket.rating else { return Ok(()) };
    rating.comment = Some(text.chars().take(LONGEST_COMMENT).collect());
    let value = rating.value;
    ticket.updated_at = facts.now;
    let event = rated(case, facts, ticket, json!({ "rating": value, "comment": message }));
    decision.timeline.push(event);
    Ok(())
}

fn rated(case: &Case, facts: &Facts, ticket: &Ticket, details: Value) -> TimelineEvent {
    let actor = Actor::Contact { id: case.contact.id };
    TimelineEvent { conversation: Some(case.conversation.id), ticket: Some(ticket.id), at: facts.now, actor, kind: TimelineKind::Rated, details }
}

/// What was asked about, or else what the customer wrote last, belongs to this one of their tickets.
async fn about_ticket(engine: &Engine, case: &Case, facts: &Facts, number: i64, decision: &mut Decision) -> Result<(), HandleError> {
    let Some(ticket) = engine.reader().ticket(number).await?.filter(|ticket| ticket.contact == case.contact.id) else { return Ok(()) };
    let ticket = engine.reader().ticket_going_on(ticket).await?;
    let asked = match &case.conversation.dialogue.which {
        Some(which) => engine.reader().message(which.message).await?,
        None => None,
    };
    let messages = engine.reader().last_messages(case.conversation.id, 20).await?;
    let Some(message) = asked.or_else(|| messages.into_iter().rfind(|message| message.direction == Direction::In)) else { return Ok(()) };
    let touched = tickets::touch(&ticket, &message, facts.now);
    decision.timeline.extend(touched.timeline);
    if let Some(moved) = touched.ticket {
        Box::pin(tickets::follow_card(engine, &moved, decision, facts.now)).await?;
        decision.tickets.push(moved);
    }
    Ok(())
}

/// What was said last is the ticket's live card from now on.
async fn shows_ticket(engine: &Engine, case: &Case, number: i64, decision: &mut Decision) -> Result<(), HandleError> {
    if !tickets::cards_are_live_on(engine, &case.conversation.channel) {
        return Ok(());
    }
    let Some(ticket) = engine.reader().ticket(number).await?.filter(|ticket| ticket.contact == case.contact.id) else { return Ok(()) };
    if let Some(said) = decision.new_messages.iter_mut().rfind(|message| message.direction == Direction::Out) {
        match said.extras.ticket.take() {
            None if said.extras.listed.is_empty() => said.extras.ticket = Some(number),
            first => said.extras.listed.extend(first.into_iter().chain([number])),
        }
        decision.cards.push((ticket.id, said.id));
    }
    Ok(())
}
