//! The palette: every command that there is, completed while it is written, and what it answers.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bellhop_domain::id::ConversationId;
use bellhop_engine::commands::{self, Answer, AnswerFile, CommandError, Place, Within};

use super::{
    clean::Clean,
    form::{Asked, Fields},
    inbox::line_of,
    shell::{Said, Shell, Visit, status_of},
};

/// What the palette shows at once.
const MOST: usize = 12;

/// A line of the palette.
struct Entry {
    label: String,
    explanation: String,
    line: String,
    /// It is complete: choosing it carries it out.
    is_whole: bool,
}

#[derive(Template)]
#[template(path = "console/palette.html")]
struct PalettePage<'a> {
    shell: &'a Shell,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "console/answered.html")]
struct AnsweredPage<'a> {
    shell: &'a Shell,
}

/// What completes the line so far: names of commands, then what their arguments may be.
pub(super) async fn complete(visit: Visit, Asked(asked): Asked) -> Response {
    let conversation = asked.get("conversation").and_then(|id| id.parse::<ConversationId>().ok());
    let line = asked.get("line").unwrap_or_default().trim_start().trim_start_matches('/').to_owned();
    let language = visit.shell.lang;
    let place = Place { conversation, language: language.to_owned(), ..Place::default() };
    let allowed = |needs| visit.caller().permissions.allow(needs);
    let entries: Vec<Entry> = match line.split_once(char::is_whitespace) {
        None => {
            let folded = line.to_lowercase();
            let here = |within| conversation.is_some() || within == Within::Anywhere;
            let found = commands::all().filter(|command| command.needs.is_none_or(allowed) && here(command.within));
            let mut found: Vec<_> =
                found.filter(|command| command.name.contains(&folded) || command.explanation(language).to_lowercase().contains(&folded)).collect();
            found.sort_by_key(|command| !command.name.starts_with(&folded));
            let entry = |command: &commands::Command| Entry {
                label: format!("/{}", command.name),
                explanation: command.explanation(language),
                line: format!("/{}", command.name),
                is_whole: !command.arguments.iter().any(|argument| argument.required),
            };
            found.into_iter().take(MOST).map(entry).collect()
        }
        Some((name, rest)) => {
            let choices = commands::complete(visit.engine(), visit.caller(), &place, name, 0, rest);
            let mut entries: Vec<Entry> = choices
                .into_iter()
                .take(MOST)
                .map(|choice| Entry { label: choice.label, explanation: choice.line.clone(), line: choice.line, is_whole: true })
                .collect();
            if !rest.trim().is_empty() {
                let line = format!("/{name} {}", rest.trim());
                entries.push(Entry { label: line.clone(), explanation: visit.shell.say("console-palette-run"), line, is_whole: true });
            }
            entries
        }
    };
    visit.shell.page(StatusCode::OK, &PalettePage { shell: &visit.shell, entries })
}

/// Carries out a command outside of all conversations.
pub(super) async fn run_anywhere(mut visit: Visit, fields: Fields) -> Response {
    let place = Place { language: visit.shell.lang.to_owned(), ..Place::default() };
    let done = commands::run(visit.engine(), visit.caller(), &place, &line_of(&fields)).await;
    let (said, file, status) = shown(&visit.shell, done);
    if let Some(file) = file {
        return file;
    }
    visit.shell.said = said;
    visit.shell.page(status, &AnsweredPage { shell: &visit.shell })
}

/// What came of a command: what is said, or a file, with the status of the page.
pub(super) fn shown(shell: &Shell, done: Result<Answer, CommandError>) -> (Option<Said>, Option<Response>, StatusCode) {
    let (answer, status, wrong) = match done {
        Ok(answer) => (answer, StatusCode::OK, false),
        // Something is to be chosen first: that is no failure.
        Err(CommandError::Usage(answer)) => {
            let wrong = answer.choices.is_empty();
            (answer, if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, wrong)
        }
        Err(CommandError::Action(error)) => {
            let status = status_of(&error);
            (CommandError::Action(error).answer(shell.lang), status, true)
        }
    };
    if let Some(file) = answer.file {
        return (None, Some(download(file)), status);
    }
    // The card of a ticket in the making stands on the page itself.
    if answer.card.as_deref().is_some_and(|card| card.starts_with("review:")) || answer.text.is_empty() {
        return (None, None, status);
    }
    (Some(Said { text: Clean::message(&answer.text), choices: answer.choices, wrong }), None, status)
}

fn download(file: AnswerFile) -> Response {
    let name: String = file.name.chars().filter(|sign| sign.is_ascii_alphanumeric() || ".-_".contains(*sign)).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, file.content).into_response()
}
