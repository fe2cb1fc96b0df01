//! A fuzzer's bytes as a sequence of frames. Most are valid, so that the fuzzer reaches deep states.

use yodel_websocket::decoder::Role;
use yodel_websocket::deflate::{self, Deflater};
use yodel_websocket::extension::MAX_WINDOW_BITS;
use yodel_websocket::frame::{Header, Opcode};

use super::input::Input;
use super::model::peer::{Compression, PeerConfig};

/// Maximum length of a stream in bytes. Longer streams find no further errors.
const MAX_STREAM: usize = 200_000;

/// Characters of one, two, three and four bytes.
const TEXT: &str = "Hello, κόσμε, 你好, \u{10ffff}\u{0}é";

/// Returns the bytes that a peer sends.
pub fn stream(input: &mut Input<'_>, config: PeerConfig) -> Vec<u8> {
    let deflater = Deflater::new(MAX_WINDOW_BITS);
    let mut script = Script { config, deflater, in_message: false, out: Vec::new() };
    while !input.is_empty() && script.out.len() < MAX_STREAM {
        match input.byte() % 8 {
            0..5 => script.message(input),
            5 => script.control(input),
            6 => script.fragment(input),
            // Arbitrary bytes.
            _ => script.out.extend_from_slice(input.bytes()),
        }
    }
    script.out
}

struct Script {
    config: PeerConfig,
    deflater: Deflater,
    /// `true` inside a fragmented message.
    in_message: bool,
    out: Vec<u8>,
}

impl Script {
    /// Appends a message in one or more frames, possibly with pings between them.
    fn message(&mut self, input: &mut Input<'_>) {
        let opcode = input.pick(&[Opcode::Text, Opcode::Binary]);
        let compressed = self.config.compression != Compression::Disabled && input.boolean();
        let payload = if compressed { self.compressed(input) } else { self.payload(input) };
        let [frames, pinged] = input.pick(&[[1, 0], [2, 0], [3, 1], [5, 0]]);
        let mut rest = &payload[..];
        for frame in 0..frames {
            let last = frame + 1 == frames;
            let length = if last { rest.len() } else { usize::from(input.byte()).min(rest.len()) };
            let (piece, after) = rest.split_at(length);
            rest = after;
            let opcode = if frame == 0 { opcode } else { Opcode::Continuation };
            self.frame(input, last, compressed && frame == 0, opcode, piece);
            if pinged == 1 && !last {
                self.frame(input, true, false, Opcode::Ping, b"in between");
            }
        }
    }

    /// Appends a single frame, which may be out of place.
    fn fragment(&mut self, input: &mut Input<'_>) {
        let (fin, rsv1) = (input.boolean(), input.byte() % 8 == 7);
        let first = input.pick(&[Opcode::Text, Opcode::Binary]);
        let out_of_place = input.byte() % 8 == 7;
        let opcode = if self.in_message == out_of_place { first } else { Opcode::Continuation };
        self.in_message = !fin;
        let payload = self.payload(input);
        self.frame(input, fin, rsv1, opcode, &payload);
    }

    fn control(&mut self, input: &mut Input<'_>) {
        let opcode = input.pick(&[Opcode::Ping, Opcode::Pong, Opcode::Close]);
        let mut payload = input.bytes().to_vec();
        if opcode == Opcode::Close {
            let code = input.pick(&[1000_u16, 1001, 1005, 1006, 1011, 1014, 1015, 2999, 3000, 4999, 5000]);
            payload.splice(0..0, code.to_be_bytes());
            payload.truncate(125 - usize::from(input.byte() % 126));
        }
        self.frame(input, true, false, opcode, &payload);
    }

    fn payload(&self, input: &mut Input<'_>) -> Vec<u8> {
        let max = self.config.max_message;
        match input.byte() % 4 {
            0 => input.bytes().to_vec(),
            // Text that may begin and end inside a character.
            1 => {
                let (start, end) = (usize::from(input.byte()), usize::from(input.byte()));
                TEXT.as_bytes().iter().copied().cycle().skip(start % TEXT.len()).take(end).collect()
            }
            // Lengths around the encoding boundaries and the limit.
            2 => {
                let length = input.pick(&[0, 1, 124, 125, 126, 127, max, max + 1, 65_535, 65_536]);
                vec![input.byte(); length]
            }
            _ => TEXT.repeat(usize::from(input.byte())).into_bytes(),
        }
    }

    fn compressed(&mut self, input: &mut Input<'_>) -> Vec<u8> {
        let mut payload = Vec::new();
        match input.byte() % 8 {
            // Arbitrary data.
            0 => payload.extend_from_slice(input.bytes()),
            // A stored final block, and the byte that must follow (RFC 7692 §7.2.3.4).
            1 => {
                let bytes = input.bytes();
                let length = u8::try_from(bytes.len()).expect("at most 255");
                payload.extend_from_slice(&[1, length, 0, !length, 0xff]);
                payload.extend_from_slice(bytes);
                payload.push(0);
            }
            // A decompression bomb.
            2 => deflate::deflate(&vec![input.byte(); 300_000], 15, &mut payload),
            // Truncated data, or data with an extra byte.
            3 => {
                self.deflate(input, &mut payload);
                let place = usize::from(input.byte()) % (payload.len() + 1);
                if input.boolean() {
                    payload.truncate(place);
                } else {
                    payload.insert(place, input.byte());
                }
            }
            _ => self.deflate(input, &mut payload),
        }
        payload
    }

    fn deflate(&mut self, input: &mut Input<'_>, out: &mut Vec<u8>) {
        let payload = self.payload(input);
        match self.config.compression {
            Compression::ContextTakeover => self.deflater.deflate(&payload, out),
            _ => deflate::deflate(&payload, 15, out),
        }
    }

    fn frame(&mut self, input: &mut Input<'_>, fin: bool, rsv1: bool, opcode: Opcode, payload: &[u8]) {
        let key =
            (self.config.role == Role::Server).then(|| input.pick(&[[0, 0, 0, 0], [1, 2, 4, 8], *b"\xff\x80\x55 "]));
        let start = self.out.len();
        Header { fin, rsv1, opcode, mask: key, length: payload.len() as u64 }.write(&mut self.out);
        let after = self.out.len();
        self.out.extend_from_slice(payload);
        for (index, byte) in self.out[after..].iter_mut().enumerate() {
            *byte ^= key.map_or(0, |key| key[index % 4]);
        }
        // Corrupts one of the first two bytes of a few frames, possibly the length.
        if input.byte() >= 250 {
            let place = start + usize::from(input.boolean());
            self.out[place] ^= input.byte();
        }
    }
}
