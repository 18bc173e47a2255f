//! Times as people write them: `2h`, `tomorrow 9:00`, `Monday`, `2026-12-01 14:30`, `明天 9:00`.

use chrono::{DateTime, Datelike as _, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc, Weekday};
use chrono_tz::Tz;

/// When a day begins for whoever names no time.
const MORNING: (u32, u32) = (9, 0);

/// The moment that is meant, as seen at `now` in `zone`; nothing if it cannot be read.
pub(super) fn read(text: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let text = text.trim().to_lowercase();
    if let Ok(at) = DateTime::parse_from_rfc3339(&text.to_uppercase()) {
        return Some(at.to_utc());
    }
    if let Some(span) = span(&text) {
        return now.checked_add_signed(span);
    }
    let today = now.with_timezone(&zone).date_naive();
    let (day, time) = match text.split_once(char::is_whitespace) {
        Some((day, time)) => (day, time_of(time.trim().trim_start_matches("at ").trim())?),
        None => match time_of(&text) {
            // The next time that a clock shows this.
            Some(time) => {
                let at = local(today, time, zone)?;
                return if at > now { Some(at) } else { local(today.checked_add_days(Days::new(1))?, time, zone) };
            }
            None => (text.as_str(), NaiveTime::from_hms_opt(MORNING.0, MORNING.1, 0)?),
        },
    };
    local(day_of(day, today)?, time, zone)
}

/// `2h`, `1h30m`, `90 min`, `in 3 days`, `2小时`.
fn span(text: &str) -> Option<TimeDelta> {
    let text = text.strip_prefix("in ").unwrap_or(text);
    let mut rest: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut sum = TimeDelta::zero();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let unit: String = rest.chars().skip(digits.len()).take_while(|c| !c.is_ascii_digit()).collect();
        let minutes = match unit.trim_end_matches('后') {
            "m" | "min" | "mins" | "minute" | "minutes" | "分" | "分钟" => 1,
            "h" | "hr" | "hrs" | "hour" | "hours" | "时" | "小时" => 60,
            "d" | "day" | "days" | "天" | "日" => 24 * 60,
            "w" | "week" | "weeks" | "周" | "星期" => 7 * 24 * 60,
            _ => return None,
        };
        let count: i64 = digits.parse().ok().filter(|count| *count <= 100_000)?;
        sum = sum.checked_add(&TimeDelta::try_minutes(count * minutes)?)?;
        rest = rest.chars().skip(digits.len() + unit.chars().count()).collect();
    }
    Some(sum)
}

/// `9`, `9:30`, `14.30`, `9am`, `9点`.
fn time_of(text: &str) -> Option<NaiveTime> {
    let (text, afternoon) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
        (Some(text), _) => (text.trim(), Some(true)),
        (_, Some(text)) => (text.trim(), Some(false)),
        _ => (text, None),
    };
    let on_the_hour = text.strip_suffix('点');
    let (hour, minute) = match (on_the_hour, text.split_once([':', '：', '.'])) {
        (Some(hour), _) => (hour, "0"),
        (None, Some(parts)) => parts,
        // A number alone is too little to be a time of day.
        (None, None) => (text, if afternoon.is_some() { "0" } else { return None }),
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2);
    let hour = number(hour)?;
    let hour = match afternoon {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, number(minute)?, 0)
}

fn day_of(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let after = |days: u64| today.checked_add_days(Days::new(days));
    match text {
        "today" | "今天" => return Some(today),
        "tomorrow" | "明天" => return after(1),
        "后天" => return after(2),
        _ => {}
    }
    let chinese = text.strip_prefix('周').or_else(|| text.strip_prefix("星期"));
    let weekday = match chinese {
        Some("一") => Some(Weekday::Mon),
        Some("二") => Some(Weekday::Tue),
        Some("三") => Some(Weekday::Wed),
        Some("四") => Some(Weekday::Thu),
        Some("五") => Some(Weekday::Fri),
        Some("六") => Some(Weekday::Sat),
        Some("日" | "天") => Some(Weekday::Sun),
        Some(_) => None,
        None => text.parse().ok(),
    };
    if let Some(weekday) = weekday {
        // The day of this name that comes next; today's is a week from now.
        let days = (weekday.num_days_from_monday() + 7 - today.weekday().num_days_from_monday()) % 7;
        return after(u64::from(if days == 0 { 7 } else { days }));
    }
    ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d"].iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())
}

/// Where clocks are turned, the first moment of this name, or the first after the gap.
fn local(day: NaiveDate, time: NaiveTime, zone: Tz) -> Option<DateTime<Utc>> {
    let named = day.and_time(time);
    match zone.from_local_datetime(&named) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        LocalResult::None => zone.from_local_datetime(&(named + TimeDelta::hours(1))).earliest().map(|at| at.to_utc()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        // A Sunday, 10:30 in Berlin.
        let now = DateTime::parse_from_rfc3339("2026-11-22T09:30:00Z").unwrap().to_utc();
        for (text, expected) in [
            ("2h", "2026-11-22T11:30:00Z"),
            ("1h30m", "2026-11-22T11:00:00Z"),
            ("in 3 days", "2026-11-25T09:30:00Z"),
            ("2小时", "2026-11-22T11:30:00Z"),
            ("30分钟后", "2026-11-22T10:00:00Z"),
            ("1w", "2026-11-29T09:30:00Z"),
            ("tomorrow", "2026-11-23T08:00:00Z"),
            ("Tomorrow at 14:00", "2026-11-23T13:00:00Z"),
            ("明天 9点", "2026-11-23T08:00:00Z"),
            ("9:00", "2026-11-23T08:00:00Z"),
            ("5pm", "2026-11-22T16:00:00Z"),
            ("monday 9:30", "2026-11-23T08:30:00Z"),
            ("sun", "2026-11-29T08:00:00Z"),
            ("周三 18:00", "2026-11-25T17:00:00Z"),
            ("2026-12-01", "2026-12-01T08:00:00Z"),
            ("2026-12-01 14:30", "2026-12-01T13:30:00Z"),
            ("01.07.2027 8:00", "2027-07-01T06:00:00Z"),
            ("2026-12-01t10:00:00+01:00", "2026-12-01T09:00:00Z"),
            // The hour that Berlin skips.
            ("2027-03-28 2:30", "2027-03-28T01:30:00Z"),
        ] {
            let expected = DateTime::parse_from_rfc3339(expected).unwrap().to_utc();
            assert_eq!(read(text, now, Tz::Europe__Berlin), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T09:30:00Z").unwrap().to_utc();
        for text in ["", "soon", "9", "25:00", "h", "2x", "99999999999999999999h", "13pm", "2026-02-30", "周八", "tomorrow soon", "-2h"] {
            assert_eq!(read(text, now, Tz::UTC), None, "{text}");
        }
    }
}
