//! QRIS texts: fields of a tag, a length and a value, ended by a checksum.

mod merchant;

pub use merchant::{QrisError, StaticQris};

/// One field: two digits each for tag and length, then the value (EMV QR, merchant-presented). A tag or value of more
/// than two digits' worth is no field, and gives none.
#[must_use]
pub fn field(tag: &str, value: &str) -> Option<String> {
    let length = value.chars().count();
    (tag.len() == 2 && length <= 99).then(|| format!("{tag}{length:02}{value}"))
}

/// The text with its checksum, which covers its own tag and length.
#[must_use]
pub fn with_checksum(fields: &str) -> String {
    let open = format!("{fields}6304");
    let crc = crc(open.as_bytes());
    format!("{open}{crc:04X}")
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected, nothing added.
#[must_use]
pub fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_matches_the_documented_vector() {
        assert_eq!(crc(b"123456789"), 0x29B1);
        let dynamic = "00020101021226680016ID.CO.CONTOH.WWW011893600099000000001702150000000000000170303UMI51440014ID.CO.QRIS.WWW0215ID10200000000170303UMI5204541153033605405250005802ID5911TOKO CONTOH6007JAKARTA61051011062070703A01";
        assert!(with_checksum(dynamic).ends_with("6304F443"));
    }

    #[test]
    fn a_field_starts_with_its_length() {
        assert_eq!(field("54", "25000").as_deref(), Some("540525000"));
        assert_eq!(field("54", &"x".repeat(100)), None);
        assert_eq!(field("154", "x"), None);
    }
}
