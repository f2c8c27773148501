//! The fields of a Midtrans answer besides ids, code and amount.

use sha2::{Digest, Sha512};

use super::super::answer::{AttemptTruth, SimulatedRefund};
use super::super::ids::transaction_id;
use super::super::reply::{JsonText, add};
use super::answers::gross;
use super::fee::add_fee;

const MERCHANT: &str = "G900000017";

/// The number of a payment's first refund; the others count up from there.
pub(super) const FIRST_REFUND: u32 = 700_101;

/// The part of an answer after the ids, which does not depend on the query.
pub(super) fn tail(reference: &str, answer: &AttemptTruth, refunds: &[SimulatedRefund]) -> String {
    let mut tail = String::with_capacity(512);
    let is_counter = method_type(answer.method()) == "cstore";
    let text = |tail: &mut String, name: &str, value: &str| add(tail, name, JsonText(value));
    text(&mut tail, "transaction_status", &answer.status);
    text(&mut tail, "payment_type", method_type(answer.method()));
    text(&mut tail, "currency", "IDR");
    text(&mut tail, "merchant_id", MERCHANT);
    text(&mut tail, "status_message", "Success, transaction is found");
    let fraud_status = answer.fraud_status.as_deref();
    if let Some(word) = fraud_status.or((!is_counter).then_some("accept")) {
        text(&mut tail, "fraud_status", word);
    }
    for (name, time) in [
        ("transaction_time", answer.opened_at),
        ("settlement_time", answer.paid_at),
        ("expiry_time", answer.expires_at),
    ] {
        if let Some(time) = time {
            text(&mut tail, name, &time.western_indonesian());
        }
    }
    add_method(&mut tail, reference, answer);
    add_fee(&mut tail, answer);
    add_refunds(&mut tail, reference, answer, refunds);
    tail
}

pub(super) fn method_type(method: &str) -> &str {
    match method {
        "indomaret" | "alfamart" => "cstore",
        bank if bank.ends_with("_va") => "bank_transfer",
        other => other,
    }
}

