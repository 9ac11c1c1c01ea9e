//! Comments that suppress findings.
//!
//! ```text
//! // iommulint: allow pci/index-gap -- reason       the next node, or the one on its line
//! // iommulint: allow-file pci/index-gap -- reason  the whole file
//! ```

use crate::hash::{HashMap, HashSet};
use std::cmp::Reverse;
use std::ops::Range;

use super::Settings;
use super::unused_allow::without;
use crate::finding::{Applicability, Edit, Finding, Label, Severity};
use crate::language::Language;
use crate::parsed::Parsed;
use crate::rules::{self, Needs, Rule, lint};
use crate::span::{Origin, Span};
use crate::syntax::is_newline;
use crate::target::Target;

/// What the comments of a file allow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Suppressions(Vec<Allow>);

/// One rule that a comment allows somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Allow {
    rule: &'static str,
    /// The rule's name in the comment.
    name: Origin,
    /// Where it is allowed.
    scope: Span,
    /// What takes the name out of the comment.
    removal: Edit,
    used: bool,
}

impl Suppressions {
    /// What the comments of a file allow; what is wrong with them goes to `findings`.
    pub(super) fn of(parsed: &Parsed, findings: &mut Vec<Finding>) -> Self {
        Self(allows(parsed, findings))
    }

    /// Takes out of `findings`, which are of this file, what is allowed and may be.
    pub(super) fn apply(&mut self, settings: &Settings, findings: &mut Vec<Finding>) {
        if self.0.is_empty() {
            return;
        }
        findings.sort_by_key(|finding| finding.primary.origin);
        let mut scopes = Scopes::of(&self.0);
        findings.retain_mut(|finding| {
            let Some(position) = scopes.innermost(finding) else { return true };
            let allow = &mut self.0[position];
            allow.used = true;
            let forbidden = settings.not_allowable.covers(finding.rule);
            if forbidden {
                finding.labels.push(Label {
                    origin: allow.name,
                    text: "allowed here, which the configuration does not let a file do".to_owned(),
                });
            }
            forbidden
        });
    }

    /// Adds the comments that allow what is not among the `found`, though it was looked for. Unless the
    /// file is right it may be there all the same, behind an error.
    pub(super) fn report_unused(
        &self,
        settings: &Settings,
        target: &Target,
        found: &[Finding],
        is_right: bool,
        findings: &mut Vec<Finding>,
    ) {
        // A rule about releases that are not judged was not run, or not wholly; one that compares
        // files would need all files there are.
        let both = target.judge_libvirt && target.judge_qemu;
        let ran = |rule: &Rule| match rule.needs {
            Needs::File => true,
            Needs::Target => both,
            Needs::Run => false,
        };
        let looked_for = |rule| rules::find(rule).is_some_and(|r| ran(r) && settings.runs(r));
        // An error of the same group may be why the rule is silent.
        let wrong: HashSet<&str> = found
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| rules::group_of(finding.rule))
            .collect();
        let unused = self.0.iter().filter(|allow| {
            !allow.used && looked_for(allow.rule) && !wrong.contains(rules::group_of(allow.rule))
        });
        findings.extend(unused.map(|allow| {
            lint::UNUSED_ALLOW
                .at(allow.name, format!("`{}` is allowed here, but nothing is found", allow.rule))
                .with_help("remove it")
                .with_edits(
                    "remove it",
                    if is_right { Applicability::Safe } else { Applicability::Unsafe },
                    [Some(allow.removal.clone())],
                )
        }));
    }
}

/// What is allowed where one is reading, going through a file once from its start to its end.
struct Scopes {
    /// The scopes of each rule, the first at the end: positions of allows.
    ahead: HashMap<&'static str, Vec<(usize, Span)>>,
    /// Those that have begun, the innermost at the end: scopes of nodes lie in each other, or apart.
    open: HashMap<&'static str, Vec<(usize, Span)>>,
}

impl Scopes {
    fn of(allows: &[Allow]) -> Self {
        let mut ahead: HashMap<_, Vec<_>> = HashMap::default();
        for (position, allow) in allows.iter().enumerate() {
            ahead.entry(allow.rule).or_default().push((position, allow.scope));
        }
        for scopes in ahead.values_mut() {
            scopes.sort_by_key(|(position, scope)| {
                (Reverse(scope.start), scope.end, Reverse(*position))
            });
        }
        Self { ahead, open: HashMap::default() }
    }

    /// The innermost allow for a finding, which comes after all that were asked for before.
    fn innermost(&mut self, finding: &Finding) -> Option<usize> {
        let at = finding.primary.origin.span.start;
        let ahead = self.ahead.get_mut(finding.rule)?;
        let open = self.open.entry(finding.rule).or_default();
        while let Some(begun) = ahead.pop_if(|(_, scope)| scope.start <= at) {
            while open.pop_if(|(_, scope)| scope.end <= begun.1.start).is_some() {}
            open.push(begun);
        }
        while open.pop_if(|(_, scope)| scope.end <= at).is_some() {}
        open.last().map(|(position, _)| *position)
    }
}

