//! Commits what waits in the intake, many events at once, and hands it to the lanes.

use std::time::Duration;

use bellhop_store::{DbError, inbox::NewEvent};
use tokio::sync::mpsc;

use crate::{
    engine::Engine,
    failpoint,
    intake::{Accepted, Intake, Pending, Refusal},
};

/// Events in one commit at most: enough to share a sync among many, few enough to keep the first one's wait short.
const BATCH: usize = 512;

pub(crate) fn queue() -> (Intake, mpsc::Receiver<Pending>) {
    Intake::new()
}

/// Starts the one task through which every event of a platform becomes durable; one, so that order of arrival is order of commit.
pub(crate) fn start(engine: &Engine, mut waiting: mpsc::Receiver<Pending>) {
    let this = engine.clone();
    engine.run(async move {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                count = waiting.recv_many(&mut batch, BATCH) => {
                    if count == 0 {
                        break;
                    }
                    commit(&this, &mut batch).await;
                }
                () = this.0.stopping.cancelled(), if !waiting.is_closed() => waiting.close(),
            }
        }
    });
}

async fn commit(engine: &Engine, batch: &mut Vec<Pending>) {
    failpoint::pass("received");
    let (events, answers): (Vec<NewEvent>, Vec<_>) = batch.drain(..).map(|pending| (pending.event, pending.answer)).unzip();
    let result = engine
        .writer()
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                let seqs = tx.accept(&events).await?;
                Ok((events, seqs))
            })
        })
        .await;
    match result {
        Ok((events, seqs)) => {
            failpoint::pass("accepted");
            metrics::counter!("bellhop_events_accepted_total").increment(events.len() as u64);
            metrics::counter!("bellhop_accept_commits_total").increment(1);
            for (answer, seq) in answers.into_iter().zip(&seqs) {
                let _gone_meanwhile = answer.send(Ok(Accepted { duplicate: seq.is_none() }));
            }
            engine.0.lanes.push(events.into_iter().zip(seqs).filter_map(|(event, seq)| seq.map(|seq| event.stored(seq))).collect());
        }
        Err(error) => {
            tracing::error!(error = %error.into_db(), events = answers.len(), "Events could not be stored; their platforms are told to come back");
            for answer in answers {
                let _gone_meanwhile = answer.send(Err(Refusal::Unavailable { retry_after: Duration::from_secs(2) }));
            }
        }
    }
}
