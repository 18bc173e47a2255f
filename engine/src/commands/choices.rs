//! What an argument may stand for: checked, suggested, completed, and offered as buttons.

use std::sync::Arc;

use bellhop_domain::{actor::Actor, desk::Category, localised::Localised};

use super::{Argument, Call, Choice, Command, CommandError, Kind, Place, all, quoted};
use crate::{
    Engine,
    actions::{macros::usable, views},
    caller::Caller,
    desk::DeskSnapshot,
};

/// Buttons that are offered at once.
const MOST_BUTTONS: usize = 8;
/// What is suggested for a typing error.
const MOST_SUGGESTIONS: usize = 4;
/// What completes a line.
const MOST_COMPLETIONS: usize = 25;
/// Characters that are compared; no name is longer.
const LONGEST_COMPARED: usize = 256;
/// How alike two words are of which one is suggested for the other, of 1.
const ALIKE: f64 = 0.55;

/// Something that an argument may stand for.
pub(super) struct Candidate {
    /// What is written for it.
    key: String,
    /// What people read.
    pub(super) label: String,
    /// What else it is known by, in lower case.
    words: Vec<String>,
    /// What is written before the key, where candidates of two kinds may have the same one.
    prefix: &'static str,
}

impl Candidate {
    fn named(key: &str, name: &Localised, language: &str) -> Self {
        let shown = name.get(language);
        let label = if shown.is_empty() { key } else { shown };
        let words = name.0.values().map(|name| name.trim().to_lowercase()).collect();
        Self { key: key.to_owned(), label: label.to_owned(), words, prefix: "" }
    }

    fn word(key: &str, label: String) -> Self {
        let words = vec![label.to_lowercase()];
        Self { key: key.to_owned(), label, words, prefix: "" }
    }

    /// What stands for it in a line.
    pub(super) fn written(&self) -> String {
        format!("{}{}", self.prefix, self.key)
    }

    fn is_called(&self, folded: &str) -> bool {
        self.key.to_lowercase() == folded || self.written().to_lowercase() == folded || self.words.iter().any(|word| word == folded)
    }

    /// How well a beginning or a mistyped word fits, of 1.
    fn fits(&self, folded: &str) -> f64 {
        let key = self.key.to_lowercase();
        let names = || std::iter::once(&key).chain(&self.words);
        if names().any(|name| name.starts_with(folded)) {
            return 1.0;
        }
        if folded.chars().count() > 2 && names().any(|name| name.contains(folded)) {
            return 0.9;
        }
        names().map(|name| strsim::normalized_damerau_levenshtein(name, folded)).fold(0.0, f64::max)
    }
}

/// Everything that an argument of this kind may stand for, the likeliest first; nothing where the command reads it itself.
pub(super) fn candidates(kind: Kind, desk: &Arc<DeskSnapshot>, caller: &Caller, language: &str) -> Option<Vec<Candidate>> {
    Some(match kind {
        Kind::Agent => agents(desk, caller),
        Kind::Department => departments(desk, language),
        Kind::AgentOrDepartment => {
            let (mut people, mut queues) = (agents(desk, caller), departments(desk, language));
            people.iter_mut().for_each(|agent| agent.prefix = "agent:");
            queues.iter_mut().for_each(|department| department.prefix = "department:");
            let shown = people.len().min(MOST_BUTTONS / 2);
            let rest = people.split_off(shown);
            people.into_iter().chain(queues).chain(rest).collect()
        }
        Kind::Template => desk.templates.values().map(|template| Candidate::named(&template.key, &template.title, language)).collect(),
        Kind::Tier => {
            let mut tiers: Vec<_> = desk.tiers.values().collect();
            tiers.sort_by_key(|tier| std::cmp::Reverse(tier.rank));
            tiers.into_iter().map(|tier| Candidate::named(&tier.key, &tier.name, language)).collect()
        }
        Kind::Region => desk.regions.values().map(|region| Candidate::named(&region.key, &region.name, language)).collect(),
        Kind::Category => desk.categories.values().map(|category| categories(category, desk, language)).collect(),
        Kind::Macro => usable(desk, caller).map(|canned| Candidate::named(&canned.key, &canned.title, language)).collect(),
        Kind::View => views::usable(desk, caller).into_iter().map(|view| Candidate::named(&view.key, &view.name, language)).collect(),
        Kind::OneOf(words) => {
            words.iter().map(|word| Candidate::word(word, bellhop_domain::words::say(language, &format!("choice-{word}"), &[]))).collect()
        }
        Kind::Command => all().map(|command| Candidate::word(command.name, format!("/{}", command.name))).collect(),
        Kind::Status | Kind::Moment | Kind::Article | Kind::Labels | Kind::Organisation | Kind::Contact | Kind::Room | Kind::Text => return None,
    })
}

/// A category with everything above it as its label; it is still called by its own name.
fn categories(category: &Category, desk: &DeskSnapshot, language: &str) -> Candidate {
    Candidate { label: desk.category_name(&category.key, language), ..Candidate::named(&category.key, &category.name, language) }
}

