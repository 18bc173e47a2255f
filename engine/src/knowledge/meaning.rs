//! Vectors of titles and sample questions, made in the background and kept beside the index.

use std::{path::PathBuf, time::Duration};

use bellhop_kb::{
    Cancel, KnowledgeBase,
    meaning::{Meaning, Texts, Vectors},
};

use crate::{embeddings::Embeddings, engine::Engine};

/// How often it is looked whether articles have changed.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait after a failure.
const AGAIN: Duration = Duration::from_secs(30);
/// Texts that are asked for at once.
const BATCH: usize = 64;
/// Calls after which what there is serves, and is written down.
const SAVED_EVERY: usize = 20;

/// Starts making vectors whenever the articles have changed, where an endpoint is configured. Nothing waits for them: what has none
/// is found by words.
pub(crate) fn start_meaning(engine: &Engine) {
    let Some(settings) = engine.0.embedder.settings().cloned() else { return };
    let this = engine.clone();
    engine.run(async move {
        let mut keeper = Keeper { file: this.settings().index_folder.as_ref().map(|folder| folder.join("meaning.bin")), settings, vectors: None };
        let (mut done, mut failing) = (None, false);
        loop {
            let base = &this.0.knowledge.base;
            let version = base.version();
            let pause = if done == Some(version) {
                LOOK
            } else {
                let worked = tokio::select! {
                    worked = keeper.follow(&this) => worked,
                    () = this.0.stopping.cancelled() => break,
                };
                match worked {
                    Ok(()) => {
                        if failing {
                            tracing::info!("The embeddings endpoint answers again");
                        }
                        (done, failing) = (Some(version), false);
                        LOOK
                    }
                    Err(error) => {
                        if !failing {
                            tracing::warn!(error = %error, "Vectors of articles cannot be made; what has none is found by words, and it is tried again");
                        }
                        failing = true;
                        AGAIN
                    }
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = this.0.stopping.cancelled() => break,
            }
        }
    });
}

#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error(transparent)]
    Endpoint(#[from] crate::embeddings::EmbedError),
    #[error(transparent)]
    Index(#[from] bellhop_kb::Error),
    #[error("its vectors have another length than those in {}: if the model has changed under the same name, delete that file", .0.display())]
    Width(PathBuf),
}

/// The vectors that there are.
struct Keeper {
    file: Option<PathBuf>,
    settings: Embeddings,
    vectors: Option<Vectors>,
}

impl Keeper {
    /// Makes the vectors that are missing, and lets them serve.
    async fn follow(&mut self, engine: &Engine) -> Result<(), KeepError> {
        let base = engine.knowledge_base().clone();
        let model = format!("{} {}", self.settings.url, self.settings.model);
        if self.vectors.is_none() {
            let (file, model) = (self.file.clone(), model.clone());
            self.vectors = Some(on_a_thread(move || Ok(file.map(|file| Vectors::load(&file, &model)).unwrap_or_default())).await?);
        }
        let reading = base.clone();
        let texts = on_a_thread(move || reading.texts(&Cancel::default())).await?;
        let Some(texts) = texts else {
            // There are too many to compare with.
            base.set_meaning(None);
            return Ok(());
        };
        let vectors = self.vectors.get_or_insert_default();
        let missing: Vec<String> = texts.missing(vectors).into_iter().map(str::to_owned).collect();
        if missing.is_empty() {
            return self.serve(&base, texts, &model).await.map(drop);
        }
        let mut texts = texts;
        let batches = missing.chunks(BATCH).collect::<Vec<_>>();
        for (number, batch) in (1..).zip(&batches) {
            let asked: Vec<&str> = batch.iter().map(String::as_str).collect();
            let made = self.settings.embed(&engine.0.outside, &asked, self.settings.timeout).await?;
            let vectors = self.vectors.get_or_insert_default();
            for (text, vector) in asked.iter().zip(&made) {
                if !vectors.put(text, vector) {
                    return Err(KeepError::Width(self.file.clone().unwrap_or_default()));
                }
            }
            if number % SAVED_EVERY == 0 || number == batches.len() {
                texts = self.serve(&base, texts, &model).await?;
            }
        }
        Ok(())
    }

    /// Lets what there is serve, and writes it down.
    async fn serve(&mut self, base: &KnowledgeBase, texts: Texts, model: &str) -> Result<Texts, KeepError> {
        let mut vectors = self.vectors.take().unwrap_or_default();
        let (base, file, model) = (base.clone(), self.file.clone(), model.to_owned());
        let (vectors, texts) = on_a_thread(move || {
            vectors.keep(&texts);
            base.set_meaning(Meaning::of(&texts, &vectors, &Cancel::default()));
            if let Some(file) = file {
                vectors.save(&file, &model)?;
            }
            Ok((vectors, texts))
        })
        .await?;
        self.vectors = Some(vectors);
        Ok(texts)
    }
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, bellhop_kb::Error> + Send + 'static) -> Result<T, KeepError> {
    Ok(tokio::task::spawn_blocking(work).await.unwrap_or(Err(bellhop_kb::Error::Damaged))?)
}
