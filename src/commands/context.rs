//! What a command works with: the world, the settings, and the shop's file.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::options::Options;
use crate::config::{Config, Environment};
use crate::domain::instant::Instant;
use crate::domain::reconcile::Policy;
use crate::output::Face;
use crate::store::{Reader, Store};
use crate::world::World;

pub(super) struct Context<'w> {
    pub(super) world: &'w mut World,
    pub(super) options: Options,
    pub(super) config: Config,
    /// With `.env` behind it.
    pub(super) environment: Environment,
    /// The one now of this run: all its cutoffs agree.
    pub(super) started_at: Instant,
    database: PathBuf,
}

impl<'w> Context<'w> {
    pub(super) fn open(options: Options, world: &'w mut World) -> anyhow::Result<Self> {
        let named = options.config.as_deref();
        let (config, environment) = Config::load(named, world.environment.clone(), &world.folder)?;
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
            database,
        })
    }

    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// The shop's file, for reading only.
    pub(super) fn reader(&self) -> anyhow::Result<Reader> {
        Reader::open(&self.database).with_context(|| self.could_not_open())
    }

    /// The shop's file, for writing; it must be there.
    pub(super) fn store(&self) -> anyhow::Result<Store> {
        Store::open(&self.database).with_context(|| self.could_not_open())
    }

    /// The shop's file, for writing; made if it is not there.
    pub(super) fn store_or_new(&self) -> anyhow::Result<Store> {
        Store::create(&self.database).with_context(|| self.could_not_open())
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

    fn could_not_open(&self) -> String {
        format!("could not open {}", self.database.display())
    }
}
