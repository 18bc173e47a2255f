//! Vectors of texts, and the file in which they outlive the process.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use super::Texts;
use crate::Error;
use crate::analysis::stable_hash;

/// What such a file begins with.
const MARK: &[u8; 8] = b"bhvecs01";

/// Vectors of one model, by the hash of their text; all of one width and of length 1.
#[derive(Debug, Default)]
pub struct Vectors {
    width: usize,
    by_text: HashMap<u64, Box<[f32]>>,
}

/// A vector of length 1 in the same direction; none when it has no direction.
pub fn unit(vector: &[f32]) -> Option<Vec<f32>> {
    let length = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    (length.is_finite() && length > 1e-12).then(|| vector.iter().map(|value| (f64::from(*value) / length) as f32).collect())
}

impl Vectors {
    /// Numbers in each; none as long as there is no vector.
    pub fn width(&self) -> Option<usize> {
        (self.width > 0).then_some(self.width)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_text.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_text.is_empty()
    }

    /// Keeps the vector of a text; false: it has no direction, or another width than those before.
    pub fn put(&mut self, text: &str, vector: &[f32]) -> bool {
        let Some(vector) = unit(vector).filter(|vector| self.width == 0 || vector.len() == self.width) else { return false };
        self.width = vector.len();
        self.by_text.insert(stable_hash(&[text]), vector.into_boxed_slice());
        true
    }

    /// The vector of a text.
    pub fn get(&self, text: &str) -> Option<&[f32]> {
        self.by_text.get(&stable_hash(&[text])).map(|vector| &**vector)
    }

    /// Forgets the vectors of all other texts.
    pub fn keep(&mut self, texts: &Texts) {
        let kept: HashSet<u64> = texts.iter().map(|text| stable_hash(&[text])).collect();
        self.by_text.retain(|hash, _| kept.contains(hash));
    }

    /// Reads what was [saved](Self::save) for a model; nothing when there is no such file, or it does not hold what was written.
    pub fn load(path: &Path, model: &str) -> Self {
        fs::read(path).ok().and_then(|bytes| read(&bytes, model)).unwrap_or_default()
    }

    /// Writes all of them into a file, in place of what is there.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn save(&self, path: &Path, model: &str) -> Result<(), Error> {
        let mut bytes = MARK.to_vec();
        bytes.extend(stable_hash(&[model]).to_le_bytes());
        bytes.extend((self.width as u64).to_le_bytes());
        for (hash, vector) in &self.by_text {
            bytes.extend(hash.to_le_bytes());
            bytes.extend(vector.iter().flat_map(|value| value.to_le_bytes()));
        }
        bytes.extend(sum(&bytes).to_le_bytes());
        let beside = path.with_extension("new");
        let failed = |source| Error::Io { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path)).map_err(failed)
    }
}

fn read(bytes: &[u8], model: &str) -> Option<Vectors> {
    let (content, written) = bytes.split_last_chunk::<8>()?;
    if sum(content) != u64::from_le_bytes(*written) {
        return None;
    }
    let (named, rest) = content.strip_prefix(MARK)?.split_first_chunk::<8>()?;
    let (width, rest) = rest.split_first_chunk::<8>()?;
    if u64::from_le_bytes(*named) != stable_hash(&[model]) {
        return None;
    }
    let width = usize::try_from(u64::from_le_bytes(*width)).ok().filter(|width| *width > 0)?;
    let mut by_text = HashMap::new();
    for entry in rest.chunks_exact(width.checked_mul(4)?.checked_add(8)?) {
        let (hash, values) = entry.split_first_chunk::<8>()?;
        let values = values.as_chunks::<4>().0.iter().map(|value| f32::from_le_bytes(*value));
        by_text.insert(u64::from_le_bytes(*hash), values.collect());
    }
    Some(Vectors { width, by_text })
}

/// A sum by which damage is found.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn vectors_outlive_the_process_and_damage_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index").join("meaning.bin");
        let mut vectors = Vectors::default();
        assert!(vectors.put("refund", &[3.0, 4.0]) && vectors.put("退款", &[0.0, -2.0]));
        assert!(!vectors.put("wide", &[1.0, 2.0, 3.0]) && !vectors.put("none", &[0.0, 0.0]) && !vectors.put("nan", &[f32::NAN, 1.0]));
        vectors.save(&path, "model").unwrap();
        let read = Vectors::load(&path, "model");
        assert_eq!((read.len(), read.get("refund"), read.get("退款")), (2, Some(&[0.6, 0.8][..]), Some(&[0.0, -1.0][..])));
        assert!(Vectors::load(&path, "another model").is_empty());
        let mut bytes = fs::read(&path).unwrap();
        for place in 0..bytes.len() {
            bytes[place] ^= 1;
            fs::write(&path, &bytes).unwrap();
            assert!(Vectors::load(&path, "model").is_empty(), "{place}");
            bytes[place] ^= 1;
        }
        fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
        assert!(Vectors::load(&path, "model").is_empty());
    }
}
