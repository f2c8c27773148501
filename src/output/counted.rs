//! A number with its noun: `1 case`, `2 cases`.

use std::fmt::Display;

/// The count and its noun, in the singular or with an `s`.
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// The counts that are not zero, each with its words: `2 match, 1 fixed`. Without any: `otherwise`.
#[must_use]
pub fn tally(counts: &[(u64, &str)], otherwise: &str) -> String {
    let some = counts.iter().filter(|(count, _)| *count > 0);
    let some: Vec<String> = some
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    if some.is_empty() {
        return otherwise.to_owned();
    }
    some.join(", ")
}

/// In groups of three: `1,234,567`.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped, tally};

    #[test]
    fn long_numbers_are_read_in_groups() {
        for (count, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (55_757, "55,757"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(count), shown);
        }
    }

    #[test]
    fn only_what_is_there_is_told() {
        let counts = [(2, "match"), (0, "fixed"), (1, "would fix")];
        assert_eq!(tally(&counts, "nothing"), "2 match, 1 would fix");
        assert_eq!(tally(&[(0, "fixed")], "nothing"), "nothing");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(0_u64, "case"), "0 cases");
        assert_eq!(counted(1_u32, "case"), "1 case");
        assert_eq!(counted(2_usize, "case"), "2 cases");
    }
}
