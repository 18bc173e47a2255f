//! Which sample questions an article's machine learns from: its own and, where there are too many others, those nearest to them.

use super::vectors::Vectors;

/// Features by which the nearest others are looked for: an article's weightiest.
const LOOKED_FOR: usize = 64;
/// Of the others, one in so many is taken that is not near.
const FAR_ONE_IN: usize = 100;

/// Chooses examples, for one article after the other.
pub(super) struct Examples<'a> {
    vectors: &'a Vectors,
    most: usize,
    all: Vec<u32>,
    chosen: Vec<u32>,
    /// Which texts have which feature; empty as long as all texts are examples.
    texts_with: Lists,
    sums: Vec<f32>,
}

/// Lists of numbers, one after the other.
#[derive(Default)]
struct Lists {
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl<'a> Examples<'a> {
    /// At most about `most` examples for each article.
    pub(super) fn new(vectors: &'a Vectors, most: usize) -> Self {
        let all: Vec<u32> = (0..vectors.len() as u32).collect();
        let texts_with = if all.len() > most { Lists::of(vectors) } else { Lists::default() };
        Self { vectors, most, sums: vec![0.0; all.len()], all, chosen: Vec::new(), texts_with }
    }

    /// The examples for the article that has the texts `members`.
    pub(super) fn of(&mut self, members: &[u32]) -> &[u32] {
        if self.all.len() <= self.most {
            return &self.all;
        }
        let mut features: Vec<(u32, f32)> = members.iter().flat_map(|member| self.vectors.get(*member as usize)).copied().collect();
        features.sort_unstable_by_key(|(feature, _)| *feature);
        features.dedup_by(|next, first| {
            let same = next.0 == first.0;
            if same {
                first.1 += next.1;
            }
            same
        });
        features.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        features.truncate(LOOKED_FOR);
        self.sums.fill(0.0);
        for (feature, value) in features {
            for text in self.texts_with.get(feature) {
                if let Some(sum) = self.sums.get_mut(*text as usize) {
                    *sum += value;
                }
            }
        }
        self.chosen.clear();
        self.chosen.extend(self.all.iter().filter(|text| self.sums.get(**text as usize).is_some_and(|sum| *sum > 0.0)));
        if self.chosen.len() > self.most {
            let sums = &self.sums;
            let sum = |text: &u32| sums.get(*text as usize).copied().unwrap_or_default();
            self.chosen.select_nth_unstable_by(self.most, |a, b| sum(b).total_cmp(&sum(a)).then(a.cmp(b)));
            self.chosen.truncate(self.most);
        }
        self.chosen.extend(self.all.iter().step_by(FAR_ONE_IN));
        self.chosen.extend(members);
        self.chosen.sort_unstable();
        self.chosen.dedup();
        &self.chosen
    }
}

impl Lists {
    /// The texts that have each feature.
    fn of(vectors: &Vectors) -> Self {
        let features = vectors.vocabulary.len();
        let mut starts = vec![0_u32; features + 2];
        let entries = || (0..vectors.len()).flat_map(|text| vectors.get(text).iter().map(move |(feature, _)| (text as u32, *feature as usize)));
        for (_, feature) in entries() {
            starts[feature + 2] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let mut numbers = vec![0; starts.last().copied().unwrap_or_default() as usize];
        for (text, feature) in entries() {
            numbers[starts[feature + 1] as usize] = text;
            starts[feature + 1] += 1;
        }
        starts.pop();
        Self { starts, numbers }
    }

    fn get(&self, feature: u32) -> &[u32] {
        let place = |feature: u32| self.starts.get(feature as usize).copied().unwrap_or_default() as usize;
        self.numbers.get(place(feature)..place(feature + 1)).unwrap_or_default()
    }
}
