//! What comes in on a connection: bytes to frames to messages.

use super::deflate::Inflater;
use super::error::{LoadError, excerpt};
use crate::websocket::frame::{Header, Opcode};
use crate::websocket::violation::Violation;
use protocol::CloseCode;

/// Something whole that came.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A message.
    Message(&'a [u8]),
    /// A ping, which wants the same bytes back.
    Ping(&'a [u8]),
}

/// What was read and is not whole yet.
#[derive(Debug)]
pub struct Inbox {
    /// The begin of a frame.
    tail: Vec<u8>,
    /// A message's frames so far.
    fragments: Vec<u8>,
    /// Whether the message that `fragments` begin is compressed; `None` between messages.
    unfinished: Option<bool>,
    inflater: Option<Inflater>,
    inflated: Vec<u8>,
    /// The longest message that is taken, in bytes.
    limit: usize,
}

impl Inbox {
    /// One that begins with what came right behind the handshake.
    pub fn new(tail: Vec<u8>, inflater: Option<Inflater>, limit: usize) -> Self {
        Self { tail, fragments: Vec::new(), unfinished: None, inflater, inflated: Vec::new(), limit }
    }

    /// Takes what was read and hands on what is whole by now. Only the begin of a frame is kept.
    ///
    /// # Errors
    /// When the server closed, broke the protocol, or `on` does not like what came.
    pub fn take(
        &mut self,
        bytes: &[u8],
        on: &mut impl FnMut(Incoming<'_>) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        if self.tail.is_empty() {
            let taken = self.take_frames(bytes, on)?;
            self.tail.extend_from_slice(&bytes[taken..]);
            return Ok(());
        }
        let mut joined = std::mem::take(&mut self.tail);
        joined.extend_from_slice(bytes);
        let taken = self.take_frames(&joined, on)?;
        // Room for a long message is kept until it is whole, and no longer.
        if taken < joined.len() {
            joined.drain(..taken);
            self.tail = joined;
        }
        Ok(())
    }

    /// Takes the frames that are whole, and says how many bytes they were.
    fn take_frames(
        &mut self,
        bytes: &[u8],
        on: &mut impl FnMut(Incoming<'_>) -> Result<(), LoadError>,
    ) -> Result<usize, LoadError> {
        let mut rest = bytes;
        while let Some((header, begin)) = Header::parse(rest)? {
            let length = self.check(&header)?;
            let Some(payload) = rest.get(begin..begin + length) else { break };
            self.take_frame(&header, payload, on)?;
            rest = &rest[begin + length..];
        }
        Ok(bytes.len() - rest.len())
    }

    /// What can be seen by the header alone, so that nobody waits for the rest of what is wrong.
    fn check(&self, header: &Header) -> Result<usize, Violation> {
        if header.mask.is_some() {
            return Err(Violation::Masked);
        }
        let may_be_compressed = self.inflater.is_some() && matches!(header.opcode, Opcode::Text | Opcode::Binary);
        if header.rsv1 && !may_be_compressed {
            return Err(Violation::ReservedBit);
        }
        let length = usize::try_from(header.length).map_err(|_| Violation::TooBig)?;
        if length > self.limit - self.fragments.len() { Err(Violation::TooBig) } else { Ok(length) }
    }

    fn take_frame(
        &mut self,
        header: &Header,
        payload: &[u8],
        on: &mut impl FnMut(Incoming<'_>) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        match (header.opcode, self.unfinished) {
            (Opcode::Ping, _) => on(Incoming::Ping(payload)),
            (Opcode::Pong, _) => Ok(()),
            (Opcode::Close, _) => Err(LoadError::Closed(closing(payload)?)),
            (Opcode::Continuation, None) => Err(Violation::NothingToContinue.into()),
            (Opcode::Text | Opcode::Binary, Some(_)) => Err(Violation::Unfinished.into()),
            (_, None) if header.fin && !header.rsv1 => on(Incoming::Message(payload)),
            (_, unfinished) => {
                self.fragments.extend_from_slice(payload);
                self.unfinished = unfinished.or(Some(header.rsv1));
                if header.fin { self.finish(on) } else { Ok(()) }
            }
        }
    }

    fn finish(&mut self, on: &mut impl FnMut(Incoming<'_>) -> Result<(), LoadError>) -> Result<(), LoadError> {
        let done = match (self.unfinished.take(), &mut self.inflater) {
            (Some(true), Some(inflater)) => {
                inflater.inflate(&self.fragments, &mut self.inflated)?;
                on(Incoming::Message(&self.inflated))
            }
            _ => on(Incoming::Message(&self.fragments)),
        };
        self.fragments.clear();
        done
    }
}

/// Code and reason of a close frame, in words.
fn closing(payload: &[u8]) -> Result<String, Violation> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok("without a code".to_owned()) } else { Err(Violation::HalfCode) };
    };
    let code = CloseCode(u16::from_be_bytes(*code));
    let why = if reason.is_empty() { code.name().unwrap_or("no reason").to_owned() } else { excerpt(reason) };
    Ok(format!("with {} ({why})", code.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 100_000;

    /// What comes out when so many bytes are read at once.
    fn take(inbox: &mut Inbox, bytes: &[u8], at_once: usize) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        for part in bytes.chunks(at_once) {
            let mut note = |incoming: Incoming<'_>| {
                all.push(match incoming {
                    Incoming::Message(message) => String::from_utf8_lossy(message).into_owned(),
                    Incoming::Ping(payload) => format!("ping {}", String::from_utf8_lossy(payload)),
                });
                Ok(())
            };
            inbox.take(part, &mut note).map_err(|error| error.to_string())?;
        }
        Ok(all)
    }

    fn inbox() -> Inbox {
        Inbox::new(Vec::new(), None, LIMIT)
    }

    #[test]
    fn messages_come_out_whole_however_they_are_read() {
        let bytes = b"\x81\x05Hello\x01\x03Hel\x89\x01!\x80\x02lo\x8a\x00\x82\x7e\x00\x7e";
        let long = [&bytes[..], &[b'x'; 126], b"\x81\x00"].concat();
        for at_once in 1..long.len() {
            let mut inbox = inbox();
            let messages = take(&mut inbox, &long, at_once).expect("messages");
            assert_eq!(messages, ["Hello", "ping !", "Hello", &"x".repeat(126), ""]);
            assert!(inbox.tail.is_empty() && inbox.fragments.is_empty());
        }
    }

    #[test]
    fn what_came_behind_the_handshake_is_not_lost() {
        let mut inbox = Inbox::new(b"\x81\x05Hel".to_vec(), None, LIMIT);
        assert_eq!(take(&mut inbox, b"lo\x81\x01!", 9), Ok(vec!["Hello".to_owned(), "!".to_owned()]));
    }

    #[test]
    fn compressed_messages_are_inflated_also_in_fragments() {
        let bytes = b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00\x81\x01!";
        for at_once in 1..bytes.len() {
            let mut inbox = Inbox::new(Vec::new(), Some(Inflater::new(true, LIMIT)), LIMIT);
            assert_eq!(take(&mut inbox, bytes, at_once).expect("messages"), ["Hello", "Hello", "!"]);
        }
    }

    #[test]
    fn a_server_that_breaks_the_protocol_is_told_apart() {
        for (bytes, what) in [
            (&b"\x81\x80\0\0\0\0"[..], "frame masked"),
            (b"\xc1\x00", "reserved bit"),
            (b"\x83\x00", "reserved opcode"),
            (b"\x80\x00", "nothing to continue"),
            (b"\x01\x00\x01\x00", "not finished"),
            (b"\x82\x7f\0\0\0\0\0\x0f\xff\xff", "too big"),
            (b"\x88\x01!", "half a close code"),
            (b"HTTP/1.1 400", "broke the protocol"),
        ] {
            let error = take(&mut inbox(), bytes, bytes.len()).expect_err("it must be seen");
            assert!(error.contains(what), "{bytes:?}: {error}");
        }
    }

    #[test]
    fn fragments_that_never_end_are_not_kept() {
        let fragment = [b"\x01\x7e\xff\xff", &vec![0; 0xffff][..], b"\x00\x7e\xff\xff", &vec![0; 0xffff][..]].concat();
        assert!(take(&mut inbox(), &fragment, 1000).is_err_and(|error| error.contains("too big")));
    }

    #[test]
    fn a_close_is_said_with_its_code_and_reason() {
        for (bytes, words) in [
            (&b"\x88\x00"[..], "without a code"),
            (b"\x88\x02\x03\xf5", "with 1013 (try again later)"),
            (b"\x88\x0a\x03\xf5too slow", "with 1013 (too slow)"),
            (b"\x88\x02\x0b\xb8", "with 3000 (no reason)"),
        ] {
            let error = take(&mut inbox(), bytes, bytes.len()).expect_err("closed");
            assert_eq!(error, format!("the server closed a connection {words}"));
        }
    }
}
