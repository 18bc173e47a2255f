//! What a platform shows while an agent types: the commands, from their registry, and what may be meant.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bellhop_channel::{
    SendError,
    staff::{Attendant, Input, Menu, MenuArgument, MenuCommand, Place, Pointing, Suggestion, Wanted, Worded},
};
use bellhop_domain::words;
use bellhop_engine::{
    Engine,
    channels::StaffWork,
    commands::{self, Argument, Command, Kind},
};

use crate::{chat::Chat, who};

/// Languages in which agents are spoken to, the one for everybody else first.
const LANGUAGES: [&str; 2] = ["en", "zh"];
/// How long is waited until a platform is given the commands again that it could not take.
const AGAIN: Duration = Duration::from_secs(20);
/// The same after it has refused them.
const MUCH_LATER: Duration = Duration::from_secs(600);

/// Answers a platform as long as the engine runs.
pub(crate) struct Attending {
    engine: Mutex<Option<Engine>>,
    channel: String,
}

impl Attending {
    pub(crate) fn new(engine: &Engine, channel: &str) -> Self {
        Self { engine: Mutex::new(Some(engine.clone())), channel: channel.to_owned() }
    }

    /// The engine stops: nothing is known any more.
    pub(crate) fn ends(&self) {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

#[async_trait]
impl Attendant for Attending {
    async fn suggest(&self, wanted: Wanted) -> Vec<Suggestion> {
        let engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(engine) = engine else { return Vec::new() };
        let found = async {
            let Some(caller) = who::caller_of(&engine, &self.channel, &wanted.agent).await? else { return Ok(Vec::new()) };
            let conversation = match &wanted.place {
                Place::Topic(topic) => engine.reader().staff_topic_at(&self.channel, &topic.0).await?.map(|topic| topic.conversation),
                Place::Lobby => None,
            };
            let place = commands::Place { conversation, language: engine.settings().language.clone(), ..commands::Place::default() };
            commands::suggest(&engine, &caller, &place, &wanted.command, &wanted.argument, &wanted.written).await
        };
        found.await.unwrap_or_else(|error| {
            tracing::info!(channel = self.channel, error = %error, "What completes a command could not be found");
            Vec::new()
        })
    }
}

/// Gives the platform the commands, again until it has taken them.
pub(crate) async fn offer(engine: &Engine, chat: &Chat) {
    let menu = menu();
    let stopping = engine.stopping();
    while !stopping.is_cancelled() {
        let (offered, health) = (chat.channel.offer(&menu).await, engine.channels().staff_health(chat.name()));
        let Err(error) = offered else {
            if let Some(health) = health {
                health.went(StaffWork::Commands, engine.now());
            }
            return;
        };
        if let Some(health) = health {
            health.failed(StaffWork::Commands, &error, engine.now());
        }
        let pause = match error {
            SendError::Refused { reason, .. } => {
                tracing::warn!(channel = chat.name(), reason, "The platform does not take the list of commands; agents type them");
                MUCH_LATER
            }
            error => {
                tracing::info!(channel = chat.name(), error = %error, "The platform does not take the list of commands now; trying again");
                AGAIN
            }
        };
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
            () = chat.again.notified() => {}
        }
    }
}

/// Every command that there is.
pub(crate) fn menu() -> Menu {
    let entry = |command: &Command| {
        let explanation = LANGUAGES.map(|language| (language, command.explanation(language)));
        entry(command.name, command.arguments, Worded(explanation.to_vec()))
    };
    Menu { commands: commands::all().map(entry).collect() }
}

fn entry(name: &'static str, arguments: &[Argument], explanation: Worded) -> MenuCommand {
    let pointing = match name {
        "ticket" => Some(Pointing::Message),
        "customer" => Some(Pointing::Person("contact")),
        _ => None,
    };
    MenuCommand {
        name,
        names: known(&format!("slash-{name}")),
        explanation,
        arguments: arguments.iter().map(argument).collect(),
        pointing: pointing.map(|pointing| (pointing, worded(&format!("pointing-{name}")))),
    }
}

fn argument(argument: &Argument) -> MenuArgument {
    let input = match argument.kind {
        Kind::OneOf(all) => Input::OneOf(all.iter().map(|word| (*word, worded(&format!("choice-{word}")))).collect()),
        Kind::Room => Input::Room,
        _ if commands::is_suggested(argument) => Input::Suggested,
        _ => Input::Text,
    };
    let label = match argument.kind {
        // What may be chosen is shown anyway.
        Kind::OneOf(_) => Worded(LANGUAGES.map(|language| (language, argument.name.replace('-', " "))).to_vec()),
        _ => Worded(LANGUAGES.map(|language| (language, argument.label(language))).to_vec()),
    };
    MenuArgument { name: argument.name, label, required: argument.required, input }
}

fn worded(key: &str) -> Worded {
    Worded(LANGUAGES.map(|language| (language, words::say(language, key, &[]))).to_vec())
}

/// The words with this key, as far as there are any: what is new may not have any yet.
fn known(key: &str) -> Worded {
    Worded(worded(key).0.into_iter().filter(|(_, words)| words != key).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_command_of_the_registry_is_in_the_menu() {
        let menu = menu();
        assert_eq!(
            menu.commands.iter().map(|command| command.name).collect::<Vec<_>>(),
            commands::all().map(|command| command.name).collect::<Vec<_>>()
        );
        for command in &menu.commands {
            assert!(command.names.get("zh").is_some(), "/{} has no Chinese name", command.name);
            let required = command.arguments.iter().take_while(|argument| argument.required).count();
            assert!(command.arguments.iter().skip(required).all(|argument| !argument.required), "/{}", command.name);
        }
        let mut names: Vec<_> = menu.commands.iter().map(|command| command.names.get("zh").unwrap()).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair.first() != pair.last()), "{names:?}");
    }

    #[test]
    fn a_command_that_is_new_appears_by_itself() {
        // What nobody has named in other languages yet is shown as it is.
        let arguments = [Argument::required("text", Kind::Text), Argument::optional("tier", Kind::Tier)];
        let entry = entry("brand-new", &arguments, Worded(vec![("en", "Does something".to_owned())]));
        assert_eq!((entry.name, entry.names, entry.pointing), ("brand-new", Worded::default(), None));
        assert_eq!(entry.arguments.iter().map(|argument| argument.input.clone()).collect::<Vec<_>>(), [Input::Text, Input::Suggested]);
    }
}
