//! The webhook: updates are posted to the bot until it takes them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use serde_json::Value;

use crate::{args::Args, fake::Shared, server, state::World, updates::Update};

/// The pause before the first repetition; it doubles up to [`LONGEST`]. The real server starts at a second.
const PAUSE: Duration = Duration::from_millis(50);

/// Longest pause between repetitions.
const LONGEST: Duration = Duration::from_secs(2);

/// Where updates are posted.
#[derive(Clone)]
pub(crate) struct Webhook {
    pub url: String,
    pub secret: String,
    pub max_connections: usize,
    /// When and why the last delivery failed.
    pub last_error: Option<(i64, String)>,
}

impl World {
    /// Updates that may be posted now: the first of each lane, as many as there are free connections.
    fn due(&mut self) -> Vec<(Webhook, Update)> {
        let Some(webhook) = self.webhook.clone() else { return Vec::new() };
        let under_way = self.queue.waiting.iter().filter(|update| update.under_way).count();
        let now = tokio::time::Instant::now();
        let (mut lanes, mut due) = (BTreeSet::new(), Vec::new());
        for update in &mut self.queue.waiting {
            if !lanes.insert(update.lane) || update.under_way || update.not_before.is_some_and(|time| time > now) {
                continue;
            }
            if under_way + due.len() >= webhook.max_connections {
                break;
            }
            update.under_way = true;
            due.push((webhook.clone(), update.clone()));
        }
        due
    }

    /// When the next repetition is due.
    fn next_due(&self) -> Option<tokio::time::Instant> {
        self.webhook.as_ref()?;
        self.queue.waiting.iter().filter(|update| !update.under_way).filter_map(|update| update.not_before).min()
    }
}

/// Posts updates as long as the fake runs.
pub(crate) async fn deliver(shared: Arc<Shared>) {
    let mut changes = shared.changes();
    loop {
        changes.mark_unchanged();
        let due = shared.world().due();
        for (webhook, update) in due {
            let stop = shared.stop.clone();
            shared.tasks.spawn(stop.run_until_cancelled_owned(post(Arc::clone(&shared), webhook, update)));
        }
        let pause = shared.world().next_due().map_or(Duration::from_secs(3600), |time| time.saturating_duration_since(tokio::time::Instant::now()));
        // A time that has just passed is looked at again in a moment.
        let _ = tokio::time::timeout(pause.max(Duration::from_millis(5)), changes.changed()).await;
    }
}

async fn post(shared: Arc<Shared>, webhook: Webhook, update: Update) {
    let mut request = shared.client.post(&webhook.url).json(&update.body);
    if !webhook.secret.is_empty() {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", &webhook.secret);
    }
    let outcome = match request.send().await {
        Err(error) => Err((format!("Connection failed: {}", error.without_url()), None)),
        Ok(response) if response.status().is_success() => Ok(response.bytes().await.unwrap_or_default()),
        Ok(response) => {
            let wait = response.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
            Err((format!("Wrong response from the webhook: {}", response.status()), wait))
        }
    };
    let reply = {
        let mut world = shared.world();
        match outcome {
            Ok(body) => {
                world.queue.delivered(update.id);
                serde_json::from_slice::<Value>(&body).ok()
            }
            Err((error, wait)) => {
                if let Some(webhook) = &mut world.webhook {
                    webhook.last_error = Some((World::now(), error));
                }
                if let Some(waiting) = world.queue.waiting.iter_mut().find(|waiting| waiting.id == update.id) {
                    waiting.under_way = false;
                    waiting.failures += 1;
                    let pause = (PAUSE * 2u32.saturating_pow(waiting.failures.min(10) - 1)).min(LONGEST);
                    waiting.not_before = Some(tokio::time::Instant::now() + wait.map_or(pause, Duration::from_secs));
                }
                None
            }
        }
    };
    if let Some(Value::Object(mut reply)) = reply
        && let Some(Value::String(method)) = reply.remove("method")
    {
        let method = method.to_lowercase();
        // As the real server: nothing that asks or that touches the webhook itself, and nobody hears what came of it.
        if !method.starts_with("get") && method != "setwebhook" && method != "deletewebhook" {
            let args = Args { values: reply.into_iter().collect(), ..Args::default() };
            server::call(&shared, &method, args).await;
        }
    }
    shared.happened();
}
