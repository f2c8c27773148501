//! From an order to a payment that can be paid: shows an open one, settles an unconfirmed one, or opens a new one.

use super::ended::ended;
use super::existing::for_open;
use super::gateway_choice::PaymentChoice;
use super::outcome::PayOutcome;
use super::row::{PayAction, PaymentView};
use super::{PayArgs, manual};
use crate::commands::accounts::pool;
use crate::commands::context::Context;
use crate::commands::failure::CommandError;
use crate::config::{ManualConfig, PayConfig};
use crate::domain::operator::open::{self, check_openable};
use crate::domain::{
    CaseId, Customer, Dossier, GatewayName, Method, OrderId, Payment, PaymentId, PaymentToOpen,
    Reference,
};
use crate::exit::Exit;
use crate::gateway::opening::OpenItem;
use crate::reconciler::{
    GatewayAccount, GatewayPool, Ledger, OpenContext, OpenIntent, OpenResult, PaymentOpener,
    RunContext, Writer,
};
use crate::store::{Actor, Reader, StoredInstructions, fresh_key};

/// References in a row that the gateway already knows; with more, something is wrong with the account.
const MAX_TAKEN: u32 = 5;
/// Most payments that one order can have.
const MAX_REFERENCES: u32 = 200;

pub(super) struct PaymentSession<'a> {
    pub(super) args: &'a PayArgs,
    pub(super) order: OrderId,
    pub(super) pool: GatewayPool,
    pub(super) ledger: &'a Ledger,
    pub(super) setting: &'a RunContext,
    pub(super) actor: &'a str,
    pub(super) gateways: Vec<GatewayName>,
    pub(super) manual: Option<ManualConfig>,
    pub(super) usual: PayConfig,
    /// References that the gateway knew before this call.
    foreign: Vec<Reference>,
    /// Cases that were open before this call.
    cases: Vec<CaseId>,
    buyer: Customer,
    items: Vec<OpenItem>,
}

