//! `payctl order show`: one order with everything that belongs to it.

use clap::Args;
use serde::Serialize;

use super::row::{
    OrderCaseRow, OrderEffectRow, OrderEventRow, OrderLineRow, OrderMetaRow, OrderPaymentRow,
    OrderRefundRow,
};
use crate::commands::Context;
use crate::commands::access::row::AccessRow;
use crate::commands::known::unknown_order;
use crate::commands::ticket::row::TicketRow;
use crate::domain::{Instant, Meta, OrderNumber, OrderStatus, Rupiah, TicketTotals};
use crate::exit::Exit;
use crate::output::OutputStyle;
use crate::output::detail::Detail;
use crate::store::OrderDetails;

/// Show an order with its payments, refunds, cases, effects and events
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderShowArgs {
    /// Order number
    order: OrderNumber,
}

/// Number of events shown.
const MAX_EVENTS: u32 = 200;

/// An order, for programs. Fields are only ever added.
#[derive(Serialize)]
pub(in crate::commands) struct OrderView {
    order: String,
    status: OrderStatus,
    is_late: bool,
    total: Rupiah,
    waived: Rupiah,
    cover: Rupiah,
    created_at: Instant,
    expires_at: Instant,
    /// Gives access to the order's status page.
    session_token: Option<String>,
    customer: CustomerView,
    note: Option<String>,
    meta: Meta,
    lines: Vec<OrderLineRow>,
    payments: Vec<OrderPaymentRow>,
    refunds: Vec<OrderRefundRow>,
    cases: Vec<OrderCaseRow>,
    tickets: Vec<TicketRow>,
    access: Vec<AccessRow>,
    /// All of them; `tickets` lists only the first.
    ticket_count: TicketTotals,
    access_count: u64,
    effects: Vec<OrderEffectRow>,
    events: Vec<OrderEventRow>,
    has_earlier_events: bool,
    /// The unique amount requested for a manual transfer.
    asked: Option<Rupiah>,
}

#[derive(Serialize)]
struct CustomerView {
    /// For `cleanup --erase`; kept when the customer is deleted.
    id: Option<i64>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

pub(super) fn run(args: &OrderShowArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let Some(details) = reader.order_details(&args.order, MAX_EVENTS)? else {
        return Err(unknown_order(&reader, &args.order)?.into());
    };
    let session = reader.session_of(&args.order)?;
    let shown = OrderView::of(details, session, context.started_at);
    let detail = shown.detail(context.style());
    context.show("order show", &shown, &detail, Exit::Clean)
}

fn is_more(all: u64, shown: usize) -> bool {
    u64::try_from(shown).is_ok_and(|shown| shown < all)
}

impl OrderView {
    pub(in crate::commands) fn of(
        details: OrderDetails,
        session_token: Option<String>,
        now: Instant,
    ) -> Self {
        let dossier = &details.dossier;
        let order = &dossier.order;
        Self {
            order: order.number.to_string(),
            status: order.status,
            is_late: details.is_late,
            total: order.total,
            waived: order.waived,
            cover: dossier.cover(),
            created_at: order.created_at,
            expires_at: order.expires_at,
            session_token,
            lines: dossier.lines.iter().map(OrderLineRow::from).collect(),
            payments: (dossier.payments.iter())
                .map(|payment| OrderPaymentRow::of(payment, &dossier.cases))
                .collect(),
            refunds: dossier.refunds.iter().map(OrderRefundRow::from).collect(),
            cases: dossier.cases.iter().map(OrderCaseRow::from).collect(),
            tickets: details.tickets.iter().map(TicketRow::from).collect(),
            access: (details.access.iter())
                .map(|grant| AccessRow::of(grant, now))
                .collect(),
            ticket_count: details.ticket_count,
            access_count: details.access_count,
            effects: (dossier.effects.iter())
                .map(|effect| OrderEffectRow::of(effect, details.outputs.get(&effect.id)))
                .collect(),
            events: details.trail.iter().map(OrderEventRow::from).collect(),
            has_earlier_events: details.has_earlier,
            asked: dossier.asked.map(|asked| asked.amount),
            customer: CustomerView {
                id: details.customer_id,
                name: details.customer.name,
                email: details.customer.email,
                phone: details.customer.phone,
            },
            note: details.notes.note,
            meta: details.notes.meta,
        }
    }

    /// `600 good, 2 redeemed; the first 500 are listed here, all of them with: payctl ticket list --order INV-1`
    fn tickets_told(&self) -> String {
        let (count, shown) = (self.ticket_count, self.tickets.len());
        if !is_more(count.all(), shown) {
            return count.to_string();
        }
        format!(
            "{count}; the first {shown} are listed here, all of them with: payctl ticket list --order {}",
            self.order
        )
    }

    fn detail(&self, style: OutputStyle) -> Detail {
        let status = if self.is_late {
            format!("{} (late)", self.status)
        } else {
            self.status.to_string()
        };
        let waived = (self.waived > Rupiah::ZERO).then_some(self.waived);
        let earlier = self
            .has_earlier_events
            .then_some("only the latest are shown");
        let tickets = (self.ticket_count.all() > 0).then(|| self.tickets_told());
        let access = is_more(self.access_count, self.access.len()).then(|| {
            let (all, shown) = (self.access_count, self.access.len());
            format!("{all}, of which only the latest {shown} are listed here")
        });
        let meta: Vec<OrderMetaRow> = self.meta.iter().map(OrderMetaRow::from).collect();
        Detail::new(style)
            .field("Order", &self.order)
            .field("Status", status)
            .field("Total", self.total)
            .field_if_any("Waived", waived)
            .field("Cover", self.cover)
            .field_if_any("Asked by hand", self.asked)
            .field("Created", self.created_at)
            .field("Expires", self.expires_at)
            .field_if_any("Customer", self.customer.name.as_ref())
            .field_if_any("Customer id", self.customer.id)
            .field_if_any("Email", self.customer.email.as_ref())
            .field_if_any("Phone", self.customer.phone.as_ref())
            .field_if_any("Note", self.note.as_ref())
            .field_if_any("Tickets", tickets)
            .field_if_any("Access", access)
            .field_if_any("Events", earlier)
            .table("Meta", &meta)
            .table("Lines", &self.lines)
            .table("Payments", &self.payments)
            .table("Refunds", &self.refunds)
            .table("Open cases", &self.cases)
            .table("Tickets", &self.tickets)
            .table("Access", &self.access)
            .table("Effects", &self.effects)
            .table("Events", &self.events)
    }
}
