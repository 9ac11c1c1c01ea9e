//! Shell text as words: what every command of a script gets, as far as that is certain.
//!
//! One pass, without recursion. What a script finds out while it runs is unknown, never guessed: the
//! value of a variable that the file does not assign, the output of a command, what stands in one
//! branch of an `if`.

mod expansion;
mod functions;
mod skip;
mod variables;
mod word;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::span::Span;
use functions::{Change, Functions};
use skip::{behind_backtick, behind_brackets, behind_here_document};
use variables::{
    Block, Variable, Variables, assignment, begins_with_itself, is_name, last_assignments,
};
pub(super) use word::{UNKNOWN, Word, is_unknown};

/// The commands of a script, in file order.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// What each gets, its own name first. None has no words.
    pub(super) commands: Vec<Vec<Word>>,
    /// Where a quotation begins that never ends: nothing behind it is read.
    pub(super) unterminated: Option<Span>,
    /// Every comment, in file order.
    pub(super) comments: Vec<Span>,
}

/// Reads `text`. Linear in it: what variables put in is bounded.
pub(super) fn read(text: &str) -> Script {
    let mut reader = Reader {
        text,
        position: 0,
        variables: Variables::default(),
        functions: Functions::of(text),
        last_assignments: last_assignments(text),
        word: None,
        words: Vec::new(),
        prefixes: Vec::new(),
        array: None,
        here_documents: Vec::new(),
        command: CommandState::default(),
        function: None,
        expansions: 0,
        room: text.len().saturating_mul(8).saturating_add(1 << 20),
        script: Script::default(),
    };
    reader.read();
    reader.script
}

/// Reads one script.
struct Reader<'t> {
    text: &'t str,
    position: usize,
    variables: Variables,
    functions: Functions,
    /// Where each name is last assigned.
    last_assignments: HashMap<&'t str, usize>,
    /// The word that is being read.
    word: Option<Part>,
    /// Those of the command before it.
    words: Vec<Word>,
    /// Variables assigned in front of the command, which end with it.
    prefixes: Vec<String>,
    /// The array that is being assigned.
    array: Option<Array>,
    /// The delimiters of the here-documents that begin with the next line, and whether tabs before
    /// them are no part of them.
    here_documents: Vec<(String, bool)>,
    command: CommandState,
    /// The function whose body follows: `name ()` was read.
    function: Option<String>,
    /// How many variables were put in.
    expansions: u32,
    /// How many more bytes variables may put in.
    room: usize,
    script: Script,
}

/// A word that is being read.
struct Part {
    word: Word,
    /// How many bytes at its beginning are neither quoted nor a variable's.
    plain: usize,
    /// Whether these begin with `name=` or `name+=`; none without any `=` so far.
    assigns: Option<bool>,
    /// Whether something in it is quoted: then it is a word even if it is empty.
    is_quoted: bool,
    /// Whether it is one unquoted variable of unknown value.
    is_gap: bool,
}

/// `name=( … )`.
struct Array {
    name: String,
    appends: bool,
    words: Vec<Word>,
}

/// What is known of the command that is being read.
#[derive(Clone, Copy, Default)]
struct CommandState {
    /// It runs only if the one before it succeeded, or failed.
    is_conditional: bool,
    /// The next word names a file.
    is_redirected: bool,
}

impl<'t> Reader<'t> {
    fn read(&mut self) {
        while let Some(&byte) = self.text.as_bytes().get(self.position) {
            match byte {
                b' ' | b'\t' | b'\r' => {
                    self.end_word();
                    self.position += 1;
                }
                b'\n' => self.end_line(),
                b'#' if self.word.is_none() => {
                    let start = offset(self.position);
                    self.skip_to(b'\n');
                    self.script.comments.push(Span::new(start, offset(self.position)));
                }
                b';' | b'&' | b'|' => self.operator(byte),
                b'(' => self.open(),
                b')' => self.close(),
                b'<' | b'>' => self.redirection(),
                b'\'' => self.single_quoted(self.position + 1),
                b'"' => self.double_quoted(),
                b'\\' => self.escaped(),
                b'$' => self.dollar(false),
                b'`' => {
                    self.unknown(false);
                    self.position = behind_backtick(self.text, self.position);
                }
                _ => self.plain(),
            }
        }
        self.end_word();
        self.end_command();
    }

