//! Answers to presses, commands and forms.

use serde_json::{Value, json};

use super::{Asked, Refusal, messages};

/// The flag of an answer that only one person sees.
pub(crate) const EPHEMERAL: u64 = 1 << 6;

pub(super) fn callback(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let (id, token) = (asked.id("interaction_id"), asked.route.value("interaction_token").to_owned());
    let body = asked.body.clone();
    let Some(interaction) = asked.world.interactions.get_mut(&id).filter(|known| known.token == token) else {
        return Err(Refusal::new(404, 10_062, "Unknown interaction"));
    };
    if interaction.answer.is_some() {
        return Err(Refusal::new(400, 40_060, "Interaction has already been acknowledged."));
    }
    let kind = body["type"].as_i64().unwrap_or_default();
    let fits = match interaction.kind {
        2 => matches!(kind, 4 | 5 | 9),
        3 => matches!(kind, 4..=7 | 9),
        4 => kind == 8,
        5 => matches!(kind, 4..=7),
        _ => false,
    };
    if !fits {
        return Err(Refusal::wrong(format!("an answer of type {kind} to an interaction of type {}", interaction.kind)));
    }
    interaction.answer = Some(body.clone());
    let (channel, message) = (interaction.channel, interaction.message);
    if kind == 9 {
        let shown = &mut asked.world.interactions.get_mut(&id).expect("known").shown;
        shown.push(body["data"].clone());
    }
    if kind == 8 {
        asked.world.interactions.get_mut(&id).expect("known").shown.push(body["data"].clone());
    }
    if kind == 4 {
        say(asked, id, channel, &body["data"])?;
    }
    if kind == 7
        && let Some(shown) = message.and_then(|message| asked.world.channels.get_mut(&channel)?.messages.get_mut(&message))
    {
        for key in ["content", "components", "embeds"] {
            if let Some(value) = body["data"].get(key).filter(|value| !value.is_null()) {
                shown[key] = value.clone();
            }
        }
    }
    Ok(Value::Null)
}

pub(super) fn follow_up(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let (id, channel) = known(asked)?;
    let body = asked.body.clone();
    say(asked, id, channel, &body)
}

pub(super) fn change_answer(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    let (id, _) = known(asked)?;
    let content = asked.body["content"].as_str().unwrap_or_default().to_owned();
    let interaction = asked.world.interactions.get_mut(&id).expect("known");
    interaction.whispered.push(content.clone());
    interaction.shown.push(asked.body.clone());
    Ok(json!({"id": id.to_string(), "content": content}))
}

/// Whoever waits for an answer need not any more.
pub(super) fn end_answer(asked: &mut Asked<'_>) -> Result<Value, Refusal> {
    known(asked).map(|_| Value::Null)
}

/// The interaction of a token, and where it was.
fn known(asked: &Asked<'_>) -> Result<(u64, u64), Refusal> {
    if asked.id("webhook_id") != asked.world.settings.application {
        return Err(Refusal::new(404, 10_015, "Unknown Webhook"));
    }
    let token = asked.route.value("webhook_token");
    let found = asked.world.interactions.iter().find(|(_, known)| known.token == token);
    match found {
        Some((id, known)) if known.answer.is_some() => Ok((*id, known.channel)),
        _ => Err(Refusal::new(404, 10_015, "Unknown Webhook")),
    }
}

fn say(asked: &mut Asked<'_>, id: u64, channel: u64, body: &Value) -> Result<Value, Refusal> {
    messages::components(body)?;
    let content = body["content"].as_str().unwrap_or_default().to_owned();
    if content.chars().count() > 2_000 {
        return Err(Refusal::wrong("a text has at most 2000 characters"));
    }
    if body["flags"].as_u64().unwrap_or_default() & EPHEMERAL != 0 {
        let interaction = asked.world.interactions.get_mut(&id).expect("known");
        interaction.whispered.push(content.clone());
        interaction.shown.push(body.clone());
        return Ok(json!({"id": asked.world.id().to_string(), "content": content}));
    }
    let files = std::mem::take(&mut asked.files);
    messages::put(asked, channel, body, files, None)
}
