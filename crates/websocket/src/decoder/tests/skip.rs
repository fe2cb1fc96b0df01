//! The search for the close frame, and the number of frames.

use super::*;

fn discarding() -> Decoder {
    let mut decoder = Decoder::new(Role::Server, 100, Inflation::PerMessage);
    decoder.discard_messages();
    decoder
}

#[test]
fn skips_messages_of_any_size_and_content_before_the_close_frame() {
    let invalid = [
        frame(0xc1, &[0xff; 50]), // not deflate
        frame(0x81, &[0xff; 5]),  // not UTF-8
        frame(0x82, &[0; 5000]),  // larger than a message may be
        frame(0x80, b"no beginning"),
        frame(0x01, b"no end"),
        frame(0x89, b"a ping"),
        frame(0x8a, b"a pong"),
    ];
    let input = [&invalid.concat()[..], &frame(0x88, b"\x03\xe8bye"), b"whatever follows"].concat();
    for piece in [input.len(), 1, 7] {
        let (mut decoder, mut scratch, mut consumed) = (discarding(), Vec::new(), 0);
        for piece in input.chunks(piece) {
            let mut piece = piece.to_vec();
            let decoded = decoder.read(&mut piece, &mut scratch).expect("frames are well formed");
            consumed += decoded.consumed;
            if let Some(event) = decoded.event {
                assert_eq!(describe(&event), "close 1000 bye");
                break;
            }
        }
        assert_eq!(consumed, input.len() - b"whatever follows".len());
    }
}

#[test]
fn discards_a_message_that_has_begun() {
    let mut decoder = Decoder::new(Role::Server, 100, Inflation::Disabled);
    let mut scratch = Vec::new();
    let begun = [frame(0x01, b"one"), frame(0x80, b"two")].concat();
    let (mut first, mut rest) = (begun[..begun.len() - 1].to_vec(), begun[begun.len() - 1..].to_vec());
    assert_eq!(decoder.read(&mut first, &mut scratch).expect("valid frames").event, None);
    decoder.discard_messages();
    rest.extend(frame(0x88, b""));
    let decoded = decoder.read(&mut rest, &mut scratch).expect("valid frames");
    assert!(matches!(decoded.event, Some(Event::Close(..))), "{decoded:?}");
    assert!(!decoder.has_partial());
}

#[test]
fn frees_the_decompression_context() {
    let mut scratch = Vec::new();
    let mut decoder = Decoder::new(Role::Server, 100, Inflation::ContextTakeover(Box::default()));
    let mut compressed = frame(0xc1, &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]); // RFC 7692 §7.2.3.1: Hello
    let decoded = decoder.read(&mut compressed, &mut scratch).expect("a valid frame");
    assert_eq!(describe(&decoded.event.expect("a message")), "text Hello");
    assert!(decoder.context_memory() > 0);
    decoder.discard_messages();
    assert_eq!(decoder.context_memory(), 0);
    let mut rest = [frame(0xc1, &[0xf2, 0x00, 0x11, 0x00, 0x00]), frame(0x88, b"")].concat();
    let decoded = decoder.read(&mut rest, &mut scratch).expect("valid frames");
    assert!(matches!(decoded.event, Some(Event::Close(..))), "{decoded:?}");
}

#[test]
fn still_rejects_a_frame_without_a_mask() {
    let mut input = unmasked(0x82, b"x");
    assert_eq!(discarding().read(&mut input, &mut Vec::new()), Err(ProtocolError::Unmasked));
}

#[test]
fn counts_the_frames_of_a_message() {
    let mut decoder = Decoder::new(Role::Server, 100, Inflation::Disabled);
    let fragments = [frame(0x01, b"a"), frame(0x00, b"").repeat(1000), frame(0x80, b"")].concat();
    let mut input = [fragments, frame(0x8a, b""), frame(0x82, b"b")].concat();
    let (mut consumed, mut counts, mut scratch) = (0, Vec::new(), Vec::new());
    while consumed < input.len() {
        consumed += decoder.read(&mut input[consumed..], &mut scratch).expect("valid frames").consumed;
        counts.push(decoder.take_frames());
    }
    assert_eq!(counts, [1002, 1, 1]);
}

#[test]
fn counts_a_frame_that_arrives_in_pieces_once() {
    let mut decoder = Decoder::new(Role::Server, 100, Inflation::Disabled);
    let (mut counts, mut scratch) = (Vec::new(), Vec::new());
    for byte in &mut frame(0x82, b"in pieces") {
        let decoded = decoder.read(std::slice::from_mut(byte), &mut scratch).expect("a valid frame");
        counts.push((decoder.take_frames(), decoded.event.is_some()));
    }
    assert_eq!(counts.pop(), Some((1, true)), "with its message, so that both are counted as one");
    assert!(counts.iter().all(|count| *count == (0, false)), "{counts:?}");
}
