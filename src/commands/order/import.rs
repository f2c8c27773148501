//! `payctl order import`: imports orders from a file.

use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::commands::accounts::{reference_warning, registered_version};
use crate::commands::shown_progress::LINES_IMPORTED;
use crate::commands::{CommandError, Context, writes};
use crate::config::Config;
use crate::config::open_in_time;
use crate::domain::{ImportRecord, ImportTimes, Instant, Reference, Zone};
use crate::exit::Exit;
use crate::gateway::registry::is_page;
use crate::import::{
    ImportEntry, ImportError, ImportFormat, ImportOptions, Importer, InterpretedAmount,
};
use crate::output::detail::Detail;
use crate::output::paint::OutputStream;
use crate::output::printable;
use crate::output::progress::{Progress, ProgressStep};
use crate::store::{IMPORT_CHUNK, ImportOutcome, Store, WritePermit};

/// Import orders from a file of JSON lines or CSV
///
/// Each order is imported completely or not at all. A bad line is reported with its reason, and the other lines
/// are still imported. Importing the same line again changes nothing. docs/reference/import.md lists the fields.
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderImportArgs {
    /// File to import, or - for standard input
    file: PathBuf,
    /// Format of the file, json or csv; default: detected from its content
    #[arg(long = "as", value_name = "FORM")]
    form: Option<ImportFormat>,
    /// Read a dot in an amount as the decimal point, so that 150.000 is 150
    ///
    /// For exports from other systems. Without it, payctl infers the notation from the amounts in the file.
    #[arg(long)]
    decimal_point: bool,
    /// Time zone of CSV times that name none; default: the configured timezone
    #[arg(long, value_name = "ZONE")]
    timezone: Option<Zone>,
    /// Accept a file that contains no orders
    #[arg(long)]
    allow_empty: bool,
    /// Show what would be imported, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(OrderImportArgs: Idempotent unless dry_run);

pub(super) fn run(args: &OrderImportArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let name = args.file.display().to_string();
    let (source, bytes) = source(args, &context.host.folder, &mut context.host.stdin)
        .with_context(|| format!("could not open {name}"))?;
    let first = ProgressStep {
        share: bytes.map(|bytes| (0, bytes)),
        ..ProgressStep::default()
    };
    let mut progress = if is_typed(args, &context) {
        Progress::hidden(LINES_IMPORTED)
    } else {
        context.progress(LINES_IMPORTED, first)
    };
    let reading = ImportOptions {
        form: args.form,
        has_decimal_point: args.decimal_point,
        zone: args.timezone.or_else(|| named_zone(&context.config)),
    };
    let mut orders = Importer::open(source, reading).map_err(|error| not_begun(&name, error))?;
    let mut next = orders.next();
    if next.is_none() && !args.allow_empty {
        let message = format!("{name} contains no orders");
        return Err(CommandError::failed(message)
            .hint("check the program that wrote the file; if no orders are expected, add --allow-empty")
            .into());
    }
    let (store, permit) = context.store_to_write(args.dry_run)?;
    let mut import = ImportRun {
        store,
        permit,
        times: ImportTimes {
            order_lifetime: context.config.expiry.order_lifetime,
            grace: context.config.expiry.grace,
        },
        now: context.started_at,
        config: &context.config,
        stderr: &mut context.host.stderr,
        chunk: Vec::with_capacity(IMPORT_CHUNK),
        counts: ImportCounts::default(),
        has_local_times: false,
    };
    let clock = context.host.clock.clone();
    while let Some(entry) = next {
        let entry = entry.with_context(|| format!("could not read {name}"))?;
        let (read, whole) = orders.bytes();
        let step = ProgressStep {
            done: entry.line,
            found: import.counts.refused,
            share: whole.or(bytes).map(|whole| (read, whole)),
        };
        progress.advance(step, clock.now());
        import.take(entry)?;
        next = orders.next();
    }
    import.write_chunk()?;
    import.print_remaining()?;
    let mut counts = import.counts;
    progress.clear();
    if import.has_local_times {
        counts.timezone = reading.zone.map(|zone| zone.to_string());
    }

    print(&mut context, &counts, args.dry_run)
}

fn print(context: &mut Context<'_>, counts: &ImportCounts, dry_run: bool) -> anyhow::Result<Exit> {
    let exit = if counts.refused == 0 {
        Exit::Clean
    } else {
        Exit::Partial
    };
    let detail = Detail::new(context.style())
        .field("Imported", counts.imported)
        .field("Unchanged", counts.unchanged)
        .field("Refused", counts.refused)
        .field_if_any("Times without a zone", counts.timezone.as_ref())
        .field_if_any(
            "Payments added",
            (counts.payments_added > 0).then_some(counts.payments_added),
        )
        .field_if_any("Result", dry_run.then_some("nothing was written"));
    context.show("order import", counts, &detail, exit)
}

/// Only an explicit setting counts: the machine's zone says nothing about the file.
fn named_zone(config: &Config) -> Option<Zone> {
    (config.zone != Zone::Machine).then_some(config.zone)
}

fn not_begun(name: &str, error: ImportError) -> anyhow::Error {
    if let ImportError::NotKept(_) = error {
        let hint =
            "free some space, or set TMPDIR (on Windows TMP) to a folder that this user may write";
        return CommandError::failed(format!("{name}: {error}"))
            .hint(hint)
            .into();
    }
    anyhow::Error::from(error).context(name.to_owned())
}

/// Whether a person types the orders, where a bar would stand among the letters.
fn is_typed(args: &OrderImportArgs, context: &Context<'_>) -> bool {
    args.file.as_os_str() == "-" && context.host.outlets.stdin == OutputStream::Terminal
}

type ImportSource = Box<dyn BufRead + Send>;

/// What is read, and its bytes if it is a file.
fn source(
    args: &OrderImportArgs,
    folder: &std::path::Path,
    stdin: &mut ImportSource,
) -> io::Result<(ImportSource, Option<u64>)> {
    if args.file.as_os_str() == "-" {
        return Ok((std::mem::replace(stdin, Box::new(io::empty())), None));
    }
    let file = open_in_time(&folder.join(&args.file))?;
    let known = file.metadata().ok().filter(std::fs::Metadata::is_file);
    let bytes = known.map(|file| file.len()).filter(|bytes| *bytes > 0);
    Ok((Box::new(BufReader::new(file)), bytes))
}

/// Totals over all orders of the file.
#[derive(Debug, Default, Serialize)]
struct ImportCounts {
    imported: u64,
    unchanged: u64,
    refused: u64,
    /// Payments added to orders that existed already.
    payments_added: u64,
    /// Amounts that were written with more than digits.
    interpreted_amounts: u64,
    /// The zone assumed for times without one; null if there were none.
    timezone: Option<String>,
}

/// Only this many lines are printed; the rest are counted.
const MAX_INTERPRETED_SHOWN: u64 = 100;

/// An import in progress: orders are written in chunks.
struct ImportRun<'w> {
    store: Store,
    permit: WritePermit,
    times: ImportTimes,
    now: Instant,
    config: &'w Config,
    stderr: &'w mut dyn Write,
    chunk: Vec<(u64, ImportRecord)>,
    counts: ImportCounts,
    has_local_times: bool,
}

