//! Logistic regressions, one an article: its sample questions against those of all others. Solved by dual coordinate descent
//! (Yu, Huang and Lin, "Dual coordinate descent methods for logistic regression and maximum entropy models", 2011).

use super::vectors::Vectors;

/// A change of a share below this is none.
const SETTLED: f32 = 0.01;
/// Reading here and there takes so many times as long as reading what stands side by side.
const HERE_AND_THERE: usize = 8;
/// Steps of Newton's method for one example.
const STEPS: usize = 16;

/// How much work goes into each machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Passes over the examples at most.
    pub(super) passes: usize,
    /// A change of a share below this is hardly one.
    pub(super) hardly: f32,
    /// What hardly changed is passed over so many times before it is looked at again.
    pub(super) rests: u8,
}

/// Works out one machine after the other; keeps its memory in between.
pub(super) struct Machine<'a> {
    vectors: &'a Vectors,
    /// What it costs to be wrong about each, beside weights that are large.
    costs: &'a [f32],
    /// Squared length of each vector, the constant included.
    squares: Vec<f32>,
    /// All 0 between two machines.
    weights: Vec<f32>,
    effort: Effort,
}

/// One that is learnt from.
struct Example {
    number: u32,
    /// 1 inside, -1 outside.
    sign: f32,
    /// How much it pulls, from 0 to 1: as much as the machine is wrong about it.
    pull: f32,
    /// How often it is passed over yet.
    rests: u8,
}

impl<'a> Machine<'a> {
    /// Machines that are worked out with this effort.
    pub(super) fn new(vectors: &'a Vectors, costs: &'a [f32], effort: Effort) -> Self {
        let squares = (0..vectors.len()).map(|number| 1.0 + vectors.get(number).iter().map(|(_, value)| value * value).sum::<f32>()).collect();
        Self { vectors, costs, squares, weights: vec![0.0; vectors.vocabulary.len()], effort }
    }

    /// Weights and constant whose sum is the logarithm of the odds that a text is `inside`, learnt from the `examples`. Answers the constant, and gives the weights
    /// that are not 0 to `keep`, by feature.
    pub(super) fn solve(&mut self, examples: &[u32], inside: impl Fn(usize) -> bool, keep: impl FnMut(u32, f32)) -> f32 {
        let mut constant = 0.0;
        let sign = |number: u32| if inside(number as usize) { 1.0 } else { -1.0 };
        let mut active: Vec<Example> = examples.iter().map(|number| Example { number: *number, sign: sign(*number), pull: 0.0, rests: 0 }).collect();
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
        for _ in 0..self.effort.passes {
            dice.shuffle(&mut active);
            let mut most: f32 = 0.0;
            for example in &mut active {
                if example.rests > 0 {
                    example.rests -= 1;
                    continue;
                }
                let number = example.number as usize;
                let row = self.vectors.get(number);
                let cost = self.costs.get(number).copied().unwrap_or(1.0);
                let mut sum = constant;
                for (feature, value) in row {
                    sum += value * self.weights[*feature as usize];
                }
                let stiffness = cost * self.squares.get(number).copied().unwrap_or(1.0);
                let pull = pulled(example.sign * sum, stiffness, example.pull);
                let change = pull - example.pull;
                example.pull = pull;
                most = most.max(change.abs());
                if change.abs() < self.effort.hardly {
                    example.rests = self.effort.rests;
                }
                let step = change * cost * example.sign;
                for (feature, value) in row {
                    self.weights[*feature as usize] += step * value;
                }
                constant += step;
            }
            if most < SETTLED {
                break;
            }
        }
        self.hand_over(examples, keep);
        constant
    }

    /// Gives away the weights and leaves 0.
    fn hand_over(&mut self, examples: &[u32], mut keep: impl FnMut(u32, f32)) {
        let mut hand = |feature: u32, weight: &mut f32| {
            let weight = std::mem::take(weight);
            if weight != 0.0 {
                keep(feature, weight);
            }
        };
        let rows = || examples.iter().map(|number| self.vectors.get(*number as usize));
        // From end to end memory is read many times as fast as here and there.
        if rows().map(<[_]>::len).sum::<usize>() * HERE_AND_THERE < self.weights.len() {
            for (feature, _) in rows().flatten() {
                hand(*feature, &mut self.weights[*feature as usize]);
            }
        } else {
            (0..).zip(&mut self.weights).for_each(|(feature, weight)| hand(feature, weight));
        }
    }
}

/// How much an example pulls once its machine has followed: the share `p` for which `ln(p / (1 - p))` is less its margin then,
/// which grows by `stiffness` times what `p` grows.
fn pulled(margin: f32, stiffness: f32, pull: f32) -> f32 {
    // The unknown is the negated margin; what is sought is where the line of the machine meets the logistic curve.
    let wanted = stiffness * pull - margin;
    // From where the curve turns, no step goes too far.
    let mut against = 0.0_f32;
    for _ in 0..STEPS {
        let share = logistic(against);
        let miss = against + stiffness * share - wanted;
        let step = miss / (1.0 + stiffness * share * (1.0 - share));
        against -= step;
        if step.abs() < 1e-3 {
            break;
        }
    }
    logistic(against).clamp(1e-6, 1.0 - 1e-6)
}

fn logistic(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_pulls_as_much_as_its_machine_is_wrong_about_it_then() {
        for stiffness in [0.3, 1.5, 15.0, 60.0] {
            for margin in [-12.0, -3.0, -0.2, 0.0, 0.7, 5.0] {
                for before in [0.0, 0.001, 0.4, 0.98] {
                    let pull = pulled(margin, stiffness, before);
                    let then = margin + stiffness * (pull - before);
                    assert!((pull - logistic(-then)).abs() < 2e-3, "{stiffness} {margin} {before}: {pull} at {then}");
                }
            }
        }
    }
}
