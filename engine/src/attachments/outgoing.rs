//! Files on their way out, for platforms that take bytes instead of addresses.

use std::{io, path::PathBuf};

use async_trait::async_trait;
use bellhop_channel::Files;
use bytes::Bytes;

use super::files::place;
use crate::links::Links;

/// Reads the files behind our own signed addresses from the folder in which they are kept.
pub struct OutgoingFiles {
    links: Links,
    folder: PathBuf,
}

impl OutgoingFiles {
    /// Files of `folder`, under addresses that `links` signs.
    pub fn new(links: Links, folder: PathBuf) -> Self {
        Self { links, folder }
    }
}

#[async_trait]
impl Files for OutgoingFiles {
    async fn read(&self, url: &str) -> io::Result<Option<Bytes>> {
        // The signature is what proves that the address is ours; where it leads to does not matter.
        let Some(file) = url.rsplit_once("/f/").and_then(|(_, token)| self.links.read_file(token)) else { return Ok(None) };
        match tokio::fs::read(place(&self.folder, file)).await {
            Ok(content) => Ok(Some(content.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use bellhop_domain::id::FileId;
    use uuid::Uuid;

    #[tokio::test]
    async fn only_an_address_that_we_signed_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let id = FileId(Uuid::from_u128(7));
        let kept = place(folder.path(), id);
        std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
        std::fs::write(&kept, b"%PDF-1.7").unwrap();
        let links = Links::new("https://help.example.org", b"a secret of some length");
        let files = OutgoingFiles::new(links.clone(), folder.path().to_owned());
        assert_eq!(files.read(&links.file(id)).await.unwrap().unwrap(), b"%PDF-1.7".as_slice());
        let forged = Links::new("https://help.example.org", b"another secret").file(id);
        let gone = links.file(FileId(Uuid::from_u128(8)));
        for address in ["", "https://elsewhere.example/f/x", "/f/../../etc/passwd", &forged, &gone] {
            assert_eq!(files.read(address).await.unwrap(), None, "{address}");
        }
    }
}
