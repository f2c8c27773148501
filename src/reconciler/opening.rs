//! Opening a payment that is written down (P2, P3): the gateway is asked once, and a silent end is settled by a read.

use super::checked::{Action, Checked};
use super::crew::Crew;
use super::expiring::Setting;
use super::lane::Account;
use super::round::RoundError;
use super::scribe::Pen;
use crate::domain::acts::open::{present, refuse};
use crate::domain::customer::Customer;
use crate::domain::dossier::{Change, Dossier};
use crate::domain::names::{Method, PaymentId};
use crate::domain::observation::{Errand, Silence};
use crate::domain::payment::{Payment, PaymentStatus};
use crate::domain::rule::Rule;
use crate::gateway::opening::{Item, Opened, Opening};
use crate::store::{Conduct, Hand, StoreError, ToAsk};
use crate::wire::message::Failure;

/// What came of an opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has opened it.
    Opened,
    /// The gateway will not, in its words.
    Refused(String),
    /// The gateway knew the reference, and nothing can be paid under it: another one is needed.
    Taken,
    /// The gateway has it already, as the payment now says.
    Found,
    /// The account cannot be asked, or it refuses the key: the next `pay` goes on from here, when that is right.
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
            Err(why) => {
                let why = format!("it cannot be asked: {why}");
                return Ok(Outcome::Misconfigured(why));
            }
        };
        let mut why = "an earlier call got no answer".to_owned();
        if begin == Begin::Read {
            match self.read(dossier, told.payment).await? {
                Learned::NotStarted => self.send_again(dossier)?,
                Learned::Known => return Ok(Outcome::Found),
                Learned::Nothing(outcome) => return Ok(outcome),
            }
        }
        let sent_before = u32::from(begin == Begin::Read);
        for sent in sent_before..SENT_MOST {
            if sent > sent_before {
                self.send_again(dossier)?;
            }
            let opened = ask(&account, dossier, payment, told, self.setting).await;
            let is_taken = match opened {
                Opened::Open(presented) => {
                    let now = self.setting.clock.now();
                    self.write(dossier, |dossier| {
                        present(dossier, told.payment, &presented, now)
                    })?;
                    self.prove(payment)?;
                    return Ok(Outcome::Opened);
                }
                Opened::Refused(words) => {
                    self.refuse(dossier, told.payment, &words)?;
                    return Ok(Outcome::Refused(words));
                }
                Opened::Taken(_) => true,
                // A read with the same key would be refused as well.
                Opened::NoAnswer(silence @ Silence::Refused(_)) => {
                    return Ok(Outcome::Misconfigured(silence.to_string()));
                }
                Opened::NoAnswer(silence) => {
                    why = silence.to_string();
                    false
                }
            };
            match self.read(dossier, told.payment).await? {
                Learned::Known => return Ok(Outcome::Found),
                Learned::NotStarted if is_taken => {
                    let words = "it knows the reference, and nothing can be paid under it";
                    self.refuse(dossier, told.payment, words)?;
                    return Ok(Outcome::Taken);
                }
                Learned::NotStarted => {}
                Learned::Nothing(outcome) => return Ok(outcome),
            }
        }
        Ok(Outcome::Unsettled(why))
    }

    /// P3: what the gateway does not know is sent again, which changes nothing if it knows it after all.
    fn send_again(&mut self, dossier: &Dossier) -> Result<(), StoreError> {
        self.write(dossier, |_| {
            vec![Change::Note {
                rule: Rule::P3,
                why: "it got no answer, and the gateway does not know it; sent again with the same reference and key"
                    .to_owned(),
            }]
        })
    }

    fn refuse(&mut self, dossier: &Dossier, id: PaymentId, words: &str) -> Result<(), StoreError> {
        let now = self.setting.clock.now();
        self.write(dossier, |dossier| refuse(dossier, id, words, now))
    }

    fn write(
        &mut self,
        dossier: &Dossier,
        decide: impl FnOnce(Dossier) -> Vec<Change>,
    ) -> Result<(), StoreError> {
        let hand = Hand {
            actor: self.actor,
            now: self.setting.clock.now(),
        };
        if let Some(Pen::Writing { store, permit }) = &mut self.pen {
            let order = dossier.order.id;
            store.act::<(), ()>(permit, order, hand, |dossier| Ok(((), decide(dossier))))?;
        }
        Ok(())
    }

    /// An account that opens payments is the right one.
    fn prove(&mut self, payment: &Payment) -> Result<(), StoreError> {
        let now = self.setting.clock.now();
        let seen = Conduct {
            proven_at: Some(now),
            answered_at: Some(now),
            ..Conduct::default()
        };
        if let Some(Pen::Writing { store, permit }) = &mut self.pen {
            store.note_conduct(permit, &payment.gateway, &seen, now)?;
        }
        Ok(())
    }

    /// The status is the truth about a call that got no answer.
    async fn read(&mut self, dossier: &Dossier, id: PaymentId) -> Result<Learned, RoundError> {
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
        let payment = after.as_ref().and_then(|after| after.payment(id));
        let is_refused = payment.is_some_and(|payment| self.crew.refuses(&payment.gateway));
        let silent = if is_refused {
            Outcome::Misconfigured
        } else {
            Outcome::Unsettled
        };
        Ok(learned(payment, lines.last(), silent))
    }
}

/// What a read has told of a payment that was to be opened.
enum Learned {
    /// The gateway has it: it waits, it is paid, or it is over.
    Known,
    NotStarted,
    /// Silence, and what an opening comes to by that.
    Nothing(Outcome),
}

fn learned(
    after: Option<&Payment>,
    line: Option<&Checked>,
    silent: fn(String) -> Outcome,
) -> Learned {
    match (after, line) {
        (Some(payment), _) if payment.status != PaymentStatus::Created || payment.seen => {
            Learned::Known
        }
        (_, Some(line)) if line.action == Action::Unchecked => {
            Learned::Nothing(silent(line.reason.clone()))
        }
        (_, Some(_)) => Learned::NotStarted,
        (_, None) => Learned::Nothing(silent("it could not be read".to_owned())),
    }
}

async fn ask(
    account: &Account,
    dossier: &Dossier,
    payment: &Payment,
    told: &Told<'_>,
    setting: &Setting,
) -> Opened {
    let now = setting.clock.now();
    let opening = Opening {
        payment,
        method: told.method,
        order: &dossier.order.number,
        key: told.key,
        buyer: Some(told.buyer).filter(|buyer| !buyer.is_unknown()),
        items: told.items,
        now,
    };
    let Some(request) = account.gateway.open(&opening) else {
        return Opened::Refused(format!("{} has no method {}", payment.gateway, told.method));
    };
    let opened = match account.wire.send(&request, setting.until).await {
        Ok(response) => account.gateway.read_open(&opening, now, &response),
        Err(Failure::OutOfTime) => return Opened::NoAnswer(super::ask::silence(Failure::TimedOut)),
        Err(failure) => Opened::NoAnswer(super::ask::silence(failure)),
    };
    tracing::debug!(label = %request.label, ?opened, "asked to open it");
    opened
}
