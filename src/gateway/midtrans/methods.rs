//! The ways to pay at Midtrans.

use std::time::Duration;

use crate::gateway::descriptor::MethodTraits;

/// The page on which the customer chooses a method.
pub(super) const PAGE: &str = "snap";

/// Those by which a payment can be opened.
pub(super) const METHODS: [&str; 10] = [
    PAGE,
    "qris",
    "bca_va",
    "bni_va",
    "bri_va",
    "cimb_va",
    "permata_va",
    "mandiri_bill",
    "indomaret",
    "alfamart",
];

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Midtrans rejects a longer life than it allows, so it is never requested: five minutes to seven days for a page
/// (Midtrans docs, expire a Snap session), seven days for QRIS, 180 for virtual accounts, and at least 20 s (Midtrans
/// docs, custom expiry). For counters nothing is documented.
///
/// Permata VA, Mandiri Bill and Indomaret may go from `settlement` to `deny` within minutes (Midtrans docs, transaction
/// status cycle). Money that came through a virtual account or over a counter cannot be refunded.
pub(super) fn traits(word: &str) -> MethodTraits {
    let is_counter = matches!(word, "indomaret" | "alfamart" | "cstore");
    let is_account =
        word.ends_with("_va") || matches!(word, "permata" | "bank_transfer" | "echannel");
    let (least, most) = match word {
        PAGE => (5 * MINUTE, 7 * DAY),
        "qris" | "indomaret" | "alfamart" => (MINUTE / 3, 7 * DAY),
        _ => (MINUTE / 3, 180 * DAY),
    };
    MethodTraits {
        lifetime: (least, most),
        reusable_page: word == PAGE,
        reversible: matches!(word, "permata_va" | "echannel" | "indomaret"),
        refundable: !is_counter && !is_account,
    }
}
