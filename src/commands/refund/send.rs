//! `payctl refund send`: sends approved refunds through the gateway that received the money.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;

use super::act::refused;
use super::refusal::describe;
use super::row::{DecidedRefund, RefundAction, RefundDecisionSummary};
use crate::commands::accounts::pool;
use crate::commands::failure::with_hint;
use crate::commands::operator::{self, ledger, require_operator};
use crate::commands::runtime::runtime;
use crate::commands::{Context, writes};
use crate::config::duration;
use crate::domain::operator::refund::{answered, key, open_unknown_case, send};
use crate::domain::{
    Dossier, GatewayName, Payment, QueryPurpose, RefundId, RefundOutcome, RefundRefusal,
    RefundStatus,
};
use crate::exit::Exit;
use crate::reconciler::{
    CheckAction as Heard, CheckResult, GatewayPool, Ledger, RefundRequest, RefundSent, RoundError,
    RunContext, order, send_refund,
};
use crate::store::{Actor, Decision, DuePayment, StoreError, UpdateResult};

/// Send approved refunds through the gateways that received the money
///
/// payctl records each refund before it sends it, under an idempotency key that makes a retry harmless, and then
/// checks the payment's status. If the gateway cannot refund, transfer the money yourself and run: payctl refund done
#[derive(Debug, Args)]
pub(in crate::commands) struct RefundSendArgs {
    /// Refund IDs
    #[arg(required = true, value_name = "REFUND")]
    refunds: Vec<RefundId>,
    /// Operator who sends them; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Time limit: send nothing more after this
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    max_time: Duration,
    /// Show what would be sent; ask no gateway and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(RefundSendArgs: EachTime unless dry_run);

pub(super) fn run(args: &RefundSendArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, args.by.as_deref())?;
    if !args.dry_run {
        context.says_itself_that_it_is_held();
    }
    let ledger = ledger(&context, args.dry_run)?;
    if !args.dry_run {
        context.require_released(ledger.read(), "refund send")?;
    }
    let mut post = RefundSender {
        pool: pool(&context, ledger.read(), None)?,
        ledger,
        setting: context.run_context(Some(args.max_time)),
        actor,
        silent: BTreeSet::new(),
    };
    let runtime = runtime(&*context.host.clock)?;
    let mut list = context.listing("refund send")?;
    let mut count = RefundDecisionSummary::default();
    let mut end = Exit::Clean;
    for refund in &args.refunds {
        // What was sent is reported, whatever happens afterwards.
        let (row, ended) = match runtime.block_on(post.send(*refund)) {
            Ok(row) => row,
            Err(error) => refused(*refund, None, error.to_string()),
        };
        end = end.worse(ended);
        count.add(&row);
        list.row(&row)?;
    }
    runtime.shutdown_background();
    if post.pool.clock().differ() {
        end = end.worse(Exit::Attention);
    }
    list.finish(&count, end)
}

struct RefundSender {
    pool: GatewayPool,
    ledger: Ledger,
    setting: RunContext,
    actor: String,
    /// Gateways that answered neither a refund nor the query after it: this run sends nothing more to them.
    silent: BTreeSet<GatewayName>,
}

/// A refund that is ready to be sent.
struct PreparedRefund {
    id: RefundId,
    dossier: Dossier,
    payment: Payment,
    order: RefundRequest,
}

