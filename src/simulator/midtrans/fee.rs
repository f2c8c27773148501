//! The fee that the gateway adds for the customer, and where its answers show it.

use super::super::answer::{AttemptTruth, FeeShown};
use super::super::reply::add;
use super::answers::gross;
use crate::domain::Rupiah;

pub(super) fn add_fee(tail: &mut String, answer: &AttemptTruth) {
    let Some(fee) = answer.fee.filter(|fee| *fee > Rupiah::ZERO) else {
        return;
    };
    let info = |original: Rupiah, fee: Rupiah| {
        let (original, whole, fee) = (gross(original), gross(original + fee), gross(fee));
        format!(
            r#"{{"gross_amount_info":{{"original_amount":"{original}","gross_amount":"{whole}","customer_imposed_payment_fee":"{fee}"}}}}"#
        )
    };
    let told = info(answer.amount, fee);
    let shown = answer.fee_shown.unwrap_or_default();
    let in_metadata = match shown {
        FeeShown::Metadata | FeeShown::Both => Some(&told),
        FeeShown::Contradicting => Some(&info(answer.amount + fee, Rupiah::ZERO)),
        FeeShown::ExtraInfo | FeeShown::Nowhere => None,
    };
    if let Some(info) = in_metadata {
        add(tail, "metadata", format_args!(r#"{{"extra_info":{info}}}"#));
    }
    if matches!(
        shown,
        FeeShown::ExtraInfo | FeeShown::Both | FeeShown::Contradicting
    ) {
        add(tail, "extra_info", &told);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::MIDTRANS;
    use super::super::super::testing::{answer, fixture, midtrans, shape, start};
    use super::*;

    #[track_caller]
    fn check(shown: FeeShown, metadata: &str, extra_info: &str) {
        let simulator = start();
        let with_fee = AttemptTruth {
            fee: Some(Rupiah::from_db(175)),
            fee_shown: Some(shown),
            ..answer("settlement", 25_000)
        };
        let handle = simulator.handle();
        handle.set(MIDTRANS, "INV-1", with_fee).unwrap();
        let observed = midtrans(&simulator, "INV-1");
        assert_eq!(observed.says("/gross_amount"), "25175.00");
        let info = "extra_info/gross_amount_info/original_amount";
        let json = observed.json();
        let said = [format!("/metadata/{info}"), format!("/{info}")];
        let said = said.map(|path| {
            json.pointer(&path)
                .map_or("", |told| told.as_str().unwrap())
                .to_owned()
        });
        assert_eq!(said, [metadata, extra_info]);
    }

    #[test]
    fn a_fee_is_part_of_the_amount() {
        let (told, nothing) = ("25000.00", "");
        check(FeeShown::Metadata, told, nothing);
        check(FeeShown::ExtraInfo, nothing, told);
        check(FeeShown::Both, told, told);
        check(FeeShown::Contradicting, "25175.00", told);
        check(FeeShown::Nowhere, nothing, nothing);
    }

    #[test]
    fn an_answer_with_fee_has_a_fixtures_shape() {
        let simulator = start();
        let with_fee = AttemptTruth {
            fee: Some(Rupiah::from_db(175)),
            ..answer("settlement", 25_000)
        };
        let handle = simulator.handle();
        handle.set(MIDTRANS, "INV-1", with_fee).unwrap();
        let sample = fixture("midtrans/status-settlement-qris-fee.json");
        assert_eq!(shape(&midtrans(&simulator, "INV-1").json()), sample);
    }
}
