//! A choice typed instead of pressed: its number or its label.

use unicode_normalization::UnicodeNormalization as _;

use super::normalise;

/// Which of `labels` the words `text` choose, counted from 0: a number ("2", "２.", "第二个", "the second one") or a label typed out.
pub fn choice<'a>(text: &str, labels: impl IntoIterator<Item = &'a str>) -> Option<usize> {
    let words = normalise(text);
    if words.is_empty() {
        return None;
    }
    let labels: Vec<String> = labels.into_iter().map(normalise).collect();
    labels
        .iter()
        .position(|label| *label == words)
        .or_else(|| ordinal(text).and_then(|number| number.checked_sub(1)).filter(|index| *index < labels.len()))
}

/// The number that is all that `text` says, 1 to 99.
fn ordinal(text: &str) -> Option<usize> {
    // Minus signs and decimal points would make it something else than the place in a list.
    let folded: String = text.trim().nfkc().collect();
    if folded.starts_with('-') || folded.chars().zip(folded.chars().skip(1)).any(|(a, b)| matches!(a, '.' | ',') && b.is_ascii_digit()) {
        return None;
    }
    let words = normalise(text);
    let bare = ["the ", "number ", "option ", "no ", "nr ", "nummer ", "numero ", "opcion ", "opcao "]
        .iter()
        .fold(words.as_str(), |rest, prefix| rest.strip_prefix(prefix).unwrap_or(rest));
    let bare = bare.strip_suffix(" one").unwrap_or(bare);
    let bare = ["我选", "我選", "选择", "選擇", "选", "選"].iter().fold(bare, |rest, prefix| rest.strip_prefix(prefix).unwrap_or(rest).trim_start());
    let bare = bare.strip_prefix('第').unwrap_or(bare).trim_start();
    let bare = ["个", "個", "项", "項", "条", "條", "号", "號", "番目", "番", "つ目"]
        .iter()
        .find_map(|suffix| bare.strip_suffix(suffix))
        .unwrap_or(bare)
        .trim_end();
    if let Ok(number) = bare.parse::<usize>() {
        return (1..100).contains(&number).then_some(number);
    }
    const WORDS: [&[&str]; 9] = [
        &["first", "1st", "one", "一", "壹", "erste", "premier", "primero", "primeiro"],
        &["second", "2nd", "two", "二", "两", "兩", "zweite", "deuxieme", "segundo"],
        &["third", "3rd", "three", "三", "dritte", "troisieme", "tercero", "terceiro"],
        &["fourth", "4th", "four", "四"],
        &["fifth", "5th", "five", "五"],
        &["sixth", "6th", "six", "六"],
        &["seventh", "7th", "seven", "七"],
        &["eighth", "8th", "eight", "八"],
        &["ninth", "9th", "nine", "九"],
    ];
    WORDS.iter().position(|words| words.contains(&bare)).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::choice;

    const LABELS: [&str; 3] = ["How do I return something?", "Refund times", "以上都不是"];

    #[test]
    fn numbers_in_every_dress_choose() {
        for (text, expected) in [
            ("1", 0),
            ("2", 1),
            ("２", 1),
            ("2.", 1),
            ("2)", 1),
            ("#2", 1),
            ("②", 1),
            ("2️⃣", 1),
            ("option 2", 1),
            ("No. 3", 2),
            ("the second one", 1),
            ("第二个", 1),
            ("第 2 個", 1),
            ("选3", 2),
            ("我选第三个", 2),
            ("二", 1),
            ("2番", 1),
            ("first", 0),
        ] {
            assert_eq!(choice(text, LABELS), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_label_typed_out_chooses() {
        assert_eq!(choice("refund TIMES", LABELS), Some(1));
        assert_eq!(choice("how do i return something", LABELS), Some(0));
        assert_eq!(choice("以上都不是。", LABELS), Some(2));
    }

    #[test]
    fn other_numbers_and_words_choose_nothing() {
        for text in ["0", "4", "99", "-1", "1.5", "1,5", "12 pieces", "order 2", "", "?", "return", "2 refunds please", "第十个"] {
            assert_eq!(choice(text, LABELS), None, "{text}");
        }
    }
}
