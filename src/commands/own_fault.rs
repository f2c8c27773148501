//! A fault in payctl itself: a panic ends the run as any failure does, and says what a report of it needs.
//!
//! Nothing is sent anywhere: a person decides what to report.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

use super::options;
use super::version::{VERSION, facts};
use crate::exit::Exit;
use crate::host::Host;
use crate::output::failure::FailureDocument;
use crate::output::{ColorMode, Format, printable};
use crate::store::RunId;

/// The first fault of the process, in words; those that follow come of it.
static FAULT: Mutex<Option<String>> = Mutex::new(None);

/// The run that the process has begun and not ended.
static RUN: Mutex<Option<(RunId, String)>> = Mutex::new(None);

/// Remembers the run, so that the report of a fault names it.
pub(super) fn run_begins(run: RunId, job: &str) {
    *RUN.lock().unwrap_or_else(PoisonError::into_inner) = Some((run, job.to_owned()));
}

pub(super) fn run_ends() {
    *RUN.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Runs the command line of a process, and returns how it ended: with 1 where a fault of its own stopped it.
pub fn run_process(arguments: impl IntoIterator<Item = OsString>, host: Host) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let style = options::wanted_style(&arguments, &host);
    guarded(style, &mut io::stderr(), || super::run(arguments, host))
}

/// The same for any work.
fn guarded(
    (format, paint): (Format, ColorMode),
    stderr: &mut dyn Write,
    work: impl FnOnce() -> Exit,
) -> Exit {
    panic::set_hook(Box::new(remember));
    let ended = panic::catch_unwind(AssertUnwindSafe(work));
    let fault = FAULT.lock().unwrap_or_else(PoisonError::into_inner).take();
    let fault = match (fault, &ended) {
        (None, Ok(exit)) => return *exit,
        (Some(fault), _) => fault,
        (None, Err(payload)) => message(&**payload),
    };
    let run = RUN.lock().unwrap_or_else(PoisonError::into_inner).take();
    // If stderr cannot be written, there is nowhere left to say so.
    let _ = match format {
        Format::Table | Format::Csv => tell(&fault, run.as_ref(), paint, stderr),
        Format::Json | Format::Jsonl => FailureDocument {
            error: &printable(&format!("{HEAD}: {fault}")),
            hint: Some(&printable(&rest(run.as_ref()).join("; "))),
            exit: Exit::Failed,
            why: None,
        }
        .print(stderr, format, ColorMode::Plain),
    };
    Exit::Failed
}

const HEAD: &str = "a fault in payctl itself has ended this run";

fn tell(
    fault: &str,
    run: Option<&(RunId, String)>,
    paint: ColorMode,
    stderr: &mut dyn Write,
) -> io::Result<()> {
    let mut lines = fault.lines().map(printable);
    let first = lines.next().unwrap_or_default();
    writeln!(stderr, "{} {HEAD}: {first}", paint.alarm("payctl:"))?;
    for line in lines.chain(rest(run)) {
        writeln!(stderr, "  {line}")?;
    }
    stderr.flush()
}

/// What was running, and what to do.
fn rest(run: Option<&(RunId, String)>) -> Vec<String> {
    let mut lines = vec![format!("payctl {VERSION}, {}", facts().join(", "))];
    lines.extend(
        run.map(|(run, job)| format!("run {run} of {job}: it stays without an end in payctl runs")),
    );
    lines.extend(
        [
            "what was written before stays, and nothing is half-written; the next run goes on from there",
            "please report this: send these lines and the command line, without keys and customers' names",
            "payctl itself has sent nothing to anybody",
        ]
        .map(str::to_owned),
    );
    lines
}

/// Instead of printing: a thread may fall while another one prints its report.
fn remember(fault: &PanicHookInfo<'_>) {
    let mut told = message(fault.payload());
    if let Some(place) = fault.location() {
        told.push_str(&format!(
            "\nat {}:{}:{}",
            place.file(),
            place.line(),
            place.column()
        ));
    }
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        told.push_str(&format!("\n{trace}"));
    }
    let mut first = FAULT.lock().unwrap_or_else(PoisonError::into_inner);
    first.get_or_insert(told);
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a word").to_owned()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Set in the process that falls: what is hooked there holds for all of a process.
    const FALLS: &str = "PAYCTL_TEST_FALLS";
    const NAME: &str = "commands::own_fault::tests::a_fault_is_told_in_plain_words";

    /// A process of this test alone, which falls in the middle of a run.
    fn fall(format: Format) -> ! {
        let style = (format, ColorMode::Plain);
        let exit = guarded(style, &mut io::stderr(), || {
            run_begins(RunId::from_number(4_711), "check-all");
            let fallen = std::thread::spawn(|| panic!("the books are \u{1b}[31mgone"));
            let _its_end: std::thread::Result<()> = fallen.join();
            panic!("the second fault comes of the first");
        });
        std::process::exit(i32::from(exit.code()));
    }

    fn fallen(format: Format) -> (Option<i32>, String) {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([NAME, "--exact", "--nocapture"])
            .env(FALLS, format.word())
            .env_remove("RUST_BACKTRACE")
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    #[test]
    fn a_fault_is_told_in_plain_words() {
        if let Ok(format) = std::env::var(FALLS) {
            fall(format.parse().unwrap());
        }
        let (code, told) = fallen(Format::Table);
        assert_eq!(code, Some(1), "{told}");
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines[0], format!("payctl: {HEAD}: the books are [31mgone"));
        assert!(lines[1].contains("own_fault.rs:"), "{told}");
        let schema = format!("schema {}", crate::store::newest_schema());
        assert!(lines[2].contains(&schema), "{told}");
        assert!(lines[3].starts_with("  run 4711 of check-all"), "{told}");
        assert_eq!(lines.len(), 7, "{told}");

        let (code, told) = fallen(Format::Json);
        assert_eq!(code, Some(1), "{told}");
        let document: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(document["exit"], 1);
        assert!(document["hint"].as_str().unwrap().contains("run 4711"));
    }
}
