//! What is skipped: parts that a script runs or reads, and that are no words of a command.

/// Behind the backtick that ends what begins with one at `start`; the end when none does.
pub(super) fn behind_backtick(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut position = start + 1;
    while let Some(&byte) = bytes.get(position) {
        position += match byte {
            b'`' => return position + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    text.len()
}

/// Behind the bracket that closes the one at `start`; the end when none does. Those in quotes do
/// not count.
pub(super) fn behind_brackets(text: &str, start: usize, open: u8, close: u8) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut position = start;
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'\\' => position += 1,
            b'\'' => position = behind_quote(bytes, position, b'\''),
            b'"' => position = behind_quote(bytes, position, b'"'),
            _ if byte == open => depth += 1,
            _ if byte == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return position + 1;
                }
            }
            _ => {}
        }
        position += 1;
    }
    text.len()
}

/// The quote that ends the one at `start`.
fn behind_quote(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut position = start + 1;
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'\\' if quote == b'"' => position += 1,
            _ if byte == quote => break,
            _ => {}
        }
        position += 1;
    }
    position
}

/// Behind the line that ends a here-document, which begins at `start`.
pub(super) fn behind_here_document(
    text: &str,
    start: usize,
    delimiter: &str,
    strips_tabs: bool,
) -> usize {
    let mut position = start;
    while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty()) {
        let length = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        let line = rest[..length].trim_end_matches(['\n', '\r']);
        let line = if strips_tabs { line.trim_start_matches('\t') } else { line };
        position += length;
        if line == delimiter {
            break;
        }
    }
    position.min(text.len())
}
