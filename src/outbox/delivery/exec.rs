//! Runs a program without a shell. The document is passed on its standard input, never in its arguments.

mod process_group;

use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use self::process_group::start;
use super::{DeliveryRequest, RenderedDelivery, RenderedHeader, truncated};
use crate::domain::effect::output::is_an_answer;
use crate::domain::{AttemptResult, HookOutput};

/// A program of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executable {
    /// A path, or a bare name that is looked up in the `PATH` of `environment`.
    pub program: PathBuf,
    /// As the shop wrote them.
    pub arguments: Vec<String>,
    /// The working directory.
    pub folder: PathBuf,
    /// The whole environment, apart from what the effect adds.
    pub environment: Vec<(String, String)>,
}

/// "Temporary failure" of sysexits.h: the program asks for a retry, so its exit code is not worth reporting.
const TRY_AGAIN: i32 = 75;

/// Of `CreateProcess`: a console program gets no console.
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// How many bytes are kept from the end of each of the two streams, for errors.
const MAX_SAID_BYTES: usize = 4096;

/// How many characters of the output are reported.
const MAX_SAID_LETTERS: usize = 500;

/// A process that stays behind may hold the streams open for ever.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Runs the program to its end; kills it and everything it has started when its time is up.
pub(super) async fn run(
    program: &Executable,
    request: &DeliveryRequest,
    timeout: Duration,
) -> AttemptResult {
    let name = program.program.display();
    // The group is declared after the child, so dropped before it: until the child is waited for, nobody else can have
    // its process id.
    let (mut child, tree) = match start(command(program, request), request) {
        Ok(started) => started,
        Err(error) => return AttemptResult::Again(format!("could not start {name}: {error}")),
    };
    let document = request.payload.to_string().into_bytes();
    let mut said = CapturedOutput::default();
    match tokio::time::timeout(timeout, wait_with_timeout(&mut child, document, &mut said)).await {
        Ok(Ok(status)) => {
            tree.leave();
            outcome(status, &said)
        }
        Ok(Err(error)) => AttemptResult::Unknown(format!("could not watch {name}: {error}")),
        Err(_) => {
            drop(tree);
            let _gone = child.start_kill();
            let _gone = child.wait().await;
            let timeout = humane(timeout);
            AttemptResult::Unknown(format!("timed out after {timeout}{}", said.last_words()))
        }
    }
}

/// What the program would be given.
pub(super) fn render(program: &Executable, request: &DeliveryRequest) -> RenderedDelivery {
    let name = program.program.display().to_string();
    let words = std::iter::once(&name).chain(&program.arguments);
    let words: Vec<String> = words.map(|word| quoted(word)).collect();
    let variables = variables(request).into_iter();
    RenderedDelivery {
        to: words.join(" "),
        headers: variables
            .map(|(name, value)| RenderedHeader::new(name, value))
            .collect(),
        body: request.payload.to_string(),
        attachments: Vec::new(),
    }
}

/// A word of a command line, so that a person sees where it ends.
fn quoted(word: &str) -> String {
    if word.is_empty() || word.contains([' ', '"', '\'']) {
        format!("{word:?}")
    } else {
        word.to_owned()
    }
}

/// What the effect adds to the program's environment.
fn variables(request: &DeliveryRequest) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("PAYCTL_EFFECT_KEY", request.key.to_string()),
        ("PAYCTL_OCCASION", request.occasion.to_string()),
        ("PAYCTL_HOOK", request.hook.to_string()),
    ];
    if let Some(order) = &request.order {
        variables.push(("PAYCTL_ORDER", order.to_string()));
    }
    if request.repetition > 0 {
        variables.push(("PAYCTL_REPETITION", request.repetition.to_string()));
    }
    variables
}

fn command(program: &Executable, request: &DeliveryRequest) -> Command {
    let mut command = Command::new(&program.program);
    command
        .args(&program.arguments)
        .current_dir(&program.folder)
        .env_clear()
        .envs(
            program
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        )
        .envs(variables(request))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // A group of its own, so that all of it can be killed, and Ctrl-C does not reach it.
    #[cfg(unix)]
    command.process_group(0);
    // Without a console of its own or of payctl, so that no window opens each minute, and Ctrl-C does not reach it.
    #[cfg(windows)]
    command.creation_flags(CREATE_NO_WINDOW);
    command
}

