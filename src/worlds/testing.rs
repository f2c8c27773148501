//! Rows to build books of, each as sound as it can be alone.

use super::books::{
    CopiedCase, CopiedEffect, CopiedEvent, CopiedIncident, CopiedLine, CopiedOrder, CopiedPayment,
    CopiedProduct, CopiedRefund,
};
use super::record::{Exchange, RequestKind, RunRecord, TrueMoney};
use crate::domain::Instant;
use crate::exit::Exit;

pub(super) fn product(id: i64, sku: &str) -> CopiedProduct {
    CopiedProduct {
        id,
        sku: sku.to_owned(),
        capacity: None,
        held: 0,
        sold: 0,
        resaleable: true,
        late_money: "accept".to_owned(),
    }
}

/// It was placed at 0 and waits until 60,000.
pub(super) fn order(id: i64, status: &str) -> CopiedOrder {
    CopiedOrder {
        id,
        number: format!("INV-{id}"),
        status: status.to_owned(),
        total: 25_000,
        waived: 0,
        loss: 0,
        created_at: 0,
        expires_at: 60_000,
        moved_at: 0,
        last_tried_at: 0,
        kept_told_at: None,
    }
}

pub(super) fn line(id: i64, order_id: i64, reservation: &str) -> CopiedLine {
    CopiedLine {
        id,
        order_id,
        product_id: 1,
        quantity: 1,
        unit_price: 25_000,
        reservation: reservation.to_owned(),
        freed: 0,
    }
}

/// Unpaid, and its gateway waits; it runs out with its order.
pub(super) fn payment(id: i64, status: &str) -> CopiedPayment {
    CopiedPayment {
        id,
        order_id: id,
        gateway: "midtrans".to_owned(),
        reference: format!("INV-{id}"),
        transaction_id: Some(format!("T-{id}")),
        status: status.to_owned(),
        amount: 25_000,
        payable: 25_000,
        surcharge: 0,
        imposed_fee: 0,
        method: Some("qris".to_owned()),
        on_page: false,
        token: None,
        created_at: 0,
        expires_at: 60_000,
        moved_at: 0,
        seen: true,
        received: 0,
        reversible: false,
        refunded: 0,
        charged_back: 0,
        last_meaning: None,
        must_close: false,
        close_tries: 0,
        close_tried_at: None,
        check_phase: "open".to_owned(),
        check_step: 0,
        next_check_at: Some(120_000),
        last_asked_at: 0,
        last_answered_at: None,
        silent_since: None,
        api_version: 1,
    }
}

pub(super) fn paid(id: i64, received: i64) -> CopiedPayment {
    CopiedPayment {
        received,
        ..payment(id, "paid")
    }
}

/// Of the payment with the same id, and told.
pub(super) fn refund(id: i64, status: &str, amount: i64) -> CopiedRefund {
    CopiedRefund {
        id,
        order_id: id,
        payment_id: id,
        status: status.to_owned(),
        reason: "late".to_owned(),
        amount,
        refund_key: None,
        declined: false,
        sent_at: None,
        told_at: Some(1),
    }
}

/// One that has begun at 3 000 s and was told then.
pub(super) fn incident(kind: &str) -> CopiedIncident {
    CopiedIncident {
        id: 1,
        kind: kind.to_owned(),
        subject: "midtrans".to_owned(),
        began_at: 3_000_000,
        seen_at: 3_601_000,
        ended_at: None,
        affected: 1,
        told_at: Some(3_000_000),
        over_told_at: None,
    }
}

/// Open, about the payment of that id and its order, and told.
pub(super) fn case(id: i64, kind: &str) -> CopiedCase {
    CopiedCase {
        id,
        kind: kind.to_owned(),
        order_id: Some(id),
        payment_id: Some(id),
        gateway: None,
        rule: "O10".to_owned(),
        opened_at: 0,
        resolved_at: None,
        resolution: None,
        told_at: Some(1),
    }
}

pub(super) fn effect(id: i64, status: &str) -> CopiedEffect {
    CopiedEffect {
        id,
        key: format!("E-{id}"),
        order_id: Some(id),
        occasion: "paid".to_owned(),
        hook: "paid".to_owned(),
        repeatable: true,
        status: status.to_owned(),
        next_try_at: None,
        claimed_until: None,
    }
}

/// An order that came to this status by this rule.
pub(super) fn moved(order: i64, to: &str, rule: &str) -> CopiedEvent {
    CopiedEvent {
        id: 1,
        order_id: Some(order),
        payment_id: None,
        at: 0,
        actor: "expire".to_owned(),
        what: "order".to_owned(),
        from_word: Some("pending".to_owned()),
        to_word: Some(to.to_owned()),
        rule: Some(rule.to_owned()),
        amount: None,
    }
}

/// A command line that ended well, an hour after everything.
pub(super) fn run(line: &str) -> RunRecord {
    RunRecord {
        arguments: line.split(' ').map(str::to_owned).collect(),
        stdin: String::new(),
        began_at: Instant::from_millis(3_600_000),
        ended_at: Instant::from_millis(3_601_000),
        clock_ahead_ms: 0,
        exit: Some(Exit::Clean),
        stdout: String::new(),
        stderr: String::new(),
        beside: None,
        exchanges: Vec::new(),
    }
}

/// A status query by this name, and the answer about payment 1.
pub(super) fn asked(name: &str, status: &str) -> Exchange {
    let body = format!(
        r#"{{"transaction_id":"T-1","order_id":"INV-1","status_code":"200","gross_amount":"25000.00","transaction_status":"{status}"}}"#
    );
    Exchange {
        at: Instant::from_millis(3_600_500),
        to: "midtrans".to_owned(),
        kind: RequestKind::Read,
        line: format!("GET /v2/{name}/status"),
        request_body: String::new(),
        key: None,
        reply: Some((200, body)),
        is_carried_out: true,
    }
}

/// Money of payment 1.
pub(super) fn money(captured: i64, captured_at: i64) -> TrueMoney {
    TrueMoney {
        gateway: "midtrans".to_owned(),
        reference: "INV-1".to_owned(),
        transaction_id: "T-1".to_owned(),
        captured,
        captured_at: Instant::from_millis(captured_at),
        refunded: 0,
        charged_back: 0,
        is_reversed: false,
    }
}
