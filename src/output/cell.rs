//! How a value reads for people: in a cell of a table, or beside its name.

use std::borrow::Cow;

use crate::domain::{
    BankReference, CaseId, EffectId, GatewayName, HookName, HookOutput, Instant, Method,
    OrderNumber, PaymentId, Reference, RefundId, Rupiah, Sku, StringEnum, TicketCode, TicketTotals,
    TransactionId, Zone,
};

/// So many letters of what a hook has said are shown to people; JSON has it all.
const MAX_OUTPUT_SHOWN: usize = 200;

/// A value that people read.
pub trait Cell {
    /// The text; times are in this zone.
    fn cell(&self, zone: Zone) -> String;
}

impl Cell for Instant {
    fn cell(&self, zone: Zone) -> String {
        self.in_zone(zone)
    }
}

/// The beginning of what a hook has said.
impl Cell for HookOutput {
    fn cell(&self, _: Zone) -> String {
        let said = self.as_str();
        let cut = if self.is_cut() {
            " (cut after 4 KiB)"
        } else {
            ""
        };
        match said.char_indices().nth(MAX_OUTPUT_SHOWN) {
            Some((end, _)) => format!("{}…{cut}", said.get(..end).unwrap_or_default()),
            None => format!("{said}{cut}"),
        }
    }
}

impl Cell for bool {
    fn cell(&self, _: Zone) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }
}

impl<T: StringEnum> Cell for T {
    fn cell(&self, _: Zone) -> String {
        self.to_string()
    }
}

/// Empty without a value.
impl<T: Cell> Cell for Option<T> {
    fn cell(&self, zone: Zone) -> String {
        self.as_ref()
            .map(|value| value.cell(zone))
            .unwrap_or_default()
    }
}

/// Values that read the same in every zone.
macro_rules! plain {
    ($($plain:ty),+ $(,)?) => {$(
        impl Cell for $plain {
            fn cell(&self, _: Zone) -> String {
                self.to_string()
            }
        }

        impl Cell for &$plain {
            fn cell(&self, _: Zone) -> String {
                self.to_string()
            }
        }
    )+};
}

plain! { str, String, Cow<'_, str>, i64, u8, u32, u64, usize, Rupiah, TicketTotals }
plain! { CaseId, EffectId, PaymentId, RefundId, BankReference, TicketCode }
plain! { OrderNumber, Sku, GatewayName, HookName, Method, Reference, TransactionId }