    /// Bytes that mean nothing to the shell.
    fn plain(&mut self) {
        let rest = &self.text.as_bytes()[self.position..];
        let special = |b: &u8| b" \t\r\n;&|()<>'\"\\$`".contains(b);
        let length = rest.iter().position(special).unwrap_or(rest.len()).max(1);
        let (start, end) = (self.position, self.position + length);
        let source = offset(start);
        let text = &self.text[start..end];
        let part = self.part();
        let is_plain = part.plain == part.word.value().len();
        part.word.push(text, source);
        if is_plain {
            part.plain += text.len();
            if text.contains('=') {
                let value = part.word.value();
                part.assigns.get_or_insert_with(|| assignment(value).is_some());
            }
        }
        self.position = end;
    }

    /// The word that is being read, which begins here if there is none.
    fn part(&mut self) -> &mut Part {
        let start = offset(self.position);
        self.word.get_or_insert_with(|| Part {
            word: Word::begin(start),
            plain: 0,
            assigns: None,
            is_quoted: false,
            is_gap: false,
        })
    }

    /// `\`: the next character is itself; a line's end is nothing.
    fn escaped(&mut self) {
        let rest = &self.text[self.position + 1..];
        if let Some(line_end) = ["\n", "\r\n"].into_iter().find(|end| rest.starts_with(end)) {
            self.position += 1 + line_end.len();
            return;
        }
        self.part().is_quoted = true;
        let length = rest.chars().next().map_or(0, char::len_utf8);
        let source = offset(self.position + 1);
        self.part().word.push(&rest[..length], source);
        self.position += 1 + length;
    }

    /// `'…'`, whose text begins at `start`.
    fn single_quoted(&mut self, start: usize) {
        self.part().is_quoted = true;
        let Some(length) = self.text[start..].find('\'') else { return self.unterminated() };
        let text: &'t str = self.text;
        self.part().word.push(&text[start..start + length], offset(start));
        self.position = start + length + 1;
    }

    /// `"…"`
    fn double_quoted(&mut self) {
        self.part().is_quoted = true;
        let opening = self.position;
        if let Some(behind) = self.quoted_array() {
            self.position = behind;
            return;
        }
        self.position += 1;
        let text = self.text;
        let bytes = text.as_bytes();
        loop {
            let rest = &bytes[self.position..];
            let Some(length) = rest.iter().position(|b| b"\"\\$`".contains(b)) else {
                self.position = opening;
                return self.unterminated();
            };
            let start = self.position;
            self.part().word.push(&text[start..start + length], offset(start));
            self.position += length;
            match bytes[self.position] {
                b'"' => {
                    self.position += 1;
                    return;
                }
                b'$' => self.dollar(true),
                b'`' => {
                    self.unknown(true);
                    self.position = behind_backtick(self.text, self.position);
                }
                _ => self.escaped_in_quotes(),
            }
        }
    }

    /// `\` in `"…"`: a mere backslash, but for a few characters.
    fn escaped_in_quotes(&mut self) {
        let start = self.position;
        let rest = &self.text[start + 1..];
        let (keeps, length) = match rest.as_bytes().first() {
            Some(b'\n') => (0..0, 2),
            Some(b'\r') if rest.starts_with("\r\n") => (0..0, 3),
            Some(b'"' | b'\\' | b'$' | b'`') => (1..2, 2),
            _ => (0..1, 1),
        };
        let text = &self.text[start + keeps.start..start + keeps.end];
        self.part().word.push(text, offset(start + keeps.start));
        self.position += length;
    }

