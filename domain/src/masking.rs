//! What customers write, shown to people who need the question and not the person: addresses and numbers are masked.

/// Digits that a number has from which on it may be somebody's: a telephone number, a card, an account, an order.
const PERSONAL_DIGITS: usize = 7;
/// Digits of card numbers (ISO/IEC 7812).
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// What stands where an e-mail address was.
pub const EMAIL: &str = "[e-mail]";
/// What stands where a telephone number was.
pub const PHONE: &str = "[phone]";
/// What stands where a card's number was.
pub const CARD: &str = "[card]";
/// What stands where another long number was.
pub const NUMBER: &str = "[number]";

/// `text` without e-mail addresses, telephone and card numbers, and other numbers of seven digits or more.
///
/// Names are left as they are: they cannot be told from other words. Short numbers stay, for a question may be about them.
pub fn masked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(sign) = chars.get(at) {
        if let Some(end) = email(&chars, at) {
            shown.push_str(EMAIL);
            at = end;
        } else if let Some((end, mask)) = number(&chars, at) {
            shown.push_str(mask);
            at = end;
        } else {
            shown.push(*sign);
            at += 1;
        }
    }
    shown
}

/// The same without a trace: for comparing texts by what they are about.
pub fn without_personal(text: &str) -> String {
    [EMAIL, PHONE, CARD, NUMBER].into_iter().fold(masked(text), |text, mask| text.replace(mask, " "))
}

/// Where the e-mail address that begins at `at` ends, if one begins there. Only ASCII counts as part of one: where words are written without spaces,
/// that tells the address from what stands before it.
fn email(chars: &[char], at: usize) -> Option<usize> {
    let is_local = |sign: &char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '%' | '+' | '-');
    if at.checked_sub(1).and_then(|before| chars.get(before)).is_some_and(is_local) {
        return None;
    }
    let local = chars.get(at..)?.iter().take_while(|sign| is_local(sign)).count();
    let sign = at + local;
    if local == 0 || !matches!(chars.get(sign), Some('@' | '＠')) {
        return None;
    }
    let host: String = chars.get(sign + 1..)?.iter().take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-')).collect();
    let host = host.trim_end_matches(['.', '-']);
    let (_, last) = host.rsplit_once('.')?;
    (last.len() >= 2).then(|| sign + 1 + host.len())
}

/// Where the number that begins at `at` ends, and what stands for it, if it is a long one.
fn number(chars: &[char], at: usize) -> Option<(usize, &'static str)> {
    let first = *chars.get(at)?;
    let follows_digit = at.checked_sub(1).and_then(|before| chars.get(before)).is_some_and(|before| digit(*before).is_some());
    let opens = matches!(first, '+' | '＋' | '(');
    if follows_digit || !(opens || digit(first).is_some()) {
        return None;
    }
    let (mut digits, mut end, mut separators) = (Vec::new(), at, 0);
    for (place, sign) in chars.iter().enumerate().skip(at) {
        if let Some(value) = digit(*sign) {
            digits.push(value);
            (end, separators) = (place + 1, 0);
        } else if (place == at && opens) || (matches!(sign, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}') && separators < 2) {
            separators += 1;
        } else {
            break;
        }
    }
    if digits.len() < PERSONAL_DIGITS {
        return None;
    }
    let mask = if CARD_DIGITS.contains(&digits.len()) && luhn(&digits) {
        CARD
    } else if matches!(first, '+' | '＋' | '(') || digits.starts_with(&[0]) {
        PHONE
    } else {
        NUMBER
    };
    Some((end, mask))
}

/// ASCII and full-width digits.
fn digit(sign: char) -> Option<u32> {
    match sign {
        '０'..='９' => u32::from(sign).checked_sub(u32::from('０')),
        other => other.to_digit(10),
    }
}

/// The check digit of card numbers.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => *digit,
            _ if digit * 2 > 9 => digit * 2 - 9,
            _ => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_person_is_masked_and_the_question_stays() {
        for (text, expected) in [
            ("My mail is ann.lee+x@example.co.uk, where is it?", "My mail is [e-mail], where is it?"),
            ("write to a@b.de.", "write to [e-mail]."),
            ("我的邮箱ann@example.org收不到", "我的邮箱[e-mail]收不到"),
            ("call me at +49 30 1234-5678 please", "call me at [phone] please"),
            ("(030) 12345678 is my number", "[phone] is my number"),
            ("电话０１３８００１３８０００", "电话[phone]"),
            ("card 4111 1111 1111 1111 was refused", "card [card] was refused"),
            ("order 20261122001 is late", "order [number] is late"),
            ("order 1001 is late after 14 days, 2 of 3 came", "order 1001 is late after 14 days, 2 of 3 came"),
            ("does it cost 1.299,00 or 1.399,00?", "does it cost 1.299,00 or 1.399,00?"),
            ("meet me @ noon", "meet me @ noon"),
            ("a@b and @c.de", "a@b and @c.de"),
            ("", ""),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn masking_again_changes_nothing() {
        let once = masked("ann@example.org, +4930123456, 4111111111111111, 1234567890");
        assert_eq!(once, "[e-mail], [phone], [card], [number]");
        assert_eq!(masked(&once), once);
        assert_eq!(without_personal("mail a@b.de now"), "mail   now");
    }
}
