use super::*;
use crate::model::decode::test_support::{bytes, decode, number};

fn text(hex: &str) -> String {
    let (text, error) = decode(Cbor::new(number), &bytes(hex));
    assert_eq!(error, None, "{hex}: {text}");
    text
}

fn error(hex: &str) -> (String, DecodeError) {
    let (text, error) = decode(Cbor::new(number), &bytes(hex));
    (text, error.unwrap())
}

/// The examples of RFC 8949, appendix A.
#[test]
fn decodes_the_examples_of_the_rfc() {
    for (hex, expected) in [
        ("00", "0"),
        ("1864", "100"),
        ("1b000000e8d4a51000", "1000000000000"),
        ("1bffffffffffffffff", "18446744073709551615"),
        ("c249010000000000000000", "tag 2(h'010000000000000000')"),
        ("3bffffffffffffffff", "-18446744073709551616"),
        ("20", "-1"),
        ("3903e7", "-1000"),
        ("f93c00", "1"),
        ("fb3ff199999999999a", "1.1"),
        ("f97bff", "65504"),
        ("fa47c35000", "100000"),
        ("f90001", "0.00000005960464477539063"),
        ("f97c00", "Infinity"),
        ("f97e00", "NaN"),
        ("fbfff0000000000000", "-Infinity"),
        ("f4", "false"),
        ("f5", "true"),
        ("f6", "null"),
        ("f7", "undefined"),
        ("f0", "simple(16)"),
        ("f8ff", "simple(255)"),
        ("c074323031332d30332d32315432303a30343a30305a", "tag 0(\"2013-03-21T20:04:00Z\")"),
        ("c11a514b67b0", "tag 1(1363896240)"),
        ("d818456449455446", "tag 24(h'6449455446')"),
        ("40", "h''"),
        ("4401020304", "h'01020304'"),
        ("60", "\"\""),
        ("62225c", r#""\"\\""#),
        ("62c3bc", "\"ü\""),
        ("80", "[]"),
        ("8301820203820405", "[\n  1,\n  [\n    2,\n    3\n  ],\n  [\n    4,\n    5\n  ]\n]"),
        ("a0", "{}"),
        ("a201020304", "{\n  1: 2,\n  3: 4\n}"),
        ("a26161016162820203", "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ]\n}"),
        ("5f42010243030405ff", "(_ h'0102', h'030405')"),
        ("7f657374726561646d696e67ff", "(_ \"strea\", \"ming\")"),
        ("9fff", "[]"),
        ("9f018202039f0405ffff", "[\n  1,\n  [\n    2,\n    3\n  ],\n  [\n    4,\n    5\n  ]\n]"),
        ("bf61610161629f0203ffff", "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ]\n}"),
        ("bf6346756ef563416d7421ff", "{\n  \"Fun\": true,\n  \"Amt\": -2\n}"),
    ] {
        assert_eq!(text(hex), expected, "{hex}");
    }
}

#[test]
fn decodes_a_sequence() {
    assert_eq!(text("01 a0 61 61"), "1\n{}\n\"a\"");
}

/// RFC 8949, appendix F: not well-formed.
#[test]
fn reports_malformed_messages_with_a_position() {
    let at = |at, kind| DecodeError { at, kind };
    for (hex, expected) in [
        ("18", at(0, ErrorKind::Incomplete)),
        ("82 01", at(2, ErrorKind::Incomplete)),
        ("41", at(0, ErrorKind::Incomplete)),
        ("7b ffffffffffffffff 01", at(0, ErrorKind::Incomplete)),
        ("9f 01", at(2, ErrorKind::Incomplete)),
        ("a1 01 ff", at(2, ErrorKind::Invalid)),
        ("bf 01 ff", at(2, ErrorKind::Invalid)),
        ("1c", at(0, ErrorKind::Invalid)),
        ("1f", at(0, ErrorKind::Invalid)),
        ("ff", at(0, ErrorKind::Invalid)),
        ("5f 00 ff", at(1, ErrorKind::Invalid)),
        ("5f 61 61 ff", at(1, ErrorKind::Invalid)),
        ("7f 5f ff ff", at(1, ErrorKind::Invalid)),
    ] {
        assert_eq!(error(hex).1, expected, "{hex}");
    }
    assert_eq!(error("82 01").0, "[\n  1");
}

#[test]
fn limits_the_depth_of_arrays_and_tags() {
    for (hex, end) in [("81", "]"), ("c1", ")")] {
        assert!(text(&(hex.repeat(64) + "00")).ends_with(end));
        assert_eq!(error(&(hex.repeat(65) + "00")).1, DecodeError { at: 64, kind: ErrorKind::TooDeep });
    }
}
