//! Patterns for paths.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;

/// A pattern for files and folders, as in a `.gitignore`: `legacy/**`, `*.generated.kdl`, and with
/// `!` in front what is an exception from the patterns before.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(extend("minLength" = 1)))]
#[serde(try_from = "String")]
pub(crate) struct Pattern(String);

/// Patterns, ready to be compared with paths.
#[derive(Clone, Debug)]
pub(crate) struct Patterns {
    folder: PathBuf,
    matcher: Gitignore,
}

impl TryFrom<String> for Pattern {
    type Error = String;

    /// The second line of an error says what to do.
    fn try_from(pattern: String) -> Result<Self, String> {
        matcher([pattern.as_str()]).map_err(|why| format!("`{pattern}` is no pattern: {why}"))?;
        let plain = pattern.strip_prefix('!').unwrap_or(&pattern);
        if plain.trim_matches('/').trim().is_empty() {
            return Err("a pattern that matches nothing".to_owned());
        }
        if plain.starts_with('#') {
            return Err(format!(
                "`{pattern}` matches nothing: it is a comment in a `.gitignore`\nwrite `\\{plain}`"
            ));
        }
        if let Some(rest) = plain.strip_prefix("./") {
            return Err(format!(
                "`{pattern}` matches nothing: no path begins with `./`\n\
                 write `/{rest}` for what is in the folder of the configuration file itself"
            ));
        }
        if plain.split('/').any(|component| component == "..") {
            return Err(format!(
                "`{pattern}` matches nothing: only files below the folder of the configuration \
                 file are compared"
            ));
        }
        Ok(Self(pattern))
    }
}

impl Patterns {
    /// The patterns of a configuration file in `folder`, which is absolute.
    ///
    /// # Errors
    ///
    /// When they are too many, or too long.
    pub(crate) fn new(folder: &Path, patterns: &[Pattern]) -> Result<Self, String> {
        let matcher = matcher(patterns.iter().map(|Pattern(pattern)| pattern.as_str()))?;
        Ok(Self { folder: folder.to_path_buf(), matcher })
    }

    /// Whether they match the file at `path`, an absolute one, or a folder it is in.
    pub(crate) fn match_file(&self, path: &Path) -> bool {
        match path.strip_prefix(&self.folder) {
            Ok(path) => self.matcher.matched_path_or_any_parents(path, false).is_ignore(),
            Err(_) => false,
        }
    }
}

fn matcher<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Gitignore, String> {
    let why = |error: ignore::Error| match error {
        ignore::Error::Glob { err, .. } => err,
        other => other.to_string(),
    };
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    for pattern in patterns {
        builder.add_line(None, pattern).map_err(why)?;
    }
    builder.build().map_err(why)
}
