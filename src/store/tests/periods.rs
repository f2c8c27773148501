use proptest::prelude::*;

use super::Shop;
use crate::domain::Instant;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Writes events at these moments, in this order, with gaps in their numbers.
fn write(shop: &Shop, moments: &[i64]) {
    let file = shop.file();
    file.execute("DELETE FROM events", []).unwrap();
    let insert = "INSERT INTO events (id, at, actor, what, to_word, why) VALUES (?1, ?2, 'x', 'note', 'x', '')";
    for (place, at) in moments.iter().enumerate() {
        let id = 10 + i64::try_from(place).unwrap() * 3;
        file.execute(insert, (id, at)).unwrap();
    }
}

/// The events of a period, found by their numbers.
fn found(shop: &Shop, since: i64, until: i64) -> i64 {
    let (since, until) = (Instant::from_millis(since), Instant::from_millis(until));
    let period = shop.store.read().events_between(since, until).unwrap();
    let (first, last) = period.numbers();
    let count = "SELECT count(*) FROM events WHERE id >= ?1 AND id <= ?2 AND at >= ?3 AND at < ?4";
    let bounds = (first, last, since.as_millis(), until.as_millis());
    shop.file()
        .query_row(count, bounds, |row| row.get(0))
        .unwrap()
}

#[test]
fn a_period_without_events_is_empty() {
    let shop = Shop::with_gateways();
    write(&shop, &[]);
    assert_eq!(found(&shop, 0, DAY_MS), 0);
    assert_eq!(shop.store.read().first_event_at().unwrap(), None);
    write(&shop, &[5]);
    assert_eq!(found(&shop, 0, 5), 0);
    assert_eq!(found(&shop, 5, 6), 1);
    let first = shop.store.read().first_event_at().unwrap();
    assert_eq!(first, Some(Instant::from_millis(5)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Events every few hours over a month, by a clock that is wrong by up to half a day.
    #[test]
    fn a_wrong_clock_hides_no_event(
        steps in prop::collection::vec((0..DAY_MS / 3, -DAY_MS / 2..=DAY_MS / 2), 1..120),
        since in 0..40 * DAY_MS,
        length in 0..5 * DAY_MS,
    ) {
        let shop = Shop::with_gateways();
        let mut now = DAY_MS;
        let moments: Vec<i64> = steps
            .iter()
            .map(|(step, wrong)| {
                now += step;
                now + wrong
            })
            .collect();
        write(&shop, &moments);
        let until = since + length;
        let wanted = moments.iter().filter(|at| (since..until).contains(*at)).count();
        prop_assert_eq!(found(&shop, since, until), i64::try_from(wanted).unwrap());
    }
}
