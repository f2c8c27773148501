//! `payctl schedule print`: the jobs as a scheduler's own files say them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use super::plan::{Plan, Scheduler};
use super::wanted::JobArgs;
use super::{cron, launchd, schtasks, systemd};
use crate::commands::atomic_file::{AtomicFile, FileMode, Published};
use crate::commands::{CommandError, Options};
use crate::domain::Zone;
use crate::exit::Exit;
use crate::host::Host;
use crate::output::detail::{Detail, JsonDocument, show};
use crate::output::{Format, printable};

/// Print the jobs for a scheduler, and change nothing
///
/// The configuration need not be on this machine. The same shop is always printed alike. With --into each file is
/// written to a folder, as the scheduler reads it: task files of Windows are UTF-16.
#[derive(Debug, Args)]
pub(in crate::commands) struct PrintArgs {
    #[command(flatten)]
    jobs: JobArgs,
    /// Write the files to this folder instead; existing files are never overwritten
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
}

/// Fields are only ever added.
#[derive(Serialize)]
struct PrintedSchedule {
    scheduler: &'static str,
    config: String,
    files: Vec<PrintedFile>,
}

#[derive(Serialize)]
struct PrintedFile {
    name: String,
    text: String,
}

pub(super) fn run(args: &PrintArgs, options: &Options, host: &mut Host) -> anyhow::Result<Exit> {
    let started_at = host.clock.now();
    let (plan, is_here) = args.jobs.plan_to_print(options, host)?;
    if !is_here && !options.quiet {
        let config = printable(&plan.wanted.config);
        writeln!(
            host.stderr,
            "{config} is not on this machine; printed for another one"
        )?;
    }
    let files = files(&plan);
    if let Some(folder) = &args.into {
        write(&plan, &files, &host.folder.join(folder))?;
    }
    let style = options.style(host, Zone::Machine);
    let has_text = args.into.is_none() && style.format == Format::Table;
    if has_text {
        for (index, file) in files.iter().enumerate() {
            if plan.wanted.scheduler != Scheduler::Cron {
                let gap = if index == 0 { "" } else { "\n" };
                writeln!(host.stdout, "{gap}==> {} <==", file.name)?;
            }
            write!(host.stdout, "{}", file.text)?;
        }
        host.stdout.flush()?;
        return Ok(Exit::Clean);
    }
    let detail = Detail::new(style.clone())
        .field("Scheduler", plan.wanted.scheduler)
        .field("Configuration", &plan.wanted.config)
        .field("Files", files.len());
    let body = PrintedSchedule {
        scheduler: plan.wanted.scheduler.word(),
        config: plan.wanted.config,
        files,
    };
    let document = JsonDocument {
        command: "schedule print",
        started_at,
        body: &body,
        exit: Exit::Clean,
    };
    show(&mut host.stdout, &style, &document, &detail)?;
    Ok(Exit::Clean)
}

fn files(plan: &Plan) -> Vec<PrintedFile> {
    let files = match plan.wanted.scheduler {
        Scheduler::Cron => vec![("crontab".to_owned(), cron::block(plan))],
        Scheduler::Systemd => systemd::units(plan),
        Scheduler::Launchd => launchd::agents(plan),
        Scheduler::Schtasks => schtasks::tasks(plan)
            .into_iter()
            .map(|(name, text)| {
                let job = name.rsplit('\\').next().unwrap_or_default();
                (format!("{job}.xml"), text)
            })
            .collect(),
    };
    let files = files.into_iter();
    files
        .map(|(name, text)| PrintedFile { name, text })
        .collect()
}

fn write(plan: &Plan, files: &[PrintedFile], folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("could not make {}", folder.display()))?;
    for file in files {
        let path = folder.join(&file.name);
        let bytes = match plan.wanted.scheduler {
            Scheduler::Schtasks => schtasks::encoded(&file.text),
            Scheduler::Cron | Scheduler::Systemd | Scheduler::Launchd => {
                file.text.clone().into_bytes()
            }
        };
        let published = AtomicFile::write_bytes(&path, &bytes, FileMode::Everyone)
            .and_then(AtomicFile::publish)
            .with_context(|| format!("could not write {}", path.display()))?;
        let is_same = || std::fs::read(&path).is_ok_and(|known| known == bytes);
        if published == Published::WasThere && !is_same() {
            let message = format!("{} exists already and is another file", path.display());
            return Err(CommandError::failed(message)
                .hint("name an empty folder")
                .into());
        }
    }
    Ok(())
}
