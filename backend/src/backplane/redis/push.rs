//! Data that is sent to the subscribers of a room.
//!
//! * A message: `m`, offset, line feed, epoch, line feed, payload; see `publish.lua`.
//! * A change of presence: `p`, node, line feed, entries. An entry is the key and the value, each with its length before
//!   it as 32 bits, big endian; the length of an absent value is 2³² - 1.

use bytes::Bytes;
use yodel_protocol::{Epoch, Offset, Position};

const NO_VALUE: u32 = u32::MAX;

/// Data that is sent to the subscribers of a room.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Push {
    Message { position: Position, payload: Bytes },
    Presence { node: String, entries: Vec<(Bytes, Option<Bytes>)> },
}

impl Push {
    /// Decodes what was received; returns `None` if it is from an incompatible version. All parts are copied: slices
    /// would keep the buffer of the socket.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (first, rest) = split_line(rest)?;
        match kind {
            b'm' => {
                let (epoch, payload) = split_line(rest)?;
                let position = Position { epoch: Epoch::new(epoch).ok()?, offset: Offset(first.parse().ok()?) };
                Some(Self::Message { position, payload: Bytes::copy_from_slice(payload) })
            }
            b'p' => Some(Self::Presence { node: first.to_owned(), entries: decode_entries(rest)? }),
            _ => None,
        }
    }

    /// Encodes a change of presence. The name of the node has no line feed.
    pub fn encode_presence(node: &str, entries: &[(Bytes, Option<Bytes>)]) -> Vec<u8> {
        let mut bytes = [b"p", node.as_bytes(), b"\n"].concat();
        for (key, value) in entries {
            put(&mut bytes, Some(key));
            put(&mut bytes, value.as_ref());
        }
        bytes
    }
}

fn split_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

fn put(bytes: &mut Vec<u8>, part: Option<&Bytes>) {
    let len = part.map_or(NO_VALUE, |part| u32::try_from(part.len()).unwrap_or(NO_VALUE));
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes.extend_from_slice(part.map_or(&[], |part| &part[..]));
}

fn decode_entries(mut bytes: &[u8]) -> Option<Vec<(Bytes, Option<Bytes>)>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let key = take_len(&mut bytes).and_then(|len| take(&mut bytes, len))?;
        let value = match take_len(&mut bytes)? {
            NO_VALUE => None,
            len => Some(take(&mut bytes, len)?),
        };
        entries.push((key, value));
    }
    Some(entries)
}

fn take_len(bytes: &mut &[u8]) -> Option<u32> {
    let (len, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_be_bytes(*len))
}

fn take(bytes: &mut &[u8], len: u32) -> Option<Bytes> {
    let (part, rest) = bytes.split_at_checked(usize::try_from(len).ok()?)?;
    *bytes = rest;
    Some(Bytes::copy_from_slice(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_the_script_sends() {
        let position = Position { epoch: Epoch::new("e.1").unwrap(), offset: Offset(7) };
        let message = Push::Message { position, payload: Bytes::from_static(b"a\nb") };
        assert_eq!(Push::decode(b"m7\ne.1\na\nb"), Some(message));
    }

    #[test]
    fn decodes_what_it_encodes() {
        let entry =
            |key: &'static [u8], value: Option<&'static [u8]>| (Bytes::from_static(key), value.map(Bytes::from_static));
        let entries = vec![entry(b"a\nb", Some(b"")), entry(b"", None), entry(b"c", Some(b"d"))];
        let encoded = Push::encode_presence("node", &entries);
        assert_eq!(Push::decode(&encoded), Some(Push::Presence { node: "node".into(), entries }));
        for len in 7..encoded.len() {
            let decoded = Push::decode(&encoded[..len]);
            assert!(!matches!(decoded, Some(Push::Presence { entries, .. }) if entries.len() == 3), "{len}");
        }
    }

    #[test]
    fn rejects_anything_else() {
        for bytes in [&b""[..], b"x", b"m1\ne", b"mx\ne\n", b"m1\n\n", b"p", b"pn\n\xff\xff\xff\xff\0\0\0\0"] {
            assert_eq!(Push::decode(bytes), None, "{bytes:?}");
        }
    }
}
