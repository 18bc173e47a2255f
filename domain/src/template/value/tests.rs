#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::localised::Localised;

fn offered(key: &str, en: &str, zh: &str, children: Vec<Choice>) -> Choice {
    let mut label = Localised::of("en", en);
    label.0.insert("zh".to_owned(), zh.to_owned());
    Choice { key: key.to_owned(), label, children }
}

fn field(kind: FieldType) -> Field {
    let choices = match kind {
        FieldType::Choice | FieldType::MultiChoice => vec![
            offered("damaged", "Damaged", "商品损坏", vec![]),
            offered("wrong_item", "Wrong item", "发错商品", vec![]),
            offered("late", "Late, or not arrived", "延误", vec![]),
        ],
        FieldType::CascadingChoice => vec![
            offered(
                "device",
                "Device",
                "设备",
                vec![offered("filter", "Filter", "滤网", vec![]), offered("lamp", "Lamp", "灯", vec![offered("other", "Other", "其他", vec![])])],
            ),
            offered("app", "App", "应用", vec![offered("other", "Other", "其他", vec![])]),
        ],
        _ => vec![],
    };
    Field { key: "it".to_owned(), kind, choices, ..Field::default() }
}

#[track_caller]
fn check(field: &Field, given: Value, expected: Result<Value, &str>) {
    let found = validate_value(field, &given);
    assert_eq!(found.as_ref().map_err(ToString::to_string), expected.as_ref().map_err(ToString::to_string), "{given}");
    if let Ok(canonical) = found {
        assert_eq!(validate_value(field, &canonical), Ok(canonical.clone()), "canonical values stay what they are");
    }
}

#[test]
fn texts_are_tidied_and_numbers_taken_as_texts() {
    let text = field(FieldType::Text);
    check(&text, json!("  1001 \n A\u{0}-7\t"), Ok(json!("1001 A-7")));
    check(&text, json!(1001), Ok(json!("1001")));
    check(&text, json!(" \n "), Err("must not be empty"));
    check(&text, json!("\u{0}"), Err("must not be empty"));
    check(&text, json!(true), Err("must be a text"));
    check(&text, json!(null), Err("must be a text"));
    check(&text, json!("x".repeat(1001)), Err("is 1001 characters long; at most 1000 are allowed"));
    check(&field(FieldType::LongText), json!(" one\r\ntwo\u{7}\n"), Ok(json!("one\ntwo")));
    check(&field(FieldType::OrderReference), json!(" # A-1001 "), Ok(json!("A-1001")));
    check(&field(FieldType::OrderReference), json!("the blue one"), Err("“the blue one” is no order number; give it without spaces, like 1001"));
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let number = field(FieldType::Number);
    for (given, expected) in [
        (json!(12), json!(12)),
        (json!(12.50), json!(12.5)),
        (json!("12"), json!(12)),
        (json!("-0.5"), json!(-0.5)),
        (json!("1,234.5"), json!(1234.5)),
        (json!("1.234,5"), json!(1234.5)),
        (json!("1,234"), json!(1234)),
        (json!("0,125"), json!(0.125)),
        (json!("12,5"), json!(12.5)),
        (json!("1 234 567"), json!(1_234_567)),
        (json!("1'234"), json!(1234)),
        (json!("１２．５"), json!(12.5)),
        (json!("-0"), json!(0)),
        (json!(1e-7), json!(1e-7)),
    ] {
        check(&number, given, Ok(expected));
    }
    for (given, expected) in [
        (json!("twelve"), "“twelve” is no number"),
        (json!("1.2.3"), "“1.2.3” is no number"),
        (json!("12 34"), "“12 34” is no number"),
        (json!("1,2,3"), "“1,2,3” is no number"),
        (json!(""), "must not be empty"),
        (json!([]), "must be a number"),
        (json!(1e300), "must be a number"),
        (json!("1234567890123456"), "has too many digits; at most 15 are kept"),
        (json!("9".repeat(60)), "“9999999999999999999999999999999999999999…” is no number"),
    ] {
        check(&number, given, Err(expected));
    }
}

