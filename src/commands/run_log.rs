//! The log file of a run: attached to what the run prints, and ended with how it ended.

use std::io::{self, Write as _};

use crate::domain::Instant;
use crate::exit::Exit;
use crate::host::Host;
use crate::output::log_file::{LogFile, LoggedStream};
use crate::output::printable;

pub(super) struct RunLog {
    file: Option<LogFile>,
    began_at: Instant,
}

impl RunLog {
    /// Everything that the host prints goes to the log, too.
    pub(super) fn begin(file: Option<LogFile>, host: &mut Host) -> Self {
        let began_at = host.clock.now();
        let log = Self { file, began_at };
        if log.file.is_some() {
            let stdout = std::mem::replace(&mut host.stdout, Box::new(io::sink()));
            host.stdout = Box::new(LoggedStream::new(stdout, log.file()));
            let stderr = std::mem::replace(&mut host.stderr, Box::new(io::sink()));
            host.stderr = Box::new(LoggedStream::new(stderr, log.file()));
            log.tell_trouble(host);
        }
        log
    }

    pub(super) fn file(&self) -> Option<LogFile> {
        self.file.clone()
    }

    /// The run's last line, so that the log shows each run, also those that have nothing to say.
    pub(super) fn end(self, exit: Exit, mut host: Host) {
        let Some(file) = &self.file else {
            return;
        };
        // What was printed without the end of its line comes first.
        drop(std::mem::replace(&mut host.stdout, Box::new(io::sink())));
        let _reader_may_be_gone = host.stderr.flush();
        let millis = host.clock.now().since(self.began_at).as_millis();
        let (code, name) = (exit.code(), exit.name());
        file.note(&format!("ended with {code} ({name}) after {millis} ms"));
        self.tell_trouble(&mut host);
    }

    fn tell_trouble(&self, host: &mut Host) {
        let trouble = self.file.as_ref().and_then(LogFile::take_trouble);
        if let Some(trouble) = trouble {
            // If stderr cannot be written either, there is nowhere left to say so.
            let _ = writeln!(host.stderr, "payctl: {}", printable(&trouble));
        }
    }
}
