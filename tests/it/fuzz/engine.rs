//! Tries a target's corpus and mutations of it, and reports the smallest input that breaks a promise.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::Outcome;
use super::mutation::mutate;
use super::random::Random;
use super::shrinking::smallest;

/// What is fuzzed.
pub(super) struct Target {
    /// Its folder in `tests/fixtures/fuzz`.
    pub(super) name: &'static str,
    /// Inputs besides those of the folder, such as recorded answers.
    pub(super) seeds: Vec<Vec<u8>>,
    /// Words that matter to what is fuzzed.
    pub(super) words: &'static [&'static str],
    /// How many mutations `cargo test` tries.
    pub(super) rounds: u64,
}

/// Longer than any input of a corpus.
const BYTES_MAX: usize = 8 * 1024;

/// How many inputs are mutated further at most.
const POOL_MAX: usize = 2_000;

/// The seed of `cargo test`, so that it tries the same inputs each time.
const USUAL_SEED: u64 = 1;

/// How long to go on, and from which seed.
struct FuzzRun {
    seed: u64,
    rounds: u64,
    until: Option<Instant>,
}

impl FuzzRun {
    fn of(target: &Target) -> Self {
        let number = |name: &str| {
            let text = std::env::var(name).ok()?;
            Some(text.parse::<u64>().expect(name))
        };
        let minutes = number("PAYCTL_FUZZ_MINUTES");
        let today = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let default = if minutes.is_some() {
            today().as_secs()
        } else {
            USUAL_SEED
        };
        Self {
            seed: number("PAYCTL_FUZZ_SEED").unwrap_or(default),
            rounds: target.rounds,
            until: minutes.map(|minutes| Instant::now() + Duration::from_secs(minutes * 60)),
        }
    }

    fn is_over(&self, executions: u64) -> bool {
        self.until
            .map_or(executions >= self.rounds, |until| Instant::now() >= until)
    }
}

/// Tries the corpus, then mutations.
///
/// # Panics
/// With the smallest input that breaks a promise.
pub(super) fn fuzz(target: &Target, mut property: impl FnMut(&[u8]) -> Outcome) {
    let mut outcome = |input: &[u8]| {
        catch_unwind(AssertUnwindSafe(|| property(input)))
            .unwrap_or_else(|panic| Err(format!("no panic: {}", words_of(panic.as_ref()))))
    };
    let run = FuzzRun::of(target);
    let began = Instant::now();
    let mut pool = corpus(target);
    let mut outcomes = BTreeSet::new();
    for input in &pool {
        match outcome(input) {
            Ok(what) => drop(outcomes.insert(what)),
            Err(promise) => fail(target, &run, input, &promise, outcome),
        }
    }
    let (corpus, mut executions) = (pool.len(), 0);
    let mut random = Random::new(run.seed);
    while !run.is_over(executions) {
        let (input, other) = (random.pick(&pool).clone(), random.pick(&pool).clone());
        let mutated = mutate(&mut random, &input, &other, target.words, BYTES_MAX);
        executions += 1;
        match outcome(&mutated) {
            Err(promise) => fail(target, &run, &mutated, &promise, outcome),
            Ok(what) => {
                if outcomes.insert(what) && pool.len() < POOL_MAX {
                    pool.push(mutated);
                }
            }
        }
    }
    if run.until.is_some() {
        println!(
            "fuzz {}: seed {}, {corpus} inputs of the corpus, {executions} mutations, {} s, {} outcomes; no finding",
            target.name,
            run.seed,
            began.elapsed().as_secs(),
            outcomes.len(),
        );
    }
}

/// The files of the target's folder by their names, then its other inputs.
fn corpus(target: &Target) -> Vec<Vec<u8>> {
    let folder = folder(target);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    let files = paths.iter().map(|path| fs::read(path).unwrap());
    files.chain(target.seeds.iter().cloned()).collect()
}

fn folder(target: &Target) -> PathBuf {
    fixtures("fuzz").join(target.name)
}

/// A folder of `tests/fixtures`.
pub(super) fn fixtures(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", name]
        .iter()
        .collect()
}

/// The recorded JSON files of a folder of `tests/fixtures`, by the beginnings of their names.
pub(super) fn recorded(name: &str, beginnings: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = fs::read_dir(fixtures(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)))
        .filter(|(name, _)| beginnings.iter().any(|start| name.starts_with(start)))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    found.sort();
    found
}

fn fail(
    target: &Target,
    run: &FuzzRun,
    input: &[u8],
    promise: &str,
    mut outcome: impl FnMut(&[u8]) -> Outcome,
) -> ! {
    // Another broken promise is another finding.
    let kind = |promise: &str| promise.split(':').next().unwrap_or_default().to_owned();
    let wanted = kind(promise);
    let smallest = smallest(input, |candidate| {
        outcome(candidate).is_err_and(|other| kind(&other) == wanted)
    });
    let words = outcome(&smallest).err().unwrap_or_default();
    let digest = Sha256::digest(&smallest);
    let file = format!("{}-{:02x}{:02x}", target.name, digest[0], digest[1]);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    let kept = fs::write(&file, &smallest);
    panic!(
        "{name} breaks a promise: {words}\n\
         seed {seed}; the smallest input has {length} bytes:\n\n{text}\n\n\
         When it is mended, keep it: cp {file} {folder}/WHAT-IT-SHOWS {kept:?}",
        name = target.name,
        seed = run.seed,
        length = smallest.len(),
        text = smallest.escape_ascii(),
        file = file.display(),
        folder = folder(target).display(),
    );
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without words".to_owned())
}
