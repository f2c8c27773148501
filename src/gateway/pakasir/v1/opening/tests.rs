//! What opens a Pakasir payment, and the meaning of each answer to it.

use proptest::prelude::*;

use super::*;
use crate::gateway::Gateway;
use crate::gateway::pakasir::v1::tests::{FRAMEWORKS, KEY, gone, pakasir, with_fee};
use crate::gateway::testing::{TestOpening, answer, describe_open, fixture, noon, payment};
use crate::http::message::Idempotency;

fn opening(method: &str) -> TestOpening {
    TestOpening::new(method, with_fee("VPN-2026-0001"))
}

#[test]
fn every_method_sends_the_recorded_body() {
    let recorded: serde_json::Value =
        serde_json::from_str(&fixture("pakasir", "create-request")).unwrap();
    for method in pakasir().methods() {
        let request = pakasir().open(&opening(method).opening()).unwrap();
        let url = format!("https://app.example/api/transactioncreate/{method}");
        assert_eq!(request.expose_url(), url);
        let body = request.expose_body().unwrap();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(body).unwrap(),
            recorded
        );
        assert_eq!(
            (request.intent, request.patience),
            (Idempotency::Change, PATIENCE)
        );
        assert!(!format!("{request:?}").contains(KEY));
    }
    for moon in ["snap", "bca_va", "moon"] {
        assert!(pakasir().open(&opening(moon).opening()).is_none());
    }
}

#[test]
fn an_unsuitable_id_is_refused_before_sending() {
    for bad in ["INV1", "INV/1", "INV#12"] {
        let why = pakasir().accepts_reference(&bad.parse().unwrap());
        assert!(why.unwrap_err().contains(bad));
        assert!(
            pakasir()
                .open(&TestOpening::new("qris", payment(bad)).opening())
                .is_none()
        );
    }
    assert_eq!(
        pakasir().accepts_reference(&"INV-1".parse().unwrap()),
        Ok(())
    );
}

#[track_caller]
fn check(opening: &TestOpening, status: u16, body: &str, told: &str) {
    let opened = pakasir().read_open(&opening.opening(), noon(), &answer(status, body));
    assert_eq!(describe_open(&opened), told, "HTTP {status}, {body}");
}

#[test]
fn recorded_answers_give_the_payment_instructions() {
    let qris = fixture("pakasir", "create-response-qris");
    let told = "open pending | qris | 50660 | fee 660 | until 2026-03-02T04:15:09.678Z | QR …B9FB";
    check(&opening("qris"), 200, &qris, told);
    let mut va = TestOpening::new("bni_va", with_fee("VPN-2026-0002"));
    va.payment.amount = Rupiah::from_db(150_000);
    let told = "open pending | bni_va | 153500 | fee 3500 | until 2026-03-03T03:15:09.100Z | 9880000000000202";
    check(
        &va,
        200,
        &fixture("pakasir", "create-response-bni_va"),
        told,
    );

    let foreign = "silence: answered about another payment (VPN-2026-0001)";
    check(
        &TestOpening::new("qris", with_fee("VPN-9")),
        200,
        &qris,
        foreign,
    );
    let theirs = qris.replace("tokocontoh", "others");
    let told = "silence: answered about another payment (of project others)";
    check(&opening("qris"), 200, &theirs, told);
    let told = "silence: answered something unreadable: an opening with a different amount";
    check(
        &opening("qris"),
        200,
        &qris.replace(": 50000", ": 50001"),
        told,
    );
    let told = "silence: answered something unreadable: an opening without a total";
    for total in ["null", "49999", "[]", "\"moon\""] {
        let body = qris.replace("50660,", &format!("{total},"));
        check(&opening("qris"), 200, &body, told);
    }
    let page = qris.replace("0002010102", "https://x.example/");
    let page = page.replace("ID.CO.CONTOH.WWW0118", "").replace(' ', "");
    let opened = pakasir().read_open(&opening("paypal").opening(), noon(), &answer(200, page));
    assert!(describe_open(&opened).contains("https://x.example/"));
}

#[test]
fn refusals_used_ids_and_silence_differ() {
    let message = |text: &str| format!(r#"{{"message":"{text}"}}"#);
    let qris = opening("qris");
    for body in FRAMEWORKS {
        check(&qris, 404, body, &format!("silence: {}", gone(404)));
    }
    for status in [200, 400, 422] {
        check(
            &qris,
            status,
            &message("Amount too small"),
            "refused: Amount too small",
        );
        check(
            &qris,
            status,
            &message("Order already exists"),
            "taken: Order already exists",
        );
        let account = format!("silence: answered {status} without a status");
        check(&qris, status, &message("Invalid API key"), &account);
        check(&qris, status, &message("Project does not exist"), &account);
        check(&qris, status, "{}", &account);
        check(
            &qris,
            status,
            r#"{"success":true,"message":"ok"}"#,
            &account,
        );
        check(&qris, status, r#"{"payment":[],"message":"odd"}"#, &account);
    }
    check(&qris, 409, &message("No"), "taken: No");
    for (status, told) in [
        (401, "answered 401, refusing the key or the account"),
        (408, "answered 408 without a status"),
        (429, "answered 429, too many questions"),
        (500, "answered 500"),
    ] {
        check(&qris, status, &message("No"), &format!("silence: {told}"));
    }
    let created = fixture("pakasir", "create-response-qris");
    check(
        &qris,
        400,
        &created,
        "silence: answered 400 without a status",
    );
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic_or_open(status: u16, body in proptest::collection::vec(any::<u8>(), 0..512)) {
        let opened = pakasir().read_open(&opening("qris").opening(), noon(), &answer(status, body));
        prop_assert!(matches!(opened, OpenReply::NoAnswer(_)));
    }

    #[test]
    fn no_field_causes_a_panic(
        name in "(project|order_id|amount|fee|total_payment|payment_method|payment_number|expired_at)",
        value in r#"(null|1|true|\[\]|\{\}|"[ -!#-\[\]-~]{0,20}"|-1\.5)"#,
    ) {
        let body = format!(r#"{{"payment":{{"project":"tokocontoh","order_id":"VPN-2026-0001","amount":50000,"total_payment":50660,"{name}":{value}}}}}"#);
        let _opened = pakasir().read_open(&opening("qris").opening(), noon(), &answer(200, body));
    }
}
