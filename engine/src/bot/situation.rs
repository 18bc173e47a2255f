//! What a decision of the bot looks at, gathered before it is made.

use std::sync::Arc;

use bellhop_domain::{
    contact::{Contact, Organisation},
    conversation::{Conversation, ConversationStatus},
    desk::Desk,
    dialogue::{self, Finding, Findings, Hours, Input, Phase, QueuePlace, ReactedTo, Situation, TicketLine},
    id::MessageId,
    intent::{Command, Intent},
    message::{ButtonAction, Direction},
    routing::RoutingInput,
    ticket::Ticket,
    words,
};
use bellhop_kb::Verdict;
use bellhop_store::{DbError, tickets::TicketFilter};
use chrono::{DateTime, Utc};

use super::Case;
use crate::{desk::DeskSnapshot, engine::Engine, knowledge, worker::HandleError};

/// The customer's messages that are looked through for values of a form.
const HISTORY: u32 = 100;

/// Everything that the dialogue looks at.
pub(super) struct Facts {
    pub(super) now: DateTime<Utc>,
    pub(super) desk: Arc<DeskSnapshot>,
    pub(super) language: String,
    pub(super) organisation: Option<Organisation>,
    pub(super) texts: Vec<(MessageId, String)>,
    languages: Vec<String>,
    hours: Hours,
    queue: QueuePlace,
    tickets: Vec<TicketLine>,
    which: Vec<TicketLine>,
    colleagues: Vec<TicketLine>,
    articles: Vec<Finding>,
    known: RoutingInput,
}

impl Facts {
    pub(super) async fn gather(engine: &Engine, case: &Case, input: &Input<'_>) -> Result<Self, HandleError> {
        let now = engine.now();
        let desk = engine.desk();
        let language = case.conversation.language.clone().unwrap_or_else(|| engine.settings().language.clone());
        let hours = hours(&desk, &case.conversation, &language, now);
        let organisation = organisation(engine, &case.contact).await?;
        let needs = Needs::of(case, input, &hours);
        let mut facts = Self {
            queue: if needs.queue { queue_place(engine, &case.conversation).await? } else { QueuePlace { position: 0, expected_wait: None } },
            tickets: if needs.tickets { tickets(engine, &case.contact, &desk, &language).await? } else { Vec::new() },
            colleagues: if needs.colleagues { colleagues(engine, case, organisation.as_ref(), &desk, &language).await? } else { Vec::new() },
            which: case.which.iter().map(|ticket| ticket_line(engine, &desk, ticket, &language)).collect(),
            texts: if needs.history && !case.is_new { history(engine, &case.conversation).await? } else { Vec::new() },
            articles: Vec::new(),
            known: RoutingInput::of_conversation(Some(&case.conversation), &case.contact, organisation.as_ref(), &desk, now),
            languages: engine.settings().languages.clone(),
            hours,
            now,
            language,
            organisation,
            desk,
        };
        facts.texts.extend(case.texts.clone());
        facts.articles = articles(engine, case, &facts, input).await?;
        Ok(facts)
    }

    pub(super) fn situation<'a>(&'a self, case: &'a Case) -> Situation<'a> {
        Situation {
            now: self.now,
            status: case.conversation.status,
            assigned: case.conversation.assignee.is_some(),
            language: &self.language,
            languages: &self.languages,
            hours: &self.hours,
            queue: self.queue,
            desk: &self.desk,
            contact: &case.contact,
            known: &self.known,
            customer_texts: &self.texts,
            tickets: &self.tickets,
            which: &self.which,
            colleagues: &self.colleagues,
            articles: &self.articles,
        }
    }
}

/// Which of the costlier facts this decision can need.
struct Needs {
    queue: bool,
    tickets: bool,
    colleagues: bool,
    history: bool,
}

