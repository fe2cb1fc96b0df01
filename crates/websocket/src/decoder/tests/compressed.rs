//! Compressed messages (RFC 7692, sections 6 and 7.2).

use super::*;

/// "Hello" in one block (section 7.2.3.1).
const HELLO: [u8; 7] = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

/// "Hello" as a reference to the "Hello" before (section 7.2.3.2).
const AGAIN: [u8; 5] = [0xf2, 0x00, 0x11, 0x00, 0x00];

#[test]
fn section_7_2_3_the_examples_are_heard() {
    for decoder in [apart, together] {
        assert_eq!(heard(decoder, &frame(0xc1, &HELLO)), ["text Hello"], "one block, 7.2.3.1");
        let fragments = [frame(0x41, &HELLO[..3]), frame(0x80, &HELLO[3..])].concat();
        assert_eq!(heard(decoder, &fragments), ["text Hello"], "two fragments, 7.2.3.1");
        let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00];
        assert_eq!(heard(decoder, &frame(0xc1, &stored)), ["text Hello"], "a block without compression, 7.2.3.3");
        let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
        assert_eq!(heard(decoder, &frame(0xc1, &last)), ["text Hello"], "a final block, 7.2.3.4");
        let two = [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(heard(decoder, &frame(0xc1, &two)), ["text Hello"], "two blocks, 7.2.3.5");
        assert_eq!(heard(decoder, &frame(0xc1, &[0x00])), ["text "], "an empty message, 7.2.3.6");
    }
}

#[test]
fn section_6_rsv1_is_refused_where_no_compression_was_agreed_on() {
    assert_eq!(heard(server, &frame(0xc1, &HELLO)), ["1002 reserved bit set"]);
}

#[test]
fn section_6_1_rsv1_is_refused_on_all_but_the_first_fragment() {
    for decoder in [apart, together] {
        let last = [frame(0x41, &HELLO[..3]), frame(0xc0, &HELLO[3..])].concat();
        assert_eq!(heard(decoder, &last), ["1002 reserved bit set"]);
        let middle = [frame(0x41, &HELLO[..3]), frame(0x40, &HELLO[3..])].concat();
        assert_eq!(heard(decoder, &middle), ["1002 reserved bit set"]);
        let of_a_plain_message = [frame(0x01, b"Hel"), frame(0xc0, b"lo")].concat();
        assert_eq!(heard(decoder, &of_a_plain_message), ["1002 reserved bit set"]);
    }
}

#[test]
fn section_6_1_rsv1_is_refused_on_control_frames() {
    for first_byte in [0xc8, 0xc9, 0xca] {
        assert_eq!(heard(apart, &frame(first_byte, b"")), ["1002 reserved bit set"], "{first_byte:x}");
        let inside = [frame(0x41, &HELLO[..3]), frame(first_byte, b"")].concat();
        assert_eq!(heard(apart, &inside), ["1002 reserved bit set"], "{first_byte:x}");
    }
}

#[test]
fn section_6_1_the_other_reserved_bits_stay_reserved() {
    for first_byte in [0xe1, 0xd1, 0xf2] {
        assert_eq!(heard(apart, &frame(first_byte, &HELLO)), ["1002 reserved bit set"], "{first_byte:x}");
    }
}

#[test]
fn section_6_messages_need_not_be_compressed() {
    for decoder in [apart, together] {
        let input = [frame(0x81, b"plain"), frame(0xc1, &HELLO), frame(0x82, &HELLO), frame(0xc2, &HELLO)].concat();
        let told = ["text plain", "text Hello", r"binary \xf2H\xcd\xc9\xc9\x07\x00", "binary Hello"];
        assert_eq!(heard(decoder, &input), told);
    }
}

#[test]
fn section_6_2_fragments_are_joined_before_they_are_inflated() {
    let message = "Hello, world. ".repeat(20);
    let compressed = deflated(message.as_bytes());
    for size in 1..compressed.len() {
        let mut pieces = compressed.chunks(size);
        let mut input = frame(0x41, pieces.next().unwrap());
        for piece in pieces.clone() {
            input.extend([frame(0x89, b"?"), frame(0x00, piece)].concat());
        }
        input.extend(frame(0x80, b""));
        let told = listen(apart(), [&input[..]]);
        assert_eq!(told.last(), Some(&format!("text {message}")), "fragments of {size}");
        assert_eq!(told.len(), 1 + pieces.len(), "and a ping before each but the first");
    }
}

#[test]
fn section_6_2_fragments_may_be_empty() {
    let input = [frame(0x41, b""), frame(0x00, &HELLO), frame(0x80, b"")].concat();
    assert_eq!(heard(apart, &input), ["text Hello"]);
}

