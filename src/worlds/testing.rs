//! Rows to build books of, each as sound as it can be alone.

use super::books::{CopiedLine, CopiedOrder, CopiedProduct};

pub(super) fn product(id: i64, sku: &str) -> CopiedProduct {
    CopiedProduct {
        id,
        sku: sku.to_owned(),
        capacity: None,
        held: 0,
        sold: 0,
        resaleable: true,
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
