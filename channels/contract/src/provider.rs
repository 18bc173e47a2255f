//! From a section of the configuration to a running channel.

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{customer::Customer, declared::Declared, error::ConfigError, staff::StaffChannel};

/// A kind of channel; the application's registry holds one value of each.
pub trait Provider: Send + Sync {
    /// The word in the configuration (`kind = "webhook"`).
    fn kind(&self) -> &'static str;

    /// What its channels can do, known before there is one.
    fn declares(&self) -> Declared;

    /// Builds a channel from its section, without `kind`. Reads files that the section names, touches no network.
    fn build(&self, name: &str, section: &serde_json::Value, surroundings: &Surroundings) -> Result<Channel, ConfigError>;
}

/// What one section makes: messages with people, a staff chat, or both.
#[derive(Clone)]
pub struct Channel {
    /// Where people write.
    pub customer: Option<Customer>,
    /// Where agents work.
    pub staff: Option<Arc<dyn StaffChannel>>,
}

/// What a channel gets from the application.
#[derive(Clone)]
pub struct Surroundings {
    /// For addresses that the configuration names. Must follow no redirects: an answer of 3xx is a failure.
    pub http: reqwest::Client,
    /// The application's clock.
    pub now: Clock,
    /// Relative paths in the section start here.
    pub root: PathBuf,
    /// The bytes of files that are sent, for platforms that take bytes.
    pub files: Arc<dyn Files>,
}

/// Reads files that lie with us.
#[async_trait]
pub trait Files: Send + Sync {
    /// The whole file behind an [`OutAttachment::url`](crate::OutAttachment); none where it is gone, or the address is not of ours.
    async fn read(&self, url: &str) -> std::io::Result<Option<bytes::Bytes>>;
}

/// No files at all: for channels that take addresses, and for tests.
pub struct NoFiles;

#[async_trait]
impl Files for NoFiles {
    async fn read(&self, _url: &str) -> std::io::Result<Option<bytes::Bytes>> {
        Ok(None)
    }
}

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How fast and for how long the outbox may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pacing {
    /// Sends a second on the whole channel; none means no limit.
    pub max_per_second: Option<u32>,
    /// The least time between two sends in one thread; none means no limit.
    pub per_thread: Option<Duration>,
    /// After this long a message that keeps failing is given up.
    pub give_up_after: Duration,
}
