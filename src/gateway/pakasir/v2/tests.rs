//! Queries to Pakasir's second interface, and the meaning of its answers, word by word.

mod opened;

use proptest::prelude::*;

use super::*;
use crate::domain::{Authenticity, PaymentStatus};
use crate::gateway::testing::{answer, at, describe, fixture, fixtures, noon, payment};

pub(super) fn account(mode: Option<AccountMode>, secret: Option<&str>) -> PakasirV2 {
    PakasirV2::new(
        "pakasir".parse().unwrap(),
        ("https://app.pakasir.com/", "tokocontoh"),
        "dummy-pakasir-key-0001".to_owned().into(),
        mode,
        secret.map(|secret| secret.to_owned().into()),
    )
}

/// Opened by the shop under this id, for Rp 22,000.
pub(super) fn known(reference: &str, id: &str) -> Payment {
    Payment {
        transaction_id: Some(id.parse().unwrap()),
        api_version: VERSION,
        amount: Rupiah::from_db(22_000),
        payable: Rupiah::from_db(22_464),
        status: PaymentStatus::Pending,
        method: Some("qris".to_owned()),
        on_page: false,
        ..payment(reference)
    }
}

fn read(mode: Option<AccountMode>, payment: &Payment, status: u16, body: &str) -> Observation {
    let answer = answer(status, body);
    account(mode, None).read_status(payment, LookupKey::TransactionId, noon(), &answer)
}

#[track_caller]
fn check(status: u16, body: &str, expected: &str) {
    let payment = known("INV-2026-0701", "k3TzQ9xVb1");
    assert_eq!(
        describe(&read(Some(AccountMode::Production), &payment, status, body)),
        expected,
        "{body}"
    );
}

fn sample(name: &str) -> String {
    fixture("pakasir-v2", name)
}

#[test]
fn recorded_answers_have_their_meaning() {
    check(200, &sample("status-pending"), "pending|pending");
    check(200, &sample("status-canceled"), "cancelled|canceled");
    check(200, &sample("status-completed"), "paid 22000|completed");
    let paid = read(
        Some(AccountMode::Production),
        &known("INV-2026-0701", "k3TzQ9xVb1"),
        200,
        &sample("status-completed"),
    );
    assert_eq!(paid.paid_at, Some(at("2026-11-29T01:04:11.512Z")));
    assert_eq!(paid.measure, AmountBasis::Price);
    assert!(paid.kept_body.unwrap().contains("k3TzQ9xVb1"));
}

#[test]
fn an_answer_from_another_environment_settles_nothing() {
    let payment = known("INV-2026-0703", "s0BxA4yGh6");
    let of = |mode, name: &str| describe(&read(mode, &payment, 200, &sample(name)));
    assert_eq!(
        of(Some(AccountMode::Sandbox), "status-completed-sandbox"),
        "paid 22000|completed"
    );
    for mode in [Some(AccountMode::Production), None] {
        let observed = of(mode, "status-completed-sandbox");
        assert!(
            observed.starts_with("unrecognised completed in the sandbox"),
            "{observed}"
        );
    }
    let live = known("INV-2026-0701", "k3TzQ9xVb1");
    for name in ["status-completed", "status-canceled", "status-pending"] {
        let observed = describe(&read(Some(AccountMode::Sandbox), &live, 200, &sample(name)));
        assert!(
            observed.contains("in production, not in the sandbox as configured"),
            "{observed}"
        );
    }
}

#[test]
fn an_uncertain_answer_never_sets_a_status() {
    let paid = sample("status-completed");
    let with = |from: &str, to: &str| {
        assert!(paid.contains(from), "{from}");
        paid.replace(from, to)
    };
    for (body, expected) in [
        (
            with("\"is_sandbox\": false,", ""),
            "unrecognised completed without is_sandbox|completed without is_sandbox",
        ),
        (
            with("\"is_sandbox\": false", "\"is_sandbox\": \"false\""),
            "unrecognised completed without is_sandbox|completed without is_sandbox",
        ),
        (
            with("\"amount\": 22000,", ""),
            "unrecognised completed without amount|completed without amount",
        ),
        (
            with("22000", "22000.5"),
            "unrecognised completed with amount \"22000.5\"|completed with amount \"22000.5\"",
        ),
        (
            with("22000", "2.2e4"),
            "unrecognised completed with amount \"2.2e4\"|completed with amount \"2.2e4\"",
        ),
        (
            with("completed\"", "expired\""),
            "unrecognised expired|expired",
        ),
        (
            with("k3TzQ9xVb1", "K3TzQ9xVb1"),
            "answered about another payment (K3TzQ9xVb1)",
        ),
        (
            with("INV-2026-0701", "INV-2026-0702"),
            "answered about another payment (INV-2026-0702)",
        ),
        (
            with("\"order_id\": \"INV-2026-0701\",", ""),
            "answered about another payment (unnamed)",
        ),
        (
            with(
                "\"amount\": 22000,",
                "\"amount\": 22000, \"project\": \"lain\",",
            ),
            "answered about another payment (of project lain)",
        ),
    ] {
        check(200, &body, expected);
    }
    check(200, &with("22000", "23000"), "paid 23000|completed");
    check(202, "{}", "answered 202 without a status");
    check(500, &paid, "answered 500");
    check(400, &paid, "answered 400 without a status");
}

