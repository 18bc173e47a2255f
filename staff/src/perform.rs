//! Making a call, and writing down what it changed.

use std::time::Duration;

use bellhop_channel::{
    SendError, Sent,
    plain::plain,
    staff::{Dressed, Place, StaffPost, TopicId},
};
use bellhop_engine::{
    Engine,
    actions::{ActionError, staff},
    commands::Choice,
};
use bellhop_store::staff::{StaffChange, StaffMessage, StaffPostRow};

use crate::{
    chat::Chat,
    choosing::with_choices,
    mirror::{Call, Step},
    say::Said,
    writing::fitted,
};

/// What came of a call.
pub(crate) enum Outcome {
    /// It was made, or is not needed any more.
    Done,
    /// It was made but for a topic's title, which may be changed no earlier than after this time.
    ButTitle(Duration),
    /// The platform does not take it, and nothing can be done about it.
    Refused(String),
    /// There is no topic any more.
    Lost,
    /// Not now: again later.
    Later(SendError),
    /// It was made, and could not be written down.
    NotWritten(ActionError),
}

/// Makes the call of a step; how many calls it were is for whoever counts them.
pub(crate) async fn perform(engine: &Engine, chat: &Chat, step: &Step) -> (Outcome, u32) {
    let conversation = step.conversation;
    let topic = TopicId(step.topic.clone().unwrap_or_default());
    let place = Place::Topic(topic.clone());
    let channel = &chat.channel;
    let mut calls = 1;
    let changes = match &step.call {
        Call::Settle => {
            calls = 0;
            Ok(vec![StaffChange::Settled(conversation)])
        }
        Call::PassOver(message) => {
            calls = 0;
            Ok(vec![StaffChange::PassOver(conversation, *message)])
        }
        Call::Open { key, look, digest, card: None } => {
            let opened = channel.open(key, look).await;
            opened.map(|topic| vec![StaffChange::Opened { conversation, topic: topic.0, look: digest.clone() }])
        }
        Call::Open { key, look, digest, card: Some(card) } => {
            match with_buttons(engine, chat, step, &format!("{key}-card"), &card.text, &card.choices).await {
                Ok(post) => channel.open_with(key, look, &StaffPost { card: true, ..post }).await.map(|opened| {
                    let topic = StaffChange::Opened { conversation, topic: opened.topic.0, look: digest.clone() };
                    let post = opened.post.map(|id| StaffChange::Card { conversation, post: Some(id), digest: card.digest.clone() });
                    std::iter::once(topic).chain(post).collect()
                }),
                Err(error) => return (Outcome::NotWritten(error), 0),
            }
        }
        Call::Reopen => done_anyway(channel.reopen(&topic).await, vec![StaffChange::Archived(conversation, false)]),
        Call::Archive => {
            done_anyway(channel.archive(&topic).await, vec![StaffChange::Archived(conversation, true), StaffChange::Settled(conversation)])
        }
        Call::Dress { look, digest } => {
            let dressed = channel.dress(&topic, look).await;
            if let Ok(Dressed::ButTitle(after)) = dressed {
                return (Outcome::ButTitle(after), calls);
            }
            done_anyway(dressed.map(drop), vec![StaffChange::Dressed(conversation, digest.clone())])
        }
        Call::Post { post, rows } => {
            let rows = |sent: &Sent| rows.iter().map(|row| StaffMessage { post: Some(id_of(sent)), ..row.clone() }).collect::<Vec<_>>();
            let posted = post_or_plain(chat, &place, post, &mut calls).await;
            match posted {
                Ok(sent) => Ok(rows(&sent).into_iter().map(|row| StaffChange::Message(conversation, row)).collect()),
                Err(error) => lost(chat, step, error),
            }
        }
        Call::Tell { post, row } => match post_or_plain(chat, &place, post, &mut calls).await {
            Ok(_) => Ok(vec![StaffChange::Message(conversation, row.clone())]),
            Err(error) => lost(chat, step, error),
        },
        Call::Files { post, row, piece } => match post_or_plain(chat, &place, post, &mut calls).await {
            Ok(sent) => {
                let posted = StaffMessage { piece: *piece, post: Some(id_of(&sent)), ..row.clone() };
                Ok(vec![StaffChange::Message(conversation, row.clone()), StaffChange::Message(conversation, posted)])
            }
            Err(error) => lost(chat, step, error),
        },
        Call::Remove { id, gone } => done_anyway(channel.delete(&place, id).await, gone.clone()),
        Call::Edit { id, post, rows } => {
            let rows = rows.iter().map(|row| StaffChange::Message(conversation, row.clone())).collect();
            done_anyway(channel.edit(&place, id, post).await, rows)
        }
        Call::Card { key, text, choices, digest } => match with_buttons(engine, chat, step, key, text, choices).await {
            Ok(post) => match post_or_plain(chat, &place, &StaffPost { card: true, ..post }, &mut calls).await {
                Ok(sent) => Ok(vec![StaffChange::Card { conversation, post: Some(id_of(&sent)), digest: digest.clone() }]),
                Err(error) => lost(chat, step, error),
            },
            Err(error) => return (Outcome::NotWritten(error), 0),
        },
        Call::EditCard { id, text, choices, digest } => match with_buttons(engine, chat, step, id, text, choices).await {
            Ok(post) => match channel.edit(&place, id, &StaffPost { card: true, ..post }).await {
                Ok(()) => Ok(vec![StaffChange::CardShown(conversation, digest.clone())]),
                // It was taken away by hand: another one takes its place.
                Err(SendError::Refused { .. }) => Ok(vec![StaffChange::Card { conversation, post: None, digest: String::new() }]),
                Err(error) => Err(error),
            },
            Err(error) => return (Outcome::NotWritten(error), 0),
        },
        Call::Review { row, said, digest } => match of_card(engine, chat, step, &row.post, said).await {
            Ok(post) => {
                let row = StaffPostRow { expects: said.expects.clone(), digest: digest.clone(), ..row.clone() };
                done_anyway(channel.edit(&place, &row.post, &post).await, vec![StaffChange::Post(row)])
            }
            Err(error) => return (Outcome::NotWritten(error), 0),
        },
        Call::Asked { row, said, digest } => {
            let key = said.key.clone().unwrap_or_default();
            let made = |post: String| StaffPostRow {
                place: String::new(),
                post,
                key: said.key.clone(),
                conversation: Some(conversation),
                expects: said.expects.clone(),
                digest: digest.clone(),
                made_at: engine.now(),
            };
            match of_card(engine, chat, step, &key, said).await {
                Ok(post) => match row {
                    Some(row) => done_anyway(channel.edit(&Place::Lobby, &row.post, &post).await, vec![StaffChange::Post(made(row.post.clone()))]),
                    None => {
                        let posted = post_or_plain(chat, &Place::Lobby, &post, &mut calls).await;
                        posted.map(|sent| vec![StaffChange::Post(made(id_of(&sent)))])
                    }
                },
                Err(error) => return (Outcome::NotWritten(error), 0),
            }
        }
        Call::Pin { id } => done_anyway(channel.pin(&place, id).await, vec![StaffChange::Pinned(conversation)]),
        Call::Wanted { key, text, choices, digest, waiting_since } => match with_buttons(engine, chat, step, key, text, choices).await {
            Ok(post) => match post_or_plain(chat, &Place::Lobby, &post, &mut calls).await {
                Ok(sent) => {
                    let post = id_of(&sent);
                    let row = StaffPostRow {
                        place: String::new(),
                        post: post.clone(),
                        key: None,
                        conversation: Some(conversation),
                        expects: None,
                        digest: String::new(),
                        made_at: engine.now(),
                    };
                    let (post, digest, called_for) = (Some(post), digest.clone(), Some(*waiting_since));
                    Ok(vec![StaffChange::Called { conversation, post, digest, called_for }, StaffChange::Post(row)])
                }
                Err(error) => Err(error),
            },
            Err(error) => return (Outcome::NotWritten(error), 0),
        },
        Call::Found { id, text, digest, called_for } => {
            let post = StaffPost::text(format!("{id}-over"), text.clone());
            let off = StaffChange::Called { conversation, post: Some(id.clone()), digest: digest.clone(), called_for: *called_for };
            done_anyway(channel.edit(&Place::Lobby, id, &post).await, vec![off])
        }
    };
    let outcome = match changes {
        Ok(changes) => {
            let outcome = if matches!(changes.first(), Some(StaffChange::Lost(_))) { Outcome::Lost } else { Outcome::Done };
            staff::note(engine, chat.name(), changes).await.map_or_else(Outcome::NotWritten, |()| outcome)
        }
        Err(SendError::Refused { reason, .. }) => Outcome::Refused(reason),
        Err(error) => Outcome::Later(error),
    };
    (outcome, calls)
}

