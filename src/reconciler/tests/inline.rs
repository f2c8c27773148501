//! A run without a writer thread, and what its ledger promises.

use super::Shop;
use crate::domain::{
    Instant, OrderStatus, PaymentStatus, ProductUpdate, QueryPurpose, Rupiah, Sku,
};
use crate::reconciler::{BookingPlace, CheckAction, Ledger, Writer};
use crate::simulator::{Fault, MIDTRANS};
use crate::store::{Reader, testing};

#[test]
fn answers_booked_inline_have_the_same_outcome() {
    let line = |booking| {
        let shop = Shop {
            booking,
            ..Shop::pending(MIDTRANS)
        };
        shop.fault(Fault::PaidWhenClosed);
        let line = shop.round(QueryPurpose::ReadAfterClose);
        assert_eq!(line.action, CheckAction::Fixed);
        shop.check(PaymentStatus::Paid, OrderStatus::Fulfilled);
        line
    };
    assert_eq!(line(BookingPlace::Thread), line(BookingPlace::Inline));
}

#[test]
fn a_clone_reads_what_another_wrote() {
    let testing::Shop {
        store,
        permit,
        folder,
        ..
    } = testing::Shop::new();
    let file = folder.path().join("shop.db");
    let writer = Writer::new(store, permit).unwrap();
    let clone = Ledger::from(&writer);
    let sku: Sku = "seat".parse().unwrap();
    let preview = Ledger::preview(Reader::open(&file).unwrap());
    assert!(preview.writer().is_none());
    let price = ProductUpdate {
        price: Rupiah::parse("500").ok(),
        ..ProductUpdate::default()
    };
    let now = Instant::from_millis(1);
    writer
        .write(|store, permit| store.set_product(permit, &sku, &price, now, "x"))
        .unwrap();
    for ledger in [&clone, &preview] {
        assert!(ledger.read().product(&sku).unwrap().is_some());
    }
    // The connection that writes closes last and empties the log.
    let log = folder.path().join("shop.db-wal");
    drop((preview, writer));
    assert!(log.exists());
    drop(clone);
    assert!(!log.exists());
}
