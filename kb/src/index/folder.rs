//! Where the index lives, and when what is found there is thrown away.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::{Directory, Index, IndexMeta, IndexSettings};

use super::schema::Fields;
use crate::Error;

/// Changes whenever the schema or the analysis does; an index of another format is thrown away.
const FORMAT: &str = "bellhop-kb-3";
/// Stored articles are packed in blocks of about this size; a whole block is unpacked to show one of them.
const STORED_BLOCK_BYTES: usize = 2_048;

/// The place of an index: a folder that this process holds, or memory.
#[derive(Debug)]
pub(crate) struct Folder {
    path: Option<PathBuf>,
    /// Held for as long as the folder is in use; the system lets go of it however the process ends.
    _held: Option<File>,
}

impl Folder {
    /// Takes hold of `dir`; `None` keeps the index in memory.
    pub(crate) fn hold(dir: Option<&Path>) -> Result<Self, Error> {
        let Some(dir) = dir else {
            return Ok(Self { path: None, _held: None });
        };
        fs::create_dir_all(dir).map_err(|source| Error::Io { path: dir.to_owned(), source })?;
        let path = dir.join("in-use.lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|source| Error::Io { path: path.clone(), source })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: Some(dir.join("index")), _held: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { folder: dir.to_owned() }),
            Err(TryLockError::Error(source)) => Err(Error::Io { path, source }),
        }
    }

    /// The index found here with the change-log sequence in it, or an empty one when there is none that can be used.
    pub(crate) fn open(&self) -> Result<(Index, i64), Error> {
        match self.path.as_deref().and_then(usable) {
            Some(found) => Ok(found),
            None => Ok((self.create()?, 0)),
        }
    }

    /// An empty index; whatever was here is deleted.
    pub(crate) fn create(&self) -> Result<Index, Error> {
        let (schema, _) = Fields::schema();
        let settings = IndexSettings { docstore_blocksize: STORED_BLOCK_BYTES, ..IndexSettings::default() };
        let builder = Index::builder().schema(schema).settings(settings);
        let Some(path) = &self.path else {
            return Ok(builder.create_in_ram()?);
        };
        let failed = |source| Error::Io { path: path.clone(), source };
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_dir() => fs::remove_dir_all(path).map_err(failed)?,
            Ok(_) => fs::remove_file(path).map_err(failed)?,
            Err(_) => {}
        }
        fs::create_dir_all(path).map_err(failed)?;
        Ok(builder.create_in_dir(path)?)
    }

    /// The text kept with a commit that brings the index to `seq`.
    pub(crate) fn payload(seq: i64) -> String {
        format!("{FORMAT} {seq}")
    }

    /// Whether this index is kept in files.
    pub(crate) fn is_on_disk(&self) -> bool {
        self.path.is_some()
    }
}

/// Whether any file of the index is missing or does not hold what was written.
pub(crate) fn damaged(index: &Index) -> bool {
    let sound = catch_unwind(AssertUnwindSafe(|| is_sound(index)));
    !matches!(sound, Ok(Ok(true)))
}

fn is_sound(index: &Index) -> tantivy::Result<bool> {
    let metas = index.load_metas()?;
    let managed = index.directory().list_managed_files();
    for segment in &metas.segments {
        let id = segment.id().uuid_string();
        let written = managed.iter().filter(|file| file.to_string_lossy().starts_with(&id));
        let mut seen = false;
        for file in written {
            if index.directory().exists(file)? {
                seen = true;
                if !index.directory().validate_checksum(file)? {
                    return Ok(false);
                }
            } else if file.extension().is_none_or(|extension| extension != "del") {
                // Lists of deleted documents come and go; opening the segment tells whether one is wanted.
                return Ok(false);
            }
        }
        if !seen {
            return Ok(false);
        }
    }
    Ok(true)
}

fn usable(path: &Path) -> Option<(Index, i64)> {
    if !path.join("meta.json").is_file() || !path.join(".managed.json").is_file() {
        return None;
    }
    let index = catch_unwind(|| Index::open_in_dir(path)).ok()?.ok()?;
    let (schema, _) = Fields::schema();
    if index.schema() != schema || damaged(&index) {
        return None;
    }
    let seq = sequence(&index.load_metas().ok()?)?;
    // Opening the segments finds what checksums cannot: files of one kind in the place of another.
    let opened = catch_unwind(AssertUnwindSafe(|| index.reader().is_ok())).unwrap_or(false);
    opened.then_some((index, seq))
}

fn sequence(metas: &IndexMeta) -> Option<i64> {
    let Some(payload) = &metas.payload else {
        // A folder that was created but never written to.
        return metas.segments.is_empty().then_some(0);
    };
    payload.strip_prefix(FORMAT)?.trim().parse().ok()
}
