//! What every command works with: the host, the settings, and the shop's file.

use std::cell::Cell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;

use super::shop_files;
use super::user::{machine_user, named_operator};
use crate::commands::{Options, Writes};
use crate::config::{Config, ConfigOrigin, Environment};
use crate::domain::{Instant, Policy, WrittenAmount};
use crate::host::Host;
use crate::output::{Format, LocalTimes, OutputStyle, printable};
use crate::reconciler::{RunContext, Writer};
use crate::store::{
    Actor, FileRights, Mended, OperatorVisit, Reader, Store, StoreError, WritePermit, WriteReason,
};

pub(super) struct Context<'w> {
    pub(super) host: &'w mut Host,
    pub(super) options: Options,
    pub(super) config: Config,
    /// Including `.env`.
    pub(super) environment: Environment,
    /// The one current time of this run, so that all its cutoffs agree.
    pub(super) started_at: Instant,
    /// What this run repaired of times written while the clock was ahead.
    pub(super) mended: Mended,
    database: PathBuf,
    /// What the command declares that it writes.
    writes: Writes,
    /// Set when a person reads the output.
    pub(super) visit: Option<OperatorVisit>,
    /// Whether it was said that the file is held, or need not be.
    pub(super) has_told_hold: Cell<bool>,
}

impl<'w> Context<'w> {
    pub(super) fn open(
        options: Options,
        host: &'w mut Host,
        writes: Writes,
    ) -> anyhow::Result<Self> {
        let named = options.config.as_deref();
        let (config, environment) = Config::load(named, host.environment.clone(), &host.folder)?;
        if let Some(unread) = environment.dotenv_trouble()
            && !options.quiet
        {
            writeln!(host.stderr, "{unread}; continuing without it")?;
        }
        let database = located(&options, &config, host);
        let is_named = options.db.is_some()
            || host.environment.get("PAYCTL_DB").is_some()
            || writes != Writes::Nothing;
        shop_files::require_a_file(&config, &database, host, is_named)?;
        shop_files::require_trusted(&config, &database)?;
        if matches!(options.format, Format::Table | Format::Csv) {
            let stderr = std::mem::replace(&mut host.stderr, Box::new(io::sink()));
            host.stderr = Box::new(LocalTimes::new(stderr, config.zone));
        }
        Ok(Self {
            started_at: host.clock.now(),
            host,
            options,
            config,
            environment,
            mended: Mended::default(),
            database,
            writes,
            visit: None,
            has_told_hold: Cell::new(false),
        })
    }

    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// The file that a command with these options works with; for a message about it, once the command has failed.
    pub(super) fn database_of(options: &Options, host: &Host) -> anyhow::Result<PathBuf> {
        let named = options.config.as_deref();
        let (config, _) = Config::load(named, host.environment.clone(), &host.folder)?;
        Ok(located(options, &config, host))
    }

    /// The error of a command that found no database, without repeating its name; where nobody has named one, it says
    /// where it was looked for.
    pub(super) fn explain(error: anyhow::Error, options: &Options, host: &Host) -> anyhow::Error {
        if !matches!(error.downcast_ref(), Some(StoreError::Missing { .. })) {
            return error;
        }
        let error = match error.downcast::<StoreError>() {
            Ok(missing) => missing,
            Err(error) => return error,
        };
        let named = options.config.as_deref();
        let is_named = options.db.is_some() || host.environment.get("PAYCTL_DB").is_some();
        match Config::load(named, host.environment.clone(), &host.folder) {
            Ok((config, _)) if config.origin == ConfigOrigin::Nowhere && !is_named => {
                shop_files::nowhere(&config.database, host).into()
            }
            Ok(_) | Err(_) => error.into(),
        }
    }

    /// The shop's file, read-only.
    pub(super) fn reader(&self) -> anyhow::Result<Reader> {
        let reader = Reader::open(&self.database).with_context(|| self.could_not_open())?;
        self.tell_of_hold(&reader)?;
        Ok(reader.with_hooks(self.config.hooks()))
    }

    /// The same for a preview of a writing command: shows an older file as it would be after migration.
    pub(super) fn reader_as_migrated(&self) -> anyhow::Result<Reader> {
        let reader = Reader::open_as_migrated(&self.database);
        let reader = reader.with_context(|| self.could_not_open())?;
        self.tell_of_hold(&reader)?;
        if reader.copy().is_some() && !self.options.quiet {
            tracing::warn!(
                "the database has an older schema; shown as it would be after: payctl migrate"
            );
        }
        Ok(reader.with_hooks(self.config.hooks()))
    }

    /// The shop's file, for writing; it must exist.
    pub(super) fn store(&self) -> anyhow::Result<Store> {
        self.require_writing()?;
        self.prepared(Store::open(&self.database))
    }

    /// The shop's file for a run that writes; it must exist.
    pub(super) fn writer(&self, grant: WriteReason) -> anyhow::Result<Writer> {
        let permit = WritePermit::granted_by(grant);
        Ok(Writer::new(self.store()?, permit))
    }

    /// What all steps of this run share; it sends no further queries after `max_time`.
    pub(super) fn run_context(&self, max_time: Option<Duration>) -> RunContext {
        RunContext {
            clock: self.host.clock.clone(),
            now: self.started_at,
            policy: self.policy(),
            until: max_time.map(|most| tokio::time::Instant::now() + most),
            shutdown: self.host.shutdown.clone(),
            booking: self.host.booking,
        }
    }

