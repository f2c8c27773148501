//! No key is shown, and no text causes a panic.

use proptest::prelude::*;

use super::*;

#[test]
fn no_printed_text_shows_a_key() {
    let dotenv = format!("KEY={SESAME}\n");
    let shop = ConfigFolders::new(&[("work/payctl.toml", MIDTRANS), ("work/.env", &dotenv)]);
    let (config, environment) = shop.load(None).unwrap();
    let gateway = config.gateways.values().next().unwrap();
    let key = gateway.secrets["server_key"].resolve(&environment).unwrap();
    let shown = format!(
        "{config:?}{environment:?}{key:?}{:?}",
        config.warnings(&environment)
    );
    assert!(!shown.contains("sesame"), "{shown}");
}

/// Valid and invalid pieces of configuration files, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "database",
        "timezone",
        "expiry",
        "gateways",
        "grace",
        "kind",
        "environment",
        "server_key",
        "api_url",
        "timeout",
        "max_in_flight",
        "midtrans",
        "pakasir",
        "sandbox",
        "'",
        "\"",
        "=",
        "=",
        "\n",
        "\n",
        "[",
        "]",
        "{",
        "}",
        ".",
        ",",
        "#",
        "\\",
        "env:KEY",
        "file:",
        "1h",
        "-1",
        "1e9",
        "true",
        "\u{feff}",
        "\u{0}",
        "é",
        "https://[::1]",
        "[gateways.a]\n",
        "kind = 'midtrans'\n",
        "kind = 'pakasir'\n",
        "$",
        "export ",
        "${",
        "\r",
    ]);
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_crashes_the_loader(text in prop_oneof![pieces(), any::<String>()]) {
        let _ = load(&text);
        let _ = dotenv::parse(Path::new("/shop/.env"), &text);
        let _ = text.parse::<GatewayAddress>();
        let _ = duration(&text);
    }

    #[test]
    fn no_refusal_repeats_a_key(text in pieces(), at in any::<proptest::sample::Index>()) {
        let ends: Vec<usize> = (0..=text.len()).filter(|end| text.is_char_boundary(*end)).collect();
        let (before, after) = text.split_at(ends[at.index(ends.len())]);
        let text = format!("{before}{SESAME}{after}");
        for error in [load(&text).err(), dotenv::parse(Path::new("/shop/.env"), &text).err()].into_iter().flatten() {
            check_silent(&error);
        }
    }
}
