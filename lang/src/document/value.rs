//! What arguments and properties may hold, and reading it.

use std::borrow::Cow;

use crate::finding::{Applicability, Finding};
use crate::rules::schema;
use crate::span::{Origin, Written};
use crate::suggest::{is_other_style, suggest};
use crate::syntax::{Entry, Value};
use crate::target::{LibvirtTarget, QemuTarget};
use crate::topology::{Arch, Granule, Machine, NumberOrAuto, NumberSet, OnOffAuto, Size};

/// What an argument or a property may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Any string.
    Text,
    /// `#true` or `#false`.
    Boolean,
    /// A whole number.
    Integer {
        /// The lowest.
        min: i64,
        /// The highest.
        max: i64,
    },
    /// An amount of memory: `"4KiB"`, or a number of bytes.
    Size,
    /// `"0-3,7"`.
    NumberSet,
    /// `#true`, `#false` or `"auto"`.
    OnOffAuto,
    /// A whole number or `"auto"`.
    NumberOrAuto,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A size or `"host"`.
    Granule,
    /// A machine type.
    Machine,
    /// A guest architecture.
    Arch,
    /// A libvirt release or profile.
    LibvirtTarget,
    /// A QEMU release or profile.
    QemuTarget,
    /// What QEMU takes: a string, a whole number or a boolean.
    Property,
}

impl ValueType {
    /// A whole number whose range is a rule's business.
    pub const ANY_INTEGER: Self = Self::Integer { min: i64::MIN, max: i64::MAX };
    /// A file descriptor's number.
    pub const FD: Self = Self::Integer { min: 0, max: i32::MAX as i64 };

    /// What is expected, for messages.
    #[must_use]
    pub fn expected(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Text => "a string",
            Self::Boolean => "`#true` or `#false`",
            Self::Integer { .. } => "a whole number",
            Self::Size => "a size such as `\"4KiB\"` or `\"2TiB\"`",
            Self::NumberSet => "a set of numbers such as `\"0-3,7\"`",
            Self::OnOffAuto => "`#true`, `#false` or `\"auto\"`",
            Self::NumberOrAuto => "a whole number or `\"auto\"`",
            Self::OneOf(words) => return Cow::Owned(one_of(words)),
            Self::Granule => "a size such as `\"4KiB\"`, or `\"host\"`",
            Self::Machine => {
                "`\"virt\"`, `\"q35\"`, `\"pc\"` or a versioned form such as `\"virt-11.1\"`"
            }
            Self::Arch => return Cow::Owned(one_of(&ARCHES)),
            Self::LibvirtTarget => {
                "a libvirt release such as `\"12.8\"`, `\"rfc-nested\"`, `\"rfc-smmuv3dev\"` or `\"11.9+nvidia\"`"
            }
            Self::QemuTarget => {
                "a QEMU release such as `\"11.1\"`, `\"rfc-nested\"`, `\"rfc-accel\"` or `\"10.1+nvidia\"`"
            }
            Self::Property => "a string, a whole number, `#true` or `#false`",
        })
    }

    /// The words it may be, where it is one of a few.
    #[must_use]
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::OneOf(words) => words,
            Self::Arch => &ARCHES,
            Self::Machine => &["virt", "q35", "pc"],
            Self::LibvirtTarget => &["rfc-nested", "rfc-smmuv3dev", "11.9+nvidia"],
            Self::QemuTarget => &["rfc-nested", "rfc-accel", "10.1+nvidia"],
            Self::OnOffAuto | Self::NumberOrAuto => &["auto"],
            Self::Granule => &["host"],
            _ => &[],
        }
    }
}

const ARCHES: [&str; 2] = ["aarch64", "x86_64"];

/// `"a"`, `"b"` or `"c"`.
fn one_of(words: &[&str]) -> String {
    let mut text = String::new();
    for (position, word) in words.iter().enumerate() {
        let separator = match position {
            0 => "",
            _ if position + 1 == words.len() => " or ",
            _ => ", ",
        };
        text.push_str(separator);
        text.push_str("`\"");
        text.push_str(word);
        text.push_str("\"`");
    }
    text
}

/// A value that is of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A string, or one of a few words.
    Text(String),
    /// A boolean.
    Boolean(bool),
    /// A whole number; beyond 64 bits the nearest one.
    Integer(i64),
    /// An amount of memory.
    Size(Size),
    /// A set of numbers.
    NumberSet(NumberSet),
    /// A switch.
    OnOffAuto(OnOffAuto),
    /// A number or `auto`.
    NumberOrAuto(NumberOrAuto),
    /// A page granule.
    Granule(Granule),
    /// A machine type.
    Machine(Machine),
    /// An architecture.
    Arch(Arch),
}

