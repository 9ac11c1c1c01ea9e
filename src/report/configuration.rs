//! What is wrong with a configuration file, drawn as findings are.

use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::span::{FileId, Origin};
use iommulint_settings::ConfigError;

use super::Format;
use crate::color::Color;
use crate::source::Source;
use crate::sources::Sources;

/// The error for standard error.
pub(crate) fn configuration(error: &ConfigError, color: Color) -> String {
    let ConfigError::Wrong { text, mistakes, .. } = error else {
        return format!("iommulint: {error}");
    };
    let file = FileId::default();
    let current_dir = std::env::current_dir().unwrap_or_default();
    let name = error.name(&current_dir).display().to_string();
    let sources = Sources::one(Source::new(name, text.to_string()));
    let findings: Vec<Finding> = mistakes
        .iter()
        .map(|mistake| {
            let origin = Origin::new(file, mistake.span);
            let finding = Finding::new("configuration", Severity::Error, origin, &mistake.headline);
            match &mistake.help {
                Some(help) => finding.with_help(help),
                None => finding,
            }
        })
        .collect();
    let report = Format::Full.report(color.on(&std::io::stderr()));
    report.findings(&sources, file, &findings).trim_end().to_owned()
}
