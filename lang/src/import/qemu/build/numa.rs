//! NUMA cells, and the memory behind them.

use super::{Builder, options};
use crate::import::qemu::command_line::CommandLine;
use crate::import::qemu::properties::Properties;
use crate::import::qemu::shell::Word;
use crate::import::qemu::value::{Property, Value, boolean, integer, size};
use crate::span::{Origin, Written};
use crate::topology::{Cell, Distance, MemoryBacking, Numa, NumberSet, Size};

/// `-object memory-backend-…`
pub(super) struct Backend {
    pub(super) size: Option<Written<Size>>,
    pub(super) share: Option<Written<bool>>,
    pub(super) hugepages: Option<Written<Size>>,
    pub(super) origin: Origin,
}

impl Builder {
    /// `-numa`, `-mem-path`, `-overcommit`: after the objects, which cells name.
    pub(super) fn numa(&mut self, command: &CommandLine<'_>) {
        for argument in options(command, &["numa"]) {
            let Some(word) = argument.value else { continue };
            let properties = Properties::plain(self.file, word, Some("type"));
            let is_unknown = |property: &Property| property.value.value == Value::Unknown;
            if properties.iter().any(is_unknown) {
                self.is_whole = false;
            }
            let kind = properties.get("type").and_then(|property| property.value.value.text());
            match kind {
                Some("node") => self.node(&properties),
                Some("dist") => self.distance(&properties),
                // CPUs by their place in the machine's topology: which ones is not worked out.
                Some("cpu") => self.is_whole = false,
                _ => {}
            }
        }
        self.memory_backing(command);
    }

    fn node(&mut self, properties: &Properties<'_>) {
        let cells = self.vm.numa.get_or_insert_default().cells.len();
        let first = properties.get("type").map_or(properties.origin(), |node| node.value.origin);
        let number = |property: &Property| {
            let number = property.value.value.text().and_then(integer)?;
            Some(Written::new(number, property.value.origin))
        };
        // Without a number it has the next one.
        let id = match properties.get("nodeid") {
            Some(property) => number(property),
            None => i64::try_from(cells).ok().map(|next| Written::new(next, first)),
        };
        let cpus = cpus(properties);
        let memory = properties.get("mem").and_then(|property| {
            let bytes = size(property.value.value.text()?, 1 << 20)?;
            Some(Written::new(bytes, property.value.origin))
        });
        let backend = properties.get("memdev").and_then(|property| property.value.value.text());
        let memory = memory.or_else(|| self.backends.get(backend?)?.size);
        self.uses_ram.extend(backend.map(str::to_owned));
        if let Some(numa) = &mut self.vm.numa {
            numa.cells.push(Cell { id, cpus, memory, origin: first });
        }
    }

    fn distance(&mut self, properties: &Properties<'_>) {
        let number = |key: &str| {
            let property = properties.get(key)?;
            let number = property.value.value.text().and_then(integer)?;
            Some(Written::new(number, property.value.origin))
        };
        let distance = Distance {
            from: number("src"),
            to: number("dst"),
            value: number("val"),
            origin: properties.get("type").map_or(properties.origin(), |kind| kind.value.origin),
        };
        self.vm.numa.get_or_insert_with(Numa::default).distances.push(distance);
    }

    /// What is behind guest RAM, if anything is said of it.
    fn memory_backing(&mut self, command: &CommandLine<'_>) {
        let mut used = self.uses_ram.iter().filter_map(|id| self.backends.get(id)).peekable();
        let first = used.peek().map(|backend| backend.origin);
        let (mut hugepages, mut shared) = (None, None);
        for backend in used {
            hugepages = hugepages.or(backend.hugepages);
            shared = shared.or(backend.share);
        }
        let (mut locked, mut of_option) = (None, None);
        for argument in options(command, &["overcommit", "mem-path"]) {
            let Some(word) = argument.value else { continue };
            if argument.option == "mem-path" {
                let origin = Origin::new(self.file, word.span());
                hugepages = hugepages.or(Some(Written::new(Size(2 << 20), origin)));
                of_option = Some(origin);
            } else if let Some(written) = self.lock(word) {
                of_option = Some(written.origin);
                locked = Some(written);
            }
        }
        if let Some(origin) = first.or(of_option) {
            let anything =
                hugepages.is_some() || shared.is_some() || locked.is_some_and(|on| on.value);
            self.vm.memory_backing =
                anything.then_some(MemoryBacking { hugepages, locked, shared, origin });
        }
    }

    /// `mem-lock=`
    fn lock(&self, word: &Word) -> Option<Written<bool>> {
        let properties = Properties::plain(self.file, word, None);
        let lock = properties.get("mem-lock")?;
        let on = boolean(lock.value.value.text()?)?;
        Some(Written::new(on, lock.value.origin))
    }
}

/// `cpus=0-3,cpus=6`: as often as there are ranges.
fn cpus(properties: &Properties<'_>) -> Option<Written<NumberSet>> {
    let written = || properties.iter().filter(|property| property.key.value == "cpus");
    let ranges = written().filter_map(|property| {
        let set = NumberSet::parse(property.value.value.text()?)?;
        Some(set.ranges().to_vec())
    });
    let set = NumberSet::of_ranges(ranges.flatten().collect())?;
    let (first, last) = (written().next()?, written().next_back()?);
    let origin = properties.place(first.value_bytes.start..last.value_bytes.end);
    Some(Written::new(set, origin))
}
