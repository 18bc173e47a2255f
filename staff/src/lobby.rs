//! Outside all topics: the pinned card with everybody who waits.

use std::cmp::Reverse;

use bellhop_channel::{
    SendError,
    staff::{Place, StaffPost},
};
use bellhop_domain::{routing::effective_tier, words};
use bellhop_engine::{
    Engine,
    actions::{ActionError, staff},
};
use bellhop_store::{
    DbError,
    staff::{StaffChange, StaffPostRow},
};

use crate::{
    chat::Chat,
    perform::Outcome,
    writing::{digest, escaped, fitted, one_line},
};

/// The key of the card among the posts outside all topics.
const KEY: &str = "queue";
/// People on the card; how many more there are is said.
const MOST: usize = 20;

/// The card as it should be, where it is not.
pub(crate) struct QueueCard {
    text: String,
    digest: String,
    shown: Option<StaffPostRow>,
}

/// What the card should say, if it says something else.
pub(crate) async fn needed(engine: &Engine, chat: &Chat) -> Result<Option<QueueCard>, DbError> {
    let text = text(engine, chat).await?;
    let digest = digest(&[&text]);
    let shown = engine.reader().staff_post_with(chat.name(), "", KEY).await?;
    if shown.as_ref().is_some_and(|shown| shown.digest == digest) {
        return Ok(None);
    }
    Ok(Some(QueueCard { text, digest, shown }))
}

/// Shows it; how many calls that took is for whoever counts them.
pub(crate) async fn show(engine: &Engine, chat: &Chat, card: &QueueCard) -> (Outcome, u32) {
    let now = engine.now();
    let post = StaffPost { silent: true, card: true, ..StaffPost::text(format!("queue-{}", now.timestamp_micros()), card.text.clone()) };
    if let Some(shown) = &card.shown {
        match chat.channel.edit(&Place::Lobby, &shown.post, &post).await {
            Ok(()) => return (kept(engine, chat, card, shown.post.clone()).await.map_or_else(Outcome::NotWritten, |()| Outcome::Done), 1),
            // It was taken away by hand: another one takes its place.
            Err(SendError::Refused { .. }) => {}
            Err(error) => return (Outcome::Later(error), 1),
        }
    }
    match chat.channel.post(&Place::Lobby, &post).await {
        Ok(sent) => {
            let id = sent.external_id.unwrap_or_default();
            let outcome = kept(engine, chat, card, id.clone()).await.map_or_else(Outcome::NotWritten, |()| Outcome::Done);
            if let Err(error) = chat.channel.pin(&Place::Lobby, &id).await {
                tracing::info!(channel = chat.name(), error = %error, "The card with everybody who waits could not be pinned");
            }
            (outcome, 2)
        }
        Err(SendError::Refused { reason, .. }) => (Outcome::Refused(reason), 1),
        Err(error) => (Outcome::Later(error), 1),
    }
}

async fn kept(engine: &Engine, chat: &Chat, card: &QueueCard, post: String) -> Result<(), ActionError> {
    let row = StaffPostRow {
        place: String::new(),
        post,
        key: Some(KEY.to_owned()),
        conversation: None,
        expects: None,
        digest: card.digest.clone(),
        made_at: engine.now(),
    };
    staff::note(engine, chat.name(), vec![StaffChange::Post(row)]).await
}

/// Everybody who waits, the highest tier first, then who waits longest.
async fn text(engine: &Engine, chat: &Chat) -> Result<String, DbError> {
    let (desk, language) = (engine.desk(), engine.settings().language.clone());
    let reader = engine.reader();
    let queue = reader.queue(None).await?;
    if queue.is_empty() {
        return Ok(words::say(&language, "staff-queue-empty", &[]));
    }
    let count = queue.len();
    let mut lines = Vec::new();
    // Who is not among the first by time is not looked up: the card has room for a few.
    for (id, since) in queue.into_iter().take(MOST * 5) {
        let Some(conversation) = reader.conversation(id).await? else { continue };
        let Some(contact) = reader.contact(conversation.contact).await? else { continue };
        let organisation = match contact.organisation {
            Some(organisation) => reader.organisation(organisation).await?,
            None => None,
        };
        let tier = effective_tier(&contact, organisation.as_ref(), &desk).and_then(|tier| desk.tiers.get(&tier.value));
        let name = contact.name.as_deref().and_then(|name| one_line(name, 40)).unwrap_or_else(|| words::say(&language, "staff-nameless", &[]));
        let calendar = conversation.department.as_deref().and_then(|key| desk.calendar_of(key)).or_else(|| desk.calendars.values().next());
        let time = match calendar {
            Some(calendar) => since.with_timezone(&calendar.time_zone).format("%H:%M").to_string(),
            None => since.format("%H:%M").to_string(),
        };
        let department =
            conversation.department.as_deref().and_then(|key| desk.departments.get(key)).map(|department| department.name.get(&language));
        let shown = tier.filter(|tier| !tier.default).and_then(|tier| one_line(tier.name.get(&language), 20));
        let parts: Vec<String> = [Some(format!("**{}**", escaped(&name))), shown.map(|tier| escaped(&tier)), department.map(escaped), Some(time)]
            .into_iter()
            .flatten()
            .collect();
        lines.push((Reverse(tier.map_or(i32::MIN, |tier| tier.rank)), since, parts.join(" · ")));
    }
    lines.sort();
    let number = i64::try_from(count).unwrap_or(i64::MAX);
    let mut text = words::say(&language, "staff-queue", &[("count", number.into())]);
    for (place, (_, _, line)) in lines.iter().take(MOST).enumerate() {
        text.push_str(&format!("\n{}. {line}", place + 1));
    }
    if count > MOST {
        let more = i64::try_from(count - MOST).unwrap_or(i64::MAX);
        text.push('\n');
        text.push_str(&words::say(&language, "staff-queue-more", &[("count", more.into())]));
    }
    let capabilities = chat.channel.capabilities();
    Ok(fitted(&text, capabilities.max_card, capabilities.text_unit))
}
