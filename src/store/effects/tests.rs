mod document;
mod running;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::domain::decide::release::cancel_sold;
use crate::domain::{
    EffectKey, EffectKind, EffectStatus, Hook, OrderNumber, ProductUpdate, RetryOnUnknown, Trigger,
};
use crate::store::testing::{Shop, order};
use crate::store::{DueWindow, EffectFilter, ListedEffect, NewOrder, OverdueCursor, Reader};

fn minute(minutes: u64) -> Instant {
    Instant::from_millis(1_752_800_000_000).saturating_add(Duration::from_secs(60 * minutes))
}

fn by(minutes: u64) -> Actor<'static> {
    Actor {
        actor: "operator:rina",
        now: minute(minutes),
    }
}

/// Claims are valid for ten minutes.
fn lease(_: &Effect) -> Duration {
    Duration::from_secs(600)
}

fn worker<'a>(host: &'a str, database: &'a Path) -> WorkerId<'a> {
    WorkerId {
        host,
        pid: 1,
        database,
    }
}

fn hook(occasion: Trigger, name: &str, repeatable: RetryOnUnknown) -> Hook {
    Hook {
        name: name.parse().unwrap(),
        occasion,
        kind: EffectKind::Exec,
        products: Vec::new(),
        repeatable,
    }
}

/// A shop whose orders are free, so that they are paid at once.
fn free_shop(hooks: Vec<Hook>) -> Shop {
    let mut shop = Shop::with_hooks(hooks);
    for sku in ["seat", "soup"] {
        shop.offer(sku, ProductUpdate::default());
    }
    shop
}

impl Shop {
    fn offer(&mut self, sku: &str, change: ProductUpdate) {
        let sku = sku.parse().unwrap();
        let change = ProductUpdate {
            price: Some(crate::domain::Rupiah::from_db(500)),
            ..change
        };
        self.store
            .set_product(&self.permit, &sku, &change, minute(0), "x")
            .unwrap();
    }

    fn order(&mut self, number: &str, sku: &str, total: i64) {
        self.order_of(number, sku, 1, total);
    }

    fn order_of(&mut self, number: &str, sku: &str, quantity: u32, total: i64) {
        let lines: Vec<(&str, u32)> = of_at_most_a_thousand(quantity)
            .map(|quantity| (sku, quantity))
            .collect();
        let new = NewOrder {
            total: Some(crate::domain::Rupiah::from_db(total)),
            customer: crate::domain::Customer {
                email: Some("ani@example.com".to_owned()),
                ..Default::default()
            },
            expires_at: minute(60),
            actor: "operator:x".to_owned(),
            ..order(number, &lines)
        };
        self.store
            .place_order(&self.permit, &new, minute(1))
            .unwrap();
    }

    fn status(&self, number: &str) -> String {
        let number: OrderNumber = number.parse().unwrap();
        let story = self.store.read().order_story(&number, 1).unwrap().unwrap();
        story.dossier.order.status.to_string()
    }

