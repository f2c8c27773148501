//! Why a refund stays as it is, and what to type next.

use crate::domain::acts::refund::Refusal;
use crate::domain::dossier::Dossier;
use crate::domain::names::RefundId;

pub(super) fn told(why: &Refusal, id: RefundId, dossier: &Dossier) -> String {
    let order = &dossier.order.number;
    let next = match why {
        // These say it themselves.
        Refusal::NotApproved { .. } | Refusal::TooOld(_) => return why.to_string(),
        Refusal::Unknown(_) | Refusal::NotDue { .. } | Refusal::Over { .. } => {
            format!("see what became of it with: payctl refund list --order {order} --all")
        }
        Refusal::NoMoney { .. } | Refusal::TooMuch { .. } => format!(
            "compare it with: payctl order show {order}; if it must not go back: payctl refund reject {id} --reason …"
        ),
    };
    format!("{why}; {next}")
}
