//! Numbers and amounts of money, as people in several countries write them.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::shown;
use crate::why::Why;

/// Significant digits that a number may have: as many as survive in every program that reads JSON.
const DIGITS: u32 = 15;

/// Currencies in use, as of ISO 4217.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP \
    CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR \
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK \
    PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD \
    UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

pub(super) fn number(value: &Value) -> Result<Value, Why> {
    let number = given(value).ok_or_else(|| wrong(value))?.normalize();
    if significant_digits(number) > DIGITS {
        return Err(Why::new("why-too-many-digits").count("most", DIGITS));
    }
    let text = number.to_string();
    let exact = match text.parse::<i64>() {
        Ok(whole) => Some(whole.into()),
        Err(_) => text.parse::<f64>().ok().and_then(serde_json::Number::from_f64),
    };
    exact.map(Value::Number).ok_or_else(|| wrong(value))
}

fn wrong(value: &Value) -> Why {
    match value {
        Value::String(text) if text.trim().is_empty() => Why::new("why-empty"),
        Value::String(text) => Why::new("why-no-number").with("given", shown(text)),
        _ => Why::new("why-must-be-number"),
    }
}

pub(super) fn money(value: &Value, negative_allowed: bool) -> Result<Value, Why> {
    let (amount, currency) = match value {
        Value::Object(parts) => from_parts(parts)?,
        Value::String(text) => from_text(text)?,
        Value::Number(_) => (given(value).ok_or_else(|| Why::new("why-no-amount"))?, None),
        _ => return Err(Why::new("why-no-amount-at-all").with("form", "{\"value\", \"currency\"}")),
    };
    if amount.is_sign_negative() && !amount.is_zero() && !negative_allowed {
        return Err(Why::new("why-below-zero"));
    }
    let amount = amount.normalize();
    if significant_digits(amount) > DIGITS {
        return Err(Why::new("why-too-many-digits").count("most", DIGITS));
    }
    let places = places(currency);
    if amount.scale() > places && currency.is_some() {
        return Err(Why::new("why-decimal-places").with("currency", currency.unwrap_or_default()).count("places", places));
    }
    let places = places.max(amount.scale()) as usize;
    Ok(json!({ "value": format!("{amount:.places$}"), "currency": currency }))
}

fn from_parts(parts: &Map<String, Value>) -> Result<(Decimal, Option<&'static str>), Why> {
    if let Some(unknown) = parts.keys().find(|key| !matches!(key.as_str(), "value" | "currency")) {
        return Err(format!("an amount has “value” and “currency”, not “{}”", shown(unknown)).into());
    }
    let value = parts.get("value").ok_or("an amount needs “value”")?;
    let amount = given(value).ok_or_else(|| wrong(value))?;
    let currency = match parts.get("currency") {
        None | Some(Value::Null) => None,
        Some(Value::String(word)) => currency(word)?,
        Some(_) => return Err("the currency must be a text like EUR".into()),
    };
    Ok((amount, currency))
}

fn from_text(text: &str) -> Result<(Decimal, Option<&'static str>), Why> {
    let wrong = || Why::new("why-amount-like").with("given", shown(text));
    if text.trim().is_empty() {
        return Err(Why::new("why-empty"));
    }
    let text = plain_signs(text);
    let number_signs = |sign: char| sign.is_ascii_digit() || matches!(sign, '-' | '+');
    let start = text.find(number_signs).ok_or_else(wrong)?;
    let end = text.rfind(|sign: char| sign.is_ascii_digit()).ok_or_else(wrong)?;
    let (before, rest) = text.split_at_checked(start).ok_or_else(wrong)?;
    let (middle, after) = rest.split_at_checked((end + 1).checked_sub(start).ok_or_else(wrong)?).ok_or_else(wrong)?;
    let amount = decimal(middle).ok_or_else(wrong)?;
    let currency = match (before.trim(), after.trim()) {
        ("", word) | (word, "") => currency(word)?,
        _ => return Err(wrong()),
    };
    Ok((amount, currency))
}

fn significant_digits(number: Decimal) -> u32 {
    number.normalize().mantissa().unsigned_abs().checked_ilog10().map_or(1, |log| log + 1)
}

