//! Closes open payments at their gateways.

use super::session::PaymentSession;
use crate::domain::operator::open::{abandon, replace_unopened};
use crate::domain::{Change, Dossier, Instant, PaymentId, QueryPurpose, Rule};
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
    let can_close = rows
        .iter()
        .filter(|row| session.pool.can_close(&row.payment));
    let can_close: Vec<PaymentId> = can_close.map(|row| row.payment.id).collect();
    let by = session.by();
    writer.write(|store, permit| store.record_closing(permit, &can_close, rule, by))?;
    let streams = session.pool.streams(rows, QueryPurpose::ReadAfterClose);
    let mut unprinted = |_: &CheckResult| Ok(());
    let round = session
        .setting
        .query(streams, session.ledger, &mut unprinted);
    session.pool.absorb(&round.await?);
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
