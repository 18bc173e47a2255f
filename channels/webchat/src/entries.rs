//! Entries as clients read them.

use bellhop_channel::Kept;
use chrono::SecondsFormat;

/// An entry as one line of JSON: what is kept, with its number and time in front.
pub(crate) fn shown(entry: &Kept) -> String {
    let at = entry.at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let head = format!("{{\"seq\":{},\"at\":\"{at}\"", entry.sequence);
    match entry.body.strip_prefix('{') {
        Some("}") | None => format!("{head}}}"),
        Some(rest) => format!("{head},{rest}"),
    }
}

/// A page of entries, the oldest first.
pub(crate) fn page(entries: &[Kept], more: bool, last: u64) -> String {
    let items: Vec<String> = entries.iter().map(shown).collect();
    format!("{{\"items\":[{}],\"more\":{more},\"last\":{last}}}", items.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn number_and_time_stand_in_front() {
        let entry = |body: &str| Kept { sequence: 7, at: DateTime::UNIX_EPOCH, body: body.into() };
        assert_eq!(shown(&entry("{\"type\":\"read\"}")), "{\"seq\":7,\"at\":\"1970-01-01T00:00:00.000Z\",\"type\":\"read\"}");
        assert_eq!(shown(&entry("{}")), "{\"seq\":7,\"at\":\"1970-01-01T00:00:00.000Z\"}");
        assert_eq!(page(&[], false, 0), "{\"items\":[],\"more\":false,\"last\":0}");
    }
}
