//! Vectors of meaning from an endpoint that the operator names and that speaks as OpenAI's does; off unless it is configured.
//!
//! It is somebody else's machine: nothing waits for it longer than a moment, and one that fails is left alone for a while.

#[cfg(test)]
pub(crate) mod tests;

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bellhop_kb::meaning::{short, unit};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::outside::{Limits, Outside, OutsideError};

/// How long a decision waits for the vector of its question, outside tests.
pub const PATIENCE: Duration = Duration::from_millis(300);
/// How long an endpoint that failed is left alone.
const PAUSE: Duration = Duration::from_secs(30);
/// Longest answer that is read.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// Most numbers of a vector.
const WIDEST: usize = 8_192;

/// Where vectors come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embeddings {
    /// The whole address, as `http://127.0.0.1:11434/v1/embeddings`.
    pub url: String,
    /// The model's name, as the endpoint knows it.
    pub model: String,
    /// The file with its key, if it wants one; read at each call, so that it can be changed.
    pub key_file: Option<PathBuf>,
    /// How long a call in the background may take.
    pub timeout: Duration,
    /// How long a decision waits for the vector of its question.
    pub patience: Duration,
}

/// Why there is no vector.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] OutsideError),
    /// The file with the key cannot be read.
    #[error("the file with its key cannot be read: {0}")]
    Key(#[source] std::io::Error),
    /// The answer is not what such an endpoint answers.
    #[error("its answer is not a list of embeddings")]
    Unreadable,
    /// The answer cannot be right.
    #[error("it does not answer with one vector for each text, all of one length and with a direction")]
    Wrong,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Reply {
    data: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    index: Option<usize>,
    embedding: Vec<f32>,
}

impl Embeddings {
    /// A vector of length 1 for each text, in their order.
    ///
    /// # Errors
    /// When the endpoint does not answer as it should.
    pub async fn embed(&self, outside: &Outside, texts: &[&str], within: Duration) -> Result<Vec<Vec<f32>>, EmbedError> {
        let input: Vec<String> = texts.iter().map(|text| short(text)).collect();
        let request = Request { model: &self.model, input: &input, encoding_format: "float" };
        let key = match &self.key_file {
            Some(file) => Some(tokio::fs::read_to_string(file).await.map_err(EmbedError::Key)?),
            None => None,
        };
        let limits = Limits { bytes: MOST_BYTES, within };
        let mut body = outside.post_to_platform(&self.url, key.as_deref().map(str::trim), &request, limits).await?;
        let mut bytes = Vec::new();
        while let Some(piece) = body.next().await? {
            bytes.extend_from_slice(&piece);
        }
        let reply: Reply = serde_json::from_slice(&bytes).map_err(|_| EmbedError::Unreadable)?;
        let mut vectors: Vec<Option<Vec<f32>>> = vec![None; texts.len()];
        for (place, one) in reply.data.into_iter().enumerate() {
            let slot = vectors.get_mut(one.index.unwrap_or(place)).ok_or(EmbedError::Wrong)?;
            *slot = Some(unit(&one.embedding).filter(|vector| vector.len() <= WIDEST).ok_or(EmbedError::Wrong)?);
        }
        let vectors: Vec<Vec<f32>> = vectors.into_iter().collect::<Option<_>>().ok_or(EmbedError::Wrong)?;
        let width = vectors.first().map(Vec::len);
        if vectors.iter().all(|vector| Some(vector.len()) == width) { Ok(vectors) } else { Err(EmbedError::Wrong) }
    }
}

/// Asks for the vectors of questions, as long as that works.
pub(crate) struct Embedder {
    settings: Option<Embeddings>,
    paused_until: Mutex<Option<Instant>>,
}

impl Embedder {
    /// Nothing is asked without settings.
    pub(crate) fn new(settings: Option<Embeddings>) -> Self {
        Self { settings, paused_until: Mutex::default() }
    }

    pub(crate) fn settings(&self) -> Option<&Embeddings> {
        self.settings.as_ref()
    }

    /// Until when a decision that begins now waits for vectors.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.settings.as_ref().map_or(Duration::ZERO, |settings| settings.patience)
    }

    /// The vector of a question, if it comes before the deadline.
    pub(crate) async fn question(&self, outside: &Outside, text: &str, deadline: Instant) -> Option<Vec<f32>> {
        let settings = self.settings.as_ref()?;
        let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        if self.is_paused() {
            return None;
        }
        let error = match tokio::time::timeout(left, settings.embed(outside, &[text], left)).await {
            Ok(Ok(vectors)) => return vectors.into_iter().next(),
            Ok(Err(error)) => error,
            Err(_) => EmbedError::Call(OutsideError::TimedOut),
        };
        *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + PAUSE);
        tracing::warn!(error = %error, pause.seconds = PAUSE.as_secs(), "The embeddings endpoint does not answer in time; questions are understood by words meanwhile");
        None
    }

    fn is_paused(&self) -> bool {
        self.paused_until.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| Instant::now() < until)
    }
}
