//! Files on messages: fetched after their message is committed, kept under ids of our own.
//!
//! What became of a file comes back as an event in its message's lane. What a crash cut off is found again at the
//! next start, for the message says which of its files are still to be fetched.

mod files;
mod outgoing;
mod queue;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Mutex, time::Duration};

use bellhop_channel::{CustomerChannel, IncomingAttachment, Location, SendError};
use bellhop_domain::{
    id::{FileId, MessageId},
    message::{AttachmentState, Message},
    why::Why,
};
use bellhop_store::{DbError, Page, files::FileRecord, inbox::NewEvent};
use bytes::Bytes;

use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    channels::Channel,
    clock::fresh_id,
    engine::Engine,
    lanes::{channel_of, lane_of},
    outside::{Limits, OutsideError},
    worker::internal::{Fetched, Internal},
};
pub use files::OpenFile;
use files::{Kept, NewFile};
pub use outgoing::OutgoingFiles;
use queue::{Job, Next, Queue};

/// What fetching one file may take.
pub const LIMITS: Limits = Limits { bytes: 25 * 1024 * 1024, within: Duration::from_secs(30) };
/// Pauses before the tries after the first; after the last of them it is given up.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(15)];
/// Pause after a result that could not be stored.
const DATABASE_PAUSE: Duration = Duration::from_secs(5);
/// Messages read at once when looking for what is still to be fetched.
const PAGE: u32 = 200;

/// Fetches files and keeps them.
pub struct Attachments {
    folder: PathBuf,
    queue: Mutex<Queue>,
}

/// Why a file was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Its bytes do not come.
    #[error("the file could not be fetched: {0}")]
    Outside(#[from] OutsideError),
    /// The platform does not say where its bytes are.
    #[error("the file could not be fetched: {0}")]
    Platform(#[from] SendError),
    /// It cannot be kept.
    #[error("the file could not be stored here")]
    Disk(#[from] std::io::Error),
}

impl FetchError {
    /// The same again will not end differently.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Outside(error) => error.is_final(),
            Self::Platform(error) => matches!(error, SendError::Refused { tries: 1, .. }),
            Self::Disk(_) => false,
        }
    }
}

/// Files whose bytes lie here already, because their sender gave them to us and not to a platform, need no fetching.
pub(crate) async fn take_kept(engine: &Engine, channel: &Channel, message: &mut Message) -> Result<(), DbError> {
    if channel.hosted().is_none() {
        return Ok(());
    }
    for attachment in &mut message.extras.attachments {
        let token = attachment.url.as_deref().and_then(|url| url.rsplit_once("/f/")).map(|(_, token)| token);
        let Some(file) = token.and_then(|token| engine.links().read_file(token)) else { continue };
        let Some(record) = engine.reader().file(file).await? else { continue };
        attachment.content_type = record.content_type;
        attachment.url = None;
        attachment.state = AttachmentState::Stored { file, size: record.size };
    }
    Ok(())
}

/// Starts fetching the files of a message that was just committed, from this one on.
pub(crate) fn fetch_pending(engine: &Engine, message: &Message, lane: &str, from: usize) {
    let mut jobs = jobs(message, lane);
    jobs.retain(|job| job.position >= from);
    add(engine, jobs);
}

/// Starts fetching what is still to be fetched from before: after a start, or when more came than could be remembered.
pub(crate) fn resume(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move {
        tokio::select! {
            () = this.0.stopping.cancelled() => {}
            result = find_pending(&this) => if let Err(error) = result {
                tracing::error!(error = %error, "Files that are still to be fetched could not be found; they are looked for at the next start");
            }
        }
    });
}

