//! `iommulint init`

use std::fs;
use std::path::Path;

use clap::{Args, ValueEnum};

use crate::exit::Exit;
use crate::output::{OutputFile, log, write_file};

/// Write a configuration, and files for pre-commit and CI
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// What to write
    #[arg(value_enum, value_name = "NAME", default_value = "config")]
    names: Vec<Starter>,
    /// Replace files that are there
    #[arg(long, help_heading = "Output")]
    force: bool,
    /// Print what the files would hold, and write none: to be put into files that are there
    #[arg(long, help_heading = "Output")]
    print: bool,
}

/// A file to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Starter {
    /// `iommulint.toml`, with every key in a comment
    Config,
    /// `.pre-commit-config.yaml`: check and lay out files at each commit
    PreCommit,
    /// `.github/workflows/iommulint.yml`: annotations in pull requests
    Github,
    /// `.gitlab-ci.yml`: a code quality report in merge requests
    Gitlab,
}

impl Starter {
    const fn path(self) -> &'static str {
        match self {
            Self::Config => iommulint_settings::FILE_NAME,
            Self::PreCommit => ".pre-commit-config.yaml",
            Self::Github => ".github/workflows/iommulint.yml",
            Self::Gitlab => ".gitlab-ci.yml",
        }
    }

    fn text(self) -> String {
        let text = match self {
            Self::Config => iommulint_settings::TEMPLATE,
            Self::PreCommit => include_str!("pre-commit.yaml"),
            Self::Github => include_str!("github.yaml"),
            Self::Gitlab => include_str!("gitlab.yaml"),
        };
        text.replace("VERSION", env!("CARGO_PKG_VERSION"))
            .replace("REPOSITORY", env!("CARGO_PKG_REPOSITORY"))
    }
}

impl Init {
    pub(crate) fn run(&self) -> Result<Exit, String> {
        if self.print {
            let texts: Vec<String> = self.names.iter().map(|starter| starter.text()).collect();
            OutputFile::default().write_all(&texts.join("\n"))?;
            return Ok(Exit::Clean);
        }
        let there = |starter: &&Starter| Path::new(starter.path()).exists();
        if !self.force
            && let Some(starter) = self.names.iter().find(there)
        {
            return Err(format!(
                "`{}` is there already, and nothing was written; say --force to replace it, or --print to see what it would hold",
                starter.path()
            ));
        }
        for starter in &self.names {
            let path = Path::new(starter.path());
            let folder = path.parent().unwrap_or(path);
            fs::create_dir_all(folder)
                .map_err(|error| format!("cannot make `{}`: {error}", folder.display()))?;
            write_file(path, starter.text().as_bytes())?;
            log(&format!("wrote {}", path.display()));
        }
        Ok(Exit::Clean)
    }
}
