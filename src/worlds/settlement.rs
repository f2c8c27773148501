//! The end of a world: the faults have stopped, time has passed, timers have run a few times. Now the books equal the
//! gateways' truth, rupiah for rupiah, and nothing waits for a question that nobody will ask.

#[cfg(test)]
mod canonical;

use super::answers::RawStatus;
use super::books::{BooksCopy, CopiedCase, CopiedOrder, CopiedPayment};
use super::memory::WorldMemory;
use super::promises::{BrokenPromise, ShopTerms, is_decided, left_of};
use super::record::TrueMoney;
use crate::domain::Instant;

#[cfg(test)]
pub(super) use canonical::{OrderEnd, canonical_end};

const RUPIAH: &str = "the books equal the truth";
const KEPT: &str = "money has its place";
const WAITS: &str = "nothing waits for nobody";

/// A world at its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct SettledWorld<'a> {
    pub(super) books: &'a BooksCopy,
    pub(super) memory: &'a WorldMemory,
    pub(super) now: Instant,
    pub(super) terms: &'a ShopTerms,
}

pub(super) fn check(world: &SettledWorld<'_>) -> Vec<BrokenPromise> {
    let books = world.books;
    let mut broken = Vec::new();
    let money = world.memory.all_money();
    let known = money.filter(|money| world.memory.has_heard_of(money));
    broken.extend(known.flat_map(|money| unequal(world, money)));
    broken.extend(unheard(world));
    for payment in &books.payments {
        broken.extend(homeless(books, payment));
        broken.extend(denied(world, payment));
        broken.extend(unclosed(world, payment));
    }
    for order in &books.orders {
        broken.extend(overpaid(books, order));
        broken.extend(waiting(world, order));
    }
    broken.extend(unfinished(world));
    broken
}

/// Money under the reference of a waiting order is looked for after the try that was known has ended.
fn unheard<'a>(world: &'a SettledWorld<'_>) -> impl Iterator<Item = BrokenPromise> + 'a {
    let memory = world.memory;
    let money = memory.all_money();
    let lost = money.filter(|money| memory.has_passed_by(money) && !memory.has_heard_of(money));
    lost.map(|money| {
        let words = format!(
            "{} of try {} came under {} while its order waited, and nobody looked for it",
            money.captured, money.transaction_id, money.reference
        );
        BrokenPromise::new(KEPT, words)
    })
}

/// Money that a gateway has shown, against its payment in the books.
fn unequal(world: &SettledWorld<'_>, money: &TrueMoney) -> Vec<BrokenPromise> {
    let books = world.books;
    let (id, captured) = (&money.transaction_id, money.captured);
    let told = |words: String| BrokenPromise::new(RUPIAH, words);
    let of_gateway = || {
        let payments = books.payments.iter();
        payments.filter(|payment| payment.gateway == money.gateway)
    };
    let by_id = of_gateway().find(|payment| payment.transaction_id.as_ref() == Some(id));
    let by_reference = || {
        let mut payments = of_gateway();
        payments.find(|payment| {
            payment.transaction_id.is_none() && payment.reference == money.reference
        })
    };
    let Some(payment) = by_id.or_else(by_reference) else {
        if asks_about_reference(books, money) {
            return Vec::new();
        }
        let words = format!(
            "{captured} came in by {id} ({}), in no payment",
            money.reference
        );
        return vec![told(words)];
    };
    // Somebody else's, or paid after the watch had ended.
    let is_watched = payment.next_check_at.is_some() || payment.received > 0;
    if !payment.is_at_gateway()
        || !is_watched
        || payment.is_silent_yet(world.now)
        || (is_answered(books, payment) && !is_reversed_for_sure(world, payment, money))
    {
        return Vec::new();
    }
    let mut broken = Vec::new();
    let name = format!("payment {} ({id})", payment.id);
    if !money.is_reversed && payment.received != captured {
        let received = payment.received;
        broken.push(told(format!(
            "{captured} came in by {name}, and {received} is booked"
        )));
    }
    if money.is_reversed && payment.received > 0 && payment.status != "reversed" {
        broken.push(told(format!(
            "the money of {name} was taken back, and it is {}",
            payment.status
        )));
    }
    // Midtrans says one word and one sum: where a dispute was won and as much was refunded between two queries, what has
    // gone is known, and not which way.
    if payment.refunded + payment.charged_back == money.refunded + money.charged_back {
        return broken;
    }
    if payment.refunded < money.refunded {
        let (shown, booked) = (money.refunded, payment.refunded);
        broken.push(told(format!(
            "{shown} went back of {name}, and {booked} is booked"
        )));
    }
    // Of money that is gone as a whole, nobody is told how much of it a bank has had before.
    if payment.charged_back != money.charged_back && payment.status != "reversed" {
        let (shown, booked) = (money.charged_back, payment.charged_back);
        broken.push(told(format!(
            "{shown} is charged back of {name}, and {booked} is booked"
        )));
    }
    broken
}