async fn find_pending(engine: &Engine) -> Result<(), DbError> {
    let mut cursor = None;
    loop {
        let Page { items, next } = engine.reader().messages_with_pending_attachments(cursor, PAGE).await?;
        for message in items {
            if let Some(conversation) = engine.reader().conversation(message.conversation).await? {
                add(engine, jobs(&message, &lane_of(&conversation.channel, &conversation.external_thread)));
            }
        }
        if next.is_none() {
            return Ok(());
        }
        cursor = next;
        while engine.0.attachments.queue().is_busy() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

fn jobs(message: &Message, lane: &str) -> Vec<Job> {
    let pending = message.extras.attachments.iter().enumerate().filter(|(_, attachment)| attachment.state == AttachmentState::Pending);
    pending
        .map(|(position, attachment)| Job {
            message: message.id,
            position,
            // Without an address it is not one that can be fetched, and says so when it is tried.
            url: attachment.url.clone().unwrap_or_default(),
            name: attachment.name.clone(),
            lane: lane.to_owned(),
            tries: 0,
        })
        .collect()
}

fn add(engine: &Engine, jobs: Vec<Job>) {
    let runners = engine.0.attachments.queue().add(jobs);
    start(engine, runners);
}

fn start(engine: &Engine, runners: usize) {
    for _ in 0..runners {
        let this = engine.clone();
        engine.run(async move {
            // What is cut off here is fetched after the next start.
            let stopped = this.0.stopping.clone().cancelled_owned();
            tokio::select! {
                () = stopped => {}
                () = run(&this) => {}
            }
        });
    }
}

async fn run(engine: &Engine) {
    loop {
        let next = engine.0.attachments.queue().next();
        match next {
            Next::Fetch(job) => handle(engine, job).await,
            Next::LookAgain => {
                // The results that were just reported are noted on their messages meanwhile.
                tokio::time::sleep(DATABASE_PAUSE).await;
                resume(engine);
            }
            Next::Nothing => return,
        }
    }
}

async fn handle(engine: &Engine, job: Job) {
    let outcome = match fetch(engine, channel_of(&job.lane), &job.url).await {
        Ok(kept) => Ok(kept),
        Err(error) => match PAUSES.get(job.tries) {
            Some(pause) if !error.is_final() => return later(engine, Job { tries: job.tries + 1, ..job }, *pause),
            _ => {
                tracing::info!(error = %error, message.id = %job.message, "A file could not be fetched");
                Err(error.to_string())
            }
        },
    };
    metrics::counter!("bellhop_attachments_total", "outcome" => if outcome.is_ok() { "stored" } else { "failed" }).increment(1);
    match report(engine, &job, outcome).await {
        Ok(()) => engine.0.attachments.queue().finish(&job),
        Err(reason) => {
            tracing::warn!(error = reason, message.id = %job.message, "What became of a file could not be stored; trying again");
            later(engine, Job { tries: 0, ..job }, DATABASE_PAUSE);
        }
    }
}

fn later(engine: &Engine, job: Job, pause: Duration) {
    let this = engine.clone();
    engine.run(async move {
        tokio::select! {
            () = this.0.stopping.cancelled() => {}
            () = tokio::time::sleep(pause) => {
                let runners = this.0.attachments.queue().again(job);
                start(&this, runners);
            }
        }
    });
}

/// Where the bytes are is asked for when they are wanted, and known to nobody afterwards: a platform's address may hold its token.
async fn fetch(engine: &Engine, channel: &str, reference: &str) -> Result<Kept, FetchError> {
    let location = match engine.channels().get(channel) {
        Some(channel) => locate(channel.adapter().as_ref(), reference).await?,
        None => Location::Outside(reference.to_owned()),
    };
    let mut body = match location {
        Location::Outside(address) => engine.0.outside.get(&address, LIMITS).await?,
        Location::Platform(address) => engine.0.outside.get_from_platform(&address, LIMITS).await?,
    };
    let mut file = NewFile::create(&engine.0.attachments.folder, FileId(fresh_id())).await?;
    while let Some(piece) = body.next().await? {
        file.write(&piece).await?;
    }
    Ok(file.keep().await?)
}

async fn locate(channel: &dyn CustomerChannel, reference: &str) -> Result<Location, SendError> {
    let late = |_| SendError::Retry { after: None, reason: "the platform did not answer in time".to_owned() };
    tokio::time::timeout(LIMITS.within, channel.locate(reference)).await.map_err(late)?
}

/// Writes down what became of a file, and tells the message's lane.
async fn report(engine: &Engine, job: &Job, outcome: Result<Kept, String>) -> Result<(), String> {
    let now = engine.now();
    let kept = outcome.as_ref().ok().map(|kept| kept.id);
    let result = match &outcome {
        Ok(kept) => Fetched::Stored { file: kept.id, size: kept.size, content_type: kept.content_type.clone() },
        Err(reason) => Fetched::Failed { reason: reason.clone() },
    };
    let event = NewEvent {
        channel: channel_of(&job.lane).to_owned(),
        key: format!("fetched {} {}", job.message, job.position),
        lane: job.lane.clone(),
        body: Internal::Fetched { message: job.message, position: job.position, outcome: result }.to_json(),
        internal: true,
        received_at: now,
    };
    let name = job.name.clone();
    let written = engine
        .writer()
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                let seq = tx.accept(std::slice::from_ref(&event)).await?.into_iter().next().flatten();
                if let (Some(_), Ok(kept)) = (seq, outcome) {
                    tx.insert_file(&kept.into_record(&name, now)).await?;
                }
                Ok(seq.map(|seq| event.stored(seq)))
            })
        })
        .await;
    let (accepted, failure) = match written {
        Ok(accepted) => (accepted, None),
        Err(error) => (None, Some(error.to_string())),
    };
    if accepted.is_none()
        && let Some(id) = kept
    {
        // Reported before, or not at all: nobody knows of this file.
        engine.0.attachments.discard(id).await;
    }
    engine.0.lanes.push(accepted.into_iter().collect());
    failure.map_or(Ok(()), Err)
}

