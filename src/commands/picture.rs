//! The file for a QR code's picture. It may replace another picture, and nothing else.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::unwritten::unwritten;
use crate::commands::{CommandError, Context};
use crate::config::{ConfigSource, FILE_NAME, is_disk};
use crate::output::Format;
use crate::output::paint::OutputStream;
use crate::output::qr::{Qr, QrError};
use crate::store::FileRights;

/// The format of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) enum Picture {
    Svg,
    Png,
}

impl Picture {
    pub(super) fn of(self, code: &Qr) -> Result<Vec<u8>, QrError> {
        match self {
            Self::Svg => Ok(code.svg().into_bytes()),
            Self::Png => code.png(),
        }
    }
}

/// Draws the code with characters. An older Windows console would print the sequences instead.
pub(super) fn draw_with_characters(context: &mut Context<'_>, code: &Qr) -> io::Result<()> {
    let outlets = context.host.outlets;
    if outlets.stdout == OutputStream::Terminal && !outlets.show_colours {
        let told = "this console cannot show a QR code; write it into a file with --png FILE";
        return writeln!(context.host.stderr, "{told}");
    }
    let out = &mut context.host.stdout;
    out.write_all(code.terminal().as_bytes())?;
    out.flush()
}

/// Where a picture goes, once it is known to be safe.
#[derive(Debug)]
pub(super) enum PictureTarget {
    Stdout,
    File(PictureFile),
}

/// A file for a picture, readable by those who may read the database.
#[derive(Debug)]
pub(super) struct PictureFile {
    path: PathBuf,
    rights: Option<FileRights>,
}

/// The first bytes of a file tell whether it is a picture.
const HEAD: u64 = 1024;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

impl PictureTarget {
    /// The destination given by `--svg` and `--png`: `-` is stdout.
    ///
    /// # Errors
    /// If a picture must not replace the existing file, or stdout is needed for something else.
    pub(super) fn named(context: &Context<'_>, name: &Path) -> Result<Self, CommandError> {
        if name == Path::new("-") {
            return match context.options.format {
                Format::Table => Ok(Self::Stdout),
                Format::Json | Format::Jsonl | Format::Csv => Err(CommandError::usage(
                    "stdout cannot carry both the picture and the output for programs",
                )
                .hint("name a file for the picture, or leave out --format")),
            };
        }
        let path = context.host.folder.join(name);
        require_free(context, &path)?;
        require_picture(&path)?;
        let rights = FileRights::of(context.database());
        Ok(Self::File(PictureFile { path, rights }))
    }
}

impl PictureFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the picture, after checking the existing file once more.
    ///
    /// # Errors
    /// If it could not be written, or the existing file is not a picture.
    pub(super) fn write(&self, picture: &[u8]) -> anyhow::Result<()> {
        let path = &self.path;
        let refused = |error| unwritten(path, &error);
        let mut file = match open(path, self.rights.as_ref()) {
            Ok(file) => file,
            Err(PictureNotOpened::Refused(refusal)) => return Err(refusal.into()),
            Err(PictureNotOpened::Failed(error)) => return Err(refused(error).into()),
        };
        Ok(file.write_all(picture).map_err(refused)?)
    }
}

enum PictureNotOpened {
    Refused(CommandError),
    Failed(io::Error),
}

/// A new file with the rights of the database, or the existing picture, truncated.
fn open(path: &Path, rights: Option<&FileRights>) -> Result<File, PictureNotOpened> {
    match FileRights::create_new(path, rights) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        new => return new.map_err(PictureNotOpened::Failed),
    }
    let is_file = std::fs::metadata(path)
        .map_err(PictureNotOpened::Failed)?
        .is_file();
    if !is_file {
        // A pipe or a terminal device holds no data to lose.
        let options = OpenOptions::new().write(true).open(path);
        return options.map_err(PictureNotOpened::Failed);
    }
    let mut options = OpenOptions::new();
    let mut file = options
        .read(true)
        .write(true)
        .open(path)
        .map_err(PictureNotOpened::Failed)?;
    let is_picture = is_picture(&mut file).map_err(PictureNotOpened::Failed)?;
    if !is_picture {
        return Err(PictureNotOpened::Refused(no_picture(path)));
    }
    let emptied = file.seek(SeekFrom::Start(0)).and_then(|_| file.set_len(0));
    emptied.map_err(PictureNotOpened::Failed)?;
    Ok(file)
}

/// The names of the database, its companion files, the configuration and `.env`, whether or not they exist yet.
fn require_free(context: &Context<'_>, path: &Path) -> Result<(), CommandError> {
    let real = real(path);
    let database = real_name(context.database());
    let is_database = is_beside(&real, context.database())
        && database
            .as_ref()
            .is_some_and(|database| is_of(&name(&real), database));
    let is_config = match &context.config.source {
        ConfigSource::File(file) => self::real(file) == real,
        ConfigSource::Environment | ConfigSource::Defaults => false,
    };
    let what = if is_database {
        "the database or one of its files"
    } else if is_config || name(&real) == FILE_NAME {
        "the configuration"
    } else if name(&real) == ".env" {
        "the file with the keys"
    } else {
        return Ok(());
    };
    let message = format!("{} is {what}; no picture was written", path.display());
    Err(CommandError::failed(message).hint("name another file"))
}

/// A name in the database's folder that SQLite or payctl uses for a companion file.
fn is_of(name: &str, database: &str) -> bool {
    let Some(rest) = name.strip_prefix(database) else {
        return false;
    };
    let is_picture = rest.ends_with(".png") || rest.ends_with(".svg");
    rest.is_empty() || (rest.starts_with(['-', '.']) && !is_picture)
}

fn is_beside(path: &Path, database: &Path) -> bool {
    real(database).parent() == path.parent()
}

/// The file that a path leads to; if it does not exist, its name in the existing folder.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let target = std::fs::read_link(path).ok();
    let folder = path.parent().unwrap_or(Path::new("."));
    let path = target.map_or_else(|| path.to_owned(), |target| folder.join(target));
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

fn real_name(path: &Path) -> Option<String> {
    Some(name(&real(path))).filter(|name| !name.is_empty())
}

/// Some file systems distinguish upper and lower case, some do not; this comparison never does.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(OsStr::new(""));
    name.to_string_lossy().to_lowercase()
}

/// An existing file must be a picture, be empty, or be a pipe.
fn require_picture(path: &Path) -> Result<(), CommandError> {
    // A missing or unreadable file is reported when it is written.
    let Ok(known) = std::fs::metadata(path) else {
        return Ok(());
    };
    if known.is_dir() || is_disk(&known) {
        return Err(no_picture(path));
    }
    if !known.is_file() {
        return Ok(());
    }
    let is_picture = File::open(path).and_then(|mut file| is_picture(&mut file));
    match is_picture {
        Ok(false) => Err(no_picture(path)),
        Ok(true) | Err(_) => Ok(()),
    }
}

fn is_picture(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    let text = String::from_utf8_lossy(&head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let is_svg = text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg"));
    Ok(head.is_empty() || head.starts_with(PNG) || is_svg)
}

fn no_picture(path: &Path) -> CommandError {
    let message = format!(
        "{} exists and is not a picture; it was left as it is",
        path.display()
    );
    CommandError::failed(message).hint("name another file, or remove that one first")
}
