use super::{POLICY, Shop, minute, permit, says};
use crate::domain::{AccountEvidence, ClockReadings, GatewayName, Reported, StatusAnswer};
use crate::store::{GatewayHealth, HealthDelta, JobLock, RunStart, Store};

fn midtrans() -> GatewayName {
    "midtrans".parse().unwrap()
}

fn note(shop: &mut Shop, delta: HealthDelta) {
    shop.store
        .record_health(&permit(), &midtrans(), &delta, minute(50))
        .unwrap();
}

#[test]
fn the_first_real_answer_proves_an_account() {
    let mut shop = Shop::with_gateways();
    shop.sql("UPDATE gateways SET first_answer_at = NULL", []);
    let health = shop.store.read().health(&midtrans()).unwrap();
    assert_eq!(health.proven_at, None);

    let id = shop.waiting("INV-1");
    let observed = StatusAnswer {
        account: AccountEvidence::Unproven,
        ..shop.observed(id, says(Reported::NotStarted, minute(1)))
    };
    shop.store
        .book(&permit(), &[observed], &POLICY, minute(1))
        .unwrap();
    let open = "SELECT count(*) FROM cases WHERE resolved_at IS NULL";
    assert_eq!(shop.number(open, []), 1);

    for minutes in [2, 3] {
        note(
            &mut shop,
            HealthDelta {
                proven_at: Some(minute(minutes)),
                answered_at: Some(minute(minutes)),
                ..HealthDelta::default()
            },
        );
    }
    let health = shop.store.read().health(&midtrans()).unwrap();
    assert_eq!(
        (health.proven_at, health.last_answer_at),
        (Some(minute(2)), Some(minute(3)))
    );
    assert_eq!(shop.number(open, []), 0);
    assert_eq!(
        shop.trail(),
        "case_opened >unproven_gateway G1; case_closed unproven_gateway>settled"
    );
}

#[test]
fn an_answer_ends_the_recorded_silence() {
    let mut shop = Shop::with_gateways();
    let silence = |minutes| HealthDelta {
        silent_since: Some(minute(minutes)),
        error: Some((minute(minutes), "answered 503".to_owned())),
        ..HealthDelta::default()
    };
    note(&mut shop, silence(1));
    note(&mut shop, silence(2));
    let health = shop.store.read().health(&midtrans()).unwrap();
    assert_eq!(
        (health.silent_since, health.last_error_at),
        (Some(minute(1)), Some(minute(2)))
    );

    let answer = HealthDelta {
        answered_at: Some(minute(3)),
        clock_difference_ms: Some(-1_500),
        ..HealthDelta::default()
    };
    note(&mut shop, answer.clone());
    let health = shop.store.read().health(&midtrans()).unwrap();
    assert_eq!(health.silent_since, None);
    assert_eq!(health.last_error.as_deref(), Some("answered 503"));
    assert_eq!(health.clock_difference_ms, Some(-1_500));

    // It answered at first and then fell silent, all in one run.
    note(
        &mut shop,
        HealthDelta {
            silent_since: Some(minute(5)),
            ..answer
        },
    );
    let health = shop.store.read().health(&midtrans()).unwrap();
    assert_eq!(health.silent_since, Some(minute(5)));
}

#[test]
fn an_unknown_gateway_has_no_health_yet() {
    let shop = Shop::with_gateways();
    let name: GatewayName = "xendit".parse().unwrap();
    let health = shop.store.read().health(&name).unwrap();
    assert_eq!(health, GatewayHealth::default());
    let delta = HealthDelta {
        answered_at: Some(minute(1)),
        ..HealthDelta::default()
    };
    shop.store
        .record_health(&permit(), &name, &delta, minute(1))
        .unwrap();
    let health = shop.store.read().health(&name).unwrap();
    assert_eq!(
        (health.proven_at, health.last_answer_at),
        (None, Some(minute(1)))
    );
}

