//! Generated ids, the same every time.

use sha2::{Digest, Sha256};

/// The reference that stands for every id that is not set.
pub const ANY: &str = "*";

/// The transaction id of a try that comes from [`ANY`]: the prefix and the reference, so that a later query by
/// transaction id can be resolved without storing millions of ids.
const TRY_OF_ANY: &str = "pretend-try-of-";

/// The UUID-shaped transaction id of a try without a given one; tries count from 1.
#[must_use]
pub fn transaction_id(reference: &str, try_number: usize) -> String {
    let digest = Sha256::digest(format!("{try_number} {reference}"));
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let (a, b, c, d, e) = (
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32),
    );
    format!("{a}-{b}-4{c}-8{d}-{e}")
}

/// The transaction id of a payment that only [`ANY`] sets.
pub(super) fn try_of_any(reference: &str) -> String {
    format!("{TRY_OF_ANY}{reference}")
}

/// The inverse of [`try_of_any`]; a reference stays unchanged.
pub(super) fn any_reference(id: &str) -> &str {
    id.strip_prefix(TRY_OF_ANY).unwrap_or(id)
}

/// Whether this name belongs to about one in `n`: always the same names, spread evenly (FNV-1a).
pub(super) fn is_one_in(n: u32, name: &str) -> bool {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ u64::from(n);
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The low bits alone repeat too soon for consecutive numbers.
    (hash ^ (hash >> 32)).is_multiple_of(u64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_id_is_a_stable_uuid() {
        let id = transaction_id("INV-1", 1);
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(id, transaction_id("INV-1", 1));
        assert_ne!(id, transaction_id("INV-1", 2));
        assert_ne!(id, transaction_id("INV-2", 1));
    }
}
