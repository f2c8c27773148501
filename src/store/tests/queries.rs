use std::fs;
use std::path::{Path, PathBuf};

use super::super::sql;
use super::Shop;

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == extension) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_query_is_used_described_and_valid() {
    let shop = Shop::with_gateways();
    let source: String = files("src/store", "rs")
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let queries = files("sql/queries", "sql");
    assert!(!queries.is_empty());
    for path in queries {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            source.contains(&format!("sql!(\"{name}\")")),
            "{name} is not used"
        );
        let first = text.lines().next().unwrap();
        assert!(
            first.starts_with("-- ") && first.ends_with('.'),
            "{name}: {first}"
        );
        shop.file()
            .prepare(&text)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// SQLite numbers parameters like `$1` by where they first stand, whatever their names.
#[test]
fn parameters_stand_in_their_order() {
    for path in files("sql/queries", "sql") {
        let text = fs::read_to_string(&path).unwrap();
        let mut last = 0;
        for part in text.split('$').skip(1) {
            let digits = part.split(|letter: char| !letter.is_ascii_digit()).next();
            let number: u32 = digits.unwrap().parse().unwrap();
            assert!(
                number <= last + 1,
                "${number} comes early: {}",
                path.display()
            );
            last = last.max(number);
        }
    }
}

#[test]
fn only_views_list_the_columns_of_rows() {
    let listed = ["close_tries,", "claimed_at,", "reason_params", "issued_at,"];
    for path in files("sql/queries", "sql") {
        let text = fs::read_to_string(&path).unwrap();
        let (head, _) = text.split_once("\nFROM ").unwrap_or_default();
        if head.contains("\nSELECT") {
            let again = listed.iter().find(|column| head.contains(*column));
            assert_eq!(again, None, "{}", path.display());
        }
    }
}

#[test]
fn every_invariant_names_its_columns() {
    let shop = Shop::with_gateways();
    for path in files("sql/queries", "sql") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name.starts_with("verify_") {
            let text = fs::read_to_string(&path).unwrap();
            let statement = shop.file().prepare(&text).unwrap();
            let expected = ["order_number", "payment", "what"];
            assert!(statement.column_names().eq(expected), "{name}");
        }
    }
}

