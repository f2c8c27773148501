//! Why a refund stays as it is, and what to do next.

use crate::commands::failure::with_hint;
use crate::domain::{Dossier, RefundId, RefundRefusal};

pub(super) fn describe(why: &RefundRefusal, id: RefundId, dossier: &Dossier) -> String {
    let order = &dossier.order.number;
    let next = match why {
        // One command helps, whatever the order.
        RefundRefusal::NotApproved { .. } | RefundRefusal::TooOld(_) => return with_hint(why),
        RefundRefusal::Unknown(_) | RefundRefusal::NotDue { .. } | RefundRefusal::Over { .. } => {
            format!("see its status: payctl refund list --order {order} --all")
        }
        RefundRefusal::NoMoney { .. } | RefundRefusal::TooMuch { .. } => format!(
            "compare it with: payctl order show {order}; to keep the money: payctl refund reject {id} --reason …"
        ),
    };
    format!("{why}; {next}")
}
