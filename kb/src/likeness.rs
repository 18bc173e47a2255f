//! How alike short texts are, by the words that carry their meaning: for grouping questions and finding articles that say the same.

use std::collections::{BTreeMap, HashMap};

use crate::analysis::{question_terms, stable_hash};

/// What the pieces of a word count beside the word: they forgive typing errors.
const PIECE: f32 = 0.9;
/// What a word of little meaning counts, where there are others.
const LITTLE: f32 = 0.05;
/// How alike a text must be to a group to belong to it: a cosine. Chosen on open sets of customers' questions, where it finds about as many that belong together
/// as it can without joining many that do not.
const GROUPED: f32 = 0.26;
/// Texts taken for granted in working out how rare a word is, so that three texts do not make every word of theirs a common one.
const PRIOR: f32 = 50.0;
/// Texts that may share a feature for it to bring two of them together; what more share tells nothing.
const SHARED: usize = 400;
/// Features of a text by which others are met.
const RAREST: usize = 12;

/// A text made ready for comparison.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Features by their hash, in its order, with what each counts.
    features: Vec<(u64, f32)>,
}

impl Profile {
    /// Of a text in a language, where that is known. Reads the first few thousand characters.
    pub fn of(text: &str, lang: Option<&str>) -> Self {
        let langs: Vec<&str> = lang.into_iter().collect();
        let terms = question_terms(text, &langs);
        let all_little = terms.iter().all(|term| term.stop);
        let mut features = Vec::with_capacity(terms.len() * 4);
        for term in &terms {
            let Some(form) = term.forms.first() else { continue };
            let weight = if term.stop && !all_little { LITTLE } else { term.weight };
            features.push((stable_hash(&["w", form]), weight));
            let letters: Vec<char> = term.shown.chars().collect();
            if weight > LITTLE && letters.len() > 3 {
                let pieces = letters.len() - 2;
                for piece in letters.windows(3) {
                    let piece: String = piece.iter().collect();
                    features.push((stable_hash(&["c", &piece]), weight * PIECE / (pieces as f32).sqrt()));
                }
            }
        }
        features.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.total_cmp(&one.1)));
        features.dedup_by_key(|feature| feature.0);
        Self { features }
    }

    /// Whether nothing of it can be compared.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }
}

/// Profiles that are compared with each other: what few of them have counts for more.
pub struct Likeness {
    /// Of length 1, features in the order of their hashes.
    vectors: Vec<Vec<(u64, f32)>>,
    holders: HashMap<u64, Vec<usize>>,
}

impl Likeness {
    /// Of these.
    pub fn among(profiles: &[Profile]) -> Self {
        let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
        for (place, profile) in profiles.iter().enumerate() {
            for (hash, _) in &profile.features {
                holders.entry(*hash).or_default().push(place);
            }
        }
        let all = profiles.len() as f32 + PRIOR;
        let rarity = |hash: &u64| (1.0 + all / (holders.get(hash).map_or(0, Vec::len) as f32 + 0.5)).ln();
        let vectors = profiles
            .iter()
            .map(|profile| {
                let weighed: Vec<(u64, f32)> = profile.features.iter().map(|(hash, weight)| (*hash, weight * rarity(hash))).collect();
                let length = weighed.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
                weighed.into_iter().map(|(hash, weight)| (hash, weight / length)).collect()
            })
            .collect();
        Self { vectors, holders }
    }

    /// How alike two of them are, from 0 to 1.
    pub fn between(&self, one: usize, other: usize) -> f32 {
        match (self.vectors.get(one), self.vectors.get(other)) {
            (Some(one), Some(other)) => product(one, other),
            _ => 0.0,
        }
    }

    /// Every two that are at least so alike, the first one's place being the smaller, the likest first.
    pub fn pairs(&self, at_least: f32) -> Vec<(usize, usize, f32)> {
        let mut pairs = Vec::new();
        for (place, vector) in self.vectors.iter().enumerate() {
            // Two that are so alike share some of what is rarest of either.
            let mut rarest: Vec<&Vec<usize>> = vector.iter().filter_map(|(hash, _)| self.holders.get(hash)).filter(|held| held.len() > 1).collect();
            rarest.sort_by_key(|held| held.len());
            let shared = rarest.into_iter().take(RAREST).take_while(|held| held.len() <= SHARED);
            let mut met: Vec<usize> = shared.flatten().copied().filter(|other| *other > place).collect();
            met.sort_unstable();
            met.dedup();
            pairs.extend(met.into_iter().map(|other| (place, other, self.between(place, other))).filter(|(.., likeness)| *likeness >= at_least));
        }
        pairs.sort_by(|one, other| other.2.total_cmp(&one.2).then((one.0, one.1).cmp(&(other.0, other.1))));
        pairs
    }

