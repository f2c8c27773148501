use std::collections::BTreeMap;

use super::*;

#[test]
fn ten_thousand_imports_keep_the_counters_right() {
    let mut shop = shop();
    let statuses = [
        PaymentStatus::Paid,
        PaymentStatus::Created,
        PaymentStatus::Expired,
        PaymentStatus::Cancelled,
    ];
    let records: Vec<ImportRecord> = (0..10_000)
        .map(|index| {
            let mut record = record(&format!("INV-{index}"), &[(statuses[index % 4], 1000)]);
            record.customer.email = Some(format!("person-{}@example.com", index % 500));
            record
        })
        .collect();
    let outcomes = import(&mut shop, &records);
    assert!(
        outcomes
            .iter()
            .all(|outcome| *outcome == ImportOutcome::Imported)
    );
    let seat = shop.product("seat");
    assert_eq!((seat.held, seat.sold), (5_000, 5_000));
    shop.check_counters();
    let again = import(&mut shop, &records);
    assert!(
        again
            .iter()
            .all(|outcome| *outcome == ImportOutcome::Unchanged)
    );

    let connection = shop.store.read().connection();
    let mut statement = connection
        .prepare("SELECT status, count(*) FROM orders GROUP BY status")
        .unwrap();
    let by_status: BTreeMap<String, i64> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let each = ["cancelled", "expired", "fulfilled", "pending"];
    assert_eq!(
        by_status,
        each.map(|status| (status.to_owned(), 2_500)).into()
    );
    let customers: i64 = connection
        .query_row("SELECT count(*) FROM customers", [], |row| row.get(0))
        .unwrap();
    assert_eq!(customers, 500);
}
