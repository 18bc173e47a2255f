//! How likely the nearest article is right, learnt from questions whose article is known.

use super::Near;

/// What is known of a question: how near the nearest article is, and how much nearer than the next.
const VALUES: usize = 2;
/// Steps of the fit; it settles within a few hundred.
const STEPS: usize = 1_000;
/// Length of a step.
const PACE: f64 = 0.5;
/// How firmly it is believed that nearness says something, in questions.
const BELIEF: f64 = 2.0;
/// A question that none of the articles answers counts as much beside one that has its article.
const FOREIGN: f64 = 0.5;

/// A question that was asked, and what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    values: [f64; VALUES],
    first: bool,
    pub(super) among_three: bool,
}

impl Asked {
    /// Of the articles that are nearest; nothing where there is none.
    pub(super) fn of(nearest: &[Near], first: bool, among_three: bool) -> Option<Self> {
        let best = f64::from(nearest.first()?.nearness);
        let next = nearest.get(1).map_or(0.0, |near| f64::from(near.nearness));
        Some(Self { values: [best, best - next], first, among_three })
    }
}

/// How far the vectors of a model are trusted with some articles.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    means: [f64; VALUES],
    spreads: [f64; VALUES],
    first: [f64; VALUES + 1],
    among_three: [f64; VALUES + 1],
}

impl Trust {
    /// Learns it from what was asked.
    pub(super) fn learnt(asked: &[Asked]) -> Self {
        let count = (asked.len() as f64).max(1.0);
        let (mut means, mut spreads) = ([0.0; VALUES], [0.0; VALUES]);
        for (place, (mean, spread)) in means.iter_mut().zip(&mut spreads).enumerate() {
            *mean = asked.iter().map(|asked| asked.values[place]).sum::<f64>() / count;
            let apart = asked.iter().map(|asked| (asked.values[place] - *mean).powi(2)).sum::<f64>() / count;
            *spread = apart.sqrt().max(1e-6);
        }
        let mut trust = Self { means, spreads, first: [0.0; VALUES + 1], among_three: [0.0; VALUES + 1] };
        trust.first = trust.fit(asked, |asked| asked.first);
        trust.among_three = trust.fit(asked, |asked| asked.among_three);
        trust
    }

    /// The probability that the first article answers, and that one of the first three does.
    pub(super) fn probabilities(&self, asked: &Asked) -> (f64, f64) {
        let values = self.standard(asked);
        let first = logistic(&self.first, values);
        (first, logistic(&self.among_three, values).max(first))
    }

    fn standard(&self, asked: &Asked) -> [f64; VALUES] {
        std::array::from_fn(|place| (asked.values[place] - self.means[place]) / self.spreads[place])
    }

    fn fit(&self, asked: &[Asked], is_right: impl Fn(&Asked) -> bool) -> [f64; VALUES + 1] {
        let mut weights = [1.0, 1.0, 0.0];
        let prior = weights;
        for _ in 0..STEPS {
            let mut gradient: [f64; VALUES + 1] = std::array::from_fn(|place| BELIEF * (prior[place] - weights[place]));
            let mut total = BELIEF;
            for one in asked {
                let weight = if one.among_three { 1.0 } else { FOREIGN };
                let values = self.standard(one);
                let missing = f64::from(u8::from(is_right(one))) - logistic(&weights, values);
                total += weight;
                for (slot, value) in gradient.iter_mut().zip(values.into_iter().chain([1.0])) {
                    *slot += weight * missing * value;
                }
            }
            // Nearer is never less likely.
            for (place, weight) in weights.iter_mut().enumerate() {
                *weight += PACE * gradient[place] / total;
                if place < VALUES {
                    *weight = weight.max(0.0);
                }
            }
        }
        weights
    }
}

fn logistic(weights: &[f64; VALUES + 1], values: [f64; VALUES]) -> f64 {
    let sum: f64 = weights.iter().zip(values.into_iter().chain([1.0])).map(|(weight, value)| weight * value).sum();
    1.0 / (1.0 + (-sum).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(nearness: f32, next: f32, first: bool) -> Asked {
        let near = |nearness| Near { slug: 1, lang: 1, nearness };
        Asked::of(&[near(nearness), near(next)], first, first).into_iter().next().unwrap_or(Asked { values: [0.0; 2], first, among_three: first })
    }

    #[test]
    fn trust_follows_what_was_right() {
        // A model all of whose vectors lie close together, and one whose do not.
        for (right, wrong) in [((0.92, 0.86), (0.87, 0.865)), ((0.7, 0.2), (0.3, 0.25))] {
            let known: Vec<Asked> = (0..40)
                .map(|number| {
                    let shake = 0.01 * (number % 5) as f32 / 5.0;
                    let (nearness, next) = if number % 2 == 0 { right } else { wrong };
                    asked(nearness + shake, next + shake, number % 2 == 0)
                })
                .collect();
            let trust = Trust::learnt(&known);
            let (sure, _) = trust.probabilities(&asked(right.0, right.1, false));
            let (unsure, _) = trust.probabilities(&asked(wrong.0, wrong.1, false));
            assert!(sure > 0.85 && unsure < 0.15, "{sure} {unsure}");
        }
    }

    #[test]
    fn nothing_is_trusted_where_nearness_says_nothing() {
        let known: Vec<Asked> = (0..40).map(|number| asked(0.9, 0.8, number % 4 == 0)).collect();
        let (first, _) = Trust::learnt(&known).probabilities(&asked(0.9, 0.8, false));
        assert!((0.2..0.6).contains(&first), "{first}");
    }
}
