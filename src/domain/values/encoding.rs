//! Files that are no UTF-8 text: what they probably are, and what to do.

/// What is said of bytes that are not UTF-8 text, or only seem to be.
pub const UTF_16: &str = "it is UTF-16 text, as Excel's \"Unicode Text\" and PowerShell's > are; save it as UTF-8 \
                          (Excel: \"CSV UTF-8\"), or: iconv -f UTF-16 -t UTF-8";

/// Whatever is written in another way was most often written by Windows.
pub const WINDOWS_1252: &str = "it is not UTF-8 text, but Windows-1252 or the like, as Excel's plain \"CSV\" is; save it \
                                as UTF-8 (Excel: \"CSV UTF-8\"), or: iconv -f WINDOWS-1252 -t UTF-8";

/// By the first bytes of a file: with a byte order mark, or with the zeros that UTF-16 puts beside ASCII.
#[must_use]
pub fn is_utf_16(start: &[u8]) -> bool {
    match start {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [first, second, ..] => (*first == 0) != (*second == 0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_detected_with_or_without_bom() {
        for (bytes, is_it) in [
            (b"\xFF\xFEn\0".as_slice(), true),
            (b"\xFE\xFF\0n", true),
            (b"n\0u\0", true),
            (b"\0n\0u", true),
            (b"nu", false),
            (b"n", false),
            (b"", false),
            (b"\xEF\xBB\xBFn", false),
        ] {
            assert_eq!(is_utf_16(bytes), is_it, "{bytes:?}");
        }
    }
}