#[test]
fn an_answer_without_the_payment_is_silence() {
    let gone = "answered 404, and not as it answers about payments: nothing is at this address";
    check(404, &sample("error-404-project"), gone);
    check(404, "{\"message\":\"Not Found\"}", gone);
    check(404, "<html>", gone);
    check(
        401,
        &sample("error-401"),
        "answered 401, refusing the key or the account",
    );
    check(
        403,
        "{\"message\":\"Forbidden\"}",
        "answered 403, refusing the key or the account",
    );
    check(503, "<html>nginx</html>", "answered 503");
    check(
        429,
        "{\"message\":\"Terlalu banyak\"}",
        "answered 429: it was asked about this payment a moment ago; it is asked again",
    );
    assert!(!NoAnswerReason::TooSoon.trips_circuit());
}

#[test]
fn not_found_counts_only_for_shop_payments() {
    check(404, &sample("status-404"), "not_started|not found");
    let ours = Payment {
        origin: PaymentOrigin::Payctl,
        ..known("INV-2026-0701", "k3TzQ9xVb1")
    };
    let observed = read(
        Some(AccountMode::Production),
        &ours,
        404,
        &sample("status-404"),
    );
    assert_eq!(
        observed.said,
        Reported::NoAnswer(NoAnswerReason::Contradiction)
    );
    check(200, &sample("status-404"), "answered 200 without a status");
}

#[test]
fn a_payment_is_queried_only_by_its_id() {
    let gateway = account(Some(AccountMode::Production), None);
    let named = known("INV-1", "a/b?c");
    assert_eq!(
        gateway.handles(&named, noon(), Duration::ZERO),
        [LookupKey::TransactionId]
    );
    let request = gateway.ask_status(&named, LookupKey::TransactionId);
    assert_eq!(
        request.expose_url(),
        "https://app.pakasir.com/api/v2/transaction-status/tokocontoh/a%2Fb%3Fc"
    );
    let headers: Vec<_> = request.expose_headers().collect();
    assert!(headers.contains(&("X-Api-Key", "dummy-pakasir-key-0001")));
    assert!(!request.label.contains("tokocontoh") && request.spacing >= Duration::from_secs(4));
    let nameless = Payment {
        transaction_id: None,
        ..named
    };
    assert!(
        gateway
            .handles(&nameless, noon(), Duration::ZERO)
            .is_empty()
    );
    assert!(gateway.close(&nameless).is_none());
    let observed = gateway.read_status(
        &nameless,
        LookupKey::Reference,
        noon(),
        &answer(200, sample("status-completed")),
    );
    assert_eq!(observed.said, Reported::NoAnswer(NoAnswerReason::Nameless));
}

#[test]
fn only_the_codes_confirm_a_cancel() {
    let gateway = account(Some(AccountMode::Production), None);
    let payment = known("INV-2026-0701", "k3TzQ9xVb1");
    let request = gateway.close(&payment).unwrap();
    assert_eq!(
        request.expose_url(),
        "https://app.pakasir.com/api/v2/cancel-transaction/tokocontoh/k3TzQ9xVb1"
    );
    assert_eq!(request.expose_body(), Some(""));
    let of = |status, body: &str| gateway.read_close(&payment, &answer(status, body));
    assert_eq!(of(200, &sample("cancel-response")), CloseReply::Closed);
    let unknown = CloseReply::Unknown("Transaksi tidak ditemukan".to_owned());
    assert_eq!(of(404, &sample("status-404")), unknown);
    let refused = CloseReply::Refused("sudah selesai".to_owned());
    assert_eq!(of(422, "{\"message\":\"sudah selesai\"}"), refused);
    for (status, body, silence) in [
        (503, "<html>503</html>", NoAnswerReason::ServerError(503)),
        (
            404,
            "{\"message\":\"Proyek tidak ditemukan\"}",
            NoAnswerReason::Gone(404),
        ),
        (200, "{}", NoAnswerReason::Wordless(200)),
        (429, "{\"message\":\"x\"}", NoAnswerReason::TooSoon),
    ] {
        assert_eq!(
            of(status, body),
            CloseReply::NoAnswer(silence),
            "{status} {body}"
        );
    }
}

