//! Compares the decoder with the model over a whole connection.

use yodel_websocket::decoder::{Decoder, Event, Inflation, Role};

use super::input::Input;
use super::model::peer::{Compression, ModelEvent, Peer, PeerConfig};
use super::script;

/// Checks that the decoder returns the same events as the model, at the same byte, for every split of the input, and
/// buffers nothing between messages.
///
/// # Panics
/// Panics if a property is violated.
pub fn connection(data: &[u8]) {
    let mut input = Input::new(data);
    let config = PeerConfig {
        role: input.pick(&[Role::Server, Role::Client]),
        compression: input.pick(&[Compression::PerMessage, Compression::Disabled, Compression::ContextTakeover]),
        max_message: input.pick(&[1_000, 0, 1, 125, 126, 70_000]),
    };
    let seed = input.byte();
    let bytes = script::stream(&mut input, config);
    let expected = expected(&bytes, config);
    // Thread-local state must not leak from one connection to the next.
    let mut scratch = Vec::new();
    check(&expected, config, &mut scratch, [&bytes[..]]);
    check(&expected, config, &mut scratch, bytes.chunks(1));
    check(&expected, config, &mut scratch, Chunks { rest: &bytes, state: seed });
}

/// Returns, for each byte, the model's event and whether a frame or message is incomplete after it. Ends at the first
/// close, error or undefined result.
fn expected(bytes: &[u8], config: PeerConfig) -> Vec<(Option<ModelEvent>, bool)> {
    let mut peer = Peer::new(config);
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
    config: PeerConfig,
    scratch: &mut Vec<u8>,
    chunks: impl IntoIterator<Item = &'b [u8]>,
) {
    let inflation = match config.compression {
        Compression::Disabled => Inflation::Disabled,
        Compression::PerMessage => Inflation::PerMessage,
        Compression::ContextTakeover => Inflation::ContextTakeover(Box::default()),
    };
    let mut decoder = Decoder::new(config.role, config.max_message, inflation);
    let mut at = 0;
    for chunk in chunks {
        let mut chunk = chunk.to_vec();
        let mut taken = 0;
        // An empty input has no effect.
        let is_partial = decoder.has_partial();
        assert_eq!(read(&mut decoder, &mut [], scratch), (0, None));
        assert_eq!(decoder.has_partial(), is_partial);
        while taken < chunk.len() {
            let (consumed, event) = read(&mut decoder, &mut chunk[taken..], scratch);
            let consumed = match event {
                // An error is returned with the byte that causes it, but without a consumed length.
                Some(ModelEvent::Error(_)) => expected.len() - at,
                _ => consumed,
            };
            let passed = &expected[at..(at + consumed).min(expected.len())];
            assert!(taken + consumed <= chunk.len(), "{event:?} too early, before byte {}", at + consumed);
            taken += consumed;
            at += consumed;
            let Some(((last, is_partial), before)) = passed.split_last() else { panic!("{event:?} from nothing") };
            assert!(before.iter().all(|(event, _)| event.is_none()), "{event:?} too late, after byte {at}: {before:?}");
            if *last == Some(ModelEvent::Undefined) {
                return;
            }
            assert_eq!(event, *last, "at byte {at}");
            if matches!(event, Some(ModelEvent::Close(_) | ModelEvent::Error(_))) {
                return;
            }
            assert_eq!(decoder.has_partial(), *is_partial, "at byte {at}");
        }
    }
}

fn read(decoder: &mut Decoder, input: &mut [u8], scratch: &mut Vec<u8>) -> (usize, Option<ModelEvent>) {
    let decoded = match decoder.read(input, scratch) {
        Ok(decoded) => decoded,
        Err(error) => return (0, Some(ModelEvent::Error(error))),
    };
    let event = decoded.event.map(|event| match event {
        Event::Message(kind, payload) => ModelEvent::Message(kind, payload.to_vec()),
        Event::Ping(payload) => ModelEvent::Ping(payload.to_vec()),
        Event::Pong(payload) => ModelEvent::Pong(payload.to_vec()),
        Event::Close(code, _) => ModelEvent::Close(code),
    });
    (decoded.consumed, event)
}

/// Iterator over pseudorandom pieces of the input, most of them short.
struct Chunks<'b> {
    rest: &'b [u8],
    state: u8,
}

impl<'b> Iterator for Chunks<'b> {
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

#[cfg(test)]
mod tests {
    use yodel_websocket::decoder::max_compressed;

    use super::*;

    #[test]
    fn model_and_decoder_have_the_same_limit_for_compressed_messages() {
        let config = PeerConfig { role: Role::Client, compression: Compression::PerMessage, max_message: 1_000 };
        let limit = u16::try_from(max_compressed(config.max_message)).expect("a short message");
        for length in [1_000, limit - 1, limit, limit + 1] {
            // A compressed binary message whose payload is not a deflate stream.
            let header = [&[0xc2, 126][..], &length.to_be_bytes()].concat();
            let bytes = [header, vec![0; length.into()]].concat();
            check(&expected(&bytes, config), config, &mut Vec::new(), [&bytes[..]]);
        }
    }
}
