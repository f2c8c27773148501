//! The fee that the gateway adds for the customer, and where its answers show it.

use super::super::answer::{AttemptTruth, FeeShown};
use super::super::reply::ReplyObject;
use super::answers::gross;
use crate::domain::Rupiah;

pub(super) fn with_fee(fields: ReplyObject, answer: &AttemptTruth) -> ReplyObject {
    let Some(fee) = answer.fee.filter(|fee| *fee > Rupiah::ZERO) else {
        return fields;
    };
    let info = |original: Rupiah, fee: Rupiah| {
        let parts = ReplyObject::default()
            .text("original_amount", &gross(original))
            .text("gross_amount", &gross(original + fee))
            .text("customer_imposed_payment_fee", &gross(fee));
        let info = ReplyObject::default().raw("gross_amount_info", parts.object());
        ReplyObject::default().raw("extra_info", info.object())
    };
    let told = info(answer.amount, fee);
    let other = info(answer.amount + fee, Rupiah::ZERO);
    match answer.fee_shown.unwrap_or_default() {
        FeeShown::Metadata => fields.raw("metadata", told.object()),
        FeeShown::ExtraInfo => fields.tail(&told.into_tail()),
        FeeShown::Both => fields
            .raw("metadata", told.object())
            .tail(&told.into_tail()),
        FeeShown::Contradicting => fields
            .raw("metadata", other.object())
            .tail(&told.into_tail()),
        FeeShown::Nowhere => fields,
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
