//! A command that was disturbed is typed again, and must end as if nobody had disturbed it: as if it had been typed once,
//! or twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payctl::exit::Exit;

use super::aftermath::{aftermath, check_sound};
use super::commands::{Setting, WritingCommand};
use super::moment::Extent;
use super::stage::Stage;
use crate::books::difference;
use crate::hooks::finish_surviving_hooks;
use crate::world::CommandOutput;

/// A command that nobody disturbs.
pub(super) struct Undisturbed {
    pub(super) extent: Extent,
    /// What the shop comes to when it is typed once, and when it is typed twice.
    aftermaths: [String; 2],
}

/// What is known of each command line already.
static KNOWN: Mutex<Option<HashMap<&'static str, Arc<Undisturbed>>>> = Mutex::new(None);

impl Undisturbed {
    /// Types it twice, unless that was done before; puts the stage back.
    pub(super) fn of(stage: &Stage, command: &WritingCommand) -> Arc<Self> {
        let known = |line| {
            KNOWN
                .lock()
                .unwrap()
                .get_or_insert_default()
                .get(line)
                .cloned()
        };
        let found = known(command.line).unwrap_or_else(|| {
            let measured = Arc::new(Self::measure(stage, command));
            let mut known = KNOWN.lock().unwrap();
            known
                .get_or_insert_default()
                .insert(command.line, Arc::clone(&measured));
            measured
        });
        stage.put_back();
        found
    }

    fn measure(stage: &Stage, command: &WritingCommand) -> Self {
        stage.put_back();
        let line = stage.line(command);
        let (extent, first) = Extent::measure(stage, command);
        let is_written = extent.log_bytes > 0 || stage.setting != Setting::Shop;
        assert!(is_written, "{line} had nothing to do\n{}", first.all());
        let settled = |output: CommandOutput, exit| {
            assert_eq!(output.exit, exit, "{line}\n{}", output.all());
            deliver(stage);
            check_sound(stage, &line);
            aftermath(stage)
        };
        let [work, again] = command.ends;
        let once = settled(first, work);
        let twice = settled(stage.run(command), again);
        Self {
            extent,
            aftermaths: [once, twice],
        }
    }

    /// Types the command again, which was disturbed, carries out the effects that are left, and compares.
    #[track_caller]
    pub(super) fn check_repeated(&self, stage: &Stage, command: &WritingCommand, what: &str) {
        check_sound(stage, what);
        finish_hooks(stage);
        let mut again = stage.run(command);
        if again.stdout.contains(OPENING_UNDER_WAY) {
            again = continue_opening(stage, again.ended(Exit::Partial), &stage.line(command));
        } else {
            deliver(stage);
            check_sound(stage, what);
        }
        let is_expected = command.may_end(again.exit);
        assert!(is_expected, "{what}, typed again\n{}", again.all());
        self.compare(stage, &format!("{what}\n{}", again.all()));
    }

    /// Compares what the shop has come to.
    #[track_caller]
    pub(super) fn compare(&self, stage: &Stage, what: &str) {
        let found = aftermath(stage);
        if !self.aftermaths.contains(&found) {
            let difference = difference(&self.aftermaths[0], &found);
            panic!("{what}\n{difference}");
        }
    }
}

/// Carries out the effects that are left.
pub(super) fn deliver(stage: &Stage) {
    if stage.setting == Setting::Shop {
        finish_hooks(stage);
        let delivered = stage.shop.exec("fulfil");
        let expected = [Exit::Clean, Exit::Attention];
        assert!(expected.contains(&delivered.exit), "{}", delivered.all());
    }
}

/// Lets hooks that outlived their process finish.
fn finish_hooks(stage: &Stage) {
    let running = "SELECT count(*) FROM effects WHERE status = 'running'";
    if stage.setting == Setting::Shop && stage.shop.count(running) > 0 {
        finish_surviving_hooks(&stage.shop);
    }
}

/// What `pay` says while another process might still open the payment at a gateway that takes no key.
const OPENING_UNDER_WAY: &str = "another process may still be waiting for the gateway's answer";

/// Types it once more when the other process cannot be waiting any more.
fn continue_opening(stage: &Stage, waiting: CommandOutput, line: &str) -> CommandOutput {
    assert!(waiting.stdout.contains("run the command again to continue"));
    stage.shop.after_machine_time(Duration::from_secs(120));
    let again = stage.shop.run(line);
    stage.shop.run("fulfil").ended(Exit::Clean);
    stage.shop.run("verify").ended(Exit::Clean);
    again
}
