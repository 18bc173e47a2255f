//! The card at the top of a topic: who has the conversation, who the customer is, why it is here, and what can be done at once.

use bellhop_channel::{TextUnit, staff::StaffCapabilities};
use bellhop_domain::{
    assignment::Why,
    conversation::ConversationStatus,
    request::Request,
    routing::{Routing, effective_region, effective_tier},
    sourced::{Source, Sourced},
    ticket::{Ticket, number_text},
    words,
};
use bellhop_engine::commands::{Choice, request_state};

use crate::{
    facts::Facts,
    writing::{escaped, fitted, one_line, short},
};

/// Tickets on one card, the newest ones.
const TICKETS: usize = 5;
/// Cases in other systems, and what is to be done, on one card.
const SETTLING: usize = 6;
/// Questions to other departments on one card, the newest ones.
const REQUESTS: usize = 3;
/// Articles on one card, the latest ones.
const ARTICLES: usize = 5;

/// What a card says, and its buttons.
pub(crate) fn card(facts: &Facts, capabilities: &StaffCapabilities) -> (String, Vec<Choice>) {
    let mut lines = vec![format!("**{}** · {}", escaped(&facts.name()), escaped(&facts.conversation.channel))];
    lines.push(standing(facts));
    lines.extend(facts.conversation.department.as_deref().map(|key| {
        let name = facts.named(key, facts.desk.departments.get(key).map(|department| &department.name));
        facts.say("staff-card-department", &[("department", (&name).into())])
    }));
    lines.push(person(facts));
    lines.extend(facts.tickets.iter().rev().take(TICKETS).map(|ticket| ticket_line(facts, ticket)));
    lines.extend(facts.settling.iter().take(SETTLING).cloned());
    lines.extend(facts.requests.iter().rev().take(REQUESTS).map(|request| request_line(facts, request)));
    lines.extend(assigned(facts));
    lines.extend(reason(facts));
    lines.extend(tried(facts));
    (fitted(&lines.join("\n"), capabilities.max_card, TextUnit::clone(&capabilities.text_unit)), choices(facts))
}

/// How it stands.
fn standing(facts: &Facts) -> String {
    let conversation = &facts.conversation;
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| facts.clock(at, "%Y-%m-%d %H:%M")).unwrap_or_default();
    let agent = facts.assignee().map(|name| escaped(&name));
    match (conversation.status, agent) {
        (ConversationStatus::Bot, _) => facts.say("staff-card-bot", &[]),
        (ConversationStatus::Queued, _) => {
            let place = facts.place.and_then(|place| i64::try_from(place).ok()).unwrap_or(1);
            facts.say("staff-card-queued", &[("since", (&time(conversation.queued_at)).into()), ("place", place.into())])
        }
        (ConversationStatus::Open, Some(agent)) => facts.say("staff-card-open", &[("agent", (&agent).into())]),
        (ConversationStatus::Open, None) => facts.say("staff-card-open-nobody", &[]),
        (ConversationStatus::Snoozed, _) => facts.say("staff-card-snoozed", &[("until", (&time(conversation.snoozed_until)).into())]),
        (ConversationStatus::Resolved, _) => facts.say("staff-card-resolved", &[("at", (&time(conversation.resolved_at)).into())]),
    }
}

/// Tier, region and language, each with where it came from.
fn person(facts: &Facts) -> String {
    let with_source = |name: String, value: &Sourced<String>| {
        let source = facts.say(source_key(value.source), &[]);
        match value.by.as_deref().and_then(|by| one_line(by, 30)) {
            Some(by) => format!("{name} ({source}: {})", escaped(&by)),
            None => format!("{name} ({source})"),
        }
    };
    let tier = effective_tier(&facts.contact, facts.organisation.as_ref(), &facts.desk).map(|tier| {
        let name = facts.named(&tier.value, facts.desk.tiers.get(&tier.value).map(|tier| &tier.name));
        with_source(name, &tier)
    });
    let region = effective_region(&facts.contact, facts.organisation.as_ref(), &facts.desk).map(|region| {
        let name = facts.named(&region.value, facts.desk.regions.get(&region.value).map(|region| &region.name));
        with_source(name, &region)
    });
    let language = facts.conversation.language.as_deref().or(facts.contact.language.as_deref()).map(|tag| {
        let name = escaped(words::language_name(tag));
        let key = if facts.contact.language_chosen { "staff-language-chosen" } else { "staff-language-found" };
        format!("{name} ({})", facts.say(key, &[]))
    });
    let company = facts.organisation.as_ref().and_then(|organisation| one_line(&organisation.name, 40)).map(|name| escaped(&name));
    let known: Vec<String> = [tier, region, language, company].into_iter().flatten().collect();
    known.join(" · ")
}

/// The key of the words for where a value came from.
fn source_key(source: Source) -> &'static str {
    match source {
        Source::Agent => "staff-source-agent",
        Source::SignedIdentity => "staff-source-signed",
        Source::Crm => "staff-source-crm",
        Source::Import => "staff-source-import",
        Source::MailDomain => "staff-source-mail-domain",
        Source::Organisation => "staff-source-organisation",
        Source::Form => "staff-source-form",
        Source::Location => "staff-source-location",
        Source::Phone => "staff-source-phone",
        Source::Ip => "staff-source-ip",
        Source::Conversation => "staff-source-conversation",
        Source::Claim => "staff-source-claim",
        Source::Default => "staff-source-default",
    }
}

