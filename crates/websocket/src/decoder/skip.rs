//! Search for the close frame of a peer whose messages are not delivered any more.

use super::partial::{Partial, PartialFrame};
use crate::error::ProtocolError;
use crate::frame::{Header, Opcode};

/// Consumes `input` up to the end of the close frame, and skips messages by the lengths in their headers, without
/// unmasking, validating or inflating them. Returns the number of bytes that were consumed, and whether `partial` has the
/// payload of a complete close frame.
///
/// # Errors
/// Returns the error of `check`, or of a header that is invalid by itself.
pub fn skip_to_close(
    partial: &mut Partial,
    input: &mut [u8],
    check: impl Fn(&Header) -> Result<(), ProtocolError>,
) -> Result<(usize, bool), ProtocolError> {
    let mut consumed = 0;
    loop {
        let Some(mut frame) = partial.frame.take() else {
            let Some((header, length)) = partial.header.read(&input[consumed..])? else {
                return Ok((input.len(), false));
            };
            consumed += length;
            check(&header)?;
            partial.frame = Some(PartialFrame { header, read: 0 });
            continue;
        };
        let opcode = frame.header.opcode;
        if opcode.is_control() {
            let piece = frame.next_piece(&mut input[consumed..]);
            consumed += piece.len();
            partial.control.extend_from_slice(piece);
        } else {
            consumed += frame.skip(input.len() - consumed);
        }
        if !frame.is_complete() {
            partial.frame = Some(frame);
            return Ok((consumed, false));
        }
        if opcode == Opcode::Close {
            return Ok((consumed, true));
        }
        partial.control.clear();
    }
}
