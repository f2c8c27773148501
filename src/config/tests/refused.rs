//! Invalid settings are refused, with their line and a hint.

use super::*;

#[track_caller]
fn check_refused(text: &str, line: usize, says: &str, hints: &str) {
    let error = load(text).unwrap_err();
    let ConfigError::Refused { place, what, hint } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((place.line, what.as_str()), (line, says), "{text}");
    assert!(hint.contains(hints), "{hint}");
    check_silent(&error);
}

#[test]
fn an_unknown_setting_is_refused_with_a_suggestion() {
    check_refused(
        "\n\ndatabse = 'a'",
        3,
        "there is no setting databse",
        "did you mean database?",
    );
    check_refused(
        &format!("{MIDTRANS}max_inflight = 3"),
        5,
        "there is no setting gateways.midtrans.max_inflight",
        "did you mean max_in_flight?",
    );
    check_refused(
        "[gateway.midtrans]\nkind = 'midtrans'",
        1,
        "there is no setting gateway",
        "did you mean gateways?",
    );
    check_refused(
        "[expiry]\n\r\ncolour = 'red'",
        3,
        "there is no setting expiry.colour",
        "the settings here are: order_lifetime, grace",
    );
    check_refused(
        "[gateways.a]\nkidn = 'midtrans'",
        2,
        "there is no setting gateways.a.kidn",
        "did you mean kind?",
    );
    check_refused(
        "\"\\u001b[2J\" = 1",
        1,
        "there is no setting \\u{1b}[2J",
        "the settings here are",
    );
    check_refused(
        "SB-Mid-server-sesame = 1",
        1,
        "there is no setting …",
        "the settings here are",
    );
}

#[test]
fn a_bad_setting_is_refused_with_its_line() {
    for (text, line, says) in [
        ("database = ''", 1, "database must name a file"),
        ("database = 1", 1, "database must be a text in quotes"),
        (
            "database = 'SB-Mid-server-sesame0001'",
            1,
            "database looks like a key: keep it in .env, and name its place where the key belongs",
        ),
        (
            "timezone = 'Mars/Olympus'",
            1,
            "timezone must be the name of a time zone such as Asia/Jakarta",
        ),
        ("expiry = 3", 1, "expiry must be a section"),
        (
            "[expiry]\norder_lifetime = '0s'",
            2,
            "expiry.order_lifetime must be greater than zero, for example 1h, 90d, 3m, 50s or 500ms",
        ),
        (
            "[expiry]\ngrace = '-3m'",
            2,
            "expiry.grace must be a duration such as 1h, 90d, 3m, 50s or 500ms",
        ),
        (
            "[expiry]\ngrace = '8d'",
            2,
            "expiry.grace must be at most 7d",
        ),
        (
            "[expiry]\ngrace = 180",
            2,
            "expiry.grace must be a text in quotes",
        ),
        (
            "[report]\nto = 'rina'",
            2,
            "report.to must be an address such as Rina <rina@example.com>",
        ),
        ("[report]\n", 1, "report.to is missing"),
    ] {
        check_refused(text, line, says, "");
    }
}

#[test]
fn a_bad_manual_section_is_refused_with_line() {
    let vectors = include_str!("../../../tests/fixtures/qris/vectors.json");
    let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
    let qris = |name: &str| format!("[manual]\nqris = '{}'", vectors[name].as_str().unwrap());
    let checksum = "manual.qris is not a QRIS text: its checksum does not fit, so a letter is wrong or missing";
    let fields = "manual.qris is not a QRIS text: its fields do not fit together";
    for (text, line, says) in [
        (qris("bad_crc"), 2, checksum),
        (qris("truncated"), 2, fields),
        (
            qris("dynamic_25000"),
            2,
            "manual.qris is not a static QRIS: it asks for an amount already",
        ),
        ("[manual]".to_owned(), 1, "manual.qris is missing"),
        (
            "[manual]\npay_to = ''".to_owned(),
            2,
            "manual.pay_to must be one line of 1 to 200 characters that says where to pay",
        ),
    ] {
        check_refused(&text, line, says, "");
    }
    let good = load(&qris("static")).unwrap();
    assert!(good.manual.is_some_and(|manual| manual.qris.is_some()));
}

#[test]
fn a_bad_pay_section_is_refused_with_line() {
    let pay = |lines: &str| format!("{MIDTRANS}[pay]\n{lines}");
    let nowhere = "pay.gateway is not a gateway of this file";
    let nobodys = "pay.method needs pay.gateway, which is missing";
    for (text, line, says) in [
        (pay("gateway = 'pakasir'"), 6, nowhere),
        (pay("gateway = 'manual'"), 6, nowhere),
        ("[pay]\nmethod = 'qris'".to_owned(), 2, nobodys),
        (
            "[manual]\npay_to = 'BCA 1'\n[pay]\ngateway = 'manual'\nmethod = 'qris'".to_owned(),
            5,
            nobodys,
        ),
    ] {
        check_refused(&text, line, says, "");
    }
    let only = load(&pay("method = 'qris'")).unwrap();
    assert_eq!(only.pay.gateway.unwrap().as_str(), "midtrans");
}

