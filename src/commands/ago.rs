//! How long ago something was, as people say it.

use std::time::Duration;

use crate::config::written;

/// The two largest units: `40s`, `5m 20s`, `2h 5m`, `3d 4h`.
pub(super) fn ago(span: Duration) -> String {
    let seconds = span.as_secs();
    let unit = match seconds {
        86_400.. => 3_600,
        3_600.. => 60,
        _ => 1,
    };
    written(Duration::from_secs(seconds - seconds % unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_say_only_the_largest_units() {
        for (millis, said) in [
            (900, "0s"),
            (40_000, "40s"),
            (320_500, "5m 20s"),
            (7_500_000, "2h 5m"),
            (7_259_000, "2h"),
            (273_600_000 + 59_000, "3d 4h"),
            (864_000_000, "10d"),
        ] {
            assert_eq!(ago(Duration::from_millis(millis)), said);
        }
    }
}
