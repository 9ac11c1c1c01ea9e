//! The pages of the rules, in Markdown.

use std::fmt::Write as _;

use super::{Needs, Rule, all, group_of};

/// The groups of rules, in the order of the rule book, and what each is about.
pub const GROUPS: [(&str, &str); 10] = [
    ("iommu", "Which IOMMUs there are, and what is behind them"),
    ("iommufd", "iommufd objects and file descriptors"),
    ("pci", "PCI topology: bus numbers, indexes, addresses, ids"),
    ("hostdev", "Host devices"),
    ("numa", "NUMA cells and generic initiators"),
    ("target", "What the releases of libvirt and QEMU have"),
    ("lint", "Comments that allow findings"),
    ("lower", "Merging into an existing domain"),
    ("schema", "The vocabulary of the language"),
    ("syntax", "KDL itself"),
];

impl Rule {
    /// Its page: what it is about, how bad it is, and how to live with it.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = format!("# {}\n\n", self.name);
        let Self { summary, since, .. } = self;
        let severity = self.severity.name();
        let off = if self.on_by_default { "" } else { ", off unless asked for" };
        let needs = match self.needs {
            Needs::File => "",
            Needs::Target => " · depends on the releases of `target`",
            Needs::Run => " · compares vms",
        };
        // Writing to a string does not fail, here and below.
        let _ =
            write!(page, "*{severity}{off}{needs} · since {since}*\n\nIn short: {summary}.\n\n");
        page.push_str(self.markdown().trim_end());
        page.push_str("\n\n");
        page.push_str(&self.living_with_it());
        page
    }

    /// How to allow it, and how to set its severity.
    fn living_with_it(&self) -> String {
        let name = self.name;
        match group_of(name) {
            "syntax" => "## To allow it\n\nIt cannot be turned off: without it a broken file would look clean.\n".to_owned(),
            "lower" => "## To allow it\n\nIt cannot be allowed: the result would not be what the file says.\n".to_owned(),
            "lint" => format!("## To allow it\n\nIn `iommulint.toml`:\n\n{}", setting(name)),
            _ => format!(
                "## To allow it\n\nFor one node and what it holds, by a comment on the line above:\n\n\
                 ```text\n// iommulint: allow {name} -- why\n```\n\n\
                 Everywhere, in `iommulint.toml`, where `{}` stands for the whole group:\n\n{}",
                group_of(name),
                setting(name)
            ),
        }
    }
}

/// A setting that turns a rule off.
fn setting(name: &str) -> String {
    format!("```toml\n[rules]\n\"{name}\" = \"off\" # or \"error\", \"warning\", \"note\"\n```\n")
}

/// The index of the pages: a table for each group. Links are relative to the folder of the pages.
#[must_use]
pub fn index() -> String {
    let mut index = String::from(
        "# The rules\n\n\
         Written by the rules themselves, as `iommulint explain` shows them.\n",
    );
    for (group, about) in GROUPS {
        let _ = write!(
            index,
            "\n## {group}\n\n{about}.\n\n| rule | severity | what holds |\n|---|---|---|\n"
        );
        for rule in all().filter(|rule| group_of(rule.name) == group) {
            let Rule { name, summary, .. } = rule;
            let severity = rule.severity.name();
            let off = if rule.on_by_default { "" } else { ", off" };
            let _ = writeln!(index, "| [{name}]({name}.md) | {severity}{off} | {summary} |");
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, all, group_of};

    #[test]
    fn every_rule_is_in_a_group_of_the_index() {
        for rule in all() {
            let group = group_of(rule.name);
            assert!(GROUPS.iter().any(|(known, _)| *known == group), "{}", rule.name);
        }
    }
}
