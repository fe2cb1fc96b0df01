//! Encoding of Server-Sent Events (HTML standard, section 9.2).

use yodel_protocol::{Epoch, Offset, Position};

use super::frame;
use crate::backplane::message::Message;

/// Comment line, sent so that proxies do not close an idle stream.
pub const KEEP_ALIVE: &[u8] = b":\n\n";

/// Prefix of each line of an event's data.
const DATA: &[u8] = b"data: ";

/// Encodes an event with its position, if any, as its `id`, and with the concatenation of `data`.
pub fn event(position: Option<&Position>, data: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + data.iter().map(|part| part.len()).sum::<usize>());
    if let Some(position) = position {
        out.extend_from_slice(format!("id: {}\n", id(position)).as_bytes());
    }
    out.extend_from_slice(DATA);
    for part in data {
        push_lines(part, &mut out);
    }
    out.extend_from_slice(b"\n\n");
    out
}

/// Encodes a message of a room; the data is its `yodel.v1` frame.
pub fn message(message: &Message) -> Vec<u8> {
    event(message.position.as_ref(), &frame::parts(message))
}

/// Returns the event `id` of a position: `EPOCH:OFFSET`.
fn id(position: &Position) -> String {
    format!("{}:{}", position.epoch, position.offset.0)
}

/// Parses the position of an event `id`; `None` if it is invalid.
pub fn position(id: &str) -> Option<Position> {
    let (epoch, offset) = id.rsplit_once(':')?;
    Some(Position { epoch: Epoch::new(epoch).ok()?, offset: Offset(offset.parse().ok()?) })
}

/// Appends data, and starts a new `data` line at each line break, which would end the field. In JSON, line
/// breaks occur only as insignificant whitespace.
fn push_lines(part: &[u8], out: &mut Vec<u8>) {
    let mut rest = part;
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        out.extend_from_slice(&rest[..end]);
        out.push(b'\n');
        out.extend_from_slice(DATA);
        let both = rest[end..].starts_with(b"\r\n");
        rest = &rest[end + 1 + usize::from(both)..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offset: u64) -> Position {
        Position { epoch: Epoch::new("k3f9").unwrap(), offset: Offset(offset) }
    }

    fn text(position: Option<&Position>, data: &[&str]) -> String {
        let parts: Vec<&[u8]> = data.iter().map(|part| part.as_bytes()).collect();
        String::from_utf8(event(position, &parts)).unwrap()
    }

    #[test]
    fn encodes_id_data_and_an_empty_line() {
        assert_eq!(text(Some(&at(42)), &["{\"a\"", ":1}"]), "id: k3f9:42\ndata: {\"a\":1}\n\n");
        assert_eq!(text(None, &["{}"]), "data: {}\n\n");
    }

    #[test]
    fn line_breaks_in_the_data_start_new_data_lines() {
        assert_eq!(text(None, &["a\nb", "\r\nc\rd\n"]), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
        assert_eq!(text(None, &["\n\n", "id: x"]), "data: \ndata: \ndata: id: x\n\n");
    }

    #[test]
    fn an_id_parses_to_its_position() {
        assert_eq!(position(&id(&at(42))), Some(at(42)));
        assert_eq!(position("k3f9:18446744073709551615"), Some(at(u64::MAX)));
        for wrong in ["", "k3f9", "k3f9:", ":42", "k3f9:-1", "k3f9:4x", "k3f9:42 ", "k3f9:18446744073709551616"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }
}
