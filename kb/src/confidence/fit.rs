//! Logistic regression that starts from weights that are believed already.

use super::{Labelled, VALUES, logistic};

/// How firmly the weights that it starts from are believed, and the constant.
const BELIEF: f64 = 10.0;
const BELIEF_IN_CONSTANT: f64 = 2.0;
/// Steps of Newton's method; it settles within a few.
const STEPS: usize = 12;
/// A step below this changes nothing any more.
const SETTLED: f64 = 1e-6;
/// Values and constant.
const ALL: usize = VALUES + 1;

/// Weights that make what `is_right` says of the labelled questions likely, without going far from `prior` for little.
pub(super) fn fit(prior: &[f64; ALL], labelled: &[Labelled], is_right: impl Fn(&Labelled) -> bool) -> [f64; ALL] {
    let mut weights = *prior;
    for _ in 0..STEPS {
        // Gradient and curvature of the log-likelihood, and of the belief in the prior.
        let mut gradient = [0.0; ALL];
        let mut curvature = [[0.0; ALL]; ALL];
        for (place, row) in curvature.iter_mut().enumerate() {
            let belief = if place == VALUES { BELIEF_IN_CONSTANT } else { BELIEF };
            gradient[place] = -belief * (weights[place] - prior[place]);
            row[place] = belief;
        }
        for one in labelled {
            let Some(values) = one.evidence.values() else { continue };
            let mut all = [1.0; ALL];
            all[..VALUES].copy_from_slice(&values);
            let said = logistic(&weights, &one.evidence);
            let missing = f64::from(u8::from(is_right(one))) - said;
            let sway = (said * (1.0 - said)).max(1e-9) * one.weight;
            for (row, value) in all.iter().enumerate() {
                gradient[row] += one.weight * missing * value;
                for (cell, other) in curvature[row].iter_mut().zip(&all) {
                    *cell += sway * value * other;
                }
            }
        }
        let step = solve(curvature, gradient);
        let mut moved: f64 = 0.0;
        for (weight, change) in weights.iter_mut().zip(step) {
            *weight += change;
            moved = moved.max(change.abs());
        }
        if moved < SETTLED {
            break;
        }
    }
    if weights.iter().all(|weight| weight.is_finite()) { weights } else { *prior }
}

/// The solution of a symmetric, positive system, by Gaussian elimination.
fn solve(mut matrix: [[f64; ALL]; ALL], mut right: [f64; ALL]) -> [f64; ALL] {
    for pivot in 0..ALL {
        let upper = matrix[pivot];
        for row in pivot + 1..ALL {
            let factor = matrix[row][pivot] / upper[pivot];
            for (value, above) in matrix[row].iter_mut().zip(upper).skip(pivot) {
                *value -= factor * above;
            }
            right[row] -= factor * right[pivot];
        }
    }
    let mut solution = [0.0; ALL];
    for row in (0..ALL).rev() {
        let known: f64 = (row + 1..ALL).map(|column| matrix[row][column] * solution[column]).sum();
        solution[row] = (right[row] - known) / matrix[row][row];
    }
    solution
}
