//! What cron mails: whatever a run prints.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};

use super::shop::Run;

pub(crate) struct Mail {
    pub(crate) minute: u64,
    pub(crate) job: String,
    pub(crate) text: String,
}

impl Mail {
    /// The cases that it names for the first time, as `case 12`.
    fn cases(&self) -> BTreeSet<u64> {
        let mut found = BTreeSet::new();
        for part in self.text.split("payctl case show ").skip(1) {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            found.extend(digits.parse::<u64>());
        }
        found
    }

    /// Whether it tells of something new: a case, a refund, or a trouble that nobody was told of before.
    fn headline(&self) -> String {
        let mut lines = self.text.lines().filter(|line| !line.trim().is_empty());
        let line = lines.next().unwrap_or_default();
        // Numbers differ from mail to mail.
        let words = line.split_whitespace();
        let words = words.map(|word| {
            if word.chars().any(|letter| letter.is_ascii_digit()) {
                "#"
            } else {
                word
            }
        });
        words.take(9).collect::<Vec<_>>().join(" ")
    }
}

#[derive(Default)]
pub(crate) struct Mailbox {
    pub(crate) mails: Vec<Mail>,
    /// Cases that an operator has decided, with their ids.
    pub(crate) decided: BTreeSet<u64>,
}

impl Mailbox {
    pub(crate) fn receive(&mut self, minute: u64, job: &str, run: &Run) {
        let text = format!("{}{}", run.stdout, run.stderr);
        if !text.trim().is_empty() {
            self.mails.push(Mail {
                minute,
                job: job.split_whitespace().next().unwrap_or_default().to_owned(),
                text: format!("{text}(exit {})\n", run.exit.code()),
            });
        }
    }

    /// How often each case was told.
    pub(crate) fn told_cases(&self) -> BTreeMap<u64, usize> {
        let mut told = BTreeMap::new();
        for case in self.mails.iter().flat_map(Mail::cases) {
            *told.entry(case).or_default() += 1;
        }
        told
    }

    /// Mails that name a case which no earlier mail has named, and the others by their first line.
    pub(crate) fn by_kind(&self) -> (usize, BTreeMap<(String, String), usize>) {
        let mut known = BTreeSet::new();
        let (mut with_cases, mut others) = (0, BTreeMap::new());
        for mail in &self.mails {
            let new: Vec<u64> = mail.cases().difference(&known).copied().collect();
            if new.is_empty() {
                let kind = (mail.job.clone(), mail.headline());
                *others.entry(kind).or_default() += 1;
            } else {
                with_cases += 1;
            }
            known.extend(new);
        }
        (with_cases, others)
    }

    /// Writes all of them to a file.
    pub(crate) fn keep(&self, path: &str) -> anyhow::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        for mail in &self.mails {
            let (day, minute) = (mail.minute / 1_440 + 1, mail.minute % 1_440);
            writeln!(
                file,
                "== day {day} {:02}:{:02} {}",
                minute / 60,
                minute % 60,
                mail.job
            )?;
            writeln!(file, "{}", mail.text)?;
        }
        file.flush()?;
        Ok(())
    }
}
