//! Which language a text is in, when that can be known.

use whatlang::{Lang, Script};

/// A language recognised in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Detected {
    /// Primary language tag, such as `zh`.
    pub lang: &'static str,
    /// How sure, from 0 to 1; 1 when the script alone decides.
    pub confidence: f64,
}

/// Characters looked at; more would not change the result.
const LOOK_AT: usize = 600;
/// Letters below which a text in an alphabet that many languages share is not judged.
const MIN_LETTERS: usize = 20;
/// Confidence below which the statistical detector is not believed: on short text it names wrong languages.
const MIN_CONFIDENCE: f64 = 0.8;

/// Names the language of `text`, or `None` when the text does not show it, as short text in Latin letters never does.
///
/// The script decides where only one common language uses it; otherwise the statistical detector is believed
/// only when it is confident.
pub fn detect(text: &str) -> Option<Detected> {
    let head: String = text.chars().take(LOOK_AT).collect();
    if let Some(lang) = by_script(&head) {
        return Some(Detected { lang, confidence: 1.0 });
    }
    if head.chars().filter(|c| c.is_alphabetic()).count() < MIN_LETTERS {
        return None;
    }
    let info = whatlang::detect(&head)?;
    let lang = tag(info.lang())?;
    (info.confidence() >= MIN_CONFIDENCE).then(|| Detected { lang, confidence: info.confidence() })
}

/// Whether two language tags name the same language: `zh-CN`, `ZH` and `zh_TW` all match.
pub fn matches(a: &str, b: &str) -> bool {
    primary(a).eq_ignore_ascii_case(primary(b))
}

/// The part of a language tag before the region or script.
pub(crate) fn primary(tag: &str) -> &str {
    tag.trim().split(['-', '_']).next().unwrap_or_default()
}

fn by_script(text: &str) -> Option<&'static str> {
    let (mut han, mut kana, mut hangul, mut other) = (0_usize, 0, 0, 0);
    for c in text.chars() {
        match c {
            '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{ff66}'..='\u{ff9d}' => kana += 1,
            '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' => hangul += 1,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => {
                han += 1;
            }
            _ if c.is_alphabetic() => other += 1,
            _ => {}
        }
    }
    // A Han character carries about as much as three letters; a product name in Latin letters must not
    // hide that the sentence around it is Chinese, nor a Chinese name that the sentence is English.
    let dense = han + kana + hangul;
    if dense > 0 && dense * 3 >= other {
        return Some(if hangul >= kana && hangul * 2 >= dense {
            "ko"
        } else if kana > 0 {
            "ja"
        } else {
            "zh"
        });
    }
    match whatlang::detect_script(text)? {
        Script::Thai => Some("th"),
        Script::Greek => Some("el"),
        Script::Georgian => Some("ka"),
        Script::Armenian => Some("hy"),
        Script::Tamil => Some("ta"),
        Script::Telugu => Some("te"),
        Script::Kannada => Some("kn"),
        Script::Malayalam => Some("ml"),
        Script::Gujarati => Some("gu"),
        Script::Gurmukhi => Some("pa"),
        Script::Bengali => Some("bn"),
        Script::Sinhala => Some("si"),
        Script::Myanmar => Some("my"),
        Script::Khmer => Some("km"),
        _ => None,
    }
}

fn tag(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Pol => "pl",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Pes => "fa",
        Lang::Nep => "ne",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{detect, matches};

    #[test]
    fn the_language_of_a_text() {
        for (text, expected) in [
            ("如何重置过滤器？", Some("zh")),
            ("我的 iPhone 怎麼退貨", Some("zh")),
            ("フィルターを掃除したい", Some("ja")),
            ("返品の方法", Some("ja")),
            ("환불은 어떻게 하나요", Some("ko")),
            ("ฉันต้องการคืนสินค้า", Some("th")),
            ("πού είναι η παραγγελία μου", Some("el")),
            ("hello world", None),
            ("cannot reset password", None),
            ("refund", None),
            ("", None),
            ("🙂🙂🙂", None),
            ("12345 !!", None),
            ("Please tell me how long it takes until my money is back on my account, thank you very much", Some("en")),
            ("Ich möchte gern wissen, wann meine Bestellung endlich bei mir zu Hause ankommt", Some("de")),
            ("My name is 王芳 and I would like to return the shoes that I bought", Some("en")),
        ] {
            assert_eq!(detect(text).map(|found| found.lang), expected, "{text}");
        }
    }

    #[test]
    fn tags_of_one_language_match() {
        for (a, b, expected) in [("zh-CN", "zh", true), ("zh_TW", "ZH", true), ("en", "en-GB", true), ("en", "de", false), ("", "en", false)] {
            assert_eq!(matches(a, b), expected, "{a} {b}");
        }
    }
}