impl RefundSender {
    async fn send(&mut self, id: RefundId) -> Result<(DecidedRefund, Exit), RoundError> {
        let letter = match self.write(id)? {
            Ok(letter) => letter,
            Err(refused) => return Ok(*refused),
        };
        if self.ledger.writer().is_none() {
            let row = DecidedRefund {
                action: RefundAction::WouldSend,
                reason: format!("by {}", letter.payment.gateway),
                ..DecidedRefund::of(id, Some(&letter.dossier))
            };
            return Ok((row, Exit::Clean));
        }
        let now = self.setting.now;
        let (order_id, gateway) = (letter.dossier.order.id, &letter.payment.gateway);
        // It may have been restored since this run began.
        if self.ledger.read().held_as_of()?.is_some() {
            let why = "this database was restored and is held".to_owned();
            let (row, _) = refused(id, Some(&letter.dossier), why);
            return Ok((row, Exit::Config));
        }
        if let Some(why) = self.is_put_off(gateway) {
            let (row, _) = refused(id, Some(&letter.dossier), why);
            return Ok((row, Exit::Partial));
        }
        let noted = self.update_order(&letter.dossier, |dossier| send(dossier, id, now))?;
        // Nothing is sent unless it is recorded first.
        let refusal = match noted {
            Some(Ok(_)) => None,
            Some(Err(refusal)) => Some(describe(&refusal, id, &letter.dossier)),
            None => Some("its order no longer exists".to_owned()),
        };
        if let Some(why) = refusal {
            return Ok(refused(id, Some(&letter.dossier), why));
        }
        let sent = match self.pool.account(gateway) {
            Ok(account) => send_refund(account, &letter.payment, &letter.order).await,
            Err(why) => RefundOutcome::Unknown(why).into(),
        };
        let now = self.setting.clock.now();
        self.update_order(&letter.dossier, |dossier| {
            answered(dossier, id, &sent.outcome, now)
        })?;
        let is_answered = self.read_again(&letter).await?;
        if matches!(sent.outcome, RefundOutcome::Unknown(_)) && !is_answered {
            self.silent.insert(gateway.clone());
        }
        let after = self.ledger.read().dossier(order_id)?;
        Ok(row(&letter, after.as_ref(), &sent))
    }

    /// Prepares a refund and records it; every check that can fail comes before the record.
    fn write(
        &mut self,
        id: RefundId,
    ) -> Result<Result<PreparedRefund, Box<(DecidedRefund, Exit)>>, RoundError> {
        let reader = self.ledger.read();
        let dossier = match reader.order_of_refund(id)? {
            Some(order) => reader.dossier(order)?,
            None => None,
        };
        let Some(dossier) = dossier else {
            let why = "no refund has this id; see: payctl refund list".to_owned();
            return Ok(Err(Box::new(refused(id, None, why))));
        };
        match send(dossier.clone(), id, self.setting.now) {
            Ok(_) => {}
            Err(RefundRefusal::TooOld(id)) => return Ok(Err(self.ask_a_person(&dossier, id)?)),
            Err(why) => {
                let why = describe(&why, id, &dossier);
                return Ok(Err(Box::new(refused(id, Some(&dossier), why))));
            }
        }
        Ok(self.letter(id, &dossier).map_err(|(why, exit)| {
            let (row, _) = refused(id, Some(&dossier), why);
            Box::new((row, exit))
        }))
    }

    fn letter(&self, id: RefundId, dossier: &Dossier) -> Result<PreparedRefund, (String, Exit)> {
        let refund = dossier.refunds.iter().find(|refund| refund.id == id);
        let payment = refund.and_then(|refund| dossier.payment(refund.payment));
        let (Some(refund), Some(payment)) = (refund, payment) else {
            return Err(("its payment no longer exists".to_owned(), Exit::Failed));
        };
        let by_bank = format!("send it by bank transfer, then run: payctl refund done {id}");
        let gateway = &payment.gateway;
        if gateway.is_manual() {
            return Err((
                format!("the money did not come through a gateway; {by_bank}"),
                Exit::Failed,
            ));
        }
        let unable = |why| (format!("{gateway} cannot be used: {why}"), Exit::Config);
        let account = self.pool.account(gateway).map_err(unable)?;
        let number = &dossier.order.number;
        let reason = format!("refund of order {number}");
        let order = order(
            account,
            payment,
            &key(number, refund),
            refund.amount,
            &reason,
        );
        let Some(order) = order else {
            let method = payment.method.as_deref().unwrap_or("this payment");
            let why = format!("{gateway} has no refunds for {method}; {by_bank}");
            return Err((why, Exit::Failed));
        };
        Ok(PreparedRefund {
            id,
            dossier: dossier.clone(),
            payment: payment.clone(),
            order,
        })
    }

