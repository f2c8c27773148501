//! Every answer to an opening.

use proptest::prelude::*;

use super::*;
use crate::domain::{Payment, Rupiah};
use crate::gateway::Gateway;
use crate::gateway::midtrans::tests::midtrans;
use crate::gateway::testing::{TestOpening, answer, describe_open, fixture, noon, payment};

fn of(reference: &str, amount: i64, method: &str) -> TestOpening {
    let payment = Payment {
        payable: Rupiah::from_db(amount),
        ..payment(reference)
    };
    TestOpening::new(method, payment)
}

fn read_open_answer(opening: &TestOpening, status: u16, body: &str) -> String {
    let opened = midtrans().read_open(&opening.opening(), noon(), &answer(status, body));
    describe_open(&opened)
}

#[test]
fn recorded_charges_give_the_payment_instructions() {
    for (file, reference, amount, method, told) in [
        (
            "charge-qris-response-201",
            "INV-2026-0002",
            25_000,
            "qris",
            "open 6f0d7b52-2b6a-4f0e-9a1c-0c5f7f1d2a01 | pending | qris | 25000 | until 2026-03-02T03:15:00Z | QR …F443 | pending",
        ),
        (
            "charge-bank-transfer-bca-response-201",
            "INV-2026-0003",
            150_000,
            "bca_va",
            "open 0b9c1f7e-53de-4b3a-8f49-7e8a0d6c2b02 | pending | bca_va | 150000 | until 2026-03-03T03:10:00Z | 900000017000301 | pending",
        ),
        (
            "charge-permata-response-201",
            "INV-2026-0004",
            75_000,
            "permata_va",
            "open c4a8e2d0-7f11-4d57-9b60-1e2f3a4b5c03 | pending | permata_va | 75000 | until 2026-03-02T13:00:00Z | 850000000000401 | pending",
        ),
        (
            "charge-echannel-response-201",
            "INV-2026-0005",
            60_000,
            "mandiri_bill",
            "open 9d2e6a14-8c3b-4f7d-a5e1-6b7c8d9e0f04 | pending | echannel | 60000 | until 2026-03-02T13:00:00Z | 70012 / 990000000501 | pending",
        ),
    ] {
        for status in [200, 201] {
            let observed = read_open_answer(
                &of(reference, amount, method),
                status,
                &fixture("midtrans", file),
            );
            assert_eq!(observed, told, "{file}");
        }
        let other = read_open_answer(
            &of("INV-9", amount, method),
            201,
            &fixture("midtrans", file),
        );
        let foreign = format!("silence: answered about another payment ({reference})");
        assert_eq!(other, foreign);
        let dearer = read_open_answer(
            &of(reference, amount + 1, method),
            201,
            &fixture("midtrans", file),
        );
        let says = "silence: answered something unreadable: an opening with a different amount";
        assert_eq!(dearer, says);
    }
}

#[test]
fn an_opening_with_fee_shows_the_payable() {
    let body = fixture("midtrans", "charge-qris-fee-response-201");
    let open = |opening: &TestOpening, body: &str| {
        let answer = answer(201, body);
        midtrans().read_open(&opening.opening(), noon(), &answer)
    };
    let opening = of("INV-2026-0002", 25_000, "qris");
    let OpenReply::Open(given) = open(&opening, &body) else {
        panic!("it is open");
    };
    let amounts = (given.payable, given.imposed_fee, given.fee);
    let fee = Rupiah::from_db(175);
    assert_eq!(amounts, (Rupiah::from_db(25_175), fee, Some(fee)));
    assert!(given.qr_text.is_some());
    let says = "silence: answered something unreadable: an opening with a different amount";
    for amount in [24_999, 25_001] {
        assert_eq!(
            read_open_answer(&of("INV-2026-0002", amount, "qris"), 201, &body),
            says
        );
    }
    let unclear = body.replace(r#""25000.00""#, r#""24000.00""#);
    assert_eq!(read_open_answer(&opening, 201, &unclear), says);
}

#[test]
fn a_counter_code_and_old_deadline_are_read() {
    let body = r#"{"status_code":"201","transaction_status":"pending","order_id":"INV-1",
        "gross_amount":"25000.00","payment_type":"cstore","store":"indomaret",
        "payment_code":"8123","expire_time":"2026-03-02 19:30:00"}"#;
    let told = "open pending | indomaret | 25000 | until 2026-03-02T12:30:00Z | 8123 | pending";
    assert_eq!(
        read_open_answer(&of("INV-1", 25_000, "indomaret"), 201, body),
        told
    );
}

#[test]
fn an_old_account_gives_a_harmless_image() {
    let body = |rest: &str| {
        format!(
            r#"{{"status_code":"201","transaction_status":"pending","order_id":"INV-1",
            "gross_amount":"25000.00","payment_type":"qris",{rest}}}"#
        )
    };
    let image = r#""actions":[{"name":"generate-qr-code","url":"https://x.example/q"}]"#;
    let told =
        "open pending | qris | 25000 | until 2026-03-02T13:00:00Z | https://x.example/q | pending";
    let opening = of("INV-1", 25_000, "qris");
    assert_eq!(read_open_answer(&opening, 201, &body(image)), told);
    let nothing = "open pending | qris | 25000 | until 2026-03-02T13:00:00Z | pending";
    for hostile in [
        r#""qr_string":"a\u001b[2J""#,
        r#""payment_code":"1\n2""#,
        r#""actions":[{"name":"generate-qr-code","url":"javascript:alert(1)"}]"#,
    ] {
        assert_eq!(read_open_answer(&opening, 201, &body(hostile)), nothing);
    }
}

