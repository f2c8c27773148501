//! Opens a payment that is already recorded (P2, P3): the gateway is asked once, and a query settles a call without
//! an answer.

mod call;
mod notes;

use std::time::Duration;

use super::checked::{CheckAction, CheckResult};
use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::Writer;
use super::run_context::RunContext;
use crate::domain::payment::OPENING_TIMEOUT;
use crate::domain::{
    Customer, Dossier, Instant, Method, NoAnswerReason, Payment, PaymentId, PaymentStatus,
    QueryPurpose,
};
use crate::gateway::opening::{OpenItem, OpenReply};
use crate::store::DuePayment;
use call::OpenCall;

/// The result of opening a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenResult {
    /// The gateway has opened it.
    Opened,
    /// The gateway refuses, in its own words.
    Refused(String),
    /// The gateway knew the reference, but nothing can be paid under it: another reference is needed.
    Taken,
    /// The gateway knew the reference before the first call, so it belongs to somebody else: a person is told, and
    /// another reference is needed.
    Foreign,
    /// The gateway already has the payment; the stored payment shows its state.
    Found,
    /// The account cannot be queried, rejects the key, or is not at this address. The next `pay` continues from here
    /// once that is fixed.
    Misconfigured(String),
    /// No answer, so the outcome is unknown: the next `pay` continues from here with the same reference and
    /// idempotency key.
    Unsettled(String),
}

/// How an opening starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenIntent {
    /// The payment was just recorded: no call has been sent yet.
    Ask,
    /// A call was sent earlier and got no answer.
    Read,
}

/// What the gateway needs to know besides the payment itself.
pub struct OpenContext<'a> {
    pub payment: PaymentId,
    pub method: &'a Method,
    pub key: &'a str,
    pub buyer: &'a Customer,
    pub items: &'a [OpenItem],
}

/// Everything an opening works with.
pub struct PaymentOpener<'a> {
    pub pool: &'a mut GatewayPool,
    pub writer: &'a Writer,
    pub setting: &'a RunContext,
    pub actor: &'a str,
}

/// How often a call is sent: once more if it got no answer and the gateway does not know the payment.
const MAX_SENT: u32 = 2;