#[test]
fn money_is_an_amount_and_perhaps_a_currency() {
    let money = field(FieldType::Money);
    for (given, value, currency) in [
        (json!(12.5), "12.50", None),
        (json!(20), "20.00", None),
        (json!("12.50"), "12.50", None),
        (json!("12,50 €"), "12.50", Some("EUR")),
        (json!("EUR 1.234,56"), "1234.56", Some("EUR")),
        (json!("$1,234.56"), "1234.56", Some("USD")),
        (json!("US$ 5"), "5.00", Some("USD")),
        (json!("12块"), "12.00", Some("CNY")),
        (json!("１２元"), "12.00", Some("CNY")),
        (json!("500 JPY"), "500", Some("JPY")),
        (json!({"value": "12.5", "currency": "eur"}), "12.50", Some("EUR")),
        (json!({"value": 12.5, "currency": null}), "12.50", None),
        (json!({"value": "1.5", "currency": "KWD"}), "1.500", Some("KWD")),
    ] {
        check(&money, given, Ok(json!({"value": value, "currency": currency})));
    }
    for (given, expected) in [
        (json!("-5 EUR"), "must not be below zero"),
        (json!("12.555 EUR"), "EUR has 2 decimal places"),
        (json!("12 apples"), "“apples” is no currency; write it like EUR"),
        (json!("much"), "“much” is no amount; write it like 12.50 EUR"),
        (json!("EUR 5 USD"), "“EUR 5 USD” is no amount; write it like 12.50 EUR"),
        (json!("5 for 6"), "“5 for 6” is no amount; write it like 12.50 EUR"),
        (json!({"amount": 5}), "an amount has “value” and “currency”, not “amount”"),
        (json!({"currency": "EUR"}), "an amount needs “value”"),
        (json!({"value": 5, "currency": 7}), "the currency must be a text like EUR"),
        (json!(true), "must be an amount: a number, a text like “12.50 EUR”, or {\"value\", \"currency\"}"),
    ] {
        check(&money, given, Err(expected));
    }
    let refundable = Field { min: Some(json!(-10)), max: Some(json!("100.00")), ..money };
    check(&refundable, json!("-5 EUR"), Ok(json!({"value": "-5.00", "currency": "EUR"})));
    check(&refundable, json!("-10.01"), Err("must be at least -10"));
    check(&refundable, json!("100.01"), Err("must be at most 100.00"));
}

#[test]
fn days_and_moments() {
    let day = field(FieldType::Date);
    for given in ["2026-11-22", "2026/11/22", "22.11.2026", "2026年11月22日", "2026-11-22T23:30:00+01:00"] {
        check(&day, json!(given), Ok(json!("2026-11-22")));
    }
    check(&day, json!("11/22/2026"), Err("“11/22/2026” is no day; write it like 2026-11-22"));
    check(&day, json!("2026-02-30"), Err("“2026-02-30” is no day; write it like 2026-11-22"));
    let moment = field(FieldType::Datetime);
    check(&moment, json!("2026-11-22T10:00:00.5+01:00"), Ok(json!("2026-11-22T09:00:00Z")));
    check(&moment, json!("2026-11-22 10:00"), Err("“2026-11-22 10:00” is no moment; write it with the time zone, like 2026-11-22T10:00:00+01:00"));
    let booked = Field { min: Some(json!("2026-11-01")), max: Some(json!("2026-11-30")), ..field(FieldType::Date) };
    check(&booked, json!("2026-10-31"), Err("must not be before 2026-11-01"));
    check(&booked, json!("1.12.2026"), Err("must not be after 2026-11-30"));
}

#[test]
fn choices_go_by_key_or_by_label_in_any_language() {
    let one = field(FieldType::Choice);
    for given in ["damaged", "DAMAGED", " Damaged ", "商品损坏"] {
        check(&one, json!(given), Ok(json!("damaged")));
    }
    check(&one, json!("broken"), Err("“broken” is not offered; choose one of damaged, wrong_item, late"));
    check(&one, json!(["damaged"]), Err("must be a text"));

    let several = field(FieldType::MultiChoice);
    check(&several, json!(["late", "damaged", "Late, or not arrived"]), Ok(json!(["damaged", "late"])));
    check(&several, json!("Wrong item、商品损坏"), Ok(json!(["damaged", "wrong_item"])));
    check(&several, json!("Late, or not arrived"), Ok(json!(["late"])));
    check(&several, json!([]), Err("choose at least one of damaged, wrong_item, late"));
    check(&several, json!(["damaged", "x"]), Err("“x” is not offered; choose one of damaged, wrong_item, late"));
    let two = Field { max: Some(json!(2)), min: Some(json!(2)), ..several };
    check(&two, json!(["late"]), Err("choose at least 2"));
    check(&two, json!(["late", "damaged", "wrong_item"]), Err("choose at most 2"));
}

