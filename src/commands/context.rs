//! What a command works with: the world, the settings, and the shop's file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::failure::Refusal;
use super::options::Options;
use crate::config::{Config, Environment, FILE_NAME, Source};
use crate::domain::amount_text::WrittenAmount;
use crate::domain::instant::Instant;
use crate::domain::reconcile::Policy;
use crate::exit::Exit;
use crate::output::{Face, printable};
use crate::store::{Grant, Mended, Reader, Store, Visit, WritePermit};
use crate::world::World;

pub(super) struct Context<'w> {
    pub(super) world: &'w mut World,
    pub(super) options: Options,
    pub(super) config: Config,
    /// With `.env` behind it.
    pub(super) environment: Environment,
    /// The one now of this run: all its cutoffs agree.
    pub(super) started_at: Instant,
    /// What a clock that was ahead had written, and this run has mended.
    pub(super) mended: Mended,
    database: PathBuf,
    /// A person reads the answer.
    pub(super) visit: Option<Visit>,
}

impl<'w> Context<'w> {
    pub(super) fn open(options: Options, world: &'w mut World) -> anyhow::Result<Self> {
        let named = options.config.as_deref();
        let (config, environment) = Config::load(named, world.environment.clone(), &world.folder)?;
        if let Some(unread) = environment.dotenv_trouble()
            && !options.quiet
        {
            writeln!(world.stderr, "{unread}; this command goes on without it")?;
        }
        let database = match &options.db {
            Some(path) => world.folder.join(path),
            None => config.database.clone(),
        };
        Ok(Self {
            started_at: world.clock.now(),
            world,
            options,
            config,
            environment,
            mended: Mended::default(),
            database,
            visit: None,
        })
    }

    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// The shop's file, for reading only.
    pub(super) fn reader(&self) -> anyhow::Result<Reader> {
        let reader = Reader::open(&self.database).with_context(|| self.could_not_open())?;
        Ok(reader.with_hooks(self.config.hooks()))
    }

    /// The same for a command that shows what a writing one would do: an older file as it would be when it is migrated.
    pub(super) fn reader_as_migrated(&self) -> anyhow::Result<Reader> {
        let reader = Reader::open_as_migrated(&self.database);
        let reader = reader.with_context(|| self.could_not_open())?;
        if reader.copy().is_some() && !self.options.quiet {
            tracing::warn!(
                "the database has an older schema; this is how it would be after: payctl migrate"
            );
        }
        Ok(reader.with_hooks(self.config.hooks()))
    }

    /// The shop's file, for writing; it must be there.
    pub(super) fn store(&self) -> anyhow::Result<Store> {
        let store = Store::open(&self.database).with_context(|| self.could_not_open())?;
        self.tell_kept(&store);
        self.must_know_the_effects(&store)?;
        Ok(self.on_visit(
            store
                .with_hooks(self.config.hooks())
                .began_at(self.started_at),
        ))
    }

    fn on_visit(&self, store: Store) -> Store {
        match self.visit {
            Some(visit) => store.on_visit(visit),
            None => store,
        }
    }

    /// The shop's file for a command that writes by its nature, made if it is not there; for a dry run a
    /// copy that is thrown away.
    pub(super) fn store_to_write(&self, dry_run: bool) -> anyhow::Result<(Store, WritePermit)> {
        let (store, grant) = if dry_run {
            (Store::rehearsal(&self.database), Grant::Rehearsal)
        } else {
            (Store::create(&self.database), Grant::NotDryRun)
        };
        let store = store.with_context(|| self.could_not_open())?;
        self.tell_kept(&store);
        self.must_know_the_effects(&store)?;
        let store = self.on_visit(
            store
                .with_hooks(self.config.hooks())
                .began_at(self.started_at),
        );
        Ok((store, WritePermit::granted_by(grant)))
    }

    /// Who updates payctl should know where the old file is, and that it is there.
    fn tell_kept(&self, store: &Store) {
        if let Some(kept) = store.kept()
            && !self.options.quiet
        {
            let kept = kept.display();
            tracing::warn!(
                "the database was brought to this version's schema; the old file is kept as {kept}"
            );
        }
    }

    /// The result of a command in words: of a dry run, what it would be.
    pub(super) fn would(&self, dry_run: bool, result: &str) -> String {
        if dry_run {
            format!("would be {result}")
        } else {
            result.to_owned()
        }
    }

    /// Who causes what this command writes: PAYCTL_OPERATOR, else the user of the machine.
    pub(super) fn actor(&self) -> String {
        let name = ["PAYCTL_OPERATOR", "USER", "USERNAME"]
            .into_iter()
            .find_map(|name| {
                self.environment
                    .get(name)
                    .filter(|value| !value.trim().is_empty())
            });
        format!("operator:{}", name.map_or("unknown", str::trim))
    }

    /// Says on stderr how an amount was read that was not written in digits alone, before anything is done with it.
    pub(super) fn tell_how_read(&mut self, flag: &str, written: Option<&WrittenAmount>) {
        if let Some(told) = written.and_then(|written| written.told(flag)) {
            // A stderr that is shut keeps nobody from working.
            let _ = writeln!(self.world.stderr, "{}", printable(&told));
        }
    }

    pub(super) fn face(&self) -> Face {
        Face {
            format: self.options.format,
            zone: self.config.zone,
            paint: self.options.paint(self.world, self.world.outlets.stdout),
        }
    }

    pub(super) fn policy(&self) -> Policy {
        Policy {
            grace: self.config.expiry.grace,
        }
    }

    /// Lends stdout to a report that is still being written while other work goes on; that work finds it shut.
    pub(super) fn lend_stdout<T>(
        &mut self,
        work: impl FnOnce(&mut Self, &mut (dyn Write + Send)) -> T,
    ) -> T {
        let mut stdout = std::mem::replace(&mut self.world.stdout, Box::new(io::sink()));
        let result = work(self, &mut *stdout);
        self.world.stdout = stdout;
        result
    }

    /// Without the shop's configuration, orders would be moved past what must happen then, and nobody would ever see it.
    /// Only the configuration that names this very database may drop effects of it.
    fn must_know_the_effects(&self, store: &Store) -> anyhow::Result<()> {
        if self.is_the_shops_own() {
            return Ok(());
        }
        let known = store.read().known_hooks()?;
        let hooks = self.config.hooks();
        let mut missing = known
            .iter()
            .filter(|name| hooks.iter().all(|hook| hook.name != **name));
        let Some(first) = missing.next() else {
            return Ok(());
        };
        let and_others = if missing.next().is_some() {
            ", …"
        } else {
            ""
        };
        let why = match &self.config.source {
            Source::File(path) => {
                format!("its configuration is another one than {}", path.display())
            }
            Source::Environment | Source::Defaults => format!("no {FILE_NAME} was found"),
        };
        let why = format!("this shop has effects ({first}{and_others}), and {why}");
        Err(Refusal::new(Exit::Config, why)
            .hint("say where it is with: --config FILE, or PAYCTL_CONFIG")
            .into())
    }

    fn is_the_shops_own(&self) -> bool {
        let is_file = matches!(self.config.source, Source::File(_));
        let place = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        is_file && place(&self.database) == place(&self.config.database)
    }

    pub(super) fn could_not_open(&self) -> String {
        format!("could not open {}", self.database.display())
    }
}
