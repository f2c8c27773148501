//! Reports how each order ended: what was queried, what the gateway said, and the result.

use std::collections::BTreeMap;
use std::io;

use super::checked::{CheckAction, CheckResult};
use super::gateways::GatewayPool;
use super::run_context::RunContext;
use super::stats::{KeptOrder, RunStats};
use crate::domain::decide::release::release;
use crate::domain::{
    CheckReason, CloseReason, Dossier, OrderNumber, OrderStatus, Payment, PaymentId, PaymentStatus,
    ReleaseBlocker, ReleaseRequest,
};
use crate::faults::planted;
use crate::store::Updated;

/// Who must act next while an order is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WaitsFor {
    /// The gateway has not answered or has not closed a payment yet: the next run tries again.
    Gateway,
    /// Only a person's decision can continue from here.
    Person,
}

/// What was learned about the orders of one step, and the counts.
#[derive(Default)]
pub(super) struct CloseExpired {
    observed: BTreeMap<OrderNumber, Vec<CheckResult>>,
    pub(super) stats: RunStats,
}

impl CloseExpired {
    pub(super) fn on_result(&mut self, line: &CheckResult) -> io::Result<()> {
        let observed = self.observed.entry(line.order.clone()).or_default();
        observed.push(line.clone());
        Ok(())
    }

    /// Adds the counts of the queries; the report has lines about orders instead.
    pub(super) fn absorb(&mut self, stats: RunStats) {
        self.stats.add(stats.without_lines());
    }

    /// The line of an order after an attempt to end it.
    pub(super) fn line(
        &mut self,
        before: &Dossier,
        after: &Dossier,
        acted: Option<Result<Updated<()>, ReleaseBlocker>>,
        pool: &GatewayPool,
    ) -> CheckResult {
        let said = self.last_reason(before);
        let (action, reason) = match acted {
            Some(Ok(acted)) if acted.order_after == OrderStatus::Cancelled => {
                (CheckAction::Cancelled, said)
            }
            Some(Ok(_)) => (CheckAction::Expired, said),
            Some(Err(blocker)) => self.kept_action(after, blocker, said, pool),
            None => (CheckAction::Overtaken, CheckReason::OrderGone),
        };
        self.describe(before, after.order.status, action, reason)
    }

    /// The line of an order in a run that only previews.
    pub(super) fn preview(
        &mut self,
        dossier: Dossier,
        request: ReleaseRequest<'_>,
        pool: &GatewayPool,
        setting: &RunContext,
    ) -> CheckResult {
        let said = self.last_reason(&dossier);
        let observed = self.observed.get(&dossier.order.number);
        let observed = observed.into_iter().flatten();
        let expected = observed.fold(dossier.clone(), |order, line| {
            order.after(&line.payments_after, line.order_status_after)
        });
        let clock = pool.clock_trouble();
        let verdict = match clock {
            Some(words) => Err(ReleaseBlocker::Clock(CheckReason::ClockInDoubt { words })),
            None => release(&expected, request, setting.clock.now()),
        };
        let (action, reason) = match verdict {
            Ok(_) => (would_end(request), said),
            Err(ReleaseBlocker::Payable(_)) => (
                would_end(request),
                CheckReason::ClosesFirst {
                    says: Box::new(said),
                },
            ),
            Err(ReleaseBlocker::NotForIt) => (CheckAction::WouldFix, said),
            Err(blocker) => self.kept_action(&expected, blocker, said, pool),
        };
        self.describe(&dossier, expected.order.status, action, reason)
    }

    fn kept_action(
        &mut self,
        after: &Dossier,
        blocker: ReleaseBlocker,
        said: CheckReason,
        pool: &GatewayPool,
    ) -> (CheckAction, CheckReason) {
        match blocker {
            ReleaseBlocker::NotForIt if after.order.status == OrderStatus::Pending => {
                (CheckAction::Overtaken, CheckReason::DeadlineMoved)
            }
            ReleaseBlocker::NotForIt => (CheckAction::Fixed, said),
            ReleaseBlocker::Unanswered(payments) => {
                let waits_for = self.waits_for(after, &payments);
                let why = silence(after, &payments, pool).or_else(|| opening(after, &payments));
                self.keep_order(after, waits_for, why.unwrap_or(said))
            }
            ReleaseBlocker::Payable(payments) => {
                let observed = self.observed.get(&after.order.number);
                let last = observed.and_then(|lines| lines.last());
                let was_silent = last.is_none_or(|line| line.action == CheckAction::Unchecked);
                let unclosed = unclosed_page(after, &payments);
                let waits_for = if was_silent || unclosed.is_some() {
                    WaitsFor::Gateway
                } else {
                    self.waits_for(after, &payments)
                };
                let said = unclosed.filter(|_| !was_silent).unwrap_or(said);
                let why = CheckReason::StillPayable {
                    says: Box::new(said),
                };
                self.keep_order(after, waits_for, why)
            }
            ReleaseBlocker::Claimed(why) if planted!(EndWellOnASilentClaim) => {
                (CheckAction::Kept, why)
            }
            ReleaseBlocker::Claimed(why) => {
                let claims = after.claims.iter().map(|claim| claim.payment);
                let named = after.named.iter().map(|named| named.payment);
                let claimed: Vec<PaymentId> = claims.chain(named).collect();
                let waits_for = self.waits_for(after, &claimed);
                self.keep_order(after, waits_for, why)
            }
            ReleaseBlocker::Undecided(why) => self.keep_order(after, WaitsFor::Person, why),
            ReleaseBlocker::TimeUnconfirmed(why) => self.keep_order(after, WaitsFor::Gateway, why),
            ReleaseBlocker::Clock(why) => {
                self.stats.clocks_in_doubt += 1;
                self.keep_order(after, WaitsFor::Person, why)
            }
        }
    }