    /// A quotation that begins here never ends.
    fn unterminated(&mut self) {
        let at = offset(self.position);
        self.script.unterminated = Some(Span::new(at, at + 1));
        self.word = None;
        self.words.push(Word::gap(Span::new(at, offset(self.text.len()))));
        self.position = self.text.len();
    }

    fn end_line(&mut self) {
        self.end_word();
        self.position += 1;
        if self.array.is_none() {
            self.end_command();
        }
        for (delimiter, strips_tabs) in std::mem::take(&mut self.here_documents) {
            self.position = behind_here_document(self.text, self.position, &delimiter, strips_tabs);
        }
    }

    /// `;`, `&`, `|`, and those of two.
    fn operator(&mut self, byte: u8) {
        self.end_word();
        let rest = &self.text.as_bytes()[self.position..];
        let is_double = rest.get(1) == Some(&byte);
        if byte == b'&' && rest.get(1) == Some(&b'>') {
            self.position += 1;
            return self.redirection();
        }
        self.position += if is_double || rest.starts_with(b"|&") { 2 } else { 1 };
        self.end_command();
        self.command.is_conditional = is_double && byte != b';';
    }

    /// `(`: an array, a function, a calculation, or a subshell.
    fn open(&mut self) {
        let at = self.position;
        if let Some(part) = self.word.take_if(|part| part.begins_array()) {
            if let Some((name, appends, _)) = assignment(part.word.value()) {
                self.array = Some(Array { name: name.to_owned(), appends, words: Vec::new() });
            }
            self.position += 1;
        } else if self.text[at..].starts_with("((") && self.word.is_none() {
            self.position = behind_brackets(self.text, at, b'(', b')');
            let names = self.text[at..self.position]
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            for name in names.filter(|name| is_name(name)) {
                self.forget(name);
            }
        } else if self.word.is_some() || !self.words.is_empty() {
            // A function's brackets are empty; others belong to a pattern.
            let inside = self.text[at + 1..].trim_start_matches([' ', '\t']);
            self.end_word();
            if inside.starts_with(')') {
                self.function = self.words.pop().map(|name| name.value().to_owned());
                self.words.clear();
                self.position = self.text.len() - inside.len() + 1;
            } else {
                self.words.push(Word::gap(Span::new(offset(at), offset(at + 1))));
                self.position += 1;
            }
        } else {
            self.position += 1;
            self.enter_body_or(Block::Subshell);
        }
    }

    fn close(&mut self) {
        self.end_word();
        self.position += 1;
        if let Some(Array { name, appends, words }) = self.array.take() {
            let here = self.here();
            self.functions.note(&name, if appends { Change::Longer } else { Change::Any });
            self.perhaps(|variables| {
                if appends {
                    variables.append(&name, words, here);
                } else {
                    variables.assign(&name, Variable::Array(words));
                }
            });
            return;
        }
        if self.variables.block().is_some_and(Block::is_subshell) {
            self.end_command();
            self.leave();
        } else {
            // A pattern of `case`.
            self.words.clear();
        }
    }

    /// `<`, `>`: what they redirect is no argument.
    fn redirection(&mut self) {
        // A number right before it is a file descriptor.
        let is_descriptor = |part: &mut Part| {
            !part.is_quoted && part.word.value().bytes().all(|b| b.is_ascii_digit())
        };
        if self.word.take_if(is_descriptor).is_none() {
            self.end_word();
        }
        let rest = &self.text[self.position..];
        if rest.starts_with("<(") || rest.starts_with(">(") {
            self.unknown(true);
            self.position = behind_brackets(self.text, self.position + 1, b'(', b')');
            return;
        }
        if rest.starts_with("<<") && !rest.starts_with("<<<") {
            return self.here_document();
        }
        let length = rest.bytes().take_while(|b| b"<>&|".contains(b)).count();
        self.position += length;
        self.command.is_redirected = true;
    }