fn places(currency: Option<&str>) -> u32 {
    match currency {
        Some("BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV" | "XAF" | "XOF" | "XPF") => 0,
        Some("BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND") => 3,
        _ => 2,
    }
}

/// The currency that people mean by a word or sign; nothing when there is none.
fn currency(word: &str) -> Result<Option<&'static str>, Why> {
    let word = word.trim().trim_end_matches('.');
    let known = match word.to_lowercase().as_str() {
        "" => return Ok(None),
        "€" | "euro" | "euros" | "欧元" | "歐元" => Some("EUR"),
        "$" | "us$" | "dollar" | "dollars" | "美元" => Some("USD"),
        "£" | "pound" | "pounds" | "英镑" | "英鎊" => Some("GBP"),
        "¥" | "￥" | "rmb" | "yuan" | "元" | "块" | "塊" | "块钱" | "圆" | "人民币" | "人民幣" => Some("CNY"),
        "円" | "yen" | "日元" => Some("JPY"),
        "₩" | "won" | "원" => Some("KRW"),
        "₹" | "rs" | "rupees" => Some("INR"),
        "₽" | "руб" => Some("RUB"),
        "fr" | "sfr" => Some("CHF"),
        "hk$" => Some("HKD"),
        "nt$" => Some("TWD"),
        code => CURRENCIES.split_ascii_whitespace().find(|known| known.eq_ignore_ascii_case(code)),
    };
    known.map(Some).ok_or_else(|| Why::new("why-no-currency").with("given", shown(word)))
}

/// The number behind a JSON number, a written number, or the value of an amount.
pub(crate) fn decimal_of(value: &Value) -> Option<Decimal> {
    match value {
        Value::Object(parts) => given(parts.get("value")?),
        other => given(other),
    }
}

fn given(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
        }
        Value::String(text) => plain_decimal(text).or_else(|| decimal(&plain_signs(text))),
        _ => None,
    }
}

/// The short way for the canonical form, which rules compare with again and again.
fn plain_decimal(text: &str) -> Option<Decimal> {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.').then(|| text.parse().ok()).flatten()
}

/// Full-width digits and signs as plain ones; every kind of space as a plain one.
fn plain_signs(text: &str) -> String {
    text.chars()
        .map(|sign| match sign {
            '０'..='９' | '．' | '，' | '－' | '＋' => char::from_u32(sign as u32 - 0xfee0).unwrap_or(sign),
            '−' => '-',
            sign if sign.is_whitespace() => ' ',
            sign => sign,
        })
        .collect()
}

/// A number as people write it: `1234.5`, `1,234.50`, `1.234,50`, `1 234,50`, `1'234.50`.
///
/// A single comma before three digits separates thousands, else it is the decimal sign; a single point always is the decimal sign.
fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    let commas = text.matches(',').count();
    let points = text.matches('.').count();
    let decimal_sign = match (commas, points) {
        (0, 1) => Some('.'),
        (1, 0) => {
            let (whole, fraction) = text.split_once(',')?;
            let thousands = fraction.len() == 3 && (1..=3).contains(&whole.len()) && whole != "0";
            (!thousands).then_some(',')
        }
        (0, _) | (_, 0) => None,
        (_, 1) if text.rfind('.') > text.rfind(',') => Some('.'),
        (1, _) if text.rfind(',') > text.rfind('.') => Some(','),
        _ => return None,
    };
    let (whole, fraction) = match decimal_sign {
        Some(sign) => text.split_once(sign)?,
        None => (text, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = whole.split([',', '.', ' ', '\'', '’', '_']).collect();
    let (first, rest) = groups.split_first()?;
    let grouped = rest.is_empty()
        || ((1..=3).contains(&first.len())
            && rest.iter().all(|group| (2..=3).contains(&group.len()))
            && rest.last().is_some_and(|last| last.len() == 3));
    if !grouped || !groups.iter().all(|group| digits(group)) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let mut plain: String = groups.concat();
    if plain.is_empty() {
        plain.push('0');
    }
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    let mut number: Decimal = plain.parse().ok()?;
    number.set_sign_negative(negative && !number.is_zero());
    Some(number)
}
