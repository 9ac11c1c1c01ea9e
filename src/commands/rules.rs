//! `iommulint rules`

use clap::Args;
use iommulint_lang::rules::{self, GROUPS, Needs, Rule, group_of};
use serde::Serialize;

use super::TextOrJson;
use crate::exit::Exit;
use crate::output::OutputFile;

/// List the rules
#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// What the list looks like
    #[arg(
        long,
        value_enum,
        default_value_t,
        env = "IOMMULINT_RULES_FORMAT",
        help_heading = "Output"
    )]
    format: TextOrJson,
    #[command(flatten)]
    output: OutputFile,
}

impl Rules {
    pub(crate) fn run(&self) -> Result<Exit, String> {
        let rules: Vec<_> = rules::all().collect();
        let text = match self.format {
            TextOrJson::Text => tables(&rules),
            TextOrJson::Json => json(&rules),
        };
        self.output.write_all(&text)?;
        Ok(Exit::Clean)
    }
}

/// A table for each group.
fn tables(rules: &[&Rule]) -> String {
    let tables = GROUPS.iter().map(|(group, about)| {
        let of_group: Vec<_> =
            rules.iter().filter(|rule| group_of(rule.name) == *group).copied().collect();
        format!("{about}:\n{}", table(&of_group))
    });
    tables.collect::<Vec<_>>().join("\n")
}

fn table(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    let level = |rule: &Rule| if rule.on_by_default { rule.severity.name() } else { "off" };
    let line =
        |rule: &&Rule| format!("  {:width$}  {:7}  {}\n", rule.name, level(rule), rule.summary);
    rules.iter().map(line).collect::<Vec<_>>().concat()
}

/// A rule as programs see it.
#[derive(Serialize)]
struct DescribedRule {
    rule: &'static str,
    summary: &'static str,
    severity: &'static str,
    on_by_default: bool,
    needs: &'static str,
    since: &'static str,
    documentation: String,
    url: String,
}

#[derive(Serialize)]
struct Document {
    version: u32,
    rules: Vec<DescribedRule>,
}

/// The rules as one JSON document.
pub(super) fn json(rules: &[&Rule]) -> String {
    let describe = |rule: &&Rule| DescribedRule {
        rule: rule.name,
        summary: rule.summary,
        severity: rule.severity.name(),
        on_by_default: rule.on_by_default,
        needs: match rule.needs {
            Needs::File => "file",
            Needs::Target => "target",
            Needs::Run => "run",
        },
        since: rule.since,
        documentation: rule.markdown(),
        url: rule.url(),
    };
    let document = Document { version: 1, rules: rules.iter().map(describe).collect() };
    let json = serde_json::to_string_pretty(&document).expect("strings and lists only");
    json + "\n"
}
