use super::{POLICY, Shop, about, minute, paid, permit, says};
use crate::domain::{AnswerTarget, OrderStatus, Reported};
use crate::store::{Store, StoreError};

#[test]
fn a_failed_answer_leaves_its_batch_alone() {
    let mut shop = Shop::with_gateways();
    let ids = ["INV-1", "INV-2", "INV-3"].map(|number| shop.waiting(number));
    let other = shop.add_order("INV-4");
    let taken = shop.payment(other, "midtrans", "INV-4");
    // A payment of another order already has this id at the gateway; the schema rejects a duplicate.
    shop.sql(
        "UPDATE payments SET reference = 'INV-2', transaction_id = 't-1' WHERE id = $1",
        [taken],
    );
    let batch: Vec<_> = ids
        .into_iter()
        .map(|id| shop.observed(id, about("t-1", says(paid(25_000), minute(5)))))
        .collect();

    let booked = shop.book_all(&batch);
    assert!(booked[0].is_ok() && booked[2].is_ok());
    assert!(
        matches!(booked[1], Err(StoreError::Refused(_))),
        "{:?}",
        booked[1]
    );
    assert_eq!(
        shop.words("SELECT status FROM payments ORDER BY id"),
        ["paid", "pending", "paid", "pending"]
    );
    assert_eq!(
        shop.words("SELECT status FROM orders ORDER BY id"),
        ["fulfilled", "pending", "fulfilled", "pending"]
    );
}

#[test]
fn an_unknown_status_fails_only_its_answer() {
    let mut shop = Shop::with_gateways();
    let ids = ["INV-1", "INV-2"].map(|number| shop.waiting(number));
    let batch = ids.map(|id| shop.observed(id, says(paid(25_000), minute(5))));
    shop.sql("INSERT INTO order_statuses (word) VALUES ('moon')", []);
    shop.sql(
        "UPDATE orders SET status = 'moon' WHERE number = 'INV-1'",
        [],
    );
    let booked = shop.book_all(&batch);
    assert!(
        matches!(booked[0], Err(StoreError::Corrupt(_))),
        "{:?}",
        booked[0]
    );
    assert!(booked[1].is_ok());
}

#[test]
fn a_batch_of_a_thousand_is_one_transaction() {
    let mut shop = Shop::with_gateways();
    shop.file().execute_batch("BEGIN").unwrap();
    let ids: Vec<_> = (0..1_000)
        .map(|index| shop.waiting(&format!("INV-{index}")))
        .collect();
    shop.file().execute_batch("COMMIT").unwrap();
    let batch: Vec<_> = ids
        .iter()
        .enumerate()
        .map(|(index, id)| {
            let said = if index % 100 == 0 {
                paid(25_000)
            } else {
                Reported::Pending
            };
            shop.observed(*id, says(said, minute(5)))
        })
        .collect();
    let version = |shop: &Shop| shop.number("PRAGMA data_version", []);
    let before = version(&shop);
    let booked = shop.book_all(&batch);
    assert!(booked.iter().all(Result::is_ok));
    assert_eq!(version(&shop), before + 1);
    assert_eq!(
        shop.number("SELECT count(*) FROM payments WHERE last_asked_at > 0", []),
        1_000
    );
    assert_eq!(
        shop.number("SELECT count(*) FROM orders WHERE status = 'fulfilled'", []),
        10
    );
}

#[test]
fn two_programs_book_each_change_once() {
    let shop = Shop::with_gateways();
    let other = Store::open(&shop.path()).unwrap();
    let ids: Vec<_> = (0..20)
        .map(|index| shop.waiting(&format!("INV-{index}")))
        .collect();
    for id in &ids {
        let observed = shop.observed(*id, says(paid(25_000), minute(5)));
        let late = observed.clone();
        let now = minute(6);
        let first = shop
            .store
            .book(&permit(), &[observed], &POLICY, now)
            .unwrap()
            .remove(0)
            .unwrap();
        let second = other
            .book(&permit(), &[late], &POLICY, now)
            .unwrap()
            .remove(0)
            .unwrap();
        assert_eq!(first.order_after, OrderStatus::Fulfilled);
        assert_eq!(second.standing, AnswerTarget::Overtaken);
    }
    assert_eq!(
        shop.number("SELECT count(*) FROM events WHERE what = 'payment'", []),
        20
    );
}
