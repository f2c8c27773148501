//! Invalid effects and mail servers are refused with their line.

use super::*;

#[track_caller]
fn check(text: &str, line: usize, says: &str) {
    let error = load(text).unwrap_err();
    let expected = format!("/shop/payctl.toml, line {line}: {says}");
    assert_eq!(error.to_string(), expected, "{text}");
    check_silent(&error);
}

#[test]
fn a_bad_effect_is_refused_with_its_line() {
    for (text, line, says) in [
        ("\n[[effects]]\nexec = ['a']", 2, "effects.on is missing"),
        (
            "[[effects]]\non = 'payed'",
            2,
            "effects.on must be paid, revoked, expired, cancelled, refund_due or case_opened",
        ),
        (
            "[[effects]]\non = 'paid'",
            1,
            "an effect has none of exec, http and mail",
        ),
        (
            "[[effects]]\non = 'paid'\nexec = ['a']\nmail = {}",
            4,
            "an effect has two of exec, http and mail",
        ),
        (
            "[[effects]]\non = 'paid'\nexec = 'a'",
            3,
            "effects.exec must be a list of texts in quotes, such as [\"a\", \"b\"]",
        ),
        (
            "[[effects]]\non = 'paid'\nexec = []",
            3,
            "effects.exec must name a program",
        ),
        (
            "[[effects]]\non = 'paid'\nexec = ['a', \"b\\u0000\"]",
            3,
            "effects.exec must not contain a NUL byte",
        ),
        (
            "[[effects]]\non = 'paid'\nexec = ['a']\nname = 'A b'",
            4,
            "effects.name must be 1 to 64 of small letters, digits, - _",
        ),
        (
            "[[effects]]\non = 'paid'\nexec = ['a']\nproducts = [\n'seat',\n'a b']",
            6,
            "effects.products must be 1 to 64 of letters, digits, - _ . ~",
        ),
        (
            "[[effects]]\non = 'paid'\nexec = ['a']\nrepeatable = 'no'",
            4,
            "effects.repeatable must be true or false",
        ),
        (
            "[[effects]]\non = 'paid'\nexec = ['a']\ntimeout = '1h'",
            4,
            "effects.timeout must be at most 10m",
        ),
        (
            "[effects]\non = 'paid'",
            1,
            "effects must be separate sections",
        ),
    ] {
        check(text, line, says);
    }
}

#[test]
fn two_effects_have_two_names() {
    let paid = "[[effects]]\non = 'paid'\nexec = ['a']\n";
    check(
        &format!("{paid}{paid}"),
        4,
        "two effects are named paid-exec",
    );
    check(
        &format!("{paid}[[effects]]\non = 'expired'\nexec = ['b']\nname = 'paid-exec'"),
        7,
        "two effects are named paid-exec",
    );
}

#[test]
fn an_http_effect_needs_https_and_a_secret() {
    for (http, says) in [
        (
            "url = 'http://shop.example.com/', secret = 'env:KEY'",
            "effects.http.url must begin with https://, because every request carries the key; http:// is allowed for localhost only",
        ),
        ("secret = 'env:KEY'", "effects.http.url is missing"),
        (
            "url = 'https://shop.example.com/?a=b'",
            "effects.http.secret is missing",
        ),
        (
            "url = 'https://shop.example.com/', secret = 'sesame'",
            "effects.http.secret must say where the key is, as env:NAME (capital letters, digits, _) or file:PATH",
        ),
        (
            "url = 'https://a:sesame@example.com/', secret = 'env:KEY'",
            "effects.http.url must not contain a user name or a password",
        ),
    ] {
        let text = format!("[[effects]]\non = 'paid'\nhttp = {{ {http} }}");
        check(&text, 3, says);
    }
}

#[test]
fn a_mail_effect_needs_recipient_template_and_server() {
    let mail = |settings: &str| format!("[[effects]]\non = 'paid'\nmail = {{ {settings} }}");
    check(&mail("template = 'a.txt'"), 3, "effects.mail.to is missing");
    check(&mail("to = 'a@b.c'"), 3, "effects.mail.template is missing");
    check(
        &mail("to = \"a@b.c\\nBcc: d@e.f\", template = 'a'"),
        3,
        "effects.mail.to must be one line of text",
    );
    check(
        &mail("to = 'a@b.c', template = 'a', tickets = 'pdf'"),
        3,
        "effects.mail.tickets must be png or svg",
    );
    check(
        &mail("to = 'a@b.c', template = 'a'"),
        1,
        "an effect sends mails, but [smtp] is missing",
    );
}

#[test]
fn a_bad_mail_server_is_refused_with_line() {
    for (settings, line, says) in [
        ("from = 'a@b.c'", 1, "smtp.host is missing"),
        ("host = 'localhost'", 1, "smtp.from is missing"),
        (
            "host = 'a b'",
            2,
            "smtp.host must be a server name such as smtp.example.com",
        ),
        (
            "host = 'mail.example.com'\ntls = 'none'",
            3,
            "smtp.tls can be none only for this machine (localhost, 127.0.0.0/8, ::1)",
        ),
        (
            "host = 'localhost'\nport = 0",
            3,
            "smtp.port must be a whole number from 1 to 65535",
        ),
        (
            "host = 'localhost'\nuser = 'toko'",
            1,
            "smtp.password is missing",
        ),
        (
            "host = 'localhost'\npassword = 'env:KEY'",
            1,
            "smtp.user is missing",
        ),
        (
            "host = 'localhost'\nuser = 'toko'\npassword = 'sesame'",
            4,
            "smtp.password must say where the key is, as env:NAME (capital letters, digits, _) or file:PATH",
        ),
        (
            "host = 'localhost'\nfrom = 'toko'",
            3,
            "smtp.from must be an address such as Shop <shop@example.com>",
        ),
    ] {
        check(&format!("[smtp]\n{settings}"), line, says);
    }
}
