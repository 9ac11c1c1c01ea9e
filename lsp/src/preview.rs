//! What comes of a vm, to be shown beside its source: a command line, XML, or what the guest sees in words or drawn.

use std::borrow::Cow;

use gen_lsp_types::Uri;
use iommulint_lang::check::{Analysis, Checked, Side, check_for};
use iommulint_lang::finding::{Finding, Severity};
use iommulint_lang::graph;
use iommulint_lang::lower::{Style, libvirt, qemu, render};
use iommulint_lang::map::{self, map};
use iommulint_lang::visible;

use crate::snapshot::{OpenFile, Snapshot};
use crate::uri;

/// The scheme of the URIs of previews.
pub(crate) const SCHEME: &str = "iommulint-preview";

/// Between the parts of the query of such a URI; none but the last of them, the source, can have one in it.
const BETWEEN: char = '&';

/// How many errors are listed where there is nothing to show.
const MOST_ERRORS: usize = 20;

/// Whether `uri` is that of a preview, or would be.
pub(crate) fn is_one(uri: &Uri) -> bool {
    uri.0.split_once(':').is_some_and(|(scheme, _)| scheme == SCHEME)
}

/// What is shown of a vm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What `lower --qemu` writes.
    Qemu,
    /// What `lower --libvirt` writes.
    Libvirt,
    /// What `map` writes of it.
    Map,
    /// What `graph` draws of it.
    Graph,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Qemu, Self::Libvirt, Self::Map, Self::Graph];

    /// Its name in arguments and URIs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Qemu => "qemu",
            Self::Libvirt => "libvirt",
            Self::Map => "map",
            Self::Graph => "graph",
        }
    }

    /// The kind of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What the protocol calls the language that it is written in.
    pub(crate) const fn language_id(self) -> &'static str {
        match self {
            Self::Qemu => "shellscript",
            Self::Libvirt | Self::Graph => "xml",
            Self::Map => "plaintext",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Qemu => "args",
            Self::Libvirt => "xml",
            Self::Map => "map",
            Self::Graph => "svg",
        }
    }

    /// What is known of `file` for whoever this is for.
    pub(crate) fn analysis(self, file: OpenFile<'_>) -> Option<Cow<'_, Analysis>> {
        let settings = file.settings?;
        let side = match self {
            Self::Qemu => Side::Qemu,
            Self::Libvirt => Side::Libvirt,
            Self::Map | Self::Graph => return Some(Cow::Borrowed(file.analysis)),
        };
        if file.analysis.judges(side) {
            return Some(Cow::Borrowed(file.analysis));
        }
        let text = file.analysis.parsed.language().text(file.document.text());
        Some(Cow::Owned(check_for(side, &text, file.document.id, settings)))
    }

    /// What the command writes.
    fn of(self, checked: &Checked<'_>) -> String {
        match self {
            Self::Qemu => {
                let options = qemu::Options { whole: false, stand_in: false };
                render(None, &qemu::arguments(checked, options), Style::default())
            }
            Self::Libvirt => libvirt::devices(checked),
            Self::Map => map::text(&[map(checked)]),
            Self::Graph => graph::svg(&[map(checked)]),
        }
    }

    /// `lines` as something that no program takes for more than it is.
    fn comment(self, lines: &[String]) -> String {
        let lines: Vec<_> = lines.iter().map(|line| visible::line(line)).collect();
        match self {
            Self::Libvirt | Self::Graph => {
                // XML has no `--` in a comment; the second time, between those of the first.
                let text = lines.join("\n     ").replace("--", "- -").replace("--", "- -");
                format!("<!-- {text} -->\n")
            }
            Self::Qemu | Self::Map => format!("# {}\n", lines.join("\n# ")),
        }
    }
}

/// The vm at `position`, if the commands do not refuse it.
pub(crate) fn checked(analysis: &Analysis, position: usize) -> Option<Checked<'_>> {
    if errors(analysis).next().is_some() { None } else { analysis.checked(position) }
}

fn errors(analysis: &Analysis) -> impl Iterator<Item = &Finding> {
    analysis.findings.iter().filter(|finding| finding.severity == Severity::Error)
}

/// What is shown of one vm of an open file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Preview {
    /// What is shown.
    pub(crate) kind: Kind,
    /// The position of the vm among those of the file: its name may change while somebody looks.
    pub(crate) vm: usize,
    /// The file.
    pub(crate) source: Uri,
}