impl Needs {
    fn of(case: &Case, input: &Input<'_>, hours: &Hours) -> Self {
        let collecting = matches!(case.conversation.dialogue.phase, Phase::Collecting(_));
        let may_file = collecting || *hours != Hours::Open || case.conversation.status == ConversationStatus::Queued;
        match input {
            Input::Says { text, intent, findings, .. } => {
                // A number or label typed back is a press.
                let presses = case.conversation.dialogue.choice(text).is_some();
                let answered = findings.decision != dialogue::Decision::Handoff && intent.is_none() && !presses;
                Self {
                    queue: !answered,
                    tickets: intent.is_some() || presses,
                    colleagues: matches!(intent, Some(Intent::Command(Command::Tickets))),
                    history: (may_file || presses) && !answered || collecting,
                }
            }
            Input::Presses { action, .. } => Self {
                queue: true,
                tickets: matches!(action, ButtonAction::AboutTicket { .. } | ButtonAction::Rate { .. }),
                colleagues: false,
                history: may_file || matches!(action, ButtonAction::LeaveTicket),
            },
            Input::Reacts { on, .. } => Self { queue: true, tickets: matches!(on, ReactedTo::Rating { .. }), colleagues: false, history: may_file },
            Input::AgentAsks { .. } | Input::AgentStopsAsking => Self { queue: false, tickets: false, colleagues: false, history: false },
            Input::WaitedTooLong | Input::CouldNotSend | Input::GivenBack => Self { queue: true, tickets: false, colleagues: false, history: true },
        }
    }
}

/// The company of a person.
pub(super) async fn organisation(engine: &Engine, contact: &Contact) -> Result<Option<Organisation>, DbError> {
    match contact.organisation {
        Some(id) => engine.reader().organisation(id).await,
        None => Ok(None),
    }
}

/// The language that the bot answers in.
pub(super) fn language(engine: &Engine, contact: &Contact, conversation: &Conversation, text: Option<&str>) -> String {
    // A command says nothing about the language of whoever typed it.
    let text = text.filter(|text| !matches!(bellhop_domain::intent::detect(text), Some(Intent::Command(command)) if command != Command::Unknown));
    crate::worker::language_of(contact, conversation, text.unwrap_or_default(), &engine.settings().language)
}

/// What the knowledge base found, with links that open for this person.
pub(super) fn findings(engine: &Engine, contact: &Contact, verdict: Verdict) -> Findings {
    let by_meaning = verdict.candidates.first().is_some_and(|best| best.scores.meaning > 0.0);
    Findings {
        decision: match verdict.decision {
            bellhop_kb::Decision::Answer => dialogue::Decision::Answer,
            bellhop_kb::Decision::Clarify => dialogue::Decision::Clarify,
            bellhop_kb::Decision::Handoff => dialogue::Decision::Handoff,
        },
        probability: verdict.probability,
        threshold: verdict.threshold,
        candidates: verdict
            .candidates
            .into_iter()
            .map(|candidate| Finding {
                url: engine.links().article(&candidate.slug, &candidate.lang, Some(contact.id)),
                slug: candidate.slug,
                language: candidate.lang,
                title: candidate.title,
                answer: candidate.answer,
                score: candidate.score,
            })
            .collect(),
        asked: dialogue::Asked::default(),
        by_meaning,
        synonyms: verdict.synonyms.into_iter().map(|swap| dialogue::Synonym { said: swap.said, read: swap.read }).collect(),
    }
}

async fn articles(engine: &Engine, case: &Case, facts: &Facts, input: &Input<'_>) -> Result<Vec<Finding>, HandleError> {
    let wanted = dialogue::wanted(&case.conversation.dialogue, input);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let viewer = knowledge::viewer_for(&case.contact, facts.organisation.as_ref(), &facts.desk, &case.conversation.channel);
    let mut found = Vec::new();
    for key in wanted {
        if let Some(article) = knowledge::article_for(engine, &key.slug, &key.language, &viewer).await? {
            found.push(Finding {
                url: engine.links().article(&article.slug, &article.language, Some(case.contact.id)),
                slug: article.slug,
                language: article.language,
                title: article.title,
                answer: article.answer,
                score: 0.0,
            });
        }
    }
    Ok(found)
}

async fn history(engine: &Engine, conversation: &Conversation) -> Result<Vec<(MessageId, String)>, DbError> {
    let messages = engine.reader().last_messages(conversation.id, HISTORY).await?;
    Ok(messages.into_iter().filter(|message| message.direction == Direction::In).map(|message| (message.id, message.text)).collect())
}

