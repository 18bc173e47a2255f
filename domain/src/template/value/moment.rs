//! Days and moments.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use serde_json::Value;

use super::{shown, text_of};
use crate::why::Why;

/// Ways of writing a day that mean the same everywhere; days with slashes and the year last do not.
const DAYS: [&str; 5] = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%Y年%m月%d日"];

pub(super) fn date(value: &Value) -> Result<Value, Why> {
    let text = text_of(value)?;
    let day = DAYS
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.date_naive()))
        .filter(|day| (1000..=9999).contains(&day.year()));
    match day {
        Some(day) => Ok(Value::String(day.format("%Y-%m-%d").to_string())),
        None => Err(Why::new("why-no-day").with("given", shown(text))),
    }
}

pub(super) fn datetime(value: &Value) -> Result<Value, Why> {
    let text = text_of(value)?;
    let moment =
        DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.with_timezone(&Utc)).filter(|moment| (1000..=9999).contains(&moment.year()));
    match moment {
        Some(moment) => Ok(Value::String(moment.to_rfc3339_opts(SecondsFormat::Secs, true))),
        None => Err(Why::new("why-no-moment").with("given", shown(text))),
    }
}