impl<'a> PaymentSession<'a> {
    pub(super) fn new(
        context: &Context<'_>,
        args: &'a PayArgs,
        order: OrderId,
        ledger: &'a Ledger,
        setting: &'a RunContext,
        actor: &'a str,
    ) -> anyhow::Result<Self> {
        let reader = ledger.read();
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
            pool: pool(context, reader, None)?,
            ledger,
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

    async fn run(&mut self) -> anyhow::Result<PayOutcome> {
        if let Some(end) = self.resume_all().await? {
            return Ok(end);
        }
        for _ in 0..MAX_TAKEN {
            let dossier = self.dossier()?;
            check_openable(&dossier, self.setting.now).map_err(|why| self.refusal(&why))?;
            let PaymentChoice::Gateway(account, method) = self.choose()? else {
                return self.ask_by_hand();
            };
            self.require_accepted(&account, &method, &dossier)?;
            let Some(writer) = self.ledger.writer() else {
                return Ok(PayOutcome::WouldOpen);
            };
            let (id, key) = self.record_intent(writer, &account, &method)?;
            let dossier = self.dossier()?;
            let Some(payment) = dossier.payment(id) else {
                break;
            };
            let opened = self.open(writer, (&dossier, payment), &key, OpenIntent::Ask);
            if let Some(end) = opened.await? {
                return Ok(end);
            }
        }
        let message = format!(
            "the gateway already knows every reference that {} could use",
            self.args.order
        );
        Err(CommandError::new(Exit::Failed, message)
            .hint("check that the key belongs to this shop's account")
            .into())
    }

    /// Returns how it ended and what the output shows, given the order as it is in the end.
    pub(super) async fn visit(&mut self) -> anyhow::Result<(PayOutcome, PaymentView)> {
        let end = self.run().await?;
        let dossier = self.dossier()?;
        if let Some(ended) = ended(&dossier, &end, self.setting.clock.now()) {
            return Err(self.refuse_ended(ended).await?.into());
        }
        let shown = self.shown(&dossier, &end)?;
        Ok((end, shown))
    }

    /// What the output shows.
    fn shown(&self, dossier: &Dossier, end: &PayOutcome) -> anyhow::Result<PaymentView> {
        if let (Some((action, payable)), Some(manual)) = (end.by_hand(), &self.manual) {
            return Ok(manual::shown(dossier, manual, (action, payable)));
        }
        let (id, action, reason) = match end {
            PayOutcome::Opened(id) => (Some(*id), PayAction::Opened, self.about_cases(dossier)),
            PayOutcome::Alive(id) => (Some(*id), PayAction::Alive, self.about_cases(dossier)),
            PayOutcome::Unconfirmed(id, why, _) => {
                let why = format!("its gateway has not confirmed it yet: {why}");
                (Some(*id), PayAction::Alive, why)
            }
            PayOutcome::Over(id, why) => (Some(*id), PayAction::Unsettled, why.clone()),
            PayOutcome::Unsettled(id, why) | PayOutcome::Misconfigured(id, why) => {
                let again = format!("{why}; run the command again to continue");
                (Some(*id), PayAction::Unsettled, again)
            }
            PayOutcome::Refused(words) => {
                let last = dossier.payments.last().map(|payment| payment.id);
                (last, PayAction::Refused, words.clone())
            }
            PayOutcome::WouldReplace(id) => {
                let why = format!("payment {id} would be closed, and another opened");
                (None, PayAction::WouldOpen, why)
            }
            PayOutcome::WouldOpen | PayOutcome::Asked(_) | PayOutcome::WouldAsk(_) => {
                (None, PayAction::WouldOpen, String::new())
            }
        };
        let payment = id.and_then(|id| dossier.payment(id));
        let given = match id {
            Some(id) if !matches!(end, PayOutcome::Over(..)) => self.given(dossier, id)?,
            Some(_) | None => StoredInstructions::default(),
        };
        let told = match (action, payment) {
            (PayAction::Alive, Some(payment)) => for_open(payment, &given, reason),
            (PayAction::Opened, Some(payment)) if payment.status.has_money() => {
                for_open(payment, &given, reason)
            }
            _ => (action, reason),
        };
        // Nobody must pay what is already paid or waits for a decision.
        let given = if matches!(told.0, PayAction::Paid | PayAction::Undecided) {
            StoredInstructions::default()
        } else {
            given
        };
        Ok(PaymentView::of(dossier, payment, given, told))
    }

    /// Attention if this call opened a case.
    pub(super) fn exit(&self) -> anyhow::Result<Exit> {
        let is_in_doubt = self.pool.clock().differ();
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
                "the gateway had a payment {first} that does not belong to this order; see: payctl case list"
            ),
            None if self.has_new_case(now) => "a case was opened; see: payctl case list".to_owned(),
            None => String::new(),
        }
    }

    /// None: the reference cannot be used, and another one is needed.
    pub(super) async fn open(
        &mut self,
        writer: &Writer,
        (dossier, payment): (&Dossier, &Payment),
        key: &str,
        begin: OpenIntent,
    ) -> anyhow::Result<Option<PayOutcome>> {
        let method = payment.method.as_deref().unwrap_or_default();
        let method: Method = method.parse()?;
        let told = OpenContext {
            payment: payment.id,
            method: &method,
            key,
            buyer: &self.buyer,
            items: &self.items,
        };
        let mut opener = PaymentOpener {
            pool: &mut self.pool,
            writer,
            setting: self.setting,
            actor: self.actor,
        };
        Ok(match opener.open(dossier, &told, begin).await? {
            OpenResult::Opened => Some(PayOutcome::Opened(payment.id)),
            OpenResult::Refused(words) => Some(PayOutcome::Refused(words)),
            OpenResult::Unsettled(why) => Some(PayOutcome::Unsettled(payment.id, why)),
            OpenResult::Misconfigured(why) => Some(PayOutcome::Misconfigured(payment.id, why)),
            OpenResult::Taken => None,
            OpenResult::Foreign => {
                self.foreign.push(payment.reference.clone());
                None
            }
            OpenResult::Found => {
                let now = self.dossier()?;
                let is_over = now
                    .payment(payment.id)
                    .is_some_and(|now| now.status.is_closed());
                (!is_over).then_some(PayOutcome::Alive(payment.id))
            }
        })
    }

    /// Some methods accept only certain amounts; checked before a row is written.
    fn require_accepted(
        &self,
        account: &GatewayAccount,
        method: &Method,
        dossier: &Dossier,
    ) -> Result<(), CommandError> {
        let missing = dossier.order.total.saturating_sub(dossier.cover());
        let takes = account.gateway.takes(method, missing);
        takes.map_err(|why| {
            CommandError::new(
                Exit::Failed,
                format!("{} cannot be paid with this method: {why}", self.args.order),
            )
            .hint("choose another method with --method")
        })
    }

    /// P1: writes the row with its reference and idempotency key before the gateway is asked.
    fn record_intent(
        &self,
        writer: &Writer,
        account: &GatewayAccount,
        method: &Method,
    ) -> anyhow::Result<(PaymentId, String)> {
        let reference = self.reference(account)?;
        let key = fresh_key()?;
        let now = self.setting.clock.now();
        let wanted = PaymentToOpen {
            gateway: account.gateway.name(),
            method,
            reference: &reference,
            api_version: account.gateway.api_version(),
            key: &key,
            now,
        };
        let by = Actor {
            actor: self.actor,
            now,
        };
        let open = |dossier: Dossier| open::open(&dossier, &wanted);
        let acted =
            writer.write(|store, permit| store.update_order(permit, self.order, by, open))?;
        match acted {
            Some(Ok(acted)) => {
                let id = acted.added.unwrap_or(PaymentId::ADDED);
                Ok((id, key))
            }
            Some(Err(why)) => Err(self.refusal(&why).into()),
            None => Err(CommandError::new(Exit::Failed, "the order no longer exists").into()),
        }
    }

    /// The order number while it is free, then with a counter appended: one reference per attempt.
    fn reference(&self, account: &GatewayAccount) -> anyhow::Result<Reference> {
        let number = self.args.order.as_str();
        for nth in 1..=MAX_REFERENCES {
            let suffix = if nth == 1 {
                String::new()
            } else {
                format!("-{nth}")
            };
            // An order number can be as long as a reference may be.
            let room = 50_usize.saturating_sub(suffix.len()).min(number.len());
            let stem = number.get(..room).unwrap_or(number);
            let reference: Reference = format!("{stem}{suffix}").parse()?;
            let is_fit = account.gateway.accepts_reference(&reference).is_ok();
            let name = account.gateway.name();
            if is_fit && !self.ledger.read().reference_exists(name, &reference)? {
                return Ok(reference);
            }
        }
        let message = format!(
            "{} has no reference left for another payment",
            self.args.order
        );
        Err(CommandError::new(Exit::Failed, message)
            .hint("create a new order")
            .into())
    }

    pub(super) fn dossier(&self) -> anyhow::Result<Dossier> {
        let found = self.ledger.read().dossier(self.order)?;
        found.ok_or_else(|| CommandError::new(Exit::Failed, "the order no longer exists").into())
    }
}

fn items(dossier: &Dossier, reader: &Reader) -> anyhow::Result<Vec<OpenItem>> {
    let mut items = Vec::with_capacity(dossier.lines.len());
    for line in &dossier.lines {
        let product = reader.product(&line.sku)?;
        items.push(OpenItem {
            sku: line.sku.clone(),
            name: product.map_or_else(|| line.sku.to_string(), |product| product.terms.name),
            unit_price: line.unit_price,
            quantity: line.quantity,
        });
    }
    Ok(items)
}
