use super::{POLICY, Shop, minute, paid, permit, says};
use crate::domain::booking::Standing;
use crate::domain::order::OrderStatus;
use crate::store::Store;

#[test]
fn two_programs_book_on_one_file_and_each_move_happens_once() {
    let mut shop = Shop::new();
    let mut other = Store::open(&shop.path()).unwrap();
    let ids: Vec<_> = (0..20)
        .map(|index| shop.waiting(&format!("INV-{index}")))
        .collect();
    for id in &ids {
        let heard = shop.heard(*id, says(paid(25_000), minute(5)));
        let late = heard.clone();
        let now = minute(6);
        let first = shop
            .store
            .book(&permit(), &[heard], &POLICY, now)
            .unwrap()
            .remove(0)
            .unwrap();
        let second = other
            .book(&permit(), &[late], &POLICY, now)
            .unwrap()
            .remove(0)
            .unwrap();
        assert_eq!(first.order_after, OrderStatus::Fulfilled);
        assert_eq!(second.standing, Standing::Overtaken);
    }
    assert_eq!(
        shop.number("SELECT count(*) FROM events WHERE what = 'payment'", []),
        20
    );
}
