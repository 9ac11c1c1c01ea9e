//! One configuration file, and what it says of a path.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use iommulint_lang::check::{RequestedTarget, Settings};
use iommulint_lang::rules::{Level, RuleName, RuleSet};
use iommulint_lang::span::MAX_TEXT;
use iommulint_lang::toml_file;

use crate::error::ConfigError;
use crate::file::{File, Host, OfSettings, Override, Patterns, Policy, Target};
use crate::paths::absolute;
use crate::text::text;

/// What a configuration file says.
#[derive(Clone, Debug)]
pub struct Configuration {
    path: Arc<Path>,
    exclude: Patterns,
    for_all: Layer,
    overrides: Vec<(Patterns, Layer)>,
}

/// What is said of some files; later layers win, key by key.
#[derive(Clone, Debug)]
struct Layer {
    host: Option<PathBuf>,
    target: RequestedTarget,
    levels: Vec<(RuleName, Level)>,
    not_allowable: Option<RuleSet>,
}

/// What a configuration says of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) check: Settings,
    pub(crate) host: Option<PathBuf>,
    pub(crate) excluded: bool,
}

impl Configuration {
    /// Reads the configuration file at `path`, an absolute one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or something in it is wrong.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(path, &text(path)?)
    }

    /// Reads the text of the configuration file at `path`, an absolute one.
    ///
    /// # Errors
    ///
    /// When something in it is wrong.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        if text.len() > MAX_TEXT {
            return Err(ConfigError::unreadable(path, "too long"));
        }
        let (file, mistakes) = toml_file::read::<File>(text, &OfSettings);
        let file = file.filter(|_| mistakes.is_empty());
        let file = file.ok_or_else(|| ConfigError::wrong(path, text, mistakes))?;
        Self::new(path, file).map_err(|why| ConfigError::unreadable(path, why))
    }

    fn new(path: &Path, file: File) -> Result<Self, String> {
        let File { exclude, host, target, rules, policy, overrides } = file;
        let folder = path.parent().unwrap_or(path);
        let layer = |host: Option<Host>, target, levels, policy| {
            Layer::new(host.map(|Host(path)| absolute(folder, &path)), target, levels, policy)
        };
        let overrides =
            overrides.into_iter().map(|Override { paths, host, target, rules, policy }| {
                Ok((Patterns::new(folder, &paths)?, layer(host, target, rules.0, policy)))
            });
        Ok(Self {
            path: path.into(),
            exclude: Patterns::new(folder, &exclude)?,
            for_all: layer(host, target, rules.0, policy),
            overrides: overrides.collect::<Result<_, String>>()?,
        })
    }

    /// Where it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of the file at `path`, an absolute one.
    pub(crate) fn of(&self, path: &Path) -> Said {
        let mut said = Said { excluded: self.exclude.match_file(path), ..Said::default() };
        self.for_all.apply(&mut said);
        for (patterns, layer) in &self.overrides {
            if patterns.match_file(path) {
                layer.apply(&mut said);
            }
        }
        said
    }
}

impl Layer {
    fn new(
        host: Option<PathBuf>,
        target: Target,
        levels: Vec<(RuleName, Level)>,
        policy: Policy,
    ) -> Self {
        let target = RequestedTarget {
            libvirt: target.libvirt.map(|libvirt| libvirt.0),
            qemu: target.qemu.map(|qemu| qemu.0),
        };
        let rules = |rules: Vec<_>| rules.into_iter().map(|rule: crate::file::Rule| rule.0);
        let not_allowable = policy.not_allowable.map(|named| rules(named).collect());
        Self { host, target, levels, not_allowable }
    }

    fn apply(&self, said: &mut Said) {
        let Settings { default_target, levels, not_allowable, .. } = &mut said.check;
        default_target.libvirt = self.target.libvirt.or(default_target.libvirt);
        default_target.qemu = self.target.qemu.or(default_target.qemu);
        for (rule, level) in &self.levels {
            levels.set(*rule, *level);
        }
        if let Some(rules) = &self.not_allowable {
            not_allowable.clone_from(rules);
        }
        if let Some(host) = &self.host {
            said.host = Some(host.clone());
        }
    }
}
