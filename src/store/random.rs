//! Cryptographically secure random values.

use super::error::StoreError;

/// 128 bits from the operating system's random source.
pub(super) fn secret_bits() -> Result<u128, StoreError> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|error| StoreError::Engine(error.to_string().into()))?;
    Ok(u128::from_be_bytes(bits))
}
