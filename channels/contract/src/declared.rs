//! What the kinds of channels declare, as a table that people read.

use serde::Serialize;

use crate::{
    capabilities::{ButtonLimits, Capabilities, Formats, Transport},
    staff::StaffCapabilities,
};

/// What every channel of a kind can do, whatever its section says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Declared {
    /// What customers see; [`Capabilities::transport`] is what it is unless the section says otherwise.
    pub customer: Capabilities,
    /// In which other ways events may arrive, where the section says so.
    pub other_transports: &'static [Transport],
    /// What agents see, where they can work on it.
    pub staff: Option<StaffCapabilities>,
}

impl Declared {
    /// Whether a channel that was built can do just this.
    pub fn holds(&self, customer: Option<&Capabilities>, staff: Option<&StaffCapabilities>) -> bool {
        let of_customers = |built: &Capabilities| {
            let is_known = built.transport == self.customer.transport || self.other_transports.contains(&built.transport);
            is_known && Capabilities { transport: self.customer.transport, ..built.clone() } == self.customer
        };
        customer.is_none_or(of_customers) && staff.is_none_or(|built| self.staff.as_ref() == Some(built))
    }
}

/// What is declared, by kind: a table of what customers see, and one of what agents see, in Markdown.
pub fn tables(kinds: &[(&str, Declared)]) -> String {
    let customers: Vec<(&str, &Declared)> = kinds.iter().map(|(kind, declared)| (*kind, declared)).collect();
    let staff: Vec<(&str, &StaffCapabilities)> = kinds.iter().filter_map(|(kind, declared)| Some((*kind, declared.staff.as_ref()?))).collect();
    format!("{}\n{}", table("what customers see", &customers, &CUSTOMERS), table("what agents see", &staff, &STAFF))
}

/// A line of a table: what it is about, and what is said of one kind.
type Line<T> = (&'static str, fn(&T) -> String);

const CUSTOMERS: [Line<Declared>; 15] = [
    ("events arrive by", |declared| {
        let others = declared.other_transports.iter().map(|other| format!(", or {}", way(*other)));
        format!("{}{}", way(declared.customer.transport), others.collect::<String>())
    }),
    ("longest text", |declared| format!("{} {}", number(declared.customer.max_text), declared.customer.text_unit.as_str())),
    ("formatting", |declared| match declared.customer.formats {
        Formats::Markdown => "yes".to_owned(),
        Formats::Plain => "text only".to_owned(),
    }),
    ("buttons", |declared| buttons(declared.customer.buttons)),
    ("attachments", |declared| declared.customer.attachments.map_or_else(none, |limits| limits.count.to_string())),
    ("edits", |declared| yes(declared.customer.edits)),
    ("deletes", |declared| yes(declared.customer.deletes)),
    ("typing sign", |declared| yes(declared.customer.typing)),
    ("read sign", |declared| yes(declared.customer.read)),
    ("reply marks", |declared| yes(declared.customer.replies)),
    ("reactions, in", |declared| yes(declared.customer.reactions_in)),
    ("receipts, in", |declared| yes(declared.customer.receipts)),
    ("takes an idempotency key", |declared| yes(declared.customer.idempotent_sends)),
    ("where a ticket is", |declared| match declared.customer.live_cards {
        true => "one message that changes".to_owned(),
        false => "a message for each move".to_owned(),
    }),
    ("agents can work in it", |declared| yes(declared.staff.is_some())),
];

const STAFF: [Line<StaffCapabilities>; 12] = [
    ("longest post", |staff| format!("{} {}", number(staff.max_text), staff.text_unit.as_str())),
    ("longest card", |staff| format!("{} {}", number(staff.max_card), staff.text_unit.as_str())),
    ("longest title", |staff| format!("{} characters", staff.max_title)),
    ("buttons below a post", |staff| buttons(staff.buttons)),
    ("lists to pick from", |staff| {
        staff.picks.map_or_else(none, |limits| format!("{} of {} things, labels of {} characters", limits.count, limits.options, limits.label))
    }),
    ("fields of a form", |staff| if staff.form_fields == 0 { none() } else { staff.form_fields.to_string() }),
    ("answers that one agent alone sees", |staff| if staff.whispers { "whole posts".to_owned() } else { "short notices".to_owned() }),
    ("status and tier", |staff| if staff.tags { "beside the title".to_owned() } else { "in the title".to_owned() }),
    ("a topic begins with its card", |staff| yes(staff.opens_with_post)),
    ("quiet topics are put away by the platform", |staff| yes(staff.dozes)),
    ("takes an idempotency key", |staff| yes(staff.idempotent)),
    ("calls a minute", |staff| staff.calls_per_minute.map_or_else(|| "no limit worth pacing for".to_owned(), |calls| calls.to_string())),
];

fn table<T>(title: &str, kinds: &[(&str, &T)], lines: &[Line<T>]) -> String {
    let cells = |first: &str, cells: Vec<String>| format!("| {first} | {} |\n", cells.join(" | "));
    let head = cells(title, kinds.iter().map(|(kind, _)| format!("`{kind}`")).collect());
    let rule = cells("---", kinds.iter().map(|_| "---".to_owned()).collect());
    let rows = lines.iter().map(|(what, say)| cells(what, kinds.iter().map(|(_, declared)| say(declared)).collect()));
    format!("{head}{rule}{}", rows.collect::<String>())
}

fn way(transport: Transport) -> &'static str {
    match transport {
        Transport::Push => "push (the platform calls us)",
        Transport::Poll => "poll (we ask the platform)",
        Transport::Gateway => "a connection of ours (gateway)",
        Transport::Hosted => "our own clients",
    }
}