/// Its gateway says again and again that money is gone which can go without a refund: nobody has to decide that. A person
/// may have been asked after the first time, and nobody has answered.
fn is_reversed_for_sure(
    world: &SettledWorld<'_>,
    payment: &CopiedPayment,
    money: &TrueMoney,
) -> bool {
    let memory = world.memory;
    let is_denied = memory.is_denied_twice(&payment.gateway, &money.transaction_id);
    let mut about =
        asked_or_answered(world.books).filter(|case| case.payment_id == Some(payment.id));
    money.is_reversed
        && is_denied
        && payment.reversible
        && about.all(|case| case.kind == "gateway_contradiction" && case.resolved_at.is_none())
}

/// A person is asked about this payment, or has answered: the books may differ from the gateway knowingly.
fn is_answered(books: &BooksCopy, payment: &CopiedPayment) -> bool {
    let doubts = [
        "gateway_contradiction",
        "refund_taken_back",
        "refunded_twice",
        "unknown_try",
        "unknown_status",
        "forgotten_by_gateway",
        "unanswered",
    ];
    asked_or_answered(books).any(|case| {
        let is_about = match case.payment_id {
            Some(id) => id == payment.id,
            None => case.kind == "unanswered" && case.gateway.as_ref() == Some(&payment.gateway),
        };
        is_about && doubts.contains(&case.kind.as_str())
    })
}

/// Money of a try that no payment has: a person is asked about its order, its gateway, or a payment of its reference.
fn asks_about_reference(books: &BooksCopy, money: &TrueMoney) -> bool {
    let of_reference = |payment: &&CopiedPayment| {
        payment.gateway == money.gateway && payment.reference == money.reference
    };
    let payments: Vec<_> = books.payments.iter().filter(of_reference).collect();
    let mut numbers = books.orders.iter();
    let order = numbers.find(|order| order.number == money.reference);
    let is_foreign = payments.iter().any(|payment| !payment.is_at_gateway());
    is_foreign
        || asked_or_answered(books).any(|case| {
            let is_kind = ["unknown_try", "unknown_order"].contains(&case.kind.as_str());
            let is_gateways = case.gateway.as_ref() == Some(&money.gateway);
            let is_orders = order.is_some_and(|order| case.order_id == Some(order.id))
                || payments
                    .iter()
                    .any(|payment| case.order_id == Some(payment.order_id));
            is_kind && (is_gateways || is_orders)
        })
}

/// Booked money is in a paid order, or back, or due, or a person is asked.
fn homeless(books: &BooksCopy, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let order = books.order(payment.order_id)?;
    let is_here = ["paid", "mismatch"].contains(&payment.status.as_str());
    let is_kept =
        ["paid", "fulfilled"].contains(&order.status.as_str()) && payment.status == "paid";
    let left = left_of(books, payment);
    if !is_here || is_kept || left <= 0 || is_decided(books, payment) {
        return None;
    }
    let words = format!(
        "{left} of payment {} ({}) is here, its order is {}, and nobody is asked",
        payment.id, payment.status, order.status
    );
    Some(BrokenPromise::new(KEPT, words))
}

/// Booked money that its gateway does not know is a person's question, if the gateway knows any other payment.
fn denied(world: &SettledWorld<'_>, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let books = world.books;
    let answers = world.memory.answers_about(payment);
    let is_denied = !answers.is_empty()
        && answers
            .iter()
            .all(|answer| answer.said == RawStatus::NotFound);
    let others = books.payments.iter().filter(|other| {
        other.gateway == payment.gateway
            && other.api_version == payment.api_version
            && other.id != payment.id
    });
    let is_known = |other: &CopiedPayment| {
        let answers = world.memory.answers_about(other);
        answers
            .iter()
            .any(|answer| answer.said != RawStatus::NotFound)
    };
    let is_here = ["paid", "mismatch"].contains(&payment.status.as_str());
    let is_watched = payment.next_check_at.is_some() && !payment.is_silent_yet(world.now);
    let is_lost = is_denied && is_here && is_watched && left_of(books, payment) > 0;
    // Then a person is asked whether it is the right account at all: its other answers named somebody else's orders.
    let is_account_in_question = books.cases.iter().any(|case| {
        case.kind == "unproven_gateway"
            && case.resolved_at.is_none()
            && case.gateway.as_ref() == Some(&payment.gateway)
    });
    if !is_lost
        || is_account_in_question
        || is_answered(books, payment)
        || !others.into_iter().any(is_known)
    {
        return None;
    }
    let words = format!(
        "{} of payment {} is booked, its gateway does not know it, and nobody is asked",
        payment.received, payment.id
    );
    Some(BrokenPromise::new(KEPT, words))
}

/// More than a paid order costs is due back, or a person keeps it.
fn overpaid(books: &BooksCopy, order: &CopiedOrder) -> Option<BrokenPromise> {
    if !["paid", "fulfilled"].contains(&order.status.as_str()) {
        return None;
    }
    let paid = || {
        books
            .payments_of(order.id)
            .filter(|payment| payment.status == "paid")
    };
    let kept: i64 = paid()
        .map(|payment| (left_of(books, payment) - payment.surcharge).max(0))
        .sum();
    let is_known = paid().any(|payment| is_decided(books, payment));
    // A loss that a person has taken gives way to money that arrives after all.
    let excess = kept - order.total;
    (excess > 0 && !is_known).then(|| {
        let words = format!(
            "{} costs {}, and {kept} of its money is kept",
            order.number, order.total
        );
        BrokenPromise::new(KEPT, words)
    })
}

