//! Any input: nothing breaks, and no foreign money is accepted.

use proptest::prelude::*;

use super::{KEY, midtrans, read_answer};
use crate::domain::{Reported, Rupiah};
use crate::gateway::testing::{answer, known, noon, payment};
use crate::gateway::{Gateway, LookupKey};

/// Any JSON value that a field may hold, plausible ones more often.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        Just("{}".to_owned()),
        Just("[[]]".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        "(settlement|capture|deny|INV-1|t-1|407|404|200|[0-9]{1,30}(\\.00)?|IDR)"
            .prop_map(|word| format!("\"{word}\"")),
    ]
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(status: u16, body in proptest::collection::vec(any::<u8>(), 0..512)) {
        for handle in [LookupKey::Reference, LookupKey::TransactionId, LookupKey::ReferenceAtPayable] {
            let answer = answer(status, body.clone());
            let observed = midtrans().read_status(&known("INV-1", "t-1"), handle, noon(), &answer);
            prop_assert!(matches!(observed.said, Reported::NoAnswer(_)));
        }
    }

    #[test]
    fn no_fields_cause_a_panic_or_foreign_money(
        status in prop_oneof![Just(200_u16), any::<u16>()],
        (code, word, fraud, order, id) in (value(), value(), value(), value(), value()),
        (gross, currency, refund, method, time) in (value(), value(), value(), value(), value()),
    ) {
        let body = format!(
            r#"{{"status_code":{code},"transaction_status":{word},"fraud_status":{fraud},"order_id":{order},
                "transaction_id":{id},"gross_amount":{gross},"currency":{currency},"refund_amount":{refund},
                "payment_type":{method},"expiry_time":{time},"refunds":[{{"refund_key":{id}}}]}}"#
        );
        let observed = read_answer(&known("INV-1", "t-1"), LookupKey::TransactionId, status, &body);
        let is_ours = [&order, &id].iter().any(|text| text.contains("INV-1") || text.contains("t-1"));
        if let Reported::Paid { amount } = observed.said {
            prop_assert!(is_ours && amount <= Rupiah::MAX);
        }
    }

    #[test]
    fn no_reference_shows_the_key_or_escapes(reference in "[!-~]{0,127}[0-~]") {
        let request = midtrans().ask_status(&payment(&reference), LookupKey::Reference);
        let shown = format!("{request:?}{}", request.expose_url());
        prop_assert!(!shown.contains(KEY));
        let path = request.expose_url().strip_prefix("https://api.example/v2/").unwrap();
        let id = path.strip_suffix("/status").unwrap();
        prop_assert!(!id.contains(['/', '?', '#', '&', ' ', '\\']));
    }
}
