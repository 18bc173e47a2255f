//! getUpdates: what waits, or what comes while one waits.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{CONFLICT, Outcome, Refusal};
use crate::{args::Args, fake::Shared};

/// Longest wait that the real server grants, in seconds.
const LONGEST: i64 = 50;

/// Most updates at once.
const MOST: i64 = 100;

const HOOKED: &str = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

const CUT_OFF: &str = "Conflict: terminated by setWebhook request";

pub(super) async fn get_updates(shared: &Arc<Shared>, args: &Args) -> Outcome {
    let limit = usize::try_from(args.int("limit").unwrap_or(MOST).clamp(1, MOST)).unwrap_or(1);
    let wait = args.int("timeout").unwrap_or(0).clamp(0, LONGEST);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(wait.unsigned_abs());
    let mut offset = args.int("offset").unwrap_or(0);
    let mut changes = shared.changes();
    let mut waited = false;
    let turn = {
        let mut world = shared.world();
        world.queue.allow(args.get("allowed_updates"));
        world.queue.poller += 1;
        world.queue.poller
    };
    shared.happened();
    loop {
        changes.mark_unchanged();
        {
            let mut world = shared.world();
            if world.revoked {
                return Err(Refusal::new(401, "Unauthorized"));
            }
            if world.webhook.is_some() {
                return Err(Refusal::new(409, if waited { CUT_OFF } else { HOOKED }));
            }
            if world.queue.poller != turn {
                return Err(Refusal::new(409, CONFLICT));
            }
            let updates = world.queue.take(offset, limit);
            // From the end only once: what comes while one waits is told.
            offset = offset.max(0);
            if !updates.is_empty() || wait == 0 {
                return Ok(Value::Array(updates));
            }
        }
        waited = true;
        if tokio::time::timeout_at(deadline, changes.changed()).await.is_err() {
            return Ok(Value::Array(Vec::new()));
        }
    }
}
