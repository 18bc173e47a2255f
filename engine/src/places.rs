//! Files of the operator's that say where people are: by the beginnings of telephone numbers, and by network addresses.
//!
//! They are read at the start and again when they change. A file that cannot be read is said once and loudly; the last good one stays in use, or none: no
//! customer waits because of it.

use std::{
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use bellhop_domain::{
    desk::{Desk, Whereabouts},
    phone::Prefixes,
};
use maxminddb::Reader;
use serde::Deserialize;

use crate::engine::Engine;

/// How often is looked whether a file has changed.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Bytes of a file, which is held in memory.
const LARGEST: u64 = 1024 * 1024 * 1024;
/// Names of a city that are compared.
const MOST_NAMES: usize = 16;

/// Where the operator's files are, if there are any.
#[derive(Debug, Clone, Default)]
pub struct PlaceFiles {
    /// Lines `prefix,region`.
    pub phone_prefixes: Option<PathBuf>,
    /// Countries and cities by network address, in the format MMDB.
    pub addresses: Option<PathBuf>,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlaceFileError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It is too large to be held in memory.
    #[error("has more than 1 GiB")]
    TooLarge,
    /// It is no text.
    #[error("is not text in UTF-8")]
    NoText,
    /// A line is wrong.
    #[error(transparent)]
    Line(#[from] bellhop_domain::phone::BadPrefixes),
    /// It is none in the format MMDB, or broken.
    #[error("is no database in the format MMDB, or a broken one: {0}")]
    NoDatabase(#[from] maxminddb::MaxMindDbError),
}

/// Reads a table of the beginnings of telephone numbers.
///
/// # Errors
/// When it cannot be read, or a line is wrong: the first one is named.
pub fn read_prefixes(file: &Path) -> Result<Prefixes, PlaceFileError> {
    let text = String::from_utf8(content(file)?).map_err(|_| PlaceFileError::NoText)?;
    Ok(Prefixes::read(&text)?)
}

/// Where network addresses are, by somebody's file.
pub struct AddressBook(Reader<Vec<u8>>);

impl AddressBook {
    /// Reads a file in the format MMDB.
    ///
    /// # Errors
    /// When it cannot be read or is none.
    pub fn read(file: &Path) -> Result<Self, PlaceFileError> {
        Ok(Self(Reader::from_source(content(file)?)?))
    }

    /// What it says of itself: its kind, and when it was made, in seconds since 1970.
    pub fn made(&self) -> (&str, u64) {
        let about = self.0.metadata();
        (&about.database_type, about.build_epoch)
    }

    /// Where an address is; nothing where it is in no country, or the file is broken there.
    pub fn find(&self, address: IpAddr) -> Option<Whereabouts> {
        let entry: Entry = self.0.lookup(address.to_canonical()).ok()?.decode().ok()??;
        let code = |place: Coded| place.iso_code.map(|code| code.to_ascii_uppercase());
        Some(Whereabouts {
            country: code(entry.country).or_else(|| code(entry.registered_country)),
            subdivisions: entry.subdivisions.into_iter().filter_map(code).collect(),
            cities: entry.city.names.into_values().take(MOST_NAMES).collect(),
        })
    }
}

/// What is read of an entry; there is more.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    country: Coded,
    registered_country: Coded,
    subdivisions: Vec<Coded>,
    city: Named,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Coded {
    iso_code: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    names: std::collections::BTreeMap<String, String>,
}

fn content(file: &Path) -> Result<Vec<u8>, PlaceFileError> {
    if fs::metadata(file)?.len() > LARGEST {
        return Err(PlaceFileError::TooLarge);
    }
    Ok(fs::read(file)?)
}

/// What was read last.
#[derive(Default)]
pub(crate) struct Places(RwLock<Option<Arc<AddressBook>>>);

impl Places {
    /// The region in which a network address is.
    pub(crate) fn region_of(&self, desk: &Desk, address: IpAddr) -> Option<String> {
        let book = self.0.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        desk.region_of_place(&book.find(address)?).map(str::to_owned)
    }

    fn set(&self, book: Option<AddressBook>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = book.map(Arc::new);
    }
}

/// A file as it was when it was looked at last.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(file: &Path) -> Stamp {
    let about = fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// What was seen of the files so far; nothing before the first look.
#[derive(Default)]
struct Seen {
    prefixes: Option<Stamp>,
    addresses: Option<Stamp>,
}

/// Reads the files, and again whenever they change, until the stop.
pub(crate) async fn start(engine: &Engine) {
    let files = engine.settings().places.clone();
    if files.phone_prefixes.is_none() && files.addresses.is_none() {
        return;
    }
    let mut seen = look(engine, Seen::default()).await;
    let this = engine.clone();
    engine.run(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => seen = look(&this, seen).await,
                () = this.0.stopping.cancelled() => return,
            }
        }
    });
}

/// Reads what has changed since.
async fn look(engine: &Engine, seen: Seen) -> Seen {
    let this = engine.clone();
    let looked = tokio::task::spawn_blocking(move || {
        let files = &this.settings().places;
        Seen {
            prefixes: reread(files.phone_prefixes.as_deref(), seen.prefixes, read_prefixes, |table| {
                let desk = this.desk();
                let unknown = table.regions().iter().filter(|region| !desk.regions.contains_key(*region)).count();
                tracing::info!(prefixes = table.len(), regions.unknown = unknown, "The table of telephone prefixes was read");
                this.0.desk.set_prefixes(table);
            }),
            addresses: reread(files.addresses.as_deref(), seen.addresses, AddressBook::read, |book| {
                tracing::info!(kind = book.made().0, "The file of network addresses was read");
                this.0.places.set(Some(book));
            }),
        }
    });
    looked.await.unwrap_or_default()
}

fn reread<T>(file: Option<&Path>, seen: Option<Stamp>, read: impl Fn(&Path) -> Result<T, PlaceFileError>, take: impl FnOnce(T)) -> Option<Stamp> {
    let file = file?;
    let now = stamp(file);
    if seen.as_ref() != Some(&now) {
        match read(file) {
            Ok(content) => take(content),
            Err(error) => {
                tracing::error!(file = %file.display(), error = %error, "A file that says where people are is not used; `bellhop doctor` says more")
            }
        }
    }
    Some(now)
}

#[cfg(test)]
mod tests;