fn headers(name: &str) -> Vec<(String, String)> {
    let all: std::collections::BTreeMap<String, String> =
        serde_json::from_str(&sample(name)).unwrap();
    all.into_iter().collect()
}

#[test]
fn the_projects_secret_proves_a_notification() {
    let body = sample("webhook-completed");
    let good = headers("webhook-completed.headers");
    let wrong = headers("webhook-wrong-secret.headers");
    let secret = Some("dummy-pakasir-webhook-secret-0001");
    let hear = |secret, headers: &[(String, String)]| {
        account(Some(AccountMode::Production), secret).read_notification(&IncomingRequest {
            headers,
            ..IncomingRequest::of_body(body.as_bytes())
        })
    };
    let notice = hear(secret, &good);
    assert_eq!(notice.verdict, Authenticity::Verified);
    assert!(notice.claims_money);
    assert_eq!(notice.transaction_id, "k3TzQ9xVb1".parse().ok());
    assert_eq!(notice.reference, "INV-2026-0701".parse().ok());
    for headers in [&wrong[..], &[]] {
        assert!(matches!(
            hear(secret, headers).verdict,
            Authenticity::Forged(_)
        ));
    }
    assert_eq!(hear(None, &good).verdict, Authenticity::Unsigned);
}

#[test]
fn a_sandbox_notification_claims_no_money() {
    let body = sample("status-completed-sandbox");
    let claims = |mode| {
        let message = IncomingRequest::of_body(body.as_bytes());
        account(mode, None).read_notification(&message).claims_money
    };
    assert!(claims(Some(AccountMode::Sandbox)));
    assert!(!claims(Some(AccountMode::Production)) && !claims(None));
}

#[test]
fn the_try_in_a_notification_must_be_ours() {
    let gateway = account(Some(AccountMode::Production), None);
    let payment = known("INV-2026-0701", "other-id");
    let id: TransactionId = "k3TzQ9xVb1".parse().unwrap();
    let observed = |body: &str| {
        gateway
            .read_try(&payment, &id, noon(), &answer(200, body))
            .said
    };
    let paid = Reported::Paid {
        amount: Rupiah::from_db(22_000),
    };
    assert_eq!(observed(&sample("status-completed")), paid);
    let foreign = sample("status-completed").replace("INV-2026-0701", "INV-9");
    assert_eq!(observed(&foreign), Reported::NotStarted);
}

/// One recorded answer with some of its bytes changed, removed or doubled.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let names = fixtures("pakasir-v2", "");
    let bodies: Vec<Vec<u8>> = names.iter().map(|name| sample(name).into_bytes()).collect();
    let edit = (
        0_usize..600,
        prop_oneof![Just(0_u8), Just(1), Just(2)],
        any::<u8>(),
    );
    (
        prop::sample::select(bodies),
        prop::collection::vec(edit, 0..6),
    )
        .prop_map(|(mut body, edits)| {
            for (place, how, byte) in edits {
                let place = place % body.len().max(1);
                match how {
                    0 if !body.is_empty() => body[place] = byte,
                    1 if !body.is_empty() => drop(body.remove(place)),
                    _ => body.insert(place, byte),
                }
            }
            body
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn mutated_answers_never_pay_without_proof(body in mutated(), status in prop_oneof![Just(200_u16), any::<u16>()]) {
        let said = answer(status, body.clone());
        let json: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
        for (reference, id) in [("INV-2026-0701", "k3TzQ9xVb1"), ("INV-2026-0703", "s0BxA4yGh6")] {
            let payment = known(reference, id);
            for mode in [Some(AccountMode::Sandbox), Some(AccountMode::Production), None] {
                let gateway = account(mode, Some("secret"));
                let _any = gateway.read_close(&payment, &said);
                let _any = gateway.read_regained(&payment, &said);
                let _any = gateway.read_notification(&IncomingRequest::of_body(&body));
                let observed = gateway.read_status(&payment, LookupKey::TransactionId, noon(), &said);
                if let Reported::Paid { amount } = observed.said {
                    let json = json.as_ref().unwrap();
                    prop_assert!((200..=299).contains(&status));
                    prop_assert_eq!(json["order_id"].as_str().map(str::trim), Some(reference));
                    prop_assert_eq!(json["txn_id"].as_str().map(str::trim), Some(id));
                    prop_assert_eq!(&json["is_sandbox"], mode == Some(AccountMode::Sandbox));
                    let text = json["amount"].as_str().map(str::trim).map_or_else(|| json["amount"].to_string(), str::to_owned);
                    prop_assert_eq!(Ok(amount), Rupiah::parse(&text));
                }
            }
        }
    }
}
