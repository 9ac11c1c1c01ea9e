//! What the words of a KDL file are, for editors that colour them.

use gen_lsp_types::{
    SemanticToken, SemanticTokens, SemanticTokensLegend, SemanticTokensParams,
    SemanticTokensRangeParams,
};
use iommulint_lang::parsed::Parsed;
use iommulint_lang::span::Span;
use iommulint_lang::syntax::{Entry, Node, Tree, Value};

use crate::outline;
use crate::snapshot::{OpenFile, Snapshot};

/// What a word is; in the order of [`legend`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Comment,
    /// The name of a node.
    Class,
    /// In parentheses before a name or a value.
    Annotation,
    /// The key of a property.
    Property,
    /// A name that is given or said.
    Variable,
    String,
    Number,
    Keyword,
}

const TYPES: [(Meaning, &str); 8] = [
    (Meaning::Comment, "comment"),
    (Meaning::Class, "class"),
    (Meaning::Annotation, "type"),
    (Meaning::Property, "property"),
    (Meaning::Variable, "variable"),
    (Meaning::String, "string"),
    (Meaning::Number, "number"),
    (Meaning::Keyword, "keyword"),
];

/// The one modifier there is: the word gives a name.
const DECLARATION: u32 = 1;

/// What the numbers of tokens mean.
pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.map(|(_, name)| name.to_owned()).into(),
        token_modifiers: vec!["declaration".to_owned()],
    }
}

/// `textDocument/semanticTokens/full`
pub(super) fn whole_file(
    snapshot: Snapshot<'_>,
    params: &SemanticTokensParams,
) -> Option<SemanticTokens> {
    let file = snapshot.file(&params.text_document.uri)?;
    Some(encoded(file, &words(file)?))
}

/// `textDocument/semanticTokens/range`
pub(super) fn range(
    snapshot: Snapshot<'_>,
    params: &SemanticTokensRangeParams,
) -> Option<SemanticTokens> {
    let file = snapshot.file(&params.text_document.uri)?;
    let wanted = file.span(params.range);
    let mut words = words(file)?;
    words.retain(|word| word.span.start < wanted.end && wanted.start < word.span.end);
    Some(encoded(file, &words))
}

#[derive(Clone, Copy, Debug)]
struct Word {
    span: Span,
    kind: Meaning,
    gives_a_name: bool,
}

/// The words of a file in order.
fn words(file: OpenFile<'_>) -> Option<Vec<Word>> {
    let Parsed::Kdl(tree) = &file.analysis.parsed else { return None };
    let mut words = Words(Vec::new());
    let mut behind = 0;
    for node in tree.all_nodes().filter(|node| !node.has_broken_name()) {
        let span = node.span();
        if span.start < behind {
            continue;
        }
        // What is slash-dashed is a comment as a whole.
        if node.is_slashdashed() {
            words.add(span, Meaning::Comment);
            behind = span.end;
            continue;
        }
        words.node(node);
    }
    words.comments(tree);
    Some(words.0)
}

struct Words(Vec<Word>);

impl Words {
    fn add(&mut self, span: Span, kind: Meaning) {
        self.0.push(Word { span, kind, gives_a_name: false });
    }

    fn node(&mut self, node: Node<'_>) {
        if let Some(annotation) = node.type_annotation() {
            self.add(annotation, Meaning::Annotation);
        }
        self.add(node.name_span(), Meaning::Class);
        let id = outline::id(node).map(|(_, span)| span);
        for entry in node.all_entries() {
            self.entry(entry, id == Some(entry.value_span()));
        }
    }

    fn entry(&mut self, entry: Entry<'_>, gives_a_name: bool) {
        if entry.is_slashdashed() {
            return self.add(entry.span(), Meaning::Comment);
        }
        if let Some(key) = entry.key_span() {
            self.add(key, Meaning::Property);
        }
        if let Some(annotation) = entry.type_annotation() {
            self.add(annotation, Meaning::Annotation);
        }
        let span = entry.value_span();
        let kind = match entry.value() {
            Value::Missing => return,
            _ if gives_a_name => Meaning::Variable,
            Value::Text(_) if entry.key().is_some_and(|key| key == "iommufd") => Meaning::Variable,
            Value::Text(_) => Meaning::String,
            Value::Boolean(_) | Value::Null => Meaning::Keyword,
            _ => Meaning::Number,
        };
        self.0.push(Word { span, kind, gives_a_name });
    }

    /// Adds the comments, and brings all words in order; none is within another.
    fn comments(&mut self, tree: &Tree) {
        for comment in tree.comments() {
            self.add(comment.span, Meaning::Comment);
        }
        self.0.sort_by_key(|word| (word.span.start, std::cmp::Reverse(word.span.end)));
        let mut behind = 0;
        self.0.retain(|word| {
            let is_apart = word.span.start >= behind && !word.span.is_empty();
            if is_apart {
                behind = word.span.end;
            }
            is_apart
        });
    }
}

/// The words as differences of places, each line by itself.
fn encoded(file: OpenFile<'_>, words: &[Word]) -> SemanticTokens {
    let index = file.document.index();
    let mut data = Vec::with_capacity(words.len());
    let (mut line, mut character) = (0, 0);
    for word in words {
        let token_type = TYPES.iter().position(|(kind, _)| *kind == word.kind).unwrap_or_default();
        for part in index.by_line(word.span) {
            let range = index.range(part);
            let is_same_line = range.start.line == line;
            let from = if is_same_line { character } else { 0 };
            data.push(SemanticToken {
                delta_line: range.start.line - line,
                delta_start: range.start.character - from,
                length: range.end.character - range.start.character,
                token_type: u32::try_from(token_type).unwrap_or_default(),
                token_modifiers_bitset: if word.gives_a_name { DECLARATION } else { 0 },
            });
            (line, character) = (range.start.line, range.start.character);
        }
    }
    SemanticTokens { result_id: None, data }
}
