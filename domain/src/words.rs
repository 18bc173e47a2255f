//! The words that customers read, by language.
//!
//! The catalogues are `domain/locales/*.ftl`. English and Chinese are complete; German, Spanish, French, Japanese and Portuguese hold everything that
//! customers read, and agents read English there. Other languages are answered in English.

use std::{borrow::Cow, sync::LazyLock};

use chrono::{DateTime, Datelike as _, TimeZone};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{
    localised::base_language,
    sourced::Source,
    ticket::{TicketStatus, number_text},
};

mod refusals;

pub use refusals::refusal;

/// Tags of the languages with a catalogue; the first is the one to fall back to.
pub const SHIPPED: [&str; 7] = ["en", "zh", "de", "es", "fr", "ja", "pt"];

/// A value in a text.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// Words, as they are.
    Text(&'a str),
    /// A number, which may change the words around it.
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// The text `key` in `language`, else in English; the key itself where no catalogue has it.
pub fn say(language: &str, key: &str, values: &[(&str, Value<'_>)]) -> String {
    let args: FluentArgs<'_> = values
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Text(text) => FluentValue::String(Cow::Borrowed(*text)),
                Value::Number(number) => FluentValue::from(*number),
            };
            ((*name).to_owned(), value)
        })
        .collect();
    let wanted = base_language(language);
    let catalogues = CATALOGUES.iter().filter(|(tag, _)| *tag == wanted).chain(CATALOGUES.first());
    for (_, bundle) in catalogues {
        if let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) {
            return bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned();
        }
    }
    key.to_owned()
}

/// The key of the words for a ticket's status.
pub fn status_key(status: TicketStatus) -> &'static str {
    match status {
        TicketStatus::New => "ticket-status-new",
        TicketStatus::Open => "ticket-status-open",
        TicketStatus::WaitingCustomer => "ticket-status-waiting-customer",
        TicketStatus::WaitingThirdParty => "ticket-status-waiting-third-party",
        TicketStatus::Resolved => "ticket-status-resolved",
        TicketStatus::Closed => "ticket-status-closed",
    }
}

/// The key of the words for what is next with a ticket of this status.
pub fn next_key(status: TicketStatus) -> &'static str {
    match status {
        TicketStatus::New => "ticket-next-new",
        TicketStatus::Open => "ticket-next-open",
        TicketStatus::WaitingCustomer => "ticket-next-waiting-customer",
        TicketStatus::WaitingThirdParty => "ticket-next-waiting-third-party",
        TicketStatus::Resolved => "ticket-next-resolved",
        TicketStatus::Closed => "ticket-next-closed",
    }
}

/// That a ticket was made, with its number and signed link; `acknowledgement` are the template's own words, `lead` comes first.
pub fn ticket_filed(language: &str, lead: &str, acknowledgement: Option<&str>, number: i64, url: &str) -> String {
    let number = number_text(number);
    let values = [("number", (&number).into()), ("url", url.into())];
    let own = acknowledgement.map(str::trim).filter(|own| !own.is_empty());
    let key = if own.is_some() { "ticket-number-link" } else { "ticket-filed" };
    [lead.trim(), own.unwrap_or_default(), &say(language, key, &values)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// That there is a ticket for this already, with its number and signed link; `lead` comes first.
pub fn ticket_filed_before(language: &str, lead: &str, number: i64, url: &str) -> String {
    let number = number_text(number);
    let text = say(language, "ticket-filed-before", &[("number", (&number).into()), ("url", url.into())]);
    [lead.trim(), &text].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The key of the words for where a value came from.
pub fn source_key(source: Source) -> &'static str {
    match source {
        Source::Agent => "source-agent",
        Source::SignedIdentity => "source-signed-identity",
        Source::Crm => "source-crm",
        Source::Import => "source-import",
        Source::MailDomain => "source-mail-domain",
        Source::Organisation => "source-organisation",
        Source::Form => "source-form",
        Source::Location => "source-location",
        Source::Phone => "source-phone",
        Source::Ip => "source-ip",
        Source::Conversation => "source-conversation",
        Source::Claim => "source-claim",
        Source::Default => "source-default",
    }
}

/// A time to come, as said in a sentence ("tomorrow at 09:00"); both times in the zone that the reader is to read.
pub fn moment<Z: TimeZone>(language: &str, at: &DateTime<Z>, now: &DateTime<Z>) -> String {
    let local = at.naive_local();
    let time = local.format("%H:%M").to_string();
    let days = (local.date() - now.naive_local().date()).num_days();
    let time = ("time", (&time).into());
    match days {
        0 => say(language, "time-today", &[time]),
        1 => say(language, "time-tomorrow", &[time]),
        2..=6 => {
            let day = local.weekday().to_string().to_lowercase();
            say(language, "time-weekday", &[("day", (&day).into()), time])
        }
        _ => say(language, "time-date", &[("day", i64::from(local.day()).into()), ("month", i64::from(local.month()).into()), time]),
    }
}

/// What a language calls itself; the tag where we do not know.
pub fn language_name(tag: &str) -> &str {
    match base_language(tag) {
        "en" => "English",
        "zh" => "中文",
        "de" => "Deutsch",
        "fr" => "Français",
        "es" => "Español",
        "pt" => "Português",
        "it" => "Italiano",
        "nl" => "Nederlands",
        "pl" => "Polski",
        "ru" => "Русский",
        "tr" => "Türkçe",
        "ar" => "العربية",
        "ja" => "日本語",
        "ko" => "한국어",
        "th" => "ไทย",
        "vi" => "Tiếng Việt",
        "id" => "Bahasa Indonesia",
        "hi" => "हिन्दी",
        _ => tag,
    }
}

/// The catalogues, each read when its language is first spoken.
static CATALOGUES: [(&str, LazyLock<FluentBundle<FluentResource>>); SHIPPED.len()] = [
    ("en", LazyLock::new(|| bundle("en", include_str!("../locales/en.ftl")))),
    ("zh", LazyLock::new(|| bundle("zh", include_str!("../locales/zh.ftl")))),
    ("de", LazyLock::new(|| bundle("de", include_str!("../locales/de.ftl")))),
    ("es", LazyLock::new(|| bundle("es", include_str!("../locales/es.ftl")))),
    ("fr", LazyLock::new(|| bundle("fr", include_str!("../locales/fr.ftl")))),
    ("ja", LazyLock::new(|| bundle("ja", include_str!("../locales/ja.ftl")))),
    ("pt", LazyLock::new(|| bundle("pt", include_str!("../locales/pt.ftl")))),
];

/// A catalogue, ready to be asked; what is wrong in its file is left out, and found by the tests.
fn bundle(tag: &str, source: &str) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Marks that isolate the direction of values would be seen on platforms that show every character.
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests;
