//! Opens a payment that is already recorded (P2, P3): the gateway is asked once, and a query settles a call without
//! an answer.

mod call;
mod notes;

use std::time::Duration;

use super::checked::{Action, Checked};
use super::crew::Crew;
use super::expiring::Setting;
use super::round::RoundError;
use super::scribe::Pen;
use crate::domain::customer::Customer;
use crate::domain::dossier::Dossier;
use crate::domain::instant::Instant;
use crate::domain::names::{Method, PaymentId};
use crate::domain::observation::{Errand, Silence};
use crate::domain::payment::{OPENING_LASTS, Payment, PaymentStatus};
use crate::gateway::opening::{Item, Opened};
use crate::store::ToAsk;
use call::Call;

/// The result of opening a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
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
pub enum Begin {
    /// The payment was just recorded: no call has been sent yet.
    Ask,
    /// A call was sent earlier and got no answer.
    Read,
}

/// What the gateway needs to know besides the payment itself.
pub struct Told<'a> {
    pub payment: PaymentId,
    pub method: &'a Method,
    pub key: &'a str,
    pub buyer: &'a Customer,
    pub items: &'a [Item],
}

/// Everything an opening works with.
pub struct Opener<'a> {
    pub crew: &'a mut Crew,
    /// Lent to a round of queries while it runs. An opening needs read-write access.
    pub pen: Option<Pen>,
    pub setting: &'a Setting,
    pub actor: &'a str,
}

/// How often a call is sent: once more if it got no answer and the gateway does not know the payment.
const SENT_MOST: u32 = 2;

impl Opener<'_> {
    /// Opens a payment that is already recorded.
    ///
    /// # Errors
    /// As [`super::Round::run`]. What was written stays written.
    pub async fn open(
        &mut self,
        dossier: &Dossier,
        told: &Told<'_>,
        begin: Begin,
    ) -> Result<Outcome, RoundError> {
        let Some(payment) = dossier.payment(told.payment) else {
            return Ok(Outcome::Unsettled(
                "the payment no longer exists".to_owned(),
            ));
        };
        let account = match self.crew.account(&payment.gateway) {
            Ok(account) => account.clone(),
            Err(why) => return Ok(cannot_be_asked(&why)),
        };
        let call = Call::new(&account, dossier, payment, told);
        let sent_before = match begin {
            Begin::Ask => 0,
            Begin::Read => 1,
        };
        if begin == Begin::Read {
            if let Some(left) = self.under_way(&call)? {
                return Ok(Outcome::Unsettled(waiting(left)));
            }
            // If a repeated call finds what the first one opened, no query is needed before it.
            if !account.gateway.finds_or_opens(payment) {
                match self.read(dossier, told.payment).await? {
                    Learned::NotStarted => {}
                    Learned::Known => return Ok(Outcome::Found),
                    Learned::Nothing(outcome) => return Ok(outcome),
                }
            }
        }
        self.send(&call, sent_before).await
    }

    /// Sends until the outcome is known.
    async fn send(&mut self, call: &Call<'_>, sent_before: u32) -> Result<Outcome, RoundError> {
        let (dossier, payment) = (call.dossier, call.payment);
        let mut begun_at = payment.moved_at;
        let mut why = String::new();
        for sent in sent_before..SENT_MOST {
            let before = begun_at;
            if sent > 0 {
                match self.begin_again(call, begun_at)? {
                    Some(at) => begun_at = at,
                    None => return Ok(Outcome::Unsettled(waiting(OPENING_LASTS))),
                }
            }
            let (opened, clock) = call.ask(self.setting).await;
            self.hear_clock(&payment.gateway, clock)?;
            let is_taken = match opened {
                // A call is sent only once, so a payment that existed before the first call is not ours.
                Opened::Taken(_) if sent == 0 && self.give_up(call)? => {
                    return Ok(Outcome::Foreign);
                }
                Opened::Over(_) if sent == 0 && self.give_up(call)? => {
                    return Ok(Outcome::Foreign);
                }
                Opened::Over(presented) => {
                    self.present(call, &presented)?;
                    return Ok(match self.read(dossier, payment.id).await? {
                        Learned::Known | Learned::NotStarted => Outcome::Found,
                        Learned::Nothing(outcome) => outcome,
                    });
                }
                Opened::Taken(_) => true,
                Opened::Open(presented) => {
                    self.present(call, &presented)?;
                    return Ok(Outcome::Opened);
                }
                Opened::Refused(words) => {
                    self.refuse(call, &words)?;
                    return Ok(Outcome::Refused(words));
                }
                Opened::NoAnswer(silence) => {
                    why = silence.to_string();
                    self.give_over(call, &why)?;
                    // A query with the same key or at the same host would fail the same way.
                    if is_misconfigured(&silence) {
                        return Ok(Outcome::Misconfigured(why));
                    }
                    if call.finds_or_opens() {
                        continue;
                    }
                    false
                }
            };
            match self.read(dossier, payment.id).await? {
                Learned::Known => return Ok(Outcome::Found),
                // An earlier call may have opened it while the query still shows an older state: another reference
                // would create a second payment.
                Learned::NotStarted if is_taken && is_recent(before, self.setting) => {
                    return Ok(Outcome::Unsettled(lagging(before)));
                }
                Learned::NotStarted if is_taken => {
                    let words = "it knows the reference, but nothing can be paid under it";
                    self.refuse(call, words)?;
                    return Ok(Outcome::Taken);
                }
                Learned::NotStarted => {}
                Learned::Nothing(outcome) => return Ok(outcome),
            }
        }
        Ok(Outcome::Unsettled(why))
    }

    /// Queries a payment that was opened earlier, to show its current state. `None`: the gateway has answered.
    ///
    /// # Errors
    /// As [`super::Round::run`]. What was written stays written.
    pub async fn look(
        &mut self,
        dossier: &Dossier,
        id: PaymentId,
    ) -> Result<Option<Outcome>, RoundError> {
        if let Some(payment) = dossier.payment(id)
            && let Err(why) = self.crew.account(&payment.gateway)
        {
            return Ok(Some(cannot_be_asked(&why)));
        }
        Ok(self.read_once(dossier, id).await?.silence)
    }

    /// After a call without an answer, the status shows what happened.
    async fn read(&mut self, dossier: &Dossier, id: PaymentId) -> Result<Learned, RoundError> {
        let heard = self.read_once(dossier, id).await?;
        let is_known = |payment: &Payment| payment.status != PaymentStatus::Created || payment.seen;
        let after = heard.after.as_ref();
        Ok(match heard.silence {
            _ if after.is_some_and(Payment::is_foreign) => Learned::Nothing(Outcome::Foreign),
            _ if after.is_some_and(is_known) => Learned::Known,
            Some(silence) => Learned::Nothing(silence),
            None => Learned::NotStarted,
        })
    }

    async fn read_once(&mut self, dossier: &Dossier, id: PaymentId) -> Result<Heard, RoundError> {
        let Some(pen) = self.pen.take() else {
            return Err(RoundError::NoScribe);
        };
        let now = pen.read().dossier(dossier.order.id)?;
        let rows: Vec<ToAsk> = now.iter().flat_map(ToAsk::of).collect();
        let rows = rows.into_iter().filter(|row| row.payment.id == id);
        let lanes = self.crew.lanes(rows.collect(), Errand::Read);
        let mut lines: Vec<Checked> = Vec::new();
        let mut keep = |line: &Checked| {
            lines.push(line.clone());
            Ok(())
        };
        let (tally, pen) = self.setting.round(lanes, pen).run(&mut keep).await?;
        self.crew.learn(&tally);
        let after = pen.read().dossier(dossier.order.id)?;
        self.pen = Some(pen);
        let after = after.and_then(|after| after.payment(id).cloned());
        let is_refused = after
            .as_ref()
            .is_some_and(|payment| self.crew.is_discredited(&payment.gateway));
        let silent = if is_refused {
            Outcome::Misconfigured
        } else {
            Outcome::Unsettled
        };
        let silence = silence(lines.last()).map(silent);
        Ok(Heard { after, silence })
    }
}