    /// Tells of something that stops nothing.
    pub(super) fn warn(&self, message: &str) {
        if !self.options.quiet {
            tracing::warn!("{message}");
        }
    }

    pub(super) fn only_reads(&self) -> bool {
        self.writes == Writes::Nothing
    }

    /// The shop's file, for commands that record which configuration belongs to the shop.
    pub(super) fn store_for_any(&self) -> anyhow::Result<Store> {
        self.require_writing()?;
        self.opened(Store::open(&self.database))
    }

    /// A command that has declared to write nothing gets no store that writes.
    pub(super) fn require_writing(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.writes != Writes::Nothing,
            "this command declared that it writes nothing; please report this"
        );
        Ok(())
    }

    /// The shop's file for a command that always writes, created if missing; for a dry run a temporary copy.
    pub(super) fn store_to_write(&self, dry_run: bool) -> anyhow::Result<(Store, WritePermit)> {
        let (store, grant) = if dry_run {
            (Store::dry_run_copy(&self.database), WriteReason::Rehearsal)
        } else {
            self.require_writing()?;
            (Store::create(&self.database), WriteReason::NotDryRun)
        };
        Ok((self.prepared(store)?, WritePermit::granted_by(grant)))
    }

    /// The store of a shop that this configuration belongs to, for this run.
    fn prepared(&self, store: Result<Store, StoreError>) -> anyhow::Result<Store> {
        let store = self.opened(store)?;
        let source = shop_files::source(&self.config, &self.database, store.read())?;
        let store = store.used_with(source).began_at(self.started_at);
        Ok(match self.visit {
            Some(visit) => store.on_visit(visit),
            None => store,
        })
    }

    fn opened(&self, store: Result<Store, StoreError>) -> anyhow::Result<Store> {
        let store = store.with_context(|| self.could_not_open())?;
        self.print_kept_file(&store);
        self.tell_of_hold(store.read())?;
        Ok(store.with_hooks(self.config.hooks()))
    }

    /// After an update the operator should know that the old file was kept, and where.
    fn print_kept_file(&self, store: &Store) {
        if let Some(kept) = store.kept_file()
            && !self.options.quiet
        {
            let kept = kept.display();
            tracing::warn!(
                "the database was migrated to this version's schema; the old file is kept as {kept}"
            );
        }
    }

    /// The result in words; for a dry run, with "would be".
    pub(super) fn would(&self, dry_run: bool, result: &str) -> String {
        if dry_run {
            format!("would be {result}")
        } else {
            result.to_owned()
        }
    }

    /// Whoever acts in this run, at its one current time.
    pub(super) fn by<'a>(&self, actor: &'a str) -> Actor<'a> {
        Actor {
            actor,
            now: self.started_at,
        }
    }

    /// The actor recorded with what this command writes: PAYCTL_OPERATOR, else the user of the machine.
    pub(super) fn actor(&self) -> String {
        let user = || machine_user(&self.environment).map(|user| format!("operator:{user}"));
        let known = named_operator(&self.environment, None).or_else(user);
        known.unwrap_or_else(|| "operator:unknown".to_owned())
    }

    /// Reports on stderr how an amount was read that has more than digits, before anything is done with it.
    pub(super) fn print_interpreted_amount(&mut self, flag: &str, written: Option<&WrittenAmount>) {
        if let Some(told) = written.and_then(|written| written.describe(flag)) {
            // A closed stderr must not stop the command.
            let _ = writeln!(self.host.stderr, "{}", printable(&told));
        }
    }

    pub(super) fn style(&self) -> OutputStyle {
        self.options.style(self.host, self.config.zone)
    }

    pub(super) fn policy(&self) -> Policy {
        Policy {
            grace: self.config.expiry.grace,
        }
    }

    /// Lends stdout to a report that is still being written; other work that runs meanwhile cannot print.
    pub(super) fn lend_stdout<T>(
        &mut self,
        work: impl FnOnce(&mut Self, &mut (dyn Write + Send)) -> T,
    ) -> T {
        let mut stdout = std::mem::replace(&mut self.host.stdout, Box::new(io::sink()));
        let result = work(self, &mut *stdout);
        self.host.stdout = stdout;
        result
    }

    /// The shop's files that everybody on this machine can read, with advice.
    pub(super) fn too_open(&self) -> Vec<String> {
        let keys = self.config.folder.join(".env");
        let files = [
            (
                self.database.clone(),
                "the shop's customers and payments",
                "660",
            ),
            (keys, "its keys", "640"),
        ];
        let is_open =
            |path: &Path| FileRights::of(path).is_some_and(|rights| rights.is_world_readable());
        let open = files.into_iter().filter(|(path, ..)| is_open(path));
        let told = open.map(|(path, what, shared)| {
            let path = path.display();
            format!(
                "every user of this machine can read {what} in {path}; run: chmod 600 {path} ({shared} if its group needs it)"
            )
        });
        told.collect()
    }

    pub(super) fn could_not_open(&self) -> String {
        format!("could not open {}", self.database.display())
    }
}

fn located(options: &Options, config: &Config, host: &Host) -> PathBuf {
    match &options.db {
        Some(path) => host.folder.join(path),
        None => config.database.clone(),
    }
}
