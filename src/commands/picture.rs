//! Where the picture of a QR code goes. It takes the place of another picture, and of nothing else.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::context::Context;
use super::failure::CommandError;
use crate::config::{ConfigSource, FILE_NAME, is_disk};
use crate::exit::Exit;
use crate::output::Format;
use crate::output::qr::{Qr, QrError};
use crate::store::FileRights;

/// How a QR code is drawn.
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

/// Where a picture goes, once it is known to harm nothing there.
#[derive(Debug)]
pub(super) enum PictureTarget {
    Stdout,
    File(PictureFile),
}

/// A file for a picture, and who may read it: whoever may read the database.
#[derive(Debug)]
pub(super) struct PictureFile {
    path: PathBuf,
    rights: Option<FileRights>,
}

/// So much of a file tells whether it is a picture.
const HEAD: u64 = 1024;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

impl PictureTarget {
    /// What `--svg` and `--png` name: `-` is stdout.
    ///
    /// # Errors
    /// There is something that a picture must not replace, or stdout carries something else.
    pub(super) fn named(context: &Context<'_>, name: &Path) -> Result<Self, CommandError> {
        if name == Path::new("-") {
            return match context.options.format {
                Format::Table => Ok(Self::Stdout),
                Format::Json | Format::Jsonl | Format::Csv => Err(CommandError::new(
                    Exit::Usage,
                    "stdout cannot carry both the picture and the answer for programs",
                )
                .hint("name a file for the picture, or leave --format out")),
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

    /// Writes the picture; what stands there is looked at once more.
    ///
    /// # Errors
    /// It could not be written, or what stands there is no picture.
    pub(super) fn write(&self, picture: &[u8]) -> anyhow::Result<()> {
        let path = &self.path;
        let told = || format!("could not write {}", path.display());
        let mut file = match open(path, self.rights.as_ref()) {
            Ok(file) => file,
            Err(PictureNotOpened::Refused(refusal)) => return Err(refusal.into()),
            Err(PictureNotOpened::Failed(error)) => return Err(error).with_context(told),
        };
        file.write_all(picture).with_context(told)
    }
}

enum PictureNotOpened {
    Refused(CommandError),
    Failed(io::Error),
}

/// A new file with the rights of the database, or the picture that is there, emptied.
fn open(path: &Path, rights: Option<&FileRights>) -> Result<File, PictureNotOpened> {
    match FileRights::create_new(path, rights) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        new => return new.map_err(PictureNotOpened::Failed),
    }
    let is_file = std::fs::metadata(path)
        .map_err(PictureNotOpened::Failed)?
        .is_file();
    if !is_file {
        // A pipe, or what stands for a terminal: nothing is kept there.
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

/// The names of the database, its companions, the configuration and `.env`, whether or not they are there yet.
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
        "the database, or a file that belongs to it"
    } else if is_config || name(&real) == FILE_NAME {
        "the configuration"
    } else if name(&real) == ".env" {
        "the file of the keys"
    } else {
        return Ok(());
    };
    let message = format!("{} is {what}; no picture is written there", path.display());
    Err(CommandError::new(Exit::Failed, message).hint("name another file"))
}

/// A name in the database's folder that SQLite or payctl uses beside it.
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

/// The file that a path leads to; of one that is not there, its name in the folder that is.
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

/// Some systems tell letters apart, some do not: here none does.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(OsStr::new(""));
    name.to_string_lossy().to_lowercase()
}

/// What is there already must be a picture, empty, or no file at all but a pipe.
fn require_picture(path: &Path) -> Result<(), CommandError> {
    // What is not there, or cannot be read, is told when it is written.
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
        "{} is there, and no picture; it is left as it is",
        path.display()
    );
    CommandError::new(Exit::Failed, message).hint("name another file, or remove that one first")
}