/// A ticket in a line: number, kind, status, who has it and why it is there.
fn ticket_line(facts: &Facts, ticket: &Ticket) -> String {
    let kind = facts.named(&ticket.template, facts.desk.form_of(ticket).map(|template| &template.title));
    let department = ticket.department.as_deref().map(|key| facts.named(key, facts.desk.departments.get(key).map(|department| &department.name)));
    let owner = ticket.owner.and_then(|id| facts.desk.agent(id)).and_then(|agent| one_line(&agent.name, 40)).map(|name| escaped(&name));
    let status = facts.say(words::status_key(ticket.status), &[]);
    let parts: Vec<String> = [Some(kind), Some(status), department, owner].into_iter().flatten().collect();
    let mut line = format!("🎫 **{}** {}", number_text(ticket.number), parts.join(" · "));
    if let Some(why) = why(facts, &ticket.routing) {
        line.push_str(" — ");
        line.push_str(&why);
    }
    line
}

/// What another department was asked, and how far that is.
fn request_line(facts: &Facts, request: &Request) -> String {
    let department = facts.named(&request.department, facts.desk.departments.get(&request.department).map(|department| &department.name));
    let state = request_state(&facts.desk, request, &facts.language);
    facts.say("staff-card-request", &[("department", (&department).into()), ("state", state.trim_end_matches([':', '：']).into())])
}

/// The conditions by which it was routed, in words.
fn why(facts: &Facts, routing: &Routing) -> Option<String> {
    routing.rule.as_ref()?;
    // A rule that always applies explains nothing.
    let telling = routing.reasons.iter().filter(|reason| reason.matched && reason.is_telling());
    let matched: Vec<String> = telling.map(|reason| escaped(&short(&reason.say(&facts.desk, &facts.language), 60))).collect();
    (!matched.is_empty()).then(|| facts.say("staff-card-because", &[("reasons", (&matched.join(", ")).into())]))
}

/// Why whoever has it got it by itself.
fn assigned(facts: &Facts) -> Option<String> {
    let assignment = facts.conversation.routing.as_ref()?.assignment.as_ref().filter(|assignment| assignment.agent.is_some())?;
    facts.conversation.assignee.filter(|agent| assignment.agent == Some(*agent))?;
    let reasons = in_words(facts, &assignment.reasons);
    Some(facts.say("staff-card-assigned", &[("reasons", (&reasons).into())]))
}

fn in_words(facts: &Facts, reasons: &[Why]) -> String {
    let words: Vec<String> = reasons.iter().map(|why| escaped(&short(&why.in_words(&facts.desk, &facts.language), 60))).collect();
    words.join(", ")
}

/// Why the bot, or whoever it was, handed it to people.
fn reason(facts: &Facts) -> Option<String> {
    let word = facts.handoff.as_ref()?.get("reason")?.as_str()?;
    if word == "absent" {
        let reasons = facts.conversation.routing.as_ref()?.assignment.as_ref()?.reasons.as_slice();
        let reason = facts.say("staff-reason-absent", &[("reason", (&in_words(facts, reasons)).into())]);
        return Some(facts.say("staff-card-reason", &[("reason", (&reason).into())]));
    }
    let key = match word {
        "no_answer" => "staff-reason-no-answer",
        "asked_for_person" => "staff-reason-asked",
        "refused" => "staff-reason-refused",
        "not_solved" => "staff-reason-not-solved",
        "form_failed" => "staff-reason-form",
        "send_failed" => "staff-reason-send",
        "agent" => "staff-reason-agent",
        _ => return None,
    };
    Some(facts.say("staff-card-reason", &[("reason", (&facts.say(key, &[])).into())]))
}

/// What the bot tried before.
fn tried(facts: &Facts) -> Option<String> {
    let shown = &facts.conversation.dialogue.shown;
    let articles: Vec<String> = shown
        .iter()
        .rev()
        .take(ARTICLES)
        .rev()
        .map(|article| {
            let title = escaped(&one_line(&article.title, 60).unwrap_or_else(|| article.slug.clone()));
            match article.helped {
                Some(true) => format!("{title} ({})", facts.say("staff-article-helped", &[])),
                Some(false) => format!("{title} ({})", facts.say("staff-article-did-not-help", &[])),
                None => title,
            }
        })
        .collect();
    (!articles.is_empty()).then(|| facts.say("staff-card-tried", &[("articles", (&articles.join("; ")).into())]))
}

/// What can be done at once, the likeliest first.
fn choices(facts: &Facts) -> Vec<Choice> {
    let lines: &[(&str, &str)] = match facts.conversation.status {
        ConversationStatus::Queued | ConversationStatus::Bot => {
            &[("staff-button-take", "/take"), ("staff-button-article", "/kb"), ("staff-button-ticket", "/ticket"), ("staff-button-close", "/close")]
        }
        ConversationStatus::Open if facts.conversation.assignee.is_none() => {
            &[("staff-button-take", "/take"), ("staff-button-article", "/kb"), ("staff-button-ticket", "/ticket"), ("staff-button-close", "/close")]
        }
        ConversationStatus::Open | ConversationStatus::Snoozed => {
            &[("staff-button-article", "/kb"), ("staff-button-ticket", "/ticket"), ("staff-button-bot", "/bot"), ("staff-button-close", "/close")]
        }
        ConversationStatus::Resolved => &[("staff-button-reopen", "/reopen"), ("staff-button-ticket", "/ticket")],
    };
    lines.iter().map(|(key, line)| Choice { label: facts.say(key, &[]), line: (*line).to_owned() }).collect()
}