fn agents(desk: &DeskSnapshot, caller: &Caller) -> Vec<Candidate> {
    let own = match &caller.actor {
        Actor::Agent { key, .. } => Some(key.as_str()),
        _ => None,
    };
    let mut agents: Vec<_> = desk.agents.values().filter(|agent| !agent.disabled).collect();
    agents.sort_by_key(|agent| Some(agent.key.as_str()) != own);
    let candidate = |agent: &&bellhop_domain::desk::Agent| {
        let mut words = vec![agent.name.to_lowercase(), agent.email.clone()];
        if Some(agent.key.as_str()) == own {
            words.push("me".to_owned());
        }
        Candidate { key: agent.key.clone(), label: agent.name.clone(), words, prefix: "" }
    };
    agents.iter().map(candidate).collect()
}

fn departments(desk: &DeskSnapshot, language: &str) -> Vec<Candidate> {
    desk.departments.values().map(|department| Candidate::named(&department.key, &department.name, language)).collect()
}

/// The key of what was given, or a usage with what may have been meant.
pub(super) fn resolve(call: &Call<'_>, argument: &Argument, text: &str) -> Result<String, CommandError> {
    let Some(candidates) = candidates(argument.kind, &call.desk, call.caller, &call.place.language) else { return Ok(text.to_owned()) };
    if text == "-" && argument.kind.can_be_cleared() {
        return Ok(text.to_owned());
    }
    let folded = fold(text);
    let mut found = candidates.iter().filter(|candidate| candidate.is_called(&folded));
    if let (Some(only), None) = (found.next(), found.next()) {
        return Ok(only.written());
    }
    let label = argument.label(&call.place.language);
    let what = call.say("answer-no-such", &[("what", (&label).into()), ("given", (&quoted(text)).into())]);
    Err(call.wrong(what, buttons(call, argument, alike(&candidates, &folded, MOST_SUGGESTIONS))))
}

/// What is offered where a required argument is missing: a button for each choice.
pub(super) fn missing(call: &Call<'_>, argument: &Argument) -> CommandError {
    let label = argument.label(&call.place.language);
    if argument.kind == Kind::Moment {
        return call.wrong(call.say("answer-choose", &[("what", (&label).into())]), call.moments());
    }
    let Some(candidates) = candidates(argument.kind, &call.desk, call.caller, &call.place.language) else {
        return call.wrong(call.say("answer-missing", &[("what", (&label).into())]), Vec::new());
    };
    let key = if candidates.len() > MOST_BUTTONS { "answer-choose-or-type" } else { "answer-choose" };
    call.wrong(call.say(key, &[("what", (&label).into())]), buttons(call, argument, candidates.iter().take(MOST_BUTTONS)))
}

/// What completes `prefix` as the argument with this number of the command `name`, or the command's name where there is no such command yet.
///
/// Each choice is a whole line, with what people read as its label; nothing that changes anything.
pub fn complete(engine: &Engine, caller: &Caller, place: &Place, name: &str, argument: usize, prefix: &str) -> Vec<Choice> {
    let desk = engine.desk();
    let folded = fold(prefix);
    let name = name.trim_start_matches('/').to_lowercase();
    let Some(command) = all().find(|command| command.name == name) else {
        return commands_like(caller, &name, MOST_COMPLETIONS)
            .map(|command| Choice::new(format!("/{} – {}", command.name, command.explanation(&place.language)), format!("/{}", command.name)))
            .collect();
    };
    let Some(argument) = command.arguments.get(argument) else { return Vec::new() };
    let call = Call { engine, caller, place, command, desk, given: Vec::new() };
    let Some(candidates) = candidates(argument.kind, &call.desk, caller, &place.language) else { return Vec::new() };
    buttons(&call, argument, alike(&candidates, &folded, MOST_COMPLETIONS))
}

/// The commands that the caller may give and whose names are like this one, the likest first.
pub(super) fn commands_like(caller: &Caller, name: &str, most: usize) -> impl Iterator<Item = &'static Command> {
    let folded = fold(name);
    let allowed = |command: &&Command| command.needs.is_none_or(|needs| caller.permissions.allow(needs));
    let mut found: Vec<(f64, &'static Command)> = all()
        .filter(allowed)
        .map(|command| (Candidate::word(command.name, command.name.to_owned()).fits(&folded), command))
        .filter(|(fit, _)| *fit >= ALIKE)
        .collect();
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.into_iter().take(most).map(|(_, command)| command)
}

pub(super) fn alike<'a>(candidates: &'a [Candidate], folded: &str, most: usize) -> impl Iterator<Item = &'a Candidate> {
    let mut found: Vec<(f64, &Candidate)> =
        candidates.iter().map(|candidate| (candidate.fits(folded), candidate)).filter(|(fit, _)| *fit >= ALIKE).collect();
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.into_iter().take(most).map(|(_, candidate)| candidate)
}

fn buttons<'a>(call: &Call<'_>, argument: &Argument, candidates: impl Iterator<Item = &'a Candidate>) -> Vec<Choice> {
    candidates.map(|candidate| Choice::new(candidate.label.clone(), call.line_with(argument, &candidate.written()))).collect()
}

pub(super) fn fold(text: &str) -> String {
    text.trim().trim_start_matches('@').chars().take(LONGEST_COMPARED).collect::<String>().to_lowercase()
}