/// Writes the document to the program, reads its output, and waits for its end.
async fn wait_with_timeout(
    child: &mut Child,
    document: Vec<u8>,
    said: &mut CapturedOutput,
) -> io::Result<ExitStatus> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // The program need not read all of its input.
            let _unread = stdin.write_all(&document).await;
        }
    };
    let listen = async {
        tokio::join!(
            feed,
            keep_ends(stdout, &mut said.out),
            keep_ends(stderr, &mut said.err)
        );
    };
    match select(pin!(child.wait()), pin!(listen)).await {
        Either::Left((status, listen)) => {
            let _cut = tokio::time::timeout(LAST_WORDS, listen).await;
            status
        }
        Either::Right(((), end)) => end.await,
    }
}

/// Reads to the end and keeps the first and the last part.
async fn keep_ends(stream: Option<impl AsyncRead + Unpin>, ends: &mut StreamEnds) {
    let Some(mut stream) = stream else { return };
    let mut block = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut block).await {
        let read = block.get(..read).unwrap_or_default();
        let room = HookOutput::READ_BYTES.saturating_sub(ends.head.len());
        ends.head
            .extend_from_slice(read.get(..room).unwrap_or(read));
        ends.tail.extend_from_slice(read);
        let beyond = ends.tail.len().saturating_sub(MAX_SAID_BYTES);
        ends.tail.drain(..beyond);
    }
}

/// How a stream begins and ends.
#[derive(Default)]
struct StreamEnds {
    head: Vec<u8>,
    tail: Vec<u8>,
}

#[derive(Default)]
struct CapturedOutput {
    out: StreamEnds,
    err: StreamEnds,
}

impl CapturedOutput {
    /// `: …`, or empty. Standard error takes precedence over standard output, which is not told if it is an answer for
    /// programs: that may hold a password, and errors stand in logs.
    fn last_words(&self) -> String {
        let of = |bytes: &[u8]| truncated(&String::from_utf8_lossy(bytes), MAX_SAID_LETTERS);
        let told = Some(of(&self.err.tail)).filter(|told| !told.is_empty());
        let out = if is_an_answer(&self.out.head) {
            &[]
        } else {
            self.out.tail.as_slice()
        };
        match told.unwrap_or_else(|| of(out)) {
            told if told.is_empty() => told,
            told => format!(": {told}"),
        }
    }
}

fn outcome(status: ExitStatus, said: &CapturedOutput) -> AttemptResult {
    match status.code() {
        Some(0) => AttemptResult::Done(HookOutput::read(&said.out.head)),
        Some(TRY_AGAIN) => AttemptResult::Again(format!("asked for a retry{}", said.last_words())),
        Some(code) if is_crash(code) => AttemptResult::Unknown(format!(
            "crashed with {:#010x}{}",
            code.cast_unsigned(),
            said.last_words()
        )),
        Some(code) => AttemptResult::Again(format!("exited with {code}{}", said.last_words())),
        None => AttemptResult::Unknown(format!(
            "was killed by {}{}",
            signal(status),
            said.last_words()
        )),
    }
}

/// Windows has no signals: a program that crashes, or is ended by Ctrl-C, ends with a code of severity "error" (NTSTATUS).
/// Elsewhere no program can end with one.
fn is_crash(code: i32) -> bool {
    code.cast_unsigned() >> 28 == 0xC
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;

    match status.signal() {
        Some(signal) => format!("signal {signal}"),
        None => "a signal".to_owned(),
    }
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> String {
    "the system".to_owned()
}

fn humane(span: Duration) -> String {
    match (span.as_secs(), span.subsec_millis()) {
        (seconds, 0) => format!("{seconds} s"),
        _ => format!("{} ms", span.as_millis()),
    }
}

#[cfg(test)]
mod crash_codes {
    use super::is_crash;

    #[test]
    fn a_crash_on_windows_is_no_exit() {
        for (code, is_one) in [
            (0, false),
            (1, false),
            (75, false),
            (255, false),
            (259, false),
            // A program's own negative code.
            (-1, false),
            (-1_073_741_819, true), // 0xC0000005, an access violation
            (-1_073_741_510, true), // 0xC000013A, Ctrl-C
            (-1_073_740_791, true), // 0xC0000409, a broken stack
            (0x4001_0004, false),
        ] {
            assert_eq!(is_crash(code), is_one, "{code:#x}");
        }
    }
}

#[cfg(test)]
mod tests;
