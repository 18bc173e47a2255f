//! Questions to other departments, and their answers.

use bellhop_domain::{
    desk::Desk,
    id::RequestId,
    message::{AttachmentState, Message},
    request::{Request, RequestState},
    words,
};
use chrono_tz::Tz;

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, moment, quoted};
use crate::{
    Engine,
    actions::{
        ActionError,
        requests::{self, Ask},
    },
    caller::Permission,
};

/// Characters of a question or an answer on a card.
const LONGEST_SHOWN: usize = 800;
/// Requests that are offered at once.
const MOST_OFFERED: usize = 8;
const HANDLE: Option<Permission> = Some(Permission::HandleConversations);

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "ask",
        arguments: &[Argument::required("department", Kind::Department), Argument::required("question", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(ask(call)),
    },
    Command {
        name: "answer",
        arguments: &[Argument::required("answer", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(answer(call)),
    },
    Command {
        name: "asked",
        arguments: &[Argument::optional("progress", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(asked(call)),
    },
];

async fn ask(call: &Call<'_>) -> Result<Answer, CommandError> {
    let ask = Ask {
        department: call.text("department").to_owned(),
        question: call.text("question").to_owned(),
        about: call.place.replied_to,
        ..Ask::default()
    };
    let request = requests::ask(call.engine, call.caller, call.conversation()?, &ask).await?;
    let department = department(&call.desk, &request, &call.place.language);
    let text = call.say("answer-asked", &[("department", (&department).into())]);
    Ok(Answer { choices: vec![withdrawing(&request, &call.place.language)], ..Answer::text(text) })
}

async fn answer(call: &Call<'_>) -> Result<Answer, CommandError> {
    let (request, text) = meant(call, call.text("answer")).await?;
    let request = requests::answer(call.engine, call.caller, request.id, text, &[]).await?;
    let asker = escaped(request.asked_by.name().unwrap_or_default());
    call.answer("answer-answered", &[("agent", (&asker).into())])
}

async fn asked(call: &Call<'_>) -> Result<Answer, CommandError> {
    let (request, step) = meant(call, call.text("progress")).await?;
    let (language, name) = (call.place.language.as_str(), department(&call.desk, &request, &call.place.language));
    match step {
        "" => Ok(request_card(call.engine, &request, language).await?),
        "take" => {
            requests::take(call.engine, call.caller, request.id, None).await?;
            call.answer("answer-asked-taken", &[("department", (&name).into())])
        }
        "withdraw" => {
            requests::withdraw(call.engine, call.caller, request.id).await?;
            call.answer("answer-asked-withdrawn", &[("department", (&name).into())])
        }
        step => {
            let (now, zone) = (call.engine.now(), zone(&call.desk, &request));
            let Some(at) = moment::read(step, now, zone).filter(|at| *at > now) else {
                let what = call.say("answer-no-moment", &[("given", (&quoted(step)).into())]);
                return Err(call.wrong(what, progress(&request, language)));
            };
            let taken = requests::take(call.engine, call.caller, request.id, Some(at)).await?;
            call.answer("answer-asked-expected", &[("at", (&clock(&call.desk, &taken)).into())])
        }
    }
}

/// The request that a line begins with, else the one that was pointed at, else the only one; and the rest of the line.
async fn meant<'a>(call: &Call<'_>, line: &'a str) -> Result<(Request, &'a str), CommandError> {
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    if let Ok(id) = first.parse::<RequestId>() {
        return Ok((requests::get(call.engine, call.caller, id).await?, rest.trim()));
    }
    let mut all = requests::of_conversation(call.engine, call.caller, call.conversation()?).await?;
    if let Some(pointed) = call.place.replied_to.and_then(|message| all.iter().position(|request| request.question == message)) {
        return Ok((all.swap_remove(pointed), line.trim()));
    }
    if all.iter().any(Request::is_open) {
        all.retain(Request::is_open);
    }
    if all.len() > 1 {
        let (language, newest) = (call.place.language.as_str(), all.iter().rev().take(MOST_OFFERED));
        let offered = newest.map(|request| Choice::new(department(&call.desk, request, language), format!("/asked {}", request.id)));
        return Err(call.wrong(call.say("answer-which-request", &[]), offered.collect()));
    }
    all.pop().map(|request| (request, line.trim())).ok_or_else(|| call.wrong(call.say("answer-nothing-asked", &[]), Vec::new()))
}

/// A request as a card: what was asked, how far it is, and, while it is open, what can be done.
///
/// # Errors
/// When the database cannot be read.
pub async fn request_card(engine: &Engine, request: &Request, language: &str) -> Result<Answer, ActionError> {
    let (desk, reader) = (engine.desk(), engine.reader());
    let conversation = reader.conversation(request.conversation).await?;
    let contact = match &conversation {
        Some(conversation) => reader.contact(conversation.contact).await?,
        None => None,
    };
    let name = match &contact {
        Some(contact) if contact.erased_at.is_some() => words::say(language, "erased-marker", &[]),
        _ => contact.and_then(|contact| contact.name).unwrap_or_else(|| words::say(language, "staff-nameless", &[])),
    };
    let (customer, department) = (quoted(&name), department(&desk, request, language));
    let agent = escaped(request.asked_by.name().unwrap_or_default());
    let values = [("department", (&department).into()), ("agent", (&agent).into()), ("customer", (&customer).into())];
    let mut lines = vec![words::say(language, "request-head", &values)];
    lines.extend(reader.message(request.question).await?.iter().flat_map(shown));
    lines.push(request_state(&desk, request, language));
    if let Some(answer) = request.answer {
        lines.extend(reader.message(answer).await?.iter().flat_map(shown));
    }
    if !request.is_open() {
        return Ok(Answer::text(lines.join("\n")));
    }
    lines.push(words::say(language, "request-hint", &[]));
    Ok(Answer { choices: progress(request, language), expects: Some(format!("/answer {}", request.id)), ..Answer::text(lines.join("\n")) })
}

/// How far a request is, in a few words.
pub fn request_state(desk: &Desk, request: &Request, language: &str) -> String {
    let owner = request.owner.and_then(|owner| desk.agent(owner)).map(|agent| escaped(&agent.name)).unwrap_or_default();
    let at = clock(desk, request);
    let key = match request.state {
        RequestState::Answered if owner.is_empty() => "request-answered",
        RequestState::Answered => "request-answered-by",
        RequestState::Withdrawn => "request-withdrawn",
        RequestState::Open if request.expected_at.is_some() => "request-expected",
        RequestState::Open if owner.is_empty() => "request-open",
        RequestState::Open => "request-taken",
    };
    words::say(language, key, &[("agent", (&owner).into()), ("at", (&at).into())])
}

/// A note's words and the names of its files.
fn shown(message: &Message) -> Vec<String> {
    let mut words: String = message.text.chars().take(LONGEST_SHOWN).collect();
    if words.len() < message.text.len() {
        words.push('…');
    }
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("> {}", escaped(line)));
    let is_stored = |state: &AttachmentState| matches!(state, AttachmentState::Stored { .. });
    let files = message.extras.attachments.iter().filter(|file| is_stored(&file.state)).map(|file| format!("📎 {}", quoted(&file.name)));
    lines.chain(files).collect()
}

/// What whoever is asked may press.
fn progress(request: &Request, language: &str) -> Vec<Choice> {
    let mut choices = Vec::new();
    if request.owner.is_none() {
        choices.push(Choice::new(words::say(language, "request-button-take", &[]), format!("/asked {} take", request.id)));
    }
    for (moment, key) in [("1h", "moment-hour"), ("4h", "moment-hours"), ("tomorrow 9:00", "moment-tomorrow")] {
        let label = words::say(language, "request-button-expected", &[("moment", (&words::say(language, key, &[])).into())]);
        choices.push(Choice::new(label, format!("/asked {} {moment}", request.id)));
    }
    choices.push(withdrawing(request, language));
    choices
}

fn withdrawing(request: &Request, language: &str) -> Choice {
    Choice::new(words::say(language, "request-button-withdraw", &[]), format!("/asked {} withdraw", request.id))
}

fn department(desk: &Desk, request: &Request, language: &str) -> String {
    let name = desk.departments.get(&request.department).map(|department| department.name.get(language));
    escaped(name.filter(|name| !name.is_empty()).unwrap_or(&request.department))
}

fn zone(desk: &Desk, request: &Request) -> Tz {
    let calendar = desk.calendar_of(&request.department).or_else(|| desk.calendars.values().next());
    calendar.map_or(Tz::UTC, |calendar| calendar.time_zone)
}

/// When an answer is expected, on the clock of the department.
fn clock(desk: &Desk, request: &Request) -> String {
    request.expected_at.map(|at| at.with_timezone(&zone(desk, request)).format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}
