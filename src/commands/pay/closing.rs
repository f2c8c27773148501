//! Closes open payments at their gateways.

use super::session::PaymentSession;
use crate::domain::operator::open::{abandon, replace_unopened};
use crate::domain::{Change, Dossier, Instant, PaymentId, Rule};
use crate::reconciler::CheckResult;
use crate::store::DuePayment;

/// Closes the payments and checks them: to make room for another (P1), or because the order has ended (O17).
pub(super) async fn close(
    session: &mut PaymentSession<'_>,
    ids: &[PaymentId],
    rule: Rule,
) -> anyhow::Result<()> {
    let Some(writer) = session.ledger.writer() else {
        return Ok(());
    };
    let dossier = writer.read().dossier(session.order)?;
    let mut rows: Vec<DuePayment> = dossier.iter().flat_map(DuePayment::of).collect();
    rows.retain(|row| ids.contains(&row.payment.id));
    let mut unprinted = |_: &CheckResult| Ok(());
    let (why, pool) = ((rule, session.actor), &mut session.pool);
    session
        .setting
        .close_payments(rows, why, pool, writer, &mut unprinted)
        .await?;
    let unused: fn(Dossier, PaymentId, Instant) -> Vec<Change> = if rule == Rule::O17 {
        abandon
    } else {
        replace_unopened
    };
    let by = session.by();
    for id in ids {
        let close_unused = |dossier| Ok(((), unused(dossier, *id, by.now)));
        session
            .ledger
            .update_order::<(), ()>(session.order, by, close_unused)?;
    }
    Ok(())
}