    /// All effects as `key status tries`.
    fn effects(&self) -> String {
        let all = self
            .store
            .read()
            .effects(&EffectFilter::default(), None, 100)
            .unwrap();
        let told = all.iter().map(|ListedEffect { effect, .. }| {
            format!("{} {} {}", effect.key, effect.status, effect.tries)
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

/// A line of a product with tickets has at most 1,000 units.
fn of_at_most_a_thousand(quantity: u32) -> impl Iterator<Item = u32> {
    (0..quantity)
        .step_by(1_000)
        .map(move |before| (quantity - before).min(1_000))
}

fn paid_hook() -> Vec<Hook> {
    vec![hook(Trigger::Paid, "vpn", RetryOnUnknown::Yes)]
}

#[test]
fn an_effect_is_claimed_once_and_done() {
    let mut shop = free_shop(paid_hook());
    shop.order("INV-1", "seat", 0);
    assert_eq!(shop.status("INV-1"), "paid");
    let (lock, path) = (shop.lock("fulfil"), shop.path());
    let Shop { store, permit, .. } = &mut shop;
    let (outbox, lost) = store
        .start_attempts(permit, &lock, worker("a", &path), minute(2))
        .unwrap();
    assert!(lost.is_empty());
    let claim = |store: &Store| {
        store
            .claim_effect(
                permit,
                &outbox,
                EffectSelector::Due(DueWindow::at(minute(2))),
                &lease,
                minute(2),
            )
            .unwrap()
    };
    let claimed = claim(store).unwrap();
    assert_eq!(claimed.effect.key.as_str(), "e1-paid-vpn-1");
    assert!(claim(store).is_none(), "no other worker gets it");
    let told = store
        .read()
        .effect_document(&claimed.effect, minute(2))
        .unwrap();
    let told = serde_json::to_value(&told).unwrap();
    assert_eq!(told["order"]["number"], "INV-1");
    assert_eq!(told["order"]["customer"]["email"], "ani@example.com");
    assert_eq!(told["key"], "e1-paid-vpn-1");
    let finish = |store: &Store| {
        store
            .finish_effect(
                permit,
                &claimed.effect,
                &AttemptResult::Done(None),
                minute(3),
            )
            .unwrap()
            .map(|after| after.status)
    };
    assert_eq!(finish(store), Some(EffectStatus::Done));
    assert_eq!(finish(store), None, "it is done once");
    assert_eq!(shop.status("INV-1"), "fulfilled");
    assert_eq!(shop.effects(), "e1-paid-vpn-1 done 1");
}

#[test]
fn a_failed_effect_is_retried_until_dead() {
    let mut shop = free_shop(paid_hook());
    shop.order("INV-1", "seat", 0);
    let (lock, path) = (shop.lock("fulfil"), shop.path());
    let Shop { store, permit, .. } = &mut shop;
    let (outbox, _) = store
        .start_attempts(permit, &lock, worker("a", &path), minute(2))
        .unwrap();
    let try_at = |store: &Store, at: u64, delivery: AttemptResult| {
        let claimed = store
            .claim_effect(
                permit,
                &outbox,
                EffectSelector::Due(DueWindow::at(minute(at))),
                &lease,
                minute(at),
            )
            .unwrap()?;
        store
            .finish_effect(permit, &claimed.effect, &delivery, minute(at))
            .unwrap()
            .map(|after| after.status)
    };
    let again = || AttemptResult::Again("busy".to_owned());
    assert_eq!(try_at(store, 2, again()), Some(EffectStatus::Waiting));
    assert_eq!(try_at(store, 2, again()), None, "not before its time");
    let never = AttemptResult::Never("gone".to_owned());
    assert_eq!(try_at(store, 3, never), Some(EffectStatus::Dead));
    let dead = store
        .read()
        .effects(&EffectFilter::default(), None, 1)
        .unwrap();
    let id = dead[0].effect.id;
    let cases = |store: &Store| {
        let filter = crate::store::CaseFilter::default();
        let cases = store.read().cases_page(&filter, None, 9).unwrap();
        cases
            .iter()
            .map(|case| case.kind.word())
            .collect::<Vec<_>>()
    };
    assert_eq!(cases(store), ["not_fulfilled"]);
    let replay = |store: &Store| {
        let replayed = store.replay_effect(permit, id, by(4), "mended").unwrap();
        replayed.unwrap().map(|effect| effect.status)
    };
    assert_eq!(replay(store), Ok(EffectStatus::Queued));
    assert_eq!(
        replay(store),
        Ok(EffectStatus::Queued),
        "twice does no harm"
    );
    assert!(cases(store).is_empty());
    assert_eq!(
        try_at(store, 5, AttemptResult::Done(None)),
        Some(EffectStatus::Done)
    );
    assert!(replay(store).is_err(), "it is done");
    assert_eq!(shop.status("INV-1"), "fulfilled");
}

#[test]
fn effects_postponed_by_a_wrong_clock_are_due() {
    const HOUR: u64 = 60;
    let mut shop = free_shop(paid_hook());
    for number in ["INV-1", "INV-2", "INV-3"] {
        shop.order(number, "seat", 0);
    }
    let (lock, path) = (shop.lock("fulfil"), shop.path());
    let due = |shop: &Shop, at: u64| {
        let reader = shop.store.read();
        let mut keys = Vec::new();
        let mut last = None;
        loop {
            let page = reader.effects_due(minute(at), last.as_ref()).unwrap();
            let Some(end) = page.last() else { break keys };
            last = Some(end.clone());
            keys.extend(page.iter().map(|effect| effect.id.0));
        }
    };
    assert_eq!(due(&shop, 2), [1, 2, 3]);
    for (at, wanted) in [(30_000 * HOUR, 1), (2 + 7 * HOUR, 2)] {
        let Shop { store, permit, .. } = &mut shop;
        let (outbox, _) = store
            .start_attempts(permit, &lock, worker("a", &path), minute(at))
            .unwrap();
        let claimed = store
            .claim_effect(
                permit,
                &outbox,
                EffectSelector::One(EffectId(wanted)),
                &lease,
                minute(at),
            )
            .unwrap()
            .unwrap();
        let again = AttemptResult::Again("busy".to_owned());
        store
            .finish_effect(permit, &claimed.effect, &again, minute(at))
            .unwrap();
    }
    // Put off by a minute by a clock seven hours ahead, and by one years ahead.
    assert_eq!(due(&shop, 2), [3, 2, 1]);
    assert_eq!(due(&shop, 3 + HOUR), [3, 1], "six hours is a valid wait");
    assert_eq!(due(&shop, 3 + 7 * HOUR), [3, 2, 1]);
}

#[test]
fn cancelling_stops_queued_effects_and_undoes_later_ones() {
    let mut hooks = paid_hook();
    hooks.push(hook(Trigger::Paid, "mail", RetryOnUnknown::Yes));
    hooks.push(hook(Trigger::Revoked, "vpn", RetryOnUnknown::Yes));
    let mut shop = free_shop(hooks);
    shop.order("INV-1", "seat", 0);
    let (lock, path) = (shop.lock("fulfil"), shop.path());
    let Shop { store, permit, .. } = &mut shop;
    let (outbox, _) = store
        .start_attempts(permit, &lock, worker("a", &path), minute(2))
        .unwrap();
    let claimed = store
        .claim_effect(
            permit,
            &outbox,
            EffectSelector::Due(DueWindow::at(minute(2))),
            &lease,
            minute(2),
        )
        .unwrap()
        .unwrap();
    let order = claimed.effect.order.unwrap();
    let acted = store.update_order(permit, order, by(3), |dossier| {
        cancel_sold(dossier, "x").map(|changes| ((), changes))
    });
    acted.unwrap().unwrap().unwrap();
    let again = AttemptResult::Again("cut off".to_owned());
    store
        .finish_effect(permit, &claimed.effect, &again, minute(4))
        .unwrap();
    assert_eq!(
        shop.effects(),
        "e1-paid-vpn-1 cancelled 1; e1-paid-mail-1 cancelled 0; e1-revoked-vpn-1 queued 0"
    );
}

#[test]
fn expiry_effects_are_queued_once_per_product() {
    let of_soup = Hook {
        products: vec!["soup".parse().unwrap()],
        ..hook(Trigger::Expired, "cook", RetryOnUnknown::Yes)
    };
    let all = hook(Trigger::Expired, "mail", RetryOnUnknown::Yes);
    let mut shop = free_shop(vec![of_soup, all]);
    shop.order("INV-1", "seat", 500);
    shop.order("INV-2", "soup", 500);
    for _ in 0..2 {
        let (store, permit) = (&mut shop.store, &shop.permit);
        store
            .expire_by_clock(permit, minute(70), OverdueCursor::START, 10, by(71))
            .unwrap();
    }
    assert_eq!(
        shop.effects(),
        "e2-expired-cook-1 queued 0; e1-expired-mail-1 queued 0; e2-expired-mail-1 queued 0"
    );
}

#[test]
fn the_expiry_statement_makes_the_domains_key() {
    let name = "mail".parse().unwrap();
    let key = EffectKey::of_order(crate::domain::OrderId(2), Trigger::Expired, &name, 1);
    assert_eq!(key.as_str(), "e2-expired-mail-1");
}

#[test]
fn without_hooks_an_order_is_fulfilled_at_once() {
    let mut shop = free_shop(vec![]);
    shop.order("INV-1", "seat", 0);
    assert_eq!(
        (shop.status("INV-1").as_str(), shop.effects().as_str()),
        ("fulfilled", "")
    );
}

#[test]
fn a_reader_plans_with_the_same_hooks() {
    let mut shop = free_shop(paid_hook());
    shop.order("INV-1", "seat", 500);
    let path = shop.path();
    let hooks: Arc<[Hook]> = paid_hook().into();
    let reader = Reader::open(&path).unwrap().with_hooks(Arc::clone(&hooks));
    let dossier = reader.dossier(crate::domain::OrderId(1)).unwrap();
    assert_eq!(dossier.unwrap().hooks, hooks);
}