/// Reads the value of `entry`, which `thing` names for messages.
///
/// None without a finding when the parser already reported the value.
pub(super) fn read(
    entry: Entry<'_>,
    value_type: ValueType,
    thing: &dyn Fn() -> String,
    findings: &mut Vec<Finding>,
) -> Option<Written<Decoded>> {
    let origin = entry.origin();
    let reader = Reader { value_type, origin, thing };
    match reader.read(&entry.value()) {
        Ok(decoded) => decoded.map(|decoded| Written::new(decoded, origin)),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

struct Reader<'a> {
    value_type: ValueType,
    origin: Origin,
    thing: &'a dyn Fn() -> String,
}

impl Reader<'_> {
    fn read(&self, value: &Value<'_>) -> Result<Option<Decoded>, Box<Finding>> {
        Ok(Some(match (self.value_type, value) {
            (_, Value::Missing) => return Ok(None),
            (ValueType::Text | ValueType::Property, Value::Text(text)) => {
                Decoded::Text(text.clone().into_owned())
            }
            (ValueType::Boolean | ValueType::Property, Value::Boolean(on)) => Decoded::Boolean(*on),
            (ValueType::Integer { min, max }, Value::Integer(_) | Value::BigInteger(_)) => {
                Decoded::Integer(self.in_range(value, min, max)?)
            }
            // No rule looks at these: a number that does not fit would reach QEMU changed.
            (ValueType::Property, Value::Integer(_) | Value::BigInteger(_)) => {
                Decoded::Integer(self.fitting(value)?)
            }
            (ValueType::Size, Value::Text(text)) => Decoded::Size(self.size(text)?),
            (ValueType::Size, Value::Integer(_) | Value::BigInteger(_)) => {
                Decoded::Size(self.bytes(value)?)
            }
            (ValueType::NumberSet, Value::Text(text)) => match NumberSet::parse(text) {
                Some(set) => Decoded::NumberSet(set),
                None => return Err(self.number_set(text)),
            },
            (ValueType::OnOffAuto, Value::Boolean(true)) => Decoded::OnOffAuto(OnOffAuto::On),
            (ValueType::OnOffAuto, Value::Boolean(false)) => Decoded::OnOffAuto(OnOffAuto::Off),
            (ValueType::OnOffAuto, Value::Text(text)) if text == "auto" => {
                Decoded::OnOffAuto(OnOffAuto::Auto)
            }
            (ValueType::NumberOrAuto, Value::Integer(_) | Value::BigInteger(_)) => {
                Decoded::NumberOrAuto(NumberOrAuto::Number(clamp(whole(value))))
            }
            (ValueType::NumberOrAuto, Value::Text(text)) if text == "auto" => {
                Decoded::NumberOrAuto(NumberOrAuto::Auto)
            }
            (ValueType::Granule, Value::Text(text)) if text == "host" => {
                Decoded::Granule(Granule::Host)
            }
            (ValueType::Granule, Value::Text(text)) => {
                Decoded::Granule(Granule::Size(self.size(text)?))
            }
            (ValueType::Granule, Value::Integer(_) | Value::BigInteger(_)) => {
                Decoded::Granule(Granule::Size(self.bytes(value)?))
            }
            (ValueType::OneOf(words), Value::Text(text)) if words.contains(&text.as_ref()) => {
                Decoded::Text(text.clone().into_owned())
            }
            (ValueType::Machine, Value::Text(text)) => match Machine::parse(text) {
                Some(machine) => Decoded::Machine(machine),
                None => return Err(self.unknown(text)),
            },
            (ValueType::Arch, Value::Text(text)) => match text.as_ref() {
                "aarch64" => Decoded::Arch(Arch::Aarch64),
                "x86_64" => Decoded::Arch(Arch::X86_64),
                _ => return Err(self.unknown(text)),
            },
            (ValueType::LibvirtTarget, Value::Text(text)) => match LibvirtTarget::parse(text) {
                Some(_) => Decoded::Text(text.clone().into_owned()),
                None => return Err(self.unknown(text)),
            },
            (ValueType::QemuTarget, Value::Text(text)) => match QemuTarget::parse(text) {
                Some(_) => Decoded::Text(text.clone().into_owned()),
                None => return Err(self.unknown(text)),
            },
            (ValueType::OneOf(_) | ValueType::OnOffAuto, Value::Text(text)) => {
                return Err(self.unknown(text));
            }
            (_, other) => return Err(self.wrong_type(other)),
        }))
    }

    fn in_range(&self, value: &Value<'_>, min: i64, max: i64) -> Result<i64, Box<Finding>> {
        let number = whole(value);
        let any = (min, max) == (i64::MIN, i64::MAX);
        if any || (i128::from(min)..=i128::from(max)).contains(&number) {
            return Ok(clamp(number));
        }
        Err(self.out_of_range(value, &format!("it must be {min} to {max}")))
    }

    fn fitting(&self, value: &Value<'_>) -> Result<i64, Box<Finding>> {
        i64::try_from(whole(value))
            .map_err(|_| self.out_of_range(value, "it must fit into 64 bits"))
    }

    fn bytes(&self, value: &Value<'_>) -> Result<Size, Box<Finding>> {
        let bytes = u64::try_from(whole(value));
        let range = "a number of bytes is 0 to 18446744073709551615";
        bytes.map(Size).map_err(|_| self.out_of_range(value, range))
    }

    fn out_of_range(&self, value: &Value<'_>, range: &str) -> Box<Finding> {
        let headline = format!("{} is {}: {range}", (self.thing)(), described(value));
        Box::new(schema::OUT_OF_RANGE.at(self.origin, headline))
    }

    fn size(&self, text: &str) -> Result<Size, Box<Finding>> {
        Size::parse(text).ok_or_else(|| {
            let finding = self.malformed(text);
            match respelled_size(text) {
                Some((better, applicability)) => Box::new(
                    finding
                        .with_note(
                            "sizes are powers of 1024, and the unit says so: KiB, MiB, GiB, TiB",
                        )
                        .with_replacement(
                            format!("write `\"{better}\"`"),
                            applicability,
                            self.origin,
                            format!("\"{better}\""),
                        ),
                ),
                None => finding,
            }
        })
    }

    fn number_set(&self, text: &str) -> Box<Finding> {
        let finding = self.malformed(text);
        Box::new(match respelled_set(text) {
            Some((set, applicability)) => finding.with_replacement(
                format!("write `\"{set}\"`"),
                applicability,
                self.origin,
                format!("\"{set}\""),
            ),
            None => *finding,
        })
    }

    fn malformed(&self, text: &str) -> Box<Finding> {
        let (thing, expected) = ((self.thing)(), self.value_type.expected());
        let headline = format!("{thing} is `{text}`, which is not {expected}");
        Box::new(schema::MALFORMED_VALUE.at(self.origin, headline))
    }

    fn unknown(&self, text: &str) -> Box<Finding> {
        let (thing, expected) = ((self.thing)(), self.value_type.expected());
        let finding = schema::UNKNOWN_VALUE
            .at(self.origin, format!("{thing} cannot be `{text}`"))
            .with_text("not one of its values")
            .with_help(format!("it is {expected}"));
        let quoted = |word: &str| format!("\"{word}\"");
        let words = || self.value_type.words().iter().copied();
        let same = other_arch(self.value_type, text)
            .or_else(|| words().find(|word| is_other_style(word, text)));
        let better = match (same, switch(text)) {
            (_, Some(on)) if self.value_type == ValueType::OnOffAuto => {
                Some((on.to_owned(), Applicability::Safe))
            }
            (Some(word), _) => Some((quoted(word), Applicability::Safe)),
            (None, _) => suggest(text, words()).map(|word| (quoted(word), Applicability::Unsafe)),
        };
        Box::new(match better {
            Some((better, applicability)) => finding.with_replacement(
                format!("write `{better}`"),
                applicability,
                self.origin,
                better,
            ),
            None => finding,
        })
    }

    fn wrong_type(&self, value: &Value<'_>) -> Box<Finding> {
        let (thing, expected) = ((self.thing)(), self.value_type.expected());
        let finding = schema::WRONG_TYPE
            .at(self.origin, format!("{thing} is {}, not {expected}", described(value)))
            .with_text(format!("expected {expected}"));
        let better = match (self.value_type, value) {
            (ValueType::Boolean, Value::Text(text)) => switch(text).map(str::to_owned),
            (ValueType::Boolean | ValueType::OnOffAuto, Value::Integer(1)) => {
                Some("#true".to_owned())
            }
            (ValueType::Boolean | ValueType::OnOffAuto, Value::Integer(0)) => {
                Some("#false".to_owned())
            }
            (ValueType::Integer { .. } | ValueType::NumberOrAuto, Value::Text(text)) => {
                number_text(text).then(|| text.clone().into_owned())
            }
            (ValueType::Text | ValueType::NumberSet, Value::Integer(number)) => {
                Some(format!("\"{number}\""))
            }
            (ValueType::LibvirtTarget, Value::Decimal(release)) => {
                LibvirtTarget::parse(release).map(|_| format!("\"{release}\""))
            }
            (ValueType::QemuTarget, Value::Decimal(release)) => {
                QemuTarget::parse(release).map(|_| format!("\"{release}\""))
            }
            _ => None,
        };
        Box::new(match better {
            Some(better) => finding.with_replacement(
                format!("write `{better}`"),
                Applicability::Safe,
                self.origin,
                better,
            ),
            None => finding,
        })
    }
}

