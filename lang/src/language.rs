//! What a text is written in.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::document::vocabulary;
use crate::suggest::suggest;

/// What a text is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// iommulint's own language.
    #[default]
    Kdl,
    /// A libvirt domain.
    Libvirt,
    /// A QEMU command line, or a shell script with some.
    Qemu,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kdl, Self::Libvirt, Self::Qemu];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kdl => "kdl",
            Self::Libvirt => "libvirt",
            Self::Qemu => "qemu",
        }
    }

    /// The language of files whose name ends in `.extension`; none for other files.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "kdl" => Some(Self::Kdl),
            "xml" => Some(Self::Libvirt),
            "args" | "sh" => Some(Self::Qemu),
            _ => None,
        }
    }

    /// Whether `text`, or the beginning of one, looks as if it were for us: many files are XML or shell scripts,
    /// and other programs are configured in KDL, too.
    #[must_use]
    pub fn concerns(self, text: &str) -> bool {
        match self {
            Self::Kdl => speaks_of_vms(text),
            Self::Libvirt => begins_like_a_domain(text),
            Self::Qemu => names_qemu(text),
        }
    }

    /// `text`, written in this language.
    pub fn text(self, text: impl Into<Arc<str>>) -> Text {
        Text { text: text.into(), language: self }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "kdl" => Ok(Self::Kdl),
            "libvirt" | "xml" => Ok(Self::Libvirt),
            "qemu" | "args" | "sh" => Ok(Self::Qemu),
            _ => Err("it is one of `kdl`, `libvirt`, `qemu`".to_owned()),
        }
    }
}

/// Words that our files have, and few others.
const OUR_WORDS: [&str; 7] = ["vm", "target", "vsmmu", "iommufd", "iommu", "hostdev", "pxb"];

/// Whether a text in KDL has a word of ours, or was meant to; or there is no node yet at the beginning of a line.
fn speaks_of_vms(text: &str) -> bool {
    let is_in_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut words = text.split(|c| !is_in_word(c));
    if words.any(|word| OUR_WORDS.contains(&word)) {
        return true;
    }
    let mut tops = text.lines().filter(|line| line.starts_with(is_in_word)).peekable();
    let names = || vocabulary::children(None).map(|node| node.name);
    let is_meant = |line: &str| {
        let name = line.split(|c| !is_in_word(c)).next();
        name.is_some_and(|name| suggest(name, names()).is_some())
    };
    tops.peek().is_none() || tops.any(is_meant)
}

/// Whether the first element is `<domain>`.
fn begins_like_a_domain(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
        } else if rest.starts_with(|c: char| c.is_alphabetic()) {
            let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            return &rest[..end] == "domain";
        }
    }
    false
}

/// Whether some line runs QEMU, as far as one can see.
fn names_qemu(text: &str) -> bool {
    text.lines().any(|line| {
        let code = line.split_once('#').map_or(line, |(code, _)| code);
        code.contains("qemu-system-") || code.contains("qemu-kvm")
    })
}

/// A text and what it is written in. A plain string is one in iommulint's own language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: Arc<str>,
    /// What it is written in.
    pub language: Language,
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Language::Kdl.text(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Language::Kdl.text(text)
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Language::Kdl.text(text)
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Language::Kdl.text(text.as_str())
    }
}

/// The same said of files in each language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InEach<T> {
    /// Of KDL.
    pub(crate) kdl: T,
    /// Of libvirt XML.
    pub(crate) libvirt: T,
    /// Of a QEMU command line.
    pub(crate) qemu: T,
}

impl<T> InEach<Option<T>> {
    /// Said of a file in iommulint's own language only.
    pub(crate) const fn only_kdl(words: T) -> Self {
        Self { kdl: Some(words), libvirt: None, qemu: None }
    }
}

/// One word for it in all three.
impl From<&'static str> for InEach<Option<&'static str>> {
    fn from(word: &'static str) -> Self {
        Self { kdl: Some(word), libvirt: Some(word), qemu: Some(word) }
    }
}

impl<T> InEach<T> {
    /// What is said of a file in `language`.
    pub(crate) fn of(self, language: Language) -> T {
        match language {
            Language::Kdl => self.kdl,
            Language::Libvirt => self.libvirt,
            Language::Qemu => self.qemu,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn kdl_of_other_programs_is_not_for_us() {
        let ours = [
            "",
            "// nothing yet\n",
            "vm \"a\" machine=\"virt\" {\n",
            "(x)vm",
            "vmm \"a\" {\n    pbx\n}\n",
            "Target qemu=\"11.1\"\n",
            "guest {\n    vsmmu \"a\"\n}\n",
            "}\n",
        ];
        for text in ours {
            assert!(Language::Kdl.concerns(text), "{text}");
        }
        let others = [
            "layout {\n    pane size=1 borderless=true\n}\n",
            "package {\n    name my-pkg\n    version \"1.2.3\"\n}\n",
            "input {\n    keyboard {\n        xkb layout=\"us\"\n    }\n}\noutput \"eDP-1\" off=#true\n",
        ];
        for text in others {
            assert!(!Language::Kdl.concerns(text), "{text}");
        }
    }
}