impl Preview {
    /// The preview that has the URI `uri`, which may have been taken apart and put together again by others.
    pub(crate) fn at(uri: &Uri) -> Option<Self> {
        let (_, query) = uri.0.split_once('?').filter(|_| is_one(uri))?;
        let query = String::from_utf8(uri::decode(query)).ok()?;
        let mut parts = query.splitn(3, BETWEEN);
        let (kind, vm, source) = (parts.next()?, parts.next()?, parts.next()?);
        let (kind, vm) = (Kind::named(kind)?, vm.parse().ok()?);
        Some(Self { kind, vm, source: Uri(source.to_owned()) })
    }

    /// Its own URI.
    pub(crate) fn uri(&self) -> Uri {
        let Self { kind, vm, source } = self;
        let query = format!("{}{BETWEEN}{vm}{BETWEEN}{}", kind.name(), source.0);
        Uri(format!("{SCHEME}:/{}?{}", uri::encode(&self.title()), uri::encode(&query)))
    }

    /// What a tab could be called.
    pub(crate) fn title(&self) -> String {
        let name = uri::name(&self.source);
        let which = if self.vm == 0 { String::new() } else { format!("-{}", self.vm + 1) };
        format!("{name}{which}.{}", self.kind.extension())
    }

    /// What is shown now: what the command writes, or why it would write nothing.
    pub(crate) fn text(&self, snapshot: Snapshot<'_>) -> String {
        let made = self.made(snapshot);
        made.unwrap_or_else(|why| self.kind.comment(&why))
    }

    /// # Errors
    ///
    /// Why there is nothing, in lines.
    fn made(&self, snapshot: Snapshot<'_>) -> Result<String, Vec<String>> {
        let name = uri::name(&self.source);
        let none = |why: &str| vec![format!("nothing to show of `{name}`: {why}")];
        let file = snapshot.file(&self.source).ok_or_else(|| none("it is not open"))?;
        let analysis =
            self.kind.analysis(file).ok_or_else(|| none("its configuration cannot be used"))?;
        if let Some(checked) = checked(&analysis, self.vm) {
            return Ok(self.kind.of(&checked));
        }
        let errors: Vec<&Finding> = errors(&analysis).collect();
        match (errors.len(), analysis.topology.vms.get(self.vm)) {
            (0, None) => Err(none("there is no such vm in it")),
            (0, Some(_)) => Err(none("an error is allowed in it that leaves values unknown")),
            (count, _) => {
                let there = match count {
                    1 => "there is an error in it".to_owned(),
                    count => format!("there are {count} errors in it"),
                };
                let mut lines = none(&there);
                lines.extend(errors.iter().take(MOST_ERRORS).map(|error| described(file, error)));
                Err(lines)
            }
        }
    }
}

fn described(file: OpenFile<'_>, error: &Finding) -> String {
    let line = file.range(error.primary.origin.span).start.line + 1;
    format!("line {line}: {} [{}]", error.headline, error.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_names_a_preview() {
        for source in ["file:///srv/a%20b%26c.kdl", "untitled:Untitled-1", "file:///srv/ü?x#y"] {
            for kind in Kind::ALL {
                let preview = Preview { kind, vm: 3, source: source.into() };
                assert_eq!(Preview::at(&preview.uri()).as_ref(), Some(&preview), "{source}");
            }
        }
        // As an editor writes it that escapes less.
        let uri = "iommulint-preview:/vm.kdl.xml?libvirt&0&file:///srv/vm.kdl";
        let preview = Preview { kind: Kind::Libvirt, vm: 0, source: "file:///srv/vm.kdl".into() };
        assert_eq!(Preview::at(&uri.into()), Some(preview));
        for uri in ["", "file:///x?qemu&0&file:///x", "iommulint-preview:/x", "x:?dot&0&y"] {
            assert_eq!(Preview::at(&uri.into()), None, "{uri}");
        }
    }

    #[test]
    fn a_comment_of_xml_does_not_end_early() {
        let lines = ["a --> b".to_owned(), "---".to_owned(), "\n<x/>".to_owned()];
        let comment = Kind::Libvirt.comment(&lines);
        assert_eq!(comment.matches("--").count(), 2, "{comment}");
        assert_eq!(Kind::Qemu.comment(&lines).lines().filter(|it| it.starts_with("# ")).count(), 3);
    }
}
