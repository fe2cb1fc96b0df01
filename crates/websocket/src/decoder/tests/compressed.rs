//! Compressed messages (RFC 7692, sections 6 and 7.2).

use super::*;

/// "Hello" in one block (section 7.2.3.1).
const HELLO: [u8; 7] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

/// "Hello" as a reference to the previous "Hello" (section 7.2.3.2).
const AGAIN: [u8; 5] = [0xf2, 0x00, 0x11, 0x00, 0x00];

#[test]
fn section_7_2_3_decodes_the_examples() {
    for decoder in [per_message, context_takeover] {
        assert_eq!(all_events(decoder, &frame(0xc1, &HELLO)), ["text Hello"], "one block, 7.2.3.1");
        let fragments = [frame(0x41, &HELLO[..3]), frame(0x80, &HELLO[3..])].concat();
        assert_eq!(all_events(decoder, &fragments), ["text Hello"], "two fragments, 7.2.3.1");
        let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00];
        assert_eq!(all_events(decoder, &frame(0xc1, &stored)), ["text Hello"], "a block without compression, 7.2.3.3");
        let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
        assert_eq!(all_events(decoder, &frame(0xc1, &last)), ["text Hello"], "a final block, 7.2.3.4");
        let two = [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(all_events(decoder, &frame(0xc1, &two)), ["text Hello"], "two blocks, 7.2.3.5");
        assert_eq!(all_events(decoder, &frame(0xc1, &[0x00])), ["text "], "an empty message, 7.2.3.6");
    }
}

#[test]
fn section_6_rejects_rsv1_without_negotiated_compression() {
    assert_eq!(all_events(server, &frame(0xc1, &HELLO)), ["1002 reserved bit set"]);
}

#[test]
fn section_6_1_rejects_rsv1_after_the_first_fragment() {
    for decoder in [per_message, context_takeover] {
        let last = [frame(0x41, &HELLO[..3]), frame(0xc0, &HELLO[3..])].concat();
        assert_eq!(all_events(decoder, &last), ["1002 reserved bit set"]);
        let middle = [frame(0x41, &HELLO[..3]), frame(0x40, &HELLO[3..])].concat();
        assert_eq!(all_events(decoder, &middle), ["1002 reserved bit set"]);
        let of_a_plain_message = [frame(0x01, b"Hel"), frame(0xc0, b"lo")].concat();
        assert_eq!(all_events(decoder, &of_a_plain_message), ["1002 reserved bit set"]);
    }
}

#[test]
fn section_6_1_rejects_rsv1_on_control_frames() {
    for first_byte in [0xc8, 0xc9, 0xca] {
        assert_eq!(all_events(per_message, &frame(first_byte, b"")), ["1002 reserved bit set"], "{first_byte:x}");
        let inside = [frame(0x41, &HELLO[..3]), frame(first_byte, b"")].concat();
        assert_eq!(all_events(per_message, &inside), ["1002 reserved bit set"], "{first_byte:x}");
    }
}

#[test]
fn section_6_1_rejects_the_other_reserved_bits() {
    for first_byte in [0xe1, 0xd1, 0xf2] {
        assert_eq!(all_events(per_message, &frame(first_byte, &HELLO)), ["1002 reserved bit set"], "{first_byte:x}");
    }
}

#[test]
fn section_6_accepts_uncompressed_messages() {
    for decoder in [per_message, context_takeover] {
        let input = [frame(0x81, b"plain"), frame(0xc1, &HELLO), frame(0x82, &HELLO), frame(0xc2, &HELLO)].concat();
        let events = ["text plain", "text Hello", r"binary \xf2H\xcd\xc9\xc9\x07\x00", "binary Hello"];
        assert_eq!(all_events(decoder, &input), events);
    }
}

#[test]
fn section_6_2_joins_fragments_before_inflating() {
    let message = "Hello, world. ".repeat(20);
    let compressed = deflated(message.as_bytes());
    for size in 1..compressed.len() {
        let mut pieces = compressed.chunks(size);
        let mut input = frame(0x41, pieces.next().unwrap());
        for piece in pieces.clone() {
            input.extend([frame(0x89, b"?"), frame(0x00, piece)].concat());
        }
        input.extend(frame(0x80, b""));
        let events = decode(per_message(), [&input[..]]);
        assert_eq!(events.last(), Some(&format!("text {message}")), "fragments of {size}");
        assert_eq!(events.len(), 1 + pieces.len(), "and a ping before each but the first");
    }
}

#[test]
fn section_6_2_accepts_empty_fragments() {
    let input = [frame(0x41, b""), frame(0x00, &HELLO), frame(0x80, b"")].concat();
    assert_eq!(all_events(per_message, &input), ["text Hello"]);
}

#[test]
fn section_7_1_1_2_resolves_earlier_messages_only_with_context_takeover() {
    let input =
        [frame(0xc1, &HELLO), frame(0x82, b"not compressed"), frame(0xc1, &AGAIN), frame(0xc1, &HELLO)].concat();
    assert_eq!(
        all_events(context_takeover, &input),
        ["text Hello", "binary not compressed", "text Hello", "text Hello"]
    );
    assert_eq!(
        all_events(per_message, &input),
        ["text Hello", "binary not compressed", "1007 invalid compressed data"]
    );
    let input = frame(0xc1, &HELLO).repeat(3);
    assert_eq!(all_events(per_message, &input), ["text Hello", "text Hello", "text Hello"]);
}

