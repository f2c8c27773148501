//! `pay` for an order without a payment that is still open: opens one at a gateway.

use super::outcome::{PayAction, PayOutcome};
use super::refusal::refusal;
use super::session::PaymentSession;
use crate::commands::CommandError;
use crate::domain::operator::open::{self, check_openable};
use crate::domain::{Dossier, Method, Payment, PaymentId, PaymentToOpen, Reference};
use crate::exit::Exit;
use crate::reconciler::{
    GatewayAccount, OpenContext, OpenIntent, OpenResult, PaymentOpener, Writer,
};
use crate::store::fresh_key;

/// References in a row that the gateway already knows; with more, something is wrong with the account.
const MAX_TAKEN: u32 = 5;
/// Most payments that one order can have.
const MAX_REFERENCES: u32 = 200;

/// Opens a new payment, under another reference if the gateway already knows one.
pub(super) async fn open_new(
    session: &mut PaymentSession<'_>,
    account: &GatewayAccount,
    method: &Method,
) -> anyhow::Result<PayOutcome> {
    for _ in 0..MAX_TAKEN {
        let dossier = session.dossier()?;
        check_openable(&dossier, session.setting.now).map_err(|why| refusal(session, &why))?;
        require_accepted(session, account, method, &dossier)?;
        let Some(writer) = session.ledger.writer() else {
            return Ok(PayOutcome::without_payment(PayAction::WouldOpen));
        };
        let (id, key) = record_intent(session, writer, account, method)?;
        let dossier = session.dossier()?;
        let Some(payment) = dossier.payment(id) else {
            break;
        };
        let opened = open_at_gateway(session, writer, (&dossier, payment), &key, OpenIntent::Ask);
        if let Some(outcome) = opened.await? {
            return Ok(outcome);
        }
    }
    let order = &session.args.order;
    let message = format!("the gateway already knows every reference that {order} could use");
    Err(CommandError::failed(message)
        .hint("check that the key belongs to this shop's account")
        .into())
}

/// None: the reference cannot be used, and another one is needed.
pub(super) async fn open_at_gateway(
    session: &mut PaymentSession<'_>,
    writer: &Writer,
    (dossier, payment): (&Dossier, &Payment),
    key: &str,
    begin: OpenIntent,
) -> anyhow::Result<Option<PayOutcome>> {
    let method: Method = payment.method.as_deref().unwrap_or_default().parse()?;
    let id = payment.id;
    let told = OpenContext {
        payment: id,
        method: &method,
        key,
        buyer: &session.buyer,
        items: &session.items,
    };
    let mut opener = PaymentOpener {
        pool: &mut session.pool,
        writer,
        setting: session.setting,
        actor: session.actor,
    };
    Ok(match opener.open(dossier, &told, begin).await? {
        OpenResult::Opened => Some(PayOutcome::of(PayAction::Opened, id)),
        OpenResult::Refused(words) => {
            Some(PayOutcome::of(PayAction::Refused, id).because(words, Exit::Failed))
        }
        OpenResult::Misconfigured(why) => {
            Some(PayOutcome::of(PayAction::Refused, id).because(why, Exit::Config))
        }
        OpenResult::Unsettled(why) => {
            let why = format!("{why}; run the command again to continue");
            Some(PayOutcome::of(PayAction::Unsettled, id).because(why, Exit::Partial))
        }
        OpenResult::Taken => None,
        OpenResult::Foreign => {
            session.foreign.push(payment.reference.clone());
            None
        }
        OpenResult::Found => {
            let now = session.dossier()?;
            let is_over = now.payment(id).is_some_and(|now| now.status.is_closed());
            (!is_over).then(|| PayOutcome::of(PayAction::Alive, id))
        }
    })
}

/// Some methods accept only certain amounts; checked before a row is written.
fn require_accepted(
    session: &PaymentSession<'_>,
    account: &GatewayAccount,
    method: &Method,
    dossier: &Dossier,
) -> Result<(), CommandError> {
    let missing = dossier.order.total.saturating_sub(dossier.cover());
    let takes = account.gateway.takes(method, missing);
    takes.map_err(|why| {
        let order = &session.args.order;
        let message = format!("{order} cannot be paid with this method: {why}");
        CommandError::failed(message).hint("choose another method with --method")
    })
}

/// P1: writes the row with its reference and idempotency key before the gateway is asked.
fn record_intent(
    session: &PaymentSession<'_>,
    writer: &Writer,
    account: &GatewayAccount,
    method: &Method,
) -> anyhow::Result<(PaymentId, String)> {
    let reference = free_reference(session, account)?;
    let key = fresh_key()?;
    let by = session.by();
    let wanted = PaymentToOpen {
        gateway: account.gateway.name(),
        method,
        reference: &reference,
        api_version: account.gateway.api_version(),
        key: &key,
        now: by.now,
    };
    let open = |dossier: Dossier| open::open(&dossier, &wanted);
    let acted =
        writer.write(|store, permit| store.update_order(permit, session.order, by, open))?;
    match acted {
        Some(Ok(acted)) => Ok((acted.added.unwrap_or(PaymentId::ADDED), key)),
        Some(Err(why)) => Err(refusal(session, &why).into()),
        None => Err(CommandError::failed("the order no longer exists").into()),
    }
}

/// The order number while it is free, then with a counter appended: one reference per attempt. In a life after the first
/// its name stands between them.
fn free_reference(
    session: &PaymentSession<'_>,
    account: &GatewayAccount,
) -> anyhow::Result<Reference> {
    let number = session.args.order.as_str();
    // A life that was lost may have used any other.
    let life = session.ledger.read().file_life()?.life;
    let life = life.map_or_else(String::new, |life| format!("-{life}"));
    for nth in 1..=MAX_REFERENCES {
        let suffix = if nth == 1 {
            life.clone()
        } else {
            format!("{life}-{nth}")
        };
        // An order number can be as long as a reference may be.
        let room = 50_usize.saturating_sub(suffix.len()).min(number.len());
        let stem = number.get(..room).unwrap_or(number);
        let reference: Reference = format!("{stem}{suffix}").parse()?;
        let is_fit = account.gateway.accepts_reference(&reference).is_ok();
        let name = account.gateway.name();
        if is_fit && !session.ledger.read().reference_exists(name, &reference)? {
            return Ok(reference);
        }
    }
    let message = format!("{number} has no reference left for another payment");
    Err(CommandError::failed(message)
        .hint("create a new order")
        .into())
}
