//! Paths as text, of this system or another one.

/// The folder of a path of any system.
pub(super) fn folder_of(path: &str) -> &str {
    let is_windows = !path.starts_with('/');
    let at = path.rfind(|letter| letter == '/' || (is_windows && letter == '\\'));
    match at {
        Some(0) => "/",
        Some(at) => path.get(..at).unwrap_or(path),
        None => ".",
    }
}

/// Whether a path of any system begins at its root.
pub(super) fn is_absolute(path: &str) -> bool {
    let mut letters = path.chars();
    let drive = letters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && matches!(letters.next(), Some('\\' | '/'));
    path.starts_with('/') || path.starts_with(r"\\") || drive
}

/// The folder's name and the path's fingerprint: `shop-3fa2`.
pub(super) fn shop_name(config: &str) -> String {
    let folder = folder_of(config);
    let name = folder.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(plain).take(24).collect();
    let name = name.trim_matches('-');
    let name = if name.is_empty() { "shop" } else { name };
    format!("{name}-{:04x}", fingerprint(config) & 0xffff)
}

/// FNV-1a: the same on every machine and in every version.
pub(super) fn fingerprint(text: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    text.bytes().fold(0x811c_9dc5, step)
}

#[cfg(test)]
mod tests {
    use super::{folder_of, is_absolute, shop_name};

    const SHOP: &str = "/srv/shop/payctl.toml";

    #[test]
    fn shops_have_names_of_their_own() {
        assert!(shop_name(SHOP).starts_with("shop-"), "{}", shop_name(SHOP));
        assert_ne!(shop_name(SHOP), shop_name("/home/rina/shop/payctl.toml"));
        let windows = shop_name(r"C:\ProgramData\payctl\Toko Kopi\payctl.toml");
        assert!(windows.starts_with("toko-kopi-"), "{windows}");
        assert!(shop_name("/payctl.toml").starts_with("shop-"));
    }

    #[test]
    fn paths_of_every_system_are_understood() {
        for (path, folder, absolute) in [
            (SHOP, "/srv/shop", true),
            ("/payctl.toml", "/", true),
            (r"C:\shop\payctl.toml", r"C:\shop", true),
            ("C:/shop/payctl.toml", "C:/shop", true),
            (r"\\server\shop\payctl.toml", r"\\server\shop", true),
            (r"/srv/a\b/payctl.toml", r"/srv/a\b", true),
            ("payctl.toml", ".", false),
        ] {
            assert_eq!(folder_of(path), folder);
            assert_eq!(is_absolute(path), absolute, "{path}");
        }
    }
}
