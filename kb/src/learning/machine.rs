//! Support vector machines, one an article: its sample questions against those of all others. Squared hinge loss, solved by
//! dual coordinate descent with shrinking (Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", 2008).

use super::vectors::Vectors;

/// Violations below which a pass is the last.
const SETTLED: f32 = 0.05;

/// Works out one machine after the other; keeps its memory in between.
pub(super) struct Machine<'a> {
    vectors: &'a Vectors,
    /// What it costs to be wrong about each, beside weights that are large.
    costs: &'a [f32],
    /// Squared length of each vector, the constant included.
    squares: Vec<f32>,
    weights: Vec<f32>,
    constant: f32,
    passes: usize,
}

impl<'a> Machine<'a> {
    /// Passes over the examples up to `passes` times.
    pub(super) fn new(vectors: &'a Vectors, costs: &'a [f32], passes: usize) -> Self {
        let squares = (0..vectors.len()).map(|number| 1.0 + vectors.get(number).iter().map(|(_, value)| value * value).sum::<f32>()).collect();
        Self { vectors, costs, squares, weights: vec![0.0; vectors.vocabulary.len()], constant: 0.0, passes }
    }

    /// Weights and constant that tell `inside` from the other `examples`; the weights of features that none of the
    /// examples has are 0.
    pub(super) fn solve(&mut self, examples: &[u32], inside: impl Fn(usize) -> bool) -> (&[f32], f32) {
        self.weights.fill(0.0);
        self.constant = 0.0;
        let mut active: Vec<(u32, f32, f32)> =
            examples.iter().map(|number| (*number, 0.0, if inside(*number as usize) { 1.0 } else { -1.0 })).collect();
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
        let mut shrink_from = f32::INFINITY;
        for _ in 0..self.passes {
            dice.shuffle(&mut active);
            let mut worst: f32 = 0.0;
            let mut place = 0;
            while place < active.len() {
                let Some((number, alpha, sign)) = active.get_mut(place) else { break };
                let row = self.vectors.get(*number as usize);
                let diagonal = 0.5 / self.costs.get(*number as usize).copied().unwrap_or(1.0);
                let mut margin = self.constant;
                for (feature, value) in row {
                    margin += value * self.weights[*feature as usize];
                }
                let gradient = *sign * margin - 1.0 + diagonal * *alpha;
                if *alpha == 0.0 && gradient > 0.0 {
                    if gradient > shrink_from {
                        active.swap_remove(place);
                        continue;
                    }
                    place += 1;
                    continue;
                }
                worst = worst.max(gradient.abs());
                let square = self.squares.get(*number as usize).copied().unwrap_or(1.0) + diagonal;
                let moved = (*alpha - gradient / square).max(0.0);
                let change = (moved - *alpha) * *sign;
                *alpha = moved;
                if change != 0.0 {
                    for (feature, value) in row {
                        self.weights[*feature as usize] += change * value;
                    }
                    self.constant += change;
                }
                place += 1;
            }
            if worst < SETTLED {
                break;
            }
            shrink_from = worst;
        }
        (&self.weights, self.constant)
    }
}

/// A small generator with a fixed seed: training twice gives the same model.
struct Dice(u64);

impl Dice {
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            items.swap(last, (self.0 % (last as u64 + 1)) as usize);
        }
    }
}