/// The fields of each method.
fn add_method(tail: &mut String, reference: &str, answer: &AttemptTruth) {
    let number = made_up_number(reference);
    let text = |tail: &mut String, name: &str, value: &str| add(tail, name, JsonText(value));
    match (answer.method(), answer.method().strip_suffix("_va")) {
        ("qris", _) => {
            text(tail, "acquirer", "gopay");
            if answer.is("settlement") {
                text(tail, "issuer", "dana");
                text(tail, "transaction_type", "off-us");
                let cross_reference = transaction_id(reference, 0);
                text(tail, "merchant_cross_reference_id", &cross_reference);
            }
        }
        ("echannel", _) => {
            text(tail, "biller_code", "70012");
            text(tail, "bill_key", &number);
        }
        ("credit_card", _) => add_card(tail, answer),
        (store @ ("indomaret" | "alfamart"), _) => {
            text(tail, "store", store);
            text(tail, "payment_code", &number);
            if answer.paid_at.is_some() {
                text(tail, "approval_code", "ABC0000BCA08");
            }
        }
        (_, Some("permata")) => text(tail, "permata_va_number", &number),
        (_, Some(bank)) => {
            let bank = JsonText(bank);
            let numbers = format!(r#"[{{"bank":{bank},"va_number":"{number}"}}]"#);
            add(tail, "va_numbers", numbers);
            if answer.paid_at.is_some() {
                add(tail, "payment_amounts", "[]");
            }
        }
        _ => {}
    }
}

fn add_card(tail: &mut String, answer: &AttemptTruth) {
    let text = |tail: &mut String, name: &str, value: &str| add(tail, name, JsonText(value));
    text(tail, "bank", "bni");
    if answer.is("deny") {
        text(tail, "masked_card", "49111111-1113");
        text(tail, "channel_response_code", "05");
        text(tail, "channel_response_message", "Do not honour");
        return;
    }
    text(tail, "masked_card", "48111111-1114");
    text(tail, "eci", "05");
    text(tail, "approval_code", "1772430000009");
    text(tail, "channel_response_code", "00");
    text(tail, "channel_response_message", "Approved");
    text(tail, "card_type", "credit");
}

/// The money returned. If no refund was requested here, it is one refund with a generated key.
fn add_refunds(
    tail: &mut String,
    reference: &str,
    answer: &AttemptTruth,
    refunds: &[SimulatedRefund],
) {
    let Some(total) = answer.gone_back() else {
        return;
    };
    add(tail, "refund_amount", JsonText(&gross(total)));
    let made_up = [SimulatedRefund {
        key: format!("{reference}-r1"),
        amount: total,
    }];
    let listed = if refunds.is_empty() {
        &made_up[..]
    } else {
        refunds
    };
    let at = answer.paid_at.or(answer.opened_at);
    let at = at.map_or_else(String::new, |time| time.western_indonesian());
    let listed: Vec<String> = listed
        .iter()
        .zip(FIRST_REFUND..)
        .map(|(refund, number)| {
            let (id, amount) = (transaction_id(&refund.key, 0), gross(refund.amount));
            let key = JsonText(&refund.key);
            format!(
                r#"{{"refund_chargeback_id":{number},"refund_chargeback_uuid":"{id}","refund_amount":"{amount}","created_at":"{at}","reason":"pretend","refund_key":{key},"refund_method":"online"}}"#
            )
        })
        .collect();
    add(tail, "refunds", format_args!("[{}]", listed.join(",")));
}

/// Sixteen digits to pay to, the same for the same reference.
fn made_up_number(reference: &str) -> String {
    let mut number = String::from("9");
    let digest = Sha512::digest(reference);
    number.extend(
        digest
            .iter()
            .take(15)
            .map(|byte| char::from(b'0' + byte % 10)),
    );
    number
}

#[cfg(test)]
mod tests {
    use super::super::super::MIDTRANS;
    use super::super::super::testing::{answer, fixture, midtrans, shape, start};
    use super::*;
    use crate::domain::{Instant, Rupiah};

    #[track_caller]
    fn check(status: &str, method: &str, sample: &str) {
        check_answer(answer(status, 25_000), method, sample);
    }

    #[track_caller]
    fn check_answer(answer: AttemptTruth, method: &str, sample: &str) {
        let simulator = start();
        let method = Some(method.to_owned());
        let answer = AttemptTruth { method, ..answer };
        let handle = simulator.handle();
        handle.set(MIDTRANS, "INV-1", answer).unwrap();
        let observed = midtrans(&simulator, "INV-1");
        assert_eq!(observed.status, 200);
        let sample = fixture(&format!("midtrans/status-{sample}.json"));
        assert_eq!(shape(&observed.json()), sample);
    }

    #[test]
    fn answers_have_the_shape_of_recorded_ones() {
        check("pending", "qris", "pending-qris");
        check("settlement", "qris", "settlement-qris");
        check("expire", "qris", "expire-qris");
        check("cancel", "bri_va", "cancel");
        check("settlement", "bca_va", "settlement-bca-va");
        check("settlement", "permata_va", "settlement-permata");
        check("deny", "permata_va", "deny-reversal-permata");
        check("settlement", "echannel", "settlement-echannel");
        let counter = "settlement-indomaret-no-fraud-status";
        check("settlement", "indomaret", counter);
        check("capture", "credit_card", "capture-accept");
        check("settlement", "credit_card", "settlement-card");
        check("deny", "credit_card", "deny-card");
        check("authorize", "credit_card", "authorize-accept");
    }

    #[test]
    fn an_answer_can_carry_refund_or_foreign_id() {
        let refunded = Some(Rupiah::new(10_000).unwrap());
        let partial = AttemptTruth {
            refunded,
            ..answer("partial_refund", 25_000)
        };
        check_answer(partial, "qris", "partial-refund");
        let foreign = AttemptTruth {
            order_id: Some("A1".to_owned()),
            transaction_id: Some("A1".to_owned()),
            expires_at: Instant::parse_rfc3339("2026-03-03T09:00:00Z"),
            ..answer("settlement", 113_500)
        };
        let sample = "settlement-bsi-va-foreign-order-id";
        check_answer(foreign, "bsi_va", sample);
    }
}