    fn keep_order(
        &mut self,
        order: &Dossier,
        waits_for: WaitsFor,
        why: CheckReason,
    ) -> (CheckAction, CheckReason) {
        match waits_for {
            WaitsFor::Gateway => self.stats.kept_unanswered += 1,
            WaitsFor::Person => self.stats.keep_for_person(KeptOrder {
                id: order.order.id,
                number: order.order.number.clone(),
                why: why.to_string(),
                by_clock: matches!(why, CheckReason::ClockInDoubt { .. }),
            }),
        }
        (CheckAction::Kept, why)
    }

    /// If the gateway has answered about one of these payments without proving anything, or was asked often enough to
    /// close it, a further run learns nothing more.
    fn waits_for(&self, order: &Dossier, payments: &[PaymentId]) -> WaitsFor {
        let observed = self.observed.get(&order.order.number);
        let of_it = |id: PaymentId| {
            let mut lines = observed.into_iter().flatten().rev();
            lines.find(|line| line.payment == Some(id))
        };
        let is_for_a_person = |id: &PaymentId| {
            let is_doubtful = of_it(*id).is_some_and(|line| line.action == CheckAction::Review);
            let payment = order.payment(*id);
            is_doubtful || payment.is_some_and(Payment::stays_open)
        };
        if payments.iter().any(is_for_a_person) {
            WaitsFor::Person
        } else {
            WaitsFor::Gateway
        }
    }

    /// The last thing learned about an order; if this run queried nothing, why it did not have to.
    fn last_reason(&self, order: &Dossier) -> CheckReason {
        let last = self.observed.get(&order.order.number);
        if let Some(line) = last.and_then(|lines| lines.last()) {
            return line.reason.clone();
        }
        let has_gateway = |payment: &Payment| !payment.gateway.is_manual();
        if order.payments.iter().any(has_gateway) {
            CheckReason::ProvenUnpaid
        } else {
            CheckReason::NoPayment
        }
    }

    fn describe(
        &self,
        order: &Dossier,
        order_status_after: OrderStatus,
        action: CheckAction,
        reason: CheckReason,
    ) -> CheckResult {
        let order = &order.order;
        let observed = self
            .observed
            .get(&order.number)
            .map_or(&[][..], Vec::as_slice);
        // The payment that moved says more than the one that was queried last.
        let moved = observed
            .iter()
            .find(|line| line.action == CheckAction::Fixed);
        let told = moved.or(observed.last());
        let is_told = |line: &&CheckResult| told.is_some_and(|told| told.payment == line.payment);
        let (first, last) = (
            observed.iter().find(is_told),
            observed.iter().rfind(is_told),
        );
        let about = (order.number.clone(), order.total);
        CheckResult {
            payment: told.and_then(|line| line.payment),
            payment_status: first.and_then(|line| line.payment_status),
            payment_status_after: last.and_then(|line| line.payment_status_after),
            gateway: told.and_then(|line| line.gateway.clone()),
            reference: told.and_then(|line| line.reference.clone()),
            gateway_status: last.and_then(|line| line.gateway_status.clone()),
            ..CheckResult::of_order(about, (order.status, order_status_after), action, reason)
        }
    }
}

fn would_end(request: ReleaseRequest<'_>) -> CheckAction {
    match request.to {
        CloseReason::Expired => CheckAction::WouldExpire,
        CloseReason::Cancelled => CheckAction::WouldCancel,
    }
}

/// Why a payment's gateway was not queried at all.
fn silence(dossier: &Dossier, payments: &[PaymentId], pool: &GatewayPool) -> Option<CheckReason> {
    payments.iter().find_map(|id| {
        let gateway = &dossier.payment(*id)?.gateway;
        pool.trouble(gateway).map(|words| CheckReason::NotQueried {
            gateway: gateway.clone(),
            words: words.to_string(),
        })
    })
}

/// A payment that the gateway may still be opening, so that "not found" proves nothing yet.
fn opening(dossier: &Dossier, payments: &[PaymentId]) -> Option<CheckReason> {
    payments.iter().find_map(|id| {
        let payment = dossier.payment(*id)?;
        let asked_at = payment.schedule.last_answered_at?;
        let end = payment.opening_ends_at()?;
        payment
            .is_being_opened(asked_at)
            .then(|| CheckReason::MayBeOpening {
                gateway: payment.gateway.clone(),
                payment: *id,
                until: end,
            })
    })
}

/// A page that nobody has used yet and that its gateway has not closed.
fn unclosed_page(dossier: &Dossier, payments: &[PaymentId]) -> Option<CheckReason> {
    let mut pages = payments.iter().filter_map(|id| dossier.payment(*id));
    let page = pages.find(|payment| payment.status == PaymentStatus::Created && !payment.seen)?;
    Some(CheckReason::PageOpen {
        gateway: page.gateway.clone(),
        until: page.deadline,
    })
}
