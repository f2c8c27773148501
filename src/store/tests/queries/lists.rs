//! Lists, and what every run looks for, read only the rows that they return.

use super::super::super::sql;
use super::{Shop, explain};

/// There are few rows to sort.
#[test]
fn lists_of_one_customer_need_no_scan() {
    for (query, index) in [
        (
            sql!("tickets_page_of_order"),
            "sqlite_autoindex_orders_1 (number=?)",
        ),
        (
            sql!("tickets_page_of_order"),
            "sqlite_autoindex_tickets_2 (order_line_id=?)",
        ),
        (
            sql!("access_page_of_user"),
            "INDEX customers_by_email (<expr>=?)",
        ),
        (
            sql!("access_page_of_user"),
            "sqlite_autoindex_grants_1 (order_line_id=?",
        ),
        (
            sql!("ticket_count"),
            "sqlite_autoindex_tickets_2 (order_line_id=?)",
        ),
        (
            sql!("access_count"),
            "sqlite_autoindex_grants_1 (order_line_id=?)",
        ),
    ] {
        let steps = explain(&Shop::with_gateways(), query).join("\n");
        assert!(steps.contains(index), "{steps}");
        assert!(!steps.contains("SCAN "), "{steps}");
    }
    // The index holds only orders that wait for money.
    let steps = explain(&Shop::with_gateways(), sql!("orders_pending_page"));
    let scans: Vec<&String> = steps
        .iter()
        .filter(|step| step.starts_with("SCAN "))
        .collect();
    assert_eq!(
        scans,
        ["SCAN orders USING INDEX orders_by_deadline", "SCAN shown"]
    );
}

/// Nothing is sorted, and nothing is read that is not shown.
#[test]
fn records_are_read_by_their_numbers() {
    const EVENTS: &str = "SEARCH events USING INTEGER PRIMARY KEY (rowid";
    const OF_ORDER: &str = "SEARCH events USING INDEX events_by_order (order_id=?";
    const RUNS: &str = "SEARCH runs USING INTEGER PRIMARY KEY (rowid";
    for (query, index) in [
        (sql!("log_page"), EVENTS),
        (sql!("log_latest"), EVENTS),
        (sql!("log_of_order_page"), OF_ORDER),
        (sql!("log_of_order_latest"), OF_ORDER),
        (
            sql!("log_first_since"),
            "SEARCH events USING COVERING INDEX events_by_time (at>?)",
        ),
        (sql!("runs_page"), RUNS),
        (sql!("runs_since"), RUNS),
        (
            sql!("runs_of_job_page"),
            "SEARCH runs USING INDEX runs_by_job (job=? AND id<?)",
        ),
        (
            sql!("notifications_page"),
            "SEARCH notifications USING INTEGER PRIMARY KEY (rowid<?)",
        ),
    ] {
        let steps = explain(&Shop::with_gateways(), query);
        let is_found = steps.iter().any(|step| step.starts_with(index));
        assert!(is_found, "{steps:?}");
        let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
        let scans = steps.iter().any(|step| step.starts_with("SCAN "));
        assert!(!sorts && !scans, "{steps:?}");
    }
    let steps = explain(&Shop::with_gateways(), sql!("cleanup_origins"));
    assert!(steps[0].contains("notifications_with_origin"), "{steps:?}");
}

#[test]
fn what_waits_is_listed_by_its_index() {
    for (query, wanted) in [
        (
            sql!("access_pending_page"),
            [
                "SCAN orders USING INDEX orders_by_deadline",
                "SEARCH order_lines USING INDEX order_lines_by_order (order_id=?",
            ],
        ),
        (
            sql!("orders_by_deadline_page"),
            [
                "SEARCH orders USING INDEX orders_by_deadline (expires_at>?)",
                "SCAN shown",
            ],
        ),
        (
            sql!("orders_by_number_page"),
            [
                "SEARCH orders USING INDEX sqlite_autoindex_orders_1 (number>?)",
                "SCAN shown",
            ],
        ),
    ] {
        let steps = explain(&Shop::with_gateways(), query);
        let found = |wanted: &str| steps.iter().any(|step| step.starts_with(wanted));
        assert!(wanted.into_iter().all(found), "{steps:?}");
        let sorts = steps.iter().filter(|step| step.contains("TEMP B-TREE"));
        let most = usize::from(query.contains("order_lines.access_seconds IS NOT NULL"));
        assert!(sorts.count() <= most, "{steps:?}");
    }
}

#[test]
fn words_to_compare_are_found_by_index() {
    for (query, index) in [
        (
            sql!("order_terms_page"),
            "order_terms_by_order (order_id=?)",
        ),
        (
            sql!("customer_terms_page"),
            "customer_terms_by_customer (customer_id=?)",
        ),
    ] {
        let steps = explain(&Shop::with_gateways(), query).join("\n");
        assert!(steps.contains(index), "{steps}");
        assert!(!steps.contains("SCAN "), "{steps}");
    }
}

/// Every run of `check-all` looks for them.
#[test]
fn unsettled_payments_are_found_by_index() {
    let steps = explain(&Shop::with_gateways(), sql!("unsettled")).join("\n");
    for step in [
        "SEARCH payments USING INDEX payments_unsettled (check_phase=?)",
        "SEARCH cases USING INDEX cases_by_gateway (gateway=?)",
        "SEARCH cases USING INDEX cases_by_payment (payment_id=?)",
    ] {
        assert!(steps.contains(step), "{steps}");
    }
}

#[test]
fn an_order_is_found_without_a_scan() {
    for (query, index) in [
        (
            sql!("orders_by_term"),
            "order_terms USING PRIMARY KEY (term>? AND term<?)",
        ),
        (
            sql!("orders_by_customer_term"),
            "customer_terms USING PRIMARY KEY (term>? AND term<?)",
        ),
        (
            sql!("orders_by_customer_term"),
            "other USING COVERING INDEX customer_terms_by_customer (customer_id=? AND term>? AND term<?)",
        ),
        (
            sql!("orders_by_customer_term"),
            "INDEX orders_by_customer (customer_id=?)",
        ),
        (
            sql!("orders_by_reference"),
            "(gateway=? AND reference>? AND reference<?)",
        ),
        (
            sql!("orders_by_transaction_id"),
            "(gateway=? AND transaction_id>? AND transaction_id<?)",
        ),
        (
            sql!("orders_by_transfer"),
            "(direction=? AND reference_key>? AND reference_key<?)",
        ),
        (sql!("orders_by_total"), "INDEX orders_by_total (total=?)"),
        (
            sql!("orders_by_asked"),
            "INDEX asked_amounts_by_amount (amount=?)",
        ),
    ] {
        let steps = explain(&Shop::with_gateways(), query).join("\n");
        assert!(steps.contains(index), "{index}\n{steps}");
        // Only over the bounded rows of a subquery.
        let scans = steps.replace("SCAN begun", "");
        assert!(!scans.contains("SCAN "), "{steps}");
    }
}
