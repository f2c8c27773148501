use futures_util::FutureExt;

use super::*;
use crate::domain::samples::{minute, payment};
use crate::domain::{OrderStatus, PaymentStatus};

fn row(id: i64, phase: Phase) -> Result<Box<DuePayment>, StoreError> {
    let mut payment = payment(id, PaymentStatus::Pending);
    payment.schedule.phase = phase;
    Ok(Box::new(DuePayment {
        payment,
        order_number: "INV-1".parse().unwrap(),
        order_status: OrderStatus::Pending,
        told: Vec::new(),
        reference_due: false,
        has_turn: false,
    }))
}

/// The order in which payments 1 to `count` are queried if only these get an answer.
fn asked(count: i64, silent_before: &[i64], answered: impl Fn(i64) -> bool) -> Vec<i64> {
    let rows = (1..=count).map(|id| {
        let is_silent = silent_before.contains(&id);
        row(
            id,
            if is_silent {
                Phase::Silent
            } else {
                Phase::Open
            },
        )
    });
    let rows: Vec<_> = rows.collect();
    let signal = AskSignal::default();
    let turns = in_order(
        stream::iter(rows).boxed_local(),
        count.try_into().unwrap(),
        None,
        signal.clone(),
    );
    let mut turns = std::pin::pin!(turns);
    let (mut asked, mut silent, mut probes) = (Vec::new(), 0, 0);
    while let Some(turn) = turns.next().now_or_never().unwrap() {
        let turn = turn.unwrap();
        let id = turn.asked.payment.id.0;
        asked.push(id);
        (silent, probes) = match answered(id) {
            true => (0, 0),
            false => (silent + 1, probes + u32::from(turn.is_probe)),
        };
        signal.send_signal(match (silent, probes) {
            (_, PROBES..) => NextQuery::Nobody,
            (5.., _) => NextQuery::Ahead,
            _ => NextQuery::InTurn,
        });
    }
    asked
}

#[test]
fn each_payment_is_queried_once_in_order() {
    let all: Vec<i64> = (1..=20).collect();
    assert_eq!(asked(20, &[], |_| true), all);
}

#[test]
fn previously_silent_payments_come_last() {
    assert_eq!(asked(6, &[1, 2, 4], |_| true), [3, 5, 6, 1, 2, 4]);
    assert_eq!(asked(3, &[1, 2, 3], |_| true), [1, 2, 3]);
}

#[test]
fn a_block_of_silent_payments_delays_nobody() {
    for (count, block) in [(30, 20), (100, 90), (300, 200), (1_000, 250)] {
        let asked = asked(count, &[], |id| id > block);
        let mut found: Vec<i64> = asked.iter().copied().filter(|id| *id > block).collect();
        found.sort_unstable();
        let all: Vec<i64> = (block + 1..=count).collect();
        assert_eq!(found, all, "{block} of {count}");
        let in_vain = asked.len() - found.len();
        assert!(in_vain <= 60, "{in_vain} of {block}");
    }
}

#[test]
fn a_silent_gateway_gets_few_queries() {
    assert_eq!(asked(1_000, &[], |_| false).len(), 9);
    assert_eq!(asked(9, &[], |_| false).len(), 9);
    assert_eq!(asked(3, &[], |_| false), [1, 2, 3]);
}

#[test]
fn no_payment_is_queried_twice_or_lost() {
    for every in [2, 3, 4, 5, 7, 11] {
        let mut asked = asked(3_000, &[], |id| id % every == 0);
        let answered = asked.iter().filter(|id| *id % every == 0).count();
        let is_all = answered == 3_000 / usize::try_from(every).unwrap();
        assert!(is_all || every > 5, "{answered}, every {every}");
        let many = asked.len();
        asked.sort_unstable();
        asked.dedup();
        assert_eq!(asked.len(), many);
    }
}

#[test]
fn due_payments_come_first_even_if_silent() {
    let due = |id, phase, minutes| {
        let mut row = row(id, phase).unwrap();
        row.payment.schedule.next_check_at = Some(minute(minutes));
        Ok(row)
    };
    let rows = [
        due(1, Phase::Silent, 1),
        due(2, Phase::Open, 2),
        due(3, Phase::Open, 20),
        due(4, Phase::Silent, 20),
        due(5, Phase::Open, 20),
    ];
    let turns = in_order(
        stream::iter(rows).boxed_local(),
        5,
        Some(minute(10)),
        AskSignal::default(),
    );
    let asked: Vec<_> = turns
        .map(|turn| turn.unwrap().asked.payment.id.0)
        .collect()
        .now_or_never()
        .unwrap();
    assert_eq!(asked, [2, 1, 3, 4, 5]);
}