#[test]
fn a_bad_limit_is_refused_with_its_line() {
    let midtrans = |line: &str| format!("{MIDTRANS}{line}");
    for (text, line, says) in [
        (
            midtrans("requests_per_second = -1"),
            5,
            "gateways.midtrans.requests_per_second must be a whole number from 0 to 10000",
        ),
        (
            midtrans("max_in_flight = 0"),
            5,
            "gateways.midtrans.max_in_flight must be a whole number from 1 to 1024",
        ),
        (
            midtrans("max_in_flight = 1025"),
            5,
            "gateways.midtrans.max_in_flight must be a whole number from 1 to 1024",
        ),
        (
            midtrans("max_in_flight = 99999999999999999999"),
            5,
            "gateways.midtrans.max_in_flight must be a whole number from 1 to 1024",
        ),
        (
            midtrans("max_in_flight = 1.5"),
            5,
            "gateways.midtrans.max_in_flight must be a whole number from 1 to 1024",
        ),
        (
            midtrans("timeout = '0s'"),
            5,
            "gateways.midtrans.timeout must be greater than zero, for example 1h, 90d, 3m, 50s or 500ms",
        ),
        (
            midtrans("snap_url = 'http://example.com'"),
            5,
            "gateways.midtrans.snap_url must begin with https://, because every request carries the key; \
             http:// is allowed for localhost only",
        ),
    ] {
        check_refused(&text, line, says, "");
    }
}

#[test]
fn a_bad_gateway_is_refused_with_its_line() {
    for (text, line, says) in [
        (
            "[gateways.a]\nkind = 'stripe'",
            2,
            "gateways.a.kind must be midtrans or pakasir",
        ),
        ("\n[gateways.a]", 2, "gateways.a.kind is missing"),
        (
            "[gateways.a]\nkind = 'midtrans'\nserver_key = 'env:KEY'",
            1,
            "gateways.a.environment is missing",
        ),
        (
            "[gateways.a]\nkind = 'midtrans'\nenvironment = 'live'",
            3,
            "gateways.a.environment must be sandbox or production",
        ),
        (
            "[gateways.a]\nkind = 'midtrans'\nenvironment = 'sandbox'",
            1,
            "gateways.a.server_key is missing",
        ),
        (
            "[gateways.a]\nkind = 'pakasir'\napi_key = 'env:KEY'",
            1,
            "gateways.a.project is missing",
        ),
        (
            "[gateways.a]\nkind = 'pakasir'\nproject = 'a/b'",
            3,
            "gateways.a.project must be the project's name as in its Pakasir URLs: 1 to 64 of letters, digits, - _ . ~",
        ),
        (
            "[gateways.Toko]\nkind = 'midtrans'",
            1,
            "the name of [gateways.Toko] must be 1 to 32 of small letters, digits, - _",
        ),
        (
            "[gateways.manual]\nkind = 'midtrans'",
            1,
            "the name of [gateways.manual] is reserved for payments outside the gateways",
        ),
        (
            "[gateways]\nmidtrans = 'sesame'",
            2,
            "gateways.midtrans must be a section",
        ),
    ] {
        check_refused(text, line, says, "");
    }
}

#[test]
fn a_key_in_the_file_is_refused_silently() {
    for written in [
        SESAME,
        "env:SB-Mid-server-sesame",
        "sesame0001",
        "env:sesame",
    ] {
        check_refused(
            &MIDTRANS.replace("env:KEY", written),
            4,
            "gateways.midtrans.server_key must say where the key is, as env:NAME (capital letters, digits, _) or file:PATH",
            "server_key = \"env:MIDTRANS_SERVER_KEY\"",
        );
    }
    check_silent(&load(&MIDTRANS.replace("'env:KEY'", SESAME)).unwrap_err());
}

#[test]
fn invalid_toml_is_refused_with_its_line() {
    for (text, line) in [
        ("a = 'b", 1),
        ("\n\nsesame", 3),
        ("[gateways.a]\n[gateways.a]", 2),
        ("database = 'a'\ndatabase = 'b'", 2),
    ] {
        let error = load(text).unwrap_err();
        let says = format!("/shop/payctl.toml, line {line}: this is not TOML: ");
        assert!(error.to_string().starts_with(&says), "{error}");
        check_silent(&error);
    }
}
