//! Digests, by which the same content is recognised without being kept.

use sha2::{Digest as _, Sha256};

/// SHA-256 of these parts, one after the other, in hexadecimal digits.
pub(super) fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
