//! `payctl refund send`: approved money is sent back by the gateway through which it came.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;

use super::act::refused;
use super::refusal::told;
use super::row::{Action, Count, Decided};
use crate::commands::accounts::crew;
use crate::commands::acting::{self, must_have_operator, pen};
use crate::commands::asking::runtime;
use crate::commands::context::Context;
use crate::config::duration;
use crate::domain::acts::refund::{Outcome, Refusal, answered, ask_what_became_of_it, key, send};
use crate::domain::dossier::Dossier;
use crate::domain::names::{GatewayName, RefundId};
use crate::domain::observation::Errand;
use crate::domain::order::RefundStatus;
use crate::domain::payment::Payment;
use crate::exit::Exit;
use crate::output::report::Report;
use crate::reconciler::{
    Action as Heard, Checked, Crew, Order, Pen, RoundError, Sent, Setting, order, send_back,
};
use crate::store::{Act, Decision, Hand, StoreError, ToAsk};

/// Send approved refunds by the gateways through which the money came
///
/// What is sent is written down first, under a key that makes a repetition harmless; then the status of the
/// payment is read. Where a gateway has no call for it, send it by the shop's bank and type: payctl refund done
#[derive(Debug, Args)]
pub(in crate::commands) struct SendArgs {
    /// The ids of the refunds
    #[arg(required = true, value_name = "REFUND")]
    refunds: Vec<RefundId>,
    /// Who sends them; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = acting::name)]
    by: Option<String>,
    /// Nothing more is sent after this
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    max_time: Duration,
    /// Show what would be sent; ask nobody and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &SendArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = must_have_operator(&context, args.by.as_deref())?;
    let pen = pen(&context, args.dry_run)?;
    let mut post = Post {
        crew: crew(&context, pen.read(), None)?,
        pen: Some(pen),
        setting: Setting {
            clock: context.world.clock.clone(),
            now: context.started_at,
            policy: context.policy(),
            until: Some(tokio::time::Instant::now() + args.max_time),
            interrupt: context.world.interrupt.clone(),
        },
        actor,
        silent: BTreeSet::new(),
    };
    let runtime = runtime()?;
    let (face, now) = (context.face(), context.started_at);
    let mut report = Report::new(&mut context.world.stdout, face, "refund send", now)?;
    let mut count = Count::default();
    let mut end = Exit::Clean;
    for refund in &args.refunds {
        // What was sent is told, whatever comes after.
        let (row, ended) = match runtime.block_on(post.send(*refund)) {
            Ok(row) => row,
            Err(error) => refused(*refund, None, error.to_string()),
        };
        end = end.worse(ended);
        count.add(&row);
        report.row(&row)?;
    }
    runtime.shutdown_background();
    if post.crew.clock().differ() {
        end = end.worse(Exit::Attention);
    }
    let finished_at = context.world.clock.now();
    report.finish(&count, finished_at, end, &mut context.world.stderr)?;
    Ok(end)
}

struct Post {
    crew: Crew,
    /// Lent to a round of questions while it runs.
    pen: Option<Pen>,
    setting: Setting,
    actor: String,
    /// Who has answered neither a refund nor the question after it: nothing more is sent there in this run.
    silent: BTreeSet<GatewayName>,
}

/// One refund that may be sent.
struct Letter {
    id: RefundId,
    dossier: Dossier,
    payment: Payment,
    order: Order,
}

impl Post {
    async fn send(&mut self, id: RefundId) -> Result<(Decided, Exit), RoundError> {
        let letter = match self.write(id)? {
            Ok(letter) => letter,
            Err(refused) => return Ok(*refused),
        };
        if !matches!(self.pen, Some(Pen::Writing { .. })) {
            let row = Decided {
                action: Action::WouldSend,
                reason: format!("by {}", letter.payment.gateway),
                ..Decided::of(id, Some(&letter.dossier))
            };
            return Ok((row, Exit::Clean));
        }
        let now = self.setting.now;
        let (order_id, gateway) = (letter.dossier.order.id, &letter.payment.gateway);
        if let Some(why) = self.is_put_off(gateway) {
            let (row, _) = refused(id, Some(&letter.dossier), why);
            return Ok((row, Exit::Partial));
        }
        let noted = self.act(&letter.dossier, |dossier| send(dossier, id, now))?;
        // Nothing is asked for that is not written down.
        let refusal = match noted {
            Some(Ok(_)) => None,
            Some(Err(refusal)) => Some(told(&refusal, id, &letter.dossier)),
            None => Some("its order is gone".to_owned()),
        };
        if let Some(why) = refusal {
            return Ok(refused(id, Some(&letter.dossier), why));
        }
        let sent = match self.crew.account(gateway) {
            Ok(account) => send_back(account, &letter.payment, &letter.order).await,
            Err(why) => Outcome::Unknown(why).into(),
        };
        let now = self.setting.clock.now();
        self.act(&letter.dossier, |dossier| {
            answered(dossier, id, &sent.outcome, now)
        })?;
        let is_answered = self.read_again(&letter).await?;
        if matches!(sent.outcome, Outcome::Unknown(_)) && !is_answered {
            self.silent.insert(gateway.clone());
        }
        let after = self.pen()?.read().dossier(order_id)?;
        Ok(row(&letter, after.as_ref(), &sent))
    }

