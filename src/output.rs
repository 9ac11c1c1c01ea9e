//! Standard output, standard error, and files written whole.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use clap::builder::TypedValueParser as _;

/// Where a result goes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputFile {
    /// Write the result to this file instead of standard output; the file is replaced as a whole
    #[arg(
        long,
        value_name = "FILE",
        env = "IOMMULINT_OUTPUT_FILE",
        value_parser = NonEmptyStringValueParser::new().map(PathBuf::from)
    )]
    output_file: Option<PathBuf>,
}

impl OutputFile {
    /// Opens the place where the result goes.
    pub(crate) fn open(&self) -> Output {
        match &self.output_file {
            Some(path) => Output::File { path: path.clone(), content: Vec::new() },
            None => Output::Stdout { closed: false },
        }
    }

    /// Writes a result that is there as a whole.
    ///
    /// # Errors
    ///
    /// As [`Output::write`] and [`Output::finish`].
    pub(crate) fn write_all(&self, result: &str) -> Result<(), String> {
        let mut output = self.open();
        output.write(result.as_bytes())?;
        output.finish()
    }

    /// Whether the result goes to standard output.
    pub(crate) fn is_stdout(&self) -> bool {
        self.output_file.is_none()
    }
}

/// A place where a result goes, piece by piece.
pub(crate) enum Output {
    /// Written as it comes.
    Stdout {
        /// Whether the reader has gone: what is left to write is dropped.
        closed: bool,
    },
    /// Written as it comes, to standard error.
    Stderr,
    /// Kept until all of it is there.
    File {
        /// Which file.
        path: PathBuf,
        /// What it will hold.
        content: Vec<u8>,
    },
}

impl Output {
    /// Takes the next piece of the result.
    ///
    /// # Errors
    ///
    /// When standard output cannot be written to, unless its reader has just gone away: that is
    /// how `iommulint … | head` ends, and nothing is wrong then.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Result<(), String> {
        match self {
            Self::File { content, .. } => content.extend_from_slice(piece),
            // When nobody reads it, nothing happens.
            Self::Stderr => drop(io::stderr().lock().write_all(piece)),
            Self::Stdout { closed: true } => {}
            Self::Stdout { closed } => {
                let mut stdout = io::stdout().lock();
                match stdout.write_all(piece).and_then(|()| stdout.flush()) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => *closed = true,
                    Err(error) => return Err(format!("cannot write to standard output: {error}")),
                    Ok(()) => {}
                }
            }
        }
        Ok(())
    }

    /// Whether nobody reads any more what is written.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Stdout { closed: true })
    }

    /// Says that the result is complete; a file appears only now.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; it is then as it was.
    pub(crate) fn finish(&mut self) -> Result<(), String> {
        match self {
            Self::Stdout { .. } | Self::Stderr => Ok(()),
            Self::File { path, content } => write_file(path, content),
        }
    }
}

/// Gives the file at `path` a new content.
///
/// # Errors
///
/// When it cannot be written; it is then as it was.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), String> {
    replace_file(path, content)
        .map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

/// Gives the file at `path` a new content in one step: whoever reads it, sees the old or the new
/// one. What is there but is no ordinary file (`/dev/null`, a pipe) is written to as it is.
///
/// # Errors
///
/// When the folder cannot be written to, or the disk is full.
fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let target = match path.canonicalize() {
        // Through a symbolic link the file it names is replaced, not the link.
        Ok(existing) => existing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_path_buf(),
        Err(error) => return Err(error),
    };
    let before = target.metadata().ok();
    if before.as_ref().is_some_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return std::fs::OpenOptions::new().write(true).open(&target)?.write_all(content);
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(io::Error::other("there is no such folder"));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".iommulint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The umask is applied to it; an existing file keeps what it has.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(content)?;
    if let Some(metadata) = before {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a line to standard error; when nobody reads it, nothing happens.
pub(crate) fn log(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

/// Says on standard error that something is wrong with the run itself.
pub(crate) fn log_error(what: &str) {
    log(&format!("iommulint: {}", crate::report::visible::line(what)));
}
