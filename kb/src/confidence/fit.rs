//! Logistic regression that starts from weights that are believed already.

use super::{Labelled, SIGNS, VALUES, logistic};

/// How firmly the weights that it starts from are believed, and the constant: how often a question has no answer is not to be learnt from
/// an article's own sample questions.
const BELIEF: f64 = 10.0;
const BELIEF_IN_CONSTANT: f64 = 40.0;
/// Steps of Newton's method; it settles within a few.
const STEPS: usize = 30;
/// A step below this changes nothing any more.
const SETTLED: f64 = 1e-6;
/// The smallest part of a step that is tried.
const LEAST_SHARE: f64 = 1e-4;
/// Values and constant.
const ALL: usize = VALUES + 1;

/// Weights that make what `is_right` says of the labelled questions likely, without going far from `prior` for little.
///
/// What speaks for an article never counts against it: a few hundred questions of one knowledge base can make it look so, and then
/// the question that is asked word for word as the article has it would be the one that is doubted.
pub(super) fn fit(prior: &[f64; ALL], labelled: &[Labelled], is_right: impl Fn(&Labelled) -> bool) -> [f64; ALL] {
    let mut weights = *prior;
    for (place, weight) in weights.iter_mut().enumerate() {
        *weight = allowed(place, *weight);
    }
    for _ in 0..STEPS {
        // Gradient and curvature of the log-likelihood, and of the belief in the prior.
        let mut gradient = [0.0; ALL];
        let mut curvature = [[0.0; ALL]; ALL];
        for (place, row) in curvature.iter_mut().enumerate() {
            let belief = belief(place);
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
        // A weight that would have to leave its side of zero stays where it is.
        for place in 0..ALL {
            if weights[place] == 0.0 && allowed(place, gradient[place]) == 0.0 {
                gradient[place] = 0.0;
                curvature.iter_mut().for_each(|row| row[place] = 0.0);
                curvature[place] = [0.0; ALL];
                curvature[place][place] = 1.0;
            }
        }
        // A whole step may overshoot where nearly everything is certain already.
        let step = solve(curvature, gradient);
        let before = unlikeliness(&weights, prior, labelled, &is_right);
        let mut share = 1.0;
        let moved = loop {
            let mut next = weights;
            for (place, (weight, change)) in next.iter_mut().zip(step).enumerate() {
                *weight = allowed(place, *weight + share * change);
            }
            if unlikeliness(&next, prior, labelled, &is_right) <= before {
                weights = next;
                break share * step.iter().fold(0.0, |most: f64, change| most.max(change.abs()));
            }
            share /= 2.0;
            if share < LEAST_SHARE {
                break 0.0;
            }
        };
        if moved < SETTLED {
            break;
        }
    }
    if weights.iter().all(|weight| weight.is_finite()) { weights } else { *prior }
}

/// How unlikely the labels are with these weights, and how far those are from what was believed.
fn unlikeliness(weights: &[f64; ALL], prior: &[f64; ALL], labelled: &[Labelled], is_right: &impl Fn(&Labelled) -> bool) -> f64 {
    let apart = weights.iter().zip(prior).enumerate();
    let apart = apart.map(|(place, (weight, prior))| 0.5 * belief(place) * (weight - prior).powi(2)).sum::<f64>();
    let surprise = labelled.iter().filter(|one| one.evidence.values().is_some()).map(|one| {
        let said = logistic(weights, &one.evidence);
        -one.weight * if is_right(one) { said } else { 1.0 - said }.max(1e-300).ln()
    });
    apart + surprise.sum::<f64>()
}

/// The weight, or zero where it has the wrong sign.
fn allowed(place: usize, weight: f64) -> f64 {
    match SIGNS.get(place) {
        Some(1) => weight.max(0.0),
        Some(-1) => weight.min(0.0),
        _ => weight,
    }
}

fn belief(place: usize) -> f64 {
    if place == VALUES { BELIEF_IN_CONSTANT } else { BELIEF }
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
