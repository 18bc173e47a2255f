//! How near each sample question is to the nearest others of its article: what is usual there.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Class, Kind, Sample};
use crate::Cancel;
use crate::Error;
use crate::analysis::question_grams;
use crate::index::Snapshot;
use crate::retrieval::{Weighed, weighed};

/// Nearness of the nearest other sample questions of the same article, for every sample question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Neighbours {
    /// Sorted by key.
    all: Arc<Vec<Neighbour>>,
}

#[derive(Clone, Copy, Debug)]
struct Neighbour {
    key: u64,
    /// Nearness of the nearest, and of the second.
    nearness: [f32; 2],
    /// The nearest's key.
    nearest: u64,
}

/// What names a sample question: its article version and its features, sorted.
pub(crate) fn sample_key(class: Class, grams: impl Iterator<Item = u32>) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ class.slug ^ class.lang.rotate_left(17);
    grams.fold(start, |hash, gram| (hash ^ u64::from(gram)).wrapping_mul(0x0000_0100_0000_01b3))
}

impl Neighbours {
    /// The neighbours of all `samples`, which are sorted by article version; `None` when cancelled.
    pub(super) fn find(snapshot: &Snapshot, samples: &[Sample], cancel: &Cancel) -> Result<Option<Self>, Error> {
        let mut all = Vec::with_capacity(samples.len());
        for members in samples.chunk_by(|a, b| a.class == b.class) {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            let mut weighs: Vec<(u64, Weighed)> = Vec::new();
            for member in members.iter().filter(|member| member.kind != Kind::Sentence) {
                let grams = question_grams(&member.text, &[&member.tag]);
                let key = sample_key(member.class, grams.iter().map(|gram| gram.hash));
                let counts = snapshot.sample_counts(grams.iter().map(|gram| gram.hash))?;
                weighs.push((key, weighed(&grams, &counts, snapshot.sample_documents)));
            }
            let mut with: HashMap<u32, Vec<usize>> = HashMap::new();
            for (place, (_, weighed)) in weighs.iter().enumerate() {
                for (hash, _) in &weighed.known {
                    with.entry(*hash).or_default().push(place);
                }
            }
            let mut common = vec![(0.0_f32, 0_usize); weighs.len()];
            for (own, (key, weighed)) in weighs.iter().enumerate() {
                common.fill((0.0, 0));
                for (hash, weight) in &weighed.known {
                    for place in with.get(hash).into_iter().flatten() {
                        if let Some((sum, count)) = common.get_mut(*place) {
                            *sum += weight;
                            *count += 1;
                        }
                    }
                }
                let mut found = Neighbour { key: *key, nearness: [0.0; 2], nearest: 0 };
                for (place, ((sum, count), (other, theirs))) in common.iter().zip(&weighs).enumerate() {
                    if place == own {
                        continue;
                    }
                    let similarity = weighed.similarity(*sum, theirs.known.len() - count);
                    if similarity > found.nearness[0] {
                        found.nearness = [similarity, found.nearness[0]];
                        found.nearest = *other;
                    } else if similarity > found.nearness[1] {
                        found.nearness[1] = similarity;
                    }
                }
                all.push(found);
            }
        }
        all.sort_by_key(|neighbour| neighbour.key);
        Ok(Some(Self { all: Arc::new(all) }))
    }

    /// How near the nearest other sample question of the same article is to the one of this key, but for the one named `without`.
    /// 0 when there is none, or the sample question is not known yet.
    pub(crate) fn usual(&self, key: u64, without: Option<u64>) -> f32 {
        let Ok(place) = self.all.binary_search_by_key(&key, |neighbour| neighbour.key) else { return 0.0 };
        self.all.get(place).map_or(0.0, |found| found.nearness[usize::from(without == Some(found.nearest))])
    }

    /// Bytes that they take.
    pub(crate) fn bytes(&self) -> usize {
        self.all.len() * size_of::<Neighbour>()
    }
}