async fn tickets(engine: &Engine, contact: &Contact, desk: &DeskSnapshot, language: &str) -> Result<Vec<TicketLine>, DbError> {
    let tickets = engine.reader().tickets(&TicketFilter { contact: Some(contact.id), ..TicketFilter::default() }, None, 10).await?.items;
    let mut lines: Vec<TicketLine> = Vec::with_capacity(tickets.len());
    let mut parts: Vec<(i64, i64)> = Vec::new();
    for ticket in tickets {
        if ticket.merged_into.is_none() {
            lines.push(ticket_line(engine, desk, &ticket, language));
            continue;
        }
        let goes_on = engine.reader().ticket_going_on(ticket.clone()).await?;
        if goes_on.contact == contact.id {
            parts.push((goes_on.number, ticket.number));
        } else {
            // It goes on with somebody else's, of which this customer sees only how far it is.
            lines.push(ticket_line(engine, desk, &ticket.shown_as(&goes_on), language));
        }
    }
    for line in &mut lines {
        line.merged = parts.iter().filter(|(number, _)| *number == line.number).map(|(_, part)| *part).collect();
        line.merged.sort_unstable();
    }
    Ok(lines)
}

/// The tickets of the customer's colleagues, as far as somebody may know of them who is allowed to: which, and how far they are.
///
/// Only in a place of the customer's own: others read along elsewhere.
async fn colleagues(
    engine: &Engine,
    case: &Case,
    organisation: Option<&Organisation>,
    desk: &DeskSnapshot,
    language: &str,
) -> Result<Vec<TicketLine>, DbError> {
    let (contact, reader) = (&case.contact, engine.reader());
    let Some(seen) = contact.sees_colleagues_of().filter(|seen| organisation.is_some_and(|organisation| organisation.id == *seen)) else {
        return Ok(Vec::new());
    };
    if case.conversation.contact != contact.id {
        return Ok(Vec::new());
    }
    let tickets = reader.organisation_tickets(seen, Some(contact.id), 10).await?;
    let line = |ticket: &Ticket| TicketLine { url: String::new(), rating: None, department: None, ..ticket_line(engine, desk, ticket, language) };
    Ok(tickets.iter().filter(|ticket| ticket.merged_into.is_none()).map(line).collect())
}

/// A ticket as the customer is shown it.
pub(crate) fn ticket_line(engine: &Engine, desk: &Desk, ticket: &Ticket, language: &str) -> TicketLine {
    let template = desk.form_of(ticket);
    let stage = ticket.stage.as_deref().and_then(|key| template?.stages.iter().find(|stage| stage.key == key));
    let department = ticket.department.as_deref().and_then(|key| desk.departments.get(key));
    TicketLine {
        number: ticket.number,
        title: template.map_or_else(|| ticket.template.clone(), |template| template.title.get(language).to_owned()),
        status: ticket.status,
        stage: stage.map(|stage| stage.name.get(language).to_owned()),
        department: department.map(|department| department.name.get(language).to_owned()),
        url: engine.links().ticket(ticket.id),
        rating: ticket.rating.as_ref().map(|rating| rating.value),
        merged: Vec::new(),
    }
}

async fn queue_place(engine: &Engine, conversation: &Conversation) -> Result<QueuePlace, DbError> {
    let queue = engine.reader().queue(conversation.department.as_deref()).await?;
    let ahead = queue.iter().filter(|(id, since)| *id != conversation.id && conversation.queued_at.is_none_or(|own| *since <= own)).count();
    let position = u32::try_from(ahead).unwrap_or(u32::MAX).saturating_add(1);
    Ok(QueuePlace { position, expected_wait: engine.0.waits.expected(position) })
}

/// Whether people work now: the hours of the conversation's department, else of the one that gets what no rule routes.
fn hours(desk: &DeskSnapshot, conversation: &Conversation, language: &str, now: DateTime<Utc>) -> Hours {
    let fallback = || desk.rules.iter().rev().find_map(|rule| rule.then.department.as_deref());
    let department = conversation.department.as_deref().or_else(fallback);
    if desk.is_open(department, now) {
        return Hours::Open;
    }
    let opens_at = desk.next_opening(department, now);
    let zone = desk.calendar_of(department.unwrap_or_default()).map_or(chrono_tz::UTC, |calendar| calendar.time_zone);
    let shown = opens_at.map(|at| words::moment(language, &at.with_timezone(&zone), &now.with_timezone(&zone))).unwrap_or_default();
    Hours::Closed { opens_at, shown }
}