    /// Groups of those that are about the same, each in the order given; the largest group first, of two as large the one that begins first.
    ///
    /// The same texts in the same order give the same groups.
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let alone = self.vectors.iter().enumerate().map(|(place, vector)| Group { members: vec![place], sum: vector.iter().copied().collect() });
        // What came before its like did: a second time, groups that turned out to be about the same are joined.
        let groups = gather(gather(alone.collect()));
        let mut found: Vec<Vec<usize>> = groups.into_iter().map(|group| group.members).collect();
        found.iter_mut().for_each(|members| members.sort_unstable());
        found.sort_by_key(|members| (std::cmp::Reverse(members.len()), members.first().copied()));
        found
    }
}

/// Texts that are about the same, and the sum of what they say.
struct Group {
    members: Vec<usize>,
    sum: BTreeMap<u64, f32>,
}

/// Puts each group, in their order, to the one before it that it is likest to, if it is like any.
fn gather(items: Vec<Group>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    // Of each group the square of its sum's length, and which groups have a feature, with what it counts there.
    let mut squares: Vec<f32> = Vec::new();
    let mut index: HashMap<u64, Vec<(usize, f32)>> = HashMap::new();
    let mut products: Vec<f32> = Vec::new();
    for item in items {
        products.clear();
        products.resize(groups.len(), 0.0);
        for (hash, weight) in &item.sum {
            for (group, held) in index.get(hash).into_iter().flatten() {
                if let Some(product) = products.get_mut(*group) {
                    *product += weight * held;
                }
            }
        }
        let square: f32 = item.sum.values().map(|weight| weight * weight).sum();
        let alike = |(product, length): (&f32, &f32)| product / (length * square).sqrt().max(f32::MIN_POSITIVE);
        let best = products.iter().zip(&squares).map(alike).enumerate().filter(|(_, likeness)| *likeness >= GROUPED);
        let best = best.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0))).map(|(at, _)| at);
        let at = best.unwrap_or(groups.len());
        for (hash, weight) in &item.sum {
            let held = index.entry(*hash).or_default();
            match held.iter_mut().find(|(group, _)| *group == at) {
                Some((_, sum)) => *sum += weight,
                None => held.push((at, *weight)),
            }
        }
        match (groups.get_mut(at), squares.get_mut(at), products.get(at)) {
            (Some(group), Some(length), Some(product)) => {
                *length += 2.0 * product + square;
                group.members.extend(item.members);
                for (hash, weight) in item.sum {
                    *group.sum.entry(hash).or_default() += weight;
                }
            }
            _ => {
                squares.push(square);
                groups.push(item);
            }
        }
    }
    groups
}

fn product(one: &[(u64, f32)], other: &[(u64, f32)]) -> f32 {
    let find = |hash: u64| other.binary_search_by_key(&hash, |feature| feature.0).ok().and_then(|at| other.get(at));
    one.iter().filter_map(|(hash, weight)| Some(weight * find(*hash)?.1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(lang: &str, texts: &[&str]) -> Likeness {
        Likeness::among(&texts.iter().map(|text| Profile::of(text, Some(lang))).collect::<Vec<_>>())
    }

    #[test]
    fn questions_about_the_same_are_one_group() {
        let english = likeness(
            "en",
            &[
                "Can I pay by invoice?",
                "where is my parcel",
                "do you offer payment on invoice",
                "how do I change my password",
                "paying with an invoice, is that possible?",
                "my parcel has not come, where is it",
            ],
        );
        assert_eq!(english.groups(), [vec![0, 2, 4], vec![1, 5], vec![3]]);
        let chinese = likeness("zh", &["可以开发票吗？", "怎么申请退款", "我要开发票", "發票怎麼開", "退款多久到账", "你们几点下班"]);
        assert_eq!(chinese.groups().first().map(Vec::as_slice), Some([0, 2, 3].as_slice()));
        assert!(chinese.groups().len() <= 4);
    }

    #[test]
    fn nothing_in_common_is_no_group_and_nothing_at_all_breaks_nothing() {
        let words = likeness("en", &["how do I do that", "what is a refund", "", "???", "when do you open"]);
        assert!(words.groups().iter().all(|group| group.len() == 1), "{:?}", words.groups());
        assert_eq!(Likeness::among(&[]).groups(), Vec::<Vec<usize>>::new());
        assert!(words.pairs(0.5).is_empty());
    }

    #[test]
    fn the_same_texts_give_the_same_groups() {
        let texts: Vec<String> = (0..300).map(|n| format!("about thing{} and matter{}", n % 7, n % 11)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(likeness("en", &texts).groups(), likeness("en", &texts).groups());
    }

    #[test]
    fn what_is_nearly_the_same_is_a_pair() {
        let titles = likeness("en", &["How do I return an item?", "How can I return items", "Opening hours", "How to pay"]);
        let pairs = titles.pairs(0.7);
        assert_eq!(pairs.iter().map(|(one, other, _)| (*one, *other)).collect::<Vec<_>>(), [(0, 1)]);
    }
}
