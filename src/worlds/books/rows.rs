//! The rows that the checks look at, each as its table has it: words stay words, so that nothing here depends on what
//! payctl's own types understand.

use rusqlite::{Row, Statement};

/// A row of one statement, whose columns are the fields in their order.
pub(super) trait CopiedRow: Sized {
    /// Its statement.
    const SQL: &'static str;
    /// The columns of the statement.
    const COLUMNS: &'static [&'static str];

    fn read(row: &Row<'_>) -> rusqlite::Result<Self>;

    /// Whether the statement says what the fields mean.
    fn fits(statement: &Statement<'_>) -> bool {
        statement.column_names().eq(Self::COLUMNS.iter().copied())
    }
}

macro_rules! copied_rows {
    ($($(#[$meta:meta])* $name:ident($file:literal) { $($field:ident: $type:ty,)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Eq)]
            pub(in crate::worlds) struct $name {
                $(pub(in crate::worlds) $field: $type,)*
            }

            impl CopiedRow for $name {
                const SQL: &'static str = include_str!(concat!(
                    env!("CARGO_MANIFEST_DIR"), "/sql/worlds/", $file, ".sql"
                ));
                const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

                fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
                    let mut places = 0..;
                    let mut next = || places.next().unwrap_or_default();
                    Ok(Self { $($field: row.get(next())?,)* })
                }
            }
        )*
    };
}

copied_rows! {
    CopiedProduct("products") {
        id: i64,
        sku: String,
        capacity: Option<i64>,
        held: i64,
        sold: i64,
        resaleable: bool,
        late_money: String,
    }
    CopiedOrder("orders") {
        id: i64,
        number: String,
        status: String,
        total: i64,
        waived: i64,
        loss: i64,
        created_at: i64,
        expires_at: i64,
        moved_at: i64,
        last_tried_at: i64,
        kept_told_at: Option<i64>,
    }
    CopiedLine("lines") {
        id: i64,
        order_id: i64,
        product_id: i64,
        quantity: i64,
        unit_price: i64,
        reservation: String,
        freed: i64,
    }
    CopiedPayment("payments") {
        id: i64,
        order_id: i64,
        gateway: String,
        reference: String,
        transaction_id: Option<String>,
        status: String,
        amount: i64,
        payable: i64,
        surcharge: i64,
        imposed_fee: i64,
        method: Option<String>,
        on_page: bool,
        token: Option<String>,
        created_at: i64,
        expires_at: i64,
        moved_at: i64,
        seen: bool,
        received: i64,
        reversible: bool,
        refunded: i64,
        charged_back: i64,
        last_meaning: Option<String>,
        must_close: bool,
        close_tries: i64,
        close_tried_at: Option<i64>,
        check_phase: String,
        check_step: i64,
        next_check_at: Option<i64>,
        last_asked_at: i64,
        last_answered_at: Option<i64>,
        silent_since: Option<i64>,
        api_version: i64,
    }
    CopiedRefund("refunds") {
        id: i64,
        order_id: i64,
        payment_id: i64,
        status: String,
        reason: String,
        amount: i64,
        refund_key: Option<String>,
        declined: bool,
        sent_at: Option<i64>,
        told_at: Option<i64>,
    }
    CopiedCase("cases") {
        id: i64,
        kind: String,
        order_id: Option<i64>,
        payment_id: Option<i64>,
        gateway: Option<String>,
        rule: String,
        opened_at: i64,
        resolved_at: Option<i64>,
        resolution: Option<String>,
        told_at: Option<i64>,
    }
    CopiedIncident("incidents") {
        id: i64,
        kind: String,
        subject: String,
        began_at: i64,
        seen_at: i64,
        ended_at: Option<i64>,
        affected: i64,
        told_at: Option<i64>,
        over_told_at: Option<i64>,
    }
    CopiedMail("last_mail") {
        told_at: i64,
    }
    CopiedEvent("events") {
        id: i64,
        order_id: Option<i64>,
        payment_id: Option<i64>,
        at: i64,
        actor: String,
        what: String,
        from_word: Option<String>,
        to_word: Option<String>,
        rule: Option<String>,
        amount: Option<i64>,
    }
    CopiedEffect("effects") {
        id: i64,
        key: String,
        order_id: Option<i64>,
        occasion: String,
        hook: String,
        repeatable: bool,
        status: String,
        next_try_at: Option<i64>,
        claimed_until: Option<i64>,
    }
    CopiedTicket("tickets") {
        id: i64,
        order_line_id: i64,
        suspended_at: Option<i64>,
        revoked_at: Option<i64>,
        revoked_by: Option<String>,
    }
    CopiedTry("named_tries") {
        id: i64,
        payment_id: i64,
        transaction_id: String,
        absent_at: Option<i64>,
        settled_at: Option<i64>,
    }
    CopiedNotification("notifications") {
        id: i64,
        gateway: String,
        payment_id: Option<i64>,
        received_at: i64,
        verdict: String,
        claims_money: bool,
        answered_at: Option<i64>,
        reference: Option<String>,
    }
}