    /// Makes a refund ready to be sent; whatever can be known to be wrong is known before it is written down.
    fn write(&mut self, id: RefundId) -> Result<Result<Letter, Box<(Decided, Exit)>>, RoundError> {
        let reader = self.pen()?.read();
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
            Err(Refusal::TooOld(id)) => return Ok(Err(self.ask_a_person(&dossier, id)?)),
            Err(why) => {
                let why = told(&why, id, &dossier);
                return Ok(Err(Box::new(refused(id, Some(&dossier), why))));
            }
        }
        Ok(self.letter(id, &dossier).map_err(|(why, exit)| {
            let (row, _) = refused(id, Some(&dossier), why);
            Box::new((row, exit))
        }))
    }

    fn letter(&self, id: RefundId, dossier: &Dossier) -> Result<Letter, (String, Exit)> {
        let refund = dossier.refunds.iter().find(|refund| refund.id == id);
        let payment = refund.and_then(|refund| dossier.payment(refund.payment));
        let (Some(refund), Some(payment)) = (refund, payment) else {
            return Err(("its payment is gone".to_owned(), Exit::Failed));
        };
        let by_bank = format!("send it by the shop's bank, then: payctl refund done {id}");
        let gateway = &payment.gateway;
        if gateway.is_manual() {
            return Err((
                format!("it came past the gateways; {by_bank}"),
                Exit::Failed,
            ));
        }
        let unable = |why| (format!("{gateway} cannot be asked: {why}"), Exit::Config);
        let account = self.crew.account(gateway).map_err(unable)?;
        let number = &dossier.order.number;
        let reason = format!("refund of order {number}");
        let order = order(account, payment, &key(number, id), refund.amount, &reason);
        let Some(order) = order else {
            let method = payment.method.as_deref().unwrap_or("this payment");
            let why = format!("{gateway} does not send money back for {method}; {by_bank}");
            return Err((why, Exit::Failed));
        };
        Ok(Letter {
            id,
            dossier: dossier.clone(),
            payment: payment.clone(),
            order,
        })
    }

    /// Nothing is sent again that may have arrived long ago.
    fn ask_a_person(
        &mut self,
        dossier: &Dossier,
        id: RefundId,
    ) -> Result<Box<(Decided, Exit)>, StoreError> {
        self.act(dossier, |dossier| ask_what_became_of_it(dossier, id))?;
        let why = Refusal::TooOld(id).to_string();
        Ok(Box::new(refused(id, Some(dossier), why)))
    }

    /// A person waits: who hangs is not asked for one after the other.
    fn is_put_off(&self, gateway: &GatewayName) -> Option<String> {
        if self.silent.contains(gateway) {
            let why = "has not answered just now, so it was not sent; type the same again";
            return Some(format!("{gateway} {why}"));
        }
        let is_over = self.setting.is_over();
        is_over.then(|| "the time was up before it was sent; type the same again".to_owned())
    }

    /// The status is the truth. No answer is no harm: it is read again by its schedule. Whether there was one.
    async fn read_again(&mut self, letter: &Letter) -> Result<bool, RoundError> {
        let Some(pen) = self.pen.take() else {
            return Ok(false);
        };
        let dossier = pen.read().dossier(letter.dossier.order.id)?;
        let rows: Vec<ToAsk> = dossier.iter().flat_map(ToAsk::of).collect();
        let of_it = rows
            .into_iter()
            .filter(|row| row.payment.id == letter.payment.id);
        let lanes = self.crew.lanes(of_it.collect(), Errand::Read);
        let mut is_answered = false;
        let mut hear = |line: &Checked| {
            is_answered |= line.action != Heard::Unchecked;
            Ok(())
        };
        let (tally, pen) = self.setting.round(lanes, pen).run(&mut hear).await?;
        self.crew.learn(&tally);
        self.pen = Some(pen);
        Ok(is_answered)
    }

    fn act<T, E>(
        &mut self,
        dossier: &Dossier,
        decide: impl FnOnce(Dossier) -> Decision<T, E>,
    ) -> Result<Act<T, E>, StoreError> {
        let hand = Hand {
            actor: &self.actor,
            now: self.setting.clock.now(),
        };
        match &mut self.pen {
            Some(pen) => acting::act(pen, dossier.order.id, hand, decide),
            None => Ok(None),
        }
    }

    fn pen(&self) -> Result<&Pen, RoundError> {
        self.pen.as_ref().ok_or(RoundError::NoScribe)
    }
}

/// How a refund stands after it was sent, and read again.
fn row(letter: &Letter, after: Option<&Dossier>, sent: &Sent) -> (Decided, Exit) {
    let now = Decided::of(letter.id, after.or(Some(&letter.dossier)));
    let has_gone = now.status == Some(RefundStatus::Done);
    let (action, reason, exit) = match &sent.outcome {
        Outcome::Done => (Action::Done, "by the gateway".to_owned(), Exit::Clean),
        Outcome::Unknown(_) if has_gone => {
            let reason = "the gateway's status says so".to_owned();
            (Action::Done, reason, Exit::Clean)
        }
        Outcome::Unknown(why) if sent.is_misconfigured => {
            let reason = format!(
                "{why}; check its key and its address in the configuration, then send it again, under the same key"
            );
            (Action::Unknown, reason, Exit::Config)
        }
        Outcome::Unknown(why) => {
            let reason = format!("{why}; it can be sent again, under the same key");
            (Action::Unknown, reason, Exit::Partial)
        }
        Outcome::Denied(word) => {
            let reason = format!("{word}; it is due again, send it by the shop's bank");
            (Action::Failed, reason, Exit::Attention)
        }
    };
    let before = Decided::of(letter.id, Some(&letter.dossier));
    let row = Decided {
        order_status: before.order_status,
        status: before.status,
        action,
        reason,
        ..now
    };
    (row, exit)
}
