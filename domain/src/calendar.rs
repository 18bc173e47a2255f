//! Business hours: when a department can be reached, in its own time zone.

use std::{collections::BTreeMap, fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc, offset::LocalResult};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    invalid::{FieldError, check_key},
    localised::Localised,
};

/// Opening is looked for this many days ahead.
const HORIZON_DAYS: i64 = 400;

/// Business hours of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Its key.
    #[serde(default)]
    pub key: String,
    /// What people read.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub name: Localised,
    /// The IANA time zone that the hours are meant in (`Europe/Berlin`).
    #[serde(deserialize_with = "time_zone")]
    pub time_zone: Tz,
    /// Opening hours by weekday; closed on days that are not named.
    #[serde(default)]
    pub hours: BTreeMap<Day, Vec<Span>>,
    /// Days on which it is closed whatever the weekday.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl From<chrono::Weekday> for Day {
    fn from(day: chrono::Weekday) -> Self {
        match day {
            chrono::Weekday::Mon => Self::Mon,
            chrono::Weekday::Tue => Self::Tue,
            chrono::Weekday::Wed => Self::Wed,
            chrono::Weekday::Thu => Self::Thu,
            chrono::Weekday::Fri => Self::Fri,
            chrono::Weekday::Sat => Self::Sat,
            chrono::Weekday::Sun => Self::Sun,
        }
    }
}

impl Day {
    fn as_str(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }
}

/// Open from the first time, closed again at the second; in JSON `["09:00", "12:30"]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span(pub ClockTime, pub ClockTime);

/// A time on the wall, to the minute, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockTime {
    minutes: u16,
}

impl FromStr for ClockTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is no time of day; write it like 09:00, up to 24:00");
        let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
        let digits = |part: &str| (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u16>().ok()).flatten();
        let (hours, minutes) = digits(hours).zip(digits(minutes)).ok_or_else(wrong)?;
        if minutes > 59 || hours * 60 + minutes > 24 * 60 {
            return Err(wrong());
        }
        Ok(Self { minutes: hours * 60 + minutes })
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl Serialize for ClockTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClockTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

fn time_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(|_| de::Error::custom(format!("“{name}” is no time zone; write it like Europe/Berlin or Asia/Shanghai")))
}

/// A day on which nobody is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day, in the calendar's time zone.
    pub date: NaiveDate,
    /// What people read.
    #[serde(default, skip_serializing_if = "Localised::is_empty")]
    pub name: Localised,
}

impl Calendar {
    /// What is wrong with it, place by place.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if let Err(message) = check_key(&self.key) {
            errors.push(FieldError::new("key", message));
        }
        for (day, spans) in &self.hours {
            for (index, span) in spans.iter().enumerate() {
                let place = format!("hours.{}[{index}]", day.as_str());
                if span.0 >= span.1 {
                    errors.push(FieldError::new(
                        place,
                        format!("closes at {} before it opens at {}; split hours over midnight into two days", span.1, span.0),
                    ));
                } else if let Some(other) = spans.iter().take(index).find(|other| other.0 < span.1 && span.0 < other.1) {
                    errors.push(FieldError::new(place, format!("overlaps with {}–{}", other.0, other.1)));
                }
            }
        }
        for (index, holiday) in self.holidays.iter().enumerate() {
            if self.holidays.iter().take(index).any(|other| other.date == holiday.date) {
                errors.push(FieldError::new(format!("holidays[{index}].date"), format!("{} is named twice", holiday.date)));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Whether somebody can be reached at this moment.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.time_zone).naive_local();
        let minute = (local.hour() * 60 + local.minute()) as u16;
        self.spans(local.date()).iter().any(|span| (span.0.minutes..span.1.minutes).contains(&minute))
    }

    /// The first moment from `at` on at which it is open: `at` itself when it is open then, nothing when it stays closed for over a year.
    pub fn next_opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.is_open(at) {
            return Some(at);
        }
        let today = at.with_timezone(&self.time_zone).date_naive();
        (0..=HORIZON_DAYS).find_map(|days| {
            let date = today.checked_add_signed(TimeDelta::try_days(days)?)?;
            self.openings(date).into_iter().filter(|opening| *opening >= at && self.is_open(*opening)).min()
        })
    }

    fn spans(&self, date: NaiveDate) -> &[Span] {
        use chrono::Datelike;
        if self.holidays.iter().any(|holiday| holiday.date == date) {
            return &[];
        }
        self.hours.get(&date.weekday().into()).map_or(&[], Vec::as_slice)
    }

    /// Moments of a day at which it may begin to be open: where spans begin, and where the clocks are changed.
    fn openings(&self, date: NaiveDate) -> Vec<DateTime<Utc>> {
        let spans = self.spans(date);
        let mut moments = Vec::new();
        for span in spans {
            let Some(time) = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(span.0.minutes) * 60, 0) else { continue };
            match self.time_zone.from_local_datetime(&date.and_time(time)) {
                LocalResult::Single(moment) => moments.push(moment.to_utc()),
                LocalResult::Ambiguous(first, second) => moments.extend([first.to_utc(), second.to_utc()]),
                LocalResult::None => {}
            }
        }
        if !spans.is_empty() {
            moments.extend(self.clock_change(date));
        }
        moments
    }

    /// When the clocks are changed on this day, if they are.
    fn clock_change(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        use chrono::Offset;
        let offset = |at: DateTime<Utc>| self.time_zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        // No zone is further from UTC than 15 hours, so this is surely around the local day.
        let midnight = date.and_time(NaiveTime::MIN).and_utc();
        let (mut before, mut after) = (midnight - TimeDelta::hours(15), midnight + TimeDelta::hours(39));
        let old = offset(before);
        if offset(after) == old {
            return None;
        }
        while after - before > TimeDelta::seconds(1) {
            let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
            if offset(middle) == old {
                before = middle;
            } else {
                after = middle;
            }
        }
        (after.with_timezone(&self.time_zone).date_naive() == date).then_some(after)
    }
}

#[cfg(test)]
mod tests;
