//! The figures of a report once more: one walk over all events, in their order, with sums in memory.

use std::collections::{BTreeMap, BTreeSet};

use payctl::domain::Instant;
use serde_json::{Value, json};

use super::events::{Books, Event, books, midnight};
use crate::world::Shop;

const DAY: i64 = 24 * 60 * 60 * 1000;
const SPANS: [i64; 6] = [60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000];
const LINES: [&str; 7] = [
    "placed",
    "paid",
    "fulfilled",
    "expired",
    "cancelled",
    "refunded",
    "pending",
];

#[derive(Default)]
struct Gateway {
    payments: i64,
    received: i64,
    fee: i64,
    surcharge: i64,
    told_first: i64,
    told_later: i64,
    never_told: i64,
    by_person: i64,
    received_told: i64,
    received_found: i64,
}

#[derive(Default)]
struct Folded {
    orders: BTreeMap<String, BTreeSet<i64>>,
    late: BTreeSet<i64>,
    gateways: BTreeMap<String, Gateway>,
    /// The orders that were first paid.
    sold: BTreeSet<i64>,
    drift: BTreeMap<(String, String), BTreeSet<i64>>,
    /// The wait, its place among the events, and its order.
    waits: Vec<(i64, usize, i64)>,
    slots: BTreeMap<String, (i64, i64)>,
    refunds: BTreeMap<(&'static str, String), BTreeMap<usize, i64>>,
}

pub(super) fn fold(shop: &Shop, from: &str, to: &str) -> Value {
    let books = books(shop);
    let (since, until) = (midnight(from), midnight(to) + DAY);
    let is_long = from != to;
    let mut folded = Folded::default();
    let (mut was_paid, mut was_sold) = (BTreeSet::new(), BTreeSet::new());
    for (place, event) in books.events.iter().enumerate() {
        let is_within = (since..until).contains(&event.at);
        match (event.what.as_str(), event.to.as_deref()) {
            ("payment", Some(to)) => {
                let payment = event.payment.unwrap();
                let is_first = to == "paid" && was_paid.insert(payment);
                if is_within {
                    folded.payment(&books, event, (place, is_first, is_long));
                }
            }
            ("order", Some(to)) => {
                let is_paid = ["paid", "fulfilled"].contains(&to);
                let is_first = is_paid && was_sold.insert(event.order.unwrap());
                if is_within {
                    folded.order(event, to, is_first);
                }
            }
            ("refund", Some(to)) if is_within => folded.refund(&books, event, to),
            _ => {}
        }
    }
    folded.told(&books, since, until, is_long)
}

impl Folded {
    fn order(&mut self, event: &Event, to: &str, is_first: bool) {
        let order = event.order.unwrap();
        let is_placed = event.rule.as_deref() == Some("O1");
        let line = if is_placed { "placed" } else { to };
        self.orders
            .entry(line.to_owned())
            .or_default()
            .insert(order);
        if event.rule.as_deref() == Some("O9") {
            self.late.insert(order);
        }
        if is_first && !is_placed {
            self.sold.insert(order);
        }
    }

    fn payment(
        &mut self,
        books: &Books,
        event: &Event,
        (place, is_first, is_long): (usize, bool, bool),
    ) {
        let id = event.payment.unwrap();
        let payment = &books.payments[&id];
        let to = event.to.clone().unwrap();
        let is_person = event.actor.starts_with("operator:");
        let is_gateway = event.actor.starts_with("gateway:");
        let told = payment.told_at.filter(|at| *at <= event.at);
        if event.from.is_some() && event.from.as_ref() != Some(&to) && to != "pending" {
            let heard = &payment.heard_at;
            let is_heard = heard
                .iter()
                .any(|at| *at <= event.at && *at >= event.at - 300_000);
            let is_told = if to == "paid" {
                told.is_some()
            } else {
                is_heard
            };
            let source = match (is_person, is_gateway, is_told) {
                (true, _, _) => "person",
                (_, false, _) => "schedule",
                (_, _, true) => "notification",
                (_, _, false) => "query",
            };
            let key = (source.to_owned(), to);
            self.drift.entry(key).or_default().insert(id);
        }
        if !is_first {
            return;
        }
        let gateway = self.gateways.entry(payment.gateway.clone()).or_default();
        gateway.payments += 1;
        gateway.received += payment.received;
        gateway.fee += payment.fee;
        gateway.surcharge += payment.surcharge;
        match (is_person, told, payment.told_at) {
            (true, _, _) => gateway.by_person += 1,
            (_, Some(_), _) => gateway.told_first += 1,
            (_, None, Some(_)) => gateway.told_later += 1,
            (_, None, None) => gateway.never_told += 1,
        }
        match (is_person, told) {
            (true, _) => {}
            (_, Some(_)) => gateway.received_told += payment.received,
            (_, None) => gateway.received_found += payment.received,
        }
        let shown = Instant::from_millis(event.at).to_string();
        let slot = if is_long {
            shown[..10].to_owned()
        } else {
            shown[..13].replace('T', " ")
        };
        let slot = self.slots.entry(slot).or_default();
        *slot = (slot.0 + 1, slot.1 + payment.received);
        if let Some(received_at) = payment.received_at.filter(|_| is_gateway) {
            let wait = (event.at - received_at).max(0);
            self.waits.push((wait, place, payment.order));
        }
    }

    fn refund(&mut self, books: &Books, event: &Event, to: &str) {
        for (place, refund) in books.refunds.iter().enumerate() {
            let is_due = to == "due" && event.from.is_none() && refund.created_at == event.at;
            let is_done = ["done", "external"].contains(&to)
                && refund.status == to
                && refund.moved_at == event.at;
            if Some(refund.order) == event.order && (is_due || is_done) {
                let step = if is_due { "due" } else { "done" };
                let refunds = self
                    .refunds
                    .entry((step, refund.reason.clone()))
                    .or_default();
                refunds.insert(place, refund.amount);
            }
        }
    }