#[test]
fn a_run_is_open_until_its_end() {
    let shop = Shop::with_gateways();
    let run = RunStart {
        job: "check-all",
        started_at: minute(1),
        host: "kasir-1",
        pid: 4_711,
        program: "payctl 0.1.0",
    };
    assert_eq!(shop.store.read().open_run("check-all").unwrap(), None);
    let id = shop.store.start_run(&permit(), &run).unwrap();
    let open = shop.store.read().open_run("check-all").unwrap().unwrap();
    assert_eq!(
        (open.host.as_str(), open.pid, open.started_at),
        ("kasir-1", 4_711, minute(1))
    );
    assert_eq!(shop.store.read().open_run("expire").unwrap(), None);

    shop.store
        .end_run(&permit(), id, minute(2), 3, "{}", ClockReadings::default())
        .unwrap();
    assert_eq!(shop.store.read().open_run("check-all").unwrap(), None);
    assert_eq!(
        shop.words("SELECT exit || ' ' || counts FROM runs"),
        ["3 {}"]
    );
}

#[test]
fn durability_returns_after_a_runs_record() {
    #[track_caller]
    fn check(shop: &Shop) {
        let connection = shop.store.read().connection();
        let synchronous = connection.pragma_query_value(None, "synchronous", |row| row.get(0));
        assert_eq!(synchronous, Ok(FULL));
    }
    const FULL: i64 = 2;
    let shop = Shop::with_gateways();
    check(&shop);
    let run = RunStart {
        job: "expire",
        started_at: minute(1),
        host: "kasir-1",
        pid: 4_711,
        program: "payctl 0.1.0",
    };
    let id = shop.store.start_run(&permit(), &run).unwrap();
    check(&shop);
    shop.store
        .end_run(&permit(), id, minute(2), 0, "{}", ClockReadings::default())
        .unwrap();
    check(&shop);
}

#[test]
fn a_job_runs_once_whatever_the_path() {
    let shop = Shop::with_gateways();
    let path = shop.path();
    let held = JobLock::take(&path, "check-all").unwrap();
    assert!(held.is_some());
    let winding = shop.folder.path().join(".").join("shop.db");
    assert!(JobLock::take(&winding, "check-all").unwrap().is_none());
    assert!(JobLock::take(&path, "expire").unwrap().is_some());
    drop(held);
    assert!(JobLock::take(&path, "check-all").unwrap().is_some());
}

#[test]
fn an_open_store_can_change_threads() {
    fn check<T: Send>() {}
    check::<Store>();
    check::<crate::store::Reader>();
}

#[test]
fn what_is_left_is_told_once_daily() {
    let mut shop = Shop::with_gateways();
    let mut is_told = |minutes| {
        let store = &mut shop.store;
        let told = store.should_report_left(&permit(), &midtrans(), minute(minutes));
        told.unwrap()
    };
    for (minutes, wanted) in [(10, true), (11, false), (1_449, false), (1_451, true)] {
        assert_eq!(is_told(minutes), wanted, "{minutes}");
    }
}

#[test]
fn of_many_cases_the_first_are_named() {
    let mut shop = Shop::with_gateways();
    for number in ["INV-1", "INV-2", "INV-3"] {
        let id = shop.waiting(number);
        shop.book_answer(id, super::paid(20_000), 5);
    }
    for (most, named) in [(0, 0), (1, 1), (3, 3), (20, 3)] {
        let untold = shop.store.untold(&shop.path(), most).unwrap();
        assert_eq!((untold.cases.len(), untold.all_cases.len()), (named, 3));
        assert_eq!(untold.count(), 3);
    }
}

#[test]
fn of_many_refunds_the_first_are_named() {
    let mut shop = Shop::with_gateways();
    for number in ["INV-1", "INV-2"] {
        let id = shop.waiting(number);
        shop.book_answer(id, super::paid(25_000), 5);
    }
    shop.sql(
        "INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
            SELECT order_id, id, 'due', 'person', 1000, 1, 1, 'x' FROM payments",
        [],
    );
    for (most, named) in [(0, 0), (1, 1), (20, 2)] {
        let untold = shop.store.untold(&shop.path(), most).unwrap();
        assert_eq!((untold.refunds.len(), untold.all_refunds.len()), (named, 2));
        assert_eq!(untold.count(), 2);
    }
}
