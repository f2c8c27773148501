//! What happens to payments at their gateways, by nobody that payctl could see.

use super::step::{Ending, GatewayAct, Pick};
use super::world::World;
use crate::domain::Rupiah;
use crate::simulator::{
    AttemptTruth, Fault, FaultTarget, MIDTRANS, PAKASIR, SimulatedGateway, SimulatedTry,
};

/// The word of a gateway for a try that ended without money.
pub(super) fn end_word(kind: SimulatedGateway, ending: Ending) -> &'static str {
    match ending {
        _ if kind == PAKASIR => "canceled",
        Ending::Expire => "expire",
        Ending::Cancel => "cancel",
        Ending::Deny => "deny",
    }
}

impl World {
    /// What happens at the gateway, to the payment that is meant or to an older one; `None` if it is not possible.
    pub(super) fn gateway(&mut self, pick: Pick, act: GatewayAct) -> Option<String> {
        let payments = self.payments();
        let mut meant = pick.and_older(&payments);
        meant.find_map(|one| self.act_on(one, act))
    }

    fn act_on(&mut self, one: &SimulatedTry, act: GatewayAct) -> Option<String> {
        let status = one.truth.status.as_str();
        let is_open = status == "pending";
        let is_midtrans = one.kind == MIDTRANS;
        let done = match act {
            GatewayAct::Ends(ending) => is_open && self.say(one, end_word(one.kind, ending)),
            GatewayAct::OpensAgain => is_midtrans && self.open_again(one),
            GatewayAct::Challenges => is_open && self.challenge(one),
            GatewayAct::Refunds { all } => is_midtrans && self.refund(one, all),
            GatewayAct::ChargesBack { all } => is_midtrans && self.charge_back(one, all),
            GatewayAct::TakesRefundBack => {
                matches!(status, "refund" | "partial_refund") && self.settle_again(one)
            }
            GatewayAct::ReturnsChargeback => {
                matches!(status, "chargeback" | "partial_chargeback") && self.settle_again(one)
            }
            GatewayAct::Reverses => is_midtrans && self.reverse(one),
            GatewayAct::CallsItself => is_midtrans && self.call_itself(one),
            GatewayAct::CallsAnother => {
                let other = |truth: &mut AttemptTruth| {
                    truth.order_id = Some("SOMEBODY-ELSES-ORDER".to_owned());
                };
                is_midtrans && !one.is_money && self.change(one, other)
            }
            GatewayAct::AddsFee => {
                let fee = |truth: &mut AttemptTruth| truth.fee = Some(Rupiah::from_db(700));
                is_midtrans && is_open && self.change(one, fee)
            }
            GatewayAct::SaysUnknownWord => is_open && self.say(one, "partial_moon"),
            GatewayAct::Forgets => {
                !one.is_money && {
                    self.gateways.forget(one.kind, &one.reference);
                    true
                }
            }
        };
        done.then(|| format!("gateway {} {act:?}", one.reference))
    }

    fn open_again(&self, one: &SimulatedTry) -> bool {
        let truth = AttemptTruth {
            method: one.truth.method.clone(),
            try_number: Some(self.count_tries(one) + 1),
            opened_at: Some(self.now()),
            ..AttemptTruth::new("pending", one.truth.amount)
        };
        let ended = matches!(one.truth.status.as_str(), "expire" | "cancel" | "deny");
        ended && self.gateways.set(one.kind, &one.reference, truth).is_ok()
    }

    fn challenge(&self, one: &SimulatedTry) -> bool {
        one.truth.method() == "credit_card"
            && self.change(one, |truth| {
                "capture".clone_into(&mut truth.status);
                truth.fraud_status = Some("challenge".to_owned());
            })
    }

    fn refund(&self, one: &SimulatedTry, all: bool) -> bool {
        let gross = one.truth.gross().as_i64();
        let before = one.truth.refunded.map_or(0, Rupiah::as_i64);
        let after = (before + if all { gross } else { gross / 2 }).min(gross);
        matches!(one.truth.status.as_str(), "settlement" | "partial_refund")
            && self.change(one, |truth| {
                let word = if after == gross {
                    "refund"
                } else {
                    "partial_refund"
                };
                word.clone_into(&mut truth.status);
                truth.refunded = Some(Rupiah::from_db(after));
            })
    }

    fn charge_back(&self, one: &SimulatedTry, all: bool) -> bool {
        let gross = one.truth.gross().as_i64();
        let (word, back) = if all {
            ("chargeback", gross)
        } else {
            ("partial_chargeback", gross / 2)
        };
        let was_part = all && one.truth.status == "partial_chargeback";
        (one.truth.status == "settlement" || was_part)
            && self.change(one, |truth| {
                word.clone_into(&mut truth.status);
                truth.refunded = Some(Rupiah::from_db(back));
            })
    }

    fn settle_again(&self, one: &SimulatedTry) -> bool {
        self.change(one, |truth| {
            "settlement".clone_into(&mut truth.status);
            truth.refunded = None;
        })
    }

    fn reverse(&mut self, one: &SimulatedTry) -> bool {
        let method = one.truth.method();
        let done = one.truth.status == "settlement"
            && matches!(method, "permata_va" | "echannel" | "indomaret")
            && self.say(one, "cancel");
        if done {
            self.reversed.push(one.transaction_id.clone());
        }
        done
    }

    fn call_itself(&self, one: &SimulatedTry) -> bool {
        matches!(one.truth.method(), "gopay" | "qris" | "bca_va")
            && self.change(one, |truth| {
                truth.order_id = Some(one.transaction_id.clone())
            })
            && self.fail(one, Fault::KnownByIdOnly)
    }

    fn fail(&self, one: &SimulatedTry, fault: Fault) -> bool {
        let target = FaultTarget::one(one.kind, one.reference.clone());
        self.gateways.fault(target, fault).is_ok()
    }

    fn count_tries(&self, one: &SimulatedTry) -> usize {
        let all = self.gateways.tries();
        let same = all
            .iter()
            .filter(|other| other.kind == one.kind && other.reference == one.reference);
        same.count()
    }
}
