//! `driver,key=value,…`: QEMU's older form of an argument.

use super::shell::{Word, is_unknown};
use super::value::{Property, Value, origin};
use crate::span::{FileId, Written};

/// Reads the properties of `word`. A first part without `=` is the value of `implied`; any other one
/// is a switch that is on. A comma within a value is written twice.
pub(super) fn read(file: FileId, word: &Word, implied: Option<&str>) -> Vec<Property> {
    let text = word.value();
    let mut properties = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = end_of_part(text, start);
        let part = &text[start..end];
        let at = |range| origin(file, word, range);
        let (key, value, value_bytes) = match (part.split_once('='), implied) {
            (Some((key, _)), _) => {
                let key = (key.to_owned(), start..start + key.len());
                let value = key.1.end + 1..end;
                (key, text[value.clone()].replace(",,", ","), value)
            }
            (None, Some(implied)) if start == 0 => {
                ((implied.to_owned(), start..end), part.replace(",,", ","), start..end)
            }
            // A part that is not known may be any property.
            (None, _) if is_unknown(part) => {
                ((part.to_owned(), start..end), part.to_owned(), start..end)
            }
            (None, _) => ((part.to_owned(), start..end), "on".to_owned(), start..end),
        };
        properties.push(Property {
            key: Written::new(key.0, at(key.1)),
            value: Written::new(Value::plain(value), at(value_bytes.clone())),
            bytes: start..end,
            value_bytes,
        });
        start = end + 1;
    }
    properties
}

/// The comma that ends the part which begins at `start`, or the end.
fn end_of_part(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut position = start;
    while let Some(&byte) = bytes.get(position) {
        position += match byte {
            b',' if bytes.get(position + 1) == Some(&b',') => 2,
            b',' => return position,
            _ => 1,
        };
    }
    text.len()
}