    fn told(mut self, books: &Books, since: i64, until: i64, is_long: bool) -> Value {
        let total =
            |orders: &BTreeSet<i64>| orders.iter().map(|id| books.orders[id].1).sum::<i64>();
        let orders = LINES.iter().filter_map(|line| {
            let orders = self.orders.get(*line)?;
            Some(json!({ "line": line, "orders": orders.len(), "total": total(orders) }))
        });
        let orders: Vec<Value> = orders.collect();
        let sum = |part: fn(&Gateway) -> i64| self.gateways.values().map(part).sum::<i64>();
        let gone = self.refunds.iter().filter(|((step, _), _)| *step == "done");
        let gone: i64 = gone.flat_map(|(_, refunds)| refunds.values()).sum();
        let money = json!({
            "payments": sum(|one| one.payments), "received": sum(|one| one.received), "fee": sum(|one| one.fee),
            "surcharge": sum(|one| one.surcharge), "gone_back": gone,
        });
        let late = json!({ "orders": self.late.len(), "total": total(&self.late) });
        self.waits.sort_unstable();
        json!({
            "money": money,
            "orders": orders,
            "gateways": self.gateways.iter().map(gateway).collect::<Vec<Value>>(),
            "products": products(books, &self.sold),
            "other_products": { "products": 0, "units": 0, "amount": 0 },
            "drift": self.drift.iter().map(|((source, became), payments)| {
                json!({ "source": source, "became": became, "payments": payments.len() })
            }).collect::<Vec<Value>>(),
            "waits": waits(books, &self.waits),
            "slots": slots(&self.slots, since, until, is_long),
            "late": late,
            "refunds": self.refunds.iter().map(|((step, reason), refunds)| {
                let amount: i64 = refunds.values().sum();
                json!({ "step": step, "reason": reason, "refunds": refunds.len(), "amount": amount })
            }).collect::<Vec<Value>>(),
            "cases": cases(books, since, until),
        })
    }
}

fn gateway((name, one): (&String, &Gateway)) -> Value {
    json!({
        "gateway": name, "payments": one.payments, "received": one.received, "fee": one.fee,
        "surcharge": one.surcharge, "told_first": one.told_first, "told_later": one.told_later,
        "never_told": one.never_told, "by_person": one.by_person, "received_told": one.received_told,
        "received_found": one.received_found,
    })
}

fn products(books: &Books, sold: &BTreeSet<i64>) -> Vec<Value> {
    let mut products: BTreeMap<&str, (&str, BTreeSet<i64>, i64, i64)> = BTreeMap::new();
    for (order, sku, name, units, price) in &books.lines {
        if sold.contains(order) {
            let one = products.entry(sku).or_default();
            one.0 = name;
            one.1.insert(*order);
            (one.2, one.3) = (one.2 + units, one.3 + units * price);
        }
    }
    let mut products: Vec<_> = products.into_iter().collect();
    products.sort_by_key(|(sku, one)| (-one.3, *sku));
    let told = products.into_iter().map(|(sku, (name, orders, units, amount))| {
        json!({ "sku": sku, "name": name, "orders": orders.len(), "units": units, "amount": amount })
    });
    told.collect()
}

/// By the nearest rank, of the waits in order.
fn waits(books: &Books, waits: &[(i64, usize, i64)]) -> Value {
    let rank = |percent: usize| (waits.len() * percent).div_ceil(100).checked_sub(1);
    let at = |percent| rank(percent).map(|place| waits[place]);
    let ends = SPANS.iter().map(|end| Some(*end)).chain([None]);
    let mut below = 0;
    let spans: Vec<Value> = ends
        .map(|end| {
            let within = waits
                .iter()
                .filter(|(wait, ..)| *wait < end.unwrap_or(i64::MAX))
                .count();
            let payments = within - std::mem::replace(&mut below, within);
            json!({ "under_ms": end, "payments": payments })
        })
        .collect();
    json!({
        "payments": waits.len(),
        "median_ms": at(50).map(|(wait, ..)| wait),
        "p95_ms": at(95).map(|(wait, ..)| wait),
        "worst_ms": at(100).map(|(wait, ..)| wait),
        "worst_order": at(100).map(|(_, _, order)| books.orders[&order].0.clone()),
        "spans": spans,
    })
}

fn slots(paid: &BTreeMap<String, (i64, i64)>, since: i64, until: i64, is_long: bool) -> Vec<Value> {
    let step = if is_long { DAY } else { DAY / 24 };
    let mut slots = Vec::new();
    let mut at = since;
    while at < until {
        let shown = Instant::from_millis(at).to_string();
        let slot = if is_long {
            shown[..10].to_owned()
        } else {
            shown[..13].replace('T', " ")
        };
        let (payments, received) = paid.get(&slot).copied().unwrap_or_default();
        slots.push(json!({ "slot": slot, "payments": payments, "received": received }));
        at += step;
    }
    slots
}

fn cases(books: &Books, since: i64, until: i64) -> Vec<Value> {
    let mut kinds: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (kind, opened_at, is_open) in &books.cases {
        if (since..until).contains(opened_at) {
            let one = kinds.entry(kind).or_default();
            *one = (one.0 + 1, one.1 + i64::from(*is_open));
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, (opened, _))| (-opened, *kind));
    let told = kinds.into_iter().map(
        |(kind, (opened, open))| json!({ "kind": kind, "opened": opened, "still_open": open }),
    );
    told.collect()
}
