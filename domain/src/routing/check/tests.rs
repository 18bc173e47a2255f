#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use serde_json::{Value, json};

use super::*;
use crate::routing::decide::tests::desk;

#[track_caller]
fn check(rule: Value, expected: &[&str]) {
    let rule: Rule = serde_json::from_value(rule).unwrap();
    let desk = desk(&["support", "vip_de"], json!([]));
    let errors: Vec<String> = rule.check(&desk).iter().map(ToString::to_string).collect();
    assert_eq!(errors, expected);
}

#[track_caller]
fn check_leaf(leaf: Value, expected: &[&str]) {
    check(json!({"key": "r", "when": leaf, "then": {"department": "support"}}), expected);
}

#[test]
fn unknown_things_are_named_with_their_place() {
    check(
        json!({"key": "", "then": {"department": "sales", "owner": "bob", "tags": [" "]}}),
        &[
            "key: a key is needed",
            "then.department: there is no department “sales”; there is support, vip_de",
            "then.owner: there is no agent “bob”; there is gone, mei",
            "then.tags[0]: a tag must not be empty",
        ],
    );
    check(json!({"key": "r"}), &["then.department: a rule needs a department, or a matrix"]);
    check(
        json!({"key": "r", "when": {"all": [
            {"field": "tier", "value": "platinum"},
            {"not": {"field": "region", "op": "within", "value": ["DE", "XX"]}},
            {"any": [{"field": "fields.colour", "value": "red"}, {"field": "fields.reason", "value": "stolen"}]},
            {"field": "template", "value": "idea"}, {"field": "category", "value": "x"}, {"field": "hours.office", "value": "open"}
        ]}, "then": {"department": "support"}}),
        &[
            "when.all[0].value: there is no tier “platinum”",
            "when.all[1].not.value: there is no region “XX”",
            "when.all[2].any[0].field: no template has a field “colour”",
            "when.all[2].any[1].value: reason has no choice “stolen”",
            "when.all[3].value: there is no template “idea”",
            "when.all[4].value: there is no category “x”",
            "when.all[5].field: there is no calendar “office”",
        ],
    );
}

#[test]
fn comparisons_fit_what_they_look_at() {
    check_leaf(json!({"field": "tier", "op": "at_least", "value": "gold"}), &[]);
    check_leaf(json!({"field": "fields.amount", "op": "gt", "value": "12.50"}), &[]);
    check_leaf(json!({"field": "text", "op": "matches", "value": "law(yer|suit)"}), &[]);
    check_leaf(json!({"field": "hours", "value": "closed"}), &[]);
    check_leaf(json!({}), &[]);
    check_leaf(json!({"any": []}), &["when.any: none of nothing ever holds; name at least one condition"]);
    check_leaf(
        json!({"field": "tier", "op": "contains", "value": "gold"}),
        &["when.op: “contains” does not fit tier; use eq, ne, in, not_in, at_least, at_most, gt, lt, exists"],
    );
    check_leaf(
        json!({"field": "fields.reason", "op": "gt", "value": "late"}),
        &["when.op: “gt” does not fit fields.reason; use eq, ne, in, not_in, exists"],
    );
    check_leaf(json!({"field": "tier", "op": "at_least", "value": ["gold"]}), &["when.value: one value is needed, not a list"]);
    check_leaf(json!({"field": "tier"}), &["when.value: a value to compare with is needed"]);
    check_leaf(json!({"field": "channel", "op": "exists", "value": "x"}), &["when.value: must be true or false"]);
    check_leaf(json!({"field": "priority", "value": "top"}), &["when.value: “top” is no priority; use low, normal, high or urgent"]);
    check_leaf(json!({"field": "fields.amount", "op": "gt", "value": "much"}), &["when.value: must be a number"]);
    check_leaf(json!({"field": "tickets_open", "op": "at_least", "value": true}), &["when.value: must be a number"]);
    check_leaf(json!({"field": "hours", "value": "late"}), &["when.value: must be “open” or “closed”"]);
    check_leaf(json!({"field": "text", "op": "matches", "value": "("}), &["when.value: not a regular expression: unclosed group at position 1"]);
}

#[test]
fn tables_are_rectangular() {
    check(json!({"key": "m", "matrix": {"tiers": ["vip", "*"], "regions": ["DE", "*"], "departments": [["vip_de", null], [null, "support"]]}}), &[]);
    check(
        json!({"key": "m", "then": {"department": "support"}, "matrix": {"tiers": [], "regions": [], "departments": []}}),
        &["then.department: with a matrix, the table names the departments"],
    );
    check(
        json!({"key": "m", "matrix": {"tiers": [], "regions": [], "departments": []}}),
        &["matrix.tiers: name at least one tier, or “*” for any", "matrix.regions: name at least one region, or “*” for any"],
    );
    check(
        json!({"key": "m", "matrix": {"tiers": ["vip", "vip", "best"], "regions": ["XX"], "departments": [["sales", null]]}}),
        &[
            "matrix.tiers[1]: “vip” is named twice",
            "matrix.tiers[2]: there is no tier “best”; there is gold, standard, trial, vip",
            "matrix.regions[0]: there is no region “XX”; there is CN, DE, DE-BE, DE-BY, EU, FR",
            "matrix.departments: needs a row for each of the 3 tiers, not 1",
            "matrix.departments[0]: needs a cell for each of the 1 regions, not 2",
            "matrix.departments[0][0]: there is no department “sales”; there is support, vip_de",
        ],
    );
}

#[test]
fn json_that_is_no_rule_is_refused_in_words() {
    for (when, expected) in [
        (json!({"field": "colour", "value": 1}), "“colour” is nothing to look at; use tier, region"),
        (json!({"all": [], "field": "tier"}), "a condition is one of {\"all\": […]}"),
        (json!({"field": "tier", "op": "like"}), "unknown variant `like`"),
        (json!({"fields": "tier"}), "unknown field `fields`"),
    ] {
        let message = serde_json::from_value::<Rule>(json!({"key": "r", "when": when})).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}
