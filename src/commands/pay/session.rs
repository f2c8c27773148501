//! What one call of `pay` works with, and what it has found out.

use super::PayArgs;
use crate::commands::accounts::pool;
use crate::commands::{CommandError, Context};
use crate::config::{ManualConfig, PayConfig};
use crate::domain::{CaseId, Customer, Dossier, GatewayName, OrderId, Reference, Zone};
use crate::exit::Exit;
use crate::gateway::opening::OpenItem;
use crate::reconciler::{GatewayPool, Ledger, RunContext};
use crate::store::{Actor, Reader};

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
    pub(super) zone: Zone,
    /// References that the gateway knew before this call.
    pub(super) foreign: Vec<Reference>,
    /// Cases that were open before this call.
    cases: Vec<CaseId>,
    pub(super) buyer: Customer,
    pub(super) items: Vec<OpenItem>,
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
            zone: context.config.zone,
            foreign: Vec::new(),
            cases,
            buyer: details.map(|details| details.customer).unwrap_or_default(),
            items,
        })
    }

    /// The order as it is now.
    pub(super) fn dossier(&self) -> anyhow::Result<Dossier> {
        let found = self.ledger.read().dossier(self.order)?;
        found.ok_or_else(|| CommandError::failed("the order no longer exists").into())
    }

    /// Who acts, now.
    pub(super) fn by(&self) -> Actor<'a> {
        Actor {
            actor: self.actor,
            now: self.setting.clock.now(),
        }
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
