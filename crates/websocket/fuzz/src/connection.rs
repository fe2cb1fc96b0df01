//! A whole connection, against the model.

use yodel_websocket::decoder::{Decoder, Inflation, Received, Role};

use super::input::Input;
use super::model::peer::{Compression, Event, Peer, Terms};
use super::script;

/// What comes in is what the model receives, at the same byte, however the bytes are cut; and between
/// messages nothing is kept.
///
/// # Panics
/// When that does not hold.
pub fn connection(data: &[u8]) {
    let mut input = Input::new(data);
    let terms = Terms {
        role: input.pick(&[Role::Server, Role::Client]),
        compression: input.pick(&[Compression::Apart, Compression::Refused, Compression::Together]),
        max_message: input.pick(&[1_000, 0, 1, 125, 126, 70_000]),
    };
    let seed = input.byte();
    let bytes = script::stream(&mut input, terms);
    let expected = expected(&bytes, terms);
    // What a thread keeps from one connection to the next.
    let mut room = Vec::new();
    check(&expected, terms, &mut room, [&bytes[..]]);
    check(&expected, terms, &mut room, bytes.chunks(1));
    check(&expected, terms, &mut room, Cuts { rest: &bytes, state: seed });
}

/// What the model receives with each byte, and whether it is inside of something then, up to the last
/// thing that counts.
fn expected(bytes: &[u8], terms: Terms) -> Vec<(Option<Event>, bool)> {
    let mut peer = Peer::new(terms);
    let mut expected = Vec::new();
    for byte in bytes {
        let event = peer.take(*byte);
        let last = matches!(event, Some(Event::Close(_) | Event::Broken(_) | Event::Undefined));
        expected.push((event, peer.is_inside()));
        if last {
            break;
        }
    }
    expected
}

fn check<'b>(
    expected: &[(Option<Event>, bool)],
    terms: Terms,
    room: &mut Vec<u8>,
    chunks: impl IntoIterator<Item = &'b [u8]>,
) {
    let inflation = match terms.compression {
        Compression::Refused => Inflation::Refused,
        Compression::Apart => Inflation::Apart,
        Compression::Together => Inflation::Together(Box::default()),
    };
    let mut decoder = Decoder::new(terms.role, terms.max_message, inflation);
    let mut at = 0;
    for chunk in chunks {
        let mut chunk = chunk.to_vec();
        let mut taken = 0;
        // Nothing changes nothing.
        let inside = decoder.is_inside();
        assert_eq!(read(&mut decoder, &mut [], room), (0, None));
        assert_eq!(decoder.is_inside(), inside);
        while taken < chunk.len() {
            let (consumed, event) = read(&mut decoder, &mut chunk[taken..], room);
            let consumed = match event {
                // A violation is seen with its byte, and says nothing about how far that is.
                Some(Event::Broken(_)) => expected.len() - at,
                _ => consumed,
            };
            let passed = &expected[at..(at + consumed).min(expected.len())];
            assert!(taken + consumed <= chunk.len(), "{event:?} too early, before byte {}", at + consumed);
            taken += consumed;
            at += consumed;
            let Some(((last, inside), before)) = passed.split_last() else { panic!("{event:?} from nothing") };
            assert!(before.iter().all(|(event, _)| event.is_none()), "{event:?} too late, after byte {at}: {before:?}");
            if *last == Some(Event::Undefined) {
                return;
            }
            assert_eq!(event, *last, "at byte {at}");
            if matches!(event, Some(Event::Close(_) | Event::Broken(_))) {
                return;
            }
            assert_eq!(decoder.is_inside(), *inside, "at byte {at}");
        }
    }
}

fn read(decoder: &mut Decoder, input: &mut [u8], room: &mut Vec<u8>) -> (usize, Option<Event>) {
    let step = match decoder.read(input, room) {
        Ok(step) => step,
        Err(violation) => return (0, Some(Event::Broken(violation))),
    };
    let event = step.received.map(|received| match received {
        Received::Message(kind, payload) => Event::Message(kind, payload.to_vec()),
        Received::Ping(payload) => Event::Ping(payload.to_vec()),
        Received::Pong(payload) => Event::Pong(payload.to_vec()),
        Received::Close(code, _) => Event::Close(code),
    });
    (step.consumed, event)
}

/// Cuts bytes into pieces, most of them short.
struct Cuts<'b> {
    rest: &'b [u8],
    state: u8,
}

impl<'b> Iterator for Cuts<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        self.state = self.state.wrapping_mul(141).wrapping_add(3);
        let length = match self.state >> 4 {
            0..6 => 1,
            6..12 => 2 + usize::from(self.state % 16),
            _ => 100 * usize::from(self.state % 16 + 1),
        };
        let (piece, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        Some(piece)
    }
}
