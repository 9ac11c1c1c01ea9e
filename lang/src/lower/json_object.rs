//! JSON objects whose keys stay in the order they were added, as libvirt writes them for QEMU.

use std::fmt::Write as _;

/// A flat JSON object, written as it grows and without spaces.
#[derive(Debug)]
pub(super) struct JsonObject {
    text: String,
}

impl JsonObject {
    /// The argument of `-device`: `{"driver":"DRIVER"`…
    pub(super) fn driver(driver: &str) -> Self {
        Self { text: String::from("{") }.string("driver", driver)
    }

    /// The argument of `-object`: `{"qom-type":"KIND","id":"ID"`…
    pub(super) fn object(kind: &str, id: &str) -> Self {
        Self { text: String::from("{") }.string("qom-type", kind).string("id", id)
    }

    /// Adds a string.
    pub(super) fn string(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        push_string(&mut self.text, value);
        self
    }

    /// Adds a number.
    pub(super) fn number(mut self, key: &str, value: impl Into<i128>) -> Self {
        self.key(key);
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{}", value.into());
        self
    }

    /// Adds a boolean.
    pub(super) fn boolean(mut self, key: &str, value: bool) -> Self {
        self.key(key);
        self.text.push_str(if value { "true" } else { "false" });
        self
    }

    /// Adds `"on"` or `"off"`: QEMU's spelling where `auto` is possible too.
    pub(super) fn on_off(self, key: &str, value: bool) -> Self {
        self.string(key, if value { "on" } else { "off" })
    }

    /// Adds with `add` what is there.
    pub(super) fn with<T>(self, value: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => add(self, value),
            None => self,
        }
    }

    /// The object's text.
    pub(super) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn key(&mut self, key: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        push_string(&mut self.text, key);
        self.text.push(':');
    }
}

/// Appends `value` as a JSON string (RFC 8259, section 7).
pub(super) fn push_string(text: &mut String, value: &str) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\0'..'\u{20}' | '\u{7f}' => {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            _ => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_in_order() {
        let object = JsonObject::driver("vfio-pci").number("b", 2).boolean("a", true);
        assert_eq!(object.finish(), r#"{"driver":"vfio-pci","b":2,"a":true}"#);
    }

    #[test]
    fn every_special_character_is_escaped() {
        let object = JsonObject::driver("\"\\\n\u{1}é\u{7f}");
        assert_eq!(object.finish(), r#"{"driver":"\"\\\n\u0001é\u007f"}"#);
    }
}