    /// A refund that may have arrived long ago is not sent again; a case is opened.
    fn ask_a_person(
        &mut self,
        dossier: &Dossier,
        id: RefundId,
    ) -> Result<Box<(DecidedRefund, Exit)>, StoreError> {
        self.update_order(dossier, |dossier| open_unknown_case(dossier, id))?;
        let why = with_hint(&RefundRefusal::TooOld(id));
        Ok(Box::new(refused(id, Some(dossier), why)))
    }

    /// A person waits, so a gateway that does not answer is not tried once per refund.
    fn is_put_off(&self, gateway: &GatewayName) -> Option<String> {
        if self.silent.contains(gateway) {
            let why = "has not answered, so the refund was not sent; try again later";
            return Some(format!("{gateway} {why}"));
        }
        let is_over = self.setting.is_over();
        is_over.then(|| "time limit reached before it was sent; try again".to_owned())
    }

    /// The gateway's status decides. Without an answer the payment is checked again on schedule. Returns whether it answered.
    async fn read_again(&mut self, letter: &PreparedRefund) -> Result<bool, RoundError> {
        let dossier = self.ledger.read().dossier(letter.dossier.order.id)?;
        let rows: Vec<DuePayment> = dossier.iter().flat_map(DuePayment::of).collect();
        let of_it = rows
            .into_iter()
            .filter(|row| row.payment.id == letter.payment.id);
        let question = (of_it.collect(), QueryPurpose::Read);
        let mut is_answered = false;
        let mut hear = |line: &CheckResult| {
            is_answered |= line.action != Heard::Unchecked;
            Ok(())
        };
        let (pool, ledger) = (&mut self.pool, &self.ledger);
        self.setting
            .query_payments(question, pool, ledger, &mut hear)
            .await?;
        Ok(is_answered)
    }

    fn update_order<T, E>(
        &self,
        dossier: &Dossier,
        decide: impl FnOnce(Dossier) -> Decision<T, E>,
    ) -> Result<UpdateResult<T, E>, StoreError> {
        let by = Actor {
            actor: &self.actor,
            now: self.setting.clock.now(),
        };
        self.ledger.update_order(dossier.order.id, by, decide)
    }
}

/// The refund's row after sending and checking.
fn row(
    letter: &PreparedRefund,
    after: Option<&Dossier>,
    sent: &RefundSent,
) -> (DecidedRefund, Exit) {
    let now = DecidedRefund::of(letter.id, after.or(Some(&letter.dossier)));
    let has_gone = now.status == Some(RefundStatus::Done);
    let (action, reason, exit) = match &sent.outcome {
        RefundOutcome::Done => (RefundAction::Done, "by the gateway".to_owned(), Exit::Clean),
        RefundOutcome::Unknown(_) if has_gone => {
            let reason = "confirmed by the gateway's status".to_owned();
            (RefundAction::Done, reason, Exit::Clean)
        }
        RefundOutcome::Unknown(why) if sent.is_misconfigured => {
            let reason = format!(
                "{why}; check the gateway's key and address in the configuration, then send it again (same idempotency key)"
            );
            (RefundAction::Unknown, reason, Exit::Config)
        }
        RefundOutcome::Unknown(why) => {
            let reason = format!("{why}; it can safely be sent again (same idempotency key)");
            (RefundAction::Unknown, reason, Exit::Partial)
        }
        RefundOutcome::Denied(word) => {
            let reason = format!("{word}; it is due again: send it by bank transfer");
            (RefundAction::Failed, reason, Exit::Attention)
        }
    };
    let before = DecidedRefund::of(letter.id, Some(&letter.dossier));
    let row = DecidedRefund {
        order_status: before.order_status,
        status: before.status,
        action,
        reason,
        ..now
    };
    (row, exit)
}