/// Says what was to be said.
pub(crate) async fn perform_said(engine: &Engine, chat: &Chat, id: i64, said: &Said) -> (Outcome, u32) {
    let place = if said.place.is_empty() { Place::Lobby } else { Place::Topic(TopicId(said.place.clone())) };
    let capabilities = chat.channel.capabilities();
    let language = &engine.settings().language;
    let choices = said.choices_with_form(capabilities, language);
    let (shown, kept) = with_choices(StaffPost::default(), chat.name(), said.conversation, &choices, capabilities, language, engine.now());
    let before = match &said.key {
        Some(key) => engine.reader().staff_post_with(chat.name(), &said.place, key).await.map_err(ActionError::from),
        None => Ok(None),
    };
    let before = match (before, staff::note(engine, chat.name(), kept).await) {
        (Ok(before), Ok(())) => before,
        (Err(error), _) | (_, Err(error)) => return (Outcome::NotWritten(error), 0),
    };
    let texts = said.texts(capabilities);
    let last = texts.len().saturating_sub(1);
    let (mut calls, mut posts) = (0, Vec::new());
    for (at, text) in texts.into_iter().enumerate() {
        let mut post = StaffPost { card: said.key.is_some(), ..StaffPost::text(format!("say-{id}-{at}"), text) };
        if at == 0 {
            post.reply_to.clone_from(&said.reply_to);
        }
        if at == last {
            post.buttons.clone_from(&shown.buttons);
            post.picks.clone_from(&shown.picks);
            post.attachments = said.attachments(engine);
        }
        if let Some(before) = &before {
            calls += 1;
            match chat.channel.edit(&place, &before.post, &post).await {
                Ok(()) => {
                    posts.push(before.post.clone());
                    continue;
                }
                // It is gone: another one takes its place.
                Err(SendError::Refused { .. }) => {}
                Err(error) => return (Outcome::Later(error), calls),
            }
        }
        calls += 1;
        match post_or_plain(chat, &place, &post, &mut calls).await {
            Ok(sent) => posts.extend(sent.external_id),
            Err(SendError::Refused { reason, .. }) => {
                // Nobody reads it there any more.
                let gone = staff::note(engine, chat.name(), vec![StaffChange::Said(id)]).await;
                return (gone.map_or_else(Outcome::NotWritten, |()| Outcome::Refused(reason)), calls);
            }
            Err(error) => return (Outcome::Later(error), calls),
        }
    }
    let mut changes = vec![StaffChange::Said(id)];
    let last = posts.len().saturating_sub(1);
    let is_known = said.key.is_some() || said.expects.is_some() || said.conversation.is_some();
    changes.extend(posts.into_iter().enumerate().filter(|_| is_known).map(|(at, post)| {
        StaffChange::Post(StaffPostRow {
            place: said.place.clone(),
            post,
            key: said.key.clone().filter(|_| at == last),
            conversation: said.conversation,
            expects: said.expects.clone().filter(|_| at == last),
            digest: said.base.clone().unwrap_or_default(),
            made_at: engine.now(),
        })
    }));
    (staff::note(engine, chat.name(), changes).await.map_or_else(Outcome::NotWritten, |()| Outcome::Done), calls)
}