fn is_misconfigured(silence: &Silence) -> bool {
    matches!(
        silence,
        Silence::Refused(_) | Silence::Gone(_) | Silence::OtherWorld(_)
    )
}

/// The result of one query.
struct Heard {
    after: Option<Payment>,
    /// Why there was no answer, and the result of the opening that follows from it; `None` if there was one.
    silence: Option<Outcome>,
}

/// What one query has shown about a payment that was to be opened.
enum Learned {
    /// The gateway has it: pending, paid, or ended.
    Known,
    NotStarted,
    /// Silence, or a payment that belongs to somebody else; with the result of the opening.
    Nothing(Outcome),
}

fn cannot_be_asked(why: &str) -> Outcome {
    Outcome::Misconfigured(format!("the gateway cannot be queried: {why}"))
}

fn silence(line: Option<&Checked>) -> Option<String> {
    match line {
        Some(line) if line.action == Action::Unchecked => Some(line.reason.clone()),
        Some(_) => None,
        None => Some("the query failed".to_owned()),
    }
}

/// A call that started then may still be carried out.
fn is_recent(begun_at: Instant, setting: &Setting) -> bool {
    setting.clock.now() < begun_at.plus(OPENING_LASTS)
}

fn lagging(begun_at: Instant) -> String {
    format!(
        "it knows the reference from an earlier call, but does not show its payment yet; the result is certain after {}",
        begun_at.plus(OPENING_LASTS)
    )
}

fn waiting(left: Duration) -> String {
    format!(
        "another process may still be waiting for the gateway's answer, for at most {} s",
        left.as_secs().max(1)
    )
}
