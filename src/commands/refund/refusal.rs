//! Why a refund stays as it is, and what to type next.

use crate::domain::dossier::Dossier;
use crate::domain::names::RefundId;
use crate::domain::operator::refund::RefundRefusal;

pub(super) fn describe(why: &RefundRefusal, id: RefundId, dossier: &Dossier) -> String {
    let order = &dossier.order.number;
    let next = match why {
        // These say it themselves.
        RefundRefusal::NotApproved { .. } | RefundRefusal::TooOld(_) => return why.to_string(),
        RefundRefusal::Unknown(_) | RefundRefusal::NotDue { .. } | RefundRefusal::Over { .. } => {
            format!("see what became of it with: payctl refund list --order {order} --all")
        }
        RefundRefusal::NoMoney { .. } | RefundRefusal::TooMuch { .. } => format!(
            "compare it with: payctl order show {order}; if it must not go back: payctl refund reject {id} --reason …"
        ),
    };
    format!("{why}; {next}")
}
