//! A real terminal of a given size, by tmux: what a person types, and what the screen then shows.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::external_programs::need;
use crate::world::Shop;

/// A screen with a shell in a shop's folder. Dropping it ends everything that runs on it.
pub(crate) struct Terminal {
    tmux: PathBuf,
    /// The folder of its socket.
    folder: TempDir,
}

impl Terminal {
    /// `None` without tmux, after saying so.
    #[track_caller]
    pub(crate) fn open(shop: &Shop, (columns, lines): (u16, u16)) -> Option<Self> {
        let terminal = Self {
            tmux: need("tmux")?,
            folder: tempfile::tempdir().unwrap(),
        };
        let program = Path::new(env!("CARGO_BIN_EXE_payctl")).parent().unwrap();
        let path = format!("{}:/usr/bin:/bin", program.display());
        let mut shell = vec!["env".to_owned(), "-i".to_owned(), format!("PATH={path}")];
        shell.extend(["PS1=[$?]$ ", "LANG=C.UTF-8", "TERM=screen-256color"].map(str::to_owned));
        let variables = shop.environment.iter();
        shell.extend(variables.map(|(name, value)| format!("{name}={value}")));
        shell.push("sh".to_owned());
        let (columns, lines) = (columns.to_string(), lines.to_string());
        let place = shop.folder.path().to_string_lossy().into_owned();
        let mut start = vec![
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            &columns,
            "-y",
            &lines,
        ];
        start.extend(["-c", &place]);
        start.extend(shell.iter().map(String::as_str));
        terminal.tmux(&start);
        terminal.shows("]$");
        Some(terminal)
    }

    /// Clears the screen, types a line and ends it with Enter.
    #[track_caller]
    pub(crate) fn types(&self, line: &str) {
        self.tmux(&["send-keys", "clear", "Enter"]);
        self.await_screen("an empty screen", |screen| {
            let shown = screen.trim();
            shown.starts_with('[') && shown.ends_with("]$") && !shown.contains(' ')
        });
        self.keys(line);
        self.presses("Enter");
    }

    /// Types these characters.
    pub(crate) fn keys(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
    }

    /// Presses one key, as tmux calls it.
    pub(crate) fn presses(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// Waits until the screen shows these words, also across the end of a line.
    #[track_caller]
    pub(crate) fn shows(&self, words: &str) -> String {
        self.await_screen(words, |screen| screen.replace('\n', "").contains(words))
    }

    /// The screen, once it is as wanted: it may be seen while it is drawn.
    #[track_caller]
    pub(crate) fn await_screen(&self, wanted: &str, is_there: impl Fn(&str) -> bool) -> String {
        let patience = Instant::now() + Duration::from_secs(20);
        loop {
            let screen = self.screen();
            if is_there(&screen) {
                return screen;
            }
            let is_patient = Instant::now() < patience;
            assert!(is_patient, "{wanted:?} is not shown:\n{screen}");
        }
    }

    /// Types a line and waits for its end; returns the screen without the exit code.
    #[track_caller]
    pub(crate) fn ends(&self, line: &str, exit: u8) -> String {
        self.types(line);
        self.ended(exit)
    }

    /// Waits for the end of what is running.
    #[track_caller]
    pub(crate) fn ended(&self, exit: u8) -> String {
        let prompt = format!("[{exit}]$");
        // The line that was typed stands above.
        let is_over = |screen: &str| {
            let mut shown = screen.lines().filter(|line| !line.is_empty());
            shown.next_back() == Some(&*prompt) && shown.next_back().is_some()
        };
        let screen = self.await_screen(&format!("the end with exit {exit}"), is_over);
        screen.trim_end().trim_end_matches(&*prompt).to_owned()
    }

    /// What is on the screen, without spaces at the ends of lines.
    pub(crate) fn screen(&self) -> String {
        let output = self.tmux(&["capture-pane", "-p"]);
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, with the sequences that colour it.
    #[cfg(unix)]
    pub(crate) fn colours(&self) -> String {
        let output = self.tmux(&["capture-pane", "-p", "-e"]);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Whether the cursor can be seen.
    pub(crate) fn has_cursor(&self) -> bool {
        let output = self.tmux(&["display-message", "-p", "#{cursor_flag}"]);
        output.stdout.starts_with(b"1")
    }

    fn tmux(&self, words: &[&str]) -> Output {
        let socket = self.folder.path().join("socket");
        let mut command = Command::new(&self.tmux);
        command.arg("-u").arg("-S").arg(socket).args(words);
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {told}");
        output
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let socket = self.folder.path().join("socket");
        let mut command = Command::new(&self.tmux);
        let _ended = command.arg("-S").arg(socket).arg("kill-server").output();
    }
}
