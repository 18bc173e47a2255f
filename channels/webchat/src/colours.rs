//! One colour of the house, and others made of it that can be read beside it.

/// Least contrast of a text, by WCAG 2.2 (1.4.3).
const READABLE: f64 = 4.5;
/// The widget's own surfaces: behind links there is never anything lighter, or darker.
const LIGHT: [u8; 3] = [0xf3, 0xf5, 0xf8];
const DARK: [u8; 3] = [0x23, 0x28, 0x2f];

/// What the widget is coloured with, as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Colours {
    /// As configured: header, own messages.
    pub(crate) accent: String,
    /// What is written on it.
    pub(crate) on_accent: String,
    /// Close to it, and readable on light surfaces.
    pub(crate) on_light: String,
    /// Close to it, and readable on dark surfaces.
    pub(crate) on_dark: String,
}

impl Colours {
    /// From `#rgb` or `#rrggbb`.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let accent = parse(text)?;
        let on_accent = if contrast(accent, [255; 3]) >= READABLE { [255; 3] } else { [0; 3] };
        Some(Self {
            accent: shown(accent),
            on_accent: shown(on_accent),
            on_light: shown(towards(accent, [0; 3], LIGHT)),
            on_dark: shown(towards(accent, [255; 3], DARK)),
        })
    }
}

fn parse(text: &str) -> Option<[u8; 3]> {
    let digits: Vec<u8> =
        text.strip_prefix('#')?.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    match digits.as_slice() {
        [r, g, b] => Some([r * 17, g * 17, b * 17]),
        [r1, r2, g1, g2, b1, b2] => Some([r1 * 16 + r2, g1 * 16 + g2, b1 * 16 + b2]),
        _ => None,
    }
}

fn shown([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// `colour`, mixed with as little of `end` as makes it readable on `surface`.
fn towards(colour: [u8; 3], end: [u8; 3], surface: [u8; 3]) -> [u8; 3] {
    let mixed = |percent: u16| {
        let mut mixed = colour;
        for (own, other) in mixed.iter_mut().zip(end) {
            let sum = u16::from(*own) * (100 - percent) + u16::from(other) * percent;
            *own = u8::try_from(sum / 100).unwrap_or(u8::MAX);
        }
        mixed
    };
    (0..=100).step_by(2).map(mixed).find(|mixed| contrast(*mixed, surface) >= READABLE).unwrap_or(end)
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance([r, g, b]: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn whatever_colour_is_chosen_can_be_read() {
        for colour in ["#000", "#fff", "#ff0", "#0b5cad", "#e91e63", "#7f7f7f", "#00ff7f", "#010203"] {
            let colours = Colours::of(colour).unwrap();
            let value = |text: &str| parse(text).unwrap();
            assert!(contrast(value(&colours.accent), value(&colours.on_accent)) >= READABLE, "{colours:?}");
            assert!(contrast(value(&colours.on_light), LIGHT) >= READABLE, "{colours:?}");
            assert!(contrast(value(&colours.on_dark), DARK) >= READABLE, "{colours:?}");
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays() {
        let colours = Colours::of("#0b5cad").unwrap();
        assert_eq!((colours.accent.as_str(), colours.on_accent.as_str(), colours.on_light.as_str()), ("#0b5cad", "#ffffff", "#0b5cad"));
    }

    #[test]
    fn what_is_no_colour_is_none() {
        for text in ["", "#", "blue", "#12", "#12345", "#gggggg", "0b5cad", "#0b5cad;}"] {
            assert_eq!(Colours::of(text), None, "{text}");
        }
    }
}
