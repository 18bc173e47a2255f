//! Learning from the articles in the background, after they have changed.

use std::time::Duration;

use bellhop_kb::Cancel;

use crate::engine::Engine;

/// How often it is looked whether there is something new to learn from.
const LOOK: Duration = Duration::from_millis(500);
/// Changes that follow each other more quickly than this are learnt from together.
const QUIET: Duration = Duration::from_secs(1);
/// Looks after which the changes are learnt from although more keep coming.
const PATIENCE: u32 = 4;
/// How long to wait after a failure.
const AGAIN: Duration = Duration::from_secs(30);

/// Starts learning whenever the articles have changed, on one thread. Answers do not wait for it: what is not learnt yet is found
/// by the rest.
pub(crate) fn start_learning(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move {
        let mut waited = 0;
        let mut seen = None;
        loop {
            let base = &this.0.knowledge.base;
            let now = base.version();
            let pause = if base.is_learnt() {
                waited = 0;
                LOOK
            } else if seen != Some(now) && waited < PATIENCE {
                waited += 1;
                QUIET
            } else {
                waited = 0;
                if learn(&this).await { LOOK } else { AGAIN }
            };
            seen = Some(now);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = this.0.stopping.cancelled() => break,
            }
        }
    });
}

/// Answers whether it went well.
async fn learn(engine: &Engine) -> bool {
    let (base, cancel) = (engine.0.knowledge.base.clone(), Cancel::default());
    let asked = cancel.clone();
    let started = std::time::Instant::now();
    let mut work = tokio::task::spawn_blocking(move || base.train(&asked));
    let done = tokio::select! {
        done = &mut work => done,
        () = engine.0.stopping.cancelled() => {
            // It looks at this every few milliseconds; the task that waits for it here is awaited at the end.
            cancel.cancel();
            work.await
        }
    };
    match done {
        Ok(Ok(_)) => {
            metrics::histogram!("bellhop_learning_seconds").record(started.elapsed().as_secs_f64());
            true
        }
        Ok(Err(error)) => {
            tracing::error!(error = %error, "The bot could not learn from the articles; it answers without, and tries again");
            false
        }
        Err(_) => {
            tracing::error!("Learning from the articles ended in a panic; the bot answers without, and tries again");
            false
        }
    }
}