/// Debian's and Go's names of the architectures.
fn other_arch(value_type: ValueType, text: &str) -> Option<&'static str> {
    match (value_type, text) {
        (ValueType::Arch, "arm64") => Some("aarch64"),
        (ValueType::Arch, "amd64" | "x86-64") => Some("x86_64"),
        _ => None,
    }
}

/// A whole number; one beyond 128 bits is the nearest.
fn whole(value: &Value<'_>) -> i128 {
    match value {
        Value::Integer(number) => *number,
        Value::BigInteger(text) if text.starts_with('-') => i128::MIN,
        _ => i128::MAX,
    }
}

/// The nearest number of 64 bits.
fn clamp(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

/// Whether a string is a number that KDL would read without the quotes.
fn number_text(text: &str) -> bool {
    let digits = text.strip_prefix("0x").map_or(text, |hex| hex);
    let hex = digits.len() != text.len();
    !digits.is_empty()
        && digits.bytes().all(|b| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() })
}

/// What other tools write for a boolean.
fn switch(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some("#true"),
        "false" | "no" | "off" => Some("#false"),
        _ => None,
    }
}

/// `4 GiB`, `4gib`, `4G` and `0.5TiB` as the language writes them. `4GB` may stand for 4 × 10⁹ bytes,
/// so that to write `4GiB` is unsafe.
fn respelled_size(text: &str) -> Option<(String, Applicability)> {
    const PREFIXES: [char; 5] = ['K', 'M', 'G', 'T', 'P'];
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim();
    let letter = unit.chars().next()?.to_ascii_uppercase();
    let prefix = PREFIXES.iter().position(|&prefix| prefix == letter)?;
    let applicability = match unit[1..].to_ascii_lowercase().as_str() {
        "" | "i" | "ib" => Applicability::Safe,
        "b" => Applicability::Unsafe,
        _ => return None,
    };
    let written = match number.split_once('.') {
        None => format!("{number}{letter}iB"),
        Some((whole, fraction)) => {
            let smaller = PREFIXES.get(prefix.checked_sub(1)?)?;
            let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
            let digits: u64 = format!("{whole}{fraction}").parse().ok()?;
            let scaled = digits.checked_mul(1024)?;
            (scaled % scale == 0).then(|| format!("{}{smaller}iB", scaled / scale))?
        }
    };
    Size::parse(&written).map(|_| (written, applicability))
}

/// `0 - 3, 7` as `0-3,7`; a range from the higher to the lower number the other way round, which is
/// a guess.
fn respelled_set(text: &str) -> Option<(NumberSet, Applicability)> {
    let close: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(set) = NumberSet::parse(&close) {
        return Some((set, Applicability::Safe));
    }
    let turned: Vec<String> = close
        .split(',')
        .map(|part| match part.split_once('-') {
            Some((first, last)) if first.parse::<u32>().ok() > last.parse::<u32>().ok() => {
                format!("{last}-{first}")
            }
            _ => part.to_owned(),
        })
        .collect();
    NumberSet::parse(&turned.join(",")).map(|set| (set, Applicability::Unsafe))
}

/// What a value is, for messages.
fn described(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => format!("the string `{text}`"),
        Value::Integer(number) => format!("the number `{number}`"),
        Value::BigInteger(text) | Value::Decimal(text) => format!("the number `{text}`"),
        Value::Infinity { .. } | Value::NotANumber => "not a finite number".to_owned(),
        Value::Boolean(on) => format!("`#{on}`"),
        Value::Null => "`#null`".to_owned(),
        Value::Missing => "missing".to_owned(),
    }
}
