//! Random messages of a client, and their frames.

use support::{RandomData, SplitMix, time_limit};
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use super::item::Item;

/// Generates client messages. Returns them with their encoding.
pub fn conversation(random: &mut SplitMix, lengths: &[usize]) -> (Vec<Item>, Vec<u8>) {
    time_limit::start();
    let (mut items, mut bytes) = (Vec::new(), Vec::new());
    for _ in 0..=random.index(6) {
        message(random, lengths, &mut items, &mut bytes);
        if random.once_in(3) {
            items.push(control(random, &mut bytes));
        }
    }
    if random.once_in(3) {
        let code = random.pick(&[1000_u16, 1001, 1011, 3000, 4999]);
        let reason = random.text(120);
        frame(
            true,
            OpCode::Control(Control::Close),
            key(random),
            &[&code.to_be_bytes(), reason.as_bytes()].concat(),
            &mut bytes,
        );
        items.push(Item::Close(code));
    }
    (items, bytes)
}

/// Encodes a client frame.
pub fn frame(fin: bool, opcode: OpCode, key: [u8; 4], payload: &[u8], out: &mut Vec<u8>) {
    let header = FrameHeader { is_final: fin, opcode, mask: Some(key), ..FrameHeader::default() };
    header.format(payload.len() as u64, out).expect("memory is writable");
    out.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
}

/// Generates a fragmented message with control frames between the fragments.
fn message(random: &mut SplitMix, lengths: &[usize], items: &mut Vec<Item>, out: &mut Vec<u8>) {
    let length = if random.once_in(2) { random.pick(lengths) } else { random.index(300) };
    let message = if random.once_in(2) { Item::Text(random.text(length)) } else { Item::Binary(random.bytes(length)) };
    let (opcode, mut rest) = match &message {
        Item::Text(text) => (Data::Text, text.as_bytes()),
        Item::Binary(bytes) => (Data::Binary, &bytes[..]),
        other => unreachable!("{other:?} is not a message"),
    };
    let frames = random.pick(&[1, 1, 2, 3, 10]);
    for index in 0..frames {
        let last = index + 1 == frames;
        // Fragments may be empty and may split a character.
        let (piece, after) = rest.split_at(if last { rest.len() } else { random.index(rest.len() + 1) });
        rest = after;
        frame(last, OpCode::Data(if index == 0 { opcode } else { Data::Continue }), key(random), piece, out);
        if !last && random.once_in(3) {
            items.push(control(random, out));
        }
    }
    items.push(message);
}

fn control(random: &mut SplitMix, out: &mut Vec<u8>) -> Item {
    let length = random.pick(&[0, 1, 8, 124, 125]);
    let payload = random.bytes(length);
    if random.once_in(2) {
        frame(true, OpCode::Control(Control::Ping), key(random), &payload, out);
        Item::Ping(payload)
    } else {
        frame(true, OpCode::Control(Control::Pong), key(random), &payload, out);
        Item::Pong(payload)
    }
}

/// Returns a random masking key, or zeros in one of four cases.
pub fn key(random: &mut SplitMix) -> [u8; 4] {
    if random.once_in(4) { [0; 4] } else { std::array::from_fn(|_| random.bytes(1)[0]) }
}