#[test]
fn section_7_2_2_rejects_invalid_deflate_data() {
    for decoder in [per_message, context_takeover] {
        assert_eq!(all_events(decoder, &frame(0xc2, b"not compressed")), ["1007 invalid compressed data"]);
        let fragments = [frame(0x42, b"not com"), frame(0x80, b"pressed")].concat();
        assert_eq!(all_events(decoder, &fragments), ["1007 invalid compressed data"]);
    }
}

#[test]
fn section_7_2_2_rejects_truncated_deflate_data() {
    assert_eq!(all_events(per_message, &frame(0xc2, &HELLO[..4])), ["1007 invalid compressed data"]);
    let fragments = [frame(0x42, &HELLO[..2]), frame(0x80, &HELLO[2..4])].concat();
    assert_eq!(all_events(per_message, &fragments), ["1007 invalid compressed data"]);
}

#[test]
fn rfc_6455_section_8_1_validates_compressed_text() {
    for decoder in [per_message, context_takeover] {
        let invalid = deflated(b"ab\xff");
        assert_eq!(all_events(decoder, &frame(0xc1, &invalid)), ["1007 not UTF-8"]);
        assert_eq!(all_events(decoder, &[frame(0x41, &invalid), frame(0x80, b"")].concat()), ["1007 not UTF-8"]);
        assert_eq!(all_events(decoder, &frame(0xc2, &invalid)), [r"binary ab\xff"]);
        let cut = deflated(b"ab\xc3");
        assert_eq!(all_events(decoder, &frame(0xc1, &cut)), ["1007 not UTF-8"]);
    }
}

#[test]
fn rfc_6455_section_10_4_applies_the_limit_after_inflating() {
    for decoder in [per_message, context_takeover] {
        let (most, more) = (deflated(&[b'x'; MAX_MESSAGE]), deflated(&[b'x'; MAX_MESSAGE + 1]));
        assert_eq!(all_events(decoder, &frame(0xc1, &most)), [format!("text {}", "x".repeat(MAX_MESSAGE))]);
        assert_eq!(all_events(decoder, &frame(0xc1, &more)), ["1009 message too big"]);
        let (before, after) = more.split_at(3);
        assert_eq!(all_events(decoder, &[frame(0x41, before), frame(0x80, after)].concat()), ["1009 message too big"]);
    }
}

#[test]
fn rfc_6455_section_10_4_rejects_a_decompression_bomb() {
    let bomb = deflated(&vec![0; MAX_MESSAGE * 50]);
    assert!(bomb.len() < MAX_MESSAGE, "{}", bomb.len());
    assert_eq!(decode(per_message(), [&frame(0xc2, &bomb)[..]]), ["1009 message too big"]);
    assert_eq!(decode(context_takeover(), [&frame(0xc2, &bomb)[..]]), ["1009 message too big"]);
}

#[test]
fn rfc_6455_section_10_4_accepts_noise_that_compression_enlarges() {
    let numbers = |number: &u32| Some(number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    let noise: Vec<u8> =
        std::iter::successors(Some(1), numbers).map(|number| number.to_be_bytes()[0]).take(50_000).collect();
    let compressed = deflated(&noise);
    assert!(compressed.len() > 52_000, "{}", compressed.len());
    let decoder = Decoder::new(Role::Server, noise.len(), Inflation::PerMessage);
    assert_eq!(decode(decoder, [&frame(0xc2, &compressed)[..]]), [format!("binary {}", noise.escape_ascii())]);
}

#[test]
fn rfc_6455_section_10_4_bounds_the_compressed_size() {
    let noise: Vec<u8> = (0..MAX_MESSAGE).map(|index| ((index * index * 7919) >> 5).to_le_bytes()[0]).collect();
    // A stored block is a few bytes larger than its content.
    let header = [&[0][..], &1_000_u16.to_le_bytes(), &(!1_000_u16).to_le_bytes()].concat();
    let stored = [&header[..], &noise, &[0]].concat();
    assert_eq!(decode(per_message(), [&frame(0xc2, &stored)[..]]), [format!("binary {}", noise.escape_ascii())]);
    let (before, after) = stored.split_at(MAX_MESSAGE - 1);
    let cut = [frame(0x42, before), frame(0x80, after)].concat();
    assert_eq!(decode(per_message(), [&cut[..]]), [format!("binary {}", noise.escape_ascii())]);
    let endless = frame(0xc2, &vec![0; 2 * MAX_MESSAGE]);
    assert_eq!(bytes_until_error(per_message, &endless), Some(2 + 2 + 4), "at its header");
    let fragments = [frame(0x42, &stored), frame(0x80, &[0; MAX_MESSAGE])].concat();
    assert_eq!(decode(per_message(), [&fragments[..]]), ["1009 message too big"]);
}
