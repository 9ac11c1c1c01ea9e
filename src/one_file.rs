//! The input of the commands that take one file and refuse what does not check.

use std::path::PathBuf;

use clap::Args;
use iommulint_lang::check::{Analysis, Selection, Side, check, check_for};
use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::span::FileId;

use crate::color::Color;
use crate::exit::Exit;
use crate::input::{self, Languages, Reading};
use crate::lint::{Configuration, Lint, Targets};
use crate::output::log;
use crate::report::{self, Format};
use crate::sources::Sources;

/// The number of the one file.
const FILE: FileId = FileId(0);

/// One file, and what it is judged against.
#[derive(Debug, Args)]
pub(crate) struct OneFile {
    /// The file, or `-` for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    configuration: Configuration,
    #[command(flatten)]
    targets: Targets,
}

impl OneFile {
    /// The file and what is known of it, when it has no error; otherwise the exit code. Findings are
    /// printed on standard error. `side` is the one that a result is for; errors
    /// of the rule `tolerated` are none here.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(crate) fn analyse(
        &self,
        side: Option<Side>,
        tolerated: Option<&str>,
        color: Color,
    ) -> Result<Result<(Sources, Analysis), Exit>, String> {
        let input = input::one(&self.file, &self.reading, Languages::All)?;
        let sources = Sources::one(input::read(&input)?);
        let lint = Lint::new(&self.configuration, &self.targets, Selection::default())?;
        let settings = match lint.settings(input.path()) {
            Ok(settings) => settings.check,
            Err(error) => {
                log(&report::configuration(&error, color));
                return Ok(Err(Exit::Unusable));
            }
        };
        let text = input.language().text(sources.of(FILE).text.as_str());
        let analysis = match side {
            Some(side) => check_for(side, &text, FILE, &settings),
            None => check(text, FILE, &settings),
        };
        let report = Format::Full.report(color.on(&std::io::stderr()));
        let findings = report.findings(&sources, FILE, &analysis.findings);
        if !findings.is_empty() {
            log(findings.trim_end());
        }
        let counts = |finding: &&Finding| tolerated != Some(finding.rule);
        let mut counted = analysis.findings.iter().filter(counts);
        let wrong = counted.any(|finding| finding.severity == Severity::Error);
        Ok(if wrong { Err(Exit::Findings) } else { Ok((sources, analysis)) })
    }
}

/// The position of the vm that is meant, among those of these names. Of several with one name, as in a script
/// that starts a vm in two ways, each goes by its number, too: `guest#2`.
///
/// # Errors
///
/// When there is none of that name, or nobody says which.
pub(crate) fn choose(names: &[&str], wanted: Option<&str>) -> Result<usize, String> {
    let of_same_name = |names: &[&str], name: &str| names.iter().filter(|n| **n == name).count();
    let numbered = |(position, name): (usize, &&str)| match of_same_name(names, name) {
        1 => (*name).to_owned(),
        _ => format!("{name}#{}", of_same_name(&names[..=position], name)),
    };
    let labels = || names.iter().enumerate().map(numbered);
    let all = || labels().collect::<Vec<_>>().join("`, `");
    match (names, wanted) {
        ([], _) => Err("there is no vm in the file".to_owned()),
        ([_], None) => Ok(0),
        (_, None) => Err(format!("there are several vms: say `--vm NAME` for one of `{}`", all())),
        (_, Some(wanted)) => labels()
            .position(|label| label == wanted)
            .or_else(|| names.iter().position(|name| *name == wanted))
            .ok_or_else(|| format!("there is no vm `{wanted}`; there is `{}`", all())),
    }
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn one_of_a_name_that_several_have_goes_by_its_number() {
        let names = ["a", "b", "a"];
        let several = "there are several vms: say `--vm NAME` for one of `a#1`, `b`, `a#2`";
        assert_eq!(choose(&names, None), Err(several.to_owned()));
        let chosen = |name| choose(&names, Some(name));
        assert_eq!([chosen("b"), chosen("a#2"), chosen("a#1"), chosen("a")], [1, 2, 0, 0].map(Ok));
        assert!(chosen("b#1").is_err());
    }
}