fn buttons(limits: Option<ButtonLimits>) -> String {
    limits.map_or_else(none, |limits| format!("{}, labels of {} characters, ids of {} bytes", limits.count, limits.label, limits.id_bytes))
}

fn yes(it_is: bool) -> String {
    if it_is { "yes".to_owned() } else { none() }
}

fn none() -> String {
    "–".to_owned()
}

/// With a comma between thousands.
fn number(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", self::number(number / 1_000), number % 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::TextUnit;

    const PLAIN: Capabilities = Capabilities {
        transport: Transport::Poll,
        max_text: 1_600,
        text_unit: TextUnit::Bytes,
        formats: Formats::Plain,
        buttons: None,
        attachments: None,
        edits: false,
        deletes: false,
        typing: false,
        read: false,
        replies: false,
        reactions_in: false,
        receipts: true,
        idempotent_sends: false,
        live_cards: false,
    };

    #[test]
    fn what_is_declared_is_a_table() {
        let declared = Declared { customer: PLAIN, other_transports: &[Transport::Push], staff: None };
        let table = tables(&[("sms", declared)]);
        for line in [
            "| what customers see | `sms` |",
            "| --- | --- |",
            "| events arrive by | poll (we ask the platform), or push (the platform calls us) |",
            "| longest text | 1,600 bytes |",
            "| formatting | text only |",
            "| buttons | – |",
            "| receipts, in | yes |",
        ] {
            assert!(table.lines().any(|found| found == line), "{line}\n{table}");
        }
        assert_eq!([0, 999, 1_000, 16_384, 1_000_001].map(number), ["0", "999", "1,000", "16,384", "1,000,001"]);
    }

    #[test]
    fn what_a_channel_can_do_is_what_its_kind_declares() {
        let declared = Declared { customer: PLAIN, other_transports: &[Transport::Push], staff: None };
        let pushed = Capabilities { transport: Transport::Push, ..PLAIN };
        assert!(declared.holds(Some(&PLAIN), None) && declared.holds(Some(&pushed), None));
        for other in [Capabilities { transport: Transport::Hosted, ..PLAIN }, Capabilities { edits: true, ..pushed }] {
            assert!(!declared.holds(Some(&other), None), "{other:?}");
        }
    }
}
