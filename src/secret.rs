//! The installation's secret key: made at first start, readable by its owner only.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::Path,
};

use anyhow::{Context as _, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};

const BYTES: usize = 32;

/// Reads the key, and makes it if there is none yet.
///
/// # Errors
/// When the file can be neither read nor made, or holds something else.
pub fn load_or_make(file: &Path) -> anyhow::Result<Vec<u8>> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    match create(file) {
        Ok(mut made) => {
            let key: [u8; BYTES] = rand::random();
            made.write_all(STANDARD.encode(key).as_bytes())
                .and_then(|()| made.sync_all())
                .with_context(|| format!("{} cannot be written", file.display()))?;
            Ok(key.to_vec())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(file),
        Err(error) => Err(error).with_context(|| format!("the secret key {} cannot be made", file.display())),
    }
}

fn create(file: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let text = fs::read_to_string(file).with_context(|| format!("the secret key {} cannot be read", file.display()))?;
    match STANDARD.decode(text.trim()) {
        Ok(key) if key.len() >= BYTES => Ok(key),
        _ => bail!(
            "the secret key {} does not hold {BYTES} bytes in Base64; put the right file back, or remove it to make a new key (links sent before stop working)",
            file.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/secret.key");
        let made = load_or_make(&file).unwrap();
        assert_eq!(made.len(), BYTES);
        assert_eq!(load_or_make(&file).unwrap(), made);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_key_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret.key");
        fs::write(&file, "short").unwrap();
        assert!(load_or_make(&file).unwrap_err().to_string().contains("put the right file back"));
    }
}
