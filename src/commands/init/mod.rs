//! `iommulint init`

use std::fs;
use std::path::Path;

use clap::{Args, ValueEnum};

use crate::exit::Exit;
use crate::output::{OutputFile, log, write_file};

/// Write a configuration, and files for pre-commit, CI and editors
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
    /// `.nvim.lua`: the language server in Neovim that may read it (`exrc`)
    Neovim,
    /// `.helix/languages.toml`: the language server in Helix
    Helix,
    /// `.vscode/extensions.json`, `.vscode/settings.json`: the extension for VS Code, and the layout at each save
    Vscode,
    /// `.zed/settings.json`: the layout at each save in Zed that has the extension
    Zed,
    /// `.dir-locals.el`: the language server for XML files too in Emacs that is set up for KDL
    Emacs,
}

/// A file that is written.
struct File {
    path: &'static str,
    template: &'static str,
}

impl File {
    fn text(&self) -> String {
        self.template
            .replace("VERSION", env!("CARGO_PKG_VERSION"))
            .replace("REPOSITORY", env!("CARGO_PKG_REPOSITORY"))
    }
}

impl Starter {
    const fn files(self) -> &'static [File] {
        match self {
            Self::Config => &[File {
                path: iommulint_settings::FILE_NAME,
                template: iommulint_settings::TEMPLATE,
            }],
            Self::PreCommit => &[File {
                path: ".pre-commit-config.yaml",
                template: include_str!("pre-commit.yaml"),
            }],
            Self::Github => &[File {
                path: ".github/workflows/iommulint.yml",
                template: include_str!("github.yaml"),
            }],
            Self::Gitlab => {
                &[File { path: ".gitlab-ci.yml", template: include_str!("gitlab.yaml") }]
            }
            Self::Neovim => &[File {
                path: ".nvim.lua",
                template: include_str!("../../../editors/neovim/iommulint.lua"),
            }],
            Self::Helix => &[File {
                path: ".helix/languages.toml",
                template: include_str!("../../../editors/helix/languages.toml"),
            }],
            Self::Vscode => &[
                File {
                    path: ".vscode/extensions.json",
                    template: include_str!("vscode/extensions.json"),
                },
                File {
                    path: ".vscode/settings.json",
                    template: include_str!("vscode/settings.json"),
                },
            ],
            Self::Zed => &[File { path: ".zed/settings.json", template: include_str!("zed.json") }],
            Self::Emacs => &[File {
                path: ".dir-locals.el",
                template: include_str!("../../../editors/emacs/dir-locals.el"),
            }],
        }
    }
}

impl Init {
    pub(crate) fn run(&self) -> Result<Exit, String> {
        let files: Vec<&File> = self.names.iter().flat_map(|starter| starter.files()).collect();
        if self.print {
            let texts: Vec<String> = files.iter().map(|file| file.text()).collect();
            OutputFile::default().write_all(&texts.join("\n"))?;
            return Ok(Exit::Clean);
        }
        if !self.force
            && let Some(file) = files.iter().find(|file| Path::new(file.path).exists())
        {
            return Err(format!(
                "`{}` is there already, and nothing was written; say --force to replace it, or --print to see what it would hold",
                file.path
            ));
        }
        for file in files {
            let path = Path::new(file.path);
            let folder = path.parent().unwrap_or(path);
            fs::create_dir_all(folder)
                .map_err(|error| format!("cannot make `{}`: {error}", folder.display()))?;
            write_file(path, file.text().as_bytes())?;
            log(&format!("wrote {}", path.display()));
        }
        Ok(Exit::Clean)
    }
}