/// A post with buttons, which are remembered before anybody can press them.
async fn with_buttons(engine: &Engine, chat: &Chat, step: &Step, key: &str, text: &str, choices: &[Choice]) -> Result<StaffPost, ActionError> {
    let (capabilities, language) = (chat.channel.capabilities(), &engine.settings().language);
    let post = StaffPost::text(key, text);
    let (post, kept) = with_choices(post, chat.name(), Some(step.conversation), choices, capabilities, language, engine.now());
    staff::note(engine, chat.name(), kept).await?;
    Ok(post)
}

/// A card that is something to say.
async fn of_card(engine: &Engine, chat: &Chat, step: &Step, key: &str, said: &Said) -> Result<StaffPost, ActionError> {
    let capabilities = chat.channel.capabilities();
    let choices = said.choices_with_form(capabilities, &engine.settings().language);
    let post = with_buttons(engine, chat, step, key, &said.text(capabilities), &choices).await?;
    Ok(StaffPost { card: true, ..post })
}

/// Posts; what the platform refuses is tried once more as words alone, its files as links.
async fn post_or_plain(chat: &Chat, place: &Place, post: &StaffPost, calls: &mut u32) -> Result<Sent, SendError> {
    // Platforms send files one by one, and count each.
    *calls += u32::try_from(post.attachments.len()).unwrap_or(0);
    let refused = match chat.channel.post(place, post).await {
        Err(SendError::Refused { reason, tries }) => SendError::Refused { reason, tries },
        other => return other,
    };
    let capabilities = chat.channel.capabilities();
    let mut text = plain(&post.text);
    for file in &post.attachments {
        text.push_str(&format!("\n{}: {}", file.name, file.url));
    }
    if text.trim().is_empty() || (text == post.text && post.reply_to.is_none()) {
        return Err(refused);
    }
    *calls += 1;
    let text = fitted(&text, capabilities.max_text, capabilities.text_unit);
    let simple = StaffPost { attachments: Vec::new(), reply_to: None, key: format!("{}-plain", post.key), text, ..post.clone() };
    chat.channel.post(place, &simple).await.map_err(|_| refused)
}

/// What is refused is left as it is: what it would have changed is gone, or cannot be changed.
fn done_anyway(result: Result<(), SendError>, changes: Vec<StaffChange>) -> Result<Vec<StaffChange>, SendError> {
    match result {
        Ok(()) => Ok(changes),
        Err(SendError::Refused { reason, .. }) => {
            tracing::info!(reason, "A staff chat did not take a change of what stands there");
            Ok(changes)
        }
        Err(error) => Err(error),
    }
}

/// Where not even words can be posted, there is no topic any more: another one is opened.
fn lost(chat: &Chat, step: &Step, error: SendError) -> Result<Vec<StaffChange>, SendError> {
    match error {
        SendError::Refused { reason, .. } => {
            tracing::warn!(channel = chat.name(), conversation.id = %step.conversation, reason, "Nothing can be posted in a topic; another one is opened");
            Ok(vec![StaffChange::Lost(step.conversation)])
        }
        error => Err(error),
    }
}

fn id_of(sent: &Sent) -> String {
    sent.external_id.clone().unwrap_or_default()
}
