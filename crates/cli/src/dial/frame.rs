//! Encoding of one frame as a client sends it.

use yodel_websocket::frame::{Header, Opcode};
use yodel_websocket::mask;

/// A frame before masking.
#[derive(Clone, Copy, Debug)]
pub struct UnmaskedFrame<'a> {
    /// The opcode.
    pub opcode: Opcode,
    /// `true` if `payload` is compressed (RSV1).
    pub compressed: bool,
    /// The payload, not masked.
    pub payload: &'a [u8],
}

/// Appends the frame to `out`, masked with `key`.
pub fn append_frame(frame: UnmaskedFrame<'_>, key: [u8; 4], out: &mut Vec<u8>) {
    let length = frame.payload.len() as u64;
    Header { fin: true, rsv1: frame.compressed, opcode: frame.opcode, mask: Some(key), length }.write(out);
    let start = out.len();
    out.extend_from_slice(frame.payload);
    mask::apply(&mut out[start..], key, 0);
}