impl ImportRun<'_> {
    fn take(&mut self, entry: ImportEntry) -> anyhow::Result<()> {
        match entry.record {
            Ok(mut record) => match self.add_gateways_part(&mut record) {
                Ok(()) => {
                    self.has_local_times |= entry.has_local_time;
                    self.print_interpreted(&entry.interpreted)?;
                    self.chunk.push((entry.line, record));
                }
                Err(reason) => {
                    self.refuse(entry.line, &format!("{}: {reason}", record.number))?;
                }
            },
            Err(problem) if problem.needs_decimal_point => {
                self.refuse(entry.line, &format!("{problem} with --decimal-point"))?;
            }
            Err(problem) => self.refuse(entry.line, &problem.to_string())?,
        }
        if self.chunk.len() >= IMPORT_CHUNK {
            self.write_chunk()?;
        }
        Ok(())
    }

    /// Adds to each payment what the gateway knows of it: the version of its API under which it is queried, and whether
    /// it is on a page.
    fn add_gateways_part(&self, record: &mut ImportRecord) -> Result<(), String> {
        for payment in &mut record.payments {
            let id = payment.transaction_id.as_ref();
            payment.api_version = registered_version(self.config, &payment.gateway, id)
                .map_err(|refusal| refusal.to_string())?;
            payment.on_page = payment.method.as_deref().is_some_and(is_page);
        }
        Ok(())
    }

    /// Reports how amounts were read, before they are written.
    fn print_interpreted(&mut self, interpreted: &[InterpretedAmount]) -> io::Result<()> {
        for amount in interpreted {
            self.counts.interpreted_amounts += 1;
            if self.counts.interpreted_amounts <= MAX_INTERPRETED_SHOWN {
                writeln!(self.stderr, "{}", printable(&amount.to_string()))?;
            }
        }
        Ok(())
    }

    /// Reports how many amounts were not printed.
    fn print_remaining(&mut self) -> io::Result<()> {
        match self
            .counts
            .interpreted_amounts
            .saturating_sub(MAX_INTERPRETED_SHOWN)
        {
            0 => Ok(()),
            1 => writeln!(self.stderr, "1 more amount was read in the same way"),
            more => writeln!(self.stderr, "{more} more amounts were read in the same way"),
        }
    }

    fn write_chunk(&mut self) -> anyhow::Result<()> {
        let (lines, records): (Vec<u64>, Vec<ImportRecord>) =
            std::mem::take(&mut self.chunk).into_iter().unzip();
        let outcomes = self
            .store
            .import_orders(&self.permit, &records, self.times, self.now)?;
        for ((outcome, record), line) in outcomes.into_iter().zip(&records).zip(lines) {
            match outcome {
                ImportOutcome::Imported => {
                    self.counts.imported += 1;
                    self.warn(line, record)?;
                }
                ImportOutcome::Unchanged => self.counts.unchanged += 1,
                ImportOutcome::Added(payments) => {
                    self.counts.payments_added += payments;
                    self.warn(line, record)?;
                }
                ImportOutcome::Refused(reason) => {
                    self.refuse(line, &format!("{}: {reason}", record.number))?;
                }
            }
        }
        Ok(())
    }

    /// Warns about references that the gateway would reject.
    fn warn(&mut self, line: u64, record: &ImportRecord) -> io::Result<()> {
        let number = Reference::from(&record.number);
        for payment in &record.payments {
            let reference = payment.reference.as_ref().unwrap_or(&number);
            let warning = reference_warning(self.config, &payment.gateway, reference);
            if let Some(warning) = warning {
                writeln!(self.stderr, "line {line}: warning: {}", printable(&warning))?;
            }
        }
        Ok(())
    }

    fn refuse(&mut self, line: u64, reason: &str) -> io::Result<()> {
        self.counts.refused += 1;
        writeln!(self.stderr, "line {line}: {}", printable(reason))
    }
}
