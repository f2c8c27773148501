//! A mail server that keeps what it receives.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(super) struct Sink {
    pub(super) port: u16,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    mails: Vec<Mail>,
    observed: String,
}

#[derive(Clone, Default)]
pub(super) struct Mail {
    pub(super) recipients: Vec<String>,
    /// As received, without the doubled dots of the protocol.
    pub(super) text: String,
}

impl Mail {
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    pub(super) fn header(&self, name: &str) -> String {
        let begin = format!("{name}: ");
        let line = self.lines().find_map(|line| line.strip_prefix(&begin));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.text))
            .to_owned()
    }
}

impl Sink {
    /// Replies to `RCPT TO` and to the end of the data; `hang` means no reply.
    pub(super) fn start(recipient: &'static str, data: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let keeping = Arc::clone(&kept);
        // The thread ends with the test's process; each connection ends with its client.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client may disconnect early.
                let _gone = serve(stream, recipient, data, &keeping);
            }
        });
        Self { port, kept }
    }

    pub(super) fn mails(&self) -> Vec<Mail> {
        self.kept.lock().unwrap().mails.clone()
    }

    pub(super) fn received(&self) -> String {
        self.kept.lock().unwrap().observed.clone()
    }
}

fn serve(
    mut stream: TcpStream,
    recipient: &str,
    data: &str,
    kept: &Mutex<Kept>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut say = move |line: &str| stream.write_all(format!("{line}\r\n").as_bytes());
    say("220 sink")?;
    let mut mail = Mail::default();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        kept.lock().unwrap().observed.push_str(&line);
        let line = line.trim_end();
        match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => say("250 sink")?,
            "RCPT" => {
                let person = line.split(['<', '>']).nth(1).unwrap_or_default();
                mail.recipients.push(person.to_owned());
                say(recipient)?;
            }
            "DATA" => {
                say("354 go on")?;
                mail.text = text(&mut reader)?;
                if data == "hang" {
                    let mut nothing = String::new();
                    reader.read_line(&mut nothing)?;
                    return Ok(());
                }
                if data == "closed" {
                    return Ok(());
                }
                if data.starts_with('2') {
                    kept.lock().unwrap().mails.push(std::mem::take(&mut mail));
                }
                say(data)?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
}

fn text(reader: &mut impl std::io::BufRead) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
