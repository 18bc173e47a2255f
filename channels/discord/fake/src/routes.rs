//! What calls do.

mod agents;
mod channels;
mod interactions;
mod messages;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{description::Route, fake::Shared, server::Upload, world::World};

/// A no of Discord's.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub status: u16,
    pub code: u64,
    pub message: String,
    /// No bot should ever have asked for this.
    pub violation: Option<String>,
}

impl Refusal {
    /// A no that may happen to everybody.
    fn new(status: u16, code: u64, message: &str) -> Self {
        Self { status, code, message: message.into(), violation: None }
    }

    /// A no to something that breaks a limit that is documented.
    fn wrong(violation: impl Into<String>) -> Self {
        let violation = violation.into();
        Self { status: 400, code: 50_035, message: "Invalid Form Body".into(), violation: Some(violation) }
    }
}

/// A call on its way.
pub(crate) struct Asked<'a> {
    pub world: &'a mut World,
    pub route: &'a Route,
    pub query: &'a BTreeMap<String, String>,
    pub body: &'a Value,
    pub files: Vec<Upload>,
    pub address: &'a str,
}

impl Asked<'_> {
    fn id(&self, name: &str) -> u64 {
        self.route.value(name).parse().unwrap_or_default()
    }

    /// The channel of the path, as far as the bot sees it.
    fn channel(&self) -> Result<u64, Refusal> {
        let id = self.id("channel_id");
        match self.world.channels.get(&id) {
            None => Err(Refusal::new(404, 10_003, "Unknown Channel")),
            Some(channel) if channel.deleted => Err(Refusal::new(404, 10_003, "Unknown Channel")),
            Some(channel) if channel.hidden => Err(Refusal::new(403, 50_001, "Missing Access")),
            Some(_) => Ok(id),
        }
    }
}

pub(crate) fn carry_out(
    shared: &Shared,
    world: &mut World,
    route: &Route,
    query: &BTreeMap<String, String>,
    body: &Value,
    files: Vec<Upload>,
) -> Result<Value, Refusal> {
    let mut asked = Asked { world, route, query, body, files, address: &shared.address };
    match route.name.as_str() {
        "GET /gateway/bot" => Ok(json!({
            "url": shared.gateway_said, "shards": 1,
            "session_start_limit": {"total": 1_000, "remaining": 1_000, "reset_after": 0, "max_concurrency": 1},
        })),
        "GET /applications/@me" => {
            let settings = &asked.world.settings;
            Ok(json!({"id": settings.application.to_string(), "name": "Bellhop", "bot": asked.world.people[&settings.bot].json()}))
        }
        "GET /users/@me" => Ok(asked.world.people[&asked.world.settings.bot].json()),
        "GET /channels/{channel_id}" => asked.channel().map(|id| asked.world.channel_json(id)),
        "PATCH /channels/{channel_id}" => channels::update(&mut asked),
        "POST /channels/{channel_id}/threads" => channels::start_thread(&mut asked),
        "PUT /channels/{channel_id}/thread-members/{user_id}" => channels::add_member(&mut asked),
        "POST /channels/{channel_id}/typing" => channels::typing(&mut asked),
        "GET /channels/{channel_id}/messages" => messages::list(&asked),
        "POST /channels/{channel_id}/messages" => messages::create(&mut asked),
        "GET /channels/{channel_id}/messages/{message_id}" => messages::get(&asked),
        "PATCH /channels/{channel_id}/messages/{message_id}" => messages::update(&mut asked),
        "DELETE /channels/{channel_id}/messages/{message_id}" => messages::delete(&mut asked),
        "PUT /channels/{channel_id}/messages/pins/{message_id}" => messages::pin(&mut asked),
        "POST /interactions/{interaction_id}/{interaction_token}/callback" => interactions::callback(&mut asked),
        "POST /webhooks/{webhook_id}/{webhook_token}" => interactions::follow_up(&mut asked),
        "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original" => interactions::change_answer(&mut asked),
        "PUT /applications/{application_id}/guilds/{guild_id}/commands" => agents::set_commands(&mut asked),
        "GET /applications/{application_id}/guilds/{guild_id}/commands" => Ok(agents::commands(&asked)),
        "GET /guilds/{guild_id}/threads/active" => Ok(agents::active(&asked)),
        "GET /channels/{channel_id}/threads/archived/public" => agents::archived(&asked),
        "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original" => interactions::end_answer(&mut asked),
        "PUT /applications/{application_id}/commands" => {
            asked.world.commands.insert(route.name.clone(), body.clone());
            Ok(body.clone())
        }
        other => {
            asked.world.violations.push(format!("{other}: the fake does not play this route"));
            Err(Refusal::new(501, 0, "not played"))
        }
    }
}
