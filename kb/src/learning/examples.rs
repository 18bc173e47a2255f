//! Which sample questions an article's machine learns from: its own and, where there are too many others, those nearest to them.

use super::lists::Lists;
use super::vectors::Vectors;

/// Features by which the nearest others are looked for: an article's weightiest.
const LOOKED_FOR: usize = 64;
/// A feature that more than one in so many texts has tells nobody's neighbours.
const COMMON_ONE_IN: usize = 50;
/// For so many near ones one is taken that may be far.
const NEAR_FOR_FAR: usize = 4;

/// Chooses examples, for one article after the other.
pub(super) struct Examples<'a> {
    vectors: &'a Vectors,
    most: usize,
    all: Vec<u32>,
    chosen: Vec<u32>,
    /// Which texts have which feature; empty as long as all texts are examples.
    texts_with: Lists<u32>,
    /// How near each is; all 0 between two articles.
    sums: Vec<f32>,
}

impl<'a> Examples<'a> {
    /// At most about `most` examples for each article.
    pub(super) fn new(vectors: &'a Vectors, most: usize) -> Self {
        let all: Vec<u32> = (0..vectors.len() as u32).collect();
        let texts = || all.iter().flat_map(|text| vectors.get(*text as usize).iter().map(|(feature, _)| (*feature, *text)));
        let texts_with = if all.len() > most { Lists::of(vectors.vocabulary.len(), texts()) } else { Lists::default() };
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
        let common = self.most.max(self.all.len() / COMMON_ONE_IN);
        let holders = features.iter().map(|(feature, value)| (self.texts_with.get(*feature), value)).filter(|(texts, _)| texts.len() <= common);
        self.chosen.clear();
        for (texts, value) in holders.take(LOOKED_FOR) {
            for text in texts {
                if let Some(sum) = self.sums.get_mut(*text as usize) {
                    if *sum == 0.0 {
                        self.chosen.push(*text);
                    }
                    *sum += value;
                }
            }
        }
        if self.chosen.len() > self.most {
            let sums = &self.sums;
            let sum = |text: &u32| sums.get(*text as usize).copied().unwrap_or_default();
            self.chosen.select_nth_unstable_by(self.most, |a, b| sum(b).total_cmp(&sum(a)).then(a.cmp(b)));
            for text in self.chosen.drain(self.most..) {
                self.sums[text as usize] = 0.0;
            }
        }
        for text in &self.chosen {
            self.sums[*text as usize] = 0.0;
        }
        let far = (self.most / NEAR_FOR_FAR).max(1);
        self.chosen.extend(self.all.iter().step_by(self.all.len().div_ceil(far)));
        self.chosen.extend(members);
        self.chosen.sort_unstable();
        self.chosen.dedup();
        &self.chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Feature, features};

    #[test]
    fn those_nearest_to_an_article_are_chosen_whatever_was_chosen_before() {
        let texts: Vec<Vec<Feature>> = (0..400)
            .map(|number| match number % 100 {
                0 => features(&format!("is the copper kettle number {number} loud"), "en"),
                _ => features(&format!("word{number} thing{} matter{}", number * 7, number * 13), "en"),
            })
            .collect();
        let vectors = Vectors::of(&texts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let mut examples = Examples::new(&vectors, 40);
        let first = examples.of(&[0]).to_vec();
        for kettle in [0, 100, 200, 300] {
            assert!(first.contains(&kettle), "{first:?}");
        }
        assert!(first.len() <= 40 + 40 / NEAR_FOR_FAR + 1 && first.is_sorted(), "{first:?}");
        assert!(examples.of(&[7]).contains(&7));
        assert_eq!(examples.of(&[0]), first, "nothing is left of the article between");
        assert_eq!(Examples::new(&vectors, 400).of(&[0]).len(), 400, "where all may be, all are");
    }
}
