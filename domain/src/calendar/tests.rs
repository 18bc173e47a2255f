#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn calendar(time_zone: &str, hours: Value, holidays: Value) -> Calendar {
    serde_json::from_value(json!({"key": "office", "time_zone": time_zone, "hours": hours, "holidays": holidays})).unwrap()
}

fn berlin() -> Calendar {
    let day = json!([["09:00", "12:30"], ["13:30", "18:00"]]);
    calendar(
        "Europe/Berlin",
        json!({"mon": day, "tue": day, "fri": day, "sat": [["10:00", "24:00"]]}),
        json!([{"date": "2026-11-24", "name": {"en": "Closed"}}]),
    )
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

#[test]
fn hours_holidays_and_breaks() {
    let calendar = berlin();
    // Monday, 23 November 2026; Berlin is one hour ahead of UTC. Tuesday is a holiday.
    for (moment, opening) in [
        ("2026-11-23T09:00:00+01:00", "2026-11-23T09:00:00+01:00"),
        ("2026-11-23T12:29:59+01:00", "2026-11-23T12:29:59+01:00"),
        ("2026-11-23T08:59:59+01:00", "2026-11-23T09:00:00+01:00"),
        ("2026-11-23T12:30:00+01:00", "2026-11-23T13:30:00+01:00"),
        ("2026-11-23T18:00:00+01:00", "2026-11-27T09:00:00+01:00"),
        ("2026-11-28T23:59:59+01:00", "2026-11-28T23:59:59+01:00"),
        ("2026-11-29T00:00:00+01:00", "2026-11-30T09:00:00+01:00"),
    ] {
        assert_eq!(calendar.next_opening(at(moment)), Some(at(opening)), "{moment}");
        assert_eq!(calendar.is_open(at(moment)), moment == opening, "{moment}");
    }
}

#[test]
fn the_wall_clock_counts_when_clocks_are_changed() {
    // Berlin, Sunday 29 March 2026: 02:00 becomes 03:00. Sunday 25 October 2026: 03:00 becomes 02:00.
    for (hours, moment, opening) in [
        (json!({"sun": [["09:00", "10:00"]]}), "2026-03-29T00:00:00Z", "2026-03-29T07:00:00Z"),
        (json!({"sun": [["09:00", "10:00"]]}), "2026-10-25T00:00:00Z", "2026-10-25T08:00:00Z"),
        // Opens at a time that there is not: as soon as the clock is beyond it.
        (json!({"sun": [["02:30", "04:00"]]}), "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"),
        // The whole span is skipped: a week later.
        (json!({"sun": [["02:00", "03:00"]]}), "2026-03-29T00:00:00Z", "2026-04-05T00:00:00Z"),
        // 02:00 to 02:30 comes twice.
        (json!({"sun": [["02:00", "02:30"]]}), "2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z"),
        (json!({"sun": [["02:00", "02:30"]]}), "2026-10-25T00:45:00Z", "2026-10-25T01:00:00Z"),
        // What was left at 02:30 is reached again when the clock goes back to 02:00.
        (json!({"sun": [["01:00", "02:30"]]}), "2026-10-25T00:45:00Z", "2026-10-25T01:00:00Z"),
    ] {
        let calendar = calendar("Europe/Berlin", hours.clone(), json!([]));
        assert_eq!(calendar.next_opening(at(moment)), Some(at(opening)), "{hours} {moment}");
    }
}

#[test]
fn a_place_that_never_opens_has_no_next_opening() {
    assert_eq!(calendar("UTC", json!({}), json!([])).next_opening(at("2026-01-01T00:00:00Z")), None);
    assert_eq!(calendar("UTC", json!({"mon": []}), json!([])).next_opening(at("2026-01-01T00:00:00Z")), None);
}

#[test]
fn contradictions_are_named() {
    let calendar = calendar(
        "UTC",
        json!({"mon": [["09:00", "12:00"], ["11:00", "13:00"], ["13:00", "14:00"]], "sun": [["22:00", "06:00"]]}),
        json!([{"date": "2026-01-01"}, {"date": "2026-01-01"}]),
    );
    let errors: Vec<String> = calendar.check().unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "hours.mon[1]: overlaps with 09:00–12:00",
            "hours.sun[0]: closes at 06:00 before it opens at 22:00; split hours over midnight into two days",
            "holidays[1].date: 2026-01-01 is named twice",
        ]
    );
    assert_eq!(berlin().check(), Ok(()));
}

#[test]
fn json_that_is_no_calendar_is_refused_in_words() {
    for (json, expected) in [
        (json!({"time_zone": "Europe/Berln"}), "“Europe/Berln” is no time zone; write it like Europe/Berlin or Asia/Shanghai"),
        (json!({"time_zone": "UTC", "hours": {"mon": [["9:00", "12:00"]]}}), "“9:00” is no time of day; write it like 09:00, up to 24:00"),
        (json!({"time_zone": "UTC", "hours": {"mon": [["09:00", "24:01"]]}}), "“24:01” is no time of day"),
        (json!({"time_zone": "UTC", "hours": {"monday": []}}), "unknown variant `monday`"),
    ] {
        let message = serde_json::from_value::<Calendar>(json).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn calendars_survive_writing_and_reading() {
    let calendar = berlin();
    let json = serde_json::to_value(&calendar).unwrap();
    assert_eq!(json["time_zone"], "Europe/Berlin");
    assert_eq!(json["hours"]["sat"], json!([["10:00", "24:00"]]));
    assert_eq!(serde_json::from_value::<Calendar>(json).unwrap(), calendar);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The next opening is what looking at every minute finds, most of all around changed clocks.
    #[test]
    fn the_next_opening_is_the_first_open_minute(
        zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "Pacific/Apia"]),
        around in prop::sample::select(vec!["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z", "2011-12-30T10:00:00Z"]),
        offset in -1500_i64..1500,
        spans in prop::collection::vec((0_u16..95, 1_u16..12), 1..4),
    ) {
        let spans: Vec<Span> = spans
            .into_iter()
            .map(|(start, length)| Span(ClockTime { minutes: start * 15 }, ClockTime { minutes: (start * 15 + length * 15).min(1440) }))
            .collect();
        let hours = [Day::Sat, Day::Sun, Day::Fri].into_iter().map(|day| (day, spans.clone())).collect();
        let calendar = Calendar { key: "x".to_owned(), name: Localised::default(), time_zone: zone.parse().unwrap(), hours, holidays: vec![] };
        let from = at(around) + TimeDelta::minutes(offset);
        let looked_up = (0..8 * 24 * 60).map(|minutes| from + TimeDelta::minutes(minutes)).find(|moment| calendar.is_open(*moment));
        prop_assert_eq!(calendar.next_opening(from), looked_up);
    }
}
