//! Files on disk: written aside, then given their place at once; names of strangers never reach the file system.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Mutex,
};

use bellhop_domain::id::FileId;
use bellhop_store::files::FileRecord;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::{Attachments, Queue};

/// Where files lie while they are being written.
const INCOMING: &str = "incoming";
/// Bytes from which the kind of a file is told.
const HEAD: usize = 8192;

/// A kept file, to be read.
pub struct OpenFile {
    /// What is known of it.
    pub record: FileRecord,
    /// Its bytes.
    pub content: tokio::fs::File,
}

impl Attachments {
    /// Keeps files below `folder`; what a crash left half written there is removed.
    pub(crate) fn new(folder: PathBuf) -> Self {
        if let Err(error) = std::fs::remove_dir_all(folder.join(INCOMING))
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(error = %error, "Files that were left half written could not be removed");
        }
        Self { folder, queue: Mutex::new(Queue::default()) }
    }

    /// Forgets a file.
    pub(crate) async fn discard(&self, id: FileId) {
        if let Err(error) = tokio::fs::remove_file(place(&self.folder, id)).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(error = %error, file.id = %id, "A file that is not needed any more could not be removed");
        }
    }

    pub(super) async fn open(&self, record: FileRecord) -> io::Result<Option<OpenFile>> {
        match tokio::fs::File::open(place(&self.folder, record.id)).await {
            Ok(content) => Ok(Some(OpenFile { record, content })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Files are spread over folders by the last digits of their ids, which are random; the first are the time.
pub(super) fn place(folder: &Path, id: FileId) -> PathBuf {
    let [.., last] = id.0.as_bytes();
    folder.join(format!("{last:02x}")).join(id.0.simple().to_string())
}

/// A file that is being written; it disappears unless it is kept.
pub(super) struct NewFile {
    id: FileId,
    folder: PathBuf,
    aside: Aside,
    content: tokio::fs::File,
    hash: Sha256,
    size: u64,
    head: Vec<u8>,
}

/// Removes what lies aside when it is dropped.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // After a file was given its place, nothing lies here any more.
        let _nothing_lies_here = std::fs::remove_file(&self.0);
    }
}

/// A file that has its place.
pub(super) struct Kept {
    pub(super) id: FileId,
    pub(super) size: u64,
    pub(super) content_type: String,
    sha256: String,
}

impl Kept {
    pub(super) fn into_record(self, name: &str, at: DateTime<Utc>) -> FileRecord {
        FileRecord { id: self.id, name: shown_name(name), content_type: self.content_type, size: self.size, sha256: self.sha256, created_at: at }
    }
}

impl NewFile {
    pub(super) async fn create(folder: &Path, id: FileId) -> io::Result<Self> {
        let incoming = folder.join(INCOMING);
        tokio::fs::create_dir_all(&incoming).await?;
        let path = incoming.join(id.0.simple().to_string());
        let content = tokio::fs::File::create_new(&path).await?;
        Ok(Self { id, folder: folder.to_owned(), aside: Aside(path), content, hash: Sha256::new(), size: 0, head: Vec::new() })
    }

    pub(super) async fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.hash.update(piece);
        self.size += piece.len() as u64;
        self.head.extend(piece.iter().take(HEAD.saturating_sub(self.head.len())));
        self.content.write_all(piece).await
    }

    /// Gives the file its place, for good: it is there after a power cut, too.
    pub(super) async fn keep(mut self) -> io::Result<Kept> {
        self.content.flush().await?;
        let content = self.content.into_std().await;
        let target = place(&self.folder, self.id);
        let aside = self.aside;
        let placed = tokio::task::spawn_blocking(move || {
            content.sync_all()?;
            if let Some(folder) = target.parent() {
                std::fs::create_dir_all(folder)?;
                std::fs::rename(&aside.0, &target)?;
                std::fs::File::open(folder)?.sync_all()?;
            }
            Ok(())
        });
        placed.await.unwrap_or_else(|error| Err(io::Error::other(error)))?;
        let sha256 = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Kept { id: self.id, size: self.size, content_type: content_type(&self.head).to_owned(), sha256 })
    }
}

/// What a file is, by its first bytes; what its sender calls it does not count.
fn content_type(head: &[u8]) -> &'static str {
    if let Some(kind) = infer::get(head) {
        return kind.mime_type();
    }
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may be cut in two.
        Err(error) if error.error_len().is_none() && head.len() == HEAD => {
            head.get(..error.valid_up_to()).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("\0")
        }
        Err(_) => "\0",
    };
    let is_text = !text.is_empty() && !text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t' | '\u{c}'));
    if is_text { "text/plain" } else { "application/octet-stream" }
}

/// A name that is safe to show and to propose for saving.
fn shown_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let invisible =
        |sign: char| sign.is_control() || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let name: String = last.chars().filter(|sign| !invisible(*sign)).take(200).collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_kind_is_told_by_the_content() {
        let long = format!("{}é", "a".repeat(HEAD - 1));
        for (case, head, expected) in [
            ("PNG", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            ("JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            ("PDF", b"%PDF-1.7\n", "application/pdf"),
            ("page that calls itself a picture", b"<html><script>", "text/html"),
            ("drawing without a head", b"<svg onload=alert(1)>", "text/plain"),
            ("text", "order 1001, 订单".as_bytes(), "text/plain"),
            ("text cut within a character", long.as_bytes().get(..HEAD).unwrap(), "text/plain"),
            ("bytes", b"\x01\x02\x03\xfe", "application/octet-stream"),
            ("nothing", b"", "application/octet-stream"),
        ] {
            assert_eq!(content_type(head), expected, "{case}");
        }
    }

    #[test]
    fn names_are_harmless() {
        for (given, shown) in [
            ("box.jpg", "box.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.txt", "a.txt"),
            (".ht\u{200b}access", "htaccess"),
            ("a\0b\r\n.txt", "ab.txt"),
            ("gpj.\u{202e}exe", "gpj.exe"),
            ("", "file"),
            ("..", "file"),
        ] {
            assert_eq!(shown_name(given), shown, "{given:?}");
        }
        assert_eq!(shown_name(&"x".repeat(300)).len(), 200);
    }

    #[tokio::test]
    async fn a_file_is_kept_or_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let attachments = Attachments::new(folder.path().to_owned());
        let id = FileId(Uuid::from_u128(7));
        let mut file = NewFile::create(folder.path(), id).await.unwrap();
        file.write(b"%PDF-1.7").await.unwrap();
        file.write(b" and more").await.unwrap();
        let kept = file.keep().await.unwrap();
        assert_eq!((kept.size, kept.content_type.as_str()), (17, "application/pdf"));
        let record = kept.into_record("a.pdf", DateTime::UNIX_EPOCH);
        assert_eq!(record.sha256.len(), 64);
        let mut bytes = Vec::new();
        let mut opened = attachments.open(record.clone()).await.unwrap().unwrap();
        tokio::io::AsyncReadExt::read_to_end(&mut opened.content, &mut bytes).await.unwrap();
        assert_eq!(bytes, b"%PDF-1.7 and more");
        attachments.discard(id).await;
        assert!(attachments.open(record).await.unwrap().is_none());

        let mut dropped = NewFile::create(folder.path(), FileId(Uuid::from_u128(8))).await.unwrap();
        dropped.write(b"half").await.unwrap();
        drop(dropped);
        assert_eq!(std::fs::read_dir(folder.path().join(INCOMING)).unwrap().count(), 0);
    }
}
