//! The desk as this node has it: templates, departments, tiers and the like, read once and shared.

use std::{
    ops::Deref,
    sync::{Arc, PoisonError, RwLock},
};

use bellhop_domain::{desk::Desk, phone::Prefixes, routing::sort_rules};
use bellhop_store::{DbError, Reader};

/// The desk at one moment; one decision looks at one snapshot.
#[derive(Debug, Default)]
pub struct DeskSnapshot {
    /// Everything that decisions look up.
    pub desk: Desk,
    /// The change up to which it was read.
    pub seq: i64,
}

impl Deref for DeskSnapshot {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

/// Keeps the latest snapshot.
#[derive(Debug)]
pub struct DeskCache(RwLock<Arc<DeskSnapshot>>);

impl DeskCache {
    /// Reads the desk.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn load(reader: &Reader) -> Result<Self, DbError> {
        Ok(Self(RwLock::new(Arc::new(read(reader).await?))))
    }

    /// The latest snapshot.
    pub fn snapshot(&self) -> Arc<DeskSnapshot> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the desk again if anything changed since; answers whether it did.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn reload_if_changed(&self, reader: &Reader) -> Result<bool, DbError> {
        if reader.last_change().await? <= self.snapshot().seq {
            return Ok(false);
        }
        let mut new = read(reader).await?;
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Two may read side by side; the older reading never replaces the newer one.
        if new.seq > current.seq {
            new.desk.prefixes = Arc::clone(&current.desk.prefixes);
            *current = Arc::new(new);
        }
        Ok(true)
    }

    /// Takes another table of the beginnings of telephone numbers.
    pub(crate) fn set_prefixes(&self, prefixes: Prefixes) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let desk = Desk { prefixes: Arc::new(prefixes), ..current.desk.clone() };
        *current = Arc::new(DeskSnapshot { desk, seq: current.seq });
    }
}

async fn read(reader: &Reader) -> Result<DeskSnapshot, DbError> {
    let (mut desk, seq) = reader.desk().await?;
    sort_rules(&mut desk.rules);
    Ok(DeskSnapshot { desk, seq })
}
