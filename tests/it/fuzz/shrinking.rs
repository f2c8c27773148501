//! The smallest input that still fails.

/// How often a failing input is tried again.
const TRIES: usize = 3_000;

/// Leaves out parts, large ones first, as long as what is left still fails.
pub(super) fn smallest(input: &[u8], mut fails: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut smallest = input.to_vec();
    let mut tries = 0;
    let mut size = smallest.len().div_ceil(2);
    while size > 0 {
        let mut start = 0;
        let mut is_smaller = false;
        while start < smallest.len() && tries < TRIES {
            let end = (start + size).min(smallest.len());
            let candidate = [&smallest[..start], &smallest[end..]].concat();
            tries += 1;
            if fails(&candidate) {
                (smallest, is_smaller) = (candidate, true);
            } else {
                start = end;
            }
        }
        // Single bytes are tried again as long as one can go.
        if size > 1 || !is_smaller || tries >= TRIES {
            size /= 2;
        }
    }
    smallest
}

#[test]
fn what_does_not_matter_is_left_out() {
    let fails = |input: &[u8]| input.contains(&b'x') && input.ends_with(b"!");
    assert_eq!(smallest(b"some text with x in it, and more!", fails), b"x!");
}