#[test]
fn section_7_1_1_2_a_message_refers_to_those_before_only_when_that_was_agreed_on() {
    let input =
        [frame(0xc1, &HELLO), frame(0x82, b"not compressed"), frame(0xc1, &AGAIN), frame(0xc1, &HELLO)].concat();
    assert_eq!(heard(together, &input), ["text Hello", "binary not compressed", "text Hello", "text Hello"]);
    assert_eq!(heard(apart, &input), ["text Hello", "binary not compressed", "1007 cannot be inflated"]);
    let input = frame(0xc1, &HELLO).repeat(3);
    assert_eq!(heard(apart, &input), ["text Hello", "text Hello", "text Hello"]);
}

#[test]
fn section_7_2_2_what_cannot_be_inflated_is_refused() {
    for decoder in [apart, together] {
        assert_eq!(heard(decoder, &frame(0xc2, b"not compressed")), ["1007 cannot be inflated"]);
        let fragments = [frame(0x42, b"not com"), frame(0x80, b"pressed")].concat();
        assert_eq!(heard(decoder, &fragments), ["1007 cannot be inflated"]);
    }
}

#[test]
fn section_7_2_2_what_was_cut_is_refused() {
    assert_eq!(heard(apart, &frame(0xc2, &HELLO[..4])), ["1007 cannot be inflated"]);
    let fragments = [frame(0x42, &HELLO[..2]), frame(0x80, &HELLO[2..4])].concat();
    assert_eq!(heard(apart, &fragments), ["1007 cannot be inflated"]);
}

#[test]
fn rfc_6455_section_8_1_compressed_text_is_utf_8() {
    for decoder in [apart, together] {
        let wrong = deflated(b"ab\xff");
        assert_eq!(heard(decoder, &frame(0xc1, &wrong)), ["1007 not UTF-8"]);
        assert_eq!(heard(decoder, &[frame(0x41, &wrong), frame(0x80, b"")].concat()), ["1007 not UTF-8"]);
        assert_eq!(heard(decoder, &frame(0xc2, &wrong)), [r"binary ab\xff"]);
        let cut = deflated(b"ab\xc3");
        assert_eq!(heard(decoder, &frame(0xc1, &cut)), ["1007 not UTF-8"]);
    }
}

#[test]
fn rfc_6455_section_10_4_the_limit_is_for_what_was_inflated() {
    for decoder in [apart, together] {
        let (most, more) = (deflated(&[b'x'; MOST]), deflated(&[b'x'; MOST + 1]));
        assert_eq!(heard(decoder, &frame(0xc1, &most)), [format!("text {}", "x".repeat(MOST))]);
        assert_eq!(heard(decoder, &frame(0xc1, &more)), ["1009 message too big"]);
        let (before, after) = more.split_at(3);
        assert_eq!(heard(decoder, &[frame(0x41, before), frame(0x80, after)].concat()), ["1009 message too big"]);
    }
}

#[test]
fn rfc_6455_section_10_4_a_bomb_is_refused() {
    let bomb = deflated(&vec![0; MOST * 50]);
    assert!(bomb.len() < MOST, "{}", bomb.len());
    assert_eq!(listen(apart(), [&frame(0xc2, &bomb)[..]]), ["1009 message too big"]);
    assert_eq!(listen(together(), [&frame(0xc2, &bomb)[..]]), ["1009 message too big"]);
}

#[test]
fn rfc_6455_section_10_4_noise_up_to_the_limit_is_heard_although_compression_makes_it_larger() {
    let numbers = |number: &u32| Some(number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    let noise: Vec<u8> =
        std::iter::successors(Some(1), numbers).map(|number| number.to_be_bytes()[0]).take(50_000).collect();
    let compressed = deflated(&noise);
    assert!(compressed.len() > 52_000, "{}", compressed.len());
    let decoder = Decoder::new(Role::Server, noise.len(), Inflation::Apart);
    assert_eq!(listen(decoder, [&frame(0xc2, &compressed)[..]]), [format!("binary {}", noise.escape_ascii())]);
}

#[test]
fn rfc_6455_section_10_4_what_is_larger_when_compressed_is_heard_within_reason() {
    let noise: Vec<u8> = (0..MOST).map(|index| ((index * index * 7919) >> 5).to_le_bytes()[0]).collect();
    // Stored, it takes a few bytes more than the limit.
    let header = [&[0][..], &1_000_u16.to_le_bytes(), &(!1_000_u16).to_le_bytes()].concat();
    let stored = [&header[..], &noise, &[0]].concat();
    assert_eq!(listen(apart(), [&frame(0xc2, &stored)[..]]), [format!("binary {}", noise.escape_ascii())]);
    let (before, after) = stored.split_at(MOST - 1);
    let cut = [frame(0x42, before), frame(0x80, after)].concat();
    assert_eq!(listen(apart(), [&cut[..]]), [format!("binary {}", noise.escape_ascii())]);
    let endless = frame(0xc2, &vec![0; 2 * MOST]);
    assert_eq!(refused_after(apart, &endless), Some(2 + 2 + 4), "at its header");
    let fragments = [frame(0x42, &stored), frame(0x80, &[0; MOST])].concat();
    assert_eq!(listen(apart(), [&fragments[..]]), ["1009 message too big"]);
}
