//! What the checks remember of a world: everything that payctl was told, and all money that ever moved.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::answers::{RawAnswer, RawStatus, asked, is_signed, notifies_of_money, read};
use super::books::{BooksCopy, CopiedPayment};
use super::record::{RunRecord, TrueMoney};
use crate::domain::Instant;

/// A gateway, and a name that it knows.
type GatewayAndName = (String, String);

#[derive(Debug, Default)]
pub(super) struct WorldMemory {
    /// The last answer to a query by each name.
    last_answers: BTreeMap<GatewayAndName, RawAnswer>,
    /// Since when each answer by a name says that its money is gone.
    denied_since: BTreeMap<GatewayAndName, Instant>,
    /// Tries whose id payctl has received from its gateway, in an answer or in a signed notification.
    heard_of: BTreeSet<GatewayAndName>,
    /// Money by the id of its try, also what its gateway has forgotten.
    money: BTreeMap<GatewayAndName, TrueMoney>,
    /// Payments that came in as paid by the shop's own word.
    by_word: BTreeSet<i64>,
    /// A command was typed under a wrong clock, and what it has written is not put right yet.
    has_wrong_times: bool,
    /// Tries with money that a check of a waiting order has passed by: it asked about an ended try, and not for another.
    passed_by: BTreeSet<GatewayAndName>,
    /// When the last two main jobs began that came to their end; none for one under a wrong clock.
    main_jobs: [Option<i64>; 2],
}

impl WorldMemory {
    pub(super) fn learn(
        &mut self,
        (before, after): (&BooksCopy, &BooksCopy),
        run: Option<&RunRecord>,
        money: &[TrueMoney],
        server_key: &str,
    ) {
        for one in money {
            let key = (one.gateway.clone(), one.transaction_id.clone());
            self.money.insert(key, one.clone());
        }
        let Some(run) = run else {
            return;
        };
        if run.exit.is_some() {
            self.hear_of_tries(run, after, money, server_key);
        }
        if run.is_done() {
            self.pass_by(run, (before, after), money);
        }
        self.has_wrong_times = run.clock_ahead_ms != 0 || self.has_wrong_times && !puts_right(run);
        if run.is_check_all_fix() {
            let began_at = run.began_by_own_clock();
            let is_known = run.is_done() && run.clock_ahead_ms == 0;
            let [_, last] = self.main_jobs;
            self.main_jobs = [last, is_known.then_some(began_at)];
        }
        for answer in run.exchanges.iter().filter_map(read) {
            let key = (answer.gateway.clone(), answer.asked.clone());
            if is_denial(&answer) {
                self.denied_since.entry(key.clone()).or_insert(answer.at);
            } else {
                self.denied_since.remove(&key);
            }
            self.last_answers.insert(key, answer);
        }
        let is_new = |payment: &&CopiedPayment| before.payment(payment.id).is_none();
        let paid = after.payments.iter().filter(is_new);
        let paid = paid.filter(|payment| payment.received > 0 && !payment.seen);
        self.by_word.extend(paid.map(|payment| payment.id));
    }

    /// A process that died may have heard without keeping it; the books of a later one will tell.
    fn hear_of_tries(
        &mut self,
        run: &RunRecord,
        after: &BooksCopy,
        money: &[TrueMoney],
        server_key: &str,
    ) {
        let signed = Some(run.stdin.as_str()).filter(|body| is_signed(body, server_key));
        for one in money {
            let key = (one.gateway.clone(), one.transaction_id.clone());
            let mut payments = after.payments.iter();
            let is_ours = payments.any(|payment| payment.reference == one.reference);
            // What is under way for no order here concerns nobody until it is money.
            let signed = signed.filter(|body| is_ours || notifies_of_money(body));
            let replies = run.exchanges.iter().filter(|each| each.to == one.gateway);
            let replies = replies.filter_map(|each| Some(each.reply.as_ref()?.1.as_str()));
            if replies
                .chain(signed)
                .any(|text| text.contains(&one.transaction_id))
            {
                self.heard_of.insert(key);
            }
        }
    }

