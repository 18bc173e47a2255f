//! A choice typed instead of pressed: its number or its label.

use unicode_normalization::UnicodeNormalization as _;

use super::{is_cjk, normalise};

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

/// Which of `titles`, counted from 0, only can be meant by `text`: the last one, or so many of the words of one, or letters of it, that no other fits.
pub fn named<'a>(text: &str, titles: impl IntoIterator<Item = &'a str>) -> Option<usize> {
    let words = normalise(text);
    let titles: Vec<String> = titles.into_iter().map(normalise).collect();
    if LAST.contains(&bare(&words).as_str()) {
        return titles.len().checked_sub(1);
    }
    let is_part = |title: &String| {
        if words.chars().any(is_cjk) {
            return words.chars().count() >= 2 && title.contains(&words);
        }
        let own: Vec<&str> = title.split(' ').collect();
        let mut said = words.split(' ').filter(|word| !IN_BETWEEN.contains(word)).peekable();
        said.peek().is_some() && said.all(|word| own.iter().any(|known| is_same_word(word, known)))
    };
    let mut meant = titles.iter().enumerate().filter(|(_, title)| is_part(title));
    let (index, _) = meant.next()?;
    meant.next().is_none().then_some(index)
}

/// The same word, also as singular or plural, or with a letter wrong in a long one.
fn is_same_word(a: &str, b: &str) -> bool {
    let stem = |word: &str| word.strip_suffix("es").or_else(|| word.strip_suffix('s')).filter(|stem| stem.len() > 2).unwrap_or(word).to_owned();
    a == b || stem(a) == stem(b) || super::spelling::is_slip_of(a, b)
}

/// Words beside the one that names a title.
const IN_BETWEEN: &[&str] = &["the", "about", "i", "mean", "meant", "one", "please", "with", "its", "it", "is", "yes", "my", "a", "an", "to", "of"];

/// The last of a list.
const LAST: &[&str] =
    &["last", "letzte", "letzten", "letztes", "ultimo", "ultima", "dernier", "derniere", "最后", "最後", "最后一", "最後一", "最後の", "最後のもの"];

/// The words without what stands around a number or place: "the … one", "option …", "第…个".
fn bare(words: &str) -> String {
    const BEFORE: &[&str] = &[
        "ok",
        "okay",
        "yes",
        "i mean",
        "i want",
        "i choose",
        "i pick",
        "ill take",
        "lets take",
        "it is",
        "its",
        "the",
        "number",
        "option",
        "no",
        "nr",
        "ich nehme",
        "ich meine",
        "das",
        "die",
        "der",
        "den",
        "nummer",
        "el",
        "la",
        "lo",
        "quiero",
        "elijo",
        "numero",
        "opcion",
        "le",
        "je choisis",
        "je veux",
        "o",
        "a",
        "quero",
        "opcao",
        "我选",
        "我選",
        "我要",
        "我想要",
        "选择",
        "選擇",
        "选",
        "選",
        "是",
        "就",
        "第",
    ];
    const AFTER: &[&str] = &[
        "one",
        "option",
        "please",
        "article",
        "bitte",
        "por favor",
        "s il vous plait",
        "sil vous plait",
        "吧",
        "谢谢",
        "謝謝",
        "です",
        "でお願いします",
        "をお願いします",
        "个",
        "個",
        "项",
        "項",
        "条",
        "條",
        "号",
        "號",
        "篇",
        "种",
        "種",
        "番目",
        "番",
        "つ目",
        "の",
        "の方",
        "でお願い",
    ];
    let mut bare = words.trim();
    loop {
        let before = bare;
        for word in BEFORE {
            if let Some(rest) = bare.strip_prefix(word)
                && (rest.starts_with(' ') || !rest.is_empty() && word.chars().all(is_cjk))
            {
                bare = rest.trim_start();
            }
        }
        for word in AFTER {
            if let Some(rest) = bare.strip_suffix(word)
                && (rest.ends_with(' ') || !rest.is_empty() && word.chars().all(is_cjk))
            {
                bare = rest.trim_end();
            }
        }
        if bare == before {
            return bare.to_owned();
        }
    }
}

/// The number that is all that `text` says, 1 to 99.
fn ordinal(text: &str) -> Option<usize> {
    // Minus signs and decimal points would make it something else than the place in a list.
    let folded: String = text.trim().nfkc().collect();
    if folded.starts_with('-') || folded.chars().zip(folded.chars().skip(1)).any(|(a, b)| matches!(a, '.' | ',') && b.is_ascii_digit()) {
        return None;
    }
    let bare = bare(&normalise(text));
    if let Ok(number) = bare.parse::<usize>() {
        return (1..100).contains(&number).then_some(number);
    }
    const WORDS: [&[&str]; 9] = [
        &[
            "first",
            "1st",
            "one",
            "一",
            "壹",
            "erste",
            "ersten",
            "erstes",
            "1er",
            "premier",
            "premiere",
            "primero",
            "primera",
            "primer",
            "primeiro",
            "primeira",
            "最初",
            "最初の",
            "一つ",
            "ひとつ",
        ],
        &[
            "second",
            "2nd",
            "two",
            "二",
            "两",
            "兩",
            "zweite",
            "zweiten",
            "zweites",
            "deuxieme",
            "second",
            "seconde",
            "segundo",
            "segunda",
            "2e",
            "二つ",
            "ふたつ",
        ],
        &[
            "third",
            "3rd",
            "three",
            "三",
            "dritte",
            "dritten",
            "drittes",
            "troisieme",
            "3e",
            "tercero",
            "tercera",
            "tercer",
            "terceiro",
            "terceira",
            "三つ",
            "みっつ",
        ],
        &["fourth", "4th", "four", "四", "vierte", "vierten", "quatrieme", "cuarto", "cuarta", "quarto", "quarta", "四つ"],
        &["fifth", "5th", "five", "五", "funfte", "cinquieme", "quinto", "quinta"],
        &["sixth", "6th", "six", "六"],
        &["seventh", "7th", "seven", "七"],
        &["eighth", "8th", "eight", "八"],
        &["ninth", "9th", "nine", "九"],
    ];
    WORDS.iter().position(|words| words.contains(&bare.as_str())).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::{choice, named};

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
            ("the first one please", 0),
            ("I mean the second", 1),
            ("das zweite", 1),
            ("die zweite bitte", 1),
            ("la segunda", 1),
            ("el primero, por favor", 0),
            ("le deuxième", 1),
            ("la première s'il vous plaît", 0),
            ("o segundo", 1),
            ("a terceira", 2),
            ("第二个吧", 1),
            ("二番目", 1),
            ("2つ目です", 1),
            ("最初のです", 0),
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

    #[test]
    fn a_part_of_a_title_names_it_if_no_other_has_it() {
        let titles = ["How do I return something?", "When do I get my refund?", "怎么申请退款", "退货需要多久"];
        for (text, expected) in [
            ("refund", Some(1)),
            ("the refund", Some(1)),
            ("I mean the refunds", Some(1)),
            ("return something", Some(0)),
            ("retrun", Some(0)),
            ("申请退款", Some(2)),
            ("退货", Some(3)),
            ("the last one", Some(3)),
            ("最后一个", Some(3)),
            ("das letzte", Some(3)),
            ("el último", Some(3)),
            ("do", None),
            ("退", None),
            ("shipping", None),
            ("refund for shoes", None),
            ("", None),
            ("the", None),
        ] {
            assert_eq!(named(text, titles), expected, "{text}");
        }
    }
}
