use super::*;
use crate::model::decode::test_support::{bytes, decode, number};

fn text(hex: &str) -> String {
    let (text, error) = decode(MessagePack::new(number), &bytes(hex));
    assert_eq!(error, None, "{hex}: {text}");
    text
}

fn error(hex: &str) -> (String, DecodeError) {
    let (text, error) = decode(MessagePack::new(number), &bytes(hex));
    (text, error.unwrap())
}

/// The formats of the specification, in its order.
#[test]
fn decodes_every_format() {
    for (hex, expected) in [
        ("c0", "null"),
        ("c2", "false"),
        ("c3", "true"),
        ("7f", "127"),
        ("e0", "-32"),
        ("cc ff", "255"),
        ("cd ffff", "65535"),
        ("ce ffffffff", "4294967295"),
        ("cf ffffffffffffffff", "18446744073709551615"),
        ("d0 80", "-128"),
        ("d1 8000", "-32768"),
        ("d2 80000000", "-2147483648"),
        ("d3 8000000000000000", "-9223372036854775808"),
        ("ca 3fc00000", "1.5"),
        ("cb 3ff8000000000000", "1.5"),
        ("a3 616263", "\"abc\""),
        ("d9 01 61", "\"a\""),
        ("da 0001 61", "\"a\""),
        ("db 00000001 61", "\"a\""),
        ("c4 02 00ff", "h'00ff'"),
        ("c5 0002 00ff", "h'00ff'"),
        ("c6 00000002 00ff", "h'00ff'"),
        ("90", "[]"),
        ("80", "{}"),
        ("92 01 02", "[\n  1,\n  2\n]"),
        ("dc 0001 01", "[\n  1\n]"),
        ("dd 00000001 01", "[\n  1\n]"),
        ("de 0001 a1 61 01", "{\n  \"a\": 1\n}"),
        ("df 00000001 01 02", "{\n  1: 2\n}"),
        ("d4 05 ff", "ext(5, h'ff')"),
        ("d5 05 0102", "ext(5, h'0102')"),
        ("d6 05 01020304", "ext(5, h'01020304')"),
        ("d7 05 0102030405060708", "ext(5, h'0102030405060708')"),
        ("d8 05 01020304050607080102030405060708", "ext(5, h'01020304050607080102030405060708')"),
        ("c7 00 05", "ext(5, h'')"),
        ("c8 0001 fe 09", "ext(-2, h'09')"),
        ("c9 00000001 05 09", "ext(5, h'09')"),
        ("d6 ff 00000001", "timestamp(1.000000000)"),
        ("d7 ff 0000000400000001", "timestamp(1.000000001)"),
        ("c7 0c ff 00000001 ffffffffffffffff", "timestamp(-1.000000001)"),
        ("a1 ff", "h'ff' (invalid UTF-8)"),
    ] {
        assert_eq!(text(hex), expected, "{hex}");
    }
}

#[test]
fn indents_nested_values_and_separates_several() {
    assert_eq!(
        text("82 a7 636f6d70616374 c3 a6 736368656d61 91 80"),
        "{\n  \"compact\": true,\n  \"schema\": [\n    {}\n  ]\n}"
    );
    assert_eq!(text("01 c0 90"), "1\nnull\n[]");
}

#[test]
fn reports_the_position_of_an_error_after_what_was_decoded() {
    let at = |at, kind| DecodeError { at, kind };
    assert_eq!(error("92 01"), ("[\n  1".to_owned(), at(2, ErrorKind::Incomplete)));
    assert_eq!(error("92 01 a5 61"), ("[\n  1".to_owned(), at(2, ErrorKind::Incomplete)));
    assert_eq!(error("93 01 c1 02"), ("[\n  1".to_owned(), at(2, ErrorKind::Invalid)));
    assert_eq!(error("dd ffffffff").1, at(5, ErrorKind::Incomplete), "a length without values");
    assert_eq!(error("db ffffffff").1, at(0, ErrorKind::Incomplete));
}

#[test]
fn limits_the_depth() {
    let deep = |depth| "91".repeat(depth) + "c0";
    assert!(text(&deep(64)).ends_with(']'));
    assert_eq!(error(&deep(65)).1, DecodeError { at: 64, kind: ErrorKind::TooDeep });
}

#[test]
fn decodes_long_messages_in_pieces() {
    let mut message = vec![0xdd, 0, 1, 0, 0];
    message.extend(vec![7; 1 << 16]);
    let mut decoder = MessagePack::new(number);
    let first = crate::model::decode::Decode::piece(&mut decoder, &message, 100);
    assert!(first.text.len() < 120 && first.at < 100, "{first:?}");
    assert_eq!(decode(MessagePack::new(number), &message).0.matches('7').count(), 1 << 16);
}
