//! What of a table is shown on a narrow terminal: less important columns are left out, and prose loses its middle.
//!
//! Nothing is cut inside a word or a number, unless one alone is wider than the terminal.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Align, Column};

/// Cells between two columns.
const GAP: usize = 2;

/// Prose is not made narrower than this while another column can be left out.
const LEAST_PROSE: usize = 24;

const ELLIPSIS: &str = "…";

/// A column that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShownColumn {
    /// Its place in the row.
    pub(super) place: usize,
    /// The widest that its texts may be.
    pub(super) width: usize,
}

/// A column with what stands in it.
struct MeasuredColumn {
    place: usize,
    /// Of the widest cell, or the heading.
    full: usize,
    /// Of the narrowest that it can be made.
    least: usize,
}

/// The columns for a terminal of this width. `hides` are headings in the order in which they are left out; after them
/// columns are left out from the right, but never the first.
pub(super) fn fit(
    columns: &[Column],
    shown: &[usize],
    hides: &[&str],
    rows: &[&[String]],
    width: usize,
) -> Vec<ShownColumn> {
    let mut left: Vec<MeasuredColumn> = shown
        .iter()
        .filter_map(|place| Some(measure(columns.get(*place)?, *place, rows)))
        .collect();
    let needed = |left: &[MeasuredColumn]| {
        left.iter()
            .map(|column| column.least + GAP)
            .sum::<usize>()
            .saturating_sub(GAP)
    };
    let mut hides = hides.iter();
    while left.len() > 1 && needed(&left) > width {
        let next = hides.find_map(|heading| {
            let is_it = |column: &MeasuredColumn| {
                columns
                    .get(column.place)
                    .is_some_and(|known| known.heading == *heading)
            };
            left.iter().position(is_it).filter(|place| *place > 0)
        });
        left.remove(next.unwrap_or(left.len() - 1));
    }
    let mut spare = width.saturating_sub(needed(&left));
    left.iter()
        .map(|column| {
            let more = spare.min(column.full - column.least);
            spare -= more;
            ShownColumn {
                place: column.place,
                width: (column.least + more).min(width.max(1)),
            }
        })
        .collect()
}

fn measure(column: &Column, place: usize, rows: &[&[String]]) -> MeasuredColumn {
    let cells = rows.iter().filter_map(|row| row.get(place));
    let widest = cells.map(|cell| cell.width()).max().unwrap_or_default();
    let heading = column.heading.width();
    let full = widest.max(heading);
    let least = match column.side {
        Align::Prose => full.min(LEAST_PROSE.max(heading)),
        Align::Left | Align::Right => full,
    };
    MeasuredColumn { place, full, least }
}

/// The text in at most so many cells; words in its middle give way to an ellipsis.
pub(super) fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split(' ').collect();
    let (mut head, mut tail) = (0, 0);
    let joined = |head: usize, tail: usize| {
        let end = words.len().saturating_sub(tail);
        let before = words.get(..head).unwrap_or_default().join(" ");
        let after = words.get(end..).unwrap_or_default().join(" ");
        match (before.as_str(), after.as_str()) {
            ("", after) => format!("{ELLIPSIS} {after}"),
            (before, "") => format!("{before} {ELLIPSIS}"),
            (before, after) => format!("{before} {ELLIPSIS} {after}"),
        }
    };
    while head + tail + 1 < words.len() {
        // The beginning says more than the end.
        let (longer_head, longer_tail) = (joined(head + 1, tail), joined(head, tail + 1));
        if head <= 2 * tail && longer_head.width() <= width {
            head += 1;
        } else if head > 0 && longer_tail.width() <= width {
            tail += 1;
        } else if longer_head.width() <= width {
            head += 1;
        } else {
            break;
        }
    }
    if head + tail == 0 {
        return cut(text, width);
    }
    joined(head, tail)
}

/// The text in lines of at most so many cells, broken between words; further lines stand a little to the right. A
/// command at the end stays whole, so that it can be copied.
pub(super) fn fold(text: &str, width: usize) -> Vec<String> {
    let indent = text.len() - text.trim_start().len();
    let (words, command) = match text.rfind(" payctl ") {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let command = command.trim_start();
    let words = words.split_whitespace();
    let words = words.chain((!command.is_empty()).then_some(command));
    let (mut lines, mut line) = (Vec::new(), " ".repeat(indent));
    let mut is_empty = true;
    for word in words {
        if !is_empty && line.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent + 2)));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
    lines
}

/// Cuts where it must be, also inside a word.
fn cut(text: &str, width: usize) -> String {
    let mut room = width.saturating_sub(ELLIPSIS.width());
    let mut kept = String::new();
    for letter in text.chars() {
        let needs = letter.width().unwrap_or_default();
        if needs > room {
            break;
        }
        room -= needs;
        kept.push(letter);
    }
    kept.push_str(ELLIPSIS);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_loses_words_in_its_middle() {
        let told = "midtrans says \"settlement\" for Rp 10,000; Rp 25,000 was asked for";
        for (width, shown) in [
            (80, told),
            (40, "midtrans says \"settlement\" … asked for"),
            (24, "midtrans says … for"),
            (12, "midtrans …"),
            (5, "midt…"),
            (0, "…"),
        ] {
            let shortened = shorten(told, width);
            assert!(shortened.width() <= width.max(1), "{shortened:?}");
            assert_eq!(shortened, shown, "{width}");
        }
    }

    #[test]
    fn long_news_go_on_in_a_further_line() {
        let told = "  case 1, INV-2: Rp 150,000 was asked for; payctl case show 1";
        for (width, lines) in [
            (80, vec![told]),
            (
                50,
                vec![
                    "  case 1, INV-2: Rp 150,000 was asked for;",
                    "    payctl case show 1",
                ],
            ),
            (
                20,
                vec![
                    "  case 1, INV-2: Rp",
                    "    150,000 was",
                    "    asked for;",
                    "    payctl case show 1",
                ],
            ),
        ] {
            assert_eq!(fold(told, width), lines, "{width}");
        }
        assert_eq!(fold("1 open case:", usize::MAX), ["1 open case:"]);
    }

    #[test]
    fn a_wide_letter_is_not_cut_in_two() {
        assert_eq!(shorten("張偉張偉", 4), "張…");
    }

    fn columns() -> [Column; 4] {
        [
            Column::text("Order"),
            Column::number("Total"),
            Column::text("Created"),
            Column::prose("Why"),
        ]
    }

    fn row() -> Vec<String> {
        let why = "expired: no payment by the deadline, and midtrans says expire";
        ["INV-1", "Rp 25,000", "2026-03-02 04:00:00", why]
            .map(str::to_owned)
            .to_vec()
    }

    #[track_caller]
    fn check(width: usize, hides: &[&str], shown: &[(usize, usize)]) {
        let row = row();
        let fitted = fit(&columns(), &[0, 1, 2, 3], hides, &[&row], width);
        let fitted: Vec<_> = fitted
            .iter()
            .map(|shown| (shown.place, shown.width))
            .collect();
        assert_eq!(fitted, shown);
    }

    #[test]
    fn less_important_columns_give_way_first() {
        check(120, &["Created"], &[(0, 5), (1, 9), (2, 19), (3, 61)]);
        check(80, &["Created"], &[(0, 5), (1, 9), (2, 19), (3, 41)]);
        check(60, &["Created"], &[(0, 5), (1, 9), (3, 42)]);
        check(60, &[], &[(0, 5), (1, 9), (2, 19)]);
        check(12, &["Created"], &[(0, 5)]);
        check(3, &[], &[(0, 3)]);
    }
}
