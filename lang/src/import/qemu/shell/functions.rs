//! Functions of a script: what a call of one may change.

use std::collections::{HashMap, HashSet};

/// Every function of the file up to some point.
#[derive(Debug)]
pub(super) struct Functions {
    bodies: HashMap<String, Body>,
    /// Those whose bodies are being read, the innermost last.
    open: Vec<String>,
    /// How many more changes calls may make.
    room: usize,
}

/// What is in the body of a function.
#[derive(Debug, Default)]
struct Body {
    /// The variables that it assigns.
    changes: HashMap<String, Change>,
    /// The commands that it runs.
    calls: HashSet<String>,
}

/// What becomes of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Further words come behind those that it holds.
    Longer,
    /// It may hold anything.
    Any,
}

impl Functions {
    /// Those of `text`, before any is read.
    pub(super) fn of(text: &str) -> Self {
        let room = text.len().saturating_add(1 << 16);
        Self { bodies: HashMap::new(), open: Vec::new(), room }
    }

    /// The body of `name` begins.
    pub(super) fn begin(&mut self, name: String) {
        self.bodies.entry(name.clone()).or_default();
        self.open.push(name);
    }

    /// All but the outermost `count` bodies have ended.
    pub(super) fn end_to(&mut self, count: usize) {
        self.open.truncate(count);
    }

    /// A variable is changed here.
    pub(super) fn note(&mut self, variable: &str, change: Change) {
        if let Some(body) = self.innermost() {
            let known = body.changes.entry(variable.to_owned()).or_insert(change);
            if change == Change::Any {
                *known = change;
            }
        }
    }

    /// A command is run here.
    pub(super) fn note_call(&mut self, command: &str) {
        if let Some(body) = self.innermost() {
            body.calls.insert(command.to_owned());
        }
    }

    fn innermost(&mut self) -> Option<&mut Body> {
        self.bodies.get_mut(self.open.last()?)
    }

    /// What a call of `command` changes, itself and through others; nothing when it is no function. None when
    /// that is too much to follow.
    pub(super) fn changes(&mut self, command: &str) -> Option<HashMap<String, Change>> {
        let mut changes = HashMap::new();
        let mut waiting: Vec<&str> =
            Vec::from_iter(self.bodies.contains_key(command).then_some(command));
        let mut seen: HashSet<&str> = waiting.iter().copied().collect();
        while let Some(name) = waiting.pop() {
            let Some(body) = self.bodies.get(name) else { continue };
            self.room = self.room.checked_sub(1 + body.changes.len() + body.calls.len())?;
            for (variable, change) in &body.changes {
                let known = changes.entry(variable.clone()).or_insert(*change);
                if *change == Change::Any {
                    *known = *change;
                }
            }
            waiting.extend(body.calls.iter().map(String::as_str).filter(|call| seen.insert(call)));
        }
        Some(changes)
    }
}