    /// `<<WORD`, `<<-WORD`
    fn here_document(&mut self) {
        self.position += 2;
        let strips_tabs = self.text[self.position..].starts_with('-');
        self.position += usize::from(strips_tabs);
        let rest = &self.text[self.position..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let rest = &rest[blank..];
        let end = |c: char| c.is_whitespace() || ";&|()<>".contains(c);
        let length = rest.find(end).unwrap_or(rest.len());
        let delimiter: String = rest[..length].chars().filter(|c| !"'\"\\".contains(*c)).collect();
        self.here_documents.push((delimiter, strips_tabs));
        self.position += blank + length;
    }

    fn skip_to(&mut self, byte: u8) {
        let rest = &self.text.as_bytes()[self.position..];
        self.position += rest.iter().position(|b| *b == byte).unwrap_or(rest.len());
    }

    /// An empty place right here.
    fn here(&self) -> Span {
        Span::at(offset(self.position))
    }

    /// Ends the word that is being read, if there is one.
    fn end_word(&mut self) {
        let Some(mut part) = self.word.take() else { return };
        part.word.end(offset(self.position));
        if part.word.is_empty() && !part.is_quoted {
            return;
        }
        if std::mem::take(&mut self.command.is_redirected) {
            return;
        }
        let word = if part.is_gap { Word::gap(part.word.span()) } else { part.word };
        if let Some(array) = &mut self.array {
            array.words.push(word);
            return;
        }
        let is_plain = part.plain == word.value().len();
        if is_plain && word.value() == "{" && self.is_named_function() {
            self.function = self.words.pop().map(|name| name.value().to_owned());
            self.words.clear();
        }
        if self.words.is_empty() && is_plain && self.keyword(word.value()) {
            return;
        }
        if part.assigns == Some(true) && self.may_assign() {
            self.assign(&word);
            if self.words.is_empty() {
                return;
            }
        }
        for name in std::mem::take(&mut self.prefixes) {
            self.variables.forget(&name);
        }
        self.words.push(word);
    }

    /// Whether `function name` was read, whose body may follow on the same line.
    fn is_named_function(&self) -> bool {
        matches!(&self.words[..], [word, _] if word.value() == "function")
    }

    /// Whether the next word can assign a variable: nothing stands before it, or a command that declares some.
    fn may_assign(&self) -> bool {
        let declares = ["declare", "typeset", "local", "export", "readonly"];
        self.words.first().is_none_or(|word| declares.contains(&word.value()))
    }

    /// Whether the word that is being read is `name=…`, in which white space of variables ends no words.
    fn is_assigning(&self) -> bool {
        let assigns = self.word.as_ref().and_then(|part| part.assigns);
        assigns == Some(true) && self.array.is_none() && self.may_assign()
    }

    /// `name=value`
    fn assign(&mut self, word: &Word) {
        let Some((name, appends, start)) = assignment(word.value()) else { return };
        let written = self.text.get(word.span().range()).unwrap_or_default();
        let is_longer = if appends {
            word.value()[start..].starts_with([' ', '\t', '\n'])
        } else {
            begins_with_itself(name, written)
        };
        let change = if is_longer { Change::Longer } else { Change::Any };
        self.functions.note(name, change);
        let mut value = Word::begin(word.span().start);
        if appends {
            match self.variables.get(name) {
                Some(Variable::Text(before)) if before.value().len() <= self.room => {
                    self.room -= before.value().len();
                    let before = before.clone();
                    value.push_part(&before, 0..before.value().len(), None);
                }
                _ => value.push_unknown(word.span().start),
            }
        }
        value.push_part(word, start..word.value().len(), None);
        value.end(word.span().end);
        let name = name.to_owned();
        self.perhaps(|variables| variables.assign(&name, Variable::Text(value)));
        if self.words.is_empty() {
            self.prefixes.push(name);
        }
    }

    /// `name` may hold anything from now on.
    fn forget(&mut self, name: &str) {
        self.functions.note(name, Change::Any);
        self.variables.forget(name);
    }

    /// The innermost block ends here.
    fn leave(&mut self) {
        self.variables.leave(self.here());
        self.functions.end_to(self.variables.functions());
    }

    /// A function of the file is called: what its body changes is not certain any more.
    fn call(&mut self, function: &str) {
        self.functions.note_call(function);
        let here = self.here();
        match self.functions.changes(function) {
            Some(changes) => {
                for (name, change) in changes {
                    let size = match self.variables.get(&name) {
                        Some(Variable::Text(text)) => text.value().len(),
                        _ => 0,
                    };
                    let change = if self.takes_room(size) { change } else { Change::Any };
                    self.variables.change(&name, change, here);
                }
            }
            None => self.variables.forget_all(),
        }
    }

    /// Makes `change`, which happens or not if the command is conditional.
    fn perhaps(&mut self, change: impl FnOnce(&mut Variables)) {
        if self.command.is_conditional {
            self.variables.enter(Block::Conditional);
        }
        change(&mut self.variables);
        if self.command.is_conditional {
            self.variables.leave(self.here());
        }
    }

    /// Whether `word`, the first of a command, is one of the shell's own that groups commands.
    fn keyword(&mut self, word: &str) -> bool {
        let here = self.here();
        match word {
            "if" | "while" | "until" => self.variables.enter(Block::Conditional),
            // They have words of their own up to the line's end.
            "for" | "case" | "select" => {
                self.variables.enter(Block::Conditional);
                return false;
            }
            "then" | "do" | "!" => {}
            "else" | "elif" => self.variables.next_branch(here),
            "fi" | "done" | "esac" | "}" => self.leave(),
            "{" => self.enter_body_or(Block::Group),
            _ => return false,
        }
        true
    }

    /// A function's body begins, or else this block.
    fn enter_body_or(&mut self, block: Block) {
        match self.function.take() {
            Some(name) => {
                self.functions.begin(name);
                self.variables.enter(match block {
                    Block::Subshell => Block::SubshellFunction,
                    _ => Block::Function,
                });
            }
            None => self.variables.enter(block),
        }
    }

    /// Ends the command that is being read.
    fn end_command(&mut self) {
        self.prefixes.clear();
        let words = std::mem::take(&mut self.words);
        self.command = CommandState::default();
        let Some(first) = words.first() else { return };
        let names = || words[1..].iter().map(Word::value).filter(|value| is_name(value));
        match first.value() {
            "set" => self.set_arguments(&words[1..]),
            "shift" => self.variables.forget("@"),
            "source" | "." | "eval" => self.variables.forget_all(),
            "read" | "unset" | "mapfile" | "readarray" | "getopts" | "printf" | "let" => {
                names().for_each(|name| self.forget(name));
            }
            "for" | "select" => {
                names().take(1).for_each(|name| self.forget(name));
            }
            "function" => self.function = words.get(1).map(|name| name.value().to_owned()),
            name => self.call(name),
        }
        self.script.commands.push(words);
    }

    /// `set -- words`
    fn set_arguments(&mut self, words: &[Word]) {
        let Some(position) = words.iter().position(|word| word.value() == "--") else { return };
        self.variables.assign("@", Variable::Array(words[position + 1..].to_vec()));
    }
}

impl Part {
    /// Whether it is `name=` or `name+=`.
    fn begins_array(&self) -> bool {
        let value = self.word.value();
        self.plain == value.len()
            && !self.is_quoted
            && assignment(value).is_some_and(|(_, _, start)| start == value.len())
    }
}

/// A position in the text, which is at most [`MAX_TEXT`](crate::span::MAX_TEXT) bytes long.
fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
