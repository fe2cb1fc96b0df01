//! Compares the decoder with the model over a whole connection.

use yodel_websocket::decoder::{Decoder, Event, Inflation, Role};

use super::input::Input;
use super::model::peer::{Compression, ModelEvent, Peer, Terms};
use super::script;

/// Checks that the decoder returns the same events as the model, at the same byte, for every split of the input, and
/// buffers nothing between messages.
///
/// # Panics
/// Panics if a property is violated.
pub fn connection(data: &[u8]) {
    let mut input = Input::new(data);
    let terms = Terms {
        role: input.pick(&[Role::Server, Role::Client]),
        compression: input.pick(&[Compression::PerMessage, Compression::Refused, Compression::ContextTakeover]),
        max_message: input.pick(&[1_000, 0, 1, 125, 126, 70_000]),
    };
    let seed = input.byte();
    let bytes = script::stream(&mut input, terms);
    let expected = expected(&bytes, terms);
    // Thread-local state must not leak from one connection to the next.
    let mut room = Vec::new();
    check(&expected, terms, &mut room, [&bytes[..]]);
    check(&expected, terms, &mut room, bytes.chunks(1));
    check(&expected, terms, &mut room, Cuts { rest: &bytes, state: seed });
}

/// Returns the model's event for each byte, and whether a frame or message is incomplete then, up to the last
/// relevant event.
fn expected(bytes: &[u8], terms: Terms) -> Vec<(Option<ModelEvent>, bool)> {
    let mut peer = Peer::new(terms);
    let mut expected = Vec::new();
    for byte in bytes {
        let event = peer.take(*byte);
        let last = matches!(event, Some(ModelEvent::Close(_) | ModelEvent::Error(_) | ModelEvent::Undefined));
        expected.push((event, peer.has_partial()));
        if last {
            break;
        }
    }
    expected
}

fn check<'b>(
    expected: &[(Option<ModelEvent>, bool)],
    terms: Terms,
    room: &mut Vec<u8>,
    chunks: impl IntoIterator<Item = &'b [u8]>,
) {
    let inflation = match terms.compression {
        Compression::Refused => Inflation::Disabled,
        Compression::PerMessage => Inflation::PerMessage,
        Compression::ContextTakeover => Inflation::ContextTakeover(Box::default()),
    };
    let mut decoder = Decoder::new(terms.role, terms.max_message, inflation);
    let mut at = 0;
    for chunk in chunks {
        let mut chunk = chunk.to_vec();
        let mut taken = 0;
        // An empty input has no effect.
        let inside = decoder.has_partial();
        assert_eq!(read(&mut decoder, &mut [], room), (0, None));
        assert_eq!(decoder.has_partial(), inside);
        while taken < chunk.len() {
            let (consumed, event) = read(&mut decoder, &mut chunk[taken..], room);
            let consumed = match event {
                // An error is returned with the byte that causes it, but without a consumed length.
                Some(ModelEvent::Error(_)) => expected.len() - at,
                _ => consumed,
            };
            let passed = &expected[at..(at + consumed).min(expected.len())];
            assert!(taken + consumed <= chunk.len(), "{event:?} too early, before byte {}", at + consumed);
            taken += consumed;
            at += consumed;
            let Some(((last, inside), before)) = passed.split_last() else { panic!("{event:?} from nothing") };
            assert!(before.iter().all(|(event, _)| event.is_none()), "{event:?} too late, after byte {at}: {before:?}");
            if *last == Some(ModelEvent::Undefined) {
                return;
            }
            assert_eq!(event, *last, "at byte {at}");
            if matches!(event, Some(ModelEvent::Close(_) | ModelEvent::Error(_))) {
                return;
            }
            assert_eq!(decoder.has_partial(), *inside, "at byte {at}");
        }
    }
}

fn read(decoder: &mut Decoder, input: &mut [u8], room: &mut Vec<u8>) -> (usize, Option<ModelEvent>) {
    let step = match decoder.read(input, room) {
        Ok(step) => step,
        Err(error) => return (0, Some(ModelEvent::Error(error))),
    };
    let event = step.event.map(|received| match received {
        Event::Message(kind, payload) => ModelEvent::Message(kind, payload.to_vec()),
        Event::Ping(payload) => ModelEvent::Ping(payload.to_vec()),
        Event::Pong(payload) => ModelEvent::Pong(payload.to_vec()),
        Event::Close(code, _) => ModelEvent::Close(code),
    });
    (step.consumed, event)
}

/// Splits bytes into pieces, most of them short.
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
