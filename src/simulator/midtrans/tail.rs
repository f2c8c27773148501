//! The fields of a Midtrans answer besides ids, code and amount.

use sha2::{Digest, Sha512};

use super::super::answer::{AttemptTruth, SimulatedRefund};
use super::super::ids::transaction_id;
use super::super::reply::{JsonText, ReplyObject};
use super::answers::gross;
use super::fee::with_fee;
use crate::domain::Instant;

const MERCHANT: &str = "G900000017";

/// The number of a payment's first refund; the others count up from there.
pub(super) const FIRST_REFUND: u32 = 700_101;

/// The part of an answer after the ids, which does not depend on the query.
pub(super) fn tail(reference: &str, answer: &AttemptTruth, refunds: &[SimulatedRefund]) -> String {
    let method = method_type(answer.method());
    let usual_fraud_status = (method != "cstore").then_some("accept");
    let time = |time: Option<Instant>| time.map(Instant::western_indonesian);
    let fields = ReplyObject::default()
        .text("transaction_status", &answer.status)
        .text("payment_type", method)
        .text("currency", "IDR")
        .text("merchant_id", MERCHANT)
        .text("status_message", "Success, transaction is found")
        .some_text(
            "fraud_status",
            answer.fraud_status.as_deref().or(usual_fraud_status),
        )
        .some_text("transaction_time", time(answer.opened_at).as_deref())
        .some_text("settlement_time", time(answer.paid_at).as_deref())
        .some_text("expiry_time", time(answer.expires_at).as_deref());
    let fields = with_method(fields, reference, answer);
    let fields = with_fee(fields, answer);
    with_refunds(fields, reference, answer, refunds).into_tail()
}

pub(super) fn method_type(method: &str) -> &str {
    match method {
        "indomaret" | "alfamart" => "cstore",
        bank if bank.ends_with("_va") => "bank_transfer",
        other => other,
    }
}

/// The fields of each method.
fn with_method(fields: ReplyObject, reference: &str, answer: &AttemptTruth) -> ReplyObject {
    let number = made_up_number(reference);
    let is_paid = answer.paid_at.is_some();
    match (answer.method(), answer.method().strip_suffix("_va")) {
        ("qris", _) => {
            let fields = fields.text("acquirer", "gopay");
            if !answer.is("settlement") {
                return fields;
            }
            fields
                .text("issuer", "dana")
                .text("transaction_type", "off-us")
                .text("merchant_cross_reference_id", &transaction_id(reference, 0))
        }
        ("echannel", _) => fields
            .text("biller_code", "70012")
            .text("bill_key", &number),
        ("credit_card", _) => with_card(fields, answer),
        (store @ ("indomaret" | "alfamart"), _) => fields
            .text("store", store)
            .text("payment_code", &number)
            .some_text("approval_code", is_paid.then_some("ABC0000BCA08")),
        (_, Some("permata")) => fields.text("permata_va_number", &number),
        (_, Some(bank)) => {
            let bank = JsonText(bank);
            let numbers = format!(r#"[{{"bank":{bank},"va_number":"{number}"}}]"#);
            let fields = fields.raw("va_numbers", numbers);
            if is_paid {
                return fields.raw("payment_amounts", "[]");
            }
            fields
        }
        _ => fields,
    }
}

fn with_card(fields: ReplyObject, answer: &AttemptTruth) -> ReplyObject {
    let fields = fields.text("bank", "bni");
    if answer.is("deny") {
        return fields
            .text("masked_card", "49111111-1113")
            .text("channel_response_code", "05")
            .text("channel_response_message", "Do not honour");
    }
    fields
        .text("masked_card", "48111111-1114")
        .text("eci", "05")
        .text("approval_code", "1772430000009")
        .text("channel_response_code", "00")
        .text("channel_response_message", "Approved")
        .text("card_type", "credit")
}

/// The money returned. If no refund was requested here, it is one refund with a generated key.
fn with_refunds(
    fields: ReplyObject,
    reference: &str,
    answer: &AttemptTruth,
    refunds: &[SimulatedRefund],
) -> ReplyObject {
    let Some(total) = answer.gone_back() else {
        return fields;
    };
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
    let at = at.map_or_else(String::new, Instant::western_indonesian);
    let object = |(refund, number): (&SimulatedRefund, u32)| {
        ReplyObject::default()
            .raw("refund_chargeback_id", number)
            .text("refund_chargeback_uuid", &transaction_id(&refund.key, 0))
            .text("refund_amount", &gross(refund.amount))
            .text("created_at", &at)
            .text("reason", "pretend")
            .text("refund_key", &refund.key)
            .text("refund_method", "online")
            .object()
    };
    let listed: Vec<String> = listed.iter().zip(FIRST_REFUND..).map(object).collect();
    fields
        .text("refund_amount", &gross(total))
        .raw("refunds", format_args!("[{}]", listed.join(",")))
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
    use crate::domain::Rupiah;

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
