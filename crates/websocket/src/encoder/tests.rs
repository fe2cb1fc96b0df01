//! Frames as decoded by a client.

use super::*;
use crate::deflate::Inflater;
use crate::extension::{ContextTakeover, negotiate};

/// Returns a text that compresses well.
fn long() -> String {
    "Repeated text compresses into fewer bytes. ".repeat(4)
}

fn encoded(encoder: &mut Encoder, kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut out = b"before".to_vec();
    encoder.message(kind, payload, &mut out);
    assert!(out.starts_with(b"before"), "earlier output must be kept");
    out.split_off(6)
}

/// Returns an encoder with the parameters negotiated from an offer.
fn negotiated(parameters: &str, takeover: ContextTakeover) -> Encoder {
    let offer = format!("permessage-deflate{parameters}");
    Encoder::new(negotiate([offer.as_str()], takeover).unwrap().as_ref())
}

/// Returns the inflated payload of a frame.
fn inflated(inflater: &mut Inflater, frame: &[u8]) -> Vec<u8> {
    let (header, start) = Header::parse(frame).unwrap().unwrap();
    let mut out = Vec::new();
    if header.rsv1 {
        inflater.inflate(&frame[start..], 100_000, &mut out).unwrap();
    } else {
        out.extend(&frame[start..]);
    }
    out
}

#[test]
fn section_5_1_and_5_7_sends_unfragmented_unmasked_frames() {
    assert_eq!(encoded(&mut Encoder::Plain, Kind::Text, b"Hello"), b"\x81\x05Hello");
    assert_eq!(encoded(&mut Encoder::Plain, Kind::Binary, &[7; 256])[..4], *b"\x82\x7e\x01\x00");
    assert_eq!(encoded(&mut Encoder::Plain, Kind::Binary, &vec![7; 65_536])[..10], *b"\x82\x7f\0\0\0\0\0\x01\0\0");
}

#[test]
fn section_5_2_encodes_lengths_in_the_shortest_form() {
    for (length, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
        let payload = vec![b'x'; length];
        let frame = encoded(&mut Encoder::Plain, Kind::Text, &payload);
        assert_eq!(frame.len(), header + length);
        let (bytes, taken) = plain_header(Kind::Text, length);
        assert_eq!(bytes[..taken], frame[..header], "`plain_header` must return the same bytes");
    }
}

#[test]
fn section_5_5_sends_unfragmented_short_control_frames() {
    let mut out = Vec::new();
    ping(&mut out);
    pong(b"are you there", &mut out);
    close(CloseCode::NO_CODE, "not sent", &mut out);
    close(CloseCode::GOING_AWAY, "shutdown", &mut out);
    assert_eq!(out, b"\x89\x00\x8a\x0dare you there\x88\x00\x88\x0a\x03\xe9shutdown");
}

#[test]
fn section_5_5_1_truncates_a_long_reason_at_a_character_boundary() {
    let mut out = Vec::new();
    close(CloseCode::GOING_AWAY, &"é".repeat(100), &mut out);
    assert_eq!(out[..4], [0x88, 2 + 122, 0x03, 0xe9]);
    assert_eq!(out[4..], *"é".repeat(61).as_bytes());
}

#[test]
fn rfc_7692_section_6_sets_rsv1_on_compressed_messages_only() {
    let long = long();
    for takeover in [ContextTakeover::Disabled, ContextTakeover::Enabled] {
        let mut encoder = negotiated("", takeover);
        let frame = encoded(&mut encoder, Kind::Text, long.as_bytes());
        assert_eq!(frame[0], 0xc1);
        assert!(frame.len() < long.len());
        assert_eq!(encoded(&mut encoder, Kind::Binary, long.as_bytes())[0], 0xc2);
        assert_eq!(encoded(&mut encoder, Kind::Text, b"short"), b"\x81\x05short");
        assert_eq!(encoded(&mut encoder, Kind::Text, b""), b"\x81\x00");
    }
    assert_eq!(encoded(&mut Encoder::new(None), Kind::Text, long.as_bytes())[0], 0x81);
}

#[test]
fn rfc_7692_section_7_1_1_1_refers_to_earlier_messages_only_with_context_takeover() {
    let long = long();
    for (parameters, takeover, refers) in [
        ("", ContextTakeover::Enabled, true),
        ("; client_no_context_takeover", ContextTakeover::Enabled, true),
        ("; server_no_context_takeover", ContextTakeover::Enabled, false),
        ("", ContextTakeover::Disabled, false),
    ] {
        let mut encoder = negotiated(parameters, takeover);
        let [first, second] = [(); 2].map(|()| encoded(&mut encoder, Kind::Text, long.as_bytes()));
        assert_eq!(second.len() < first.len(), refers, "{parameters} {takeover:?}");
        let mut inflater = Inflater::default();
        assert_eq!(inflated(&mut inflater, &first), long.as_bytes());
        if !refers {
            assert_eq!(first, second);
            inflater = Inflater::default();
        }
        assert_eq!(inflated(&mut inflater, &second), long.as_bytes());
    }
}

#[test]
fn rfc_7692_section_7_1_1_1_does_not_refer_to_uncompressed_messages() {
    let (mut encoder, mut inflater) = (negotiated("", ContextTakeover::Enabled), Inflater::default());
    let short = &"abcdefgh".repeat(20)[..THRESHOLD - 1];
    for text in [short, &short.repeat(2), short, &short.repeat(3)] {
        let frame = encoded(&mut encoder, Kind::Text, text.as_bytes());
        assert_eq!(inflated(&mut inflater, &frame), text.as_bytes());
    }
}

#[test]
fn rfc_7692_section_7_1_2_1_compresses_a_message_larger_than_the_window() {
    // Half of the blocks are repeated within the smallest window, the others beyond it.
    let block = |index: u32| index % if index.is_multiple_of(2) { 98 } else { 999 } * 0x9e37;
    let blocks: Vec<u8> = (0..20_000).flat_map(|index| block(index).to_be_bytes()).collect();
    for takeover in [ContextTakeover::Disabled, ContextTakeover::Enabled] {
        for window in 9..=15 {
            let mut encoder = negotiated(&format!("; server_max_window_bits={window}"), takeover);
            let frame = encoded(&mut encoder, Kind::Binary, &blocks);
            assert_eq!(frame[0], 0xc2);
            assert_eq!(inflated(&mut Inflater::default(), &frame), blocks, "{window}");
        }
    }
}

#[test]
fn predicts_which_messages_are_sent_uncompressed() {
    for length in [0, THRESHOLD - 1, THRESHOLD, 10_000, 100_000] {
        let payload = vec![b'x'; length];
        for mut encoder in [
            Encoder::Plain,
            negotiated("", ContextTakeover::Disabled),
            negotiated("; server_max_window_bits=9", ContextTakeover::Disabled),
            negotiated("; server_max_window_bits=9", ContextTakeover::Enabled),
        ] {
            let kept = encoder.sends_plain(length);
            let frame = encoded(&mut encoder, Kind::Binary, &payload);
            assert_eq!(frame[0] == 0x82, kept, "{length} bytes with {encoder:?}");
        }
    }
}

#[test]
fn does_not_compress_messages_that_would_grow() {
    let squares = (0_u32..1_000).map(|index| index.wrapping_mul(index).wrapping_mul(0x9e37_79b9));
    let noise: Vec<u8> = squares.map(|square| square.to_be_bytes()[0]).collect();
    let frame = encoded(&mut negotiated("", ContextTakeover::Disabled), Kind::Binary, &noise);
    assert_eq!(frame[0], 0x82);
    assert!(frame.ends_with(&noise));
}
