//! One frame as a client sends it.

use yodel_websocket::frame::{Header, Opcode};
use yodel_websocket::mask;

/// A message in the form in which a connection sends it.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Text or binary.
    pub opcode: Opcode,
    /// Whether `payload` is compressed.
    pub compressed: bool,
    /// The payload, not masked.
    pub payload: &'a [u8],
}

/// Appends one masked frame.
pub fn append_frame(form: Form<'_>, key: [u8; 4], out: &mut Vec<u8>) {
    let length = form.payload.len() as u64;
    Header { fin: true, rsv1: form.compressed, opcode: form.opcode, mask: Some(key), length }.write(out);
    let begin = out.len();
    out.extend_from_slice(form.payload);
    mask::apply(&mut out[begin..], key, 0);
}