#[test]
fn cascading_choices_are_followed_to_the_last_level() {
    let way = field(FieldType::CascadingChoice);
    check(&way, json!(["device", "filter"]), Ok(json!(["device", "filter"])));
    check(&way, json!("Device / Lamp > 其他"), Ok(json!(["device", "lamp", "other"])));
    check(&way, json!("滤网"), Ok(json!(["device", "filter"])));
    check(&way, json!("other"), Err("“other” is found in several places; give the whole way, first level first"));
    check(&way, json!(["device"]), Err("choose further: one of filter, lamp"));
    check(&way, json!([]), Err("choose further: one of device, app"));
    check(&way, json!(["device", "filter", "x"]), Err("nothing can be chosen below device / filter"));
    check(&way, json!("door"), Err("“door” is not offered; choose one of device, app"));
}

#[test]
fn yes_and_no() {
    for (given, expected) in [(json!("Yes"), true), (json!("是"), true), (json!(1), true), (json!(false), false), (json!("否"), false)] {
        check(&field(FieldType::Checkbox), given, Ok(json!(expected)));
    }
    check(&field(FieldType::Checkbox), json!("maybe"), Err("must be yes or no (true or false)"));
}

#[test]
fn addresses() {
    let mail = field(FieldType::Email);
    check(&mail, json!(" Ann@Example.ORG "), Ok(json!("ann@example.org")));
    for wrong in ["ann", "ann@", "@example.org", "ann@example", "a b@example.org", "ann@exa_mple.org", "ann@192.168.0.1", "a..b@example.org"] {
        check(&mail, json!(wrong), Err(&format!("“{wrong}” is no mail address; it should look like ann@example.org")));
    }
    check(&field(FieldType::Phone), json!("+49 (0)30 123456"), Ok(json!("+4930123456")));
    check(&field(FieldType::Phone), json!("soon"), Err("“soon” is no telephone number; write it with the country code, like +49 30 123456"));
    check(&field(FieldType::Url), json!("https://Example.org/a b"), Ok(json!("https://example.org/a%20b")));
    for wrong in ["example.org", "javascript:alert(1)", "file:///etc/passwd", "https://"] {
        check(&field(FieldType::Url), json!(wrong), Err(&format!("“{wrong}” is no web address; it should begin with https://")));
    }
    check(&field(FieldType::File), json!("fil_01934f00000070008000000000000001"), Ok(json!("fil_01934f00000070008000000000000001")));
    check(&field(FieldType::File), json!("box.jpg"), Err("“box.jpg” is no stored file; upload it first and give its id (fil_…)"));
}

#[test]
fn texts_can_have_a_form_and_a_length() {
    let code = Field { pattern: Some("[A-Z]{2}\\d+".into()), min: Some(json!(4)), max: Some(json!(6)), ..field(FieldType::Text) };
    check(&code, json!("AB1234"), Ok(json!("AB1234")));
    check(&code, json!("ab1234"), Err("“ab1234” does not have the expected form [A-Z]{2}\\d+"));
    check(&code, json!("AB1"), Err("must have at least 4 characters"));
    check(&code, json!("AB12345"), Err("must have at most 6 characters"));
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,30}".prop_map(Value::from),
        "[0-9.,' +-]{1,12}( ?(EUR|€|元|usd))?".prop_map(Value::from),
        "[a-z]{1,8}@[a-z]{1,8}\\.[a-z]{2,3}".prop_map(Value::from),
        "[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](Z|[+-]0[0-9]:30))?".prop_map(Value::from),
        "https?://[a-z]{1,5}\\.[a-z]{2}/\\PC{0,8}".prop_map(Value::from),
        "(damaged|Late, or not arrived|商品损坏|device|滤网|lamp|other)(,(late|damaged))?".prop_map(Value::from),
    ];
    prop_oneof![
        4 => leaf.clone(),
        1 => prop::collection::vec(leaf.clone(), 0..3).prop_map(Value::from),
        1 => (leaf.clone(), leaf).prop_map(|(value, currency)| json!({"value": value, "currency": currency})),
    ]
}

proptest! {
    #[test]
    fn canonical_values_validate_to_themselves(kind in prop::sample::select(&FieldType::ALL[..]), given in anything()) {
        let field = field(kind);
        if let Ok(canonical) = validate_value(&field, &given) {
            prop_assert_eq!(validate_value(&field, &canonical), Ok(canonical));
        }
    }
}
