//! Histories that differ in nothing but the order of their hints (I6).

use super::history::History;
use super::step::{CommandStep, Condition, NotificationStep, Pick, Step};

/// In which order the hints between two acts come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HintOrder {
    Forward,
    Backward,
}

impl History {
    /// Without faults, and with hints after every act.
    pub(super) fn with_hints(&self, order: HintOrder) -> Self {
        let sound = self.steps.iter().filter(|step| !is_fault(step));
        let steps = sound.flat_map(|step| {
            let is_act = matches!(step, Step::Customer(..) | Step::Gateway(..));
            let mut told = if is_act { hints().to_vec() } else { Vec::new() };
            if order == HintOrder::Backward {
                told.reverse();
            }
            std::iter::once(step.clone()).chain(told)
        });
        Self {
            steps: steps.collect(),
            ..self.clone()
        }
    }
}

/// They hit whatever comes next, and which that is depends on the order.
fn is_fault(step: &Step) -> bool {
    matches!(
        step,
        Step::Condition(
            Condition::Fault { .. }
                | Condition::Crash { .. }
                | Condition::WrongClock { .. }
                | Condition::Meanwhile(_)
        )
    )
}

fn hints() -> [Step; 4] {
    let arrives = NotificationStep::Arrives { times: 1 };
    [
        Step::Notification(Pick(0), arrives),
        Step::Command(CommandStep::CheckStatus {
            order: Pick(0),
            fix: true,
        }),
        Step::Notification(Pick(1), arrives),
        Step::Command(CommandStep::CheckAll {
            due: false,
            fix: true,
            limit: None,
        }),
    ]
}
