//! The QRIS texts of a simulated gateway: for a merchant that does not exist, so that nobody can pay them.

use super::ids::transaction_id;
use crate::domain::Rupiah;
use crate::domain::payment::qris::{field, with_checksum};

/// For this payable, with the payment's own bill number: every payment has a different text.
pub(super) fn text(reference: &str, payable: Rupiah) -> String {
    let bill: String = transaction_id(reference, 1).chars().take(18).collect();
    let template = |fields: &[(&str, &str)]| join(fields);
    let merchant = template(&[
        ("00", "ID.CO.CONTOH.WWW"),
        ("01", "936000990000000017"),
        ("02", "000000000000017"),
        ("03", "UMI"),
    ]);
    let national = template(&[
        ("00", "ID.CO.QRIS.WWW"),
        ("02", "ID1020000000017"),
        ("03", "UMI"),
    ]);
    with_checksum(&join(&[
        ("00", "01"),
        ("01", "12"),
        ("26", &merchant),
        ("51", &national),
        ("52", "5411"),
        ("53", "360"),
        ("54", &payable.as_i64().to_string()),
        ("58", "ID"),
        ("59", "TOKO CONTOH"),
        ("60", "JAKARTA"),
        ("61", "10110"),
        ("62", &join(&[("01", &bill), ("07", "A01")])),
    ]))
}

fn join(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter();
    fields
        .filter_map(|(tag, value)| field(tag, value))
        .collect()
}
