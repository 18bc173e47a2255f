//! Comparisons that contradict each other.

use rust_decimal::Decimal;
use serde_json::Value;

use super::{Condition, Leaf, Op, Subject};

impl Condition {
    /// The comparisons that must hold, every one of them, for the whole to hold; what has alternatives is left out.
    pub(crate) fn needed(&self) -> Vec<&Leaf> {
        match self {
            Self::All(conditions) => conditions.iter().flat_map(Self::needed).collect(),
            Self::Leaf(leaf) => vec![leaf],
            Self::Any(_) | Self::Not(_) => Vec::new(),
        }
    }

    /// Every comparison in it.
    pub(crate) fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().flat_map(Self::leaves).collect(),
            Self::Not(condition) => condition.leaves(),
            Self::Leaf(leaf) => vec![leaf],
        }
    }
}

impl Leaf {
    /// Whether it holds only where there is a value.
    pub(crate) fn needs_value(&self) -> bool {
        match self.op {
            Op::Ne | Op::NotIn => false,
            Op::Exists => self.value != Value::Bool(false),
            _ => true,
        }
    }

    fn values(&self) -> &[Value] {
        match &self.value {
            Value::Array(values) => values,
            single => std::slice::from_ref(single),
        }
    }
}

/// Two of these comparisons that can never hold together; `has_one_value` says of which subjects there is only one value at a time.
pub(crate) fn contradiction<'a>(leaves: &[&'a Leaf], has_one_value: impl Fn(&Subject) -> bool) -> Option<(&'a Leaf, &'a Leaf)> {
    leaves.iter().enumerate().find_map(|(index, one)| {
        let others = leaves.iter().skip(index + 1).filter(|other| other.subject == one.subject);
        others.into_iter().find(|other| excludes(one, other, has_one_value(&one.subject))).map(|other| (*one, *other))
    })
}

fn excludes(one: &Leaf, other: &Leaf, has_one_value: bool) -> bool {
    let is_absent = |leaf: &Leaf| leaf.op == Op::Exists && leaf.value == Value::Bool(false);
    if (is_absent(one) && other.needs_value()) || (is_absent(other) && one.needs_value()) {
        return true;
    }
    let wants = |leaf: &Leaf| matches!(leaf.op, Op::Eq | Op::In);
    let refuses = |leaf: &Leaf| matches!(leaf.op, Op::Ne | Op::NotIn);
    if (wants(one) && refuses(other)) || (refuses(one) && wants(other)) {
        let (wanted, refused) = if wants(one) { (one, other) } else { (other, one) };
        return wanted.values().iter().all(|value| refused.values().contains(value));
    }
    if !has_one_value {
        return false;
    }
    if wants(one) && wants(other) {
        return !one.values().iter().any(|value| other.values().contains(value));
    }
    match (bounds(one), bounds(other)) {
        (Some((least, most)), Some((other_least, other_most))) => {
            let above = |least: Option<(Decimal, bool)>, most: Option<(Decimal, bool)>| match (least, most) {
                (Some((least, open)), Some((most, also_open))) => least > most || (least == most && (open || also_open)),
                _ => false,
            };
            above(least, other_most) || above(other_least, most)
        }
        _ => false,
    }
}

/// From where to where a number may be, each with whether the end itself is left out.
type Bounds = (Option<(Decimal, bool)>, Option<(Decimal, bool)>);

fn bounds(leaf: &Leaf) -> Option<Bounds> {
    let number = leaf.number?;
    Some(match leaf.op {
        Op::Gt => (Some((number, true)), None),
        Op::AtLeast => (Some((number, false)), None),
        Op::Lt => (None, Some((number, true))),
        Op::AtMost => (None, Some((number, false))),
        Op::Eq => (Some((number, false)), Some((number, false))),
        _ => return None,
    })
}
