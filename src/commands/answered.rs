//! Commands that an operator types: what they have opened is told by their answer.

use std::io::Write as _;

use crate::commands::{Context, Options, Writes};
use crate::exit::Exit;
use crate::host::Host;
use crate::store::{OperatorVisit, Reader, Store, WritePermit, WriteReason};

/// Runs a command that an operator typed. Its output already shows the cases it opened, so they count as reported.
pub(super) fn answered(
    options: Options,
    host: &mut Host,
    writes: Writes,
    run: impl FnOnce(Context<'_>) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let mut context = Context::open(options, host, writes)?;
    let visit = OperatorVisit::new()?;
    context.visit = Some(visit);
    let database = context.database().to_owned();
    let exit = run(context)?;
    // Any other exit means that no case was opened; a dry run opens none either.
    if exit == Exit::Attention && Reader::open(&database)?.has_untold_of(visit)? {
        host.stdout.flush()?;
        let permit = WritePermit::granted_by(WriteReason::NotDryRun);
        let store = Store::open(&database)?;
        store.record_visit_reported(&permit, visit, host.clock.now())?;
    }
    Ok(exit)
}
