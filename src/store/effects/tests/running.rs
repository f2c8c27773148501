//! Effects whose worker is gone.

use super::*;

#[test]
fn a_killed_runs_effects_are_taken_over() {
    for (repeatable, wanted) in [
        (RetryOnUnknown::Yes, "e1-paid-vpn-1 waiting 1"),
        (RetryOnUnknown::No, "e1-paid-vpn-1 uncertain 1"),
    ] {
        let mut shop = free_shop(vec![hook(Trigger::Paid, "vpn", repeatable)]);
        shop.order("INV-1", "seat", 0);
        let (lock, path) = (shop.lock("fulfil"), shop.path());
        let begin = |shop: &mut Shop, host: &'static str, at: u64| {
            let Shop { store, permit, .. } = shop;
            let (outbox, lost) = store
                .start_attempts(permit, &lock, worker(host, &path), minute(at))
                .unwrap();
            let claimed = store
                .claim_effect(
                    permit,
                    &outbox,
                    EffectSelector::Due(DueWindow::at(minute(at))),
                    &lease,
                    minute(at),
                )
                .unwrap();
            (lost.len(), claimed)
        };
        let (_, claimed) = begin(&mut shop, "a", 2);
        let ClaimedEffect { effect, liveness } = claimed.unwrap();
        // Another host cannot know before the lease is over, and an attempt that outlives its worker may finish.
        for host in ["a", "b"] {
            let (lost, claimed) = begin(&mut shop, host, 3);
            assert!(lost == 0 && claimed.is_none(), "{host}");
            assert_eq!(under_way(&shop, host, 3), ["e1-paid-vpn-1 until 12"]);
        }
        drop(liveness);
        assert_eq!(under_way(&shop, "a", 3), [""; 0]);
        assert_eq!(under_way(&shop, "b", 3).len(), 1);
        let Shop { store, permit, .. } = &mut shop;
        for lost in [1, 0] {
            let begun = store.start_attempts(permit, &lock, worker("a", &path), minute(3));
            assert_eq!(begun.unwrap().1.len(), lost);
        }
        assert_eq!(shop.effects(), wanted);
        // The worker that seemed gone has carried it out after all.
        let Shop { store, permit, .. } = &mut shop;
        let late = store
            .finish_effect(permit, &effect, &AttemptResult::Done(None), minute(4))
            .unwrap();
        assert_eq!(late.unwrap().status, EffectStatus::Done);
        assert_eq!(shop.status("INV-1"), "fulfilled");
    }
}

/// The effects that may still be running as far as this host can tell, each with the minutes left.
fn under_way(shop: &Shop, host: &str, at: u64) -> Vec<String> {
    let path = shop.path();
    let reader = shop.store.read();
    let found = reader.effects_under_way(worker(host, &path), minute(at));
    let told = found.unwrap().into_iter().map(|(effect, until)| {
        let minutes = (until.as_millis() - minute(0).as_millis()) / 60_000;
        format!("{} until {minutes}", effect.key)
    });
    told.collect()
}

#[test]
fn an_unfinished_effect_is_retaken_after_its_lease() {
    for (host, at, lost) in [("a", 11, 0), ("a", 13, 1), ("b", 11, 0), ("b", 13, 1)] {
        let mut shop = free_shop(paid_hook());
        shop.order("INV-1", "seat", 0);
        let (lock, path) = (shop.lock("fulfil"), shop.path());
        let Shop { store, permit, .. } = &mut shop;
        let (outbox, _) = store
            .start_attempts(permit, &lock, worker("a", &path), minute(2))
            .unwrap();
        let due = EffectSelector::Due(DueWindow::at(minute(2)));
        let _held = store.claim_effect(permit, &outbox, due, &lease, minute(2));
        let begun = store.start_attempts(permit, &lock, worker(host, &path), minute(at));
        assert_eq!(begun.unwrap().1.len(), lost, "{host} {at}");
    }
}

#[test]
fn a_claim_from_a_future_clock_blocks_nobody() {
    let mut shop = free_shop(paid_hook());
    shop.order("INV-1", "seat", 0);
    let (lock, path) = (shop.lock("fulfil"), shop.path());
    let Shop { store, permit, .. } = &mut shop;
    let ahead = minute(60 * 24 * 365);
    let (outbox, _) = store
        .start_attempts(permit, &lock, worker("a", &path), ahead)
        .unwrap();
    let _held = store.claim_effect(
        permit,
        &outbox,
        EffectSelector::Due(DueWindow::at(ahead)),
        &lease,
        ahead,
    );
    let begun = store.start_attempts(permit, &lock, worker("b", &path), minute(2));
    assert_eq!(begun.unwrap().1.len(), 1);
}
