//! Frames of RESP3, as far as a connection for subscriptions needs them.
//!
//! The `redis` crate counts each `sunsubscribe` as a response to a command. A Cluster sends one without a command when a
//! slot moves, after which every response would go to the wrong request; therefore subscriptions have a connection and a
//! parser of their own.

use bytes::{Buf, Bytes, BytesMut};

use crate::backplane::shared::store::StoreError;

/// Deepest nesting of lists. `HELLO` and `ROLE` need two levels.
const MAX_DEPTH: usize = 8;
/// Longest string: the limit of the server.
const MAX_LEN: usize = 512 << 20;

/// A frame that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RespFrame {
    /// A string, a number or another value without parts.
    Text(Bytes),
    Error(String),
    Null,
    /// Elements of an array or set; keys and values of a map.
    List(Vec<RespFrame>),
    /// Elements of a message that is no response.
    Push(Vec<RespFrame>),
}

impl RespFrame {
    /// Removes the first frame from a buffer. Returns `None` if it is not complete.
    ///
    /// # Errors
    /// Returns an error if the buffer contains something else than RESP3.
    pub fn take(buffer: &mut BytesMut) -> Result<Option<Self>, StoreError> {
        let Some(len) = measure(buffer, 0)? else { return Ok(None) };
        let mut frame = buffer.split_to(len).freeze();
        build(&mut frame).map(Some)
    }

    pub fn as_text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Returns the length of the first frame if it is complete.
fn measure(bytes: &[u8], depth: usize) -> Result<Option<usize>, StoreError> {
    if depth > MAX_DEPTH {
        return Err(invalid("lists are nested too deeply"));
    }
    let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") else { return Ok(None) };
    let (kind, line) = (bytes[0], &bytes[1..end.max(1)]);
    let body = end + 2;
    match kind {
        b'$' | b'!' | b'=' => {
            let len = parse_len(line)?.map_or(0, |len| len + 2);
            Ok(Some(body + len).filter(|len| *len <= bytes.len()))
        }
        b'*' | b'~' | b'>' | b'%' => {
            let mut len = body;
            for _ in 0..element_count(kind, line)? {
                let Some(element) = measure(bytes.get(len..).unwrap_or_default(), depth + 1)? else { return Ok(None) };
                len += element;
            }
            Ok(Some(len))
        }
        b'+' | b'-' | b':' | b',' | b'#' | b'(' | b'_' => Ok(Some(body)),
        _ => Err(invalid("an unknown type")),
    }
}

/// Builds the frame that `bytes` starts with and is complete.
fn build(bytes: &mut Bytes) -> Result<RespFrame, StoreError> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n").ok_or_else(|| invalid("no end of line"))?;
    let line = bytes.split_to(end);
    bytes.advance(2);
    let kind = line.first().copied().ok_or_else(|| invalid("an empty line"))?;
    let line = line.slice(1..);
    match kind {
        b'$' | b'!' | b'=' => {
            let Some(len) = parse_len(&line)? else { return Ok(RespFrame::Null) };
            let text = bytes.split_to(len);
            bytes.advance(2);
            Ok(if kind == b'!' { error(&text) } else { RespFrame::Text(text) })
        }
        b'*' | b'~' | b'>' | b'%' => {
            let count = element_count(kind, &line)?;
            let elements = (0..count).map(|_| build(bytes)).collect::<Result<_, _>>()?;
            Ok(if kind == b'>' { RespFrame::Push(elements) } else { RespFrame::List(elements) })
        }
        b'-' => Ok(error(&line)),
        b'_' => Ok(RespFrame::Null),
        _ => Ok(RespFrame::Text(line)),
    }
}

fn element_count(kind: u8, line: &[u8]) -> Result<usize, StoreError> {
    let count = parse_len(line)?.unwrap_or(0);
    Ok(if kind == b'%' { count * 2 } else { count })
}

/// Parses a length; that of `Null` is -1.
fn parse_len(line: &[u8]) -> Result<Option<usize>, StoreError> {
    if line == b"-1" {
        return Ok(None);
    }
    let len = std::str::from_utf8(line).ok().and_then(|line| line.parse().ok());
    len.filter(|len| *len <= MAX_LEN).map(Some).ok_or_else(|| invalid("an invalid length"))
}

fn error(text: &[u8]) -> RespFrame {
    RespFrame::Error(String::from_utf8_lossy(text).into_owned())
}

fn invalid(what: &str) -> StoreError {
    StoreError(format!("the Redis server does not speak RESP3: {what}"))
}

#[cfg(test)]
#[path = "tests/resp_frame.rs"]
mod tests;
