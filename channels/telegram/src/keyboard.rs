//! Choices below a message, in rows.

use bellhop_channel::{OutButton, clean};
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

/// Most buttons in one row.
const ROW: usize = 4;

/// About as many letters as a row shows on a telephone.
const WIDTH: usize = 30;

/// The buttons in rows, each with as many as can be read there; none without any.
pub(crate) fn keyboard(buttons: &[OutButton]) -> Option<InlineKeyboardMarkup> {
    let mut rows: Vec<Vec<InlineKeyboardButton>> = Vec::new();
    let mut widest = 0;
    for button in buttons {
        // Telegram takes no button without a label.
        let label = clean::line(&button.label).unwrap_or_else(|| "…".to_owned());
        let width = width(&label);
        let made = InlineKeyboardButton::callback(label, button.id.clone());
        match rows.last_mut() {
            Some(row) if row.len() < ROW && (row.len() + 1) * widest.max(width) <= WIDTH => {
                widest = widest.max(width);
                row.push(made);
            }
            _ => {
                widest = width;
                rows.push(vec![made]);
            }
        }
    }
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

/// How wide a label is, in letters: all buttons of a row are as wide as its widest, and Chinese letters are twice as wide as others.
fn width(label: &str) -> usize {
    label.chars().map(|character| if character >= '\u{1100}' { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn short_labels_share_a_row_and_long_ones_do_not() {
        let rows = |labels: &[&str]| {
            let buttons: Vec<OutButton> = labels.iter().map(|&label| OutButton { id: label.into(), label: label.into() }).collect();
            keyboard(&buttons).unwrap().inline_keyboard.iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(rows(&["1", "2", "3", "4", "5"]), [4, 1]);
        assert_eq!(rows(&["Yes, that helped", "No"]), [1, 1]);
        assert_eq!(rows(&["Take", "Close", "Ticket"]), [3]);
        assert_eq!(rows(&["转人工客服处理", "关闭"]), [2]);
        assert_eq!(rows(&["按住绿色按钮七秒钟", "关闭"]), [1, 1]);
        assert_eq!(keyboard(&[]), None);
    }

    #[test]
    fn a_label_of_nothing_still_is_a_button() {
        let keyboard = keyboard(&[OutButton { id: "b".into(), label: "\u{202e}".into() }]).unwrap();
        assert_eq!(keyboard.inline_keyboard[0][0].text, "…");
    }
}
