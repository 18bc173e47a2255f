//! Setting and deleting the webhook.

use serde_json::{Value, json};
use url::Url;

use super::{Outcome, bad};
use crate::{args::Args, state::World, webhook::Webhook};

/// Longest secret token.
const SECRET: usize = 256;

pub(super) fn set(world: &mut World, args: &Args) -> Outcome {
    let url = args.text("url");
    if url.is_empty() {
        return delete(world, args);
    }
    // As with a Bot API server of one's own, http will do.
    if !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Err(bad("invalid webhook URL specified"));
    }
    let secret = args.text("secret_token");
    if secret.len() > SECRET {
        return Err(bad("secret token is too long"));
    }
    if !secret.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-') {
        return Err(bad("secret token contains unallowed characters"));
    }
    world.queue.allow(args.get("allowed_updates"));
    if args.flag("drop_pending_updates") {
        world.queue.waiting.clear();
    }
    world.webhook = Some(Webhook {
        url: url.to_owned(),
        secret: secret.to_owned(),
        max_connections: usize::try_from(args.int("max_connections").unwrap_or(40).clamp(1, 100)).unwrap_or(1),
        last_error: None,
    });
    Ok(json!(true))
}

pub(super) fn delete(world: &mut World, args: &Args) -> Outcome {
    world.webhook = None;
    if args.flag("drop_pending_updates") {
        world.queue.waiting.clear();
    }
    Ok(json!(true))
}

pub(super) fn info(world: &World) -> Outcome {
    let mut info = json!({ "url": "", "has_custom_certificate": false, "pending_update_count": world.queue.waiting.len() });
    if let Some(webhook) = &world.webhook {
        info["url"] = json!(webhook.url);
        info["max_connections"] = json!(webhook.max_connections);
        info["ip_address"] = json!("127.0.0.1");
        if let Some((date, message)) = &webhook.last_error {
            info["last_error_date"] = json!(date);
            info["last_error_message"] = json!(message);
        }
    }
    if let Some(allowed) = world.queue.allowed.as_ref().filter(|allowed| !allowed.is_empty()) {
        info["allowed_updates"] = allowed.iter().map(|kind| json!(kind)).collect::<Value>();
    }
    Ok(info)
}