/// How SQLite will find the rows of a query.
fn explain(shop: &Shop, query: &str) -> Vec<String> {
    let mut statement = shop
        .file()
        .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
        .unwrap();
    for index in 1..=statement.parameter_count() {
        statement.raw_bind_parameter(index, 1).unwrap();
    }
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

#[track_caller]
fn check(query: &str, index: &str) {
    let steps = explain(&Shop::with_gateways(), query).join("\n");
    assert!(steps.contains(index), "{steps}");
    let reads_all = steps.lines().any(|step| {
        step.starts_with("SCAN ") && step != "SCAN CONSTANT ROW" && step != "SCAN places"
    });
    assert!(!reads_all, "{steps}");
    assert!(!steps.contains("TEMP B-TREE"), "{steps}");
}

#[test]
fn frequent_queries_use_their_index() {
    check(
        sql!("check_count"),
        "COVERING INDEX payments_to_ask (gateway=? AND last_asked_at<?)",
    );
    check(
        sql!("check_count"),
        "COVERING INDEX payments_to_ask (gateway=? AND last_asked_at>?)",
    );
    check(
        sql!("check_count_due"),
        "COVERING INDEX payments_due (gateway=? AND next_check_at>? AND next_check_at<?)",
    );
    check(
        sql!("check_places"),
        "COVERING INDEX payments_to_ask (gateway=?)",
    );
    check(
        sql!("check_places_due"),
        "COVERING INDEX payments_due (gateway=? AND next_check_at>? AND next_check_at<?)",
    );
    for arm in [
        "SEARCH same USING COVERING INDEX payments_to_ask (gateway=? AND last_asked_at=? AND id>?)",
        "SEARCH later USING COVERING INDEX payments_to_ask (gateway=? AND last_asked_at>? AND last_asked_at<?)",
        "SEARCH ahead USING COVERING INDEX payments_to_ask (gateway=? AND last_asked_at>?",
    ] {
        check(sql!("check_page"), arm);
    }
    for arm in [
        "SEARCH same USING COVERING INDEX payments_due (gateway=? AND next_check_at=? AND id>?)",
        "SEARCH later USING COVERING INDEX payments_due (gateway=? AND next_check_at>? AND next_check_at<?)",
    ] {
        check(sql!("check_page_due"), arm);
    }
    check(
        sql!("order_head"),
        "SEARCH orders USING INTEGER PRIMARY KEY",
    );
    check(
        sql!("count_answer"),
        "SEARCH payments USING INTEGER PRIMARY KEY",
    );
    check(
        sql!("remember_answer"),
        "SEARCH payments USING INTEGER PRIMARY KEY",
    );
    check(
        sql!("move_payment"),
        "SEARCH payments USING INTEGER PRIMARY KEY",
    );
    check(
        sql!("move_order"),
        "SEARCH orders USING INTEGER PRIMARY KEY",
    );
    check(sql!("dossier_payments"), "payments_by_order (order_id=?)");
    check(sql!("dossier_lines"), "order_lines_by_order (order_id=?)");
    check(sql!("dossier_refunds"), "refunds_by_order (order_id=?)");
    check(
        sql!("settle_gateway_case"),
        "cases_open (kind=? AND subject=?)",
    );
    check(sql!("lines_sell"), "order_lines_by_order (order_id=?)");
    check(sql!("open_run"), "runs_by_job (job=?)");
    check(sql!("dossier_effects"), "effects_by_order (order_id=?)");
    check(
        sql!("effects_due"),
        "INDEX effects_due (next_try_at>? AND next_try_at<?)",
    );
    check(sql!("effects_put_off"), "INDEX effects_due (next_try_at>?)");
}

#[test]
fn the_last_payment_event_needs_no_scan() {
    let steps = explain(&Shop::with_gateways(), super::super::sql!("last_move")).join("\n");
    let index = "SEARCH events USING INDEX events_by_payment (payment_id=?)";
    assert_eq!(steps, index);
}

#[test]
fn a_notification_is_matched_without_a_scan() {
    let payments = "SEARCH payments USING INDEX";
    let notifications = "SEARCH notifications USING INDEX sqlite_autoindex_notifications_1";
    for (query, index) in [
        // The few tries under one reference are sorted.
        (
            sql!("notice_by_reference"),
            format!("{payments} payments_by_try (gateway=? AND reference=?)"),
        ),
        (
            sql!("notice_by_try"),
            format!("{payments} payments_by_transaction_id (gateway=? AND transaction_id=?)"),
        ),
        (
            sql!("notification_by_digest"),
            format!("{notifications} (digest=?)"),
        ),
        (
            sql!("repeat_notification"),
            format!("{notifications} (digest=?)"),
        ),
        (
            sql!("renew_notification"),
            format!("{notifications} (digest=?)"),
        ),
        (
            sql!("count_notifications_of_payment"),
            "INDEX notifications_by_payment (payment_id=?)".to_owned(),
        ),
        (
            sql!("count_notifications_nobodys"),
            "INDEX notifications_nobodys (verdict=?)".to_owned(),
        ),
        (
            sql!("dossier_claims"),
            "INDEX notifications_claims (payment_id=?)".to_owned(),
        ),
        (
            sql!("bring_forward"),
            "SEARCH payments USING INTEGER PRIMARY KEY".to_owned(),
        ),
        (
            sql!("order_by_session"),
            "INDEX sqlite_autoindex_orders_2 (session_token=?)".to_owned(),
        ),
        (
            sql!("order_session"),
            "INDEX sqlite_autoindex_orders_1 (number=?)".to_owned(),
        ),
        // These two indexes hold only what is still open, so scanning them is the work itself.
        (
            sql!("settle_claims"),
            "notifications USING INDEX notifications_claims".to_owned(),
        ),
        (
            sql!("effects_running"),
            "effects USING INDEX effects_running".to_owned(),
        ),
    ] {
        let steps = explain(&Shop::with_gateways(), query).join("\n");
        assert!(steps.contains(&index), "{query}\n{steps}");
        for table in ["payments", "orders", "notifications", "effects"] {
            let reads_all = format!("SCAN {table}");
            let is_read = steps.lines().any(|step| {
                step == reads_all || step.starts_with(&format!("{reads_all} USING COVERING"))
            });
            assert!(!is_read, "{query}\n{steps}");
        }
    }
}

#[test]
fn a_dossier_reads_no_other_orders() {
    for query in [
        sql!("dossier_cases"),
        sql!("dossier_stock"),
        sql!("stock_sell"),
        sql!("stock_retake"),
        sql!("stock_release"),
        sql!("stock_return"),
        sql!("lines_return"),
    ] {
        for step in explain(&Shop::with_gateways(), query) {
            let reads_all = step.starts_with("SCAN ")
                && ["products", "orders", "order_lines", "payments", "cases"]
                    .iter()
                    .any(|table| step.split(' ').nth(1) == Some(table));
            assert!(!reads_all, "{step} in {query}");
        }
    }
}

#[test]
fn overdue_orders_are_found_by_index() {
    for query in [
        sql!("overdue_by_clock"),
        sql!("overdue_at_gateways"),
        sql!("expire_stock"),
        sql!("expire_lines"),
        sql!("expire_events"),
        sql!("expire_orders"),
    ] {
        let steps = explain(&Shop::with_gateways(), query).join("\n");
        assert!(
            steps.contains("INDEX orders_by_deadline (expires_at"),
            "{query}\n{steps}"
        );
        assert!(!steps.contains("SCAN orders"), "{query}\n{steps}");
    }
    // The index holds only what must be closed, so scanning it is the work itself.
    let steps = explain(&Shop::with_gateways(), sql!("payments_to_close")).join("\n");
    assert!(
        steps.contains("payments USING INDEX payments_to_close"),
        "{steps}"
    );
}

#[test]
fn a_trys_notifications_are_found_by_payment() {
    check(
        sql!("settle_try"),
        "notifications USING INDEX notifications_by_payment (payment_id=?)",
    );
    for query in [sql!("check_page"), sql!("check_page_due")] {
        check(query, "INDEX named_tries_open (payment_id=?)");
    }
}

#[test]
fn a_unique_amount_is_found_by_index() {
    for (query, index) in [
        (sql!("asked_between"), "(amount>? AND amount<?)"),
        (sql!("orders_asked_page"), "(amount=? AND order_id<?)"),
    ] {
        check(query, &format!("INDEX asked_amounts_by_amount {index}"));
    }
}

#[test]
fn rare_rows_are_listed_without_a_scan() {
    for (query, index) in [
        (sql!("cases_open_page"), "INDEX cases_unresolved (id>?)"),
        (
            sql!("cases_of_order"),
            "cases_by_order (order_id=? AND rowid>?)",
        ),
        (
            sql!("cases_page"),
            "SEARCH cases USING INTEGER PRIMARY KEY (rowid>?)",
        ),
        (
            sql!("orders_page"),
            "SEARCH orders USING INTEGER PRIMARY KEY (rowid<?)",
        ),
        (
            sql!("orders_rare_page"),
            "INDEX orders_rare (status=? AND id<?)",
        ),
        (
            sql!("effects_page"),
            "SEARCH effects USING INTEGER PRIMARY KEY (rowid>?)",
        ),
        (
            sql!("effects_unfinished_page"),
            "INDEX effects_unfinished (id>?)",
        ),
        (
            sql!("effects_page_of_order"),
            "effects_by_order (order_id=? AND rowid>?)",
        ),
        (
            sql!("tickets_page"),
            "SEARCH tickets USING INTEGER PRIMARY KEY (rowid>?)",
        ),
        (
            sql!("access_page"),
            "SEARCH grants USING INTEGER PRIMARY KEY (rowid>?)",
        ),
    ] {
        check(query, index);
    }
}

mod lists;
mod open_things;
