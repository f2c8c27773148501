//! A PostgreSQL server of the tests' own: no network, nothing kept, gone with the last test that uses it.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tempfile::TempDir;

use crate::external_programs::need_in;

/// The user `nobody`: PostgreSQL does not run as root.
const NOBODY: u32 = 65_534;

/// Makes a cluster in the folder `$1`, starts its server, says so, and stops it when nobody holds stdin open any more, even
/// if the tests were killed. What it listens to is a socket in the same folder. Text is ordered by its bytes.
const SCRIPT: &str = r#"
trap '' INT
cd "$1" &&
"$2/initdb" --pgdata=data --username=payctl --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 &&
"$2/pg_ctl" --pgdata=data --log=server.log --wait --silent --options="-c listen_addresses='' \
    -c unix_socket_directories='$1' -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >start.log 2>&1 &&
echo ready &&
cat &&
"$2/pg_ctl" --pgdata=data --mode=immediate --silent stop
"#;

/// The server that tests of this process share while one of them uses it.
static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

pub(crate) struct Server {
    programs: PathBuf,
    folder: TempDir,
    process: Child,
    databases: AtomicU32,
    /// Databases are made one after the other.
    making: Mutex<()>,
}

impl Server {
    /// The server, started if no other test has one; `None` where PostgreSQL is not installed.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        let programs = programs()?;
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start(programs));
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    fn start(programs: PathBuf) -> Self {
        // Not in the folder for temporary files: the name of a socket has at most 107 letters.
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let mut command = Command::new("sh");
        if rustix::process::geteuid().is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            command.uid(NOBODY).gid(NOBODY);
        }
        let process = command
            .args(["-c", SCRIPT, "sh"])
            .args([folder.path(), &programs])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            programs,
            folder,
            process,
            databases: AtomicU32::new(0),
            making: Mutex::new(()),
        };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&mut self) {
        let mut line = String::new();
        let stdout = self.process.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let logs = ["initdb.log", "start.log", "server.log"]
            .map(|name| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default());
        assert_eq!(line, "ready\n", "{}", logs.join("\n"));
    }

    /// A new database without tables.
    pub(crate) fn database(self: &Arc<Self>) -> Database {
        let name = format!("shop_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        self.psql(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE template0"),
        );
        Database {
            server: Arc::clone(self),
            name,
        }
    }

    /// What `psql` prints when it reads a script, with [`BETWEEN`] two values and [`AFTER`] rows that others follow.
    fn psql(&self, database: &str, script: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), script).unwrap();
        let psql = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"])
            .arg(format!("--field-separator={BETWEEN}"))
            .arg(format!("--record-separator={AFTER}"))
            .args(["--username=payctl", "--dbname", database])
            .arg("--host")
            .arg(self.folder())
            .arg("--file")
            .arg(file.path())
            .env("PGOPTIONS", "--client-min-messages=warning")
            .env("PGCLIENTENCODING", "UTF8")
            .output()
            .unwrap();
        let errors = String::from_utf8(psql.stderr).unwrap();
        assert!(psql.status.success(), "{errors}");
        String::from_utf8(psql.stdout).unwrap()
    }

    /// Where its socket is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Between two values of a row that `psql` prints.
pub(crate) const BETWEEN: char = '\u{1f}';
/// After each row that `psql` prints, but the last.
pub(crate) const AFTER: char = '\u{1e}';

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// A database on the server of the tests.
pub(crate) struct Database {
    server: Arc<Server>,
    name: String,
}

impl Database {
    /// Runs a script of `psql` to its end and returns what was printed; what to print of errors is in the script.
    pub(crate) fn runs(&self, script: &str) -> String {
        self.server.psql(&self.name, script)
    }

    /// Runs statements that all succeed.
    pub(crate) fn takes(&self, statements: &str) -> String {
        self.runs(&format!("\\set ON_ERROR_STOP on\n{statements}\n"))
    }

    /// The rows of a statement, as text.
    pub(crate) fn rows(&self, statement: &str) -> Vec<Vec<String>> {
        rows(&self.takes(&format!("{statement};")))
    }
}

/// Rows as `psql` has printed them.
pub(crate) fn rows(printed: &str) -> Vec<Vec<String>> {
    let Some(printed) = printed.strip_suffix('\n') else {
        return Vec::new();
    };
    let rows = printed.split(AFTER);
    let row = |row: &str| row.split(BETWEEN).map(str::to_owned).collect();
    rows.map(row).collect()
}

/// The folder of PostgreSQL's programs: the newest of Debian's, or one of the path.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<PathBuf> = versions.flatten().map(|entry| entry.path()).collect();
    let number = |folder: &PathBuf| -> Option<u32> { folder.file_name()?.to_str()?.parse().ok() };
    folders.sort_by_key(number);
    let folders = folders.iter().rev().map(|folder| folder.join("bin"));
    let initdb = need_in("initdb", folders)?;
    Some(initdb.parent().unwrap().to_owned())
}