#[test]
fn a_page_opens_before_a_method_is_chosen() {
    let page = of("INV-2026-0001", 25_000, "snap");
    let token = "a7d0c1e4-19f2-4b63-8d3e-5f60718293a4";
    let told = format!(
        "open created | snap | on a page | 25000 | until 2026-03-02T13:00:00Z | token {token} | https://app.sandbox.midtrans.com/snap/v3/redirection/{token}"
    );
    let body = fixture("midtrans", "snap-create-response-201");
    assert_eq!(read_open_answer(&page, 201, &body), told);
    let taken = "taken: transaction_details.order_id has already been taken";
    let body = fixture("midtrans", "snap-create-error-400-duplicate");
    assert_eq!(read_open_answer(&page, 400, &body), taken);
    let refused = "refused: transaction_details.order_id is required";
    let body = fixture("midtrans", "snap-create-error-400");
    assert_eq!(read_open_answer(&page, 400, &body), refused);
    let key = "silence: answered 401, refusing the key or the account";
    let body = fixture("midtrans", "snap-create-error-401");
    assert_eq!(read_open_answer(&page, 401, &body), key);
    for (status, body) in [
        (201, r#"{"token":"t"}"#),
        (201, r#"{"redirect_url":"https://x.example"}"#),
        (201, r#"{"error_messages":["odd"]}"#),
        (400, "{}"),
    ] {
        let silence = format!("silence: answered {status} without a status");
        assert_eq!(read_open_answer(&page, status, body), silence, "{body}");
    }
    let moved = r#"{"token":"t","redirect_url":"https://x.example"}"#;
    let gone = format!("silence: {}", NoAnswerReason::Gone(302));
    assert_eq!(read_open_answer(&page, 302, moved), gone);
    for (token, url) in [("a b", "https://x.example"), ("t", "file:///x")] {
        let body = format!(r#"{{"token":"{token}","redirect_url":"{url}"}}"#);
        assert!(
            read_open_answer(&page, 201, &body)
                .starts_with("silence: answered something unreadable")
        );
    }
}

#[track_caller]
fn check(status: u16, body: &str, told: &str) {
    let observed = read_open_answer(&of("INV-1", 25_000, "qris"), status, body);
    assert_eq!(observed, told, "HTTP {status}, {body}");
}

#[test]
fn a_refusal_differs_from_a_used_id() {
    let duplicate = fixture("midtrans", "charge-duplicate-406");
    let observed = read_open_answer(&of("INV-1", 25_000, "qris"), 200, &duplicate);
    assert!(
        observed.starts_with("taken: The request could not"),
        "{observed}"
    );
    let message = |code: &str| format!(r#"{{"status_code":"{code}","status_message":"No."}}"#);
    for code in ["400", "402", "403", "409", "413"] {
        check(200, &message(code), "refused: No.");
    }
    check(
        400,
        r#"{"status_code":"400","status_message":"Bad.","validation_messages":["A","B"]}"#,
        "refused: Bad.; A; B",
    );
    check(400, r#"{"error_messages":["A"]}"#, "refused: A");
    let denied = r#"{"status_code":"202","status_message":"Denied","order_id":"INV-1","transaction_status":"deny"}"#;
    check(200, denied, "refused: Denied");
    let gone = format!("silence: {}", NoAnswerReason::Gone(404));
    for status in [200, 404] {
        check(status, &message("404"), &gone);
    }
}

#[test]
fn an_unclear_opening_answer_is_silence() {
    let unreadable = "silence: answered something unreadable:";
    for (status, body, told) in [
        (
            200,
            r#"{"status_code":"202"}"#,
            "silence: answered 202 without a status".to_owned(),
        ),
        (
            200,
            r#"{"status_code":"401"}"#,
            "silence: answered 401, refusing the key or the account".to_owned(),
        ),
        (
            429,
            "{}",
            "silence: answered 429, too many questions".to_owned(),
        ),
        (
            200,
            r#"{"status_code":"505"}"#,
            "silence: answered 505".to_owned(),
        ),
        (
            201,
            "{}",
            "silence: answered 201 without a status".to_owned(),
        ),
        (404, "{}", format!("silence: {}", NoAnswerReason::Gone(404))),
        (
            201,
            "{",
            format!("{unreadable} truncated JSON, with HTTP 201"),
        ),
        (
            404,
            "<html>",
            format!("silence: {}", NoAnswerReason::Gone(404)),
        ),
        (
            200,
            r#"{"order_id":"INV-1","transaction_status":"settlement"}"#,
            format!("{unreadable} an opening with status settlement and code 200"),
        ),
        (
            201,
            r#"{"transaction_status":"pending"}"#,
            "silence: answered about another payment ()".to_owned(),
        ),
    ] {
        check(status, body, &told);
    }
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic_or_open(status: u16, body in proptest::collection::vec(any::<u8>(), 0..512)) {
        for method in midtrans().methods() {
            let opening = of("INV-1", 25_000, method);
            let opened = midtrans().read_open(&opening.opening(), noon(), &answer(status, body.clone()));
            prop_assert!(matches!(opened, OpenReply::NoAnswer(_)));
        }
    }

    #[test]
    fn no_field_causes_a_panic(
        name in "(transaction_status|order_id|gross_amount|va_numbers|actions|token|redirect_url|expiry_time|error_messages|status_code)",
        value in r#"(null|1|true|\[\]|\[\{\}\]|\{\}|"[ -!#-\[\]-~]{0,20}"|\[".{0,3}"\]|-1\.5)"#,
    ) {
        let body = format!(r#"{{"order_id":"INV-1","transaction_status":"pending","gross_amount":"25000.00","{name}":{value}}}"#);
        for method in ["snap", "qris"] {
            let opening = of("INV-1", 25_000, method);
            let _opened = midtrans().read_open(&opening.opening(), noon(), &answer(201, body.clone()));
        }
    }
}