impl PaymentOpener<'_> {
    /// Opens a payment that is already recorded.
    ///
    /// # Errors
    /// As [`RunContext::query`]. What was written stays written.
    pub async fn open(
        &mut self,
        dossier: &Dossier,
        told: &OpenContext<'_>,
        begin: OpenIntent,
    ) -> Result<OpenResult, RoundError> {
        let Some(payment) = dossier.payment(told.payment) else {
            return Ok(OpenResult::Unsettled(
                "the payment no longer exists".to_owned(),
            ));
        };
        let account = match self.pool.account(&payment.gateway) {
            Ok(account) => account.clone(),
            Err(why) => return Ok(not_asked(&why)),
        };
        let call = OpenCall::new(&account, dossier, payment, told);
        let sent_before = match begin {
            OpenIntent::Ask => 0,
            OpenIntent::Read => 1,
        };
        if begin == OpenIntent::Read {
            if let Some(left) = self.under_way(&call)? {
                return Ok(OpenResult::Unsettled(waiting(left)));
            }
            // If a repeated call finds what the first one opened, no query is needed before it.
            if !account.gateway.open_is_repeatable(payment) {
                match self.read(dossier, told.payment).await? {
                    LateFacts::NotStarted => {}
                    LateFacts::Known => return Ok(OpenResult::Found),
                    LateFacts::Nothing(outcome) => return Ok(outcome),
                }
            }
        }
        self.send(&call, sent_before).await
    }

    /// Sends until the outcome is known.
    async fn send(
        &mut self,
        call: &OpenCall<'_>,
        sent_before: u32,
    ) -> Result<OpenResult, RoundError> {
        let (dossier, payment) = (call.dossier, call.payment);
        let mut begun_at = payment.moved_at;
        let mut why = String::new();
        for sent in sent_before..MAX_SENT {
            let before = begun_at;
            if sent > 0 {
                match self.restart(call, begun_at)? {
                    Some(at) => begun_at = at,
                    None => return Ok(OpenResult::Unsettled(waiting(OPENING_TIMEOUT))),
                }
            }
            let (opened, clock) = call.ask(self.setting).await;
            self.record_clock(&payment.gateway, clock)?;
            let is_taken = match opened {
                // A call is sent only once, so a payment that existed before the first call is not ours.
                OpenReply::Taken(_) | OpenReply::Over(_) if sent == 0 && self.abandon(call)? => {
                    return Ok(OpenResult::Foreign);
                }
                OpenReply::Over(presented) => {
                    self.record_instructions(call, &presented)?;
                    return Ok(match self.read(dossier, payment.id).await? {
                        LateFacts::Known | LateFacts::NotStarted => OpenResult::Found,
                        LateFacts::Nothing(outcome) => outcome,
                    });
                }
                OpenReply::Taken(_) => true,
                OpenReply::Open(presented) => {
                    self.record_instructions(call, &presented)?;
                    return Ok(OpenResult::Opened);
                }
                OpenReply::Refused(words) => {
                    self.refuse(call, &words)?;
                    return Ok(OpenResult::Refused(words));
                }
                OpenReply::NoAnswer(silence) => {
                    why = silence.to_string();
                    self.mark_unanswered(call, &why)?;
                    // A query with the same key or at the same host would fail the same way.
                    if is_misconfigured(&silence) {
                        return Ok(OpenResult::Misconfigured(why));
                    }
                    if call.open_is_repeatable() {
                        continue;
                    }
                    false
                }
            };
            match self.read(dossier, payment.id).await? {
                LateFacts::Known => return Ok(OpenResult::Found),
                // An earlier call may have opened it while the query still shows an older state: another reference
                // would create a second payment.
                LateFacts::NotStarted if is_taken && is_recent(before, self.setting) => {
                    return Ok(OpenResult::Unsettled(lag_note(before)));
                }
                LateFacts::NotStarted if is_taken => {
                    let words = "it knows the reference, but nothing can be paid under it";
                    self.refuse(call, words)?;
                    return Ok(OpenResult::Taken);
                }
                LateFacts::NotStarted => {}
                LateFacts::Nothing(outcome) => return Ok(outcome),
            }
        }
        Ok(OpenResult::Unsettled(why))
    }

    /// Queries a payment that was opened earlier, to show its current state. `None`: the gateway has answered.
    ///
    /// # Errors
    /// As [`RunContext::query`]. What was written stays written.
    pub async fn refresh(
        &mut self,
        dossier: &Dossier,
        id: PaymentId,
    ) -> Result<Option<OpenResult>, RoundError> {
        if let Some(payment) = dossier.payment(id)
            && let Err(why) = self.pool.account(&payment.gateway)
        {
            return Ok(Some(not_asked(&why)));
        }
        Ok(self.read_once(dossier, id).await?.silence)
    }

    /// After a call without an answer, the status shows what happened.
    async fn read(&mut self, dossier: &Dossier, id: PaymentId) -> Result<LateFacts, RoundError> {
        let observed = self.read_once(dossier, id).await?;
        let is_known = |payment: &Payment| payment.status != PaymentStatus::Created || payment.seen;
        let after = observed.after.as_ref();
        Ok(match observed.silence {
            _ if after.is_some_and(Payment::is_foreign) => LateFacts::Nothing(OpenResult::Foreign),
            _ if after.is_some_and(is_known) => LateFacts::Known,
            Some(silence) => LateFacts::Nothing(silence),
            None => LateFacts::NotStarted,
        })
    }

    async fn read_once(
        &mut self,
        dossier: &Dossier,
        id: PaymentId,
    ) -> Result<ReadResult, RoundError> {
        let now = self.writer.read().dossier(dossier.order.id)?;
        let rows: Vec<DuePayment> = now.iter().flat_map(DuePayment::of).collect();
        let rows = rows.into_iter().filter(|row| row.payment.id == id);
        let question = (rows.collect(), QueryPurpose::Read);
        let mut lines: Vec<CheckResult> = Vec::new();
        let mut keep = |line: &CheckResult| {
            lines.push(line.clone());
            Ok(())
        };
        let ledger = self.writer.into();
        self.setting
            .query_payments(question, self.pool, &ledger, &mut keep)
            .await?;
        let after = self.writer.read().dossier(dossier.order.id)?;
        let after = after.and_then(|after| after.payment(id).cloned());
        let is_refused = after
            .as_ref()
            .is_some_and(|payment| self.pool.is_discredited(&payment.gateway));
        let silent = if is_refused {
            OpenResult::Misconfigured
        } else {
            OpenResult::Unsettled
        };
        let silence = silence(lines.last()).map(silent);
        Ok(ReadResult { after, silence })
    }
}

fn is_misconfigured(silence: &NoAnswerReason) -> bool {
    matches!(
        silence,
        NoAnswerReason::Refused(_) | NoAnswerReason::Gone(_) | NoAnswerReason::OtherWorld(_)
    )
}

/// The result of one query.
struct ReadResult {
    after: Option<Payment>,
    /// Why there was no answer, and the result of the opening that follows from it; `None` if there was one.
    silence: Option<OpenResult>,
}

/// What one query has shown about a payment that was to be opened.
enum LateFacts {
    /// The gateway has it: pending, paid, or ended.
    Known,
    NotStarted,
    /// Silence, or a payment that belongs to somebody else; with the result of the opening.
    Nothing(OpenResult),
}

fn not_asked(why: &str) -> OpenResult {
    OpenResult::Misconfigured(format!("the gateway cannot be queried: {why}"))
}

fn silence(line: Option<&CheckResult>) -> Option<String> {
    match line {
        Some(line) if line.action == CheckAction::Unchecked => Some(line.reason.to_string()),
        Some(_) => None,
        None => Some("the query failed".to_owned()),
    }
}

/// A call that started then may still be carried out.
fn is_recent(begun_at: Instant, setting: &RunContext) -> bool {
    setting.clock.now() < begun_at.saturating_add(OPENING_TIMEOUT)
}

fn lag_note(begun_at: Instant) -> String {
    format!(
        "it knows the reference from an earlier call, but does not show its payment yet; the result is certain after {}",
        begun_at.saturating_add(OPENING_TIMEOUT)
    )
}

fn waiting(left: Duration) -> String {
    format!(
        "another process may still be waiting for the gateway's answer, for at most {} s",
        left.as_secs().max(1)
    )
}
