//! Calls to addresses that came in messages or were set through console or API: never into private networks, never endless.
//!
//! Addresses of the configuration file are the operator's word and do not come here.

mod guard;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::LOCATION,
    redirect,
};
use tokio::time::Instant;
use url::{Host, Url};

use crate::settings::Network;
use guard::Guard;

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 3;
/// How long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Calls addresses that strangers name.
pub struct Outside {
    client: reqwest::Client,
    /// For addresses of platforms, which are the operator's word.
    trusted: reqwest::Client,
    guard: Arc<Guard>,
}

/// What one call may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest body, in bytes.
    pub bytes: u64,
    /// Longest time until the last byte, redirects included.
    pub within: Duration,
}

/// Why a call gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// Not an http or https address.
    #[error("it is not an http or https address")]
    Address,
    /// The address, or one that it leads to, is in a network that is not open to strangers.
    #[error("its address is in a private network")]
    Private,
    /// The other side answered with this status.
    #[error("the other side answered {0}")]
    Status(u16),
    /// It leads from one address to the next.
    #[error("it redirects more than three times")]
    Redirects,
    /// The body is longer than allowed.
    #[error("it is larger than {} MiB", .bytes / (1024 * 1024))]
    TooLarge {
        /// What is allowed.
        bytes: u64,
    },
    /// It took longer than allowed.
    #[error("it took too long")]
    TimedOut,
    /// The other side cannot be reached, or broke off.
    #[error("the other side could not be reached or broke off")]
    Unreachable(#[source] reqwest::Error),
}

impl OutsideError {
    /// The same again will not end differently.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Address | Self::Private | Self::Redirects | Self::TooLarge { .. } => true,
            Self::Status(status) => (400..500).contains(status) && !matches!(status, 408 | 425 | 429),
            Self::TimedOut | Self::Unreachable(_) => false,
        }
    }
}

impl From<reqwest::Error> for OutsideError {
    fn from(error: reqwest::Error) -> Self {
        if is_private(&error) {
            return Self::Private;
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        // The address is personal.
        Self::Unreachable(error.without_url())
    }
}

impl Outside {
    /// Private networks stay closed but for `open`.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub fn new(open: Vec<Network>) -> Result<Self, reqwest::Error> {
        let guard = Arc::new(Guard::new(open));
        let plain = || {
            reqwest::Client::builder()
                .user_agent(concat!("Bellhop/", env!("CARGO_PKG_VERSION")))
                // A proxy would resolve names in our stead.
                .no_proxy()
                // Each hop is checked by hand.
                .redirect(redirect::Policy::none())
                .referer(false)
                .connect_timeout(CONNECT_WITHIN)
                // A small answer must not unpack into a big one.
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate()
        };
        let client = plain().dns_resolver(Arc::new(GuardedNames(Arc::clone(&guard)))).pool_max_idle_per_host(0).build()?;
        Ok(Self { client, trusted: plain().build()?, guard })
    }

    /// Asks `address` for what is there; its body is read through [`Body`].
    ///
    /// # Errors
    /// When the address may not be called, or does not answer with success.
    pub async fn get(&self, address: &str, limits: Limits) -> Result<Body, OutsideError> {
        let deadline = Instant::now() + limits.within;
        let mut url = Url::parse(address).map_err(|_| OutsideError::Address)?;
        for _ in 0..=MOST_REDIRECTS {
            self.check(&url)?;
            let left = deadline.saturating_duration_since(Instant::now());
            let response = self.client.get(url.clone()).timeout(left).send().await?;
            if let Some(next) = redirected(&response) {
                url = url.join(&next).map_err(|_| OutsideError::Address)?;
                continue;
            }
            return Body::of(response, limits);
        }
        Err(OutsideError::Redirects)
    }

    /// The same for an address of a platform that the configuration names: not guarded, and no redirects. It may hold a secret and is never told.
    ///
    /// # Errors
    /// When it does not answer with success.
    pub async fn get_from_platform(&self, address: &str, limits: Limits) -> Result<Body, OutsideError> {
        let url = Url::parse(address).map_err(|_| OutsideError::Address)?;
        Body::of(self.trusted.get(url).timeout(limits.within).send().await?, limits)
    }

    /// Sends a document to an address that the configuration names, with a key if it wants one, and reads what it answers. Not guarded, and no redirects.
    ///
    /// # Errors
    /// When it does not answer with success.
    pub async fn post_to_platform(
        &self,
        address: &str,
        key: Option<&str>,
        document: &impl serde::Serialize,
        limits: Limits,
    ) -> Result<Body, OutsideError> {
        let url = Url::parse(address).map_err(|_| OutsideError::Address)?;
        let request = self.trusted.post(url).timeout(limits.within).json(document);
        let request = match key {
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        Body::of(request.send().await?, limits)
    }

    /// Names are checked when they are resolved; addresses written out never are, so they are checked here.
    fn check(&self, url: &Url) -> Result<(), OutsideError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutsideError::Address);
        }
        let may = match url.host() {
            None => return Err(OutsideError::Address),
            Some(Host::Domain(_)) => true,
            Some(Host::Ipv4(address)) => self.guard.allows(address.into()),
            Some(Host::Ipv6(address)) => self.guard.allows(address.into()),
        };
        if may { Ok(()) } else { Err(OutsideError::Private) }
    }
}

fn redirected(response: &reqwest::Response) -> Option<String> {
    let follows =
        [StatusCode::MOVED_PERMANENTLY, StatusCode::FOUND, StatusCode::SEE_OTHER, StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT];
    if !follows.contains(&response.status()) {
        return None;
    }
    response.headers().get(LOCATION)?.to_str().ok().map(str::to_owned)
}

/// The body of an answer; its length is counted as it comes, whatever was announced.
pub struct Body {
    response: reqwest::Response,
    allowed: u64,
    read: u64,
}

impl Body {
    fn of(response: reqwest::Response, limits: Limits) -> Result<Self, OutsideError> {
        let status = response.status();
        if !status.is_success() {
            return Err(OutsideError::Status(status.as_u16()));
        }
        if response.content_length().is_some_and(|length| length > limits.bytes) {
            return Err(OutsideError::TooLarge { bytes: limits.bytes });
        }
        Ok(Self { response, allowed: limits.bytes, read: 0 })
    }

    /// The next piece; nothing at the end.
    ///
    /// # Errors
    /// When there is more than allowed, it takes too long, or the other side breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, OutsideError> {
        let Some(piece) = self.response.chunk().await? else { return Ok(None) };
        self.read = self.read.saturating_add(piece.len() as u64);
        if self.read > self.allowed {
            return Err(OutsideError::TooLarge { bytes: self.allowed });
        }
        Ok(Some(piece))
    }
}

/// Resolves names to those of their addresses that may be reached. The connection goes to what is answered here, so
/// that a name cannot mean one thing when it is checked and another when it is called.
struct GuardedNames(Arc<Guard>);

/// A name has no address that may be reached.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private network")]
struct PrivateName;

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<_> = found.filter(|address| guard.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Box::from(PrivateName));
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn is_private(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<PrivateName>() {
            return true;
        }
        cause = error.source();
    }
    false
}