impl Engine {
    /// Keeps a file that a person gave us; `name` is shown and nothing else.
    ///
    /// # Errors
    /// When the caller may not, the file is too large, or it cannot be stored.
    pub async fn keep_file(&self, caller: &Caller, name: &str, content: Bytes) -> Result<FileId, ActionError> {
        require(caller, Permission::HandleConversations)?;
        self.keep_bytes(name, content).await.map(|record| record.id)
    }

    /// Keeps a file of a person's who writes on a channel that we host; answers its address, which opens for whoever has it.
    pub(crate) async fn keep_upload(&self, name: &str, content: Bytes) -> Result<(String, FileRecord), ActionError> {
        let record = self.keep_bytes(name, content).await?;
        Ok((self.links().file(record.id), record))
    }

    /// Keeps bytes that a customer gave us on a page of ours.
    pub(crate) async fn keep_bytes(&self, name: &str, content: Bytes) -> Result<FileRecord, ActionError> {
        if content.len() as u64 > LIMITS.bytes {
            return Err(ActionError::invalid("file", Why::new("why-file-large").count("most", LIMITS.bytes / (1024 * 1024))));
        }
        let folder = &self.0.attachments.folder;
        let stored = async {
            let mut file = NewFile::create(folder, FileId(fresh_id())).await?;
            file.write(&content).await?;
            file.keep().await
        };
        let kept = stored.await.map_err(|error| {
            tracing::error!(error = %error, "A file could not be stored");
            ActionError::not_now(Why::new("why-file-not-stored"))
        })?;
        let record = kept.into_record(name, self.now());
        let row = record.clone();
        let written = self.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.insert_file(&row).await?) }));
        if let Err(error) = written.await {
            self.0.attachments.discard(record.id).await;
            return Err(error.into());
        }
        Ok(record)
    }

    /// Fetches a file from a channel and keeps it, within [`LIMITS`]; for those on messages of customers this happens by itself.
    ///
    /// One try: whoever holds a lane meanwhile tries again later instead of waiting. A file that is kept by two tries is kept twice.
    ///
    /// # Errors
    /// When its bytes do not come, or cannot be kept.
    pub async fn fetch_file(&self, channel: &str, attachment: &IncomingAttachment) -> Result<FileId, FetchError> {
        let kept = fetch(self, channel, &attachment.url).await?;
        let (id, now) = (kept.id, self.now());
        let record = kept.into_record(attachment.name.as_deref().unwrap_or("file"), now);
        let written = self.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.insert_file(&record).await }));
        if let Err(error) = written.await {
            self.0.attachments.discard(id).await;
            return Err(FetchError::Disk(std::io::Error::other(error.into_db())));
        }
        Ok(id)
    }

    /// A kept file, for whoever holds its id: check before that they may.
    ///
    /// # Errors
    /// When the database or the file cannot be read.
    pub async fn open_file(&self, id: FileId) -> Result<Option<OpenFile>, ActionError> {
        let Some(record) = self.reader().file(id).await? else { return Ok(None) };
        self.0.attachments.open(record).await.map_err(|error| {
            tracing::error!(error = %error, file.id = %id, "A kept file cannot be read");
            ActionError::not_now(Why::new("why-file-not-read"))
        })
    }
}

/// One of a message's files.
type Key = (MessageId, usize);
