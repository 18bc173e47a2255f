//! From outcomes to numbers.

use super::{Outcome, Report};
use crate::confidence::Decision;
use crate::knowledge_base::KnowledgeBase;

/// Bins of the calibration error.
const BINS: usize = 10;
/// Share of the questions that nothing answers which may be answered, for [`in_scope_at_oos90`].
const LET_THROUGH: f64 = 0.1;

/// Sums outcomes up.
pub fn report(outcomes: &[Outcome], kb: &KnowledgeBase, build_ms: u64) -> Report {
    let count = |wanted: &dyn Fn(&&Outcome) -> bool| outcomes.iter().filter(wanted).count();
    let answerable = count(&|outcome| outcome.answerable);
    let within = |places: usize| share(count(&|outcome| outcome.place.is_some_and(|place| place < places)), answerable);
    let answered = count(&|outcome| outcome.decision == Decision::Answer);
    let answered_correct = count(&|outcome| outcome.decision == Decision::Answer && outcome.place == Some(0));
    let answered_answerable = count(&|outcome| outcome.decision == Decision::Answer && outcome.answerable);
    let reciprocal: f64 = outcomes.iter().filter_map(|outcome| outcome.place).map(|place| 1.0 / (place + 1) as f64).sum();
    let mut times: Vec<u64> = outcomes.iter().map(|outcome| outcome.took_us).collect();
    times.sort_unstable();
    Report {
        articles: kb.len(),
        questions: outcomes.len(),
        answerable,
        top1: within(1),
        top3: within(3),
        mrr10: (answerable > 0).then(|| reciprocal / answerable as f64),
        auroc: auroc(outcomes),
        answered,
        answered_correct,
        answered_wrongly: answered - answered_correct,
        clarified: count(&|outcome| outcome.decision == Decision::Clarify),
        clarified_with_gold: count(&|outcome| outcome.decision == Decision::Clarify && outcome.place.is_some_and(|place| place < 3)),
        handed_off: count(&|outcome| outcome.decision == Decision::Handoff),
        handed_off_wrongly: count(&|outcome| outcome.decision == Decision::Handoff && outcome.answerable),
        precision: share(answered_correct, answered),
        coverage: share(answered_answerable, answerable),
        ece: calibration_error(outcomes),
        in_scope_at_oos90: in_scope_at_oos90(outcomes),
        threshold: kb.judgement().threshold(),
        p50_us: percentile(&times, 50),
        p99_us: percentile(&times, 99),
        build_ms,
        index_bytes: kb.bytes(),
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

pub(super) fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

/// The area under the curve, from the ranks of all questions; those that are equally sure share theirs.
fn auroc(outcomes: &[Outcome]) -> Option<f64> {
    let mut sorted: Vec<(f64, bool)> = outcomes.iter().map(|outcome| (outcome.probability, outcome.answerable)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let inside = sorted.iter().filter(|(_, answerable)| *answerable).count();
    let outside = sorted.len() - inside;
    if inside == 0 || outside == 0 {
        return None;
    }
    let mut ranks = 0.0;
    let mut before = 0;
    for equal in sorted.chunk_by(|a, b| a.0 == b.0) {
        let rank = before as f64 + (equal.len() as f64 + 1.0) / 2.0;
        ranks += rank * equal.iter().filter(|(_, answerable)| *answerable).count() as f64;
        before += equal.len();
    }
    let least = (inside * (inside + 1)) as f64 / 2.0;
    Some((ranks - least) / (inside as f64 * outside as f64))
}

fn in_scope_at_oos90(outcomes: &[Outcome]) -> Option<f64> {
    let mut outside: Vec<f64> = outcomes.iter().filter(|outcome| !outcome.answerable).map(|outcome| outcome.probability).collect();
    let answerable = outcomes.len() - outside.len();
    outside.sort_by(|a, b| b.total_cmp(a));
    let through = (outside.len() as f64 * LET_THROUGH).floor() as usize;
    // Answered is what is surer than the surest that must not get through.
    let limit = *outside.get(through)?;
    let right = outcomes.iter().filter(|outcome| outcome.answerable && outcome.place == Some(0) && outcome.probability > limit);
    share(right.count(), answerable)
}

fn calibration_error(outcomes: &[Outcome]) -> Option<f64> {
    if outcomes.is_empty() {
        return None;
    }
    let mut sorted: Vec<(f64, bool)> = outcomes.iter().map(|outcome| (outcome.probability, outcome.place == Some(0))).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total = sorted.len();
    let mut error = 0.0;
    for bin in 0..BINS {
        let members = sorted.get(bin * total / BINS..(bin + 1) * total / BINS).unwrap_or_default();
        let said: f64 = members.iter().map(|(probability, _)| probability).sum();
        let right = members.iter().filter(|(_, right)| *right).count() as f64;
        error += (said - right).abs();
    }
    Some(error / total as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::Evidence;

    fn outcome(probability: f64, place: Option<usize>, answerable: bool) -> Outcome {
        let decision = if probability >= 0.5 { Decision::Answer } else { Decision::Handoff };
        Outcome { decision, probability, among_three: probability, place, answerable, evidence: Evidence::default(), took_us: 1 }
    }

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 1e-9)
    }

    #[test]
    fn sureness_that_separates_has_an_area_of_one() {
        let apart = [outcome(0.9, Some(0), true), outcome(0.8, Some(1), true), outcome(0.2, None, false)];
        assert!(near(auroc(&apart), 1.0));
        let equal = [outcome(0.5, Some(0), true), outcome(0.5, None, false)];
        assert!(near(auroc(&equal), 0.5));
        let reversed = [outcome(0.1, Some(0), true), outcome(0.5, None, false)];
        assert!(near(auroc(&reversed), 0.0));
        assert_eq!(auroc(&apart[..2]), None);
    }

    #[test]
    fn one_in_ten_of_what_nothing_answers_may_get_through() {
        let mut outcomes: Vec<Outcome> = (0..10).map(|n| outcome(f64::from(n) / 10.0, None, false)).collect();
        outcomes.push(outcome(0.85, Some(0), true));
        outcomes.push(outcome(0.8, Some(0), true));
        outcomes.push(outcome(0.95, Some(1), true));
        assert!(near(in_scope_at_oos90(&outcomes), 1.0 / 3.0));
        assert_eq!(in_scope_at_oos90(&outcomes[10..]), None);
    }

    #[test]
    fn calibration_is_what_was_said_against_what_was_right() {
        let honest: Vec<Outcome> = (0..100).map(|n| outcome(0.75, (n % 4 != 0).then_some(0), true)).collect();
        assert!(calibration_error(&honest).is_some_and(|error| error < 0.06));
        let boastful: Vec<Outcome> = (0..100).map(|_| outcome(0.9, None, false)).collect();
        assert!(near(calibration_error(&boastful), 0.9));
        assert_eq!(calibration_error(&[]), None);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let times: Vec<u64> = (1..=100).collect();
        assert_eq!((percentile(&times, 50), percentile(&times, 99), percentile(&[7], 99), percentile(&[], 50)), (50, 99, 7, 0));
    }
}
