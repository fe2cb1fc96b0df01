//! Differential tests of the codec and tungstenite: each decodes what the other encodes, with equal results.

mod conversation;
mod decoders;
mod item;
mod memory_stream;

use support::{RandomData, SplitMix};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{self, WebSocket};
use yodel_websocket::decoder::Role;
use yodel_websocket::encoder::{self, Encoder};
use yodel_websocket::error::ProtocolError;
use yodel_websocket::message::Kind;

use conversation::{conversation, frame};
use decoders::{read_with_tungstenite, read_with_yodel};
use item::Item;
use memory_stream::MemoryStream;

/// Payload lengths at and around the changes of the length encoding.
const LENGTHS: [usize; 12] = [0, 1, 2, 7, 124, 125, 126, 127, 128, 65_535, 65_536, 65_537];

/// Seeds of the generated conversations.
const SEEDS: std::ops::Range<u64> = 0..100;

/// Splits bytes into pieces of random lengths.
fn pieces<'b>(random: &mut SplitMix, mut bytes: &'b [u8]) -> Vec<&'b [u8]> {
    let max = random.pick(&[2, 20, 2_000, 70_000]);
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at((1 + random.index(max)).min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

#[test]
fn decodes_client_frames_like_tungstenite_in_any_split() {
    for seed in SEEDS {
        let mut random = SplitMix(seed);
        let (items, bytes) = conversation(&mut random, &LENGTHS);
        let (read, error) = read_with_tungstenite(protocol::Role::Server, &bytes);
        assert!(error.is_none() && read == items, "seed {seed}: tungstenite: {error:?}");
        for pieces in [vec![&bytes[..]], pieces(&mut random, &bytes), pieces(&mut random, &bytes)] {
            let (read, yodel_error) = read_with_yodel(Role::Server, pieces);
            assert!(yodel_error.is_none() && read == items, "seed {seed}: {yodel_error:?}");
        }
    }
}

#[test]
fn decodes_the_same_for_every_split_in_two() {
    for seed in 0..20 {
        let (items, bytes) = conversation(&mut SplitMix(seed), &LENGTHS[..9]);
        for cut in 0..=bytes.len() {
            let (first, second) = bytes.split_at(cut);
            assert_eq!(
                read_with_yodel(Role::Server, [first, second]),
                (items.clone(), None),
                "seed {seed}, cut at {cut}"
            );
        }
    }
}

#[test]
fn decodes_long_frames_split_near_their_ends() {
    for length in [65_535, 65_536] {
        let (mut bytes, payload) = (Vec::new(), SplitMix(7).bytes(length));
        frame(true, OpCode::Data(Data::Binary), [1, 2, 3, 4], &payload, &mut bytes);
        frame(true, OpCode::Data(Data::Text), [5, 6, 7, 8], b"after it", &mut bytes);
        let items = vec![Item::Binary(payload), Item::Text("after it".to_owned())];
        for cut in (0..30).chain(bytes.len() - 30..bytes.len()) {
            let (first, second) = bytes.split_at(cut);
            assert_eq!(
                read_with_yodel(Role::Server, [first, second]),
                (items.clone(), None),
                "{length} bytes, cut at {cut}"
            );
        }
    }
}

#[test]
fn accepts_and_rejects_the_same_texts_as_tungstenite() {
    let texts = [
        "κόσμε, 你好, \u{10ffff}\u{0}é".as_bytes(),
        b"a surrogate \xed\xa0\x80",
        b"too large \xf4\x90\x80\x80",
        b"too long a form \xc0\xaf",
        b"\x80 a rest",
        b"the end of one is missing \xe4\xbd",
        b"\xf0\x9f\x98\x80 one whole, one half \xf0\x9f",
    ];
    for text in texts {
        for cut in 0..=text.len() {
            let mut bytes = Vec::new();
            frame(false, OpCode::Data(Data::Text), [1, 2, 3, 4], &text[..cut], &mut bytes);
            frame(true, OpCode::Data(Data::Continue), [0; 4], &text[cut..], &mut bytes);
            let (items, yodel_error) = read_with_yodel(Role::Server, bytes.chunks(3));
            let (expected, error) = read_with_tungstenite(protocol::Role::Server, &bytes);
            assert_eq!(items, expected, "{text:x?} cut at {cut}");
            assert_eq!(yodel_error.is_some(), error.is_some(), "{text:x?} cut at {cut}: {yodel_error:?}, {error:?}");
            assert_eq!(yodel_error.is_none(), std::str::from_utf8(text).is_ok());
        }
    }
}

#[test]
fn decodes_a_corrupted_stream_like_tungstenite() {
    for seed in SEEDS {
        let mut random = SplitMix(seed);
        let (_, mut bytes) = conversation(&mut random, &LENGTHS[..9]);
        let place = random.index(bytes.len());
        bytes[place] ^= 1 << random.index(8);
        let (items, yodel_error) = read_with_yodel(Role::Server, pieces(&mut random, &bytes));
        let (mut expected, error) = read_with_tungstenite(protocol::Role::Server, &bytes);
        // Tungstenite detects some damage later, and accepts lengths that are not minimal.
        assert!(error.is_none() || yodel_error.is_some(), "seed {seed}: {error:?}");
        if yodel_error == Some(ProtocolError::CloseCode) && error.is_none() {
            // Tungstenite returns the close code that it responds with.
            assert_eq!(expected.pop(), Some(Item::Close(1002)), "seed {seed}");
        }
        if yodel_error != Some(ProtocolError::Length) {
            assert_eq!(items, expected, "seed {seed}: {yodel_error:?}, {error:?}");
        }
    }
}

#[test]
fn tungstenite_and_own_client_decode_server_frames() {
    for seed in SEEDS {
        let mut random = SplitMix(seed);
        let (mut items, mut bytes) = (Vec::new(), Vec::new());
        for length in LENGTHS {
            let payload = random.bytes(length.min(125));
            items.push(match random.index(4) {
                0 => Item::Text(random.text(length)),
                1 => Item::Binary(random.bytes(length)),
                2 => Item::Ping(Vec::new()),
                _ => Item::Pong(payload),
            });
        }
        items.push(Item::Close(4000));
        for item in &items {
            match item {
                Item::Text(text) => Encoder::Plain.message(Kind::Text, text.as_bytes(), &mut bytes),
                Item::Binary(payload) => Encoder::Plain.message(Kind::Binary, payload, &mut bytes),
                Item::Ping(_) => encoder::ping(&mut bytes),
                Item::Pong(payload) => encoder::pong(payload, &mut bytes),
                Item::Close(code) => encoder::close(yodel_protocol::CloseCode(*code), &random.text(300), &mut bytes),
            }
        }
        let (read, error) = read_with_tungstenite(protocol::Role::Client, &bytes);
        assert!(error.is_none() && read == items, "seed {seed}: {error:?}");
        let (read, yodel_error) = read_with_yodel(Role::Client, pieces(&mut random, &bytes));
        assert!(yodel_error.is_none() && read == items, "seed {seed}: {yodel_error:?}");
    }
}

#[test]
fn server_decodes_frames_of_tungstenite() {
    for seed in SEEDS {
        let mut random = SplitMix(seed);
        let mut socket = WebSocket::from_raw_socket(MemoryStream::default(), protocol::Role::Client, None);
        let mut items = Vec::new();
        for length in LENGTHS {
            let (item, message) = if random.once_in(2) {
                let text = random.text(length);
                (Item::Text(text.clone()), Message::text(text))
            } else {
                let bytes = random.bytes(length);
                (Item::Binary(bytes.clone()), Message::binary(bytes))
            };
            socket.send(message).expect("memory is writable");
            items.push(item);
        }
        socket.close(None).expect("memory is writable");
        items.push(Item::Close(1005));
        let bytes = &socket.get_ref().output;
        let (read, yodel_error) = read_with_yodel(Role::Server, pieces(&mut random, bytes));
        assert!(yodel_error.is_none() && read == items, "seed {seed}: {yodel_error:?}");
    }
}
