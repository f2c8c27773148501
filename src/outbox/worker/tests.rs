//! The worker over a real file, with real programs.

use std::collections::BTreeMap;

use super::*;
use crate::clock::testing::StoppedClock;
use crate::domain::{EffectKind, Hook, RetryOnUnknown, Rupiah, Trigger};
use crate::outbox::delivery::shell::shell;
use crate::outbox::delivery::{Executable, Transport};
use crate::store::NewOrder;
use crate::store::testing::{NOW, Shop, order};

const HOOKS: [&str; 3] = ["done", "refused", "unprepared"];

/// A shop with a paid order, whose hooks wait to be carried out.
fn shop() -> Shop {
    let hook = |name: &str| Hook {
        name: name.parse().unwrap(),
        occasion: Trigger::Paid,
        kind: EffectKind::Exec,
        products: Vec::new(),
        repeatable: RetryOnUnknown::Yes,
    };
    let mut shop = Shop::with_hooks(HOOKS.map(hook).into());
    shop.sell("seat", 500, None);
    let free = NewOrder {
        total: Some(Rupiah::from_db(0)),
        ..order("INV-1", &[("seat", 1)])
    };
    shop.place(&free).unwrap();
    shop
}

/// Drains the shop's outbox; returns why that ended early, and each attempt as `order hook status reason`.
fn drain(
    shop: &mut Shop,
    until: Option<tokio::time::Instant>,
) -> (Option<StopReason>, Vec<String>) {
    let path = shop.path();
    let program = |script: &str| Delivery {
        transport: Transport::Exec(Executable {
            program: shell().into(),
            arguments: vec!["-c".to_owned(), script.to_owned()],
            folder: shop.folder.path().to_owned(),
            environment: Vec::new(),
        }),
        timeout: Duration::from_secs(20),
    };
    let deliveries = [
        Ok(program("exit 0")),
        Ok(program("exit 3")),
        Err("no key".to_owned()),
    ];
    let names = HOOKS.map(|name| name.parse().unwrap());
    let deliveries = Deliveries::new(BTreeMap::from_iter(names.into_iter().zip(deliveries)));
    let mut told = Vec::new();
    let mut report = |attempt: &Attempt| {
        let order = attempt.order.as_ref().unwrap();
        let status = attempt.after.as_ref().unwrap().status;
        let why = attempt.result.as_ref().and_then(AttemptResult::trouble);
        let hook = &attempt.claimed.hook;
        told.push(format!("{order} {hook} {status} {}", why.unwrap_or("-")));
    };
    let mut worker = Worker {
        store: &mut shop.store,
        permit: &shop.permit,
        id: WorkerId {
            host: "till",
            pid: 1,
            database: &path,
        },
        deliveries: &deliveries,
        clock: &StoppedClock(NOW),
        shutdown: Shutdown::Never,
    };
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let stopped = runtime.block_on(worker.drain(until, &mut report)).unwrap();
    told.sort();
    (stopped, told)
}

#[test]
fn each_attempt_is_returned_as_a_value() {
    let mut shop = shop();
    let (stopped, told) = drain(&mut shop, None);
    assert_eq!(stopped, None);
    assert_eq!(
        told,
        [
            "INV-1 done done -",
            "INV-1 refused waiting exited with 3",
            "INV-1 unprepared waiting no key",
        ]
    );
    assert_eq!(drain(&mut shop, None), (None, Vec::new()), "none is due");
}

#[test]
fn nothing_begins_after_the_time_limit() {
    let mut shop = shop();
    let now = Some(tokio::time::Instant::now());
    let late = (Some(StopReason::OutOfTime), Vec::new());
    assert_eq!(drain(&mut shop, now), late);
    assert_eq!(drain(&mut shop, None).1.len(), HOOKS.len());
}

#[test]
fn effects_are_left_to_whom_the_lock_belongs() {
    let mut shop = shop();
    let lock = shop.lock(JOB);
    assert_eq!(drain(&mut shop, None), (None, Vec::new()));
    drop(lock);
    assert_eq!(drain(&mut shop, None).1.len(), HOOKS.len());
}
