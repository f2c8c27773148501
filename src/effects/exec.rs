//! A program is run, without a shell. What it is told comes on its standard input, never in its arguments.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::{Errand, told};
use crate::domain::effect::Delivery;

/// A program of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// A path, or a bare name that is looked for in the `PATH` of `environment`.
    pub program: PathBuf,
    /// As the shop wrote them.
    pub arguments: Vec<String>,
    /// Where it runs.
    pub folder: PathBuf,
    /// All it gets, beside what the effect adds.
    pub environment: Vec<(String, String)>,
}

/// "A temporary failure" of sysexits.h: said on purpose, so there is nothing to tell beside it.
const TRY_AGAIN: i32 = 75;

/// Of each of the two streams, the end is kept.
const SAID_BYTES_MOST: usize = 4096;

/// Of what it said, so much is told.
const SAID_LETTERS_MOST: usize = 500;

/// A process that stays behind may hold the streams open for ever.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Runs it to its end; ends it, with all it has started, when its time is up.
pub(super) async fn run(program: &Program, errand: &Errand, timeout: Duration) -> Delivery {
    let name = program.program.display();
    let mut child = match start(command(program, errand), errand) {
        Ok(child) => child,
        Err(error) => return Delivery::Again(format!("could not start {name}: {error}")),
    };
    // Declared after the child, so dropped before it: a process that is waited for has a number nobody else has.
    let tree = Tree::of(&child);
    let document = errand.payload.to_string().into_bytes();
    let mut said = Said::default();
    match tokio::time::timeout(timeout, attend(&mut child, document, &mut said)).await {
        Ok(Ok(status)) => {
            tree.leave();
            outcome(status, &said)
        }
        Ok(Err(error)) => Delivery::Unknown(format!("could not watch {name}: {error}")),
        Err(_) => {
            drop(tree);
            let _gone = child.start_kill();
            let _gone = child.wait().await;
            let timeout = humane(timeout);
            Delivery::Unknown(format!("was ended after {timeout}{}", said.told()))
        }
    }
}

fn command(program: &Program, errand: &Errand) -> Command {
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
        .env("PAYCTL_EFFECT_KEY", errand.key.as_str())
        .env("PAYCTL_OCCASION", errand.occasion.word())
        .env("PAYCTL_HOOK", errand.hook.as_str())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if let Some(order) = &errand.order {
        command.env("PAYCTL_ORDER", order.as_str());
    }
    // A group of its own, so that the whole of it can be ended, and Ctrl-C is not its business.
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// Starts it with the pulse in its hands: as long as it lives, or anything it has started, the lock is held.
#[cfg(unix)]
fn start(mut command: Command, errand: &Errand) -> io::Result<Child> {
    use rustix::io::{FdFlags, fcntl_setfd};

    let Some(pulse) = errand.pulse.as_deref() else {
        return command.spawn();
    };
    // By its key it is found among the processes of the machine, should this run be killed before it knows the number.
    note(pulse, &format!("{}\n", errand.key));
    // A run starts its programs one after the other, so nobody else inherits it meanwhile.
    fcntl_setfd(pulse, FdFlags::empty())?;
    let child = command.spawn();
    fcntl_setfd(pulse, FdFlags::CLOEXEC)?;
    if let Some(id) = child.as_ref().ok().and_then(Child::id) {
        note(pulse, &named(id));
    }
    child
}

/// A program may close what it has inherited, as sudo does. So its process group, and when that began, stand in the file
/// as well, in the system's own words.
#[cfg(unix)]
fn named(id: u32) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let boot = read("/proc/sys/kernel/random/boot_id");
    let stat = read(&format!("/proc/{id}/stat"));
    format!("{id}\n{}\n{stat}", boot.trim())
}

/// Without it the lock alone tells.
#[cfg(unix)]
fn note(mut pulse: &File, text: &str) {
    use std::io::Write as _;

    let _unwritten = pulse.write_all(text.as_bytes());
}

#[cfg(not(unix))]
fn start(mut command: Command, _: &Errand) -> io::Result<Child> {
    command.spawn()
}

/// Feeds it, listens, and waits for its end.
async fn attend(child: &mut Child, document: Vec<u8>, said: &mut Said) -> io::Result<ExitStatus> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // It need not read what it does not want to know.
            let _unread = stdin.write_all(&document).await;
        }
    };
    let listen = async {
        tokio::join!(
            feed,
            keep_end(stdout, &mut said.out),
            keep_end(stderr, &mut said.err)
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

/// Reads to the end and keeps the last of it.
async fn keep_end(stream: Option<impl AsyncRead + Unpin>, end: &mut Vec<u8>) {
    let Some(mut stream) = stream else { return };
    let mut block = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut block).await {
        end.extend_from_slice(block.get(..read).unwrap_or_default());
        let beyond = end.len().saturating_sub(SAID_BYTES_MOST);
        end.drain(..beyond);
    }
}

/// The ends of what it said.
#[derive(Default)]
struct Said {
    out: Vec<u8>,
    err: Vec<u8>,
}

impl Said {
    /// `: …`, or nothing. Complaints before chatter.
    fn told(&self) -> String {
        let of = |bytes: &[u8]| told(&String::from_utf8_lossy(bytes), SAID_LETTERS_MOST);
        let told = Some(of(&self.err)).filter(|told| !told.is_empty());
        match told.unwrap_or_else(|| of(&self.out)) {
            told if told.is_empty() => told,
            told => format!(": {told}"),
        }
    }
}

fn outcome(status: ExitStatus, said: &Said) -> Delivery {
    match status.code() {
        Some(0) => Delivery::Done,
        Some(TRY_AGAIN) => Delivery::Again(format!("asked to be tried again{}", said.told())),
        Some(code) => Delivery::Again(format!("ended with {code}{}", said.told())),
        None => Delivery::Unknown(format!("was ended by {}{}", signal(status), said.told())),
    }
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

/// A child and all it has started. Dropped, they are ended; on Windows only the child itself is, by its handle.
struct Tree {
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
}

impl Tree {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self {
            group: id.and_then(rustix::process::Pid::from_raw),
        }
    }

    #[cfg(not(unix))]
    fn of(_: &Child) -> Self {
        Self {}
    }

    /// It has come to its own end; what it left behind is its own business, and its number may be another's now.
    #[cfg_attr(not(unix), expect(unused_mut, reason = "nothing to forget there"))]
    fn leave(mut self) {
        #[cfg(unix)]
        {
            self.group = None;
        }
        drop(self);
    }
}

#[cfg(unix)]
impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
