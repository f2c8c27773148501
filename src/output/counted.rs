//! A number with its noun: `1 case`, `2 cases`.

use std::fmt::Display;

/// The count and its noun, in the singular or with an `s`.
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(0_u64, "case"), "0 cases");
        assert_eq!(counted(1_u32, "case"), "1 case");
        assert_eq!(counted(2_usize, "case"), "2 cases");
    }
}