    fn pass_by(
        &mut self,
        run: &RunRecord,
        (before, after): (&BooksCopy, &BooksCopy),
        money: &[TrueMoney],
    ) {
        let waits = |books: &BooksCopy, order: i64| {
            books
                .order(order)
                .is_some_and(|order| order.status == "pending")
        };
        let checked = after.payments.iter().filter(|payment| {
            let asks = |name: &str| {
                let mut exchanges = run.exchanges.iter();
                exchanges.any(|each| {
                    each.to == payment.gateway && asked(each).is_some_and(|asked| asked == name)
                })
            };
            let has_ended = run.exchanges.iter().filter_map(read).any(|answer| {
                answer.gateway == payment.gateway
                    && payment.transaction_id.as_ref() == Some(&answer.asked)
                    && matches!(
                        answer.said,
                        RawStatus::Expired | RawStatus::Cancelled | RawStatus::Failed
                    )
            });
            has_ended
                && waits(before, payment.order_id)
                && waits(after, payment.order_id)
                && !asks(&payment.reference)
        });
        for payment in checked {
            let here = money.iter().filter(|one| {
                one.gateway == payment.gateway
                    && one.reference == payment.reference
                    && one.captured > 0
            });
            self.passed_by
                .extend(here.map(|one| (one.gateway.clone(), one.transaction_id.clone())));
        }
    }

    /// Whether a check of a waiting order did not look for this money.
    pub(super) fn has_passed_by(&self, money: &TrueMoney) -> bool {
        let key = (money.gateway.clone(), money.transaction_id.clone());
        self.passed_by.contains(&key)
    }

    /// The last answer by this name.
    pub(super) fn last_answer(&self, gateway: &str, name: &str) -> Option<&RawAnswer> {
        let key = (gateway.to_owned(), name.to_owned());
        self.last_answers.get(&key)
    }

    /// Whether two answers by this name, a minute apart, have said that its money is gone, and none since that it is
    /// there.
    pub(super) fn is_denied_twice(&self, gateway: &str, name: &str) -> bool {
        let key = (gateway.to_owned(), name.to_owned());
        let first = self.denied_since.get(&key);
        let last = self.last_answers.get(&key);
        let since = first.zip(last).map(|(first, last)| last.at.since(*first));
        since.is_some_and(|since| since >= Duration::from_secs(60))
    }

    /// The last answers by the payment's names.
    pub(super) fn answers_about(&self, payment: &CopiedPayment) -> Vec<&RawAnswer> {
        let names = [Some(&payment.reference), payment.transaction_id.as_ref()];
        let names = names.into_iter().flatten();
        names
            .filter_map(|name| self.last_answer(&payment.gateway, name))
            .collect()
    }

    /// Whether any gateway has answered anything yet.
    pub(super) fn has_answers(&self) -> bool {
        !self.last_answers.is_empty()
    }

    /// All money that ever moved.
    pub(super) fn all_money(&self) -> impl Iterator<Item = &TrueMoney> {
        self.money.values()
    }

    /// All money under the payment's reference or id.
    pub(super) fn money_of(&self, payment: &CopiedPayment) -> impl Iterator<Item = &TrueMoney> {
        let id = payment.transaction_id.as_deref();
        let money = self.money.values();
        money.filter(move |one| {
            one.gateway == payment.gateway
                && (one.reference == payment.reference || id == Some(&*one.transaction_id))
        })
    }

    /// Whether payctl can know of this try: its gateway has named it.
    pub(super) fn has_heard_of(&self, money: &TrueMoney) -> bool {
        let key = (money.gateway.clone(), money.transaction_id.clone());
        self.heard_of.contains(&key)
    }

    /// Whether some of the books' times may still be those of a wrong clock.
    pub(super) fn has_wrong_times(&self) -> bool {
        self.has_wrong_times
    }

    /// When the main job before this one began, if both had a right clock.
    pub(super) fn previous_main_job(&self) -> Option<i64> {
        let [previous, last] = self.main_jobs;
        last.and(previous)
    }

    /// Whether only the shop's word says that it was paid.
    pub(super) fn is_by_word(&self, payment: &CopiedPayment) -> bool {
        self.by_word.contains(&payment.id)
    }
}

fn is_denial(answer: &RawAnswer) -> bool {
    matches!(answer.said, RawStatus::Cancelled | RawStatus::Failed)
}

/// The main job under a right clock that a gateway has confirmed.
fn puts_right(run: &RunRecord) -> bool {
    run.is_check_all_fix() && run.is_done() && run.exchanges.iter().any(|each| read(each).is_some())
}
