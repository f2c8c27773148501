//! From an order to a payment that can be paid: shown if there is one, settled if nobody knows, opened else.

use super::alive::of_alive;
use super::end::End;
use super::ended::ended;
use super::row::{Action, Shown};
use super::way::Way;
use super::{PayArgs, by_hand};
use crate::commands::accounts::crew;
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::config::{ManualConfig, PayConfig};
use crate::domain::acts::open::{self, Wanted, may_open};
use crate::domain::customer::Customer;
use crate::domain::dossier::Dossier;
use crate::domain::names::{CaseId, GatewayName, Method, OrderId, PaymentId, Reference};
use crate::domain::payment::Payment;
use crate::exit::Exit;
use crate::gateway::opening::Item;
use crate::reconciler::{Account, Begin, Crew, Opener, Outcome, Pen, Setting, Told};
use crate::store::{Given, Hand, Reader, fresh_key};

/// So many references that the gateway knows already; beyond that something is wrong with the account.
const TAKEN_MOST: u32 = 5;
/// An order is not tried more often than this.
const REFERENCES_MOST: u32 = 200;

pub(super) struct Teller<'a> {
    pub(super) args: &'a PayArgs,
    pub(super) order: OrderId,
    pub(super) crew: Crew,
    pub(super) pen: Option<Pen>,
    pub(super) setting: &'a Setting,
    pub(super) actor: &'a str,
    pub(super) gateways: Vec<GatewayName>,
    pub(super) manual: Option<ManualConfig>,
    pub(super) usual: PayConfig,
    /// References that the gateway knew before it was asked.
    foreign: Vec<Reference>,
    /// What a person was asked about before this visit.
    cases: Vec<CaseId>,
    buyer: Customer,
    items: Vec<Item>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        context: &Context<'_>,
        args: &'a PayArgs,
        order: OrderId,
        pen: Pen,
        setting: &'a Setting,
        actor: &'a str,
    ) -> anyhow::Result<Self> {
        let reader = pen.read();
        let details = reader.order_details(&args.order, 1)?;
        let items = match &details {
            Some(details) => items(&details.dossier, reader)?,
            None => Vec::new(),
        };
        let cases = details.iter().flat_map(|details| &details.dossier.cases);
        let cases = cases.map(|case| case.id).collect();
        Ok(Self {
            args,
            order,
            crew: crew(context, reader, None)?,
            pen: Some(pen),
            setting,
            actor,
            gateways: context.config.gateways.keys().cloned().collect(),
            manual: context.config.manual.clone(),
            usual: context.config.pay.clone(),
            foreign: Vec::new(),
            cases,
            buyer: details.map(|details| details.customer).unwrap_or_default(),
            items,
        })
    }

    async fn serve(&mut self) -> anyhow::Result<End> {
        if let Some(end) = self.meet_all().await? {
            return Ok(end);
        }
        for _ in 0..TAKEN_MOST {
            let dossier = self.dossier()?;
            may_open(&dossier, self.setting.now).map_err(|why| self.refusal(&why))?;
            let Way::Gateway(account, method) = self.way()? else {
                return self.ask_by_hand();
            };
            self.must_take(&account, &method, &dossier)?;
            if self.args.dry_run {
                return Ok(End::WouldOpen);
            }
            let (id, key) = self.announce(&account, &method)?;
            let dossier = self.dossier()?;
            let Some(payment) = dossier.payment(id) else {
                break;
            };
            if let Some(end) = self.open(&dossier, payment, &key, Begin::Ask).await? {
                return Ok(end);
            }
        }
        let message = format!(
            "the gateway knows every reference that {} could have",
            self.args.order
        );
        Err(Refusal::new(Exit::Failed, message)
            .hint("check that the key belongs to this shop's account")
            .into())
    }

    /// How the visit ends, and what the answer shows: what may be shown as the order stands in the end.
    pub(super) async fn visit(&mut self) -> anyhow::Result<(End, Shown)> {
        let end = self.serve().await?;
        let dossier = self.dossier()?;
        if let Some(ended) = ended(&dossier, &end, self.setting.clock.now()) {
            return Err(self.turn_away(ended).await?.into());
        }
        let shown = self.shown(&dossier, &end)?;
        Ok((end, shown))
    }

    /// What the answer shows.
    fn shown(&self, dossier: &Dossier, end: &End) -> anyhow::Result<Shown> {
        if let (Some((action, payable)), Some(manual)) = (end.by_hand(), &self.manual) {
            return Ok(by_hand::shown(dossier, manual, (action, payable)));
        }
        let (id, action, reason) = match end {
            End::Opened(id) => (Some(*id), Action::Opened, self.about_cases(dossier)),
            End::Alive(id) => (Some(*id), Action::Alive, self.about_cases(dossier)),
            End::Unconfirmed(id, why, _) => {
                let why = format!("its gateway has not confirmed it just now: {why}");
                (Some(*id), Action::Alive, why)
            }
            End::Over(id, why) => (Some(*id), Action::Unsettled, why.clone()),
            End::Unsettled(id, why) | End::Misconfigured(id, why) => {
                let again = format!("{why}; type the same again, and it goes on from here");
                (Some(*id), Action::Unsettled, again)
            }
            End::Refused(words) => {
                let last = dossier.payments.last().map(|payment| payment.id);
                (last, Action::Refused, words.clone())
            }
            End::WouldReplace(id) => {
                let why = format!("payment {id} would be closed, and another opened");
                (None, Action::WouldOpen, why)
            }
            End::WouldOpen | End::Asked(_) | End::WouldAsk(_) => {
                (None, Action::WouldOpen, String::new())
            }
        };
        let payment = id.and_then(|id| dossier.payment(id));
        let given = match id {
            Some(id) if !matches!(end, End::Over(..)) => self.given(dossier, id)?,
            Some(_) | None => Given::default(),
        };
        let told = match (action, payment) {
            (Action::Alive, Some(payment)) => of_alive(payment, &given, reason),
            (Action::Opened, Some(payment)) if payment.status.has_money() => {
                of_alive(payment, &given, reason)
            }
            _ => (action, reason),
        };
        // Nobody is shown how to pay what is paid, or waits for a person.
        let given = if matches!(told.0, Action::Paid | Action::Undecided) {
            Given::default()
        } else {
            given
        };
        Ok(Shown::of(dossier, payment, given, told))
    }

    /// What this visit has asked a person about.
    pub(super) fn exit(&self) -> anyhow::Result<Exit> {
        let is_in_doubt = self.crew.clock().differ();
        if !is_in_doubt && self.foreign.is_empty() && !self.has_new_case(&self.dossier()?) {
            Ok(Exit::Clean)
        } else {
            Ok(Exit::Attention)
        }
    }

    pub(super) fn has_new_case(&self, now: &Dossier) -> bool {
        now.cases.iter().any(|case| !self.cases.contains(&case.id))
    }

    fn about_cases(&self, now: &Dossier) -> String {
        match self.foreign.first() {
            Some(first) => format!(
                "the gateway had a payment {first} that is not this order's; see: payctl case list"
            ),
            None if self.has_new_case(now) => {
                "a person is asked about it; see: payctl case list".to_owned()
            }
            None => String::new(),
        }
    }

    /// Nothing: the reference is of no use, and another one is needed.
    pub(super) async fn open(
        &mut self,
        dossier: &Dossier,
        payment: &Payment,
        key: &str,
        begin: Begin,
    ) -> anyhow::Result<Option<End>> {
        let method = payment.method.as_deref().unwrap_or_default();
        let method: Method = method.parse()?;
        let told = Told {
            payment: payment.id,
            method: &method,
            key,
            buyer: &self.buyer,
            items: &self.items,
        };
        let mut opener = Opener {
            crew: &mut self.crew,
            pen: self.pen.take(),
            setting: self.setting,
            actor: self.actor,
        };
        let outcome = opener.open(dossier, &told, begin).await;
        self.pen = opener.pen;
        Ok(match outcome? {
            Outcome::Opened => Some(End::Opened(payment.id)),
            Outcome::Refused(words) => Some(End::Refused(words)),
            Outcome::Unsettled(why) => Some(End::Unsettled(payment.id, why)),
            Outcome::Misconfigured(why) => Some(End::Misconfigured(payment.id, why)),
            Outcome::Taken => None,
            Outcome::Foreign => {
                self.foreign.push(payment.reference.clone());
                None
            }
            Outcome::Found => {
                let now = self.dossier()?;
                let is_over = now
                    .payment(payment.id)
                    .is_some_and(|now| now.status.is_closed());
                (!is_over).then_some(End::Alive(payment.id))
            }
        })
    }

    /// Before a row is written: some methods take only some amounts.
    fn must_take(
        &self,
        account: &Account,
        method: &Method,
        dossier: &Dossier,
    ) -> Result<(), Refusal> {
        let missing = dossier.order.total.less(dossier.cover());
        let takes = account.gateway.takes(method, missing);
        takes.map_err(|why| {
            Refusal::new(
                Exit::Failed,
                format!("{} cannot be paid so: {why}", self.args.order),
            )
            .hint("choose another method with --method")
        })
    }

    /// P1: the row, the reference and the key, before anybody is asked.
    fn announce(
        &mut self,
        account: &Account,
        method: &Method,
    ) -> anyhow::Result<(PaymentId, String)> {
        let reference = self.reference(account)?;
        let key = fresh_key()?;
        let now = self.setting.clock.now();
        let wanted = Wanted {
            gateway: account.gateway.name(),
            method,
            reference: &reference,
            api_version: account.gateway.api_version(),
            key: &key,
            now,
        };
        let hand = Hand {
            actor: self.actor,
            now,
        };
        let Some(Pen::Writing { store, permit }) = &mut self.pen else {
            return Err(anyhow::anyhow!("nothing is opened without writing it down"));
        };
        let acted = store.act(permit, self.order, hand, |dossier| {
            open::open(&dossier, &wanted)
        })?;
        match acted {
            Some(Ok(acted)) => {
                let id = acted.added.unwrap_or(PaymentId::ADDED);
                Ok((id, key))
            }
            Some(Err(why)) => Err(self.refusal(&why).into()),
            None => Err(Refusal::new(Exit::Failed, "its order is gone").into()),
        }
    }

    /// The order's number while it is free, then with a count behind it: one for each attempt.
    fn reference(&self, account: &Account) -> anyhow::Result<Reference> {
        let number = self.args.order.as_str();
        for nth in 1..=REFERENCES_MOST {
            let suffix = if nth == 1 {
                String::new()
            } else {
                format!("-{nth}")
            };
            // An order's number can be as long as a reference may be.
            let room = 50_usize.saturating_sub(suffix.len()).min(number.len());
            let stem = number.get(..room).unwrap_or(number);
            let reference: Reference = format!("{stem}{suffix}").parse()?;
            let is_fit = account.gateway.accepts_reference(&reference).is_ok();
            if is_fit
                && !self
                    .reader()?
                    .is_taken(account.gateway.name(), &reference)?
            {
                return Ok(reference);
            }
        }
        let message = format!("{} has no reference left to be opened by", self.args.order);
        Err(Refusal::new(Exit::Failed, message)
            .hint("make a new order")
            .into())
    }

    pub(super) fn dossier(&self) -> anyhow::Result<Dossier> {
        let found = self.reader()?.dossier(self.order)?;
        found.ok_or_else(|| Refusal::new(Exit::Failed, "its order is gone").into())
    }

    pub(super) fn reader(&self) -> anyhow::Result<&Reader> {
        let pen = self.pen.as_ref();
        Ok(pen.ok_or_else(ended_early)?.read())
    }

    /// For whoever goes on with the order.
    pub(super) fn into_pen(self) -> anyhow::Result<Pen> {
        self.pen.ok_or_else(ended_early)
    }
}

fn ended_early() -> anyhow::Error {
    anyhow::anyhow!("the thread that writes has ended early")
}

fn items(dossier: &Dossier, reader: &Reader) -> anyhow::Result<Vec<Item>> {
    let mut items = Vec::with_capacity(dossier.lines.len());
    for line in &dossier.lines {
        let product = reader.product(&line.sku)?;
        items.push(Item {
            sku: line.sku.clone(),
            name: product.map_or_else(|| line.sku.to_string(), |product| product.terms.name),
            unit_price: line.unit_price,
            quantity: line.quantity,
        });
    }
    Ok(items)
}
