//! Which runs show a person how far they are, and in which words.

use crate::commands::Context;
use crate::output::Format;
use crate::output::paint::OutputStream;
use crate::output::progress::{DoneWords, Progress, ProgressStep, ProgressWords};

pub(super) const PAYMENTS_ASKED: ProgressWords = ProgressWords {
    done: DoneWords::Deed("asked"),
    found: "different",
};

pub(super) const CHECKS: ProgressWords = ProgressWords {
    done: DoneWords::Thing("check"),
    found: "found",
};

pub(super) const ROWS_DELETED: ProgressWords = ProgressWords {
    done: DoneWords::Deed("looked at"),
    found: "deleted",
};

pub(super) const ROWS_COUNTED: ProgressWords = ProgressWords {
    done: DoneWords::Deed("looked at"),
    found: "to delete",
};

pub(super) const LINES_IMPORTED: ProgressWords = ProgressWords {
    done: DoneWords::Thing("line"),
    found: "refused",
};

pub(super) const PAGES_COPIED: ProgressWords = ProgressWords {
    done: DoneWords::Thing("page"),
    found: "",
};

pub(super) const MIGRATION_STEPS: ProgressWords = ProgressWords {
    done: DoneWords::Thing("step"),
    found: "",
};

impl Context<'_> {
    /// A bar for work that begins now with this step. Only on a terminal, and where nothing else is written meanwhile:
    /// not with `--quiet`, nor among log lines, nor among rows that go to the same terminal one by one.
    pub(super) fn progress(&self, words: ProgressWords, first: ProgressStep) -> Progress {
        let outlets = self.host.outlets;
        let is_alone =
            outlets.stdout == OutputStream::Elsewhere || self.options.format == Format::Table;
        let is_wanted = !self.options.quiet && !self.options.is_verbose();
        if outlets.stderr == OutputStream::Elsewhere || !is_alone || !is_wanted {
            return Progress::hidden(words);
        }
        let now = self.host.clock.now();
        Progress::on_stderr(&self.host.progress, words, first, now)
    }
}