/// Every rule that a comment allows; what is wrong with the comments goes to `findings`.
fn allows(parsed: &Parsed, findings: &mut Vec<Finding>) -> Vec<Allow> {
    let text = parsed.text();
    let mut allows = Vec::new();
    let mut nodes: Option<Vec<Span>> = None;
    let mut lines = Lines { text, start: 0, read: 0 };
    for comment in parsed.comments() {
        let Some(written) = read(text, comment) else { continue };
        let scope = if written.whole_file {
            Span::new(0, u32::MAX)
        } else {
            let nodes = nodes.get_or_insert_with(|| parsed.elements());
            // Behind the last node there is nothing to allow.
            scope(&mut lines, nodes, comment).unwrap_or_default()
        };
        let origin = |range: Range<usize>| Origin::new(parsed.file(), to_span(range));
        if !written.has_reason {
            findings.push(
                lint::ALLOW_WITHOUT_REASON
                    .at(origin(written.keyword), "a suppression without a reason")
                    .with_help(match parsed.language() {
                        Language::Libvirt => "add ` - ` and why",
                        Language::Kdl | Language::Qemu => "add `-- ` and why",
                    }),
            );
        }
        for (position, name) in written.names.iter().enumerate() {
            let named = &text[name.clone()];
            match rules::find(named) {
                Some(rule) => {
                    let source = (text, parsed.file());
                    allows.push(Allow {
                        rule: rule.name,
                        name: origin(name.clone()),
                        scope,
                        removal: without(source, comment, &written.names, position),
                        used: false,
                    });
                }
                None => findings.push(unknown(named, origin(name.clone()))),
            }
        }
    }
    allows
}

fn unknown(named: &str, origin: Origin) -> Finding {
    let finding = lint::UNKNOWN_RULE.at(origin, format!("there is no rule `{named}`"));
    match rules::suggest(named) {
        Some(meant) => finding.with_help(format!("did you mean `{meant}`?")).with_replacement(
            format!("write `{meant}`"),
            Applicability::Unsafe,
            origin,
            meant,
        ),
        None => finding.with_help("`iommulint rules` lists them"),
    }
}

/// Whether a comment with this text allows findings in one node, rather than in the file or not at
/// all.
pub(crate) fn allows_in_a_node(comment: &str) -> bool {
    read(comment, to_span(0..comment.len())).is_some_and(|written| !written.whole_file)
}

/// The next node, or the one that begins on the comment's own line.
fn scope(lines: &mut Lines<'_>, nodes: &[Span], comment: Span) -> Option<Span> {
    let line = lines.start_of(comment.start as usize);
    let from = |offset: usize| nodes.partition_point(|node| (node.start as usize) < offset);
    let on_line = nodes.get(from(line)).filter(|node| node.start < comment.start);
    on_line.or_else(|| nodes.get(from(comment.end as usize))).copied()
}

/// Where lines begin, found while going through a text once.
struct Lines<'t> {
    text: &'t str,
    /// Where the last line begins that was asked for.
    start: usize,
    /// Up to where the text was read.
    read: usize,
}

impl Lines<'_> {
    /// Where the line begins that holds byte `at`, which comes after all that were asked for before.
    fn start_of(&mut self, at: usize) -> usize {
        let unread = &self.text[self.read..at];
        let rest = unread.trim_end_matches(|c| !is_newline(c));
        if !rest.is_empty() {
            self.start = self.read + rest.len();
        }
        self.read = at;
        self.start
    }
}

/// A suppression as written, by byte ranges of the file.
struct WrittenAllow {
    keyword: Range<usize>,
    whole_file: bool,
    names: Vec<Range<usize>>,
    has_reason: bool,
}

/// What a comment begins and ends with: in KDL, in XML, in a shell script.
const DELIMITERS: [(&str, &str); 4] = [("//", ""), ("/*", "*/"), ("<!--", "-->"), ("#", "")];

/// Reads a comment; none when it is no suppression.
fn read(text: &str, comment: Span) -> Option<WrittenAllow> {
    let body = comment.of(text);
    let (opening, body) = DELIMITERS
        .iter()
        .find_map(|(open, close)| Some((*open, body.strip_prefix(open)?.strip_suffix(close)?)))?;
    let start = comment.start as usize + opening.len();
    let order = body.trim_start().strip_prefix("iommulint:")?;
    let order_start = start + body.len() - order.len();
    let trimmed = order.trim_start();
    let keyword_start = order_start + order.len() - trimmed.len();
    let keyword_len = trimmed.find(|c: char| c.is_whitespace()).unwrap_or(trimmed.len());
    let whole_file = match &trimmed[..keyword_len] {
        "allow" => false,
        "allow-file" => true,
        _ => return None,
    };
    let rest = &trimmed[keyword_len..];
    // XML has no `--` in a comment.
    let separator = if opening == "<!--" { " - " } else { "--" };
    let (list, reason) = rest.split_once(separator).unwrap_or((rest, ""));
    let list_start = keyword_start + keyword_len;
    let mut names = Vec::new();
    let mut at = 0;
    for piece in list.split_inclusive(|c: char| c == ',' || c.is_whitespace()) {
        let name = piece.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
        if !name.is_empty() {
            names.push(list_start + at..list_start + at + name.len());
        }
        at += piece.len();
    }
    Some(WrittenAllow {
        keyword: keyword_start..keyword_start + keyword_len,
        whole_file,
        names,
        has_reason: !reason.trim().is_empty(),
    })
}

/// The range as a span: it lies in a text whose length fits.
pub(super) fn to_span(range: Range<usize>) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(range.start), offset(range.end))
}
