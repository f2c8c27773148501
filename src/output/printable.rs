//! Makes text from outside safe for a terminal.

/// Removes what a terminal would obey instead of show: control and escape characters, marks that change the writing
/// direction, and invisible characters. Tabs and line ends become spaces, so that a text stays on one line.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|letter| match letter {
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
            letter if is_harmful(letter) => None,
            letter => Some(letter),
        })
        .collect()
}

/// Whether a terminal would obey the character, or show something misleading.
///
/// The joiners U+200C and U+200D stay: names in several scripts need them.
pub(super) fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' // soft hyphen
            | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' // direction marks, zero width space
            | '\u{2028}'..='\u{202e}' // line ends, direction overrides
            | '\u{2060}'..='\u{206f}' // invisible operators, direction isolates
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' // byte order mark, annotations
            | '\u{e0000}'..='\u{e007f}') // tags
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(printable(text), shown, "{text:?}");
    }

    #[test]
    fn printed_text_never_controls_the_terminal() {
        check("\u{1b}[2J\u{1b}[31mred", "[2J[31mred");
        check("\u{1b}]0;title\u{7}x", "]0;titlex");
        check("\u{9b}31mred\u{9d}0;x\u{9c}", "31mred0;x");
        check("a\u{0}b\u{7}c\u{8}d\u{7f}e", "abcde");
    }

    #[test]
    fn one_text_stays_one_line() {
        check("paid\nINV-2  paid", "paid INV-2  paid");
        check("a\r\nb\tc\u{85}d\u{2028}e", "a  b c d e");
    }

    #[test]
    fn text_direction_controls_are_dropped() {
        check("INV-\u{202e}1-VNI\u{2066}x\u{2069}\u{200f}", "INV-1-VNIx");
        check("\u{feff}a\u{200b}b\u{e0041}", "ab");
    }

    #[test]
    fn names_of_people_stay_as_they_are() {
        for name in [
            "Siti Nurhaliza",
            "Nguyễn Văn A",
            "张伟",
            "علی\u{200c}رضا",
            "👩\u{200d}💻",
        ] {
            check(name, name);
        }
    }
}
