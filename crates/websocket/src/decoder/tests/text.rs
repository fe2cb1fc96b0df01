//! Validation of text: invalid UTF-8 is rejected at its first invalid byte (RFC 6455 §5.6, §7.1.7 and §8.1).

use super::*;

#[test]
fn section_5_6_validates_text_but_not_binary() {
    assert_eq!(all_events(server, &frame(0x81, "κόσμε \u{10ffff}".as_bytes())), ["text κόσμε \u{10ffff}"]);
    for invalid in [&b"\xff"[..], b"ab\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\x80b"] {
        assert_eq!(all_events(server, &frame(0x81, invalid)), ["1007 not UTF-8"], "{invalid:x?}");
        assert_eq!(all_events(server, &frame(0x82, invalid)), [format!("binary {}", invalid.escape_ascii())]);
    }
}

#[test]
fn section_5_6_accepts_a_character_split_between_fragments() {
    let text = "é你\u{1f3d4}";
    for cut in 0..=text.len() {
        let (before, after) = text.as_bytes().split_at(cut);
        let input = [frame(0x01, before), frame(0x89, b"?"), frame(0x80, after)].concat();
        assert_eq!(all_events(server, &input), ["ping ?", &format!("text {text}")], "cut at {cut}");
    }
    let bytes = text.as_bytes();
    let middle = bytes[1..bytes.len() - 1].iter().flat_map(|byte| frame(0x00, &[*byte]));
    let input: Vec<u8> = frame(0x01, &bytes[..1]).into_iter().chain(middle).collect();
    let input = [input, frame(0x80, &bytes[bytes.len() - 1..])].concat();
    assert_eq!(all_events(server, &input), [format!("text {text}")], "a frame for each byte");
}

#[test]
fn section_5_6_rejects_a_message_that_ends_inside_a_character() {
    let input = [frame(0x01, b"ab\xf0\x9f"), frame(0x80, b"\x8f")].concat();
    assert_eq!(all_events(server, &input), ["1007 not UTF-8"]);
    let input = [frame(0x01, b"ab\xf0\x9f\x8f"), frame(0x80, b"")].concat();
    assert_eq!(all_events(server, &input), ["1007 not UTF-8"]);
}

#[test]
fn section_8_1_rejects_an_invalid_byte_in_the_first_fragment() {
    let first = frame(0x01, b"ab\xffcd");
    assert_eq!(all_events(server, &[first.clone(), frame(0x80, b"ef")].concat()), ["1007 not UTF-8"]);
    assert_eq!(bytes_until_error(server, &first), Some(6 + 3));
}

#[test]
fn section_8_1_rejects_an_invalid_byte_before_the_frame_is_complete() {
    let frame = frame(0x81, b"ab\xffcdefgh");
    assert_eq!(bytes_until_error(server, &frame), Some(6 + 3));
    assert_eq!(decode(server(), [&frame[..6 + 3]]), ["1007 not UTF-8"], "also in a single read");
}

#[test]
fn section_8_1_rejects_an_invalid_continuation_in_the_next_fragment() {
    // U+110000, a surrogate, an overlong slash: each is invalid at its second byte.
    for (first, second) in [(0xf4, 0x90), (0xed, 0xa0), (0xe0, 0x80), (0xc3, b'x')] {
        let started = frame(0x01, &[b'a', first]);
        assert_eq!(all_events(server, &started), ["..."], "it could become a character");
        let invalid = [started.clone(), frame(0x00, &[second, b'b'])].concat();
        assert_eq!(all_events(server, &invalid), ["1007 not UTF-8"]);
        assert_eq!(bytes_until_error(server, &invalid), Some(started.len() + 6 + 1));
    }
}

#[test]
fn section_8_1_rejects_a_character_split_between_messages() {
    let input = [frame(0x81, b"\xc3"), frame(0x81, b"\xa9")].concat();
    assert_eq!(all_events(server, &input), ["1007 not UTF-8"]);
}
