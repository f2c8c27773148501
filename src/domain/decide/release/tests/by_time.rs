//! O7: what ends by the time alone.

use std::time::Duration;

use super::*;

#[test]
fn o7_the_time_must_have_passed_surely() {
    let by_hand = dossier(OrderStatus::Pending, vec![]);
    let request = expiry(&by_hand, minute(70), &POLICY).unwrap();
    let ends_by = |time| release(&by_hand, ReleaseRequest { time, ..request }, minute(70));
    let after = |at: Instant| at.saturating_add(Duration::from_millis(1));
    assert!(ends_by(Reckoning::From(after(request.proof_from))).is_ok());
    for time in [Reckoning::From(request.proof_from), Reckoning::Unanswered] {
        let kept = ends_by(time);
        assert!(
            matches!(kept, Err(ReleaseBlocker::TimeUnconfirmed(_))),
            "{time:?}"
        );
    }
    for time in [Reckoning::Contradicted, Reckoning::Jumped] {
        assert!(
            matches!(ends_by(time), Err(ReleaseBlocker::Clock(_))),
            "{time:?}"
        );
    }
}
