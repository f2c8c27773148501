//! `[heartbeat]`: whom each job tells that it ran, so that somebody notices when none does.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::address::{AddressError, HookAddress};
use super::environment::Environment;
use super::error::ConfigError;
use super::secret_ref::SecretRef;
use super::section::ConfigSection;
use super::span::duration;

/// The settings in `[heartbeat]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeartbeatConfig {
    url: Option<PingTarget>,
    /// Time limit for one ping.
    pub timeout: Duration,
    /// What single jobs have in place of `url`.
    jobs: BTreeMap<&'static str, PingTarget>,
}

/// The jobs that may have an address of their own.
const JOBS: [&str; 4] = ["check-all", "expire", "fulfil", "cleanup"];

/// A job waits for its ping, and cron for its job.
const TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT_MAX: Duration = Duration::from_secs(30);

const MUST_BE: &str = "must be an address that begins with https://, env:NAME, file:PATH or off";

/// Where a ping goes. Whoever knows the address can send it, so it is not shown.
#[derive(Clone, PartialEq, Eq)]
enum PingTarget {
    Written(String),
    Kept(SecretRef),
    Off,
}

impl fmt::Debug for PingTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(_) => formatter.write_str("Written(…)"),
            Self::Kept(reference) => write!(formatter, "Kept({reference})"),
            Self::Off => formatter.write_str("Off"),
        }
    }
}

/// What a ping tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PingState {
    Started,
    Worked,
    /// With this exit code.
    Failed(u8),
}

impl PingState {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Started => "start",
            Self::Worked => "success",
            Self::Failed(_) => "fail",
        }
    }
}

/// Why there is no address to ping; shows nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum PingError {
    #[error("{0}")]
    Key(#[from] ConfigError),
    #[error("its address {0}")]
    Address(#[from] AddressError),
}

impl HeartbeatConfig {
    pub(super) fn from_section(section: &ConfigSection<'_>) -> Result<Self, ConfigError> {
        section.only(&["url", "timeout", "jobs"])?;
        let folder = section.folder();
        let parse = |text: &str| PingTarget::parse(text, folder);
        let mut jobs = BTreeMap::new();
        if let Some(own) = section.section("jobs")? {
            own.only(&JOBS)?;
            for job in JOBS {
                if let Some(place) = own.text(job, parse)? {
                    jobs.insert(job, place);
                }
            }
        }
        Ok(Self {
            url: section.text("url", parse)?,
            timeout: section
                .span("timeout", duration, TIMEOUT_MAX)?
                .unwrap_or(TIMEOUT),
            jobs,
        })
    }

    /// The address that tells this of a job; none if nobody is to be told. `{job}`, `{state}` and `{exit}` in it are
    /// filled in. Without the last two it is called as healthchecks.io wants it: the address itself for a success, with
    /// `/start` for a start, with `/` and the exit code for a failure.
    ///
    /// # Errors
    /// If it is not where the configuration says, or is none.
    pub fn address(
        &self,
        job: &str,
        state: PingState,
        environment: &Environment,
    ) -> Result<Option<HookAddress>, PingError> {
        let place = self.jobs.get(job).or(self.url.as_ref());
        let text = match place {
            None | Some(PingTarget::Off) => return Ok(None),
            Some(PingTarget::Written(text)) => text.clone(),
            Some(PingTarget::Kept(reference)) => {
                let kept = reference.resolve(environment)?;
                kept.expose_secret().trim().to_owned()
            }
        };
        Ok(Some(filled(&text, job, state).parse()?))
    }
}

fn filled(text: &str, job: &str, state: PingState) -> String {
    let exit = match state {
        PingState::Started => String::new(),
        PingState::Worked => "0".to_owned(),
        PingState::Failed(code) => code.to_string(),
    };
    let is_template = text.contains("{state}") || text.contains("{exit}");
    let text = text
        .replace("{job}", job)
        .replace("{state}", state.word())
        .replace("{exit}", &exit);
    match state {
        _ if is_template => text,
        PingState::Worked => text,
        PingState::Started => with_step(&text, "start"),
        PingState::Failed(_) => with_step(&text, &exit),
    }
}

/// The address with one more step in its path.
fn with_step(text: &str, step: &str) -> String {
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (text, String::new()),
    };
    format!("{}/{step}{query}", path.trim_end_matches('/'))
}

impl PingTarget {
    fn parse(text: &str, folder: &Path) -> Result<Self, &'static str> {
        if text == "off" {
            return Ok(Self::Off);
        }
        if let Ok(reference) = SecretRef::parse(text, folder) {
            return Ok(Self::Kept(reference));
        }
        let sample: Result<HookAddress, AddressError> =
            filled(text, "expire", PingState::Started).parse();
        match sample {
            Ok(_) => Ok(Self::Written(text.to_owned())),
            Err(_) => Err(MUST_BE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ping_goes_where_its_receiver_expects_it() {
        use PingState::{Failed, Started, Worked};

        for (text, state, wanted) in [
            (
                "https://hc.example/u",
                Started,
                "https://hc.example/u/start",
            ),
            ("https://hc.example/u", Worked, "https://hc.example/u"),
            (
                "https://hc.example/u/",
                Failed(78),
                "https://hc.example/u/78",
            ),
            (
                "https://hc.example/k/{job}?create=1",
                Failed(1),
                "https://hc.example/k/expire/1?create=1",
            ),
            (
                "https://up.example/p?status={state}&msg={exit}",
                Failed(1),
                "https://up.example/p?status=fail&msg=1",
            ),
            (
                "https://up.example/{state}",
                Started,
                "https://up.example/start",
            ),
        ] {
            assert_eq!(filled(text, "expire", state), wanted);
        }
    }

    #[test]
    fn an_address_is_never_shown() {
        let folder = Path::new("/shop");
        let place = PingTarget::parse("https://hc.example/s3cret", folder).unwrap();
        assert_eq!(format!("{place:?}"), "Written(…)");
        for text in ["http://hc.example/u", "hc.example", "", "on"] {
            assert_eq!(PingTarget::parse(text, folder), Err(MUST_BE), "{text}");
        }
    }
}
