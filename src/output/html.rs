//! Texts and charts of a page without scripts. Everything from outside is escaped here.

use std::fmt::Write as _;

use super::printable;

/// A text as it stands in a page, in an element or in a quoted attribute. Control characters, also those that turn the
/// direction of writing, are shown and do nothing.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in printable(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

/// One bar of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    pub value: u64,
    /// What is shown to whoever points at it.
    pub title: String,
}

/// Of the room of a bar, in hundredths, so much is drawn; the rest parts it from the next.
const BAR_WIDTH: usize = 80;

/// Up to so many bars are few: as wide as the others they would be walls.
pub const FEW_BARS: usize = 8;

const WIDTH_OF_FEW: usize = 32;

/// The height of the highest bar.
const HEIGHT: u64 = 1000;

/// Standing bars, as wide as the page; the highest is as high as the chart.
#[must_use]
pub fn standing_bars(bars: &[Bar], label: &str) -> String {
    let highest = bars.iter().map(|bar| bar.value).max().unwrap_or_default();
    let width = bars.len().max(1) * 100;
    let drawn = if bars.len() > FEW_BARS {
        BAR_WIDTH
    } else {
        WIDTH_OF_FEW
    };
    let label = escaped(label);
    let mut svg = format!(
        "<svg class=\"standing\" viewBox=\"0 0 {width} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\">"
    );
    for (place, bar) in bars.iter().enumerate() {
        let height = scaled(bar.value, highest, HEIGHT);
        let (x, y) = (place * 100 + (100 - drawn) / 2, HEIGHT - height);
        let title = escaped(&bar.title);
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{drawn}\" height=\"{height}\"><title>{title}</title></rect>"
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A lying bar, for the line of a table; the longest is as long as its cell.
#[must_use]
pub fn lying_bar(value: u64, longest: u64) -> String {
    let length = scaled(value, longest, HEIGHT);
    format!(
        "<svg class=\"lying\" viewBox=\"0 0 {HEIGHT} 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{length}\" height=\"10\"/></svg>"
    )
}

/// What is there is seen, however little it is.
fn scaled(value: u64, most: u64, full: u64) -> u64 {
    if value == 0 || most == 0 {
        return 0;
    }
    let part = u128::from(value) * u128::from(full) / u128::from(most);
    u64::try_from(part).unwrap_or(full).clamp(full / 100, full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_only_text() {
        for (text, safe) in [
            ("VPN 30 d", "VPN 30 d"),
            (
                "<script>alert(1)</script>",
                "&lt;script&gt;alert(1)&lt;/script&gt;",
            ),
            ("\" onload='x' &", "&quot; onload=&#39;x&#39; &amp;"),
            ("&lt;", "&amp;lt;"),
        ] {
            assert_eq!(escaped(text), safe);
        }
        let turned = escaped("a\u{202e}b\u{7}c");
        assert!(!turned.contains(['\u{202e}', '\u{7}']), "{turned}");
    }

    #[test]
    fn bars_are_as_high_as_their_values() {
        for (value, most, height) in [
            (0, 0, 0),
            (0, 5, 0),
            (5, 5, 1000),
            (1, 4, 250),
            (1, 1_000_000, 10),
            (u64::MAX, u64::MAX, 1000),
        ] {
            assert_eq!(scaled(value, most, HEIGHT), height, "{value} of {most}");
        }
        let bars = [(2, "two"), (1, "<one>")].map(|(value, title)| Bar {
            value,
            title: title.to_owned(),
        });
        assert_eq!(
            standing_bars(&bars, "Money"),
            "<svg class=\"standing\" viewBox=\"0 0 200 1000\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Money\">\
             <rect x=\"34\" y=\"0\" width=\"32\" height=\"1000\"><title>two</title></rect>\
             <rect x=\"134\" y=\"500\" width=\"32\" height=\"500\"><title>&lt;one&gt;</title></rect></svg>"
        );
    }
}
