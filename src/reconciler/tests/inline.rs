//! A run that never leaves its thread, and what its ledger promises.

use std::time::Duration;

use super::{Shop, account, amount, name, noon, query};
use crate::domain::{
    ImportPayment, Instant, OrderStatus, PaymentStatus, ProductUpdate, QueryPurpose, Rupiah, Sku,
};
use crate::reconciler::{BookingPlace, CheckAction, Ledger, QuerySource, Writer};
use crate::simulator::{AttemptTruth, Fault, MIDTRANS, PAKASIR, Simulator};
use crate::store::{CheckFilter, Reader, testing};

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
fn what_a_round_opens_belongs_to_its_run() {
    for booking in [BookingPlace::Thread, BookingPlace::Inline] {
        let shop = Shop {
            booking,
            ..Shop::pending(MIDTRANS)
        };
        shop.fault(Fault::CloseIgnored);
        for tries in 1..=3 {
            shop.close();
            let file = shop.file.second_store();
            let has_opened = file.read().has_untold_of(shop.visit).unwrap();
            assert_eq!(has_opened, tries == 3, "{booking:?}, {tries}");
        }
    }
}

/// A payment of an interface that requires some seconds between two queries.
fn spaced() -> Shop {
    let id = "TRX-1";
    let payment = ImportPayment {
        api_version: 2,
        transaction_id: id.parse().ok(),
        method: Some("qris".to_owned()),
        status: Some(PaymentStatus::Pending),
        ..ImportPayment::at(name(PAKASIR))
    };
    let truth = AttemptTruth {
        transaction_id: Some(id.to_owned()),
        ..AttemptTruth::new("completed", amount())
    };
    Shop::with(PAKASIR, payment, truth)
}

/// One inline round over everything that the file asks about.
#[track_caller]
fn check_everything(simulator: &Simulator, ledger: &Ledger, expected: CheckAction) {
    let account = account(PAKASIR, &simulator.url());
    let queues = ledger.read().queues(&CheckFilter::default(), noon());
    let source = QuerySource::File(queues.unwrap().remove(0));
    let question = (source, QueryPurpose::Read);
    let lines = query(account, question, ledger, BookingPlace::Inline);
    let actions: Vec<_> = lines.iter().map(|line| line.action).collect();
    assert_eq!(actions, [expected], "{lines:?}");
}

#[test]
fn an_inline_round_uses_one_connection() {
    let Shop {
        file,
        simulator,
        order,
        ..
    } = spaced();
    let (store, permit, _folder) = file.alone();
    let ledger = Ledger::ReadWrite(Writer::new(store, permit));
    check_everything(&simulator, &ledger, CheckAction::Fixed);
    let dossier = ledger.read().dossier(order).unwrap().unwrap();
    assert_eq!(dossier.order.status, OrderStatus::Fulfilled);
    let wait = ledger
        .read()
        .wait_before_read(dossier.payments[0].id, noon());
    assert!(wait.unwrap() > Duration::ZERO, "it took no turn to query");
}

#[test]
#[cfg_attr(windows, ignore = "Windows renames no file that is open")]
fn an_inline_preview_uses_one_connection() {
    let shop = spaced();
    let path = shop.file.path();
    let ledger = Ledger::preview(Reader::open(&path).unwrap());
    // Whoever opens the file now finds none.
    std::fs::rename(&path, path.with_extension("aside")).unwrap();
    check_everything(&shop.simulator, &ledger, CheckAction::WouldFix);
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
    let writer = Writer::new(store, permit);
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
