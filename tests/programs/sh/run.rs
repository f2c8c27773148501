//! Doing what a script says.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::process::{Command, exit};
use std::thread::sleep;
use std::time::Duration;

use crate::parse::{Part, Redirection, RedirectionKind, Step, Word};

pub(crate) struct Shell<'a> {
    pub(crate) script: &'a str,
    /// What `$0` says.
    pub(crate) name: &'a str,
}

/// Where a command reads and writes.
struct Streams {
    input: Box<dyn Read>,
    output: Box<dyn Write>,
    errors: Box<dyn Write>,
}

/// How a program ends that reads where it must not: what Windows calls an access violation.
const CRASHED: i32 = -1_073_741_819;

pub(crate) fn complain(why: &str) {
    let _unheard = writeln!(io::stderr(), "sh: {why}");
}

impl Shell<'_> {
    /// The code of the last step.
    pub(crate) fn all(&self, steps: &[Step]) -> Result<i32, String> {
        let mut code = 0;
        for step in steps {
            code = self.one(step)?;
        }
        Ok(code)
    }

    fn one(&self, step: &Step) -> Result<i32, String> {
        match step {
            Step::Command {
                words,
                redirections,
            } => self.command(words, redirections),
            Step::Group(steps) => self.all(steps),
            Step::Loop {
                test,
                body,
                is_until,
            } => {
                while (self.all(test)? == 0) != *is_until {
                    self.all(body)?;
                }
                Ok(0)
            }
            Step::Not(step) => Ok(i32::from(self.one(step)? == 0)),
            Step::And(first, then) => match self.one(first)? {
                0 => self.one(then),
                code => Ok(code),
            },
            Step::Or(first, otherwise) => match self.one(first)? {
                0 => Ok(0),
                _ => self.one(otherwise),
            },
            Step::Background(part) => {
                let text = self.script.get(part.clone()).unwrap_or_default();
                let own = std::env::current_exe().map_err(|error| error.to_string())?;
                let child = Command::new(own).args(["-c", text]).spawn();
                child.map_err(|error| error.to_string())?;
                Ok(0)
            }
        }
    }

    fn command(&self, words: &[Word], redirections: &[Redirection]) -> Result<i32, String> {
        let words: Vec<String> = words.iter().map(|word| self.expanded(word)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut streams = match self.streams(redirections) {
            Ok(streams) => streams,
            Err(error) => {
                complain(&error);
                return Ok(1);
            }
        };
        let done = streams.builtin(&words).map_err(|error| error.to_string())?;
        done.ok_or_else(|| format!("{}: not found", words.join(" ")))
    }

    fn expanded(&self, word: &Word) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Variable(name, otherwise) => match name.as_str() {
                "$" => std::process::id().to_string(),
                "#" => "0".to_owned(),
                "0" => self.name.to_owned(),
                name => std::env::var(name).unwrap_or_else(|_| otherwise.clone()),
            },
        };
        word.iter().map(part).collect()
    }

    fn streams(&self, redirections: &[Redirection]) -> Result<Streams, String> {
        let mut streams = Streams {
            input: Box::new(io::stdin()),
            output: Box::new(io::stdout()),
            errors: Box::new(io::stderr()),
        };
        for Redirection { kind, target } in redirections {
            let path = self.expanded(target);
            let open = |options: &mut OpenOptions| {
                let opened = options.open(&path);
                opened.map_err(|error| format!("{path}: {error}"))
            };
            let written = || -> Result<Box<dyn Write>, String> {
                if path == "/dev/null" {
                    return Ok(Box::new(io::sink()));
                }
                let is_added = *kind == RedirectionKind::Append;
                let mut options = File::options();
                options.create(true).append(is_added);
                options.write(true).truncate(!is_added);
                Ok(Box::new(open(&mut options)?))
            };
            match kind {
                RedirectionKind::Read => {
                    streams.input = Box::new(open(File::options().read(true))?)
                }
                RedirectionKind::Write | RedirectionKind::Append => streams.output = written()?,
                RedirectionKind::Errors => streams.errors = written()?,
                RedirectionKind::ToErrors => streams.output = Box::new(io::stderr()),
            }
        }
        Ok(streams)
    }
}

impl Streams {
    /// `None`: no such command.
    fn builtin(&mut self, words: &[&str]) -> io::Result<Option<i32>> {
        match words {
            ["true"] => {}
            ["false"] => return Ok(Some(1)),
            ["exit"] => exit(0),
            ["exit", code] => exit(code.parse().unwrap_or(2)),
            ["kill", "-9", id] if *id == std::process::id().to_string() => exit(CRASHED),
            ["echo", words @ ..] => writeln!(self.output, "{}", words.join(" "))?,
            ["cat"] => {
                io::copy(&mut self.input, &mut self.output)?;
            }
            ["cat", file] => {
                io::copy(&mut File::open(file)?, &mut self.output)?;
            }
            ["env"] => {
                for (name, value) in std::env::vars() {
                    writeln!(self.output, "{name}={value}")?;
                }
            }
            ["mkdir", folder] => {
                if let Err(error) = std::fs::create_dir(folder) {
                    writeln!(self.errors, "mkdir: {folder}: {error}")?;
                    return Ok(Some(1));
                }
            }
            ["sleep", time] => sleep(seconds(time)),
            ["flock", file, "sleep", time] => {
                let held = File::create(file)?;
                held.lock()?;
                sleep(seconds(time));
            }
            ["test", "-f", file] => return Ok(Some(i32::from(!is_file(file)))),
            ["test", "!", "-f", file] => return Ok(Some(i32::from(is_file(file)))),
            ["test", left, "=", right] => return Ok(Some(i32::from(left != right))),
            _ => return Ok(None),
        }
        self.output.flush()?;
        Ok(Some(0))
    }
}

fn is_file(path: &str) -> bool {
    std::path::Path::new(path).is_file()
}

/// `2` or `0.05`.
fn seconds(time: &str) -> Duration {
    let (whole, part) = time.split_once('.').unwrap_or((time, ""));
    let millis: String = part.chars().chain("000".chars()).take(3).collect();
    let number = |digits: &str| digits.parse().unwrap_or(0);
    Duration::from_secs(number(whole)) + Duration::from_millis(number(&millis))
}
