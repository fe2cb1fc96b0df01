use super::*;
use crate::model::decode::test_support::{bytes, decode, number};

fn text(hex: &str) -> String {
    let (text, error) = decode(Protobuf::new(number), &bytes(hex));
    assert_eq!(error, None, "{hex}: {text}");
    text
}

fn error(hex: &str) -> (String, DecodeError) {
    let (text, error) = decode(Protobuf::new(number), &bytes(hex));
    (text, error.unwrap())
}

/// The examples of the encoding guide, and the other wire types.
#[test]
fn decodes_every_wire_type() {
    for (hex, expected) in [
        ("08 96 01", "1 varint: 150 (zigzag 75)"),
        ("08 00", "1 varint: 0"),
        ("08 01", "1 varint: 1 (zigzag -1)"),
        ("08 feffffffffffffffff01", "1 varint: 18446744073709551614 (int64 -2, zigzag 9223372036854775807)"),
        ("12 07 74657374696e67", "2 len: \"testing\""),
        ("1a 03 08 96 01", "3 len: {\n  1 varint: 150 (zigzag 75)\n}"),
        ("22 03 ff fe 00", "4 len: h'fffe00'"),
        ("2a 00", "5 len: \"\""),
        ("09 000000000000f83f", "1 i64: 4609434218613702656 (double 1.5)"),
        ("0d 0000c03f", "1 i32: 1069547520 (float 1.5)"),
        ("0b 10 01 0c", "1 group: {\n  2 varint: 1 (zigzag -1)\n}"),
        ("08 01 10 02", "1 varint: 1 (zigzag -1)\n2 varint: 2 (zigzag 1)"),
    ] {
        assert_eq!(text(hex), expected, "{hex}");
    }
}

#[test]
fn continues_after_a_nested_message() {
    assert_eq!(
        text("0a 09 0a 03 616263 10 01 18 01 10 02"),
        "1 len: {\n  1 len: \"abc\"\n  2 varint: 1 (zigzag -1)\n  3 varint: 1 (zigzag -1)\n}\n2 varint: 2 (zigzag 1)"
    );
}

#[test]
fn a_text_that_could_be_a_message_stays_text() {
    // A digit and letters: the tag of field 6, and its bytes.
    assert_eq!(text("0a 04 32 02 61 61"), "1 len: {\n  6 len: \"aa\"\n}");
    assert_eq!(text("0a 05 48 65 6c 6c 6f"), "1 len: \"Hello\"");
    assert_eq!(text("0a 05 0a 61 62 63 64"), "1 len: \"\\nabcd\"", "it is no message");
}

#[test]
fn reports_malformed_messages_with_a_position() {
    let at = |at, kind| DecodeError { at, kind };
    for (hex, expected) in [
        ("08 01 10", at(2, ErrorKind::Incomplete)),
        ("08 80", at(0, ErrorKind::Incomplete)),
        ("00 01", at(0, ErrorKind::Invalid)),
        ("0f", at(0, ErrorKind::Invalid)),
        ("0c", at(0, ErrorKind::Invalid)),
        ("0b 14", at(1, ErrorKind::Invalid)),
        ("0b", at(1, ErrorKind::Incomplete)),
        ("12 05 61", at(0, ErrorKind::Incomplete)),
        ("12 ffffffff0f 61", at(0, ErrorKind::Incomplete)),
        ("08 ffffffffffffffffff7f", at(0, ErrorKind::Invalid)),
        ("09 00", at(0, ErrorKind::Incomplete)),
    ] {
        assert_eq!(error(hex).1, expected, "{hex}");
    }
    assert_eq!(error("08 01 10").0, "1 varint: 1 (zigzag -1)");
}

#[test]
fn limits_the_depth() {
    assert_eq!(error(&"0b".repeat(65)).1, DecodeError { at: 64, kind: ErrorKind::TooDeep });
    let mut message = bytes("08 01");
    for _ in 0..70 {
        let mut outer = vec![0x0a];
        let mut len = message.len();
        while len >= 0x80 {
            outer.push(u8::try_from(len & 0x7f).unwrap() | 0x80);
            len >>= 7;
        }
        outer.push(u8::try_from(len).unwrap());
        outer.extend(message);
        message = outer;
    }
    let (text, error) = decode(Protobuf::new(number), &message);
    assert_eq!((text.matches('{').count(), error), (MAX_DEPTH, None));
    assert!(text.contains("1 len: h'0a"), "the deeper ones are bytes");
}
