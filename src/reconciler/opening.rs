//! Opening a payment that is written down (P2, P3): the gateway is asked once, and a silent end is settled by a read.

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

/// What came of an opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has opened it.
    Opened,
    /// The gateway will not, in its words.
    Refused(String),
    /// The gateway knew the reference, and nothing can be paid under it: another one is needed.
    Taken,
    /// It knew the reference before it was ever asked, so that is somebody else's: a person is told, and another one
    /// is needed.
    Foreign,
    /// The gateway has it already, as the payment now says.
    Found,
    /// The account cannot be asked, refuses the key, or is not at this address: the next `pay` goes on from here, when that is right.
    Misconfigured(String),
    /// No answer, and nobody knows: the next `pay` goes on from here, with the same reference and key.
    Unsettled(String),
}

/// With what an opening begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// It was just written down: nobody has been asked yet.
    Ask,
    /// It was asked for earlier, and no answer came.
    Read,
}

/// What the gateway is told, beside the payment itself.
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
    /// Lent to a round of questions while it runs. An opening needs one that writes.
    pub pen: Option<Pen>,
    pub setting: &'a Setting,
    pub actor: &'a str,
}

/// A silent opening is sent once more, if the gateway does not know it.
const SENT_MOST: u32 = 2;

impl Opener<'_> {
    /// Has a payment opened that is written down already.
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
            return Ok(Outcome::Unsettled("its payment is gone".to_owned()));
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
            // What finds what it has opened needs no read before it.
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

    /// Sends until it is known what came of it.
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
                // A call is sent once: what the gateway had before the first is not ours.
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
                    // A read with the same key, or at the same host, would come to the same.
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
                // An earlier call may have opened it, and the read is behind: another reference would be a second
                // payment.
                Learned::NotStarted if is_taken && is_recent(before, self.setting) => {
                    return Ok(Outcome::Unsettled(lagging(before)));
                }
                Learned::NotStarted if is_taken => {
                    let words = "it knows the reference, and nothing can be paid under it";
                    self.refuse(call, words)?;
                    return Ok(Outcome::Taken);
                }
                Learned::NotStarted => {}
                Learned::Nothing(outcome) => return Ok(outcome),
            }
        }
        Ok(Outcome::Unsettled(why))
    }

    /// Reads a payment that was opened earlier, so that it is shown as it stands. None: its gateway has answered.
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

    /// The status is the truth about a call that got no answer.
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

/// What one read came to.
struct Heard {
    after: Option<Payment>,
    /// Why there was no answer, if there was none, and what an opening comes to by that.
    silence: Option<Outcome>,
}

/// What a read has told of a payment that was to be opened.
enum Learned {
    /// The gateway has it: it waits, it is paid, or it is over.
    Known,
    NotStarted,
    /// Silence, or what is somebody else's; and what an opening comes to by that.
    Nothing(Outcome),
}

fn cannot_be_asked(why: &str) -> Outcome {
    Outcome::Misconfigured(format!("it cannot be asked: {why}"))
}

fn silence(line: Option<&Checked>) -> Option<String> {
    match line {
        Some(line) if line.action == Action::Unchecked => Some(line.reason.clone()),
        Some(_) => None,
        None => Some("it could not be read".to_owned()),
    }
}

/// A call that was begun then may still be carried out.
fn is_recent(begun_at: Instant, setting: &Setting) -> bool {
    setting.clock.now() < begun_at.plus(OPENING_LASTS)
}

fn lagging(begun_at: Instant) -> String {
    format!(
        "it knows the reference from an earlier call, and does not show its payment yet; that is clear after {}",
        begun_at.plus(OPENING_LASTS)
    )
}

fn waiting(left: Duration) -> String {
    format!(
        "another visit may be waiting for the gateway's answer, {} s at most",
        left.as_secs().max(1)
    )
}
