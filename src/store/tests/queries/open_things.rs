//! What `status` and `report` read: what is open, by the indexes that hold nothing else, and the events of a period, by
//! their numbers.

use super::super::super::sql;
use super::{Shop, explain};

const SUBQUERY: &str = "SCAN of_period";

/// Panics if a query does not read in each of the given ways, or scans anything in another way. The rows of a subquery are
/// those of the period.
#[track_caller]
fn check(query: &str, ways: &[&str]) {
    let steps = explain(&Shop::with_gateways(), query);
    for way in ways.iter().filter(|way| !way.starts_with(SUBQUERY)) {
        let is_taken = steps.iter().any(|step| step.starts_with(way));
        assert!(is_taken, "{way}\n{}", steps.join("\n"));
    }
    for step in &steps {
        let is_known = ways.iter().any(|way| step.starts_with(way));
        assert!(!step.starts_with("SCAN ") || is_known, "{step} in {query}");
    }
}

/// These indexes hold only what is open, so scanning them is the work itself.
#[test]
fn open_things_are_counted_by_their_index() {
    for (query, index) in [
        (
            sql!("open_cases_by_kind"),
            "SCAN cases USING INDEX cases_open",
        ),
        (
            sql!("waiting_refunds"),
            "SEARCH refunds USING INDEX refunds_unfinished (status=?)",
        ),
        (
            sql!("overdue_orders"),
            "SEARCH orders USING INDEX orders_by_deadline (expires_at<?)",
        ),
        (
            sql!("unfinished_effects"),
            "SCAN effects USING INDEX effects_unfinished",
        ),
        (
            sql!("metrics_orders"),
            "SCAN orders USING COVERING INDEX orders_counted",
        ),
        (sql!("oldest_run"), "SCAN runs"),
    ] {
        check(query, &[index]);
    }
    check(
        sql!("overdue_stock"),
        &[
            "SEARCH orders USING COVERING INDEX orders_by_deadline (expires_at<?)",
            "SEARCH order_lines USING INDEX order_lines_by_order (order_id=?)",
            "SEARCH products USING INTEGER PRIMARY KEY (rowid=?)",
        ],
    );
}

const OF_A_PERIOD: &str = "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";

#[test]
fn a_periods_events_are_read_by_number() {
    check(
        sql!("event_from"),
        &["SEARCH events USING INTEGER PRIMARY KEY (rowid>?)"],
    );
    check(sql!("last_event"), &["SEARCH events"]);
    check(
        sql!("paid_by_gateway"),
        &[
            &format!("SEARCH paid {OF_A_PERIOD}"),
            "SEARCH payments USING INTEGER PRIMARY KEY (rowid=?)",
            "SEARCH earlier USING INDEX events_by_payment (payment_id=?",
            "SEARCH notifications USING INDEX notifications_by_payment (payment_id=?)",
        ],
    );
    for (query, table) in [
        (sql!("moved_payments"), "moved"),
        (sql!("paid_products"), "paid"),
        (sql!("late_orders"), "late"),
        (sql!("refunds_of_period"), "moved"),
        (sql!("paid_moments"), "paid"),
        (sql!("wait_at"), "paid"),
        (sql!("cases_opened"), "cases"),
    ] {
        let period = format!("SEARCH {table} {OF_A_PERIOD}");
        check(query, &[&period, SUBQUERY]);
    }
    check(
        sql!("case_from"),
        &["SEARCH cases USING INTEGER PRIMARY KEY (rowid>?)"],
    );
    check(
        sql!("moved_orders"),
        &[
            &format!("SEARCH moved {OF_A_PERIOD}"),
            "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)",
            SUBQUERY,
        ],
    );
}