/// Open cases, and those that a person has answered, not a rule.
fn asked_or_answered(books: &BooksCopy) -> impl Iterator<Item = &CopiedCase> {
    let cases = books.cases.iter();
    cases.filter(|case| case.resolution.as_deref() != Some("settled"))
}

/// A pending order past its deadline waits for a person only.
fn waiting(world: &SettledWorld<'_>, order: &CopiedOrder) -> Option<BrokenPromise> {
    let ends_at = order.expires_at.saturating_add(world.terms.grace_ms());
    let is_overdue = order.status == "pending" && ends_at < world.now.as_millis();
    let books = world.books;
    let gateways: Vec<&str> = books
        .payments_of(order.id)
        .map(|payment| payment.gateway.as_str())
        .collect();
    let mut cases = asked_or_answered(books);
    let is_asked = cases.any(|case| {
        let gateway = case.gateway.as_deref();
        // Without a payment it waits for a gateway that confirms the time, and any case may be why none does.
        gateways.is_empty()
            || case.order_id == Some(order.id)
            || gateway.is_some_and(|name| gateways.contains(&name))
    });
    let mut payments = books.payments.iter();
    let is_silent_yet = payments.any(|payment| {
        let is_its = gateways.is_empty() || payment.order_id == order.id;
        is_its && payment.is_silent_yet(world.now)
    });
    (is_overdue && !is_asked && !is_silent_yet).then(|| {
        let words = format!(
            "{} is overdue and pending, and no case is open",
            order.number
        );
        BrokenPromise::new(WAITS, words)
    })
}

/// Nothing of an order that is over can still be paid, unless a person is asked.
fn unclosed(world: &SettledWorld<'_>, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let books = world.books;
    let order = books.order(payment.order_id)?;
    let is_open = ["created", "pending", "challenged"].contains(&payment.status.as_str());
    let ends_at = payment.expires_at.saturating_add(world.terms.grace_ms());
    let is_over = order.status != "pending" && ends_at < world.now.as_millis();
    let is_asked = asked_or_answered(books).any(|case| {
        case.payment_id == Some(payment.id) || case.gateway.as_ref() == Some(&payment.gateway)
    });
    if !is_open
        || !is_over
        || is_asked
        || payment.is_silent_yet(world.now)
        || !payment.is_at_gateway()
    {
        return None;
    }
    let words = format!(
        "{} is {}, and payment {} is still {}",
        order.number, order.status, payment.id, payment.status
    );
    Some(BrokenPromise::new(WAITS, words))
}

/// Effects, refunds, tries and messages whose turn has passed.
fn unfinished(world: &SettledWorld<'_>) -> Vec<BrokenPromise> {
    let (books, now) = (world.books, world.now.as_millis());
    let is_due = |at: Option<i64>| at.is_none_or(|at| at < now);
    let effects = books.effects.iter().filter(|effect| {
        let waits = ["queued", "waiting"].contains(&effect.status.as_str());
        let hangs = effect.status == "running" && is_due(effect.claimed_until);
        // What an order that is no longer covered has bought waits for a person.
        let is_asked = books.open_cases().any(|case| {
            case.kind == "money_lost"
                && effect.order_id.is_some()
                && case.order_id == effect.order_id
        });
        (waits && is_due(effect.next_try_at) && !is_asked) || hangs
    });
    let effects = effects.map(|effect| format!("effect {} is still {}", effect.id, effect.status));
    let refunds = books.refunds.iter().filter(|refund| {
        let is_on_its_way = ["sent", "unknown"].contains(&refund.status.as_str());
        let payment = books.payment(refund.payment_id);
        let is_asked = payment.is_some_and(|payment| {
            payment.next_check_at.is_some() || books.asks_about_payment(payment)
        });
        is_on_its_way && !is_asked
    });
    let refunds =
        refunds.map(|refund| format!("refund {} is {}, and nobody asks", refund.id, refund.status));
    let is_told = |case: &&CopiedCase| case.told_at.is_some() || books.is_mailed_by(now);
    let untold = books.open_cases().filter(|case| !is_told(case));
    let untold = untold.map(|case| format!("nobody was told of case {} ({})", case.id, case.kind));
    let tries = books.named_tries.iter().filter(|named| {
        let payment = books.payment(named.payment_id);
        let is_asked = payment.is_some_and(|payment| {
            payment.next_check_at.is_some() || books.asks_about_payment(payment)
        });
        named.settled_at.is_none() && named.absent_at.is_none() && !is_asked
    });
    let tries = tries.map(|named| format!("the try {} was never settled", named.transaction_id));
    let all = effects.chain(refunds).chain(untold).chain(tries);
    all.map(|words| BrokenPromise::new(WAITS, words)).collect()
}

#[cfg(test)]
mod tests;
